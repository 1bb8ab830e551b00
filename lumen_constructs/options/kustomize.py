"""What an overlay of kustomize changes of a rendered set: labels, images, generated configuration and patches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Map, Options, empty
from lumen_constructs.options.config import ConfigValue, data_faults
from lumen_constructs.options.scalars import ConfigMapName, LabelMap, Name, Text
from lumen_constructs.values.merging import MergeByName

__all__ = ["GeneratedConfig", "ImageChange", "JsonOperation", "Overlay", "Patch", "PatchTarget"]

_IMAGE_NAME = re.compile(r"[a-z0-9]+([._:/-]+[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_KINDS = re.compile(r"[A-Z][A-Za-z0-9]*(\|[A-Z][A-Za-z0-9]*)*")
_POINTER = re.compile(r"(/([^~/]|~[01])*)+")

#: What an object is known by: kustomize keeps it, whatever a patch says.
_IDENTITY = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))


def _image_name(value: str) -> str:
    last = value.rpartition("/")[2]
    if "@" in value or ":" in last:
        message = f"{show(value)} must be without tag and digest, which newTag and digest say"
        raise ValueError(message)
    if not _IMAGE_NAME.fullmatch(value):
        message = f"{show(value)} must be the name of an image, such as 'ghcr.io/acme/cart'"
        raise ValueError(message)
    return value


def _tag(value: str) -> str:
    if not _TAG.fullmatch(value):
        message = f"{show(value)} must be a tag: letters, digits, '_', '.' and '-', 128 at most"
        raise ValueError(message)
    return value


def _digest(value: str) -> str:
    if not _DIGEST.fullmatch(value):
        message = f"{show(value)} must be 'sha256:' and 64 hexadecimal digits"
        raise ValueError(message)
    return value


def _pointer(value: str) -> str:
    if not _POINTER.fullmatch(value):
        message = (
            f"{show(value)} must be a JSON pointer, such as '/spec/replicas'; a '/' within a key is '~1', a '~' is '~0'"
        )
        raise ValueError(message)
    return value


def _json(value: object) -> object:
    if isinstance(value, Mapping):
        raise_faults(Fault((), f"key {show(key)} must be a string") for key in value if not isinstance(key, str))
        return {key: _json(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(inner) for inner in value]
    if value is None or isinstance(value, (str, bool, int)) or (isinstance(value, float) and isfinite(value)):
        return value
    message = f"{show(value)} must be plain data: a mapping, a list, text, a number, true or false"
    raise ValueError(message)


def _kinds(value: str) -> str:
    if not _KINDS.fullmatch(value):
        message = f"{show(value)} must be a kind, such as 'Deployment', or several, such as 'Deployment|Rollout'"
        raise ValueError(message)
    return value


ImageName = Annotated[str, AfterValidator(_image_name)]
Tag = Annotated[str, AfterValidator(_tag)]
Digest = Annotated[str, AfterValidator(_digest)]
Pointer = Annotated[str, AfterValidator(_pointer)]
Kinds = Annotated[str, AfterValidator(_kinds)]

if TYPE_CHECKING:
    Json = object
else:
    #: What YAML can say: nothing else could be written.
    Json = Annotated[Any, AfterValidator(_json)]


class ImageChange(Options):
    """Another name, tag or digest for an image, wherever a container of the set has it; an entry of ``images``."""

    name: ImageName
    """Name of the image as the set has it, without tag and digest; sets ``images[].name``."""
    new_name: ImageName | None = None
    """Name in its place, such as that of a mirror; sets ``images[].newName``. Default: the name stays."""
    new_tag: Tag | None = None
    """Tag in place of tag and digest; sets ``images[].newTag``. Default: they stay."""
    digest: Digest | None = None
    """Digest in place of tag and digest; sets ``images[].digest``. Default: they stay."""

    @model_validator(mode="after")
    def _check(self) -> ImageChange:
        if self.new_name is None and self.new_tag is None and self.digest is None:
            message = "changes nothing; give newName, newTag or digest"
            raise ValueError(message)
        if self.new_tag is not None and self.digest is not None:
            message = "newTag and digest exclude each other: a digest says exactly which image"
            raise ValueError(message)
        return self


class GeneratedConfig(Options):
    """A ConfigMap that kustomize makes, or changes; an entry of ``configMapGenerator``.

    A new one gets a hash of its content behind its name, everywhere where the name is used, so that pods restart
    when it changes. One that the set has keeps its name; pods restart by an annotation, as they do for the set's own.
    """

    name: ConfigMapName
    """Name; sets ``name``."""
    namespace: Name | None = None
    """Namespace; sets ``namespace``. Default: that of the set's ConfigMap of this name, or the set's only one."""
    behavior: Literal["create", "merge", "replace"] = "create"
    """``create`` a new ConfigMap, or ``merge`` into or ``replace`` the data of one that the set has; sets
    ``behavior``."""
    literals: Map[ConfigValue] = Field(min_length=1)
    """The data, by key; sets ``literals``. A value can neither start nor end with a quotation mark, which kustomize
    takes off."""

    @model_validator(mode="after")
    def _check(self) -> GeneratedConfig:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for fault in data_faults(self.literals):
            yield Fault(("literals", *fault.location), fault.message)
        for key, value in self.literals.items():
            if str(value).strip("\"'") != str(value):
                yield Fault(("literals", key), "starts or ends with a quotation mark, which kustomize takes off")


class PatchTarget(Options):
    """The objects that a patch changes: those of the set that have all that is said."""

    kind: Kinds
    """Kind, or kinds as in ``Deployment|Rollout``; sets ``target.kind``."""
    name: Text | None = None
    """Name; sets ``target.name``. Default: every object of the kind."""
    namespace: Name | None = None
    """Namespace; sets ``target.namespace``. Default: any."""
    group: str | None = None
    """API group; sets ``target.group``. Default: any."""


class JsonOperation(Options):
    """One step of a JSON patch (RFC 6902)."""

    op: Literal["add", "remove", "replace", "test"]
    """What to do. ``test`` makes the build fail where the value is another one."""
    path: Pointer
    """Where, as a JSON pointer: ``/metadata/annotations/example.com~1team``, or ``/spec/rules/-`` for behind a list's
    end."""
    value: Json = None
    """The value, for all but ``remove``."""

    @model_validator(mode="after")
    def _check(self) -> JsonOperation:
        if self.op == "remove" and self.value is not None:
            message = "value must be left out: remove has none"
            raise ValueError(message)
        if self.op != "remove" and self.value is None:
            message = f"value is required: {self.op} has one"
            raise ValueError(message)
        if tuple(self.path.split("/")[1:]) in _IDENTITY:
            message = f"path {show(self.path)} is what the object is known by, and cannot be patched"
            raise ValueError(message)
        return self


class Patch(Options):
    """A change of objects of the set; an entry of ``patches``, for each of them, with the patch in place."""

    target: PatchTarget
    """The objects; sets ``target``."""
    merge: Map[Json] = Field(default_factory=empty)
    """A strategic merge patch: mappings merge, lists of Kubernetes' own kinds merge by the name of their items, other
    lists and values replace what is there; sets ``patch``."""
    operations: Items[JsonOperation] = ()
    """A JSON patch, step by step; sets ``patch``. It also removes."""

    @model_validator(mode="after")
    def _check(self) -> Patch:
        if bool(self.merge) == bool(self.operations):
            message = "needs exactly one of merge and operations"
            raise ValueError(message)
        raise_faults(_merge_faults(self.merge, ()))
        return self


def _merge_faults(value: object, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Find what a merge cannot say: that something goes, and that an object is another one."""
    if value is None:
        yield Fault(("merge", *path), "is null; to remove a field, write an operation remove in place of merge")
    elif path in _IDENTITY:
        yield Fault(("merge", *path), "is what the object is known by, and cannot be patched")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if str(key).startswith("$"):
                message = "is a directive of strategic merge; write operations in place of merge"
                yield Fault(("merge", *path, str(key)), message)
            else:
                yield from _merge_faults(inner, (*path, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, inner in enumerate(value):
            yield from _merge_faults(inner, (*path, place))


class Overlay(Options):
    """What an overlay of kustomize changes of a system in one environment: ``kustomize/<system>/<environment>``.

    It is for those who deliver with ``kubectl apply -k``, or with a kustomize source, in place of the rendered set.
    """

    labels: LabelMap = Field(default_factory=empty)
    """Labels of every object and of every pod, and of no selector; sets ``labels[].pairs``. A Job's pods keep theirs:
    its template cannot change."""
    images: Annotated[Items[ImageChange], MergeByName()] = ()
    """Images with another name, tag or digest; sets ``images``. Where the label
    ``app.kubernetes.io/version`` of a workload is the tag of its image, it follows."""
    config: Annotated[Items[GeneratedConfig], MergeByName()] = ()
    """ConfigMaps that are generated; sets ``configMapGenerator``."""
    patches: Items[Patch] = ()
    """Patches, in this order; sets ``patches``."""

    @model_validator(mode="after")
    def _check(self) -> Overlay:
        if not (self.labels or self.images or self.config or self.patches):
            message = "changes nothing; give labels, images, config or patches, or leave it out"
            raise ValueError(message)
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        seen: set[object] = set()
        for place, image in enumerate(self.images):
            if image.name in seen:
                yield Fault(("images", place), f"names {show(image.name)} again")
            seen.add(image.name)
        for place, config in enumerate(self.config):
            key = (config.namespace, config.name)
            if key in seen:
                yield Fault(("config", place), f"names {show(config.name)} again")
            seen.add(key)
