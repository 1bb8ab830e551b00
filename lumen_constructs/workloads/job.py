"""Jobs and CronJobs."""

from __future__ import annotations

from typing import Any

from lumen_constructs.external import external_annotation
from lumen_constructs.options.job import CronJobOptions, JobOptions
from lumen_constructs.options.pod import image_of
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pod_template


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
