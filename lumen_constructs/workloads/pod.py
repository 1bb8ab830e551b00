"""The pod template of a component: its containers, volumes and settings, with everything that "restricted" asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from lumen_constructs.configuration.claims import claim_name
from lumen_constructs.configuration.config_maps import config_checksum, config_map_name, files_name
from lumen_constructs.configuration.secrets.consumers import secret_annotations
from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import full
from lumen_constructs.options.container import Container
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.image import Image
from lumen_constructs.options.mounts import normal_path, secret_volume, writable_volumes
from lumen_constructs.options.pod import PodOptions, image_of
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.reserved import CHECKSUM, HOST_PATHS
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.probes import probe_bodies


def pod_template(identity: Identity, options: PodOptions, probes: Probes | None = None) -> dict[str, Any]:
    """Give the ``template`` of the component's workload; ``probes`` are those of its own container."""
    labels = {
        **options.pod_labels,
        **identity.labels,
        "app.kubernetes.io/version": image_of(options).version,
    }
    metadata: dict[str, Any] = {"labels": labels}
    annotations = dict(options.pod_annotations)
    if (checksum := config_checksum(options)) is not None:
        annotations[CHECKSUM] = checksum
    annotations |= secret_annotations(options.secrets) | _host_path_annotation(options)
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": _pod_spec(identity, options, probes)}


def _host_path_annotation(options: PodOptions) -> dict[str, str]:
    """Give the reasons for paths of the node, one a line, for the reader of the output."""
    reasons = [
        f"{volume.name}: {volume.host_path.reason}" for volume in options.volumes if volume.host_path is not None
    ]
    return {HOST_PATHS: "\n".join(reasons)} if reasons else {}


def _pod_spec(identity: Identity, options: PodOptions, probes: Probes | None) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "serviceAccountName": options.service_account.name or identity.name,
        "automountServiceAccountToken": needs_token(options),
        "enableServiceLinks": False,
        "securityContext": options.security.pod_body(),
        "terminationGracePeriodSeconds": options.termination_grace_period_seconds,
        "containers": [_main_container(identity, options, probes), *_extra(identity, options, "sidecars")],
        "volumes": _volumes(identity, options),
    }
    if options.init_containers:
        spec["initContainers"] = _extra(identity, options, "initContainers")
    if secrets := pull_secrets(identity, options):
        spec["imagePullSecrets"] = [{"name": name} for name in secrets]
    return spec | options.scheduling.pod_body(identity.selector, many=options.may_be_many)


def needs_token(options: PodOptions) -> bool:
    """Tell whether the pod gets a token for the API server."""
    chosen = options.service_account.automount_token
    return bool(options.rbac) if chosen is None else chosen


def pull_secrets(identity: Identity, options: PodOptions) -> list[str]:
    """Give the names of all pull secrets: the cluster's, the component's and those of its images."""
    images = [image_of(options), *(image_of(c) for c in (*options.init_containers, *options.sidecars))]
    own = [name for image in images for name in image.pull_secrets]
    return list(dict.fromkeys([*identity.context.cluster.image_pull_secrets, *options.image_pull_secrets, *own]))


def _main_container(identity: Identity, options: PodOptions, probes: Probes | None) -> dict[str, Any]:
    body = _container_base(identity, options, identity.component, image_of(options), options)
    body["env"] = _env(options, options.env_vars)
    body["envFrom"] = _env_from(identity, options) + [source.body() for source in options.env_from]
    body["volumeMounts"] = [
        *_writable_mounts(options),
        *(volume.mount_body() for volume in options.volumes),
        *_file_mounts(options),
    ]
    if options.all_ports:
        body["ports"] = [port.container_body() for port in options.all_ports]
    return _without_empty(body | (probe_bodies(probes, options.all_ports) if probes is not None else {}))


def _extra(
    identity: Identity, options: PodOptions, kind: Literal["sidecars", "initContainers"]
) -> list[dict[str, Any]]:
    containers = options.sidecars if kind == "sidecars" else options.init_containers
    same = f"{show(identity.component)} is the name of the component's own container too"
    raise_faults(
        Fault((kind, index, "name"), same) for index, one in enumerate(containers) if one.name == identity.component
    )
    return [_extra_container(identity, options, container) for container in containers]


