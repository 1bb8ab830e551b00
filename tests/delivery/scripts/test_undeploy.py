from __future__ import annotations

from pathlib import Path

import pytest

from tests.delivery.scripts.sets import run_script


def deleted(calls: list[str]) -> list[str]:
    """Give the files that are deleted, in order."""
    return [word for call in calls if "delete" in call for word in call.split() if word.endswith(".yaml")]


def test_removes_in_reverse_and_keeps_data(tmp_path: Path) -> None:
    """What lets requests in goes first, config last; claims, volumes and the namespace stay."""
    done = run_script(tmp_path, "undeploy.sh")
    assert (done.status, done.err) == (0, "")
    assert deleted(done.calls) == [
        "60-traffic/ingress.cart.yaml",
        "50-services/deployment.cart.yaml",
        "40-init/job.init-1a2b3c4d.yaml",
        "30-data/statefulset.db.yaml",
        "10-config/configmap.cart-config.yaml",
    ]
    assert not [call for call in done.calls if "persistentvolumeclaim" in call]
    assert "keep 50-services/persistentvolumeclaim.files.yaml, without --delete-data" in done.out
    assert "keep the volumes of db, without --delete-data" in done.out
    assert "keep 00-namespace/namespace.shop.yaml, without --delete-namespace" in done.out


def test_asks_before_it_deletes_data(tmp_path: Path) -> None:
    """Without a person to ask and without --yes, nothing is deleted at all."""
    done = run_script(tmp_path, "undeploy.sh", "--delete-data")
    assert (done.status, done.calls) == (1, [])
    assert "data is deleted only when a person confirms it, or with --yes" in done.err


@pytest.mark.parametrize("answer", ["", "yes", "shop2"])
def test_deletes_nothing_for_another_answer(tmp_path: Path, answer: str) -> None:
    """The name of the system must be typed; the question names the cluster."""
    done = run_script(tmp_path, "undeploy.sh", "--delete-data", answer=answer, STATUS="kind-prod")
    assert done.status == 1
    assert "deletes the data of shop in dev, with the context 'kind-prod', for good" in done.out
    assert "undeploy.sh: nothing was deleted" in done.err
    assert deleted(done.calls) == []


def test_deletes_data_when_a_person_confirms(tmp_path: Path) -> None:
    """The name of the system is the confirmation."""
    done = run_script(tmp_path, "undeploy.sh", "--delete-data", answer="shop")
    assert done.status == 0
    assert "50-services/persistentvolumeclaim.files.yaml" in deleted(done.calls)


def test_deletes_data_when_it_is_told(tmp_path: Path) -> None:
    """Claims go after the pods that use them; the namespace still stays."""
    done = run_script(tmp_path, "undeploy.sh", "--delete-data", "--yes")
    assert done.status == 0
    assert "50-services/persistentvolumeclaim.files.yaml" in deleted(done.calls)
    assert "00-namespace/namespace.shop.yaml" not in deleted(done.calls)
    claims = "--namespace shop delete persistentvolumeclaim --selector app=cart --timeout 600s"
    workload = next(index for index, call in enumerate(done.calls) if "statefulset.db" in call)
    assert done.calls.index(claims) == workload + 1


def test_deletes_the_namespace_last(tmp_path: Path) -> None:
    """It takes with it whatever else is in it."""
    done = run_script(tmp_path, "undeploy.sh", "--delete-namespace", "--yes")
    assert deleted(done.calls)[-1] == "00-namespace/namespace.shop.yaml"


def test_a_dry_run_deletes_nothing_and_asks_nothing(tmp_path: Path) -> None:
    """It prints what it would do, data included where it was told."""
    done = run_script(tmp_path, "undeploy.sh", "--dry-run", "--delete-namespace")
    assert (done.status, done.calls) == (0, [])
    assert "    delete 00-namespace/namespace.shop.yaml\n" in done.out
    assert "    delete the volumes of db\n" in done.out


def test_stops_at_the_first_error(tmp_path: Path) -> None:
    """What could not be removed is still there, with all that it needs."""
    done = run_script(tmp_path, "undeploy.sh", FAIL_ON="deployment.cart")
    assert done.status == 1
    assert deleted(done.calls)[-1] == "50-services/deployment.cart.yaml"


def test_refuses_options_that_it_does_not_have(tmp_path: Path) -> None:
    """A misspelled option deletes nothing."""
    done = run_script(tmp_path, "undeploy.sh", "--delete-dat", "--yes")
    assert (done.status, done.calls) == (1, [])
    assert "unknown option '--delete-dat'" in done.err
