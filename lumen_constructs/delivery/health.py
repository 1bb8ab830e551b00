"""When a custom resource is healthy, for controllers that do not know its kind: Lua for Argo CD, CEL for Flux."""

from __future__ import annotations

from typing import NamedTuple


class FluxHealth(NamedTuple):
    """How Flux reads the health of a kind: expressions in CEL over the object's fields.

    Flux compares the generations itself before, and waits on while an expression fails for want of a field.
    """

    current: str
    """True when it is healthy."""
    failed: str | None = None
    """True when waiting is of no use; must never fail where the other one is true."""


#: Argo CD's keys are ``resource.customizations.health.<group>_<kind>``. It knows the kinds that this library makes and
#: that somebody waits for (Rollout, Certificate, ExternalSecret, SealedSecret, Kafka, PostgreSQL's Cluster, Gateway and
#: routes); these it does not.
ARGOCD_HEALTH: dict[tuple[str, str], str] = {
    # A claim that waits for its first consumer is as far as it gets: of a CronJob's, Argo CD would wait for the first
    # run, and sync nothing until then. Where a volume is being made, its provisioner is in an annotation.
    ("", "PersistentVolumeClaim"): """\
local health = {status = "Progressing", message = "waiting for its status"}
if obj.status ~= nil and obj.status.phase ~= nil then
  local annotations = obj.metadata.annotations or {}
  health.message = obj.status.phase
  if obj.status.phase == "Bound" then
    health.status = "Healthy"
  elseif obj.status.phase == "Lost" then
    health.status = "Degraded"
  elseif obj.status.phase == "Pending" and annotations["volume.kubernetes.io/storage-provisioner"] == nil then
    health.status = "Healthy"
    health.message = "waiting for its first consumer"
  end
end
return health
""",
    # Its health was removed from Argo CD itself; without it, an application of applications does not wait for them.
    ("argoproj.io", "Application"): """\
local health = {status = "Progressing", message = "waiting for its status"}
if obj.status ~= nil and obj.status.health ~= nil and obj.status.health.status ~= nil then
  health.status = obj.status.health.status
  health.message = obj.status.health.message or ""
end
return health
""",
    # The operator writes the generation that it has dealt with into an annotation only; its phase tells the rest.
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): """\
local health = {status = "Progressing", message = "waiting for the operator"}
if obj.status ~= nil and obj.status.phase ~= nil then
  if obj.status.phase == "Running" then
    health.status = "Healthy"
  elseif obj.status.phase == "Failed" then
    health.status = "Degraded"
  end
  health.message = obj.status.message or obj.status.phase
end
return health
""",
}


def _is(condition: str, status: str = "True", conditions: str = "status.conditions") -> str:
    return f"{conditions}.exists(c, c.type == '{condition}' && c.status == '{status}')"


_READY = FluxHealth(_is("Ready"))
_ROUTE = FluxHealth(
    "size(status.parents) > 0 && status.parents.all(p, "
    + " && ".join(_is(condition, conditions="p.conditions") for condition in ("Accepted", "ResolvedRefs"))
    + ")"
)

#: By group and kind. Flux knows the workloads of Kubernetes. Of any other kind it takes an object without a status for
#: healthy, which each of these is until its controller has seen it: the next stage would begin before the Secret, the
#: store or the certificate is there. A condition that is False may yet become True, since what it waits for may come.
FLUX_HEALTH: dict[tuple[str, str], FluxHealth] = {
    # Of the kinds of Kubernetes, the one that Flux would wait for in vain: see above.
    ("", "PersistentVolumeClaim"): FluxHealth(
        "has(status.phase) && (status.phase == 'Bound' || status.phase == 'Pending' && !(has(metadata.annotations)"
        " && 'volume.kubernetes.io/storage-provisioner' in metadata.annotations))",
        "has(status.phase) && status.phase == 'Lost'",
    ),
    # A Rollout keeps its generation as text, and a paused canary is where somebody wants it.
    ("argoproj.io", "Rollout"): FluxHealth(
        "has(status.observedGeneration) && string(status.observedGeneration) == string(metadata.generation)"
        " && has(status.phase) && status.phase in ['Healthy', 'Paused']",
        "has(status.phase) && status.phase == 'Degraded'",
    ),
    # What was sealed for another cluster never opens here.
    ("bitnami.com", "SealedSecret"): FluxHealth(_is("Synced"), _is("Synced", "False")),
    ("cert-manager.io", "Certificate"): _READY,
    ("external-secrets.io", "ExternalSecret"): _READY,
    ("gateway.networking.k8s.io", "GRPCRoute"): _ROUTE,
    ("gateway.networking.k8s.io", "Gateway"): FluxHealth(_is("Programmed")),
    ("gateway.networking.k8s.io", "HTTPRoute"): _ROUTE,
    ("kafka.strimzi.io", "Kafka"): _READY,
    ("kafka.strimzi.io", "KafkaTopic"): _READY,
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): FluxHealth(
        "has(status.phase) && status.phase == 'Running'", "has(status.phase) && status.phase == 'Failed'"
    ),
    ("postgresql.cnpg.io", "Cluster"): _READY,
}
