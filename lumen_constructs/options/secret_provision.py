"""How the Secrets of a stack come to be in one environment: sealed, external, generated, injected, or there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from lumen_constructs.durations import go_duration
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import Map, Options, empty
from lumen_constructs.options.scalars import Subdomain, Text
from lumen_constructs.sealing.ciphertext import ciphertext_fault

#: Who brings a Secret's values into the cluster.
Provider = Literal["existing", "external", "generated", "injected", "sealed"]

#: What sealed values are tied to: the Secret's name and namespace, its namespace, or nothing.
Scope = Literal["strict", "namespace", "cluster"]

#: What a remote key or property may be made of.
PLACEHOLDERS = ("system", "environment", "name", "shortName", "key")


def _template(given: str) -> str:
    try:
        parts = list(Formatter().parse(given))
    except ValueError:
        message = f"{show(given)} has a single brace; write {{{{ for a brace, and {{name}} for the name"
        raise ValueError(message) from None
    for _, field, form, conversion in parts:
        if field is not None and (field not in PLACEHOLDERS or form or conversion):
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            message = (
                f"{show(given)} has the unknown placeholder {{{field}}} ({known}){did_you_mean(field, PLACEHOLDERS)}"
            )
            raise ValueError(message)
    return given


def _refresh_interval(given: str) -> str:
    try:
        duration = go_duration(given)
    except LumenError as error:
        raise ValueError(str(error)) from None
    if duration.startswith("-"):
        message = f"{show(given)} must not be negative"
        raise ValueError(message)
    return duration


def _ciphertext(given: object) -> object:
    """Check the form of ciphertext without ever showing it: what stands here by mistake is a plain secret."""
    if isinstance(given, Mapping):
        raise_faults(_ciphertext_faults(given))
        return given
    message = "must be a mapping of Secrets, each a mapping of keys to ciphertext"
    raise ValueError(message)


def _ciphertext_faults(given: Mapping[object, object]) -> Iterator[Fault]:
    for name, keys in given.items():
        if not isinstance(keys, Mapping):
            yield Fault((str(name),), "must be a mapping of keys to ciphertext")
            continue
        for key, text in keys.items():
            fault = ciphertext_fault(text) if isinstance(text, str) else "is not ciphertext: it is not text"
            if fault:
                yield Fault((str(name), str(key)), f"{fault}; make it with 'lumen seal', and never write a plain value")


if TYPE_CHECKING:
    Template = str
    GoDuration = str
    Ciphertext = Mapping[str, Mapping[str, str]]
else:
    #: A text with ``{name}`` and other placeholders in it.
    Template = Annotated[Text, AfterValidator(_template)]
    #: A duration as Go writes it, kept in canonical form.
    GoDuration = Annotated[str, AfterValidator(_refresh_interval)]
    #: Ciphertext by Secret and key.
    Ciphertext = Annotated[
        Map[Map[str]],
        BeforeValidator(_ciphertext),
    ]


class SealedSecrets(Options):
    """SealedSecrets (``bitnami.com/v1alpha1``): Git holds ciphertext that only the cluster's controller can open."""

    scope: Scope = "strict"
    """What the ciphertext is tied to: ``strict`` the Secret's name and namespace, ``namespace`` its namespace,
    ``cluster`` nothing. Ciphertext that was sealed with another scope cannot be opened: seal again after a change."""
    ciphertext: Ciphertext = Field(default_factory=empty)
    """Ciphertext by Secret and key; sets ``encryptedData``. It stands in ``sealed-<environment>.yaml`` beside the
    values files, which ``lumen seal`` writes and which is a layer of its own."""


class RemoteRef(Options):
    """One value of an external store."""

    key: Template | None = None
    """What the store calls it; sets ``remoteRef.key``. Default: the Secret's ``remoteKey``."""
    property: Template | None = None
    """The property of a structured value; sets ``remoteRef.property``. Default: the Secret's ``property``."""
    version: Text | None = None
    """The version of the value; sets ``remoteRef.version``. Default: the store's newest."""


class RemoteSecret(Options):
    """Where the values of one Secret are in an external store, where this differs from the stack's."""

    remote_key: Template | None = None
    """What the store calls it. Default: the stack's ``external.remoteKey``."""
    property: Template | None = None
    """The property of a structured value. Default: the stack's ``external.property``."""
    keys: Map[RemoteRef] = Field(default_factory=empty)
    """Single keys of the Secret that are elsewhere."""


