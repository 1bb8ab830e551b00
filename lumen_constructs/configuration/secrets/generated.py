"""Generated Secrets: values that External Secrets' Password generator makes up once, and that then stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.configuration.secrets.external import target
from lumen_constructs.options.secret_provision import GeneratedSecrets
from lumen_constructs.workloads.identity import Identity

_GENERATORS = "generators.external-secrets.io/v1alpha1"


def password(identity: Identity, name: str, options: GeneratedSecrets) -> dict[str, Any]:
    """Give the body of the generator, named as the Secret; it is kept, since the kept ExternalSecret refers to it."""
    spec: dict[str, Any] = {
        "length": options.length,
        "digits": options.effective_digits,
        "symbols": options.symbols,
        "noUpper": False,
        # Without repeats, a value could hold each digit once, and every character drawn would narrow the rest.
        "allowRepeat": True,
    }
    if options.symbols:
        spec["symbolCharacters"] = options.symbol_characters
    metadata = identity.metadata(name, annotations=KEEP)
    return {"apiVersion": _GENERATORS, "kind": "Password", "metadata": metadata, "spec": spec}


def generated_secret(identity: Identity, name: str, keys: Sequence[str]) -> dict[str, Any]:
    """Give the body of the ExternalSecret that asks the generator once, and lets go of the Secret that it made.

    The generator is asked anew for each entry, and always answers with the key ``password``: one entry a key, renamed.
    """
    generator = {"apiVersion": _GENERATORS, "kind": "Password", "name": name}
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": identity.metadata(name, annotations=KEEP),
        "spec": {
            "refreshPolicy": "CreatedOnce",
            # Without meaning for CreatedOnce; the API server would write a default here.
            "refreshInterval": "1h0m0s",
            "target": target(name, keys, creation_policy="Orphan"),
            "dataFrom": [
                {
                    "sourceRef": {"generatorRef": generator},
                    "rewrite": [{"regexp": {"source": "^password$", "target": key}}],
                }
                for key in keys
            ],
        },
    }
