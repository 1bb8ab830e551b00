"""Small rendered sets, and their scripts run against a kubectl that writes down what it was asked."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lumen_constructs.delivery.scripts import Scripts, script_files
from lumen_constructs.emit.tree import Placed, placed_set

KEPT = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}


class _Made(NamedTuple):
    path: str
    ours: bool
    body: dict[str, Any]


def placed(*bodies: dict[str, Any]) -> list[Placed]:
    """Place bodies as rendering does."""
    return placed_set("shop/dev", [_Made(f"shop/{index}", True, body) for index, body in enumerate(bodies)])  # noqa: FBT003  # a field


def body(  # noqa: PLR0913  # the parts of an object that differ
    kind: str,
    name: str,
    spec: Mapping[str, Any] | None = None,
    *,
    api: str = "v1",
    namespace: str | None = "shop",
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give an object."""
    metadata: dict[str, Any] = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"apiVersion": api, "kind": kind, "metadata": metadata} | ({"spec": dict(spec)} if spec else {})


def pods(image: str = "ghcr.io/acme/cart:1.4.2", **container: Any) -> dict[str, Any]:
    """Give the spec of a workload."""
    one = {"name": "main", "image": image, **container}
    template = {"metadata": {"labels": {"app": "cart"}}, "spec": {"containers": [one]}}
    return {"selector": {"matchLabels": {"app": "cart"}}, "template": template}


NAMESPACE = body("Namespace", "shop", namespace=None, annotations=KEPT)
CONFIG = body("ConfigMap", "cart-config")
DATABASE = body(
    "StatefulSet",
    "db",
    pods("postgres:15") | {"serviceName": "db", "volumeClaimTemplates": [{"metadata": {"name": "data"}}]},
    api="apps/v1",
    annotations={"lumen-constructs/external": "Secret/db-secret"},
)
JOB = body("Job", "init-1a2b3c4d", {"template": pods()["template"]}, api="batch/v1")
CART = body("Deployment", "cart", pods(), api="apps/v1", annotations={"lumen-constructs/external": "Secret/db-secret"})
INGRESS = body("Ingress", "cart", {"rules": []}, api="networking.k8s.io/v1")
CLAIM = body("PersistentVolumeClaim", "files", annotations=KEPT)
SHOP = (NAMESPACE, CONFIG, DATABASE, JOB, CART, INGRESS, CLAIM)

#: A kubectl that writes its arguments down, answers as it is told, and fails where it is told.
_KUBECTL = """\
#!/usr/bin/env bash
echo "$*" >> "$CALLS"
if [[ -n ${FAIL_ON-} && "$*" == *"$FAIL_ON"* ]]; then echo "kubectl: refused" >&2; exit 1; fi
if [[ "$*" == *jsonpath* ]]; then echo "${STATUS-Complete=True}"; fi
"""


class Ran(NamedTuple):
    """What came of running a script."""

    status: int
    out: str
    err: str
    calls: list[str]
    """What kubectl was asked, with paths relative to the scripts."""


def run_script(
    folder: Path,
    script: str,
    *options: str,
    bodies: tuple[dict[str, Any], ...] = SHOP,
    answer: str | None = None,
    **env: str,
) -> Ran:
    """Write the scripts of a set below ``folder``, and run one of them; ``answer`` is what a person types in."""
    for path, content in script_files("shop/dev", placed(*bodies), Scripts(images=("acme/*",))).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o755)
    tools, calls = folder / "tools", folder / "calls"
    tools.mkdir(exist_ok=True)
    for tool in ("kubectl", "docker"):
        (tools / tool).write_text(_KUBECTL)
        (tools / tool).chmod(0o755)
    calls.write_text("")
    here = folder / "shop" / "dev"
    person, terminal = pty.openpty()
    os.write(person, f"{answer or ''}\n".encode())
    done = subprocess.run(
        [here / script, *options],
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(calls), **env},
        stdin=subprocess.DEVNULL if answer is None else terminal,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(person)
    os.close(terminal)
    asked = calls.read_text().replace(f"{here}/", "").splitlines()
    return Ran(done.returncode, done.stdout, done.stderr, asked)
