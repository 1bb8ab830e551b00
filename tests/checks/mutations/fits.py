"""Where mutations fit: what the rest of a set says about an object."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from tests.checks.mutations.places import (
    LONG_RUNNING,
    PODS,
    Body,
    Broken,
    changed,
    every_mapping,
    label,
    places,
    put,
    shown,
)

POD_KINDS = " ".join(PODS)
LONG_KINDS = " ".join(LONG_RUNNING)
SCALED_KINDS = "Deployment StatefulSet Rollout"


def is_text(_bodies: Sequence[Body], _body: Body, value: Any) -> bool:
    """Fit where there is a text."""
    return isinstance(value, str) and bool(value)


def mentions(value: Any, name: str) -> bool:
    """Tell whether some text in an object is a name, or holds it as a host."""
    if isinstance(value, dict):
        return any(mentions(entry, name) for entry in value.values())
    if isinstance(value, list):
        return any(mentions(entry, name) for entry in value)
    return isinstance(value, str) and bool(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", value))


def named_by(bodies: Sequence[Body], body: Body, *kinds: str) -> bool:
    """Tell whether an object of these kinds names another one in its spec or data."""
    name = body["metadata"]["name"]
    return any(
        other is not body and other["kind"] in kinds and mentions([other.get("spec"), other.get("data")], name)
        for other in bodies
    )


def wanted_secret(bodies: Sequence[Body], body: Body) -> bool:
    """Tell whether pods want a Secret that an object makes, and cannot do without."""
    name = body["metadata"]["name"]
    wants = ({"name": name}, {"secretName": name})
    return any(
        any(value.items() >= want.items() for want in wants) and not value.get("optional")
        for _, _, value in every_mapping(bodies, PODS)
    )


def selected_by(bodies: Sequence[Body], body: Body, *kinds: str) -> bool:
    """Tell whether a monitor selects a Service by its labels."""
    labels = body["metadata"].get("labels", {})
    for other in bodies:
        wanted = other.get("spec", {}).get("selector", {}).get("matchLabels") if other["kind"] in kinds else None
        if wanted and wanted.items() <= labels.items():
            return True
    return False


def of_set(kind: str, field: str = "name") -> Any:
    """Fit only where the named object is in the set."""

    def fits(bodies: Sequence[Body], _body: Body, value: Any) -> bool:
        name = value.get(field) if isinstance(value, dict) else value
        return any(other["kind"] == kind and other["metadata"]["name"] == name for other in bodies)

    return fits


def replicas(bodies: Sequence[Body], body: Body) -> int:
    """Give how many replicas a workload has at the least."""
    for other in bodies:
        target = other.get("spec", {}).get("scaleTargetRef", {}) if other["kind"] == "HorizontalPodAutoscaler" else {}
        if (target.get("kind"), target.get("name")) == (body["kind"], body["metadata"]["name"]):
            return int(other["spec"].get("minReplicas", 1))
    return int(body.get("spec", {}).get("replicas", 1))


def replicated(bodies: Sequence[Body], body: Body, _value: Any = None) -> bool:
    """Fit where a workload has more than one replica."""
    return body["kind"] in SCALED_KINDS.split() and replicas(bodies, body) > 1


def one_node_claims(bodies: Sequence[Body], body: Body, _value: Any = None) -> bool:
    """Fit where pods mount a claim that one node at a time can use."""
    volumes = body["spec"]["template"]["spec"].get("volumes", [])
    names = [volume.get("persistentVolumeClaim", {}).get("claimName") for volume in volumes]
    return any(
        other["kind"] == "PersistentVolumeClaim"
        and other["metadata"]["name"] in names
        and other["spec"]["accessModes"] == ["ReadWriteOnce"]
        for other in bodies
    )


def scaled(bodies: Sequence[Body], body: Body, _value: Any = None) -> bool:
    """Fit where an autoscaler scales a workload."""
    return any(
        other["kind"] == "HorizontalPodAutoscaler"
        and other["spec"]["scaleTargetRef"]["name"] == body["metadata"]["name"]
        for other in bodies
    )


def is_kept(_bodies: Sequence[Body], body: Body, value: Any) -> bool:
    """Fit where an annotation keeps an object."""
    return "Prune=false" in value


def twice(bodies: Sequence[Body]) -> Iterator[Broken]:
    """Put every object there twice."""
    for body in bodies:
        yield Broken([*bodies, copy.deepcopy(body)], body["metadata"]["name"], f"{label(body)} twice")


def repeated(kinds: str, pattern: str) -> Any:
    """Repeat the first entry of a list."""

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, steps, value in places(bodies, kinds.split(), pattern):
            if isinstance(value, list) and value:
                again = [*copy.deepcopy(value), copy.deepcopy(value[0])]
                yield changed(bodies, position, partial(put, steps=steps, value=again), f"{shown(steps)} twice")

    return apply


def without_rule(kinds: str, pattern: str, wanted: Any) -> Any:
    """Remove one rule of a list, where ``wanted`` says that it is missed."""

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, steps, value in places(bodies, kinds.split(), pattern):
            for place, rule in enumerate(value):
                if wanted(bodies, bodies[position], rule):
                    left = [*value[:place], *value[place + 1 :]]
                    where = f"{shown(steps)}.{place}"
                    yield changed(bodies, position, partial(put, steps=steps, value=left), where)

    return apply


def is_for_prometheus(bodies: Sequence[Body], body: Body, rule: Any) -> bool:
    """Fit where a rule lets Prometheus reach pods that a monitor watches."""
    selected = body["spec"]["podSelector"].get("matchLabels", {})
    monitored = any(
        other["kind"] in ("ServiceMonitor", "PodMonitor")
        and set(selected.values()) & set(other["spec"]["selector"].get("matchLabels", {}).values())
        for other in bodies
    )
    return monitored and "prometheus" in str(rule.get("from"))


def is_dns(_bodies: Sequence[Body], body: Body, rule: Any) -> bool:
    """Tell whether a rule lets pods ask DNS that may connect to others too: the rest is cut off on purpose."""
    return len(body["spec"]["egress"]) > 1 and any(port.get("port") == 53 for port in rule.get("ports", []))


HOST = r"(://(?:[^@/]*@)?[a-z0-9-]+?)([a-z0-9])(:[0-9]+)"
PORT = r"(://(?:[^@/]*@)?[a-z0-9-]+):[0-9]+"


def url_of_set(bodies: Sequence[Body], _body: Body, value: Any) -> bool:
    """Fit where a text holds the URL of a Service of the set."""
    found = re.search(r"://(?:[^@/]*@)?([a-z0-9-]+):[0-9]+", value) if isinstance(value, str) else None
    return bool(found) and any(
        other["kind"] == "Service" and found is not None and other["metadata"]["name"] == found[1] for other in bodies
    )


def outrun(_bodies: Sequence[Body], _body: Body, value: Any) -> bool:
    """Fit where liveness would outrun readiness without its startup probe."""
    if not isinstance(value, dict) or not {"startupProbe", "livenessProbe", "readinessProbe"} <= value.keys():
        return False
    liveness, readiness = value["livenessProbe"], value["readinessProbe"]
    restart = liveness.get("initialDelaySeconds", 0) + (liveness.get("failureThreshold", 3) - 1) * liveness.get(
        "periodSeconds", 10
    )
    return bool(restart < readiness.get("initialDelaySeconds", 0))


def without_startup(value: Any) -> Any:
    """Give a container without its startup probe."""
    return {key: entry for key, entry in value.items() if key != "startupProbe"}


def without_peer(direction: str, peers: str) -> Any:
    """Remove a rule that lets two components of the set connect which an address shows to be connected."""

    def wanted(bodies: Sequence[Body], body: Body, rule: Any) -> bool:
        own = set(body["spec"]["podSelector"].get("matchLabels", {}).values())
        others = {
            value
            for peer in rule.get(peers, [])
            for value in peer.get("podSelector", {}).get("matchLabels", {}).values()
        }
        callers, called = (others, own) if direction == "ingress" else (own, others)
        return any(calls(bodies, caller, one) for caller in callers for one in called)

    return without_rule("NetworkPolicy", f"spec.{direction}", wanted)


def calls(bodies: Sequence[Body], caller: str, called: str) -> bool:
    """Tell whether pods that carry one label read a URL of the Service of the pods that carry the other."""
    urls = [rf"://(?:[^@/]*@)?{re.escape(name)}:[0-9]" for name in services_of(bodies, called)]
    for body in bodies:
        template = body.get("spec", {}).get("template", {}) if body["kind"] in LONG_RUNNING else {}
        if caller in template.get("metadata", {}).get("labels", {}).values():
            environment = [container.get("env") for container in template["spec"]["containers"]]
            if any(re.search(url, str(environment)) for url in urls):
                return True
    return False


def services_of(bodies: Sequence[Body], label_: str) -> list[str]:
    """Give the Services of the pods that carry a label."""
    return [
        body["metadata"]["name"]
        for body in bodies
        if body["kind"] == "Service" and label_ in (body["spec"].get("selector") or {}).values()
    ]


def selected_pods(bodies: Sequence[Body], service: Body) -> bool:
    """Tell whether a Service selects the pods of a workload that belongs to the set."""
    wanted = service["spec"].get("selector") or {}
    return bool(wanted) and any(
        wanted.items() <= body["spec"]["template"]["metadata"].get("labels", {}).items()
        for body in bodies
        if body["kind"] in LONG_RUNNING
    )
