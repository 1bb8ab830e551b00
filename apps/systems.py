"""The systems that ``lumen synth`` and ``cdk8s synth`` render."""

from __future__ import annotations

from typing import Any

from apps import count_system, imprun, logpilot, lumen_v16, observer
from lumen_constructs import System

SYSTEMS: list[System[Any]] = [count_system.SYSTEM, imprun.SYSTEM, logpilot.SYSTEM, lumen_v16.SYSTEM, observer.SYSTEM]
