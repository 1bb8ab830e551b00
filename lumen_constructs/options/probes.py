"""How the kubelet asks a container whether it has started, may get traffic, and is alive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults
from lumen_constructs.options.base import Items, Options, Short, full
from lumen_constructs.options.scalars import HttpPath, PortRef, Seconds, Text


class HttpHeader(Options):
    """A header of a probe's request."""

    name: Text
    """Name of the header; sets ``httpHeaders[].name``."""
    value: str
    """Value of the header; sets ``httpHeaders[].value``."""


class HttpGet(Options):
    """A probe that succeeds when a GET answers with a status from 200 to 399."""

    path: HttpPath | None = None
    """Path of the request; sets ``httpGet.path``. Default: the ``path`` that the roles share, otherwise ``/``."""
    port: PortRef | None = None
    """Port, by name or number; sets ``httpGet.port``. Default: the container's first port."""
    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    """Scheme of the request; sets ``httpGet.scheme``. With HTTPS the certificate is not checked."""
    http_headers: Items[HttpHeader] = ()
    """Headers of the request; sets ``httpGet.httpHeaders``."""
    host: Text | None = None
    """Host to connect to; sets ``httpGet.host``. Default: the pod's own address."""


class TcpSocket(Options):
    """A probe that succeeds when a connection can be opened."""

    port: PortRef | None = None
    """Port, by name or number; sets ``tcpSocket.port``. Default: the container's first port."""


class Exec(Options):
    """A probe that succeeds when a command ends with status 0."""

    command: Items[str] = Field(min_length=1)
    """Command and arguments, run in the container without a shell; sets ``exec.command``."""


class Grpc(Options):
    """A probe that asks the gRPC health service, natively by the kubelet."""

    port: PortRef | None = None
    """Port, by name or number; sets ``grpc.port``, always a number. Default: the container's first port."""
    service: str | None = None
    """Name of the service asked for; sets ``grpc.service``. Default: the server as a whole."""


class Probe(Options):
    """One probe: an action and its timing. The short form, ``"/health"``, is a GET of that path on the first port."""

    http_get: HttpGet | None = None
    """Ask by HTTP."""
    tcp_socket: TcpSocket | None = None
    """Open a TCP connection."""
    exec: Exec | None = None
    """Run a command."""
    grpc: Grpc | None = None
    """Ask the gRPC health service."""
    initial_delay_seconds: Seconds = 0
    """Seconds from the start of the container to the first probe; sets ``initialDelaySeconds``."""
    period_seconds: Annotated[Seconds, Field(ge=1)] = 10
    """Seconds from one probe to the next; sets ``periodSeconds``."""
    timeout_seconds: Annotated[Seconds, Field(ge=1)] = 1
    """Seconds until an unanswered probe counts as failed; sets ``timeoutSeconds``."""
    success_threshold: int = Field(default=1, ge=1)
    """Successes in a row that count as success; sets ``successThreshold``. Startup and liveness allow only 1."""
    failure_threshold: int = Field(default=3, ge=1)
    """Failures in a row that count as failure; sets ``failureThreshold``."""
    termination_grace_period_seconds: Annotated[Seconds, Field(ge=1)] | None = None
    """Grace period of a container that this probe ends; sets ``terminationGracePeriodSeconds``. Default: the pod's."""

    @model_validator(mode="after")
    def _check(self) -> Probe:
        given = [kind for kind, action in self.actions.items() if action is not None]
        if len(given) > 1:
            message = f"has {' and '.join(given)}; a probe has one action"
            raise ValueError(message)
        return self

    @property
    def actions(self) -> dict[str, HttpGet | TcpSocket | Exec | Grpc | None]:
        """What each kind of action is set to, by its key: all but one of them None."""
        return {"httpGet": self.http_get, "tcpSocket": self.tcp_socket, "exec": self.exec, "grpc": self.grpc}

    @property
    def action(self) -> HttpGet | TcpSocket | Exec | Grpc | None:
        """The one action, or None where the role takes the path and port that the roles share."""
        return self.http_get or self.tcp_socket or self.exec or self.grpc

    @property
    def first_success(self) -> int:
        """Seconds after the container's start at which the probe can have succeeded for the first time."""
        return full(self.initial_delay_seconds, int) + (self.success_threshold - 1) * full(self.period_seconds, int)

    @property
    def first_failure(self) -> int:
        """Seconds after the container's start at which the probe can have failed for good for the first time."""
        return full(self.initial_delay_seconds, int) + (self.failure_threshold - 1) * full(self.period_seconds, int)

    @classmethod
    def http(cls, path: str = "/", *, port: str | int | None = None, **timing: Any) -> Probe:
        """Make a probe by GET of ``path``; ``timing`` are the timing fields of :class:`Probe`."""
        return cls(http_get=HttpGet(path=path, port=port), **timing)

    @classmethod
    def tcp(cls, *, port: str | int | None = None, **timing: Any) -> Probe:
        """Make a probe that opens a TCP connection; ``timing`` are the timing fields of :class:`Probe`."""
        return cls(tcp_socket=TcpSocket(port=port), **timing)

    @classmethod
    def run(cls, *command: str, **timing: Any) -> Probe:
        """Make a probe that runs ``command``; ``timing`` are the timing fields of :class:`Probe`."""
        return cls(exec=Exec(command=command), **timing)

    @classmethod
    def by_grpc(cls, *, port: str | int | None = None, service: str | None = None, **timing: Any) -> Probe:
        """Make a native gRPC probe; ``timing`` are the timing fields of :class:`Probe`."""
        return cls(grpc=Grpc(port=port, service=service), **timing)


