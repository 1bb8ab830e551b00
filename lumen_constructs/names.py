"""The names that Kubernetes accepts, and the name that a user may have meant.

The rules are those of apimachinery's ``validation`` package: each function returns ``None`` for a good name and
otherwise what is wrong with it, in words that can follow ``where: field 'value'``.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable

#: Tells what is wrong with a name, or None.
Rule = Callable[[str], str | None]

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_RFC1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_PORT_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_CAPITALS = re.compile("[A-Z]+")
_ENV_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


def _fault(value: str, pattern: re.Pattern[str], longest: int, form: str) -> str | None:
    if not value:
        return "must not be empty"
    if len(value) > longest:
        return f"has {len(value)} characters, {longest} are allowed"
    if not pattern.fullmatch(value):
        return f"must be {form}"
    return None


def label_fault(value: str) -> str | None:
    """Check a DNS-1123 label: the name of a container, a namespace, a port's owner; at most 63 characters."""
    return _fault(value, _LABEL, 63, "lower-case letters, digits and '-', with a letter or digit at both ends")


def service_name_fault(value: str) -> str | None:
    """Check a DNS-1035 label, which a Service's name must be: as a DNS-1123 label, but starting with a letter."""
    return _fault(value, _RFC1035, 63, "lower-case letters, digits and '-', starting with a letter")


def subdomain_fault(value: str) -> str | None:
    """Check a DNS-1123 subdomain, the name of most objects: labels joined by '.', at most 253 characters."""
    return _fault(
        value, _SUBDOMAIN, 253, "lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
    )


def host_fault(value: str) -> str | None:
    """Check a host name of an Ingress or a route: a subdomain, whose first label may be '*'."""
    fault = subdomain_fault(value.removeprefix("*."))
    return f"{fault}; only the first label may be '*', as in '*.example.com'" if fault and "*" in value else fault


def qualified_name_fault(value: str) -> str | None:
    """Check the key of a label or annotation: an optional DNS prefix and '/', then at most 63 characters."""
    prefix, slash, name = value.rpartition("/")
    if slash and (fault := subdomain_fault(prefix)):
        return f"has a bad prefix: it {fault}"
    return _fault(name, _QUALIFIED, 63, "letters, digits, '-', '_' and '.', with a letter or digit at both ends")


def label_value_fault(value: str) -> str | None:
    """Check the value of a label: empty, or at most 63 characters."""
    if value == "":
        return None
    return _fault(value, _QUALIFIED, 63, "letters, digits, '-', '_' and '.', with a letter or digit at both ends")


def _directory_fault(value: str) -> str | None:
    """Refuse what would lead out of a directory, or be one, if it became a file name."""
    if value == ".":
        return "must not be '.'"
    return "must not start with '..'" if value.startswith("..") else None


def config_key_fault(value: str) -> str | None:
    """Check a key of a ConfigMap or Secret: letters, digits, '-', '_' and '.'; it becomes a file name."""
    return _directory_fault(value) or _fault(value, _CONFIG_KEY, 253, "letters, digits, '-', '_' and '.'")


def env_name_fault(value: str) -> str | None:
    """Check the name of an environment variable, as every supported Kubernetes version accepts it."""
    return _directory_fault(value) or _fault(
        value, _ENV_NAME, 32768, "letters, digits, '_', '-' and '.', not starting with a digit"
    )


def port_name_fault(value: str) -> str | None:
    """Check the name of a container port (IANA service name): at most 15 characters, with a letter, no '--'."""
    if fault := _fault(value, _PORT_NAME, 15, "lower-case letters, digits and single '-'"):
        return fault
    if "--" in value or not re.search("[a-z]", value):
        return "must hold a letter and no '--'"
    return None


def shortened(name: str, longest: int) -> str:
    """Cut ``name`` to ``longest`` characters; what was cut is replaced by a hash, so that two names stay two names."""
    if len(name) <= longest:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: longest - 9].rstrip('-.')}-{digest}"


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Give ``; did you mean 'x'?`` where a candidate is near, otherwise nothing."""
    near = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def key_meant(word: str, keys: Iterable[str]) -> str:
    """Give ``; did you mean 'x'?`` for a key of options: a typing error, or the one key that has ``word`` as a word."""
    known = list(dict.fromkeys(keys))
    # Keys are made of few words, so that two which mean different things have many letters in common; but one slip is
    # a large part of a short key.
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.65 if len(word) < 5 else 0.7)
    if not near:
        words = {key: _CAPITALS.sub(r"_\g<0>", key).lower().split("_") for key in known}
        near = [key for key in known if words[key][0] == word.lower()]
        near = near or [key for key in known if word.lower() in words[key]]
    return f"; did you mean '{near[0]}'?" if len(near) == 1 else ""
