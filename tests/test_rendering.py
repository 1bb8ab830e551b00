from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch

from lumen_constructs import JsonOperation, LumenError, Options, Overlay, Patch, PatchTarget, System
from lumen_constructs.manifest import manifest
from lumen_constructs.rendering import RenderedSet, named, render, targets
from lumen_constructs.values import Set


class Values(Options):
    """Values of a small system."""

    name: str = "shop"
    """Name of the ConfigMap."""


class Stack(Chart):
    """A namespace and a ConfigMap."""

    def __init__(self, scope: App, id: str, /, *, environment: str, values: Values) -> None:
        super().__init__(scope, id, namespace="shop")
        labels = {"pod-security.kubernetes.io/enforce": "restricted"}
        manifest(
            self,
            "Namespace",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}},
        )
        config: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": values.name}}
        self.config = manifest(self, "Config", {**config, "data": {"environment": environment}})


class Warned(Stack):
    """The same, with a waiver that nothing needs."""

    def __init__(self, scope: App, id: str, /, *, environment: str, values: Values) -> None:
        super().__init__(scope, id, environment=environment, values=values)
        annotations = {"lumen-constructs/waive": "image-tag-mutable: nobody knows"}
        manifest(
            self,
            "Other",
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "other", "annotations": annotations},
                "data": {"a": "b"},
            },
        )


class Patched(Stack):
    """The same, and what users of cdk8s do to it."""

    def __init__(self, scope: App, id: str, /, *, environment: str, values: Values) -> None:
        super().__init__(scope, id, environment=environment, values=values)
        self.config.add_json_patch(JsonPatch.add("/data/patched", "yes"))
        self.config.metadata.add_label("added", "later")
        ApiObject(self, "Plain", api_version="v1", kind="ConfigMap", metadata={"name": "plain"})

    @property
    def notes(self) -> str:
        """What to know."""
        return "# Notes"


def system(directory: Path, name: str, *environments: str, stack: type[Stack] = Stack) -> System[Values]:
    """Give a system with an empty values file for each environment."""
    folder = directory / name
    folder.mkdir()
    (folder / "values.yaml").touch()
    for environment in environments:
        (folder / f"values-{environment}.yaml").touch()
    return System(name=name, stack=stack, values=Values, directory=folder)


@pytest.fixture
def systems(tmp_path: Path) -> list[System[Any]]:
    """Give two systems that share an environment."""
    return [system(tmp_path, "shop", "dev", "prod"), system(tmp_path, "blog", "prod", "qa")]


def folders(found: list[Any]) -> list[str]:
    """Give the folders of targets."""
    return [target.folder for target in found]


def test_everything_is_the_default(systems: list[System[Any]]) -> None:
    """Systems in the order of their list, environments sorted."""
    assert folders(targets(systems)) == ["shop/dev", "shop/prod", "blog/prod", "blog/qa"]


def test_systems_and_environments_are_chosen(systems: list[System[Any]]) -> None:
    """By name; a name that is given twice counts once."""
    assert folders(targets(systems, ["blog", "blog"])) == ["blog/prod", "blog/qa"]
    assert folders(targets(systems, environment="prod")) == ["shop/prod", "blog/prod"]
    assert folders(targets(systems, environment="qa")) == ["blog/qa"]
    assert [system.name for system in named(systems, ["blog", "shop"])] == ["blog", "shop"]


def test_refuses_names_that_are_not_there(systems: list[System[Any]]) -> None:
    """All of them at once."""
    with pytest.raises(LumenError) as caught:
        targets(systems, ["shpo", "x"])
    assert caught.value.faults == (
        "there is no system 'shpo' (shop, blog); did you mean 'shop'?",
        "there is no system 'x' (shop, blog)",
    )
    with pytest.raises(LumenError, match=r"shop: there is no environment 'qa' \(dev, prod\)"):
        targets(systems, ["shop", "blog"], "qa")


def test_refuses_two_systems_of_one_name(tmp_path: Path, systems: list[System[Any]]) -> None:
    """Or of one chart: construct paths would be ambiguous."""
    with pytest.raises(LumenError, match="two systems are named 'shop'"):
        targets([*systems, systems[0]])
    clash = [system(tmp_path, "a", "b-c"), system(tmp_path, "a-b", "c")]
    with pytest.raises(LumenError, match="a/b-c and a-b/c both make the chart 'a-b-c'"):
        targets(clash)


