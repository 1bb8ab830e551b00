"""What a route does with a request before it is handed on, and with its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Map, Options, empty
from lumen_constructs.options.destinations import BackendRef, BackendRefLike
from lumen_constructs.options.scalars import HostName, HttpPath, PortNumber

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,256}")


def check_header(name: str) -> str:
    """Check the name of an HTTP header; a ValueError says what was wrong."""
    if not _HEADER.fullmatch(name):
        message = f"{show(name)} is not the name of an HTTP header"
        raise ValueError(message)
    return name


#: The name of an HTTP header.
HeaderName = Annotated[str, AfterValidator(check_header)]


def _checked_values(given: Map[str]) -> Map[str]:
    faults = []
    for name, value in given.items():
        if not _HEADER.fullmatch(name):
            faults.append(Fault((name,), "key is not the name of an HTTP header"))
        if not value:
            faults.append(Fault((name,), "must not be empty; to take a header away, name it under remove"))
    raise_faults(faults)
    return given


#: Values by the names of HTTP headers.
HeaderValues = Annotated[Map[str], AfterValidator(_checked_values)]


class HeaderModifier(Options):
    """Changes of headers."""

    set: HeaderValues = Field(default_factory=empty)
    """Headers that get a value, whatever they had; sets ``set``."""
    add: HeaderValues = Field(default_factory=empty)
    """Values that headers get beside what they had; sets ``add``."""
    remove: Items[HeaderName] = ()
    """Headers that are taken away; sets ``remove``."""

    @model_validator(mode="after")
    def _check(self) -> HeaderModifier:
        if not (self.set or self.add or self.remove):
            message = "changes no header: give set, add or remove"
            raise ValueError(message)
        named = [*self.set, *self.add, *self.remove]
        twice = [name for index, name in enumerate(named) if name.lower() in {one.lower() for one in named[:index]}]
        if twice:
            message = f"changes {show(twice[0])} in two ways; name each header once"
            raise ValueError(message)
        return self

    def modifier_body(self) -> dict[str, Any]:
        """Give the filter's ``requestHeaderModifier`` or ``responseHeaderModifier``."""
        pairs = (("set", self.set), ("add", self.add))
        body: dict[str, Any] = {
            field: [{"name": name, "value": value} for name, value in values.items()]
            for field, values in pairs
            if values
        }
        return body | ({"remove": list(self.remove)} if self.remove else {})


class PathChange(Options):
    """A new path: instead of the whole one, or of the part that the match compared."""

    full: HttpPath | None = None
    """Replaces the whole path; sets ``path.replaceFullPath``."""
    prefix: HttpPath | None = None
    """Replaces the prefix that matched, such as ``/`` to strip it; sets ``path.replacePrefixMatch``. Every match of
    the rule must compare a prefix."""

    @model_validator(mode="after")
    def _check(self) -> PathChange:
        if (self.full is None) == (self.prefix is None):
            message = "needs either full or prefix"
            raise ValueError(message)
        return self

    def change_body(self) -> dict[str, Any]:
        """Give the filter's ``path``."""
        if self.full is not None:
            return {"type": "ReplaceFullPath", "replaceFullPath": self.full}
        return {"type": "ReplacePrefixMatch", "replacePrefixMatch": self.prefix}


class Redirect(Options):
    """The request is answered with another address, and reaches no backend."""

    scheme: Literal["http", "https"] | None = None
    """Sets ``scheme``. Default: that of the request."""
    hostname: HostName | None = None
    """Sets ``hostname``. Default: that of the request."""
    port: PortNumber | None = None
    """Sets ``port``. Default: that of the scheme or the listener."""
    path: PathChange | None = None
    """Sets ``path``. Default: that of the request."""
    status_code: Literal[301, 302, 303, 307, 308] = 302
    """Sets ``statusCode``: 301 and 308 are permanent."""

    @model_validator(mode="after")
    def _check(self) -> Redirect:
        if not (self.scheme or self.hostname or self.port or self.path):
            message = "leads back to the same address: give scheme, hostname, port or path"
            raise ValueError(message)
        if self.hostname is not None and "*" in self.hostname:
            raise_faults([Fault(("hostname",), f"{show(self.hostname)} must be one host")])
        return self


class Rewrite(Options):
    """The request is handed on with another host name or path."""

    hostname: HostName | None = None
    """Sets ``hostname``. Default: unchanged."""
    path: PathChange | None = None
    """Sets ``path``. Default: unchanged."""

    @model_validator(mode="after")
    def _check(self) -> Rewrite:
        if self.hostname is None and self.path is None:
            message = "changes nothing: give hostname or path"
            raise ValueError(message)
        if self.hostname is not None and "*" in self.hostname:
            raise_faults([Fault(("hostname",), f"{show(self.hostname)} must be one host")])
        return self


class Mirror(Options):
    """A copy of each request goes to a further backend, whose answer is thrown away."""

    backend: BackendRefLike
    """The further backend; sets ``backendRef``. A weight has no meaning here."""
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    """Part of the requests that is copied; sets ``percent``. Default: all."""

    @model_validator(mode="after")
    def _check(self) -> Mirror:
        if isinstance(self.backend, BackendRef) and self.backend.weight != 1:
            raise_faults([Fault(("backend", "weight"), "must be left out: a copy goes to one backend")])
        return self


class RouteFilters(Options):
    """What both kinds of routes can do with a request and its answer."""

    request_headers: HeaderModifier | None = None
    """Changes of the request's headers; sets a filter ``RequestHeaderModifier``."""
    response_headers: HeaderModifier | None = None
    """Changes of the answer's headers; sets a filter ``ResponseHeaderModifier``."""
    mirrors: Items[Mirror] = ()
    """Backends that get a copy; each sets a filter ``RequestMirror``."""


class HttpFilters(RouteFilters):
    """What an HTTPRoute can do with a request and its answer."""

    redirect: Redirect | None = None
    """Answer with another address; sets a filter ``RequestRedirect``."""
    rewrite: Rewrite | None = None
    """Hand on under another address; sets a filter ``URLRewrite``."""

    def path_changes(self) -> Iterator[tuple[str, PathChange]]:
        """Give each change of the path with the name of its filter."""
        for name, found in (("redirect", self.redirect), ("rewrite", self.rewrite)):
            if found is not None and found.path is not None:
                yield name, found.path
