from __future__ import annotations

import getpass
import gzip
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from lumen_constructs.datastores.plan import Plan
from lumen_constructs.datastores.postgresql_server import DATA_DIRECTORY, MOUNT
from tests.datastores.samples import body_of, env_of, pod_spec_of, postgresql, server_of, sidecar_of
from tests.datastores.servers import folder_for, free_port, run, running

PASSWORD = "s3cretWithoutSymbols"  # noqa: S105  # of a server that lives as long as a test


def programs() -> Path | None:
    """Give the directory of the server's programs: Debian keeps those off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path).resolve().parent if on_path else None


def server_user() -> str | None:
    """Give the user that runs the server where the test is root, which it refuses to run as."""
    if os.geteuid() != 0:
        return getpass.getuser()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


BINARIES = programs()
USER = server_user()
#: The user to change to, which only root can.
OTHER_USER = USER if os.geteuid() == 0 else None
needs_postgresql = pytest.mark.skipif(
    BINARIES is None or USER is None,
    reason="PostgreSQL is not installed (Debian: apt-get install postgresql), so that no parameter was run",
)


def args_of(plan: Plan) -> dict[str, str]:
    """Give the parameters in the rendered arguments."""
    program, *args = server_of(plan)["args"]
    assert program == "postgres"
    assert args[::2] == ["-c"] * (len(args) // 2)
    return dict(setting.split("=", 1) for setting in args[1::2])


def test_the_data_lies_below_the_mount() -> None:
    """The server gets an empty directory of its own, whatever the file system keeps in its root."""
    server = server_of(postgresql())
    assert {"name": "data", "mountPath": MOUNT} in server["volumeMounts"]
    assert env_of(server)["PGDATA"] == DATA_DIRECTORY
    assert DATA_DIRECTORY.startswith(f"{MOUNT}/")


def test_writes_where_the_image_writes() -> None:
    """The socket's directory is writable, and shared memory is not the container's 64 MiB."""
    spec = pod_spec_of(postgresql())
    mounted = {mount["mountPath"]: mount["name"] for mount in spec["containers"][0]["volumeMounts"]}
    assert "/var/run/postgresql" in mounted
    assert {"name": mounted["/dev/shm"], "emptyDir": {"medium": "Memory", "sizeLimit": "256Mi"}} in spec["volumes"]  # noqa: S108  # a path in the container
    assert (spec["securityContext"]["runAsUser"], spec["securityContext"]["runAsGroup"]) == (70, 70)


def test_the_user_comes_from_the_secret() -> None:
    """Name and password of the user are keys, or the name is plain; without auth, everybody is trusted."""
    keys = env_of(server_of(postgresql(database="shop")))
    assert keys["POSTGRES_USER"] == ("shop-db", "username")
    assert keys["POSTGRES_PASSWORD"] == ("shop-db", "password")
    assert keys["POSTGRES_DB"] == "shop"
    assert "POSTGRES_HOST_AUTH_METHOD" not in keys
    named = {"secret": {"name": "shop-db", "keys": ["owner", "password"]}, "usernameKey": "owner"}
    assert env_of(server_of(postgresql(auth=named)))["POSTGRES_USER"] == ("shop-db", "owner")
    plain = postgresql(auth={"secret": {"name": "shop-db", "keys": ["password"]}, "username": "shop"})
    assert env_of(server_of(plain))["POSTGRES_USER"] == "shop"
    trusting = env_of(server_of(postgresql(auth={"enabled": False})))
    assert trusting["POSTGRES_HOST_AUTH_METHOD"] == "trust"
    assert trusting["POSTGRES_USER"] == "postgres"


def test_parameters_follow_the_memory() -> None:
    """The shared buffers are a quarter of the limit and no more than the request, unless they are given."""
    assert args_of(postgresql())["shared_buffers"] == f"{256 * 1024}kB"
    small = postgresql(resources={"memory": "64Mi:1Gi"})
    assert args_of(small)["shared_buffers"] == f"{64 * 1024}kB"
    assert "shared_buffers" not in args_of(postgresql(resources={"memory": "1Gi:"}))
    given = args_of(postgresql(config={"shared_buffers": "1GB", "max_connections": 200, "jit": False}))
    assert given == {"shared_buffers": "1GB", "max_connections": "200", "jit": "off"}


def test_kubernetes_expands_nothing_in_parameters() -> None:
    """What looks like a reference to a variable is escaped, and reaches the server as it was written."""
    assert args_of(postgresql(config={"log_line_prefix": "$(PGDATA)"}))["log_line_prefix"] == "$$(PGDATA)"


def test_the_exporter_signs_in_as_the_user() -> None:
    """The exporter asks the server beside it, with the user's name and password."""
    env = env_of(sidecar_of(postgresql(metrics={}, database="shop")))
    assert env["DATA_SOURCE_URI"] == "localhost:5432/shop?sslmode=disable"
    assert env["DATA_SOURCE_USER"] == "$(POSTGRES_USER)"
    assert env["DATA_SOURCE_PASS"] == "$(POSTGRES_PASSWORD)"  # noqa: S105  # the name of a variable
    assert env["POSTGRES_USER"] == ("shop-db", "username")


