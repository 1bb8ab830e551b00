r"""YAML that every reader takes for the same data: one spelling for each value, whatever library reads it.

The form, which never depends on the machine, on Python's version or on the order in which keys were set:

- Keys stand in the order of the field's habit: those of ``_LEADING`` first (``apiVersion``, ``kind``, ``metadata``;
  ``name`` before ``image``), all others by code point.
- Two spaces of indentation; lists begin in the column of their key, as ``kubectl get --output yaml`` writes them.
- Text is left plain only where no reader of YAML 1.1 or 1.2 could take it for something else (``on``, ``1_000``,
  ``0o10``, ``1:30``, ``2024-01-01``, ``=``); otherwise it is quoted: in double quotes, or in single ones where that
  saves escapes. Text of several lines is a literal block (``|`` or ``|-``) where all readers agree on its white space.
- No line is folded; there are no anchors, aliases, tags or comments; lines end in ``\n``.

It is a writer of our own, because PyYAML's dumper leaves ``0o10``, ``=`` and others plain, and takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show

#: Keys that come first in a map that has them.
_LEADING: Final = (
    *("apiVersion", "kind", "metadata"),
    *("name", "namespace", "type"),
    *("alert", "record", "expr", "for", "labels", "annotations"),
    *("image", "imagePullPolicy", "command", "args"),
)
_RANK: Final = {key: rank for rank, key in enumerate(_LEADING)}

#: The start of a text that may stand plain, and all that may follow: visible ASCII, but no ``: `` and no `` #``.
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9/_(]|--?[A-Za-z]|\.[A-Za-z/]|\$[A-Za-z({])(?:[!-9;-~]|:(?! |\Z)| (?!#|\Z))*")
#: Words and figures that some reader takes for a null, a boolean, a number or a time: wider than any one grammar.
_OTHER_TYPE: Final = re.compile(
    r"""
      null | true | false | yes | no | on | off | y | n
    | [-+]? (?: 0b[01_]+ | 0o[0-7_]+ | 0x[0-9a-f_]+ | \.?(?:inf|infinity|nan) )
    | [-+]? [0-9_]* \.? [0-9_]* (?: e[-+]?[0-9_]* )?
    | [-+]? [0-9_]+ (?: : [0-9_]+ )+ (?: \.[0-9_]* )?
    | [0-9]{4} - [0-9]{1,2} - [0-9]{1,2} (?: [t\ ] .* )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Characters that are escaped: controls, what a reader takes for a line end, and what cannot be seen. The ranges are
#: written out, since Python's own idea of what is printable changes with its version.
_ODD: Final = "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff\ufff0-\uffff"
_ODD_IN_QUOTES: Final = re.compile(rf'[\t\n"\\{_ODD}\ud800-\udfff]')
_ODD_IN_BLOCKS: Final = re.compile(rf"[{_ODD}\ud800-\udfff]")
_NAMED_ESCAPES: Final = {"\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_VISIBLE: Final = re.compile(r"[ -~]+")

#: YAML allows 1,024 characters for a key that its reader need not expect; longer ones are announced by ``?``.
_LONGEST_KEY: Final = 1000


def dump(body: Mapping[str, Any]) -> str:
    """Write one object as a YAML document.

    Raises LumenError for what is no plain data: only dicts with text as keys, lists, text, booleans, finite numbers and
    None are.
    """
    if not body:
        return "{}\n"
    out: list[str] = []
    _write_map(body, "", "", out)
    return "".join(out)


def dump_all(bodies: Iterable[Mapping[str, Any]]) -> str:
    """Write objects as one stream of documents, with ``---`` between them."""
    return "---\n".join(dump(body) for body in bodies)


def _write_map(value: Mapping[str, Any], indent: str, lead: str, out: list[str]) -> None:
    """Write the entries of a map; ``lead`` stands before the first one, which may share a line with a list's dash."""
    for key in _ordered(tuple(value)):
        name = _word(key)
        head = f"{lead}{name}:" if len(name) <= _LONGEST_KEY else f"{lead}? {name}\n{indent}:"
        lead = indent
        item = value[key]
        if type(item) is str and len(item) <= _LONGEST_CACHED and "\n" not in item:
            out.append(f"{head} {_word(item)}\n")
        elif isinstance(item, dict) and item:
            out.append(f"{head}\n")
            _write_map(item, f"{indent}  ", f"{indent}  ", out)
        elif isinstance(item, list) and item:
            out.append(f"{head}\n")
            _write_list(item, indent, indent, out)
        else:
            out.append(f"{head} {_leaf(item, indent)}\n")


def _write_list(value: list[Any], indent: str, lead: str, out: list[str]) -> None:
    deeper = f"{indent}  "
    for item in value:
        if isinstance(item, dict) and item:
            _write_map(item, deeper, f"{lead}- ", out)
        elif isinstance(item, list) and item:
            _write_list(item, deeper, f"{lead}- ", out)
        else:
            out.append(f"{lead}- {_leaf(item, indent)}\n")
        lead = indent


@lru_cache(maxsize=4096)
def _ordered(keys: tuple[object, ...]) -> list[str]:
    texts = [str.__str__(key) for key in keys if isinstance(key, str)]
    if len(texts) < len(keys):
        odd = next(key for key in keys if not isinstance(key, str))
        message = f"the key {show(odd)} is not text"
        raise LumenError(message)
    return sorted(texts, key=lambda key: (_RANK.get(key, len(_RANK)), key))


def _leaf(value: object, indent: str) -> str:
    """Write a text, a number, a boolean, a null, or an empty map or list."""
    if isinstance(value, str):
        text = str.__str__(value)  # a str subclass, such as an enum's member, as its bare text
        return _block(text, f"{indent}  ") if "\n" in text else _scalar(text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if value is None:
        return "null"
    if isinstance(value, (dict, list)) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    message = f"a {type(value).__name__} is no plain data; give text, a number, a boolean, a list or a dict"
    raise LumenError(message)


def _float(value: float) -> str:
    if not isfinite(value):
        message = f"{value} is not a finite number"
        raise LumenError(message)
    # YAML 1.1 takes 1e-07 for text: its floats have a point.
    mantissa, e, exponent = float.__repr__(value).partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{e}{exponent}"


def _scalar(text: str) -> str:
    """Write a text on one line: plain, or quoted."""
    if _PLAIN.fullmatch(text) and not _OTHER_TYPE.fullmatch(text):
        return text
    if _VISIBLE.fullmatch(text) and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ODD_IN_QUOTES.sub(_escaped, text) + '"'


#: The same few words stand in every object; long texts seldom come twice, and would fill the memory.
_word: Final = lru_cache(maxsize=32768)(_scalar)
_LONGEST_CACHED: Final = 100


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if letter in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[letter]
    code = ord(letter)
    if 0xD800 <= code <= 0xDFFF:
        message = "half of a surrogate pair is no character"
        raise LumenError(message)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}"


def _block(text: str, indent: str) -> str:
    """Write a text of several lines as a literal block where all readers agree on it, otherwise in quotes.

    They differ where white space begins the block, which sets its indentation, and where empty lines end it.
    """
    start = text.lstrip("\n")[:1]
    if start in {"", " ", "\t"} or text.endswith("\n\n") or _ODD_IN_BLOCKS.search(text):
        return _scalar(text)
    ends = text.endswith("\n")
    lines = re.sub(r"^(?=.)", indent, text.removesuffix("\n"), flags=re.MULTILINE)
    return f"|{'' if ends else '-'}\n{lines}"
