from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest

import apps.observer
from lumen_constructs import LumenError
from lumen_constructs.sealing.certificate import public_key
from tests.apps.rendered import everything, manifests
from tests.objects import Body, of_kind, pod_spec, the

ENVIRONMENTS = ["base", "dev", "prod"]
CERTIFICATES = Path(apps.observer.__file__).parent / "certificates"


def container(environment: str, *settings: str) -> Body:
    """Give the application's container."""
    found: Body = pod_spec(the(manifests("observer", environment, *settings), "Deployment"))["containers"][0]
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_configuration_flows_one_way(environment: str) -> None:
    """One ConfigMap holds every variable that is no secret, and the pod reads it whole."""
    config = the(manifests("observer", environment), "ConfigMap", "observer-config")["data"]
    assert {"APP_ENV", "LOG_LEVEL", "LOG_FORMAT", "TZ", "SERVICE_PORT", "OBSERVER_STANDALONE", "DB_HOST"} <= set(config)
    assert not [key for key in config if "PASSWORD" in key or "SECRET" in key]
    assert container(environment)["envFrom"][0] == {"configMapRef": {"name": "observer-config"}}
    assert "env" not in container(environment)


def test_secrets_are_separate_and_named() -> None:
    """The three Secrets are read whole; the last one may be missing."""
    assert container("prod")["envFrom"][1:] == [
        {"secretRef": {"name": "obs-db-secret"}},
        {"secretRef": {"name": "obs-kis-secret"}},
        {"secretRef": {"name": "obs-kiwoom-secret", "optional": True}},
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_secrets_are_sealed_with_exactly_their_keys(environment: str) -> None:
    """Git holds ciphertext only, of another key in each environment, and it is kept."""
    found = manifests("observer", environment)
    sealed = {body["metadata"]["name"]: body for body in of_kind(found, "SealedSecret")}
    assert {name: sorted(body["spec"]["encryptedData"]) for name, body in sealed.items()} == {
        "obs-db-secret": ["DB_PASSWORD", "DB_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_USER"],
        "obs-kis-secret": ["KIS_APP_KEY", "KIS_APP_SECRET", "KIS_HTS_ID"],
        "obs-kiwoom-secret": ["KIWOOM_APP_KEY", "KIWOOM_APP_SECRET"],
    }
    assert of_kind(found, "Secret") == []
    for body in sealed.values():
        assert body["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"
    deployment = the(found, "Deployment")
    assert deployment["metadata"]["annotations"]["lumen-constructs/external"] == "Secret/ghcr-secret"


def test_no_two_environments_share_ciphertext() -> None:
    """Each environment is another cluster, with another certificate."""
    texts = [
        text
        for environment in ENVIRONMENTS
        for body in of_kind(manifests("observer", environment), "SealedSecret")
        for text in body["spec"]["encryptedData"].values()
    ]
    assert len(set(texts)) == len(texts) == 3 * 10
    assert len({certificate.read_bytes() for certificate in CERTIFICATES.glob("*.pem")}) == 3


def test_the_example_certificates_can_be_sealed_for() -> None:
    """Whoever tries the example can seal a value, and no private key lies beside the certificates."""
    for environment in ENVIRONMENTS:
        pem = (CERTIFICATES / f"{environment}.pem").read_bytes()
        assert public_key(pem, dt.datetime.now(dt.UTC)).key_size == 4096


def test_new_ciphertext_restarts_the_pod() -> None:
    """The pod template carries a checksum of what the Secrets are made from."""

    def checksum(*settings: str) -> str:
        template = the(manifests("observer", "prod", *settings), "Deployment")["spec"]["template"]
        found: str = template["metadata"]["annotations"]["checksum/secrets"]
        return found

    other = base64.b64encode((512).to_bytes(2, "big") + bytes(512 + 16)).decode()
    assert checksum(f"secrets.sealed.ciphertext.obs-db-secret.DB_PASSWORD={other}") != checksum()
    assert checksum("config.runtime.LOG_LEVEL=ERROR") == checksum()


def test_the_three_probe_roles() -> None:
    """Startup waits at most 150 seconds; readiness and liveness ask different questions."""
    probes = container("prod")
    startup = probes["startupProbe"]
    assert startup["httpGet"]["path"] == "/health"
    assert startup["failureThreshold"] * startup["periodSeconds"] == 150
    assert probes["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert probes["livenessProbe"]["httpGet"]["path"] == "/health"


def test_volumes_outlive_the_application() -> None:
    """The two claims have their names, are kept, and are never mounted by two pods at once."""
    found = manifests("observer", "prod")
    claims = of_kind(found, "PersistentVolumeClaim")
    assert [claim["metadata"]["name"] for claim in claims] == ["observer-data-pvc", "observer-logs-pvc"]
    for kept in (*claims, the(found, "Namespace")):
        assert kept["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"
    assert the(found, "Deployment")["spec"]["strategy"] == {"type": "Recreate"}


def test_the_config_directory_is_no_host_path() -> None:
    """The directory comes from a ConfigMap."""
    spec = pod_spec(the(manifests("observer", "prod"), "Deployment"))
    mounts = {mount["mountPath"]: mount["name"] for mount in spec["containers"][0]["volumeMounts"]}
    name = mounts["/opt/platform/runtime/observer/config"]
    assert next(volume for volume in spec["volumes"] if volume["name"] == name)["configMap"]["name"] == "observer-files"
    assert not [volume for volume in spec["volumes"] if "hostPath" in volume]


def test_environments_differ_where_they_say_so() -> None:
    """The environments override what they name, and nothing else."""
    config = {name: the(manifests("observer", name), "ConfigMap", "observer-config")["data"] for name in ENVIRONMENTS}
    assert [config[name]["LOG_LEVEL"] for name in ENVIRONMENTS] == ["INFO", "DEBUG", "WARNING"]
    assert [config[name]["APP_ENV"] for name in ENVIRONMENTS] == ["production", "development", "production"]
    assert len({name: config[name]["TZ"] for name in ENVIRONMENTS}) == 3
    assert {config[name]["TZ"] for name in ENVIRONMENTS} == {"Asia/Seoul"}


def test_a_change_of_config_restarts_the_pod() -> None:
    """The pod template carries a checksum of the data."""

    def checksum(*settings: str) -> str:
        template = the(manifests("observer", "prod", *settings), "Deployment")["spec"]["template"]
        found: str = template["metadata"]["annotations"]["checksum/config"]
        return found

    assert checksum("config.runtime.LOG_LEVEL=ERROR") != checksum()
    assert checksum("resources.limits.cpu=3") == checksum()


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_collector_reaches_its_database_and_the_brokers(environment: str) -> None:
    """The policy lets it out to the database, and on every port of the brokers' REST and WebSocket interfaces."""
    rules = the(manifests("observer", environment), "NetworkPolicy", "observer")["spec"]["egress"]
    reached = {
        next(iter(rule["to"][0])): sorted(port["port"] for port in rule["ports"])
        for rule in rules
        if {"port": 53, "protocol": "UDP"} not in rule["ports"]
    }
    kiwoom, kis, kis_without_money = [443, 10000], [9443, 21000], [29443, 31000]
    brokers = [*kiwoom, *kis, *(kis_without_money if environment == "dev" else [])]
    assert reached == {"namespaceSelector": [5432], "ipBlock": sorted(brokers)}


def test_the_notes_name_what_there_is() -> None:
    """The checklist names the Secrets, claims and paths of this environment."""
    notes = {rendered.target.folder: rendered.notes for rendered in everything()}
    for environment in ENVIRONMENTS:
        text = notes[f"observer/{environment}"]
        for name in ("obs-db-secret", "obs-kis-secret", "obs-kiwoom-secret", "ghcr-secret", "observer-data-pvc"):
            assert name in text
        assert f"lumen seal observer -e {environment} -c CERTIFICATE obs-kis-secret KIS_APP_KEY" in text
        assert "http://localhost:8000/ready" in text
        assert "Execution contract validated" in text


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("config.database.DB_HOST=null", r"probes\.requires.* 'DB_HOST' is in no config, env or secret"),
        ("config.runtime.DB_PASSWORD=x", "DB_PASSWORD.* is declared secret, as a key of obs-db-secret"),
        (
            "secrets.provider=existing",
            "obs-db-secret is provided twice: there is ciphertext, and its provider is existing",
        ),
        ("secrets.sealed.ciphertext.obs-db-secret.DB_USER=null", "obs-db-secret has no DB_USER; seal what is missing"),
        ("secrets.sealed.ciphertext.obs-db-secret.DB_USER=me", "obs-db-secret.DB_USER: is not ciphertext"),
        ("config.runtime.TZ=null,config.service.LOG_LEVEL=x", r"service\.LOG_LEVEL is in runtime too"),
    ],
)
def test_refuses_what_would_break_the_contract(setting: str, fault: str) -> None:
    """Probes without their config, a secret among plain keys, and a variable in two groups are refused."""
    with pytest.raises(LumenError, match=fault):
        manifests("observer", "prod", setting)
