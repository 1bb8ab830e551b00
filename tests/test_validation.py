from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch

from lumen_constructs import CheckWarning, Metrics, MonitoredService, Probes, Resources, Volume

BASE: dict[str, Any] = {
    "image": "ghcr.io/acme/cart:1.4.2",
    "port": 8080,
    "resources": Resources(cpu="100m:500m", memory="128Mi:256Mi"),
    "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
}


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Give a plain app."""
    return App(outdir=str(tmp_path / "dist"))


def written(app: App) -> list[str]:
    """Give the names of the files that a synthesis wrote."""
    return sorted(path.name for path in Path(app.outdir).glob("*"))


def test_a_good_app_is_written(app: App) -> None:
    """A user's plain app synthesises as ever."""
    for name in ("shop", "back"):
        MonitoredService(Chart(app, name, namespace=name), "cart", **BASE, metrics=Metrics())
    app.synth()
    assert written(app) == ["back.k8s.yaml", "shop.k8s.yaml"]


def test_refuses_a_broken_set_before_anything_is_written(app: App) -> None:
    """A patch that breaks a selector stops the synthesis of every chart, with the construct's path."""
    MonitoredService(Chart(app, "front", namespace="front"), "cart", **BASE)
    cart = MonitoredService(Chart(app, "shop", namespace="shop"), "cart", **BASE)
    cart.service.add_json_patch(JsonPatch.add("/spec/selector", {"app.kubernetes.io/name": "card"}))
    with pytest.raises(Exception, match=r"shop/cart/Service: Service/shop/cart spec\.selector"):
        app.synth()
    assert written(app) == []


def test_refuses_a_reference_to_what_is_not_there(app: App) -> None:
    """A volume from a ConfigMap that nothing makes is an error; one that is declared external is none."""
    volume = Volume.model_validate(
        {"name": "extra", "mountPath": "/extra", "configMap": {"name": "extra"}}, by_alias=True, by_name=False
    )
    good = App(outdir=app.outdir)
    MonitoredService(
        Chart(good, "shop", namespace="shop"), "cart", **BASE, volumes=[volume], external=["ConfigMap/extra"]
    )
    good.synth()
    MonitoredService(Chart(app, "shop", namespace="shop"), "cart", **BASE, volumes=[volume])
    with pytest.raises(Exception, match=r"shop/cart/Resource/Resource: .*extra"):
        app.synth()


def test_what_is_found_on_others_objects_is_a_warning(app: App) -> None:
    """The library does not stop a synthesis for objects that it did not make."""
    shop = Chart(app, "shop", namespace="shop")
    MonitoredService(shop, "cart", **BASE)
    service = ApiObject(shop, "other", api_version="v1", kind="Service")
    service.add_json_patch(JsonPatch.add("/spec", {"selector": {"app": "nobody"}, "ports": [{"port": 80}]}))
    with pytest.warns(CheckWarning, match="shop/other") as caught:
        app.synth()
    assert {warning.filename for warning in caught} == {__file__}, "a warning names the user's line, not one of jsii's"
    assert written(app) == ["shop.k8s.yaml"]
