from __future__ import annotations

import re
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import (
    Claim,
    ConfigFiles,
    Container,
    Job,
    JobOptions,
    LumenError,
    Network,
    Password,
    Port,
    Probe,
    ProbedDeployment,
    Probes,
    Redis,
    Resources,
    UmbrellaStack,
    Volume,
)
from lumen_constructs.emit.waves import places
from tests.objects import Body, bodies, of_kind, pod_spec, the

BASE: dict[str, Any] = {
    "image": "ghcr.io/acme/migrate:2.0.0",
    "command": ["migrate"],
    "resources": Resources(cpu="100m", memory="128Mi"),
}
WEB: dict[str, Any] = {
    "image": "ghcr.io/acme/web:1.0.0",
    "resources": Resources(cpu="100m", memory="128Mi"),
    "ports": [Port(container_port=8080)],
    "probes": Probes.http(),
}


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "shop", namespace="shop")


def job_of(**changes: Any) -> Body:
    """Render one Job of its own, with changed options."""
    chart = Chart(App(), "shop", namespace="shop")
    Job(chart, "migrate", **{**BASE, **changes})
    return the(bodies(chart), "Job")


def name_of(**changes: Any) -> str:
    """Give the name of a Job with changed options."""
    name: str = job_of(**changes)["metadata"]["name"]
    return name


def test_runs_to_its_end_and_stays(chart: Chart) -> None:
    """The pods end and meet "restricted"; the Job is never removed by the cluster, since a sync would bring it back."""
    made = Job(chart, "migrate", **BASE)
    body = the(bodies(chart), "Job")
    assert body["metadata"]["name"] == made.job_name
    assert "ttlSecondsAfterFinished" not in body["spec"]
    spec = pod_spec(body)
    assert spec["restartPolicy"] == "OnFailure"
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["automountServiceAccountToken"] is False
    assert ApiObject.of(made).kind == "Job"


def test_every_option_reaches_the_manifest() -> None:
    """The figures of the Job are those that were given."""
    spec = job_of(restart_policy="Never", backoff_limit=0, active_deadline_seconds=60, parallelism=2, completions=4)[
        "spec"
    ]
    assert spec.pop("template")["spec"]["restartPolicy"] == "Never"
    assert spec == {"backoffLimit": 0, "activeDeadlineSeconds": 60, "parallelism": 2, "completions": 4}


def test_reads_the_same_options_from_values(chart: Chart) -> None:
    """A Job from an option object is the Job from keywords."""
    made = Job.from_options(chart, "migrate", JobOptions(**BASE))
    assert made.job_name == name_of()


def test_the_same_content_is_the_same_job() -> None:
    """The name is the component's and a hash with a digit, and does not change by itself or by spelling."""
    assert re.fullmatch(r"migrate-(?=[a-z]*[0-9])[0-9a-f]{8}", name_of())
    assert name_of() == name_of()
    assert name_of(resources=Resources(cpu="0.1", memory="131072Ki")) == name_of()


