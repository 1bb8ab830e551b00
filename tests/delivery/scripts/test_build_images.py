from __future__ import annotations

from pathlib import Path

import pytest

from lumen_constructs import LumenError, Scripts
from lumen_constructs.delivery.scripts import script_files
from lumen_constructs.delivery.scripts.calls import Call
from lumen_constructs.delivery.scripts.images import build_calls, parts_of
from tests.delivery.scripts.sets import CART, body, placed, pods, run_script

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("cart:1", (None, "cart", "1")),
        ("cart", (None, "cart", "latest")),
        ("acme/cart:1", (None, "acme/cart", "1")),
        ("ghcr.io/acme/cart:1", ("ghcr.io", "acme/cart", "1")),
        ("localhost:5000/cart:1", ("localhost:5000", "cart", "1")),
        ("localhost:5000/cart", ("localhost:5000", "cart", "latest")),
        (f"ghcr.io/acme/cart:1@{DIGEST}", ("ghcr.io", "acme/cart", None)),
    ],
)
def test_reads_references(reference: str, parts: tuple[str | None, str, str | None]) -> None:
    """Registry, path and tag are told apart; a port is no tag."""
    assert parts_of(reference) == parts


def test_each_image_is_built_once() -> None:
    """Images of several workloads, of CronJobs and of init containers; others' images are none of ours."""
    init = {"spec": {"initContainers": [{"name": "init", "image": "acme/init:1"}], "containers": []}}
    cron = body("CronJob", "report", {"jobTemplate": {"spec": {"template": init}}}, api="batch/v1")
    other = body("Deployment", "web", pods(), api="apps/v1")
    pinned = body("Deployment", "pinned", pods(f"acme/pinned@{DIGEST}"), api="apps/v1")
    foreign = body("StatefulSet", "db", pods("postgres:15"), api="apps/v1")
    calls = build_calls(placed(CART, other, cron, pinned, foreign), Scripts(images=("acme/*",)))
    assert calls == [
        Call("build", ("cart/Dockerfile", "ghcr.io", "acme/cart", "1.4.2")),
        Call("build", ("init/Dockerfile", "", "acme/init", "1")),
    ]


def test_the_dockerfile_can_be_elsewhere() -> None:
    """The last part of the image's path stands in the Dockerfile's."""
    (call,) = build_calls(placed(CART), Scripts(images=("acme/*",), dockerfile="docker/{name}.Dockerfile"))
    assert call.arguments[0] == "docker/cart.Dockerfile"


def test_without_images_there_is_no_script() -> None:
    """A system whose images are all others' has nothing to build."""
    assert sorted(script_files("shop/dev", placed(CART), Scripts())) == [
        f"shop/dev/{name}" for name in ("deploy.ps1", "deploy.sh", "undeploy.ps1", "undeploy.sh")
    ]


@pytest.mark.parametrize("dockerfile", ["/Dockerfile", "../{name}/Dockerfile", "a//Dockerfile"])
def test_refuses_a_dockerfile_outside_of_the_context(dockerfile: str) -> None:
    """The root of the repository is the build context."""
    with pytest.raises(LumenError, match="must be a path below the root of the repository"):
        Scripts(dockerfile=dockerfile)


def test_builds_and_pushes(tmp_path: Path) -> None:
    """Each image is built from the root, and pushed where this was asked for."""
    (tmp_path / "cart").mkdir()
    (tmp_path / "cart" / "Dockerfile").write_text("FROM scratch\n")
    done = run_script(tmp_path, "build-images.sh", "--push", bodies=(CART,), ROOT=str(tmp_path))
    assert done.status == 0
    image = "ghcr.io/acme/cart:1.4.2"
    assert done.calls == [f"build --file {tmp_path}/cart/Dockerfile --tag {image} {tmp_path}", f"push {image}"]


def test_registry_and_version_are_the_callers(tmp_path: Path) -> None:
    """REGISTRY and VERSION take the place of the manifests'; an empty REGISTRY is none."""
    root, dry = str(tmp_path), "--dry-run"
    done = run_script(tmp_path, "build-images.sh", dry, bodies=(CART,), ROOT=root, REGISTRY="reg:5000/", VERSION="9")
    assert "--tag reg:5000/acme/cart:9 " in done.out
    done = run_script(tmp_path, "build-images.sh", dry, bodies=(CART,), ROOT=root, REGISTRY="")
    assert "--tag acme/cart:1.4.2 " in done.out
    assert done.calls == []


def test_stops_where_a_dockerfile_is_missing(tmp_path: Path) -> None:
    """The missing file is named, and nothing is built."""
    done = run_script(tmp_path, "build-images.sh", bodies=(CART,), ROOT=str(tmp_path))
    assert (done.status, done.calls) == (1, [])
    assert f"there is no {tmp_path}/cart/Dockerfile; set ROOT to the build context" in done.err


def test_refuses_options_that_it_does_not_have(tmp_path: Path) -> None:
    """A misspelled option builds nothing."""
    done = run_script(tmp_path, "build-images.sh", "--pull", bodies=(CART,))
    assert (done.status, done.calls) == (1, [])
