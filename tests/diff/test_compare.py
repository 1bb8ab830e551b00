from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from lumen_constructs.diff import Comparison, ObjectChange, Risk, Tree, compare
from lumen_constructs.diff.document import as_json
from lumen_constructs.diff.printing import as_markdown, as_text
from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError
from tests.diff.cases import CASES, before, edited, files
from tests.diff.trees import tree


def changed(comparison: Comparison, name: str) -> ObjectChange:
    """Give the change of one object."""
    return next(one for group in comparison.sets for one in group.objects if one.object == name)


def matches(text: str, wanted: str) -> bool:
    """Compare with a text that may end in an ellipsis."""
    return text.startswith(wanted[:-1]) if wanted.endswith("…") else text == wanted


@pytest.mark.parametrize("name", CASES)
def test_a_prepared_change_has_its_headlines(name: str, snapshot: SnapshotAssertion) -> None:
    """Each of the changes is told by what it does, in all three forms."""
    case = CASES[name]
    comparison = compare(tree(files(before())), tree(files(edited(case))))
    found = [f"{headline.risk}: {headline.text}" for headline in changed(comparison, case.object).headlines]
    assert all(matches(*pair) for pair in zip(found, case.headlines, strict=True)), found
    assert as_text(comparison) == snapshot(name="text")
    assert as_markdown(comparison) == snapshot(name="markdown")
    assert as_json(comparison) == snapshot(name="json")


def test_a_pure_rerender_is_no_change() -> None:
    """Comments, the order of keys and the names of files are no change."""
    again = {}
    for path, content in files(before()).items():
        lines = content.decode().replace("replicas: 3", "replicas: 0x3")
        again[path.replace("/deployment.", "/the-deployment-of-")] = f"# Another comment\n{lines}".encode()
    assert compare(tree(files(before())), tree(again)) == Comparison()


def test_an_object_that_moves_to_another_stage_is_deleted_by_flux() -> None:
    """Each stage is a Kustomization that deletes what left it, unless the object says otherwise."""
    old = files(before())
    new = {path.replace("/50-services/service", "/60-traffic/service"): content for path, content in old.items()}
    new = {path.replace("/30-data/persistent", "/50-services/persistent"): content for path, content in new.items()}
    assert compare(tree(old), tree(new)) == Comparison()
    flux = {"flux/production/gitrepository.x.yaml": b"apiVersion: v1\nkind: X\nmetadata: {name: x}\n"}
    comparison = compare(tree({**old, **flux}), tree({**new, **flux}))
    (headline,) = changed(comparison, "Service/shop/cart").headlines
    assert headline.risk == Risk.DELETED
    assert headline.text.startswith("moves from 50-services to 60-traffic: Flux deletes it")
    volume = changed(comparison, "PersistentVolumeClaim/shop/photos")
    assert volume.headlines == ((Risk.CHANGED, "moves from 30-data to 50-services, and is kept meanwhile"),)


def test_sets_and_objects_are_ranked_by_risk() -> None:
    """The riskiest set stands first, and in it the riskiest object."""
    old = files(before())
    new = {**files(edited(CASES["image"])), **{f"b/x/{path}": body for path, body in old.items()}}
    selector = files(edited(CASES["selector"]))
    both = compare(
        tree({**old, **{f"z/z/{path}": body for path, body in old.items()}}),
        tree({**new, **{f"z/z/{path}": body for path, body in selector.items()}}),
    )
    assert [group.folder for group in both.sets] == ["z/z", "shop/production", "b/x"]
    assert both.sets[0].risk == Risk.REFUSED
    for group in both.sets:
        ranks = [one.risk.rank for one in group.objects]
        assert ranks == sorted(ranks)


def test_refuses_a_file_that_is_no_yaml() -> None:
    """A file that differs and cannot be read is named, with its tree and line."""
    with pytest.raises(LumenError, match=r"^dist/a/b/x.yaml:2: "):
        compare(tree({}), tree({"a/b/x.yaml": b"a: [1\n"}, "dist"))


def test_the_content_of_a_secret_is_never_shown() -> None:
    """What changes in a Secret is said without its value."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    pair = [
        tree({"a/b/s.yaml": dump({**secret, "stringData": {"key": value}}).encode()})
        for value in ("hunter2", "swordfish")
    ]
    comparison = compare(*pair)
    printed = as_text(comparison) + as_markdown(comparison) + as_json(comparison)
    assert "stringData.key" in printed
    assert "hunter2" not in printed
    assert "swordfish" not in printed


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    """A key or a value may hold anything, and is shown on one line."""
    metadata = {"name": "a\x1b[2Jb"}
    pair = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"k\x1b\n": one}} for one in "\r\x07"
    ]
    comparison = compare(*(tree({"a/b/x.yaml": dump(body).encode()}) for body in pair))
    for printed in (as_text(comparison), as_markdown(comparison), as_json(comparison)):
        assert not set(printed) & set("\x1b\x07\r")
        assert "ConfigMap/a" in printed


def test_files_that_are_alike_are_never_read() -> None:
    """Of thousands of files only those that differ are read, and each only once."""
    old = {f"s/e/10-config/configmap.c{number}.yaml": b"kind: ConfigMap\n" for number in range(1000)}
    new = {**old, "s/e/10-config/configmap.c7.yaml": dump({"kind": "ConfigMap", "data": {"a": "b"}}).encode()}
    read: list[str] = []

    def recorded(files: dict[str, bytes]) -> Tree:
        plain = tree(files)

        def of(paths: Iterable[str]) -> dict[str, bytes]:
            asked = list(paths)
            read.extend(asked)
            return plain.read(asked)

        return replace(plain, read=of)

    assert compare(recorded(old), recorded(new)).counts() == {Risk.CHANGED: 1}
    assert read == ["s/e/10-config/configmap.c7.yaml"] * 2
    assert compare(recorded(old), recorded(old)) == Comparison()
    assert len(read) == 2
