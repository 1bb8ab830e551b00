"""What holds for every manifest of every system, proved by others' tools and not by the library's own checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jsonschema_rs
import kubernetes_validate
import pytest
import yaml

from lumen_constructs.crds import CustomKind, custom_kinds, read_crds
from tests.apps.rendered import every_manifest, everything
from tests.objects import Body, pod_spec, workloads

ROOT = Path(__file__).parents[2]
SHARED_CRDS = ROOT.parent / "shared" / "crds"
SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
NEWEST = max(
    (tuple(map(int, folder.name.split("-")[0][1:].split("."))) for folder in SCHEMAS.glob("v*-local-strict")),
)
VERSIONS = ["1.27.0", ".".join(map(str, NEWEST))]


@cache
def validator(version: str, api_version: str, kind: str) -> jsonschema_rs.Validator:
    """Compile the strict schema of a built-in kind at a version of Kubernetes."""
    folder = SCHEMAS / f"v{version}-local-strict"
    group, _, of_version = api_version.rpartition("/")
    name = f"{kind.lower()}-{group.split('.')[0]}-{of_version}" if group else f"{kind.lower()}-{of_version}"
    registry = jsonschema_rs.Registry([("_definitions.json", json.loads((folder / "_definitions.json").read_text()))])
    schema = json.loads((folder / f"{name}.json").read_text())
    return jsonschema_rs.validator_for(schema, registry=registry, base_uri="json-schema:///")


def is_built_in(body: Body) -> bool:
    """Tell the kinds of Kubernetes itself from custom resources."""
    group = body["apiVersion"].rpartition("/")[0]
    return "." not in group or (group.endswith(".k8s.io") and not group.startswith("gateway."))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_built_in_object_is_valid_strictly(version: str) -> None:
    """No unknown field, no wrong type, at the oldest and at the newest version."""
    faults = [
        f"{folder}: {body['kind']}/{body['metadata']['name']}: {error.message}"
        for folder, body in every_manifest()
        if is_built_in(body)
        for error in validator(version, body["apiVersion"], body["kind"]).iter_errors(body)
    ]
    assert faults == []


def test_the_strict_schemas_refuse() -> None:
    """The proof above can fail: an unknown field at any depth, and a wrong type, are found."""
    body = next(body for _, body in every_manifest() if body["kind"] == "Deployment")
    wrong = json.loads(json.dumps(body))
    wrong["spec"]["template"]["spec"]["containers"][0]["imagePullPolice"] = "Always"
    wrong["spec"]["replicas"] = "1"
    errors = list(validator(VERSIONS[0], "apps/v1", "Deployment").iter_errors(wrong))
    assert len(errors) == 2


def custom_faults(kinds: Mapping[tuple[str, str], CustomKind]) -> list[str]:
    """Hold every custom resource against the schemas of its operator."""
    return [
        f"{folder}: {body['kind']}/{body['metadata']['name']}: {error.message}"
        for folder, body in every_manifest()
        if not is_built_in(body)
        for error in jsonschema_rs.validator_for(kinds[body["apiVersion"], body["kind"]].schema).iter_errors(body)
    ]


def test_every_custom_resource_fits_our_short_crds() -> None:
    """Each custom resource has a CRD of ours, and no field that it does not name."""
    assert custom_faults(custom_kinds()) == []


@pytest.mark.skipif(not SHARED_CRDS.is_dir(), reason="the whole CRDs are not beside this checkout")
def test_every_custom_resource_fits_the_whole_crds() -> None:
    """Each custom resource has no field that the operator's own CRD does not know."""
    documents = [
        crd
        for path in sorted(SHARED_CRDS.glob("*.yaml"))
        for crd in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader)
    ]
    assert custom_faults({(kind.api_version, kind.kind): kind for kind in read_crds(documents)}) == []


def test_every_pod_passes_the_restricted_standard() -> None:
    """Each field that Pod Security Standard "restricted" names has a value that it allows."""
    faults = [
        f"{folder}: {body['kind']}/{body['metadata']['name']}: {fault}"
        for folder, body in every_manifest()
        for fault in (restricted_faults(pod_spec(body)) if list(workloads([body])) else ())
    ]
    assert faults == []


