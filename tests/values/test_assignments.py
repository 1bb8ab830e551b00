from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.errors import LumenError
from lumen_constructs.values.assignments import Given, parse_set, parse_set_file, parse_set_string
from lumen_constructs.values.paths import Named, Step, formatted

_KEYS = st.text(min_size=1, max_size=8)
_PATHS = st.tuples(_KEYS, st.lists(_KEYS | st.integers(0, 9) | st.builds(Named, _KEYS, _KEYS), max_size=3)).map(
    lambda parts: (parts[0], *parts[1])
)


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\,{}" else char for char in text)


def _values(text: str) -> list[tuple[tuple[Step, ...], Given]]:
    return [(item.path, item.value) for item in parse_set(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=b", [(("a",), "b")]),
        ("a.b=c,d[0].e=f", [(("a", "b"), "c"), (("d", 0, "e"), "f")]),
        ("a[name=web].port=80", [(("a", Named("name", "web"), "port"), 80)]),
        ("a=b=c", [(("a",), "b=c")]),
        ("a=,b=1", [(("a",), ""), (("b",), 1)]),
        ("a=1,", [(("a",), 1)]),
        (r"a=x\,y", [(("a",), "x,y")]),
        (r"a=\{x", [(("a",), "{x")]),
        (r"a\.b=c", [(("a.b",), "c")]),
        ("a={x,1,true}", [(("a",), ["x", 1, True])]),
        ("a={},b={x}", [(("a",), []), (("b",), ["x"])]),
        (r"a={x\,y,\}}", [(("a",), ["x,y", "}"])]),
        ("a={,x}", [(("a",), ["", "x"])]),
        ("a=null", [(("a",), None)]),
        ("a=NULL", [(("a",), None)]),
    ],
)
def test_reads_helms_grammar(text: str, values: list[tuple[tuple[Step, ...], Given]]) -> None:
    """Commas, lists, escapes and null mean what they mean to Helm."""
    assert _values(text) == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", True),
        ("false", False),
        ("0", 0),
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("007", "007"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("yes", "yes"),
        ("0x10", "0x10"),
        ("100m", "100m"),
        (" 1", " 1"),
    ],
)
def test_infers_the_types_that_helm_infers(text: str, value: object) -> None:
    """Booleans and whole numbers without a leading zero are what they look like; all else is text."""
    ((_, found),) = _values(f"a={text}")
    assert found == value
    assert type(found) is type(value)


@given(items=st.lists(st.tuples(_PATHS, st.text(max_size=12)), min_size=1, max_size=4))
@settings(deadline=None, max_examples=200)
def test_reads_back_any_text(items: list[tuple[tuple[Step, ...], str]]) -> None:
    """Whatever is escaped comes back: any path, any text, any number of assignments."""
    text = ",".join(f"{formatted(path)}={_escaped(value)}" for path, value in items)
    assert [(item.path, item.value) for item in parse_set_string(text)] == items


@given(items=st.lists(st.text(min_size=1, max_size=8), max_size=5))
@settings(deadline=None, max_examples=100)
def test_reads_back_any_list(items: list[str]) -> None:
    """Lists of text round trip too."""
    (found,) = parse_set_string("a={" + ",".join(_escaped(item) for item in items) + "}")
    assert found.value == items


def test_keeps_text_with_set_string() -> None:
    """``--set-string`` infers nothing, not even null."""
    assert [item.value for item in parse_set_string("a=1,b=true,c=null,d={1,2}")] == ["1", "true", "null", ["1", "2"]]


def test_reads_files_with_set_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The value is the file's text, with all its lines."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("1\ntwo\n")
    (found,) = parse_set_file("x.y=a.txt")
    assert (found.path, found.value, found.fixed) == (("x", "y"), "1\ntwo\n", True)


def test_says_where_without_the_value() -> None:
    """What messages show of an assignment holds no value: it may be a secret."""
    (found,) = parse_set(r"db.pass\.word=hunter2")
    assert found.where == r"--set db.pass\.word=…"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "--set: is empty; write path=value"),
        ("a", "--set a: has no value; write a=VALUE"),
        ("a.b,c=1", "--set a.b: has no value"),
        ("a=1,b", r"a comma inside a value is written \,"),
        ("=1", "--set: a key is missing before '=1'"),
        ("a..b=1", "--set: a key is missing before '.b=1'"),
        ("a[x]=1", "[x] must be an index"),
        ("a[0=1", "is never closed"),
        ("a={x", "--set a=…: the '{' is never closed; write a list as {a,b}"),
        ("a={x}y", "--set a=…: the list is followed by 'y'"),
        ("a={x,null}", "--set a=…: a list cannot hold null"),
        ("a=9007199254740993", "is beyond 2^53"),
        (".".join("a" * 101) + "=1", "is nested deeper than 100 levels"),
    ],
)
def test_refuses_bad_assignments(text: str, said: str) -> None:
    """Each mistake is one line that says what to write."""
    with pytest.raises(LumenError) as caught:
        parse_set(text)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("text", ["secret=hunter2,b..c=1", "secret=hunter2,b[=1", "secret=hunter2,b={x"])
def test_refuses_without_showing_other_values(text: str) -> None:
    """A mistake in one assignment does not print the values of the others."""
    with pytest.raises(LumenError) as caught:
        parse_set(text)
    assert "hunter2" not in str(caught.value)


def test_refuses_files_that_are_not_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing, an empty and a binary file are refused with the assignment and the file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary").write_bytes(b"\x7fELF\x00")
    for text, said in [
        ("a=none", "--set-file a=…: none: no such file"),
        ("a=", "--set-file a=…: a file's path is missing"),
        ("a=binary", "--set-file a=…: binary:1: has the control character U+007F"),
    ]:
        with pytest.raises(LumenError) as caught:
            parse_set_file(text)
        assert said in str(caught.value)
