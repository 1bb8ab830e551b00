from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.chart_sets import chart_sets, identity_of


def things(*names: str) -> list[tuple[str, str, str]]:
    """Give the identities of some objects of one kind."""
    return [("Deployment.apps", "shop", name) for name in names]


def test_all_charts_are_one_set() -> None:
    """Where no object is there twice, and where few are, which is a slip and no other cluster."""
    assert chart_sets({"shop": things("cart"), "back": things("mail")}) == [["shop", "back"]]
    slip = {"shop": things("config", "cart", "web"), "back": things("config", "mail")}
    assert chart_sets(slip) == [["shop", "back"]]


def test_a_chart_for_each_environment_is_a_set_of_its_own() -> None:
    """With the charts that no other contradicts; production may have more than staging."""
    held = {
        "staging": things("cart", "web"),
        "shared": things("gateway"),
        "production": things("cart", "web", "mail", "backup"),
    }
    assert chart_sets(held) == [["staging", "shared"], ["shared", "production"], ["staging", "shared"]][:2]


def test_charts_of_one_environment_belong_together() -> None:
    """Told by the words of their names, in whatever order they were made."""
    held = {f"{part}-{environment}": things(part) for part in ("app", "db") for environment in ("staging", "prod")}
    assert chart_sets(held) == [["app-staging", "db-staging"], ["app-prod", "db-prod"]]
    backwards = dict(reversed(held.items()))
    assert chart_sets(backwards) == [["db-prod", "app-prod"], ["db-staging", "app-staging"]]


def test_of_alternatives_without_common_words_one_is_taken() -> None:
    """A set never holds two alternatives, and each chart is in one."""
    held = {"a": things("x"), "b": things("x"), "c": things("y"), "d": things("y")}
    assert chart_sets(held) == [["a", "c"], ["b", "c"], ["a", "d"]]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.text("ab-", min_size=1, max_size=4), st.lists(st.sampled_from("xyz"), max_size=3), max_size=5)
)
def test_every_chart_is_checked_and_never_beside_its_alternative(drawn: dict[str, list[str]]) -> None:
    """Whatever the charts hold."""
    held = {chart: things(*names) for chart, names in drawn.items()}
    sets = chart_sets(held)
    assert {chart for names in sets for chart in names} == set(held)
    assert len(sets) <= max(len(held), 1)
    for names in sets:
        for chart in names:
            assert not any(set(held[chart]) == set(held[other]) for other in names if other != chart and held[chart])


def test_an_identity_is_what_a_cluster_has_once() -> None:
    """Versions of one group are one kind, and a kind of the whole cluster has no namespace."""
    metadata = {"name": "x", "namespace": "shop"}
    one = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": metadata}
    assert identity_of(one) == identity_of(one | {"apiVersion": "autoscaling/v2"})
    assert identity_of({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}) == ("Namespace", "", "x")
