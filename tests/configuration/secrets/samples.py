"""A stack with three Secrets, as the tests of this package provide it."""

from __future__ import annotations

import base64
from typing import Any

from lumen_constructs.configuration.secrets.external import Place
from lumen_constructs.configuration.secrets.provided import Provided
from lumen_constructs.options.cluster import Cluster
from lumen_constructs.options.secret_provision import SecretProvision
from lumen_constructs.workloads.identity import Context, Identity

DECLARED = {
    "shop-db": ["DB_PASSWORD"],
    "shop-oauth": ["CLIENT_ID", "CLIENT_SECRET"],
    "registry": [".dockerconfigjson"],
}
PLACE = Place("shop", "production")
IDENTITY = Identity("secrets", "secrets", Context("shop", "shop", Cluster()), {})


def ciphertext(number: int) -> str:
    """Give bytes of the form of ciphertext, in base64; each number gives others."""
    return base64.b64encode((256).to_bytes(2, "big") + bytes(256 + 15) + bytes([number])).decode()


def provided(name: str, **provision: Any) -> Provided:
    """Give a Secret of the stack in an environment."""
    return Provided(name, DECLARED[name], SecretProvision(**provision), PLACE)


def bodies(name: str, **provision: Any) -> dict[str, dict[str, Any]]:
    """Give the objects that become the Secret."""
    return provided(name, **provision).bodies(IDENTITY)
