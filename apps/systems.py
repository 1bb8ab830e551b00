"""The systems that ``lumen synth`` and ``cdk8s synth`` render."""

from __future__ import annotations

from apps import lumen_v16, observer

SYSTEMS = [lumen_v16.SYSTEM, observer.SYSTEM]
