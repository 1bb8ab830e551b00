from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.emit.canonical import canonical
from lumen_constructs.errors import LumenError


def pod(**spec: Any) -> dict[str, Any]:
    """Make a Pod."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


def spec_of(api_version: str, kind: str, **spec: Any) -> Any:
    """Give the canonical ``spec`` of an object."""
    body = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": spec}
    return canonical(body).get("spec", {})


def test_writes_quantities_canonically_in_a_deployment() -> None:
    """Requests, limits, size limits and volume claims are spelled as the API server stores them."""
    container = {"name": "c", "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}, "requests": {"cpu": 0.5}}}
    volumes = [
        {"name": "tmp", "emptyDir": {"sizeLimit": "2048Ki"}},
        {
            "name": "data",
            "ephemeral": {"volumeClaimTemplate": {"spec": {"resources": {"requests": {"storage": "1.5Gi"}}}}},
        },
    ]
    pods = spec_of(
        "apps/v1",
        "Deployment",
        template={"spec": {"containers": [container], "initContainers": [container], "volumes": volumes}},
    )["template"]["spec"]
    for found in (pods["containers"][0], pods["initContainers"][0]):
        assert found["resources"] == {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}
    assert pods["volumes"][0] == {"name": "tmp", "emptyDir": {"sizeLimit": "2Mi"}}
    claim = pods["volumes"][1]["ephemeral"]["volumeClaimTemplate"]["spec"]
    assert claim == {"resources": {"requests": {"storage": "1536Mi"}}}


def test_reaches_the_pods_of_every_workload() -> None:
    """A Job inside a CronJob and a Rollout hold the same pod template as a Deployment."""
    template = {"spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]}}
    done = {"spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]}}
    for version, kind in (("apps/v1", "DaemonSet"), ("batch/v1", "Job"), ("argoproj.io/v1alpha1", "Rollout")):
        assert spec_of(version, kind, template=template) == {"template": done}
    cron = spec_of("batch/v1", "CronJob", jobTemplate={"spec": {"template": template}})
    assert cron == {"jobTemplate": {"spec": {"template": done}}}
    metric = {"name": "m", "provider": {"job": {"spec": {"template": template}}}}
    analysis = spec_of("argoproj.io/v1alpha1", "AnalysisTemplate", metrics=[metric])
    assert analysis["metrics"][0]["provider"]["job"]["spec"]["template"] == done


def test_spells_the_protocol_of_ports_out() -> None:
    """Ports of Services and NetworkPolicies are TCP unless they say otherwise."""
    ports = [{"port": 80}, {"port": 53, "protocol": "UDP"}]
    done = [{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]
    assert spec_of("v1", "Service", ports=ports) == {"ports": done}
    policy = spec_of("networking.k8s.io/v1", "NetworkPolicy", ingress=[{"ports": ports}], egress=[{"ports": ports}])
    assert policy == {"ingress": [{"ports": done}], "egress": [{"ports": done}]}


def test_keeps_emptiness_that_means_something_in_a_network_policy() -> None:
    """An empty selector selects all pods and an empty rule allows everything; an empty list of rules is no rule."""
    policy = spec_of(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        podSelector={},
        policyTypes=["Ingress", "Egress"],
        ingress=[],
        egress=[{}, {"to": [{"namespaceSelector": {"matchLabels": {}}}], "ports": []}],
    )
    assert policy == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "egress": [{}, {"to": [{"namespaceSelector": {}}]}],
    }


def test_leaves_out_what_says_nothing() -> None:
    """Nulls, empty maps and lists, and what the server sets by itself do not reach Git."""
    body = pod(
        containers=[{"name": "c", "args": [], "env": None, "resources": {"limits": {}}, "securityContext": {}}],
        nodeSelector={},
        affinity={"podAntiAffinity": {}},
        volumes=[{"name": "tmp", "emptyDir": {}}, {"name": "x", "projected": {"sources": []}}],
    )
    body["metadata"] |= {
        "creationTimestamp": None,
        "labels": {},
        "uid": "1",
        "resourceVersion": "7",
        "managedFields": [],
    }
    body["status"] = {"phase": "Running"}
    assert canonical(body) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {
            "containers": [{"name": "c"}],
            "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "x", "projected": {}}],
        },
    }


def test_keeps_false_zero_and_empty_text() -> None:
    """Zero, false and an empty text are answers."""
    spec = {"replicas": 0, "paused": False, "template": {"spec": {"serviceAccountName": ""}}}
    assert spec_of("apps/v1", "Deployment", **spec) == spec


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("cert-manager.io/v1", "Issuer", {"selfSigned": {}}),
        ("kafka.strimzi.io/v1", "Kafka", {"entityOperator": {"topicOperator": {}, "userOperator": {}}}),
        ("postgresql.cnpg.io/v1", "Cluster", {"bootstrap": {"initdb": {}}, "storage": {"size": "1024Mi"}}),
        ("argoproj.io/v1alpha1", "Application", {"syncPolicy": {"automated": {}}}),
        ("argoproj.io/v1alpha1", "Rollout", {"strategy": {"canary": {"steps": [{"pause": {}}]}}}),
        ("monitoring.coreos.com/v1", "ServiceMonitor", {"selector": {}, "namespaceSelector": {}}),
        ("policy/v1", "PodDisruptionBudget", {"selector": {}}),
    ],
)
def test_keeps_emptiness_that_chooses(version: str, kind: str, spec: dict[str, Any]) -> None:
    """In a custom resource an empty map is a choice, and text that looks like a quantity stays text."""
    assert spec_of(version, kind, **spec) == spec


def test_keeps_the_empty_rules_of_a_role() -> None:
    """A role without rules, as aggregation fills it, is stored with its empty list."""
    body = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "x"}, "rules": []}
    assert canonical(body) == body


def test_does_not_touch_unknown_kinds() -> None:
    """What a kind means that is not known here is not ours to know; its metadata is everybody's."""
    body = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "creationTimestamp": None, "annotations": {}},
        "spec": {"a": None, "b": [], "c": [None, {}], "limits": {"cpu": "1000m"}, "ports": [{"port": 1}]},
        "status": {},
    }
    assert canonical(body) == {**body, "metadata": {"name": "w"}}


