"""ConfigMaps and Secrets that are named, wherever they come from."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Settings
from tests.checks.build import Body, container, deployment, obj
from tests.checks.sets import found, report


def _env(kind: str, name: str, key: str, **fields: object) -> Body:
    reference = {"name": name, "key": key, **fields}
    return container(env=[{"name": "X", "valueFrom": {f"{kind}KeyRef": reference}}])


def _wants(name: str, key: str, **fields: object) -> Body:
    return deployment("cart", _env("secret", name, key, **fields))


SEALED = obj("SealedSecret", "db", api="bitnami.com/v1alpha1", spec={"encryptedData": {"password": "Ag=="}})
EXTERNAL = obj(
    "ExternalSecret",
    "db-external",
    api="external-secrets.io/v1",
    spec={
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
        "target": {"name": "db"},
        "data": [{"secretKey": "password", "remoteRef": {"key": "x"}}],
    },
)
SPEC = EXTERNAL["spec"]
CNPG = obj("Cluster", "orders", api="postgresql.cnpg.io/v1", spec={"instances": 1, "storage": {"size": "1Gi"}})
MONGODB = obj(
    "MongoDBCommunity",
    "docs",
    api="mongodbcommunity.mongodb.com/v1",
    spec={"users": [{"name": "app", "db": "admin"}], "type": "ReplicaSet"},
)
CERTIFICATE = obj(
    "Certificate",
    "web",
    api="cert-manager.io/v1",
    spec={"secretName": "web-tls", "issuerRef": {"kind": "ClusterIssuer", "name": "x"}},
)
USER = obj(
    "KafkaUser",
    "shop",
    api="kafka.strimzi.io/v1beta2",
    labels={"strimzi.io/cluster": "events"},
    spec={"authentication": {"type": "scram-sha-512"}},
)


@pytest.mark.parametrize(
    ("source", "name", "key"),
    [
        (obj("Secret", "db", stringData={"password": "x"}), "db", "password"),
        (obj("Secret", "db", data={"password": "eA=="}), "db", "password"),
        (SEALED, "db", "password"),
        (EXTERNAL, "db", "password"),
        (CNPG, "orders-app", "jdbc-uri"),
        (CNPG, "orders-ca", "ca.crt"),
        (MONGODB, "docs-admin-app", "connectionString.standard"),
        (CERTIFICATE, "web-tls", "tls.key"),
        (USER, "shop", "password"),
    ],
)
def test_keys_exist_however_the_secret_is_made(source: Body, name: str, key: str) -> None:
    """Sealed, external and operators' Secrets count with the keys that they make, and with no others."""
    assert found(_wants(name, key), source, rule="secret-missing") == []
    assert found(_wants(name, key), source, rule="secret-key-missing") == []
    (finding,) = found(_wants(name, "nothing"), source, rule="secret-key-missing")
    assert finding.message == f"Secret '{name}' has no key 'nothing'"
    assert finding.path == "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key"


def test_superuser_of_a_cluster_is_off_by_default() -> None:
    """CloudNativePG makes the superuser's Secret only where it is asked for."""
    assert len(found(_wants("orders-superuser", "password"), CNPG, rule="secret-missing")) == 1
    enabled = {**CNPG, "spec": {**CNPG["spec"], "enableSuperuserAccess": True}}
    assert found(_wants("orders-superuser", "password"), enabled, rule="secret-missing") == []


@pytest.mark.parametrize(
    ("spec", "keys"),
    [
        ({"target": {"name": "db", "template": {"data": {"url": "x"}}}}, {"url"}),
        ({"target": {"name": "db", "template": {"data": {"url": "x"}, "mergePolicy": "Merge"}}}, {"url", "password"}),
        ({"target": {"name": "db", "template": {"templateFrom": [{}]}}}, {"url", "password", "any"}),
        ({"dataFrom": [{"extract": {"key": "x"}}]}, {"url", "password", "any"}),
        ({"data": [], "dataFrom": [{"sourceRef": {"generatorRef": {"kind": "Password", "name": "x"}}}]}, {"password"}),
    ],
)
def test_templates_decide_over_the_keys_of_an_external_secret(spec: Body, keys: set[str]) -> None:
    """A template replaces the keys unless it is merged; what is extracted as a whole has keys that nobody knows."""
    body = {**EXTERNAL, "spec": {**SPEC, **spec}}
    for key in ("url", "password", "any"):
        assert (found(_wants("db", key), body, rule="secret-key-missing") == []) is (key in keys)


