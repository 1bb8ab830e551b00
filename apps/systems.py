"""The list of systems that ``lumen synth`` and ``cdk8s synth`` render."""

from __future__ import annotations

from typing import Any

from lumen_constructs.system import System

SYSTEMS: list[System[Any]] = []
