from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs import Range, Resources
from lumen_constructs.quantities import Quantity
from tests.options.reading import read


@pytest.mark.parametrize(
    ("short", "request_", "limit"),
    [
        ("100m:500m", "100m", "500m"),
        (" 100m : 0.5 ", "100m", "500m"),
        ("1000m", "1", "1"),
        ("100m:", "100m", None),
        (":2", None, "2"),
        (2, "2", "2"),
        (0.25, "250m", "250m"),
    ],
)
def test_reads_the_short_form(short: str | float, request_: str | None, limit: str | None) -> None:
    """A pair, one for both, or one of the two; in canonical form."""
    resources = read(Resources, {"cpu": short})
    assert (resources.request("cpu"), resources.limit("cpu")) == (request_, limit)


AMOUNT = st.tuples(st.integers(1, 5000), st.sampled_from(["m", "", "k"])).map(lambda pair: f"{pair[0]}{pair[1]}")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.none() | AMOUNT, st.none() | AMOUNT)
def test_the_short_form_is_the_full_form(request_: str | None, limit: str | None) -> None:
    """``request:limit`` reads as the two fields do, in every combination that is allowed."""
    too_low = request_ and limit and Quantity.parse(request_) > Quantity.parse(limit)
    if too_low or request_ is limit is None:
        return
    full = read(Resources, {"cpu": {"request": request_, "limit": limit}})
    assert read(Resources, {"cpu": f"{request_ or ''}:{limit or ''}"}) == full
    assert full.body() == {
        kind: {"cpu": str(Quantity.parse(amount))}
        for kind, amount in (("requests", request_), ("limits", limit))
        if amount is not None
    }


def test_says_the_same_in_kubernetes_form() -> None:
    """Requests and limits may be written as Kubernetes writes them, extended resources too."""
    short = Resources(cpu="100m:500m", memory="128Mi:256Mi", ephemeral_storage="1Gi:")
    long = Resources(
        requests={"cpu": 0.1, "memory": "128Mi", "ephemeral-storage": "1024Mi"},
        limits={"cpu": "500m", "memory": 268435456, "example.com/gpu": 1},
    )
    assert short.body()["requests"] == {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "1Gi"}
    assert long.body() == {
        "requests": {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "1Gi"},
        "limits": {"cpu": "500m", "memory": "268435456", "example.com/gpu": "1"},
    }
    assert Resources().body() == {}


def test_a_range_holds_its_ends() -> None:
    """The full form is an option of its own."""
    assert Resources(cpu=Range(request="1", limit="1")) == Resources(cpu="1")
