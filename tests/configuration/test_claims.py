from __future__ import annotations

from lumen_constructs.configuration.claims import claims
from lumen_constructs.workloads.pod import pod_template
from tests.options.reading import component, identity

VOLUMES = [
    {"name": "data", "mountPath": "/data", "claim": {"size": "10240Mi", "storageClass": "fast"}},
    {"name": "logs", "mountPath": "/logs", "claim": {"size": "1Gi", "name": "observer-logs-pvc"}},
    {"name": "old", "mountPath": "/old", "persistentVolumeClaim": {"claimName": "old"}},
]


def test_claims_outlive_the_component() -> None:
    """A claim is neither pruned nor deleted by Argo CD or Flux, and asks for what the option says."""
    bodies = claims(identity(), tuple(component(volumes=VOLUMES).volumes))
    assert list(bodies) == ["Claim-data", "Claim-logs"]
    assert bodies["Claim-data"]["metadata"]["annotations"] == {
        "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
        "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
        "kustomize.toolkit.fluxcd.io/prune": "disabled",
    }
    assert bodies["Claim-data"]["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": "10Gi"}},
        "storageClassName": "fast",
    }
    assert "storageClassName" not in bodies["Claim-logs"]["spec"]


def test_the_pod_mounts_the_claims_that_are_made() -> None:
    """The names in the pod are those of the claims."""
    volumes = pod_template(identity(), component(volumes=VOLUMES))["spec"]["volumes"]
    mounted = [volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "emptyDir" not in volume]
    made = [body["metadata"]["name"] for body in claims(identity(), tuple(component(volumes=VOLUMES).volumes)).values()]
    assert mounted == ["cart-data", "observer-logs-pvc", "old"]
    assert made == mounted[:2]
