"""Small manifests for the tests of emit."""

from __future__ import annotations

from typing import Any, NamedTuple


class Made(NamedTuple):
    """A manifest and its construct path, as a renderer gives them."""

    path: str
    body: dict[str, Any]
    ours: bool = True


def body(
    api_version: str, kind: str, name: str = "cart", namespace: str | None = "shop", **more: Any
) -> dict[str, Any]:
    """Give a manifest; ``annotations`` and ``labels`` go into its metadata, all else beside it."""
    metadata: dict[str, Any] = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    for key in ("annotations", "labels"):
        if key in more:
            metadata[key] = more.pop(key)
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **more}


def workload(
    api_version: str, kind: str, name: str = "cart", *, claims: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """Give a workload whose pods have the label ``app: <name>`` and mount ``claims``."""
    volumes = [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims]
    template = {"metadata": {"labels": {"app": name}}, "spec": {"volumes": volumes}}
    spec: dict[str, Any] = {"template": template}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": {"template": template}}}
    return body(api_version, kind, name, spec=spec, **more)


def made(*bodies: dict[str, Any]) -> list[Made]:
    """Give each manifest a construct path by its kind and name."""
    return [Made(f"shop/{body['kind']}-{body['metadata'].get('name')}", body) for body in bodies]
