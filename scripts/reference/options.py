"""The pages of the options: one for each topic, with every type, its fields, their types, defaults and meanings."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import lumen_constructs
from lumen_constructs import options
from lumen_constructs.errors import raise_all
from lumen_constructs.options.base import Options, Short
from lumen_constructs.values.describing import type_in_words
from lumen_constructs.values.docstrings import descriptions
from lumen_constructs.values.shapes import Shape, descend, fields_of, keys_of, shapes
from reference.marked import NOTE, anchor, prose, table

#: Page, its title, and its modules of ``lumen_constructs.options`` in the order of the page.
_TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "components": ("Components", ("pod", "workload", "monitored", "job", "datastores.stateful_set")),
    "containers": (
        "Containers",
        ("image", "container", "resources", "probes", "ports", "env", "config", "secrets", "volumes", "lifecycle"),
    ),
    "pods": ("Pods", ("scaling", "delivery", "scheduling", "security", "identity")),
    "networking": (
        "Networking",
        (
            *("service", "extra_services", "network", "ingress", "objects", "certificates"),
            *("gateway", "routes", "route_filters", "destinations", "reference_grant"),
        ),
    ),
    "observability": ("Observability", ("metrics", "alerts", "slos", "dashboard")),
    "datastores": ("Data stores", ("datastores.store",)),
    "stack": ("Stacks and clusters", ("cluster", "namespace", "secret_provision")),
    "gitops": ("GitOps", ("delivery_targets", "kustomize")),
}


#: Names that differ between Python and a values file stand below each other.
_HEAD = ("option", "type", "default", "meaning")

#: What short forms are, in words.
_KINDS: dict[type, str] = {bool: "true or false", str: "string", int: "number", float: "number", list: "list"}
_KINDS |= {tuple: "list", dict: "mapping"}


def option_pages() -> dict[str, str]:
    """Give the page of each topic, and the first page of the reference."""
    found = _by_topic()
    pages = {name: _page(_TOPICS[name][0], types) for name, types in found.items()}
    return {"index": _index(found), **pages}


def _by_topic() -> dict[str, list[type[Options]]]:
    """Give all option types by topic; a module of a store that no topic names stands with the stores."""
    modules = [found.name.removeprefix(f"{options.__name__}.") for found in _modules()]
    homes = {module: topic for topic, (_, named) in _TOPICS.items() for module in named}
    order = [module for _, named in _TOPICS.values() for module in named]
    topics: dict[str, list[type[Options]]] = {topic: [] for topic in _TOPICS}
    homeless = []
    for module in sorted(modules, key=lambda name: (order.index(name) if name in order else len(order), name)):
        home = homes.get(module) or ("datastores" if module.startswith("datastores.") else None)
        types = _types(module)
        if home is not None:
            topics[home] += types
        elif types:
            homeless.append(f"{options.__name__}.{module}: has no page; name it in _TOPICS of {Path(__file__).name}")
    raise_all(homeless)
    return topics


def _modules() -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.walk_packages(options.__path__, f"{options.__name__}.")


def _types(module_name: str) -> list[type[Options]]:
    module = importlib.import_module(f"{options.__name__}.{module_name}")
    return [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Options)
        and kind is not Options
        and kind.__module__ == module.__name__
    ]


def _index(found: Mapping[str, list[type[Options]]]) -> str:
    text = (
        f"{NOTE}\n# Reference\n\n"
        "The [constructs](constructs.md), the [command](command.md), the [rules](rules.md) of the checks, the "
        "[canonical form](canonical.md), and every option by topic.\n\n"
        "From Python, options are keywords in snake_case; from a values file they are keys in camelCase. Where the two "
        "differ, the tables have the key below the keyword. Both are checked by the same code, and what is said here "
        "stands in editors and in `lumen explain` too.\n"
    )
    for topic, types in found.items():
        links = " · ".join(f"[{kind.__name__}]({topic}.md#{anchor(kind.__name__)})" for kind in types)
        text += f"\n**{_TOPICS[topic][0]}**: {links}\n"
    return text


def topic_links() -> str:
    """Give a list of the topics."""
    return "\n".join(f"- [{_TOPICS[topic][0]}](reference/{topic}.md)" for topic in _by_topic())


def _page(title: str, types: list[type[Options]]) -> str:
    return f"{NOTE}\n# {title}\n" + "".join(f"\n## {kind.__name__}\n\n{_about(kind)}" for kind in types)


def _about(kind: type[Options]) -> str:
    text = prose(inspect.getdoc(kind) or "") + "\n"
    bases = [base for base in kind.__bases__ if issubclass(base, Options) and base.model_fields]
    own = _own(kind)
    if bases:
        linked = " and of ".join(_link(base.__name__, base) for base in bases)
        text += f"\nIt has all options of {linked}{', and' if own else '.'}\n"
        text += "these:\n" if own else ""
    return f"{text}\n{_fields_table(kind, own)}" if own else text


def own_fields(*kinds: type[Options]) -> str:
    """Give a table of the options that each of ``kinds`` adds to what it inherits."""
    rows = [row for kind in kinds for row in _rows(kind, _own(kind), "reference/")]
    return table(_HEAD, rows)


def facts(kind: type[Options], prefix: str) -> str:
    """Give a table of all that can be set below a value of ``kind``, by path in a values file, with the defaults."""
    return table(("value", "default", "meaning"), _facts(kind, prefix))


def _facts(kind: type[Options], prefix: str) -> Iterator[tuple[str, str, str]]:
    said = descriptions(kind)
    for name, field in fields_of(kind).items():
        path = f"{prefix}.{field.alias or name}"
        inner = field.get_default(call_default_factory=True) if field.default_factory else None
        if isinstance(inner, Options) and not inner.model_fields_set:
            yield from _facts(type(inner), path)
        else:
            yield f"`{path}`", _default(field), prose(said[name])


def _own(kind: type[Options]) -> list[str]:
    """Give the fields that a type adds to those of its bases, or makes its own."""
    inherited = {
        name: field.annotation
        for base in kind.__bases__
        if issubclass(base, Options)
        for name, field in fields_of(base).items()
    }
    own = inspect.get_annotations(kind)
    return [name for name in fields_of(kind) if name not in inherited or name in own]


def _fields_table(kind: type[Options], names: list[str]) -> str:
    return table(_HEAD, _rows(kind, names))


def _rows(kind: type[Options], names: list[str], folder: str = "") -> Iterator[tuple[str, ...]]:
    said = descriptions(kind)
    fields = fields_of(kind)
    keys = {id(field): key for key, field in keys_of(kind).items()}
    for name in names:
        field = fields[name]
        of = list(shapes(field.annotation, field.metadata, field=field, owner=kind))
        words = _linked(type_in_words(of), kind, folder) + _short_forms(of)
        key = keys[id(field)]
        both = f"`{name}`" if key == name else f"`{name}`<br>`{key}`"
        yield both, words, _default(field), prose(said[name])


def _short_forms(of: list[Shape]) -> str:
    """Say what else may be written in place of the option, or of each item of a list, in full."""
    return _in_short("in short", of) + _in_short("each in short", descend(of, 0))


def _in_short(words: str, of: list[Shape]) -> str:
    kinds = dict.fromkeys(
        _KINDS[kind] for shape in of for mark in shape.marks if isinstance(mark, Short) for kind in mark.kinds
    )
    return f"; {words}: {' or '.join(kinds)}" if kinds else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default: Any = field.get_default(call_default_factory=True)
    if default is None or default is PydanticUndefined:
        return "none"
    return f"`{json.dumps(_plain(default), ensure_ascii=False)}`"


def _plain(value: Any) -> Any:
    """Give a default as a values file would say it."""
    if isinstance(value, Options):
        return {key: _plain(getattr(value, name)) for name, key in _given(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _given(value: Options) -> Iterator[tuple[str, str]]:
    for name, field in fields_of(type(value)).items():
        if name in value.model_fields_set:
            yield name, field.alias or name


def _linked(words: str, near: type[Options], folder: str) -> str:
    """Make the names of option types in a description of a type links to them."""
    # A pattern is code, and may hold what Markdown would take for markup.
    text = re.sub(r"matching (\S+)", r"matching `\1`", words)
    return re.sub(r"\b[A-Z]\w+\b", lambda found: _link(found[0], near, folder), text)


def _link(name: str, near: type[Options], folder: str = "") -> str:
    """Link a type by its name: of two with one name, the one that stands beside ``near``, otherwise the public one."""
    homes = {kind: topic for kind, topic in _homes() if kind.__name__ == name}
    if not homes:
        return name
    public = getattr(lumen_constructs, name, None)
    beside = [topic for kind, topic in homes.items() if kind.__module__ == near.__module__]
    known = [topic for kind, topic in homes.items() if kind is public]
    topic = next(iter([*beside, *known, *homes.values()]))
    return f"[{name}]({folder}{topic}.md#{anchor(name)})"


@cache
def _homes() -> tuple[tuple[type[Options], str], ...]:
    return tuple((kind, topic) for topic, types in _by_topic().items() for kind in types)
