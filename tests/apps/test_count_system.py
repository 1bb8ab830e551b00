from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from apps.systems import SYSTEMS
from lumen_constructs import LumenError
from lumen_constructs.emit.tree import Placed
from lumen_constructs.rendering import render, targets
from tests.apps.rendered import everything, manifests
from tests.datastores.restricted import violations
from tests.datastores.servers import folder_for, free_port, run, running
from tests.datastores.test_postgresql_server import OTHER_USER, USER, needs_postgresql, program
from tests.datastores.test_redis_server import needs_redis
from tests.objects import Body, of_kind, pod_spec, the, workloads

ROOT = Path(__file__).parents[2]
USUAL = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "500m", "memory": "512Mi"}}
LARGE = {"requests": {"cpu": "200m", "memory": "512Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
#: The page's table, with the figures in canonical form.
SERVICES = {
    "count-write-service": (3000, 2, USUAL),
    "count-read-service": (3001, 1, USUAL),
    "count-management-service": (3002, 1, USUAL),
    "count-analysis-service": (3003, 1, LARGE),
    "dashboard-provision-service": (3004, 1, USUAL),
    "dashboard-update-service": (3005, 1, USUAL),
}
STORES = ["kafka", "postgresql", "redis-cache", "redis-replica", "redis-value", "zookeeper"]


def count_system(*settings: str) -> tuple[Body, ...]:
    """Render count-system."""
    return manifests("count-system", "production", *settings)


def placed_objects() -> list[Placed]:
    """Give the objects of the set with their files."""
    (rendered,) = [found for found in everything() if found.target.folder == "count-system/production"]
    return list(rendered.objects)


def container(body: Body) -> Body:
    """Give the component's own container."""
    found: Body = pod_spec(body)["containers"][0]
    return found


def job(*settings: str) -> Body:
    """Give the init Job."""
    return the(count_system(*settings), "Job")


@pytest.mark.parametrize("name", SERVICES)
def test_the_figures_are_those_of_the_page(name: str) -> None:
    """Port, replicas, requests, limits and probe timings of each service; its Service has its name and is ClusterIP."""
    port, replicas, resources = SERVICES[name]
    body, service = the(count_system(), "Deployment", name), the(count_system(), "Service", name)
    found = container(body)
    assert found["image"] == f"{name}:1.0.0"
    assert [entry["containerPort"] for entry in found["ports"]] == [port]
    assert body["spec"]["replicas"] == replicas
    assert found["resources"] == resources
    timing = {
        kind: (
            found[f"{kind}Probe"]["httpGet"]["path"],
            found[f"{kind}Probe"]["initialDelaySeconds"],
            found[f"{kind}Probe"]["periodSeconds"],
        )
        for kind in ("liveness", "readiness")
    }
    assert timing == {"liveness": ("/health", 30, 10), "readiness": ("/ready", 10, 5)}
    assert service["spec"]["type"] == "ClusterIP"
    assert [entry["port"] for entry in service["spec"]["ports"]] == [port]


def test_there_is_nothing_but_what_the_page_names() -> None:
    """Six services, six stores as StatefulSets, one Job, one namespace with its labels."""
    found = count_system()
    assert sorted(body["metadata"]["name"] for body in of_kind(found, "Deployment")) == sorted(SERVICES)
    assert sorted(body["metadata"]["name"] for body in of_kind(found, "StatefulSet")) == STORES
    labels = the(found, "Namespace", "count-system")["metadata"]["labels"]
    assert (labels["app"], labels["environment"]) == ("count-system", "production")
    assert {body["metadata"].get("namespace", "count-system") for body in found} == {"count-system"}


def test_every_workload_has_its_labels() -> None:
    """Each workload and its pods are labelled app: <name> and by their environment, as their Service is."""
    found = count_system()
    for body in workloads(found):
        name = body["metadata"]["labels"]["app.kubernetes.io/name"]
        for labels in (body["metadata"]["labels"], body["spec"]["template"]["metadata"]["labels"]):
            assert (labels["app"], labels["environment"]) == (name, "production")
    for body in of_kind(found, "Service"):
        assert body["metadata"]["labels"]["app"] == body["metadata"]["labels"]["app.kubernetes.io/name"]


def test_stores_keep_their_data_in_claims_of_their_own() -> None:
    """Each StatefulSet has claim templates of class standard and a governing Service that exists."""
    found = count_system()
    services = {body["metadata"]["name"] for body in of_kind(found, "Service")}
    for body in of_kind(found, "StatefulSet"):
        (template,) = body["spec"]["volumeClaimTemplates"]
        assert template["spec"]["storageClassName"] == "standard"
        assert body["spec"]["serviceName"] in services
    postgresql = the(found, "StatefulSet", "postgresql")
    assert postgresql["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"] == "10Gi"
    images = {body["metadata"]["name"]: container(body)["image"] for body in of_kind(found, "StatefulSet")}
    assert images["postgresql"] == "postgres:15-alpine"
    assert images["zookeeper"] == "zookeeper:3.9"
    assert images["kafka"].startswith("confluentinc/cp-kafka:7.9")
    assert {images[name] for name in ("redis-value", "redis-replica", "redis-cache")} == {"redis:7.4-alpine"}
    assert not of_kind(found, "PersistentVolumeClaim")


def test_services_read_the_shared_config_and_the_credentials() -> None:
    """The dotted keys of app-config are variables, and so are the user and password of the database's Secret."""
    found = count_system()
    assert the(found, "ConfigMap", "app-config")["data"] == {
        "database.url": "postgresql://postgresql:5432/countinfo",
        "redis.url": "redis://redis-value:6379",
        "redis.replica.url": "redis://redis-replica:6379",
        "redis.cache.url": "redis://redis-cache:6379",
        "kafka.brokers": "kafka:9092",
    }
    for name in SERVICES:
        env = {entry["name"]: entry["valueFrom"] for entry in container(the(found, "Deployment", name))["env"]}
        keys = {variable: source["configMapKeyRef"] for variable, source in env.items() if "configMapKeyRef" in source}
        assert keys == {
            variable: {"name": "app-config", "key": key}
            for variable, key in {
                "DATABASE_URL": "database.url",
                "REDIS_URL": "redis.url",
                "REDIS_REPLICA_URL": "redis.replica.url",
                "REDIS_CACHE_URL": "redis.cache.url",
                "KAFKA_BROKERS": "kafka.brokers",
            }.items()
        }
        for variable, key in (("PGUSER", "username"), ("PGPASSWORD", "password"), ("DATABASE_PASSWORD", "password")):
            assert env[variable]["secretKeyRef"] == {"name": "postgresql-secret", "key": key}
    assert not of_kind(found, "Secret")


def test_a_change_of_an_address_restarts_the_services() -> None:
    """The pod template carries a checksum of the keys of app-config that it reads."""

    def checksum(*settings: str) -> str:
        template = the(count_system(*settings), "Deployment", "count-read-service")["spec"]["template"]
        value: str = template["metadata"]["annotations"]["checksum/app-config"]
        return value

    assert checksum("kafka.mode=operator") != checksum()
    assert checksum("services.count-read-service.replicas=3") == checksum()


def test_the_replica_follows_the_value_store() -> None:
    """The read replica names its primary, and is let in by it; the cache may drop what it holds."""
    found = count_system()
    conf = {
        name: the(found, "ConfigMap", f"{name}-conf")["data"]["redis.conf"]
        for name in ("redis-value", "redis-replica", "redis-cache")
    }
    assert "replicaof redis-value 6379\n" in conf["redis-replica"]
    assert "replicaof" not in conf["redis-value"] + conf["redis-cache"]
    assert "maxmemory-policy allkeys-lru\n" in conf["redis-cache"]
    assert "maxmemory-policy noeviction\n" in conf["redis-value"]
    replica = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "redis-replica"}}}
    rules = the(found, "NetworkPolicy", "redis-value")["spec"]["ingress"]
    assert replica in [peer for rule in rules for peer in rule["from"]]


