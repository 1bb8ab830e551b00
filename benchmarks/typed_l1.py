"""The comparison program: its source, made from manifests; typed constructor calls as a person would write them.

Every field is a keyword of a typed constructor. An object with a field that its L1 class does not know, most often
since the class is older, is an ``ApiObject`` with JSON patches, as it has to be: the class drops such a field, and a
patch of it too, without a word.
"""

from __future__ import annotations

import enum
import inspect
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from benchmarks.literals import Source, call, data, listing, mapping, text

Manifest = Mapping[str, Any]

#: How the program calls the module of the built-in kinds.
_BUILT_IN = "k8s"


@dataclass(frozen=True)
class L1Modules:
    """The modules with L1 classes, by the name that the program gives them."""

    built_in: ModuleType
    """``cdk8s_plus_27.k8s``."""
    custom: Mapping[str, ModuleType] = field(default_factory=dict)
    """What ``cdk8s import`` made, by API group."""

    def home(self, api_version: str) -> tuple[str, ModuleType]:
        """Give the module of an ``apiVersion``, and the program's name for it."""
        group, _, _ = api_version.rpartition("/")
        module = self.custom.get(group)
        return (_alias(group), module) if module is not None else (_BUILT_IN, self.built_in)


@dataclass(frozen=True)
class Program:
    """What one program makes: charts of objects, or a chart with a number of services that differ by their name."""

    name: str
    """Name of the program."""
    charts: Mapping[str, Sequence[Manifest]]
    """Manifests by the id of their chart."""
    service: str | None = None
    """Name, as it stands in the manifests, that is a variable of the program; None for the manifests as they are.

    What it is in the names of alerts, ``ServiceOne`` for ``service-one``, is another."""
    namespace: str | None = None
    """Namespace of the charts."""


def source(program: Program, modules: L1Modules) -> str:
    """Write the program; it is run with a folder for its output and, where it has services, with their number."""
    names = {program.service: "name", _title(program.service): "title"} if program.service is not None else {}
    bodies = [manifest for manifests in program.charts.values() for manifest in manifests]
    functions = "\n\n".join(
        _function(id_, [_statement(manifest, modules, names) for manifest in manifests], names)
        for id_, manifests in program.charts.items()
    )
    main = _services_main(program) if names else _charts_main(program)
    code = f"{functions}\n\n{main}"
    return f"{_imports(code, bodies, modules)}\n\n{code}"


def _imports(code: str, bodies: Sequence[Manifest], modules: L1Modules) -> str:
    homes = dict(modules.home(body["apiVersion"]) for body in bodies)
    used = [
        name
        for name in ("ApiObject", "ApiObjectMetadata", "App", "Chart", "JsonPatch")
        if f"{name}(" in code or f"{name}." in code
    ]
    custom = [f"import {module.__name__} as {alias}\n" for alias, module in sorted(homes.items()) if alias != _BUILT_IN]
    return "".join(
        [
            "import sys\n\n",
            f"from cdk8s import {', '.join(used)}\n",
            "from cdk8s_plus_27 import k8s\n",
            *(["\n", *custom] if custom else []),
        ]
    )


def _function(id_: str, statements: Sequence[str], names: Mapping[str, str]) -> str:
    parameters = ", ".join(["chart: Chart", *(f"{variable}: str" for variable in names.values())])
    body = "".join(f"    {statement}\n" for statement in statements)
    return f"def {_identifier(id_)}({parameters}) -> None:\n{body}"


def _charts_main(program: Program) -> str:
    calls = "".join(
        f"    {_identifier(id_)}(Chart(app, {id_!r}, disable_resource_name_hashes=True))\n" for id_ in program.charts
    )
    return f"def main() -> None:\n    app = App(outdir=sys.argv[1])\n{calls}    app.synth()\n"


def _services_main(program: Program) -> str:
    (id_,) = program.charts
    return (
        "def main() -> None:\n"
        "    app = App(outdir=sys.argv[1])\n"
        f"    chart = Chart(app, {id_!r}, namespace={program.namespace!r})\n"
        "    for number in range(1, int(sys.argv[2]) + 1):\n"
        f'        {_identifier(id_)}(chart, f"service-{{number:04}}", f"Service{{number:04}}")\n'
        "    app.synth()\n"
    )


def _statement(manifest: Manifest, modules: L1Modules, names: Mapping[str, str]) -> Source:
    """Write the making of one object, and the patches of what its class does not know."""
    alias, module = modules.home(manifest["apiVersion"])
    l1 = _class_of(manifest, module, built_in=alias == _BUILT_IN)
    writer = _Writer(alias, names)
    fields = {key: value for key, value in manifest.items() if key not in {"apiVersion", "kind"}}
    keywords = writer.keywords(l1, fields, 1)
    metadata = manifest["metadata"]
    parts = (manifest["kind"].lower(), metadata.get("namespace"), metadata["name"])
    id_ = text("-".join(part for part in parts if part), names)
    if writer.unknown:
        return _patched(manifest, id_, names)
    return call(f"{alias}.{l1.__name__}", [Source("chart"), id_], keywords, 1)


