"""When a custom resource is healthy, for controllers that do not know its kind: Lua for Argo CD, CEL for Flux."""

from __future__ import annotations

from typing import NamedTuple


class FluxHealth(NamedTuple):
    """How Flux reads the health of a kind: expressions in CEL over the object's fields."""

    current: str
    """True when it is healthy."""
    failed: str
    """True when waiting is of no use."""


#: Argo CD's keys are ``resource.customizations.health.<group>_<kind>``. It knows most kinds that this library makes
#: (Rollout, Certificate, ExternalSecret, SealedSecret, Kafka, PostgreSQL's Cluster, HTTPRoute); these it does not.
ARGOCD_HEALTH: dict[tuple[str, str], str] = {
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

#: Flux asks for a condition Ready, or knows the kind. A Rollout keeps its generation as text, and a paused canary is
#: where somebody wants it; both stores below have a phase.
FLUX_HEALTH: dict[tuple[str, str], FluxHealth] = {
    ("argoproj.io/v1alpha1", "Rollout"): FluxHealth(
        "has(status.observedGeneration) && status.observedGeneration == string(metadata.generation)"
        " && has(status.phase) && status.phase in ['Healthy', 'Paused']",
        "has(status.phase) && status.phase == 'Degraded'",
    ),
    ("mongodbcommunity.mongodb.com/v1", "MongoDBCommunity"): FluxHealth(
        "has(status.phase) && status.phase == 'Running'", "has(status.phase) && status.phase == 'Failed'"
    ),
}
