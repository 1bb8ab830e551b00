"""Flux' part of the output, for each environment: the repository, and a Kustomization for each stage of each system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lumen_constructs.delivery.gitops import DeliveredSet, add, written
from lumen_constructs.delivery.health import FLUX_HEALTH
from lumen_constructs.names import shortened
from lumen_constructs.options.delivery_targets import Delivery, Flux

#: A Kustomization's name becomes the value of a label on everything that it applies.
_LONGEST_NAME = 63


def flux_files(delivery: Delivery, flux: Flux, output: str, sets: Sequence[DeliveredSet]) -> dict[str, bytes]:
    """Give the files below ``flux/``, a folder for each environment, which is what its cluster is pointed at.

    ``output`` is the folder of the output in the repository.

    :raises LumenError: if two objects would have one name
    """
    files: dict[str, bytes] = {}
    for environment in delivery.environments:
        repository = git_repository(delivery, flux, environment)
        folder = f"flux/{environment}"
        name = str(repository["metadata"]["name"])
        add(files, f"{folder}/gitrepository.{name}.yaml", written(repository))
        add(files, f"{folder}/kustomization.{name}.yaml", written(_itself(flux, output, environment, name)))
        for one in sets:
            if one.environment == environment:
                for body in kustomizations(flux, output, one, name):
                    add(files, f"{folder}/kustomization.{body['metadata']['name']}.yaml", written(body))
    return files


def git_repository(delivery: Delivery, flux: Flux, environment: str) -> dict[str, Any]:
    """Give the GitRepository that an environment is delivered from."""
    revision = delivery.repository.revision
    metadata: dict[str, Any] = {"name": f"lumen-{environment}", "namespace": flux.namespace}
    spec: dict[str, Any] = {
        "url": delivery.repository.url,
        "ref": {"name": revision} if revision.startswith("refs/") else {"branch": revision},
        "interval": flux.fetch_interval,
    }
    if flux.secret is not None:
        spec["secretRef"] = {"name": flux.secret}
        # Credentials are nothing that this repository could hold.
        metadata["annotations"] = {"lumen-constructs/external": f"Secret/{flux.secret}"}
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": metadata, "spec": spec}


def kustomizations(flux: Flux, output: str, one: DeliveredSet, repository: str) -> list[dict[str, Any]]:
    """Give the Kustomizations of a set: each waits until the stage before is healthy."""
    found: list[dict[str, Any]] = []
    before: str | None = None
    for stage in one.stages:
        name = shortened(f"{one.name}-{stage}", _LONGEST_NAME)
        spec: dict[str, Any] = {"wait": True, "timeout": flux.timeout}
        if before is not None:
            spec["dependsOn"] = [{"name": before}]
        if health := _health([body for at, body in one.objects if at == stage]):
            spec["healthCheckExprs"] = health
        if flux.service_account is not None:
            spec["serviceAccountName"] = flux.service_account
        found.append(_kustomization(flux, name, f"./{output}/{one.system}/{one.environment}/{stage}", repository, spec))
        before = name
    return found


def _itself(flux: Flux, output: str, environment: str, repository: str) -> dict[str, Any]:
    """Give the Kustomization of the environment's own folder, so that a system that is new needs nobody's hands."""
    return _kustomization(flux, repository, f"./{output}/flux/{environment}", repository, {})


def _kustomization(flux: Flux, name: str, path: str, repository: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": name, "namespace": flux.namespace},
        "spec": {
            "path": path,
            "sourceRef": {"kind": "GitRepository", "name": repository},
            "interval": flux.interval,
            "retryInterval": flux.retry_interval,
            "prune": True,
            **spec,
        },
    }


def _health(bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Say how to read the health of the kinds in a stage that Flux does not know."""
    kinds = {(str(body["apiVersion"]), str(body["kind"])) for body in bodies}
    return [
        {"apiVersion": key[0], "kind": key[1], "current": health.current, "failed": health.failed}
        for key, health in FLUX_HEALTH.items()
        if key in kinds
    ]
