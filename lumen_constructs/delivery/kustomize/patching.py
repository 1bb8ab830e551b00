"""Patches as kustomize applies them to an object: strategic merge, and JSON patches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.delivery.kustomize.kinds import is_known, merge_keys
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.kustomize import JsonOperation


def plain(value: Any) -> Any:
    """Copy data, from options too, as dicts and lists of which no two places share one: each is changed alone."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def merged(body: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Give an object with a strategic merge patch applied.

    :raises LumenError: where a list has items by name, and kustomize, which does not know the kind, would replace it
    """
    return _merged_map(body, patch, (), str(body["kind"]), known=is_known(body))


def _merged_map(
    below: Mapping[str, Any], above: Mapping[str, Any], path: tuple[str, ...], kind: str, *, known: bool
) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        there, place = result.get(key), (*path, key)
        if isinstance(value, Mapping):
            result[key] = _merged_map(there if isinstance(there, Mapping) else {}, value, place, kind, known=known)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            result[key] = _merged_list(there if isinstance(there, list) else [], value, place, kind, known=known)
        else:
            result[key] = value
    return result


def _merged_list(below: list[Any], above: Sequence[Any], path: tuple[str, ...], kind: str, *, known: bool) -> list[Any]:
    """Merge a list as kustomize does, which puts the patch's items first."""
    if not known and any(isinstance(item, Mapping) for item in above):
        message = (
            f"merge.{'.'.join(path)} is a list of a kind that kustomize does not know, and would be replaced as a"
            " whole; write operations in place of merge"
        )
        raise LumenError(message)
    keys = merge_keys(kind, path)
    if not keys:
        return [plain(item) for item in above]
    raise_all(_item_faults(above, path, keys))
    changes = {_id(item, keys): item for item in above}
    there = {_id(item, keys): item for item in below if isinstance(item, Mapping)}
    changed = {key: _merged_map(there.get(key, {}), item, path, kind, known=known) for key, item in changes.items()}
    if len(keys) == 1:
        return [*changed.values(), *(item for key, item in there.items() if key not in changed)]
    # Items that are told apart by two keys keep their places, and only new ones come before them.
    return [
        *(item for key, item in changed.items() if key not in there),
        *(changed.get(key, item) for key, item in there.items()),
    ]


def _id(item: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(item.get(key)) for key in keys)


def _item_faults(items: Sequence[Any], path: tuple[str, ...], keys: Sequence[str]) -> Iterator[str]:
    """Find items that kustomize would pass over without a word, or take for each other."""
    seen: dict[tuple[str, ...], None] = {}
    for number, item in enumerate(items):
        where = f"merge.{'.'.join(path)}[{number}]"
        missing = [key for key in keys if key not in item] if isinstance(item, Mapping) else list(keys)
        if missing:
            yield f"{where} needs {' and '.join(missing)}, by which kustomize tells the items apart"
        elif _id(item, keys) in seen:
            yield f"{where} is there twice"
        else:
            seen[_id(item, keys)] = None


def operated(body: Mapping[str, Any], operations: Sequence[JsonOperation]) -> dict[str, Any]:
    """Give an object with the steps of a JSON patch applied.

    :raises LumenError: for the first step that cannot be taken
    """
    result: dict[str, Any] = plain(body)
    for number, operation in enumerate(operations):
        steps = [step.replace("~1", "/").replace("~0", "~") for step in operation.path.split("/")[1:]]
        try:
            _operate(result, steps, operation)
        except LumenError as error:
            raise LumenError(*(f"operations[{number}] {fault}" for fault in error.faults)) from None
    return result


def _operate(body: dict[str, Any], steps: Sequence[str], operation: JsonOperation) -> None:
    holder: Any = body
    for number, step in enumerate(steps[:-1]):
        holder = _child(holder, step, f"/{'/'.join(operation.path.split('/')[1 : number + 2])}")
    last, where = steps[-1], operation.path
    if operation.op != "add":
        there = _child(holder, last, where)
        if operation.op == "test" and there != operation.value:
            message = f"path {show(where)} has {show(there)}, and the test wants {show(operation.value)}"
            raise LumenError(message)
    if operation.op == "remove":
        del holder[_index(holder, last, where)]
    elif operation.op == "add" and isinstance(holder, list):
        holder.insert(len(holder) if last == "-" else _index(holder, last, where, add=1), plain(operation.value))
    elif operation.op in {"add", "replace"}:
        _refuse_scalar(holder, where)
        holder[_index(holder, last, where)] = plain(operation.value)


def _child(holder: Any, step: str, where: str) -> Any:
    _refuse_scalar(holder, where)
    if isinstance(holder, dict) and step not in holder:
        message = f"path {show(where)} is not there{did_you_mean(step, map(str, holder))}"
        raise LumenError(message)
    return holder[_index(holder, step, where)]


def _refuse_scalar(holder: Any, where: str) -> None:
    if not isinstance(holder, (dict, list)):
        message = f"path {show(where)} leads into {show(holder)}"
        raise LumenError(message)


def _index(holder: Any, step: str, where: str, add: int = 0) -> Any:
    """Give the key of a mapping, or the number of an item; ``add`` is 1 where the place behind the last counts."""
    if isinstance(holder, dict):
        return step
    if not step.isascii() or not step.isdigit() or int(step) >= len(holder) + add:
        message = f"path {show(where)} is not there: the list has {len(holder)} items"
        raise LumenError(message)
    return int(step)
