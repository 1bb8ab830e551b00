"""Which secret values a component needs: names and keys, never values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator

from lumen_constructs.faults import show
from lumen_constructs.names import config_key_fault, env_name_fault
from lumen_constructs.options.base import Map, Options, Short
from lumen_constructs.options.scalars import MountPath, SecretName

if TYPE_CHECKING:
    SecretKeys = Sequence[str] | Mapping[str, str]
else:
    #: Variables and the keys that they read; a list where both have one name.
    SecretKeys = Annotated[
        Map[str],
        Short(
            (list, tuple),
            lambda keys: {key: key for key in keys},
            {"type": "array", "items": {"type": "string"}, "description": "keys, each read under its own name"},
        ),
    ]


class SecretRef(Options):
    """A Secret that a component reads, with the keys that it needs of it.

    How the Secret comes to be is the environment's choice; where nothing in the set provides it, it must exist in the
    cluster. The values are never part of the output.
    """

    name: SecretName
    """Name of the Secret. A Secret of cdk8s-plus is taken by its name."""
    keys: SecretKeys = Field(min_length=1)
    """The keys: a list where each variable has the name of its key, otherwise a mapping of variables to keys."""
    optional: bool = False
    """Whether the container may start without it; sets ``optional`` on the reference."""
    env_from: bool = False
    """Whether the Secret is read as a whole (``envFrom``). Default: each key by its own reference, so that a missing
    key stops the container and is named, and a key that is not declared never reaches it."""
    prefix: str = ""
    """What stands before each variable's name."""
    mount_path: MountPath | None = None
    """Directory in which the keys stand as files, read-only, instead of variables."""

    @model_validator(mode="after")
    def _check(self) -> SecretRef:
        for variable, key in self.key_map.items():
            if fault := config_key_fault(key):
                message = f"key {show(key)} {fault}"
                raise ValueError(message)
            if self.mount_path is None and (fault := env_name_fault(self.prefix + variable)):
                message = f"variable {show(self.prefix + variable)} {fault}"
                raise ValueError(message)
        if self.mount_path is not None and (self.env_from or self.prefix):
            message = "mountPath makes files of the keys; envFrom and prefix are for variables"
            raise ValueError(message)
        if self.env_from and any(variable != key for variable, key in self.key_map.items()):
            message = "envFrom reads each key under its own name; give keys as a list"
            raise ValueError(message)
        return self

    @property
    def key_map(self) -> Mapping[str, str]:
        """Variables (or file names) and the keys that they read."""
        return self.keys if isinstance(self.keys, Mapping) else {key: key for key in self.keys}

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the environment variables that the container gets."""
        return () if self.mount_path is not None else tuple(self.prefix + name for name in self.key_map)

    def env_body(self) -> list[dict[str, Any]]:
        """Give the entries of the container's ``env``."""
        if self.env_from or self.mount_path is not None:
            return []
        optional = {"optional": True} if self.optional else {}
        return [
            {"name": self.prefix + name, "valueFrom": {"secretKeyRef": {"name": self.name, "key": key} | optional}}
            for name, key in self.key_map.items()
        ]

    def env_from_body(self) -> list[dict[str, Any]]:
        """Give the entries of the container's ``envFrom``."""
        if not self.env_from:
            return []
        ref: dict[str, Any] = {"secretRef": {"name": self.name} | ({"optional": True} if self.optional else {})}
        return [{"prefix": self.prefix} | ref if self.prefix else ref]


class ProvidedSecret(SecretRef):
    """A Secret that the stack itself provides, with what its consumers must know of that; a ``SecretSet`` makes it.

    Values files cannot say it: there, a Secret is always one that must exist.
    """

    revision: str | None = None
    """What changes when the values that the component reads may have changed. Default: that cannot be seen from here,
    as where a person or a generator makes them."""
    in_set: bool = True
    """Whether an object of the stack becomes the Secret, so that it need not exist beforehand."""
    reload: bool = False
    """Whether Stakater Reloader restarts the component when the Secret changes in the cluster."""
