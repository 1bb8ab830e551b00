"""How a body becomes an ApiObject: the one place where manifests cross into the construct tree, and come out of it.

Bodies are plain dicts. All of one construct cross in one call as JSON text, into a jsii module of our own
(``imports/src/lumen_constructs_manifests.ts``), as does each later change of ours; rendering brings a whole app back in
one call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cdk8s import ApiObject
from constructs import Construct, IConstruct

from lumen_constructs._imports.manifests import Manifests
from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.stages import is_cluster_scoped
from lumen_constructs.errors import LumenError


class RenderedManifest(NamedTuple):
    """A manifest as it will be written, and the construct that it comes from."""

    path: str
    ours: bool
    body: dict[str, Any]


def manifest(scope: Construct, id: str, body: Mapping[str, Any]) -> ApiObject:
    """Make one manifest an ``ApiObject`` below ``scope``, in canonical form.

    The object is cdk8s' own: ``ApiObject.of``, ``add_json_patch`` and ``add_dependency`` work on it. Where the body
    gives no name or namespace, the chart gives them, except that cluster-scoped kinds get no namespace.

    :raises LumenError: if the body holds what no manifest can (a NaN, a tuple, a jsii object, …), with its place
    """
    manifests(scope, {id: body})
    return found(scope, id)


def manifests(scope: Construct, bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Make each of ``bodies`` an ``ApiObject`` below ``scope``, its key as id, in one call; see :func:`manifest`."""
    entries: list[dict[str, Any]] = []
    for id_, body in bodies.items():
        try:
            form = canonical(body)
        except LumenError as error:
            raise error.at(f"{scope.node.path}/{id_}") from None
        entries.append({"id": id_, "body": form, "clusterScoped": is_cluster_scoped(form["apiVersion"], form["kind"])})
    text = _json(entries)
    if Manifests.add(scope, text):
        _watch(scope)
    if ":null" in text:
        for entry in entries:
            _keep_nulls(scope, entry["id"], entry["body"])


def _keep_nulls(scope: Construct, id: str, body: Mapping[str, Any]) -> None:
    """Put back the nulls that mean something, such as those in Helm values: cdk8s leaves fields that are null out."""
    if nulls := dict.fromkeys(_null_fields(body, "")):
        put(scope, id, nulls)


def _null_fields(value: object, pointer: str) -> Iterator[str]:
    """Give the JSON pointer of each field that is null."""
    if isinstance(value, dict):
        for key, item in value.items():
            below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if item is None:
                yield below
            else:
                yield from _null_fields(item, below)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _null_fields(item, f"{pointer}/{place}")


def found(scope: Construct, id: str) -> ApiObject:
    """Give the ``ApiObject`` that :func:`manifests` made below ``scope`` under ``id``."""
    child = scope.node.find_child(id)
    if not isinstance(child, ApiObject):
        message = f"{scope.node.path}/{id}: is not an ApiObject"
        raise LumenError(message)
    return child


def put(scope: Construct, id: str, values: Mapping[str, Any]) -> None:
    """Put values into an object that :func:`manifests` made, each at its JSON pointer, as JSON patches in one call."""
    Manifests.put(scope, id, _json(values))


def annotate(scope: Construct, id: str, annotations: Mapping[str, str]) -> None:
    """Give annotations to an object that :func:`manifests` made, in one call."""
    Manifests.annotate(scope, id, _json(annotations))


def rendered(scope: IConstruct) -> list[RenderedManifest]:
    """Render every object below ``scope``, other people's included, in the order of creation."""
    return read_rendered(rendered_text(scope))


def rendered_text(scope: IConstruct) -> str:
    """Render every object below ``scope`` as a text for :func:`read_rendered`; equal texts hold equal objects."""
    return Manifests.render(scope)


def read_rendered(text: str) -> list[RenderedManifest]:
    """Read what :func:`rendered_text` gave."""
    return [RenderedManifest(entry["path"], entry["ours"], entry["body"]) for entry in json.loads(text)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _watch(scope: Construct) -> None:
    """Have the whole app checked when it is synthesised: done once, with the app's first manifest."""
    from lumen_constructs.validation import watch  # noqa: PLC0415  # the checks import this module's kind of data

    watch(scope)
