"""What the library says an overlay makes of a set is what kustomize makes of it, to the byte of a hash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumen_constructs import GeneratedConfig, ImageChange, JsonOperation, Overlay, Patch, PatchTarget
from lumen_constructs.delivery.kustomize import CONFIGURATION, RenderedOverlay, render_overlay
from lumen_constructs.emit.kustomization import kustomization
from lumen_constructs.emit.yaml import dump
from tests.delivery.kustomize.kubectl import build, needs_kubectl, write
from tests.delivery.kustomize.sets import pod, shop, thing, workload
from tests.objects import Body, pod_spec, the

pytestmark = needs_kubectl

VERSION = "app.kubernetes.io/version"
FOLDER = "shop/production"


def both(folder: Path, objects: Sequence[Body], overlay: Overlay) -> RenderedOverlay:
    """Render an overlay, and hold it against what kustomize makes of its files."""
    rendered = render_overlay(FOLDER, objects, overlay)
    base = {f"{FOLDER}/{number:02}.yaml": dump(body).encode() for number, body in enumerate(objects)}
    listing = kustomization({"resources": [f"{number:02}.yaml" for number in range(len(objects))]})
    write(folder, {**base, f"{FOLDER}/kustomization.yaml": listing, **rendered.files})
    assert list(rendered.objects) == build(folder / "kustomize" / FOLDER)
    return rendered


def merge(kind: str, patch: Body, name: str | None = None) -> Patch:
    """Give a merge patch."""
    return Patch(target=PatchTarget(kind=kind, name=name), merge=patch)


def in_pods(**spec: object) -> Overlay:
    """Give an overlay that merges into the pods of the Deployment."""
    return Overlay(patches=[merge("Deployment", {"spec": {"template": {"spec": spec}}})])


def test_all_at_once(tmp_path: Path) -> None:
    """Labels, images, generated configuration that every kind of workload reads, and patches."""
    overlay = Overlay(
        labels={"example.com/environment": "production"},
        images=[ImageChange(name="ghcr.io/acme/cart", new_name="mirror.example.com:5000/cart", new_tag="1.5.0")],
        config=[GeneratedConfig(name="extra", literals={"k": "<a & 'b'=c", "on": True, "lines": "a\n\nb\n"})],
        patches=[
            merge("Service", {"metadata": {"annotations": {"a": "b"}}, "spec": {"type": "NodePort"}}),
            merge("Namespace", {"metadata": {"labels": {"team": "shop"}}}, "shop"),
            Patch(
                target=PatchTarget(kind="Rollout", name="web.site", group="argoproj.io"),
                operations=[
                    JsonOperation(op="test", path="/spec/template/spec/containers/0/name", value="main"),
                    JsonOperation(op="add", path="/metadata/annotations", value={"a/b": "multi\nline\n"}),
                    JsonOperation(op="add", path="/metadata/annotations/c~1d", value="~"),
                    JsonOperation(op="remove", path="/metadata/annotations/a~1b"),
                    JsonOperation(op="replace", path="/spec/template/spec/containers/0/env/1/value", value="1"),
                    JsonOperation(op="add", path="/spec/template/spec/containers/0/env/-", value={"name": "N"}),
                    JsonOperation(op="add", path="/spec/replicas", value=0),
                ],
            ),
        ],
    )
    rendered = both(tmp_path, shop(config="extra"), overlay)
    (made,) = [body for body in rendered.objects if body["metadata"]["name"].startswith("extra-")]
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Rollout"):
        spec = pod_spec(the(list(rendered.objects), kind))
        for container in (*spec["containers"], *spec["initContainers"]):
            assert container["image"] == "mirror.example.com:5000/cart:1.5.0"
            assert container["envFrom"][0]["configMapRef"]["name"] == made["metadata"]["name"]
        assert spec["volumes"][1]["configMap"]["name"] == made["metadata"]["name"]
    assert f"kustomize/{FOLDER}/{CONFIGURATION}" in rendered.files
    assert the(list(rendered.objects), "Rollout")["metadata"]["annotations"] == {"c/d": "~"}


@pytest.mark.parametrize("behavior", ["merge", "replace"])
def test_config_that_the_set_has(tmp_path: Path, behavior: str) -> None:
    """It keeps its name, and its readers get an annotation that changes with the data; a Job that reads it is none."""
    config = GeneratedConfig.model_validate({"name": "settings", "behavior": behavior, "literals": {"k": 2}})
    rendered = both(tmp_path, [one for one in shop("settings") if one["kind"] != "Job"], Overlay(config=[config]))
    kept = {"other": "o"} if behavior == "merge" else {}
    assert the(list(rendered.objects), "ConfigMap")["data"] == {"k": "2", **kept}
    deployment = the(list(rendered.objects), "Deployment")["spec"]["template"]["metadata"]
    nightly = the(list(rendered.objects), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["metadata"]
    assert deployment["annotations"] == nightly["annotations"]
    assert list(deployment["annotations"]) == ["checksum/settings"]


def test_labels_leave_jobs_and_claim_templates_alone(tmp_path: Path) -> None:
    """Both are fixed once they are there."""
    store = workload("StatefulSet", "store")
    store["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data", "labels": {"a": "b"}}, "spec": {}}]
    objects = [store, workload("Job", "init", api="batch/v1"), workload("Deployment")]
    rendered = both(tmp_path, objects, Overlay(labels={"tier": "front"}))
    store, job, deployment = rendered.objects
    assert store["spec"]["volumeClaimTemplates"][0]["metadata"]["labels"] == {"a": "b"}
    assert "tier" not in job["spec"]["template"]["metadata"]["labels"]
    assert job["metadata"]["labels"] == {"tier": "front"}
    assert deployment["spec"]["template"]["metadata"]["labels"]["tier"] == "front"
    assert deployment["spec"]["selector"] == {"matchLabels": {"app": "cart"}}


SPREAD = {"topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}

MERGES = {
    "a variable": {"containers": [{"name": "main", "env": [{"name": "Z", "value": "2"}, {"name": "N", "value": "n"}]}]},
    "a container beside it": {"containers": [{"name": "side", "image": "x", "args": ["a"]}]},
    "a port": {"containers": [{"name": "main", "ports": [{"containerPort": 80, "protocol": "TCP", "hostPort": 1}]}]},
    "a port of another protocol": {
        "containers": [{"name": "main", "ports": [{"containerPort": 80, "protocol": "UDP"}]}]
    },
    "arguments": {"containers": [{"name": "main", "args": ["a", "b"], "envFrom": [{"secretRef": {"name": "s"}}]}]},
    "a mount": {"containers": [{"name": "main", "volumeMounts": [{"name": "tmp", "mountPath": "/data"}]}]},
    "a volume": {"volumes": [{"name": "more", "emptyDir": {"medium": "Memory"}}, {"name": "tmp", "emptyDir": {}}]},
    "tolerations": {"tolerations": [{"key": "a", "operator": "Exists"}]},
    "spread": {"topologySpreadConstraints": [SPREAD, {**SPREAD, "whenUnsatisfiable": "DoNotSchedule"}]},
    "hosts": {"hostAliases": [{"ip": "192.0.2.1", "hostnames": ["a"]}], "imagePullSecrets": [{"name": "b"}]},
    "nothing": {"volumes": [], "nodeSelector": {}, "priority": 0, "hostNetwork": False, "schedulerName": ""},
    "affinity": {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}}},
}


@pytest.mark.parametrize("spec", MERGES.values(), ids=MERGES)
def test_merges(tmp_path: Path, spec: Body) -> None:
    """Lists merge by the names of their items, or are replaced, list by list as kustomize has it."""
    both(tmp_path, shop(), in_pods(**spec))


def test_merges_of_other_kinds(tmp_path: Path) -> None:
    """Ports of Services, pull secrets of ServiceAccounts, rules of policies."""
    policy = {"podSelector": {}, "ingress": [{"ports": [{"port": 80}]}], "policyTypes": ["Ingress"]}
    objects = [*shop(), thing("NetworkPolicy", api="networking.k8s.io/v1", spec=policy)]
    ports = [{"port": 80, "protocol": "TCP", "nodePort": 30080}, {"port": 81, "protocol": "TCP", "name": "b"}]
    patches = [
        merge("Service", {"spec": {"ports": ports}}),
        merge("ServiceAccount", {"imagePullSecrets": [{"name": "other"}], "secrets": [{"name": "token"}]}),
        merge("NetworkPolicy", {"spec": {"ingress": [{}], "policyTypes": ["Ingress", "Egress"]}}),
        merge("Rollout", {"spec": {"strategy": {"canary": {"maxSurge": "1"}}, "template": {"metadata": {"a": "b"}}}}),
    ]
    both(tmp_path, objects, Overlay(patches=patches))


def test_images_one_after_the_other(tmp_path: Path) -> None:
    """The second change sees what the first has made; a digest takes the place of a tag."""
    digest = f"sha256:{'a' * 64}"
    images = [
        ImageChange(name="ghcr.io/acme/cart", new_name="mirror/cart"),
        ImageChange(name="mirror/cart", digest=digest),
    ]
    rendered = both(tmp_path, shop(), Overlay(images=images))
    assert pod_spec(the(list(rendered.objects), "Rollout"))["containers"][0]["image"] == f"mirror/cart@{digest}"


def test_the_version_follows_the_tag(tmp_path: Path) -> None:
    """On the workloads that said the tag before, and their pods; a label of the overlay's own says it for all."""
    objects = shop()
    for body in objects[3:]:
        body["metadata"]["labels"] = {VERSION: "1.4.2" if body["kind"] != "DaemonSet" else "other"}
    # Its template is that of the other workloads too.
    the(objects, "Rollout")["spec"]["template"]["metadata"]["labels"] = {"app": "cart", VERSION: "1.4.2"}
    images = [ImageChange(name="ghcr.io/acme/cart", new_tag="1.5.0_rc.1-")]
    found = both(tmp_path, objects, Overlay(images=images)).objects
    says = {body["kind"]: body["metadata"]["labels"][VERSION] for body in found[3:]}
    assert {kind: says[kind] for kind in ("StatefulSet", "Deployment", "CronJob", "Rollout")} == dict.fromkeys(
        ("StatefulSet", "Deployment", "CronJob", "Rollout"), "1.5.0_rc.1"
    )
    assert {kind: says[kind] for kind in ("Job", "Service", "DaemonSet")} == {
        "Job": "1.4.2",
        "Service": "1.4.2",
        "DaemonSet": "other",
    }
    assert the(list(found), "Rollout")["spec"]["template"]["metadata"]["labels"][VERSION] == "1.5.0_rc.1"

    fixed = both(tmp_path, objects, Overlay(images=images, labels={VERSION: "2"})).objects
    assert {body["metadata"]["labels"][VERSION] for body in fixed} == {"2"}


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufeff"), max_size=12
).filter(lambda text: text.strip("\"'") == text and "<" not in text)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.from_regex(r"[a-zA-Z][-_.a-zA-Z0-9]{0,8}", fullmatch=True), TEXTS, min_size=1, max_size=4))
def test_hashes(tmp_path: Path, literals: dict[str, str]) -> None:
    """Of whatever texts, the hash is that of kustomize."""
    objects = [thing("Namespace", "shop", namespace=None), thing("Service", spec={"ports": [{"port": 80}]})]
    both(tmp_path, objects, Overlay(config=[GeneratedConfig(name="extra", literals=literals)]))


