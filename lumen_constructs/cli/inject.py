"""Injecting: values from variables and files become plain Secrets in a folder that Git never sees."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lumen_constructs.cli.dotenv_file import read_dotenv
from lumen_constructs.cli.project import Project
from lumen_constructs.cli.secret_sets import DeclaredSecrets, declared_secrets
from lumen_constructs.cli.secret_values import LARGEST, of_file
from lumen_constructs.cli.untracked import refuse_seen_by_git, write_private
from lumen_constructs.configuration.secrets.injected import ambiguous_variables, injected_secret, injected_values
from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.rendering import Target
from lumen_constructs.values import Source
from lumen_constructs.values.files import shown
from lumen_constructs.values.sources import dotenv_file


class MissingValueError(LumenError):
    """Nobody has given the values of some keys."""


@dataclass(frozen=True)
class Request:
    """What a user asked to inject."""

    system: str
    environment: str
    env_file: Path | None = None
    """A dotenv file. Default: ``secrets-<environment>.env`` beside the values files, where it is there."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Files whose content is the value of a variable."""
    output: Path | None = None
    """Folder for the Secrets. Default: ``.secrets/<system>/<environment>`` in the project."""
    overrides: Sequence[Source] = ()
    """Values above those of the files, lowest first."""


def inject(project: Project, request: Request, environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Write the injected Secrets that the components of a system refer to; give the files, none where there is none.

    A variable of a file given for it counts first, then that of the dotenv file, then that of the process.

    :raises LumenError: for whatever is wrong, such as a missing value or a place that Git sees; nothing is written then
    """
    declared = declared_secrets(project, request.system, request.environment, request.overrides)
    folder = request.output or project.root / ".secrets" / declared.target.folder
    _refuse_output(folder, project)
    secrets = {secret.name: secret for secret in declared.provided_by("injected")}
    keys = {name: secret.keys for name, secret in secrets.items()}
    raise_all(ambiguous_variables(keys))
    optional = [name for name, secret in secrets.items() if not secret.required]
    values, missing = injected_values(keys, _variables(declared, request, environ), optional)
    raise_all((f"{declared.target.folder}: {fault}" for fault in missing), MissingValueError)
    raise_all(f"{declared.target.folder}: {fault}" for fault in _size_faults(values))
    bodies = {
        f"secret.{name}.yaml": injected_secret(name, secrets[name].owner.namespace, declared.target.system.name, given)
        for name, given in values.items()
    }
    if bodies or folder.is_dir():
        write_private(folder, {file: dump(body) for file, body in bodies.items()})
    return [folder / file for file in bodies]


def inject_local(project: Project, target: Target, overrides: Sequence[Source] = ()) -> list[str]:
    """Inject, as a part of rendering; give a line for each value that is missing.

    :raises LumenError: if the dotenv file, or the place of the Secrets, is one that Git sees
    """
    try:
        inject(project, Request(target.system.name, target.environment, overrides=overrides))
    except MissingValueError as error:
        return list(error.faults)
    return []


def _refuse_output(folder: Path, project: Project) -> None:
    output = project.output.resolve()
    if folder.resolve() == output or folder.resolve().is_relative_to(output):
        message = f"{shown(folder)}: is in {shown(project.output)}, which Git holds; secrets must not be there"
        raise LumenError(message)
    refuse_seen_by_git(folder / "secret.yaml")


def _variables(declared: DeclaredSecrets, request: Request, environ: Mapping[str, str]) -> dict[str, bytes]:
    variables = {name: value.encode("utf-8", "surrogateescape") for name, value in environ.items()}
    file = request.env_file or dotenv_file(declared.target.system.directory, request.environment)
    if request.env_file is not None or file.exists():
        refuse_seen_by_git(file)
        variables |= read_dotenv(file)
    return variables | {name: of_file(path) for name, path in request.files.items()}


def _size_faults(values: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    return [
        f"secret '{name}' holds more than {LARGEST} bytes, which no Secret can; divide it"
        for name, given in values.items()
        if sum(map(len, given.values())) > LARGEST
    ]
