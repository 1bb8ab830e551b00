"""Every app that holds a manifest of ours is checked as a whole when it is synthesised, before anything is written."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import jsii
from constructs import Construct, IConstruct, IValidation

from lumen_constructs.checks import Report, Settings, Subject, check
from lumen_constructs.manifest import read_rendered, rendered_text


class CheckWarning(UserWarning):
    """Something about a set of manifests that is likely unwanted; it does not stop the synthesis."""


def checked(manifests: Iterable[tuple[str, bool, Mapping[str, Any]]]) -> Report:
    """Check manifests, each with its construct path and whether it is ours, as one set.

    What is found on objects that are not ours is a warning at most.
    """
    entries = list(manifests)
    ours = {path for path, is_ours, _ in entries if is_ours}
    subjects = [Subject(body=body, where=path) for path, _, body in entries]
    return check(subjects, Settings(ours=lambda subject: subject.where in ours, foreign_as_warnings=True))


@jsii.implements(IValidation)
class _WholeApp:
    """The one validation of an app. cdk8s asks it once for the app and once for each chart: it answers from memory."""

    def __init__(self, app: IConstruct) -> None:
        self._app = app
        self._answered: tuple[str, list[str]] | None = None

    def validate(self) -> list[str]:
        text = rendered_text(self._app)
        if self._answered is None or self._answered[0] != text:
            report = checked(read_rendered(text))
            for finding in report.warnings:
                warnings.warn(str(finding), CheckWarning, stacklevel=2)
            self._answered = (text, [str(finding) for finding in report.errors])
        return self._answered[1]


def watch(scope: Construct) -> None:
    """Have the app of ``scope`` checked when it is synthesised; to be called once for an app."""
    app = scope.node.root
    app.node.add_validation(_WholeApp(app))
