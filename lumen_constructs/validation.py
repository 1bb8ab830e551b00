"""Every app that holds a manifest of ours is checked as a whole when it is synthesised, before anything is written."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import jsii
from cdk8s import Chart
from constructs import Construct, IConstruct, IValidation

from lumen_constructs.chart_sets import Identity, chart_sets, identity_of
from lumen_constructs.checks import Finding, Report, Settings, Severity, Subject, check
from lumen_constructs.checks.rules import all_rules
from lumen_constructs.errors import CheckWarning
from lumen_constructs.manifest import RenderedManifest, read_rendered, rendered_text

#: Packages whose frames stand between the call that synthesises an app and its validation.
_PASSED_OVER = frozenset({"cdk8s", "constructs", "jsii", "lumen_constructs"})


#: How much advice on objects of others is told piece by piece.
_MOST_ADVICE = 3


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
            entries = read_rendered(text)
            findings = _findings(entries, self._app)
            foreign = frozenset(entry.path for entry in entries if not entry.ours)
            for line in _warnings([one for one in findings if one.severity is not Severity.ERROR], foreign):
                _warn(line)
            self._answered = (text, [str(finding) for finding in findings if finding.severity is Severity.ERROR])
        return self._answered[1]


def _findings(entries: Sequence[RenderedManifest], app: IConstruct) -> Sequence[Finding]:
    """Check everything that is applied together; what several sets hold is told if it is wrong in each of them."""
    names = [identity_of(entry.body) for entry in entries]
    if len(set(names)) == len(names):
        return checked(entries).findings
    charts = _charts(entries, app)
    held: dict[str, list[Identity]] = {}
    for entry, name in zip(entries, names, strict=True):
        held.setdefault(charts[entry.path], []).append(name)
    sets = chart_sets(held)
    wrong: Counter[tuple[str, str, str]] = Counter()
    found: list[Finding] = []
    for together in map(frozenset, sets):
        told = checked(entry for entry in entries if charts[entry.path] in together).findings
        # What is said may differ from set to set; what is wrong is one thing.
        found += [finding for finding in told if _key(finding) not in wrong]
        wrong.update(dict.fromkeys(map(_key, told), 1))
    times = Counter(chart for together in sets for chart in together)
    place = {entry.path: number for number, entry in enumerate(entries)}
    everywhere = [finding for finding in found if wrong[_key(finding)] == times[charts[finding.where]]]
    return sorted(everywhere, key=lambda finding: place[finding.where])


def _warnings(findings: Sequence[Finding], foreign: Collection[str]) -> Iterator[str]:
    """Give a line for each warning; where there is much advice on objects of others, one line for all of it.

    Who adds one of our constructs to an app asked nobody to improve the rest of it. What is an error on an object of
    ours is no advice: it will break, whoever made the object.
    """
    rules = all_rules()
    advice = [one for one in findings if one.where in foreign and rules[one.rule].severity is Severity.WARNING]
    if len(advice) <= _MOST_ADVICE:
        advice = []
    untold = frozenset(map(id, advice))
    yield from (str(finding) for finding in findings if id(finding) not in untold)
    if advice:
        objects = len({finding.where for finding in advice})
        of = "an object that is" if objects == 1 else f"{objects} objects that are"
        count = ", ".join(f"{rule} {number}" for rule, number in sorted(Counter(one.rule for one in advice).items()))
        yield f"{len(advice)} warnings on {of} not of this library; 'lumen check' on the output tells each ({count})"


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.where, finding.path


def _charts(entries: Sequence[RenderedManifest], app: IConstruct) -> dict[str, str]:
    """Give the path of the chart of each object. It takes a message for each construct: only few apps need it."""
    paths = [one.node.path for one in app.node.find_all() if isinstance(one, Chart)]
    inner_first = sorted(paths, key=len, reverse=True)
    return {
        entry.path: next(chart for chart in inner_first if f"{entry.path}/".startswith(f"{chart}/"))
        for entry in entries
    }


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