def restricted_faults(spec: Body) -> list[str]:
    """Hold a pod spec against https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted."""
    pod = spec.get("securityContext", {})
    faults = [key for key in ("hostNetwork", "hostPID", "hostIPC") if spec.get(key)]
    allowed = {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
    faults += [
        f"volume {volume['name']}" for volume in spec.get("volumes", []) if not (set(volume) - {"name"}) <= allowed
    ]
    for container in (*spec["containers"], *spec.get("initContainers", [])):
        own = container.get("securityContext", {})
        merged = {**pod, **own}
        capabilities = own.get("capabilities", {})
        wanted = {
            "runAsNonRoot": merged.get("runAsNonRoot") is True,
            "runAsUser": merged.get("runAsUser", 1) != 0,
            "allowPrivilegeEscalation": own.get("allowPrivilegeEscalation") is False,
            "privileged": not own.get("privileged"),
            "capabilities.drop": "ALL" in capabilities.get("drop", []),
            "capabilities.add": set(capabilities.get("add", [])) <= {"NET_BIND_SERVICE"},
            "seccompProfile": merged.get("seccompProfile", {}).get("type") in {"RuntimeDefault", "Localhost"},
            "hostPort": not any("hostPort" in port for port in container.get("ports", [])),
        }
        faults += [f"{container['name']}: {field}" for field, holds in wanted.items() if not holds]
    return faults


def test_every_container_is_bounded_and_every_service_probed() -> None:
    """Requests and limits on every container; all three probe roles on every long-running one; no unwritable /tmp."""
    for folder, body in every_manifest():
        if not list(workloads([body])):
            continue
        spec = pod_spec(body)
        for container in (*spec["containers"], *spec.get("initContainers", [])):
            place = f"{folder}: {body['metadata']['name']}: {container['name']}"
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), place
            assert {"cpu", "memory"} <= set(container["resources"]["limits"]), place
            if container["securityContext"]["readOnlyRootFilesystem"]:
                assert "/tmp" in [mount["mountPath"] for mount in container["volumeMounts"]], place  # noqa: S108
        if body["kind"] in {"Deployment", "Rollout", "StatefulSet"}:
            roles = {"startupProbe", "readinessProbe", "livenessProbe"}
            lacking = {container["name"]: sorted(roles - set(container)) for container in spec["containers"]}
            assert not any(lacking.values()), f"{folder}: {lacking}"


def test_no_pod_runs_before_its_policy() -> None:
    """By the directories and by the waves, a NetworkPolicy is there no later than the first pod that it selects.

    Whoever applies directory by directory and waits for each, as Flux and the scripts do, would otherwise leave a store
    open until the services come, and wait for ever for a Job that the store's old policy does not let in.
    """
    guarded = 0
    for rendered in everything():
        pods = [one for one in rendered.objects if list(workloads([one.body]))]
        for policy in rendered.objects:
            if policy.body["kind"] != "NetworkPolicy":
                continue
            for one in pods:
                if selects(policy.body, one.body):
                    guarded += 1
                    stages = [placed.file.partition("/")[0] for placed in (policy, one)]
                    assert stages[0] <= stages[1], policy.path
                    assert wave_of(policy.body) <= wave_of(one.body), policy.path
    assert guarded > len(everything())


def selects(policy: Body, workload: Body) -> bool:
    """Tell whether a NetworkPolicy is for the pods of a workload."""
    spec = workload["spec"]["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else workload["spec"]
    labels: Body = spec["template"]["metadata"]["labels"]
    wanted: Body = policy["spec"]["podSelector"]["matchLabels"]
    same_namespace = policy["metadata"]["namespace"] == workload["metadata"]["namespace"]
    return bool(same_namespace and wanted.items() <= labels.items())


def wave_of(body: Body) -> int:
    """Give Argo CD's sync wave of an object."""
    return int(body["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave", "0"))


def test_no_secret_and_no_mutable_tag() -> None:
    """No plain Secret is in any tree, and no tag ``latest`` outside local and dev environments."""
    for folder, body in every_manifest():
        assert body["kind"] != "Secret", folder
        if list(workloads([body])) and folder.rpartition("/")[2] not in {"local", "dev", "development"}:
            images = [container["image"] for container in pod_spec(body)["containers"]]
            assert not [image for image in images if image.endswith(":latest")], folder


def test_no_set_has_a_warning() -> None:
    """The library's own checks are silent."""
    assert [warning for rendered in everything() for warning in rendered.warnings] == []
