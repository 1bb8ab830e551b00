"""The fields of ``delivery.yaml``, by path."""

from __future__ import annotations

from lumen_constructs.options.base import Options
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Flux, Repository
from reference.options import facts

_PARTS: dict[str, type[Options]] = {
    "repository": Repository,
    "environments.<name>": Cluster,
    "argocd": ArgoCD,
    "flux": Flux,
}


def delivery_fields() -> str:
    """Give one table of all of them; ``notDelivered`` is the only one outside of a part, and the page speaks of it."""
    tables = [facts(kind, path).splitlines() for path, kind in _PARTS.items()]
    head = tables[0][:2]
    return "\n".join([*head, *(row for rows in tables for row in rows[2:])]) + "\n"
