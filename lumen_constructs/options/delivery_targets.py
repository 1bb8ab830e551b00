"""From where and to where a GitOps controller delivers the output: ``delivery.yaml`` beside the systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import Items, Map, Options, camel, empty
from lumen_constructs.options.delivery_scalars import (
    ApiGroup,
    ApiServer,
    ClusterName,
    Interval,
    KindName,
    NotificationWord,
    Recipient,
    RepositoryFolder,
    RepositoryURL,
    Revision,
)
from lumen_constructs.options.scalars import LabelMap, Name, Subdomain

__all__ = ["ArgoCD", "Cluster", "Delivery", "Flux", "KindRef", "Notification", "Repository"]


def _no_default_project(value: str) -> str:
    if value == "default":
        message = "'default' is Argo CD's own project, which every other Application may be in; give another name"
        raise ValueError(message)
    return value


class Repository(Options):
    """Where the output is committed."""

    url: RepositoryURL
    """Its URL, ``https://…`` or ``ssh://…``, as the controllers reach it (``repoURL``; Flux' ``url``). Credentials for
    it are no part of it."""
    revision: Revision = "main"
    """Branch that is delivered; a tag as ``refs/tags/…``, or a commit (``targetRevision``; Flux' ``ref``).
    Default: ``main``."""
    path: RepositoryFolder | None = None
    """Folder of the output in the repository. Default: that of the project, ``dist``."""


class Cluster(Options):
    """The cluster of an environment, as Argo CD knows it: by exactly one of the three."""

    name: ClusterName | None = None
    """Name that Argo CD has for it (``destination.name``)."""
    server: ApiServer | None = None
    """Address of its API server (``destination.server``)."""
    selector: LabelMap = Field(default_factory=empty)
    """Labels of the clusters that the environment runs in, when there are several; for an ApplicationSet."""
    names: Items[ClusterName] = ()
    """Names of the clusters that ``selector`` may choose; the AppProject permits these and no others."""
    revision: Revision | None = None
    """Branch, tag (``refs/tags/…``) or commit that the environment is delivered from, so that a change of this line
    promotes what is there. Default: that of the repository, which the controllers' own objects always come from."""

    kube_config: Subdomain | None = None
    """Secret with a kubeconfig of the cluster, in Flux' namespace, where Flux runs in another cluster
    (``kubeConfig.secretRef``). Default: it runs in this one."""

    @property
    def place(self) -> str:
        """What tells the cluster from others: its name, its server, or how it is chosen."""
        labels = ",".join(f"{key}={value}" for key, value in sorted(self.selector.items()))
        return self.name or self.server or labels

    @model_validator(mode="after")
    def _check(self) -> Cluster:
        if sum((self.name is not None, self.server is not None, bool(self.selector))) != 1:
            message = "needs exactly one of name, server and selector"
            raise ValueError(message)
        if bool(self.selector) != bool(self.names):
            message = (
                "selector and names need each other: labels choose clusters, and the AppProject permits them by name"
            )
            raise ValueError(message)
        return self


class Notification(Options):
    """Whom Argo CD tells what; the trigger and the service are those of its notifications' configuration."""

    trigger: NotificationWord
    """Name of the trigger, such as ``on-sync-failed``."""
    service: NotificationWord
    """Name of the service, such as ``slack``."""
    recipients: Items[Recipient] = ()
    """Channels or addresses. Default: none, which only webhooks can do without."""


class KindRef(Options):
    """A kind of object."""

    group: ApiGroup = ""
    """API group. Default: the core group."""
    kind: KindName
    """Kind, such as ``ConfigMap``."""
    cluster_scoped: bool = False
    """Whether its objects belong to no namespace. Default: they belong to one."""


class ArgoCD(Options):
    """What Argo CD is given."""

    style: Literal["applications", "applicationset", "none"] = "applications"
    """One Application per system and environment, one ApplicationSet that makes them, or neither: then people make
    Applications of their own in the AppProject. Default: ``applications``."""
    namespace: Name = "argocd"
    """Namespace of Argo CD. Default: ``argocd``."""
    project: Annotated[Subdomain, AfterValidator(_no_default_project)] = "lumen"
    """Name of the AppProject. Default: ``lumen``."""
    automated: bool = True
    """Whether Argo CD syncs without being asked (``syncPolicy.automated``). Default: it does,
    unless there are steps."""
    prune: bool = True
    """Whether a sync that nobody asked for deletes what left Git. Default: it does; what must not be lost is kept all
    the same."""
    self_heal: bool = True
    """Whether changes in the cluster are undone. Default: they are, unless there are steps."""
    steps: Items[Annotated[Items[Name], Field(min_length=1)]] = ()
    """Environments in the order in which an ApplicationSet lets a change through, such as
    ``[[staging], [production]]``; each step waits until the one before is healthy, and Argo CD then syncs no
    Application on its own. Its controller must have progressive syncs turned on, or it takes no notice of the steps.
    Default: all at once."""
    notifications: Items[Notification] = ()
    """Subscriptions that each Application has. Default: none."""
    kinds: Items[KindRef] = ()
    """Kinds that the stacks make and the library does not know, for the AppProject. Default: none."""
    namespaces: Map[Items[Name]] = Field(default_factory=empty)
    """By environment: namespaces that are no longer rendered, but still hold objects to be pruned, or are still those
    of the environment's own revision. Default: none."""


class Flux(Options):
    """What Flux is given."""

    namespace: Name = "flux-system"
    """Namespace of the GitRepository and the Kustomizations. Default: ``flux-system``."""
    interval: Interval = "10m0s"
    """How often each stage is compared with the cluster. Default: every ten minutes."""
    retry_interval: Interval = "2m0s"
    """How soon a stage that failed is tried again. Default: after two minutes."""
    timeout: Interval = "10m0s"
    """How long a stage may take until it is healthy. Default: ten minutes."""
    fetch_interval: Interval = "1m0s"
    """How often the repository is fetched. Default: every minute."""
    secret: Subdomain | None = None
    """Secret with the credentials for the repository (``secretRef``). Default: none is needed."""
    service_account: Subdomain | None = None
    """ServiceAccount that Flux applies as. Default: that of its controller."""


class Delivery(Options):
    """What ``delivery.yaml`` says: the repository, the clusters, and which controllers are served."""

    repository: Repository
    """Where the output is committed."""
    environments: Annotated[Map[Cluster], Field(min_length=1)]
    """The cluster of each environment that is delivered."""
    not_delivered: Items[Name] = ()
    """Environments that no controller delivers, such as a developer's own. Default: none."""
    argocd: ArgoCD | None = None
    """What Argo CD is given. Default: nothing is written for it."""
    flux: Flux | None = None
    """What Flux is given. Default: nothing is written for it."""

    @model_validator(mode="after")
    def _check(self) -> Delivery:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for name in self.not_delivered:
            if name in self.environments:
                yield Fault(("notDelivered",), f"names {show(name)}, which environments has too")
        if self.argocd is None and self.flux is None:
            yield Fault((), "must have argocd, flux or both, or nothing is made; write argocd: {} for its defaults")
            return
        for name, cluster in self.environments.items():
            if cluster.kube_config is not None and self.flux is None:
                yield Fault(("environments", name, "kubeConfig"), "is for Flux, which is given nothing")
            if cluster.revision is not None and self.flux is None and self.argocd and self.argocd.style == "none":
                yield Fault(
                    ("environments", name, "revision"), "is for the Applications, of which style: none makes none"
                )
        if self.argocd is not None:
            yield from _unused_faults(self.argocd)
            yield from _step_faults(self.argocd, self.environments)
            yield from _cluster_faults(self.argocd, self.environments)


def _unused_faults(argocd: ArgoCD) -> Iterator[Fault]:
    """Find what is asked for and could not be given."""
    asked = {
        field for field in ("automated", "prune", "self_heal", "notifications") if field in argocd.model_fields_set
    }
    if argocd.style == "none":
        for field in sorted(asked):
            yield Fault(("argocd", camel(field)), "is for the Applications, of which style: none makes none")
    elif argocd.steps:
        if "self_heal" in asked and argocd.self_heal:
            yield Fault(("argocd", "selfHeal"), "cannot be: with steps, Argo CD syncs no Application on its own")
    elif not argocd.automated:
        for field in sorted(asked & {"prune", "self_heal"}):
            yield Fault(("argocd", camel(field)), "is for automated syncs, which automated: false turns off")


def _step_faults(argocd: ArgoCD, environments: Mapping[str, Cluster]) -> Iterator[Fault]:
    if argocd.steps and argocd.style != "applicationset":
        yield Fault(("argocd", "steps"), "are those of an ApplicationSet; write style: applicationset")
    stepped = [name for step in argocd.steps for name in step]
    for field, names in (("steps", stepped), ("namespaces", list(argocd.namespaces))):
        for name in dict.fromkeys(names):
            if name not in environments:
                meant = did_you_mean(name, environments)
                yield Fault(("argocd", field), f"names {show(name)}, which environments has not{meant}")
    for name in environments if stepped else ():
        if stepped.count(name) != 1:
            times = stepped.count(name)
            yield Fault(
                ("argocd", "steps"), f"must name each environment once, and {show(name)} is there {times} times"
            )


def _cluster_faults(argocd: ArgoCD, environments: Mapping[str, Cluster]) -> Iterator[Fault]:
    is_set = argocd.style == "applicationset"
    by_server = [name for name, cluster in environments.items() if cluster.server is not None]
    for name, cluster in environments.items():
        if cluster.selector and not is_set:
            message = "is for an ApplicationSet; write name or server, or style: applicationset"
            yield Fault(("environments", name, "selector"), message)
        if is_set and by_server and cluster.server is None:
            message = f"needs a server, as {show(by_server[0])} has: one ApplicationSet finds all clusters in one way"
            yield Fault(("environments", name), message)
