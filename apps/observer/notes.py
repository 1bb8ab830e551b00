"""The checklist that a person goes through before and after applying observer."""

from __future__ import annotations

from lumen_constructs import HttpGet, MonitoredService, SecretSet


def checklist(environment: str, observer: MonitoredService, secrets: SecretSet) -> str:
    """Give the checklist in Markdown; every name in it comes from the construct."""
    namespace, name, port = observer.namespace, observer.name, observer.ports[0].container_port
    kubectl = f"kubectl -n {namespace}"
    return "\n".join(
        [
            f"# observer, {environment}",
            "",
            "## Before applying",
            *_before(environment, observer, secrets),
            *(f"- [ ] image pull Secret `{secret}` exists in `{namespace}`" for secret in observer.pull_secret_names),
            "",
            "## After applying",
            *(f"- [ ] the claim is bound: `{kubectl} get pvc {claim}`" for claim in observer.claim_names),
            *(
                f"- [ ] the Secret is unsealed: `{kubectl} wait --for=condition=Synced sealedsecret/{secret}`"
                for secret in secrets.provided
            ),
            f"- [ ] the pod runs: `{kubectl} rollout status deployment/{name}`",
            f'- [ ] its log says "Execution contract validated": `{kubectl} logs deployment/{name}`',
            f"- [ ] with `{kubectl} port-forward deployment/{name} {port}` running:",
            *_probed(observer, f"http://localhost:{port}"),
            "",
        ]
    )


def _before(environment: str, observer: MonitoredService, secrets: SecretSet) -> list[str]:
    """Give what must be done about each Secret: seal its values for this cluster, or bring it there."""
    lines = []
    for secret in observer.options.secrets:
        keys = list(secret.key_map)
        if secret.name in secrets.provided:
            command = f"lumen seal observer -e {environment} -c CERTIFICATE {secret.name} {' '.join(keys)}"
            lines.append(f"- [ ] Secret `{secret.name}` is sealed for this cluster, not for the example's: `{command}`")
        else:
            wanted = ", if it is wanted," if secret.optional else ""
            place = f"exists in `{observer.namespace}`{wanted}"
            lines.append(f"- [ ] Secret `{secret.name}` {place} with the keys {', '.join(keys)}")
    return lines


def _probed(observer: MonitoredService, address: str) -> list[str]:
    """Give one line for each path that a probe asks, with the roles that ask it."""
    roles: dict[str, list[str]] = {}
    for role in ("startup", "readiness", "liveness"):
        probe = observer.options.probes.role(role)
        if probe is not None and isinstance(probe.action, HttpGet):
            roles.setdefault(probe.action.path or "/", []).append(role)
    return [f"  - [ ] `curl -f {address}{path}` answers ({' and '.join(asked)})" for path, asked in roles.items()]
