from __future__ import annotations

import json
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import (
    Analysis,
    Autoscaling,
    BackendRef,
    BlueGreen,
    Canary,
    Cluster,
    Delivery,
    ExtraService,
    Gateway,
    GRPCRoute,
    GrpcRule,
    HTTPRoute,
    HttpRule,
    Ingress,
    Listener,
    LumenError,
    Metrics,
    MonitoredService,
    Monitoring,
    Port,
    Probes,
    Resources,
    Service,
    UpdateStrategy,
    use_cluster,
)
from lumen_constructs.delivery.argocd_differences import ignored_differences
from lumen_constructs.emit.waves import places
from tests.networking.custom import findings
from tests.objects import Body, bodies, of_kind, the

STRATEGIES = ("rolling", "canary", "blueGreen")
BASE: dict[str, Any] = {
    "image": "logpilot/logpilot:1.0.0",
    "resources": Resources(cpu="100m:500m", memory="256Mi:512Mi"),
    "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
    "ports": [Port(container_port=8080), Port(name="grpc", container_port=50051, node_port=30051)],
    "service": Service(type="NodePort"),
    "metrics": Metrics(requests="spring-boot"),
    "strategy": UpdateStrategy(max_surge="25%", max_unavailable="25%"),
    "autoscaling": Autoscaling(min_replicas=2, max_replicas=10, cpu_percent=70),
    "config": {"LOG_LEVEL": "info"},
}


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "logpilot", namespace="logpilot")


def component(chart: Chart, **options: Any) -> MonitoredService:
    """Make a component with two ports, an autoscaler and metrics."""
    return MonitoredService(chart, "logpilot-all", **{**BASE, **options})


def rendered(delivery: Any, **options: Any) -> list[Body]:
    """Render the component with one delivery."""
    chart = Chart(App(), "logpilot", namespace="logpilot")
    component(chart, delivery=delivery, **options)
    return bodies(chart)


def rollout(scope: Chart) -> Body:
    """Give the strategy of the one Rollout."""
    spec: Body = the(bodies(scope), "Rollout")["spec"]
    return spec


def gateway(chart: Chart) -> Gateway:
    """Make a Gateway that takes everything on port 80."""
    return Gateway(chart, "edge", class_name="nginx", listeners=[Listener(name="http", protocol="HTTP")])


