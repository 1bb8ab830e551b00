from __future__ import annotations

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.values import Loaded, Set, load
from tests.values.conftest import Write
from tests.values.models import System

_BASE = """\
web:
  image: acme/web:1.0
  ports: [8080]
  rules:
  - {path: /a}
  labels: {a.b/c: x, team: blue}
  note: hello
"""
_HIGH = """\
web:
  replicas: 3
  rules:
  - {path: /b, weight: 2.0}
  labels:
    team: null
  note: null
"""


@pytest.fixture
def loaded(write: Write) -> Loaded[System]:
    """Give two layers of files and one of the command line."""
    return load(System, [write("values.yaml", _BASE), write("values-dev.yaml", _HIGH), Set("web.replicas=5")])


def test_explains_a_value_with_all_its_layers(loaded: Loaded[System]) -> None:
    """Value, type, text, default, every layer with its place, and the one that won."""
    found = loaded.explain("web.replicas")
    assert (found.path, found.value, found.state) == ("web.replicas", 5, "set")
    assert found.type == "whole number, at least 0"
    assert found.documentation == "How many run. Sets ``replicas``."
    assert (found.default, found.required) == (1, False)
    assert [(layer.where, layer.value) for layer in found.layers] == [
        ("values-dev.yaml:2", 3),
        ("--set web.replicas=…", 5),
    ]
    assert found.won == found.layers[-1]


@pytest.mark.parametrize(
    ("path", "value", "state", "won"),
    [
        ("owner", "nobody", "default", None),
        ("web.sampling", 0.5, "default", None),
        ("web.note", None, "default", None),
        ("web.labels.team", None, "unset", None),
        ("web.scale.minReplicas", None, "unset", None),
        ("web.image", {"repository": "acme/web", "tag": "1.0"}, "set", "values.yaml:2"),
        ("web.image.tag", "1.0", "set", "values.yaml:2"),
        ("web.ports[0].number", 8080, "set", "values.yaml:3"),
        ("web.ports[name=http].number", 8080, "set", "values.yaml:3"),
        ("web.rules[0].path", "/b", "set", "values-dev.yaml:4"),
        ("web.rules[path=/b].weight", 2.0, "set", "values-dev.yaml:4"),
        (r"web.labels.a\.b/c", "x", "set", "values.yaml:6"),
        ('web.labels."a.b/c"', "x", "set", "values.yaml:6"),
        ("web.args", [], "default", None),
        ("workers", {}, "default", None),
        ("web.labels", {"a.b/c": "x"}, "set", "values-dev.yaml:5"),
    ],
)
def test_explains_any_path(loaded: Loaded[System], path: str, value: object, state: str, won: str | None) -> None:
    """Set, defaulted, removed and never given values, in short forms and behind escapes, name the right layer."""
    found = loaded.explain(path)
    assert (found.value, found.state, found.won and found.won.where) == (value, state, won)


def test_tells_removed_and_replaced_values(loaded: Loaded[System]) -> None:
    """What null removed and what a list replaced stay in the history."""
    assert [(layer.where, layer.action) for layer in loaded.explain("web.labels.team").layers] == [
        ("values.yaml:6", "set"),
        ("values-dev.yaml:6", "removed"),
    ]
    assert [(layer.where, layer.action) for layer in loaded.explain("web.rules[0].path").layers] == [
        ("values.yaml:5", "set"),
        ("values-dev.yaml:3", "replaced"),
        ("values-dev.yaml:4", "set"),
    ]
    assert [layer.action for layer in loaded.origins["web", "note"]] == ["set", "removed"]


