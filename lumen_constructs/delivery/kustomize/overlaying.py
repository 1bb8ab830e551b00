"""What a set becomes under an overlay, and the kustomization that makes kustomize come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from lumen_constructs.delivery.kustomize.config import Generated, change_data, made, placed_config, rename, restarts
from lumen_constructs.delivery.kustomize.images import change_images, image_names
from lumen_constructs.delivery.kustomize.kinds import JOB, at, kind_of
from lumen_constructs.delivery.kustomize.labels import add_labels, label_fields, selected_keys
from lumen_constructs.delivery.kustomize.patching import merged, operated, plain
from lumen_constructs.delivery.kustomize.versions import VERSION, follow, images_of
from lumen_constructs.emit.annotations import SYNC_WAVE
from lumen_constructs.emit.kinds import group_of
from lumen_constructs.emit.naming import metadata_fault
from lumen_constructs.emit.waves import object_name
from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.kustomize import JsonOperation, Overlay, Patch

T = TypeVar("T")


@dataclass
class Overlaid:
    """A set under an overlay."""

    bodies: list[dict[str, Any]]
    """The objects that kustomize gives: those of the set in their order, then those that are new."""
    fields: dict[str, Any]
    """What the kustomization has beside its resources."""
    configurations: list[dict[str, str]] = field(default_factory=list)
    """Where the name of a generated ConfigMap is used and kustomize would not look, as ``nameReference`` has it."""


def overlaid(objects: Sequence[Mapping[str, Any]], overlay: Overlay) -> Overlaid:
    """Apply an overlay to the objects of a set, in the order in which kustomize does.

    :raises LumenError: for every part that has nothing to change, or cannot be applied
    """
    faults: list[str] = []
    bodies: list[dict[str, Any]] = [plain(body) for body in objects]
    patches = _patch(bodies, overlay, faults)
    new = _generate(bodies, overlay, patches, faults)
    everything = [*bodies, *new]
    faults += _label_faults(everything, overlay)
    if overlay.labels:
        add_labels(everything, overlay.labels)
    images = [images_of(body) for body in everything]
    faults += _change_images(everything, overlay)
    if VERSION not in {*overlay.labels, *selected_keys(everything)}:
        patches += (_entry(body, _merge_text(body, merge)) for body, merge in follow(everything, images))
    configurations = [told for body in new for told in rename(everything, body)]
    faults += _job_faults(objects, bodies)
    raise_all(faults)
    return Overlaid(everything, _fields(overlay, objects, patches, everything), _once(configurations))


def _patch(bodies: list[dict[str, Any]], overlay: Overlay, faults: list[str]) -> list[dict[str, Any]]:
    """Patch the objects, and give the entries of ``patches``: one for each object, which is named in full."""
    entries: list[dict[str, Any]] = []
    for number, patch in enumerate(overlay.patches):
        where = f"patches[{number}]"
        targets = [place for place, body in enumerate(bodies) if _is_target(body, patch)]
        if not targets:
            faults.append(f"{where}.target {_target_fault(bodies, patch)}")
        for place in targets:
            with_patch = _caught(where, faults, partial(_patched, bodies[place], patch))
            if with_patch is not None:
                entries.append(_entry(bodies[place], _text_of(bodies[place], patch)))
                bodies[place] = with_patch
    return entries


def _patched(body: Mapping[str, Any], patch: Patch) -> dict[str, Any]:
    try:
        result = operated(body, patch.operations) if patch.operations else merged(body, plain(patch.merge))
    except LumenError as error:
        raise error.at(object_name(body)) from None
    if fault := metadata_fault(result):
        message = f"{object_name(body)} {fault}"
        raise LumenError(message)
    if _identity(result) != _identity(body):
        message = f"{object_name(body)} becomes {object_name(result)}; what an object is known by cannot be patched"
        raise LumenError(message)
    return result


def _identity(body: Mapping[str, Any]) -> tuple[object, ...]:
    return body.get("apiVersion"), body.get("kind"), body["metadata"]["name"], body["metadata"].get("namespace")


def _is_target(body: Mapping[str, Any], patch: Patch) -> bool:
    target, metadata = patch.target, body["metadata"]
    return (
        body["kind"] in target.kind.split("|")
        and target.name in {None, metadata["name"]}
        and target.namespace in {None, metadata.get("namespace") or ""}
        and target.group in {None, group_of(str(body["apiVersion"]))}
    )


def _target_fault(bodies: Sequence[Mapping[str, Any]], patch: Patch) -> str:
    """Say what the set has in place of what a patch is for."""
    target = patch.target
    named = "/".join(part for part in (target.kind, target.namespace, target.name) if part)
    of_kind = [body for body in bodies if body["kind"] in target.kind.split("|")]
    if not of_kind:
        return f"'{named}' is not in the set{did_you_mean(target.kind, sorted({str(one['kind']) for one in bodies}))}"
    if target.name is not None and not any(body["metadata"]["name"] == target.name for body in of_kind):
        names = sorted({str(body["metadata"]["name"]) for body in of_kind})
        return f"'{named}' is not in the set ({', '.join(names)}){did_you_mean(target.name, names)}"
    return f"'{named}' is in the set, but not in this namespace or group: {', '.join(map(object_name, of_kind))}"


def _text_of(body: Mapping[str, Any], patch: Patch) -> str:
    """Give the patch as it stands in the kustomization."""
    if patch.operations:
        return _steps_text([_step(one) for one in patch.operations])
    return _merge_text(body, plain(patch.merge))


def _steps_text(steps: Sequence[Mapping[str, Any]]) -> str:
    return "".join(f"- {dump(step)}".replace("\n", "\n  ").rstrip(" ") for step in steps)


def _step(operation: JsonOperation) -> dict[str, Any]:
    value = {} if operation.op == "remove" else {"value": plain(operation.value)}
    return {"op": operation.op, "path": operation.path, **value}


def _merge_text(body: Mapping[str, Any], merge: Mapping[str, Any]) -> str:
    metadata = {**(merge.get("metadata") or {}), "name": body["metadata"]["name"]}
    return dump({**merge, "apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": metadata})


def _entry(body: Mapping[str, Any], text: str) -> dict[str, Any]:
    group, _, version = str(body["apiVersion"]).rpartition("/")
    metadata = body["metadata"]
    # kustomize takes names for regular expressions, anchored at both ends.
    target = {"group": group, "version": version, "kind": body["kind"], "name": metadata["name"].replace(".", r"\.")}
    target["namespace"] = metadata.get("namespace")
    return {"target": {key: value for key, value in target.items() if value}, "patch": text}


def _generate(
    bodies: list[dict[str, Any]], overlay: Overlay, patches: list[dict[str, Any]], faults: list[str]
) -> list[dict[str, Any]]:
    """Change the data of ConfigMaps, add to ``patches`` what restarts their pods, and give those that are new."""
    new: list[dict[str, Any]] = []
    for config in overlay.config:
        where = f"config[name={config.name}]"
        generated = _caught(where, faults, partial(placed_config, config, bodies))
        if generated is None:
            continue
        if config.behavior == "create":
            new.append(made(generated))
            continue
        merges = _caught(where, faults, partial(restarts, bodies, change_data(bodies, generated))) or ()
        patches += (_entry(merge, _merge_text(merge, {"spec": merge["spec"]})) for merge in merges)
    return new


def _label_faults(bodies: Sequence[Mapping[str, Any]], overlay: Overlay) -> Iterator[str]:
    selected = selected_keys(bodies) if overlay.labels else {}
    for key in overlay.labels:
        if by := selected.get(key):
            others = f" and {len(by) - 1} more" if len(by) > 1 else ""
            yield f"labels.{key} is selected by {by[0]}{others}, which would no longer find its pods; take another key"


def _change_images(bodies: Sequence[dict[str, Any]], overlay: Overlay) -> Iterator[str]:
    for change in overlay.images:
        known = image_names(bodies)
        if not change_images(bodies, change):
            listed = f" ({', '.join(known)})" if known else ""
            meant = did_you_mean(change.name, known)
            yield f"images[name={change.name}] is the image of no container of the set{listed}{meant}"


def _job_faults(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Find Jobs whose pods an overlay would change: a Job's template is fixed, and its name is made from it."""
    for old, new in zip(before, after, strict=True):
        if kind_of(old) == JOB and at(old, ("spec", "template")) != at(new, ("spec", "template")):
            yield (
                f"changes the template of {object_name(old)}, which the API server refuses once the Job is there; set"
                " it in the values, which make a Job of another name of it"
            )


