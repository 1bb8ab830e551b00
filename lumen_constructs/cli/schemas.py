"""The JSON Schemas of what people write, kept beside it so that editors find them: values, and ``delivery.yaml``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import Delivery
from lumen_constructs.system import System
from lumen_constructs.values.files import shown
from lumen_constructs.values.schema import schema_text

#: Names of the files. ``# yaml-language-server: $schema=values.schema.json`` in a values file points editors at it.
SCHEMA, DELIVERY_SCHEMA = "values.schema.json", "delivery.schema.json"


def stale_schemas(systems: Sequence[System[Any]], declaration: Path | None = None) -> dict[Path, bytes]:
    """Give the files that are missing or differ, with what they should be.

    :param declaration: the project's ``delivery.yaml``, which needs no schema where it is not there
    """
    wanted = {Path(system.directory) / SCHEMA: schema_text(system.values).encode() for system in systems}
    if declaration is not None and declaration.is_file():
        wanted[declaration.with_name(DELIVERY_SCHEMA)] = schema_text(Delivery, whole=True).encode()
    return {file: content for file, content in wanted.items() if _read(file) != content}


def write_schemas(stale: dict[Path, bytes]) -> None:
    """Write each file, whole or not at all."""
    for file, content in stale.items():
        staged = file.with_name(f".{file.name}.new")
        try:
            staged.write_bytes(content)
            os.replace(staged, file)  # noqa: PTH105  # Path.replace is the same, and reads as str.replace
        except OSError as error:
            message = f"{shown(file)}: cannot be written: {(error.strerror or str(error)).lower()}"
            raise LumenError(message) from None


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{shown(file)}: cannot be read: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None