def test_secret_that_is_merged_has_the_keys_of_both() -> None:
    """A Secret that an ExternalSecret merges into keeps its own keys."""
    plain = obj("Secret", "db", stringData={"user": "x"})
    for key, count in (("user", 0), ("password", 0), ("other", 1)):
        assert len(found(_wants("db", key), plain, EXTERNAL, rule="secret-key-missing")) == count


def test_external_secret_that_makes_no_secret_makes_none() -> None:
    """CreationPolicy None leaves the Secret out."""
    body = {**EXTERNAL, "spec": {**SPEC, "target": {"name": "db", "creationPolicy": "None"}}}
    assert len(found(_wants("db", "password"), body, rule="secret-missing")) == 1


def test_optional_references_are_never_missed() -> None:
    """What a pod can do without may be missing, key and all."""
    assert report(_wants("nowhere", "x", optional=True)).errors == ()
    assert report(_wants("db", "x", optional=True), SEALED).errors == ()


def test_missing_secret_is_told_once_and_not_by_its_key() -> None:
    """A fault is told at its cause: of a Secret that does not exist no key is missed."""
    result = report(_wants("dbb", "password"), SEALED)
    assert [finding.rule for finding in result.errors] == ["secret-missing"]
    assert result.errors[0].hint == "did you mean 'db'?"


def test_secret_of_another_namespace_is_told() -> None:
    """A pod reads Secrets of its own namespace only."""
    elsewhere = {**SEALED, "metadata": {"name": "db", "namespace": "ops"}}
    (finding,) = found(_wants("db", "password"), elsewhere, rule="secret-missing")
    assert "there is one in namespace ops" in finding.hint


@pytest.mark.parametrize("kind", ["configMap", "secret"])
def test_files_of_volumes_are_keys(kind: str) -> None:
    """What a volume's items and subPaths name has to be a key."""
    source = {
        "configMap": obj("ConfigMap", "c", data={"a.yml": "x"}, binaryData={"b.bin": "eA=="}),
        "secret": obj("Secret", "c", stringData={"a.yml": "x", "b.bin": "y"}),
    }[kind]
    name = "name" if kind == "configMap" else "secretName"
    rule = "config-key-missing" if kind == "configMap" else "secret-key-missing"

    def pods(volume: Body, mount: Body) -> Body:
        mounts = [{"name": "v", "mountPath": "/v", **mount}]
        return deployment("cart", container(volumeMounts=mounts), pod={"volumes": [{"name": "v", kind: volume}]})

    assert found(pods({name: "c", "items": [{"key": "a.yml", "path": "x"}]}, {}), source, rule=rule) == []
    assert len(found(pods({name: "c", "items": [{"key": "a.yaml", "path": "x"}]}, {}), source, rule=rule)) == 1
    for path, count in (("a.yml", 0), ("b.bin", 0), ("c.yml", 1)):
        assert len(found(pods({name: "c"}, {"subPath": path}), source, rule=rule)) == count
    renamed = pods({name: "c", "items": [{"key": "a.yml", "path": "x.yml"}]}, {"subPath": "x.yml"})
    assert found(renamed, source, rule=rule) == []


def test_projected_volumes_are_read_too() -> None:
    """Sources of a projected volume are references like any other."""
    sources = [{"secret": {"name": "nowhere"}}, {"configMap": {"name": "kube-root-ca.crt"}}]
    pods = deployment(pod={"volumes": [{"name": "v", "projected": {"sources": sources}}]})
    (finding,) = found(pods, rule="secret-missing")
    assert finding.path == "spec.template.spec.volumes[0].projected.sources[0].secret.name"
    assert found(pods, rule="config-map-missing") == []


