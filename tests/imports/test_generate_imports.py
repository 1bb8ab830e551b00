"""The generator of ``imports/lumen``: what it compares, and what it opens."""

from __future__ import annotations

import gzip
import importlib.util
import io
import tarfile
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """Load the script as a module."""
    spec = importlib.util.spec_from_file_location("generate_imports", ROOT / "scripts" / "generate_imports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def archive(text: bytes, *, level: int) -> bytes:
    """Pack one file as npm does, compressed as another Node might."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member = tarfile.TarInfo("package/.jsii")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    return gzip.compress(packed.getvalue(), level)


def test_schemas_follow_the_short_crds(generator: ModuleType) -> None:
    """The part of 'make check-generated' that takes no time."""
    lists = [
        yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in sorted((ROOT / "imports" / "crds").glob("*.yaml"))
    ]
    assert (ROOT / "imports" / "lumen" / "crds.json").read_text() == generator.schemas(lists), "run 'make imports'"


def test_archives_are_compared_by_what_they_hold(generator: ModuleType, tmp_path: Path) -> None:
    """Compression may differ between machines; content may not."""
    made, present = tmp_path / "made", tmp_path / "present"
    for folder, text, level in ((made, b"same" * 99, 9), (present, b"same" * 99, 0)):
        folder.mkdir()
        (folder / "a@0.0.0.jsii.tgz").write_bytes(archive(text, level=level))
    assert list(generator.differences(made, present)) == []
    (present / "a@0.0.0.jsii.tgz").write_bytes(archive(b"other" * 99, level=9))
    assert list(generator.differences(made, present)) == [Path("a@0.0.0.jsii.tgz")]


def test_replacing_brings_one_folder_to_the_other(generator: ModuleType, tmp_path: Path) -> None:
    """Files that changed, that are new, and that are no longer made."""
    made, present = tmp_path / "made", tmp_path / "present"
    for path, text in {"made/new/a.py": "1", "made/b.py": "2", "present/b.py": "3", "present/gone/c.py": "4"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    stale = sorted(generator.differences(made, present))
    assert stale == [Path("b.py"), Path("gone/c.py"), Path("new/a.py")]
    generator.replace(stale, made, present)
    assert list(generator.differences(made, present)) == []
    assert not (present / "gone" / "c.py").exists()


def test_opening_takes_the_fields_out_of_a_resource_and_of_nothing_else(generator: ModuleType) -> None:
    """The names, the scope and the identity of the object stay."""
    text = {"type": "string"}
    resource = {"type": "object", "properties": {"kind": text, "metadata": text, "spec": {"properties": {"a": text}}}}
    opened = generator.opened({"openAPIV3Schema": resource})["openAPIV3Schema"]["properties"]
    assert opened == {
        "kind": text,
        "metadata": text,
        "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    }
    assert generator.opened({"properties": {"spec": text}}) == {"properties": {"spec": text}}
