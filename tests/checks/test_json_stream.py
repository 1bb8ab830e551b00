from __future__ import annotations

import pytest

from lumen_constructs.checks.json_stream import read_json


def test_reads_values_one_after_the_other() -> None:
    """With nothing or white space between them, each with its line."""
    assert read_json('\n{"a": 1}{"b": [\n2]}\r\n\t[3] ') == [({"a": 1}, 2), ({"b": [2]}, 2), ([3], 4)]
    assert read_json(" \n") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1, "a": 2}', "a key twice"),
        ('{"a": NaN}', "the number NaN"),
        ('{"a": -Infinity}', "the number -Infinity"),
        ('{"a": "\\ud83d"}', "half a surrogate pair"),
        ('{"\\ude00": 1}', "half a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "digits"),
        ('{"a": 1', "delimiter"),
        ("{'a': 1}", "property name"),
    ],
)
def test_refuses_what_no_cluster_can_store(text: str, fault: str) -> None:
    """Without a traceback from below."""
    with pytest.raises(ValueError, match=fault):
        read_json(text)
