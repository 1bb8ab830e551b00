"""As much of Go's templates as our ApplicationSet uses, with ``missingkey=error``; it refuses what it does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ACTION = re.compile(r"\{\{(.*?)\}\}")
_WORD = re.compile(r'"[^"]*"|[()]|\.[\w.]*|\w+')


def execute(template: str, values: Mapping[str, Any]) -> str:
    """Give the text that Go would make of a template."""
    made, shown = [], [True]
    for place, part in enumerate(_ACTION.split(template)):
        action = part.strip()
        if place % 2 == 0:
            made.append(part if all(shown) else "")
        elif action == "end":
            shown.pop()
        elif action.startswith("if "):
            shown.append(all(shown) and bool(_value(action.removeprefix("if "), values)))
        elif all(shown):
            made.append(str(_value(action, values)))
    assert shown == [True], f"{template!r} has an open 'if'"
    return "".join(made)


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """Execute every text in plain data."""
    if isinstance(value, str):
        return execute(value, values)
    if isinstance(value, list):
        return [fill(entry, values) for entry in value]
    return {key: fill(entry, values) for key, entry in value.items()} if isinstance(value, dict) else value


def _value(action: str, values: Mapping[str, Any]) -> Any:
    words = _WORD.findall(action)
    assert "".join(words) == re.sub(r'\s(?=(?:[^"]*"[^"]*")*[^"]*$)', "", action), f"{action!r} cannot be read"
    found = _pipeline(words, values)
    assert not words, f"{action!r} goes on"
    return found


def _pipeline(words: list[str], values: Mapping[str, Any]) -> Any:
    arguments: list[Any] = []
    name = words.pop(0) if words[0].isidentifier() else ""
    while words and words[0] != ")":
        word = words.pop(0)
        if word == "(":
            arguments.append(_pipeline(words, values))
            assert words.pop(0) == ")"
        elif word.startswith("."):
            arguments.append(_field(word, values))
        elif word.startswith('"'):
            arguments.append(word.strip('"'))
        else:
            arguments.append(int(word))
    if not name:
        (argument,) = arguments
        return argument
    return {"index": _index, "printf": lambda form, *rest: form % rest}[name](*arguments)


def _field(path: str, values: Mapping[str, Any]) -> Any:
    found: Any = values
    for key in filter(None, path.split(".")):
        if key not in found:
            message = f"map has no entry for key {key!r}"  # what Go says
            raise KeyError(message)
        found = found[key]
    return found


def _index(container: Any, key: Any) -> Any:
    return container[key] if isinstance(container, list) else container.get(key, "<no value>")
