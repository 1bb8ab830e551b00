from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.values import File, Loaded, Set, SetFile, SetString, Source, load
from tests.values.conftest import Write
from tests.values.models import Image, Port, System, Variable


def _faults(*sources: Source) -> list[str]:
    with pytest.raises(LumenError) as caught:
        load(System, sources)
    assert all("\n" not in fault for fault in caught.value.faults)
    return list(caught.value.faults)


def _load(*sources: Source) -> Loaded[System]:
    return load(System, sources)


def _variables(loaded: Loaded[System]) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in loaded.values.web.env if isinstance(one, Variable)]


_BASE = """\
web:
  image: ghcr.io/acme/web:1.0
  ports:
  - 8080
  - name: metrics
    number: 9090
  rules:
  - {path: /a, weight: 0.5}
  - {path: /b}
  labels: {team: blue, tier: front}
"""


def test_types_the_merged_values(write: Write) -> None:
    """Layers become typed options, with short forms in full and defaults filled in."""
    base = write("values.yaml", _BASE)
    high = write("values-dev.yaml", "web:\n  replicas: 2\n  rules:\n  - {path: /c}\n  labels: {tier: null, new: x}\n")
    values = _load(base, high).values
    assert values.web.image == Image(repository="ghcr.io/acme/web", tag="1.0")
    assert values.web.ports == (Port(number=8080), Port(name="metrics", number=9090))
    assert [rule.path for rule in values.web.rules] == ["/c"]
    assert dict(values.web.labels) == {"team": "blue", "new": "x"}
    assert (values.web.replicas, values.owner) == (2, "nobody")


def test_merges_items_by_name(write: Write) -> None:
    """An item changes the item of its name, a short form the one that it stands for, and new ones come last."""
    base = write("values.yaml", _BASE)
    high = write(
        "high.yaml",
        "web:\n  ports: [{name: http, public: true}, {name: admin, number: 1}, {name: metrics, number: 2}]\n",
    )
    assert _load(base, high).values.web.ports == (
        Port(number=8080, public=True),
        Port(name="metrics", number=2),
        Port(name="admin", number=1),
    )


def test_merges_with_what_a_short_form_stands_for(write: Write) -> None:
    """A mapping over ``repository:tag`` keeps the repository, from a file and from the command line."""
    base = write("values.yaml", _BASE)
    high = write("high.yaml", "web:\n  image: {tag: '2.0'}\n")
    assert _load(base, high).values.web.image == Image(repository="ghcr.io/acme/web", tag="2.0")
    assert _load(base, Set("web.image.tag=3")).values.web.image == Image(repository="ghcr.io/acme/web", tag="3")
    assert _load(base, high, Set("web.image=x:1")).values.web.image == Image(repository="x", tag="1")


def test_merges_a_mapping_of_names_with_a_list(write: Write) -> None:
    """Variables in either form merge by name, and null removes one of them."""
    base = write("values.yaml", _BASE + "  env:\n  - {name: A, value: a}\n  - {name: B, value: b}\n")
    high = write("high.yaml", "web:\n  env:\n    A: null\n    B: c\n    C: d\n")
    loaded = _load(base, high, Set("web.env.D=7"), SetString("web.env.C=null"))
    assert _variables(loaded) == [("B", "c"), ("C", "null"), ("D", "7")]
    assert loaded.explain("web.env[name=B].value").layers[-1].where == "high.yaml:4"
    assert _variables(_load(base, Set("web.env.A=null"))) == [("B", "b")]


def test_removes_items_by_name(write: Write) -> None:
    """A mapping of names to null in place of a list removes these items, and keeps the others."""
    base = write("values.yaml", _BASE)
    assert _load(base, write("high.yaml", "web: {ports: {http: null}}")).values.web.ports == (
        Port(name="metrics", number=9090),
    )
    assert _load(base, Set("web.ports.http=null")).tree["web"]["ports"] == [{"name": "metrics", "number": 9090}]
    assert _load(base, Set("web.ports[name=metrics]=null")).tree["web"]["ports"] == [8080]


def test_sets_items_by_index(write: Write) -> None:
    """An index changes an item of any lower layer, the next index adds one, and null takes one away."""
    base = write("values.yaml", _BASE)
    rules = _load(base, Set("web.rules[1].weight=0.25,web.rules[2].path=/c")).values.web.rules
    assert [(rule.path, rule.weight) for rule in rules] == [("/a", 0.5), ("/b", 0.25), ("/c", 1.0)]
    assert [rule.path for rule in _load(base, Set("web.rules[0]=null")).values.web.rules] == ["/b"]
    # Indexes after a removal are those of what is left.
    assert [rule.path for rule in _load(base, Set("web.rules[0]=null,web.rules[0].path=/z")).values.web.rules] == ["/z"]


