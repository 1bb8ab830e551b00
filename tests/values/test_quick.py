"""The quick reader is held against the one that knows all of YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError
from lumen_constructs.values.quick import QuickReader
from lumen_constructs.values.reading import read_documents

ROOT = Path(__file__).parents[2]

TEXTS = st.sampled_from(
    [
        *("", "a", "on", "null", "1", "0x3", "1:30", "a: b", "a #b", "#", "- a", "it's", 'say "x"', "=", "<<", "~"),
        *(
            "x\n",
            "x\ny",
            "\nx",
            "x\n\ny\n",
            " x\ny",
            "#!/bin/sh\nset -e\n",
            "a:\n  b\n",
            "é",
            "\t",
            "x\t\ny",
            "{}",
            "|",
        ),
        *("---", "--x", "$(X)", "/a/b", "http://a:80/", "100m", "0.5", "1e3", "..", ".5", "x y", "x  y", "x ", "\x85"),
    ]
) | st.text(max_size=5)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=10,
)
BODIES = st.dictionaries(TEXTS | st.sampled_from(["kind", "metadata", "spec"]), PLAIN, min_size=1, max_size=4)
#: What is put into a text, or over a piece of it.
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 2),
        st.sampled_from(
            [
                *" :-#'\"|>{}[]&*!%?,\t\\\r\n~0a",
                "\n  ",
                "\n- ",
                ": ",
                " #",
                "\n---\n",
                "\n...\n",
                "- ",
                "  ",
                "|+",
                "\u2028",
            ]
        ),
    ),
    max_size=3,
)


def same_or_unsure(text: str) -> bool:
    """Tell whether the quick reader knew the text; what it then gives is what the other reader gives."""
    found = QuickReader().read(text)
    if found is not None:
        assert repr(found) == repr([document.data for document in read_documents(text, dialect="kubectl")])
    return found is not None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(bodies=st.lists(BODIES, min_size=1, max_size=3), edits=EDITS)
def test_a_text_is_read_as_the_other_reader_reads_it_or_left_to_it(
    bodies: list[dict[str, Any]], edits: list[tuple[float, int, str]]
) -> None:
    """Whatever a text holds, and however it was damaged, it is never taken for something else."""
    text = "---\n".join(dump(body) for body in bodies)
    for place, length, piece in edits:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    same_or_unsure(text)


@pytest.mark.parametrize(
    "text",
    [
        "kind: A\nspec:\n  a:\n  - b: 1\n    c: [x]\n",
        "kind: A\nkind: B\n",
        "spec:\n  a: 1\n  a: 2\n",
        "a: 1\n b: 2\n",
        "a:\nb: 1\n",
        "a: b\n  c\n",
        "- a\n",
        "a: |\n x\n",
        "a: |\n   x\n",
        "a: |+\n  x\n",
        "a: >\n  x\n",
        "a: &x 1\nb: *x\n",
        "on: 1\n",
        "a: .inf\n",
        "a: 99999999999999999999\n",
        "a: 1",
        "",
        "{}\n",
        "a: 1\n---\n",
        f"{'k' * 1100}: 1\n",
        "a: é\n",
        "\ufeffa: 1\n",
    ],
)
def test_what_is_not_sure_is_left_to_the_other_reader(text: str) -> None:
    """A form that another reader may take otherwise, or refuses, is not read."""
    assert QuickReader().read(text) is None


def test_depth_is_left_to_the_other_reader() -> None:
    """What is too deep is refused by the reader that has a limit."""
    text = "".join(f"{'  ' * level}a:\n" for level in range(150)) + "  " * 150 + "b: 1\n"
    assert QuickReader().read(text) is None
    with pytest.raises(LumenError, match="nested deeper"):
        read_documents(text)


@pytest.mark.parametrize(
    "text",
    [
        "# Comment\n---\nkind: A\n---\nkind: B\n",
        "spec:\n  list:\n    - a: 1\n      b: |-\n        x\n\n        y\n    - a: 2\n  next: 'it''s'\n",
        'data:\n  script: |\n    #!/bin/sh\n\n    echo a: b\n  "on": "on"\n',
        "a: []\nb: {}\nc: null\nd: -5\ne: 0777\nf: yes\n",
    ],
)
def test_what_people_write_is_read(text: str) -> None:
    """The usual forms need no other reader."""
    assert same_or_unsure(text)


def test_the_output_of_this_repository_is_read() -> None:
    """Nearly every file that the library writes is of the form that is read quickly."""
    files = sorted(ROOT.glob("dist/**/*.yaml"))
    known = [same_or_unsure(file.read_text(encoding="utf-8")) for file in files]
    assert len(files) > 100
    assert sum(known) >= 0.95 * len(known)


def test_what_was_read_once_is_not_read_again() -> None:
    """Two objects with the same spec share it, which makes them quick to compare."""
    reader = QuickReader()
    (first,), (second,) = (
        reader.read(f"metadata:\n  name: {name}\nspec:\n  replicas: 3\n") or [{}] for name in ("a", "b")
    )
    assert first["spec"] is second["spec"]
    assert first["metadata"] != second["metadata"]