def test_does_not_take_a_foreign_kind_for_a_built_in_one() -> None:
    """A Service of another group is not a Service."""
    body = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "spec": {"ports": [{"port": 80}], "x": {}}}
    assert canonical(body) == body


def test_keeps_helm_values_as_they_are() -> None:
    """A null in Helm values deletes a key of the chart's own."""
    source: dict[str, Any] = {"helm": {"valuesObject": {"a": None, "b": []}}}
    assert spec_of("argoproj.io/v1alpha1", "Application", source=source) == {"source": source}


def test_completes_volume_claim_templates() -> None:
    """A claim template is stored with its kind and mode, and without a status."""
    claim = {
        "metadata": {"name": "d", "creationTimestamp": None},
        "spec": {"resources": {"requests": {"storage": "1024Mi"}}},
    }
    assert spec_of("apps/v1", "StatefulSet", volumeClaimTemplates=[{**claim, "status": {}}])[
        "volumeClaimTemplates"
    ] == [
        {
            "metadata": {"name": "d"},
            "spec": {"resources": {"requests": {"storage": "1Gi"}}, "volumeMode": "Filesystem"},
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
        }
    ]


def test_writes_the_metrics_of_an_autoscaler_in_the_order_in_which_they_come_back() -> None:
    """The share of CPU is stored apart from the other metrics, and comes back after them; these keep their order."""
    target = {"type": "Utilization", "averageUtilization": 70}
    cpu, memory = ({"type": "Resource", "resource": {"name": name, "target": target}} for name in ("cpu", "memory"))
    amount = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "1"}}}
    queue = {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "5"}}}
    for written, done in (
        ([cpu, memory], [memory, cpu]),
        ([queue, cpu, memory], [queue, memory, cpu]),
        ([memory, queue, cpu], [memory, queue, cpu]),
        ([amount, memory], [amount, memory]),
        ([cpu], [cpu]),
    ):
        assert spec_of("autoscaling/v2", "HorizontalPodAutoscaler", metrics=written) == {"metrics": done}