def _fields(
    overlay: Overlay,
    objects: Sequence[Mapping[str, Any]],
    patches: Sequence[dict[str, Any]],
    bodies: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if overlay.labels:
        entry: dict[str, Any] = {"pairs": dict(overlay.labels), "includeSelectors": False}
        if fields := label_fields(bodies):
            entry["fields"] = fields
        found["labels"] = [entry]
    if overlay.images:
        found["images"] = [image.body() for image in overlay.images]
    if overlay.config:
        found["configMapGenerator"] = [_generator(placed_config(config, objects)) for config in overlay.config]
    if patches:
        found["patches"] = list(patches)
    return found


def _generator(generated: Generated) -> dict[str, Any]:
    config = generated.config
    entry: dict[str, Any] = {"name": config.name}
    if generated.key.namespace:
        entry["namespace"] = generated.key.namespace
    entry["behavior"] = config.behavior
    entry["literals"] = [f"{key}={value}" for key, value in sorted(config.literals.items())]
    if config.behavior == "create":
        entry["options"] = {"annotations": {SYNC_WAVE: made(generated)["metadata"]["annotations"][SYNC_WAVE]}}
    return entry


def _caught(where: str, faults: list[str], do: Callable[[], T]) -> T | None:
    """Give a result, or None after noting why there is none."""
    try:
        return do()
    except LumenError as error:
        faults += (f"{where} {fault}" for fault in error.faults)
    return None


def _once(entries: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return list({tuple(entry.values()): entry for entry in entries}.values())
