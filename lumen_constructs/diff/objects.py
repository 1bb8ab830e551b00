"""The objects of two trees that are not the same on both sides, paired by what a cluster knows them by."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.kinds import NOT_FOR_A_CLUSTER, type_of
from lumen_constructs.checks.plain import text
from lumen_constructs.diff.trees import Tree
from lumen_constructs.emit.kustomization import OVERLAYS
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.values.files import decoded
from lumen_constructs.values.quick import QuickReader
from lumen_constructs.values.reading import read_documents

#: What a ``kustomization.yaml`` has that does nothing but list its neighbours.
_LISTING = {"apiVersion", "kind", "sortOptions", "resources", "metadata"}

#: The end of a name that is made from the object's content.
_CONTENT_HASH = re.compile(r"-[0-9a-f]{6,64}\Z")

#: The folder of a stage, such as ``50-services``.
_STAGE = re.compile(r"[0-9]{2}-[a-z]+\Z")

#: Depth of a set's folder, ``<system>/<environment>``, below the tree.
_DEPTH = 2


class Key(NamedTuple):
    """What an object is known by."""

    folder: str
    """Folder of its set: ``<system>/<environment>``."""
    type: str
    """Kind with its API group, such as ``Deployment.apps``."""
    namespace: str
    name: str
    """Its name; the path of the file for what has none."""

    @property
    def shown(self) -> str:
        """The object as messages show it: ``Deployment/shop/cart``."""
        return "/".join(part for part in (kinds.kind_of(self.type), self.namespace, self.name) if part)


class Pair(NamedTuple):
    """An object on both sides; an empty body stands for the side that does not have it."""

    key: Key
    before: dict[str, Any]
    after: dict[str, Any]
    replaces: str = ""
    """The name before, where the object is known by the hash of its content."""
    moved: tuple[str, str] | None = None
    """Its stages before and after, where it moves from one to another and Flux, which delivers them, deletes it."""


def changed_pairs(before: Tree, after: Tree) -> list[Pair]:
    """Give all objects that are not the same on both sides, in the order of their keys.

    :raises LumenError: for every file on either side that cannot be read as manifests
    """
    paths_before, paths_after = _differing(before.ids, after.ids), _differing(after.ids, before.ids)
    reader = QuickReader()
    old, faults_before = _read(before, paths_before, reader)
    new, faults_after = _read(after, paths_after, reader)
    raise_all([*faults_before, *faults_after])
    by_flux = any(path.startswith("flux/") for path in after.ids)
    keys = sorted(old.keys() | new.keys())
    pairs = [_pair(key, old.get(key), new.get(key), by_flux=by_flux) for key in keys]
    return _renamed_by_content([pair for pair in pairs if pair.moved or pair.before != pair.after])


def _pair(key: Key, old: _Found | None, new: _Found | None, *, by_flux: bool) -> Pair:
    moved = None
    if by_flux and old and new and old.stage and new.stage and old.stage != new.stage:
        moved = old.stage, new.stage
    return Pair(key, old.body if old else {}, new.body if new else {}, moved=moved)


class _Found(NamedTuple):
    """An object as it stands in a tree."""

    body: dict[str, Any]
    stage: str
    """Folder of its stage; empty where it is in none."""


def _differing(mine: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """Give the files that the other side has not, neither at the same place nor elsewhere in the same stage."""
    elsewhere: dict[tuple[tuple[str, str], str], int] = defaultdict(int)
    for path, blob in theirs.items():
        if mine.get(path) != blob:
            elsewhere[_place_of(path), blob] += 1
    found = []
    for path, blob in mine.items():
        if theirs.get(path) == blob:
            continue
        key = (_place_of(path), blob)
        if elsewhere.get(key):
            elsewhere[key] -= 1
        else:
            found.append(path)
    return found


def folder_of(path: str) -> str:
    """Give the folder of the set that a file belongs to: ``<system>/<environment>``, or that of its overlay."""
    return _place_of(path)[0]


def _place_of(path: str) -> tuple[str, str]:
    """Give the folder of the set and of the stage that a file belongs to."""
    return _place_of_folder(path.rpartition("/")[0])


@lru_cache(maxsize=4096)
def _place_of_folder(folder: str) -> tuple[str, str]:
    folders = folder.split("/") if folder else []
    depth = _DEPTH + 1 if folders[:1] == [OVERLAYS] else _DEPTH
    is_staged = len(folders) == _DEPTH + 1 and _STAGE.match(folders[_DEPTH]) is not None
    return "/".join(folders[:depth]) or ".", folders[_DEPTH] if is_staged else ""


def _read(tree: Tree, paths: Collection[str], reader: QuickReader) -> tuple[dict[Key, _Found], list[str]]:
    found: dict[Key, _Found] = {}
    faults: list[str] = []
    for path, content in tree.read(paths).items():
        where = f"{tree.name}/{path}"
        try:
            documents = _documents(decoded(content, where), where, reader)
        except LumenError as error:
            faults += error.faults
            continue
        bodies = [body for document in documents for body in _objects(document)]
        for number, body in enumerate(bodies):
            if not _is_listing(body):
                found[_free(_key(path, body, number), found)] = _Found(body, _place_of(path)[1])
    return found, faults


def _documents(text: str, where: str, reader: QuickReader) -> Sequence[object]:
    found = reader.read(text)
    return found if found is not None else [one.data for one in read_documents(text, where, dialect="kubectl")]


def _objects(data: object) -> Iterator[dict[str, Any]]:
    """Give the objects of a document; a List is what it lists, and what is no mapping is nothing."""
    if not isinstance(data, dict):
        return
    items = data.get("items")
    if str(data.get("kind", "")).endswith("List") and isinstance(items, list):
        for item in items:
            yield from _objects(item)
    elif data:
        yield data


def _is_listing(body: Mapping[str, Any]) -> bool:
    group = text(body, "apiVersion").partition("/")[0]
    return group in NOT_FOR_A_CLUSTER and body.keys() <= _LISTING


def _key(path: str, body: dict[str, Any], number: int) -> Key:
    type_ = type_of(text(body, "apiVersion"), text(body, "kind") or "Document")
    name = text(body, "metadata", "name")
    if not name or text(body, "apiVersion").partition("/")[0] in NOT_FOR_A_CLUSTER:
        name = f"{path}#{number}" if number else path
    return Key(folder_of(path), type_, text(body, "metadata", "namespace"), name)


def _free(key: Key, taken: Collection[Key]) -> Key:
    """Keep apart what a set says twice, such as the overlays of one base."""
    number = 2
    free = key
    while free in taken:
        free = key._replace(name=f"{key.name} ({number})")
        number += 1
    return free


def _renamed_by_content(pairs: list[Pair]) -> list[Pair]:
    """Make one pair of a Job that goes and its successor that comes: its name is made from its content."""
    gone = {_stem(pair.key): pair for pair in reversed(pairs) if _is_hashed_job(pair) and not pair.after}
    found: dict[Key, Pair] = {pair.key: pair for pair in pairs}
    for pair in pairs:
        if _is_hashed_job(pair) and not pair.before and (old := gone.pop(_stem(pair.key), None)):
            found[pair.key] = pair._replace(before=old.before, replaces=old.key.name)
            del found[old.key]
    return list(found.values())


def _is_hashed_job(pair: Pair) -> bool:
    return pair.key.type == kinds.JOB and _CONTENT_HASH.search(pair.key.name) is not None


def _stem(key: Key) -> Key:
    return key._replace(name=_CONTENT_HASH.sub("", key.name))
