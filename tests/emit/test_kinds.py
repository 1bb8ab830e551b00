from __future__ import annotations

import pytest

from lumen_constructs.emit.kinds import group_of, is_cluster_scoped


@pytest.mark.parametrize(("api_version", "group"), [("v1", ""), ("apps/v1", "apps"), ("a.b.io/v1beta1", "a.b.io")])
def test_group_is_what_stands_before_the_version(api_version: str, group: str) -> None:
    """The core group is empty."""
    assert group_of(api_version) == group


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1", "Namespace"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ("storage.k8s.io/v1", "StorageClass"),
        ("scheduling.k8s.io/v1", "PriorityClass"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("cert-manager.io/v1", "ClusterIssuer"),
        ("external-secrets.io/v1", "ClusterSecretStore"),
        ("gateway.networking.k8s.io/v1", "GatewayClass"),
    ],
)
def test_kinds_of_the_whole_cluster_have_no_namespace(api_version: str, kind: str) -> None:
    """Built-in kinds and those of known operators are told apart."""
    assert is_cluster_scoped(api_version, kind)


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("postgresql.cnpg.io/v1", "Cluster"),
        ("v1", "ConfigMap"),
        ("example.com/v1", "Namespace"),
        ("example.com/v1", "ClusterThing"),
        ("gateway.networking.k8s.io/v1", "Gateway"),
    ],
)
def test_all_other_kinds_are_namespaced(api_version: str, kind: str) -> None:
    """A kind counts with its group: another group's Namespace, or a Cluster of PostgreSQL, is namespaced."""
    assert not is_cluster_scoped(api_version, kind)
