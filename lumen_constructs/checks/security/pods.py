"""The Pod Security Standards, control by control.

A control is an error where the pods would be refused or were made by this library, and a warning elsewhere: node agents
and drivers have their reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.kinds import NAMESPACE
from lumen_constructs.checks.plain import at, entries, joined, mapping, number, strings, text
from lumen_constructs.checks.pods import Container, Pod
from lumen_constructs.checks.rules import Fault, rule

_ENFORCE = "pod-security.kubernetes.io/enforce"
_LEVELS = {"privileged": 0, "baseline": 1, "restricted": 2}

#: Capabilities that the baseline lets a container add.
_HARMLESS = {
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"),
    *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
}
_SAFE_SYSCTLS = {
    "kernel.shm_rmid_forced",
    *(f"net.ipv4.{name}" for name in ("ip_local_port_range", "ip_unprivileged_port_start", "tcp_syncookies")),
    *(f"net.ipv4.{name}" for name in ("ping_group_range", "ip_local_reserved_ports", "tcp_keepalive_time")),
    *(f"net.ipv4.tcp_{name}" for name in ("fin_timeout", "keepalive_intvl", "keepalive_probes", "rmem", "wmem")),
}
_SELINUX_TYPES = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
#: What "restricted" lets a volume be; hostPath has a rule of its own.
_VOLUMES = {
    *("name", "hostPath"),
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"),
    "image",
}


def _grade(graph: Graph, pod: Pod, level: str) -> Severity:
    namespace = graph.find(NAMESPACE, "", pod.namespace)
    enforced = namespace.labels.get(_ENFORCE, "") if namespace else ""
    refused = _LEVELS.get(enforced, 0) >= _LEVELS[level]
    return Severity.ERROR if refused or pod.item.ours else Severity.WARNING


def _pods(graph: Graph) -> Iterator[Pod]:
    """Give the pods that run on Linux: on Windows most of the controls mean nothing."""
    return (pod for pod in graph.pods if pod.known and text(pod.spec, "os", "name") != "windows")


def _settings(pod: Pod, container: Container, *keys: str) -> tuple[str, Any]:
    """Give what holds for a container: its own security context, or that of its pod, with the place."""
    own = at(container.body, "securityContext", *keys)
    if own is not None:
        return joined(container.path, "securityContext", *keys), own
    whole = at(pod.spec, "securityContext", *keys)
    if whole is not None:
        return pod.at("securityContext", *keys), whole
    return joined(container.path, "securityContext", *keys), None


@rule("pod-host-namespace", Severity.WARNING)
def pod_host_namespace(graph: Graph) -> Iterator[Fault]:
    """A pod in the host's namespaces sees its processes, its traffic and its memory."""
    for pod in _pods(graph):
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.spec.get(field) is True:
                yield Fault(
                    pod.item, pod.at(field), "shares a namespace of its host", "", _grade(graph, pod, "baseline")
                )


@rule("pod-privileged", Severity.WARNING)
def pod_privileged(graph: Graph) -> Iterator[Fault]:
    """A privileged container is root on its host."""
    for pod in _pods(graph):
        for container in pod.containers:
            if at(container.body, "securityContext", "privileged") is True:
                path = joined(container.path, "securityContext", "privileged")
                yield Fault(pod.item, path, "makes the container root on its host", "", _grade(graph, pod, "baseline"))


@rule("pod-host-path", Severity.WARNING)
def pod_host_path(graph: Graph) -> Iterator[Fault]:
    """A volume of the host's files ties the pod to its node, and opens the node to the pod."""
    for pod in _pods(graph):
        for place, volume in entries(pod.spec, "volumes"):
            if mapping(volume, "hostPath"):
                message = f"mounts '{text(volume, 'hostPath', 'path')}' of its host"
                hint = "use a ConfigMap, a claim or an emptyDir"
                yield Fault(
                    pod.item, pod.at("volumes", place, "hostPath"), message, hint, _grade(graph, pod, "baseline")
                )


@rule("pod-host-port", Severity.WARNING)
def pod_host_port(graph: Graph) -> Iterator[Fault]:
    """A port of the host can be had by one pod a node, and no NetworkPolicy guards it."""
    for pod in _pods(graph):
        for container in pod.containers:
            for place, port in entries(container.body, "ports"):
                if number(port, "hostPort"):
                    path = joined(container.path, "ports", place, "hostPort")
                    hint = "use a Service"
                    yield Fault(pod.item, path, "takes a port of its host", hint, _grade(graph, pod, "baseline"))


@rule("pod-capabilities", Severity.WARNING)
def pod_capabilities(graph: Graph) -> Iterator[Fault]:
    """Capabilities that a container does not need are what an attacker needs."""
    for pod in _pods(graph):
        for container in pod.containers:
            path = joined(container.path, "securityContext", "capabilities")
            added = strings(container.body, "securityContext", "capabilities", "add")
            dropped = strings(container.body, "securityContext", "capabilities", "drop")
            if wrong := [name for name in added if name.removeprefix("CAP_") not in _HARMLESS]:
                message = f"adds {', '.join(wrong)}"
                yield Fault(pod.item, f"{path}.add", message, "leave it out", _grade(graph, pod, "baseline"))
            elif wrong := [name for name in added if name.removeprefix("CAP_") != "NET_BIND_SERVICE"]:
                message = f"adds {', '.join(wrong)}, which 'restricted' does not allow"
                yield Fault(pod.item, f"{path}.add", message, "leave it out", _grade(graph, pod, "restricted"))
            if "ALL" not in dropped:
                message = f"container '{container.name}' keeps capabilities that it was not given on purpose"
                yield Fault(pod.item, f"{path}.drop", message, "write drop: [ALL]", _grade(graph, pod, "restricted"))


