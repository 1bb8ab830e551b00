from __future__ import annotations

import string

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_scalars import commit_of
from lumen_constructs.options.delivery_targets import Repository

URL = "https://git.example.com/a/b.git"
FORMS = (
    "https://{}@host/a", "https://user:{}@host/a", "http://{}:x-oauth-basic@host/a", "ssh://git:{}@host/a",
    "https:/user:{}@host/a", "https//user:{}@host/a", "ftp://user:{}@host/a", "https://user:{}@host", "user:{}@host/a",
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    form=st.sampled_from(FORMS),
    secret=st.text(alphabet=string.ascii_letters + string.digits + "!$%&=+~_-. ", min_size=8).map(
        lambda text: f"s3{text}"
    ),
)
def test_refuses_credentials_wherever_they_stand_and_repeats_none(form: str, secret: str) -> None:
    """A message may end in the log of a CI job, however the URL was mistyped."""
    with pytest.raises(LumenError) as caught:
        Repository(url=form.format(secret))
    assert secret not in str(caught.value)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet=string.ascii_letters + string.digits + "/.-_ ~^:?*[\\\n@{", max_size=12))
def test_a_revision_is_a_name_that_git_takes_for_one_thing(text: str) -> None:
    """What is read has no spaces, patterns, ranges and options in it."""
    try:
        revision = Repository(url=URL, revision=text).revision
    except LumenError:
        reject()  # refused, which other tests are about
    assert revision == text
    assert not set(" ~^:?*[\\\n") & set(revision)
    assert ".." not in revision
    assert revision[0] not in "-./"


def test_a_commit_is_told_from_a_branch() -> None:
    """It has forty digits, and a branch may have none but hexadecimal ones."""
    assert commit_of("a" * 40) == "a" * 40
    assert commit_of("main") is None
    assert Repository(url=URL, revision="deadbeef").revision == "deadbeef"
    with pytest.raises(LumenError, match="looks like a part of a commit hash"):
        Repository(url=URL, revision="dead4beef")
