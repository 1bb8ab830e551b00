"""What is delivered, as the controllers need to know it: each rendered set, seen from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.kinds import group_of
from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.delivery_targets import Delivery

_HEADER = f"# {MARK}; change delivery.yaml or the systems instead.\n"


@dataclass(frozen=True)
class DeliveredSet:
    """Everything of one system in one environment."""

    system: str
    environment: str
    objects: Sequence[tuple[str, Mapping[str, Any]]]
    """Stage and manifest of each object, in the order of apply."""

    @property
    def name(self) -> str:
        """Name of what delivers it: ``shop-production``."""
        return f"{self.system}-{self.environment}"

    @property
    def stages(self) -> list[str]:
        """Stages that it has, in the order of apply."""
        return sorted({stage for stage, _ in self.objects})

    @property
    def namespaces(self) -> list[str]:
        """Every namespace that it has objects in, or makes; its own comes first."""
        found = [name for _, body in self.objects if (name := _namespace(body))]
        made = self.made_namespaces
        own = made[0] if len(made) == 1 else max(sorted(set(found)), key=found.count, default="")
        return list(dict.fromkeys([own, *sorted({*made, *found})])) if own else []

    @property
    def made_namespaces(self) -> list[str]:
        """Every namespace that it makes."""
        return [str(body["metadata"]["name"]) for _, body in self.objects if _is_namespace(body)]

    @property
    def namespace(self) -> str:
        """Its own namespace; empty where it has none."""
        return next(iter(self.namespaces), "")

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Group and kind of all that it has, sorted."""
        return sorted({(group_of(str(body["apiVersion"])), str(body["kind"])) for _, body in self.objects})


def _namespace(body: Mapping[str, Any]) -> str:
    return str(body["metadata"].get("namespace") or "")


def _is_namespace(body: Mapping[str, Any]) -> bool:
    return (body["apiVersion"], body["kind"]) == ("v1", "Namespace")


def delivered(delivery: Delivery, sets: Iterable[DeliveredSet]) -> list[DeliveredSet]:
    """Give the sets whose environment is delivered.

    :raises LumenError: for environments that the declaration does not know, and for those that no system has
    """
    every = list(sets)
    raise_all(_environment_faults(delivery, sorted({one.environment for one in every})))
    chosen = [one for one in every if one.environment in delivery.environments]
    raise_all(_shared_faults(delivery, chosen))
    return chosen


def _environment_faults(delivery: Delivery, rendered: Sequence[str]) -> Iterator[str]:
    known = [*delivery.environments, *delivery.not_delivered]
    for name in rendered:
        if name not in known:
            yield f"environments: has no cluster for {show(name)}; add it there, or to notDelivered"
    for name in known:
        if name not in rendered:
            meant = did_you_mean(name, rendered)
            field = "environments" if name in delivery.environments else "notDelivered"
            yield f"{field}: names {show(name)}, which no system has{meant}"


def _shared_faults(delivery: Delivery, sets: Sequence[DeliveredSet]) -> Iterator[str]:
    """Find sets that would undo each other for ever: both have an object of one name, in one cluster."""
    owners: dict[tuple[str, str, str, str], DeliveredSet] = {}
    told: dict[tuple[str, str], None] = {}
    for one in sets:
        cluster = delivery.environments[one.environment]
        for _, body in one.objects:
            kind = f"{body['kind']}.{group_of(str(body['apiVersion']))}"
            key = (cluster.place, kind, _namespace(body), str(body["metadata"]["name"]))
            other = owners.setdefault(key, one)
            if other is not one and (other.name, one.name) not in told:
                told[other.name, one.name] = None
                shown = "/".join(part for part in (str(body["kind"]), *key[2:]) if part)
                yield (
                    f"environments: {other.name} and {one.name} both have {shown} in one cluster; give the environments"
                    " clusters or namespaces of their own, or name one of them in notDelivered"
                )


def written(body: Mapping[str, Any], comment: str = "") -> bytes:
    """Give the file of an object, with the mark that makes it ours; ``comment`` is for its reader."""
    lines = "".join(f"# {line}\n" for line in comment.splitlines())
    return (_HEADER + lines + dump(canonical(dict(body)))).encode()


def add(files: dict[str, bytes], path: str, content: bytes) -> None:
    """Add a file.

    :raises LumenError: if two objects would be one file
    """
    if path in files:
        message = f"{path}: two systems would be delivered under this name; rename one of them or its environment"
        raise LumenError(message)
    files[path] = content
