from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.checks import check
from lumen_constructs.checks.reading import MOST_TOLD, Content, Run, read_manifests
from lumen_constructs.emit.yaml import dump_all

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def read(text: str) -> Content:
    """Read a text as the file ``f.yaml``."""
    return read_manifests(text, "f.yaml")


def bodies(text: str) -> list[object]:
    """Give what a text that can be read holds."""
    content = read(text)
    assert content.unreadable == []
    return [manifest.subject.body for manifest in content.manifests]


def faults(text: str) -> list[str]:
    """Give what cannot be read, a line each."""
    return [str(entry) for entry in read(text).unreadable]


def test_each_document_knows_its_line() -> None:
    """Comments, empty documents and directives count as lines and give no object."""
    text = f"# c\n\n---\n{CONFIG}...\n%YAML 1.1\n---\n{CONFIG}"
    text += f"---\n---\n# only a comment\n--- # d\n{CONFIG}--- {{kind: X}}\n"
    found = read(text).manifests
    lines = text.splitlines()
    assert [manifest.line for manifest in found] == [4, 10, 17, 20]
    assert [lines[manifest.line - 1].partition("{")[0] for manifest in found] == ["apiVersion: v1"] * 3 + ["--- "]
    assert found[1].subject.where == "f.yaml:10"


def test_the_usual_form_is_read_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this library and cdk8s write is not read with the marks of each value; the lines are the same."""
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "x\ny", "b": "#"}}
    text = f"# Written by lumen\n{dump_all([manifest, manifest])}"
    slow = read(f"{text}...\n")  # the quick reader leaves this to the other

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("lumen_constructs.checks.reading.read_documents", refuse)
    quick = read(text)
    assert [(found.subject, found.line) for found in quick.manifests] == [
        (found.subject, found.line) for found in slow.manifests
    ]
    assert [found.line for found in quick.manifests] == [2, 12]


def test_markers_inside_a_text_are_text() -> None:
    """A marker starts in the first column and stands alone; in a block it is indented."""
    assert bodies("a: |\n  x\n  ---\n  y\nb: ---x\n---y: 1\n") == [{"a": "x\n---\ny\n", "b": "---x", "---y": 1}]
    assert bodies('kind: "%"\n---\nkind: B\n') == [{"kind": "%"}, {"kind": "B"}]


def test_lists_give_their_items_with_their_lines() -> None:
    """Lists in Lists too, and typed lists."""
    text = """kind: List
items:
- kind: A
- kind: BList
  items:
  - kind: B
    spec:
      x: 1
  - 3
- kind: C
  items: none
