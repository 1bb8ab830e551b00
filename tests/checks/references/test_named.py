"""References that are a name: issuers, stores, targets, roles, accounts, classes."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Severity
from tests.checks.build import Body, changed, container, deployment, obj, policy, service
from tests.checks.sets import found, report

CERT_MANAGER = "cert-manager.io/v1"
RBAC = "rbac.authorization.k8s.io/v1"


def test_scale_target_of_another_kind_is_told() -> None:
    """An autoscaler that follows a Deployment which became a Rollout is told what the name is now."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}
    scaler = obj(
        "HorizontalPodAutoscaler", "cart", api="autoscaling/v2", spec={"maxReplicas": 3, "scaleTargetRef": target}
    )
    rollout = {**deployment(), "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    (finding,) = found(scaler, rollout, rule="scale-target-missing")
    assert finding.said == "no Deployment 'cart' exists in namespace shop; 'cart' is a Rollout"
    new_target = {**target, "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    follows = changed(scaler, "spec.scaleTargetRef", new_target)
    assert found(follows, rollout, rule="scale-target-missing") == []


@pytest.mark.parametrize(
    ("issuer", "reference", "count"),
    [
        ("Issuer", {"name": "ca"}, 0),
        ("Issuer", {"name": "ca", "kind": "Issuer"}, 0),
        ("Issuer", {"name": "cq"}, 1),
        ("ClusterIssuer", {"name": "letsencrypt", "kind": "ClusterIssuer"}, 0),
        ("Issuer", {"name": "ca", "kind": "AWSPCAClusterIssuer", "group": "awspca.cert-manager.io"}, 0),
    ],
)
def test_issuer_of_a_certificate_exists(issuer: str, reference: Body, count: int) -> None:
    """Issuers are the set's, ClusterIssuers the cluster's, and other groups' somebody else's."""
    certificate = obj("Certificate", "web", api=CERT_MANAGER, spec={"secretName": "web-tls", "issuerRef": reference})
    made = obj(issuer, "ca", api=CERT_MANAGER, namespace="" if issuer == "ClusterIssuer" else "shop", spec={})
    assert len(found(certificate, made, rule="issuer-missing")) == count


def test_kinds_of_the_cluster_are_missed_only_where_the_name_is_near() -> None:
    """A class that the set does not have is the cluster's, unless the set has one that is nearly so named."""
    spec = {"storageClassName": "fast-ssd", "accessModes": ["ReadWriteOnce"]}
    claim = obj("PersistentVolumeClaim", "data", spec=spec)
    assert found(claim, rule="class-missing") == []
    own = obj("StorageClass", "fast-sdd", api="storage.k8s.io/v1", namespace="", provisioner="x")
    (finding,) = found(claim, own, rule="class-missing")
    assert finding.hint == "did you mean 'fast-sdd'?"
    assert found(claim, changed(own, "metadata.name", "slow"), rule="class-missing") == []


@pytest.mark.parametrize("field", ["priorityClassName", "runtimeClassName"])
def test_classes_of_pods(field: str) -> None:
    """A pod's classes are looked up in every kind of workload."""
    kind, api = {
        "priorityClassName": ("PriorityClass", "scheduling.k8s.io/v1"),
        "runtimeClassName": ("RuntimeClass", "node.k8s.io/v1"),
    }[field]
    own = obj(kind, "critical", api=api, namespace="", value=1)
    assert len(found(deployment(pod={field: "critcal"}), own, rule="class-missing")) == 1
    assert found(deployment(pod={field: "system-node-critical"}), own, rule="class-missing") == []


def _binding(kind: str = "RoleBinding", role: str = "Role", name: str = "reader", **subject: object) -> Body:
    who = {"kind": "ServiceAccount", "name": "cart", "namespace": "shop", **subject}
    return obj(
        kind,
        "reader",
        api=RBAC,
        namespace="" if kind.startswith("Cluster") else "shop",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": name},
        subjects=[who],
    )


ROLE = obj("Role", "reader", api=RBAC, rules=[])
ACCOUNT = obj("ServiceAccount", "cart")


def test_binding_that_fits_is_silent() -> None:
    """A role and an account that exist have no finding."""
    assert report(_binding(), ROLE, ACCOUNT).errors == ()


@pytest.mark.parametrize("name", ["cluster-admin", "view", "system:auth-delegator"])
def test_roles_that_every_cluster_has_exist(name: str) -> None:
    """Built-in ClusterRoles are not missed."""
    assert found(_binding(role="ClusterRole", name=name), ACCOUNT, rule="role-missing") == []


def test_role_that_does_not_exist() -> None:
    """A Role is the set's; a ClusterRole may be the cluster's, unless the name is near."""
    (finding,) = found(_binding(name="raeder"), ROLE, ACCOUNT, rule="role-missing")
    assert finding.hint == "did you mean 'reader'?"
    (other,) = found(_binding(role="ClusterRole", name="elsewhere"), ACCOUNT, rule="role-missing")
    assert other.severity is Severity.WARNING
    own = obj("ClusterRole", "reader", api=RBAC, namespace="", rules=[])
    (near,) = found(_binding(role="ClusterRole", name="raeder"), own, ACCOUNT, rule="role-missing")
    assert near.severity is Severity.ERROR


def test_subject_that_does_not_exist() -> None:
    """An account of a namespace that the set holds exists; of another namespace nothing is known."""
    (finding,) = found(_binding(), ROLE, rule="subject-missing")
    assert "no ServiceAccount 'cart' exists in namespace shop" in finding.message
    elsewhere = changed(_binding(), "subjects.0.namespace", "monitoring")
    assert found(elsewhere, ROLE, rule="subject-missing") == []
    there = obj("ServiceAccount", "cart", namespace="ops")
    (moved,) = found(_binding(), ROLE, there, rule="subject-missing")
    assert moved.hint == "there is one in namespace ops"


def test_account_of_pods_exists() -> None:
    """Pods with an account that does not exist are refused; 'default' is always there."""
    wants = deployment(pod={"serviceAccountName": "cartt"})
    assert found(wants, ACCOUNT, rule="service-account-missing")[0].hint == "did you mean 'cart'?"
    for name, count in (("cart", 0), ("default", 0), ("other", 1)):
        pods = deployment(pod={"serviceAccountName": name})
        assert len(found(pods, ACCOUNT, rule="service-account-missing")) == count


@pytest.mark.parametrize("kind", ["PodDisruptionBudget", "NetworkPolicy"])
def test_selector_of_budgets_and_policies(kind: str) -> None:
    """A budget or policy that selects nothing protects nothing; an empty selector is for all pods."""
    body = policy(ingress=[]) if kind == "NetworkPolicy" else _budget()
    field = "podSelector" if kind == "NetworkPolicy" else "selector"
    rule = "policy-selects-nothing" if kind == "NetworkPolicy" else "budget-selects-nothing"
    assert found(body, deployment(), rule=rule) == []
    (finding,) = found(changed(body, f"spec.{field}.matchLabels.app", "catr"), deployment(), rule=rule)
    assert finding.hint == "the nearest is Deployment/shop/cart: app is 'cart' there, not 'catr'"
    assert found(changed(body, f"spec.{field}", {}), deployment(), rule=rule) == []


def _budget(name: str = "cart", **selector: object) -> Body:
    spec = {"maxUnavailable": 1, "selector": selector or {"matchLabels": {"app": "cart"}}}
    return obj("PodDisruptionBudget", name, api="policy/v1", spec=spec)


def test_two_budgets_for_one_pod_are_an_error() -> None:
    """A pod of two budgets cannot be evicted."""
    (finding,) = found(_budget(), _budget("other"), deployment(), rule="budgets-overlap")
    assert finding.message == "takes in the pods of Deployment/shop/cart, as PodDisruptionBudget/shop/cart does"


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ({"key": "app", "operator": "In", "values": ["cart", "x"]}, True),
        ({"key": "app", "operator": "In", "values": ["x"]}, False),
        ({"key": "app", "operator": "NotIn", "values": ["x"]}, True),
        ({"key": "app", "operator": "NotIn", "values": ["cart"]}, False),
        ({"key": "app", "operator": "Exists"}, True),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "app", "operator": "DoesNotExist"}, False),
        ({"key": "other", "operator": "DoesNotExist"}, True),
    ],
)
def test_expressions_of_selectors(expression: Body, *, fits: bool) -> None:
    """Expressions select as Kubernetes says."""
    budget = _budget(matchExpressions=[expression])
    assert (found(budget, deployment(), rule="budget-selects-nothing") == []) is fits