def test_replaced_config_loses_its_binary_data(tmp_path: Path) -> None:
    """What replaces takes the place of all that is there."""
    objects = [thing("ConfigMap", "settings", data={"a": "b"}, binaryData={"c": "ZA=="})]
    config = GeneratedConfig(name="settings", behavior="replace", literals={"k": "v"})
    rendered = both(tmp_path, objects, Overlay(config=[config]))
    assert rendered.objects[0].keys() == {"apiVersion", "kind", "metadata", "data"}


def test_a_tag_takes_the_place_of_tag_and_digest(tmp_path: Path) -> None:
    """A digest that stayed would be what runs, whatever the tag says."""
    template = pod()
    template["spec"]["containers"] = [{"name": "main", "image": f"acme/cart:1.4.2@sha256:{'a' * 64}"}]
    images = [ImageChange(name="acme/cart", new_tag="1.5.0")]
    rendered = both(tmp_path, [workload("Deployment", template=template)], Overlay(images=images))
    assert pod_spec(rendered.objects[0])["containers"][0]["image"] == "acme/cart:1.5.0"


def test_what_a_crd_describes_has_no_images(tmp_path: Path) -> None:
    """Its schema may have a list of containers."""
    crd = thing(
        "CustomResourceDefinition",
        "carts.acme.com",
        namespace=None,
        api="apiextensions.k8s.io/v1",
        spec={"containers": [{"image": "ghcr.io/acme/cart:1.4.2"}]},
    )
    rendered = both(tmp_path, [crd, *shop()], Overlay(images=[ImageChange(name="ghcr.io/acme/cart", new_tag="1.5.0")]))
    assert rendered.objects[0] == crd