"""
    found = read(text).manifests
    assert [(manifest.line, manifest.subject.body) for manifest in found] == [
        (3, {"kind": "A"}),
        (6, {"kind": "B", "spec": {"x": 1}}),
        (9, 3),
        (10, {"kind": "C", "items": "none"}),
    ]
    assert found[1].place("spec.x") == (8, 7)


def test_finds_the_field_at_fault() -> None:
    """Line and column of the field, of the nearest thing around it where it is missing, whatever stands above."""
    text = f"{CONFIG}---\n\nspec:\n  ports:\n  - name: x\n    a.b/c: {{d: 1}}\n"
    manifest = read(text).manifests[1]
    assert manifest.place("spec.ports[0].name") == (8, 5)
    assert manifest.place("spec.ports[0].a.b/c.d") == (9, 13)
    assert manifest.place("spec.ports[0].port") == (8, 5)
    assert manifest.place("spec.ports[7]") == (7, 3)
    assert manifest.place("metadata.name") == (6, 1)
    assert manifest.place("") == (6, 1)


def test_reads_json_as_kubectl_does() -> None:
    """Tabs, escapes that YAML does not know, long keys, and one object after the other."""
    key = "k" * 2000
    assert bodies('{\n\t"a": "\\/",\n\t"b": [1,\n\t2]}') == [{"a": "/", "b": [1, 2]}]
    assert bodies('{"a": "\\ud83d\\ude00"}') == [{"a": "😀"}]
    assert bodies(f'{{"{key}": 1}}') == [{key: 1}]
    content = read('{"a": 1}\n\n{"b": 2}{"c": 3}\n---\n{"d": 4}')
    assert [manifest.line for manifest in content.manifests] == [1, 3, 3, 5]
    assert content.manifests[1].place("b") == (3, 1)


def test_a_fault_costs_one_document() -> None:
    """What stands before and after it is read."""
    content = read(f"{CONFIG}---\na: [\n---\n{CONFIG}---\na: 1\na: 2\n")
    assert len(content.manifests) == 2
    assert list(map(str, content.unreadable)) == [
        "f.yaml:5: did not find expected node content",
        "f.yaml:12: the key 'a' is given twice, first on line 11",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: {{ .Values.name }}", "it holds '{{': a template is checked as what helm template makes of it"),
        ("{{- if .Values.on }}\nkind: A\n{{- end }}", "a template is checked as what helm template makes of it"),
        ("a: &x\n  b: *x", "f.yaml:2: a.b: the alias *x stands inside its own anchor"),
        ("a: !!python/object:os.system x", "the tag"),
        ("a: \x1b[31m", "f.yaml:1: has the control character U+001B"),
        ("[" * 100_000, "is nested deeper than 100 levels"),
        ('{"a":' * 100_000, "is nested deeper than 100 levels"),
        ('{"a": "\\ud83d"}', "found invalid Unicode character escape code"),
        ('{"a": 1, "a": 2}', "the key 'a' is given twice"),
        ("a: .nan", "must be a finite number"),
        ('{"a": NaN}{', "did not find expected <document start>"),
        ("null: 1", "a key must be text"),
    ],
)
def test_refuses_what_is_no_manifest(text: str, fault: str) -> None:
    """Each is told with its file and line, and hurts nothing."""
    (found,) = faults(text)[:1]
    assert found.startswith("f.yaml:")
    assert fault in found


def test_refuses_a_bomb_of_aliases() -> None:
    """Ten lines that stand for 10^9 values."""
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
    assert faults(text) == ["f.yaml:6: has more than 1000000 values, aliases followed"]


def test_refuses_more_than_a_run_may_read() -> None:
    """What was read until then is kept; aliases count for what they stand for."""
    documents = "---\na: &a [1, 2, 3, 4, 5, 6, 7, 8]\nb: [*a, *a, *a]\n" * 10
    content = read_manifests(documents, "f.yaml", Run(left=100))
    assert 1 < len(content.manifests) < 5
    (fault,) = content.unreadable
    assert "is more than one run reads" in fault.message
    assert fault.line == 1 + 3 * len(content.manifests)


def test_tells_the_first_of_many_faults() -> None:
    """Each is told with its line; the rest is counted."""
    found = faults("---\na: [\n" * 50)
    assert len(found) == MOST_TOLD + 1
    assert found[2] == "f.yaml:6: did not find expected node content"
    assert found[-1] == "f.yaml: 30 more documents cannot be read"


def test_reads_many_documents_in_little_time() -> None:
    """The markers are looked for once, and nothing is kept of each but its text."""
    content = read("---\nkind: A\n" * 5_000 + "---\n" * 50_000)
    assert len(content.manifests) == 5_000
    assert content.manifests[-1].line == 10_000


_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=20)
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.dictionaries(_TEXT, _PLAIN, min_size=1, max_size=4), min_size=1, max_size=4))
def test_reads_whatever_we_write(documents: list[dict[str, object]]) -> None:
    """As many documents, with the same data, each where it starts."""
    text = dump_all(documents)
    content = read(text)
    assert content.unreadable == []
    assert [manifest.subject.body for manifest in content.manifests] == documents
    lines = text.splitlines()
    assert all(lines[manifest.line - 2] == "---" for manifest in content.manifests[1:])


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(alphabet="{}[]:,-&*!|>'\"#%@ \n\tab1.\\…\x00\ud83d", max_size=60))
def test_never_raises(text: str) -> None:
    """Whatever the text is, there is an answer, and what was read can be checked and located."""
    content = read(text)
    for entry in content.unreadable:
        assert entry.line is None or 1 <= entry.line <= text.count("\n") + 1
    report = check([manifest.subject for manifest in content.manifests])
    for finding in report.findings:
        line, column = content.manifests[finding.subject].place(finding.path)
        assert 1 <= line <= text.count("\n") + 1
        assert column >= 1
