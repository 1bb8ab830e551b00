"""PromQL: matchers and strings as Prometheus reads them, and whether an expression parses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_MATCHER = re.compile(r"""\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*""")

#: Stands in an expression for the matchers of the service's own series: ``requests_total{$scope}``.
SCOPE = "$scope"
#: Stands in an expression for the matchers of the service's pods: ``kube_pod_info{$pods}``.
PODS = "$pods"
#: What Grafana puts in the place of its own variables is unknown at synth, but of these kinds.
_GRAFANA = re.compile(r"\$__(?:rate_interval|interval|range)\b")

#: A matcher's text that no expression is wrong by.
_PLAIN_TEXT = re.compile(r'(?<![~!])="[\w-]+"')

#: The parser recurses, and takes the process down with an expression that is deeper than its stack; long before that it
#: needs a second for each. What people write has a tenth of this.
_MOST_OPERATORS = 300
_LITERAL = re.compile(r"""#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`""")
_OPERATOR = re.compile(r"[-+*/%^(<>=!\[]|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)


def metric_fault(name: str) -> str | None:
    """Check the name of a metric; give what is wrong with it, or None."""
    if _METRIC.fullmatch(name):
        return None
    return "must be a metric name: letters, digits, '_' and ':', not starting with a digit"


def label_fault(name: str) -> str | None:
    """Check the name of a Prometheus label; give what is wrong with it, or None."""
    if _LABEL.fullmatch(name) and not name.startswith("__"):
        return None
    return "must be a Prometheus label: letters, digits and '_', not starting with a digit or '__'"


def matchers_fault(text: str) -> str | None:
    """Check label matchers as they stand between braces; give what is wrong with them, or None."""
    place = 0
    while place < len(text):
        found = _MATCHER.match(text, place)
        if found is None or (found.end() < len(text) and text[found.end()] != ","):
            return """must be label matchers such as 'status=~"5.."', separated by commas"""
        place = found.end() + 1
    return expr_fault(f"x{{{text}}}") if text else None


def expr_fault(text: str, *, grafana: bool = False) -> str | None:
    """Parse an expression; give what is wrong with it, or None.

    Without promql-parser (the extra ``promql``) only an empty expression and a huge one are found out. With
    ``grafana``, Grafana's variables ``$__rate_interval``, ``$__interval`` and ``$__range`` may stand in it.
    """
    if not text.strip():
        return "must not be empty"
    if fault := size_fault(text):
        return fault
    sample = text.replace(SCOPE, 'job="x"').replace(PODS, 'pod="x"')
    sample = _GRAFANA.sub("5m", sample) if grafana else sample
    # With one plain text for all others, the same rule of many services is read once.
    return _parse_fault(sample) if _parse_fault(_PLAIN_TEXT.sub('="x"', sample)) else None


def size_fault(text: str) -> str | None:
    """Say that an expression is too large to be read, or give None; what stands in strings does not count."""
    if len(text) <= _MOST_OPERATORS:
        return None
    count = len(_OPERATOR.findall(_LITERAL.sub("", text)))
    if count <= _MOST_OPERATORS:
        return None
    return (
        f"has {count} operators and brackets, {_MOST_OPERATORS} are allowed; give parts of it names by recording rules"
    )


@lru_cache(maxsize=65536)
def _parse_fault(text: str) -> str | None:
    try:
        import promql_parser  # noqa: PLC0415  # an optional extra, asked for where it is used
    except ImportError:
        return None
    try:
        promql_parser.parse(text)
    except ValueError as error:
        return f"is not valid PromQL: {error}"
    return None


def filled(expr: str, *, scope: str, pods: str) -> str:
    """Put the service's matchers in the place of ``$scope`` and ``$pods``."""
    return expr.replace(SCOPE, scope).replace(PODS, pods)


def quoted(value: str) -> str:
    """Write a text as a PromQL string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def equal(labels: Mapping[str, str]) -> str:
    """Write matchers that ask for each label's exact value, in the order given."""
    return ",".join(f"{name}={quoted(value)}" for name, value in labels.items())


def selector(metric: str, *matchers: str) -> str:
    """Write the selector of a metric's series that all of ``matchers`` match; empty ones say nothing."""
    parts = [part for text in matchers if (part := text.strip(", "))]
    return f"{metric}{{{','.join(parts)}}}"


def one_of(label: str, values: Iterable[str]) -> str:
    """Write a matcher for any of ``values``, which are plain texts: ``=`` for one, an alternation for several."""
    texts = list(values)
    if len(texts) == 1:
        return f"{label}={quoted(texts[0])}"
    return f"{label}=~{quoted('|'.join(literal(text) for text in texts))}"


def literal(text: str) -> str:
    """Write a plain text as a regular expression that matches just it."""
    return re.sub(r"[.+*?^$()\[\]{}|\\]", lambda found: f"\\{found.group()}", text)
