"""The examples, as golden tests."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from lumen_constructs.emit.yaml import dump_all
from lumen_constructs.manifest import rendered
from lumen_constructs.validation import checked
from tests.apps.snapshots import YamlFile

EXAMPLES = sorted(path.stem for path in (Path(__file__).parent / "examples").glob("[a-z]*.py"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_renders_as_before(example: str, snapshot: SnapshotAssertion) -> None:
    """The example's manifests are those that were read and committed, and the checks are silent."""
    manifests = rendered(import_module(f"tests.examples.{example}").app)
    assert [str(finding) for finding in checked(manifests).findings] == []
    assert dump_all([manifest.body for manifest in manifests]).encode() == snapshot(extension_class=YamlFile)


def test_the_first_example_is_the_readme_s() -> None:
    """The README shows a program that is run here."""
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    example = (Path(__file__).parent / "examples" / "shop.py").read_text()
    code = readme.split("```python\n", 1)[1].split("```", 1)[0]
    assert example == f'"""The first example of the README."""\n\n{code.replace("app.synth()", "").rstrip()}\n'
