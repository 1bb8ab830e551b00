"""What options say about their fields: the texts that stand below the fields, read from the source when asked for.

Pydantic can read them too (``use_attribute_docstrings``), but does so for every class as it is made, which costs every
program more time than the rest of the options together, for texts that only a schema or an explanation shows.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from pydantic import BaseModel


@cache
def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """Give what is said about each field of ``model``, by Python name; a field that says nothing is left out.

    ``Field(description=…)`` wins over the text below the field, and a subclass wins over what it inherits. Where the
    source is not there to be read, there are no texts.
    """
    texts: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if issubclass(owner, BaseModel) and owner is not BaseModel:
            texts |= _texts_below_fields(owner)
    texts |= {name: field.description for name, field in model.model_fields.items() if field.description is not None}
    return MappingProxyType({name: texts[name] for name in model.model_fields if name in texts})


def _texts_below_fields(owner: type) -> dict[str, str]:
    """Read the strings that follow the annotated names in the body of a class."""
    found = _definition(owner)
    body = found.body if found is not None else []
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _definition(owner: type) -> ast.ClassDef | None:
    """Find the class in the source of its module; of several with one name the last one holds, unless Python knows."""
    found = _classes(owner.__module__).get(owner.__qualname__, ())
    first_line = getattr(owner, "__firstlineno__", None)  # since Python 3.13
    exact = [node for node in found if first_line in {node.lineno, *(line.lineno for line in node.decorator_list)}]
    return next(iter([*exact, *reversed(found)]), None)


@cache
def _classes(module: str) -> Mapping[str, tuple[ast.ClassDef, ...]]:
    """Give the classes that a module defines, by qualified name."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError, SyntaxError):
        # A module made at run time, in an interactive session, or shipped without its source.
        return {}
    found: dict[str, tuple[ast.ClassDef, ...]] = {}
    for name, node in _walked(tree, ""):
        found[name] = (*found.get(name, ()), node)
    return found


def _walked(parent: ast.AST, prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.ClassDef):
            yield prefix + node.name, node
            yield from _walked(node, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _walked(node, f"{prefix}{node.name}.<locals>.")
        else:
            yield from _walked(node, prefix)
