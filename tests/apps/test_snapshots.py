"""Every set as a whole: a change of the output is a change that somebody reads."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from apps.systems import SYSTEMS
from lumen_constructs.emit.yaml import dump_all
from lumen_constructs.rendering import targets
from tests.apps.rendered import everything, manifests
from tests.apps.snapshots import YamlFile

FOLDERS = [target.folder for target in targets(SYSTEMS)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.replace("/", "-"))
def test_renders_as_before(folder: str, snapshot: SnapshotAssertion) -> None:
    """The manifests of the set are those that were read and committed."""
    text = dump_all(manifests(*folder.split("/")))
    assert text.encode() == snapshot(extension_class=YamlFile)


def test_every_set_is_rendered() -> None:
    """No environment is left out."""
    assert [rendered.target.folder for rendered in everything()] == FOLDERS
