"""Who a component is to the API server: its ServiceAccount, and the Role that says what it may do there."""

from __future__ import annotations

from typing import Any

from lumen_constructs.names import shortened
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.workloads.identity import Identity


def access(identity: Identity, options: PodOptions) -> dict[str, dict[str, Any]]:
    """Give the ServiceAccount, and where the component uses the API server Role and RoleBinding, by construct id."""
    account = options.service_account.name or identity.name
    bodies: dict[str, dict[str, Any]] = {}
    if options.service_account.create:
        bodies["ServiceAccount"] = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": identity.metadata(account, annotations=options.service_account.annotations),
            # Pods that may have a token say so themselves.
            "automountServiceAccountToken": False,
        }
    role = options.role_name or identity.name
    binding = identity.name if options.role_name is None else shortened(f"{identity.name}-{role}", 253)
    if options.rbac:
        bodies["Role"] = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": identity.metadata(role),
            "rules": [rule.body() for rule in options.rbac],
        }
        bodies["RoleBinding"] = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": identity.metadata(binding),
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": account} | _namespace(identity)],
        }
    return bodies


def _namespace(identity: Identity) -> dict[str, str]:
    return {"namespace": identity.context.namespace} if identity.context.namespace is not None else {}