def test_a_dot_of_a_name_is_a_dot(tmp_path: Path) -> None:
    """The names of targets are regular expressions to kustomize."""
    objects = [workload("Deployment", name) for name in ("web.site", "web-site")]
    rendered = both(tmp_path, objects, Overlay(patches=[merge("Deployment", {"spec": {"paused": True}}, "web.site")]))
    assert ["paused" in body["spec"] for body in rendered.objects] == [True, False]


def test_a_version_that_is_selected_follows_no_tag(tmp_path: Path) -> None:
    """The selector of a Deployment cannot change, and would no longer find its pods."""
    template = pod()
    template["metadata"] = {"labels": {"app": "cart", VERSION: "1.4.2"}}
    deployment = workload("Deployment", template=template)
    deployment["metadata"]["labels"] = {VERSION: "1.4.2"}
    deployment["spec"]["selector"] = {"matchLabels": {"app": "cart", VERSION: "1.4.2"}}
    images = [ImageChange(name="ghcr.io/acme/cart", new_tag="1.5.0")]
    (body,) = both(tmp_path, [deployment], Overlay(images=images)).objects
    assert body["metadata"]["labels"] == {VERSION: "1.4.2"}
    assert body["spec"]["template"]["metadata"]["labels"][VERSION] == "1.4.2"


