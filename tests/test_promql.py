from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs import AlertRule, LumenError, promql

promql_parser = pytest.importorskip("promql_parser")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(texts)
def test_any_text_can_be_asked_for(text: str) -> None:
    """A quoted text is one PromQL string, with just this value."""
    assert promql_parser.parse(promql.quoted(text)).val == text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.text("ab.*+?()[]{}|^$\\-", min_size=1, max_size=8), min_size=1, max_size=3))
def test_one_of_plain_texts_makes_valid_matchers(values: list[str]) -> None:
    """Whatever stands in the texts, nothing of it is read as an expression of its own."""
    assert promql.matchers_fault(promql.one_of("pod", values)) is None


def test_selector_leaves_empty_matchers_out() -> None:
    """Matchers are joined by one comma each, and a trailing one is no fault."""
    assert promql.selector("up", 'a="b",', "", 'c="d"') == 'up{a="b",c="d"}'
    assert promql.selector("up") == "up{}"


@pytest.mark.parametrize(
    "text", ["", 'status=~"5.."', "status=~'5..'", 'a="b", c!~"d|e"', 'a="x,y}"', 'a="\\"",b="c"', 'a="b",']
)
def test_accepts_label_matchers(text: str) -> None:
    """Matchers as they stand between braces."""
    assert promql.matchers_fault(text) is None


@pytest.mark.parametrize(
    "text", ["status", "status=5", 'a="b" or c="d"', 'a="b"} or up{c="d"', 'a="b",,', '{a="b"}', 'a=~"["']
)
def test_refuses_what_is_no_label_matcher(text: str) -> None:
    """Nothing can break out of the braces."""
    assert promql.matchers_fault(text) is not None


@pytest.mark.parametrize("text", ["", "  ", "rate(up)", "sum(", "up{", "1 == 2", "up[5m", "up{a=~'['}", '{a=""}'])
def test_refuses_what_does_not_parse(text: str) -> None:
    """An expression that Prometheus would refuse is found at synth."""
    assert promql.expr_fault(text) is not None


def test_the_same_expression_of_many_services_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in matchers do not make it another one; a fault is told of the text as it was written."""
    read: list[str] = []
    parse = promql_parser.parse

    def noted(text: str) -> object:
        read.append(text)
        return parse(text)

    monkeypatch.setattr(promql_parser, "parse", noted)
    for name in ("cart", "orders", "front-end"):
        assert promql.expr_fault(f'rate(read_once_total{{namespace="shop", job="{name}"}}[5m])') is None
    assert read == ['rate(read_once_total{namespace="x", job="x"}[5m])']
    assert promql.expr_fault('rate(read_once_total{job="cart"})') is not None
    assert read[-1] == 'rate(read_once_total{job="cart"})'


HUGE = {
    "parentheses": "(" * 100_000 + "up" + ")" * 100_000,
    "open parentheses": "(" * 100_000,
    "functions": "abs(" * 20_000 + "up" + ")" * 20_000,
    "signs": "-" * 100_000 + "up",
    "a chain of or": " or ".join(["up"] * 20_000),
    "a chain in capitals": " UNLESS ".join(["up"] * 20_000),
    "a sum": "+".join(["1"] * 20_000),
    "subqueries": "max_over_time(" * 20_000 + "up[5m]" + ")[5m:1m]" * 19_999 + ")",
    "brackets": "up" + "[5m:1m]" * 20_000,
}


@pytest.mark.parametrize("case", HUGE)
def test_refuses_what_would_take_the_parser_down(case: str) -> None:
    """In one short line, and before the parser sees it."""
    fault = promql.expr_fault(HUGE[case])
    assert fault is not None
    assert "operators and brackets, 300 are allowed; give parts of it names by recording rules" in fault
    with pytest.raises(LumenError) as refused:
        AlertRule(alert="Big", expr=HUGE[case], summary="big")
    (line,) = refused.value.faults
    assert len(line) < 200


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "up" + ")" * 300,
        " or ".join(["up"] * 300),
        "-" * 300 + "up",
        "max_over_time(" * 100 + "up[5m]" + ")[5m:1m]" * 99 + ")",
        'up{pod=~"' + "|".join(f"cart-{number}.(?:a|b)+" for number in range(5_000)) + '"}',
        "up{pod='" + "(-+*" * 5_000 + "'}",
        "up{" + ",".join(f'a{number}="b"' for number in range(250)) + "}",
        "up " + "# one of (many) lines - or comments\n" * 1_000,
        "sum by (" + ", ".join(f"label_{number}" for number in range(5_000)) + ") (up)",
    ],
)
def test_reads_what_is_large_and_harmless(text: str) -> None:
    """Up to the limit, and beyond it in strings, comments and lists of labels."""
    assert promql.expr_fault(text) is None


def test_variables_stand_for_what_will_be_there() -> None:
    """``$scope`` and ``$pods`` are ours, ``$__rate_interval`` is Grafana's and allowed in panels alone."""
    assert promql.expr_fault("sum(rate(x_total{$scope}[5m])) / count(kube_pod_info{$pods})") is None
    assert promql.expr_fault("rate(x_total[$__rate_interval])") is not None
    assert promql.expr_fault("rate(x_total[$__rate_interval])", grafana=True) is None


def test_names_of_metrics_and_labels() -> None:
    """Prometheus' names know no hyphens, and labels that begin with two underscores are its own."""
    assert promql.metric_fault("job:requests:rate5m") is None
    assert promql.metric_fault("http-requests") is not None
    assert promql.label_fault("team") is None
    assert promql.label_fault("__name__") is not None
    assert promql.label_fault("a:b") is not None


def test_works_without_the_parser() -> None:
    """The parser is an extra: without it, expressions are taken as they are, and other checks still work."""
    code = (
        "import sys; sys.modules['promql_parser'] = None\n"
        "from lumen_constructs import promql\n"
        "print(promql.expr_fault('sum('), promql.expr_fault(' '), promql.matchers_fault('a'), sep='|')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().split("|", 2)[0] == "None"
    assert done.stdout.count("must") == 2
