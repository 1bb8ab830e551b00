"""Links lead somewhere, the site lists every page, and what is generated is up to date."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.docs.pages import DOCS, ROOT, anchors, links

ALL = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("reference/*.md"))]


@pytest.fixture(scope="module")
def generated() -> dict[Path, str]:
    """Give the pages that the script would write, by path."""
    script = ROOT / "scripts" / "generate_reference.py"
    spec = importlib.util.spec_from_file_location("generate_reference", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(script.parent))
    try:
        spec.loader.exec_module(module)
        return dict(module.pages())
    finally:
        sys.path.remove(str(script.parent))


@pytest.fixture(scope="module")
def marked(generated: dict[Path, str]) -> ModuleType:
    """Give the script's module of marked parts, which the script has loaded."""
    return sys.modules["reference.marked"]


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_pages_and_headings(page: Path) -> None:
    """Every link to a page, and to a heading of one, finds it."""
    lost = []
    for target in links(page):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        other = (page.parent / path) if path else page
        if not other.exists() or (heading and heading not in anchors(other)):
            lost.append(target)
    assert lost == []


def test_generated_pages_are_up_to_date(generated: dict[Path, str]) -> None:
    """What 'make check-generated' compares."""
    stale = [path.name for path, text in generated.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run 'make docs' and commit the result"
    assert set((DOCS / "reference").glob("*.md")) <= set(generated)


def test_a_part_that_nobody_makes_is_refused(marked: ModuleType) -> None:
    """A mark with a mistake in its name would stay empty."""
    with pytest.raises(ValueError, match=r"page\.md: there is no generated part 'rulse' .*did you mean 'rules'\?"):
        marked.filled("<!-- generated: rulse -->\n<!-- end -->", {"rules": ""}, "page.md")


def test_a_part_is_filled_and_filled_again(marked: ModuleType) -> None:
    """What stands between the marks goes, what stands around them stays, and a second time changes nothing."""
    once = marked.filled("a\n<!-- generated: x -->\nold\n<!-- end -->\nb", {"x": "new\n"}, "page.md")
    assert once == "a\n<!-- generated: x -->\n\nnew\n\n<!-- end -->\nb"
    assert marked.filled(once, {"x": "new\n"}, "page.md") == once


def test_every_page_is_in_the_site() -> None:
    """The site's navigation names each page once, and no other."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = list(_pages(yaml.safe_load(text)["nav"]))
    assert sorted(named) == sorted(str(path.relative_to(DOCS)) for path in ALL if path.is_relative_to(DOCS))


def _pages(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    inside = entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else []
    return [page for one in inside for page in _pages(one)]
