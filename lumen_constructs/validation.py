"""Every app that holds a manifest of ours is checked as a whole when it is synthesised."""

from __future__ import annotations
from constructs import Construct


def watch(scope: Construct) -> None:
    """TODO"""
