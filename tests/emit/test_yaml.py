from __future__ import annotations

import datetime as dt
import enum
import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.emit.yaml import dump, dump_all
from lumen_constructs.errors import LumenError

ROOT = Path(__file__).parents[2]

#: Texts that some reader of some version takes for something else when they stand plain.
TREACHEROUS = (
    *("", " ", "  a", "a  ", "\t", "a\tb", "~", "null", "Null", "NULL", "true", "False", "yes", "No", "ON"),
    *("off", "y", "N"),
    *("0", "-1", "+1", "010", "0o10", "0O7", "-0o7", "0x1F", "0X1", "0b1", "0B1", "1_000", "1__0", "_1", "1,000", "08"),
    *(".5", "5.", ".", "..", "1e3", "1E3", "1e", "1e+", "12e03", "1e400", "-.inf", ".Inf", ".NaN", "inf", "NaN"),
    "+.inf",
    *("1:30", "1:30:00.5", "08:30", "2024-01-01", "2024-1-1", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43"),
    *("=", "<<", "---", "...", "-", "?", ":", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a", "a#b", "a:b", "a :b"),
    *("@a", "`a", "%a", "&a", "*a", "!a", "!!str a", "|", ">", "|-\n", "'a'", '"a"', "'", '"', "\\", "a\\nb"),
    *("it's", "{}", "[]"),
    *("{{ $value }}", "${A}", "$(A)", "--flag", "-x", "--a=b: c", "[a]", "a, b", "{a: b}", 'up{job="a"} == 0'),
    *("\n", "\n\n", "a\n", "a\nb", "a\nb\n", "a\n\nb\n\n", "\na", "\n\na\n", " a\nb", "\ta\nb", "a\n\tb"),
    *("a\n \nb", "a\n  "),
    *("a\n---\nb\n", "a\n...\nb", "# a\nb: c\n", "a \nb", "- a\n- b", "a\r\nb\r\n", "a\rb", "\n a", "\n\ta"),
    *("한글", "é", "🚀", "a\n🚀\n", "\u0085", "a\u2028b", "a\n\u2029\n", "\ufeff", "a\ufeff\n", "\x1b[0m"),
    *("\x7f", "\xa0", "\u200b", "\uffff"),
    *("x" * 1100, "x y " * 300, "a\n" + "b" * 1100),
)  # fmt: skip

PIECES = (
    *TREACHEROUS[:40],
    *"ab01 :#-.\n\t'\"\\{}[],&*!|>%@`?=~<_",
    "  ",
    ": ",
    " #",
    "\n\n",
    "\n- ",
    "é",
    "🚀",
    "\u2028",
)


def exact(value: object) -> str:
    """Give a form in which 1, 1.0 and True differ."""
    return json.dumps(value, sort_keys=True)


def texts() -> st.SearchStrategy[str]:
    """Give texts out of treacherous pieces, and any other text."""
    pieces = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
    return st.sampled_from(TREACHEROUS) | pieces | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def data() -> st.SearchStrategy[Any]:
    """Give any plain data."""
    numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | texts(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=10,
    )


def corpus() -> list[dict[str, Any]]:
    """Give the documents that the slower readers get in one batch: all treacherous texts, in all places, and a mix."""
    documents: list[dict[str, Any]] = [
        {"plain": text, "list": [text, [text], {"first": text, "second": [text]}], "keys": {text: text, "z": {text: 1}}}
        for text in TREACHEROUS
    ]
    source = random.Random(7)  # noqa: S311  # a fixed mixture of pieces, no secret
    for _ in range(400):
        mixed = ["".join(source.choice(PIECES) for _ in range(source.randrange(6))) for _ in range(6)]
        documents.append({"a": mixed, "b": dict(zip(mixed[:3], mixed[3:], strict=True)), "c": [{"d": mixed[0]}]})
    documents.append(
        {"numbers": [0, -1, 2**53, 0.5, 1e-7, 1.5e16, -2.5e-10, 1e300], "others": [None, True, False, {}, []]}
    )
    return documents


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.dictionaries(texts(), data(), max_size=4))
def test_reads_back_equal_by_yaml_1_1(body: dict[str, Any]) -> None:
    """PyYAML, which follows YAML 1.1, gives back what was written."""
    assert exact(yaml.load(dump(body), Loader=yaml.CSafeLoader)) == exact(body)


def test_reads_back_equal_by_both_parsers_of_pyyaml() -> None:
    """The parser in Python and the one in C give back what was written."""
    for document in corpus()[:120]:
        text = dump(document)
        assert exact(yaml.safe_load(text)) == exact(document)
        assert exact(yaml.load(text, Loader=yaml.CSafeLoader)) == exact(document)


def test_reads_back_equal_by_yaml_1_2() -> None:
    """The npm package ``yaml`` gives back what was written, read as YAML 1.2 and as 1.1."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "yaml").is_dir():
        pytest.skip("needs node and the npm package yaml (npm ci)")
    script = """
        const YAML = require('yaml');
        const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        const read = (version) => texts.map((text) => YAML.parse(text, { version }));
        process.stdout.write(JSON.stringify([read('1.2'), read('1.1')]));
    """
    documents = corpus()
    given_texts = json.dumps([dump(document) for document in documents])
    run = subprocess.run([node, "-e", script], input=given_texts, cwd=ROOT, capture_output=True, text=True, check=True)
    for version, read in zip(("1.2", "1.1"), json.loads(run.stdout), strict=True):
        for document, copy in zip(documents, read, strict=True):
            assert copy == document, version


def test_reads_back_equal_by_kubectl() -> None:
    """The reader of kubectl, which is that of the API server, gives back what was written."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("needs kubectl")
    bodies = [
        {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": f"t{number}"}, "spec": document}
        for number, document in enumerate(corpus())
    ]
    command = [kubectl, "annotate", "--local", "--kubeconfig=/dev/null", "-f", "-", "-o", "json", "a=b"]
    run = subprocess.run(command, input=dump_all(bodies), capture_output=True, text=True, check=True)
    decoder, rest, read = json.JSONDecoder(), run.stdout.strip(), []
    while rest:
        thing, end = decoder.raw_decode(rest)
        read.append(thing["spec"])
        rest = rest[end:].lstrip()
    assert read == [body["spec"] for body in bodies]


def test_writes_an_object_in_the_habit_of_the_field() -> None:
    """Name and image lead, lists start in the column of their key, and text is plain where it can be."""
    body = {
        "spec": {
            "template": {"spec": {"volumes": [{"emptyDir": {}, "name": "tmp"}], "containers": [
                {
                    "ports": [{"protocol": "TCP", "containerPort": 8080, "name": "http"}],
                    "image": "ghcr.io/acme/cart:1.4.2",
                    "args": ["--listen=:8080", "-v", "on", "$(POD_IP)"],
                    "name": "cart",
                }
            ]}},
            "replicas": 2,
        },
        "kind": "Deployment",
        "metadata": {
            "annotations": {"note": 'say "hi"', "script": "set -e\necho ok\n", "last": "a\nb"},
            "labels": {"b": "1.0", "a": "x"},
            "name": "cart",
        },
        "apiVersion": "apps/v1",
    }  # fmt: skip
    assert dump(body) == (
        """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  labels:
    a: x
    b: "1.0"
  annotations:
    last: |-
      a
      b
    note: say "hi"
    script: |
      set -e
      echo ok
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: cart
        image: ghcr.io/acme/cart:1.4.2
        args:
        - --listen=:8080
        - -v
        - "on"
        - $(POD_IP)
        ports:
        - name: http
          containerPort: 8080
          protocol: TCP
      volumes:
      - name: tmp
        emptyDir: {}
"""
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ghcr.io/acme/cart:1.4.2", "ghcr.io/acme/cart:1.4.2"),
        ("https://a.example:8443/x?y=z#part", "https://a.example:8443/x?y=z#part"),
        ("sum(rate(http_requests_total[5m])) > 0", "sum(rate(http_requests_total[5m])) > 0"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("1h30m", "1h30m"),
        ("on", '"on"'),
        ("0o10", '"0o10"'),
        ("1_000", '"1_000"'),
        ("1:30", '"1:30"'),
        ("2024-01-01", '"2024-01-01"'),
        ("=", '"="'),
        ("a: b", '"a: b"'),
        ('{"a": "it\'s"}', """'{"a": "it''s"}'"""),
        ("tab\there", '"tab\\there"'),
        ("\x00\x1b\u2028\ufeff", '"\\0\\x1B\\u2028\\uFEFF"'),
        ("🚀 한글", '"🚀 한글"'),
        ("a\n\tb\n", "|\n  a\n  \tb"),
        ("a\n\n\nb", "|-\n  a\n\n\n  b"),
        ("\ta\nb", '"\\ta\\nb"'),
        ("a\n\n", '"a\\n\\n"'),
        ("a\r\nb", '"a\\r\\nb"'),
    ],
)
def test_writes_text_plain_quoted_or_as_a_block(text: str, written: str) -> None:
    """Each text has one spelling."""
    assert dump({"k": text}) == f"k: {written}\n"


def test_never_folds_a_line_and_never_writes_an_anchor() -> None:
    """A long text stays on its line, and data that stands twice is written twice."""
    shared = {"a": ["word " * 100 + "end"]}
    text = dump({"x": shared, "y": shared})
    assert text.count("word " * 100 + "end\n") == 2
    assert "&" not in text
    assert "*" not in text


def test_does_not_depend_on_the_order_of_keys() -> None:
    """Two dicts that are equal are written alike."""
    one = {"kind": "A", "spec": {"b": 1, "a": 2, "name": "n"}}
    other = {"spec": {"name": "n", "a": 2, "b": 1}, "kind": "A"}
    assert dump(one) == dump(other)


def test_separates_documents() -> None:
    """A stream has a separator between its documents, and none where there is one document or none."""
    assert dump_all([{"a": 1}, {"b": "x\ny"}, {"c": 3}]) == "a: 1\n---\nb: |-\n  x\n  y\n---\nc: 3\n"
    assert dump_all([{"a": 1}]) == "a: 1\n"
    assert dump_all([]) == ""
    assert dump({}) == "{}\n"


def test_writes_floats_that_every_reader_takes_for_floats() -> None:
    """YAML 1.1 knows no float without a point."""
    assert dump({"a": [1e-7, 1e16, 0.1, -2.0]}) == "a:\n- 1.0e-07\n- 1.0e+16\n- 0.1\n- -2.0\n"


def test_writes_subclasses_as_their_plain_types() -> None:
    """An enum's member is written as its text, wherever it stands."""
    colour = enum.StrEnum("colour", {"RED": "on"})
    number = enum.IntEnum("number", {"ONE": 1})
    assert dump({colour("on"): [colour("on"), number(1)], "k": colour("on")}) == 'k: "on"\n"on":\n- "on"\n- 1\n'


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "nan is not a finite number"),
        (float("inf"), "inf is not a finite number"),
        ((1,), "a tuple is no plain data"),
        ({1}, "a set is no plain data"),
        (dt.date(2024, 1, 1), "a date is no plain data"),
        (b"x", "a bytes is no plain data"),
        ({1: 2}, "the key 1 is not text"),
        ("\ud800", "half of a surrogate pair"),
    ],
)
def test_refuses_what_yaml_readers_would_bend(value: object, message: str) -> None:
    """Only plain data has one reading."""
    with pytest.raises(LumenError, match=message):
        dump({"a": [value]})
