"""A check from end to end."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from types import FrameType, MappingProxyType

import pytest

from lumen_constructs.checks import Report, Settings, Severity, Subject, check
from lumen_constructs.errors import LumenError
from tests.checks.build import deployment, policy, service
from tests.checks.sets import found, report, subjects

POD = """
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
    - name: cart
      image: ghcr.io/acme/cart:1.4.2
      envFrom:
        - configMapRef: {name: cart-cfg}
"""
CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: cart-cgf, namespace: shop}
data: {LOG_LEVEL: info}
"""


def test_finding_is_one_line_with_place_fault_and_remedy() -> None:
    """A finding says where, which object and field, what is wrong, what was meant, and by which rule."""
    (finding,) = found(POD, CONFIG, rule="config-map-missing")
    assert str(finding) == (
        "set.yaml:0: Pod/shop/cart spec.containers[0].envFrom[0].configMapRef.name: "
        "no ConfigMap 'cart-cfg' exists in namespace shop; did you mean 'cart-cgf'? [config-map-missing]"
    )
    assert finding.severity is Severity.ERROR


def test_empty_set_has_no_finding() -> None:
    """Nothing is wrong with nothing."""
    assert check([]) == Report()


def test_errors_and_warnings_are_told_apart() -> None:
    """A report gives the findings that stop a synth, and those that do not."""
    result = report(POD)
    assert {finding.rule for finding in result.errors} == {"config-map-missing"}
    assert "request-missing" in {finding.rule for finding in result.warnings}
    assert len(result.findings) == len(result.errors) + len(result.warnings)
    assert result.objects == 1


def test_severity_of_a_rule_can_be_chosen() -> None:
    """Settings make a rule an error, a warning, or nothing at all."""
    warned = report(POD, settings=Settings(severities={"config-map-missing": Severity.WARNING}))
    assert warned.errors == ()
    silent = report(POD, settings=Settings(severities={"config-map-missing": "off"}))
    assert [finding for finding in silent.findings if finding.rule == "config-map-missing"] == []


def test_refuses_severities_of_unknown_rules() -> None:
    """A rule that does not exist is an error, with the rule that was meant."""
    with pytest.raises(LumenError, match="'secret-mising' is not a rule; did you mean 'secret-missing'"):
        check([], Settings(severities={"secret-mising": "off"}))


def test_other_peoples_objects_can_be_warned_of_only() -> None:
    """What is found on objects that are not ours is a warning at most, where that is asked for."""
    mine = Settings(ours=lambda subject: subject.where == "mine", foreign_as_warnings=True)
    bodies = [subject.body for subject in subjects(POD)]
    assert check([Subject(bodies[0], "theirs")], mine).errors == ()
    assert check([Subject(bodies[0], "mine")], mine).errors != ()


def test_order_of_the_set_does_not_change_what_is_found() -> None:
    """The same objects in another order have the same findings."""
    whole = subjects(POD, CONFIG, POD.replace("cart", "web"))
    shuffled = list(whole)
    random.Random(7).shuffle(shuffled)  # noqa: S311  # a fixed order, not a secret
    said = [sorted(str(finding) for finding in check(order).findings) for order in (whole, shuffled)]
    assert said[0] == said[1]


def test_findings_stand_in_the_order_of_the_subjects() -> None:
    """Findings follow the set, errors before warnings in each object."""
    positions = [finding.subject for finding in report(CONFIG, POD, POD.replace("cart", "web")).findings]
    assert positions == sorted(positions)


def test_lists_are_opened() -> None:
    """A List stands for its entries, wherever it comes from."""
    bodies = [subject.body for subject in subjects(POD, CONFIG.replace("cgf", "cfg"))]
    listed = Subject({"apiVersion": "v1", "kind": "List", "items": bodies}, "list.yaml:1")
    result = check([listed])
    assert result.errors == ()
    assert result.objects == 2


def test_files_of_kustomize_are_no_objects() -> None:
    """A kustomization beside the manifests is not checked as one of them."""
    kustomization = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": ["a.yaml"]}
    assert check([Subject(kustomization, "kustomization.yaml:1")]) == Report()


def test_objects_without_a_namespace_belong_to_the_only_one() -> None:
    """What Helm prints without a namespace is held together with what it prints with one."""
    config = CONFIG.replace("cgf", "cfg").replace(", namespace: shop", "")
    assert found(POD, config, rule="config-map-missing") == []
    assert found(POD.replace(", namespace: shop", ""), config, rule="config-map-missing") == []


