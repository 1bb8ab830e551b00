"""The canonical form: an object as the API server stores it, so that no sync is ever out of date by spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.emit.canonical.nodes import AS_WRITTEN, Node, anywhere, compiled
from lumen_constructs.emit.canonical.rules import DROP, RULES, SPELLED_OUT, TEXT, Convert, Default, Fields, Like, Rule
from lumen_constructs.emit.canonical.table import (
    ANYWHERE,
    BUILT_IN_GROUPS,
    BUILT_IN_KINDS,
    CUSTOM_KINDS,
    CUSTOM_SHAPES,
    EVERY_OBJECT,
    EVERYWHERE,
    SHAPES,
)
from lumen_constructs.emit.canonical.walk import Walk
from lumen_constructs.emit.kinds import group_of, is_cluster_scoped
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show

__all__ = ["canonical", "canonical_rules", "canonical_table"]

_BUILT_IN = anywhere(ANYWHERE, keep=False)
_CUSTOM = anywhere({}, keep=True)

#: The frame of an object, by whether it belongs to the whole cluster: the API server drops its namespace then.
_FRAMES: dict[bool, Fields] = {False: EVERY_OBJECT, True: {**EVERY_OBJECT, "metadata.namespace": DROP}}


def _compiled_shapes() -> dict[str, Node]:
    shapes: dict[str, Node] = {}
    for name, fields in SHAPES.items():
        shapes[name] = compiled(fields, _CUSTOM if name in CUSTOM_SHAPES else _BUILT_IN, shapes)
    return shapes


def compiled_kinds() -> dict[str, Node]:
    """Give the tree of each kind that the table names."""
    shapes = _compiled_shapes()
    return {
        kind: compiled({**_frame(kind), "status": DROP, **fields}, anything, shapes)
        for table, anything in ((BUILT_IN_KINDS, _BUILT_IN), (CUSTOM_KINDS, _CUSTOM))
        for kinds, fields in table.items()
        for kind in kinds.split()
    }


def _frame(kind: str) -> Fields:
    group, _, name = kind.rpartition("/")
    return _FRAMES[is_cluster_scoped(f"{group}/v1", name)]


def _compiled_others(fields: Fields, anything: Node) -> dict[bool, Node]:
    shapes = _compiled_shapes()
    return {of_cluster: compiled({**frame, **fields}, anything, shapes) for of_cluster, frame in _FRAMES.items()}


_KINDS = compiled_kinds()
#: The kinds that the table does not name, by whether they belong to the whole cluster.
_OTHER_BUILT_IN = _compiled_others({"status": DROP}, _BUILT_IN)
_UNKNOWN = _compiled_others({}, AS_WRITTEN)


def canonical(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give a deep copy of an object in its canonical form; the copy holds plain dicts, lists, texts and numbers only.

    What is inside an unknown custom resource stays as it is. Raises LumenError with all that is wrong, each with the
    place inside the object: values that are no plain data, numbers that would lose digits, characters that Kubernetes
    does not store, quantities and durations that are none, environment variables that are set twice, and a missing
    ``apiVersion`` or ``kind``.
    """
    walk = Walk()
    try:
        copy = walk.mapping(body, _root(body), None)
    except RecursionError:
        message = "is nested too deeply, or contains itself"
        raise LumenError(message) from None
    raise_all(walk.faults)
    return copy


def _root(body: Mapping[str, Any]) -> Node:
    version, kind = body.get("apiVersion"), body.get("kind")
    missing = [name for name, given in (("apiVersion", version), ("kind", kind)) if not given]
    raise_all(f"{name} is missing; every object has one" for name in missing)
    if not isinstance(version, str) or not isinstance(kind, str):
        name, given = ("kind", kind) if isinstance(version, str) else ("apiVersion", version)
        message = f"{name} must be text, not {show(given)}"
        raise LumenError(message)
    if kind == "List":
        message = "kind 'List' holds objects and is none itself; give its items one by one"
        raise LumenError(message)
    group = group_of(version)
    known = _KINDS.get(f"{group}/{kind}" if group else kind)
    others = _OTHER_BUILT_IN if group in BUILT_IN_GROUPS else _UNKNOWN
    return known or others[is_cluster_scoped(version, kind)]


def canonical_rules() -> list[tuple[str, str, str, list[str]]]:
    """Give each rule with an example, its reason, and the kinds and shapes that have it, for the documentation."""
    tables = {"every object": EVERY_OBJECT, **SHAPES, **BUILT_IN_KINDS, **CUSTOM_KINDS}
    found: dict[str, dict[str, None]] = {rule.words: {} for rule in RULES}
    for kinds, fields in tables.items():
        names = [kind.rpartition("/")[2] for kind in kinds.split()]
        for rules in fields.values():
            for rule in rules if isinstance(rules, tuple) else (rules,):
                if not isinstance(rule, Like):
                    found[(SPELLED_OUT if isinstance(rule, Default) else rule).words].update(dict.fromkeys(names))
    return [(rule.words, _example(rule), rule.why, sorted(found[rule.words])) for rule in RULES]


def _example(rule: Rule) -> str:
    if not isinstance(rule, Convert):
        return rule.example
    if rule is TEXT:
        return f'`{rule.example}` → an error; `"{rule.to(rule.example)}"` stays'
    return f"`{rule.example}` → `{rule.to(rule.example)}`"


def canonical_table() -> list[tuple[str, str, str]]:
    """Give the rules as rows of kind, field and what happens to it, for the documentation."""
    tables = (
        {"every object": EVERY_OBJECT, "every kind listed here": {"status": DROP}, "every built-in kind": ANYWHERE},
        SHAPES,
        BUILT_IN_KINDS,
        CUSTOM_KINDS,
    )
    rows = [
        (kind, field, ", ".join(rule.words for rule in (rules if isinstance(rules, tuple) else (rules,))))
        for table in tables
        for kinds, fields in table.items()
        for kind in (kinds.split() if "/" in kinds else [kinds])
        for field, rules in fields.items()
    ]
    return [*EVERYWHERE, *rows]
