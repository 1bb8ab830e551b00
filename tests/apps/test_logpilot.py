"""logpilot: three modes, three environments, and each fault of the hand-written form put right."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from apps.logpilot import SYSTEM
from apps.logpilot.backup import SCRIPT
from lumen_constructs import LumenError
from lumen_constructs.rendering import render, targets
from lumen_constructs.values import Set
from tests.delivery.kustomize.kubectl import build, needs_kubectl, write
from tests.objects import Body, of_kind, pod_spec, the, workloads

MODES = ("all", "rest", "grpc")
EXTERNAL = ("staging", "production")
KINDS = {"rolling": "Deployment", "canary": "Rollout", "blueGreen": "Rollout"}


@functools.cache
def logpilot(environment: str, *settings: str) -> tuple[Body, ...]:
    """Render logpilot, whether or not the repository's output holds it."""
    (rendered,) = render(targets([SYSTEM], [], environment), [Set(setting) for setting in settings])
    return tuple(placed.body for placed in rendered.objects)


def container(body: Body) -> Body:
    """Give the component's own container."""
    found: Body = pod_spec(body)["containers"][0]
    return found


def file_of(found: tuple[Body, ...], name: str) -> Body:
    """Read the application.yaml of a ConfigMap."""
    read: Body = yaml.safe_load(the(found, "ConfigMap", name)["data"]["application.yaml"])
    return read


def test_development_is_one_pod_with_sqlite() -> None:
    """Everything in one pod that makes way before the next one starts, with no autoscaler and no secret."""
    found = logpilot("development")
    (deployment,) = list(workloads(found))
    assert (deployment["kind"], deployment["metadata"]["name"]) == ("Deployment", "logpilot-all")
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    for kind in ("HorizontalPodAutoscaler", "PodDisruptionBudget", "ExternalSecret", "Gateway", "CronJob"):
        assert not of_kind(found, kind)
    assert the(found, "PersistentVolumeClaim")["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert file_of(found, "logpilot-config")["logpilot"] == {
        "server": {"protocol": "all"},
        "storage": {"type": "sqlite", "directory": "/data/logs", "sqlite": {"path": "/data/logpilot.db"}},
    }
    (mount,) = [mount for mount in container(deployment)["volumeMounts"] if mount["name"] == "data"]
    assert mount["mountPath"] == "/data"


@pytest.mark.parametrize("environment", EXTERNAL)
def test_modes_have_the_figures_of_the_page(environment: str) -> None:
    """Ports, requests and limits of each mode; the replicas of the table, and an autoscaler for mode all."""
    found = logpilot(environment)
    expected = {
        "all": (["http", "grpc", "management"], [8080, 50051, 8081], ("100m", "256Mi"), ("500m", "512Mi")),
        "rest": (["http", "management"], [8080, 8081], ("50m", "128Mi"), ("300m", "256Mi")),
        "grpc": (["grpc"], [50051], ("100m", "256Mi"), ("500m", "512Mi")),
    }
    for mode, (names, numbers, requests, limits) in expected.items():
        own = container(the(found, "Deployment", f"logpilot-{mode}"))
        assert [port["name"] for port in own["ports"]] == names
        assert [port["containerPort"] for port in own["ports"]] == numbers
        assert own["resources"]["requests"] == dict(zip(("cpu", "memory"), requests, strict=True))
        assert own["resources"]["limits"] == dict(zip(("cpu", "memory"), limits, strict=True))
    assert "replicas" not in the(found, "Deployment", "logpilot-all")["spec"]
    assert the(found, "Deployment", "logpilot-rest")["spec"]["replicas"] == 3
    scaler = the(found, "HorizontalPodAutoscaler")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 10)
    assert scaler["metrics"][0]["resource"]["target"]["averageUtilization"] == 70
    assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "logpilot-all"}


