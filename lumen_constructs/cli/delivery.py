"""The controllers' part of a full run: ``delivery.yaml`` beside the systems, and the sets that were rendered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lumen_constructs.cli.project import Project
from lumen_constructs.delivery.argocd import argocd_files
from lumen_constructs.delivery.flux import flux_files
from lumen_constructs.delivery.gitops import DeliveredSet, delivered
from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import Delivery
from lumen_constructs.rendering import RenderedSet
from lumen_constructs.values import File, load
from lumen_constructs.values.files import shown


def declaration(project: Project) -> Path:
    """Give the path of the declaration: ``delivery.yaml`` in the folder of the module that lists the systems."""
    module = project.reference.partition(":")[0]
    return project.root.joinpath(*module.split(".")[:-1], "delivery.yaml")


def delivery_files(project: Project, sets: Sequence[RenderedSet]) -> dict[str, bytes]:
    """Give the files for Argo CD and Flux, by path in the output; none where there is no declaration.

    ``sets`` are all sets of the project, since what is missing from them would be taken from the cluster.

    :raises LumenError: for every fault in the declaration, and for what it has no place for
    """
    file = declaration(project)
    if not file.is_file():
        return {}
    delivery = load(Delivery, [File(file)]).values
    output = delivery.repository.path or _in_repository(project)
    files: dict[str, bytes] = {}
    try:
        chosen = delivered(delivery, map(_delivered, sets))
        if delivery.argocd is not None:
            files |= argocd_files(delivery, delivery.argocd, output, chosen)
        if delivery.flux is not None:
            files |= flux_files(delivery, delivery.flux, output, chosen)
    except LumenError as error:
        raise error.at(shown(file)) from None
    return files


def _in_repository(project: Project) -> str:
    """Give the folder of the output, where the project is the root of its repository.

    Where it is not, the folder is asked for and not found out: output must not depend on there being a ``.git``.
    """
    file = shown(declaration(project))
    try:
        output = project.output.relative_to(project.root).as_posix()
    except ValueError:
        message = f"{file}: repository.path is required, since the output is outside of the project"
        raise LumenError(message) from None
    root = next((folder for folder in (project.root, *project.root.parents) if (folder / ".git").exists()), None)
    if root not in (None, project.root):
        folder = project.root.relative_to(root).as_posix()
        message = (
            f"{file}: repository.path is required, since the project is in a folder of its repository; where the output"
            f" is committed there, write {folder}/{output}"
        )
        raise LumenError(message)
    return output


def _delivered(rendered: RenderedSet) -> DeliveredSet:
    objects = [(placed.file.partition("/")[0], placed.body) for placed in rendered.objects]
    return DeliveredSet(rendered.target.system.name, rendered.target.environment, objects)
