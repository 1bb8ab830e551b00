from __future__ import annotations

import pytest

from lumen_constructs.crds import custom_kinds
from lumen_constructs.delivery import argocd_kinds
from lumen_constructs.delivery.argocd_project import app_project
from lumen_constructs.emit.kinds import group_of, is_cluster_scoped
from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import ArgoCD
from tests.delivery.kinds_in_code import kinds_in, sources
from tests.delivery.sets import a_set, body, delivery

#: Kinds that the library makes for a controller itself; no application that it delivers has them.
OF_CONTROLLERS = {
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"),
    ("source.toolkit.fluxcd.io", "GitRepository"),
}


def test_every_kind_that_the_library_makes_is_permitted_and_no_other() -> None:
    """A kind that is added to the library must be added to the list, and one that is taken away must leave it."""
    found = kinds_in(sources())
    assert found.unknown == ()
    assert found.kinds - argocd_kinds.permitted() == set()
    assert argocd_kinds.permitted() - found.kinds == set()


@pytest.mark.parametrize(
    "module",
    [
        'def f():\n    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {}}\n',
        'API = "apps/v1"\ndef f():\n    return {**base, "apiVersion": API, "kind": "DaemonSet"}\n',
        'G = "apps"\nV = f"{G}/v1"\nX = dict(apiVersion=V, kind="DaemonSet", metadata={})\n',
        (
            'def _body(kind, spec):\n    api = "apps/v1"\n    return {"apiVersion": api, "kind": kind, "spec": spec}\n'
            'def f():\n    return _body("DaemonSet", {})\n'
        ),
        (
            'def f(all):\n    kind = "DaemonSet"\n'
            '    return {"apiVersion": "apps/v1", "kind": kind if all else "Deployment"}\n'
        ),
    ],
)
def test_a_kind_that_is_added_is_found_however_it_is_written(module: str) -> None:
    """A new kind anywhere in the library's code fails the test above until it is listed."""
    found = kinds_in({**sources(), "workloads/new.py": module})
    assert found.kinds - argocd_kinds.permitted() == {("apps", "DaemonSet")}
    assert found.unknown == ()


@pytest.mark.parametrize(
    "module",
    [
        'def f(kind):\n    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {}}\n',
        'def f(body):\n    body["kind"] = "DaemonSet"\n',
        'def f(x):\n    return {"apiVersion": x.api, "kind": "DaemonSet", "metadata": {}}\n',
    ],
)
def test_a_kind_that_cannot_be_found_is_told(module: str) -> None:
    """Nobody adds a kind in a way that the test above would not see."""
    (place,) = kinds_in({**sources(), "workloads/new.py": module}).unknown
    assert place.startswith("workloads/new.py: ")


def test_a_kind_that_is_not_listed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is what the project permits: without a kind in it, no set that has the kind is delivered."""
    stateful = a_set("production", body("StatefulSet", api="apps/v1"))
    assert app_project(delivery(ArgoCD()), ArgoCD(), [stateful])
    monkeypatch.setitem(argocd_kinds.NAMESPACED, "apps", ("Deployment",))
    assert kinds_in(sources()).kinds - argocd_kinds.permitted() == {("apps", "StatefulSet")}
    with pytest.raises(LumenError, match=r"lacks StatefulSet\.apps"):
        app_project(delivery(ArgoCD()), ArgoCD(), [stateful])


def test_every_custom_resource_that_is_permitted_has_a_schema() -> None:
    """The short schemas are the contract of what is made."""
    known = {(group_of(api), kind) for api, kind in custom_kinds()}
    built_in = {"", "apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io"}
    custom = {(group, kind) for group, kind in argocd_kinds.permitted() if group not in built_in}
    assert ("kafka.strimzi.io", "Kafka") in custom
    assert custom - known == set()
    assert known >= OF_CONTROLLERS


def test_kinds_stand_in_the_list_of_their_scope() -> None:
    """A cluster-scoped kind in the other list would be refused, and the other way round."""
    for table, cluster_scoped in (
        (argocd_kinds.CLUSTER_SCOPED, True),
        (argocd_kinds.NAMESPACED, False),
        (argocd_kinds.CHILDREN, False),
    ):
        for group, kinds in table.items():
            version = f"{group}/v1" if group else "v1"
            assert {kind: is_cluster_scoped(version, kind) for kind in kinds} == dict.fromkeys(kinds, cluster_scoped)
