from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.faults import FaultsError
from lumen_constructs.options.cluster import Cluster
from lumen_constructs.workloads.pod import pod_template
from tests.options.reading import Body, component, component_faults, container, identity, pod_spec

#: The writable directory of every container.
TMP = "/tmp"  # noqa: S108  # a path in the container, which has it for itself

HELPER: dict[str, Any] = {"name": "helper", "image": "busybox:1", "resources": {}}


def helper(**data: Any) -> Body:
    """Give the sidecar of a component with config, secrets and volumes."""
    options = component(
        sidecars=[{**HELPER, **data}],
        config={"LOG_LEVEL": "info"},
        configFiles={"app": {"mountPath": "/etc/app", "data": {"a.yaml": "a: 1"}}},
        secrets=[
            {"name": "db", "keys": ["DB_PASSWORD"]},
            {"name": "all", "keys": ["TOKEN"], "envFrom": True},
            {"name": "tls.crt", "keys": ["tls.key"], "mountPath": "/run/tls"},
        ],
        volumes=[{"name": "data", "mountPath": "/data", "emptyDir": {}}],
    )
    found: Body = pod_spec(options)["containers"][1]
    return found


def test_every_container_is_restricted() -> None:
    """The pod and each container, init and sidecar too, have what Pod Security "restricted" asks for."""
    spec = pod_spec(component(initContainers=[{**HELPER, "name": "prepare"}], sidecars=[HELPER]))
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "fsGroup": 10001,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    containers = [*spec["containers"], *spec["initContainers"]]
    assert [one["name"] for one in containers] == ["cart", "helper", "prepare"]
    for one in containers:
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"name": "tmp", "mountPath": TMP} in one["volumeMounts"]
    assert {"name": "tmp", "emptyDir": {}} in spec["volumes"]


def test_an_init_container_may_run_on() -> None:
    """With a restart policy it is a sidecar that starts first: it has ports, probes and hooks as one has."""
    proxy = {
        **HELPER,
        "restartPolicy": "Always",
        "ports": [{"name": "proxy", "containerPort": 5432}],
        "probes": {"startup": {"tcpSocket": {}}},
        "lifecycle": {"preStopSeconds": 5},
    }
    spec = pod_spec(component(initContainers=[proxy, {**HELPER, "name": "migrate"}]))
    runs_on, ends = spec["initContainers"]
    assert (runs_on["restartPolicy"], "restartPolicy" in ends) == ("Always", False)
    assert runs_on["startupProbe"]["tcpSocket"] == {"port": "proxy"}
    assert runs_on["lifecycle"] == {"preStop": {"exec": {"command": ["sleep", "5"]}}}


def test_refuses_of_a_container_that_runs_on_what_it_refuses_of_a_sidecar() -> None:
    """Its ports, probes and resources are those of the pod."""
    proxy = {**HELPER, "restartPolicy": "Always", "ports": [{"name": "http", "containerPort": 5432}]}
    assert component_faults(
        initContainers=[{**proxy, "probes": {"startup": {"tcpSocket": {"port": "htp"}}}}],
        autoscaling={"maxReplicas": 2, "cpuPercent": 70},
        sidecars=[{**HELPER, "name": "other", "restartPolicy": "Always", "resources": {"cpu": "1"}}],
    ) == [
        (
            "sidecars[0].restartPolicy must be left out: a sidecar runs on; "
            "one that starts first, or in a Job, belongs to initContainers"
        ),
        (
            "initContainers[0].probes.startup.tcpSocket.port 'htp' is not a port of this container (http); "
            "did you mean 'http'?"
        ),
        "initContainers[0].ports[0] has the name 'http', which another port of the pod has too",
        "initContainers[0].resources.cpu needs a request: autoscaling follows a percentage of it",
    ]


def test_a_pod_gets_no_token_and_no_service_variables() -> None:
    """Without rights there is no token, and Services never appear in the environment."""
    spec = pod_spec(component())
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["serviceAccountName"] == "cart"


