"""Secrets where everybody can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, joined, mapping, sequence, text, texts
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.security.declared_secrets import declared_keys, looks_secret

#: Keys whose value is a secret, unless it says where the secret stands.
_SECRET_KEY = re.compile(
    r"(?:^|[._-]|(?<=[a-z]))(?:pass(?:wd|word|phrase)?|secret|api[._-]?key|access[._-]?key|private[._-]?key|"
    r"secret[._-]?key|client[._-]?secret|auth[._-]?token|access[._-]?token|credentials?)$",
    re.IGNORECASE,
)
#: Values that are a secret wherever they stand, each with a text that all of them hold, which is faster to look for.
_SECRET_VALUE = (
    ("PRIVATE KEY", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"), "a private key"),
    ("AKIA", re.compile(r"\bAKIA[0-9A-Z]{16}\b"), "an access key of AWS"),
    *((f"gh{kind}_", re.compile(rf"\bgh{kind}_[A-Za-z0-9]{{36}}\b"), "a token of GitHub") for kind in "pousr"),
    ("github_pat_", re.compile(r"\bgithub_pat_[A-Za-z0-9_]{50,}\b"), "a token of GitHub"),
    ("xox", re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{20,}\b"), "a token of Slack"),
    ("glpat-", re.compile(r"\bglpat-[0-9A-Za-z_-]{20}\b"), "a token of GitLab"),
    (
        "eyJ",
        re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\b"),
        "a signed token",
    ),
)
#: A URL with a password that is not a placeholder for one.
_CREDENTIALS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s:/@$<{]{1,100}:([^\s/@$<{(%*]{1,100})@")
#: Values that say where a secret is, or that there is none.
_NO_SECRET = re.compile(
    r"\s*|/[\w./-]+|(?:true|false|null|none|yes|no|[0-9]|x+|\*+)|change[-_ ]?me|todo|placeholder|redacted|"
    r"(?:vault|file|ref\+\w+|arn|gcpsm|awssm|secretref)[:/].*",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST = 100_000


@rule("secret-in-plain-sight", Severity.ERROR)
def secret_in_plain_sight(graph: Graph) -> Iterator[Fault]:
    """A secret in an environment variable, an argument or a ConfigMap is read by everybody who may read the object."""
    declared = graph.once(declared_keys)
    for pod in graph.pods:
        for container in pod.containers:
            for place, variable in entries(container.body, "env"):
                path = joined(container.path, "env", place, "value")
                yield from _shown(pod.item, path, text(variable, "name"), text(variable, "value"), declared)
            for field in ("command", "args"):
                for position, argument in enumerate(sequence(container.body, field)):
                    if isinstance(argument, str):
                        yield from _shown(pod.item, joined(container.path, field, position), "", argument, declared)
    for item in graph.of(kinds.CONFIG_MAP):
        for key, value in texts(item.body, "data").items():
            yield from _shown(item, f"data.{key}", key, value, declared)


def _shown(item: Item, path: str, key: str, value: str, declared: Mapping[tuple[str, str], str]) -> Iterator[Fault]:
    if not value or len(value) > _LONGEST:
        return
    hint = "put it into a Secret, and refer to that"
    for sign, pattern, what in _SECRET_VALUE:
        if sign in value and pattern.search(value):
            yield Fault(item, path, f"holds {what}", hint)
            return
    found = _CREDENTIALS.search(value) if "://" in value and "@" in value else None
    if found and not _is_no_secret(found[1]):
        yield Fault(item, path, "holds a URL with a password", hint)
    elif _SECRET_KEY.search(key) and "\n" not in value and not _is_no_secret(value):
        # The name of a Secret, or of a field in it, is no secret.
        named = re.fullmatch(r"[a-z0-9]+(?:[-./][a-z0-9]+)+", value)
        severity = Severity.WARNING if named and not item.ours else None
        yield Fault(item, path, f"'{key}' holds a secret as plain text", hint, severity)
    elif (name := declared.get((item.namespace, key))) and not _is_no_secret(value) and looks_secret(value):
        hint = "refer to the Secret, or give what is no secret another name"
        yield Fault(item, path, f"'{key}' is a key of Secret '{name}', and holds a value as plain text", hint)


def _is_no_secret(value: str) -> bool:
    """Tell whether a value is a reference, a placeholder, a path or a setting."""
    filled_in = any(mark in value for mark in ("$(", "${", "{{")) or ("<" in value and ">" in value)
    return filled_in or _NO_SECRET.fullmatch(value) is not None


@rule("plain-secret", Severity.ERROR)
def plain_secret(graph: Graph) -> Iterator[Fault]:
    """A Secret is only encoded, not encrypted: in Git it is open to everybody who can read the repository."""
    for item in graph.of(kinds.SECRET):
        if item.ours and (mapping(item.body, "data") or mapping(item.body, "stringData")):
            yield Fault(item, "data", "holds its values in the open", "seal it, or have it provided from outside")
