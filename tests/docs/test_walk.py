"""What the tests of the pages find wrong: a test of a page that could not fail would be worth nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import Command, Treatment, blocks
from tests.docs.understood import faults
from tests.docs.walk import Walk, agrees, edit, holds


def page(folder: Path, text: str) -> Path:
    """Write a page; a tilde stands for a backquote."""
    file = folder / "page.md"
    file.write_text(text.replace("~", "`"), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "treatment"),
    [
        ("~~~console\n$ lumen list\n~~~", Treatment.COMMANDS),
        ("<!-- not run: needs a cluster -->\n~~~console\n$ lumen list\n~~~", Treatment.NOT_RUN),
        ("<!-- not run -->\n~~~console\n$ lumen list\n~~~", Treatment.COMMANDS),
        ('~~~yaml title="a.yaml"\na: 1\n~~~', Treatment.FILE),
        ('~~~diff title="a.yaml"\n+a: 1\n~~~', Treatment.EDIT),
        ("<!-- shows: a.yaml -->\n~~~yaml\na: 1\n~~~", Treatment.SHOWS),
        ("<!-- shows: a.yaml -->\n\n~~~yaml\na: 1\n~~~", None),
        ("~~~yaml\na: 1\n~~~", None),
        ("~~~sh\nlumen list\n~~~", None),
        ("~~~text\nlumen list\n~~~", None),
        ("~~~\na → b\n~~~", Treatment.PICTURE),
    ],
)
def test_tells_what_is_done_with_a_block(text: str, treatment: Treatment | None, tmp_path: Path) -> None:
    """A block in a form that nobody knows has no treatment, and fails the test of its page."""
    (block,) = blocks(page(tmp_path, f"{text}\n"))
    assert block.treatment is treatment


def test_an_error_belongs_to_python_and_to_values(tmp_path: Path) -> None:
    """Behind a console block, which shows its own output, a text block is one that nobody compares."""
    found = blocks(page(tmp_path, "~~~python\nx\n~~~\n\n~~~text\ne\n~~~\n\n~~~console\n$ x\n~~~\n\n~~~text\ne\n~~~\n"))
    assert [block.treatment for block in found] == [Treatment.PYTHON, Treatment.EXPECTED, Treatment.COMMANDS, None]


@pytest.mark.parametrize(
    ("printed", "shown", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a\n1\n2\nb\n", "a\n…\nb\n", True),
        ("a\nb\n", "a\n…\nb\n", True),
        ("a\n1\n2\n", "a\n…\nb\n", False),
        ("hash 12ab: x\n", "hash …: x\n", True),
        ("hash 12ab\n: x\n", "hash …: x\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_compares_what_is_printed(printed: str, shown: str, same: bool) -> None:  # noqa: FBT001  # a table of cases
    """'…' stands for text of a line, and alone for lines."""
    assert agrees(printed, shown) is same


@pytest.mark.parametrize(
    ("shown", "there"),
    [
        ("a:\n  b: 1\n", True),
        ("  b: 1\n  c: 2\n", True),
        ("a:\n  c: 2\n", False),
        ("a:\n# …\n  c: 2\n", True),
        ("  c: 2\n# …\na:\n", False),
        ("  b: 11\n", False),
        ("  b: …\n  c: 2\n", True),
    ],
)
def test_finds_the_lines_of_a_file(shown: str, there: bool) -> None:  # noqa: FBT001  # a table of cases
    """Lines are there one after the other, and as wholes."""
    assert holds("a:\n  b: 1\n  c: 2\n", shown) is there


@pytest.mark.parametrize("change", ["-c: 1\n", "-b: 1\n", " a: 2\n", "a: 1\n"])
def test_refuses_an_edit_that_does_not_apply(change: str, tmp_path: Path) -> None:
    """What an edit takes away, and what stands around it, is there exactly once."""
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\nb: 1\nb: 1\n")
    with pytest.raises(AssertionError):
        edit(file, change)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("~~~console\n$ true\nx\n~~~", "line 2: true"),
        ("~~~console\n$ false\n~~~", "exit status 1"),
        ("~~~console\n$ echo a \\\n    b\nx\n~~~", "line 2: echo a b"),
        ("~~~console\n$ echo 'error: x'\nerror: x\n~~~", "exit status 0"),
        ("~~~console\n$ lumen list\n~~~", "is in no project"),
        ("<!-- not run: needs a cluster -->\n~~~console\n$ lumen lst\n~~~", "line 3: lumen lst"),
        ("<!-- not run: needs a cluster -->\n~~~console\n$ rm -rf dist\n~~~", "rm is no program"),
        ("<!-- not run: needs an index -->\n~~~console\n$ pip install lumen-constructs[x]\n~~~", "no extra x"),
    ],
)
def test_refuses_a_command_that_does_not_do_what_is_shown(text: str, fault: str, walk: Walk, tmp_path: Path) -> None:
    """Other output, another exit status, and what no program would understand."""
    with pytest.raises(AssertionError) as raised:
        walk.do(blocks(page(tmp_path, f"{text}\n")))
    assert fault in str(raised.value)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="NOT TESTED WITHOUT KUBECTL: there is no kubectl")
@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("kubectl apply -f dist/service.cart.yaml", None),
        ("kubectl apply -f dist", None),
        ("kubectl apply --serverside -f dist", "kubectl apply has no option --serverside"),
        ("kubectl apply -f dist/service.basket.yaml", "service.basket.yaml is not there"),
        ("kubectl apply -f dist/service.wrong.yaml", "service.wrong.yaml holds Service/cart"),
        ("kubectl get service/cart --namespace shop", None),
        ("kubectl get service basket -n shop", "nothing in the output is a service basket"),
        ("kubectl rollout status deployment/cart", "nothing in the output is a deployment cart"),
        ("kubectl argo rollouts abort cart", "nothing in the output is a rollout cart"),
    ],
)
def test_looks_at_commands_of_kubectl(line: str, fault: str | None, tmp_path: Path) -> None:
    """Options exist, files are there and are what they are called, objects are in the output."""
    manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n"
    for name in ("cart", "wrong") if "wrong" in line else ("cart",):
        (tmp_path / "dist").mkdir(exist_ok=True)
        (tmp_path / f"dist/service.{name}.yaml").write_text(manifest)
    assert faults(Command(line, ""), tmp_path) == ([] if fault is None else [fault])
