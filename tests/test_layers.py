"""Which part of the library may import which: from top to bottom, never upwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "lumen_constructs"

#: From the top to the bottom; what stands in one layer may import each other.
LAYERS = (
    {"cli"},
    {"rendering"},
    {"system", "delivery"},
    {
        *("umbrella_stack", "probed_deployment", "monitored_service", "job", "cron_job", "secret_set", "shared_config"),
        *("certificate", "gateway", "routes", "datastores", "component"),
    },
    {"workloads", "networking", "configuration", "observability", "context", "external"},
    {"construct", "manifest", "validation", "chart_sets"},
    {"options", "sealing", "needs"},
    {"diff"},
    {"checks"},
    {"emit"},
    {"values"},
    {"crds", "durations", "quantities", "promql"},
    {"faults", "fault_places", "names", "errors", "printable"},
)
#: What knows plain data alone, and what it must not need for that.
PLAIN = ("diff", "checks", "emit", "values")
OF_NODE = {"jsii", "cdk8s", "constructs", "cdk8s_plus_27"}


def part_of(path: str) -> str:
    """Give the package or module, right below the library, of a dotted path or of a file's."""
    return path.split(".")[1] if path.startswith("lumen_constructs.") else path.partition("/")[0].removesuffix(".py")


def imports(file: Path) -> Iterator[str]:
    """Give the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "lumen_constructs":
            yield from (f"lumen_constructs.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


FILES = {
    path: list(imports(file))
    for file in sorted(PACKAGE.rglob("*.py"))
    if not (path := file.relative_to(PACKAGE).as_posix()).startswith("_")
}


def test_every_part_has_a_layer() -> None:
    """A new part is given its place here."""
    assert {part_of(path) for path in FILES} == {part for layer in LAYERS for part in layer}


def test_no_layer_imports_what_is_above() -> None:
    """So that each part can be read, used and tested with what is below it alone."""
    rank = {part: number for number, layer in enumerate(LAYERS) for part in layer}
    upwards = [
        f"{path}: {name}"
        for path, names in FILES.items()
        for name in names
        if name.startswith("lumen_constructs.")
        and rank.get(part_of(name), len(LAYERS)) < rank.get(part_of(path), len(LAYERS))
    ]
    assert upwards == []


def test_what_knows_plain_data_needs_no_node() -> None:
    """Anybody's YAML can be read, checked, compared and written without constructs."""
    needed = {
        f"{path}: {name}"
        for path, names in FILES.items()
        for name in names
        if part_of(path) in PLAIN and name.partition(".")[0] in OF_NODE
    }
    assert needed == set()
