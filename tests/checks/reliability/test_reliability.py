"""Probes, resources, budgets, updates, autoscaling and storage."""

from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.checks import Settings, Severity
from tests.checks.build import Body, changed, container, deployment, obj, service
from tests.checks.sets import found

OURS = Settings(ours=lambda _: True)


def _probes(liveness: Body, readiness: Body, **more: Body) -> Body:
    handler = {"httpGet": {"path": "/", "port": "http"}}
    probes = {"livenessProbe": {**handler, **liveness}, "readinessProbe": {**handler, **readiness}}
    return deployment("cart", container(**probes, **more))


@pytest.mark.parametrize(
    ("liveness", "readiness", "count"),
    [
        ({}, {}, 0),
        ({"initialDelaySeconds": 15, "periodSeconds": 20}, {"initialDelaySeconds": 5}, 0),
        ({}, {"initialDelaySeconds": 20}, 0),
        ({}, {"initialDelaySeconds": 21}, 1),
        ({"failureThreshold": 1}, {"initialDelaySeconds": 1}, 1),
        ({"periodSeconds": 1}, {"initialDelaySeconds": 2, "successThreshold": 2, "periodSeconds": 1}, 1),
        ({"initialDelaySeconds": 60, "failureThreshold": 1}, {"initialDelaySeconds": 60}, 0),
    ],
)
def test_liveness_does_not_outrun_readiness(liveness: Body, readiness: Body, count: int) -> None:
    """The first restart may not come before readiness could first succeed, unless a startup probe holds it back."""
    assert len(found(_probes(liveness, readiness), rule="liveness-outruns-startup")) == count
    held = _probes(liveness, readiness, startupProbe={"httpGet": {"path": "/", "port": "http"}})
    assert found(held, rule="liveness-outruns-startup") == []


def test_liveness_rule_is_strict_on_what_we_make() -> None:
    """What is likely wrong elsewhere is wrong here."""
    broken = _probes({}, {"initialDelaySeconds": 60})
    assert found(broken, rule="liveness-outruns-startup", settings=OURS)[0].severity is Severity.ERROR
    assert found(broken, rule="liveness-outruns-startup")[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("hook", "grace", "count"),
    [
        ({"sleep": {"seconds": 20}}, None, 0),
        ({"sleep": {"seconds": 30}}, None, 1),
        ({"exec": {"command": ["sleep", "40"]}}, None, 1),
        ({"exec": {"command": ["/bin/sh", "-c", "sleep 40; nginx -s quit"]}}, None, 1),
        ({"exec": {"command": ["/bin/sh", "-c", "sleep 40s"]}}, 60, 0),
        ({"exec": {"command": ["nginx", "-s", "quit"]}}, 5, 0),
        ({}, 0, 1),
    ],
)
def test_grace_is_longer_than_the_hook(hook: Body, grace: int | None, count: int) -> None:
    """A pod has the time that its own shutdown takes."""
    pod = {} if grace is None else {"terminationGracePeriodSeconds": grace}
    body = deployment("cart", container(lifecycle={"preStop": hook} if hook else {}), pod=pod)
    assert len(found(body, rule="grace-too-short")) == count


