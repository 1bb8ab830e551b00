from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from lumen_constructs import LumenError
from lumen_constructs.checks import Report
from lumen_constructs.validation import checked
from tests.apps.rendered import manifests
from tests.objects import Body, of_kind, pod_spec, the, workloads

production = partial(manifests, "lumen-v16", "production")

#: The page's table: component, port, name of the port, path, what the container runs.
COMPONENTS = [
    (
        "exporter",
        9108,
        "metrics",
        "/metrics",
        "python lumen_v1_5_preview_assets/exporter.py || python scripts/serve_metrics_v16.py",
    ),
    ("proofd", 8077, "http", "/stats", "python scripts/proofd_stats_v16.py"),
]


@pytest.mark.parametrize(("component", "port", "port_name", "path", "script"), COMPONENTS)
def test_a_component_is_as_its_page_says(component: str, port: int, port_name: str, path: str, script: str) -> None:
    """Names, image, port, command, figures and probe timings are the contract."""
    name = f"lumen-v16-{component}"
    deployment = the(production(), "Deployment", name)
    (container,) = pod_spec(deployment)["containers"]
    assert deployment["metadata"]["namespace"] == "lumen-v16"
    assert deployment["spec"]["replicas"] == 1
    assert container["name"] == component
    assert container["image"] == "ghcr.io/lumenlabs/lumen-runner:16"
    assert container["imagePullPolicy"] == "IfNotPresent"
    assert container["command"] == ["bash", "-lc", script]
    assert container["ports"] == [{"name": port_name, "containerPort": port, "protocol": "TCP"}]
    assert container["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"cpu": "500m", "memory": "256Mi"},
    }
    for probe, delay, period in (("readinessProbe", 5, 10), ("livenessProbe", 15, 20)):
        assert container[probe]["httpGet"] == {"path": path, "port": port_name, "scheme": "HTTP"}
        assert (container[probe]["initialDelaySeconds"], container[probe]["periodSeconds"]) == (delay, period)
    assert pod_spec(deployment)["securityContext"]["runAsUser"] == 10001
    service = the(production(), "Service", name)
    assert service["spec"]["ports"] == [{"name": port_name, "port": port, "protocol": "TCP", "targetPort": port_name}]


def test_the_monitor_scrapes_the_exporters_service() -> None:
    """The ServiceMonitor selects labels and a port that the exporter's Service really has, every 15 seconds."""
    monitor, service = the(production(), "ServiceMonitor"), the(production(), "Service", "lumen-v16-exporter")
    selected = [
        body["metadata"]["name"]
        for body in of_kind(production(), "Service")
        if monitor["spec"]["selector"]["matchLabels"].items() <= body["metadata"]["labels"].items()
    ]
    assert selected == ["lumen-v16-exporter"]
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["port"] in [port["name"] for port in service["spec"]["ports"]]
    assert (endpoint["path"], endpoint["interval"]) == ("/metrics", "15s")


#: Ways to break the scrape: the kind of the object, and what is changed in it.
NAME = "app.kubernetes.io/name"
BREAKS: dict[str, tuple[str, Callable[[Body], object]]] = {
    "selector": (
        "ServiceMonitor",
        lambda body: body["spec"]["selector"]["matchLabels"].update({NAME: "exporter"}),
    ),
    "namespace": ("ServiceMonitor", lambda body: body["metadata"].update(namespace="monitoring")),
    "port": ("ServiceMonitor", lambda body: body["spec"]["endpoints"][0].update(port="metric")),
    "label of the service": ("Service", lambda body: body["metadata"]["labels"].update({NAME: "exporter"})),
    "port of the service": ("Service", lambda body: body["spec"]["ports"][0].update(name="http")),
    "target port": ("Service", lambda body: body["spec"]["ports"][0].update(targetPort="prometheus")),
    "selector of the service": ("Service", lambda body: body["spec"]["selector"].update({NAME: "lumen-v16-exporters"})),
    "port of the container": (
        "Deployment",
        lambda body: pod_spec(body)["containers"][0]["ports"][0].update(name="m"),
    ),
    "network policy": ("NetworkPolicy", lambda body: body["spec"].pop("ingress")),
}


def check_with(change: str | None) -> Report:
    """Check the system, after one thing about the scrape was broken by hand."""
    found: list[Body] = json.loads(json.dumps(production()))
    if change is not None:
        kind, brk = BREAKS[change]
        brk(the(found, kind, "lumen-v16-exporter"))
    return checked((f"{body['kind']}/{body['metadata']['name']}", True, body) for body in found)


@pytest.mark.parametrize("change", list(BREAKS))
def test_refuses_a_scrape_that_would_find_nothing(change: str) -> None:
    """Each way in which the monitor, the Service and the pods can miss each other is an error."""
    assert check_with(None).findings == ()
    errors = [str(error) for error in check_with(change).errors]
    assert errors
    assert any("lumen-v16-exporter" in error for error in errors)


def test_nothing_talks_to_the_api_server() -> None:
    """Without rules there is no Role, and no pod has a token."""
    assert not of_kind(production(), "Role")
    assert not any(pod_spec(body)["automountServiceAccountToken"] for body in workloads(production()))


