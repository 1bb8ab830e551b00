"""Jobs and CronJobs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from lumen_constructs.emit.canonical import canonical
from lumen_constructs.external import external_annotation
from lumen_constructs.options.job import CronJobOptions, JobOptions
from lumen_constructs.options.pod import image_of
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pod_template

#: The pods of a Job carry its name as a label, so that it is no longer than one.
_LONGEST_NAME = 63
_DIGEST = 8


def job(identity: Identity, options: JobOptions) -> dict[str, Any]:
    """Give the Job, whose name ends with a hash of its content: see :func:`job_name`."""
    spec = job_spec(identity, options)
    metadata = identity.metadata(
        job_name(identity, spec),
        labels={"app.kubernetes.io/version": image_of(options).version},
        annotations={**options.annotations, **external_annotation(identity, options)},
    )
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def job_name(identity: Identity, spec: dict[str, Any]) -> str:
    """Give the component's name with a hash of ``spec``, which holds checksums of the configuration that is read.

    It is the hash of the canonical form, so that another spelling of the same content is the same Job.
    """
    body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": identity.name}, "spec": spec}
    content = json.dumps(canonical(body)["spec"], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    # A hash without a digit could be taken for a word, by readers and by the check for fixed names.
    start = min(next((at for at, sign in enumerate(digest) if sign.isdigit()), 0), len(digest) - _DIGEST)
    name = identity.name[: _LONGEST_NAME - _DIGEST - 1].rstrip("-")
    return f"{name}-{digest[start : start + _DIGEST]}"


def cron_job(identity: Identity, options: CronJobOptions) -> dict[str, Any]:
    """Give the CronJob."""
    spec: dict[str, Any] = {
        "schedule": options.schedule,
        "timeZone": options.time_zone,
        "concurrencyPolicy": options.concurrency_policy,
        "startingDeadlineSeconds": options.starting_deadline_seconds,
        "successfulJobsHistoryLimit": options.successful_jobs_history_limit,
        "failedJobsHistoryLimit": options.failed_jobs_history_limit,
        "jobTemplate": {"metadata": {"labels": identity.labels}, "spec": job_spec(identity, options)},
    }
    if options.suspend:
        spec["suspend"] = True
    metadata = identity.metadata(
        labels={"app.kubernetes.io/version": image_of(options).version},
        annotations={**options.annotations, **external_annotation(identity, options)},
    )
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec}


def job_spec(identity: Identity, options: JobOptions) -> dict[str, Any]:
    """Give the ``spec`` of a Job."""
    template = pod_template(identity, options)
    template["spec"]["restartPolicy"] = options.restart_policy
    return {
        "backoffLimit": options.backoff_limit,
        "activeDeadlineSeconds": options.active_deadline_seconds,
        "parallelism": options.parallelism,
        "completions": options.completions,
        "template": template,
    }
