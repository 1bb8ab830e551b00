"""Each kind of risk, one small change at a time."""

from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.diff import compare
from lumen_constructs.emit.yaml import dump
from tests.diff.objects import RBAC, SAFE, annotated, compared, headlines, obj, pod, spec, told
from tests.diff.trees import tree

VOLUME = "the data of the volume, unless its storage class retains it"
CLAIM = spec("PersistentVolumeClaim", "v1", resources={"requests": {"storage": "2Gi"}}, storageClassName="a")


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


ARGO, FLUX = "argoproj.io/v1alpha1", "kustomize.toolkit.fluxcd.io/v1"
FINALIZED = obj("Application", ARGO)
FINALIZED["metadata"]["finalizers"] = ["resources-finalizer.argocd.argoproj.io/background"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (FINALIZED, "is deleted, and with it all that it has applied"),
        (obj("Application", ARGO), "is deleted"),
        (spec("Kustomization", FLUX, prune=True), "is deleted, and with it all that it has applied"),
        (spec("Kustomization", FLUX, prune=True, deletionPolicy="Orphan"), "is deleted"),
        (spec("Kustomization", FLUX, prune=False), "is deleted"),
        (spec("Kustomization", FLUX, prune=False, deletionPolicy="Delete"), "is deleted, and with it all that it has"),
        (spec("PodDisruptionBudget", "policy/v1"), "is deleted: a drain of nodes may stop all of its pods at once"),
        (spec("CronJob", "batch/v1"), "is deleted: it runs no more"),
        (obj("Service"), "is deleted, and with it its address and its name"),
        (spec("Cluster", "postgresql.cnpg.io/v1"), "is deleted, and with it the database"),
    ],
)
def test_what_goes_with_it(body: dict[str, Any], said: str) -> None:
    """What an object has made, or did, ends with it."""
    (found,) = headlines(body, None)
    assert found.startswith(f"deleted: {said}")
    assert ("and with it" in found) == ("and with it" in said)


def checked(sum_: str, **fields: Any) -> dict[str, Any]:
    """Give a Deployment that restarts when its ConfigMap changes."""
    found = pod({"envFrom": [{"configMapRef": {"name": "x"}}]}, **fields)
    found["spec"]["template"]["metadata"] = {"annotations": {"checksum/config": sum_ * 64}}
    return found


def test_a_restart_for_configuration_names_its_keys_and_the_configuration_its_readers() -> None:
    """Who restarts is said at the workload, with the key; and at the ConfigMap, with the workload."""
    old, new = obj("ConfigMap", data={"A": "1", "B": "1"}), obj("ConfigMap", data={"A": "2", "C": "1"})
    comparison = compared([old, checked("1")], [new, checked("2")])
    assert told(comparison) == {
        "Deployment/n/x": ["restarted: pods restart: config A, B, C of ConfigMap x"],
        "ConfigMap/n/x": ["changed: A, B, C; Deployment x restarts"],
    }
    assert [field.shown for field in comparison.sets[0].objects[0].details] == []
    assert headlines(old, new) == ["changed: data.A, data.B, data.C"]


def test_a_label_of_the_pods_is_told_once() -> None:
    """A label that the object and its pods get alike needs one line."""
    bodies = [pod(), pod()]
    for body, value in zip(bodies, "bc", strict=True):
        body["metadata"] = {**body["metadata"], "labels": {"a": value}}
        body["spec"]["template"]["metadata"] = {"labels": {"a": value}}
    comparison = compared(bodies[:1], bodies[1:])
    assert told(comparison) == {"Deployment/n/x": ["restarted: pods restart: label a b → c"]}
    assert comparison.sets[0].objects[0].details == ()
    assert len(comparison.sets[0].objects[0].fields) == 2


def test_a_checksum_whose_reason_is_not_in_sight_is_named() -> None:
    """Where nothing else tells why pods restart, the annotation does."""
    assert headlines(checked("1"), checked("2")) == ["restarted: pods restart: annotation checksum/config"]


def sealed(**values: str) -> dict[str, Any]:
    """Give a SealedSecret."""
    return spec("SealedSecret", "bitnami.com/v1alpha1", encryptedData=values)


