"""What a construct takes from where it stands: its namespace, the stack it is part of, and the cluster's facts.

Asking the construct tree costs a round trip a question, so that each scope is asked once, and remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from cdk8s import Chart
from constructs import Construct, IConstruct

from lumen_constructs.errors import LumenError
from lumen_constructs.options.cluster import Cluster
from lumen_constructs.workloads.identity import Context

_contexts: WeakKeyDictionary[IConstruct, Context] = WeakKeyDictionary()
_keepers: WeakKeyDictionary[IConstruct, Callable[[], None] | None] = WeakKeyDictionary()
_clusters: WeakKeyDictionary[IConstruct, Cluster] = WeakKeyDictionary()


def use_cluster(scope: Construct, cluster: Cluster) -> None:
    """Have every construct below ``scope`` (an App, a Chart) take ``cluster`` as the facts about its cluster.

    :raises LumenError: if a construct below ``scope`` was made already, with other facts
    """
    if scope in _contexts and _contexts[scope].cluster != cluster:
        message = f"{scope.node.path or 'the app'}: use_cluster comes too late, constructs below were made already"
        raise LumenError(message)
    _clusters[scope] = cluster


def provide(scope: IConstruct, context: Context, keep: Callable[[], None]) -> None:
    """Have constructs below take ``context``; ``keep`` is called for each of them that holds what must not be lost."""
    _contexts[scope] = context
    _keepers[scope] = keep


def share_context(scope: IConstruct, parent: IConstruct) -> Context:
    """Give ``scope`` the context of ``parent``, which saves asking the tree; returns it."""
    context = _contexts[scope] = context_of(parent)
    _keepers[scope] = _keepers[parent]
    return context


def keep_namespace(scope: IConstruct) -> None:
    """Have the namespace survive a prune and a delete, since all that it holds would be lost with it."""
    context_of(scope)  # finds the keeper as well
    keep = _keepers[scope]
    if keep is not None:
        keep()


def context_of(scope: IConstruct) -> Context:
    """Give what the constructs below ``scope`` share."""
    known = _contexts.get(scope)
    if known is None:
        known = _contexts[scope] = _asked(scope)
    return known


def _asked(scope: IConstruct) -> Context:
    parent = scope.node.scope
    above = context_of(parent) if parent is not None else Context(namespace=None, part_of=None, cluster=Cluster())
    _keepers[scope] = _keepers[parent] if parent is not None else None
    cluster = _clusters.get(scope, above.cluster)
    if isinstance(scope, Chart):
        return Context(scope.namespace, scope.node.id, cluster)
    return Context(above.namespace, above.part_of, cluster)
