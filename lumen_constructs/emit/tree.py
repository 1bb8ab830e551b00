"""The files of a rendered set: one object a file, in the directory of its stage, and what lists and explains them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from lumen_constructs.emit.annotations import SYNC_WAVE
from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.kustomization import KUSTOMIZATION, SKIPPED_BY_ARGO, kustomization
from lumen_constructs.emit.naming import file_names
from lumen_constructs.emit.waves import LATER, places
from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError, raise_all

_HEADER = f"# {MARK}; change the values or the code of the system instead.\n"
_NOTES_HEADER = f"<!-- {MARK}; change the values or the code of the system instead. -->\n\n"

#: What comes first within a wave, as Argo CD and Flux have it too.
_FIRST = {"Namespace": 0, "CustomResourceDefinition": 1}


class Rendered(Protocol):
    """A manifest and where it was made, such as :class:`lumen_constructs.manifest.RenderedManifest`."""

    @property
    def path(self) -> str:
        """Path of the construct that made it, or another place that tells the reader where to look."""

    @property
    def ours(self) -> bool:
        """Whether this library made it."""

    @property
    def body(self) -> dict[str, Any]:
        """The manifest."""


class Placed(NamedTuple):
    """An object in the form in which it is written, and where."""

    path: str
    """Path of the construct that made it."""
    ours: bool
    """Whether this library made it."""
    body: dict[str, Any]
    """The manifest: in canonical form, with its sync wave."""
    file: str
    """Its file, relative to the folder of the set: ``50-services/deployment.cart.yaml``."""


def placed_set(folder: str, objects: Sequence[Rendered]) -> list[Placed]:
    """Give all objects of one rendered set as they are written, in the order of apply.

    :raises LumenError: if an object cannot be written, two objects are one, or there is none; a line for each fault.
        ``folder``, the set's ``<system>/<environment>``, is named where no object is to blame
    """
    if not objects:
        message = f"{folder}: has no objects; remove the environment, or turn something on"
        raise LumenError(message)
    bodies = _canonical_bodies(objects)
    names = file_names(bodies)
    placed = places([body for _, body in bodies])
    found: dict[str, Placed] = {}
    faults: list[str] = []
    order: dict[str, tuple[int, str, int, str]] = {}
    for rendered, (path, body), place, name in zip(objects, bodies, placed, names, strict=True):
        file = f"{place.stage}/{name}"
        if file in found:
            faults.append(
                f"{path}: would be written to {file}, as {found[file].path} is; give one of them another name"
            )
        found[file] = Placed(path, rendered.ours, _with_wave(body, place.wave), file)
        order[file] = (place.wave, place.stage, _FIRST.get(body["kind"], len(_FIRST)), file)
    raise_all(faults)
    return sorted(found.values(), key=lambda placed: order[placed.file])


def set_files(folder: str, objects: Sequence[Placed], notes: str = "") -> dict[str, bytes]:
    """Give the files of one rendered set by path; ``folder`` is ``<system>/<environment>``.

    ``kustomization.yaml`` lists the objects in the order given, for ``kubectl apply -k``. ``notes``, in Markdown,
    become ``NOTES.md``.

    :raises LumenError: if Argo CD would not read an object's file
    """
    files: dict[str, bytes] = {}
    faults: list[str] = []
    for placed in objects:
        text = _HEADER + dump(placed.body)
        if SKIPPED_BY_ARGO in text:
            faults.append(f"{placed.path}: holds the words '{SKIPPED_BY_ARGO}', for which Argo CD would skip the file")
        files[f"{folder}/{placed.file}"] = text.encode()
    raise_all(faults)
    files[f"{folder}/{KUSTOMIZATION}"] = kustomization({"resources": [placed.file for placed in objects]})
    if notes.strip():
        files[f"{folder}/NOTES.md"] = (_NOTES_HEADER + notes.strip() + "\n").encode()
    return files


def _canonical_bodies(objects: Iterable[Rendered]) -> list[tuple[str, dict[str, Any]]]:
    """Give each object's construct path and its body in canonical form, with all faults of all objects at once."""
    bodies: list[tuple[str, dict[str, Any]]] = []
    faults: list[str] = []
    for rendered in objects:
        try:
            bodies.append((rendered.path, canonical(rendered.body)))
        except LumenError as error:
            faults += error.at(rendered.path).faults
    raise_all(faults)
    return bodies


def _with_wave(body: Mapping[str, Any], wave: int) -> dict[str, Any]:
    """Give ``body`` with its sync wave as an annotation, unless it has one; wave 0 is Argo CD's default."""
    metadata = body["metadata"]
    annotations = metadata.get("annotations") or {}
    if LATER in annotations:  # it has done its work
        annotations = {key: value for key, value in annotations.items() if key != LATER}
    elif wave == 0 or SYNC_WAVE in annotations:
        return dict(body)
    rest = {key: value for key, value in metadata.items() if key != "annotations"}
    if wave != 0 and SYNC_WAVE not in annotations:
        annotations = {**annotations, SYNC_WAVE: str(wave)}
    return {**body, "metadata": rest | ({"annotations": annotations} if annotations else {})}