def external(*keys: str) -> dict[str, Any]:
    """Give an ExternalSecret."""
    data = [{"secretKey": key, "remoteRef": {"key": place}} for key, _, place in (one.partition("=") for one in keys)]
    return spec("ExternalSecret", "external-secrets.io/v1", data=data, target={"name": "y"})


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (sealed(a="AgA", b="AgB"), sealed(a="AgC", b="AgB"), "Secret x gets other values of a; pods that are running"),
        (external("a=p", "b=q"), external("a=r", "b=q"), "Secret y gets other values of a; pods that are running"),
    ],
)
def test_secrets_restart_nothing(before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    """Pods that run keep what they were started with, and nothing of the ciphertext is shown."""
    (found,) = headlines(before, after)
    assert found.startswith(f"changed: {said}")
    assert "AgC" not in found


def cron(image: str, schedule: str = "0 3 * * *") -> dict[str, Any]:
    """Give a CronJob."""
    template = {"spec": {"containers": [{"name": "c", "image": image}]}}
    return spec("CronJob", "batch/v1", schedule=schedule, jobTemplate={"spec": {"template": template}})


def rules(*names: str) -> dict[str, Any]:
    """Give alerts, each with an expression after ``=``."""
    alerts = [{"alert": name, "expr": expr} for name, _, expr in (one.partition("=") for one in names)]
    return spec("PrometheusRule", "monitoring.coreos.com/v1", groups=[{"name": "g", "rules": alerts}])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (cron("a:1"), cron("a:2", "0 4 * * *"), "from its next run on: image a 1 → 2, schedule 0 3 * * * → 0 4 * * *"),
        (
            CLAIM,
            {**CLAIM, "spec": {**CLAIM["spec"], "resources": {"requests": {"storage": "3Gi"}}}},
            "spec.resources.requests.storage 2Gi → 3Gi, if its storage class lets it grow",
        ),
        (rules("A=1", "B=1"), rules("A=2", "B=1", "C=1"), "rules A, C"),
        (
            obj("Role", RBAC, rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]),
            obj("Role", RBAC, rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
            "no longer allows: list pods",
        ),
        (
            obj("RoleBinding", RBAC, roleRef={"kind": "Role", "name": "a"}, subjects=[{"kind": "User", "name": "joe"}]),
            obj("RoleBinding", RBAC, roleRef={"kind": "Role", "name": "a"}),
            "takes Role a from User joe",
        ),
    ],
)
def test_what_changes_is_told_in_its_own_words(before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    """Kinds that people talk about in other words than paths are summed up in these."""
    assert headlines(before, after) == [f"changed: {said}"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, "everything on every resource"),
        ({"apiGroups": ["apps"], "resources": ["*"], "verbs": ["*"]}, "everything on every resource.apps"),
        ({"apiGroups": [""], "resources": ["secrets"], "verbs": ["*"]}, "everything on secrets"),
        ({"apiGroups": ["*"], "resources": ["pods"], "verbs": ["get"]}, "get pods of every group"),
        ({"apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"], "verbs": ["get"]}, "get pods/a"),
        ({"nonResourceURLs": ["/metrics"], "verbs": ["get"]}, "get /metrics"),
    ],
)
def test_rights_are_named(rule: dict[str, Any], said: str) -> None:
    """A right that comes is named by verb, resource and group."""
    role = obj("ClusterRole", RBAC, rules=[{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}])
    assert headlines(role, {**role, "rules": [*role["rules"], rule]})[0] == f"widened: allows: {said}"


def test_a_role_that_takes_the_rights_of_others_is_wider() -> None:
    """An aggregated role has the rights of whatever has the labels."""
    selector = {"matchLabels": {"a": "b"}}
    after = obj("ClusterRole", RBAC, aggregationRule={"clusterRoleSelectors": [selector]})
    (found,) = headlines(obj("ClusterRole", RBAC), after)
    assert found == "widened: takes the rights of every ClusterRole with {matchLabels: {a: b}}"


INTERNAL = {"service.beta.kubernetes.io__aws_load_balancer_internal": "true"}
RANGES = "nginx.ingress.kubernetes.io__whitelist_source_range"
BALANCER = spec("Service", "v1", type="LoadBalancer", ports=PORTS)
INGRESS = spec("Ingress", "networking.k8s.io/v1", ingressClassName="a")