def test_renders_each_target_in_one_app(systems: list[System[Any]]) -> None:
    """Progress is told before each."""
    seen: list[str] = []
    sets = render(targets(systems), progress=seen.append)
    assert seen == folders([rendered.target for rendered in sets]) == folders(targets(systems))
    assert [placed.path for placed in sets[0].objects] == ["shop-dev/Namespace", "shop-dev/Config"]
    assert sets[0].objects[1].body["data"] == {"environment": "dev"}
    assert (sets[0].notes, sets[0].warnings) == ("", ())


def test_what_users_of_cdk8s_do_is_rendered_too(tmp_path: Path) -> None:
    """Patches, metadata and plain ApiObjects come out in the same form."""
    (rendered,) = render(targets([system(tmp_path, "shop", "dev", stack=Patched)]))
    assert isinstance(rendered, RenderedSet)
    files = {path: text.decode() for path, text in rendered.files().items()}
    assert 'patched: "yes"' in files["shop/dev/10-config/configmap.shop.yaml"]
    assert "added: later" in files["shop/dev/10-config/configmap.shop.yaml"]
    assert 'sync-wave: "-35"' in files["shop/dev/10-config/configmap.plain.yaml"]
    assert files["shop/dev/NOTES.md"].endswith("# Notes\n")


def test_overrides_stand_above_the_files(systems: list[System[Any]]) -> None:
    """In each environment that is rendered."""
    sets = render(targets(systems, ["shop"]), [Set("name=set")])
    assert [rendered.objects[1].body["metadata"]["name"] for rendered in sets] == ["set", "set"]


def test_refuses_all_faulty_values_before_anything_is_rendered(tmp_path: Path, systems: list[System[Any]]) -> None:
    """One line for each file."""
    (tmp_path / "shop/values-dev.yaml").write_text("nmae: x\n")
    (tmp_path / "blog/values-qa.yaml").write_text("name: 3\n")
    seen: list[str] = []
    with pytest.raises(LumenError) as caught:
        render(targets(systems), progress=seen.append)
    assert seen == []
    assert [fault.split(": ", 1)[1] for fault in caught.value.faults] == [
        "nmae: is not a known key; did you mean 'name'?",
        'name: must be a string, not 3; write "3"',
    ]


def test_refuses_what_cannot_be_emitted_with_its_path(systems: list[System[Any]]) -> None:
    """A bad name passes cdk8s, and is found by the checks of the whole set, in each environment."""
    with pytest.raises(LumenError) as caught:
        render(targets(systems, ["shop"]), [Set("name=Not_A_Name")])
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["shop-dev/Config", "shop-prod/Config"]


def overlaid(plain: System[Values], overlay: Overlay) -> System[Values]:
    """Give the same system with an overlay."""
    return dataclasses.replace(plain, overlay=lambda _: overlay)


def test_refuses_an_overlay_of_the_wrong_type(tmp_path: Path) -> None:
    """The function is the user's, and may give anything."""
    wrong: Any = {"labels": {}}
    broken = overlaid(system(tmp_path, "shop", "dev"), wrong)
    with pytest.raises(LumenError) as caught:
        render(targets([broken]))
    assert str(caught.value) == "shop/dev: the system's overlay must give an Overlay or None, not a mapping"


def test_what_an_overlay_inherits_is_told_once(tmp_path: Path) -> None:
    """A warning of the set holds for its overlay too; one that the overlay brings names its folder."""
    first = System(name="shop", stack=Warned, values=Values, directory=system(tmp_path, "shop", "dev").directory)
    (plain,) = render(targets([first]))
    patch = Patch(
        target=PatchTarget(kind="ConfigMap", name="shop"),
        operations=[
            JsonOperation(
                op="add",
                path="/metadata/annotations",
                value={"lumen-constructs/waive": "image-tag-mutable: nobody knows"},
            )
        ],
    )
    overlays = [Overlay(labels={"tier": "front"}), Overlay(patches=[patch])]
    same, more = (render(targets([overlaid(first, overlay)]))[0] for overlay in overlays)
    assert len(plain.warnings) == 1
    assert same.warnings == plain.warnings
    assert same.overlay
    assert more.warnings[:-1] == plain.warnings
    assert more.warnings[-1].startswith("kustomize/shop/dev: shop-dev/Config: ConfigMap/shop/shop ")
