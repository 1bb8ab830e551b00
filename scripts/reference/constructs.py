"""The page of the constructs: what each says about itself, its methods and its properties."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from constructs import Construct

import lumen_constructs
from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.store import DataStore
from reference.marked import NOTE, anchor, prose, table

_PARAMETER = re.compile(r"^:param (?P<name>\w+): (?P<text>.*(?:\n    .*)*)", re.MULTILINE)
_RAISES = re.compile(r"^:raises (?P<name>\w+): (?P<text>.*(?:\n    .*)*)", re.MULTILINE)


def constructs_page() -> str:
    """Give the page: every public construct, then what a data store gives to its clients, then the functions."""
    public = {name: getattr(lumen_constructs, name) for name in lumen_constructs.__all__}
    kinds = [thing for thing in public.values() if isinstance(thing, type) and issubclass(thing, Construct)]
    others = [DataStore, Connection, public["System"]]
    functions = [thing for thing in public.values() if isinstance(thing, FunctionType)]
    links = " · ".join(f"[{thing.__name__}](#{anchor(thing.__name__)})" for thing in (*kinds, *others, *functions))
    text = f"{NOTE}\n# Constructs\n\nEvery construct takes a scope and an id, then keywords. {links}\n"
    for thing in kinds:
        text += f"\n## {thing.__name__}\n\n{_documented(thing)}"
        if issubclass(thing, DataStore):
            text += "\nIt has the members of [DataStore](#datastore).\n"
        text += _members(thing)
    for thing in others:
        text += f"\n## {thing.__name__}\n\n{_documented(thing)}{_members(thing)}"
    for function in functions:
        text += f"\n## {function.__name__}\n\n`{function.__name__}{_signature(function)}`\n\n{_documented(function)}"
    return text


def _documented(thing: Any) -> str:
    """Give a docstring, with its parameters as a table."""
    said = inspect.getdoc(thing) or ""
    rows = [(f"`{found['name']}`", prose(found["text"])) for found in _PARAMETER.finditer(said)]
    raised = [f"Raises `{found['name']}` {prose(' '.join(found['text'].split()))}." for found in _RAISES.finditer(said)]
    text = prose(_RAISES.sub("", _PARAMETER.sub("", said))).strip()
    parts = [text, table(("keyword", "meaning"), rows).strip() if rows else "", *raised]
    return "\n\n".join(part for part in parts if part) + "\n"


def _members(kind: type) -> str:
    rows = [(f"`{name}{form}`", said) for name, form, said in _public(kind)]
    return f"\n{table(('member', 'meaning'), rows)}" if rows else ""


def _public(kind: type) -> Iterator[tuple[str, str, str]]:
    """Give the methods and properties that the type, or a base of ours, defines."""
    ours = [base for base in kind.__mro__ if base.__module__.startswith("lumen_constructs.")]
    seen: set[str] = set()
    for base in ours:
        if base is DataStore is not kind:
            continue  # it has a part of its own on the page
        for name, member in vars(base).items():
            if name.startswith("_") or name in seen:
                continue
            function = getattr(member, "__func__", member)
            if isinstance(function, FunctionType):
                seen.add(name)
                yield name, _signature(function), _summary(function)
            elif isinstance(member, property):
                seen.add(name)
                yield name, "", _summary(member)


def _signature(function: FunctionType) -> str:
    """Give the parameters as they are written, without ``self`` and ``cls``."""
    parameters = list(inspect.signature(function).parameters.values())
    shown = [parameter for parameter in parameters if parameter.name not in {"self", "cls"}]
    return str(inspect.Signature(shown)).replace("'", "")


def _summary(thing: object) -> str:
    """Give what a member says, its parameters and errors included, in one paragraph."""
    said = inspect.getdoc(thing) or ""
    raised = [f"Raises `{found['name']}` {' '.join(found['text'].split())}." for found in _RAISES.finditer(said)]
    given = [f"`{found['name']}`: {' '.join(found['text'].split())}." for found in _PARAMETER.finditer(said)]
    return prose(" ".join([_RAISES.sub("", _PARAMETER.sub("", said)).strip(), *given, *raised]))
