"""Work that ends: the options of ``Job`` and of ``CronJob``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from lumen_constructs.faults import Fault, show
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.scalars import Seconds, Text

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
_NAMES = {
    "month": ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    "day of the week": ("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
}
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_STEP = re.compile(r"(?P<range>[^/]+)(?:/(?P<step>[0-9]+))?")


class JobOptions(PodOptions):
    """A Job (batch/v1): pods that run to their end."""

    restart_policy: Literal["OnFailure", "Never"] = "OnFailure"
    """Whether a failed container is started again in its pod, or the pod is replaced; sets ``restartPolicy``."""
    backoff_limit: int = Field(default=6, ge=0)
    """Failures after which the Job counts as failed; sets ``backoffLimit``."""
    active_deadline_seconds: Annotated[Seconds, Field(ge=1)] = 3600
    """Seconds after which the Job is ended and counts as failed; sets ``activeDeadlineSeconds``."""
    parallelism: int = Field(default=1, ge=1)
    """Pods that run at the same time; sets ``parallelism``."""
    completions: int = Field(default=1, ge=1)
    """Pods that must succeed; sets ``completions``."""

    @property
    def may_be_many(self) -> bool:
        """Whether pods run side by side."""
        return self.parallelism > 1


class CronJobOptions(JobOptions):
    """A CronJob (batch/v1): a Job at set times."""

    schedule: Text
    """Times in cron's form, such as ``0 3 * * *``; sets ``schedule``."""
    time_zone: Text = "Etc/UTC"
    """Time zone of the schedule, by its tz database name; sets ``timeZone``."""
    concurrency_policy: Literal["Allow", "Forbid", "Replace"] = "Forbid"
    """What happens when the last Job still runs; sets ``concurrencyPolicy``."""
    suspend: bool = False
    """Whether no new Jobs are started; sets ``suspend``."""
    starting_deadline_seconds: Annotated[Seconds, Field(ge=10)] = 300
    """Seconds by which a Job may start late; sets ``startingDeadlineSeconds``. Below 10, none might ever start."""
    successful_jobs_history_limit: int = Field(default=3, ge=0)
    """Finished Jobs to keep; sets ``successfulJobsHistoryLimit``."""
    failed_jobs_history_limit: int = Field(default=1, ge=0)
    """Failed Jobs to keep; sets ``failedJobsHistoryLimit``."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if (fault := schedule_fault(self.schedule)) is not None:
            yield Fault(("schedule",), f"{show(self.schedule)} {fault}")
        if not re.fullmatch(r"[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*", self.time_zone) or self.time_zone == "Local":
            yield Fault(("timeZone",), f"{show(self.time_zone)} must be a tz database name, such as 'Europe/Berlin'")


def schedule_fault(schedule: str) -> str | None:
    """Say what is wrong with a schedule in the form that Kubernetes reads, or None."""
    if schedule in _MACROS:
        return None
    if "TZ=" in schedule:
        return "must not hold a time zone; set timeZone"
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields; write minute, hour, day of the month, month, day of the week: '0 3 * * *'"
    for text, (name, low, high) in zip(fields, _FIELDS, strict=True):
        for part in text.split(","):
            if not _part_fits(part, name, low, high):
                return f"has the {name} {show(part)}; it goes from {low} to {high}"
    return None


def _part_fits(part: str, name: str, low: int, high: int) -> bool:
    found = _STEP.fullmatch(part)
    if found is None or found["step"] == "0":
        return False
    if found["range"] in {"*", "?"}:
        return True
    bounds = [_number(bound, name) for bound in found["range"].split("-")]
    numbers = [bound for bound in bounds if bound is not None and low <= bound <= high]
    return len(numbers) == len(bounds) <= 2 and numbers == sorted(numbers)


def _number(text: str, name: str) -> int | None:
    names = _NAMES.get(name, ())
    if text.lower() in names:
        return names.index(text.lower()) + (name == "month")
    return int(text) if text.isascii() and text.isdigit() else None
