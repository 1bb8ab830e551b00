"""The texts of ``delivery.yaml`` that check themselves: where a repository is, what is delivered of it, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

from lumen_constructs.durations import go_duration, seconds_of
from lumen_constructs.faults import show
from lumen_constructs.names import subdomain_fault
from lumen_constructs.options.scalars import refuse_placeholder

__all__ = [
    "ApiGroup",
    "ApiServer",
    "ClusterName",
    "Interval",
    "KindName",
    "NotificationWord",
    "Recipient",
    "RepositoryFolder",
    "RepositoryURL",
    "Revision",
]

#: How Git's own tools let a repository be written, and Flux does not.
_SCP = re.compile(r"(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>[^/].*)")

#: What Git refuses in the name of a branch or a tag, and what would be a range of versions to Argo CD.
_NO_REVISION = re.compile(r"[\x00-\x20~^:?*\[\\\x7f<>=]|\.\.|//|@\{|^[-/.]|[/.]$|\.lock$")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_VERSION = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+([-+][\w.+-]+)?")

#: What Argo CD takes for a pattern in an AppProject.
_GLOB = re.compile(r"[*?\[\]{}!\\]")


def _scalar(fault: Callable[[str], str | None]) -> AfterValidator:
    """Give a validator; ``fault`` says what is wrong with a text, in words that can follow it."""

    def check(value: str) -> str:
        refuse_placeholder(value)
        if found := "must not be empty" if not value.strip() else fault(value):
            message = f"{show(value)} {found}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


def _url(value: str) -> str:
    """Check the URL of a repository; no message repeats one that may hold a password."""
    refuse_placeholder(value)
    if scp := _SCP.fullmatch(value):
        message = f"{show(value)} must be a URL: ssh://{scp['user']}@{scp['host']}/{scp['path']}"
        raise ValueError(message)
    parts = _parts(value)
    if parts is None or parts.scheme not in {"https", "http", "ssh"} or not parts.hostname or len(parts.path) < 2:
        shown = "" if "@" in value else f"{show(value)} "
        message = f"{shown}must be a URL that Argo CD and Flux both read: https://host/path or ssh://git@host/path"
        raise ValueError(message)
    if parts.password is not None or (parts.scheme != "ssh" and "@" in parts.netloc):
        message = (
            "must not hold credentials, which Git would keep for ever: revoke them, and give them to the controllers in"
            " a Secret (Argo CD's repository Secret, flux.secret)"
        )
        raise ValueError(message)
    if parts.query or parts.fragment:
        message = "must end with the path of the repository, without '?' and '#'"
        raise ValueError(message)
    return value


def _parts(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        return None if re.search(r"\s", value) or parts.port == 0 else parts
    except ValueError:  # what is between brackets is no address, or what follows ':' is no port
        return None


def _folder(value: str) -> str | None:
    if value.startswith("/") or value.endswith("/") or {"", ".", ".."} & set(value.split("/")):
        return "must be a folder from the root of the repository, such as 'dist' or 'shop/dist'"
    return None


def _revision(value: str) -> str | None:
    if value.upper() == "HEAD":
        return "is another branch in each clone; write the name of the branch, such as 'main'"
    if _NO_REVISION.search(value):
        return "must be a branch, a tag as 'refs/tags/v1.2.0', or a whole commit hash"
    if re.fullmatch(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{7,39}", value):
        return "looks like a part of a commit hash; write all 40 digits of it"
    if _VERSION.fullmatch(value):
        return f"looks like a tag; write 'refs/tags/{value}', or 'refs/heads/{value}' if it is a branch"
    return None


def _server(value: str) -> str | None:
    parts = _parts(value)
    if parts is None or parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
        return "must be the URL of an API server, such as 'https://kubernetes.default.svc'; a cluster's name is 'name'"
    return _cluster(value)


def _cluster(value: str) -> str | None:
    return "must name one cluster: Argo CD would take it for a pattern" if _GLOB.search(value) else None


def _group(value: str) -> str:
    if value and (fault := subdomain_fault(value)):
        hint = f"; write {show(value.partition('/')[0])}, without the version" if "/" in value else ""
        message = f"{show(value)} {fault}{hint}"
        raise ValueError(message)
    return value


def _kind(value: str) -> str | None:
    return None if re.fullmatch(r"[A-Z][A-Za-z0-9]*", value) else "must be a kind, such as 'ConfigMap'"


def _word(value: str) -> str | None:
    return None if re.fullmatch(r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?", value) else "must be letters, digits, '-' and '_'"


def _recipient(value: str) -> str | None:
    return "must be one recipient; ';' stands between two in Argo CD's annotation" if ";" in value else None


def _interval(value: str) -> str:
    duration = go_duration(value)
    if seconds_of(duration) <= 0:
        message = f"{show(value)} must be longer than nothing"
        raise ValueError(message)
    return duration


def commit_of(revision: str) -> str | None:
    """Give the commit that a revision is, or None where it is a branch or a tag."""
    return revision if _COMMIT.fullmatch(revision) else None


#: The URL of a Git repository, without credentials.
RepositoryURL = Annotated[str, AfterValidator(_url)]
#: A folder from the root of a repository.
RepositoryFolder = Annotated[str, _scalar(_folder)]
#: A branch, a tag as ``refs/tags/…``, or a commit.
Revision = Annotated[str, _scalar(_revision)]
#: The name that Argo CD has for a cluster.
ClusterName = Annotated[str, _scalar(_cluster)]
#: The address of an API server.
ApiServer = Annotated[str, _scalar(_server)]
#: An API group; the core group is empty.
ApiGroup = Annotated[str, AfterValidator(_group)]
#: The kind of an object.
KindName = Annotated[str, _scalar(_kind)]
#: The name of a trigger or a service of Argo CD's notifications, which its annotations put dots between.
NotificationWord = Annotated[str, _scalar(_word)]
#: Whom a notification goes to.
Recipient = Annotated[str, _scalar(_recipient)]
#: A Go duration, longer than nothing.
Interval = Annotated[str, AfterValidator(_interval)]
