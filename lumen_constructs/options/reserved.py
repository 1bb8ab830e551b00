"""Labels and annotations that the library writes: a user's own would be lost without a word, so they are refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lumen_constructs.faults import Fault

#: The pod annotation that changes with the configuration that the pod reads.
CHECKSUM = "checksum/config"
#: The annotation that names what an object needs from outside its set.
EXTERNAL = "lumen-constructs/external"
#: The label that tells the Services of one component apart.
SERVICE = "lumen-constructs/service"
#: The pod annotation with the reasons for paths of the node.
HOST_PATHS = "lumen-constructs/host-paths"

_WRITTEN = {
    "app.kubernetes.io/name": "the component's name; set name",
    "app.kubernetes.io/component": "the component's role; set component",
    "app.kubernetes.io/version": "the image's tag",
    "app.kubernetes.io/instance": "the stack's name",
    "app.kubernetes.io/part-of": "the stack's name",
    "app.kubernetes.io/managed-by": "the library's name",
    CHECKSUM: "a hash of config and configFiles",
    HOST_PATHS: "the reason of each hostPath",
    SERVICE: "the Service's name",
    EXTERNAL: "what the component refers to; set external",
}


def reserved_faults(place: tuple[str | int, ...], keys: Iterable[str]) -> Iterator[Fault]:
    """Find labels or annotations that the library writes itself."""
    for key in keys:
        if key in _WRITTEN:
            yield Fault((*place, key), f"must be left out: it is written from {_WRITTEN[key]}")
