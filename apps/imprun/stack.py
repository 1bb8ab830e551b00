"""imprun: a server on MongoDB and Redis, its web console, and an exporter; one declaration for every environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from constructs import Construct

from apps.imprun.values import Component, ImprunValues
from lumen_constructs import (
    Certificate,
    Credentials,
    MongoDB,
    MonitoredService,
    Password,
    PolicyRule,
    Port,
    Redis,
    SecretRef,
    SecretSet,
    Service,
    UmbrellaStack,
)

#: What each component needs; it decides who is let in where, and what is applied first.
NEEDS = {
    "imprun-server": ["mongodb", "redis"],
    "imprun-console": ["imprun-server"],
}

#: What the components must know and nobody else may: Secrets and their keys.
SECRETS = {
    "imprun-jwt-secret": ["JWT_SECRET"],
    "imprun-github-oauth": ["CLIENT_ID", "CLIENT_SECRET"],
    "imprun-google-oauth": ["CLIENT_ID", "CLIENT_SECRET"],
    "imprun-mongodb": ["password"],
    "imprun-redis": ["password"],
}


class Imprun(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: ImprunValues) -> None:
        super().__init__(
            scope,
            id,
            name="imprun",
            environment=environment,
            namespace=values.namespace,
            cluster=values.facts,
            components={
                "mongodb": values.mongodb.enabled,
                "redis": values.redis.enabled,
                "imprun-server": values.server.enabled,
                "imprun-console": values.console.enabled,
                "imp-runtime-exporter": values.exporter.enabled,
            },
            needs=NEEDS,
        )
        self.values = values
        self.secrets = SecretSet(self, "Secrets", declared=SECRETS, provision=values.secrets)
        if self.has("mongodb"):
            self.mongodb = self.add("mongodb", self._mongodb())
        if self.has("redis"):
            self.redis = self.add("redis", self._redis())
        if self.has("imprun-server"):
            self.server = self.add("imprun-server", self._server())
        if self.has("imprun-console"):
            self.add("imprun-console", self._console())
        if self.has("imp-runtime-exporter"):
            self.add("imp-runtime-exporter", self._service("imp-runtime-exporter", values.exporter))
        if values.certificates.enabled and values.certificates.issuer is not None:
            self._certificates(values.certificates.issuer)

    def _mongodb(self) -> MongoDB:
        chosen = self.values.mongodb
        mongodb = partial(
            MongoDB,
            self,
            "mongodb",
            mode=chosen.mode,
            replicas=chosen.replicas,
            database=self.values.globals.mongodb.database,
            auth=Credentials(username="root", secret=self.secrets.ref("imprun-mongodb")),
            resources=chosen.resources,
            storage=chosen.storage,
            backup=chosen.backup,
            metrics=chosen.metrics,
        )
        # An operator makes a Service of its own.
        return mongodb(service=Service(name="mongodb-mongodb")) if chosen.mode == "embedded" else mongodb()

    def _redis(self) -> Redis:
        chosen = self.values.redis
        secret = self.secrets.ref("imprun-redis") if chosen.auth.enabled else None
        return Redis(
            self,
            "redis",
            service=Service(name="redis-master"),
            auth=Password(enabled=chosen.auth.enabled, secret=secret),
            resources=chosen.resources,
            storage=chosen.storage,
            metrics=chosen.metrics,
        )

    def _server(self) -> MonitoredService:
        return self._service(
            "imprun-server",
            self.values.server,
            config={**self.mongodb.config(prefix="MONGODB"), **self.redis.config(prefix="REDIS")},
            secrets=[
                self.secrets.ref("imprun-jwt-secret"),
                self.secrets.ref("imprun-github-oauth", prefix="GITHUB_"),
                self.secrets.ref("imprun-google-oauth", prefix="GOOGLE_"),
                *self.mongodb.secrets(prefix="MONGODB"),
                *self.redis.secrets(prefix="REDIS"),
            ],
            # It reads the one Secret again when it was rotated.
            rbac=[PolicyRule(resources=["secrets"], resource_names=["imprun-jwt-secret"], verbs=["get"])],
            role_name="secret-reader",
        )

    def _console(self) -> MonitoredService:
        server = self.server
        address = f"http://{server.service_name}:{self.values.server.port}"
        return self._service("imprun-console", self.values.console, config={"API_URL": address})

    def _service(  # noqa: PLR0913  # what one component has and the others do not
        self,
        name: str,
        chosen: Component,
        *,
        config: Mapping[str, str | int | bool] | None = None,
        secrets: Sequence[SecretRef] = (),
        rbac: Sequence[PolicyRule] = (),
        role_name: str | None = None,
    ) -> MonitoredService:
        """Make a component that serves, from what its values say."""
        return MonitoredService(
            self,
            name,
            image=chosen.image,
            ports=[Port(container_port=chosen.port, node_port=chosen.node_port)],
            replicas=chosen.replicas,
            autoscaling=chosen.autoscaling,
            resources=chosen.resources,
            probes=chosen.probes,
            config={**(config or {}), **chosen.env},
            secrets=secrets,
            rbac=rbac,
            role_name=role_name,
            service=chosen.service,
            ingress=chosen.ingress,
            metrics=chosen.metrics,
            network=chosen.network,
        )

    def _certificates(self, issuer: str) -> None:
        domain = self.values.globals.domain
        for name, host in (("app-imprun-dev", f"api.{domain}"), ("wildcard-app-imprun-dev", f"*.api.{domain}")):
            Certificate(self, name, dns_names=[host], secret_name=f"{name}-tls", issuer_ref=issuer)
