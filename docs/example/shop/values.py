"""What can be set for shop."""

from pydantic import Field

from lumen_constructs import (
    Cluster,
    ConfigValue,
    ImageLike,
    Map,
    Metrics,
    Options,
    PortNumber,
    Probes,
    Resources,
    SecretProvision,
    Storage,
)


class Cart(Options):
    """The cart."""

    enabled: bool = True
    """Whether the cart is part of the system."""
    image: ImageLike
    """Container image."""
    port: PortNumber = 8080
    """Port that it listens on."""
    replicas: int = Field(default=1, ge=1)
    """Number of pods."""
    resources: Resources
    """Compute resources."""
    probes: Probes
    """The three probe roles."""
    config: Map[ConfigValue]
    """Environment variables that are no secret."""
    metrics: Metrics | None = None
    """How Prometheus scrapes it. Default: not at all."""


class Sessions(Options):
    """The Redis that holds the sessions."""

    resources: Resources
    """Compute resources."""
    storage: Storage
    """Its volume."""


class ShopValues(Options):
    """Values of shop."""

    cart: Cart
    """The cart."""
    sessions: Sessions
    """The Redis that holds the sessions."""
    secrets: SecretProvision = Field(default_factory=SecretProvision)
    """How the Secrets are provided."""
    cluster: Cluster = Field(default_factory=Cluster)
    """Facts about the cluster."""