def gateway(origin: str) -> dict[str, Any]:
    """Give a Gateway that takes routes of some namespaces."""
    listener = {"name": "web", "protocol": "HTTP", "port": 80, "allowedRoutes": {"namespaces": {"from": origin}}}
    return spec("Gateway", "gateway.networking.k8s.io/v1", listeners=[listener])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            annotated(BALANCER, **INTERNAL),
            BALANCER,
            (
                "exposed: is no longer internal to the cloud's network (annotation "
                "service.beta.kubernetes.io/aws-load-balancer-internal)"
            ),
        ),
        (BALANCER, annotated(BALANCER, **INTERNAL), None),
        (
            annotated(INGRESS, **{RANGES: "10.0.0.0/8"}),
            annotated(INGRESS, **{RANGES: "10.0.0.0/8, 1.2.3.4/32"}),
            (
                "exposed: more addresses may connect (the annotation "
                "nginx.ingress.kubernetes.io/whitelist-source-range): 1.2.3.4/32"
            ),
        ),
        (annotated(INGRESS, **{RANGES: "10.0.0.0/8, 1.2.3.4/32"}), annotated(INGRESS, **{RANGES: "10.0.0.0/8"}), None),
        (
            INGRESS,
            {**INGRESS, "spec": {"ingressClassName": "b"}},
            "exposed: is served by ingress class b in place of a",
        ),
        (
            spec("Service", "v1", type="NodePort", ports=PORTS),
            spec("Service", "v1", type="NodePort", ports=[{"port": 80, "nodePort": 30080}]),
            "exposed: can be reached from outside: NodePort port 80/TCP, 30080 of each node",
        ),
        (BALANCER, spec("Service", "v1", ports=PORTS), None),
        (gateway("Same"), gateway("All"), "widened: listener web takes routes of all namespaces"),
        (gateway("All"), gateway("Same"), None),
    ],
)
def test_what_opens_and_what_closes(before: dict[str, Any], after: dict[str, Any], said: str | None) -> None:
    """Each restriction that goes is named; one that comes is nothing to warn of."""
    found = [text for text in headlines(before, after) if not text.startswith("changed")]
    assert found == ([said] if said else [])


def test_a_rollout_with_another_selector_leaves_pods_behind() -> None:
    """Argo Rollouts takes the change, and forgets the pods of before."""
    old, new = (spec("Rollout", ARGO, selector={"matchLabels": {"a": one}}) for one in "bc")
    (found,) = headlines(old, new)
    assert found.startswith("restarted: the pods that spec.selector no longer selects run on, and belong to nobody")


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("Deployment", {"paused": True}, "pods restart once it is no longer paused"),
        ("Deployment", {"strategy": {"type": "Recreate"}}, "all pods stop, then new ones start"),
        ("ReplicaSet", {}, "pods that are made from now on differ"),
    ],
)
def test_how_pods_are_replaced(kind: str, fields: dict[str, Any], said: str) -> None:
    """The manner is that of the workload."""
    bodies = [spec(kind, "apps/v1", **fields, template={"spec": {"nodeName": name}}) for name in "ab"]
    assert headlines(*bodies) == [f"restarted: {said}: nodeName a → b"]


def test_an_autoscaler_that_goes_leaves_a_number() -> None:
    """A workload that gets a number when its autoscaler goes is fought over by nobody."""
    scaler = spec("HorizontalPodAutoscaler", "autoscaling/v2", scaleTargetRef={"kind": "Deployment", "name": "x"})
    found = told(compared([spec("Deployment", "apps/v1"), scaler], [spec("Deployment", "apps/v1", replicas=3)]))
    assert found["Deployment/n/x"] == [
        "scaled: replicas is 3 from now on; HorizontalPodAutoscaler x, which goes, decided it before"
    ]


def test_the_dangerous_stands_first_and_the_kept_last() -> None:
    """Among what goes, data stands before pods, pods before the rest, and what is kept at the end."""
    kept = annotated(
        obj("Secret"),
        **{"argocd.argoproj.io__sync_options": "Prune=false", "kustomize.toolkit.fluxcd.io__prune": "disabled"},
    )
    found = compared([kept, obj("ConfigMap"), pod(), CLAIM], [])
    assert list(told(found)) == [
        "PersistentVolumeClaim/n/x",
        "Deployment/n/x",
        "ConfigMap/n/x",
        "Secret/n/x",
    ]


def overlay(tag: str, level: str = "info", **fields: Any) -> dict[str, Any]:
    """Give an overlay of kustomize."""
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "images": [{"name": "cart", "newTag": tag}],
        "configMapGenerator": [{"name": "env", "literals": [f"LEVEL={level}"]}],
        **fields,
    }


def test_pods_restart_for_an_overlay() -> None:
    """Another image, or another name of what is generated, replaces pods where the overlay is what is applied."""
    places = ("kustomize/shop/staging", "kustomize/shop/production")
    comparison = compare(
        tree({f"{place}/kustomization.yaml": dump(overlay("1")).encode() for place in places}),
        tree(
            {
                f"{places[0]}/kustomization.yaml": dump(overlay("2")).encode(),
                f"{places[1]}/kustomization.yaml": dump(overlay("1", "debug")).encode(),
            }
        ),
    )
    assert [(group.folder, group.objects[0].headlines[0].text) for group in comparison.sets] == [
        (
            places[1],
            "pods restart where this overlay is applied: configMapGenerator[env].literals -LEVEL=info, +LEVEL=debug",
        ),
        (places[0], "pods restart where this overlay is applied: images[cart].newTag 1 → 2"),
    ]
    options: dict[str, Any] = {"generatorOptions": {"disableNameSuffixHash": True}}
    (found,) = headlines(overlay("1", **options), overlay("1", "debug", **options))
    assert found.startswith("changed: configMapGenerator[env].literals")
