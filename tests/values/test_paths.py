from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.errors import LumenError
from lumen_constructs.values.paths import Named, Step, formatted, parse, shown

_KEYS = st.text(min_size=1, max_size=12)
_STEPS: st.SearchStrategy[Step] = st.one_of(_KEYS, st.integers(0, 65536), st.builds(Named, _KEYS, st.text(max_size=12)))


@given(first=_KEYS, rest=st.lists(_STEPS, max_size=6))
@settings(deadline=None, max_examples=300)
def test_parses_what_it_formats(first: str, rest: list[Step]) -> None:
    """A formatted path is read as the same path, whatever its keys hold."""
    path = (first, *rest)
    assert parse(formatted(path)) == path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        ("a.b[0].c", ("a", "b", 0, "c")),
        ("a[0][1]", ("a", 0, 1)),
        ("ports[name=web.x].port", ("ports", Named("name", "web.x"), "port")),
        (r"annotations.prometheus\.io/scrape", ("annotations", "prometheus.io/scrape")),
        ('annotations."prometheus.io/scrape".x', ("annotations", "prometheus.io/scrape", "x")),
        (r'"a\"b".c', ('a"b', "c")),
        (r"a[na\=me=x\]y]", ("a", Named("na=me", "x]y"))),
        ("a[name=]", ("a", Named("name", ""))),
        ("imprun-server.replicas", ("imprun-server", "replicas")),
    ],
)
def test_parses_paths(text: str, path: tuple[Step, ...]) -> None:
    """Keys, indexes and names are told apart; backslash and quotes take a dot's meaning away."""
    assert parse(text) == path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a key is missing at the end"),
        ("a.", "a.: a key is missing at the end"),
        ("a..b", "a key is missing before '.b'"),
        (".a", "a key is missing before '.a'"),
        ("[0]", "a key is missing before '[0]'"),
        ("a[", "the '[' before '[' is never closed"),
        ("a[-1]", "[-1] must be an index from 0 to 65536"),
        ("a[65537]", "must be an index from 0 to 65536"),
        ("a[²]", "must be an index"),
        ("a[]", "[] must be an index"),
        ("a[=x]", "must be an index"),
        ("a[0]b", "a '.' was expected before 'b'"),
        ('"a"b', "a '.' was expected before 'b'"),
        ('"a', "the quote before '\"a' is never closed"),
    ],
)
def test_refuses_bad_paths(text: str, said: str) -> None:
    """What is wrong is named with the place."""
    with pytest.raises(LumenError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


def test_shows_long_keys_cut() -> None:
    """A message never holds a key of any length."""
    assert len(shown(["a", "k" * 10_000, 3])) < 200
