from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from lumen_constructs.datastores.plan import Plan
from tests.datastores.samples import PASSWORD, body_of, env_of, pod_spec_of, redis, server_of, sidecar_of
from tests.datastores.servers import free_port, run, running

needs_redis = pytest.mark.skipif(
    shutil.which("redis-server") is None,
    reason="redis-server is not installed (Debian: apt-get install redis-server), so that no configuration was run",
)
SECRET = "s3cretWithoutSymbols"  # noqa: S105  # of a server that lives as long as a test


def conf(plan: Plan) -> str:
    """Give the rendered ``redis.conf``."""
    text: str = body_of(plan, "ConfigMap")["data"]["redis.conf"]
    return text


def directives(plan: Plan) -> dict[str, str]:
    """Give the rendered ``redis.conf`` as a mapping."""
    return dict(line.split(" ", 1) for line in conf(plan).splitlines())


def test_holds_its_password_in_no_manifest() -> None:
    """The password comes by Kubernetes' own expansion of a variable, and the client program's by its own variable."""
    server = server_of(redis())
    assert server["args"] == ["/etc/redis/redis.conf", "--requirepass", "$(REDIS_PASSWORD)"]
    wanted = ("shop-redis", "REDIS_PASSWORD")
    assert env_of(server) == {"REDIS_PASSWORD": wanted, "REDISCLI_AUTH": wanted}
    assert "command" not in server
    open_to_all = server_of(redis(auth={"enabled": False}))
    assert open_to_all["args"] == ["/etc/redis/redis.conf"]
    assert "env" not in open_to_all


def test_keeps_what_it_was_told_to_keep() -> None:
    """AOF writes every change, RDB snapshots, and a cache nothing, so that it has no claim."""
    assert directives(redis())["appendonly"] == "yes"
    assert directives(redis(persistence="rdb"))["appendonly"] == "no"
    assert directives(redis(persistence="rdb"))["save"].startswith("3600 1")
    cache = redis(persistence="none", evictionPolicy="allkeys-lru", storage={"size": "2Gi"})
    assert (directives(cache)["appendonly"], directives(cache)["save"]) == ("no", '""')
    assert directives(cache)["maxmemory-policy"] == "allkeys-lru"
    assert {"name": "data", "emptyDir": {"sizeLimit": "2Gi"}} in pod_spec_of(cache)["volumes"]


