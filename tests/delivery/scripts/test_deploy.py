from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.delivery.scripts.sets import CART, CONFIG, JOB, NAMESPACE, SHOP, body, run_script


def test_applies_stage_by_stage_and_waits(tmp_path: Path) -> None:
    """What is needed is asked for first, and each stage is healthy before the next one is applied."""
    done = run_script(tmp_path, "deploy.sh")
    assert (done.status, done.err) == (0, "")
    words = ["get Secret", "apply", "rollout", "get job"]
    assert [next(word for word in words if word in call) for call in done.calls] == [
        "apply",  # the namespace
        "apply",  # config
        "get Secret",
        "apply",  # data
        "rollout",
        "apply",  # the Job
        "get job",
        "apply",  # services
        "rollout",
    ]
    assert "--namespace shop rollout status statefulset/db --timeout 600s" in done.calls
    assert not [call for call in done.calls if "ingress" in call]


def test_lets_requests_in_where_it_is_told(tmp_path: Path) -> None:
    """With --with-ingress the Ingress is applied, last."""
    done = run_script(tmp_path, "deploy.sh", "--with-ingress")
    assert done.calls[-1] == "apply --server-side --filename 60-traffic/ingress.cart.yaml"


def test_a_dry_run_asks_nobody(tmp_path: Path) -> None:
    """Nothing is called, and the stages are printed in order."""
    done = run_script(tmp_path, "deploy.sh", "--dry-run")
    assert done.calls == []
    assert re.findall("^==> (.*)$", done.out, re.MULTILINE) == [
        *("00-namespace", "10-config", "30-data", "40-init", "50-services", "60-traffic", "done")
    ]


@pytest.mark.parametrize("failing", ["namespace.shop", "rollout status statefulset/db", "deployment.cart"])
def test_stops_at_the_first_error(tmp_path: Path, failing: str) -> None:
    """What fails is the last thing that is asked."""
    done = run_script(tmp_path, "deploy.sh", FAIL_ON=failing)
    assert done.status == 1
    assert failing in done.calls[-1]
    assert "done" not in done.out


def test_stops_where_something_is_missing(tmp_path: Path) -> None:
    """A Secret that nothing here makes is named with its keys, before any pod asks for it."""
    keys = [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": "db-secret", "key": name}}} for name in ("user", "pass")
    ]
    cart = {**CART, "spec": {**CART["spec"]}}
    cart["spec"]["template"] = {"spec": {"containers": [{"name": "main", "image": "a/b:1", "env": keys}]}}
    done = run_script(tmp_path, "deploy.sh", bodies=(NAMESPACE, cart), FAIL_ON="get Secret/db-secret")
    assert done.status == 1
    assert "make these in the namespace shop first, then run this again: Secret/db-secret=pass,user" in done.err
    assert not [call for call in done.calls if "deployment.cart" in call]


def test_a_failed_job_ends_it_with_its_log(tmp_path: Path) -> None:
    """The services are not applied, and the reader sees why."""
    done = run_script(tmp_path, "deploy.sh", STATUS="FailureTarget=True Failed=True")
    assert done.status == 1
    assert "deploy.sh: job/init-1a2b3c4d in shop: Failed=True; delete it, and it runs again" in done.err
    assert done.calls[-1] == "--namespace shop logs job/init-1a2b3c4d --all-containers --tail 50"


def test_a_job_that_does_not_end_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """The time limit holds, and the state is told."""
    done = run_script(tmp_path, "deploy.sh", "--timeout", "1", STATUS="Complete=False")
    assert done.status == 1
    assert "job/init-1a2b3c4d in shop was not ready in 1 s; it is: Complete=False" in done.err


def test_the_context_is_handed_to_every_call(tmp_path: Path) -> None:
    """No call goes to another cluster than the one that was named."""
    done = run_script(tmp_path, "deploy.sh", "--context", "my cluster")
    assert done.calls
    assert all(call.startswith("--context my cluster ") for call in done.calls)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--with-ingres"], "unknown option '--with-ingres'; see --help"),
        (["--timeout"], "--timeout needs a number of seconds"),
        (["--timeout", "5m"], "--timeout needs a number of seconds"),
        (["--context"], "--context needs a name"),
    ],
)
def test_refuses_options_that_it_does_not_have(tmp_path: Path, options: list[str], fault: str) -> None:
    """Nothing is applied for want of understanding."""
    done = run_script(tmp_path, "deploy.sh", *options)
    assert (done.status, done.calls) == (1, [])
    assert f"deploy.sh: {fault}" in done.err


def test_operators_resources_are_waited_for(tmp_path: Path) -> None:
    """A cluster of an operator is healthy when its conditions say so; a Rollout may wait for a person."""
    cluster = body("Cluster", "db", {"instances": 3}, api="postgresql.cnpg.io/v1")
    rollout = body("Rollout", "cart", CART["spec"], api="argoproj.io/v1alpha1")
    done = run_script(
        tmp_path, "deploy.sh", bodies=(NAMESPACE, CONFIG, cluster, rollout), STATUS="Ready=True phase=Paused"
    )
    assert done.status == 0
    asked = [call.split(" --output")[0] for call in done.calls if "jsonpath" in call]
    assert asked == [
        "--namespace shop get cluster.postgresql.cnpg.io/db",
        "--namespace shop get rollout.argoproj.io/cart",
    ]


def test_a_later_wave_of_the_same_stage_is_applied_later(tmp_path: Path) -> None:
    """The order is that of the waves; the stage is printed once."""
    late = body("Deployment", "web", CART["spec"], api="apps/v1", annotations={"argocd.argoproj.io/sync-wave": "3"})
    done = run_script(tmp_path, "deploy.sh", "--dry-run", bodies=(NAMESPACE, late, CART))
    assert re.findall("(==> 50.*|(?:apply|wait).*(?:cart|web).*)", done.out) == [
        "==> 50-services",
        "apply 50-services/deployment.cart.yaml",
        "wait for deployment/cart",
        "apply 50-services/deployment.web.yaml",
        "wait for deployment/web",
    ]


def test_a_job_in_a_late_wave_stands_in_its_place(tmp_path: Path) -> None:
    """A Job that needs a service comes after it, whatever its directory is."""
    late = {**JOB, "metadata": {**JOB["metadata"], "annotations": {"argocd.argoproj.io/sync-wave": "1"}}}
    done = run_script(tmp_path, "deploy.sh", "--dry-run", bodies=(NAMESPACE, late, CART))
    assert re.findall("==> (.*)", done.out) == ["00-namespace", "50-services", "40-init", "done"]


def test_there_is_no_shop_without_an_order() -> None:
    """The sample has an object of every stage that the tests speak of."""
    assert len({one["kind"] for one in SHOP}) == len(SHOP)
