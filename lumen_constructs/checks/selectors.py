"""Label selectors: read from an object, and held against labels."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from lumen_constructs.checks.plain import entries, strings, text, texts

#: Labels that controllers give to their pods: no template can carry them, so that every value counts as there.
GIVEN_BY_CONTROLLERS = frozenset(
    {
        "pod-template-hash",
        "rollouts-pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "job-name",
        "batch.kubernetes.io/job-name",
        "batch.kubernetes.io/job-completion-index",
        "controller-uid",
        "batch.kubernetes.io/controller-uid",
    }
)


class Selector(NamedTuple):
    """A label selector; without any demand it selects everything."""

    labels: tuple[tuple[str, str], ...] = ()
    expressions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    @classmethod
    def of_map(cls, labels: object) -> Selector:
        """Read a plain map of labels, as in a Service."""
        return cls(tuple(texts(labels).items()))

    @classmethod
    def of(cls, selector: object) -> Selector:
        """Read ``matchLabels`` and ``matchExpressions``."""
        return cls(
            tuple(texts(selector, "matchLabels").items()),
            tuple(
                (text(expression, "key"), text(expression, "operator"), tuple(strings(expression, "values")))
                for _, expression in entries(selector, "matchExpressions")
            ),
        )

    @property
    def demands(self) -> int:
        """How many labels and expressions there are."""
        return len(self.labels) + len(self.expressions)

    def matches(self, labels: Mapping[str, str], given: Collection[str] = ()) -> bool:
        """Tell whether an object with ``labels`` is selected; keys in ``given`` count as there with any value."""
        return all(labels.get(key) == value or key in given for key, value in self.labels) and all(
            key in given or _holds(operator, labels.get(key), values) for key, operator, values in self.expressions
        )

    def __str__(self) -> str:
        return ", ".join(
            [f"{key}={value}" for key, value in self.labels] + [_shown(*expression) for expression in self.expressions]
        )

    def difference(self, labels: Mapping[str, str]) -> list[str]:
        """Say, one by one, what keeps an object with ``labels`` from being selected."""
        faults = [
            f"{key} is '{labels[key]}' there, not '{value}'" if key in labels else f"{key} is not among its labels"
            for key, value in self.labels
            if labels.get(key) != value
        ]
        return faults + [
            f"{_shown(key, operator, values)} does not hold"
            for key, operator, values in self.expressions
            if not _holds(operator, labels.get(key), values)
        ]


def _shown(key: str, operator: str, values: tuple[str, ...]) -> str:
    return f"{key} {operator}" + (f" ({', '.join(values)})" if values else "")


def _holds(operator: str, value: str | None, values: tuple[str, ...]) -> bool:
    if operator == "In":
        return value in values
    if operator == "NotIn":
        return value not in values
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    # An operator that does not exist is a fault of the schema, not of what is selected.
    return True