@pytest.mark.parametrize(
    ("resources", "requests", "limits"),
    [
        ({"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}, 0, 0),
        ({"limits": {"cpu": "1", "memory": "1Gi"}}, 0, 0),
        ({"requests": {"cpu": "1"}}, 1, 1),
        ({}, 2, 1),
    ],
)
def test_resources_are_said(resources: Body, requests: int, limits: int) -> None:
    """A limit stands for the request too; a LimitRange with defaults for both."""
    body = deployment("cart", container(resources=resources))
    assert len(found(body, rule="request-missing")) == requests
    assert len(found(body, rule="limit-missing")) == limits
    defaults = [{"type": "Container", "default": {"memory": "1Gi"}, "defaultRequest": {"cpu": "1"}}]
    ranged = obj("LimitRange", "r", spec={"limits": defaults})
    assert found(body, ranged, rule="request-missing") == []
    assert found(body, ranged, rule="limit-missing") == []


def test_limit_of_cpu_is_asked_of_our_own_containers() -> None:
    """Whether CPU should have a limit is disputed elsewhere."""
    body = deployment("cart", container(resources={"limits": {"memory": "1Gi"}}))
    assert found(body, rule="limit-missing") == []
    assert len(found(body, rule="limit-missing", settings=OURS)) == 1


def test_limit_range_bounds_containers() -> None:
    """A container above or below the range of its namespace is refused."""
    limits = [{"type": "Container", "max": {"memory": "1Gi"}, "min": {"cpu": "50m"}}]
    ranged = obj("LimitRange", "r", spec={"limits": limits})
    for resources, count in (
        ({"limits": {"memory": "1024Mi"}, "requests": {"cpu": "0.05"}}, 0),
        ({"limits": {"memory": "1025Mi"}, "requests": {"cpu": "0.05"}}, 1),
        ({"limits": {"memory": "1Gi"}, "requests": {"cpu": "49m"}}, 1),
    ):
        assert (
            len(found(ranged, deployment("cart", container(resources=resources)), rule="outside-limit-range")) == count
        )


def _quota(**hard: str) -> Body:
    return obj("ResourceQuota", "q", spec={"hard": {key.replace("_", "."): value for key, value in hard.items()}})


def test_quota_counts_all_replicas() -> None:
    """The pods of all workloads together fit into the quota, at the least and at the most."""
    body = deployment("cart", container(resources={"requests": {"cpu": "500m", "memory": "1Gi"}}), replicas=2)
    for hard, severities in (
        ({"requests_cpu": "1"}, []),
        ({"cpu": "900m"}, ["error"]),
        ({"requests_memory": "1.5Gi"}, ["error"]),
        ({"pods": "1"}, ["error"]),
    ):
        assert [f.severity for f in found(_quota(**hard), body, rule="quota-exceeded")] == severities
    scaled = changed(body, "spec.replicas", None)
    assert [f.severity for f in found(_quota(cpu="2"), scaled, _scaler(1, 5), rule="quota-exceeded")] == ["warning"]


def test_quota_wants_containers_to_say() -> None:
    """In a namespace whose quota counts limits, each container has one."""
    body = deployment("cart", container(resources={"limits": {"cpu": "1"}}))
    (finding,) = found(_quota(limits_memory="1Gi", cpu="8"), body, rule="quota-needs-resources")
    assert finding.path == "spec.template.spec.containers[0].resources.limits.memory"


def _scaler(low: int, high: int, name: str = "cart", metric: str = "cpu") -> Body:
    spec = {
        "minReplicas": low,
        "maxReplicas": high,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"},
        "metrics": [
            {
                "type": "Resource",
                "resource": {"name": metric, "target": {"type": "Utilization", "averageUtilization": 70}},
            }
        ],
    }
    return obj("HorizontalPodAutoscaler", name, api="autoscaling/v2", spec=spec)


def _budget(**spec: Any) -> Body:
    whole = {"selector": {"matchLabels": {"app": "cart"}}, **spec}
    return obj("PodDisruptionBudget", "cart", api="policy/v1", spec=whole)


@pytest.mark.parametrize(
    ("budget", "replicas", "count"),
    [
        ({"maxUnavailable": 1}, 2, 0),
        ({"maxUnavailable": 0}, 2, 1),
        ({"maxUnavailable": "0%"}, 2, 1),
        ({"maxUnavailable": "25%"}, 2, 0),
        ({"minAvailable": 1}, 2, 0),
        ({"minAvailable": 2}, 2, 1),
        ({"minAvailable": "50%"}, 2, 0),
        ({"minAvailable": "51%"}, 2, 1),
        ({"minAvailable": "100%"}, 5, 1),
        ({"minAvailable": 1}, 1, 1),
        ({"minAvailable": 1}, 0, 0),
    ],
)
def test_budget_lets_a_pod_go(budget: Body, replicas: int, count: int) -> None:
    """A budget that never lets a pod go blocks every drain; percentages are rounded as the cluster does."""
    body = deployment(replicas=replicas)
    assert len(found(_budget(**budget), body, rule="budget-blocks-drain")) == count


def test_budget_is_held_against_the_autoscaler() -> None:
    """Where an autoscaler says how many pods there are, its minimum counts."""
    for low, count in ((1, 1), (2, 0)):
        faults = found(_budget(minAvailable=1), deployment(), _scaler(low, 9), rule="budget-blocks-drain")
        assert len(faults) == count


def test_replicated_workloads_have_a_budget_and_are_spread() -> None:
    """More than one replica wants a budget, and to stand on more than one node."""
    assert found(deployment(), rule="budget-missing") == []
    assert len(found(deployment(replicas=2), rule="budget-missing")) == 1
    assert len(found(deployment(), _scaler(2, 3), rule="budget-missing")) == 1
    assert found(deployment(replicas=2), _budget(maxUnavailable=1), rule="budget-missing") == []
    spread = {"topologySpreadConstraints": [{"topologyKey": "z", "labelSelector": {"matchLabels": {"app": "cart"}}}]}
    term = {"podAffinityTerm": {"topologyKey": "z", "labelSelector": {}}, "weight": 1}
    apart = {"affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [term]}}}
    for pod, count in (({}, 1), (spread, 0), (apart, 0)):
        assert len(found(deployment(replicas=2, pod=pod), rule="spread-missing")) == count


@pytest.mark.parametrize(
    ("strategy", "replicas", "count"),
    [
        ({}, 2, 0),
        ({"type": "Recreate"}, 1, 0),
        ({"type": "Recreate"}, 2, 1),
        ({"rollingUpdate": {"maxUnavailable": 0}}, 2, 0),
        ({"rollingUpdate": {"maxUnavailable": "25%"}}, 2, 0),
        ({"rollingUpdate": {"maxUnavailable": 2}}, 2, 1),
        ({"rollingUpdate": {"maxUnavailable": "100%"}}, 3, 1),
        ({"rollingUpdate": {"maxUnavailable": 1}}, 1, 1),
    ],
)
def test_update_leaves_some_pods(strategy: Body, replicas: int, count: int) -> None:
    """An update that takes all replicas at once is an outage."""
    body = deployment(strategy=strategy, replicas=replicas)
    assert len(found(body, rule="update-takes-all-down")) == count


def test_autoscaler_owns_the_replicas() -> None:
    """Replicas beside an autoscaler are set back by every sync."""
    assert len(found(deployment(replicas=2), _scaler(2, 3), rule="replicas-beside-autoscaler")) == 1
    assert found(deployment(), _scaler(2, 3), rule="replicas-beside-autoscaler") == []


def test_autoscaler_needs_requests() -> None:
    """Every container that runs on asks for the resource whose utilisation counts."""
    asks = container(resources={"requests": {"cpu": "100m"}})
    silent = container("proxy", ports=[], resources={"limits": {"memory": "1Gi"}})
    assert found(deployment("cart", asks), _scaler(1, 2), rule="autoscaler-without-request") == []
    (finding,) = found(deployment("cart", asks, silent), _scaler(1, 2), rule="autoscaler-without-request")
    assert "container 'proxy' of Deployment/shop/cart asks for no cpu" in finding.message
    assert len(found(deployment("cart", asks), _scaler(1, 2, metric="memory"), rule="autoscaler-without-request")) == 1
    once = deployment("cart", asks, pod={"initContainers": [container("init", ports=[])]})
    assert found(once, _scaler(1, 2), rule="autoscaler-without-request") == []


def test_two_autoscalers_of_one_workload() -> None:
    """Two autoscalers pull a workload to and fro."""
    assert len(found(deployment(), _scaler(1, 2), _scaler(1, 3, "other"), rule="autoscalers-overlap")) == 1


def _claim(mode: str) -> Body:
    return obj("PersistentVolumeClaim", "data", spec={"accessModes": [mode]})


def _with_claim(name: str = "cart", **fields: Any) -> Body:
    return deployment(name, pod={"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}, **fields)


@pytest.mark.parametrize(
    ("mode", "replicas", "count"),
    [("ReadWriteOnce", 1, 0), ("ReadWriteOnce", 2, 1), ("ReadWriteOncePod", 2, 1), ("ReadWriteMany", 2, 0)],
)
def test_claim_of_one_node_has_one_user(mode: str, replicas: int, count: int) -> None:
    """A claim that one node can use is not for several replicas."""
    assert len(found(_claim(mode), _with_claim(replicas=replicas), rule="claim-shared")) == count


def test_claim_is_held_against_the_autoscaler() -> None:
    """What an autoscaler may make counts."""
    assert len(found(_claim("ReadWriteOnce"), _with_claim(), _scaler(1, 3), rule="claim-shared")) == 1


def test_claim_of_two_workloads_is_a_warning() -> None:
    """Two workloads with one claim have to stand on one node."""
    (finding,) = found(_claim("ReadWriteOnce"), _with_claim(), _with_claim("web"), rule="claim-shared")
    assert finding.severity is Severity.WARNING
    assert finding.object == "PersistentVolumeClaim/shop/data"


@pytest.mark.parametrize(
    ("strategy", "count"),
    [
        ({}, 1),
        ({"type": "RollingUpdate"}, 1),
        ({"type": "Recreate"}, 0),
        ({"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}, 0),
    ],
)
def test_update_waits_for_the_claim(strategy: Body, count: int) -> None:
    """A surging update starts a pod that cannot have the claim."""
    body = _with_claim(strategy=strategy)
    assert len(found(_claim("ReadWriteOnce"), body, rule="claim-blocks-update")) == count
    assert found(_claim("ReadWriteMany"), body, rule="claim-blocks-update") == []


def test_probes_are_asked_of_what_serves() -> None:
    """Containers with ports want readiness; the main container wants liveness; Jobs want neither."""
    assert len(found(deployment(), rule="readiness-probe-missing")) == 1
    worker = deployment("cart", container(ports=[]))
    assert found(worker, rule="readiness-probe-missing") == []
    assert len(found(worker, rule="liveness-probe-missing")) == 1
    sidecar = deployment("cart", container(), container("logs", ports=[]))
    assert len(found(sidecar, rule="liveness-probe-missing")) == 1
    spec = {"template": {"spec": {"containers": [container()], "restartPolicy": "Never"}}}
    job = obj("Job", "j", api="batch/v1", spec=spec)
    assert found(job, rule="liveness-probe-missing") == []


def test_services_whose_variables_break_images() -> None:
    """A Service named after a program breaks images that read its variables."""
    kafka = deployment("kafka", {**container("kafka"), "image": "confluentinc/cp-kafka:7.9.0"})
    assert len(found(kafka, service("kafka"), rule="service-link-clash")) == 1
    assert found(kafka, service("broker"), rule="service-link-clash") == []
    off = changed(kafka, "spec.template.spec.enableServiceLinks", value=False)
    assert found(off, service("kafka"), rule="service-link-clash") == []
