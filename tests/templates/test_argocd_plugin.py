from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Project
from tests.networking.custom import schema_faults
from tests.templates.sandbox import REPOSITORY, Answer, Call, Sandbox, make_image, needs_sandbox, pack, tracked

PLUGIN = REPOSITORY / "templates/argocd-plugin"

RECIPE = (PLUGIN / "Dockerfile").read_text(encoding="utf-8")

#: What the container has beside the variables of the Application: those of the base image, of the recipe, of the
#: runtime (its home is '/' for a user whom the image does not know) and of Kubernetes.
CONTAINER = {
    **dict(re.findall(r"^ENV (\w+)=(\S+)$", RECIPE, re.MULTILINE)),
    "HOME": "/",
    "HOSTNAME": "argocd-repo-server-6b8f7c9d5-x2x7p",
    "KUBERNETES_SERVICE_HOST": "10.96.0.1",
}

#: What Argo CD says to each run.
APPLICATION = {
    "ARGOCD_APP_NAME": "shop",
    "ARGOCD_APP_NAMESPACE": "shop",
    "ARGOCD_APP_REVISION": "f913b6cbf58aa5ae5ca1f8a2b149477aebcbd9d8",
    "ARGOCD_APP_SOURCE_PATH": ".",
    "KUBE_VERSION": "1.32.0",
    "KUBE_API_VERSIONS": "v1,apps/v1",
}

MEBI = 2**20


def read(path: str) -> Any:
    """Read a file of the template."""
    return yaml.safe_load((PLUGIN / path).read_text(encoding="utf-8"))


def command() -> list[str]:
    """Give the plugin's command as its server reads it."""
    plugin = yaml.safe_load(read("configmap.yaml")["data"]["plugin.yaml"])
    generate: dict[str, list[str]] = plugin["spec"]["generate"]
    return [*generate["command"], *generate["args"]]


def pod() -> dict[str, Any]:
    """Give what the patch adds to the repo server's pods."""
    spec: dict[str, Any] = read("repo-server-patch.yaml")["spec"]["template"]["spec"]
    return spec


def mebibytes(quantity: str) -> int:
    """Read a size as the patch writes it."""
    number, unit = quantity[:-2], quantity[-2:]
    return int(number) * {"Mi": 1, "Gi": 1024}[unit]


def call(system: str, environment: str, /, *, files: dict[str, str] | None = None, **environ: str) -> Call:
    """Give the call for an Application whose plugin has these variables."""
    named = {"ARGOCD_ENV_SYSTEM": system, "ARGOCD_ENV_ENVIRONMENT": environment}
    return Call({**APPLICATION, **named, **environ}, files or {})


