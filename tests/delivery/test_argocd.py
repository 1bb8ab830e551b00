from __future__ import annotations

from typing import Any, Literal

import pytest
import yaml

from lumen_constructs.delivery.argocd import argocd_files
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery
from tests.delivery.sets import a_set, delivery, read


def rendered(declared: Delivery, *sets: DeliveredSet) -> dict[str, dict[str, Any]]:
    """Give the objects by file."""
    assert declared.argocd is not None
    return read(argocd_files(declared, declared.argocd, "dist", sets or (a_set(), a_set("staging"))), "argocd/")


@pytest.mark.parametrize(
    ("argocd", "files"),
    [
        (ArgoCD(), ["application.shop-production.yaml", "application.shop-staging.yaml", "argocd-cm.yaml"]),
        (ArgoCD(style="applicationset"), ["applicationset.lumen.yaml", "argocd-cm.yaml"]),
        (ArgoCD(style="none"), ["argocd-cm.yaml"]),
        (
            ArgoCD(style="applicationset", steps=[["staging"], ["production"]]),
            ["applicationset.lumen.yaml", "argocd-cm.yaml", "argocd-cmd-params-cm.yaml"],
        ),
    ],
)
def test_a_style_makes_applications_or_what_makes_them_and_never_both(argocd: ArgoCD, files: list[str]) -> None:
    """The AppProject is there whatever the style."""
    assert list(rendered(delivery(argocd))) == ["appproject.lumen.yaml", *files]


def test_settings_of_argo_cd_itself_are_fragments_that_it_passes_over() -> None:
    """The files must not replace ConfigMaps that have other owners."""
    argocd = ArgoCD(namespace="cd", style="applicationset", steps=[["staging"], ["production"]])
    files = argocd_files(delivery(argocd), argocd, "dist", [a_set(), a_set("staging")])
    for name in ("argocd-cm", "argocd-cmd-params-cm"):
        content = files[f"argocd/{name}.yaml"].decode()
        assert "+argocd:skip-file-rendering" in content
        assert f"kubectl patch configmap {name} --namespace cd --patch-file {name}.yaml" in content
        metadata = yaml.safe_load(content)["metadata"]
        assert (metadata["name"], metadata["namespace"]) == (name, "cd")
        # Argo CD reads only the ConfigMaps that are labelled as part of it.
        assert metadata["labels"]["app.kubernetes.io/part-of"] == "argocd"


def test_the_steps_of_an_application_set_need_a_setting() -> None:
    """Without it, Argo CD takes no notice of them."""
    argocd = ArgoCD(style="applicationset", steps=[["staging"], ["production"]])
    data = rendered(delivery(argocd))["argocd-cmd-params-cm.yaml"]["data"]
    assert data == {"applicationsetcontroller.enable.progressive.syncs": "true"}


@pytest.mark.parametrize("style", ["applications", "applicationset"])
def test_refuses_two_applications_of_one_name(style: Literal["applications", "applicationset"]) -> None:
    """An ApplicationSet would find both folders, and make neither."""
    declared = delivery(ArgoCD(style=style), **{"eu-live": Cluster(name="eu"), "live": Cluster(name="eu")})
    with pytest.raises(LumenError, match="shop in eu-live and shop-eu in live would both be delivered by it"):
        rendered(declared, a_set("eu-live", system="shop"), a_set("live", system="shop-eu"))