def test_workload_selects_its_own_pods() -> None:
    """A workload whose selector misses its own pods is refused."""
    (finding,) = found(deployment(pod_labels={"app": "basket"}), rule="workload-selects-others")
    assert finding.hint == "among the labels of its pods app is 'basket', not 'cart'"


def test_workloads_that_take_in_each_others_pods_are_told() -> None:
    """A selector that is a part of another's labels takes in its pods."""
    wide = changed(deployment(pod_labels={"app": "cart", "tier": "a"}), "spec.selector.matchLabels", {"tier": "a"})
    other = deployment("web", pod_labels={"app": "web", "tier": "a"})
    (finding,) = found(wide, other, rule="workloads-overlap")
    assert finding.object == "Deployment/shop/cart"


def test_spread_and_affinity_select_pods() -> None:
    """A spread constraint is for its own pods, and an affinity for some that exist."""
    spread = {"topologySpreadConstraints": [{"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "web"}}}]}
    assert len(found(deployment(pod=spread), deployment("web"), rule="spread-selects-nothing")) == 1
    term = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "catr"}}}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    assert len(found(deployment(pod={"affinity": affinity}), rule="affinity-selects-nothing")) == 1
    anywhere = {**term, "namespaceSelector": {}}
    everywhere = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [anywhere]}}
    assert found(deployment(pod={"affinity": everywhere}), rule="affinity-selects-nothing") == []


