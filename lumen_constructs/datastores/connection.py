"""How a client reaches a data store: host, port, database, and the Secret with the credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.names import env_name_fault
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.secrets import SecretRef


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Connection settings of a data store, for a client in the same namespace.

    A client takes all of it, so that credentials are never forgotten, and never part of the output: ``config`` for its
    ConfigMap, ``secrets`` for the Secret's keys, ``env`` for the URL, which refers to them as ``$(NAME)``. Kubernetes
    fills that in when the container starts, in ``env`` alone and never in a ConfigMap. It fills it in as it stands, so
    that a password with characters that mean something in a URL (``@``, ``/``, ``:``, ``%``, …) would break it:
    generated passwords have none.
    """

    scheme: str | None
    """Scheme of the URL, or None where clients take just the address."""
    host: str
    """Name of the Service."""
    port: int
    """Port of the Service."""
    prefix: str
    """Start of the names of all variables, such as ``DB``."""
    url_name: str = "URL"
    """End of the name of the variable with the URL."""
    database: str | None = None
    """Name or number of the database."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the URL."""
    secret: SecretRef | None = None
    """The Secret with the credentials, or None where the store asks for none."""
    username: str | None = None
    """Name of the user, where it is no secret."""
    username_key: str | None = None
    """Key of the user's name in the Secret."""
    password_key: str | None = None
    """Key of the password in the Secret."""

    def named(self, prefix: str, database: str | None = None) -> Connection:
        """Give the same settings with another start of the variables' names, and for another database.

        :raises LumenError: if ``prefix`` cannot start the name of a variable
        """
        if fault := env_name_fault(prefix):
            message = f"prefix {show(prefix)} {fault}"
            raise LumenError(message)
        return replace(self, prefix=prefix, database=self.database if database is None else database)

    @property
    def url(self) -> str:
        """The URL, with the credentials as ``$(NAME)``: it works in ``env``, beside :attr:`secrets`."""
        if self.scheme is None:
            return self.address
        path = f"/{self.database}" if self.database is not None else ""
        query = "&".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.scheme}://{self._user_info}{self.address}{path}{f'?{query}' if query else ''}"

    @property
    def bare_url(self) -> str:
        """The URL without credentials, which may stand anywhere."""
        return replace(self, secret=None, username=None).url

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"{self.host}:{self.port}"

    @property
    def _user_info(self) -> str:
        if self.secret is None or self.password_key is None:
            return ""
        user = f"$({self.prefix}_USERNAME)" if self.username_key is not None else self.username or ""
        return f"{user}:$({self.prefix}_PASSWORD)@"

    @property
    def secrets(self) -> tuple[SecretRef, ...]:
        """The Secret with what a client reads: ``<prefix>_PASSWORD``, and ``<prefix>_USERNAME`` where it has that."""
        keys = {f"{self.prefix}_USERNAME": self.username_key, f"{self.prefix}_PASSWORD": self.password_key}
        read = {variable: key for variable, key in keys.items() if key is not None}
        if self.secret is None or not read:
            return ()
        return (self.secret.model_copy(update={"keys": read, "prefix": "", "mount_path": None, "env_from": False}),)

    @property
    def config(self) -> dict[str, str | int | bool]:
        """Plain settings: ``<prefix>_HOST``, ``<prefix>_PORT``, and ``<prefix>_DATABASE`` where there is one."""
        settings: dict[str, str | int | bool] = {f"{self.prefix}_HOST": self.host, f"{self.prefix}_PORT": self.port}
        if self.database is not None:
            settings[f"{self.prefix}_DATABASE"] = self.database
        if self.secret is not None and self.username is not None and self.username_key is None:
            settings[f"{self.prefix}_USERNAME"] = self.username
        return settings

    def env(self, name: str | None = None) -> tuple[EnvVar, ...]:
        """Give the variable with the URL, ``<prefix>_<url_name>`` or ``name``; it needs :attr:`secrets` beside it."""
        return (EnvVar(name=name or f"{self.prefix}_{self.url_name}", value=self.url),)
