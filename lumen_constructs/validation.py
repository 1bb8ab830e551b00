"""Every app that holds a manifest of ours is checked as a whole when it is synthesised, before anything is written."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import jsii
from constructs import Construct, IConstruct, IValidation

from lumen_constructs.checks import Report, Settings, Subject, check
from lumen_constructs.errors import CheckWarning
from lumen_constructs.manifest import read_rendered, rendered_text

#: Packages whose frames stand between the call that synthesises an app and its validation.
_PASSED_OVER = frozenset({"cdk8s", "constructs", "jsii", "lumen_constructs"})


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
                _warn(str(finding))
            self._answered = (text, [str(finding) for finding in report.errors])
        return self._answered[1]


def _warn(message: str) -> None:
    """Warn at the line that synthesises the app, which is the user's: the frames in between say nothing to anybody."""
    frame = sys._getframe(1)  # noqa: SLF001  # the only way to another frame's globals, which hold what was warned of
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _PASSED_OVER:
        frame = frame.f_back
    warnings.warn_explicit(
        message,
        CheckWarning,
        filename=frame.f_code.co_filename,
        lineno=frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def watch(scope: Construct) -> None:
    """Have the app of ``scope`` checked when it is synthesised; to be called once for an app."""
    app = scope.node.root
    app.node.add_validation(_WholeApp(app))
