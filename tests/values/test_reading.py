from __future__ import annotations

import math
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.errors import LumenError
from lumen_constructs.values import Limits, read_documents
from lumen_constructs.values.scalars import MAX_INTEGER

# What both readers agree on: PyYAML leaves unquoted what is text to YAML 1.1 and a number to YAML 1.2, such as 0E0.
_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff")
).filter(lambda text: text[:1] not in set("+-.0123456789"))
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(-1e9, 1e9).map(lambda number: round(number, 3))
    | _TEXT
)
_DATA: st.SearchStrategy[Any] = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4), max_leaves=20
)


def _only(text: str, **options: Any) -> Any:
    (document,) = read_documents(text, **options)
    return document.data


def _faults(text: str, **options: Any) -> tuple[str, ...]:
    with pytest.raises(LumenError) as caught:
        read_documents(text, "f.yaml", **options)
    assert all("\n" not in fault and len(fault) < 300 for fault in caught.value.faults)
    return caught.value.faults


@given(data=_DATA, flow=st.booleans())
@settings(deadline=None, max_examples=150)
def test_reads_what_pyyaml_reads(data: Any, flow: bool) -> None:  # noqa: FBT001  # hypothesis gives it by name
    """Documents that PyYAML wrote and reads back are the same data here."""
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow)
    assert _only(text) == yaml.safe_load(text) == data


@given(data=st.dictionaries(st.from_regex("[a-z]{1,6}", fullmatch=True), _DATA, max_size=5))
@settings(deadline=None, max_examples=60)
def test_locates_every_key_on_its_line(data: dict[str, Any]) -> None:
    """The place of a key is the line that starts with it, whatever stands between the keys."""
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=False)
    if not data:
        return
    (document,) = read_documents(text)
    lines = text.split("\n")
    for key in data:
        line, column = document.locate([key])
        assert column == 1
        assert lines[line - 1].lstrip("'").startswith(key)


@given(text=st.text(max_size=60) | st.text("&*<[]{}:-?!|>#%@`'\"\\ \n\tax0.,~", max_size=40))
@settings(deadline=None, max_examples=400)
def test_never_raises_anything_but_its_error(text: str) -> None:
    """Any text is read or refused with a line for each fault."""
    faults: tuple[str, ...] = ()
    try:
        read_documents(text)
    except LumenError as error:
        faults = error.faults or ("an error without a fault",)
    assert all(fault.startswith("<text>:") and "\n" not in fault for fault in faults)


def test_locates_nested_values_and_items() -> None:
    """A value stands where its key stands, an item where it starts, and what is not there at what is around it."""
    (document,) = read_documents("a:\n  b:\n  - x: 1\n  - {y: 2,\n     z: 3}\n")
    assert document.locate(["a", "b"]) == (2, 3)
    assert document.locate(["a", "b", 0]) == (3, 5)
    assert document.locate(["a", "b", 1, "z"]) == (5, 6)
    assert document.locate(["a", "b", 1, "nothing", "here"]) == (4, 5)
    assert document.locate(["a", "b", 7]) == (2, 3)
    assert document.locate([]) == (1, 1)


def test_reads_many_documents() -> None:
    """Each document has its data and its line; an empty one is null; an empty file has none."""
    documents = read_documents("# start\na: 1\n---\n- b\n---\n---\nc\n")
    assert [document.data for document in documents] == [{"a": 1}, ["b"], None, "c"]
    assert [document.line for document in documents] == [2, 4, 6, 7]
    assert read_documents("# nothing\n") == []


def test_copies_what_aliases_name() -> None:
    """An alias is a copy: changing it changes nothing else."""
    data = _only("a: &x {n: [1]}\nb: *x\n")
    data["a"]["n"].append(2)
    assert data == {"a": {"n": [1, 2]}, "b": {"n": [1]}}


def test_merges_what_merge_keys_name() -> None:
    """A mapping's own keys win over ``<<``, and the first named mapping over the second; lines are the anchors'."""
    (document,) = read_documents("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  a: 3\n  <<: [*x, *y]\n")
    assert document.data["z"] == {"a": 3, "b": 1, "c": 2}
    assert [document.locate(["z", key])[0] for key in "abc"] == [4, 1, 2]


def test_reads_a_quoted_merge_key_as_text() -> None:
    """Quoted, ``<<`` is a key like any other."""
    assert _only('a: {"<<": 1}') == {"a": {"<<": 1}}


@pytest.mark.parametrize(("text", "value"), [("!!str 1", "1"), ("! 1", "1"), ("!!float 1", 1.0), ("!!int '3'", 3)])
def test_reads_the_tags_of_plain_data(text: str, value: object) -> None:
    """Tags that name a plain type say what the value is."""
    found = _only(f"a: {text}")["a"]
    assert found == value
    assert type(found) is type(value)


