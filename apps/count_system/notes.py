"""What a person does to bring count-system into a cluster without a GitOps tool."""

from __future__ import annotations

from collections.abc import Sequence

from lumen_constructs import SecretSet


def steps(environment: str, namespace: str, host: str | None, secrets: SecretSet) -> str:
    """Give the steps in Markdown; ``host`` is None where no requests come in from outside."""
    missing = [name for name in secrets.used if name not in secrets.provided]
    lines = [
        f"# count-system, {environment}",
        "",
        "1. Build the images under the names in the manifests, and push them: `ROOT=… ./build-images.sh --push`. The",
        "   values `cluster.imageRegistry` and `version` say which names these are.",
        *_secrets(environment, namespace, missing, secrets),
        f"1. Apply all of it in order: `./deploy.sh{' --with-ingress' if host else ''}`; `--dry-run` shows the order.",
        *([f"1. Let `{host}` be the address of the Gateway or the Ingress."] if host else []),
        "",
        "The Job that makes the databases runs again when it has changed, and leaves what is there as it is.",
        "`./undeploy.sh` keeps the volumes and the namespace, unless it gets `--delete-data` or `--delete-namespace`.",
    ]
    return "\n".join(lines)


def _secrets(environment: str, namespace: str, missing: Sequence[str], secrets: SecretSet) -> list[str]:
    """Give the steps for Secrets that nothing in the set makes."""
    if not missing:
        return []
    named = ", ".join(f"`{name}` ({', '.join(secrets.declared[name])})" for name in missing)
    folder = f".secrets/count-system/{environment}"
    return [
        f"1. Make the namespace: `kubectl apply --server-side -f 00-namespace/namespace.{namespace}.yaml`.",
        f"1. Bring these Secrets into it: {named}. Where they are injected,",
        f"   `lumen inject count-system -e {environment}` writes them into `{folder}`.",
    ]
