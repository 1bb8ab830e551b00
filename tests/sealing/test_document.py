from __future__ import annotations

import base64
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lumen_constructs.errors import LumenError
from lumen_constructs.sealing.document import with_ciphertext

OLD, NEW = base64.b64encode(b"old" * 200).decode(), base64.b64encode(b"new" * 200).decode()

WRITTEN = f"""\
# Ciphertext of the shop.
db:
  PASSWORD: {OLD} # rotated in May
  # the user is secret too
  USER: "{OLD}"

oauth: {{CLIENT_ID: {OLD}}}   # one line
empty:
last:
  A: {OLD}

# the end
"""


def edited(text: str, entries: dict[str, dict[str, str]]) -> str:
    """Edit a file called ``sealed-qa.yaml``."""
    return with_ciphertext(text, entries, "sealed-qa.yaml")


def test_a_first_secret_makes_the_file() -> None:
    """Nothing, or nothing but a comment, becomes a mapping."""
    assert edited("", {"db": {"PASSWORD": NEW, "USER": NEW}}) == f"db:\n  PASSWORD: {NEW}\n  USER: {NEW}\n"
    assert edited("# only words", {"db": {"P": NEW}}) == f"# only words\ndb:\n  P: {NEW}\n"


@pytest.mark.parametrize(
    ("entry", "before", "after"),
    [
        (("db", "PASSWORD"), f"PASSWORD: {OLD} # rotated", f"PASSWORD: {NEW} # rotated"),
        (("db", "USER"), f'USER: "{OLD}"\n', f"USER: {NEW}\n"),
        (("db", "HOST"), f'USER: "{OLD}"\n', f'USER: "{OLD}"\n  HOST: {NEW}\n'),
        (("oauth", "CLIENT_ID"), f"{{CLIENT_ID: {OLD}}}", f"{{CLIENT_ID: {NEW}}}"),
        (("oauth", "SECRET"), f"{{CLIENT_ID: {OLD}}}", f"{{CLIENT_ID: {OLD}, SECRET: {NEW}}}"),
        (("empty", "B"), "empty:\n", f"empty:\n  B: {NEW}\n"),
        (("last", "B"), f"  A: {OLD}\n", f"  A: {OLD}\n  B: {NEW}\n"),
        (("more", "C"), f"  A: {OLD}\n", f"  A: {OLD}\nmore:\n  C: {NEW}\n"),
    ],
)
def test_everything_but_the_entry_stays_byte_for_byte(entry: tuple[str, str], before: str, after: str) -> None:
    """Comments, quotes, blank lines and the ciphertext of other keys are as they were."""
    assert edited(WRITTEN, {entry[0]: {entry[1]: NEW}}) == WRITTEN.replace(before, after)
    crlf = WRITTEN.replace("\n", "\r\n")
    assert edited(crlf, {entry[0]: {entry[1]: NEW}}) == crlf.replace(
        before.replace("\n", "\r\n"), after.replace("\n", "\r\n")
    )


def test_values_in_blocks_and_files_without_a_last_line_end_are_edited_too() -> None:
    """Whatever an editor leaves can be read again."""
    folded = f"db:\n  A: >-\n    {OLD}\n  B: {OLD}"
    assert edited(folded, {"db": {"A": NEW}}) == f"db:\n  A: {NEW}\n  B: {OLD}"
    assert edited(folded, {"db": {"C": NEW}}) == f"{folded}\n  C: {NEW}\n"
    assert edited("db: {}\n", {"db": {"A": NEW}}) == f"db: {{A: {NEW}}}\n"
    assert edited("{}\n", {"db": {"A": NEW}}) == f"{{db: {{A: {NEW}}}}}\n"
    assert edited("db: null\n", {"db": {"A": NEW}}) == f"db: \n  A: {NEW}\n"
    assert edited("db:\n  A:\n", {"db": {"A": NEW}}) == f"db:\n  A: {NEW}\n"


@pytest.mark.parametrize(
    "text",
    [
        "- a\n",
        "text\n",
        "db: text\n",
        "a: {}\n---\nb: {}\n",
        "db: &x\n  A: b\nother: *x\n",
        "db: &x {A: b}\nother: {<<: *x}\n",
    ],
)
def test_refuses_what_cannot_be_edited_as_text(text: str) -> None:
    """Rather than to write something else than what was asked for, nothing is written."""
    with pytest.raises(LumenError, match=r"^sealed-qa\.yaml: "):
        edited(text, {"db": {"A": NEW}})


names = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True)
keys = st.from_regex(r"[-._a-zA-Z0-9]{1,10}", fullmatch=True)
texts = st.sampled_from([OLD[:40], NEW[:40]])
trees = st.dictionaries(names, st.dictionaries(keys, texts, max_size=3), max_size=3)


@given(before=trees, changes=trees, flow=st.booleans())
@example(before={}, changes={"1": {"on": OLD}}, flow=False)
@example(before={"null": {"1.0": OLD}}, changes={"null": {"~": NEW}}, flow=True)
@settings(max_examples=60, deadline=None)
def test_the_result_reads_as_both_together(before: dict[str, Any], changes: dict[str, Any], flow: bool) -> None:  # noqa: FBT001  # hypothesis gives it
    """Any file and any change make the merge of the two."""
    quoted = yaml.dump(before, default_flow_style=flow, width=10_000, default_style='"') if before else ""
    merged = {name: {**before.get(name, {}), **changes.get(name, {})} for name in (*before, *changes)}
    wanted = {name: entry for name, entry in merged.items() if entry or name in before}
    result = yaml.safe_load(edited(quoted, changes)) or {}
    assert {
        str(name): {str(key): text for key, text in (entry or {}).items()} for name, entry in result.items()
    } == wanted