def test_namespace_of_the_settings_is_that_of_objects_without_one() -> None:
    """The namespace that will be applied to is known to the findings."""
    (finding,) = found(
        POD.replace(", namespace: shop", ""), rule="config-map-missing", settings=Settings(namespace="x")
    )
    assert finding.object == "Pod/x/cart"


def test_read_only_mappings_are_manifests_too() -> None:
    """A body need not be a dict."""
    (subject,) = subjects(POD)
    assert check([Subject(MappingProxyType(dict(subject.body)), "")]).objects == 1


def test_refuses_a_kubernetes_version_that_is_not_known() -> None:
    """A release without schemas is an error that names those that are known."""
    with pytest.raises(LumenError, match=r"kubernetes: '1\.99' is not a release whose schemas are known"):
        check(subjects(POD), Settings(kubernetes="1.99"))


def test_external_things_exist() -> None:
    """What objects or settings declare to exist outside the set counts as existing."""
    declared = POD.replace("shop}", "shop, annotations: {lumen-constructs/external: ConfigMap/cart-cfg}}")
    assert found(declared, rule="config-map-missing") == []
    for entry in ("ConfigMap/cart-cfg", "ConfigMap/shop/cart-cfg"):
        assert found(POD, rule="config-map-missing", settings=Settings(external=[entry])) == []
    assert found(POD, rule="config-map-missing", settings=Settings(external=["ConfigMap/other/cart-cfg"])) != []
    assert found(POD, rule="config-map-missing", settings=Settings(external=["Secret/cart-cfg"])) != []


def test_external_declaration_of_another_object_of_the_namespace_counts() -> None:
    """One declaration serves every object of the namespace, and those of another where it says so."""
    annotated = CONFIG.replace("shop}", "shop, annotations: {lumen-constructs/external: ConfigMap/cart-cfg}}")
    assert found(POD, annotated, rule="config-map-missing") == []
    elsewhere = annotated.replace("namespace: shop", "namespace: ops").replace("ConfigMap/cart", "ConfigMap/shop/cart")
    assert found(POD, elsewhere, rule="config-map-missing") == []


def test_findings_of_one_rule_are_bounded() -> None:
    """Of one rule's findings a bounded number is told, and how many more there are."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "shop"}, "data": {"a": "b"}}
    many = [Subject({**body, "metadata": {"name": f"Cart-{n}"}}, f"set.yaml:{n}") for n in range(2500)]
    findings = [finding for finding in check(many).findings if finding.rule == "name-invalid"]
    assert len(findings) == 2001
    assert "and 500 more findings of this rule, which are not shown" in {finding.message for finding in findings}


def test_refuses_a_set_that_cannot_be_checked_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of selectors that each take in thousands of pods are an error, and not a wait without end."""
    monkeypatch.setattr("lumen_constructs.checks.graph._MOST_SELECTED", 1000)
    pods = [deployment(f"web-{n}") for n in range(40)]
    policies = [policy(f"p{n}", ingress=[], podSelector={}) for n in range(40)]
    with pytest.raises(LumenError, match="the set is too entangled to check"):
        report(*pods, *policies)


def test_work_grows_with_the_set() -> None:
    """Eight times the objects are about eight times the calls of functions, whatever else the machine does."""
    _calls_for(1)  # what is made once, such as schemas and patterns
    few, many = (_calls_for(size) for size in (20, 160))
    assert many < 9 * few


def _calls_for(size: int) -> int:
    """Count the calls that checking so many services takes."""
    bodies = [body for n in range(size) for body in (service(f"s{n}"), deployment(f"s{n}"), policy(f"s{n}"))]
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        report(*bodies)
    finally:
        sys.setprofile(before)
    return calls


_EVERY_EXAMPLE = """
import sys, yaml
from lumen_constructs.checks import Settings, Subject, all_rules, check
texts = [text for rule in all_rules().values() for text in (rule.example.good, rule.example.bad)]
bodies = [body for text in texts for body in yaml.safe_load_all(text) if body]
for ours in (False, True):
    report = check([Subject(body, str(n)) for n, body in enumerate(bodies)], Settings(ours=lambda _: ours))
    print(*report.findings, sep="\\n")
assert not {"jsii", "cdk8s", "constructs"} & set(sys.modules)
"""


def test_findings_are_the_same_in_any_process() -> None:
    """Another process with another hash seed says the same, and no construct is imported for it."""
    said = {
        subprocess.run(
            [sys.executable, "-c", _EVERY_EXAMPLE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(said) == 1
    assert len(said.pop().splitlines()) > 1000
