"""shop: a cart that needs a Redis."""

from constructs import Construct

from lumen_constructs import MonitoredService, Password, Redis, SecretSet, UmbrellaStack
from shop.values import ShopValues


class Shop(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: ShopValues) -> None:
        super().__init__(
            scope,
            id,
            name="shop",
            environment=environment,
            cluster=values.cluster,
            components={"sessions": True, "cart": values.cart.enabled},
            needs={"cart": ["sessions"]},
        )
        secrets = SecretSet(self, "Secrets", declared={"shop-sessions": ["password"]}, provision=values.secrets)
        sessions = self.add(
            "sessions",
            Redis(
                self,
                "sessions",
                auth=Password(secret=secrets.ref("shop-sessions")),
                resources=values.sessions.resources,
                storage=values.sessions.storage,
            ),
        )
        if self.has("cart"):
            cart = MonitoredService(
                self,
                "cart",
                image=values.cart.image,
                port=values.cart.port,
                replicas=values.cart.replicas,
                resources=values.cart.resources,
                probes=values.cart.probes,
                config={**values.cart.config, **sessions.config(prefix="REDIS")},
                secrets=sessions.secrets(prefix="REDIS"),
                metrics=values.cart.metrics,
            )
            self.add("cart", cart)
