from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lumen_constructs.emit.canonical import canonical, canonical_rules, canonical_table
from lumen_constructs.emit.canonical.rules import (
    DROP,
    GO_DURATION,
    KEEP,
    OPAQUE,
    QUANTITY,
    RESOURCE,
    TEXT,
    UNIQUE,
    Default,
    Fields,
    Like,
    Rule,
)
from lumen_constructs.emit.canonical.table import ANYWHERE, BUILT_IN_KINDS, CUSTOM_KINDS, EVERY_OBJECT, SHAPES
from lumen_constructs.errors import LumenError

#: A spelling that each rule changes, and what it becomes.
SPELLINGS: dict[str, tuple[Any, Any]] = {
    QUANTITY.words: ("0.0001", "100u"),
    RESOURCE.words: ("0.0001", "1m"),
    GO_DURATION.words: ("90m", "1h30m0s"),
    KEEP.words: ({}, {}),
    OPAQUE.words: ({"a": None, "b": {}}, {"a": None, "b": {}}),
}
NOTHING = object()


def rules_of(fields: Fields, above: str = "") -> Iterator[tuple[str, Rule]]:
    """Give every field of a kind with its rule, shapes written out."""
    for path, rules in fields.items():
        for rule in rules if isinstance(rules, tuple) else (rules,):
            if isinstance(rule, Like):
                yield from rules_of(SHAPES[rule.shape], f"{above}{path}.")
            else:
                yield above + path, rule


ROWS = [
    (kind, field, rule)
    for kinds, fields in {**BUILT_IN_KINDS, **CUSTOM_KINDS}.items()
    for kind in kinds.split()
    for field, rule in rules_of({**EVERY_OBJECT, "status": DROP, **fields})
]


def built(kind: str, field: str, value: object) -> dict[str, Any]:
    """Make an object in which ``field`` holds ``value``, or in which only the place around it exists."""
    group, slash, name = kind.rpartition("/")
    *above, last = field.replace("[]", ".[]").split(".")
    inner: Any = {} if value is NOTHING else [value] if last == "[]" else {key(last): value}
    for step in reversed(above):
        inner = [inner] if step == "[]" else {key(step): inner}
    return {"apiVersion": f"{group}{slash}v1", "kind": name, **inner}


def key(step: str) -> str:
    """Give a key for a step of a path."""
    return "any" if step == "*" else step


def found(body: Any, field: str) -> Any:
    """Look ``field`` up; gives ``NOTHING`` where it is missing."""
    for step in field.replace("[]", ".[]").split("."):
        if step == "[]":
            body = body[0]
        elif key(step) not in body:
            return NOTHING
        else:
            body = body[key(step)]
    return body


@pytest.mark.parametrize("words", sorted(SPELLINGS))
def test_every_field_of_the_table_becomes_canonical(words: str) -> None:
    """What the table says of a field holds for an object that spells it otherwise."""
    rows = [(kind, field) for kind, field, rule in ROWS if rule.words == words]
    before, after = SPELLINGS[words]
    assert rows
    for kind, field in rows:
        assert found(canonical(built(kind, field, before)), field) == after, (kind, field)


def test_every_default_of_the_table_is_spelled_out() -> None:
    """A missing field appears with its default, whose own missing fields appear too; a given one stays."""
    rows = [(kind, field, rule.value) for kind, field, rule in ROWS if isinstance(rule, Default)]
    assert rows
    for kind, field, value in rows:
        missing = found(canonical(built(kind, field, NOTHING)), field)
        assert (missing == value) if not isinstance(value, (dict, list)) else missing, (kind, field)
        given = {str: "5m0s", int: 7, bool: not value, dict: {"a": "b"}, list: [{"a": "b"}]}[type(value)]
        kept = found(canonical(built(kind, field, given)), field)
        assert kept == given if not isinstance(given, (dict, list)) else "a" in str(kept), (kind, field)


def test_every_field_that_is_left_out_is_gone() -> None:
    """What the server sets by itself does not stay in any kind."""
    for kind, field, rule in ROWS:
        if rule is DROP:
            assert found(canonical(built(kind, field, {"a": "b"})), field) is NOTHING, (kind, field)


def test_refuses_other_types_in_every_field_of_text() -> None:
    """Labels, annotations, variables and configuration hold text."""
    for kind, field, rule in ROWS:
        if rule is TEXT:
            assert found(canonical(built(kind, field, "8080")), field) == "8080"
            with pytest.raises(LumenError, match='must be text, not 8080; write "8080"'):
                canonical(built(kind, field, 8080))


def test_refuses_twins_in_every_list_of_names() -> None:
    """Of two variables of one name the cluster would keep one."""
    rows = [(kind, field) for kind, field, rule in ROWS if rule is UNIQUE]
    assert rows
    for kind, field in rows:
        with pytest.raises(LumenError, match="'A' is already set by item 0"):
            canonical(built(kind, field, [{"name": "A"}, {"name": "B"}, {"name": "A"}]))


@pytest.mark.parametrize("name", [name for name, rule in ANYWHERE.items() if rule is KEEP])
def test_keeps_selectors_at_any_depth(name: str) -> None:
    """An empty selector stays wherever a built-in kind has it."""
    body = {"apiVersion": "v1", "kind": "Thing", "a": {"b": [{name: {}, "other": {}}]}}
    assert canonical(body)["a"] == {"b": [{name: {}}]}


def test_gives_its_rules_with_their_reasons() -> None:
    """Every rule says why it is there, and in which kinds, so that a reader can judge it."""
    rules = {words: (example, why, kinds) for words, example, why, kinds in canonical_rules()}
    assert rules["canonical Go duration"][0] == "`90m` → `1h30m0s`"
    assert rules["canonical Go duration"][2] == ["Certificate", "ExternalSecret"]
    assert all(example and why.endswith(".") and kinds for example, why, kinds in rules.values())
    missing = {rule.words for _, _, rule in ROWS if not rule.why}
    assert missing == set()


def test_gives_its_rows_for_the_documentation() -> None:
    """The rows name every kind and shape, once for each field."""
    rows = canonical_table()
    assert ("Container", "ports[].protocol", "'TCP' where missing") in rows
    assert ("apps/Deployment", "spec.template", "as PodTemplate") in rows
    assert ("cert-manager.io/Certificate", "spec.duration", "canonical Go duration") in rows
    assert len({(kind, field, words) for kind, field, words in rows}) == len(rows)
    assert all(words for _, _, words in rows)