def _extra_container(identity: Identity, options: PodOptions, container: Container) -> dict[str, Any]:
    body = _container_base(identity, options, container.name, image_of(container), container)
    variables = [full(variable, EnvVar) for variable in container.env]
    names = {variable.name for variable in variables}
    inherited = _env(options, ()) if container.inherit_config else []
    body["env"] = [entry for entry in inherited if entry["name"] not in names]
    body["env"] += [variable.body() for variable in variables]
    body["envFrom"] = (_env_from(identity, options) if container.inherit_config else []) + [
        source.body() for source in container.env_from
    ]
    body["volumeMounts"] = _extra_mounts(options, container)
    body["ports"] = [port.container_body() for port in container.ports]
    if container.restart_policy is not None:
        body["restartPolicy"] = container.restart_policy
    return _without_empty(body | (probe_bodies(container.probes, container.ports) if container.probes else {}))


def _extra_mounts(options: PodOptions, container: Container) -> list[dict[str, Any]]:
    """Give its own mounts, and what all containers have where it has nothing of its own."""
    own = [mount.body() for mount in container.volume_mounts]
    taken = {normal_path(mount["mountPath"]) for mount in own}
    shared = [*_writable_mounts(options), *(_file_mounts(options) if container.inherit_config else [])]
    return [*(mount for mount in shared if normal_path(mount["mountPath"]) not in taken), *own]


def _container_base(
    identity: Identity,
    options: PodOptions,
    name: str,
    image: Image,
    container: PodOptions | Container,
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": name,
        "image": image.reference(identity.context.cluster.image_registry),
        "imagePullPolicy": image.effective_pull_policy,
        "command": list(container.command),
        "args": list(container.args),
        "resources": container.resources.body(),
        "securityContext": options.security.container_body(),
    }
    if container.working_dir is not None:
        body["workingDir"] = container.working_dir
    if container.lifecycle is not None and (lifecycle := container.lifecycle.body()):
        body["lifecycle"] = lifecycle
    return body


def _without_empty(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value not in ([], {})}


def _env(options: PodOptions, own: Iterable[EnvVar]) -> list[dict[str, Any]]:
    return [entry for secret in options.secrets for entry in secret.env_body()] + [variable.body() for variable in own]


def _env_from(identity: Identity, options: PodOptions) -> list[dict[str, Any]]:
    config = [{"configMapRef": {"name": config_map_name(identity)}}] if options.config else []
    return config + [entry for secret in options.secrets for entry in secret.env_from_body()]


def _writable_mounts(options: PodOptions) -> list[dict[str, Any]]:
    return [{"name": name, "mountPath": path} for path, name in writable_volumes(options).items()]


def _file_mounts(options: PodOptions) -> list[dict[str, Any]]:
    """Give the mounts of the component's config and secrets, as far as they are files."""
    return [
        *(
            {"name": entry, "mountPath": files.mount_path, "readOnly": True}
            for entry, files in options.config_files.items()
        ),
        *(
            {"name": secret_volume(secret), "mountPath": secret.mount_path, "readOnly": True}
            for secret in options.secrets
            if secret.mount_path is not None
        ),
    ]


def _volumes(identity: Identity, options: PodOptions) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = [
        {"name": entry, "configMap": {"name": files_name(identity, entry, files), "defaultMode": 0o444}}
        for entry, files in options.config_files.items()
    ]
    secrets: list[dict[str, Any]] = [
        {
            "name": secret_volume(secret),
            "secret": {
                "secretName": secret.name,
                "defaultMode": 0o440,
                "items": [{"key": key, "path": name} for name, key in secret.key_map.items()],
            }
            | ({"optional": True} if secret.optional else {}),
        }
        for secret in options.secrets
        if secret.mount_path is not None
    ]
    writable: list[dict[str, Any]] = [{"name": name, "emptyDir": {}} for name in writable_volumes(options).values()]
    own = [volume.volume_body(claim_name(identity, volume)) for volume in options.volumes]
    return writable + own + files + secrets
