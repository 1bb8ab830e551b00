from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from lumen_constructs.cli.schemas import DELIVERY_SCHEMA, stale_schemas, write_schemas
from lumen_constructs.errors import LumenError
from tests.cli.conftest import Lumen, Project

APPS = Path(__file__).parents[2] / "apps"
DECLARATION = {
    "repository": {"url": "https://git.example.com/a/b.git"},
    "environments": {"dev": {"name": "here"}},
}


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Draft202012Validator:
    """Read the schema that is committed."""
    return jsonschema_rs.Draft202012Validator(json.loads((APPS / DELIVERY_SCHEMA).read_text(encoding="utf-8")))


def test_the_declaration_has_a_schema_beside_it(tmp_path: Path) -> None:
    """It is written where it is missing or stale, and not where there is no declaration."""
    declaration = tmp_path / "delivery.yaml"
    assert stale_schemas([], declaration) == {}
    declaration.write_text("{}")
    stale = stale_schemas([], declaration)
    assert list(stale) == [tmp_path / "delivery.schema.json"]
    write_schemas(stale)
    assert stale_schemas([], declaration) == {}
    (tmp_path / "delivery.schema.json").write_text("{}")
    assert stale_schemas([], declaration) == stale


def test_the_own_declaration_is_as_its_schema_says(validator: jsonschema_rs.Draft202012Validator) -> None:
    """Its first line points editors at the schema, which is that of today."""
    text = (APPS / "delivery.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={DELIVERY_SCHEMA}\n")
    assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []
    assert stale_schemas([], APPS / "delivery.yaml") == {}


@pytest.mark.parametrize(
    "change",
    [
        {"repository": None},
        {"repository": {}},
        {"environments": None},
        {"environments": {"dev": {"cluster": "here"}}},
        {"argocd": {"style": "both"}},
        {"argocd": {"notifications": [{"trigger": "x"}]}},
        {"flux": {"secret": 1}},
        {"fluxcd": {}},
    ],
)
def test_an_editor_sees_what_is_wrong(validator: jsonschema_rs.Draft202012Validator, change: dict[str, Any]) -> None:
    """A file that has no other layers must be whole, and has no other keys."""
    assert validator.is_valid(DECLARATION)
    assert not validator.is_valid({key: value for key, value in (DECLARATION | change).items() if value is not None})


def test_the_command_writes_it_with_those_of_all_systems(lumen: Lumen, project: Project) -> None:
    """Who asks for one system gets its schema alone."""
    file = project.package / DELIVERY_SCHEMA
    (project.package / "delivery.yaml").write_text("{}")
    assert lumen("schema", "demo", "other").status == 0
    assert not file.exists()
    assert lumen("schema").out == f"written  {project.package.name}/{DELIVERY_SCHEMA}\n"
    assert lumen("schema", "--check").status == 0
    file.write_text("{}")
    assert lumen("schema", "--check").out == f"stale    {project.package.name}/{DELIVERY_SCHEMA}\n"


def test_refuses_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """The file is named."""
    with pytest.raises(LumenError, match=r"no/delivery.schema.json: cannot be written: no such file or directory"):
        write_schemas({tmp_path / "no" / DELIVERY_SCHEMA: b"{}"})
