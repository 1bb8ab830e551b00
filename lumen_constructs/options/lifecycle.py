"""What happens when a container starts and when it is asked to stop."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.scalars import Seconds


class Lifecycle(Options):
    """Hooks of a container."""

    pre_stop_seconds: Seconds | None = None
    """Seconds to wait before the container is asked to stop, while it is taken out of every Service: it ends requests
    that would otherwise be refused. Sets ``preStop.exec`` to ``sleep``, which the image must have."""
    pre_stop: Items[str] = ()
    """Command to run before the container is asked to stop; sets ``preStop.exec.command``."""
    post_start: Items[str] = ()
    """Command to run right after the start; sets ``postStart.exec.command``."""

    @model_validator(mode="after")
    def _check(self) -> Lifecycle:
        if self.pre_stop_seconds is not None and self.pre_stop:
            message = "has preStop and preStopSeconds; give one of them"
            raise ValueError(message)
        return self

    def body(self) -> dict[str, Any]:
        """Give the container's ``lifecycle``."""
        stop = list(self.pre_stop) or (["sleep", str(self.pre_stop_seconds)] if self.pre_stop_seconds else [])
        hooks = {"preStop": stop, "postStart": list(self.post_start)}
        return {name: {"exec": {"command": command}} for name, command in hooks.items() if command}
