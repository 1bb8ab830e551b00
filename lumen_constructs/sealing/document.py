"""The file of an environment's ciphertext, edited as text: what is not sealed anew stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError
from lumen_constructs.values.reading import read_documents

_INDENT = 2


def with_ciphertext(text: str, entries: Mapping[str, Mapping[str, str]], where: str) -> str:
    """Give ``text`` with new ciphertext in it: in place of that of the same Secret and key, else after the others.

    :param text: a YAML mapping of Secrets to mappings of keys to ciphertext, or nothing
    :param entries: ciphertext by Secret and key
    :param where: the file, as messages show it

    :raises LumenError: if the text is not such a mapping, or is written in a way that cannot be edited as text
    """
    expected = _plain(text, where)
    for name, keys in entries.items():
        for key, ciphertext in keys.items():
            expected[name] = {**(expected.get(name) or {}), key: ciphertext}
            text = _with_entry(text, name, key, ciphertext)
    if _plain(text, where) != expected:
        message = f"{where}: cannot be edited as text; write it as plain mappings, without anchors and merge keys"
        raise LumenError(message)
    return text


def _plain(text: str, where: str) -> dict[str, Any]:
    documents = read_documents(text, name=where)
    data = (documents[0].data if documents else None) or {}
    if len(documents) > 1 or not isinstance(data, dict) or any(not isinstance(v, dict | None) for v in data.values()):
        message = f"{where}: must be one mapping of Secrets to mappings of keys to ciphertext"
        raise LumenError(message)
    return data


def _with_entry(text: str, name: str, key: str, ciphertext: str) -> str:
    """Give ``text`` with one entry replaced or added; the marks of what is there say where."""
    newline = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return _at_end(text, _lines({name: {key: ciphertext}}, 0, newline), newline)
    secret = _value(root, name)
    if secret is None:
        return _inserted(text, root, {name: {key: ciphertext}}, newline)
    if not isinstance(secret, yaml.MappingNode):
        # Nothing is there but the name.
        inside = _lines({key: ciphertext}, _column(root) + _INDENT, newline).rstrip()
        return _replaced(text, secret, newline + inside)
    old = _value(secret, key)
    if old is None:
        return _inserted(text, secret, {key: ciphertext}, newline)
    return _replaced(text, old, ciphertext)


def _value(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _column(node: yaml.MappingNode) -> int:
    first: yaml.Node = node.value[0][0]
    column: int = first.start_mark.column
    return column


def _replaced(text: str, old: yaml.Node, new: str) -> str:
    start, end = old.start_mark.index, old.end_mark.index
    # A block (``|``, ``>-``) ends where the next line starts.
    ending = text[start:end][len(text[start:end].rstrip()) :] if end > start else ""
    space = " " if start and text[start - 1] == ":" and not new.startswith(("\r", "\n")) else ""
    return text[:start] + space + new + ending + text[end:]


def _inserted(text: str, node: yaml.MappingNode, data: Mapping[str, Any], newline: str) -> str:
    """Add entries after those of a mapping, which holds one at least where it is written as a block."""
    if node.flow_style:
        inside = ", ".join(_flow(key, value) for key, value in data.items())
        brace = node.end_mark.index - 1
        return text[:brace] + (", " if node.value else "") + inside + text[brace:]
    end = _end(node)
    stop = text.find("\n", end) + 1 if end == 0 or text[end - 1] != "\n" else end
    lines = _lines(data, _column(node), newline)
    return text[:stop] + lines + text[stop:] if stop else _at_end(text, lines, newline)


def _end(node: yaml.Node) -> int:
    """Give where the last value below ``node`` ends; a block's own end is that of the blank lines behind it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    end: int = node.end_mark.index
    return end


def _at_end(text: str, lines: str, newline: str) -> str:
    return text + ("" if not text or text.endswith("\n") else newline) + lines


def _lines(data: Mapping[str, Any], column: int, newline: str) -> str:
    lines: Sequence[str] = dump(data).splitlines()
    return "".join(" " * column + line + newline for line in lines)


def _flow(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(_flow(name, inner) for name, inner in value.items())
        return f"{_key(key)}: {{{inside}}}"
    return f"{_key(key)}: {value}"


def _key(key: str) -> str:
    return dump({key: 0}).removesuffix(": 0\n")
