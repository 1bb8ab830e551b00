from __future__ import annotations

import os
from pathlib import Path

import pytest

from lumen_constructs.checks.gathering import MAX_BYTES, Gathered, gather
from lumen_constructs.emit.existing import MARK

MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, content: str | bytes = MANIFEST) -> None:
    """Write a file below the current folder."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def found(*paths: str, stdin: bytes = b"") -> Gathered:
    """Gather, with something to read on the standard input."""
    return gather(paths, lambda most: stdin[:most])


def files(gathered: Gathered) -> dict[str, list[str]]:
    """Give the files of each set."""
    return {set_.folder: [manifest.chunk.file for manifest in set_.manifests] for set_ in gathered.sets}


def test_reads_folders_files_and_the_input_as_one_set() -> None:
    """In the order of the arguments and of the names, each file once."""
    write("b/2.yml")
    write("b/1.yaml")
    write("b/sub/3.JSON", '{"apiVersion": "v1", "kind": "Secret"}')
    write("b/readme.md")
    write("a.txt")
    assert files(found("b", "a.txt", "-", "b/1.yaml", "./b/sub/../2.yml", stdin=MANIFEST.encode())) == {
        "": ["b/1.yaml", "b/2.yml", "b/sub/3.JSON", "a.txt", "<stdin>"]
    }


def test_names_files_as_messages_do() -> None:
    """Relative to the current folder where that is shorter."""
    write("b/1.yaml")
    assert files(found(os.path.abspath("b"))) == {"": ["b/1.yaml"]}  # noqa: PTH100  # as a shell gives it


def test_passes_over_hidden_files_and_packages() -> None:
    """Not those that the user names."""
    for path in (".git/a.yaml", "x/.a.yaml", "node_modules/a.yaml", "x/node_modules/y/a.yaml"):
        write(path)
    assert files(found(".")) == {}
    assert files(found("node_modules", "x/.a.yaml")) == {"": ["node_modules/a.yaml", "x/.a.yaml"]}


def test_tells_manifests_from_other_files() -> None:
    """Values, charts, and settings of other programs, as long as the user does not name them."""
    write("chart/values.yaml", "image: {tag: 1}\n---\n- 1\n")
    write("chart/Chart.yaml", "apiVersion: v2\nname: x\n")
    write("package.json", '{"name": "x"}')
    write("tsconfig.json", '{\n  // a comment\n  "a": 1\n}')
    write("mkdocs.yml", "a: !!python/name:material.x\n")
    write("empty.yaml", "# nothing\n")
    write("mixed.yaml", f"a: 1\n---\n{MANIFEST}")
    gathered = found(".")
    assert gathered.unreadable == []
    assert files(gathered) == {"": ["mixed.yaml", "mixed.yaml"]}
    assert gathered.passed_over == [
        *("empty.yaml", "mkdocs.yml", "package.json", "tsconfig.json", "chart/Chart.yaml", "chart/values.yaml")
    ]
    assert files(found("package.json")) == {"": ["package.json"]}
    assert [str(entry) for entry in found("mkdocs.yml").unreadable] == [
        "mkdocs.yml:1: a: the tag !!python/name:material.x is not supported; write the plain value"
    ]


def test_passes_over_kustomizations_and_their_patches() -> None:
    """A patch has kind and name, but is no object; what the user names is checked."""
    write("app/base/deployment.yaml")
    write("app/base/kustomization.yaml", "resources: [deployment.yaml]\n")
    write(
        "app/prod/kustomization.yml",
        """apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../base]
patches:
- path: patches/replicas.yaml
- patch: "- {op: remove, path: /x}"
patchesStrategicMerge:
- old.yaml
- |
  kind: X
configurations: [../names.yaml]
""",
    )
    for path in ("app/prod/patches/replicas.yaml", "app/prod/old.yaml", "app/names.yaml"):
        write(path)
    gathered = found("app")
    assert files(gathered) == {"": ["app/base/deployment.yaml"]}
    assert gathered.passed_over == [
        *("app/names.yaml", "app/base/kustomization.yaml", "app/prod/kustomization.yml"),
        *("app/prod/old.yaml", "app/prod/patches/replicas.yaml"),
    ]
    assert files(found("app/prod/old.yaml")) == {"": ["app/prod/old.yaml"]}


def test_an_object_of_flux_is_no_kustomization() -> None:
    """Whatever its file is named."""
    write("kustomization.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n")
    assert files(found(".")) == {"": ["kustomization.yaml"]}


def test_output_of_this_library_is_a_set_for_each_environment() -> None:
    """And all else that is given is one more."""
    for folder in ("dist/shop/prod", "dist/shop/dev"):
        write(f"{folder}/kustomization.yaml", f"# {MARK}\nresources: []\n")
        write(f"{folder}/50-services/a.yaml", f"# {MARK}\n{MANIFEST}")
    write("dist/foreign.yaml")
    write("other/b.yaml")
    gathered = found("dist", "other")
    assert files(gathered) == {
        "dist/shop/dev": ["dist/shop/dev/50-services/a.yaml"],
        "dist/shop/prod": ["dist/shop/prod/50-services/a.yaml"],
        "": ["dist/foreign.yaml", "other/b.yaml"],
    }
    assert gathered.passed_over == []
    assert gathered.ours == {"dist/shop/dev/50-services/a.yaml", "dist/shop/prod/50-services/a.yaml"}
    assert files(found("dist/shop/dev")) == {"dist/shop/dev": ["dist/shop/dev/50-services/a.yaml"]}


def test_tells_what_cannot_be_read_beside_what_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file with its line where there is one; pipes are not waited for."""
    monkeypatch.setattr("lumen_constructs.checks.gathering.MAX_BYTES", 1024**2)
    write("x/binary.yaml", b"\xff\xfe\x00a")
    write("x/good.yaml")
    write("x/large.yaml", "#" * 1024**2 + "#")
    write("x/latin.yaml", f"{MANIFEST}data: {{a: caf\xe9}}\n".encode("latin-1"))
    write("x/broken.yaml", "a: [\n")
    write("x/kustomization.yaml", "a: [\n")
    Path("x/link.yaml").symlink_to("nowhere")
    Path("x/loop").symlink_to(".")
    os.mkfifo("x/pipe.yaml")
    gathered = found("x", "missing.yaml", "-", stdin=b"a" * 2 * 1024**2)
    assert files(gathered) == {"": ["x/good.yaml"]}
    assert [str(entry) for entry in gathered.unreadable] == [
        "x/binary.yaml:1: must be UTF-8, but has the byte 0xff; save it as UTF-8",
        "x/broken.yaml:1: did not find expected node content",
        "x/kustomization.yaml:1: did not find expected node content",
        "x/large.yaml: is larger than 1 MiB, the most that is read",
        "x/latin.yaml:4: must be UTF-8, but has the byte 0xe9; save it as UTF-8",
        "x/link.yaml: no such file",
        "missing.yaml: no such file",
        "<stdin>: is larger than 1 MiB, the most that is read",
    ]


def test_reads_files_of_fifty_megabytes() -> None:
    """The largest that one meets: bundles of CRDs have three."""
    assert MAX_BYTES >= 50 * 1024 * 1024
