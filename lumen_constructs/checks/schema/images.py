"""References to images, as container runtimes read them."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = rf"(?:{_NAME}(?:\.{_NAME})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?:(?P<host>{_HOST})/)?(?P<path>{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?P<digest>[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?"
)
_LONGEST = 1024


class Image(NamedTuple):
    """A reference to an image, in its parts."""

    host: str
    path: str
    tag: str
    digest: str


def read_image(reference: str) -> Image | None:
    """Read a reference; None where no runtime would."""
    found = _IMAGE.fullmatch(reference) if len(reference) <= _LONGEST else None
    if found is None:
        return None
    return Image(found["host"] or "", found["path"], found["tag"] or "", found["digest"] or "")


def image_fault(reference: str) -> str | None:
    """Say what is wrong with a reference, in words that can follow its value; None where nothing is."""
    if read_image(reference) is not None:
        return None
    if reference != reference.strip() or " " in reference:
        return "must not hold spaces"
    if any(mark in reference for mark in "<>${}"):
        return "holds a placeholder that nobody filled in"
    path = reference.rpartition("@")[0] or reference
    if any(letter.isupper() for letter in path.partition(":")[0].rpartition("/")[2]):
        return "must have its repository in lower case"
    if reference.endswith(":"):
        return "ends where a tag should follow"
    return "must be registry/repository:tag or registry/repository@sha256:digest"
