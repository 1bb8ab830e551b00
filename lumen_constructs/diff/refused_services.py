"""What of a Service the API server allots once, and never changes while the Service has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lumen_constructs.checks.plain import mapping, sequence, text
from lumen_constructs.diff.objects import Pair

#: What to do where an object cannot become what is wanted.
ANEW = "delete the object first, or give the new one another name"
_OF_CLUSTER = "an address of the cluster"


def service_refusals(pair: Pair) -> Iterator[str]:
    """Say what of a Service's change is refused; an ExternalName has nothing that was allotted."""
    before, after = mapping(pair.before, "spec"), mapping(pair.after, "spec")
    if "ExternalName" in (before.get("type"), after.get("type")):
        return
    old, new = text(before, "clusterIP"), text(after, "clusterIP")
    if old != new and (old == "None" or new):
        yield f"spec.clusterIP cannot change ({old or _OF_CLUSTER} → {new or _OF_CLUSTER}); {ANEW}"
    first_old, first_new = (next(iter(sequence(spec, "ipFamilies")), None) for spec in (before, after))
    if first_old and first_new and first_old != first_new:
        yield f"spec.ipFamilies cannot change its first family ({first_old} → {first_new}); {ANEW}"
    same_type = before.get("type") == after.get("type") == "LoadBalancer"
    if same_type and before.get("loadBalancerClass") != after.get("loadBalancerClass"):
        yield f"spec.loadBalancerClass cannot change while the type is LoadBalancer; {ANEW}"
    port, given = (spec.get("healthCheckNodePort") for spec in (after, before))
    if _checks_nodes(before) and _checks_nodes(after) and port not in (None, given):
        yield f"spec.healthCheckNodePort cannot change ({given or 'the one that was allotted'} → {port}); {ANEW}"


def _checks_nodes(spec: Mapping[str, Any]) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"