class Requirement(NamedTuple):
    """Something that an object needs of the set."""

    kind: str
    name: str


def requirements(body: Body) -> Iterator[Requirement]:
    """Give what a workload names: its account, its ConfigMaps and its claims."""
    spec = pod_spec(body)
    yield Requirement("ServiceAccount", spec["serviceAccountName"])
    for volume in spec.get("volumes", []):
        if "configMap" in volume:
            yield Requirement("ConfigMap", volume["configMap"]["name"])
        if "persistentVolumeClaim" in volume:
            yield Requirement("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
    for one in (*spec["containers"], *spec.get("initContainers", [])):
        for entry in one.get("env", []):
            if "configMapKeyRef" in entry.get("valueFrom", {}):
                yield Requirement("ConfigMap", entry["valueFrom"]["configMapKeyRef"]["name"])
        for source in one.get("envFrom", []):
            if "configMapRef" in source:
                yield Requirement("ConfigMap", source["configMapRef"]["name"])


def secrets_read(body: Body) -> set[str]:
    """Give the Secrets that a workload's containers read."""
    return {
        entry["valueFrom"]["secretKeyRef"]["name"]
        for one in pod_spec(body)["containers"]
        for entry in one.get("env", [])
        if "secretKeyRef" in entry.get("valueFrom", {})
    }


def wave(body: Body) -> int:
    """Give the sync wave."""
    return int(body["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave", "0"))


def test_a_walk_along_the_waves_finds_everything_in_time() -> None:
    """Namespace, account and config come in an earlier wave and stage than what needs them; policies come with it."""
    placed = placed_objects()
    by_name = {(one.body["kind"], one.body["metadata"]["name"]): one for one in placed}
    walked = 0
    for one in placed:
        if one.body["metadata"].get("namespace"):
            assert wave(by_name["Namespace", "count-system"].body) < wave(one.body)
        if not list(workloads([one.body])):
            continue
        for needed in requirements(one.body):
            found = by_name[needed.kind, needed.name]
            assert wave(found.body) < wave(one.body), needed
            assert found.file.partition("/")[0] < one.file.partition("/")[0], needed
            walked += 1
        name = one.body["metadata"]["labels"]["app.kubernetes.io/name"]
        assert wave(by_name["NetworkPolicy", name].body) == wave(one.body)
        outside = one.body["metadata"].get("annotations", {}).get("lumen-constructs/external", "").split()
        assert {f"Secret/{secret}" for secret in secrets_read(one.body)} <= set(outside)
    assert walked > 30


def test_the_database_comes_before_the_job_and_the_job_before_the_services() -> None:
    """Stores, then the init Job when they are healthy, then the services, then what lets requests in."""
    found = count_system()
    stores = {wave(body) for body in of_kind(found, "StatefulSet")}
    services = {wave(body) for body in of_kind(found, "Deployment")}
    entrances = {wave(body) for body in (*of_kind(found, "Gateway"), *of_kind(found, "HTTPRoute"))}
    assert max(stores) < wave(job()) < min(services)
    assert max(services) < min(entrances)
    stages = sorted({one.file.partition("/")[0] for one in placed_objects()})
    assert stages == ["00-namespace", "10-config", "30-data", "40-init", "50-services", "60-traffic"]


def test_a_changed_init_script_is_a_new_job() -> None:
    """The name ends with a hash of the content, so that no immutable template is ever patched."""
    before, after = job(), job("postgresql.databases[2]=reports")
    assert re.fullmatch(r"postgresql-init-[0-9a-f]{8}", before["metadata"]["name"])
    assert before["metadata"]["name"] != after["metadata"]["name"]
    assert job("kafka.storage.size=20Gi")["metadata"]["name"] == before["metadata"]["name"]
    assert pod_spec(before)["restartPolicy"] == "OnFailure"


def test_the_job_may_make_databases_and_nothing_else_is_let_in() -> None:
    """It signs in as the server's own user, and the server lets it in."""
    found = count_system()
    server = {
        entry["name"]: entry.get("valueFrom") for entry in container(the(found, "StatefulSet", "postgresql"))["env"]
    }
    client = {entry["name"]: entry.get("valueFrom") for entry in container(job())["env"]}
    assert client["PGUSER"] == server["POSTGRES_USER"]
    assert client["PGPASSWORD"] == server["POSTGRES_PASSWORD"]
    allowed = [
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for rule in the(found, "NetworkPolicy", "postgresql")["spec"]["ingress"]
        for peer in rule["from"]
    ]
    assert sorted(allowed) == sorted(["postgresql-init", *SERVICES])


def backends(found: tuple[Body, ...]) -> dict[tuple[str, str], str]:
    """Give the Service that answers each method and path."""
    return {
        (match.get("method", "*"), match["path"]["value"]): rule["backendRefs"][0]["name"]
        for rule in the(found, "HTTPRoute")["spec"]["rules"]
        for match in rule["matches"]
    }


def test_reads_and_writes_of_the_counts_go_to_different_services() -> None:
    """The method decides, since the path is the same; no prefix is stripped."""
    found = count_system()
    counts = "/api/v1/counts"
    assert backends(found) == {
        **{(method, counts): "count-read-service" for method in ("GET", "HEAD")},
        **{(method, counts): "count-write-service" for method in ("POST", "PUT", "PATCH", "DELETE")},
        ("*", "/management"): "count-management-service",
    }
    route, gateway = the(found, "HTTPRoute")["spec"], the(found, "Gateway")
    assert route["hostnames"] == ["count-system.local"]
    assert route["parentRefs"][0]["name"] == gateway["metadata"]["name"]
    assert "rewrite" not in json.dumps(found).lower()
    # The pods of the Gateway run beside it, so that the namespace of its controller is not where requests come from.
    pods = {"podSelector": {"matchLabels": {"gateway.networking.k8s.io/gateway-name": gateway["metadata"]["name"]}}}
    assert gateway["spec"]["gatewayClassName"] == "nginx"
    for service in ("count-read-service", "count-write-service", "count-management-service"):
        rules = the(found, "NetworkPolicy", service)["spec"]["ingress"]
        assert rules == [{"from": [pods], "ports": [{"port": "http", "protocol": "TCP"}]}]


def test_an_ingress_carries_the_management_alone() -> None:
    """Where it is turned on, no path is there twice, and reads are not sent to the service of the writes."""
    found = count_system("traffic.ingress.enabled=true", "traffic.gateway.enabled=false")
    (rule,) = the(found, "Ingress")["spec"]["rules"]
    assert rule["host"] == "count-system.local"
    assert [(path["path"], path["backend"]["service"]["name"]) for path in rule["http"]["paths"]] == [
        ("/management", "count-management-service")
    ]
    assert not of_kind(found, "HTTPRoute")
    (let_in,) = the(found, "NetworkPolicy", "count-management-service")["spec"]["ingress"]
    controller = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    assert let_in["from"] == [controller]
    assert not of_kind(count_system(), "Ingress")


def test_the_operators_kafka_needs_no_zookeeper() -> None:
    """With Strimzi Kafka is KRaft, ZooKeeper is gone, and the services' address follows."""
    found = count_system("kafka.mode=operator", "kafka.replicas=3")
    assert "zookeeper" not in {body["metadata"]["name"] for body in found}
    assert the(found, "Kafka")["spec"]["kafka"]
    assert the(found, "KafkaNodePool")["spec"]["replicas"] == 3
    assert the(found, "ConfigMap", "app-config")["data"]["kafka.brokers"] == "kafka-kafka-bootstrap:9092"


def test_the_operators_postgresql_makes_its_databases_itself() -> None:
    """CloudNativePG's application user may make no databases, so that there is no Job; the operator makes them."""
    found = count_system("postgresql.mode=operator", "postgresql.replicas=3")
    assert not of_kind(found, "Job")
    cluster = the(found, "Cluster")["spec"]
    assert cluster["instances"] == 3
    assert cluster["bootstrap"]["initdb"]["database"] == "countinfo"
    assert "dashboardconfig" in json.dumps(found)
    url = the(found, "ConfigMap", "app-config")["data"]["database.url"]
    assert url == "postgresql://postgresql-rw:5432/countinfo"


def test_every_pod_passes_restricted() -> None:
    """Databases and the Job as well as the services."""
    found = count_system()
    assert {body["metadata"]["name"]: list(violations(pod_spec(body))) for body in workloads(found)} == {
        body["metadata"]["name"]: [] for body in workloads(found)
    }


def test_a_promotion_is_one_changed_value() -> None:
    """Another version is another tag for the six services, and nothing for the stores."""
    before, after = count_system(), count_system("version=1.1.0")
    changed = [one["metadata"]["name"] for one, other in zip(before, after, strict=True) if one != other]
    assert sorted(changed) == sorted(SERVICES)
    assert container(the(after, "Deployment", "count-read-service"))["image"] == "count-read-service:1.1.0"


def test_two_runs_give_the_same_bytes() -> None:
    """Scripts included, nothing depends on the run."""
    (rendered,) = render(targets(SYSTEMS, ["count-system"]))
    (first,) = [found for found in everything() if found.target == rendered.target]
    assert rendered.files() == first.files()


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (["services.count-read-service.port=3000"], "both have port 3000; give each a port of its own"),
        (["services.count-read-service.port=0"], "port"),
        (["services.count-read-service.prot=1"], "did you mean 'port'"),
        (["services.count-read-service.replicas=-1"], "replicas"),
        (["services.count-read-service.resources.limits.memory=128Mi"], "memory"),
        (["services.count-read-service.resources.limits.cpu=much"], "much"),
        (["services.count-read-service=null"], "leads to count-read-service, which services does not have"),
        (["version=1 0"], "tag"),
        (["postgresql.databases[0]=Count"], r"databases\[0\]: 'Count' must be lower-case letters, digits and '_'"),
        (["postgresql.databases[0]=x'; DROP"], r"databases\[0\]"),
        (["postgresql.databases={}"], "databases"),
        (["postgresql.mode=operater"], "did you mean 'operator'"),
        (["postgresql.replicas=2"], "replicas: 2 must be 1|replicas 2 must be 1"),
        (["kafka.mode=operator", "kafka.replicas=2"], "use an odd number"),
        (["kafka.replicas=3"], "must be 1"),
        (["zookeeper.storage.size=0"], "size"),
        (["traffic.host=-x"], "host"),
        (["traffic.gateway.className=Nginx!"], "className"),
        (["secrets.provider=vault"], "must be one of"),
        (["probes.readiness.periodSeconds=0"], "periodSeconds"),
        (["services.postgresql.port=3009", "services.postgresql.resources.cpu=100m"], "services has postgresql"),
    ],
)  # fmt: skip
def test_refuses(settings: list[str], fault: str) -> None:
    """Each mistake with services, stores, traffic and secrets is a line that names it."""
    with pytest.raises(LumenError, match=fault):
        count_system(*settings)