def test_tells_what_was_removed_with_what_held_it(write: Write) -> None:
    """A mapping that null removed took its values along, and a later layer starts anew."""
    low = write("low.yaml", "web: {image: x}\nworkers:\n  a: {image: a, note: b}\n")
    found = load(System, [low, write("high.yaml", "workers:\n  a: null\n"), Set("workers.a.image=c")])
    assert found.tree["workers"] == {"a": {"image": "c"}}
    note = found.explain("workers.a.note")
    assert [(layer.where, layer.action) for layer in note.layers] == [("low.yaml:3", "set"), ("high.yaml:2", "removed")]
    assert (note.value, note.won) == (None, None)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("web.mode", "one of active, passive"),
        ("web.note", "string"),
        ("web.enabled", "true or false"),
        ("web.ports", "list of Port, merged by name"),
        ("web.ports[0].number", "whole number, at least 1, at most 65535"),
        ("web.labels", "mapping of string"),
        ("web.scale", "Scale"),
        ("workers", "mapping of Component"),
        ("web.args", "list of string"),
    ],
)
def test_says_types_in_words(loaded: Loaded[System], path: str, words: str) -> None:
    """A type is said as a person would."""
    assert loaded.explain(path).type == words


def test_gives_the_text_of_the_option(loaded: Loaded[System]) -> None:
    """Paragraphs stay apart; a value without a text of its own has that of its type, or of what it stands in."""
    assert loaded.explain("web.note").documentation == "Anything a person wants to say.\n\nA second paragraph."
    assert loaded.explain("web.ports[0]").documentation == "A port."
    assert loaded.explain("web.labels.team").documentation == "Free keys."


def test_explains_more_of_what_is_required(loaded: Loaded[System]) -> None:
    """A required option has no default."""
    assert loaded.explain("web.image").required
    assert loaded.explain("web.image").default is None
    assert loaded.explain("web.ports").default == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("web.replcas", "web.replcas: is not a known key; did you mean 'replicas'?"),
        ("wbe.replicas", "wbe: is not a known key; did you mean 'web'?"),
        ("web.labels.teem", "web.labels.teem: is not a known key"),
        ("web.scale.minReplica", "web.scale.minReplica: is not a known key; did you mean 'minReplicas'?"),
        ("web.rules[1]", "web.rules: has 1 item, so there is no [1]"),
        ("web.rules.path", "web.rules: is a list; say which item, as web.rules[0] or web.rules[name=…]"),
        ("web.ports[name=htp]", "web.ports: has no item with name 'htp' (http); did you mean 'http'?"),
        ("web.note[0]", "web.note: is not a list, so there is no [0]"),
        ("web.labels[name=x]", "web.labels: is not a list with items"),
        ("web.replicas.x", "web.replicas.x: is not a known key"),
        ("web..x", "web..x: a key is missing before '.x'; write keys apart by dots, such as a.b[0].c"),
    ],
)
def test_refuses_paths_that_are_not_there(loaded: Loaded[System], path: str, said: str) -> None:
    """A path that the values cannot have is refused with the one that was meant."""
    with pytest.raises(LumenError) as caught:
        loaded.explain(path)
    assert str(caught.value) == said


def test_gives_the_whole_effective_tree(loaded: Loaded[System]) -> None:
    """Every leaf with defaults has its value and the layer that won; its path can be explained."""
    found = loaded.effective()
    assert [(leaf.path, leaf.value, leaf.origin.where) for leaf in found if leaf.origin] == [
        ("web.image.repository", "acme/web", "values.yaml:2"),
        ("web.image.tag", "1.0", "values.yaml:2"),
        ("web.replicas", 5, "--set web.replicas=…"),
        ("web.ports[name=http].name", "http", "values.yaml:3"),
        ("web.ports[name=http].number", 8080, "values.yaml:3"),
        ("web.ports[name=http].public", False, "values.yaml:3"),
        ("web.rules[0].path", "/b", "values-dev.yaml:4"),
        ("web.rules[0].weight", 2.0, "values-dev.yaml:4"),
        (r"web.labels.a\.b/c", "x", "values.yaml:6"),
    ]
    assert {leaf.path for leaf in found if not leaf.origin} == {
        "owner", "web.mode", "web.note", "web.sampling", "web.enabled", "web.scale", "web.env", "web.args", "workers",
    }  # fmt: skip
    for leaf in found:
        explained = loaded.explain(leaf.path)
        assert (explained.value, explained.won) == (leaf.value, leaf.origin)