def test_devices_merge_by_their_paths(tmp_path: Path) -> None:
    """What the container has beside stays."""
    template = pod()
    template["spec"]["containers"][0]["volumeDevices"] = [{"name": "a", "devicePath": "/dev/a"}]
    overlay = in_pods(containers=[{"name": "main", "volumeDevices": [{"name": "b", "devicePath": "/dev/b"}]}])
    (body,) = both(tmp_path, [workload("Deployment", template=template)], overlay).objects
    assert len(pod_spec(body)["containers"][0]["volumeDevices"]) == 2


def test_projected_configuration_is_followed(tmp_path: Path) -> None:
    """That is kustomize's own, and needs not be told."""
    template = pod()
    template["spec"]["volumes"] = [{"name": "all", "projected": {"sources": [{"configMap": {"name": "extra"}}]}}]
    overlay = Overlay(config=[GeneratedConfig(name="extra", literals={"a": "b"})])
    rendered = both(tmp_path, [workload("Deployment", template=template)], overlay)
    (source,) = pod_spec(rendered.objects[0])["volumes"][0]["projected"]["sources"]
    assert source["configMap"]["name"] == rendered.objects[1]["metadata"]["name"]
    assert f"kustomize/{FOLDER}/{CONFIGURATION}" not in rendered.files
