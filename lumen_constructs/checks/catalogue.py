"""All modules that hold rules: importing them registers the rules."""

from __future__ import annotations

from importlib import import_module

_MODULES = {
    "references": (
        *("identity", "config", "volumes", "accounts", "ports", "selecting", "services", "backends", "routes"),
        *("named", "addresses", "monitors", "contention"),
    ),
    "reachability": ("flows",),
    "schema": ("fields", "choices", "versions", "names", "strings", "twice", "ports", "constraints"),
    "reliability": ("probes", "resources", "availability", "storage"),
    "security": ("pods", "namespaces", "accounts", "secrets", "images", "network"),
    "gitops": ("form", "waves", "jobs", "keeping"),
    "waivers": ("rules",),
}


def load() -> None:
    """Import every module that holds rules."""
    for topic, modules in _MODULES.items():
        for module in modules:
            import_module(f"{__package__}.{topic}.{module}")
