from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from lumen_constructs.cli import synth
from lumen_constructs.cli.delivery import declaration, delivery_files
from lumen_constructs.cli.project import Project
from lumen_constructs.cli.synth import Request
from lumen_constructs.errors import LumenError
from lumen_constructs.rendering import RenderedSet

DECLARATION = """\
repository: {url: 'https://git.example.com/a/b.git'}
environments: {dev: {name: here}}
argocd: {}
flux: {}
"""


class _System(NamedTuple):
    name: str


class _Target(NamedTuple):
    system: _System
    environment: str


class _Placed(NamedTuple):
    file: str
    body: dict[str, object]


class _Set(NamedTuple):
    """A rendered set, as far as it is looked at."""

    target: _Target
    objects: list[_Placed]

    def files(self) -> dict[str, bytes]:
        """Give one file."""
        return {"shop/dev/10-config/configmap.x.yaml": b""}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Make a project with a declaration."""
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/delivery.yaml").write_text(DECLARATION)
    return Project(tmp_path, "apps.systems:SYSTEMS", tmp_path / "out/dist")


@pytest.fixture
def sets() -> list[RenderedSet]:
    """Give one set with one object."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "shop"}}
    one = _Set(_Target(_System("shop"), "dev"), [_Placed("10-config/configmap.x.yaml", dict(body))])
    return [one]  # type: ignore[list-item]  # a set of the shape that is looked at


def test_a_declaration_makes_the_files_of_both_controllers(project: Project, sets: list[RenderedSet]) -> None:
    """The folder of the output in the repository is the project's."""
    files = delivery_files(project, sets)
    assert sorted(files) == [
        "argocd/application.shop-dev.yaml",
        "argocd/appproject.lumen.yaml",
        "argocd/argocd-cm.yaml",
        "flux/dev.systems/kustomization.shop-dev-10-config.yaml",
        "flux/dev/gitrepository.lumen-dev.yaml",
        "flux/dev/kustomization.lumen-dev-systems.yaml",
        "flux/dev/kustomization.lumen-dev.yaml",
    ]
    assert yaml.safe_load(files["argocd/application.shop-dev.yaml"])["spec"]["source"]["path"] == "out/dist/shop/dev"


def test_a_project_without_a_declaration_makes_none(project: Project, sets: list[RenderedSet]) -> None:
    """Nobody has to use a controller."""
    declaration(project).unlink()
    assert delivery_files(project, sets) == {}


def test_only_a_full_run_makes_them(project: Project, sets: list[RenderedSet]) -> None:
    """A run for one system or environment knows too little, and leaves them as they are."""
    assert len(synth._files(project, Request(), sets)) == 8
    assert len(synth._files(project, Request(["shop"]), sets)) == 1
    assert len(synth._files(project, Request(environment="dev"), sets)) == 1


def test_refuses_what_the_declaration_has_no_place_for(project: Project) -> None:
    """The file is named."""
    with pytest.raises(LumenError, match=r"apps/delivery.yaml: environments: names 'dev', which no system has"):
        delivery_files(project, [])


def test_refuses_an_output_elsewhere_without_its_place_in_the_repository(
    project: Project, sets: list[RenderedSet]
) -> None:
    """Where the output is outside of the project, only the user knows its folder."""
    elsewhere = Project(project.root / "apps", "systems:SYSTEMS", project.root / "dist")
    with pytest.raises(LumenError, match=r"repository\.path is required"):
        delivery_files(elsewhere, sets)
    text = DECLARATION.replace("b.git'", "b.git', path: shop/dist")
    (project.root / "apps/delivery.yaml").write_text(text)
    application = yaml.safe_load(delivery_files(elsewhere, sets)["argocd/application.shop-dev.yaml"])
    assert application["spec"]["source"]["path"] == "shop/dist/shop/dev"


def test_refuses_a_project_within_a_repository_without_its_place_there(
    project: Project, sets: list[RenderedSet]
) -> None:
    """The controllers know the repository and not the project."""
    (project.root / ".git").mkdir()
    assert delivery_files(project, sets)
    text = (project.root / "apps/delivery.yaml").read_text()
    below = Project(project.root / "shop", project.reference, project.root / "shop/dist")
    (below.root / "apps").mkdir(parents=True)
    (below.root / "apps/delivery.yaml").write_text(text)
    with pytest.raises(LumenError, match=r"repository\.path is required, .* write shop/dist$"):
        delivery_files(below, sets)
    (below.root / "apps/delivery.yaml").write_text(text.replace("b.git'", "b.git', path: shop/dist"))
    assert delivery_files(below, sets)
