"""The Secrets of a stack: declared once, provided as the environment chooses, referred to by the components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from weakref import WeakKeyDictionary

from cdk8s import Chart
from constructs import Construct, IConstruct

from lumen_constructs.configuration.secrets.declared import declaration_faults, missing_ciphertext, provision_faults
from lumen_constructs.configuration.secrets.external import Place
from lumen_constructs.configuration.secrets.provided import Provided
from lumen_constructs.context import keep_namespace, share_context
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.manifest import manifests
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.secret_provision import SecretProvision
from lumen_constructs.options.secrets import ProvidedSecret
from lumen_constructs.umbrella_stack import UmbrellaStack
from lumen_constructs.workloads.identity import Identity

#: Who declared which Secret: the set by the Secret's name, for each chart. One app may hold several charts of one
#: namespace, for several clusters.
_owners: WeakKeyDictionary[IConstruct, dict[str, SecretSet]] = WeakKeyDictionary()


class SecretSet(Construct):
    """The Secrets that a stack needs, by name and keys, and the objects that provide them in this environment.

    A component gets a Secret by :meth:`ref`. What becomes it (a SealedSecret, an ExternalSecret, a Password generator)
    is made with the first reference, so that a component that is turned off leaves no trace. These objects and their
    namespace are kept when they are pruned or their application is deleted.

    :param scope: the stack, or a chart
    :param id: id below the scope
    :param declared: keys by the name of each Secret
    :param provision: how the Secrets are provided; usually the stack's value ``secrets``
    :param environment: name of the environment, which remote keys may hold. Default: that of the stack

    :raises LumenError: for all that is declared and not provided, provided and not declared, or declared twice
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        declared: Mapping[str, Sequence[str]],
        provision: SecretProvision,
        environment: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        context = share_context(self, scope)
        self.declared = dict(declared)
        self.provision = provision
        self.namespace = context.namespace
        self._identity = Identity(name="secrets", component="secrets", context=context, extra={})
        self._place = Place(context.part_of or "", environment or _environment_of(scope) or "")
        self._required: dict[str, bool] = {}  # by Secret, in the order of the first reference
        self._made: list[str] = []
        self._collecting = _collected.get() is not None
        owners = _owners.setdefault(Chart.of(self), {})
        raise_all(f"{self.node.path}: {fault}" for fault in self._faults(owners))
        owners.update(dict.fromkeys(declared, self))
        if (sets := _collected.get()) is not None:
            sets.append(self)

    def _faults(self, owners: Mapping[str, SecretSet]) -> Iterator[str]:
        wrong = list(declaration_faults(self.declared))
        if wrong:
            yield from wrong
            return
        for name in self.declared:
            if name in owners:
                other = owners[name].node.path
                yield f"secret '{name}' is declared twice: {other} declares it too; keep one of the two"
        if not self._collecting:
            yield from provision_faults(self.declared, self.provision)
        if not self._place.environment and "external" in map(self.provision.provider_of, self.declared):
            yield "environment is required, since remote keys may hold it; give its name"

    @property
    def used(self) -> tuple[str, ...]:
        """Names of the Secrets that a component refers to, in the order of their first reference."""
        return tuple(self._required)

    @property
    def provided(self) -> tuple[str, ...]:
        """Names of the used Secrets that objects of the set become, and that need not exist beforehand."""
        return tuple(self._made)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the used Secrets that a component does not start without."""
        return tuple(name for name, required in self._required.items() if required)

    def ref(  # noqa: PLR0913  # the fields of SecretRef
        self,
        name: str,
        *,
        keys: Sequence[str] | Mapping[str, str] | None = None,
        prefix: str = "",
        mount_path: str | None = None,
        optional: bool = False,
        env_from: bool = False,
    ) -> ProvidedSecret:
        """Refer to a declared Secret, for the ``secrets`` of a component; the first time, make what becomes it.

        :param name: name of the Secret
        :param keys: what the component reads: keys, or a mapping of variables (or file names) to keys. Default: all
        :param prefix: what stands before each variable's name
        :param mount_path: directory in which the keys stand as files, in place of variables
        :param optional: whether the component starts without the Secret, so that a sealed one may lack ciphertext
        :param env_from: whether the Secret is read as a whole, by ``envFrom``

        :raises LumenError: for a Secret or key that is not declared, or for want of ciphertext
        """
        chosen = self.declared.get(name, ()) if keys is None else keys
        wanted = list(chosen.values()) if isinstance(chosen, Mapping) else list(chosen)
        faults = self._reference_faults(name, wanted, env_from=env_from, optional=optional)
        raise_all(f"{self.node.path}: {fault}" for fault in faults)
        secret = Provided(name, self.declared[name], self.provision, self._place)
        try:
            reference = ProvidedSecret(
                name=name,
                keys=chosen,
                prefix=prefix,
                mount_path=mount_path,
                optional=optional,
                env_from=env_from,
                revision=secret.revision(wanted) if self._is_made(secret) else None,
                in_set=self._is_made(secret),
                reload=self.provision.reloader,
            )
        except LumenError as error:
            raise error.at(f"{self.node.path}: reference to secret '{name}'") from None
        self._required[name] = self._required.get(name, False) or not optional
        if self._is_made(secret) and name not in self._made:
            self._made.append(name)
            manifests(self, secret.bodies(self._identity))
            keep_namespace(self)
        return reference

    def _reference_faults(self, name: str, wanted: Sequence[str], *, env_from: bool, optional: bool) -> Iterator[str]:
        if name not in self.declared:
            listed = f" ({', '.join(self.declared)})" if self.declared else ""
            yield f"there is no declared secret '{name}'{listed}{did_you_mean(name, self.declared)}"
            return
        declared = self.declared[name]
        for key in wanted:
            if key not in declared:
                known = f"({', '.join(declared)}){did_you_mean(key, declared)}"
                yield f"secret '{name}' has no declared key '{key}' {known}"
        if env_from and any(key not in wanted for key in declared):
            yield f"secret '{name}' is read as a whole by envFrom; leave out keys, or envFrom"
        if self._lacks_ciphertext(name) and not optional and not self._collecting:
            yield f"secret '{name}' has no ciphertext for {', '.join(declared)}; make it with 'lumen seal'"

    def _lacks_ciphertext(self, name: str) -> bool:
        """Whether a sealed Secret has no ciphertext at all; one that has some of its keys was refused already."""
        missing = missing_ciphertext(name, self.declared[name], self.provision)
        return self.provision.provider_of(name) == "sealed" and bool(missing)

    def _is_made(self, secret: Provided) -> bool:
        return secret.in_set and not self._collecting and not self._lacks_ciphertext(secret.name)


_collected: ContextVar[list[SecretSet] | None] = ContextVar("collected secret sets", default=None)


@contextmanager
def collected_sets() -> Iterator[list[SecretSet]]:
    """Collect the sets that are made inside, which make nothing and may lack ciphertext: for commands that provide it.

    What a component refers to is told by :attr:`SecretSet.used`.
    """
    sets: list[SecretSet] = []
    token = _collected.set(sets)
    try:
        yield sets
    finally:
        _collected.reset(token)


def _environment_of(scope: IConstruct) -> str | None:
    above: IConstruct | None = scope
    while above is not None:
        if isinstance(above, UmbrellaStack):
            return above.environment
        above = above.node.scope
    return None
