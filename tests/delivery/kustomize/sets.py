"""Sets that the tests of overlays change: every kind that has pods."""

from __future__ import annotations

from typing import Any

from tests.objects import Body


def pod(*extra: Body, image: str = "ghcr.io/acme/cart:1.4.2", config: str = "") -> Body:
    """Give a pod's template; ``config`` is the ConfigMap that it reads in every way there is."""
    env = [{"name": "A", "value": "a"}, {"name": "Z", "value": "z"}]
    container: Body = {"name": "main", "image": image, "env": env, "ports": [{"containerPort": 80, "protocol": "TCP"}]}
    spec: Body = {"containers": [container, *extra], "volumes": [{"name": "tmp", "emptyDir": {}}]}
    if config:
        container["env"] = [{"name": "K", "valueFrom": {"configMapKeyRef": {"name": config, "key": "k"}}}, *env]
        container["envFrom"] = [{"configMapRef": {"name": config}}, {"secretRef": {"name": config}}]
        spec["initContainers"] = [{**container, "name": "first"}]
        spec["volumes"] += [
            {"name": "files", "configMap": {"name": config}},
            {"name": "all", "projected": {"sources": [{"configMap": {"name": config}}]}},
        ]
    return {"metadata": {"labels": {"app": "cart", "release": "one"}}, "spec": spec}


def workload(kind: str, name: str = "cart", *, template: Body | None = None, api: str = "apps/v1") -> Body:
    """Give an object with pods, in the namespace shop."""
    spec: Body = {"template": template or pod()}
    if kind == "CronJob":
        spec = {"schedule": "0 0 * * *", "jobTemplate": {"spec": spec}}
    elif kind != "Job":
        spec["selector"] = {"matchLabels": {"app": "cart"}}
    return thing(kind, name, api=api, spec=spec)


def thing(kind: str, name: str = "cart", *, api: str = "v1", namespace: str | None = "shop", **rest: Any) -> Body:
    """Give an object."""
    place = {} if namespace is None else {"namespace": namespace}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **place}, **rest}


def shop(config: str = "") -> list[Body]:
    """Give a set with one workload of each kind; a Job among them, which reads nothing."""
    template = pod(config=config)
    service = {"selector": {"app": "cart"}, "ports": [{"name": "http", "port": 80, "protocol": "TCP"}]}
    return [
        thing("Namespace", "shop", namespace=None),
        thing("ConfigMap", "settings", data={"k": "v", "other": "o"}),
        thing("ServiceAccount", imagePullSecrets=[{"name": "registry"}], secrets=[{"name": "a"}]),
        workload("StatefulSet", "store", template=template),
        workload("Job", "init", template=pod(image="ghcr.io/acme/init:1"), api="batch/v1"),
        workload("DaemonSet", "agent", template=template),
        workload("Deployment", template=template),
        thing("Service", spec=service),
        workload("CronJob", "nightly", template=template, api="batch/v1"),
        workload("Rollout", "web.site", template=template, api="argoproj.io/v1alpha1"),
    ]
