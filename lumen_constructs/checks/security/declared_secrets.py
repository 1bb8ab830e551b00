"""Keys that the set itself declares secret, and values under them that are no setting."""

from __future__ import annotations

import re

from lumen_constructs.checks import kinds
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.references.uses import uses
from lumen_constructs.checks.sources import secrets

#: Last words of keys whose values everybody may know, though they often stand in a Secret beside those that nobody may.
_OPEN_WORDS = frozenset(
    (
        *("user", "username", "login", "name", "email", "mail", "id", "host", "hostname", "server", "servers", "port"),
        *("address", "addr", "endpoint", "domain", "region", "zone", "bucket", "database", "db", "schema", "path"),
        *("file", "dir", "level", "mode", "env", "environment", "version", "image", "tag", "issuer", "realm", "scope"),
        *("scopes", "audience", "type", "class", "format", "timeout", "interval", "size", "limit", "count", "enabled"),
        *("cert", "certificate", "crt", "ca", "fingerprint", "checksum", "namespace", "cluster", "topic", "queue"),
        *("group", "prefix", "suffix", "model", "locale", "lang", "tz", "public"),
    )
)
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
#: A part of a setting: a word, a number, a version, an amount with its unit.
_OPEN_PART = re.compile(r"[A-Za-z]*|[0-9]+|v[0-9]+|[0-9]+[A-Za-z]{1,2}")
_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+(?::[0-9]+)?(?:,[A-Za-z0-9_.:-]+)*")
_TOKEN = re.compile(r"[!-~]{6,500}")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^/]*(/.*)?")
_LONG_PART = re.compile(r"(?=[^/?&=]*[0-9])(?=[^/?&=]*[A-Za-z])[A-Za-z0-9_-]{20,}")


def declared_keys(graph: Graph) -> dict[tuple[str, str], str]:
    """Give, by namespace and key, a Secret that is provided with this key, or that a workload reads it from."""
    found: dict[tuple[str, str], str] = {}
    for (namespace, name), source in graph.once(secrets).items():
        if source.item is not None and source.item.type in (kinds.SEALED_SECRET, kinds.EXTERNAL_SECRET):
            for key in source.keys or ():
                found.setdefault((namespace, key), name)
    for use in graph.once(uses):
        if use.kind == "Secret" and use.key:
            found.setdefault((use.namespace, use.key), use.name)
    return {place: name for place, name in found.items() if _is_secret_name(place[1])}


def _is_secret_name(key: str) -> bool:
    """Tell whether a key names one value, and not a file, and nothing that everybody may know."""
    words = _WORDS.findall(key)
    return "." not in key and bool(words) and words[-1].lower() not in _OPEN_WORDS


def looks_secret(value: str) -> bool:
    """Tell whether a value is no setting such as a word, a number, a host, or a URL of a service."""
    if not _TOKEN.fullmatch(value) or any(sign in value for sign in "\"'{}[]$<>"):
        return False
    if url := _URL.fullmatch(value):
        return _LONG_PART.search(url[1] or "") is not None
    if _HOST.fullmatch(value):
        return False
    return not all(_OPEN_PART.fullmatch(part) for part in re.split(r"[^A-Za-z0-9]", value))