def test_sets_lists_and_files(write: Write, tmp_path: Path) -> None:
    """Braces give a list, and ``--set-file`` the text of a file."""
    base = write("values.yaml", _BASE)
    (tmp_path / "note.txt").write_text("line\n")
    web = _load(base, Set("web.args={-v,--x=1,2}"), SetFile("web.note=note.txt")).values.web
    assert web.args == ("-v", "--x=1", "2")
    assert web.note == "line\n"


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("web.note=20240101", "note", "20240101"),
        ("web.note=true", "note", "true"),
        ("web.sampling=0.25", "sampling", 0.25),
        ("web.sampling=1", "sampling", 1.0),
        ("web.replicas=4", "replicas", 4),
        ("web.enabled=False", "enabled", False),
        ("web.mode=passive", "mode", "passive"),
    ],
)
def test_fits_set_to_the_field(write: Write, text: str, attribute: str, value: object) -> None:
    """Where the field leaves one type, a value of ``--set`` is of that type."""
    web = _load(write("values.yaml", _BASE), Set(text)).values.web
    assert getattr(web, attribute) == value
    assert type(getattr(web, attribute)) is type(value)


def test_names_file_line_and_path_of_every_fault(write: Write) -> None:
    """All faults of all layers come at once, each where its value was written, in the order of the layers."""
    base = write("values.yaml", _BASE + "  replcas: 2\nworkers:\n  a:\n    image: x\n    mode: lazy\n")
    high = write("values-dev.yaml", "# dev\nweb:\n  replicas: -1\n  ports:\n  - {name: metrics, number: 0}\nowner: 5\n")
    faults = _faults(base, high, Set("web.sampling=much,web.scale.maxReplica=3"))
    assert faults.pop(1).startswith("values.yaml:15: workers.a.mode: 'lazy' must be one of")
    assert faults == [
        "values.yaml:11: web.replcas: is not a known key; did you mean 'replicas'?",
        "values-dev.yaml:3: web.replicas: -1 must be at least 0",
        "values-dev.yaml:5: web.ports[name=metrics].number: 0 must be at least 1",
        'values-dev.yaml:6: owner: must be a string, not 5; write "5"',
        "--set web.sampling=…: web.sampling: must be a number, not 'much'",
        "--set web.scale.maxReplica=…: web.scale.maxReplica: is not a known key; did you mean 'maxReplicas'?",
    ]


def test_tells_faults_of_reading_of_all_files(write: Write) -> None:
    """Files that cannot be read do not hide each other's faults."""
    first = write("a.yaml", "a: [")
    second = write("b.yaml", "x: 1\nx: 2\n")
    faults = _faults(first, File("none.yaml"), second, Set("a..b=1"))
    assert [fault.split(": ")[0] for fault in faults] == ["a.yaml:2", "none.yaml", "b.yaml:2", "--set"]


def test_names_the_mapping_that_lacks_a_key(write: Write) -> None:
    """What is required points at its mapping in the layer that declared it last; at the top, at the file."""
    base = write("values.yaml", "workers:\n  a:\n    replicas: 1\n")
    high = write("high.yaml", "owner: me\nworkers:\n  a: {note: x}\n")
    assert _faults(base, high) == ["high.yaml: web: is required", "high.yaml:3: workers.a.image: is required"]


def test_points_at_the_null_that_removed_what_is_required(write: Write) -> None:
    """A key that a layer removed is missing because of that layer."""
    base = write("values.yaml", _BASE)
    assert _faults(base, write("high.yaml", "web:\n  note: x\n  image: null\n")) == [
        "high.yaml:3: web.image: is required"
    ]
    assert _faults(base, Set("web.image=null")) == ["--set web.image=…: web.image: is required"]


def test_refuses_unknown_keys_that_nobody_sees(write: Write) -> None:
    """A key that no option has is refused also where it is null, replaced by a higher layer or removed."""
    low = write("low.yaml", _BASE + "  argz: null\nworkers:\n  a: {image: x, rules: [{paht: /a}]}\n  b: {imag: y}\n")
    high = write("high.yaml", "workers:\n  a: {rules: []}\n  b: null\n")
    assert _faults(low, high, Set("web.foo=null")) == [
        "low.yaml:11: web.argz: is not a known key; did you mean 'args'?",
        "low.yaml:13: workers.a.rules[0].paht: is not a known key; did you mean 'path'?",
        "low.yaml:14: workers.b.imag: is not a known key; did you mean 'image'?",
        "--set web.foo=…: web.foo: is not a known key",
    ]


