"""The command line: ``lumen``, and what ``python -m apps`` runs under ``cdk8s synth``."""

from __future__ import annotations


def main() -> None:
    """Run ``lumen`` with the arguments of the process, and end it."""
    from lumen_constructs.cli.failures import ended  # noqa: PLC0415  # so that importing the package stays cheap

    ended(_run)


def _run() -> int:
    from lumen_constructs.cli.commands import run  # noqa: PLC0415  # without typer, the import is what fails

    return run()
