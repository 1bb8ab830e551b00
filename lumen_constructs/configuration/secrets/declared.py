"""What a stack declares as secret, held against what an environment provides: exactly the declared keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lumen_constructs.faults import Fault, show
from lumen_constructs.names import config_key_fault, did_you_mean, subdomain_fault
from lumen_constructs.options.secret_provision import SecretProvision

Declared = Mapping[str, Sequence[str]]

#: Types of Secrets that other objects ask for, by the keys that they have then.
_TYPES = {
    frozenset({".dockerconfigjson"}): "kubernetes.io/dockerconfigjson",
    frozenset({"tls.crt", "tls.key"}): "kubernetes.io/tls",
}


def secret_type(keys: Sequence[str]) -> str:
    """Give the type of a Secret with these keys: those of a registry or of TLS have their own."""
    return _TYPES.get(frozenset(keys), "Opaque")


def declaration_faults(declared: Declared) -> Iterator[str]:
    """Find names and keys that Kubernetes would refuse, and keys that are declared twice."""
    for name, keys in declared.items():
        if fault := subdomain_fault(name):
            yield f"secret {show(name)} {fault}"
        if isinstance(keys, str):
            yield f"secret '{name}' has the keys {show(keys)}; give them as a list"
            continue
        if not keys:
            yield f"secret '{name}' has no keys; list what its consumers read"
        for key in dict.fromkeys(keys):
            if fault := config_key_fault(key):
                yield f"secret '{name}' has the key {show(key)}, which {fault}"
            if list(keys).count(key) > 1:
                yield f"secret '{name}' has the key {show(key)} twice"


def provision_faults(declared: Declared, provision: SecretProvision) -> Iterator[str]:
    """Find what an environment provides and nobody declared, and what is provided in part."""
    yield from map(str, _override_faults(declared, provision))
    yield from map(str, _ciphertext_faults(declared, provision))
    for name, keys in declared.items():
        if provision.provider_of(name) == "generated" and (kind := secret_type(keys)) != "Opaque":
            yield f"secret '{name}' is generated, and a {kind} cannot be made up; choose another provider"
    if provision.external.store is None:
        external = [name for name in declared if provision.provider_of(name) == "external"]
        if external:
            are = "is" if len(external) == 1 else "are"
            yield f"external.store is required, since {', '.join(external)} {are} external"


def _override_faults(declared: Declared, provision: SecretProvision) -> Iterator[Fault]:
    for name, override in provision.overrides.items():
        if name not in declared:
            yield _undeclared(("overrides", name), name, declared)
            continue
        for key in override.external.keys:
            if key not in declared[name]:
                yield _no_key(("overrides", name, "external", "keys", key), key, name, declared)


def _ciphertext_faults(declared: Declared, provision: SecretProvision) -> Iterator[Fault]:
    for name, keys in provision.sealed.ciphertext.items():
        place = ("sealed", "ciphertext", name)
        if name not in declared:
            yield _undeclared(place, name, declared)
            continue
        provider = provision.provider_of(name)
        if provider != "sealed":
            yield Fault(place, f"is provided twice: there is ciphertext, and its provider is {provider}; remove one")
            continue
        for key in keys:
            if key not in declared[name]:
                yield _no_key((*place, key), key, name, declared)
        if keys and (missing := missing_ciphertext(name, declared[name], provision)):
            yield Fault(place, f"has no {' and no '.join(missing)}; seal what is missing with 'lumen seal'")


def missing_ciphertext(name: str, keys: Sequence[str], provision: SecretProvision) -> list[str]:
    """Give the keys of a sealed Secret that there is no ciphertext for."""
    return [key for key in keys if key not in provision.sealed.ciphertext.get(name, {})]


def _undeclared(place: tuple[str, ...], name: str, declared: Declared) -> Fault:
    listed = f" ({', '.join(declared)})" if declared else ""
    return Fault(place, f"is for a secret that the stack does not declare{listed}{did_you_mean(name, declared)}")


def _no_key(place: tuple[str, ...], key: str, name: str, declared: Declared) -> Fault:
    keys = declared[name]
    return Fault(place, f"is not a declared key of '{name}' ({', '.join(keys)}){did_you_mean(key, keys)}")
