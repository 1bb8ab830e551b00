"""The Secrets that a system declares in one environment: what the commands that provide values must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lumen_constructs.cli.project import Project
from lumen_constructs.cli.runtime import prepare_runtime
from lumen_constructs.errors import LumenError
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.secret_provision import Provider
from lumen_constructs.rendering import Target, chart_of, targets
from lumen_constructs.values import Source

if TYPE_CHECKING:
    from lumen_constructs.secret_set import SecretSet


@dataclass(frozen=True)
class DeclaredSecret:
    """A Secret that a system declares."""

    name: str
    owner: SecretSet
    """The set that declares it."""

    @property
    def keys(self) -> Sequence[str]:
        """Its keys."""
        return self.owner.declared[self.name]

    @property
    def provider(self) -> Provider:
        """Who brings its values."""
        return self.owner.provision.provider_of(self.name)

    @property
    def used(self) -> bool:
        """Whether a component refers to it."""
        return self.name in self.owner.used

    @property
    def required(self) -> bool:
        """Whether a component does not start without it."""
        return self.name in self.owner.required


@dataclass(frozen=True)
class DeclaredSecrets:
    """All Secrets that a system declares in one environment."""

    target: Target
    secrets: Sequence[DeclaredSecret]

    def provided_by(self, provider: Provider) -> list[DeclaredSecret]:
        """Give the Secrets of one provider that a component refers to."""
        return [secret for secret in self.secrets if secret.provider == provider and secret.used]

    def named(self, name: str, provider: Provider) -> DeclaredSecret:
        """Give the Secret of that name.

        :raises LumenError: if it is not declared, or has another provider
        """
        known = {secret.name: secret for secret in self.secrets}
        if name not in known:
            listed = f" ({', '.join(known)})" if known else ""
            message = f"{self.target.folder}: declares no secret '{name}'{listed}{did_you_mean(name, known)}"
            raise LumenError(message)
        if (actual := known[name].provider) != provider:
            message = f"{self.target.folder}: secret '{name}' is {actual}, not {provider}; set secrets.provider for it"
            raise LumenError(message)
        return known[name]


def declared_secrets(
    project: Project, system: str, environment: str, overrides: Sequence[Source] = ()
) -> DeclaredSecrets:
    """Build the stack of a system without what it provides, and give the Secrets that it declares.

    :raises LumenError: for every fault in its values, and if it declares no Secrets
    """
    prepare_runtime()
    (target,) = targets(project.systems(), [system], environment)
    values = target.system.load(environment, overrides).values

    from cdk8s import App  # noqa: PLC0415  # faults in values are told before Node.js starts

    from lumen_constructs.secret_set import collected_sets  # noqa: PLC0415  # as above

    with collected_sets() as sets:
        chart_of(App(), target, values)
    if not sets:
        message = f"{target.folder}: declares no secrets; its stack needs a SecretSet"
        raise LumenError(message)
    return DeclaredSecrets(target, [DeclaredSecret(name, owner) for owner in sets for name in owner.declared])