@pytest.mark.parametrize(
    ("probe", "severities"),
    [
        ({"httpGet": {"port": "http"}}, []),
        ({"httpGet": {"port": 8080}}, []),
        ({"httpGet": {"port": "8080"}}, []),
        ({"httpGet": {"port": "htpp"}}, ["error"]),
        ({"tcpSocket": {"port": 9}}, ["warning"]),
        ({"grpc": {"port": 9}}, ["warning"]),
        ({"httpGet": {"port": 9, "host": "example.com"}}, []),
        ({"exec": {"command": ["true"]}}, []),
    ],
)
@pytest.mark.parametrize("role", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_ports_of_probes(role: str, probe: Body, severities: list[str]) -> None:
    """A named port is one of the container; a number need not be declared."""
    pods = deployment("cart", container(**{role: probe}))
    assert [finding.severity for finding in found(pods, rule="probe-port-missing")] == severities


def test_volumes_and_mounts() -> None:
    """A mount has a volume, a volume a mount, and a claim exists or comes from a template."""
    mounts = [{"name": "data", "mountPath": "/data"}]
    volumes = [{"name": "date", "persistentVolumeClaim": {"claimName": "cart-date"}}]
    pods = deployment("cart", container(volumeMounts=mounts), pod={"volumes": volumes})
    claim = obj("PersistentVolumeClaim", "cart-data", spec={"accessModes": ["ReadWriteOnce"]})
    assert found(pods, rule="volume-missing")[0].hint == "did you mean 'date'?"
    assert len(found(pods, rule="volume-unused")) == 1
    assert found(pods, claim, rule="claim-missing")[0].hint == "did you mean 'cart-data'?"
    stateful = {**deployment("db"), "kind": "StatefulSet"}
    templates = [{"metadata": {"name": "data"}}]
    stateful["spec"] = {**stateful["spec"], "serviceName": "db", "volumeClaimTemplates": templates}
    assert (
        found(
            changed(pods, "spec.template.spec.volumes.0.persistentVolumeClaim.claimName", "data-db-0"),
            stateful,
            rule="claim-missing",
        )
        == []
    )
    templated = changed(stateful, "spec.template.spec.containers.0.volumeMounts", mounts)
    assert found(templated, service("db", clusterIP="None"), rule="volume-missing") == []


def test_same_object_twice_is_an_error() -> None:
    """Two objects of one name are told, in whatever API version they are written."""
    first, second = service(), changed(service(), "spec.ports.0.port", 81)
    (finding,) = found(first, second, deployment(), rule="duplicate-object")
    assert finding.message == "is there already: set.yaml:0"
    old = {**deployment(), "apiVersion": "extensions/v1beta1"}
    assert len(found(deployment(), old, rule="duplicate-object")) == 1
    assert found(deployment(), deployment(namespace="ops"), rule="duplicate-object") == []


def test_generated_names_are_no_duplicates() -> None:
    """Objects whose names the API server makes are as many as there are."""
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "x-"}, "spec": {}}
    assert found(job, dict(job), rule="duplicate-object") == []


def test_rollout_names_services_and_templates_that_exist() -> None:
    """A Rollout's Services and AnalysisTemplates are looked up; those of the cluster are the cluster's."""
    templates = [{"templateName": "errors"}, {"templateName": "x", "clusterScope": True}]
    canary = {
        "canaryService": "cart-canary",
        "stableService": "cart",
        "steps": [{"analysis": {"templates": templates}}],
    }
    rollout = {**deployment(strategy={"canary": canary}), "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    assert found(rollout, service(), rule="backend-missing")[0].path == "spec.strategy.canary.canaryService"
    (finding,) = found(rollout, service(), rule="analysis-template-missing")
    assert "'errors'" in finding.message
