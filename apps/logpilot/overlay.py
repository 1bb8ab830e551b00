"""The overlay of kustomize, without what is for modes that are off."""

from __future__ import annotations

from apps.logpilot.values import LogPilotValues, Mode
from lumen_constructs import Image, Overlay


def overlay(values: LogPilotValues) -> Overlay | None:
    """Give the overlay that fits the modes that are on: one that changes nothing of the system would be refused."""
    if values.overlay is None:
        return None
    off = {name: mode for name, mode in values.every_mode.items() if not mode.enabled}
    workloads = [f"logpilot-{name}" for name in off]
    images = [_repository(mode) for mode in off.values()]
    return values.overlay.model_copy(
        update={
            "images": tuple(image for image in values.overlay.images if image.name not in images),
            "patches": tuple(patch for patch in values.overlay.patches if patch.target.name not in workloads),
        }
    )


def _repository(mode: Mode) -> str:
    return mode.image.repository if isinstance(mode.image, Image) else ""
