"""Scripts that apply, remove and build what one system is in one environment, for where no GitOps tool does.

They are made from the rendered set itself, so that they cannot fall behind it: the order is that of the sync waves, and
what is waited for are the objects that are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from lumen_constructs.delivery.scripts.calls import bash, powershell
from lumen_constructs.delivery.scripts.deploying import deploy_calls, undeploy_calls
from lumen_constructs.delivery.scripts.images import build_calls
from lumen_constructs.delivery.scripts.options import Scripts
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.tree import Placed

__all__ = ["Scripts", "script_files"]


def script_files(folder: str, objects: Sequence[Placed], options: Scripts) -> dict[str, bytes]:
    """Give the scripts of one rendered set by path; ``folder`` is ``<system>/<environment>``.

    There are ``deploy``, ``undeploy`` and, where the set has images that are built here, ``build-images``, each as
    ``.sh`` and as ``.ps1``.
    """
    scripts = {"deploy": deploy_calls(objects), "undeploy": undeploy_calls(objects)}
    if images := build_calls(objects, options):
        scripts["build-images"] = images
    files: dict[str, bytes] = {}
    for name, calls in scripts.items():
        files[f"{folder}/{name}.sh"] = _filled(f"{name}.sh", folder, bash(calls))
        files[f"{folder}/{name}.ps1"] = _filled(f"{name}.ps1", folder, powershell(calls))
    return files


def _filled(template: str, folder: str, calls: str) -> bytes:
    system, _, environment = folder.partition("/")
    text = resources.files(__name__).joinpath("templates", template).read_text(encoding="utf-8")
    for name, value in (("MARK", MARK), ("SYSTEM", system), ("ENVIRONMENT", environment), ("CALLS", calls)):
        text = text.replace(f"@{name}@", value)
    return text.encode()
