"""Plain configuration that several components read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.configuration.config_maps import config_map
from lumen_constructs.context import context_of
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.manifest import found, manifests
from lumen_constructs.names import did_you_mean, subdomain_fault
from lumen_constructs.options.config import ConfigValue, data_faults
from lumen_constructs.options.env import EnvSource, EnvVar, KeyRef
from lumen_constructs.workloads.identity import Identity


class SharedConfig(Construct):
    """A ConfigMap of which several components read keys, each as a variable of its own.

    What one component alone reads is its ``config``. A component takes :meth:`env` for its ``env`` and
    :meth:`annotations` for its ``pod_annotations``, so that a change of just the data that it reads restarts it.

    :param scope: the stack, or a chart
    :param id: id below the scope
    :param data: values by key; a key may have dots. Whole numbers and truth values become text
    :param name: name of the ConfigMap. Default: the id
    :param labels: further labels

    :raises LumenError: for each key, value or name that a ConfigMap cannot have
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        data: Mapping[str, ConfigValue],
        name: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.name = name or id
        self.data = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in data.items()}
        faults = [f"data.{fault}" for fault in data_faults(self.data)]
        if fault := subdomain_fault(self.name):
            faults.append(f"name {show(self.name)} {fault}")
        if not data:
            faults.append("data must not be empty")
        raise_all(f"{self.node.path}: {fault}" for fault in faults)
        identity = Identity(name=id, component=id, context=context_of(scope), extra=labels or {})
        manifests(self, {"Resource": config_map(identity, self.name, self.data)})

    @property
    def config_map(self) -> ApiObject:
        """The ConfigMap, for a patch or a dependency."""
        return found(self, "Resource")

    def env(self, variables: Mapping[str, str]) -> tuple[EnvVar, ...]:
        """Give the variables that read the ConfigMap, for a component's ``env``: keys by the names of the variables.

        :raises LumenError: for each key that the ConfigMap does not have
        """
        self._check(variables)
        return tuple(
            EnvVar(name=variable, value_from=EnvSource(config_map_key_ref=KeyRef(name=self.name, key=key)))
            for variable, key in variables.items()
        )

    def annotations(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Give the annotation that changes with the data that is read, for a component's ``pod_annotations``.

        :raises LumenError: for each key that the ConfigMap does not have
        """
        self._check(variables)
        read = {key: self.data[key] for key in variables.values()}
        return {f"checksum/{self.name}": hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()}

    def _check(self, variables: Mapping[str, str]) -> None:
        raise_all(
            (
                f"{self.node.path}: {variable} reads the key '{key}', which {self.name} does not have"
                f" ({', '.join(self.data)}){did_you_mean(key, self.data)}"
                for variable, key in variables.items()
                if key not in self.data
            ),
            LumenError,
        )