def documents(answer: Answer) -> list[Any]:
    """Read what a run printed, which must have succeeded without a word."""
    assert (answer.status, answer.err) == (0, "")
    return list(yaml.safe_load_all(answer.out))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Give a sidecar that runs the plugin."""
    needs_sandbox()
    folder = tmp_path_factory.mktemp("sidecar")
    size = pod()["volumes"][1]["emptyDir"]["sizeLimit"]
    return Sandbox(make_image(folder), folder, command(), CONTAINER, size)


_HANG = """
        if values.fault == "hang":
            import pathlib, time
            pathlib.Path("hangs").touch()
            time.sleep(60)
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a small repository as an archive; its system 'demo' has a stack that fails when it is told to."""
    project = Project(tmp_path_factory.mktemp("repository"), "apps")
    stack = project.package / "stack.py"
    stack.write_text(stack.read_text().replace("        self.notes =", f"{_HANG}        self.notes =", 1))
    return pack(project.root.with_suffix(".tar"), project.root, project.tree("."))


def test_it_prints_what_a_commit_would_hold(sandbox: Sandbox, tmp_path: Path) -> None:
    """As user 999 on a read-only root, without home or network: manifests and nothing else, in the order of apply."""
    repository = pack(tmp_path / "repository.tar", REPOSITORY, tracked(REPOSITORY))
    session = sandbox.generate(repository, call("imprun", "production"))
    folder = REPOSITORY / "dist/imprun/production"
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    written = [yaml.safe_load((folder / path).read_text(encoding="utf-8")) for path in listed]
    assert documents(session.answers[0]) == written
    assert session.left == []
    # README.md says that eight fit in at once, and a repository of some size with each.
    assert session.memory / MEBI < mebibytes(pod()["containers"][0]["resources"]["limits"]["memory"]) / 8
    assert session.disk / MEBI < mebibytes(sandbox.size) / 8


def test_it_runs_at_once_with_any_home_and_in_any_folder(sandbox: Sandbox, demo: Path) -> None:
    """None, one that is not there, one that cannot be written; the Application may name a folder in the project."""
    calls = [call("demo", "dev", HOME=home) for home in ("", "/nonexistent", "/opt/lumen")]
    calls[1] = calls[1]._replace(path="apps/demo")
    session = sandbox.generate(demo, *calls, at_once=True)
    for answer in session.answers:
        assert [(body["kind"], body["metadata"]["name"]) for body in documents(answer)] == [
            ("Namespace", "demo"),
            ("ConfigMap", "c0"),
            ("ConfigMap", "c1"),
        ]
    assert session.left == []


def test_an_application_sets_values(sandbox: Sandbox, demo: Path) -> None:
    """In one variable, as on the command line; spaces and what a shell would obey are data."""
    session = sandbox.generate(demo, call("demo", "dev", ARGOCD_ENV_SET="replicas=1,greeting=a $(id) 'b"))
    assert documents(session.answers[0])[1]["data"] == {"greeting": "a $(id) 'b"}


FAILURES = {
    "no system": (call("", "dev"), "ARGOCD_ENV_SYSTEM: is not set; name the system in spec.source.plugin.env"),
    "no environment": (call("demo", ""), "ARGOCD_ENV_ENVIRONMENT: is not set; name the environment in spec.sour"),
    "an option as system": (call("--output=/tmp/x", "dev"), "lumen: error: there is no system '--output=/tmp/x' (d"),
    "an option as environment": (call("demo", "--debug"), "lumen: error: demo: there is no environment '--debug' (d"),
    "a bad value": (
        call("demo", "dev", files={"apps/demo/values-dev.yaml": "replicas: many\n"}),
        "lumen: error: apps/demo/values-dev.yaml:1: replicas: must be a whole number, not 'many'",
    ),
    "a syntax error": (
        call("demo", "dev", files={"apps/systems.py": "SYSTEMS = [\n"}),
        "lumen: error: SyntaxError: '[' was never closed (apps/systems.py:1); --debug shows more",
    ),
    "a finding": (call("demo", "dev", ARGOCD_ENV_SET="fault=check"), "role-missing"),
    "a call that hangs": (
        call("demo", "dev", ARGOCD_ENV_SET="fault=hang")._replace(sign="hangs"),
        "lumen: error: stopped by SIGTERM before the work was done",
    ),
}


def test_it_prints_nothing_where_it_fails(sandbox: Sandbox, demo: Path) -> None:
    """Argo CD must never see a part of a set: there is one line that says what is wrong, and a status."""
    session = sandbox.generate(demo, *(asked for asked, _ in FAILURES.values()), at_once=True)
    for answer, (name, (_, fault)) in zip(session.answers, FAILURES.items(), strict=True):
        assert (answer.status == 0, answer.out, len(answer.err.splitlines())) == (False, "", 1), f"{name}: {answer}"
        assert fault in answer.err, name
    assert session.left == []


def test_the_sandbox_is_one(sandbox: Sandbox, demo: Path) -> None:
    """What the other tests rest on: who runs there, and what they may do."""
    script = """
        echo $(id -u) $(id -g) $(id -G)
        sed -n -E 's/^(CapPrm|CapEff|CapBnd|NoNewPrivs):\\s*//p' /proc/self/status
        for place in / /root /opt/lumen/bin /etc /usr/lib /dev /proc; do
          touch $place/x 2>/dev/null && echo "wrote $place"
        done
        ls /home /var /srv 2>/dev/null
        python3 -c 'import socket; socket.create_connection(("192.0.2.1", 443), 3)' 2>&1 | tail -n 1
        touch /tmp/mine
    """
    session = sandbox._replace(command=["/bin/sh", "-c", script]).generate(
        demo, call("demo", "dev", PATH="/bin:/opt/lumen/bin")
    )
    nothing = "0" * 16
    assert session.answers[0].out.splitlines() == [
        "999 999 999",
        *(nothing, nothing, nothing, "1"),
        "OSError: [Errno 101] Network is unreachable",
    ]
    assert session.left == ["/tmp/mine"]  # noqa: S108  # the sandbox's own


def test_the_plugin_runs_confined() -> None:
    """The sidecar has no more rights than 'restricted' gives, and mounts what it was made for."""
    (container,) = pod()["containers"]
    context = container["securityContext"]
    assert context["readOnlyRootFilesystem"] is context["runAsNonRoot"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert f"USER {context['runAsUser']}:{context['runAsGroup']}" in RECIPE.splitlines()
    volumes = {volume["name"]: volume for volume in pod()["volumes"]}
    mine = [mount["name"] for mount in container["volumeMounts"] if mount["name"] not in ("var-files", "plugins")]
    assert mine == list(volumes)
    config = read("configmap.yaml")["metadata"]["name"]
    assert volumes["lumen-plugin"]["configMap"]["name"] == config


def test_the_application_is_one() -> None:
    """It names the plugin, and gives the variables that the command asks for, and no others."""
    application = read("application.yaml")
    assert schema_faults(application) == []
    source = application["spec"]["source"]["plugin"]
    assert source["name"] == yaml.safe_load(read("configmap.yaml")["data"]["plugin.yaml"])["metadata"]["name"]
    asked = set(re.findall(r"ARGOCD_ENV_(\w+)", command()[-1]))
    shown = re.findall(r"\{name: ([A-Z]+),", (PLUGIN / "application.yaml").read_text(encoding="utf-8"))
    assert set(shown) == asked
    assert {item["name"] for item in source["env"]} == asked - {"SET"}