def test_the_pods_are_the_same_to_the_byte() -> None:
    """Whatever the delivery, the pod template, the selector and the number of pods do not change."""
    texts = set()
    for strategy in STRATEGIES:
        body = the(rendered(strategy), "Deployment" if strategy == "rolling" else "Rollout")
        kept = {key: body["spec"].get(key) for key in ("template", "selector", "replicas", "minReadySeconds")}
        texts.add(json.dumps([kept, body["metadata"]], sort_keys=False))
    assert len(texts) == 1


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_serves_and_guards_the_pods_follows(strategy: str) -> None:
    """The autoscaler follows the kind; budget, policy, monitor and the first Service's selector stay as they are."""
    kind = "Deployment" if strategy == "rolling" else "Rollout"
    found, before = rendered(strategy), rendered("rolling")
    target = the(found, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    owner = the(found, kind)
    assert target == {"apiVersion": owner["apiVersion"], "kind": kind, "name": "logpilot-all"}
    assert the(found, "PodDisruptionBudget") == the(before, "PodDisruptionBudget")
    assert the(found, "NetworkPolicy") == the(before, "NetworkPolicy")
    first = the(found, "Service", "logpilot-all")
    assert first["spec"] == the(before, "Service", "logpilot-all")["spec"]
    wanted = the(found, "ServiceMonitor")["spec"]["selector"]["matchLabels"]
    assert [
        body["metadata"]["name"]
        for body in of_kind(found, "Service")
        if wanted.items() <= body["metadata"]["labels"].items()
    ] == ["logpilot-all"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_set_is_in_order(strategy: Any) -> None:
    """The checks find nothing in a set with any delivery, routed or not."""
    for ingress in (None, Ingress(host="logpilot.local", class_name="nginx", controller="ingress-nginx")):
        chart = Chart(App(), "logpilot", namespace="logpilot")
        made = component(chart, delivery=strategy, ingress=ingress)
        HTTPRoute(chart, "rest", parent_refs=[gateway(chart)], rules=[HttpRule(backend_refs=[made])])
        assert findings(chart) == []


def test_rolling_stays_a_deployment() -> None:
    """The default delivery makes no Rollout, no further Service and no analysis."""
    kinds = [body["kind"] for body in rendered("rolling")]
    assert "Rollout" not in kinds
    assert "AnalysisTemplate" not in kinds
    assert kinds.count("Service") == 1


def test_a_canary_goes_step_by_step(chart: Chart) -> None:
    """Without routes the parts are kept by the number of pods, under the one Service, and are measured."""
    made = component(chart, delivery="canary")
    spec = rollout(chart)
    assert spec["strategy"] == {
        "canary": {
            "maxSurge": "25%",
            "maxUnavailable": "25%",
            "steps": [
                {"setWeight": 5},
                {"pause": {}},
                {"setWeight": 50},
                {"pause": {"duration": "10m"}},
                {"setWeight": 100},
            ],
            "analysis": {
                "templates": [{"templateName": "logpilot-all"}],
                "args": [{"name": "latest-hash", "valueFrom": {"podTemplateHashValue": "Latest"}}],
                "startingStep": 1,
            },
        }
    }
    assert spec["progressDeadlineAbort"] is True
    assert len(of_kind(bodies(chart), "Service")) == 1
    assert made.deployment.deployment.kind == "Rollout"
    assert list(ignored_differences(bodies(chart))) == []


def test_routes_move_the_weights_of_a_canary(chart: Chart) -> None:
    """A route names the stable and the canary Service, and the Rollout names the route."""
    made = component(chart, delivery="canary")
    edge = gateway(chart)
    HTTPRoute(chart, "rest", parent_refs=[edge], rules=[HttpRule(backend_refs=[made])])
    HTTPRoute(chart, "admin", parent_refs=[edge], rules=[HttpRule(matches=["/admin"], backend_refs=[made])])
    rule = GrpcRule(backend_refs=[BackendRef(service=made, port="grpc")])
    GRPCRoute(chart, "logs", parent_refs=[edge], rules=[rule])
    canary = rollout(chart)["strategy"]["canary"]
    assert (canary["stableService"], canary["canaryService"]) == ("logpilot-all-stable", "logpilot-all-canary")
    assert canary["trafficRouting"] == {
        "plugins": {
            "argoproj-labs/gatewayAPI": {
                "namespace": "logpilot",
                "httpRoutes": [{"name": "rest"}, {"name": "admin"}],
                "grpcRoutes": [{"name": "logs"}],
            }
        }
    }
    (rest,) = the(bodies(chart), "HTTPRoute", "rest")["spec"]["rules"]
    assert [(ref["name"], ref["port"], ref["weight"]) for ref in rest["backendRefs"]] == [
        ("logpilot-all-stable", 8080, 100),
        ("logpilot-all-canary", 8080, 0),
    ]
    for role in ("stable", "canary"):
        spec = the(bodies(chart), "Service", f"logpilot-all-{role}")["spec"]
        assert spec["type"] == "ClusterIP"
        assert spec["selector"] == {"app.kubernetes.io/name": "logpilot-all"}
        assert [port for port in spec["ports"] if "nodePort" in port] == []
    assert findings(chart) == []
    assert [(entry["kind"], entry["name"]) for entry in ignored_differences(bodies(chart))] == [
        ("Service", "logpilot-all-stable"),
        ("Service", "logpilot-all-canary"),
        ("HTTPRoute", "rest"),
        ("HTTPRoute", "admin"),
        ("GRPCRoute", "logs"),
    ]


def test_an_ingress_of_nginx_moves_the_weights_of_a_canary(chart: Chart) -> None:
    """The Ingress leads to the stable Service, from which the controller makes the canary's Ingress."""
    component(chart, delivery="canary", ingress=Ingress(host="a.dev", class_name="nginx", controller="ingress-nginx"))
    (path,) = the(bodies(chart), "Ingress")["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"]["name"] == "logpilot-all-stable"
    canary = rollout(chart)["strategy"]["canary"]
    assert canary["trafficRouting"] == {"nginx": {"stableIngress": "logpilot-all"}}
    assert canary["stableService"] == "logpilot-all-stable"


@pytest.mark.parametrize(
    "options",
    [
        {"delivery": Delivery(strategy="canary", canary=Canary(traffic="pods"))},
        {"delivery": "canary", "ingress": Ingress(host="a.dev", controller="haproxy-ingress")},
        {"delivery": "canary", "ingress": Ingress(host="a.dev", controller="ingress-nginx", enabled=False)},
    ],
)
def test_other_canaries_go_by_the_number_of_pods(chart: Chart, options: dict[str, Any]) -> None:
    """Where nothing can keep weights, or the user wants none, there is no traffic routing."""
    component(chart, **options)
    assert "trafficRouting" not in rollout(chart)["strategy"]["canary"]
    assert len(of_kind(bodies(chart), "Service")) == 1


def test_routes_of_a_canary_by_pods_lead_to_the_first_service(chart: Chart) -> None:
    """With traffic ``pods`` a route is as that of any component."""
    made = component(chart, delivery=Delivery(strategy="canary", canary=Canary(traffic="pods")))
    HTTPRoute(chart, "rest", parent_refs=[gateway(chart)], rules=[HttpRule(backend_refs=[made])])
    (rule,) = the(bodies(chart), "HTTPRoute")["spec"]["rules"]
    assert [(ref["name"], ref["weight"]) for ref in rule["backendRefs"]] == [("logpilot-all", 1)]


def test_blue_green_switches_the_first_service(chart: Chart) -> None:
    """The first Service is the active one, a further one shows the new version, and the switch is measured."""
    component(chart, delivery="blueGreen")
    assert rollout(chart)["strategy"] == {
        "blueGreen": {
            "activeService": "logpilot-all",
            "previewService": "logpilot-all-preview",
            "maxUnavailable": "25%",
            "autoPromotionEnabled": True,
            "scaleDownDelaySeconds": 30,
            "postPromotionAnalysis": {
                "templates": [{"templateName": "logpilot-all"}],
                "args": [{"name": "latest-hash", "valueFrom": {"podTemplateHashValue": "Latest"}}],
            },
        }
    }
    assert [body["metadata"]["name"] for body in of_kind(bodies(chart), "Service")] == [
        "logpilot-all",
        "logpilot-all-preview",
    ]


def test_every_setting_of_a_switch_reaches_the_manifest(chart: Chart) -> None:
    """Promotion, delay and preview are as they were given; an analysis that is off leaves no trace."""
    blue_green = BlueGreen(auto_promotion_seconds=60, scale_down_delay_seconds=300, preview_replicas=1)
    component(chart, delivery=Delivery(strategy="blueGreen", blue_green=blue_green, analysis=False))
    settings = rollout(chart)["strategy"]["blueGreen"]
    # The controller waits for the seconds only where it may not promote at once.
    assert settings["autoPromotionEnabled"] is False
    assert settings["autoPromotionSeconds"] == 60
    assert settings["scaleDownDelaySeconds"] == 300
    assert settings["previewReplicaCount"] == 1
    assert "postPromotionAnalysis" not in settings
    assert of_kind(bodies(chart), "AnalysisTemplate") == []


def test_further_services_never_lead_to_a_preview(chart: Chart) -> None:
    """Pods that do not serve yet have another role, and the pods of a Deployment have the one that is selected."""
    extra = ExtraService(name="logpilot-lb", type="LoadBalancer")
    component(chart, delivery="blueGreen", extra_services=[extra])
    spec = rollout(chart)
    selector = the(bodies(chart), "Service", "logpilot-lb")["spec"]["selector"]
    labels = spec["template"]["metadata"]["labels"]
    switched = spec["strategy"]["blueGreen"]
    assert selector.items() <= labels.items()
    assert selector.items() <= {**labels, **switched["activeMetadata"]["labels"]}.items()
    assert not selector.items() <= {**labels, **switched["previewMetadata"]["labels"]}.items()
    assert findings(chart) == []


def test_the_old_kind_is_deleted_last_and_the_new_one_comes_last(chart: Chart) -> None:
    """A Rollout stands in the last stage, its autoscaler not before it, and nothing that needs it waits for it."""
    made = component(chart, delivery="canary")
    other = MonitoredService(chart, "console", **BASE)
    other.start_after(made.wave)
    found = bodies(chart)
    waves = {(body["kind"], body["metadata"]["name"]): place for body, place in zip(found, places(found), strict=True)}
    assert waves["Rollout", "logpilot-all"] == ("70-rollouts", 20)
    assert waves["HorizontalPodAutoscaler", "logpilot-all"].wave == 20
    assert waves["AnalysisTemplate", "logpilot-all"].wave == 0
    assert waves["Deployment", "console"].wave == 1


def test_a_rollout_never_leaves_its_wave_for_an_earlier_one(chart: Chart) -> None:
    """What a Rollout needs is in place long before it, unless that is a Rollout's wave itself."""
    made = component(chart, delivery="blueGreen")
    made.start_after(3)
    assert "annotations" not in the(bodies(chart), "Rollout")["metadata"] or (
        "argocd.argoproj.io/sync-wave" not in the(bodies(chart), "Rollout")["metadata"]["annotations"]
    )
    made.start_after(20)
    assert the(bodies(chart), "Rollout")["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"] == "21"


def test_alerts_and_escape_hatch_know_the_kind(chart: Chart) -> None:
    """Alerts count the pods of a Rollout's ReplicaSets, and a patch reaches the Rollout."""
    made = component(chart, delivery="canary")
    rules = json.dumps(the(bodies(chart), "PrometheusRule"))
    assert "kube_replicaset_owner" in rules
    assert "kube_deployment_" not in rules
    ApiObject.of(made.deployment).metadata.add_label("team", "logs")
    assert the(bodies(chart), "Rollout")["metadata"]["labels"]["team"] == "logs"


def test_long_names_keep_their_services_apart(chart: Chart) -> None:
    """The Services of a component with a long name are cut, and still have names that Kubernetes takes."""
    long = "a" * 60
    options = Delivery(strategy="blueGreen", analysis=False)
    MonitoredService(chart, "x", **{**BASE, "metrics": None}, name=long, component="x", delivery=options)
    preview = rollout(chart)["strategy"]["blueGreen"]["previewService"]
    assert len(preview) <= 63
    assert preview.endswith("-preview")


def test_refuses_a_canary_beside_other_backends(chart: Chart) -> None:
    """The controller sets weights of a hundred in all, so that nothing else may share the rule."""
    made, other = component(chart, delivery="canary"), MonitoredService(chart, "other", **BASE)
    with pytest.raises(LumenError) as refused:
        HTTPRoute(chart, "r", parent_refs=["edge"], rules=[HttpRule(backend_refs=[made, other])])
    words = "is a canary, whose weights the controller moves: it must be the only backend of its rule"
    assert refused.value.faults == (f"logpilot/r: rules[0].backendRefs[0] {words}",)


def test_refuses_routes_of_two_namespaces(chart: Chart) -> None:
    """The plugin looks for all routes in one namespace."""
    made = component(chart, delivery="canary")
    HTTPRoute(chart, "here", parent_refs=["edge"], rules=[HttpRule(backend_refs=[made])])
    there = Chart(chart.node.root, "there", namespace="edge")  # type: ignore[arg-type]  # the root is an App
    with pytest.raises(LumenError, match="routes in 'logpilot' and 'edge' lead to the canary logpilot-all"):
        HTTPRoute(there, "there", parent_refs=["edge"], rules=[HttpRule(backend_refs=[made])])


def test_refuses_an_analysis_without_prometheus(chart: Chart) -> None:
    """Where the cluster has no Prometheus, nobody could answer the analysis."""
    use_cluster(chart, Cluster(monitoring=Monitoring(enabled=False)))
    with pytest.raises(LumenError, match=r"^logpilot/logpilot-all: delivery.analysis asks the cluster's Prometheus"):
        component(chart, delivery="canary")
    chart = Chart(App(), "logpilot", namespace="logpilot")
    use_cluster(chart, Cluster(monitoring=Monitoring(enabled=False)))
    component(chart, delivery=Delivery(strategy="canary", analysis=Analysis(enabled=False)))
