"""Flux' part of the output, for each environment: the repository, and a Kustomization for each stage of each system.

``flux/<environment>`` is what a cluster is pointed at. It always comes from the repository's own revision, and holds no
more than where the rest is: ``flux/<environment>.systems``, which has the Kustomizations of the systems and comes, as
the systems do, from the revision of the environment. Were they in one folder, a stage that is gone from the main branch
would be gone from production at once, with all its objects, however old the tag that production is at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lumen_constructs.delivery.flux_ignored import ignored_fields
from lumen_constructs.delivery.gitops import DeliveredSet, add, written
from lumen_constructs.delivery.health import FLUX_HEALTH
from lumen_constructs.delivery.live_changes import LiveChange, live_changes
from lumen_constructs.emit.kinds import group_of
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.names import shortened
from lumen_constructs.options.delivery_scalars import commit_of
from lumen_constructs.options.delivery_targets import Delivery, Flux

#: A Kustomization's name becomes the value of a label on everything that it applies.
_LONGEST_NAME = 63


def flux_files(delivery: Delivery, flux: Flux, output: str, sets: Sequence[DeliveredSet]) -> dict[str, bytes]:
    """Give the files below ``flux/``; ``output`` is the folder of the output in the repository.

    :raises LumenError: if two objects would have one name
    """
    files: dict[str, bytes] = {}
    owners: dict[tuple[str, str, str], str] = {}
    for environment, cluster in delivery.environments.items():
        own = [one for one in sets if one.environment == environment]
        place = "" if cluster.kube_config is not None else cluster.place  # where these objects are: with Flux
        for folder, bodies in (
            (f"flux/{environment}", entry_point(delivery, flux, output, environment)),
            (
                f"flux/{environment}.systems",
                [body for one in own for body in kustomizations(flux, output, one, cluster.kube_config)],
            ),
        ):
            for body in bodies:
                kind, name = str(body["kind"]), str(body["metadata"]["name"])
                if (other := owners.setdefault((place, kind, name), environment)) != environment:
                    message = (
                        f"environments: {kind} {show(name)} would be made for {other} and for {environment}, in one"
                        " cluster; rename one of them, or a system"
                    )
                    raise LumenError(message)
                add(files, f"{folder}/{kind.lower()}.{name}.yaml", written(body))
    return files


def entry_point(delivery: Delivery, flux: Flux, output: str, environment: str) -> list[dict[str, Any]]:
    """Give what a person applies once: repositories, the folder of these objects itself, and that of the systems."""
    systems, itself = _named(environment), _named(environment, "main")
    main = delivery.repository.revision
    revision = delivery.environments[environment].revision or main
    repositories = [git_repository(delivery, flux, output, systems, revision)]
    if revision == main:
        itself = systems
    else:
        repositories.append(git_repository(delivery, flux, output, itself, main))
    return [
        *repositories,
        _kustomization(flux, _named(environment), f"./{output}/flux/{environment}", itself, {}),
        _kustomization(flux, _named(environment, "systems"), f"./{output}/flux/{environment}.systems", systems, {}),
    ]


def git_repository(delivery: Delivery, flux: Flux, output: str, name: str, revision: str) -> dict[str, Any]:
    """Give a GitRepository, of which Flux fetches the output and nothing else."""
    metadata: dict[str, Any] = {"name": name, "namespace": flux.namespace}
    spec: dict[str, Any] = {
        "url": delivery.repository.url,
        "ref": _reference(revision),
        "sparseCheckout": [output],
        "interval": flux.fetch_interval,
    }
    if flux.secret is not None:
        spec["secretRef"] = {"name": flux.secret}
        # Credentials are nothing that this repository could hold.
        metadata["annotations"] = {"lumen-constructs/external": f"Secret/{flux.secret}"}
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": metadata, "spec": spec}


def _reference(revision: str) -> dict[str, str]:
    if (commit := commit_of(revision)) is not None:
        return {"commit": commit}
    for field, prefix in (("tag", "refs/tags/"), ("branch", "refs/heads/")):
        if revision.startswith(prefix):
            return {field: revision.removeprefix(prefix)}
    return {"name": revision} if revision.startswith("refs/") else {"branch": revision}


def kustomizations(flux: Flux, output: str, one: DeliveredSet, kube_config: str | None = None) -> list[dict[str, Any]]:
    """Give the Kustomizations of a set: each waits until the stage before is healthy.

    :param kube_config: Secret by which Flux reaches the cluster of the set, where it runs in another
    """
    found: list[dict[str, Any]] = []
    before: str | None = None
    changes = live_changes([body for _, body in one.objects])
    for stage in one.stages:
        name = shortened(f"{one.name}-{stage}", _LONGEST_NAME)
        spec: dict[str, Any] = {"wait": True, "timeout": flux.timeout}
        if before is not None:
            spec["dependsOn"] = [{"name": before}]
        spec |= _reading([body for at, body in one.objects if at == stage], changes)
        if flux.service_account is not None:
            spec["serviceAccountName"] = flux.service_account
        if kube_config is not None:
            spec["kubeConfig"] = {"secretRef": {"name": kube_config}}
        path = f"./{output}/{one.system}/{one.environment}/{stage}"
        found.append(_kustomization(flux, name, path, _named(one.environment), spec))
        before = name
    return found


def _reading(bodies: Sequence[Mapping[str, Any]], changes: Sequence[LiveChange]) -> dict[str, Any]:
    """Say how to read what a stage applies: the health of kinds that Flux does not know, and what it leaves alone."""
    fields = {"healthCheckExprs": _health(bodies), "ignore": ignored_fields(bodies, changes)}
    return {field: value for field, value in fields.items() if value}


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
    kinds = sorted({(group_of(str(body["apiVersion"])), str(body["kind"]), str(body["apiVersion"])) for body in bodies})
    found: dict[tuple[str, str], dict[str, str]] = {}  # one entry a kind, whatever its versions
    for group, kind, version in kinds:
        if (health := FLUX_HEALTH.get((group, kind))) is not None:
            failed = {"failed": health.failed} if health.failed is not None else {}
            found.setdefault((group, kind), {"apiVersion": version, "kind": kind, "current": health.current} | failed)
    return list(found.values())


def _named(environment: str, suffix: str = "") -> str:
    return shortened("-".join(filter(None, ("lumen", environment, suffix))), _LONGEST_NAME)
