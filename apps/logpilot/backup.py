"""The backup of the external database, in the namespace of monitoring and backup.

A pod mounts claims of its own namespace alone, so that a CronJob in ``logpilot-system`` cannot read the volume of the
application. It need not: what must not be lost is in PostgreSQL, which is asked over the network.
"""

from __future__ import annotations

from constructs import Construct

from apps.logpilot.values import Backup, Postgres
from lumen_constructs import ConfigFiles, CronJob, Network, SecretRef, SecurityContext

DIRECTORY = "/backup"
SCRIPT = """\
set -eu
umask 077
target="$BACKUP_DIR/$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump"
rm -f "$BACKUP_DIR"/*.part
pg_dump --format=custom --no-password --file="$target.part"
pg_restore --list "$target.part" >/dev/null
mv "$target.part" "$target"
# Names sort by time: the newest stay, and only once the new one is complete.
find "$BACKUP_DIR" -maxdepth 1 -name "$PGDATABASE-*.dump" | sort -r | tail -n "+$((BACKUP_KEEP + 1))" |
  while IFS= read -r old; do rm -- "$old"; done
"""


def backup_job(scope: Construct, backup: Backup, postgres: Postgres, credentials: SecretRef) -> CronJob:
    """Make ``backup-job``, from which ``kubectl create job --from=cronjob/backup-job`` makes a manual one."""
    return CronJob(
        scope,
        "backup-job",
        image=backup.image,
        schedule=backup.schedule,
        command=["sh", "/scripts/backup.sh"],
        config_files={"scripts": ConfigFiles(mount_path="/scripts", data={"backup.sh": SCRIPT})},
        env={
            "PGHOST": postgres.host,
            "PGPORT": postgres.port,
            "PGDATABASE": postgres.database,
            "PGCONNECT_TIMEOUT": 10,
            "BACKUP_DIR": DIRECTORY,
            "BACKUP_KEEP": backup.keep,
        },
        secrets=[credentials],
        volumes=[backup.storage.volume(DIRECTORY, "dumps")],
        resources=backup.resources,
        security=SecurityContext(run_as_user=70),  # the image's
        network=Network(egress=postgres.peers),
        restart_policy="Never",
        backoff_limit=2,
    )
