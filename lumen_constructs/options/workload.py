"""All that can be said about a component that runs: the options of ``ProbedDeployment``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from lumen_constructs.faults import Fault
from lumen_constructs.options.base import Items
from lumen_constructs.options.contradictions import deployment_faults
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.scalars import PortNumber, Seconds
from lumen_constructs.options.scaling import Autoscaling, DisruptionBudget, UpdateStrategy
from lumen_constructs.values.merging import MergeByName


class ProbedDeploymentOptions(PodOptions):
    """A Deployment with its three probe roles, its configuration, and what keeps it safe."""

    port: PortNumber | None = None
    """The one port, named ``http``; the short form of ``ports``."""
    ports: Annotated[Items[Port], MergeByName()] = ()
    """Ports; the first is the one that probes and the Ingress take where they name none."""
    probes: Probes
    """The three probe roles. ``Probes()`` says that there are none."""
    replicas: int | None = Field(default=None, ge=0)
    """Number of pods; sets ``replicas``. Default: 1, or what ``autoscaling`` decides."""
    strategy: UpdateStrategy | None = None
    """How old pods make way for new ones; sets ``strategy``. Default: one new pod at a time, never below the wanted
    number; ``Recreate`` where a claim allows one node at a time."""
    autoscaling: Autoscaling | None = None
    """A HorizontalPodAutoscaler. Default: none."""
    disruption_budget: DisruptionBudget = Field(default_factory=DisruptionBudget)
    """The PodDisruptionBudget that the component has wherever more than one replica runs."""
    min_ready_seconds: Seconds = 0
    """Seconds that a new pod must be ready to count as available; sets ``minReadySeconds``."""
    revision_history_limit: int = Field(default=10, ge=0)
    """Old ReplicaSets to keep for an undo; sets ``revisionHistoryLimit``."""
    progress_deadline_seconds: Seconds = 600
    """Seconds after which an update that does not move counts as failed; sets ``progressDeadlineSeconds``."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from deployment_faults(self)

    @property
    def all_ports(self) -> tuple[Port, ...]:
        """The component's ports: the one of ``port``, then ``ports``."""
        return (*([Port(container_port=self.port)] if self.port is not None else []), *self.ports)

    @property
    def wanted_replicas(self) -> int:
        """How many pods run at least: ``replicas``, or the autoscaler's ``min_replicas``."""
        if self.autoscaling is not None:
            return self.autoscaling.min_replicas
        return 1 if self.replicas is None else self.replicas

    @property
    def may_be_many(self) -> bool:
        """Whether more than one pod can run for good."""
        return self.wanted_replicas > 1 or (self.autoscaling is not None and self.autoscaling.max_replicas > 1)

    @property
    def effective_strategy(self) -> UpdateStrategy:
        """``strategy`` with its default."""
        if self.strategy is not None:
            return self.strategy
        return UpdateStrategy(type="Recreate") if self.has_single_node_claim else UpdateStrategy()

    @property
    def has_single_node_claim(self) -> bool:
        """Whether a claim allows one node at a time."""
        return any(volume.claim is not None and volume.claim.single_node for volume in self.volumes)