def test_rights_are_given_where_values_ask_for_them() -> None:
    """A rule in values makes a Role and a RoleBinding for the one component, and gives its pods a token."""
    found = manifests(
        "lumen-v16", "production", 'exporter.rbac[0].resources={configmaps}', "exporter.rbac[0].verbs={get}"
    )  # fmt: skip
    role = the(found, "Role")
    assert role["metadata"]["name"] == "lumen-v16-exporter"
    assert role["rules"] == [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]
    tokens = {b["metadata"]["name"]: pod_spec(b)["automountServiceAccountToken"] for b in of_kind(found, "Deployment")}
    assert tokens == {"lumen-v16-exporter": True, "lumen-v16-proofd": False}


def test_proofd_can_be_reached_from_outside_where_values_say_so() -> None:
    """The Ingress is off by default; when it is on, an allow-list and an oauth2-proxy can stand in front."""
    assert not of_kind(production(), "Ingress")
    found = manifests(
        "lumen-v16",
        "production",
        "proofd.ingress.enabled=true",
        "proofd.ingress.className=haproxy",
        "proofd.ingress.controller=haproxy-ingress",
        "proofd.ingress.allowSourceRanges={10.0.0.0/8}",
        "proofd.ingress.oauth2Proxy.authURL=http://oauth2-proxy.auth.svc.cluster.local:4180/oauth2/auth",
        "proofd.ingress.oauth2Proxy.signinURL=https://auth.example.com/oauth2/start",
    )
    ingress = the(found, "Ingress")
    assert ingress["spec"]["rules"][0]["host"] == "proofd.local"
    annotations = ingress["metadata"]["annotations"]
    assert annotations["haproxy-ingress.github.io/allowlist-source-range"] == "10.0.0.0/8"
    assert annotations["haproxy-ingress.github.io/auth-signin"] == "https://auth.example.com/oauth2/start"


def test_env_and_secrets_come_from_values() -> None:
    """Variables and a Secret that the cluster has reach the container of the one component."""
    found = manifests(
        "lumen-v16",
        "production",
        "exporter.env.LUMEN_LOG=debug",
        "exporter.envFrom[0].secretRef.name=lumen-runtime",
        "exporter.external={Secret/lumen-runtime}",
    )
    exporter = the(found, "Deployment", "lumen-v16-exporter")
    (container,) = pod_spec(exporter)["containers"]
    assert container["env"] == [{"name": "LUMEN_LOG", "value": "debug"}]
    assert container["envFrom"] == [{"secretRef": {"name": "lumen-runtime"}}]
    assert exporter["metadata"]["annotations"]["lumen-constructs/external"] == "Secret/lumen-runtime"


@pytest.mark.parametrize("component", ["exporter", "proofd", "runner"])
def test_a_component_that_is_off_leaves_no_trace(component: str) -> None:
    """Turning a component off removes every object of it."""
    found = manifests("lumen-v16", "production", f"{component}.enabled=false")
    assert f"lumen-v16-{component}" not in json.dumps(found).replace("lumen-v16-exporter-dashboard", "")


def test_the_monitor_can_be_turned_off() -> None:
    """Without the monitor nothing scrapes, and Prometheus is not let in."""
    found = manifests("lumen-v16", "production", "exporter.serviceMonitor.enabled=false")
    assert not of_kind(found, "ServiceMonitor")
    assert "ingress" not in the(found, "NetworkPolicy", "lumen-v16-exporter")["spec"]


def test_the_dashboard_has_its_tiles() -> None:
    """Loop, phase, creativity, entropy and security read the exporter's series and link to proofd's stats."""
    dashboard = the(production(), "ConfigMap", "lumen-v16-exporter-dashboard")
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    (text,) = dashboard["data"].values()
    panels = {panel["title"]: panel for panel in json.loads(text)["panels"]}
    for title in ("Loop", "Phase", "Creativity", "Entropy", "Security"):
        assert panels[title]["type"] == "stat"
        assert f"lumen_v16_{title.lower()}{{" in panels[title]["targets"][0]["expr"]
        assert panels[title]["links"][0]["url"] == "http://proofd.local/stats"


def test_the_runner_proves_in_order() -> None:
    """The CronJob runs v16.smoke, and when it has succeeded v16.integrated."""
    job = the(production(), "CronJob", "lumen-v16-runner")
    spec = pod_spec(job)
    assert [container["command"][-1] for container in (*spec["initContainers"], *spec["containers"])] == [
        "python -m v16.smoke",
        "python -m v16.integrated",
    ]
    assert job["spec"]["schedule"] == "0 */6 * * *"


def test_each_step_of_the_runner_has_its_variables() -> None:
    """Smoke and integrated get the same variables, also those of the Secret ``lumen-runtime``."""
    found = manifests(
        "lumen-v16",
        "production",
        "runner.env[0].name=LUMEN_MODE",
        "runner.env[0].value=proof",
        "runner.envFrom[0].secretRef.name=lumen-runtime",
        "runner.external[0]=Secret/lumen-runtime",
    )
    spec = pod_spec(the(found, "CronJob", "lumen-v16-runner"))
    for container in (*spec["initContainers"], *spec["containers"]):
        assert container["env"] == [{"name": "LUMEN_MODE", "value": "proof"}], container["name"]
        assert container["envFrom"] == [{"secretRef": {"name": "lumen-runtime"}}], container["name"]


def test_refuses_an_organisation_that_is_not_set() -> None:
    """The placeholder of the image's organisation is an error with its place, not an image that cannot be pulled."""
    with pytest.raises(LumenError, match=r"organization: .<org>. still holds the placeholder <org>"):
        manifests("lumen-v16", "production", "image.organization=<org>")
