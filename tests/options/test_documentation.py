"""Every option says what it means: the texts are the reference, the help of ``explain`` and the editor's hints."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest

import lumen_constructs.configuration
import lumen_constructs.networking
import lumen_constructs.options
import lumen_constructs.workloads
from lumen_constructs.options.base import Options
from lumen_constructs.values.docstrings import descriptions

PACKAGES = [
    lumen_constructs.options,
    lumen_constructs.workloads,
    lumen_constructs.networking,
    lumen_constructs.configuration,
]


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Give the modules of a package, at any depth."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


MODULES = [module for package in PACKAGES for module in modules(package)]
TYPES = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Options) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_option_says_what_it_means(kind: type[Options]) -> None:
    """Each field has a text of whole sentences below it."""
    texts = descriptions(kind)
    assert [name for name in kind.model_fields if name not in texts] == []
    unfinished = [name for name, text in texts.items() if not re.fullmatch(r"[A-Z`\"].*[.…]", text, re.DOTALL)]
    assert unfinished == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_says_what_it_is(module: ModuleType) -> None:
    """Modules, classes, functions, methods and properties have docstrings."""
    assert module.__doc__
    assert [name for name, thing in public(module) if not inspect.getdoc(thing)] == []


def public(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Give what a module defines for others, and what its classes define."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if isinstance(thing, (type, FunctionType)):
            yield name, thing
        if isinstance(thing, type):
            for member, found in vars(thing).items():
                if not member.startswith("_") and isinstance(found, (FunctionType, property, classmethod)):
                    yield f"{name}.{member}", found
