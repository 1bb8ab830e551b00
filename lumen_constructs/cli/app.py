"""What ``python -m apps`` does: the whole main job, under ``cdk8s synth`` or without it.

The cdk8s command says by ``CDK8S_OUTDIR`` where it wants the manifests, and removes the ``output`` of its settings
before it runs the app. So that an output is never removed before its successor is there, ``cdk8s.yaml`` names a folder
``.cdk8s``, which we make a link to the real output; all that the command can remove is the link.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lumen_constructs.cli.failures import UsageError, ended
from lumen_constructs.cli.project import Project, find_project
from lumen_constructs.cli.synth import Request, manifests, rendered_sets, summary, synth


def main() -> None:
    """Render all systems to where the cdk8s command wants them, or to the output of the project; end the process."""
    ended(_run)


def _run() -> int:
    if [argument for argument in sys.argv[1:] if argument != "--debug"]:
        message = "this takes no arguments; lumen synth does the same job, and takes some"
        raise UsageError(message)
    project = find_project(Path.cwd())
    wanted = os.environ.get("CDK8S_OUTDIR")
    if wanted is None:
        _write(project, project.output)
    elif Path(wanted).is_dir() and not Path(wanted).is_symlink():
        _stream(project, Path(wanted))  # a folder that exists was made for cdk8s synth --stdout
    elif _is_link_name(Path(wanted), project.root):
        _write(project, project.output)
        _link(Path(wanted), project)
    else:
        _write(project, Path(wanted))
    return 0


def _write(project: Project, output: Path) -> None:
    sets, replaced = synth(project, output, Request())
    # cdk8s keeps what the app prints to itself; what it prints as an error is seen.
    sys.stderr.write(summary(sets, replaced, output))


def _stream(project: Project, folder: Path) -> None:
    """Write one file, since the cdk8s command prints several at the same time, with nothing between them."""
    text = manifests(rendered_sets(project, Request(quiet=True)))
    (folder / "all.yaml").write_text(text, encoding="utf-8", newline="\n")


def _is_link_name(wanted: Path, root: Path) -> bool:
    """Tell whether the cdk8s command was given no folder of the user's, but the hidden one of ``cdk8s.yaml``."""
    return wanted.absolute().parent.resolve() == root.resolve() and wanted.name == _hidden_output(root)


def _hidden_output(root: Path) -> str | None:
    from lumen_constructs.values.reading import read_documents  # noqa: PLC0415  # only under the cdk8s command

    file = root / "cdk8s.yaml"
    if not file.is_file():
        return None
    settings = read_documents(file)
    output = settings[0].data.get("output") if settings and isinstance(settings[0].data, dict) else None
    return output if isinstance(output, str) and output.startswith(".") else None


def _link(link: Path, project: Project) -> None:
    """Make ``link`` lead to the output; where links are not allowed, the output is written there once more."""
    if link.is_symlink():
        link.unlink()
    try:
        link.symlink_to(os.path.relpath(project.output, link.parent), target_is_directory=True)
    except OSError:
        synth(project, link, Request(quiet=True))
