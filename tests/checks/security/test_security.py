"""Pod Security, tokens, secrets in plain sight, images, RBAC."""

from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.checks import Settings, Severity
from tests.checks.build import Body, container, deployment, obj, policy
from tests.checks.sets import found, report

OURS = Settings(ours=lambda _: True)
SAFE_POD: Body = {
    "automountServiceAccountToken": False,
    "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
}
SAFE: Body = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def _pods(security: Body | None = None, pod: Body | None = None, **fields: Any) -> Body:
    context = {**SAFE, **(security or {})}
    return deployment("cart", container(securityContext=context, **fields), pod={**SAFE_POD, **(pod or {})})


def _namespace(level: str) -> Body:
    labels = {"pod-security.kubernetes.io/enforce": level} if level else {}
    return obj("Namespace", "shop", namespace="", labels=labels)


def _pod_rules(*bodies: Body, settings: Settings | None = None) -> dict[str, Severity]:
    findings = report(*bodies, settings=settings).findings
    return {finding.rule: finding.severity for finding in findings if finding.rule.startswith("pod-")}


def test_restricted_pod_is_silent() -> None:
    """A pod that "restricted" takes has no finding, wherever it runs."""
    assert _pod_rules(_namespace("restricted"), _pods()) == {}


@pytest.mark.parametrize(
    ("body", "rule", "level"),
    [
        (_pods(pod={"hostNetwork": True}), "pod-host-namespace", "baseline"),
        (_pods(pod={"hostPID": True}), "pod-host-namespace", "baseline"),
        (_pods({"privileged": True}), "pod-privileged", "baseline"),
        (_pods({"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}), "pod-capabilities", "baseline"),
        (_pods({"capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}}), "pod-capabilities", "restricted"),
        (_pods({"capabilities": {}}), "pod-capabilities", "restricted"),
        (_pods(pod={"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}), "pod-host-path", "baseline"),
        (_pods(pod={"volumes": [{"name": "v", "nfs": {"server": "a", "path": "/"}}]}), "pod-volume-type", "restricted"),
        (_pods(ports=[{"containerPort": 80, "hostPort": 80}]), "pod-host-port", "baseline"),
        (_pods({"allowPrivilegeEscalation": True}), "pod-privilege-escalation", "restricted"),
        (_pods({"runAsNonRoot": False}), "pod-runs-as-root", "restricted"),
        (_pods({"runAsUser": 0}), "pod-runs-as-root", "restricted"),
        (_pods({"seccompProfile": {"type": "Unconfined"}}), "pod-seccomp", "baseline"),
        (_pods(pod={"securityContext": {"runAsNonRoot": True}}), "pod-seccomp", "restricted"),
        (_pods({"procMount": "Unmasked"}), "pod-confinement", "baseline"),
        (_pods({"seLinuxOptions": {"type": "spc_t"}}), "pod-confinement", "baseline"),
        (_pods({"seLinuxOptions": {"user": "root"}}), "pod-confinement", "baseline"),
        (_pods({"appArmorProfile": {"type": "Unconfined"}}), "pod-confinement", "baseline"),
        (
            _pods(pod={"securityContext": {**SAFE_POD["securityContext"], "sysctls": [{"name": "kernel.msgmax"}]}}),
            "pod-confinement",
            "baseline",
        ),
    ],
)
def test_control_is_an_error_where_the_pod_would_be_refused(body: Body, rule: str, level: str) -> None:
    """A control is an error in a namespace that enforces it and on what we make, and a warning elsewhere."""
    assert _pod_rules(body) == {rule: Severity.WARNING}
    assert _pod_rules(body, settings=OURS) == {rule: Severity.ERROR}
    assert _pod_rules(body, _namespace("privileged")) == {rule: Severity.WARNING}
    expected = Severity.ERROR if level == "baseline" else Severity.WARNING
    assert _pod_rules(body, _namespace("baseline")) == {rule: expected}
    assert _pod_rules(body, _namespace("restricted")) == {rule: Severity.ERROR}


@pytest.mark.parametrize("role", ["initContainers", "containers"])
def test_every_container_counts(role: str) -> None:
    """Init containers are held to the same as containers."""
    bad = container("bad", securityContext={**SAFE, "runAsUser": 0})
    body = _pods(pod={"initContainers": [bad]}) if role == "initContainers" else deployment("cart", bad, pod=SAFE_POD)
    (finding,) = found(body, rule="pod-runs-as-root")
    assert f"spec.template.spec.{role}[0]" in finding.path


def test_windows_pods_are_left_alone() -> None:
    """What Linux has and Windows has not is not asked of Windows."""
    assert _pod_rules(deployment(pod={"os": {"name": "windows"}})) == {}


def _account(**fields: Any) -> Body:
    return obj("ServiceAccount", "cart", **fields)


def _bound(**subject: Any) -> list[Body]:
    role = obj("Role", "cart", api="rbac.authorization.k8s.io/v1", rules=[])
    binding = obj(
        "RoleBinding",
        "cart",
        api="rbac.authorization.k8s.io/v1",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "cart"},
        subjects=[{"kind": "ServiceAccount", "name": "cart", "namespace": "shop", **subject}],
    )
    return [role, binding]


@pytest.mark.parametrize(
    ("pod", "account", "bound", "rules"),
    [
        ({"automountServiceAccountToken": False}, {}, False, set()),
        ({}, {"automountServiceAccountToken": False}, False, set()),
        ({}, {}, False, {"token-mounted"}),
        ({"automountServiceAccountToken": True}, {"automountServiceAccountToken": False}, False, {"token-mounted"}),
        ({}, {}, True, set()),
        ({"automountServiceAccountToken": False}, {}, True, {"token-not-mounted"}),
        ({}, {"automountServiceAccountToken": False}, True, {"token-not-mounted"}),
        ({"automountServiceAccountToken": True}, {"automountServiceAccountToken": False}, True, set()),
    ],
)
def test_token_is_mounted_where_it_is_of_use(pod: Body, account: Body, *, bound: bool, rules: set[str]) -> None:
    """A pod gets the token of its account exactly where the account has rights; the pod's word goes before it."""
    body = deployment(pod={"serviceAccountName": "cart", **pod})
    findings = report(body, _account(**account), *(_bound() if bound else [])).findings
    assert {finding.rule for finding in findings if finding.rule.startswith("token-")} == rules


def _variable(name: str, value: str) -> Body:
    return deployment("cart", container(env=[{"name": name, "value": value}]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "hunter2"),
        ("dbPassword", "hunter2"),
        ("API_KEY", "8f1c2d9b"),
        ("spring.datasource.password", "x1y2"),
        ("CLIENT_SECRET", "abc123"),
        ("X", "postgres://app:hunter2@db:5432/app"),
        ("X", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
        ("X", "AKIAIOSFODNN7EXAMPLE"),
        ("X", "ghp_" + "a1" * 18),
        ("X", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP"),
    ],
)
def test_secrets_in_plain_sight(name: str, value: str) -> None:
    """A password, key or token in a variable or ConfigMap is an error, and its value is not repeated."""
    for body in (_variable(name, value), obj("ConfigMap", "c", data={name: value})):
        (finding,) = found(body, rule="secret-in-plain-sight")
        assert finding.severity is Severity.ERROR
        assert value not in str(finding)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "$(VAULT_PASSWORD)"),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_PASSWORD", "<from the vault>"),
        ("DB_PASSWORD", "vault:secret/data/db#password"),
        ("DB_PASSWORD", "changeme"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("PASSWORD", "/run/secrets/db"),
        ("TOKEN_URL", "https://login.example.com/token"),
        ("SECRET_NAME", "cart-db"),
        ("PASSWORD_MIN_LENGTH", "12"),
        ("ENABLE_PASSWORD", "true"),
        ("KEY", "value"),
        ("MONKEY", "banana"),
        ("URL", "https://example.com:8443/@user"),
        ("URL", "postgres://app:$(PASSWORD)@db/app"),
        ("URL", "postgres://app@db:5432/app"),
    ],
)
def test_what_is_no_secret(name: str, value: str) -> None:
    """References, placeholders, paths and settings are not secrets."""
    assert found(_variable(name, value), rule="secret-in-plain-sight") == []


def _sealed(*keys: str, name: str = "cart", namespace: str = "shop") -> Body:
    data = dict.fromkeys(keys, "AgBy3i4OJSWK")
    return obj("SealedSecret", name, api="bitnami.com/v1alpha1", namespace=namespace, spec={"encryptedData": data})


def _external(*keys: str) -> Body:
    data = [{"secretKey": key, "remoteRef": {"key": "shop/cart"}} for key in keys]
    spec = {"secretStoreRef": {"name": "vault"}, "target": {"name": "cart"}, "data": data}
    return obj("ExternalSecret", "cart-from-vault", api="external-secrets.io/v1", spec=spec)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SIGNING_SALT", "hunter2"),
        ("PEPPER", "x8-K2-p9q"),
        ("SENTRY_DSN", "https://o1.ingest.sentry.io/4f2a9c81d0b94e6e8a31aa02b3c4d5e6"),
        ("SLACK_WEBHOOK", "https://hooks.slack.com/services/T0000/B0000/a8Kd02mQpZ71xLw93Rt5bYe2"),
        ("LICENSE", "Zm9vYmFyMTIzNDU2Nzg5MA=="),
        ("sessionSeed", "0f8a1c"),
    ],
)
def test_what_is_declared_secret_stands_nowhere_in_plain_sight(key: str, value: str) -> None:
    """Whatever it is called: in a variable and in a ConfigMap of any component in the namespace, once each."""
    reads = _variable("OTHER", "")
    reads["spec"]["template"]["spec"]["containers"][0]["env"] = [
        {"name": "OTHER", "valueFrom": {"secretKeyRef": {"name": "cart", "key": key}}}
    ]
    for declared in (_sealed(key), _external(key), reads):
        for shown in (_variable(key, value), obj("ConfigMap", "web", data={key: value})):
            assert found(shown, rule="secret-in-plain-sight") == []
            (finding,) = found(declared, shown, rule="secret-in-plain-sight")
            assert finding.message == f"'{key}' is a key of Secret 'cart', and holds a value as plain text"
            assert value not in str(finding)
    elsewhere = _sealed(key, namespace="back")
    assert found(elsewhere, _variable(key, value), rule="secret-in-plain-sight") == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("LOG_LEVEL", "debug2x"),
        ("SOME_SETTING", "info"),
        ("SOME_SETTING", "true"),
        ("SOME_SETTING", "12345678"),
        ("SOME_SETTING", "1.4.2"),
        ("SOME_SETTING", "v1-2-3"),
        ("SOME_SETTING", "500ms"),
        ("SOME_SETTING", "us-east-1a"),
        ("SOME_SETTING", "s3"),
        ("SOME_SETTING", "db1.shop.svc:5432"),
        ("SOME_SETTING", "kafka-0.kafka:9092,kafka-1.kafka:9092"),
        ("SOME_SETTING", "https://auth2.example.com/realms/shop2"),
        ("SOME_SETTING", "/var/lib/x1y2"),
        ("SOME_SETTING", "a text of several words2"),
        ("SOME_SETTING", '{"a1":"b2"}'),
        ("SOME_SETTING", "$(OTHER)x1y2z3"),
        ("SOME_SETTING", "vault:secret/data/x1#y2"),
        ("SOME_SETTING", "changeme"),
        ("username", "shop1user"),
        ("DB_USER", "app1user"),
        ("DB_HOST", "postgres1"),
        ("POSTGRES_DB", "shop1db"),
        ("CLIENT_ID", "3f2a9c81d0b94e6e"),
        ("dbName", "shop1db"),
        ("ca.crt", "MIIB1x2y3z"),
        ("config.yaml", "x1y2z3a4"),
    ],
)
def test_settings_may_share_the_name_of_a_secrets_key(key: str, value: str) -> None:
    """Names that everybody may know stand in Secrets too, and a Secret may hold any setting."""
    for declared in (_sealed(key), _external(key)):
        for shown in (_variable(key, value), obj("ConfigMap", "web", data={key: value})):
            assert found(declared, shown, rule="secret-in-plain-sight") == []


def test_names_of_secrets_are_only_likely_secrets() -> None:
    """A value that looks like the name of an object may be one, on other people's manifests."""
    body = _variable("AUTH_SECRET", "cart-db")
    assert [f.severity for f in found(body, rule="secret-in-plain-sight")] == [Severity.WARNING]
    assert [f.severity for f in found(body, rule="secret-in-plain-sight", settings=OURS)] == [Severity.ERROR]


def test_plain_secret_is_an_error_on_what_we_make() -> None:
    """A Secret with values is for a cluster, not for Git; other people's are their affair."""
    body = obj("Secret", "db", stringData={"password": "x"})
    assert len(found(body, rule="plain-secret", settings=OURS)) == 1
    assert found(body, rule="plain-secret") == []
    assert found(obj("Secret", "db"), rule="plain-secret", settings=OURS) == []


@pytest.mark.parametrize(
    ("image", "count"),
    [("nginx", 1), ("nginx:latest", 1), ("nginx:1.27", 0), ("nginx@sha256:" + "a" * 64, 0), ("r:5000/nginx", 1)],
)
def test_images_have_a_version(image: str, count: int) -> None:
    """No tag and 'latest' are whatever was pushed last."""
    assert len(found(deployment("cart", {**container(), "image": image}), rule="image-tag-mutable")) == count


def _role(**rule: Any) -> Body:
    return obj("ClusterRole", "r", api="rbac.authorization.k8s.io/v1", namespace="", rules=[rule])


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}, "role-too-wide"),
        ({"apiGroups": [""], "resources": ["*"], "verbs": ["get"]}, "role-too-wide"),
        ({"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}, "role-reads-all-secrets"),
        ({"apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"]}, "role-escalates"),
        ({"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]}, "role-escalates"),
        ({"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"], "verbs": ["get"]}, ""),
        ({"nonResourceURLs": ["*"], "verbs": ["*"]}, ""),
    ],
)
def test_roles_that_give_too_much(rule: Body, name: str) -> None:
    """Wide rights are warnings on other people's roles, and errors on ours."""
    ours = [(f.rule, f.severity) for f in report(_role(**rule), settings=OURS).findings]
    theirs = [(f.rule, f.severity) for f in report(_role(**rule)).findings]
    assert ours == ([(name, Severity.ERROR)] if name else [])
    assert theirs == ([(name, Severity.WARNING)] if name else [])


def test_everybody_is_nobody_to_bind() -> None:
    """A right for strangers is an error, one for all who are known a warning."""
    for name, severity in (("system:unauthenticated", "error"), ("system:authenticated", "warning")):
        bound = _bound(kind="Group", name=name, namespace=None)
        assert [finding.severity for finding in found(*bound, rule="bound-to-everybody")] == [severity]


def test_pods_beside_guarded_ones_are_guarded() -> None:
    """Where a namespace has policies, each pod has one; ours always do, both ways."""
    web = deployment("web")
    assert found(web, rule="policy-missing") == []
    (finding,) = found(web, deployment(), policy(ingress=[]), rule="policy-missing")
    assert finding.object == "Deployment/shop/web"
    assert len(found(web, rule="policy-missing", settings=OURS)) == 1
    both = policy("web", ingress=[], egress=[])
    assert found(web, both, rule="policy-missing", settings=OURS) == []
    assert len(found(web, policy("web", ingress=[]), rule="policy-missing", settings=OURS)) == 1


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ({}, 1),
        ({"from": []}, 1),
        ({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}, 1),
        ({"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}, 0),
        ({"ports": [{"port": 80}]}, 0),
        ({"from": [{"podSelector": {}}]}, 0),
    ],
)
def test_policies_that_let_everybody_in(rule: Body, count: int) -> None:
    """A rule without peers and ports is no rule."""
    assert len(found(policy(ingress=[rule]), deployment(), rule="policy-lets-everybody")) == count
