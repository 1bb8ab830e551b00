"""The CronJob that dumps a data store, into a claim or on to a command that takes the dump elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lumen_constructs.configuration.claims import claims
from lumen_constructs.names import shortened
from lumen_constructs.networking.network_policy import network_policy
from lumen_constructs.options.base import full
from lumen_constructs.options.container import Container
from lumen_constructs.options.datastores.backup import Backup, Upload
from lumen_constructs.options.datastores.storage import Storage
from lumen_constructs.options.datastores.store import DataStoreOptions
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.image import Image
from lumen_constructs.options.job import CronJobOptions
from lumen_constructs.options.network import Network, Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.secrets import ProvidedSecret, SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.volumes import EmptyDir, ExistingClaim, Volume, VolumeMount
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.job import cron_job

#: Where the dump stands in the containers.
DIRECTORY = "/backup"
#: Kubernetes adds eleven characters to a CronJob's name.
_LONGEST_NAME = 52


@dataclass(frozen=True, kw_only=True)
class Dump:
    """How a store is dumped."""

    command: str
    """Shell command that writes the whole dump to ``"$file"``, or fails."""
    suffix: str
    """End of the file's name, such as ``.rdb``."""
    image: Image
    """Image with the dump program."""
    security: SecurityContext
    """User of the dump."""
    secrets: tuple[SecretRef, ...]
    """Secrets that the command reads."""
    env: tuple[EnvVar, ...] = ()
    """Variables that the command reads."""
    servers: Peer
    """The store's pods, with the port that the dump reads from."""


def backup_identity(identity: Identity) -> Identity:
    """Give the identity of the backup's own objects."""
    return replace(identity, name=f"{shortened(identity.name, _LONGEST_NAME - 7)}-backup", component="backup")


def backup_peers(identity: Identity, backup: Backup | None, port: Port) -> tuple[Peer, ...]:
    """Give the backup's pods as clients of the store's ``port``."""
    if backup is None or not backup.enabled:
        return ()
    return (Peer(pods=backup_identity(identity).selector, ports=(port.name,)),)


def backup_bodies(identity: Identity, store: DataStoreOptions, backup: Backup | None, dump: Dump) -> dict[str, Any]:
    """Give the CronJob and what it needs, by construct id."""
    if backup is None or not backup.enabled:
        return {}
    own = backup_identity(identity)
    options = _options(own, store, backup, dump)
    bodies = {
        "BackupServiceAccount": access(own, options)["ServiceAccount"],
        **{f"Backup{key}": body for key, body in claims(own, tuple(options.volumes)).items()},
        "Backup": cron_job(own, options),
    }
    if options.network.enabled:
        bodies["BackupNetworkPolicy"] = network_policy(own, options)
    return bodies


def _options(own: Identity, store: DataStoreOptions, backup: Backup, dump: Dump) -> CronJobOptions:
    image = full(backup.image, Image) if backup.image is not None else dump.image
    pruned = backup.keep if backup.upload is None else None
    command = ["sh", "-ec", script(own.name, dump, pruned)]
    dumping: dict[str, Any] = {
        "image": image,
        "command": command,
        "env": list(dump.env),
        "secrets": list(dump.secrets),
        "network": Network(
            enabled=store.network.enabled,
            egress=(dump.servers, *(backup.upload.egress if backup.upload is not None else ())),
        ),
    }
    if backup.upload is not None:
        dumping |= _uploading(backup, backup.upload, dump, image, command)
    return CronJobOptions(
        schedule=backup.schedule,
        time_zone=backup.time_zone,
        active_deadline_seconds=backup.active_deadline_seconds,
        backoff_limit=2,
        resources=backup.resources,
        volumes=[_volume(own, store.storage, backup)],
        security=dump.security,
        scheduling=store.scheduling,
        image_pull_secrets=store.image_pull_secrets,
        pod_labels=store.pod_labels,
        **dumping,
    )


def _uploading(backup: Backup, upload: Upload, dump: Dump, image: Image, command: Sequence[str]) -> dict[str, Any]:
    """Give the options of a Job that dumps first and uploads then; each reads just its own secrets."""
    reading = [
        EnvVar.model_validate({"name": entry["name"], "valueFrom": entry["valueFrom"]}, strict=False)
        for secret in dump.secrets
        for entry in secret.env_body()
    ]
    dumping = Container(
        name="dump",
        image=image,
        command=command,
        env=[*reading, *dump.env],
        resources=backup.resources,
        volume_mounts=[VolumeMount(name="backup", mount_path=DIRECTORY)],
    )
    own = [full(variable, EnvVar) for variable in upload.env]
    return {
        "init_containers": [dumping],
        "image": upload.image,
        "command": upload.command,
        "env": [EnvVar(name="BACKUP_DIR", value=DIRECTORY), *own],
        "secrets": upload.secrets,
        "external": [f"Secret/{secret.name}" for secret in dump.secrets if not _is_made_here(secret)],
    }


def _is_made_here(secret: SecretRef) -> bool:
    return isinstance(secret, ProvidedSecret) and secret.in_set


def _volume(own: Identity, storage: Storage, backup: Backup) -> Volume:
    if backup.upload is not None:
        return Volume(name="backup", mount_path=DIRECTORY, empty_dir=EmptyDir(size_limit=storage.size))
    if backup.claim_name is not None:
        existing = ExistingClaim(claim_name=backup.claim_name)
        return Volume(name="backup", mount_path=DIRECTORY, persistent_volume_claim=existing)
    chosen = backup.storage or storage.model_copy(update={"persistent": True})
    return Volume(name="backup", mount_path=DIRECTORY, claim=chosen.claim(own.name))


def script(name: str, dump: Dump, keep: int | None) -> str:
    """Give the shell script: a dump counts once it is whole, and older ones go when there is a new one."""
    lines = [
        "umask 077",
        f'whole="{DIRECTORY}/{name}-$(date -u +%Y%m%dT%H%M%SZ){dump.suffix}"',
        'file="$whole.part"',
        dump.command,
        'mv "$file" "$whole"',
    ]
    if keep is not None:
        others = f"{DIRECTORY}/{name}-*{dump.suffix}"
        lines.append(f'ls -1 {others} | sort -r | tail -n +{keep + 1} | while read -r old; do rm -f "$old"; done')
        lines.append(f"rm -rf {others}.part*")
    return "\n".join(lines) + "\n"
