"""ExternalSecrets: values that an operator copies from a store outside the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.configuration.secrets.declared import secret_type
from lumen_constructs.options.reserved import EXTERNAL
from lumen_constructs.options.secret_provision import ExternalSecrets, RemoteRef, SecretProvision
from lumen_constructs.workloads.identity import Identity


@dataclass(frozen=True)
class Place:
    """What a store may call the values by."""

    system: str
    """Name of the stack."""
    environment: str
    """Name of the environment."""

    def filled(self, template: str, name: str, key: str) -> str:
        """Put the names into a template."""
        return template.format(
            system=self.system,
            environment=self.environment,
            name=name,
            shortName=name.removeprefix(f"{self.system}-") or name,
            key=key,
        )


def external_secret(
    identity: Identity, name: str, keys: Sequence[str], provision: SecretProvision, place: Place
) -> dict[str, Any]:
    """Give the body of an ExternalSecret with all its defaults spelled out; it is kept when it is pruned."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": identity.metadata(name, annotations={**KEEP, EXTERNAL: store_of(provision.external)}),
        "spec": {
            "refreshPolicy": "Periodic",
            "refreshInterval": provision.external.refresh_interval,
            "secretStoreRef": store_ref(provision.external),
            "target": target(name, keys, creation_policy="Owner"),
            "data": remote_values(name, keys, provision, place, many=len(keys) > 1),
        },
    }


def store_of(external: ExternalSecrets) -> str:
    """Name the store, which somebody else makes, for the checks."""
    return f"{external.store_kind}/{external.store}"


def store_ref(external: ExternalSecrets) -> dict[str, Any]:
    """Give the reference to the store."""
    return {"kind": external.store_kind, "name": external.store}


def target(name: str, keys: Sequence[str], creation_policy: str) -> dict[str, Any]:
    """Give what the operator makes.

    The template says what the Secret carries. Without it the operator would copy all labels and annotations of the
    ExternalSecret, and a GitOps tool would take the Secret for an object of Git's.
    """
    template: dict[str, Any] = {
        "engineVersion": "v2",
        "mergePolicy": "Replace",
        "metadata": {"annotations": dict(KEEP)},
    }
    return {
        "name": name,
        "creationPolicy": creation_policy,
        "deletionPolicy": "Retain",
        "template": {**template, "type": secret_type(keys)},
    }


def remote_values(
    name: str, keys: Sequence[str], provision: SecretProvision, place: Place, *, many: bool
) -> list[dict[str, Any]]:
    """Give where the store has the values of some keys; ``many`` tells whether the Secret has several in all."""
    return [{"secretKey": key, "remoteRef": _remote_ref(name, key, provision, place, many=many)} for key in keys]


def _remote_ref(name: str, key: str, provision: SecretProvision, place: Place, *, many: bool) -> dict[str, Any]:
    stack, secret = provision.external, provision.remote_of(name)
    single = secret.keys.get(key, RemoteRef())
    remote_key = _first(single.key, secret.remote_key, stack.remote_key)
    chosen = _first(single.property, secret.property, stack.property, "{key}" if many else "")
    ref: dict[str, Any] = {
        "key": place.filled(remote_key, name, key),
        "conversionStrategy": "Default",
        "decodingStrategy": "None",
        "metadataPolicy": "None",
    }
    if chosen:
        ref["property"] = place.filled(chosen, name, key)
    if single.version is not None:
        ref["version"] = single.version
    return ref


def _first(*choices: str | None) -> str:
    """Give the first choice that was made; an empty text is one."""
    return next((choice for choice in choices if choice is not None), "")
