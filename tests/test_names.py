from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs import names

#: The rules of apimachinery's validation, each as one expression over whole strings, lengths included.
LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
QUALIFIED = r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"
RULES = [
    (names.label_fault, rf"(?=.{{1,63}}$){LABEL}"),
    (names.service_name_fault, r"(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?"),
    (names.subdomain_fault, rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*"),
    (names.host_fault, rf"(\*\.)?(?=.{{1,253}}$){LABEL}(\.{LABEL})*"),
    (names.qualified_name_fault, rf"((?=[^/]{{1,253}}/){LABEL}(\.{LABEL})*/)?(?=[^/]{{1,63}}$){QUALIFIED}"),
    (names.label_value_fault, rf"(?=.{{0,63}}$)({QUALIFIED})?"),
    (names.config_key_fault, r"(?!\.$)(?!\.\.)[-._a-zA-Z0-9]{1,253}"),
    (names.env_name_fault, r"(?!\.$)(?!\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*"),
    (names.port_name_fault, rf"(?=.{{1,15}}$)(?=.*[a-z])(?!.*--){LABEL}"),
]

#: Names that are often right, and often wrong by a little.
NAMES = st.one_of(
    st.text("ab1-", max_size=70),
    st.text("aB1-._/*", max_size=20),
    st.text("a.", min_size=240, max_size=260),
    st.text(max_size=5),
)


@pytest.mark.parametrize(("fault", "rule"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_names_are_those_that_kubernetes_accepts(fault: names.Rule, rule: str) -> None:
    """Each rule finds a fault exactly where Kubernetes' own expression does not match."""

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(NAMES)
    def check(name: str) -> None:
        assert (fault(name) is None) == bool(re.fullmatch(rule, name))

    check()


@pytest.mark.parametrize(
    ("fault", "name", "message"),
    [
        (names.label_fault, "", "must not be empty"),
        (names.label_fault, "a" * 64, "has 64 characters, 63 are allowed"),
        (names.label_fault, "Cart", "must be lower-case letters, digits and '-', with a letter or digit at both ends"),
        (
            names.label_fault,
            "cart\n",
            "must be lower-case letters, digits and '-', with a letter or digit at both ends",
        ),
        (names.service_name_fault, "1cart", "must be lower-case letters, digits and '-', starting with a letter"),
        (
            names.host_fault,
            "shop.*.com",
            (
                "must be lower-case letters, digits, '-' and '.', with a letter or digit at both ends; "
                "only the first label may be '*', as in '*.example.com'"
            ),
        ),
        (names.qualified_name_fault, "/tier", "has a bad prefix: it must not be empty"),
        (
            names.qualified_name_fault,
            "Example.com/tier",
            "has a bad prefix: it must be lower-case letters, digits, '-' and '.', with a letter or digit at both ends",
        ),
        (
            names.label_value_fault,
            "a b",
            "must be letters, digits, '-', '_' and '.', with a letter or digit at both ends",
        ),
        (names.config_key_fault, ".", "must not be '.'"),
        (names.config_key_fault, "..data", "must not start with '..'"),
        (names.env_name_fault, "1A", "must be letters, digits, '_', '-' and '.', not starting with a digit"),
        (names.port_name_fault, "web--1", "must hold a letter and no '--'"),
        (names.port_name_fault, "80", "must hold a letter and no '--'"),
    ],
)
def test_refuses_with_the_rule(fault: names.Rule, name: str, message: str) -> None:
    """A bad name is refused in words that say what a good one is."""
    assert fault(name) == message


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.text("ab-.", min_size=1, max_size=40), unique=True, max_size=20), st.integers(12, 63))
def test_shortened_names_stay_apart(given_names: list[str], longest: int) -> None:
    """Names that differ stay different, within the length; one that fits stays as it is."""
    short = [names.shortened(name, longest) for name in given_names]
    assert all(len(name) <= longest for name in short)
    assert len(set(short)) == len(given_names)
    assert all(was == is_ for was, is_ in zip(given_names, short, strict=True) if len(was) <= longest)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.from_regex(rf"{LABEL}", fullmatch=True))
def test_shortened_labels_stay_labels(name: str) -> None:
    """What is cut from a good name is cut so that the rest is a good name."""
    assert names.label_fault(names.shortened(name * 7, 63)) is None


def test_finds_the_name_that_was_meant() -> None:
    """A near name is offered, a far one is not, and the order of the candidates does not matter."""
    assert names.did_you_mean("htp", ["http", "metrics"]) == "; did you mean 'http'?"
    assert names.did_you_mean("grpc", ["http", "metrics"]) == ""
    assert names.did_you_mean("cart", ["card", "cars"]) == names.did_you_mean("cart", ["cars", "card"])


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("replicsa", "replicas"),
        ("podlabels", "podLabels"),
        ("ingrsse", "ingress"),
        ("Replicas", "replicas"),
        ("min", "minReplicas"),
        ("cpu", "cpu_percent"),
        ("tls", "serverTLS"),
        ("period", "period_seconds"),  # not grace_period_seconds, which does not start so
        ("port", None),  # of two keys that have the word, neither is more likely
        ("probes", None),
        ("readiness", None),
    ],
)
def test_finds_the_key_that_was_meant(word: str, meant: str | None) -> None:
    """By its letters, or by a word that one key alone has; keys that happen to share letters are not offered."""
    keys = ["replicas", "podLabels", "minReplicas", "cpu_percent", "serverTLS", "node_port", "servicePort", "ingress"]
    keys += ["period_seconds", "grace_period_seconds"]
    assert names.key_meant(word, keys) == (f"; did you mean '{meant}'?" if meant else "")
