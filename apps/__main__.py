"""Render every system: what ``cdk8s synth`` runs, as ``python -m apps``."""

from __future__ import annotations

from lumen_constructs.cli.app import main

if __name__ == "__main__":
    main()
