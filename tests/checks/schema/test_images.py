"""References to images."""

from __future__ import annotations

import pytest

from lumen_constructs.checks.schema.images import Image, image_fault, read_image

DIGEST = "sha256:" + "a1" * 32


@pytest.mark.parametrize(
    ("reference", "read"),
    [
        ("nginx", Image("", "nginx", "", "")),
        ("nginx:1.27", Image("", "nginx", "1.27", "")),
        ("library/nginx:1.27-alpine", Image("library", "nginx", "1.27-alpine", "")),
        ("ghcr.io/acme/cart:1.4.2", Image("ghcr.io", "acme/cart", "1.4.2", "")),
        ("localhost:5000/a/b-c_d.e:v1", Image("localhost:5000", "a/b-c_d.e", "v1", "")),
        (f"ghcr.io/acme/cart@{DIGEST}", Image("ghcr.io", "acme/cart", "", DIGEST)),
        (f"ghcr.io/acme/cart:1@{DIGEST}", Image("ghcr.io", "acme/cart", "1", DIGEST)),
    ],
)
def test_references_are_read_in_their_parts(reference: str, read: Image) -> None:
    """A reference has a registry, a repository, a tag and a digest."""
    assert read_image(reference) == read
    assert image_fault(reference) is None


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("", "must be registry/repository:tag"),
        ("Nginx", "repository in lower case"),
        ("ghcr.io/<org>/cart:1", "placeholder"),
        ("ghcr.io/{{ .Values.org }}/cart", "spaces"),
        ("${REGISTRY}/cart:1", "placeholder"),
        (" nginx", "spaces"),
        ("nginx:", "ends where a tag should follow"),
        ("nginx:a/b:c", "must be registry/repository:tag"),
        ("nginx@sha256:abc", "must be registry/repository:tag"),
        ("https://ghcr.io/acme/cart", "must be registry/repository:tag"),
        ("a" * 2000, "must be registry/repository:tag"),
    ],
)
def test_refuses_what_no_runtime_reads(reference: str, said: str) -> None:
    """A reference that names no image is told what is wrong with it."""
    assert said in (image_fault(reference) or "")
