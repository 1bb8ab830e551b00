"""Snapshots that a person can read: one YAML file a set."""

from __future__ import annotations

from syrupy.extensions.single_file import SingleFileSnapshotExtension


class YamlFile(SingleFileSnapshotExtension):
    """A snapshot that is a YAML file, named after the test's parameters."""

    file_extension = "yaml"
