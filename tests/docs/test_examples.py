"""What the pages show is run: Python, values files, command lines; and what is not run says why."""

from __future__ import annotations

import re
import shlex
from functools import partial
from pathlib import Path

import cdk8s
import pytest
import typer
import yaml
from syrupy.assertion import SnapshotAssertion

from lumen_constructs.cli.commands import app
from lumen_constructs.errors import LumenError
from lumen_constructs.values import File, layers, load
from tests.docs.conftest import copy_of_example
from tests.docs.pages import DOCS, PAGES, ROOT, Block, Treatment, blocks, fence_lines, mentioned, unnamed_files
from tests.docs.walk import Walk

#: The page that starts with nothing, and ends with workflows.
FIRST = "from-zero-to-synced.md"

#: What a walk does.
STEPS = (Treatment.COMMANDS, Treatment.FILE, Treatment.EDIT, Treatment.SHOWS, Treatment.NOT_RUN)

WITH_PYTHON = [page for page in PAGES if any(block.treatment is Treatment.PYTHON for block in blocks(page))]
WITH_STEPS = [page for page in PAGES if any(block.treatment in STEPS for block in blocks(page))]
VALUES = [(page.name, block) for page in PAGES for block in blocks(page) if block.treatment is Treatment.VALUES]

#: How a command starts where it stands in a picture by mistake.
COMMAND = re.compile(r"^(?:\$ |#? *(?:lumen|git|kubectl|pip|make|python3?|flux|argocd|helm) )", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    """A block is run, compared, or a picture without commands; one that is not run gives its reason."""
    found = blocks(page)
    assert fence_lines(page) == 2 * len(found), "a block is indented, or opens in a way that no test knows"
    assert unnamed_files(page) == []
    untreated = [f"{page.name}:{block.line}: {block.language}" for block in found if block.treatment is None]
    assert untreated == []
    for block in found:
        if block.treatment is Treatment.NOT_RUN:
            assert len(block.argument.split()) >= 2, f"{page.name}:{block.line}: the reason is missing"
        if block.treatment is Treatment.PICTURE:
            assert not COMMAND.search(block.text), f"{page.name}:{block.line}: a command outside of a console block"


def test_what_is_not_run_is_known(snapshot: SnapshotAssertion) -> None:
    """Each command that no test runs is listed, by page and reason; adding to the list is a decision."""
    listed = []
    for page in PAGES:
        found = blocks(page)
        run = sum(len(list(block.commands)) for block in found if block.treatment is Treatment.COMMANDS)
        skipped = [block for block in found if block.treatment is Treatment.NOT_RUN]
        lines = [f"  {block.argument}: {command.line}" for block in skipped for command in block.commands]
        if lines:
            assert run + len(lines) > 0
            listed += [f"{page.name}: {len(lines)} not run", *lines]
    assert "\n".join(listed) == snapshot


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
@pytest.mark.usefixtures("restored_filters")
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run one after the other; one that a 'text' block follows ends with that error."""
    monkeypatch.chdir(tmp_path)
    # Node.js keeps the folder that it was started in: a relative output would land in the repository.
    monkeypatch.setattr("cdk8s.App", partial(cdk8s.App, outdir=str(tmp_path / "dist")))
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.treatment is Treatment.PYTHON:
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

    monkeypatch.chdir(tmp_path)  # messages show paths relative to here
    file = tmp_path / "values.yaml"
    file.write_text(block.text, encoding="utf-8")
    sources = [*layers(example / "shop", block.argument.split()[1]), File(file)]
    if block.expected is None:
        load(ShopValues, sources)
        return
    with pytest.raises(LumenError) as raised:
        load(ShopValues, sources)
    assert str(raised.value) == block.expected


@pytest.mark.parametrize("page", WITH_STEPS, ids=lambda page: page.name)
def test_a_person_can_do_what_the_page_says(page: Path, walk: Walk) -> None:
    """The files of a page are written and its commands run, in order; each prints what the page shows."""
    _start(page.name, walk)
    walk.do(blocks(page))
    if page.name == FIRST:
        _run_workflows(walk)
    if walk.not_run:
        pytest.skip(f"NOT RUN, SINCE THE PROGRAM IS MISSING: {'; '.join(walk.not_run)}")


def _run_workflows(walk: Walk) -> None:
    """Run what CI and pre-commit would, on the branch that the first page pushes: it passes, and says what will be."""
    files = (".github/workflows/lumen.yaml", ".gitlab-ci.yml", ".pre-commit-config.yaml")
    github, gitlab, hooks = (yaml.safe_load((walk.folder / file).read_text(encoding="utf-8")) for file in files)
    steps = {step["name"]: step["run"] for step in github["jobs"]["output"]["steps"] if "run" in step}
    assert steps.pop("Install").partition(" #")[0] == gitlab["lumen"]["before_script"][0].partition(" #")[0]
    steps = {name: script for name, script in steps.items() if "gh " not in script}  # what only GitHub can do
    assert len(steps) == 2
    scripts = [*steps.values(), hooks["repos"][0]["hooks"][0]["entry"]]
    for script in scripts:
        done = walk.shell(script, BASE="origin/main", GITHUB_STEP_SUMMARY="summary.md")
        assert done.status == 0, done.text
    summary = (walk.folder / "summary.md").read_text(encoding="utf-8")
    assert "replicas 2 → 3" in summary
    base = walk.shell("git rev-parse origin/main").text.strip()
    for script in gitlab["lumen"]["script"]:
        done = walk.shell(script, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
        assert done.status == 0, done.text
    assert (walk.folder / "diff.md").read_text(encoding="utf-8") == summary


def _start(page: str, walk: Walk) -> None:
    """Prepare what a page starts with: in most of them, the example project, rendered."""
    if page == FIRST:
        server = walk.folder.parent / "server" / "acme"
        server.mkdir(parents=True)
        assert walk.shell(f"git init --quiet --bare --initial-branch main {server}/podinfo-delivery.git").status == 0
        return
    copy_of_example(walk.folder)
    if page == "promotion.md":  # with its output, and delivered
        (walk.folder / ".gitignore").unlink()
        walk.do([next(block for block in blocks(DOCS / "gitops.md") if block.title == "delivery.yaml")])
    if page != "index.md":  # it shows the first run
        assert walk.lumen("synth").status == 0
    if page == "promotion.md":
        done = walk.shell("git init --quiet --initial-branch main && git add . && git commit --quiet --message start")
        assert (done.status, done.text) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_prose_exist(page: Path) -> None:
    """A command or an option that is renamed is renamed in the prose too."""
    group = typer.main.get_command(app)
    for text in mentioned(page):
        _, name, *arguments = shlex.split(text)
        command = getattr(group, "commands")[name]  # noqa: B009  # typer has no public name for its groups
        known = [option for parameter in command.params for option in parameter.opts]
        assert [word for word in arguments if word.startswith("-") and word not in known] == [], text


def test_make_targets_exist() -> None:
    """What the README and the guide for contributors call is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = [
        target
        for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md")
        for target in re.findall(r"(?:^(?:\$ )?|`)make ([a-z][a-z-]*)", page.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert {"synth", "test", "docs", "site"} <= set(called)
    assert [target for target in called if f"\n{target}:" not in makefile] == []
