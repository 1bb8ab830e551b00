"""Sealing: values from a prompt, a pipe or files become ciphertext in ``sealed-<environment>.yaml``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lumen_constructs.cli.project import Project
from lumen_constructs.cli.secret_sets import DeclaredSecret, DeclaredSecrets, declared_secrets
from lumen_constructs.cli.secret_values import LARGEST, Given
from lumen_constructs.configuration.secrets.declared import missing_ciphertext
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import did_you_mean
from lumen_constructs.sealing.certificate import public_key
from lumen_constructs.sealing.document import with_ciphertext
from lumen_constructs.sealing.encryption import label, sealed
from lumen_constructs.values.files import read_text, shown
from lumen_constructs.values.sources import sealed_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


@dataclass(frozen=True)
class Request:
    """What a user asked to seal."""

    system: str
    environment: str
    certificate: Path | None = None
    """The controller's certificate, in PEM. Default: ``certificates/<environment>.pem`` beside the values files."""
    secret: str | None = None
    """Name of the Secret. Default: each that a component does not start without."""
    keys: Sequence[str] = ()
    """Keys to seal. Default: those without ciphertext."""
    scope: str | None = None
    """The scope that the user has in mind, which must be that of the values."""
    given: Given = field(default_factory=Given)
    """Where the values are."""


def seal(project: Project, request: Request) -> list[str]:
    """Seal what was asked for; give a line for each key that was sealed.

    :raises LumenError: for whatever is wrong; nothing is written then
    """
    declared = declared_secrets(project, request.system, request.environment)
    directory = Path(declared.target.system.directory)
    certificate = _certificate(request.certificate or directory / "certificates" / f"{request.environment}.pem")
    wanted = _wanted(declared, request)
    raise_all(_scope_faults(wanted, request))
    entries = {
        secret.name: _ciphertext(secret, request.given.values(secret.name, keys), certificate)
        for secret, keys in wanted
    }
    path = Path(sealed_file(directory, request.environment).path)
    if entries:
        text = read_text(path) if path.exists() else _heading(declared)
        _write(path, with_ciphertext(text, entries, shown(path)))
    return [f"sealed  {name}  {key}  in {shown(path)}" for name, keys in entries.items() for key in keys]


def _certificate(path: Path) -> RSAPublicKey:
    try:
        return public_key(path.read_bytes(), dt.datetime.now(dt.UTC))
    except FileNotFoundError:
        message = f"{shown(path)}: no such file; 'kubeseal --fetch-cert' prints the certificate of a cluster"
        raise LumenError(message) from None
    except OSError as error:
        message = f"{shown(path)}: cannot be read: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None
    except LumenError as error:
        raise error.at(shown(path)) from None


def _wanted(declared: DeclaredSecrets, request: Request) -> list[tuple[DeclaredSecret, Sequence[str]]]:
    """Give the Secrets and keys to seal."""
    if request.secret is None:
        chosen = [(secret, _missing(secret)) for secret in declared.provided_by("sealed") if secret.required]
        return [(secret, keys) for secret, keys in chosen if keys]
    secret = declared.named(request.secret, "sealed")
    keys = list(dict.fromkeys([*request.keys, *request.given.files])) or _missing(secret)
    raise_all(
        f"{secret.name}: has no key '{key}' ({', '.join(secret.keys)}){did_you_mean(key, secret.keys)}"
        for key in keys
        if key not in secret.keys
    )
    if not keys:
        message = f"{secret.name}: has ciphertext for every key; name those to seal again ({', '.join(secret.keys)})"
        raise LumenError(message)
    return [(secret, keys)]


def _missing(secret: DeclaredSecret) -> list[str]:
    return missing_ciphertext(secret.name, secret.keys, secret.owner.provision)


def _scope_faults(wanted: Sequence[tuple[DeclaredSecret, Sequence[str]]], request: Request) -> Iterator[str]:
    for secret, _ in wanted:
        scope = secret.owner.provision.scope_of(secret.name)
        if request.scope is not None and request.scope != scope:
            yield (
                f"{secret.name}: its scope is {scope}, not {request.scope}, and the controller goes by the values; "
                "change secrets.sealed.scope there first, and seal every key again"
            )


def _ciphertext(secret: DeclaredSecret, values: Mapping[str, bytes], certificate: RSAPublicKey) -> dict[str, str]:
    size = sum(len(value) for value in values.values())
    if size > LARGEST:
        message = f"{secret.name}: holds more than {LARGEST} bytes, which no Secret can; divide it"
        raise LumenError(message)
    tied = label(secret.owner.provision.scope_of(secret.name), secret.owner.namespace, secret.name)
    return {key: sealed(value, certificate, tied) for key, value in values.items()}


def _heading(declared: DeclaredSecrets) -> str:
    system, environment = declared.target.system.name, declared.target.environment
    return (
        f"# Ciphertext of the secrets of {system} in {environment}, made by 'lumen seal'.\n"
        "# Only the controller of the cluster can open it, so that it may be committed.\n"
    )


def _write(path: Path, text: str) -> None:
    """Write the file as a whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text.encode())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = f"{shown(path)}: cannot be written: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None
