"""ConfigMaps that kustomize makes or changes, and the pods that read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lumen_constructs.delivery.kustomize.kinds import (
    JOB,
    config_references,
    in_template,
    is_followed,
    kind_of,
    template_of,
)
from lumen_constructs.emit.annotations import SYNC_WAVE
from lumen_constructs.emit.waves import object_name, places
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import did_you_mean, shortened
from lumen_constructs.options.kustomize import GeneratedConfig

#: How kustomize spells the first digits of a hash, so that no word comes out.
_SPELLED = str.maketrans("013ae", "ghkmt")
_HASH_LENGTH = 10

#: Length of the part of an annotation's key behind its prefix.
_LONGEST_KEY = 63


class Key(NamedTuple):
    """What a ConfigMap of a set is known by."""

    namespace: str
    name: str


class Generated(NamedTuple):
    """A ConfigMap of an overlay, with its place in the set."""

    config: GeneratedConfig
    key: Key


def placed_config(config: GeneratedConfig, bodies: Sequence[Mapping[str, Any]]) -> Generated:
    """Find the namespace of a ConfigMap, and whether the set has it.

    :raises LumenError: if it is there and must not be, or must be and is not, or could be in several namespaces
    """
    known = [_key(body) for body in bodies if _is_config_map(body)]
    wanted = config.namespace
    same = [key for key in known if key.name == config.name and wanted in {None, key.namespace}]
    if config.behavior == "create":
        namespace = wanted if wanted is not None else _only_namespace(bodies)
        if Key(namespace, config.name) in known:
            message = "is there already; write behavior: merge, or replace"
            raise LumenError(message)
        return Generated(config, Key(namespace, config.name))
    if len(same) == 1:
        return Generated(config, same[0])
    if same:
        message = f"is in several namespaces; give namespace ({', '.join(key.namespace for key in same)})"
    else:
        names = list(dict.fromkeys(key.name for key in known if wanted in {None, key.namespace}))
        listed = f" ({', '.join(names)})" if names else ""
        message = f"is no ConfigMap of the set{listed}{did_you_mean(config.name, names)}"
    raise LumenError(message)


def _only_namespace(bodies: Sequence[Mapping[str, Any]]) -> str:
    found = sorted({str(name) for body in bodies if (name := body["metadata"].get("namespace"))})
    if len(found) == 1:
        return found[0]
    message = f"needs a namespace ({', '.join(found)})" if found else "needs a namespace"
    raise LumenError(message)


def _is_config_map(body: Mapping[str, Any]) -> bool:
    return kind_of(body) == ("", "ConfigMap")


def _key(body: Mapping[str, Any]) -> Key:
    return Key(str(body["metadata"].get("namespace") or ""), str(body["metadata"]["name"]))


def made(generated: Generated) -> dict[str, Any]:
    """Give a new ConfigMap, still without its hash: it comes in the wave of all others."""
    body: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generated.key.name}}
    if generated.key.namespace:
        body["metadata"]["namespace"] = generated.key.namespace
    body["data"] = dict(generated.config.literals)
    body["metadata"]["annotations"] = {SYNC_WAVE: str(places([body])[0].wave)}
    return body


def change_data(bodies: Sequence[dict[str, Any]], generated: Generated) -> dict[str, Any]:
    """Merge into, or replace, the data of a ConfigMap that the set has, and give it."""
    body = next(body for body in bodies if _is_config_map(body) and _key(body) == generated.key)
    literals = dict(generated.config.literals)
    if generated.config.behavior == "replace":
        body.pop("binaryData", None)
        body["data"] = literals
    else:
        there = body.get("data") or {}
        body["data"] = {**there, **literals} if isinstance(there, Mapping) else there
    return body


def restarts(bodies: Sequence[dict[str, Any]], config_map: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Annotate the pods that read a ConfigMap which keeps its name, and give what each annotation merges.

    :raises LumenError: if a Job reads it: it ran with what was there, and does not run again
    """
    readers = [body for body in bodies if _reads(body, _key(config_map))]
    raise_all(_job_faults(readers))
    key = f"checksum/{shortened(str(config_map['metadata']['name']), _LONGEST_KEY)}"
    digest = hashlib.sha256(json.dumps(config_map["data"], sort_keys=True).encode()).hexdigest()
    merges = []
    for body in readers:
        template = template_of(body)
        if template is None:
            continue
        metadata = template.setdefault("metadata", {})
        metadata["annotations"] = {**(metadata.get("annotations") or {}), key: digest}
        merges.append(body | {"spec": in_template(body, {"metadata": {"annotations": {key: digest}}})})
    return merges


def _job_faults(readers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for body in readers:
        if kind_of(body) == JOB:
            yield f"is read by {object_name(body)}, which has run with what was there; set it in the values"


def _reads(body: Mapping[str, Any], key: Key) -> bool:
    namespace = str(body["metadata"].get("namespace") or "")
    return namespace == key.namespace and any(holder["name"] == key.name for _, holder in config_references(body))


def rename(bodies: Sequence[dict[str, Any]], body: dict[str, Any]) -> list[dict[str, str]]:
    """Put the hash behind a new ConfigMap's name, wherever it is used; give where kustomize must be told to look."""
    key = _key(body)
    body["metadata"]["name"] = f"{key.name}-{name_hash(body)}"
    told: list[dict[str, str]] = []
    for reader in (reader for reader in bodies if _reads(reader, key)):
        for path, holder in config_references(reader):
            if holder["name"] == key.name:
                holder["name"] = body["metadata"]["name"]
                if not is_followed(str(reader["kind"]), path):
                    group, kind = kind_of(reader)
                    told.append({"group": group, "kind": kind, "path": "/".join(path)})
    return told


def name_hash(config_map: Mapping[str, Any]) -> str:
    """Give what kustomize puts behind the name of a ConfigMap."""
    content = {"data": config_map["data"], "kind": "ConfigMap", "name": ""}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # As Go writes JSON.
    for character in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_HASH_LENGTH]
    return digest.translate(_SPELLED)
