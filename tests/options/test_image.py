from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs import Image
from lumen_constructs.options.image import split_host
from lumen_constructs.options.pod import image_of
from tests.options.reading import component

DIGEST = "sha256:" + "0123456789abcdef" * 4


def image(reference: str) -> Image:
    """Read a reference as a values file does."""
    return image_of(component(image=reference))


@pytest.mark.parametrize(
    ("reference", "host", "tag"),
    [
        ("nginx:1.27", None, "1.27"),
        ("acme/cart:1", None, "1"),
        ("ghcr.io/acme/cart:1.4.2", "ghcr.io", "1.4.2"),
        ("localhost/cart:1", "localhost", "1"),
        ("localhost:5000/acme/cart:1", "localhost:5000", "1"),
        (f"ghcr.io/acme/cart@{DIGEST}", "ghcr.io", None),
        (f"registry:5000/cart:1@{DIGEST}", "registry:5000", "1"),
    ],
)
def test_reads_references(reference: str, host: str | None, tag: str | None) -> None:
    """The short form is the usual reference, and is given back as it was."""
    found = image(reference)
    assert found.reference() == reference
    assert split_host(found.repository)[0] == host
    assert found.tag == tag


PART = st.from_regex(r"[a-z0-9]{1,4}([._-][a-z0-9]{1,4})?", fullmatch=True)
HOST = st.sampled_from(["", "ghcr.io/", "localhost/", "registry:5000/", "10.0.0.1:80/"])
TAG = st.one_of(st.none(), st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}", fullmatch=True))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(HOST, st.lists(PART, min_size=1, max_size=3), TAG, st.booleans())
def test_every_reference_comes_back(host: str, parts: list[str], tag: str | None, by_digest: bool) -> None:  # noqa: FBT001  # drawn
    """Reading and writing a reference gives it back, whatever it is made of."""
    digest = f"@{DIGEST}" if by_digest or tag is None else ""
    reference = host + "/".join(parts) + (f":{tag}" if tag else "") + digest
    assert image(reference).reference("mirror.example.com") == (
        reference if split_host(host + "/".join(parts))[0] else f"mirror.example.com/{reference}"
    )


def test_the_clusters_registry_serves_images_without_one() -> None:
    """A registry of the image's own wins over the cluster's, said in either way."""
    assert Image(repository="acme/cart", tag="1").reference("quay.io") == "quay.io/acme/cart:1"
    assert Image(registry="ghcr.io", repository="acme/cart", tag="1").reference("quay.io") == "ghcr.io/acme/cart:1"
    assert Image(repository="ghcr.io/acme/cart", tag="1").reference("quay.io") == "ghcr.io/acme/cart:1"


@pytest.mark.parametrize(
    ("reference", "policy"),
    [
        ("acme/cart:latest", "Always"),
        ("acme/cart:1", "IfNotPresent"),
        (f"acme/cart:latest@{DIGEST}", "IfNotPresent"),
    ],
)
def test_the_pull_policy_is_what_the_api_server_would_make_it(reference: str, policy: str) -> None:
    """The policy is spelled out, so that Git holds what the cluster stores."""
    assert image(reference).effective_pull_policy == policy


@pytest.mark.parametrize(("tag", "version"), [("1.4.2", "1.4.2"), ("_edge-", "edge"), ("v" * 70, "v" * 63)])
def test_the_version_is_always_a_label(tag: str, version: str) -> None:
    """A tag that cannot be a label value is cut until it can."""
    assert Image(repository="acme/cart", tag=tag).version == version