if TYPE_CHECKING:
    ProbeLike = Probe | str
else:
    #: A probe, or the path of its GET.
    ProbeLike = Annotated[
        Probe,
        Short(str, lambda path: Probe(http_get=HttpGet(path=path)), {"type": "string", "description": "HTTP path"}),
    ]


class Probes(Options):
    """The three probe roles of a container.

    Roles that share a path say it once: ``Probes(path="/metrics", readiness=Probe(), liveness=Probe())``. A liveness
    probe without a startup probe must leave the container the time to become ready, or it is refused.
    """

    startup: ProbeLike | None = None
    """Until it succeeds, the others are suspended; failing for good restarts the container. Sets ``startupProbe``."""
    readiness: ProbeLike | None = None
    """While it fails, no Service sends traffic to the pod. Sets ``readinessProbe``."""
    liveness: ProbeLike | None = None
    """Failing for good restarts the container. Sets ``livenessProbe``."""
    path: HttpPath | None = None
    """HTTP path of each role that has no action, or no path, of its own."""
    port: PortRef | None = None
    """Port of each role that names none, by name or number. Default: the container's first port."""
    requires: Items[str] = ()
    """Environment variables without which the probed endpoints cannot answer rightly, such as the database's address.
    Each must be in the component's config, env or secrets, otherwise the component is refused."""

    @model_validator(mode="after")
    def _check(self) -> Probes:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for role in ("startup", "liveness"):
            probe = self.role(role)
            if probe is not None and probe.success_threshold != 1:
                message = f"{probe.success_threshold} must be 1: Kubernetes allows no other for {role}"
                yield Fault((role, "successThreshold"), message)
        readiness = self.role("readiness")
        if readiness is not None and readiness.termination_grace_period_seconds is not None:
            message = "must be left out: a readiness probe ends nothing"
            yield Fault(("readiness", "terminationGracePeriodSeconds"), message)
        if (fault := self._liveness_fault()) is not None:
            yield Fault(("liveness",), fault)

    def _liveness_fault(self) -> str | None:
        startup, readiness, liveness = (self.role(role) for role in ("startup", "readiness", "liveness"))
        if liveness is None or readiness is None or startup is not None:
            return None
        if liveness.first_failure > readiness.first_success:
            return None
        return (
            f"can restart the container after {liveness.first_failure} s, before readiness can first succeed "
            f"after {readiness.first_success} s; add a startup probe, or raise liveness.initialDelaySeconds or "
            "liveness.failureThreshold"
        )

    def role(self, name: str) -> Probe | None:
        """Give the probe of a role: ``startup``, ``readiness`` or ``liveness``."""
        probe = getattr(self, name)
        return None if probe is None else full(probe, Probe)

    @classmethod
    def http(  # noqa: PLR0913  # one keyword a role, and what they share
        cls,
        *,
        path: str | None = None,
        port: str | int | None = None,
        startup: Probe | str | None = None,
        readiness: Probe | str | None = None,
        liveness: Probe | str | None = None,
        requires: Sequence[str] = (),
    ) -> Probes:
        """Make HTTP probes: a path for each role, or ``path`` alone for readiness and liveness."""
        if path is not None and (startup, readiness, liveness) == (None, None, None):
            readiness = liveness = Probe()
        return cls(startup=startup, readiness=readiness, liveness=liveness, path=path, port=port, requires=requires)

    @classmethod
    def tcp(cls, *, port: str | int | None = None, startup: Probe | None = None) -> Probes:
        """Make readiness and liveness probes that open a connection to ``port``."""
        return cls(startup=startup, readiness=Probe.tcp(port=port), liveness=Probe.tcp(port=port))

    @classmethod
    def by_grpc(
        cls, *, port: str | int | None = None, service: str | None = None, startup: Probe | None = None
    ) -> Probes:
        """Make readiness and liveness probes that ask the gRPC health service on ``port``."""
        probe = Probe.by_grpc(port=port, service=service)
        return cls(startup=startup, readiness=probe, liveness=probe)