def test_stops_before_its_memory_limit() -> None:
    """By default the data may take three quarters of the limit; without a limit, nothing is bounded."""
    assert directives(redis())["maxmemory"] == str(3 * 1024**3 // 4)
    assert directives(redis(maxMemory="100Mi"))["maxmemory"] == str(100 * 1024**2)
    assert "maxmemory" not in directives(redis(resources={"memory": "1Gi:"}))


def test_a_replica_follows_its_primary() -> None:
    """A replica is read-only, and signs in at its primary with the primary's password, or its own."""
    replica = redis(replicaOf={"host": "redis-master", "port": 6380})
    assert directives(replica)["replicaof"] == "redis-master 6380"
    assert directives(replica)["replica-read-only"] == "yes"
    assert server_of(replica)["args"][-2:] == ["--masterauth", "$(REDIS_PRIMARY_PASSWORD)"]
    assert env_of(server_of(replica))["REDIS_PRIMARY_PASSWORD"] == ("shop-redis", "REDIS_PASSWORD")
    other = {"secret": {"name": "other", "keys": ["password"]}}
    elsewhere = redis(replicaOf={"host": "redis-master", "auth": other})
    assert env_of(server_of(elsewhere))["REDIS_PRIMARY_PASSWORD"] == ("other", "password")
    unguarded = redis(replicaOf={"host": "redis-master", "auth": {"enabled": False}})
    assert "--masterauth" not in server_of(unguarded)["args"]


def test_further_directives_stand_in_the_file_and_restart_the_pod() -> None:
    """A directive of the user's own is in redis.conf, and a change of it changes the pods."""
    plain, tuned = redis(), redis(config={"timeout": 300})
    assert directives(tuned)["timeout"] == "300"
    checksums = {
        plan.bodies["Resource"]["spec"]["template"]["metadata"]["annotations"]["checksum/config"]
        for plan in (plain, tuned)
    }
    assert len(checksums) == 2


def test_the_exporter_asks_the_server_beside_it() -> None:
    """The exporter connects within the pod, with the password, and has a port of its own."""
    sidecar = sidecar_of(redis(metrics={}))
    assert env_of(sidecar)["REDIS_ADDR"] == "redis://localhost:6379"
    assert env_of(sidecar)["REDIS_PASSWORD"] == ("shop-redis", "REDIS_PASSWORD")
    assert sidecar["ports"] == [{"name": "metrics", "containerPort": 9121, "protocol": "TCP"}]


class Server(NamedTuple):
    """A running Redis."""

    port: int
    folder: Path
    container: dict[str, object]


@contextmanager
def started(plan: Plan, folder: Path, port: int, password: str | None) -> Iterator[Server]:
    """Run the rendered arguments with the rendered file, on the loopback interface and in a folder of the test's."""
    folder.mkdir(exist_ok=True)
    file = folder / "redis.conf"
    # A later directive wins, so that just addresses and places are other ones than in the container.
    file.write_text(conf(plan).replace("/data", str(folder)) + f"bind 127.0.0.1\nport {port}\n")
    env = {"REDIS_PASSWORD": password or "", "REDIS_PRIMARY_PASSWORD": password or "", "REDISCLI_AUTH": password or ""}
    args = [expanded(argument, env) for argument in server_of(plan)["args"]]
    command = ["redis-server", *(argument.replace("/etc/redis", str(folder)) for argument in args)]
    server = Server(port, folder, server_of(plan))
    with running(command, env, lambda: probe(server, password).returncode == 0):
        yield server


def expanded(argument: str, env: dict[str, str]) -> str:
    """Fill in variables as Kubernetes does in arguments."""
    for name, value in env.items():
        argument = argument.replace(f"$({name})", value)
    return argument


def probe(server: Server, password: str | None) -> subprocess.CompletedProcess[str]:
    """Run the rendered readiness probe."""
    readiness = server.container["readinessProbe"]
    assert isinstance(readiness, dict)
    program, *rest = readiness["exec"]["command"]
    return run([program, "-p", str(server.port), *rest], {"REDISCLI_AUTH": password} if password else {})


def client(server: Server, *command: str, password: str | None = SECRET) -> str:
    """Ask the server as a client does."""
    asked = ["redis-cli", "-p", str(server.port), "-e", *command]
    done = run(asked, {"REDISCLI_AUTH": password} if password else {})
    return (done.stdout + done.stderr).strip()


@needs_redis
def test_the_rendered_server_runs_and_its_probe_tells(tmp_path: Path) -> None:
    """The server starts with the rendered file and arguments; the probe passes with the password, and not without."""
    with started(redis(config={"timeout": 300}), tmp_path / "redis", free_port(), SECRET) as server:
        assert probe(server, SECRET).returncode == 0
        assert probe(server, None).returncode != 0
        assert probe(server, "wrong").returncode != 0
        assert client(server, "config", "get", "maxmemory").splitlines() == ["maxmemory", str(3 * 1024**3 // 4)]
        assert client(server, "config", "get", "timeout").splitlines() == ["timeout", "300"]
        assert client(server, "set", "a", "1") == "OK"
    with started(redis(), tmp_path / "redis", free_port(), SECRET) as server:
        assert client(server, "get", "a") == "1"
    assert probe(server, SECRET).returncode != 0


@needs_redis
def test_a_cache_evicts_and_keeps_nothing(tmp_path: Path) -> None:
    """A cache starts without a password where auth is off, evicts at its bound, and leaves no file behind."""
    plan = redis(auth={"enabled": False}, persistence="none", evictionPolicy="allkeys-lru", maxMemory="5Mi")
    with started(plan, tmp_path / "cache", free_port(), None) as server:
        for number in range(40):
            client(server, "setrange", str(number), "500000", "x", password=None)
        assert int(client(server, "dbsize", password=None)) < 40
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"redis.conf"}


@needs_redis
def test_a_replica_really_follows_and_the_dump_is_whole(tmp_path: Path) -> None:
    """What is written to the primary is read from the replica, which refuses writes; the dump holds it too."""
    primary_port = free_port()
    primary = redis(backup={}, config={"repl-diskless-sync-delay": 0, "shutdown-timeout": 0})
    replica = redis(replicaOf={"host": "localhost", "port": primary_port}, auth=PASSWORD)
    with (
        started(primary, tmp_path / "primary", primary_port, SECRET) as first,
        started(replica, tmp_path / "replica", free_port(), SECRET) as second,
    ):
        assert client(first, "set", "a", "1") == "OK"
        assert client(first, "wait", "1", "10000") == "1"
        assert client(second, "get", "a") == "1"
        assert "READONLY" in client(second, "set", "a", "2")
        dumped = dump(primary, first, tmp_path / "backup")
    restored = tmp_path / "restored"
    restored.mkdir()
    (restored / "dump.rdb").write_bytes(dumped.read_bytes())
    with started(redis(persistence="rdb"), restored, free_port(), SECRET) as server:
        assert client(server, "get", "a") == "1"


def dump(plan: Plan, server: Server, folder: Path) -> Path:
    """Run the rendered backup script against a server."""
    folder.mkdir()
    (container,) = body_of(plan, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    *shell, script = container["command"]
    script = script.replace("/backup", str(folder)).replace("-h redis -p 6379", f"-h 127.0.0.1 -p {server.port}")
    done = run([*shell, script], {"REDISCLI_AUTH": SECRET})
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.rdb")
    return found
