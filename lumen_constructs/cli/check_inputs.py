"""What ``lumen check`` is given beside the manifests: CRDs, what exists outside the set, and severities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from lumen_constructs.checks import Severity, all_rules
from lumen_constructs.checks.gathering import gather
from lumen_constructs.checks.plain import text
from lumen_constructs.crds import read_crds
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import did_you_mean
from lumen_constructs.values.files import read_text, shown

_OFF = "off"


def whole_crds(paths: Sequence[str]) -> list[Mapping[str, Any]]:
    """Read the CustomResourceDefinitions below some paths; other objects are passed over.

    :raises LumenError: for what cannot be read, a CRD of another form, and a path without one
    """
    found: list[Mapping[str, Any]] = []
    faults: list[str] = []
    for path in paths:
        before = len(found)
        gathered = gather([path], lambda _: b"")
        faults += map(str, gathered.unreadable)
        for manifest in (manifest for set_ in gathered.sets for manifest in set_.manifests):
            body = manifest.subject.body
            if text(body, "kind") != "CustomResourceDefinition":
                continue
            try:
                list(read_crds([body]))
                found.append(body)
            except LumenError as error:
                faults += error.at(manifest.subject.where).faults
        if len(found) == before and not faults:
            faults.append(f"{shown(path)}: holds no CustomResourceDefinition")
    raise_all(faults)
    return found


def externals(files: Sequence[str]) -> list[str]:
    """Read lists of what exists outside the set: ``Kind/name`` or ``Kind/namespace/name`` a line, ``#`` comments.

    :raises LumenError: for what cannot be read, and for lines of another form
    """
    found: list[str] = []
    faults: list[str] = []
    for file in files:
        for number, entry in _lines(Path(file)):
            parts = entry.split("/")
            if len(parts) in (2, 3) and all(parts) and not any(part.split() != [part] for part in parts):
                found.append(entry)
            else:
                faults.append(f"{shown(file)}:{number}: '{entry}' must be Kind/name or Kind/namespace/name")
    raise_all(faults)
    return found


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        entry = line.partition("#")[0].strip()
        if entry:
            yield number, entry


def severities(given: Sequence[str]) -> dict[str, Severity | Literal["off"]]:
    """Read ``RULE=error``, ``RULE=warning`` and ``RULE=off``.

    :raises LumenError: for another form, and for rules that do not exist
    """
    found: dict[str, Severity | Literal["off"]] = {}
    faults: list[str] = []
    choices = [*(severity.value for severity in Severity), _OFF]
    for entry in given:
        rule, equals, word = entry.partition("=")
        if not equals:
            faults.append(f"--severity '{entry}' must be RULE=SEVERITY, such as {rule or 'image-tag-mutable'}=warning")
        elif rule not in all_rules():
            faults.append(f"--severity '{entry}': '{rule}' is not a rule{did_you_mean(rule, all_rules())}")
        elif word not in choices:
            known = ", ".join(choices)
            faults.append(f"--severity '{entry}': '{word}' must be one of {known}{did_you_mean(word, choices)}")
        else:
            found[rule] = "off" if word == _OFF else Severity(word)
    raise_all(faults)
    return found
