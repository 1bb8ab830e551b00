from __future__ import annotations

from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import Container, CronJob, CronJobOptions, LumenError, Resources
from lumen_constructs.options.job import schedule_fault
from tests.objects import bodies, pod_spec, the

BASE: dict[str, Any] = {
    "image": "ghcr.io/acme/report:2.0.0",
    "schedule": "0 3 * * *",
    "resources": Resources(cpu="100m", memory="128Mi"),
}


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "shop", namespace="shop")


def test_runs_its_steps_in_order(chart: Chart) -> None:
    """What must run first is an init container; the pods end and meet Pod Security "restricted"."""
    job = CronJob(
        chart,
        "report",
        **BASE,
        command=["report"],
        init_containers=[Container(name="collect", image="ghcr.io/acme/report:2.0.0", resources=BASE["resources"])],
    )
    body = the(bodies(chart), "CronJob")
    spec = pod_spec(body)
    assert [container["name"] for container in spec["initContainers"]] == ["collect"]
    assert spec["containers"][0]["command"] == ["report"]
    assert spec["restartPolicy"] == "OnFailure"
    assert body["spec"]["concurrencyPolicy"] == "Forbid"
    assert body["spec"]["timeZone"] == "Etc/UTC"
    assert ApiObject.of(job).kind == "CronJob"


def test_every_option_of_the_schedule_reaches_the_manifest(chart: Chart) -> None:
    """The figures of the CronJob and of its Jobs are those that were given."""
    options = CronJobOptions(
        **BASE,
        time_zone="Europe/Berlin",
        concurrency_policy="Replace",
        suspend=True,
        starting_deadline_seconds=60,
        successful_jobs_history_limit=0,
        failed_jobs_history_limit=5,
        restart_policy="Never",
        backoff_limit=0,
        active_deadline_seconds=120,
        parallelism=2,
        completions=4,
    )
    CronJob.from_options(chart, "report", options)
    spec = the(bodies(chart), "CronJob")["spec"]
    job = spec.pop("jobTemplate")["spec"]
    assert job.pop("template")["spec"]["restartPolicy"] == "Never"
    assert spec == {
        "schedule": "0 3 * * *",
        "timeZone": "Europe/Berlin",
        "concurrencyPolicy": "Replace",
        "suspend": True,
        "startingDeadlineSeconds": 60,
        "successfulJobsHistoryLimit": 0,
        "failedJobsHistoryLimit": 5,
    }
    assert job == {"backoffLimit": 0, "activeDeadlineSeconds": 120, "parallelism": 2, "completions": 4}


@pytest.mark.parametrize(
    "schedule", ["0 3 * * *", "*/15 * * * *", "0 0 1 JAN mon-fri", "1,2,30-40/5 0-6 ? * 7", "@daily", "5/10 * * * *"]
)
def test_reads_schedules_as_kubernetes_does(schedule: str) -> None:
    """Lists, ranges, steps, names and macros are schedules."""
    assert schedule_fault(schedule) is None


@pytest.mark.parametrize(
    ("schedule", "fault"),
    [
        ("0 3 * *", "has 4 fields; write minute, hour, day of the month, month, day of the week"),
        ("60 3 * * *", "has the minute '60'; it goes from 0 to 59"),
        ("0 3 0 * *", "has the day of the month '0'; it goes from 1 to 31"),
        ("0 3 * * mo", "has the day of the week 'mo'; it goes from 0 to 7"),
        ("*/0 * * * *", "has the minute '*/0'"),
        ("9-3 * * * *", "has the minute '9-3'"),
        ("TZ=UTC 0 3 * * *", "must not hold a time zone; set time_zone"),
        ("@often", "has 1 fields"),
    ],
)
def test_refuses_a_schedule_that_kubernetes_would_refuse(chart: Chart, schedule: str, fault: str) -> None:
    """A schedule with a fault names the field, the value and the range."""
    with pytest.raises(LumenError) as error:
        CronJob(chart, "report", **{**BASE, "schedule": schedule})
    assert str(error.value).startswith(f"shop/report: schedule '{schedule}' {fault}")


def test_refuses_a_time_zone_that_is_no_name(chart: Chart) -> None:
    """A time zone is a name of the tz database."""
    with pytest.raises(LumenError, match=r"^shop/report: timeZone '\+01:00' must be a tz database name|time_zone"):
        CronJob(chart, "report", **BASE, time_zone="+01:00")
