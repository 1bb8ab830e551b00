"""No option is read and ignored: each one, set to something else, changes what is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.values.shapes import Shape, as_model, descend, is_list, is_mapping, keys_of, shapes
from tests.options.reading import BASE, Body, faults, read, rendered

#: Options of the observability of a service, its further Services and its delivery, whose bodies have their own tests;
#: one that only a check reads.
ELSEWHERE = (
    "metrics",
    "alerts",
    "slos",
    "dashboard",
    "extraServices",
    "delivery",
    "probes.requires",
    "sidecars[].probes.requires",
)

#: Options that stand in a type for its other uses, and that are refused here: a value of each, and the words.
REFUSED: dict[str, tuple[Any, str]] = {
    "initContainers[].probes": ({}, "must be left out"),
    "initContainers[].lifecycle": ({}, "must be left out"),
    "sidecars[].restartPolicy": ("Always", "must be left out"),
    "probes.startup.successThreshold": (2, "must be 1"),
    "probes.liveness.successThreshold": (2, "must be 1"),
    "probes.readiness.terminationGracePeriodSeconds": (7, "must be left out"),
    "sidecars[].probes.startup.successThreshold": (2, "must be 1"),
    "sidecars[].probes.liveness.successThreshold": (2, "must be 1"),
    "sidecars[].probes.readiness.terminationGracePeriodSeconds": (7, "must be left out"),
}

#: One other value for each option, by its path; containers and probe roles share the paths of the first one.
SAMPLES: dict[str, Any] = {
    "name": "basket",
    "component": "frontend",
    "image.registry": "quay.io",
    "image.repository": "acme/basket",
    "image.tag": "2",
    "image.digest": "sha256:" + "0" * 64,
    "image.pullPolicy": "Always",
    "image.pullSecrets": ["registry"],
    "command": ["serve"],
    "args": ["--fast"],
    "workingDir": "/srv",
    "resources.cpu.request": "200m",
    "resources.cpu.limit": "900m",
    "resources.memory.request": "64Mi",
    "resources.memory.limit": "1Gi",
    "resources.ephemeralStorage.request": "1Gi",
    "resources.ephemeralStorage.limit": "2Gi",
    "resources.requests": {"hugepages-2Mi": "2Mi"},
    "resources.limits": {"example.com/gpu": 1},
    "config": {"LOG_LEVEL": "debug"},
    "configFiles{}.mountPath": "/etc/other",
    "configFiles{}.data": {"app.yaml": "b: 2"},
    "configFiles{}.name": "other",
    "env[].name": "OTHER",
    "env[].value": "other",
    "env[].valueFrom.configMapKeyRef.name": "other",
    "env[].valueFrom.configMapKeyRef.key": "other",
    "env[].valueFrom.configMapKeyRef.optional": True,
    "env[].valueFrom.secretKeyRef.name": "other",
    "env[].valueFrom.secretKeyRef.key": "other",
    "env[].valueFrom.secretKeyRef.optional": True,
    "env[].valueFrom.fieldRef.fieldPath": "status.podIP",
    "env[].valueFrom.resourceFieldRef.resource": "requests.cpu",
    "env[].valueFrom.resourceFieldRef.containerName": "cart",
    "env[].valueFrom.resourceFieldRef.divisor": "1Mi",
    "envFrom[].configMapRef.name": "other",
    "envFrom[].configMapRef.optional": True,
    "envFrom[].secretRef.name": "other",
    "envFrom[].secretRef.optional": True,
    "envFrom[].prefix": "CART_",
    "secrets[].name": "other",
    "secrets[].keys": ["OTHER"],
    "secrets[].optional": True,
    "secrets[].envFrom": True,
    "secrets[].prefix": "CART_",
    "secrets[].mountPath": "/run/secrets/db",
    "volumes[].name": "other",
    "volumes[].mountPath": "/other",
    "volumes[].subPath": "below",
    "volumes[].readOnly": True,
    "volumes[].claim.size": "2Gi",
    "volumes[].claim.name": "other",
    "volumes[].claim.accessModes": ["ReadWriteMany"],
    "volumes[].claim.storageClass": "fast",
    "volumes[].persistentVolumeClaim.claimName": "other",
    "volumes[].configMap.name": "other",
    "volumes[].configMap.items": {"a.yaml": "b.yaml"},
    "volumes[].configMap.defaultMode": 0o400,
    "volumes[].configMap.optional": True,
    "volumes[].secret.secretName": "other",
    "volumes[].secret.items": {"tls.crt": "crt"},
    "volumes[].secret.defaultMode": 0o400,
    "volumes[].secret.optional": True,
    "volumes[].emptyDir.medium": "Memory",
    "volumes[].emptyDir.sizeLimit": "1Gi",
    "volumes[].hostPath.path": "/other",
    "volumes[].hostPath.type": "DirectoryOrCreate",
    "volumes[].hostPath.reason": "another one",
    "security.runAsUser": 999,
    "security.runAsGroup": 999,
    "security.fsGroup": 999,
    "security.fsGroupChangePolicy": "Always",
    "security.supplementalGroups": [5],
    "security.runAsNonRoot": False,
    "security.readOnlyRootFilesystem": False,
    "security.writablePaths": ["/var/cache"],
    "security.allowPrivilegeEscalation": True,
    "security.addCapabilities": ["NET_BIND_SERVICE"],
    "security.seccompProfile": "Unconfined",
    "scheduling.spread[].topologyKey": "example.com/rack",
    "scheduling.spread[].maxSkew": 2,
    "scheduling.spread[].whenUnsatisfiable": "DoNotSchedule",
    "scheduling.antiAffinity": "required",
    "scheduling.nodeSelector": {"disk": "ssd"},
    "scheduling.tolerations[].key": "other",
    "scheduling.tolerations[].operator": "Exists",
    "scheduling.tolerations[].value": "other",
    "scheduling.tolerations[].effect": "NoSchedule",
    "scheduling.tolerations[].tolerationSeconds": 60,
    "scheduling.priorityClassName": "high",
    "scheduling.runtimeClassName": "gvisor",
    "network.enabled": False,
    "network.ingress[].pods": {"app": "other"},
    "network.ingress[].namespace": "other",
    "network.ingress[].namespaces": {"team": "other"},
    "network.ingress[].cidr": "192.168.0.0/16",
    "network.ingress[].except": ["10.1.0.0/16"],
    "network.ingress[].ports": [5432],
    "network.ingress[].protocol": "UDP",
    "network.dns": False,
    "serviceAccount.create": False,
    "serviceAccount.name": "other",
    "serviceAccount.annotations": {"example.com/role": "cart"},
    "serviceAccount.automountToken": True,
    "rbac[].apiGroups": ["apps"],
    "rbac[].resources": ["pods"],
    "rbac[].resourceNames": ["cart"],
    "rbac[].verbs": ["list"],
    "roleName": "config-reader",
    "labels": {"team": "checkout"},
    "annotations": {"example.com/owner": "checkout"},
    "podLabels": {"team": "checkout"},
    "podAnnotations": {"example.com/owner": "checkout"},
    "lifecycle.preStopSeconds": 5,
    "lifecycle.preStop": ["drain"],
    "lifecycle.postStart": ["warm-up"],
    "terminationGracePeriodSeconds": 60,
    "imagePullSecrets": ["registry"],
    "external": ["ConfigMap/other"],
    "port": 9090,
    "ports[].name": "other",
    "ports[].containerPort": 6060,
    "ports[].servicePort": 80,
    "ports[].nodePort": 30080,
    "ports[].protocol": "UDP",
    "ports[].appProtocol": "kubernetes.io/h2c",
    "ports[].expose": False,
    "probes.startup.httpGet.path": "/other",
    "probes.startup.httpGet.port": 9999,
    "probes.startup.httpGet.scheme": "HTTPS",
    "probes.startup.httpGet.httpHeaders[].name": "X-Other",
    "probes.startup.httpGet.httpHeaders[].value": "other",
    "probes.startup.httpGet.host": "localhost",
    "probes.startup.tcpSocket.port": 9999,
    "probes.startup.exec.command": ["other"],
    "probes.startup.grpc.port": 9999,
    "probes.startup.grpc.service": "cart.Health",
    "probes.startup.initialDelaySeconds": 7,
    "probes.startup.periodSeconds": 7,
    "probes.startup.timeoutSeconds": 7,
    "probes.startup.successThreshold": 2,
    "probes.startup.failureThreshold": 7,
    "probes.startup.terminationGracePeriodSeconds": 7,
    "probes.path": "/other",
    "probes.port": 9999,
    "replicas": 3,
    "strategy.type": "Recreate",
    "strategy.maxSurge": 2,
    "strategy.maxUnavailable": "10%",
    "autoscaling.name": "cart-hpa",
    "autoscaling.minReplicas": 3,
    "autoscaling.maxReplicas": 9,
    "autoscaling.cpuPercent": 50,
    "autoscaling.memoryPercent": 50,
    "autoscaling.metrics[].type": "External",
    "autoscaling.metrics[].name": "other",
    "autoscaling.metrics[].averageValue": 20,
    "autoscaling.metrics[].selector": {"queue": "cart"},
    "autoscaling.behavior.scaleUp.stabilizationWindowSeconds": 60,
    "autoscaling.behavior.scaleUp.selectPolicy": "Min",
    "autoscaling.behavior.scaleUp.policies[].type": "Percent",
    "autoscaling.behavior.scaleUp.policies[].value": 4,
    "autoscaling.behavior.scaleUp.policies[].periodSeconds": 30,
    "disruptionBudget.enabled": False,
    "disruptionBudget.minAvailable": 1,
    "disruptionBudget.maxUnavailable": 2,
    "disruptionBudget.unhealthyPodEvictionPolicy": "IfHealthyBudget",
    "minReadySeconds": 5,
    "revisionHistoryLimit": 3,
    "progressDeadlineSeconds": 300,
    "service.enabled": False,
    "service.name": "front",
    "service.type": "NodePort",
    "service.headless": True,
    "service.sessionAffinity": "ClientIP",
    "service.sessionAffinityTimeoutSeconds": 60,
    "service.externalTrafficPolicy": "Local",
    "service.internalTrafficPolicy": "Local",
    "service.loadBalancerClass": "example.com/other",
    "service.loadBalancerSourceRanges": ["10.0.0.0/8"],
    "service.publishNotReadyAddresses": True,
    "service.ipFamilyPolicy": "PreferDualStack",
    "service.annotations": {"example.com/owner": "checkout"},
    "service.labels": {"team": "checkout"},
    "ingress.enabled": False,
    "ingress.host": "other.example.com",
    "ingress.hosts": ["other.example.com"],
    "ingress.className": "other",
    "ingress.controller": "haproxy-ingress",
    "ingress.paths[].path": "/other",
    "ingress.paths[].pathType": "Exact",
    "ingress.paths[].port": 8080,
    "ingress.paths[].service": "other",
    "ingress.tls[].hosts": ["other.example.com"],
    "ingress.tls[].secretName": "other",
    "ingress.clusterIssuer": "letsencrypt-prod",
    "ingress.allowSourceRanges": ["10.0.0.0/8"],
    "ingress.oauth2Proxy.authURL": "http://other/oauth2/auth",
    "ingress.oauth2Proxy.signinURL": "https://other.example.com/",
    "ingress.oauth2Proxy.responseHeaders": ["X-Other"],
    "ingress.clientCertificate.secret": "shop/other",
    "ingress.clientCertificate.verifyDepth": 3,
    "ingress.cors.allowOrigins": ["https://example.com"],
    "ingress.cors.allowMethods": ["GET"],
    "ingress.cors.allowHeaders": ["X-Other"],
    "ingress.cors.allowCredentials": True,
    "ingress.cors.maxAge": "10m",
    "ingress.rateLimit.requestsPerSecond": 10,
    "ingress.rateLimit.connections": 10,
    "ingress.annotations": {"example.com/owner": "checkout"},
}

_VOLUME = {"name": "data", "mountPath": "/data"}
_INGRESS = {"host": "cart.example.com", "controller": "ingress-nginx", "tls": [{"hosts": ["cart.example.com"]}]}


class Setting(NamedTuple):
    """What must stand around an option so that it can be set."""

    anchor: str
    """The path at which ``value`` stands."""
    value: Any


#: Settings by the path below which they hold; the longest that fits an option holds for it.
SETTINGS: dict[str, Setting] = {
    "sidecars[].volumeMounts[]": Setting("sidecars[].volumeMounts[]", _VOLUME),
    "initContainers[].volumeMounts[]": Setting("initContainers[].volumeMounts[]", _VOLUME),
    "image": Setting("image", {"repository": "acme/cart", "tag": "1"}),
    "resources": Setting("resources", {}),
    "resources.cpu.limit": Setting("resources.cpu", {"request": "100m"}),
    "resources.memory.limit": Setting("resources.memory", {"request": "32Mi"}),
    "resources.ephemeralStorage.limit": Setting("resources.ephemeralStorage", {"request": "1Gi"}),
    "config": Setting("config", {"LOG_LEVEL": "info"}),
    "configFiles{}": Setting("configFiles{}", {"mountPath": "/etc/cart", "data": {"app.yaml": "a: 1"}}),
    "env[]": Setting("env[]", {"name": "LOG_LEVEL", "value": "info"}),
    "env[].valueFrom.configMapKeyRef": Setting(
        "env[]", {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "map", "key": "a"}}}
    ),
    "env[].valueFrom.secretKeyRef": Setting(
        "env[]", {"name": "A", "valueFrom": {"secretKeyRef": {"name": "map", "key": "a"}}}
    ),
    "env[].valueFrom.fieldRef": Setting(
        "env[]", {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    ),
    "env[].valueFrom.resourceFieldRef": Setting(
        "env[]", {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}
    ),
    "envFrom[]": Setting("envFrom[]", {"configMapRef": {"name": "map"}}),
    "envFrom[].secretRef": Setting("envFrom[]", {"secretRef": {"name": "secret"}}),
    "secrets[]": Setting("secrets[]", {"name": "db", "keys": ["DB_PASSWORD"]}),
    "volumes[]": Setting("volumes[]", {**_VOLUME, "emptyDir": {}}),
    "volumes[].claim": Setting("volumes[]", {**_VOLUME, "claim": {"size": "1Gi"}}),
    "volumes[].persistentVolumeClaim": Setting(
        "volumes[]", {**_VOLUME, "persistentVolumeClaim": {"claimName": "data"}}
    ),
    "volumes[].configMap": Setting("volumes[]", {**_VOLUME, "configMap": {"name": "files"}}),
    "volumes[].secret": Setting("volumes[]", {**_VOLUME, "secret": {"secretName": "files"}}),
    "volumes[].hostPath": Setting("volumes[]", {**_VOLUME, "hostPath": {"path": "/data", "reason": "old data"}}),
    "scheduling.spread[]": Setting("scheduling.spread[]", {"topologyKey": "kubernetes.io/hostname"}),
    "scheduling.tolerations[]": Setting(
        "scheduling.tolerations[]", {"key": "spot", "value": "true", "effect": "NoExecute"}
    ),
    "scheduling.tolerations[].operator": Setting("scheduling.tolerations[]", {"key": "spot"}),
    "network.ingress[]": Setting("network.ingress[]", {"pods": {"app": "web"}, "ports": [5000]}),
    "network.ingress[].namespace": Setting("network.ingress[]", {"pods": {"app": "web"}}),
    "network.ingress[].cidr": Setting("network.ingress[]", {"cidr": "10.0.0.0/8"}),
    "network.ingress[].except": Setting("network.ingress[]", {"cidr": "10.0.0.0/8"}),
    "serviceAccount.create": Setting("serviceAccount", {"name": "cart"}),
    "rbac[]": Setting("rbac[]", {"resources": ["configmaps"], "verbs": ["get"]}),
    "roleName": Setting("rbac[]", {"resources": ["configmaps"], "verbs": ["get"]}),
    "ports[]": Setting("ports[]", {"name": "metrics", "containerPort": 9090}),
    "ports[].nodePort": Setting("service", {"type": "NodePort"}),
    "probes": Setting("probes", {"startup": {}}),
    "probes.startup": Setting("probes.startup", {"httpGet": {"path": "/health", "port": 8080}}),
    "probes.startup.httpGet.httpHeaders[]": Setting(
        "probes.startup", {"httpGet": {"port": 8080, "httpHeaders": [{"name": "X-Probe", "value": "1"}]}}
    ),
    "probes.startup.tcpSocket": Setting("probes.startup", {"tcpSocket": {"port": 8080}}),
    "probes.startup.exec": Setting("probes.startup", {"exec": {"command": ["true"]}}),
    "probes.startup.grpc": Setting("probes.startup", {"grpc": {"port": 8080}}),
    "autoscaling": Setting("autoscaling", {"maxReplicas": 5, "cpuPercent": 70}),
    "autoscaling.metrics[]": Setting(
        "autoscaling", {"maxReplicas": 5, "metrics": [{"type": "Pods", "name": "requests", "averageValue": 10}]}
    ),
    "autoscaling.behavior.scaleUp.policies[]": Setting(
        "autoscaling",
        {
            "maxReplicas": 5,
            "cpuPercent": 70,
            "behavior": {
                "scaleUp": {"policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]},
                "scaleDown": {"policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]},
            },
        },
    ),
    "disruptionBudget": Setting("replicas", 3),
    "service.sessionAffinityTimeoutSeconds": Setting("service", {"sessionAffinity": "ClientIP"}),
    "service.externalTrafficPolicy": Setting("service", {"type": "NodePort"}),
    "service.loadBalancerClass": Setting("service", {"type": "LoadBalancer"}),
    "service.loadBalancerSourceRanges": Setting("service", {"type": "LoadBalancer"}),
    "ingress": Setting("ingress", _INGRESS),
    "ingress.controller": Setting("ingress", {**_INGRESS, "rateLimit": {"connections": 5}}),
    "ingress.paths[]": Setting("ingress", {**_INGRESS, "paths": [{"path": "/"}]}),
    "ingress.tls[]": Setting("ingress", {**_INGRESS, "tls": [{"hosts": ["cart.example.com"], "secretName": "cart"}]}),
    "ingress.clusterIssuer": Setting(
        "ingress", {**_INGRESS, "tls": [{"hosts": ["cart.example.com"], "secretName": "cart"}]}
    ),
    "ingress.oauth2Proxy": Setting(
        "ingress", {**_INGRESS, "oauth2Proxy": {"authURL": "http://auth/", "signinURL": "https://auth.example.com/"}}
    ),
    "ingress.clientCertificate": Setting("ingress", {**_INGRESS, "clientCertificate": {"secret": "shop/ca"}}),
    "ingress.cors": Setting("ingress", {**_INGRESS, "cors": {"allowOrigins": ["https://shop.example.com"]}}),
    "ingress.rateLimit": Setting("ingress", {**_INGRESS, "rateLimit": {"connections": 5}}),
    "ingress.rateLimit.connections": Setting("ingress", {**_INGRESS, "rateLimit": {"requestsPerSecond": 5}}),
}

#: Paths whose options have the same type as those of another path, and so its samples and settings.
SAME = [
    (r"^(?:sidecars|initContainers)\[\]\.(?!name$|inheritConfig$|restartPolicy$|volumeMounts)", ""),
    (r"^probes\.(?:readiness|liveness)\.", "probes.startup."),
    (r"^autoscaling\.behavior\.scaleDown\.", "autoscaling.behavior.scaleUp."),
    (r"^network\.egress\[\]", "network.ingress[]"),
]

SAMPLES["initContainers[].restartPolicy"] = "Always"
for kind in ("sidecars[]", "initContainers[]"):
    SAMPLES |= {
        f"{kind}.name": "other",
        f"{kind}.inheritConfig": True,
        f"{kind}.volumeMounts[].name": "other",
        f"{kind}.volumeMounts[].mountPath": "/other",
        f"{kind}.volumeMounts[].subPath": "below",
        f"{kind}.volumeMounts[].readOnly": True,
    }


def options(of: Iterable[Shape] = shapes(MonitoredServiceOptions), path: str = "") -> Iterator[str]:  # never changed
    """Walk all options of a component: ``volumes[].claim.size`` for those in lists, ``{}`` for those in mappings."""
    found = list(of)
    below = [model for shape in found if (model := as_model(shape))]
    items = descend([shape for shape in found if is_list(shape)], 0)
    values = descend([shape for shape in found if is_mapping(shape)], "")
    if path.startswith(ELSEWHERE) or path in REFUSED:
        return
    if below:
        for model in below:
            for key, field in keys_of(model).items():
                yield from options(shapes(field.annotation, field.metadata), f"{path}.{key}".lstrip("."))
    elif any(as_model(shape) for shape in items):
        yield from options(items, f"{path}[]")
    elif any(as_model(shape) for shape in values):
        yield from options(values, f"{path}{{}}")
    else:
        yield path


PATHS = list(options())


def sample_path(path: str) -> str:
    """Give the path under which the sample of an option stands."""
    for pattern, replacement in SAME:
        path = re.sub(pattern, replacement, path)
    return path


def steps(path: str) -> list[str | int]:
    """Give the keys and places of a path; a mapping has one entry."""
    found: list[str | int] = []
    for part in path.split("."):
        found.append(part.rstrip("[]{}"))
        found += [0] if part.endswith("[]") else ["entry"] if part.endswith("{}") else []
    return found


def put(data: Body, path: list[str | int], value: Any) -> None:
    """Set what stands at ``path``, and make what is missing on the way."""
    here: Any = data
    for step, following in pairwise(path):
        if isinstance(step, str):
            here = here.setdefault(step, [{}] if isinstance(following, int) else {})
        else:
            here = here[step]
    if isinstance(here, list) and not here:
        here.append(value)
    else:
        here[path[-1]] = value


def surrounded(path: str) -> Body:
    """Give a component in which the option at ``path`` may be set, and is not."""
    data: Body = deepcopy(dict(BASE))
    kind = path.partition("[]")[0]
    if kind in {"sidecars", "initContainers"}:
        ports = [{"name": "helper", "containerPort": 7070}]
        data[kind] = [{"name": "helper", "image": "busybox:1", "resources": {}, "ports": ports}]
        data["volumes"] = [{"name": name, "mountPath": f"/{name}", "emptyDir": {}} for name in ("data", "other")]
        data["config"] = {"LOG_LEVEL": "info"}
    known = sample_path(path)
    fitting = [prefix for prefix in SETTINGS if re.match(rf"{re.escape(prefix)}(?:[.\[{{]|$)", known)]
    if fitting:
        anchor, value = SETTINGS[max(fitting, key=len)]
        there = steps(anchor)
        if known.startswith(anchor):
            # The same place as in the path itself, which may be in another container or for another probe.
            there = steps(path)[: len(steps(path)) - len(steps(known)) + len(there)]
        put(data, there, deepcopy(value))
    if path == "ports[].nodePort":
        data["ports"] = [deepcopy(SETTINGS["ports[]"].value)]
    return data


@pytest.mark.parametrize("path", PATHS)
def test_every_option_reaches_the_manifests(path: str) -> None:
    """Setting the option to another value changes what is rendered."""
    assert sample_path(path) in SAMPLES, f"{path} has no other value here: add one to SAMPLES"
    before = surrounded(path)
    after = deepcopy(before)
    put(after, steps(path), SAMPLES[sample_path(path)])
    was = rendered(read(MonitoredServiceOptions, before))
    assert rendered(read(MonitoredServiceOptions, after)) != was


def test_samples_have_their_options() -> None:
    """No sample and no setting stays behind when its option goes."""
    known = {sample_path(path) for path in PATHS}
    assert [path for path in SAMPLES if path not in known] == []
    assert [prefix for prefix in SETTINGS if not any(path.startswith(prefix) for path in (*known, *PATHS))] == []


@pytest.mark.parametrize("path", REFUSED)
def test_refuses_what_has_no_place_here(path: str) -> None:
    """What is left out above because it is refused is refused, at its own place."""
    value, words = REFUSED[path]
    data = surrounded(path)
    put(data, steps(path), value)
    refused = [line for line in faults(MonitoredServiceOptions, data) if words in line]
    assert [line.partition(" ")[0] for line in refused] == [path.replace("[]", "[0]")]
