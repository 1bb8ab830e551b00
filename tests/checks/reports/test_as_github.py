from __future__ import annotations

from lumen_constructs.checks.reading import Unreadable
from lumen_constructs.checks.reports.as_github import github
from lumen_constructs.checks.reports.outcome import Located, Outcome
from tests.checks.reports.outcomes import CLEAN, MIXED, NEARLY


def test_gives_a_command_for_each_finding() -> None:
    """With file, line, column and rule; what the runner would take for something else is escaped."""
    assert github(MIXED).splitlines() == [
        (
            "::error file=a b/web.yaml,line=12,col=3,title=service-selects-nothing::"
            "Service/shop/web spec.selector: selects no pod; 100%25 sure; the nearest is 'web', not 'wbe'"
        ),
        "::warning file=a b/web.yaml,line=9,col=1,title=image-tag-mutable::Pod/shop/\\x1b[2Jweb: has the tag 'latest'",
        (
            "::warning file=../x%2Cy%3Az.yaml,line=104,col=7,title=image-tag-mutable::"
            "Pod/shop/\\x1b[2Jweb: has the tag 'latest'"
        ),
        (
            "::notice file=dist/shop/dev/50/pod.yaml,line=4,col=2,title=image-tag-mutable::"
            "Pod/shop/\\x1b[2Jweb: has the tag 'latest' (waived: follows main: on purpose)"
        ),
        "::error file=bad.yaml,line=7,title=could not be read::a key was expected here",
        "::error file=gone.yaml,title=could not be read::no such file",
        (
            "1,234 objects in 2 sets: 1 error, 2 warnings, 1 waived, 2 places could not be read,"
            " 1 file without manifests passed over"
        ),
    ]


def test_no_text_can_start_a_command_of_its_own() -> None:
    """A line end in a message or a file's name is data."""
    outcome = Outcome(unreadable=(Unreadable("a\n::set-output x::y", 1, "b\r\n::error::c"),))
    first, *rest = github(outcome).splitlines()
    assert first == ("::error file=a%0A%3A%3Aset-output x%3A%3Ay,line=1,title=could not be read::b%0D%0A::error::c")
    assert not any(line.startswith("::") for line in rest)


def test_what_came_through_a_pipe_has_no_place_in_the_repository() -> None:
    """A line of the input would be shown in a file that has nothing to do with it."""
    outcome = Outcome(findings=(Located(NEARLY, "<stdin>", 12, 3),))
    assert github(outcome).startswith("::error title=service-selects-nothing::Service/shop/web")


def test_says_what_was_checked_where_nothing_is_wrong() -> None:
    """A line for the log."""
    assert github(CLEAN) == "2 objects: 0 errors, 0 warnings, 0 waived\n"
