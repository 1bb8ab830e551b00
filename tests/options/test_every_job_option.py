"""No option of a Job or CronJob is read and ignored, and no type of option is left out of such a test."""

from __future__ import annotations

import inspect
import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from lumen_constructs.configuration.claims import claims
from lumen_constructs.configuration.config_maps import config_maps
from lumen_constructs.networking.network_policy import network_policy
from lumen_constructs.options.base import Options
from lumen_constructs.options.job import CronJobOptions, JobOptions
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.values.shapes import as_model, descend, keys_of, shapes
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.job import cron_job, job
from tests.options.reading import BASE, Body, identity, read
from tests.options.test_documentation import TYPES
from tests.options.test_every_option import SAMPLES, options, put, sample_path, steps, surrounded

#: Other values for the options that only Jobs have.
OWN: dict[str, Any] = {
    "restartPolicy": "Never",
    "backoffLimit": 2,
    "activeDeadlineSeconds": 60,
    "parallelism": 2,
    "completions": 2,
    "schedule": "0 4 * * *",
    "timeZone": "Europe/Berlin",
    "concurrencyPolicy": "Allow",
    "suspend": True,
    "startingDeadlineSeconds": 60,
    "successfulJobsHistoryLimit": 1,
    "failedJobsHistoryLimit": 2,
}
PATHS = {kind: list(options(shapes(kind))) for kind in (JobOptions, CronJobOptions)}


def rendered(kind: type[JobOptions], data: Body) -> str:
    """Render every body that the options make, as text, since the name of a Job holds a hash of its content."""
    chosen = read(kind, data)
    who = Identity(
        name=chosen.name or "cart",
        component=chosen.component or "cart",
        context=identity().context,
        extra=chosen.labels,
    )
    made = {
        **access(who, chosen),
        **config_maps(who, chosen),
        **claims(who, tuple(chosen.volumes)),
        "Resource": cron_job(who, chosen) if isinstance(chosen, CronJobOptions) else job(who, chosen),
        "NetworkPolicy": network_policy(who, chosen) if chosen.network.enabled else None,
    }
    return json.dumps(made, sort_keys=True)


def around(kind: type[JobOptions], path: str) -> Body:
    """Give a Job in which the option at ``path`` may be set, and is not."""
    data = {
        key: value
        for key, value in surrounded(path).items()
        if key == path or key not in BASE or key in {"image", "resources"}
    }
    known = {each.partition(".")[0].rstrip("[]{}") for each in PATHS[kind]}
    data = {"resources": deepcopy(BASE["resources"])} | {key: value for key, value in data.items() if key in known}
    return data | ({"schedule": "0 3 * * *"} if kind is CronJobOptions else {})


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in PATHS.items() for path in paths])
def test_every_option_reaches_the_manifests(kind: type[JobOptions], path: str) -> None:
    """Setting the option to another value changes what is rendered."""
    samples = {**SAMPLES, **OWN}
    assert sample_path(path) in samples, f"{path} has no other value here: add one to OWN"
    before = around(kind, path)
    after = deepcopy(before)
    put(after, steps(path), samples[sample_path(path)])
    assert rendered(kind, after) != rendered(kind, before)


#: Where the types of option that these tests do not walk are rendered, by the module that defines them.
ELSEWHERE = {
    "alerts": ("observability", "monitored_service"),
    "certificates": ("certificate",),
    "cluster": ("options", "networking", "observability", "monitored_service", "umbrella_stack", "routes"),
    "dashboard": ("observability",),
    "datastores": ("datastores", "workloads"),
    "delivery": ("workloads", "observability", "monitored_service", "networking", "options"),
    "delivery_targets": ("delivery", "options"),
    "kustomize": ("delivery", "options"),
    "extra_services": ("networking", "monitored_service"),
    "destinations": ("routes", "networking"),
    "gateway": ("gateway",),
    "metrics": ("observability", "options", "monitored_service"),
    "monitored": ("monitored_service", "observability", "networking"),
    "namespace": ("umbrella_stack", "test_umbrella_stack", "workloads"),
    "objects": ("gateway", "routes", "certificate"),
    "reference_grant": ("routes", "gateway"),
    "route_filters": ("routes",),
    "routes": ("routes",),
    "secret_provision": ("configuration", "secret_set", "options"),
    "secrets": ("secret_set", "configuration"),
    "slos": ("observability", "options"),
}


def walked() -> set[type[BaseModel]]:
    """Give the types of option on the way to each path that is set above."""
    found: set[type[BaseModel]] = set()
    for kind in (MonitoredServiceOptions, *PATHS):
        for path in options(shapes(kind)):
            below = list(shapes(kind))
            for step in re.findall(r"\w+|\[\]|\{\}", path):
                models = [model for shape in below if (model := as_model(shape))]
                found.update(models)
                if step in {"[]", "{}"}:
                    below = descend(below, 0 if step == "[]" else "")
                else:
                    fields = [keys_of(model)[step] for model in models if step in keys_of(model)]
                    below = [shape for field in fields for shape in shapes(field.annotation, field.metadata)]
    return found


def test_every_type_of_option_is_rendered_by_some_test() -> None:
    """A new type fails here by its name, until it is walked above, or a test of what renders it sets each field."""
    tests = Path(__file__).parents[1]
    walked_here = walked()
    missing = []
    for kind in TYPES:
        if kind is Options or any(issubclass(one, kind) for one in walked_here):
            continue
        module = kind.__module__.removeprefix("lumen_constructs.options.").partition(".")[0]
        files = [
            file
            for name in ELSEWHERE.get(module, ())
            for place in (tests / name, tests / f"test_{name}.py", tests / f"{name}.py")
            for file in (place.rglob("*.py") if place.is_dir() else [place] if place.is_file() else [])
            if file.name not in {"test_every_option.py", "test_every_job_option.py", "test_copies.py"}
        ]
        words = {word for file in files for word in re.findall(r"\w+", file.read_text())}
        missing += [
            f"{kind.__module__}.{kind.__name__}.{name}"
            for name, field in kind.model_fields.items()
            if name in inspect.get_annotations(kind) and not {name, field.alias} & words
        ]
    assert missing == []
