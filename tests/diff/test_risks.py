"""Each kind of risk, one small change at a time."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lumen_constructs.diff import compare
from lumen_constructs.emit.yaml import dump
from tests.diff.trees import tree

RBAC = "rbac.authorization.k8s.io/v1"
SAFE = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def obj(kind: str, api: str = "v1", **rest: Any) -> dict[str, Any]:
    """Give an object."""
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "x", "namespace": "n"}, **rest}


def spec(kind: str, api: str, **fields: Any) -> dict[str, Any]:
    """Give an object with a spec."""
    return obj(kind, api, spec=fields)


def pod(container: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Give a Deployment whose pod is as safe as can be, but for what is given."""
    one = {"name": "c", "image": "a:1", "securityContext": SAFE, **(container or {})}
    inside = {"automountServiceAccountToken": False, "containers": [one], **fields}
    return spec("Deployment", "apps/v1", template={"spec": inside})


def headlines(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """Give what is said of an object that changes, comes or goes."""
    old, new = ({"a/b/x.yaml": dump(body).encode()} if body else {} for body in (before, after))
    comparison = compare(tree(old), tree(new))
    found = [one for group in comparison.sets for changed in group.objects for one in changed.headlines]
    return [f"{one.risk}: {one.text}" for one in found]


def annotated(body: dict[str, Any], **annotations: str) -> dict[str, Any]:
    """Give an object with annotations; ``__`` stands for a slash, and ``_`` for a dash."""
    found = copy.deepcopy(body)
    keys = {key.replace("__", "/").replace("_", "-"): value for key, value in annotations.items()}
    found["metadata"]["annotations"] = keys
    return found


VOLUME = "the data of the volume, unless its storage class retains it"
CLAIM = spec("PersistentVolumeClaim", "v1", resources={"requests": {"storage": "2Gi"}}, storageClassName="a")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (CLAIM, {**CLAIM, "spec": {**CLAIM["spec"], "storageClassName": "b"}}, "spec.storageClassName cannot change"),
        (
            CLAIM,
            {**CLAIM, "spec": {**CLAIM["spec"], "resources": {"requests": {"storage": "1Gi"}}}},
            "spec.resources.requests.storage cannot shrink (2Gi → 1Gi)",
        ),
        (
            obj("RoleBinding", RBAC, roleRef={"kind": "Role", "name": "a"}),
            obj("RoleBinding", RBAC, roleRef={"kind": "Role", "name": "b"}),
            "roleRef.name cannot change (a → b)",
        ),
        (
            spec("Service", "v1", clusterIP="None"),
            spec("Service", "v1"),
            "spec.clusterIP cannot change (None → an address of the cluster)",
        ),
        (
            obj("ConfigMap", immutable=True, data={"a": "1"}),
            obj("ConfigMap", immutable=True, data={"a": "2"}),
            "data cannot change, since the object is immutable",
        ),
        (
            spec("Job", "batch/v1", template={"spec": {"nodeName": "a"}}),
            spec("Job", "batch/v1", template={"spec": {"nodeName": "b"}}),
            "spec.template.spec.nodeName cannot change (a → b)",
        ),
        (
            spec("StatefulSet", "apps/v1", serviceName="a"),
            spec("StatefulSet", "apps/v1", serviceName="b"),
            "spec.serviceName cannot change (a → b); delete it with --cascade=orphan",
        ),
        (
            spec("Cluster", "postgresql.cnpg.io/v1", storage={"size": "10Gi"}),
            spec("Cluster", "postgresql.cnpg.io/v1", storage={"size": "5Gi"}),
            "spec.storage.size cannot shrink",
        ),
        (
            spec("KafkaTopic", "kafka.strimzi.io/v1", partitions=6),
            spec("KafkaTopic", "kafka.strimzi.io/v1", partitions=3),
            "spec.partitions cannot shrink (6 → 3)",
        ),
    ],
)
def test_what_is_refused(before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    """A field that is fixed when an object is made is named first, with what to do."""
    first = headlines(before, after)[0]
    assert first.startswith(f"refused: {said}")
    assert "; " in first


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CLAIM, {**CLAIM, "spec": {**CLAIM["spec"], "resources": {"requests": {"storage": "3Gi"}}}}),
        (spec("StatefulSet", "apps/v1", replicas=1), spec("StatefulSet", "apps/v1", replicas=2)),
        (obj("ConfigMap", data={"a": "1"}), obj("ConfigMap", data={"a": "2"})),
        (spec("Service", "v1", ports=[{"port": 1}]), spec("Service", "v1", ports=[{"port": 2}])),
    ],
)
def test_what_is_not_refused(before: dict[str, Any], after: dict[str, Any]) -> None:
    """A change that the API server takes is no refusal."""
    assert not any(text.startswith("refused") for text in headlines(before, after))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (obj("ConfigMap"), "is deleted"),
        (obj("Namespace"), "is deleted, and with it everything in it, volumes included"),
        (
            annotated(obj("ConfigMap"), **{"argocd.argoproj.io__sync_options": "Prune=false"}),
            "is deleted; Argo CD keeps it, Flux does not",
        ),
        (
            annotated(CLAIM, **{"kustomize.toolkit.fluxcd.io__prune": "disabled"}),
            f"is deleted, and with it {VOLUME}; Flux keeps it, Argo CD does not",
        ),
        (
            spec(
                "StatefulSet",
                "apps/v1",
                volumeClaimTemplates=[{"metadata": {"name": "d"}}],
                persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete"},
            ),
            "is deleted, and with it its pods and its volumes",
        ),
    ],
)
def test_what_is_deleted(body: dict[str, Any], said: str) -> None:
    """What goes with an object is said, and who keeps it."""
    assert headlines(body, None) == [f"deleted: {said}"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (pod(), pod({"env": [{"name": "A", "value": "1"}]}), "pods restart: env A new: 1"),
        (pod({"env": [{"name": "A", "value": "1"}]}), pod(), "pods restart: env A was 1"),
        (
            pod({"env": [{"name": "A", "value": "1"}]}),
            pod({"env": [{"name": "A", "value": "2"}]}),
            "pods restart: env A 1 → 2",
        ),
        (
            pod(),
            pod(terminationGracePeriodSeconds=60),
            "pods restart: terminationGracePeriodSeconds new: 60",
        ),
        (
            spec("DaemonSet", "apps/v1", updateStrategy={"type": "OnDelete"}, template={"spec": {"nodeName": "a"}}),
            spec("DaemonSet", "apps/v1", updateStrategy={"type": "OnDelete"}, template={"spec": {"nodeName": "b"}}),
            "pods restart when somebody deletes them: nodeName a → b",
        ),
        (
            spec("Cluster", "postgresql.cnpg.io/v1", imageName="pg:16"),
            spec("Cluster", "postgresql.cnpg.io/v1", imageName="pg:17"),
            "its operator may restart the pods: imageName pg:16 → pg:17",
        ),
    ],
)
def test_what_is_restarted(before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    """The reason is called by what people call it."""
    assert headlines(before, after) == [f"restarted: {said}"]


def test_a_change_beside_the_template_restarts_nothing() -> None:
    """A label of the Deployment itself is only a field."""
    after = pod()
    after["metadata"]["labels"] = {"a": "b"}
    assert headlines(pod(), after) == ["changed: metadata.labels new: {a: b}"]


def policy(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Give a NetworkPolicy with rules for what comes in."""
    return spec("NetworkPolicy", "networking.k8s.io/v1", policyTypes=["Ingress"], ingress=list(rules), **fields)


A, B = {"ipBlock": {"cidr": "10.0.0.0/8"}}, {"podSelector": {"matchLabels": {"app": "b"}}}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (pod(), pod({"securityContext": {**SAFE, "privileged": True}}), "container c is privileged"),
        (pod(), pod({"securityContext": {**SAFE, "runAsUser": 0}}), "container c runs as root"),
        (
            pod(),
            pod({"securityContext": {**SAFE, "capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}}}),
            "container c has the capability NET_ADMIN",
        ),
        (pod(), pod(hostNetwork=True), "the pod shares the node (hostNetwork)"),
        (pod(), pod(automountServiceAccountToken=True), "the pod has a token for the API server"),
        (pod(), pod(volumes=[{"name": "v", "hostPath": {"path": "/etc"}}]), "the pod mounts /etc of the node"),
        (pod(), pod({"ports": [{"containerPort": 1, "hostPort": 80}]}), "container c listens on port 80 of the node"),
        (pod(), pod(serviceAccountName="admin"), "runs as ServiceAccount admin"),
        (
            policy({"from": [A]}),
            policy({"from": [A, B]}),
            "ingress is allowed: from pods app=b on all ports",
        ),
        (
            policy({"from": [A]}),
            policy({"from": [A]}, {"from": [B]}),
            "ingress is allowed: from pods app=b on all ports",
        ),
        (policy(), None, "its pods are no longer restricted by this policy"),
        (
            policy(podSelector={"matchLabels": {"a": "b"}}),
            policy(podSelector={"matchLabels": {"a": "c"}}),
            "is about other pods; those that it no longer selects are not restricted by it",
        ),
        (
            None,
            obj("RoleBinding", RBAC, roleRef={"kind": "Role", "name": "a"}, subjects=[{"kind": "User", "name": "joe"}]),
            "gives Role a to User joe",
        ),
        (
            annotated(obj("ConfigMap")),
            annotated(obj("ConfigMap"), lumen_constructs__waive="not-kept: why"),
            "a check is waived: not-kept: why",
        ),
    ],
)
def test_what_is_widened(before: dict[str, Any] | None, after: dict[str, Any] | None, said: str) -> None:
    """Whoever may do more than before is named with it."""
    assert f"widened: {said}" in headlines(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy({"from": [A, B]}), policy({"from": [A]})),
        (policy({}), policy({"from": [A], "ports": [{"port": 80}]})),
        (pod({"securityContext": {}}), pod()),
        (None, pod()),
        (
            obj("Role", RBAC, rules=[{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]),
            obj("Role", RBAC, rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
        ),
    ],
)
def test_what_is_narrowed_is_not_widened(before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    """Less than before is nothing to warn of, and neither is a new pod that may do nothing."""
    assert not any(text.startswith("widened") for text in headlines(before, after))


def test_pod_security_that_is_lowered_is_widened() -> None:
    """A namespace that enforces less lets in more."""
    before, after = obj("Namespace"), obj("Namespace")
    before["metadata"]["labels"] = {"pod-security.kubernetes.io/enforce": "restricted"}
    after["metadata"]["labels"] = {"pod-security.kubernetes.io/enforce": "baseline"}
    assert headlines(before, after) == ["widened: Pod Security is lowered from restricted to baseline"]
    assert headlines(after, before) == [
        "changed: metadata.labels[pod-security.kubernetes.io/enforce] baseline → restricted"
    ]


PORTS = [{"port": 80}]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            spec("Service", "v1", ports=PORTS),
            spec("Service", "v1", ports=PORTS, type="LoadBalancer"),
            "can be reached from outside: LoadBalancer port 80/TCP",
        ),
        (
            spec("Service", "v1", type="LoadBalancer", ports=PORTS, loadBalancerSourceRanges=["10.0.0.0/8"]),
            spec("Service", "v1", type="LoadBalancer", ports=PORTS),
            "every address may connect, since spec.loadBalancerSourceRanges is gone",
        ),
        (
            None,
            spec("HTTPRoute", "gateway.networking.k8s.io/v1", hostnames=["a.b"], parentRefs=[{"name": "g"}]),
            "can be reached from outside: a.b/ through g",
        ),
        (
            spec("Ingress", "networking.k8s.io/v1", tls=[{"hosts": ["a.b"]}]),
            spec("Ingress", "networking.k8s.io/v1", defaultBackend={"service": {"name": "x"}}),
            "can be reached from outside: every host and path (defaultBackend)",
        ),
        (
            spec("Ingress", "networking.k8s.io/v1", tls=[{"hosts": ["a.b"]}], rules=[{"host": "a.b"}]),
            spec("Ingress", "networking.k8s.io/v1", rules=[{"host": "a.b"}]),
            "is served without TLS: a.b",
        ),
    ],
)
def test_what_is_exposed(before: dict[str, Any] | None, after: dict[str, Any], said: str) -> None:
    """What can be reached is named by host, path and port."""
    assert f"exposed: {said}" in headlines(before, after)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (3, 5, "replicas 3 → 5"),
        (3, 0, "replicas 3 → 0; nothing of it runs then"),
        (None, 2, "replicas is 2 from now on; an autoscaler that is still there would fight it"),
        (2, None, "replicas 2 leaves Git: it falls to one pod, unless an autoscaler is there already"),
    ],
)
def test_what_is_scaled(before: int | None, after: int | None, said: str) -> None:
    """A number that changes is shown, and one that goes is not what it was."""
    bodies = [
        spec("Deployment", "apps/v1", **({} if number is None else {"replicas": number})) for number in (before, after)
    ]
    assert headlines(*bodies) == [f"scaled: {said}"]
