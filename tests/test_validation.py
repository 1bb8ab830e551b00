from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch

from lumen_constructs import CheckWarning, Metrics, MonitoredService, Probes, Resources, Volume, validation

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


def test_advice_on_others_objects_is_one_warning(app: App) -> None:
    """Who adds a component to an app of their own is not told how to improve all the rest, line by line."""
    shop = Chart(app, "shop", namespace="shop")
    MonitoredService(shop, "cart", **BASE)
    template = {
        "metadata": {"labels": {"app": "old"}},
        "spec": {"containers": [{"name": "old", "image": "nginx:1.27"}]},
    }
    for name in ("old", "older"):
        deployment = ApiObject(shop, name, api_version="apps/v1", kind="Deployment")
        spec = {"selector": {"matchLabels": {"app": "wrong" if name == "older" else "old"}}, "template": template}
        deployment.add_json_patch(JsonPatch.add("/spec", spec))
    with pytest.warns(CheckWarning) as caught:
        app.synth()
    told = [str(warning.message) for warning in caught]
    (advice,) = [line for line in told if "warnings on 2 objects that are not of this library" in line]
    assert "pod-seccomp 2" in advice
    others = [line for line in told if line != advice]
    assert others, "what will break is told in full"
    assert all("shop/older" in line for line in others)


def environments(app: App, **options: Any) -> dict[str, Chart]:
    """Give a chart for each environment: the same component in the same namespace, each for its own cluster."""
    charts = {}
    for name in ("staging", "production"):
        charts[name] = Chart(app, name, namespace="shop")
        MonitoredService(charts[name], "cart", **BASE | options.get(name, {}), metrics=Metrics())
    return charts


def test_a_chart_for_each_environment_is_written(app: App) -> None:
    """Equal objects in charts for different clusters are no duplicates, and cdk8s is asked for no more than before."""
    environments(app)
    app.synth()
    assert written(app) == ["production.k8s.yaml", "staging.k8s.yaml"]


def test_refuses_what_is_wrong_in_one_environment(app: App) -> None:
    """The other is fine, and hides nothing; each error is told once."""
    volume = Volume.model_validate(
        {"name": "extra", "mountPath": "/extra", "configMap": {"name": "extra"}}, by_alias=True, by_name=False
    )
    charts = environments(app, production={"volumes": [volume]})
    config = ApiObject(charts["staging"], "extra", api_version="v1", kind="ConfigMap", metadata={"name": "extra"})
    config.add_json_patch(JsonPatch.add("/data", {"a": "b"}))
    with pytest.raises(Exception, match=r"production/cart/Resource/Resource: .*extra") as caught:
        app.synth()
    assert "staging/" not in str(caught.value)
    assert str(caught.value).count("production/cart/Resource/Resource: ") == 1
    assert written(app) == []


def test_a_chart_that_all_clusters_share_is_found_from_each(app: App) -> None:
    """A reference to it holds; what is wrong in it is told once, and only if it is wrong everywhere."""
    volume = Volume.model_validate(
        {"name": "extra", "mountPath": "/extra", "configMap": {"name": "extra"}}, by_alias=True, by_name=False
    )
    shared = Chart(app, "shared", namespace="shop")
    config = ApiObject(shared, "extra", api_version="v1", kind="ConfigMap", metadata={"name": "extra"})
    config.add_json_patch(JsonPatch.add("/data", {"a": "b"}))
    charts = environments(app, staging={"volumes": [volume]}, production={"volumes": [volume]})
    app.synth()
    assert len(written(app)) == 3
    # Only staging has this Service; a Service of nobody's is wrong in both.
    MonitoredService(charts["staging"], "web", **BASE)
    for name, selected in (("web-too", "web"), ("nobody", "nobody")):
        service = ApiObject(shared, name, api_version="v1", kind="Service", metadata={"name": name})
        spec = {"selector": {"app.kubernetes.io/name": selected}, "ports": [{"port": 80}]}
        service.add_json_patch(JsonPatch.add("/spec", spec))
    with pytest.warns(CheckWarning, match="shared/nobody") as caught:
        app.synth()
    assert [warning for warning in caught if "service-selects-nothing" in str(warning.message)] == [caught[0]]


@pytest.mark.parametrize("nested", [False, True])
def test_refuses_an_object_that_is_there_twice(app: App, nested: bool) -> None:  # noqa: FBT001  # a parameter of the test
    """In one chart, and in charts that have little more in common than this object."""
    shop = Chart(app, "shop", namespace="shop")
    for name in ("cart", "mail", "front"):
        MonitoredService(shop, name, **BASE)
    other = Chart(shop if nested else app, "back", namespace="shop")
    MonitoredService(other, "web", **BASE)
    MonitoredService(other, "cart-again", **BASE, name="cart")
    with pytest.warns(CheckWarning), pytest.raises(Exception, match="duplicate-object"):
        app.synth()
    one = App(outdir=app.outdir)
    chart = Chart(one, "shop", namespace="shop")
    MonitoredService(chart, "cart", **BASE)
    MonitoredService(chart, "cart-again", **BASE, name="cart")
    with (
        pytest.warns(CheckWarning),
        pytest.raises(Exception, match=r"shop/cart-again/.* is there already: shop/cart/.*duplicate-object"),
    ):
        one.synth()
    assert written(app) == []


def test_charts_are_asked_for_only_where_an_object_is_there_twice(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The validation of an app without equal objects takes two messages a question, however large it is."""
    for number in range(3):
        MonitoredService(Chart(app, f"shop{number}", namespace=f"shop{number}"), "cart", **BASE)
    monkeypatch.setattr(validation, "_charts", lambda *_: pytest.fail("asked for the charts"))
    app.synth()
    assert len(written(app)) == 3
