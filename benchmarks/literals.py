"""Python source text for plain data and calls, laid out as a person would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_WIDTH = 120


class Source(str):
    """A piece of Python source, as opposed to text that is a value."""

    __slots__ = ()


def text(value: str, names: Mapping[str, str]) -> Source:
    """Write a text; each key of ``names`` that occurs in it becomes the variable that the key stands for."""
    if not any(name in value for name in names):
        return Source(repr(value))
    pattern = value.replace("{", "{{").replace("}", "}}")
    for name, variable in names.items():
        pattern = pattern.replace(name, f"{{{variable}}}")
    bare = {f"{{{variable}}}": variable for variable in names.values()}.get(pattern)
    return Source(bare or "f" + repr(pattern))


def call(function: str, positional: Sequence[Source], keywords: Mapping[str, Source], indent: int = 0) -> Source:
    """Write a call, on one line where it fits."""
    arguments = [*positional, *(f"{name}={value}" for name, value in keywords.items())]
    return _bracketed(f"{function}(", arguments, ")", indent)


def listing(items: Sequence[Source], indent: int = 0) -> Source:
    """Write a list."""
    return _bracketed("[", items, "]", indent)


def mapping(items: Sequence[tuple[Source, Source]], indent: int = 0) -> Source:
    """Write a dict."""
    return _bracketed("{", [f"{key}: {value}" for key, value in items], "}", indent)


def data(value: object, names: Mapping[str, str], indent: int = 0) -> Source:
    """Write plain data: mappings, lists, texts, numbers, truth values and None."""
    if isinstance(value, str):
        return text(value, names)
    if isinstance(value, Mapping):
        pairs = [(text(str(key), names), data(item, names, indent + 1)) for key, item in value.items()]
        return mapping(pairs, indent)
    if isinstance(value, list):
        return listing([data(item, names, indent + 1) for item in value], indent)
    return Source(repr(value))


def _bracketed(start: str, parts: Sequence[str], end: str, indent: int) -> Source:
    line = f"{start}{', '.join(parts)}{end}"
    if len(line) + 4 * indent <= _WIDTH and "\n" not in line:
        return Source(line)
    margin = "    " * (indent + 1)
    lines = "".join(f"{margin}{part},\n" for part in parts)
    return Source(f"{start}\n{lines}{'    ' * indent}{end}")
