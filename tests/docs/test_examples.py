"""What the pages show is run: Python, values files, command lines."""

from __future__ import annotations

import shlex
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

import cdk8s
import pytest
import typer

from lumen_constructs.cli.commands import app, run
from lumen_constructs.cli.failures import guarded
from lumen_constructs.errors import LumenError
from lumen_constructs.values import File, layers, load
from tests.docs.pages import NOT_RUN, PAGES, ROOT, Block, blocks, commands

WITH_PYTHON = [page for page in PAGES if any(block.language == "python" for block in blocks(page))]
WITH_COMMANDS = [page for page in PAGES if any(command.run for command in commands(page))]
LINES = [(page.name, command) for page in PAGES for command in commands(page)]
VALUES = [(page.name, block) for page in PAGES for block in blocks(page) if block.mark.startswith("values: ")]

#: What the pages call beside ``lumen``.
PROGRAMS = {"cp", "helm", "kubectl", "kubeseal", "pip"}


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
@pytest.mark.usefixtures("restored_filters")
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run one after the other; one that a 'text' block follows ends with that error."""
    monkeypatch.chdir(tmp_path)
    # Node.js keeps the folder that it was started in: a relative output would land in the repository.
    monkeypatch.setattr("cdk8s.App", partial(cdk8s.App, outdir=str(tmp_path / "dist")))
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.language == "python" and block.mark != NOT_RUN:
            assert _error_of(page, block, names) == block.expected, f"{page.name}:{block.line}"


def _error_of(page: Path, block: Block, names: dict[str, object]) -> str | None:
    code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
    if block.expected is None:
        exec(code, names)  # noqa: S102  # it is our own page
        return None
    with pytest.raises((LumenError, RuntimeError)) as raised:
        exec(code, names)  # noqa: S102  # as above
    return str(raised.value).strip()


@pytest.mark.parametrize(("page", "block"), VALUES, ids=lambda value: value if isinstance(value, str) else "")
def test_values_are_read(
    page: str, block: Block, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block of values is a layer above those of an environment; the faults that the page shows are those it has."""
    from shop.values import ShopValues  # type: ignore[import-not-found]  # of the example project

    environment = block.mark.split()[2]
    monkeypatch.chdir(tmp_path)  # messages show paths relative to here
    file = tmp_path / "values.yaml"
    file.write_text(block.text, encoding="utf-8")
    sources = [*layers(example / "shop", environment), File(file)]
    if block.expected is None:
        load(ShopValues, sources)
        return
    with pytest.raises(LumenError) as raised:
        load(ShopValues, sources)
    assert str(raised.value) == block.expected


@pytest.mark.parametrize(("page", "command"), LINES, ids=lambda value: value if isinstance(value, str) else value.line)
def test_command_lines_are_understood(page: str, command: Any) -> None:
    """Every command is one that there is, with options that there are."""
    lumen: Any = typer.main.get_command(app)
    for part in command.line.partition(" > ")[0].split(" | "):
        program, *arguments = shlex.split(part)
        if program == "lumen":
            lumen.commands[arguments[0]].make_context(arguments[0], arguments[1:])
        else:
            assert program in PROGRAMS


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_commands_print_what_the_page_shows(
    page: Path, example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands of a page run in the example project, rendered; '…' stands for any lines."""
    monkeypatch.chdir(example)
    shutil.rmtree(example / "dist", ignore_errors=True)
    if page.name != "index.md":  # it shows the first run
        said(["synth"], monkeypatch, capsys)
    for command in commands(page):
        if not command.run:
            continue
        shown = command.output.split("…\n")
        program, *arguments = shlex.split(command.line)
        if program == "cp":
            shutil.copytree(example / arguments[1], example / arguments[2])
            continue
        printed = said(arguments, monkeypatch, capsys)
        if len(shown) == 1:
            assert printed == shown[0], command.line
        else:
            assert printed.startswith(shown[0])
            assert printed.endswith(shown[-1])


def said(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Run ``lumen`` and give what it prints, its errors last."""
    monkeypatch.setattr(sys, "argv", ["lumen", *arguments])
    guarded(run)
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_make_targets_exist() -> None:
    """What the README and the guide for contributors call is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for block in blocks(page):
            for line in block.text.splitlines():
                if line.startswith("make "):
                    assert f"\n{line.split()[1]}:" in makefile, line
