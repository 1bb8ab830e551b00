"""All that can be said about a component: the options of ``ProbedDeployment`` and of ``MonitoredService``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, Faults, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import Items, Map, Options, full
from lumen_constructs.options.config import ConfigFiles, ConfigValue, check_data
from lumen_constructs.options.container import Container
from lumen_constructs.options.env import Env, EnvFrom, EnvVar
from lumen_constructs.options.identity import PolicyRule, ServiceAccount
from lumen_constructs.options.image import Image, ImageLike
from lumen_constructs.options.ingress import Ingress
from lumen_constructs.options.lifecycle import Lifecycle
from lumen_constructs.options.metrics import Alerts, Dashboard, Metrics
from lumen_constructs.options.network import Network
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probe, Probes
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.scalars import AnnotationMap, LabelMap, MountPath, Name, PortNumber, Seconds, Subdomain, Text
from lumen_constructs.options.scaling import Autoscaling, DisruptionBudget, UpdateStrategy
from lumen_constructs.options.scheduling import Scheduling
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.service import Service
from lumen_constructs.options.volumes import Volume
from lumen_constructs.values.merging import MergeByName


class ProbedDeploymentOptions(Options):
    """A Deployment with its three probe roles, its configuration, and what keeps it safe."""

    name: Name | None = None
    """Name of the component: of its Deployment, and the start of the names of its other objects. Default: the id."""
    component: Name | None = None
    """Role of the component in its stack; sets the label ``app.kubernetes.io/component``. Default: the id."""
    image: ImageLike
    """Container image."""
    command: Items[str] = ()
    """Command, in place of the image's entrypoint; sets the container's ``command``."""
    args: Items[str] = ()
    """Arguments; sets the container's ``args``. Default: the image's."""
    working_dir: MountPath | None = None
    """Working directory; sets the container's ``workingDir``. Default: the image's."""
    port: PortNumber | None = None
    """The one port, named ``http``; the short form of ``ports``."""
    ports: Annotated[Items[Port], MergeByName()] = ()
    """Ports; the first is the one that probes and the Ingress take where they name none."""
    probes: Probes
    """The three probe roles. ``Probes()`` says that there are none."""
    resources: Resources
    """Compute resources; sets the container's ``resources``."""
    replicas: int | None = Field(default=None, ge=0)
    """Number of pods; sets ``replicas``. Default: 1, or what ``autoscaling`` decides."""
    config: Map[ConfigValue] = Field(default_factory=dict)
    """Plain configuration: the ConfigMap ``<name>-config``, whose keys all become environment variables."""
    config_files: Map[ConfigFiles] = Field(default_factory=dict)
    """Plain configuration as files: for each entry a ConfigMap ``<name>-<entry>``, mounted below a directory."""
    env: Annotated[Env, MergeByName()] = ()
    """Environment variables of the container itself; sets ``env``. They win over ``config`` and ``env_from``."""
    env_from: Items[EnvFrom] = ()
    """ConfigMaps and Secrets, not of this component, whose keys become variables; sets ``envFrom``."""
    secrets: Annotated[Items[SecretRef], MergeByName()] = ()
    """Secrets that the component reads: names and keys."""
    volumes: Annotated[Items[Volume], MergeByName()] = ()
    """Volumes, each with its place in the container."""
    security: SecurityContext = Field(default_factory=SecurityContext)
    """Security settings of the pod and its containers. Default: what Pod Security "restricted" asks for."""
    scheduling: Scheduling = Field(default_factory=Scheduling)
    """Placement of the pods."""
    strategy: UpdateStrategy | None = None
    """How old pods make way for new ones; sets ``strategy``. Default: one new pod at a time, never below the wanted
    number; ``Recreate`` where a claim allows one node at a time."""
    autoscaling: Autoscaling | None = None
    """A HorizontalPodAutoscaler. Default: none."""
    disruption_budget: DisruptionBudget = Field(default_factory=DisruptionBudget)
    """The PodDisruptionBudget that the component has wherever more than one replica runs."""
    network: Network = Field(default_factory=Network)
    """The NetworkPolicy."""
    service_account: ServiceAccount = Field(default_factory=ServiceAccount)
    """The ServiceAccount."""
    rbac: Items[PolicyRule] = ()
    """What the component may do at the API server: a Role and a RoleBinding. Default: nothing, and no token."""
    labels: LabelMap = Field(default_factory=dict)
    """Further labels of every object."""
    annotations: AnnotationMap = Field(default_factory=dict)
    """Further annotations of the Deployment."""
    pod_labels: LabelMap = Field(default_factory=dict)
    """Further labels of the pods."""
    pod_annotations: AnnotationMap = Field(default_factory=dict)
    """Further annotations of the pods."""
    init_containers: Annotated[Items[Container], MergeByName()] = ()
    """Containers that run to their end, one after the other, before the others start; sets ``initContainers``."""
    sidecars: Annotated[Items[Container], MergeByName()] = ()
    """Containers that run beside; sets further ``containers``."""
    lifecycle: Lifecycle = Field(default_factory=Lifecycle)
    """Hooks of the container."""
    termination_grace_period_seconds: Seconds = 30
    """Seconds from the request to stop until the container is killed; sets ``terminationGracePeriodSeconds``."""
    min_ready_seconds: Seconds = 0
    """Seconds that a new pod must be ready to count as available; sets ``minReadySeconds``."""
    revision_history_limit: int = Field(default=10, ge=0)
    """Old ReplicaSets to keep for an undo; sets ``revisionHistoryLimit``."""
    progress_deadline_seconds: Seconds = 600
    """Seconds after which an update that does not move counts as failed; sets ``progressDeadlineSeconds``."""
    image_pull_secrets: Items[Subdomain] = ()
    """Names of Secrets with registry credentials; sets ``imagePullSecrets``, after those of the cluster and the image."""
    external: Items[Text] = ()
    """Objects outside this set that the component refers to, as ``Kind/name``: the checks take them as existing. What
    ``secrets`` and pull secrets name is among them by itself, where nothing in the set provides it."""

    @model_validator(mode="after")
    def _check(self) -> ProbedDeploymentOptions:
        if faults := list(self._faults()):
            raise Faults(faults)
        return self

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
        return UpdateStrategy(type="Recreate") if self._single_node_claims() else UpdateStrategy()

    @property
    def env_vars(self) -> tuple[EnvVar, ...]:
        """``env`` in its full form."""
        return tuple(full(variable, EnvVar) for variable in self.env)

    @property
    def variables(self) -> set[str]:
        """Names of all variables that the container is known to get."""
        secrets = {name for secret in self.secrets for name in secret.variables}
        return set(self.config) | {variable.name for variable in self.env_vars} | secrets

    def _single_node_claims(self) -> list[Volume]:
        return [volume for volume in self.volumes if volume.claim is not None and volume.claim.single_node]

    def _faults(self) -> Iterator[Fault]:
        yield from self._port_faults()
        yield from self._probe_faults()
        yield from self._scale_faults()
        yield from self._config_faults()
        yield from self._volume_faults()
        yield from self._container_faults()

    def _port_faults(self) -> Iterator[Fault]:
        names: set[str] = set()
        numbers: set[tuple[int, str]] = set()
        for index, port in enumerate((*self.all_ports, *(p for c in self.sidecars for p in c.ports))):
            place = ("ports", index - (self.port is not None)) if index >= (self.port is not None) else ("port",)
            if port.name in names:
                yield Fault(place, f"has the name {show(port.name)}, which another port of the pod has too")
            if (port.container_port, port.protocol) in numbers:
                yield Fault(place, f"has the number {port.container_port}/{port.protocol}, which another port has too")
            names.add(port.name)
            numbers.add((port.container_port, port.protocol))

    def _probe_faults(self) -> Iterator[Fault]:
        yield from _port_reference_faults(("probes",), self.probes, self.all_ports)
        for kind, containers in (("sidecars", self.sidecars), ("initContainers", self.init_containers)):
            for index, container in enumerate(containers):
                if container.probes is not None and kind == "initContainers":
                    yield Fault((kind, index, "probes"), "must be left out: an init container runs to its end")
                elif container.probes is not None:
                    place = (kind, index, "probes")
                    yield from _port_reference_faults(place, container.probes, tuple(container.ports))
        given = self.variables
        # What comes by envFrom from elsewhere cannot be seen, so that a variable may well be there.
        if not self.env_from:
            for index, variable in enumerate(self.probes.requires):
                if variable not in given:
                    yield Fault(
                        ("probes", "requires", index),
                        f"{show(variable)} is in no config, env or secret of this component, so that its probes "
                        f"could not answer rightly{did_you_mean(variable, given)}",
                    )

    def _scale_faults(self) -> Iterator[Fault]:
        if self.autoscaling is not None and self.replicas is not None:
            yield Fault(("replicas",), f"{self.replicas} stands beside autoscaling, which owns the number; leave it out")
        if self.autoscaling is not None:
            for resource in ("cpu", "memory"):
                wanted = self.autoscaling.cpu_percent if resource == "cpu" else self.autoscaling.memory_percent
                if wanted is not None and self.resources.request(resource) is None:
                    yield Fault(("resources", resource), f"needs a request: autoscaling follows a percentage of it")
        for index, volume in enumerate(self.volumes):
            if volume.claim is None or not volume.claim.single_node:
                continue
            place, mode = ("volumes", index, "claim"), volume.claim.access_modes[0]
            if self.may_be_many:
                yield Fault(place, f"is {mode}, which several replicas cannot mount; use ReadWriteMany or one replica")
            elif self.effective_strategy.type != "Recreate":
                yield Fault(
                    place,
                    f"is {mode}, and a rolling update would start the new pod before the old one lets go of it; "
                    "use strategy type Recreate",
                )
        budget = self.disruption_budget
        if budget.enabled and isinstance(budget.min_available, int) and self.wanted_replicas > 1:
            if budget.min_available >= self.wanted_replicas:
                yield Fault(
                    ("disruptionBudget", "minAvailable"),
                    f"{budget.min_available} of {self.wanted_replicas} replicas lets no node be drained; use less",
                )

    def _config_faults(self) -> Iterator[Fault]:
        try:
            check_data(self.config)
        except ValueError as error:
            yield Fault(("config",), str(error))
        secret_names = {name: secret.name for secret in self.secrets for name in secret.variables}
        for key in self.config:
            if key in secret_names:
                yield Fault(("config", key), f"is declared secret, as a key of {secret_names[key]}; remove it from config")
        seen: set[str] = set()
        for index, variable in enumerate(self.env_vars):
            if variable.name in seen:
                yield Fault(("env", index), f"{show(variable.name)} is given twice")
            elif variable.name in secret_names and variable.value is not None:
                yield Fault(("env", index), f"{variable.name} is declared secret, as a key of {secret_names[variable.name]}")
            seen.add(variable.name)
        owners: dict[str, str] = {}
        for index, secret in enumerate(self.secrets):
            for name in secret.variables:
                if name in owners:
                    yield Fault(
                        ("secrets", index), f"variable {name} comes from {owners[name]} already; set prefix on one of them"
                    )
                owners[name] = secret.name

    def _volume_faults(self) -> Iterator[Fault]:
        mounts: dict[str, str] = {}
        places = [
            *((("volumes", index), volume.mount_path, volume.name) for index, volume in enumerate(self.volumes)),
            *((("configFiles", key), files.mount_path, key) for key, files in self.config_files.items()),
            *(
                (("secrets", index), secret.mount_path, secret.name)
                for index, secret in enumerate(self.secrets)
                if secret.mount_path is not None
            ),
        ]
        names: set[str] = set()
        for place, path, name in places:
            path = path.rstrip("/") or "/"
            if path in mounts:
                yield Fault(place, f"is mounted at {path}, where {mounts[path]} is mounted already")
            if name in names and place[0] == "volumes":
                yield Fault(place, f"has the name {show(name)}, which another volume has too")
            mounts[path] = name
            names.add(name)

    def _container_faults(self) -> Iterator[Fault]:
        names: set[str] = set()
        volumes = {volume.name for volume in self.volumes} | set(self.config_files) | {"tmp"}
        for kind, containers in (("initContainers", self.init_containers), ("sidecars", self.sidecars)):
            for index, container in enumerate(containers):
                if container.name in names:
                    yield Fault((kind, index, "name"), f"{show(container.name)} is the name of another container too")
                names.add(container.name)
                for mount_index, mount in enumerate(container.volume_mounts):
                    if mount.name not in volumes:
                        yield Fault(
                            (kind, index, "volumeMounts", mount_index, "name"),
                            f"{show(mount.name)} is not a volume of this component ({', '.join(sorted(volumes))})"
                            f"{did_you_mean(mount.name, volumes)}",
                        )