def test_remembers_how_a_number_was_written() -> None:
    """The mark of a number has its text, which advice to quote it needs."""
    (document,) = read_documents("tag: 1.10")
    assert document.mark.find(["tag"]).text == "1.10"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2", ("f.yaml:4: b: the key 'c' is given twice, first on line 3",)),
        ("a: !!python/object/apply:os.system [ls]", ("the tag !!python/object/apply:os.system is not supported",)),
        ("a: !secret x", ("f.yaml:1: a: the tag !secret is not supported; write the plain value",)),
        ("a: !!int x", ("'x' is not what its tag !!int says",)),
        ("a:\n  - 0644", ("f.yaml:2: a[0]: 0644 is octal to some readers",)),
        ("1: x", ('f.yaml:1: a key must be text, not 1; write "1"',)),
        ("true: x", ('a key must be text, not true; write "true"',)),
        ("? [a]\n: 1", ("a key must be text, not a list",)),
        ("a: {{ .Values.x }}", ("a value that starts with {{ or { needs quotes",)),
        ("a: &x 1\nb: {*x : 2}", ("a key must be text, not an alias",)),
        ("a: &x [*x]", ("the alias *x stands inside its own anchor",)),
        ("a: *x", ("the alias *x has no anchor before it",)),
        ("a: 1\n<<: 3", ("the merge key << needs a mapping",)),
        ("x: &x {a: 1}\ny: {<<: *x, <<: *x}", ("the merge key << is given twice",)),
        ("a:\n\t- b", ("f.yaml:2: a tab cannot indent; write spaces",)),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x", ("f.yaml:2: a merge left its conflict here (<<<<<<<)",)),
        ("a:\r\n  b: 1\r\n>>>>>>> x\r\n", ("f.yaml:3: a merge left its conflict here (>>>>>>>)",)),
        ("a: b: c", ("a ':' cannot stand here",)),
        ("a: 'x", ("a quote is opened and never closed",)),
        ("a: [1, 2", ("in what starts on line 1",)),
        ("a: @b", ("a value cannot start with this character",)),
        ("a: \x07", ("f.yaml:1: has the control character U+0007",)),
        ("a: 1\nb: \x00", ("f.yaml:2: has the control character U+0000",)),
        ('a: "\\0"', ("f.yaml:1: a: a text has the character NUL",)),
        ("a: \ud800", ("has the control character U+D800",)),
        ("a: .inf", ("f.yaml:1: a: must be a finite number",)),
        (f"a: {2**60}", ("is beyond 2^53",)),
    ],
)
def test_refuses_what_is_no_plain_data(text: str, faults: tuple[str, ...]) -> None:
    """Each kind of bad document is refused with a line that says what is wrong."""
    said = "\n".join(_faults(text))
    assert all(fault in said for fault in faults), said


def test_a_text_may_hold_what_looks_like_a_conflict() -> None:
    """Only what cannot be read is looked at: a ConfigMap may hold anything."""
    text = "a: |\n  <<<<<<< HEAD\n  >>>>>>> x\n"
    assert read_documents(text, "f.yaml")[0].data == {"a": "<<<<<<< HEAD\n>>>>>>> x\n"}


def test_refuses_all_faults_at_once() -> None:
    """One reading tells all that is wrong with the data of a file."""
    faults = _faults("a: .nan\nb: 1\nb: 2\n3: c\nd: !x y\n")
    assert [fault.split(":")[1] for fault in faults] == ["1", "3", "4", "5"]


def test_refuses_only_so_many_faults() -> None:
    """A file that is wrong all over does not flood the terminal."""
    faults = _faults("\n".join(f"{number}: x" for number in range(5000)))
    assert len(faults) == 201
    assert "there may be more faults" in faults[-1]


def test_refuses_an_anchor_bomb_fast() -> None:
    """Aliases of aliases are counted before they are copied."""
    names = "abcdefghijklmnopqrstuvwxyz"
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(names)
    )
    started = time.monotonic()
    assert "has more than 1000000 values, aliases followed" in _faults(bomb)[0]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: " + "{a: " * 200 + "1" + "}" * 200,
        "\n".join(" " * depth + "a:" for depth in range(300)),
        "a: &a " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 60 + "*a" + "]" * 60,
    ],
    ids=["unclosed", "flow", "block", "through an alias"],
)
def test_refuses_deep_nesting(text: str) -> None:
    """Nesting is limited before anything recurses, aliases included."""
    assert "is nested deeper than 100 levels" in _faults(text)[-1]


def test_refuses_more_than_its_limits(tmp_path: Path) -> None:
    """Size and count are the caller's to say."""
    path = tmp_path / "f.yaml"
    path.write_text("a: [1, 2, 3]\n")
    with pytest.raises(LumenError, match=r"is larger than 10 bytes, the most that is read"):
        read_documents(path, limits=Limits(max_bytes=10))
    assert "has more than 4 values" in _faults("a: [1, 2, 3]", limits=Limits(max_nodes=4))[0]
    assert _only("a: [1, 2, 3]", limits=Limits(max_nodes=5)) == {"a": [1, 2, 3]}


def test_reads_manifests_in_the_dialect_of_kubectl() -> None:
    """The same text is other data to a cluster, and the caller says which is wanted."""
    assert _only("a: [yes, 0644]", dialect="kubectl") == {"a": [True, 420]}


def test_keys_of_manifests_become_text_as_kubectl_makes_them() -> None:
    """A ConfigMap of ports has numbers as keys; what becomes one key is given twice."""
    assert _only("80: a\n0x50_0: b\non: c\n1.5: d", dialect="kubectl") == {
        "80": "a",
        "1280": "b",
        "true": "c",
        "1.5": "d",
    }
    with pytest.raises(LumenError, match="the key 'true' is given twice, first on line 1"):
        read_documents("on: 1\nyes: 2", dialect="kubectl")
    with pytest.raises(LumenError, match="a key must be text, not null"):
        read_documents("null: 1", dialect="kubectl")


def test_is_finite_and_plain() -> None:
    """A document has no type beyond JSON's."""
    data = _only("[1, 2.5, x, true, null, {a: b}]")
    assert [type(item) for item in data] == [int, float, str, bool, type(None), dict]
    assert math.isfinite(data[1])
