from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pytest
import yaml
from syrupy.assertion import SnapshotAssertion

from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.tree import placed_set, set_files
from lumen_constructs.errors import LumenError
from tests.emit.bodies import body, made, workload

#: A set whose objects come in no order.
SET = made(
    workload("apps/v1", "Deployment", claims=("data",)),
    body("v1", "LimitRange"),
    body("v1", "Namespace", "shop", None),
    body("v1", "PersistentVolumeClaim", "data", annotations={"kustomize.toolkit.fluxcd.io/prune": "disabled"}),
    body("v1", "ConfigMap", data={"switch": "on"}),
    body("v1", "Service", spec={"ports": [{"port": 80}]}),
)


def files(notes: str = "") -> dict[str, str]:
    """Give the texts of the set's files."""
    return {path: text.decode() for path, text in set_files("shop/dev", placed_set("shop/dev", SET), notes).items()}


def test_each_object_stands_in_the_directory_of_its_stage() -> None:
    """One object a file, and a list of all for kubectl."""
    assert sorted(files()) == [
        "shop/dev/00-namespace/limitrange.cart.yaml",
        "shop/dev/00-namespace/namespace.shop.yaml",
        "shop/dev/10-config/configmap.cart.yaml",
        "shop/dev/50-services/deployment.cart.yaml",
        "shop/dev/50-services/persistentvolumeclaim.data.yaml",
        "shop/dev/50-services/service.cart.yaml",
        "shop/dev/kustomization.yaml",
    ]


def test_the_whole(snapshot: SnapshotAssertion) -> None:
    """Every byte of a small set."""
    assert "\n".join(f"== {path}\n{text}" for path, text in sorted(files("# Notes").items())) == snapshot


def test_the_list_is_in_the_order_of_apply() -> None:
    """A namespace comes before what is in it, although its file sorts later."""
    listed = yaml.safe_load(files()["shop/dev/kustomization.yaml"])["resources"]
    assert listed[:3] == [
        "00-namespace/namespace.shop.yaml",
        "00-namespace/limitrange.cart.yaml",
        "10-config/configmap.cart.yaml",
    ]
    assert sorted(listed) == sorted(path.removeprefix("shop/dev/") for path in files() if "kustomization" not in path)


def test_argo_cd_skips_the_list_and_nothing_else() -> None:
    """The words that make Argo CD skip a file stand in one file only."""
    assert [path for path, text in files("x").items() if "+argocd:skip-file-rendering" in text] == [
        "shop/dev/kustomization.yaml"
    ]


def test_refuses_an_object_that_argo_cd_would_skip() -> None:
    """The words count wherever they stand, also in the data of a ConfigMap."""
    skipped = made(body("v1", "ConfigMap", data={"kustomization.yaml": "# +argocd:skip-file-rendering"}))
    with pytest.raises(LumenError, match="shop/ConfigMap-cart: holds the words"):
        set_files("shop/dev", placed_set("shop/dev", skipped))


def test_every_file_says_that_it_is_generated() -> None:
    """That is how the next run knows which files are ours."""
    assert all(MARK in text.splitlines()[0] for text in files("notes").values())


def test_the_wave_is_added_where_it_is_not_argo_cds_default() -> None:
    """Wave 0 needs no annotation, and one that is given stays."""
    first = made(body("v1", "Namespace", "shop", None, annotations={"argocd.argoproj.io/sync-wave": "-50"}))
    placed = {placed.file: placed.body["metadata"].get("annotations") for placed in placed_set("d", [*SET, *first[:0]])}
    assert placed["00-namespace/namespace.shop.yaml"] == {"argocd.argoproj.io/sync-wave": "-40"}
    assert placed["50-services/deployment.cart.yaml"] is None
    assert placed_set("d", first)[0].body["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "-50"}


def test_what_says_how_many_waves_later_is_not_written() -> None:
    """The wave itself is."""
    for later, wave in (("1", {"argocd.argoproj.io/sync-wave": "1"}), ("0", None)):
        given = made(body("apps/v1", "Deployment", annotations={"lumen-constructs/later": later}))
        assert placed_set("d", given)[0].body["metadata"].get("annotations") == wave


def test_notes_stand_beside_the_stages_where_there_are_any() -> None:
    """Blank notes are none."""
    assert files("\n# Before\n\ntext\n\n")["shop/dev/NOTES.md"].endswith("-->\n\n# Before\n\ntext\n")
    assert "shop/dev/NOTES.md" not in files(" \n")


def test_bodies_are_made_canonical_once_more() -> None:
    """A patch may have changed them after the construct made them canonical."""
    patched = made(body("v1", "ResourceQuota", spec={"hard": {"limits.memory": "1024Mi"}}, status={"used": {}}))
    assert placed_set("d", patched)[0].body["spec"] == {"hard": {"limits.memory": "1Gi"}}
    assert "status" not in placed_set("d", patched)[0].body


def test_refuses_all_faulty_objects_at_once() -> None:
    """Each line starts with the construct path."""
    bad = made(body("v1", "ConfigMap", "a", data={"x": float("nan")}), body("v1", "ConfigMap", "b", data={"x": 2**60}))
    with pytest.raises(LumenError) as caught:
        placed_set("d", bad)
    assert [fault.split(": ")[0] for fault in caught.value.faults] == ["shop/ConfigMap-a", "shop/ConfigMap-b"]


def test_refuses_an_empty_set() -> None:
    """Argo CD would prune everything, and kustomize refuses an empty list."""
    with pytest.raises(LumenError, match="shop/dev: has no objects"):
        placed_set("shop/dev", [])


def test_refuses_two_objects_for_one_file() -> None:
    """A core Service whose name holds the other group would have the same file; both constructs are named."""
    clash = made(
        body("v1", "Service", "serving.knative.dev.cart"),
        body("serving.knative.dev/v1", "Service", annotations={"lumen-constructs/stage": "50-services"}),
    )
    with pytest.raises(LumenError, match=r"shop/Service-cart: would be written to .* as shop/Service-serving"):
        placed_set("d", clash)


@pytest.mark.skipif(which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_reads_the_list(tmp_path: Path) -> None:
    """``kubectl kustomize`` gives the objects of the stages, in the order of apply."""
    for path, text in files().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    printed = subprocess.run(
        ["kubectl", "kustomize", tmp_path / "shop/dev"], capture_output=True, text=True, check=True
    )
    assert [document["kind"] for document in yaml.safe_load_all(printed.stdout)][:2] == ["Namespace", "LimitRange"]