def test_probes_have_the_timings_of_the_page() -> None:
    """REST is asked on the management port, gRPC by the kubelet itself."""
    found = logpilot("production")
    for mode in MODES:
        own = container(the(found, "Deployment", f"logpilot-{mode}"))
        startup, readiness, liveness = (own[f"{role}Probe"] for role in ("startup", "readiness", "liveness"))
        assert (startup["initialDelaySeconds"], startup["failureThreshold"]) == (10, 10)
        assert (readiness["initialDelaySeconds"], readiness["periodSeconds"]) == (10, 5)
        assert (liveness["initialDelaySeconds"], liveness["periodSeconds"]) == (30, 10)
        for probe in (startup, readiness, liveness):
            if mode == "grpc":
                assert probe["grpc"]["port"] == 50051
            else:
                asked = probe["httpGet"]
                assert (asked["path"], asked["port"]) == ("/actuator/health", "management")


@pytest.mark.parametrize("environment", EXTERNAL)
def test_an_external_database_and_a_volume_for_log_files(environment: str) -> None:
    """PostgreSQL keeps the data, and the modes share one ReadWriteMany claim for log files alone."""
    found = logpilot(environment)
    assert file_of(found, "logpilot-config")["logpilot"]["storage"] == {"type": "postgres", "directory": "/data/logs"}
    assert file_of(found, "logpilot-rest-config")["spring"]["profiles"]["active"] == "rest"
    assert file_of(found, "logpilot-rest-config")["grpc"]["server"]["enabled"] is False
    grpc = file_of(found, "logpilot-grpc-config")
    assert (grpc["server"]["port"], grpc["grpc"]["server"]["port"]) == (-1, 50051)
    claim = the(found, "PersistentVolumeClaim", "logpilot-logs")
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    for mode in MODES:
        deployment = the(found, "Deployment", f"logpilot-{mode}")
        (volume,) = [volume for volume in pod_spec(deployment)["volumes"] if volume["name"] == "logs"]
        assert volume["persistentVolumeClaim"]["claimName"] == "logpilot-logs"
        (mount,) = [mount for mount in container(deployment)["volumeMounts"] if mount["name"] == "logs"]
        assert mount["mountPath"] == "/data/logs"
        names = [entry["name"] for entry in container(deployment)["env"]]
        assert {"SPRING_DATASOURCE_URL", "SPRING_DATASOURCE_PASSWORD"} <= set(names)
        policy = the(found, "NetworkPolicy", f"logpilot-{mode}")["spec"]["egress"]
        assert {"port": 5432, "protocol": "TCP"} in [port for rule in policy for port in rule.get("ports", [])]
    assert "sqlite" not in json.dumps(found)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("delivery", KINDS)
