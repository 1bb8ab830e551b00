"""What the pods that read provided Secrets carry, so that a rotation restarts them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from lumen_constructs.options.secrets import ProvidedSecret, SecretRef

#: The pod annotation that changes when a Secret that the pod reads is provided in another way.
CHECKSUM = "checksum/secrets"

#: The annotation by which Stakater Reloader restarts a workload when one of the Secrets changes in the cluster.
RELOAD = "secret.reloader.stakater.com/reload"


def secret_annotations(secrets: Sequence[SecretRef]) -> dict[str, str]:
    """Give the annotations of a pod that reads ``secrets``."""
    provided = [secret for secret in secrets if isinstance(secret, ProvidedSecret)]
    revisions = sorted({(secret.name, secret.revision) for secret in provided if secret.revision is not None})
    reloaded = sorted({secret.name for secret in provided if secret.reload})
    checksum = {CHECKSUM: digest(revisions)} if revisions else {}
    return checksum | ({RELOAD: ",".join(reloaded)} if reloaded else {})


def digest(data: object) -> str:
    """Hash plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
