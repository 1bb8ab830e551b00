from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lumen_constructs import LumenError
from tests.apps.rendered import manifests
from tests.objects import Body, of_kind, pod_spec, the, workloads

NAMESPACES = {
    "local": "imprun-local",
    "qa": "imprun-qa",
    "staging": "imprun-staging",
    "production": "imprun-system",
}


def imprun(environment: str, *settings: str) -> tuple[Body, ...]:
    """Render imprun."""
    return manifests("imprun", environment, *settings)


def container(body: Body) -> Body:
    """Give the component's own container."""
    found: Body = pod_spec(body)["containers"][0]
    return found


@pytest.mark.parametrize(("environment", "namespace"), NAMESPACES.items())
def test_each_environment_has_its_namespace(environment: str, namespace: str) -> None:
    """Everything of an environment is in its namespace, whose volumes and Secrets are kept with it."""
    found = imprun(environment)
    assert the(found, "Namespace")["metadata"]["name"] == namespace
    assert the(found, "Namespace")["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
    assert {body["metadata"].get("namespace", namespace) for body in found} == {namespace}


def test_local_keeps_the_data_stores_alone() -> None:
    """Without server, console and exporter there is no trace of them; the stores are small, and Redis is open."""
    found = imprun("local")
    assert [body["metadata"]["name"] for body in workloads(found)] == ["mongodb", "redis"]
    for name in ("imprun-server", "imprun-console", "imp-runtime-exporter"):
        assert name not in json.dumps(found)
    assert container(the(found, "StatefulSet", "mongodb"))["resources"]["requests"] == {
        "cpu": "100m",
        "memory": "256Mi",
    }
    assert "imprun-redis" not in json.dumps(found)
    assert not of_kind(found, "Certificate")


def test_local_serves_on_the_nodes_ports_when_it_is_turned_on() -> None:
    """The two Services are NodePorts 30000 and 30001."""
    found = imprun("local", "imprun-server.enabled=true", "imprun-console.enabled=true")
    ports = {
        body["metadata"]["name"]: body["spec"]["ports"][0]["nodePort"]
        for body in of_kind(found, "Service")
        if body["spec"]["type"] == "NodePort"
    }
    assert ports == {"imprun-server": 30000, "imprun-console": 30001}


@pytest.mark.parametrize("environment", ["staging", "qa"])
def test_staging_and_qa_are_small_and_sealed(environment: str) -> None:
    """One replica of tag staging, always pulled; the Secrets are SealedSecrets with the declared keys."""
    found = imprun(environment)
    server = the(found, "Deployment", "imprun-server")
    assert server["spec"]["replicas"] == 1
    assert container(server)["image"] == "docker.io/junsik/imprun-server:staging"
    assert container(server)["imagePullPolicy"] == "Always"
    assert container(server)["resources"] == {
        "requests": {"cpu": "100m", "memory": "256Mi"},
        "limits": {"cpu": "500m", "memory": "1Gi"},
    }
    config = the(found, "ConfigMap", "imprun-server-config")["data"]
    assert config["SERVICE_DOMAIN"] == f"api.{environment}.imprun.dev"
    assert config["CONSOLE_URL"] == f"https://console.{environment}.imprun.dev"
    assert config["JWT_EXPIRES_IN"] == "7d"
    sealed = {body["metadata"]["name"]: set(body["spec"]["encryptedData"]) for body in of_kind(found, "SealedSecret")}
    assert sealed == {
        "imprun-jwt-secret": {"JWT_SECRET"},
        "imprun-github-oauth": {"CLIENT_ID", "CLIENT_SECRET"},
        "imprun-google-oauth": {"CLIENT_ID", "CLIENT_SECRET"},
        "imprun-mongodb": {"password"},
        "imprun-redis": {"password"},
    }
    issuers = {body["spec"]["issuerRef"]["name"] for body in of_kind(found, "Certificate")}
    assert issuers == {"letsencrypt-staging"}


def test_production_scales_and_is_external() -> None:
    """HPA 3 to 10 at 70 %, a replica set of three, ExternalSecrets from the store, two Certificates."""
    found = imprun("production")
    scaler = the(found, "HorizontalPodAutoscaler", "imprun-server")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 10)
    assert scaler["metrics"][0]["resource"]["target"]["averageUtilization"] == 70
    server = the(found, "Deployment", "imprun-server")
    assert "replicas" not in server["spec"]
    assert container(server)["image"] == "docker.io/junsik/imprun-server:v1.2.3"
    assert container(server)["imagePullPolicy"] == "IfNotPresent"
    assert container(server)["resources"]["limits"] == {"cpu": "2", "memory": "4Gi"}
    assert the(found, "MongoDBCommunity")["spec"]["members"] == 3
    assert "100Gi" in json.dumps(the(found, "MongoDBCommunity"))
    external = {body["metadata"]["name"]: body["spec"] for body in of_kind(found, "ExternalSecret")}
    jwt = external["imprun-jwt-secret"]
    assert jwt["secretStoreRef"] == {"kind": "SecretStore", "name": "aws-secrets-manager"}
    assert jwt["refreshInterval"] == "1h0m0s"
    assert jwt["data"][0]["remoteRef"]["key"] == "imprun/production/jwt-secret"
    certificates = {body["metadata"]["name"]: body["spec"] for body in of_kind(found, "Certificate")}
    assert {name: spec["dnsNames"] for name, spec in certificates.items()} == {
        "app-imprun-dev": ["api.imprun.dev"],
        "wildcard-app-imprun-dev": ["*.api.imprun.dev"],
    }
    assert certificates["app-imprun-dev"]["issuerRef"]["name"] == "letsencrypt-prod"


