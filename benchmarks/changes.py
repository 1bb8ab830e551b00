"""Two outputs to compare: what many services are, and the same with a few objects changed, or all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import Command
from lumen_constructs.emit.yaml import dump

#: Of so many objects one differs where few do.
_ONE_IN = 200

_RUN = "import os, sys; os.chdir(sys.argv.pop(1)); from lumen_constructs.cli import main; main()"


class Changes:
    """The programs that compare; all that they read stands below one folder."""

    def __init__(self, output: Path, work: Path) -> None:
        """``output`` is what many services are, one object a file; ``work`` is where the others are written."""
        self._files = {str(file.relative_to(output)): file for file in sorted(output.rglob("*.yaml"))}
        self._work = work
        shutil.rmtree(work, ignore_errors=True)
        repository = {name: work / name for name in ("few", "all")}
        for name, root in repository.items():
            self._write(root / "before", {})
            self._write(root / "dist", {})
            _commit(root)
            self._write(root / "dist", dict(self._changed(1 if name == "all" else _ONE_IN)))

    @property
    def objects(self) -> int:
        """The number of objects on each side."""
        return len(self._objects())

    def commands(self) -> dict[str, Command]:
        """Give the programs by what they compare."""
        few = len(range(0, self.objects, _ONE_IN))
        return {
            f"{where}, {number:,} differ": Command(["-c", _RUN, str(self._work / name), "diff", *arguments])
            for name, number in (("few", few), ("all", self.objects))
            for where, arguments in (("two folders", ("before", "dist")), ("working tree and HEAD", ()))
        }

    def _objects(self) -> list[str]:
        return [path for path in self._files if not path.endswith("kustomization.yaml")]

    def _write(self, folder: Path, changed: Mapping[str, str]) -> None:
        for path, file in self._files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(changed.get(path) or file.read_text(encoding="utf-8"), encoding="utf-8")

    def _changed(self, one_in: int) -> Iterator[tuple[str, str]]:
        """Change every so many objects: a label of each, and the images of those that have some."""
        for path in self._objects()[::one_in]:
            body = yaml.load(self._files[path].read_text(encoding="utf-8"), yaml.CSafeLoader)
            body["metadata"].setdefault("labels", {})["round"] = "second"
            template = body.get("spec", {}).get("template", {}) if isinstance(body.get("spec"), dict) else {}
            for container in template.get("spec", {}).get("containers", []):
                container["image"] += "0"
            yield path, dump(body)


def _commit(root: Path) -> None:
    """Make a project of a folder, and commit its output with nobody's settings."""
    (root / "cdk8s.yaml").write_text("language: python\n")
    nobody = {f"GIT_{who}_{what}": "benchmarks" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment: dict[str, Any] = {**os.environ, **nobody, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (["init", "--quiet"], ["add", "dist"], ["commit", "--quiet", "--message", "before"]):
        subprocess.run(  # noqa: S603  # our own arguments
            ["git", "-C", str(root), *arguments],  # noqa: S607  # the one on the PATH
            check=True,
            capture_output=True,
            env=environment,
        )