@pytest.mark.parametrize(
    "kind", ["v1 Namespace", "scheduling.k8s.io/v1 PriorityClass", "cert-manager.io/v1 ClusterIssuer", "v1 Node"]
)
def test_gives_no_namespace_to_what_belongs_to_the_whole_cluster(kind: str) -> None:
    """The API server drops it; an object of a kind that lives in a namespace keeps its own."""
    version, name = kind.split()
    metadata = {"name": "x", "namespace": "shop"}
    body = {"apiVersion": version, "kind": name, "metadata": metadata}
    assert canonical(body)["metadata"] == {"name": "x"}
    for version, name in (("v1", "ConfigMap"), ("cert-manager.io/v1", "Issuer"), ("example.com/v1", "Namespace")):
        assert canonical({"apiVersion": version, "kind": name, "metadata": metadata})["metadata"] == metadata


def test_leaves_out_what_a_webhook_leaves_out() -> None:
    """CloudNativePG's webhook prints a Cluster anew from its types: empty lists and texts go, empty choices stay."""
    spec = {
        "bootstrap": {"initdb": {}},
        "env": [{"name": "TZ", "value": ""}, {"name": "LANG", "value": "C"}],
        "postgresql": {"parameters": {}, "pg_hba": [], "pg_ident": []},
    }
    assert spec_of("postgresql.cnpg.io/v1", "Cluster", **spec) == {
        "bootstrap": {"initdb": {}},
        "env": [{"name": "TZ"}, {"name": "LANG", "value": "C"}],
        "postgresql": {},
    }


def test_spells_the_defaults_of_an_external_secret_out() -> None:
    """Items of lists are compared as a whole, so that a default that the server adds would be a difference."""
    spec = spec_of(
        "external-secrets.io/v1",
        "ExternalSecret",
        data=[{"secretKey": "a", "remoteRef": {"key": "k", "decodingStrategy": "Base64"}}],
        dataFrom=[{"extract": {"key": "k"}}, {"sourceRef": {"generatorRef": {"kind": "Password", "name": "p"}}}],
    )
    assert spec == {
        "data": [
            {
                "secretKey": "a",
                "remoteRef": {
                    "key": "k",
                    "decodingStrategy": "Base64",
                    "conversionStrategy": "Default",
                    "metadataPolicy": "None",
                },
            }
        ],
        "dataFrom": [
            {
                "extract": {
                    "key": "k",
                    "conversionStrategy": "Default",
                    "decodingStrategy": "None",
                    "metadataPolicy": "None",
                }
            },
            {
                "sourceRef": {
                    "generatorRef": {
                        "kind": "Password",
                        "name": "p",
                        "apiVersion": "generators.external-secrets.io/v1alpha1",
                    }
                }
            },
        ],
        "refreshInterval": "1h0m0s",
        "target": {"creationPolicy": "Owner", "deletionPolicy": "Retain"},
    }


def test_spells_the_defaults_of_a_route_out() -> None:
    """A route names the kinds of its parents and backends, the weight, and the path that it matches."""
    rules = [{"backendRefs": [{"name": "a", "port": 80}]}, {"matches": [{"headers": [{"name": "x", "value": "y"}]}]}]
    path = {"type": "PathPrefix", "value": "/"}
    assert spec_of("gateway.networking.k8s.io/v1", "HTTPRoute", parentRefs=[{"name": "gw"}], rules=rules) == {
        "parentRefs": [{"name": "gw", "group": "gateway.networking.k8s.io", "kind": "Gateway"}],
        "rules": [
            {
                "backendRefs": [{"name": "a", "port": 80, "group": "", "kind": "Service", "weight": 1}],
                "matches": [{"path": path}],
            },
            {"matches": [{"headers": [{"name": "x", "value": "y", "type": "Exact"}], "path": path}]},
        ],
    }


def test_spells_the_action_of_relabelings_out() -> None:
    """A relabeling without an action replaces."""
    endpoint = {"port": "metrics", "relabelings": [{"targetLabel": "a"}], "metricRelabelings": [{"action": "drop"}]}
    spec = spec_of("monitoring.coreos.com/v1", "ServiceMonitor", endpoints=[endpoint])
    assert spec["endpoints"][0]["relabelings"] == [{"targetLabel": "a", "action": "replace"}]
    assert spec["endpoints"][0]["metricRelabelings"] == [{"action": "drop"}]


