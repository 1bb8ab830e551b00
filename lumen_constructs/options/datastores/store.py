"""What can be said about any data store, whatever it stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults
from lumen_constructs.options.alerts import Alerts
from lumen_constructs.options.base import Items, Options, camel, empty, full
from lumen_constructs.options.datastores.backup import Backup
from lumen_constructs.options.datastores.exporter import Exporter
from lumen_constructs.options.datastores.storage import Storage
from lumen_constructs.options.identity import ServiceAccount
from lumen_constructs.options.image import Image, ImageLike
from lumen_constructs.options.metrics import Metrics
from lumen_constructs.options.network import Network
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.scalars import AnnotationMap, External, LabelMap, Name, Seconds, Subdomain, Text
from lumen_constructs.options.scheduling import Scheduling
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.service import Service


class DataStoreOptions(Options):
    """A data store: what it runs on, who may reach it, what watches over it."""

    name: Name | None = None
    """Name of the store, and the start of the names of its objects. Default: the id."""
    component: Name | None = None
    """Role in the stack; sets the label ``app.kubernetes.io/component``. Default: the id."""
    version: Text
    """Version of the server."""
    image: ImageLike | None = None
    """Image of the server. Default: the official one of ``version``."""
    resources: Resources
    """Compute resources of the server."""
    storage: Storage = Field(default_factory=Storage)
    """Where it keeps its data."""
    service: Service = Field(default_factory=Service)
    """The Service by which clients reach it; its name is the host in every connection setting."""
    metrics: Metrics | None = None
    """How Prometheus scrapes the exporter, which runs beside the server. Default: there is none."""
    exporter: Exporter = Field(default_factory=Exporter)
    """The exporter that runs where there are ``metrics``."""
    alerts: Alerts = Field(default_factory=Alerts)
    """The default alerts on pods and volumes, and where there are ``metrics`` those on the store. A rule of the same
    name replaces one of the store's."""
    network: Network = Field(default_factory=Network)
    """The NetworkPolicy: everything is denied but clients that are declared, and Prometheus. The cluster's DNS may be
    asked where the store needs it, or where ``dns`` is set here."""
    scheduling: Scheduling = Field(default_factory=Scheduling)
    """Placement of the pods."""
    security: SecurityContext | None = None
    """Security settings of the pods, as a whole. Default: what Pod Security "restricted" asks for, with the user, the
    group and the writable directories of the store's image."""
    service_account: ServiceAccount = Field(default_factory=ServiceAccount)
    """The ServiceAccount."""
    labels: LabelMap = Field(default_factory=empty)
    """Further labels of every object."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations of the StatefulSet or the operator's resource."""
    pod_labels: LabelMap = Field(default_factory=empty)
    """Further labels of the pods."""
    pod_annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations of the pods."""
    image_pull_secrets: Items[Subdomain] = ()
    """Names of Secrets with registry credentials; sets ``imagePullSecrets``, after the cluster's."""
    termination_grace_period_seconds: Annotated[Seconds, Field(ge=1)] = 120
    """Seconds that the server has to write what it holds and close its files; sets
    ``terminationGracePeriodSeconds``."""
    external: Items[External] = ()
    """Objects outside this set that the store refers to, as ``Kind/name``."""

    @model_validator(mode="after")
    def _check(self) -> DataStoreOptions:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if not self.service.enabled:
            yield Fault(("service", "enabled"), "must be true: without a Service no client finds the store")
        if self.service.headless:
            yield Fault(("service", "headless"), "must be false: the store has a headless Service beside this one")
        if self.metrics is not None and self.metrics.port is not None:
            yield Fault(("metrics", "port"), "must be left out: it is the exporter's")

    @property
    def has_metrics(self) -> bool:
        """Whether the exporter runs."""
        return self.metrics is not None

    def image_or(self, reference: str) -> Image:
        """Give ``image``, or the image of ``reference`` where there is none."""
        if self.image is not None:
            return full(self.image, Image)
        repository, _, tag = reference.rpartition(":")
        return Image(repository=repository, tag=tag)

    def network_with(self, *, dns: bool) -> Network:
        """Give ``network``, where it does not say itself whether DNS may be asked with ``dns``."""
        return self.network if "dns" in self.network.model_fields_set else self.network.model_copy(update={"dns": dns})


class BackedUp(Options):
    """What a data store has that can be dumped."""

    backup: Backup | None = None
    """Backups on a schedule. Default: none."""


def left_out(options: Options, reasons: Mapping[str, str]) -> Iterator[Fault]:
    """Refuse options that a form of the store does not have, rather than take them and do nothing."""
    for field, reason in reasons.items():
        if field in options.model_fields_set:
            yield Fault((camel(field),), f"must be left out: {reason}")


def unused_faults(options: DataStoreOptions) -> Iterator[Fault]:
    """Refuse what CloudNativePG's and Strimzi's resources have no field for."""
    if "access_mode" in options.storage.model_fields_set:
        yield Fault(("storage", "accessMode"), "must be left out: the operator chooses it")
    if options.scheduling.runtime_class_name is not None:
        yield Fault(("scheduling", "runtimeClassName"), "must be left out: the operator's pods have the cluster's")


def only_one_node(replicas: int, remedy: str) -> Iterator[Fault]:
    """Refuse more than one node of an embedded store: pods that know nothing of each other are several stores."""
    if replicas != 1:
        yield Fault(("replicas",), f"{replicas} must be 1: the embedded form is one node; {remedy}")