class ExternalSecrets(Options):
    """ExternalSecrets (``external-secrets.io/v1``): an operator copies the values from a store outside the cluster.

    Templates may hold ``{system}``, ``{environment}``, ``{name}`` (the Secret's), ``{shortName}`` (the same without
    ``<system>-`` in front) and ``{key}``.
    """

    store: Subdomain | None = None
    """Name of the store; sets ``secretStoreRef.name``. Required where a Secret is external."""
    store_kind: Literal["SecretStore", "ClusterSecretStore"] = "SecretStore"
    """Kind of the store; sets ``secretStoreRef.kind``."""
    refresh_interval: GoDuration = "1h0m0s"
    """How often the operator reads the store, as a Go duration; sets ``refreshInterval``. ``0`` reads it once."""
    remote_key: Template = "{system}/{environment}/{shortName}"
    """What the store calls the values of a Secret; sets ``remoteRef.key``."""
    property: Template | None = None
    """The property of a structured value; sets ``remoteRef.property``. Empty means the value as a whole. Default: the
    value as a whole for a Secret with one key, and ``{key}`` for a Secret with several."""


class GeneratedSecrets(Options):
    """Random values that External Secrets' ``Password`` generator makes once, in the cluster, and nobody ever sees.

    The values stay as they are at every later sync, so that a key which is declared later is not made: declare another
    Secret for it.
    """

    length: int = Field(default=32, ge=8, le=1024)
    """Characters of each value; sets ``length``."""
    digits: int | None = Field(default=None, ge=0)
    """Digits among them; sets ``digits``. Default: a quarter of the length."""
    symbols: int = Field(default=0, ge=0)
    """Symbols among them; sets ``symbols``. Default: none, since many would break a connection URL."""
    symbol_characters: str = Field(default="-_", min_length=1)
    """The symbols to choose from; sets ``symbolCharacters``. Default: those that a URL can hold."""

    @model_validator(mode="after")
    def _check(self) -> GeneratedSecrets:
        if self.effective_digits + self.symbols > self.length:
            message = (
                f"{self.effective_digits} digits and {self.symbols} symbols are more than the {self.length} characters"
            )
            raise ValueError(message)
        return self

    @property
    def effective_digits(self) -> int:
        """Digits of each value."""
        return self.length // 4 if self.digits is None else self.digits


class SecretOverride(Options):
    """What is different for one Secret. What belongs to another provider than the Secret's has no effect on it."""

    provider: Provider | None = None
    """Who brings its values. Default: the stack's provider."""
    scope: Scope | None = None
    """What its ciphertext is tied to. Default: the stack's ``sealed.scope``."""
    external: RemoteSecret = Field(default_factory=RemoteSecret)
    """Where its values are in the external store."""
    generated: GeneratedSecrets | None = None
    """How its values are generated. Default: as the stack's."""


class SecretProvision(Options):
    """How the Secrets that a stack declares come to be in the cluster, by environment."""

    provider: Provider = "existing"
    """Who brings the values: ``sealed`` the sealed-secrets controller, ``external`` the External Secrets operator from
    a store, ``generated`` the same operator by making them up once, ``injected`` a person with ``lumen inject``, into
    files that Git never sees. ``existing``: the Secrets are in the cluster by other means."""
    overrides: Map[SecretOverride] = Field(default_factory=empty)
    """Secrets, by name, that are provided in another way."""
    sealed: SealedSecrets = Field(default_factory=SealedSecrets)
    """How Secrets are sealed."""
    external: ExternalSecrets = Field(default_factory=ExternalSecrets)
    """How Secrets are read from a store."""
    generated: GeneratedSecrets = Field(default_factory=GeneratedSecrets)
    """How values are generated."""
    reloader: bool = False
    """Whether Stakater Reloader restarts the consumers when a Secret changes in the cluster, which no manifest shows:
    sets the annotation ``secret.reloader.stakater.com/reload`` on the pods. Under Argo CD, Reloader must run with
    ``--reload-strategy=annotations``, since its default changes what is synced."""

    def provider_of(self, name: str) -> Provider:
        """Give who brings the values of a Secret."""
        override = self.overrides.get(name)
        return self.provider if override is None or override.provider is None else override.provider

    def scope_of(self, name: str) -> Scope:
        """Give what the ciphertext of a Secret is tied to."""
        override = self.overrides.get(name)
        return self.sealed.scope if override is None or override.scope is None else override.scope

    def remote_of(self, name: str) -> RemoteSecret:
        """Give what is different about a Secret in the external store."""
        override = self.overrides.get(name)
        return RemoteSecret() if override is None else override.external

    def generated_of(self, name: str) -> GeneratedSecrets:
        """Give how the values of a Secret are generated."""
        override = self.overrides.get(name)
        return self.generated if override is None or override.generated is None else override.generated
