"""SealedSecrets: ciphertext that the cluster's controller makes a Secret of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.configuration.secrets.declared import secret_type
from lumen_constructs.options.secret_provision import Scope, SecretProvision
from lumen_constructs.workloads.identity import Identity

#: What the controller reads on a SealedSecret, to know what its ciphertext is tied to.
_SCOPES: dict[Scope, dict[str, str]] = {
    "strict": {},
    "namespace": {"sealedsecrets.bitnami.com/namespace-wide": "true"},
    "cluster": {"sealedsecrets.bitnami.com/cluster-wide": "true"},
}

#: What the Secret carries. It is no dependent of the SealedSecret, so that it outlives a SealedSecret that somebody
#: deletes or that another provider takes the place of; without an owner, the controller updates only what is "managed".
_SECRET = {
    "sealedsecrets.bitnami.com/managed": "true",
    "sealedsecrets.bitnami.com/skip-set-owner-references": "true",
}


def sealed_secret(identity: Identity, name: str, keys: Sequence[str], provision: SecretProvision) -> dict[str, Any]:
    """Give the body of a SealedSecret, which is kept when it is pruned, as is its Secret."""
    template: dict[str, Any] = {"metadata": {"annotations": {**KEEP, **_SECRET}}}
    kind = secret_type(keys)
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": identity.metadata(name, annotations={**KEEP, **_SCOPES[provision.scope_of(name)]}),
        "spec": {
            "encryptedData": sealed_values(name, keys, provision),
            "template": template if kind == "Opaque" else template | {"type": kind},
        },
    }


def sealed_values(name: str, keys: Sequence[str], provision: SecretProvision) -> dict[str, str]:
    """Give the ciphertext of some keys of a Secret."""
    ciphertext = provision.sealed.ciphertext.get(name, {})
    return {key: ciphertext[key] for key in keys}
