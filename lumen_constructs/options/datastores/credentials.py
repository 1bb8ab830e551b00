"""Who may use a data store: names of Secrets and keys, never values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import Options
from lumen_constructs.options.scalars import ConfigKey
from lumen_constructs.options.secrets import SecretRef


class Password(Options):
    """A Secret with the password of a data store that knows no users.

    The password becomes part of URLs: give it letters and digits only. A store that was initialised with one password
    keeps it where the Secret changes, unless the store reads it at every start (Redis does).
    """

    enabled: bool = True
    """Whether a password is asked for. If not, whoever can connect may do everything: for development only."""
    secret: SecretRef | None = None
    """The Secret, by name and keys. Required where ``enabled``."""
    password_key: ConfigKey | None = None
    """Key of the password. Default: the Secret's only key, or the one that is called ``password``."""

    @model_validator(mode="after")
    def _check(self) -> Password:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if not self.enabled:
            return
        if self.secret is None:
            message = "is required: name and keys of the Secret with the password; or set enabled to false"
            yield Fault(("secret",), message)
            return
        keys = tuple(self.secret.key_map.values())
        if self.password_key is not None:
            yield from _unknown_key("passwordKey", self.password_key, keys)
        elif self._password_key is None:
            message = f"is required: {self.secret.name} has several keys ({', '.join(keys)})"
            yield Fault(("passwordKey",), message)

    @property
    def _password_key(self) -> str | None:
        keys = () if self.secret is None else tuple(self.secret.key_map.values())
        if self.password_key is not None:
            return self.password_key
        return keys[0] if len(keys) == 1 else "password" if "password" in keys else None

    @property
    def active(self) -> bool:
        """Whether there is a password."""
        return self.enabled and self.secret is not None

    @property
    def effective_password_key(self) -> str:
        """``password_key`` with its default."""
        return self._password_key or "password"

    def reference(self, variables: Mapping[str, str]) -> tuple[SecretRef, ...]:
        """Give the reference for a container whose ``variables`` read the given keys; none where there is no Secret."""
        if not self.enabled or self.secret is None:
            return ()
        changed = {"keys": dict(variables), "prefix": "", "mount_path": None, "env_from": False}
        return (self.secret.model_copy(update=changed),)


class Credentials(Password):
    """A Secret with the password, and where it has that also the name, of a data store's user."""

    username: str | None = None
    """Name of the user. Default: what ``username_key`` holds, otherwise the store's usual administrator."""
    username_key: ConfigKey | None = None
    """Key of the user's name. Default: the key ``username`` where the Secret has one and ``username`` is not given."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.username is not None and self.username_key is not None:
            yield Fault(("usernameKey",), "stands beside username; give one of them")
        if self.enabled and self.secret is not None and self.username_key is not None:
            yield from _unknown_key("usernameKey", self.username_key, tuple(self.secret.key_map.values()))

    @property
    def effective_username_key(self) -> str | None:
        """Key of the user's name, or None where the name is plain."""
        if self.username is not None or self.secret is None:
            return None
        if self.username_key is not None:
            return self.username_key
        return "username" if "username" in self.secret.key_map.values() else None


def _unknown_key(field: str, key: str, keys: tuple[str, ...]) -> Iterator[Fault]:
    if key not in keys:
        yield Fault(
            (field,), f"{show(key)} is not among the Secret's keys ({', '.join(keys)}){did_you_mean(key, keys)}"
        )
