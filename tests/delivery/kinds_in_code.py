"""Group and kind of every object that the library's code spells out, found in its source.

An object's body is a mapping with ``apiVersion`` and ``kind``. Where these are not written out, they are looked up: as
constants of a module, or as arguments of the function that makes the body, wherever it is called. What cannot be looked
up is given too, as the place in the code, so that nobody adds a kind in a way that is not seen here.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import lumen_constructs
from lumen_constructs.emit.kinds import group_of

PACKAGE = Path(lumen_constructs.__file__).parent

#: Packages that know what others made, and make nothing that an application has.
_MAKE_NOTHING = {"_imports", "checks", "cli", "crds.py", "delivery", "diff", "emit", "options", "sealing", "values"}

#: What refers to an object has no other keys.
_REFERENCE = {"apiVersion", "kind", "name", "namespace"}
_DEPTH = 3


@dataclass(frozen=True)
class Found:
    """Kinds, and places in the code whose kind is not known."""

    kinds: frozenset[tuple[str, str]]
    unknown: tuple[str, ...]


_parse = functools.cache(ast.parse)


def sources() -> dict[str, str]:
    """Give the modules of the library that make objects, by their path."""
    files = (file for file in PACKAGE.rglob("*.py") if not _MAKE_NOTHING & set(file.relative_to(PACKAGE).parts))
    return {file.relative_to(PACKAGE).as_posix(): file.read_text(encoding="utf-8") for file in sorted(files)}


def kinds_in(texts: Mapping[str, str]) -> Found:
    """Find the kinds in modules, given by path and text."""
    modules = {path: _parse(text) for path, text in texts.items()}
    finder = _Finder(modules)
    kinds: set[tuple[str, str]] = set()
    unknown: list[str] = []
    for path, function, keys, node in _bodies(modules):
        versions, names = (finder.values(path, function, keys[key]) for key in ("apiVersion", "kind"))
        if not versions or not names:
            unknown.append(f"{path}: {ast.unparse(node)[:80]}")
        kinds.update((group_of(version), name) for version in versions for name in names)
    return Found(frozenset(kinds), tuple(unknown))


def _bodies(
    modules: Mapping[str, ast.Module],
) -> Iterator[tuple[str, ast.FunctionDef | None, dict[str, ast.expr], ast.AST]]:
    """Give what could be a body: a mapping with both keys, a call of ``dict`` with both, and a key that is set."""
    for path, module in modules.items():
        for node, function in _with_function(module, None):
            if isinstance(node, ast.Dict):
                keys = {
                    key.value: value
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant)
                }
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
                keys = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            elif _sets_kind(node):
                keys = {"apiVersion": ast.Constant(None), "kind": ast.Constant(None)}
            else:
                continue
            if {"apiVersion", "kind"} <= keys.keys() and not ("name" in keys and keys.keys() <= _REFERENCE):
                yield path, function, {str(key): value for key, value in keys.items()}, node


def _sets_kind(node: ast.AST) -> bool:
    """Tell whether an object is given another kind after it was made."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    keys = [target.slice for target in targets if isinstance(target, ast.Subscript)]
    return any(isinstance(key, ast.Constant) and key.value == "kind" for key in keys)


def _with_function(node: ast.AST, function: ast.FunctionDef | None) -> Iterator[tuple[ast.AST, ast.FunctionDef | None]]:
    for child in ast.iter_child_nodes(node):
        inner = child if isinstance(child, ast.FunctionDef) else function
        yield child, inner
        yield from _with_function(child, inner)


class _Finder:
    """Finds the texts that an expression can be."""

    def __init__(self, modules: Mapping[str, ast.Module]) -> None:
        self._constants: dict[str, list[tuple[str, ast.expr]]] = {}
        self._calls: dict[str, list[tuple[str, ast.FunctionDef | None, ast.Call]]] = {}
        for path, module in modules.items():
            for statement in module.body:
                for name, value in _assigned(statement):
                    self._constants.setdefault(name, []).append((path, value))
            for node, function in _with_function(module, None):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    self._calls.setdefault(name, []).append((path, function, node))

    def values(self, path: str, function: ast.FunctionDef | None, node: ast.expr, depth: int = _DEPTH) -> list[str]:
        """Give every text that ``node`` can be; none where that is not known."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.IfExp):
            both = [self.values(path, function, part, depth) for part in (node.body, node.orelse)]
            return [text for part in both for text in part] if all(both) else []
        if isinstance(node, ast.JoinedStr):
            return self._joined(path, function, node, depth)
        if isinstance(node, ast.Name) and depth:
            return self._named(path, function, node.id, depth - 1)
        return []

    def _joined(self, path: str, function: ast.FunctionDef | None, node: ast.JoinedStr, depth: int) -> list[str]:
        made = [""]
        for part in node.values:
            found = self.values(path, function, part.value if isinstance(part, ast.FormattedValue) else part, depth)
            made = [start + end for start in made for end in found]
        return made

    def _named(self, path: str, function: ast.FunctionDef | None, name: str, depth: int) -> list[str]:
        arguments = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)] if function else []
        if function is not None and name in arguments:
            return self._argument(path, function, name, arguments, depth)
        local = [value for each in (function.body if function else ()) for key, value in _assigned(each) if key == name]
        if local:
            return [text for value in local for text in self.values(path, function, value, depth)]
        own = [value for place, value in self._constants.get(name, []) if place == path]
        others = [value for _, value in self._constants.get(name, [])] if not name.startswith("_") else []
        return [text for value in own or others for text in self.values(path, None, value, depth)]

    def _argument(self, home: str, function: ast.FunctionDef, name: str, arguments: list[str], depth: int) -> list[str]:
        """Give what an argument is wherever the function is called; none where one of the calls is not known."""
        found: list[str] = []
        for path, caller, call in self._calls.get(function.name, []):
            if function.name.startswith("_") and path != home:
                continue
            given = {keyword.arg: keyword.value for keyword in call.keywords} | dict(
                zip(arguments, call.args, strict=False)
            )
            texts = self.values(path, caller, given[name], depth) if name in given else []
            if not texts:
                return []
            found += texts
        return found


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        yield from ((target.id, statement.value) for target in statement.targets if isinstance(target, ast.Name))
    elif (
        isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value is not None
    ):
        yield statement.target.id, statement.value
