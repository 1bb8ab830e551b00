from __future__ import annotations

import json
from typing import Any

import pytest

from lumen_constructs.diff import Comparison, compare
from lumen_constructs.diff.document import VERSION, as_json
from lumen_constructs.diff.printing import as_markdown, as_text
from lumen_constructs.emit.yaml import dump
from tests.diff.objects import compared, named, obj, pod
from tests.diff.trees import tree


def many(number: int, image: str = "a:1") -> list[dict[str, Any]]:
    """Give Deployments that are all alike."""
    return [named(pod({"image": image}), f"c{place:04}") for place in range(number)]


def various(number: int) -> Comparison:
    """Give changes of which no two are alike."""
    return compared(
        [obj("ConfigMap", data={"a": "1"}) | {"metadata": {"name": f"c{place}"}} for place in range(number)],
        [
            obj("ConfigMap", data={f"k{place}": "1", "b": "x" * 50, "c": "y" * 50})
            | {"metadata": {"name": f"c{place}"}}
            for place in range(number)
        ],
    )


def test_objects_with_the_same_change_are_told_together() -> None:
    """An image that changes in three hundred Deployments is one change to read."""
    comparison = compared(many(300), many(300, "a:2"))
    lines = as_text(comparison).splitlines()
    assert lines[:2] == ["a/b", "  Deployment/n/c0000"]
    assert lines[9:] == [
        "  and 292 more: 292 Deployment",
        "    restarted  pods restart: image a 1 → 2",
        "",
        "300 objects: 300 restarted",
    ]
    assert as_markdown(comparison).count("pods restart") == 1
    assert len(json.loads(as_json(comparison))["sets"][0]["objects"]) == 300


def test_nine_objects_are_all_named() -> None:
    """A line that counts one object would be as long as its name."""
    assert "more:" not in as_text(compared(many(9), many(9, "a:2")))


def test_sets_with_the_same_changes_are_told_together() -> None:
    """Environments in which the same objects change alike share a title, and count each."""
    trees = (
        tree({f"shop/{name}/x.yaml": dump(pod({"image": image})).encode() for name in ("a", "b", "c")})
        for image in ("a:1", "a:2")
    )
    text = as_text(compare(*trees))
    assert text.splitlines()[0] == "shop/a, shop/b, shop/c"
    assert text.count("pods restart") == 1
    assert text.endswith("3 objects: 3 restarted\n")


@pytest.mark.parametrize("form", [as_markdown, as_text])
@pytest.mark.parametrize("limit", [500, 1000, 3000, 10_000, 65_536])
def test_the_length_is_limited_by_whole_objects(form: Any, limit: int) -> None:
    """What does not fit is counted; no object is cut, no table and no fold is left open."""
    comparison = various(200)
    whole, text = form(comparison), form(comparison, max_length=limit)
    assert len(text) <= limit
    assert set(text.splitlines()) - set(whole.splitlines()) <= {
        line for line in text.splitlines() if "Left out, since the length is limited: " in line
    }
    assert text.count("<details>") == text.count("</details>")
    assert ("Left out" in text) == (len(whole) > limit)
    assert "200 objects: 200 changed" in text


def test_fields_are_left_out_before_objects() -> None:
    """All that happens is worth more than how the first of it looks in detail."""
    comparison = various(20)
    bare = len(as_markdown(comparison, max_length=2500))
    text = as_markdown(comparison, max_length=bare + 10)
    assert "Left out, since the length is limited: the fields of" in text
    assert text.count("| changed |") == 20
    short = as_markdown(comparison, max_length=700)
    told = short.count("| changed |")
    assert 0 < told < 20
    assert f"Left out, since the length is limited: {20 - told} objects that would be last" in short
    assert as_markdown(comparison, max_length=len(as_markdown(comparison))) == as_markdown(comparison)


def test_the_limit_grows_what_is_told() -> None:
    """A higher limit never tells less."""
    comparison = various(30)
    lengths = [len(as_markdown(comparison, max_length=limit)) for limit in range(500, 12_000, 100)]
    assert lengths == sorted(lengths)


def test_markdown_is_a_table_whatever_it_holds() -> None:
    """No value ends a cell, opens a tag, or tells a person of the comment."""
    markdown = pytest.importorskip("markdown_it", reason="it comes with rich").MarkdownIt("commonmark").enable("table")
    odd = "a|b `c` <script> @somebody #1 [x](y) *z* _u_ ``` \\"
    comparison = compared([obj("ConfigMap", data={odd: "1"})], [obj("ConfigMap", data={odd: odd, "x": odd, "y": odd})])
    rendered = markdown.render(as_markdown(comparison))
    assert "<script>" not in rendered
    assert "@somebody" not in rendered.replace("<code>", "\0").split("\0")[0]
    rows = [row for row in as_markdown(comparison).splitlines() if row.startswith("|")]
    assert len(rows) == 3
    assert rendered.count("<td>") == 3


def test_the_document_has_a_version_and_every_key() -> None:
    """The form of the JSON is what its page says."""
    document = json.loads(as_json(compared([pod({"image": "a:1"})], [pod({"image": "a:2"})])))
    assert document == {
        "version": VERSION,
        "counts": {"restarted": 1},
        "sets": [
            {
                "set": "a/b",
                "risk": "restarted",
                "objects": [
                    {
                        "object": "Deployment/n/x",
                        "group": "apps",
                        "kind": "Deployment",
                        "namespace": "n",
                        "name": "x",
                        "risk": "restarted",
                        "headlines": [{"risk": "restarted", "text": "pods restart: image a 1 → 2"}],
                        "fields": [
                            {
                                "path": "spec.template.spec.containers[name=c].image",
                                "before": "a:1",
                                "after": "a:2",
                            }
                        ],
                    }
                ],
            }
        ],
    }
    assert json.loads(as_json(Comparison())) == {"version": VERSION, "counts": {}, "sets": []}