def test_delivery_changes_the_kind_and_not_the_pod(mode: str, delivery: str) -> None:
    """One value makes a mode a Rollout; its pod template stays the same, byte for byte."""
    before = the(logpilot("production"), "Deployment", f"logpilot-{mode}")["spec"]["template"]
    found = logpilot("production", f"{mode}.delivery={delivery}")
    body = the(found, KINDS[delivery], f"logpilot-{mode}")
    assert json.dumps(body["spec"]["template"], sort_keys=False) == json.dumps(before, sort_keys=False)
    kinds = [other["kind"] for other in workloads(found) if other["metadata"]["name"] == f"logpilot-{mode}"]
    assert kinds == [KINDS[delivery]]
    if mode == "all":
        assert the(found, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["kind"] == KINDS[delivery]
    if delivery == "rolling":
        rolling = {"maxSurge": "25%", "maxUnavailable": "25%"}
        assert body["spec"]["strategy"] == {"type": "RollingUpdate", "rollingUpdate": rolling}
    else:
        assert set(body["spec"]["strategy"]) == {delivery}
        # grpc has no metrics that could tell a bad version.
        assert len(of_kind(found, "AnalysisTemplate")) == (0 if mode == "grpc" else 1)


@pytest.mark.parametrize("environment", ["development", *EXTERNAL])
def test_nothing_is_found_and_nothing_is_waived(environment: str) -> None:
    """The checks of the whole set have neither an error nor a warning, and no rule is waived."""
    (rendered,) = render(targets([SYSTEM], [], environment))
    assert rendered.warnings == ()
    assert list(rendered.waived) == []


def test_a_canary_goes_by_the_steps_of_the_page() -> None:
    """5 %, a pause, 50 %, ten minutes, 100 %, with the weights in the route."""
    found = logpilot("production", "rest.delivery=canary")
    canary = the(found, "Rollout")["spec"]["strategy"]["canary"]
    assert canary["steps"] == [
        {"setWeight": 5},
        {"pause": {}},
        {"setWeight": 50},
        {"pause": {"duration": "10m"}},
        {"setWeight": 100},
    ]
    backends = the(found, "HTTPRoute")["spec"]["rules"][0]["backendRefs"]
    assert [backend["weight"] for backend in backends] == [100, 0]


def test_monitoring_lives_in_the_system_namespace() -> None:
    """Monitors, rules and dashboards stand in logpilot-system, and the monitors look into logpilot."""
    found = logpilot("production")
    dashboards = [body for body in of_kind(found, "ConfigMap") if "grafana_dashboard" in body["metadata"]["labels"]]
    monitors = of_kind(found, "ServiceMonitor")
    watching = [*dashboards, *monitors, *of_kind(found, "PrometheusRule")]
    assert {body["metadata"]["namespace"] for body in watching} == {"logpilot-system"}
    assert {body["spec"]["namespaceSelector"]["matchNames"][0] for body in monitors} == {"logpilot"}
    (endpoint,) = the(found, "ServiceMonitor", "logpilot-metrics")["spec"]["endpoints"]
    assert (endpoint["path"], endpoint["port"], endpoint["interval"]) == ("/actuator/prometheus", "management", "30s")
    own = the(found, "ConfigMap", "logpilot-dashboard")
    assert own["metadata"]["labels"]["grafana_dashboard"] == "1"
    (text,) = own["data"].values()
    board = json.loads(text)
    assert "dashboard" not in board  # the sidecar reads no wrapped one
    titles = {panel["title"] for panel in board["panels"]}
    assert {"Request rate", "Error rate", "Latency", "Log throughput"} <= titles


def test_the_memory_alert_compares_the_working_set_with_a_limit_that_is_set() -> None:
    """LogPilotHighMemoryUsage divides by pod and container, by limits above 0, at 80 % over five minutes."""
    rules = [
        rule
        for body in of_kind(logpilot("production"), "PrometheusRule")
        for group in body["spec"]["groups"]
        for rule in group["rules"]
        if rule.get("alert") == "LogPilotHighMemoryUsage"
    ]
    (rule,) = rules
    assert "container_memory_working_set_bytes" in rule["expr"]
    assert "container_memory_usage_bytes" not in rule["expr"]
    assert "> 0) > 0.8" in rule["expr"]
    assert rule["expr"].count("by (namespace, pod, container)") == 2
    assert rule["for"] == "5m"


def test_services_of_the_page() -> None:
    """ClusterIP with 8080 and 50051; a network load balancer on 80 in production; port 30080 in development."""
    production, development = logpilot("production"), logpilot("development")
    ports = {port["name"]: port["port"] for port in the(production, "Service", "logpilot-all")["spec"]["ports"]}
    assert (ports["http"], ports["grpc"]) == (8080, 50051)
    balancer = the(production, "Service", "logpilot-lb")
    assert balancer["spec"]["type"] == "LoadBalancer"
    assert [(port["port"], port["targetPort"]) for port in balancer["spec"]["ports"]] == [(80, "http")]
    assert balancer["metadata"]["annotations"]["service.beta.kubernetes.io/aws-load-balancer-type"] == "nlb"
    assert the(development, "Service", "logpilot-nodeport")["spec"]["ports"][0]["nodePort"] == 30080
    assert not [body for body in of_kind(production, "Service") if body["spec"]["type"] == "NodePort"]


def test_the_ingress_has_real_annotations() -> None:
    """The class is a field, the limit is limit-rps, and TLS comes from one Certificate."""
    found = logpilot("production")
    ingress = the(found, "Ingress")
    annotations = ingress["metadata"]["annotations"]
    assert ingress["spec"]["ingressClassName"] == "haproxy"
    assert "kubernetes.io/ingress.class" not in annotations
    assert not [name for name in annotations if name.endswith("/rate-limit")]
    assert annotations["haproxy-ingress.github.io/limit-rps"] == "100"
    assert annotations["haproxy-ingress.github.io/cors-enable"] == "true"
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == ["logpilot.local", "logpilot.example.com"]
    assert ingress["spec"]["tls"] == [{"hosts": ["logpilot.example.com"], "secretName": "logpilot-tls-secret"}]
    certificate = the(found, "Certificate")["spec"]
    assert certificate["secretName"] == "logpilot-tls-secret"
    assert certificate["issuerRef"]["name"] == "letsencrypt-prod"


def test_the_other_controller_gets_its_own_annotations() -> None:
    """The same options are written for ingress-nginx where values name it."""
    found = logpilot("production", "traffic.ingress.controller=ingress-nginx", "traffic.ingress.className=nginx")
    annotations = the(found, "Ingress")["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/limit-rps"] == "100"


def test_the_gateway_leads_rest_and_grpc_apart() -> None:
    """One host name for each kind of route, on HTTPS 443, and the Gateway's pods are let in, which run beside it."""
    found = logpilot("production")
    gateway = the(found, "Gateway", "logpilot-gateway")
    assert gateway["apiVersion"] == "gateway.networking.k8s.io/v1"
    hosts = {listener["hostname"] for listener in gateway["spec"]["listeners"]}
    for listener in gateway["spec"]["listeners"]:
        assert (listener["protocol"], listener["port"]) == ("HTTPS", 443)
        assert listener["tls"]["mode"] == "Terminate"
        assert [ref["name"] for ref in listener["tls"]["certificateRefs"]] == ["logpilot-tls-secret"]
    assert hosts <= set(the(found, "Certificate")["spec"]["dnsNames"])
    expected = {"HTTPRoute": ("logpilot-rest", 8080), "GRPCRoute": ("logpilot-grpc", 50051)}
    for kind, (service, port) in expected.items():
        (backend,) = the(found, kind)["spec"]["rules"][0]["backendRefs"]
        assert (backend["name"], backend["port"]) == (service, port)
        outside = [
            (peer, rule["ports"])
            for rule in the(found, "NetworkPolicy", service)["spec"]["ingress"]
            for peer in rule["from"]
            if "prometheus" not in json.dumps(peer)
        ]
        beside = {"podSelector": {"matchLabels": {"gateway.networking.k8s.io/gateway-name": "logpilot-gateway"}}}
        assert outside == [(beside, [{"port": kind.removesuffix("Route").lower(), "protocol": "TCP"}])]
    http, grpc = (the(found, kind)["spec"]["hostnames"] for kind in expected)
    assert not set(http) & set(grpc)


def test_staging_shares_nothing_with_production() -> None:
    """Staging asks for no certificate of production's hosts, and never writes to its database."""
    found = json.dumps(logpilot("staging"))
    assert "postgres.staging.example.com" in found
    for name in ("//postgres.example.com", '"postgres.example.com"', '"logpilot.example.com"'):
        assert name in json.dumps(logpilot("production"))
        assert name not in found


def test_routes_fall_back_to_mode_all() -> None:
    """Where a mode of its own is off, mode all answers on the right port."""
    found = logpilot("production", "grpc.enabled=false", "rest.enabled=false")
    (backend,) = the(found, "GRPCRoute")["spec"]["rules"][0]["backendRefs"]
    assert (backend["name"], backend["port"]) == ("logpilot-all", 50051)


@needs_kubectl
@pytest.mark.parametrize("environment", ["development", *EXTERNAL])
def test_the_overlay_of_the_page(tmp_path: Path, environment: str) -> None:
    """Common labels, image tags, generated settings and a patch, as kustomize makes them of the committed form."""
    (rendered,) = render(targets([SYSTEM], [], environment))
    write(tmp_path, rendered.files())
    plain = build(tmp_path / rendered.target.folder)
    found = build(tmp_path / "kustomize" / rendered.target.folder)
    assert [body["metadata"]["name"] for body in found[:-1]] == [body["metadata"]["name"] for body in plain]

    wanted = {"app.kubernetes.io/managed-by": "kustomize", "environment": environment}
    for body in found:
        assert wanted.items() <= body["metadata"]["labels"].items()
    for body in workloads(found):
        template = (body["spec"]["jobTemplate"]["spec"] if body["kind"] == "CronJob" else body["spec"])["template"]
        assert wanted.items() <= template["metadata"]["labels"].items()
    assert {json.dumps(body["spec"].get("selector")) for body in found if "spec" in body} == {
        json.dumps(body["spec"].get("selector")) for body in plain if "spec" in body
    }

    images = {body["metadata"]["name"]: container(body)["image"] for body in of_kind(found, "Deployment")}
    assert images["logpilot-all"] == {
        "development": "logpilot:v1.1.0-rc.1",
        "staging": "logpilot:v1.1.0",
        "production": "registry.example.com/logpilot/logpilot:v1.0.0",
    }.get(environment)
    for body in of_kind(found, "Deployment"):
        labels = body["spec"]["template"]["metadata"]["labels"]
        assert container(body)["image"].endswith(f":{labels['app.kubernetes.io/version']}")

    settings = found[-1]
    assert settings["kind"] == "ConfigMap"
    assert re.fullmatch(r"logpilot-overlay-env-[a-z0-9]{10}", settings["metadata"]["name"])
    levels = {"development": "DEBUG", "staging": "INFO", "production": "WARN"}
    assert settings["data"]["LOGGING_LEVEL_ROOT"] == levels[environment]
    assert container(the(found, "Deployment", "logpilot-all"))["envFrom"] == [
        {"configMapRef": {"name": settings["metadata"]["name"]}}
    ]


@pytest.mark.parametrize(
    "setting", ["all.delivery=canary", "all.delivery=blueGreen", "rest.enabled=false", "grpc.enabled=false"]
)
def test_the_overlay_fits_whatever_is_on(setting: str) -> None:
    """A Rollout in place of a Deployment, and modes that are off."""
    (rendered,) = render(targets([SYSTEM], [], "production"), [Set(setting)])
    names = [path.rpartition("/")[2] for path in rendered.overlay]
    assert names == (["name-references", "kustomization.yaml"] if "delivery" in setting else ["kustomization.yaml"])


def test_namespaces_enforce_pod_security() -> None:
    """Labels of both namespaces, in place of a PodSecurityPolicy; limits and a quota where pods run."""
    found = logpilot("production")
    assert not of_kind(found, "PodSecurityPolicy")
    for name in ("logpilot", "logpilot-system"):
        assert the(found, "Namespace", name)["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert the(found, "LimitRange")["metadata"]["namespace"] == "logpilot"
    assert the(found, "ResourceQuota")["metadata"]["namespace"] == "logpilot"


def test_many_pods_are_spread_and_guarded() -> None:
    """Anti-affinity, spread over zones, a disruption budget and a NetworkPolicy for each mode."""
    found = logpilot("production")
    for mode in MODES:
        spec = pod_spec(the(found, "Deployment", f"logpilot-{mode}"))
        assert "podAntiAffinity" in spec["affinity"]
        keys = [constraint["topologyKey"] for constraint in spec["topologySpreadConstraints"]]
        assert "topology.kubernetes.io/zone" in keys
        the(found, "PodDisruptionBudget", f"logpilot-{mode}")
        the(found, "NetworkPolicy", f"logpilot-{mode}")


def test_the_backup_reads_what_is_in_its_own_namespace() -> None:
    """The CronJob in logpilot-system mounts and reads nothing of another namespace."""
    found = logpilot("production")
    job = the(found, "CronJob", "backup-job")
    assert job["metadata"]["namespace"] == "logpilot-system"
    own = {
        (body["kind"], body["metadata"]["name"])
        for body in found
        if body["metadata"].get("namespace") == "logpilot-system"
    }
    claims = [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in pod_spec(job)["volumes"]
        if "persistentVolumeClaim" in volume
    ]
    assert claims
    assert {("PersistentVolumeClaim", name) for name in claims} <= own
    assert ("ExternalSecret", "logpilot-postgres") in own
    env = {entry["name"]: entry.get("value") for entry in container(job)["env"]}
    assert (env["PGHOST"], env["PGPORT"], env["PGDATABASE"]) == ("postgres.example.com", "5432", "logpilot")


FAKE_DUMP = '#!/bin/sh\nfor a; do case $a in --file=*) echo dump > "${a#--file=}";; esac; done\n'


def run_backup(directory: Path, dump: str, keep: int) -> int:
    """Run the backup's script with programs that stand in for PostgreSQL's."""
    programs = directory.parent / "bin"
    programs.mkdir(exist_ok=True)
    for name, text in (("pg_dump", dump), ("pg_restore", '#!/bin/sh\ntest -s "$2"\n')):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    env = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "BACKUP_DIR": str(directory),
        "BACKUP_KEEP": str(keep),
        "PGDATABASE": "logpilot",
    }
    return subprocess.run(["sh", "-c", SCRIPT], env=env, check=False).returncode


def test_the_backup_keeps_the_newest(tmp_path: Path) -> None:
    """A new dump comes, the oldest go, and what was left half done is removed."""
    directory = tmp_path / "backup"
    directory.mkdir()
    old = [directory / f"logpilot-2020010{day}T000000Z.dump" for day in range(1, 5)]
    for path in [*old, directory / "logpilot-20200105T000000Z.dump.part", directory / "other"]:
        path.write_text("old")
    assert run_backup(directory, FAKE_DUMP, 3) == 0
    names = sorted(path.name for path in directory.iterdir())
    assert names[:2] == [old[2].name, old[3].name]
    assert re.fullmatch(r"logpilot-\d{8}T\d{6}Z\.dump", names[2])
    assert names[3:] == ["other"]


def test_a_failed_backup_removes_nothing(tmp_path: Path) -> None:
    """Where the dump fails, so does the Job, and every older dump stays."""
    directory = tmp_path / "backup"
    directory.mkdir()
    old = [directory / f"logpilot-2020010{day}T000000Z.dump" for day in range(1, 5)]
    for path in old:
        path.write_text("old")
    assert run_backup(directory, "#!/bin/sh\nexit 1\n", 1) != 0
    assert sorted(directory.iterdir()) == old


#: An autoscaler, and a volume that many nodes may mount.
SCALED = ["all.replicas=null", "all.autoscaling.maxReplicas=3", "all.autoscaling.cpuPercent=70"]
SHARED = ["all.replicas=2", "storage.sqlite.claim.accessModes[0]=ReadWriteMany"]


@pytest.mark.parametrize(
    ("environment", "settings", "fault"),
    [
        ("development", ["all.replicas=2"], "sqlite takes one writer, and up to 2 pods would write.*to postgres"),
        ("development", SCALED, "up to 3 pods would write.*without autoscaling"),
        ("development", ["rest.enabled=true"], "all 1, rest 3"),
        ("development", SHARED, "whatever the volume's access mode"),
        ("development", ["all.delivery=canary"], "two versions side by side, and sqlite takes one writer"),
        ("development", ["all.delivery=blueGreen"], "all.delivery to rolling"),
        ("development", ["backup.enabled=true"], "dumps PostgreSQL, and storage.type is sqlite"),
        ("production", ["storage.type=sqlite"], "up to 15 pods would write"),
        ("production", ["storage.type=mysql"], "storage.type"),
        ("production", ["storage.postgres.logs.accessModes[0]=ReadWriteOnce"], "must hold ReadWriteMany"),
        ("production", ["traffic.gateway.grpcHost=logpilot.example.com"], "must differ from host"),
        ("production", ["all.delivery=bluegreen"], "delivery"),
        ("production", ["all.replicas=3"], "replicas 3 stands beside autoscaling"),
        ("production", ["all.enabled=false", "rest.enabled=false", "grpc.enabled=false"], "every mode is off"),
        ("production", ["systemNamespace=logpilot"], "must differ from namespace"),
        ("production", ["all.enabled=false", "grpc.enabled=false"], "mode grpc, which is off; turn grpc or all on"),
        ("production", ["secrets.external.store=null"], "store"),
        ("production", ["backup.schedule=daily"], "schedule"),
        ("production", ["trafic.issuer=x"], "did you mean 'traffic'"),
    ],
)  # fmt: skip
def test_refuses(environment: str, settings: list[str], fault: str) -> None:
    """Each mistake is a line that names it and the way out."""
    with pytest.raises(LumenError, match=fault):
        logpilot(environment, *settings)
