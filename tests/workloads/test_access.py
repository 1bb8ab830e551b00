from __future__ import annotations

from lumen_constructs.workloads.access import access
from tests.options.reading import component, identity


def test_a_component_without_rights_has_an_account_alone() -> None:
    """Every component has its own ServiceAccount, which hands out no token by itself."""
    bodies = access(identity(), component())
    assert list(bodies) == ["ServiceAccount"]
    assert bodies["ServiceAccount"]["automountServiceAccountToken"] is False
    assert bodies["ServiceAccount"]["metadata"]["name"] == "cart"


def test_rights_are_bound_to_the_components_account() -> None:
    """A Role holds the rules as they are given, and the RoleBinding ties it to the account in its namespace."""
    rule = {"resources": ["configmaps"], "resourceNames": ["cart-config"], "verbs": ["get"]}
    bodies = access(identity(), component(rbac=[rule], serviceAccount={"name": "robot"}))
    assert bodies["Role"]["rules"] == [{"apiGroups": [""], **rule}]
    assert bodies["RoleBinding"]["roleRef"] == {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "Role",
        "name": bodies["Role"]["metadata"]["name"],
    }
    assert bodies["RoleBinding"]["subjects"] == [{"kind": "ServiceAccount", "name": "robot", "namespace": "shop"}]


def test_an_existing_account_is_not_made() -> None:
    """An account that something else makes gets the rights all the same."""
    options = component(
        serviceAccount={"create": False, "name": "shared"}, rbac=[{"resources": ["pods"], "verbs": ["list"]}]
    )
    assert list(access(identity(), options)) == ["Role", "RoleBinding"]