def _patched(manifest: Manifest, id_: Source, names: Mapping[str, str]) -> Source:
    """Write the making of an object without its class."""
    from cdk8s import ApiObjectMetadata  # noqa: PLC0415  # starts Node.js

    keywords = {
        "api_version": text(manifest["apiVersion"], names),
        "kind": text(manifest["kind"], names),
        "metadata": _Writer("", names).value(manifest["metadata"], ApiObjectMetadata, 2),
    }
    made = call("ApiObject", [Source("chart"), id_], keywords, 1)
    patches = [
        call("JsonPatch.add", [Source(repr(f"/{key}")), data(value, names, 3)], {}, 2)
        for key, value in manifest.items()
        if key not in {"apiVersion", "kind", "metadata"}
    ]
    return Source(f"patched = {made}\n    {call('patched.add_json_patch', patches, {}, 1)}")


def _class_of(manifest: Manifest, module: ModuleType, *, built_in: bool) -> type:
    kind = manifest["kind"]
    version = manifest["apiVersion"].rpartition("/")[2]
    plain = f"Kube{kind}" if built_in else kind
    names = (plain if version == "v1" else f"{plain}{version}", plain)
    # The classes spell acronyms their own way: MongoDbCommunity.
    classes = {name.lower(): found for name, found in vars(module).items() if isinstance(found, type)}
    for name in names:
        if name.lower() in classes:
            return classes[name.lower()]
    message = f"there is no L1 class of {manifest['apiVersion']} {kind}"
    raise LookupError(message)


class _Writer:
    """Writes the values of one object; ``unknown`` says whether there was a field that its class does not know."""

    def __init__(self, alias: str, names: Mapping[str, str]) -> None:
        self.alias = alias
        self.names = names
        self.unknown = False

    def keywords(self, kind: type, fields: Manifest, indent: int) -> dict[str, Source]:
        hints = {name.replace("_", "").lower(): (name, hint) for name, hint in _hints(kind).items()}
        written: dict[str, Source] = {}
        for key, value in fields.items():
            known = hints.get(key.lower())
            if known is None:
                self.unknown = True
            else:
                written[known[0]] = self.value(value, known[1], indent + 1)
        return written

    def value(self, value: object, hint: object, indent: int) -> Source:
        kind = _class_in(hint)
        written: Source
        if isinstance(value, list):
            written = listing([self.value(item, _item(hint), indent + 1) for item in value], indent)
        elif isinstance(value, dict) and kind is not None:
            written = call(self._name(kind), [], self.keywords(kind, value, indent), indent)
        elif isinstance(value, dict):
            items = [(text(key, self.names), self.value(item, _item(hint), indent + 1)) for key, item in value.items()]
            written = mapping(items, indent)
        elif kind is not None and issubclass(kind, enum.Enum):
            member = next(name for name in kind.__members__ if _plain(name) == _plain(str(value)))
            written = Source(f"{self._name(kind)}.{member}")
        elif kind is not None and hasattr(kind, "from_string") and hasattr(kind, "from_number"):
            maker = "from_string" if isinstance(value, str) else "from_number"
            written = call(f"{self._name(kind)}.{maker}", [data(value, self.names)], {}, indent)
        else:
            written = data(value, self.names, indent)
        return written

    def _name(self, kind: type) -> str:
        # The metadata of a custom resource is cdk8s' own type.
        return kind.__name__ if kind.__module__ == "cdk8s" else f"{self.alias}.{kind.__name__}"


def _hints(kind: type) -> dict[str, Any]:
    """Give the keywords of a class's constructor with their types."""
    constructor = inspect.unwrap(vars(kind)["__init__"])
    # Not the module's own dict: jsii's modules show their public names only.
    hints = typing.get_type_hints(constructor, constructor.__globals__)
    keywords = inspect.signature(constructor).parameters.values()
    return {parameter.name: hints[parameter.name] for parameter in keywords if parameter.kind == parameter.KEYWORD_ONLY}


def _branches(hint: object) -> Iterator[Any]:
    if typing.get_origin(hint) is typing.Union:
        for branch in typing.get_args(hint):
            yield from _branches(branch)
    else:
        yield hint


def _class_in(hint: object) -> type | None:
    """Give the L1 class that a value of this type is made with, if any."""
    for branch in _branches(hint):
        if isinstance(branch, type) and branch.__module__ not in {"builtins", "datetime", "typing"}:
            return branch
    return None


def _item(hint: object) -> object:
    """Give the type of a list's items, or of a mapping's values."""
    for branch in _branches(hint):
        arguments = typing.get_args(branch)
        if arguments:
            return arguments[-1]
    return object


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _alias(group: str) -> str:
    return _identifier(group.removesuffix(".io").removesuffix(".com"))


def _identifier(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)