class Server(NamedTuple):
    """A running PostgreSQL."""

    port: int
    folder: Path
    env: dict[str, str]


def program(name: str) -> str:
    """Give the path of one of the server's programs."""
    assert BINARIES is not None
    return str(BINARIES / name)


def environment(plan: Plan, folder: Path) -> dict[str, str]:
    """Give the container's variables, with the Secret's values and the test's folder."""
    secret = {"username": "owner", "password": PASSWORD}
    values = env_of(server_of(plan))
    env = {name: value if isinstance(value, str) else secret[value[1]] for name, value in values.items()}
    return {name: value.replace(MOUNT, str(folder)) for name, value in env.items()}


def initialise(env: dict[str, str], folder: Path) -> None:
    """Make the data directory as the image's entrypoint does: with the user, the password and the arguments."""
    password = folder / "password"
    password.write_text(env["POSTGRES_PASSWORD"])
    shutil.chown(password, str(USER))
    arguments = env["POSTGRES_INITDB_ARGS"].split()
    command = [program("initdb"), "--username", env["POSTGRES_USER"], f"--pwfile={password}", *arguments]
    methods = ["--auth-host=scram-sha-256", "--auth-local=trust", "--no-sync"]
    done = run([*command, *methods, "-D", env["PGDATA"]], env, OTHER_USER)
    assert done.returncode == 0, done.stderr


@contextmanager
def started(plan: Plan, folder: Path) -> Iterator[Server]:
    """Run the server with the rendered arguments, in the test's folder and on the loopback interface."""
    env, port = environment(plan, folder), free_port()
    if not (folder / "pgdata").exists():
        initialise(env, folder)
    _, *args = server_of(plan)["args"]
    placed = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-p", str(port)]
    command = [program("postgres"), "-D", env["PGDATA"], *args, *placed]
    server = Server(port, folder, env)
    with running(command, env, lambda: sql(server, "SELECT 1", "postgres").returncode == 0, OTHER_USER):
        yield server


def sql(server: Server, statements: str, database: str) -> subprocess.CompletedProcess[str]:
    """Run statements as the image's entrypoint and the clients do."""
    psql = ["psql", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(server.port), "-At"]
    user = ["-U", server.env["POSTGRES_USER"], "-d", database, "-c", statements]
    return run([*psql, *user], {"PGPASSWORD": server.env["POSTGRES_PASSWORD"]})


def probe(server: Server, plan: Plan) -> subprocess.CompletedProcess[str]:
    """Run the rendered readiness probe."""
    *shell, asked = server_of(plan)["readinessProbe"]["exec"]["command"]
    return run([*shell, asked.replace("--port 5432", f"--port {server.port}")], server.env)


def dump(server: Server, plan: Plan, folder: Path) -> str:
    """Run the rendered backup script, and give the SQL that it wrote."""
    (container,) = body_of(plan, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    *shell, script = container["command"]
    placed = script.replace("/backup/", f"{folder}/").replace(
        "--host postgresql --port 5432", f"--host 127.0.0.1 --port {server.port}"
    )
    done = run([*shell, placed], {name: server.env[name] for name in env_of(container)})
    assert done.returncode == 0, done.stderr
    (found,) = folder.iterdir()
    return gzip.decompress(found.read_bytes()).decode()


def statements_of(plan: Plan) -> Sequence[str]:
    """Give the statements that the image's entrypoint runs once."""
    return str(body_of(plan, "ConfigMap")["data"]["databases.sql"]).splitlines()


@needs_postgresql
def test_the_rendered_server_runs_and_its_probe_tells(tmp_path: Path) -> None:
    """The server starts with the rendered parameters and makes its databases; the probe passes while it runs."""
    plan = postgresql(
        database="countinfo",
        databases=["dashboardconfig"],
        backup={},
        config={"max_connections": 33, "log_line_prefix": "%m [%p] "},
        resources={"memory": "64Mi:256Mi"},
    )
    with folder_for(USER) as folder:
        with started(plan, folder) as server:
            for statement in (f'CREATE DATABASE "{server.env["POSTGRES_DB"]}"', *statements_of(plan)):
                done = sql(server, statement, "postgres")
                assert done.returncode == 0, done.stderr
            assert sql(server, "SHOW max_connections", "dashboardconfig").stdout == "33\n"
            assert sql(server, "SHOW shared_buffers", "countinfo").stdout == "64MB\n"
            assert sql(server, "SHOW data_checksums", "countinfo").stdout == "on\n"
            assert probe(server, plan).returncode == 0
            sql(server, "CREATE TABLE counts (name text)", "countinfo")
            (tmp_path / "backup").mkdir()
            dumped = dump(server, plan, tmp_path / "backup")
        assert "CREATE DATABASE dashboardconfig" in dumped
        assert "CREATE TABLE public.counts" in dumped
        assert probe(server, plan).returncode != 0