@needs_postgresql
def test_the_init_script_really_makes_the_databases_and_can_run_again(tmp_path: Path) -> None:
    """The rendered command with the rendered SQL, against a real server, twice; nothing is lost in between."""
    sql = the(count_system(), "ConfigMap", "postgresql-init-sql")["data"]["databases.sql"]
    (tmp_path / "databases.sql").write_text(sql)
    command = [part.replace("/sql/", f"{tmp_path}/") for part in container(job())["command"]]
    with folder_for(USER) as folder:
        port, data = free_port(), str(folder / "pgdata")
        made = run(
            [program("initdb"), "--username", "owner", "--auth", "trust", "--no-sync", "-D", data], {}, OTHER_USER
        )
        assert made.returncode == 0, made.stderr
        fixed = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": "owner"}
        env = {entry["name"]: entry.get("value", "") for entry in container(job())["env"]} | fixed

        def psql(statement: str, database: str = "postgres") -> str:
            return run(["psql", "-Atc", statement, database], env).stdout

        server = [program("postgres"), "-D", data, "-p", str(port), "-c", f"unix_socket_directories={folder}"]
        with running(server, {}, lambda: psql("SELECT 1") == "1\n", OTHER_USER):
            first = run(command, env)
            assert (first.returncode, first.stdout) == (0, "CREATE DATABASE\nCREATE DATABASE\n"), first.stderr
            psql("CREATE TABLE kept (name text)", "countinfo")
            second = run(command, env)
            assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
            found = psql("SELECT datname FROM pg_database WHERE datname ~ 'count|dash' ORDER BY 1")
            assert found == "countinfo\ndashboardconfig\n"
            assert psql("SELECT count(*) FROM kept", "countinfo") == "0\n"