@rule("pod-privilege-escalation", Severity.WARNING)
def pod_privilege_escalation(graph: Graph) -> Iterator[Fault]:
    """A container whose processes may gain privileges can become root through any setuid program."""
    for pod in _pods(graph):
        for container in pod.containers:
            security = mapping(container.body, "securityContext")
            # A privileged container always may, and is told of by its own rule.
            if security.get("allowPrivilegeEscalation") is not False and security.get("privileged") is not True:
                path = joined(container.path, "securityContext", "allowPrivilegeEscalation")
                message = f"container '{container.name}' may gain privileges"
                yield Fault(pod.item, path, message, "write false", _grade(graph, pod, "restricted"))


@rule("pod-runs-as-root", Severity.WARNING)
def pod_runs_as_root(graph: Graph) -> Iterator[Fault]:
    """A process that is root in its container is root on the host as soon as it gets out."""
    for pod in _pods(graph):
        for container in pod.containers:
            path, user = _settings(pod, container, "runAsUser")
            if user == 0 and user is not False:
                message = f"container '{container.name}' runs as root"
                yield Fault(pod.item, path, message, "write another user", _grade(graph, pod, "restricted"))
            path, checked = _settings(pod, container, "runAsNonRoot")
            if checked is not True:
                message = f"container '{container.name}' may run as root"
                yield Fault(pod.item, path, message, "write true", _grade(graph, pod, "restricted"))


@rule("pod-seccomp", Severity.WARNING)
def pod_seccomp(graph: Graph) -> Iterator[Fault]:
    """Without a seccomp profile a container can call everything that the host's kernel has."""
    for pod in _pods(graph):
        for container in pod.containers:
            path, type_ = _settings(pod, container, "seccompProfile", "type")
            if type_ == "Unconfined":
                message = f"container '{container.name}' is not confined"
                yield Fault(pod.item, path, message, "write RuntimeDefault", _grade(graph, pod, "baseline"))
            elif type_ not in ("RuntimeDefault", "Localhost"):
                message = f"container '{container.name}' has no seccomp profile"
                yield Fault(pod.item, path, message, "write RuntimeDefault", _grade(graph, pod, "restricted"))


@rule("pod-volume-type", Severity.WARNING)
def pod_volume_type(graph: Graph) -> Iterator[Fault]:
    """Volumes of storage that the pod names itself go round the claims that the cluster grants."""
    for pod in _pods(graph):
        for place, volume in entries(pod.spec, "volumes"):
            for source in volume:
                if source not in _VOLUMES and volume[source] is not None:
                    path, message = pod.at("volumes", place, str(source)), "is not a kind of volume for 'restricted'"
                    yield Fault(pod.item, path, message, "use a claim", _grade(graph, pod, "restricted"))


@rule("pod-confinement", Severity.WARNING)
def pod_confinement(graph: Graph) -> Iterator[Fault]:
    """A container that loosens AppArmor, SELinux, /proc or kernel settings reaches the host through them."""
    for pod in _pods(graph):
        for place, sysctl in entries(pod.spec, "securityContext", "sysctls"):
            if text(sysctl, "name") not in _SAFE_SYSCTLS:
                path = pod.at("securityContext", "sysctls", place, "name")
                message = f"'{text(sysctl, 'name')}' is not a safe sysctl"
                yield Fault(pod.item, path, message, "leave it out", _grade(graph, pod, "baseline"))
        for container in pod.containers:
            for keys, allowed in (
                (("appArmorProfile", "type"), {"RuntimeDefault", "Localhost"}),
                (("procMount",), {"Default"}),
                (("seLinuxOptions", "type"), _SELINUX_TYPES),
                (("seLinuxOptions", "user"), {""}),
                (("seLinuxOptions", "role"), {""}),
            ):
                path, value = _settings(pod, container, *keys)
                if isinstance(value, str) and value not in allowed:
                    message = f"'{value}' loosens the container's confinement"
                    yield Fault(pod.item, path, message, "leave it out", _grade(graph, pod, "baseline"))
        for key, value in pod.annotations.items():
            if key.startswith("container.apparmor.security.beta.kubernetes.io/") and value == "unconfined":
                path = joined(pod.path, f"metadata.annotations[{key}]")
                message = "takes AppArmor off the container"
                yield Fault(pod.item, path, message, "leave it out", _grade(graph, pod, "baseline"))


@rule("root-filesystem-writable", Severity.WARNING)
def root_filesystem_writable(graph: Graph) -> Iterator[Fault]:
    """Whoever breaks into a container whose files can be written can stay there."""
    for pod in _pods(graph):
        for container in pod.containers:
            if container.role == "ephemeralContainers":
                continue
            path = joined(container.path, "securityContext", "readOnlyRootFilesystem")
            if at(container.body, "securityContext", "readOnlyRootFilesystem") is not True:
                yield Fault(pod.item, path, f"container '{container.name}' can write its own files", "write true")
            elif pod.item.ours and not _has_tmp(container):
                message = f"container '{container.name}' can write nowhere, not even to /tmp"
                yield Fault(pod.item, joined(container.path, "volumeMounts"), message, "mount an emptyDir at /tmp")


def _has_tmp(container: Container) -> bool:
    return any(text(mount, "mountPath").rstrip("/") == "/tmp" for _, mount in entries(container.body, "volumeMounts"))  # noqa: S108  # a path in a container
