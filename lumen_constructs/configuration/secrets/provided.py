"""A declared Secret, as the environment provides it: the objects that become it, and what tells that it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lumen_constructs.configuration.secrets.consumers import digest
from lumen_constructs.configuration.secrets.external import Place, external_secret, remote_values, store_ref
from lumen_constructs.configuration.secrets.generated import generated_secret, password
from lumen_constructs.configuration.secrets.sealed import sealed_secret, sealed_values
from lumen_constructs.options.secret_provision import Provider, SecretProvision
from lumen_constructs.workloads.identity import Identity


@dataclass(frozen=True)
class Provided:
    """A declared Secret in one environment."""

    name: str
    """Name of the Secret."""
    keys: Sequence[str]
    """All of its keys."""
    provision: SecretProvision
    """How the stack's Secrets are provided."""
    place: Place
    """What a store may call the values by."""

    @property
    def provider(self) -> Provider:
        """Who brings the values."""
        return self.provision.provider_of(self.name)

    @property
    def in_set(self) -> bool:
        """Whether objects of the stack become the Secret."""
        return self.provider in {"sealed", "external", "generated"}

    def bodies(self, identity: Identity) -> dict[str, dict[str, Any]]:
        """Give the objects that become the Secret, by construct id."""
        name, keys, provision = self.name, self.keys, self.provision
        match self.provider:
            case "sealed":
                return {name: sealed_secret(identity, name, keys, provision)}
            case "external":
                return {name: external_secret(identity, name, keys, provision, self.place)}
            case "generated":
                return {
                    f"{name}-generator": password(identity, name, provision.generated_of(name)),
                    name: generated_secret(identity, name, keys),
                }
            case "existing" | "injected":
                return {}

    def revision(self, keys: Sequence[str]) -> str | None:
        """Hash where the values of ``keys`` come from; None where a change of them cannot be seen from here."""
        match self.provider:
            case "sealed":
                return digest(sealed_values(self.name, keys, self.provision))
            case "external":
                values = remote_values(self.name, keys, self.provision, self.place, many=len(self.keys) > 1)
                return digest([store_ref(self.provision.external), values])
            case "generated" | "existing" | "injected":
                return None
