from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.datastores.backups import DIRECTORY, Dump, script
from lumen_constructs.datastores.plan import Body
from lumen_constructs.options.image import Image
from lumen_constructs.options.network import Peer
from lumen_constructs.options.security import SecurityContext
from tests.datastores.samples import bodies_of, body_of, env_of, mongodb, redis
from tests.datastores.samples import postgresql as postgresql_plan

DUMP = Dump(
    command='echo "$CONTENT" > "$file"',
    suffix=".rdb",
    image=Image(repository="redis", tag="7"),
    security=SecurityContext(),
    secrets=(),
    servers=Peer(pods={"app": "cart"}),
)
UPLOAD = {
    "image": "amazon/aws-cli:2.17.0",
    "command": ["sh", "-ec", 'aws s3 cp --recursive "$BACKUP_DIR" s3://backups/'],
    "env": {"AWS_REGION": "eu-central-1"},
    "secrets": [{"name": "s3", "keys": ["AWS_ACCESS_KEY_ID"]}],
    "egress": [{"cidr": "0.0.0.0/0", "ports": [443]}],
}


def job_pod(plan_bodies: Body) -> Body:
    """Give the pod spec of a CronJob."""
    spec: Body = plan_bodies["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return spec


def run(folder: Path, dump: Dump, keep: int | None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the script as the container does, with its directory in a temporary place."""
    text = script("cart-backup", dump, keep).replace(DIRECTORY, str(folder))
    shell = ["sh", "-ec", text]
    return subprocess.run(shell, env={**os.environ, **env}, capture_output=True, text=True, check=False)


def test_keeps_the_newest_dumps(tmp_path: Path) -> None:
    """The script adds a dump, deletes the oldest beyond the number to keep, and leaves other files alone."""
    for day in range(1, 4):
        (tmp_path / f"cart-backup-2020010{day}T000000Z.rdb").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    done = run(tmp_path, DUMP, 3, CONTENT="new")
    assert done.returncode == 0, done.stderr
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[:2] == ["cart-backup-20200102T000000Z.rdb", "cart-backup-20200103T000000Z.rdb"]
    assert left[3] == "notes.txt"
    assert (tmp_path / left[2]).read_text() == "new\n"
    assert (tmp_path / left[2]).stat().st_mode & 0o077 == 0


def test_a_dump_that_fails_deletes_nothing(tmp_path: Path) -> None:
    """A dump that fails ends the script with an error, and the old ones stay, none of them half written."""
    old = tmp_path / "cart-backup-20200101T000000Z.rdb"
    old.write_text("old")
    failing = replace(DUMP, command='echo half > "$file"; false')
    assert run(tmp_path, failing, 1).returncode != 0
    assert [path.name for path in tmp_path.glob("*.rdb")] == [old.name]
    assert run(tmp_path, DUMP, 2, CONTENT="new").returncode == 0
    assert list(tmp_path.glob("*.part*")) == []


def test_what_is_uploaded_is_not_counted(tmp_path: Path) -> None:
    """Where an upload follows, the script dumps and deletes nothing."""
    (tmp_path / "cart-backup-20200101T000000Z.rdb").write_text("old")
    assert run(tmp_path, DUMP, None, CONTENT="new").returncode == 0
    assert len(list(tmp_path.glob("*.rdb"))) == 2


def test_has_a_claim_of_its_own_that_is_kept() -> None:
    """By default the backup has a claim of the store's size and class, which outlives both."""
    plan = redis(backup={"keep": 3}, storage={"size": "20Gi", "storageClass": "fast"})
    claim = body_of(plan, "PersistentVolumeClaim")
    assert claim["metadata"]["name"] == "redis-backup"
    assert claim["metadata"]["annotations"] == KEEP
    assert claim["spec"]["resources"]["requests"]["storage"] == "20Gi"
    assert claim["spec"]["storageClassName"] == "fast"
    spec = job_pod(body_of(plan, "CronJob"))
    assert {"name": "backup", "persistentVolumeClaim": {"claimName": "redis-backup"}} in spec["volumes"]
    assert "tail -n +4" in spec["containers"][0]["command"][2]


def test_writes_into_a_claim_that_exists() -> None:
    """A claim that exists is mounted in place of one of its own."""
    plan = redis(backup={"claimName": "nfs-backups"})
    assert bodies_of(plan, "PersistentVolumeClaim") == []
    volumes = job_pod(body_of(plan, "CronJob"))["volumes"]
    assert {"name": "backup", "persistentVolumeClaim": {"claimName": "nfs-backups"}} in volumes


def test_schedule_and_limits_reach_the_cron_job() -> None:
    """Schedule, time zone, deadline, resources and image are the CronJob's."""
    data = {
        "schedule": "30 1 * * *",
        "timeZone": "Europe/Berlin",
        "activeDeadlineSeconds": 60,
        "image": "redis:7.2-alpine",
        "resources": {"cpu": "1", "memory": "1Gi"},
    }
    body = body_of(redis(backup=data), "CronJob")
    assert (body["spec"]["schedule"], body["spec"]["timeZone"]) == ("30 1 * * *", "Europe/Berlin")
    assert body["spec"]["concurrencyPolicy"] == "Forbid"
    assert body["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 60
    (container,) = job_pod(body)["containers"]
    assert container["image"] == "redis:7.2-alpine"
    assert container["resources"]["limits"] == {"cpu": "1", "memory": "1Gi"}


def test_an_upload_follows_the_dump() -> None:
    """The dump is an init container, and the upload, which reads just its own Secret, gets the files."""
    plan = redis(backup={"upload": UPLOAD})
    spec = job_pod(body_of(plan, "CronJob"))
    (dump,), (upload,) = spec["initContainers"], spec["containers"]
    assert env_of(dump) == {"REDISCLI_AUTH": ("shop-redis", "REDIS_PASSWORD")}
    assert env_of(upload) == {
        "AWS_ACCESS_KEY_ID": ("s3", "AWS_ACCESS_KEY_ID"),
        "BACKUP_DIR": DIRECTORY,
        "AWS_REGION": "eu-central-1",
    }
    assert upload["image"] == "amazon/aws-cli:2.17.0"
    assert {"name": "backup", "emptyDir": {"sizeLimit": "10Gi"}} in spec["volumes"]
    assert all(any(mount["mountPath"] == DIRECTORY for mount in one["volumeMounts"]) for one in (dump, upload))
    external = body_of(plan, "CronJob")["metadata"]["annotations"]["lumen-constructs/external"].split()
    assert external == ["Secret/s3", "Secret/shop-redis"]


def test_may_reach_the_store_and_nothing_else() -> None:
    """The backup's policy lets it ask DNS, connect to the store, and to what its upload needs."""
    policy = body_of(redis(backup={"upload": UPLOAD}), "NetworkPolicy", "redis-backup")["spec"]
    assert "ingress" not in policy or policy["ingress"] == []
    targets = [rule["to"] for rule in policy["egress"][1:]]
    assert targets == [
        [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "redis"}}}],
        [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
    ]
    assert policy["egress"][1]["ports"] == [{"port": "redis", "protocol": "TCP"}]


def test_there_is_none_unless_it_is_asked_for() -> None:
    """Without the option, or with enabled: false, no object of a backup is made."""
    for plan in (redis(), redis(backup={"enabled": False})):
        assert not any(key.startswith("Backup") for key in plan.bodies)
        assert len(bodies_of(plan, "NetworkPolicy")) == 1


@pytest.mark.parametrize(("mode", "host"), [("embedded", "mongodb:27017"), ("operator", "mongodb/mongodb-svc:27017")])
def test_mongodb_is_dumped_as_its_user(mode: str, host: str) -> None:
    """The dump signs in by variables, and asks a replica set for the log too, so that it is one moment's."""
    plan = mongodb(mode=mode, backup={})
    (container,) = job_pod(body_of(plan, "CronJob"))["containers"]
    assert f'--host "{host}"' in container["command"][2]
    assert ("--oplog" in container["command"][2]) == (mode == "operator")
    assert env_of(container) == {
        "MONGO_INITDB_ROOT_PASSWORD": ("shop-mongodb", "rootPassword"),
        "MONGO_INITDB_ROOT_USERNAME": "root",
    }
    assert container["image"] == "mongo:7.0.14"


def test_postgresql_of_an_operator_is_dumped_by_its_owner() -> None:
    """Each database that the owner has is dumped from a replica, with the credentials of the owner."""
    plan = postgresql_plan(mode="operator", backup={}, database="shop", databases=["reports"])
    (container,) = job_pod(body_of(plan, "CronJob"))["containers"]
    assert "for database in shop reports; do" in container["command"][2]
    assert "--host postgresql-r " in container["command"][2]
    assert env_of(container) == {"PGUSER": ("shop-db", "username"), "PGPASSWORD": ("shop-db", "password")}
    assert container["image"] == "postgres:15-alpine"