def test_removes_nothing_silently(write: Write) -> None:
    """A null over nothing is no fault where the key is known."""
    low = write("low.yaml", _BASE + "  note: null\nworkers: {x: null}\n")
    loaded = _load(low, Set("web.scale=null,workers.y=null"))
    assert "note" not in loaded.tree["web"]
    assert loaded.tree["workers"] == {}


def test_accepts_parts_in_a_layer(write: Write) -> None:
    """A layer need not be complete, and its values need not fit what other layers change."""
    low = write("low.yaml", "web:\n  scale: {minReplicas: 5}\n")
    high = write("high.yaml", "web:\n  image: x\n  scale: {maxReplicas: 9}\n")
    scale = _load(low, high).values.web.scale
    assert scale is not None
    assert (scale.min_replicas, scale.max_replicas) == (5, 9)


def test_refuses_contradictions_where_they_stand(write: Write) -> None:
    """What a model's own check finds points at the mapping, in the layer that declared it last."""
    low = write("low.yaml", _BASE + "  scale:\n    minReplicas: 5\n")
    high = write("high.yaml", "web:\n  scale:\n    maxReplicas: 4\n")
    assert _faults(low, high) == ["high.yaml:2: web.scale: minReplicas 5 is above maxReplicas 4"]


def test_advises_to_quote_what_was_written(write: Write) -> None:
    """A version that looks like a number is quoted as it was written, not as it was read."""
    assert _faults(write("values.yaml", "web:\n  image: {repository: x, tag: 1.10}\n")) == [
        'values.yaml:2: web.image.tag: must be a string, not 1.1; write "1.10"'
    ]
    assert _faults(write("values.yaml", "web: {image: x}\nowner: True\n")) == [
        'values.yaml:2: owner: must be a string, not true; write "True"'
    ]


def test_refuses_two_items_of_one_name(write: Write) -> None:
    """Within one layer, a name stands for one item; short forms count."""
    assert _faults(write("values.yaml", "web:\n  image: x\n  ports:\n  - 80\n  - name: http\n    number: 81\n")) == [
        "values.yaml:5: web.ports[1]: another item of this list has the name 'http'"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("web.rules[5].path=/x", "web.rules has 2 items, so [5] would leave a gap; the next is [2]"),
        ("web.rules.path=/x", "web.rules is a list; say which item, as web.rules[0] or web.rules[name=…]"),
        ("web.ports[name=metrcs].number=1", "(metrics); did you mean 'metrics'?"),
        ("web.labels[0]=x", "web.labels is a mapping, not a list"),
        ("web.mode[0]=x", "--set web.mode[0]=…: web.mode: "),
        ("web.replicas=x", "--set web.replicas=…: web.replicas: must be a whole number, not 'x'"),
        ("wbe.replicas=1", "--set wbe.replicas=…: wbe: is not a known key; did you mean 'web'?"),
    ],
)
def test_refuses_assignments_that_fit_nowhere(write: Write, text: str, said: str) -> None:
    """An assignment that does not fit the values below names itself and what is there."""
    (fault,) = _faults(write("values.yaml", _BASE), Set(text))
    assert fault.startswith("--set ")
    assert said in fault


def test_never_shows_long_values(write: Write) -> None:
    """A fault shows the start of a value, and no more."""
    (fault,) = _faults(write("values.yaml", f"web:\n  image: x\n  replicas: {'s3cret' * 1000}\n"))
    assert len(fault) < 200
    (fault,) = _faults(write("values.yaml", f"web: {{image: x}}\n{'k' * 900}: 1\n"))
    assert len(fault) < 200


def test_tells_at_most_two_hundred_faults(write: Write) -> None:
    """More faults than anybody reads are counted."""
    text = "web:\n  image: x\n  labels:\n" + "".join(f"    k{number}: 1\n" for number in range(1000))
    faults = _faults(write("values.yaml", text))
    assert len(faults) == 201
    assert faults[-1] == "and 800 more faults"


def test_loads_without_any_layer() -> None:
    """With no layer, there is no file to point at."""
    assert _faults() == ["values: web: is required"]
    assert _load(Set("web.image=x")).values.web.image == Image(repository="x")


def test_imports_neither_jsii_nor_yaml_for_the_marker() -> None:
    """Options that merge by name pay for nothing else; loading values needs no jsii."""
    code = (
        "import sys; from lumen_constructs.values.merging import MergeByName; assert 'yaml' not in sys.modules; "
        "from lumen_constructs.values import *; assert 'jsii' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
