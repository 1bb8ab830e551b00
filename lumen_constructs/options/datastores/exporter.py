"""The sidecar that tells Prometheus of a data store."""

from __future__ import annotations

from pydantic import Field

from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.image import ImageLike
from lumen_constructs.options.resources import Resources


class Exporter(Options):
    """The sidecar that runs where ``metrics`` are asked for."""

    image: ImageLike | None = None
    """Image. Default: the usual exporter of the store, in a version that is known to work."""
    args: Items[str] = ()
    """Further arguments, after those that the store needs; sets the container's ``args``."""
    resources: Resources = Field(default_factory=lambda: Resources(cpu="10m:100m", memory="32Mi:128Mi"))
    """Compute resources of the sidecar."""
