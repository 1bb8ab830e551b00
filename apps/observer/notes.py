"""The checklist that a person goes through before and after applying observer."""

from __future__ import annotations

from lumen_constructs import HttpGet, MonitoredService


def checklist(environment: str, observer: MonitoredService) -> str:
    """Give the checklist in Markdown; every name in it comes from the construct."""
    namespace, name, port = observer.namespace, observer.name, observer.ports[0].container_port
    kubectl = f"kubectl -n {namespace}"
    return "\n".join(
        [
            f"# observer, {environment}",
            "",
            "## Before applying",
            *_secrets(observer),
            *(f"- [ ] image pull Secret `{secret}` exists in `{namespace}`" for secret in observer.pull_secret_names),
            "",
            "## After applying",
            *(f"- [ ] the claim is bound: `{kubectl} get pvc {claim}`" for claim in observer.claim_names),
            f"- [ ] the pod runs: `{kubectl} rollout status deployment/{name}`",
            f'- [ ] its log says "Execution contract validated": `{kubectl} logs deployment/{name}`',
            f"- [ ] with `{kubectl} port-forward deployment/{name} {port}` running:",
            *_probed(observer, f"http://localhost:{port}"),
            "",
        ]
    )


def _secrets(observer: MonitoredService) -> list[str]:
    return [
        f"- [ ] Secret `{secret.name}` exists in `{observer.namespace}`"
        f"{', if it is wanted,' if secret.optional else ''} with the keys {', '.join(secret.key_map)}"
        for secret in observer.options.secrets
    ]


def _probed(observer: MonitoredService, address: str) -> list[str]:
    """Give one line for each path that a probe asks, with the roles that ask it."""
    roles: dict[str, list[str]] = {}
    for role in ("startup", "readiness", "liveness"):
        probe = observer.options.probes.role(role)
        if probe is not None and isinstance(probe.action, HttpGet):
            roles.setdefault(probe.action.path or "/", []).append(role)
    return [f"  - [ ] `curl -f {address}{path}` answers ({' and '.join(asked)})" for path, asked in roles.items()]