@pytest.mark.parametrize(
    "change",
    [
        {"command": ["migrate", "--all"]},
        {"image": "ghcr.io/acme/migrate:2.0.1"},
        {"config": {"TARGET": "7"}},
        {"config_files": {"scripts": ConfigFiles(mount_path="/scripts", data={"run.sh": "true\n"})}},
        {"backoff_limit": 1},
        {"name": "migrate2"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_content_is_a_new_job(change: dict[str, Any]) -> None:
    """A change of the template, which the API server would refuse under the same name, gives another name."""
    assert name_of(**change) != name_of()


def test_a_changed_script_is_a_new_job() -> None:
    """The data of a ConfigMap that the Job reads is part of its content, although its template names it alone."""

    def with_script(script: str) -> str:
        return name_of(config_files={"scripts": ConfigFiles(mount_path="/scripts", data={"run.sh": script})})

    assert with_script("echo 1\n") == with_script("echo 1\n")
    assert with_script("echo 1\n") != with_script("echo 2\n")


def test_what_is_no_content_does_not_run_it_again() -> None:
    """Labels and annotations of the Job itself can be patched, and are not part of the hash."""
    assert name_of(annotations={"acme.com/owner": "team"}) == name_of()


def test_a_long_name_still_fits_a_label() -> None:
    """The pods carry the Job's name as a label, which has 63 characters at most."""
    one, other = name_of(name="a" * 63), name_of(name="a" * 62 + "b")
    assert len(one) == len(other) == 63
    assert one != other


def test_the_policy_selects_the_jobs_pods_in_its_wave(chart: Chart) -> None:
    """Everything but DNS is denied, in the wave of the Job, which is before the services and after the data."""
    Job(chart, "migrate", **BASE)
    found = bodies(chart)
    policy, body = the(found, "NetworkPolicy"), the(found, "Job")
    labels = body["spec"]["template"]["metadata"]["labels"]
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    placed = dict(zip([entry["kind"] for entry in found], places(found), strict=True))
    assert placed["Job"] == ("40-init", -10)
    assert placed["NetworkPolicy"] == ("40-init", -10)
    assert placed["ServiceAccount"].wave < -10


def test_needs_a_store_and_is_needed() -> None:
    """A Job connects to the store that it needs; a service that needs the Job comes later, and does not connect."""
    needs = {"migrate": ["redis"], "web": ["migrate"]}
    stack = UmbrellaStack(
        App(),
        "shop-production",
        name="shop",
        environment="production",
        components=dict.fromkeys(("redis", "migrate", "web"), True),
        needs=needs,
    )
    redis = Redis(stack, "redis", auth=Password(enabled=False), resources=Resources(cpu="100m", memory="128Mi"))
    stack.add("redis", redis)
    migrate = stack.add("migrate", Job(stack, "migrate", **BASE))
    web = stack.add("web", ProbedDeployment(stack, "web", **WEB))
    assert redis.wave < migrate.wave < web.wave
    found = bodies(stack)
    selectors = {
        name: {"podSelector": {"matchLabels": {"app.kubernetes.io/name": name}}} for name in ("redis", "migrate")
    }
    egress = the(found, "NetworkPolicy", "migrate")["spec"]["egress"]
    assert [rule["ports"] for rule in egress if rule["to"] == [selectors["redis"]]] == [
        [{"port": "redis", "protocol": "TCP"}]
    ]
    assert selectors["migrate"] in [
        peer for rule in the(found, "NetworkPolicy", "redis")["spec"]["ingress"] for peer in rule["from"]
    ]
    assert "ingress" not in the(found, "NetworkPolicy", "migrate")["spec"]
    assert selectors["migrate"] not in [
        peer for rule in the(found, "NetworkPolicy", "web")["spec"]["egress"] for peer in rule["to"]
    ]


def test_one_job_after_the_other(chart: Chart) -> None:
    """A Job that needs another one has a later wave, and the same name as without."""
    first, second = Job(chart, "schema", **BASE), Job(chart, "migrate", **BASE)
    second.start_after(first.wave)
    second.start_after(first.wave)
    assert (first.wave, second.wave) == (-10, -9)
    body = next(body for body in of_kind(bodies(chart), "Job") if body["metadata"]["name"] == second.job_name)
    assert body["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "-9"}
    assert second.job_name == name_of()


def test_without_a_policy_flows_do_nothing(chart: Chart) -> None:
    """Where the NetworkPolicy is turned off there is nothing to add to."""
    job = Job(chart, "migrate", **BASE, network=Network(enabled=False))
    job.allow_to(job.peer)
    job.allow_from(job.peer)
    assert not of_kind(bodies(chart), "NetworkPolicy")


def test_flows_are_added_once(chart: Chart) -> None:
    """A peer that is let in twice has one rule."""
    job = Job(chart, "migrate", **BASE, network=Network(dns=False))
    for _ in range(2):
        job.allow_to(job.peer)
        job.allow_from(job.peer)
    spec = the(bodies(chart), "NetworkPolicy")["spec"]
    assert (len(spec["egress"]), len(spec["ingress"])) == (1, 1)


def test_a_claim_of_a_job_keeps_its_namespace() -> None:
    """What a Job writes to a volume outlives it, and so does the namespace that holds it."""
    stack = UmbrellaStack(App(), "shop-production", name="shop", environment="production")
    Job(stack, "migrate", **BASE, volumes=[Volume(name="out", mount_path="/out", claim=Claim(size="1Gi"))])
    namespace = the(bodies(stack), "Namespace")
    assert namespace["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/prune"] == "disabled"


def test_refuses_contradictions_with_its_path(chart: Chart) -> None:
    """Faults of the options come all at once, with the construct's path."""
    with pytest.raises(LumenError) as error:
        Job(chart, "migrate", **{**BASE, "backoff_limit": -1, "restart_policy": "Always"})
    assert len(error.value.faults) == 2
    assert all(fault.startswith("shop/migrate: ") for fault in error.value.faults)


@pytest.mark.parametrize(("field", "more"), [("sidecars", {}), ("init_containers", {"restart_policy": "Always"})])
def test_refuses_a_probe_of_a_port_that_is_not_there(chart: Chart, field: str, more: dict[str, Any]) -> None:
    """What runs beside a Job's container is held against its ports as beside any other."""
    resources = Resources(cpu="100m", memory="128Mi")
    proxy = Container(
        name="proxy", image="ghcr.io/acme/proxy:1", resources=resources, probes=Probes(startup=Probe.tcp()), **more
    )
    said = rf"^shop/migrate: {field}\[0\]\.probes\.startup needs a port: the container declares none$"
    with pytest.raises(LumenError, match=said):
        Job(chart, "migrate", **(BASE | {field: [proxy]}))