def test_writes_certificate_durations_as_go_does() -> None:
    """An operator in Go writes durations back in its own form."""
    spec = spec_of("cert-manager.io/v1", "Certificate", duration="2160h", renewBefore="1.5h")
    assert spec == {"duration": "2160h0m0s", "renewBefore": "1h30m0s"}


def test_gives_a_copy() -> None:
    """The caller's data stays as it was, and shares nothing with the copy."""
    body = pod(containers=[{"name": "c", "args": ["-x"], "resources": {"limits": {"cpu": "1000m"}}}], hostAliases=[])
    before = copy.deepcopy(body)
    out = canonical(body)
    out["spec"]["containers"][0]["args"].append("y")
    out["metadata"]["name"] = "other"
    assert body == before


def test_reports_all_faults_with_their_places() -> None:
    """One run shows all that is wrong, each line with the path inside the object."""
    container = {
        "name": "c",
        "env": [{"name": "A", "value": 8080}, {"name": "B", "value": "b"}, {"name": "A", "value": "a"}],
        "resources": {"limits": {"memory": "128mb"}},
    }
    body = pod(containers=[container])
    body["metadata"]["annotations"] = {"example.com/on": True}
    with pytest.raises(LumenError) as error:
        canonical(body)
    assert set(error.value.faults) == {
        """metadata.annotations['example.com/on'] must be text, not true; write "true\"""",
        """spec.containers[0].env[0].value must be text, not 8080; write "8080\"""",
        "spec.containers[0].env[2] 'A' is already set by item 0; keep one of the two",
        "spec.containers[0].resources.limits.memory '128mb' is not a quantity; write 128M or 128Mi",
    }


@pytest.mark.parametrize("selector", ["labelSelector", "namespaceSelector"])
def test_refuses_numbers_as_labels_in_every_selector(selector: str) -> None:
    """What holds at any depth holds within each other too."""
    term = {"topologyKey": "zone", selector: {"matchLabels": {"a": 1}}}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    with pytest.raises(LumenError, match=rf'{selector}\.matchLabels\.a must be text, not 1; write "1"$'):
        canonical(pod(affinity=affinity))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "apiVersion is missing"),
        ({"apiVersion": "v1"}, "kind is missing"),
        ({"apiVersion": "v1", "kind": ""}, "kind is missing"),
        ({"apiVersion": 1, "kind": "Pod"}, "apiVersion must be text, not 1"),
        ({"apiVersion": "v1", "kind": ["Pod"]}, "kind must be text, not a list"),
        ({"apiVersion": "v1", "kind": "List", "items": []}, "give its items one by one"),
    ],
)
def test_refuses_what_is_no_object(body: dict[str, Any], message: str) -> None:
    """An object has an apiVersion and a kind, and is one object."""
    with pytest.raises(LumenError, match=message):
        canonical(body)


def test_refuses_a_body_that_contains_itself() -> None:
    """A cycle is an error, not a crash."""
    body: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap"}
    body["metadata"] = {"name": "x", "extra": body}
    with pytest.raises(LumenError, match="contains itself"):
        canonical(body)


DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-100, 100) | st.floats(-10, 10) | st.sampled_from(["a", "", "1000m", "1h"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "spec", "labels"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KINDS = [
    "apps/v1 Deployment",
    "v1 Service",
    "batch/v1 CronJob",
    "example.com/v1 Widget",
    "argoproj.io/v1alpha1 Rollout",
]


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.sampled_from(KINDS), st.dictionaries(st.sampled_from(["template", "ports", "selector", "x"]), DATA, max_size=4)
)
def test_is_idempotent(kind: str, spec: dict[str, Any]) -> None:
    """The canonical form of a canonical form is itself."""
    version, name = kind.split()
    try:
        once = canonical({"apiVersion": version, "kind": name, "metadata": {"name": "x"}, "spec": spec})
    except LumenError:
        return
    assert canonical(once) == once
