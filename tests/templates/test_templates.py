from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from lumen_constructs.cli.commands import app
from tests.cli.conftest import REPOSITORY, Project, Result, project
from tests.networking.custom import schema_faults

__all__ = ["project"]

TEMPLATES = REPOSITORY / "templates"


def read(path: str) -> Any:
    """Read a template."""
    return yaml.safe_load((TEMPLATES / path).read_text(encoding="utf-8"))


def generate(project: Project, system: str, environment: str) -> Result:
    """Run the plugin's command as its server does: without a home, and with a folder for what is temporary."""
    plugin = yaml.safe_load(read("argocd-plugin/configmap.yaml")["data"]["plugin.yaml"])
    command = plugin["spec"]["generate"]
    tmp = project.root / "tmp"
    tmp.mkdir(exist_ok=True)
    return project.run(
        *command["command"],
        *command["args"],
        ARGOCD_ENV_SYSTEM=system,
        ARGOCD_ENV_ENVIRONMENT=environment,
        HOME="/proc/none",
        TMPDIR=str(tmp),
    )


def test_the_plugin_prints_manifests_and_leaves_nothing_behind(project: Project) -> None:
    """All objects of one environment come in the order of apply, and the checkout stays as it was."""
    before = project.tree("")
    result = generate(project, "demo", "dev")
    assert (result.status, result.err) == (0, "")
    bodies = list(yaml.safe_load_all(result.out))
    assert [(body["kind"], body["metadata"]["name"]) for body in bodies if body] == [
        ("Namespace", "demo"),
        ("ConfigMap", "c0"),
        ("ConfigMap", "c1"),
    ]
    assert project.tree("") == before


@pytest.mark.parametrize(
    ("system", "values", "fault"),
    [("nowhere", "", "there is no system 'nowhere'"), ("demo", "fault: check\n", "role-missing")],
)
def test_the_plugin_prints_nothing_where_synth_fails(project: Project, system: str, values: str, fault: str) -> None:
    """Argo CD must never see a part of a set."""
    project.values("demo/values-dev.yaml", values)
    result = generate(project, system, "dev")
    assert result.status != 0
    assert result.out == ""
    assert fault in result.err


def test_the_plugin_runs_confined() -> None:
    """The sidecar has no more rights than 'restricted' gives, and mounts what it was made for."""
    pod = read("argocd-plugin/repo-server-patch.yaml")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    context = container["securityContext"]
    assert context["readOnlyRootFilesystem"] is context["runAsNonRoot"] is True
    assert context["allowPrivilegeEscalation"] is False
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mine = [mount["name"] for mount in container["volumeMounts"] if mount["name"] not in ("var-files", "plugins")]
    assert mine == list(volumes)
    config = read("argocd-plugin/configmap.yaml")["metadata"]["name"]
    assert volumes["lumen-plugin"]["configMap"]["name"] == config
    assert schema_faults(read("argocd-plugin/application.yaml")) == []


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
    calls = [call for _, script in scripts() for call in re.findall(r"^\s*lumen [^>\n]*", script, re.MULTILINE)]
    assert len(calls) >= 6
    for call in calls:
        _, name, *arguments = shlex.split(call)
        known = [option for parameter in group.commands[name].params for option in parameter.opts]
        assert [word for word in arguments if word.startswith("-") and word not in known] == []


def test_the_image_copies_what_is_there() -> None:
    """Every file that the recipe copies stands in the repository."""
    recipe = (TEMPLATES / "argocd-plugin/Dockerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (.*) \S+$", recipe, re.MULTILINE) for word in line.split()]
    assert "lumen_constructs" in copied
    assert [name for name in copied if not Path(REPOSITORY / name).exists()] == []
