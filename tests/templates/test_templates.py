from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import typer
import yaml

from lumen_constructs.cli.commands import app
from tests.cli.conftest import REPOSITORY, project

__all__ = ["project"]

TEMPLATES = REPOSITORY / "templates"


def read(path: str) -> Any:
    """Read a template."""
    return yaml.safe_load((TEMPLATES / path).read_text(encoding="utf-8"))


def scripts() -> Iterator[tuple[str, str]]:
    """Give every script of the templates, with the file that it stands in."""
    for step in read("github/lumen.yaml")["jobs"]["output"]["steps"]:
        if "run" in step:
            yield "github", step["run"]
    job = read("gitlab/lumen.yaml")["lumen"]
    for line in [*job["before_script"], *job["script"]]:
        yield "gitlab", line
    plugin = yaml.safe_load(read("argocd-plugin/configmap.yaml")["data"]["plugin.yaml"])
    yield "argocd-plugin", plugin["spec"]["generate"]["args"][0]


@pytest.mark.parametrize(("place", "script"), list(scripts()))
def test_a_script_is_one(place: str, script: str) -> None:
    """A shell reads every script."""
    shell = shutil.which("sh")
    assert shell is not None
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), place


def test_the_commands_exist_with_their_options() -> None:
    """A command or an option that is renamed is renamed in the templates too."""
    group: Any = typer.main.get_command(app)
    whole = [script.replace("\\\n", " ") for _, script in scripts()]
    calls = [call for script in whole for call in re.findall(r"^\s*lumen [^>\n]*", script, re.MULTILINE)]
    assert len(calls) >= 6
    for call in calls:
        _, name, *arguments = shlex.split(call)
        known = ["--", *(option for parameter in group.commands[name].params for option in parameter.opts)]
        options = [word.partition("=")[0] for word in arguments if word.startswith("-")]
        assert [option for option in options if option not in known] == []
