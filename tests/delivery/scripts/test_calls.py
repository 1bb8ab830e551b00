from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.delivery.scripts import Scripts, script_files
from lumen_constructs.delivery.scripts.calls import _POWERSHELL, Call, bash, powershell
from lumen_constructs.emit.existing import MARK
from tests.delivery.scripts.sets import SHOP, placed

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(WORDS), st.lists(WORDS))
def test_bash_gets_every_word_as_it_is(arguments: list[str], items: list[str]) -> None:
    """Quotes, blanks, dollars and anything else in a word stay in it."""
    text = bash([Call("apply", tuple(arguments), tuple(items))])
    assert shlex.split(text.replace(" \\\n", " ")) == ["apply", *arguments, *items]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(WORDS)
def test_powershell_gets_every_word_as_it_is(word: str) -> None:
    """A string in single quotes has nothing but doubled quotes in it."""
    text = powershell([Call("begin", (word,))])
    found = re.fullmatch("Start-Stage '((?:[^']|'')*)'", text)
    assert found is not None
    assert found[1].replace("''", "'") == word


def test_stages_stand_apart() -> None:
    """A reader finds where a stage begins."""
    calls = [Call("begin", ("a",)), Call("apply", (), ("x", "y")), Call("begin", ("b",))]
    assert bash(calls) == "begin a\napply \\\n  x \\\n  y\n\nbegin b"
    assert powershell(calls) == "Start-Stage 'a'\nInvoke-Apply @(\n    'x',\n    'y'\n)\n\nStart-Stage 'b'"


def files() -> dict[str, str]:
    """Give the scripts of the sample, by file name."""
    made = script_files("shop/dev", placed(*SHOP), Scripts(images=("acme/*",)))
    return {Path(path).name: content.decode() for path, content in made.items()}


def called(name: str) -> list[str]:
    """Give the functions that a script calls behind the last one that it defines."""
    body = files()[name].rpartition("\n}\n")[2]
    return [word for word in re.findall(r"^([A-Za-z-]+)\b", body, re.MULTILINE) if word not in {"echo", "Write-Output"}]


@pytest.mark.parametrize("name", ["deploy", "undeploy", "build-images"])
def test_both_shells_say_the_same(name: str) -> None:
    """The same calls with the same words in the same order, and every function that is called is defined."""
    one, other = files()[f"{name}.sh"], files()[f"{name}.ps1"]
    assert called(f"{name}.sh")
    assert [_POWERSHELL[function] for function in called(f"{name}.sh")] == called(f"{name}.ps1")
    for function in called(f"{name}.sh"):
        assert f"\n{function}() {{" in one
    for function in called(f"{name}.ps1"):
        assert f"\nfunction {function} {{" in other
    words = r"[\w.-]+/[\w.-]+\.yaml"
    assert re.findall(words, one) == re.findall(words, other)


def test_every_script_is_ours_and_whole() -> None:
    """Each says who made it near its beginning, names its interpreter, and has no placeholder left."""
    for name, text in files().items():
        assert text.startswith("#!/usr/bin/env "), name
        assert MARK in text[:256], name
        assert not re.search("@[A-Z]+@", text), name


def test_braces_and_quotes_of_powershell_are_balanced() -> None:
    """There is no PowerShell here to read the scripts: at least what is opened is closed."""
    for name, text in files().items():
        if name.endswith(".ps1"):
            code = re.sub(r"""<#.*?#>|'(?:[^']|'')*'|"[^"]*"|#[^\n]*""", "", text, flags=re.DOTALL)
            assert len(code) > len(text) / 5, name
            for opening, closing in ("{}", "()", "[]"):
                assert code.count(opening) == code.count(closing), (name, opening)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed: no script was looked at")
def test_shellcheck_is_silent(tmp_path: Path) -> None:
    """The scripts of the sample are clean."""
    for name, text in files().items():
        if name.endswith(".sh"):
            (tmp_path / name).write_text(text)
    done = subprocess.run(["shellcheck", *tmp_path.glob("*.sh")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
