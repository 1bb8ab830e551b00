from __future__ import annotations

import json
from importlib.metadata import version

from lumen_constructs.checks.reports import as_json
from lumen_constructs.checks.reports.as_json import json_text
from tests.checks.reports.outcomes import CLEAN, MIXED


def test_has_everything_that_is_known() -> None:
    """A change here is a change for whoever reads it: keys may be added, none may go."""
    document = json.loads(json_text(MIXED))
    assert document["version"] == 1
    assert document["tool"] == {"name": "lumen-constructs", "version": version("lumen-constructs")}
    assert document["summary"] == {
        "objects": 1234,
        "sets": 2,
        "errors": 1,
        "warnings": 2,
        "waived": 1,
        "unreadable": 2,
        "passedOver": 1,
    }
    assert document["findings"][0] == {
        "rule": "service-selects-nothing",
        "severity": "error",
        "set": "",
        "file": "a b/web.yaml",
        "line": 12,
        "column": 3,
        "object": "Service/shop/web",
        "path": "spec.selector",
        "message": "selects no pod; 100% sure",
        "hint": "the nearest is 'web', not 'wbe'",
    }
    assert (document["waived"][0]["set"], document["waived"][0]["reason"]) == (
        "dist/shop/dev",
        "follows main: on purpose",
    )
    assert document["unreadable"] == [
        {"file": "bad.yaml", "line": 7, "message": "a key was expected here"},
        {"file": "gone.yaml", "line": None, "message": "no such file"},
    ]
    assert document["passedOver"] == ["values.yaml"]


def test_has_the_same_keys_where_nothing_is_wrong() -> None:
    """A reader need not ask whether a key is there."""
    assert json.loads(json_text(CLEAN)).keys() == json.loads(json_text(MIXED)).keys()


def test_is_plain_ascii() -> None:
    """Whatever a name holds, a terminal and a log show it as it is."""
    assert json_text(MIXED).isascii()
    assert "\x1b" not in json_text(MIXED)


def test_every_key_is_documented() -> None:
    """The module's text is the documentation of the form."""
    document = json.loads(json_text(MIXED))
    keys = [*document, *document["summary"], *document["findings"][0], *document["unreadable"][0]]
    assert [key for key in keys if key not in (as_json.__doc__ or "")] == []