@needs_redis
def test_redis_and_its_replica_really_run() -> None:
    """Both start with the rendered configuration; what is written to one is read from the other, which is read-only."""
    found = count_system()
    ports = {name: free_port() for name in ("redis-value", "redis-replica")}
    probe = container(the(found, "StatefulSet", "redis-value"))["readinessProbe"]["exec"]["command"]
    with ExitStack() as stack:
        for name, port in ports.items():
            folder = stack.enter_context(folder_for(None))
            conf = the(found, "ConfigMap", f"{name}-conf")["data"]["redis.conf"]
            conf = conf.replace("dir /data\n", f"dir {folder}\n").replace("port 6379\n", f"port {port}\n")
            conf = conf.replace("replicaof redis-value 6379\n", f"replicaof 127.0.0.1 {ports['redis-value']}\n")
            conf = conf.replace("bind * -::*\n", "bind 127.0.0.1\n")
            (folder / "redis.conf").write_text(conf)

            def ready(port: int = port) -> bool:
                return run([probe[0], "-p", str(port), *probe[1:]], {}).stdout == "PONG\n"

            stack.enter_context(running(["redis-server", str(folder / "redis.conf")], {}, ready))

        def cli(name: str, *words: str) -> str:
            return run(["redis-cli", "-p", str(ports[name]), *words], {}).stdout.strip()

        assert cli("redis-value", "SET", "count", "7") == "OK"
        assert cli("redis-value", "WAIT", "1", "10000") == "1"
        assert cli("redis-replica", "GET", "count") == "7"
        assert cli("redis-replica", "SET", "count", "8").startswith("READONLY")


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Write the scripts of the set into a folder."""
    (rendered,) = [found for found in everything() if found.target.folder == "count-system/production"]
    for path, content in rendered.files().items():
        if path.endswith(".sh"):
            file = tmp_path / Path(path).name
            file.write_bytes(content)
            file.chmod(0o755)
    return tmp_path


def test_deploy_prints_the_stages_in_order(scripts: Path) -> None:
    """The stages of the tree, each once, and the Job that is waited for."""
    done = subprocess.run([scripts / "deploy.sh", "--dry-run"], capture_output=True, text=True, check=True)
    stages = [line.removeprefix("==> ") for line in done.stdout.splitlines() if line.startswith("==> ")]
    assert stages == ["00-namespace", "10-config", "30-data", "40-init", "50-services", "60-traffic", "done"]
    assert f"    wait for job/{job()['metadata']['name']}\n" in done.stdout
    assert "    needs Secret/postgresql-secret in count-system\n" in done.stdout
    assert "    skip 60-traffic/httproute.count-system-routes.yaml, without --with-ingress\n" in done.stdout


def test_every_object_is_deployed_once(scripts: Path) -> None:
    """With the ingress, the script applies exactly the files of the set."""
    done = subprocess.run(
        [scripts / "deploy.sh", "--dry-run", "--with-ingress"], capture_output=True, text=True, check=True
    )
    applied = [line.removeprefix("    apply ") for line in done.stdout.splitlines() if line.startswith("    apply ")]
    assert applied == [one.file for one in placed_objects()]


def test_images_are_built_under_the_names_of_the_manifests(scripts: Path) -> None:
    """One line for each service, by default with the tag of the manifests, and with REGISTRY and VERSION theirs."""

    def built(**env: str) -> list[str]:
        done = subprocess.run(
            [scripts / "build-images.sh", "--dry-run"],
            env={**os.environ, "ROOT": "/src", **env},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    def line(name: str, image: str) -> str:
        return f"==> docker build --file /src/{name}/Dockerfile --tag {image} /src"

    assert sorted(built()) == sorted(line(name, f"{name}:1.0.0") for name in SERVICES)
    changed = built(REGISTRY="localhost:5000/", VERSION="2.0.0")
    assert sorted(changed) == sorted(line(name, f"localhost:5000/{name}:2.0.0") for name in SERVICES)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed: no script was looked at")
def test_shellcheck_is_silent(scripts: Path) -> None:
    """Every script is clean, also of hints about style."""
    files = sorted(scripts.glob("*.sh"))
    assert len(files) == 3
    done = subprocess.run(
        ["shellcheck", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""


def test_the_notes_say_what_a_person_must_do() -> None:
    """The Secret that must be brought, with its keys and the file of its namespace, which exists."""
    (rendered,) = [found for found in everything() if found.target.folder == "count-system/production"]
    assert "`postgresql-secret` (username, password)" in rendered.notes
    (file,) = re.findall(r"kubectl apply --server-side -f (\S+\.yaml)", rendered.notes)
    assert f"count-system/production/{file}" in rendered.files()
    for script in re.findall(r"`[^`]*\./([a-z-]+\.sh)", rendered.notes):
        assert f"count-system/production/{script}" in rendered.files()


def test_bash_can_read_the_scripts(scripts: Path) -> None:
    """Each script parses."""
    for script in sorted(scripts.glob("*.sh")):
        subprocess.run(["bash", "-n", script], check=True)
