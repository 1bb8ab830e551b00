"""Generate ``imports/lumen``: thin L1 classes of our short CRDs, their JSON Schemas, and the one jsii module.

``make imports`` writes what differs; ``make check-generated`` (``--check``) writes nothing and lists what is stale.
Files are compared by content, archives by the content of their members, since another Node may compress the same bytes
differently.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from lumen_constructs.crds import read_crds
from lumen_constructs.errors import LumenError

ROOT = Path(__file__).resolve().parent.parent
IMPORTS = ROOT / "imports"
MODULES = ROOT / "node_modules"
PREFIX = "lumen"  # a user's own 'cdk8s import' of the same group makes an assembly of another name


def main() -> int:
    """Generate into a temporary folder, then write the differences, or with ``--check`` only list them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is stale")
    check: bool = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = generate(Path(folder))
        except (LumenError, yaml.YAMLError, subprocess.CalledProcessError) as error:
            output = getattr(error, "stdout", None) or ""
            sys.stderr.write(f"{output}generate_imports: error: {error}\n")
            return 1
        stale = sorted(differences(made, IMPORTS / PREFIX))
        if not check:
            replace(stale, made, IMPORTS / PREFIX)
    for path in stale:
        sys.stdout.write(f"{'stale' if check else 'wrote'} imports/{PREFIX}/{path}\n")
    if check and stale:
        sys.stdout.write("run 'make imports' and commit the result\n")
    return int(check and bool(stale))


def generate(work: Path) -> Path:
    """Make everything below ``work`` and give the folder that stands for ``imports/lumen``."""
    files = sorted((IMPORTS / "crds").glob("*.yaml"))
    lists = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    jobs: list[Callable[[Path], None]] = [build_module, *(functools.partial(import_crds, crds) for crds in lists)]
    folders = [work / str(number) for number in range(len(jobs))]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for finished in [pool.submit(job, folder) for job, folder in zip(jobs, folders, strict=True)]:
            finished.result()
    made = work / PREFIX
    # One run of the CLI for each group, merged here: a second run into one folder deletes groups whose name continues
    # that of its own (generators.external-secrets.io below external-secrets.io).
    for folder in folders:
        shutil.copytree(folder / PREFIX, made, dirs_exist_ok=True)
    (made / "__init__.py").write_text("")
    (made / "crds.json").write_text(schemas(lists), encoding="utf-8")
    return made


def build_module(folder: Path) -> None:
    """Build ``imports/src``, the module through which manifests cross into the construct tree."""
    dependencies = [f"--dep={MODULES / name}" for name in ("constructs", "cdk8s", "@types/node")]
    run(
        "jsii-srcmak",
        str(IMPORTS / "src"),
        "--entrypoint=lumen_constructs_manifests.ts",
        *dependencies,
        f"--python-outdir={folder}",
        f"--python-module-name={PREFIX}.manifests",
    )


def import_crds(crds: Mapping[str, Any], folder: Path) -> None:
    """Make the L1 classes of one group, ``spec`` opened: a typed L1 drops every field that its schema does not know."""
    source = folder / "crds.yaml"
    source.write_text(yaml.safe_dump(json.loads(json.dumps(crds), object_hook=opened), sort_keys=False))
    run("cdk8s", "import", f"{PREFIX}:={source}", "--language=python", "--save=false", f"--output={folder}")


def opened(mapping: dict[str, Any]) -> dict[str, Any]:
    """Take all fields out of a resource's ``spec``; other mappings stay as they are."""
    resource = mapping.get("openAPIV3Schema")
    if resource is not None:
        for name in resource["properties"].keys() - {"apiVersion", "kind", "metadata"}:
            resource["properties"][name] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return mapping


def schemas(lists: Iterable[Mapping[str, Any]]) -> str:
    """Write the JSON Schemas of all kinds, a line each, for :func:`lumen_constructs.crds.custom_kinds` to read."""
    lines = (json.dumps(entry._asdict(), separators=(",", ":")) for entry in read_crds(lists))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def run(program: str, *arguments: str) -> None:
    """Run a tool of ``node_modules``, quietly unless it fails."""
    subprocess.run(  # noqa: S603  # the tools that package-lock.json pins, with arguments made above
        [MODULES / ".bin" / program, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "CDK8S_CHECK_UPGRADE": "false"},
    )


def differences(made: Path, present: Path) -> Iterator[Path]:
    """Give the files, relative to both folders, that one of them lacks or that differ in content."""
    for path in files_of(made) | files_of(present):
        one, other = made / path, present / path
        if not (one.is_file() and other.is_file() and content(one) == content(other)):
            yield path


def files_of(folder: Path) -> set[Path]:
    """Give every file below ``folder`` that Python did not leave there."""
    return {
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }


def content(path: Path) -> object:
    """Give what a file says: its bytes, or those of each member of an archive."""
    data = path.read_bytes()
    if path.suffix != ".tgz":
        return data
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {member.name: (file.read() if (file := archive.extractfile(member)) else b"") for member in archive}


def replace(stale: list[Path], made: Path, present: Path) -> None:
    """Bring ``present`` to what was ``made``, file by file."""
    for path in stale:
        if (made / path).is_file():
            (present / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made / path, present / path)
        else:
            (present / path).unlink()


if __name__ == "__main__":
    sys.exit(main())