@pytest.mark.parametrize(
    ("environment", "host"), [("staging", "mongodb-mongodb"), ("qa", "mongodb-mongodb"), ("production", "mongodb-svc")]
)
def test_addresses_follow_the_data_stores(environment: str, host: str) -> None:
    """The server reads host, port and database from the stores, credentials included, and is let in by them."""
    found = imprun(environment)
    config = the(found, "ConfigMap", "imprun-server-config")["data"]
    assert config["MONGODB_HOST"] == host
    assert (config["MONGODB_PORT"], config["MONGODB_DATABASE"]) == ("27017", "sys_db")
    assert (config["REDIS_HOST"], config["REDIS_PORT"]) == ("redis-master", "6379")
    refs = {
        entry["name"]: (entry["valueFrom"]["secretKeyRef"]["name"], entry["valueFrom"]["secretKeyRef"]["key"])
        for entry in container(the(found, "Deployment", "imprun-server"))["env"]
    }
    assert refs == {
        "JWT_SECRET": ("imprun-jwt-secret", "JWT_SECRET"),
        "GITHUB_CLIENT_ID": ("imprun-github-oauth", "CLIENT_ID"),
        "GITHUB_CLIENT_SECRET": ("imprun-github-oauth", "CLIENT_SECRET"),
        "GOOGLE_CLIENT_ID": ("imprun-google-oauth", "CLIENT_ID"),
        "GOOGLE_CLIENT_SECRET": ("imprun-google-oauth", "CLIENT_SECRET"),
        "MONGODB_PASSWORD": ("imprun-mongodb", "password"),
        "REDIS_PASSWORD": ("imprun-redis", "password"),
    }
    server = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "imprun-server"}}}
    for store in ("mongodb", "redis"):
        rules = the(found, "NetworkPolicy", store)["spec"]["ingress"]
        assert server in [peer for rule in rules for peer in rule["from"]]


def test_the_server_may_read_one_secret() -> None:
    """Its account has one right: get on the one Secret."""
    found = imprun("production")
    role = the(found, "Role", "secret-reader")
    assert role["rules"] == [
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["imprun-jwt-secret"], "verbs": ["get"]}
    ]
    binding = the(found, "RoleBinding", "imprun-server-secret-reader")
    assert binding["roleRef"]["name"] == "secret-reader"
    assert [subject["name"] for subject in binding["subjects"]] == ["imprun-server"]


