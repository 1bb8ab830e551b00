from __future__ import annotations

from pathlib import Path

import pytest

from lumen_constructs.checks import Severity
from lumen_constructs.cli.check_inputs import externals, severities, whole_crds
from lumen_constructs.errors import LumenError

CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %s}
spec: {group: g, scope: Namespaced, names: {kind: K, plural: k}, versions: [{name: v1, served: true}]}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_reads_what_exists_elsewhere() -> None:
    """One a line, with comments and empty lines between."""
    Path("a").write_text("# ours\n\nSecret/ghcr  # pull secret\n  ConfigMap/shop/ca \r\n")
    Path("b").write_text("StorageClass/fast")
    assert externals(["a", "b"]) == ["Secret/ghcr", "ConfigMap/shop/ca", "StorageClass/fast"]


def test_refuses_every_line_of_another_form() -> None:
    """All at once, with file and line."""
    Path("a").write_text("Secret\nA/b/c/d\nSecret/a b\nSecret//x\nSecret/ok\n")
    with pytest.raises(LumenError) as error:
        externals(["a"])
    assert [fault.partition(" must be")[0] for fault in error.value.faults] == [
        *("a:1: 'Secret'", "a:2: 'A/b/c/d'", "a:3: 'Secret/a b'", "a:4: 'Secret//x'")
    ]


def test_reads_crds_of_all_places() -> None:
    """Files, folders, and Lists as kubectl prints them."""
    Path("one.yaml").write_text(CRD % "one")
    Path("more").mkdir()
    listed = "".join(
        f"- {line}" if line.startswith("api") else f"  {line}" for line in (CRD % "two").splitlines(keepends=True)
    )
    Path("more/list.yaml").write_text(f"kind: List\nitems:\n{listed}")
    assert [body["metadata"]["name"] for body in whole_crds(["one.yaml", "more"])] == ["one", "two"]


def test_refuses_crds_that_cannot_be_read() -> None:
    """All at once: otherwise resources would pass unchecked."""
    Path("bad.yaml").write_text(f"{CRD % 'x'}---\na: [\n---\n{(CRD % 'z').replace('names', 'nams')}")
    with pytest.raises(LumenError) as error:
        whole_crds(["bad.yaml", "nowhere"])
    assert [fault.partition(";")[0] for fault in error.value.faults] == [
        "bad.yaml:6: did not find expected node content",
        "bad.yaml:8: CustomResourceDefinition/z: has no 'names'",
        "nowhere: no such file",
    ]


def test_reads_severities() -> None:
    """The last one for a rule holds."""
    given = ["dns-blocked=off", "image-tag-mutable=warning", "dns-blocked=error"]
    assert severities(given) == {"dns-blocked": Severity.ERROR, "image-tag-mutable": Severity.WARNING}
    assert severities(["dns-blocked=off"]) == {"dns-blocked": "off"}


def test_refuses_every_severity_of_another_form() -> None:
    """All at once."""
    with pytest.raises(LumenError) as error:
        severities(["x", "nothing=off", "dns-blocked=fatal"])
    assert len(error.value.faults) == 3
