"""Which container image runs, and how a node gets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import model_validator

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Options, Short
from lumen_constructs.options.scalars import Subdomain, Text

_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*")
_REGISTRY = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?(?::[0-9]+)?")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class Image(Options):
    """A container image. The short form is the usual reference: ``ghcr.io/acme/cart:1.4.2``."""

    registry: Text | None = None
    """Host of the registry, with a port where it has one. Default: the cluster's ``image_registry``, or the one
    that the container runtime takes (``docker.io``). A host at the start of ``repository`` is the same."""
    repository: Text
    """Path of the image inside the registry, such as ``acme/cart``."""
    tag: Text | None = None
    """Tag. It or ``digest`` must be given; where both are, the digest decides and the tag is for readers."""
    digest: Text | None = None
    """Digest, ``sha256:`` and 64 hexadecimal digits: the one form that cannot change under a deployment."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    """Sets ``imagePullPolicy``. Default: ``Always`` for the tag ``latest``, otherwise ``IfNotPresent``."""
    pull_secrets: Items[Subdomain] = ()
    """Names of Secrets with registry credentials; sets the pod's ``imagePullSecrets``, after the cluster's."""

    @model_validator(mode="after")
    def _check(self) -> Image:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        host, path = split_host(self.repository)
        registry_form = "a host such as 'ghcr.io' or 'localhost:5000'"
        parts: list[tuple[str, str | None, re.Pattern[str], str]] = [
            ("registry", self.registry, _REGISTRY, registry_form),
            ("repository", host, _REGISTRY, registry_form),
            ("repository", path, _REPOSITORY, "lower-case path parts joined by '/'"),
            ("tag", self.tag, _TAG, "letters, digits, '_', '.' and '-', at most 128"),
            ("digest", self.digest, _DIGEST, "'sha256:' and 64 hexadecimal digits"),
        ]
        for field, value, pattern, form in parts:
            if value is not None and not pattern.fullmatch(value):
                yield Fault((field,), f"{show(value)} must be {form}")
        if self.registry is not None and host is not None:
            yield Fault(("registry",), f"{show(self.registry)} stands beside {show(host)} in repository; leave one out")
        if self.tag is None and self.digest is None:
            yield Fault((), f"{show(self.repository)} needs a tag or a digest")

    def reference(self, default_registry: str | None = None) -> str:
        """Give the reference that a container carries, with ``default_registry`` where the image names no registry."""
        registry = None if split_host(self.repository)[0] else self.registry or default_registry
        name = f"{registry}/{self.repository}" if registry else self.repository
        return name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def effective_pull_policy(self) -> str:
        """The pull policy, spelled out as the API server would default it."""
        if self.pull_policy is not None:
            return self.pull_policy
        return "Always" if self.tag == "latest" and self.digest is None else "IfNotPresent"

    @property
    def version(self) -> str:
        """What ``app.kubernetes.io/version`` says: the tag, or the start of the digest."""
        return version_of(self.tag, self.digest)


def version_of(tag: str | None, digest: str | None) -> str:
    """Give what ``app.kubernetes.io/version`` says of an image: the tag, or the start of the digest."""
    return (tag or (digest or "").removeprefix("sha256:"))[:63].strip("-_.")


def split_host(repository: str) -> tuple[str | None, str]:
    """Split ``ghcr.io/acme/cart`` into host and path; a host has a dot or a port, or is localhost."""
    first, slash, rest = repository.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return first, rest
    return None, repository


def _from_reference(reference: str) -> Image:
    """Read ``[registry/]repository[:tag][@digest]``."""
    name, at, digest = reference.partition("@")
    path, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        path, tag = name, ""
    if (colon and path != name and not tag) or (at and not digest):
        message = f"{show(reference)} ends in an empty tag or digest"
        raise LumenError(message)
    return Image(repository=path, tag=tag or None, digest=digest or None)


if TYPE_CHECKING:
    ImageLike = Image | str
else:
    #: An image, or its reference as one string.
    ImageLike = Annotated[
        Image,
        Short(str, _from_reference, {"type": "string", "description": "[registry/]repository[:tag][@digest]"}),
    ]
