"""Commands that a page shows and no test runs: at least they exist, with their options, and name what is there."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer
import yaml
from packaging.requirements import Requirement

from lumen_constructs.cli.commands import app
from tests.docs.pages import ROOT, Command

#: Programs of which nothing is known here but the name.
_STRANGE = {".", "argocd", "curl", "docker", "flux", "gh", "helm", "kubeseal", "pre-commit", "python3"}

_FILES = ("-f", "--filename", "-k", "--kustomize", "--patch-file")

#: Commands of kubectl whose words name objects that are there.
_NAME_OBJECTS = {"annotate", "delete", "describe", "get", "logs", "patch", "port-forward", "rollout", "wait"}


def faults(command: Command, folder: Path) -> list[str]:
    """Give what is wrong with a command that would run in ``folder``."""
    return [fault for words in command.parts for fault in _program_faults(words, folder)]


def _program_faults(words: Sequence[str], folder: Path) -> Iterator[str]:
    program, *arguments = words
    if program == "lumen":
        yield from lumen_faults(arguments)
    elif program == "kubectl":
        yield from _kubectl_faults(arguments, folder)
    elif program == "pip":
        yield from _pip_faults(arguments, folder)
    elif program == "make":
        if f"\n{arguments[0]}:" not in (ROOT / "Makefile").read_text(encoding="utf-8"):
            yield f"make has no target {arguments[0]}"
    elif program not in _STRANGE:
        yield f"{program} is no program that the pages use"


def lumen_faults(arguments: Sequence[str]) -> Iterator[str]:
    """Find what ``lumen`` would not understand."""
    lumen: Any = typer.main.get_command(app)
    wrong_usage: Any = typer.BadParameter.__bases__[0]
    try:
        lumen.commands[arguments[0]].make_context(arguments[0], list(arguments[1:]))
    except (KeyError, wrong_usage) as error:
        yield f"{type(error).__name__}: {error}"


def _pip_faults(arguments: Sequence[str], folder: Path) -> Iterator[str]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [folder / value for option, value in _options(arguments) if option in {"-r", "--requirement"}]
    lines = [line for file in required for line in file.read_text(encoding="utf-8").splitlines()]
    for word in (*arguments[1:], *lines):
        if word.startswith(project["name"]):
            unknown = Requirement(word).extras - set(project["optional-dependencies"])
            yield from (f"there is no extra {extra}" for extra in sorted(unknown))


def _kubectl_faults(arguments: Sequence[str], folder: Path) -> Iterator[str]:
    options = [word.partition("=")[0] for word in arguments if word.startswith("-") and word != "-"]
    words = _words(arguments)
    if words[:2] == ["argo", "rollouts"]:  # the plugin of Argo Rollouts: abort, promote and undo take a name
        yield from _missing_object("rollout", words[3:], folder)
        return
    if shutil.which("kubectl") is not None:
        known = _kubectl_options(*words[:3])
        yield from (f"kubectl {words[0]} has no option {option}" for option in options if option not in known)
    for option, value in _options(arguments):
        if option in _FILES:
            yield from _file_faults(folder / value)
    if words[0] in _NAME_OBJECTS and not _of_controllers(words):
        start = 2 if words[0] == "rollout" else 1
        named = words[start:]
        if named and "/" in named[0]:
            kind, _, name = named[0].partition("/")
            yield from _missing_object(kind, [name], folder)
        elif len(named) > 1:
            yield from _missing_object(named[0], named[1:], folder)


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word, after in zip(arguments, [*arguments[1:], ""], strict=True):
        if word.startswith("-"):
            option, equals, value = word.partition("=")
            yield option, value if equals else after


#: Options that take the next word.
_WITH_VALUE = (
    *_FILES,
    *("-n", "--namespace", "--context", "-o", "--output", "--field-manager", "--for", "--timeout", "--type", "--patch"),
    *("--from-literal", "--from-file"),
)


def _words(arguments: Sequence[str]) -> list[str]:
    """Give what is no option and no value of one."""
    taken = {i + 1 for i, word in enumerate(arguments) if word in _WITH_VALUE}
    return [word for i, word in enumerate(arguments) if i not in taken and not word.startswith("-")]


@functools.cache
def _kubectl_options(*words: str) -> frozenset[str]:
    """Give the options of a command, and those that all commands have."""
    texts = [
        subprocess.run(["kubectl", *arguments], capture_output=True, text=True, check=True).stdout
        for arguments in ((*words, "--help"), ("options",))
    ]
    lines = re.findall(r"^\s+(-.*?)=", "\n".join(texts), re.MULTILINE)
    return frozenset(option for line in lines for option in line.split(", "))


def _file_faults(path: Path) -> Iterator[str]:
    """Find files that are not there, that hold no manifests, or that are not what their names say."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        yield f"{path.name} is not there"
        return
    for file in files:
        for body in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            if not {"apiVersion", "kind", "metadata"} <= set(body) and body.get("kind") != "Kustomization":
                yield f"{file.name} is no manifest"
            kind, _, name = file.stem.partition(".")
            if name and (kind, name) != (str(body["kind"]).lower(), str(body["metadata"]["name"])):
                yield f"{file.name} holds {body['kind']}/{body['metadata']['name']}"


def _of_controllers(words: Sequence[str]) -> bool:
    """Tell whether the object is one that a controller was installed with."""
    return any("argocd-applicationset-controller" in word for word in words)


def _missing_object(kind: str, names: Sequence[str], folder: Path) -> Iterator[str]:
    there = _objects(folder)
    for name in names:
        if (kind.lower(), name) not in there:
            yield f"nothing in the output is a {kind} {name}"


def _objects(folder: Path) -> set[tuple[str, str]]:
    files = [file for file in sorted((folder / "dist").rglob("*.yaml")) if file.name != "kustomization.yaml"]
    bodies = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return {(str(body["kind"]).lower(), str(body["metadata"]["name"])) for body in bodies}