def _port_reference_faults(place: tuple[str | int, ...], probes: Probes, ports: tuple[Port, ...]) -> Iterator[Fault]:
    known = {port.name for port in ports}
    for role in ("startup", "readiness", "liveness"):
        probe: Probe | None = probes.role(role)
        if probe is None:
            continue
        action = probe.action
        if action is None and probes.path is None and not ports:
            yield Fault((*place, role), "has no action; give it httpGet, tcpSocket, exec or grpc")
            continue
        port = getattr(action, "port", None) or probes.port
        if isinstance(port, str) and port not in known:
            listed = f"a port of this container ({', '.join(sorted(known))})" if known else "a port: the container has none"
            yield Fault((*place, role, "port"), f"{show(port)} is not {listed}{did_you_mean(port, known)}")
        elif port is None and not ports and not hasattr(action, "command"):
            yield Fault((*place, role), "needs a port: the container declares none")


class MonitoredServiceOptions(ProbedDeploymentOptions):
    """A ProbedDeployment with a Service, and what watches over it."""

    service: Service = Field(default_factory=Service)
    """The Service."""
    metrics: Metrics | None = None
    """Metrics for Prometheus: a ServiceMonitor, and the alerts that need them. Default: none are scraped."""
    alerts: Alerts = Field(default_factory=Alerts)
    """The default alerts: a PrometheusRule."""
    ingress: Ingress | None = None
    """An Ingress. Default: none."""
    dashboard: Dashboard | None = None
    """A Grafana dashboard, as a ConfigMap. Default: none."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        exposed = {port.name for port in self.all_ports if port.expose}
        if self.service.enabled and not exposed:
            yield Fault(("port",), "is required: the Service needs a port; or set service.enabled to false")
        if self.ingress is not None and self.ingress.enabled:
            yield from self._ingress_faults(exposed)
        if self.metrics is not None:
            known = {port.name for port in self.all_ports}
            port = self.metrics.port
            if isinstance(port, str) and port not in known:
                yield Fault(
                    ("metrics", "port"),
                    f"{show(port)} is not a port of this container ({', '.join(sorted(known))})"
                    f"{did_you_mean(port, known)}",
                )
        for index, port_option in enumerate(self.ports):
            if port_option.node_port is not None and self.service.type == "ClusterIP":
                yield Fault(("ports", index, "nodePort"), "needs service.type NodePort or LoadBalancer, not ClusterIP")

    def _ingress_faults(self, exposed: set[str]) -> Iterator[Fault]:
        if self.ingress is None:
            return
        if not self.service.enabled:
            yield Fault(("ingress",), "needs the Service, which service.enabled turns off")
        for index, path in enumerate(self.ingress.paths):
            if path.service is None and isinstance(path.port, str) and path.port not in exposed:
                yield Fault(
                    ("ingress", "paths", index, "port"),
                    f"{show(path.port)} is not a port of the Service ({', '.join(sorted(exposed))})"
                    f"{did_you_mean(path.port, exposed)}",
                )


def image_of(options: ProbedDeploymentOptions | Container) -> Image:
    """Give the image in its full form."""
    return full(options.image, Image)