def test_what_must_not_be_lost_is_kept() -> None:
    """Secrets, data stores and volumes survive a prune and a delete, with Argo CD and with Flux."""
    for environment in NAMESPACES:
        for body in imprun(environment):
            if body["kind"] in {"SealedSecret", "ExternalSecret", "PersistentVolumeClaim", "MongoDBCommunity"}:
                annotations = body["metadata"]["annotations"]
                assert annotations["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false", body["kind"]
                assert annotations["kustomize.toolkit.fluxcd.io/prune"] == "disabled", body["kind"]


def differences(one: object, other: object, path: str = "") -> Iterator[str]:
    """Give the places where two manifests differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{path}[{index}]")
    elif one != other:
        yield path


def test_a_promotion_is_one_changed_value() -> None:
    """Another tag of the server changes the image and the version label, and nothing else anywhere."""
    before, after = imprun("production"), imprun("production", "imprun-server.image.tag=v1.2.4")
    changed = [
        (a["kind"], a["metadata"]["name"], path)
        for a, b in zip(before, after, strict=True)
        for path in differences(a, b)
    ]
    version = "app.kubernetes.io/version"
    assert changed == [
        ("Deployment", "imprun-server", f".metadata.labels.{version}"),
        ("Deployment", "imprun-server", f".spec.template.metadata.labels.{version}"),
        ("Deployment", "imprun-server", ".spec.template.spec.containers[0].image"),
    ]


def test_rotation_restarts_the_consumers() -> None:
    """Other ciphertext, or another remote key, changes the pod template of who reads it."""

    def template(*settings: str) -> Body:
        found: Body = the(imprun("production", *settings), "Deployment", "imprun-server")["spec"]["template"]
        return found

    moved = template("secrets.overrides.imprun-jwt-secret.external.keys.JWT_SECRET.version=v2")
    assert list(differences(template(), moved)) == [".metadata.annotations.checksum/secrets"]


def test_rotation_in_the_store_restarts_the_consumers() -> None:
    """No manifest changes when a value is rotated in the store: Reloader restarts who reads the Secret, and only those.

    The operator's members read no Secret: the operator follows the password by itself.
    """
    found = imprun("production")
    reload = "secret.reloader.stakater.com/reload"
    restarted = {
        body["metadata"]["name"]: body["spec"]["template"]["metadata"].get("annotations", {}).get(reload)
        for kind in ("Deployment", "StatefulSet")
        for body in of_kind(found, kind)
    }
    names = sorted(body["metadata"]["name"] for body in of_kind(found, "ExternalSecret"))
    assert restarted == {
        "imprun-server": ",".join(names),
        "imprun-console": None,
        "imp-runtime-exporter": None,
        "redis": "imprun-redis",
    }
    assert reload not in json.dumps(the(found, "MongoDBCommunity"))


def test_the_replica_set_keeps_its_majority_while_nodes_drain() -> None:
    """The operator makes no PodDisruptionBudget of its own."""
    found = imprun("production")
    budget = the(found, "PodDisruptionBudget", "mongodb")["spec"]
    assert budget["maxUnavailable"] == 1
    assert budget["selector"]["matchLabels"] == {"app": "mongodb-svc"}
    assert [body["metadata"]["name"] for body in of_kind(imprun("staging"), "PodDisruptionBudget")] == []


def test_a_secret_can_be_generated_once() -> None:
    """A Secret that is generated is made in the cluster once, and survives every later sync."""
    found = imprun("production", "secrets.overrides.imprun-redis.provider=generated")
    assert the(found, "Password")["spec"]["symbols"] == 0
    generated = the(found, "ExternalSecret", "imprun-redis")["spec"]
    assert generated["refreshPolicy"] == "CreatedOnce"
    assert generated["target"]["creationPolicy"] == "Orphan"


@pytest.mark.parametrize(
    ("environment", "settings", "fault"),
    [
        ("production", ["redis.enabled=false"], "imprun-server needs redis, which is off; turn redis on, or imprun"),
        ("production", ["imprun-server.enabled=false"], "imprun-console needs imprun-server, which is off"),
        ("production", ["imprun-server.replicas=3"], "replicas 3 stands beside autoscaling"),
        ("production", ["mongodb.mode=embedded"], "set mode to operator for a replica set"),
        ("production", ["imprun-server.env.JWT_SECRET=x"], "JWT_SECRET .*is declared secret, as a key of"),
        ("production", ["global.domian=x.dev"], "did you mean 'domain'"),
        ("production", ["global.domain=-x"], "global.domain: '-x' must be"),
        ("production", ["secrets.provider=vault"], "must be one of"),
        ("production", ["secrets.external.store=null"], "store"),
        ("production", ["secrets.external.remoteKey=x/{env}"], r"unknown placeholder \{env\}"),
        ("production", ["imprun-serve.enabled=false"], "did you mean 'imprun-server'"),
        ("production", ["imprun-server.nodePort=99999"], "nodePort"),
        ("production", ["certificates.issuer=null"], "issuer"),
        ("staging", ["secrets.sealed.ciphertext.imprun-jwt-secret.JWT_SECRET=hunter2"], "is not ciphertext|lumen seal"),
        ("staging", ["secrets.sealed.ciphertext.imprun-redis=null"], "has no ciphertext for password"),
        ("staging", ["imprun-server.image.tag=null"], "needs a tag or a digest"),
    ],
)  # fmt: skip
def test_refuses(environment: str, settings: list[str], fault: str) -> None:
    """Each mistake with conditions, globals, secrets and settings is a line that names it."""
    with pytest.raises(LumenError, match=fault) as error:
        imprun(environment, *settings)
    assert "hunter2" not in str(error.value)


def test_the_python_is_small() -> None:
    """The app's Python is at most a third of the non-blank lines of YAML that it renders for production."""
    root = Path(__file__).parents[2]
    python = sum(
        bool(line.strip()) for path in (root / "apps" / "imprun").glob("*.py") for line in path.read_text().splitlines()
    )
    yaml = sum(
        bool(line.strip())
        for path in (root / "dist" / "imprun" / "production").rglob("*.yaml")
        for line in path.read_text().splitlines()
    )
    assert python <= yaml / 3