def test_secret_that_a_job_is_told_to_make_is_not_missed() -> None:
    """A hook Job that gets the name as an argument may make it."""
    job = obj(
        "Job",
        "certs",
        api="batch/v1",
        spec={
            "template": {
                "spec": {"restartPolicy": "Never", "containers": [container(args=["create", "--secret-name=db"])]}
            }
        },
    )
    assert found(_wants("db", "x"), job, rule="secret-missing") == []
    assert len(found(_wants("dbx", "x"), job, rule="secret-missing")) == 1


def test_secret_that_a_role_lets_its_pods_create_is_not_missed() -> None:
    """A Role that names a Secret beside the right to create them says who makes it."""
    rules = [
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["db"], "verbs": ["get", "update"]},
    ]
    role = obj("Role", "cart", api="rbac.authorization.k8s.io/v1", rules=rules)
    assert found(_wants("db", "x"), role, rule="secret-missing") == []
    assert len(found(_wants("db", "x"), {**role, "rules": rules[1:]}, rule="secret-missing")) == 1


def test_unknown_operators_may_make_what_they_mention() -> None:
    """A custom resource of a kind that is not known makes what starts with its name, or what it names."""
    thing = obj("Thing", "queue", api="things.example.com/v1", spec={"outputs": {"secret": "queue-made"}})
    for name, count in (("queue-credentials", 0), ("queue-made", 0), ("queues", 1)):
        assert len(found(_wants(name, "x"), thing, rule="secret-missing")) == count


def test_certificate_that_an_ingress_asks_for_is_made() -> None:
    """cert-manager makes the Secret of an Ingress that carries its annotation."""
    spec = {
        "tls": [{"hosts": ["a.example.com"], "secretName": "a-tls"}],
        "defaultBackend": {"service": {"name": "a", "port": {"number": 80}}},
    }
    plain = obj("Ingress", "a", api="networking.k8s.io/v1", spec=spec)
    assert len(found(plain, rule="secret-missing")) == 1
    asking = obj(
        "Ingress", "a", api="networking.k8s.io/v1", spec=spec, annotations={"cert-manager.io/cluster-issuer": "x"}
    )
    assert found(asking, rule="secret-missing") == []


@pytest.mark.parametrize(
    ("driver", "field"), [("csi", "nodePublishSecretRef"), ("flexVolume", "secretRef"), ("scaleIO", "secretRef")]
)
def test_credentials_of_volumes_exist(driver: str, field: str) -> None:
    """Drivers that mount a volume read a Secret beside the pod."""
    pods = deployment(pod={"volumes": [{"name": "v", driver: {field: {"name": "nowhere"}}}]})
    (finding,) = found(pods, rule="secret-missing")
    assert finding.path == f"spec.template.spec.volumes[0].{driver}.{field}.name"


def test_pull_secrets_exist() -> None:
    """Pods and ServiceAccounts name the Secrets that their images are pulled with."""
    account = obj("ServiceAccount", "cart", imagePullSecrets=[{"name": "ghcr"}])
    pods = deployment(pod={"imagePullSecrets": [{"name": "ghcr"}]})
    assert len(found(account, pods, rule="secret-missing")) == 2
    secret = obj("Secret", "ghcr", type="kubernetes.io/dockerconfigjson", data={".dockerconfigjson": "e30="})
    assert report(account, pods, secret).errors == ()


def test_a_remedy_is_one_that_the_reader_has() -> None:
    """The annotation of an object of ours is written from an option, and is refused where a user writes it."""
    wants = _wants("db", "password")
    (theirs,) = found(wants, rule="secret-missing")
    assert (
        theirs.hint == "if it exists outside this set, say so with the annotation lumen-constructs/external: Secret/db"
    )
    (ours,) = found(wants, rule="secret-missing", settings=Settings(ours=lambda _: True))
    assert ours.hint == "if it exists outside this set, add Secret/db to 'external'"