@pytest.mark.parametrize(
    ("given", "token"),
    [
        ({"rbac": [{"resources": ["pods"], "verbs": ["get"]}]}, True),
        ({"rbac": [{"resources": ["pods"], "verbs": ["get"]}], "serviceAccount": {"automountToken": False}}, False),
        ({"serviceAccount": {"automountToken": True}}, True),
    ],
)
def test_a_token_comes_with_rights(given: dict[str, Any], token: bool) -> None:  # noqa: FBT001  # a column of the table
    """Rights bring a token, unless the option says otherwise."""
    assert pod_spec(component(**given))["automountServiceAccountToken"] is token


def test_ports_are_named() -> None:
    """The short form's port is named http, and probes refer to it by name."""
    body = container(component())
    assert body["ports"] == [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
    assert body["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http", "scheme": "HTTP"}


def test_config_is_read_in_one_direction() -> None:
    """Config comes by envFrom from the ConfigMap, secrets key by key, own variables last, so that they win."""
    body = container(
        component(
            config={"LOG_LEVEL": "info"},
            env={"A": "b"},
            envFrom=[{"secretRef": {"name": "shared"}}],
            secrets=[
                {"name": "db", "keys": {"PASSWORD": "password"}, "prefix": "DB_", "optional": True},
                {"name": "all", "keys": ["TOKEN"], "envFrom": True, "prefix": "X_"},
            ],
        )
    )
    assert body["envFrom"] == [
        {"configMapRef": {"name": "cart-config"}},
        {"prefix": "X_", "secretRef": {"name": "all"}},
        {"secretRef": {"name": "shared"}},
    ]
    assert body["env"] == [
        {
            "name": "DB_PASSWORD",
            "valueFrom": {"secretKeyRef": {"name": "db", "key": "password", "optional": True}},
        },
        {"name": "A", "value": "b"},
    ]


def test_a_sidecar_reads_nothing_of_the_components_by_default() -> None:
    """A further container has neither config nor secrets, and only the shared writable directories."""
    body = helper()
    assert "env" not in body
    assert "envFrom" not in body
    assert body["volumeMounts"] == [{"name": "tmp", "mountPath": TMP}]


def test_a_sidecar_inherits_variables_and_files() -> None:
    """With inheritConfig it reads config and secrets as the component does; what it says itself wins."""
    body = helper(
        inheritConfig=True,
        env={"DB_PASSWORD": "other"},
        volumeMounts=[{"name": "data", "mountPath": f"{TMP}/"}, {"name": "app", "mountPath": "/elsewhere"}],
    )
    assert body["env"] == [{"name": "DB_PASSWORD", "value": "other"}]
    assert body["envFrom"] == [{"configMapRef": {"name": "cart-config"}}, {"secretRef": {"name": "all"}}]
    assert body["volumeMounts"] == [
        {"name": "app", "mountPath": "/etc/app", "readOnly": True},
        {"name": "secret-tls-crt", "mountPath": "/run/tls", "readOnly": True},
        {"name": "data", "mountPath": f"{TMP}/"},
        {"name": "app", "mountPath": "/elsewhere"},
    ]


def test_files_are_mounted_read_only() -> None:
    """Files of ConfigMaps and Secrets are read-only, with modes that others cannot write."""
    options = component(
        configFiles={"app": {"mountPath": "/etc/app", "data": {"a.yaml": "a: 1"}}},
        secrets=[{"name": "tls", "keys": {"crt": "tls.crt"}, "mountPath": "/run/tls", "optional": True}],
        volumes=[
            {"name": "more", "mountPath": "/etc/more", "configMap": {"name": "more", "items": {"a": "b"}}},
            {"name": "data", "mountPath": "/data", "emptyDir": {"sizeLimit": "1024Mi"}},
        ],
    )
    mounts = {mount["mountPath"]: mount.get("readOnly", False) for mount in container(options)["volumeMounts"]}
    assert mounts == {TMP: False, "/etc/more": True, "/data": False, "/etc/app": True, "/run/tls": True}
    assert pod_spec(options)["volumes"] == [
        {"name": "tmp", "emptyDir": {}},
        {"name": "more", "configMap": {"name": "more", "defaultMode": 0o444, "items": [{"key": "a", "path": "b"}]}},
        {"name": "data", "emptyDir": {"sizeLimit": "1Gi"}},
        {"name": "app", "configMap": {"name": "cart-app", "defaultMode": 0o444}},
        {
            "name": "secret-tls",
            "secret": {
                "secretName": "tls",
                "defaultMode": 0o440,
                "items": [{"key": "tls.crt", "path": "crt"}],
                "optional": True,
            },
        },
    ]


def test_a_volume_takes_the_place_of_a_writable_directory() -> None:
    """Where a volume is mounted, no emptyDir is; with a writable root file system there are none at all."""
    volume = {"name": "scratch", "mountPath": TMP, "emptyDir": {"medium": "Memory"}}
    assert [one["name"] for one in pod_spec(component(volumes=[volume]))["volumes"]] == ["scratch"]
    assert pod_spec(component(security={"readOnlyRootFilesystem": False}))["volumes"] == []


def test_pull_secrets_come_from_cluster_component_and_images() -> None:
    """Every credential is named once, in a stable order."""
    image = {"repository": "acme/cart", "tag": "1", "pullSecrets": ["own", "cluster"]}
    options = component(image=image, imagePullSecrets=["component"], sidecars=[{**HELPER, "image": image}])
    who = identity(cluster=Cluster(image_pull_secrets=["cluster"], image_registry="ghcr.io"))
    spec = pod_template(who, options)["spec"]
    assert [one["name"] for one in spec["imagePullSecrets"]] == ["cluster", "component", "own"]
    assert spec["containers"][0]["image"] == "ghcr.io/acme/cart:1"


def test_pods_are_spread_only_where_several_run() -> None:
    """One replica has no topology spread; where there may be several, they spread over nodes and zones."""
    assert "topologySpreadConstraints" not in pod_spec(component())
    for many in ({"replicas": 2}, {"autoscaling": {"minReplicas": 1, "maxReplicas": 2, "cpuPercent": 70}}):
        spread = pod_spec(component(**many))["topologySpreadConstraints"]
        assert [one["topologyKey"] for one in spread] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
        assert all(one["labelSelector"] == {"matchLabels": {"app.kubernetes.io/name": "cart"}} for one in spread)
    assert "topologySpreadConstraints" not in pod_spec(component(replicas=2, scheduling={"spread": []}))


def test_a_path_of_the_node_carries_its_reason() -> None:
    """The reason for a hostPath reaches the reader of the output."""
    volumes = [{"name": "old", "mountPath": "/old", "hostPath": {"path": "/srv", "reason": "data not migrated yet"}}]
    template = pod_template(identity(), component(volumes=volumes))
    assert template["metadata"]["annotations"] == {"lumen-constructs/host-paths": "old: data not migrated yet"}


def test_the_version_is_a_label_of_the_pod() -> None:
    """The image's tag is the version; a digest alone gives its start."""
    labels = pod_template(identity(), component())["metadata"]["labels"]
    assert labels["app.kubernetes.io/version"] == "1.4.2"
    by_digest = component(image=f"acme/cart@sha256:{'a' * 64}")
    assert pod_template(identity(), by_digest)["metadata"]["labels"]["app.kubernetes.io/version"] == "a" * 63


def test_refuses_a_sidecar_with_the_components_name() -> None:
    """Two containers of one name are refused, also where the name comes from the construct's id."""
    with pytest.raises(
        FaultsError, match=r"^sidecars\[0\]\.name 'cart' is the name of the component's own container too$"
    ):
        pod_spec(component(sidecars=[{**HELPER, "name": "cart"}]))
