"""What a component needs from outside its set, declared on the object that refers to it."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.reserved import EXTERNAL
from lumen_constructs.options.secrets import ProvidedSecret, SecretRef
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pull_secrets


def external_annotation(identity: Identity, options: PodOptions) -> dict[str, str]:
    """Give the annotation that names what must exist in the cluster, as ``Kind/name`` items, separated by spaces.

    It names the component's secrets, pull secrets and ServiceAccount, where the set does not make them, and what
    ``external`` adds.
    """
    items = dict.fromkeys(_needs(identity, options))
    return {EXTERNAL: " ".join(items)} if items else {}


def _needs(identity: Identity, options: PodOptions) -> Iterator[str]:
    if not options.service_account.create and options.service_account.name is not None:
        yield f"ServiceAccount/{options.service_account.name}"
    for secret in options.secrets:
        if not secret.optional and not _is_in_set(secret):
            yield f"Secret/{secret.name}"
    for name in pull_secrets(identity, options):
        yield f"Secret/{name}"
    yield from options.external


def _is_in_set(secret: SecretRef) -> bool:
    return isinstance(secret, ProvidedSecret) and secret.in_set
