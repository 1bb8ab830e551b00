"""Waivers: what they allow, and what is wrong with them."""

from __future__ import annotations

from lumen_constructs.checks import Settings
from tests.checks.sets import found, report

POD = """
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    lumen-constructs/waive: |
      {waiver}
spec:
  containers:
    - name: cart
      image: ghcr.io/acme/cart:1.4.2
      envFrom:
        - configMapRef: {{name: cart}}
        - secretRef: {{name: cart}}
"""


def test_waiver_allows_one_rule_on_one_object() -> None:
    """A waived finding is listed with its reason, and the others stand."""
    result = report(POD.format(waiver="config-map-missing: an operator writes it"))
    assert [str(waived.finding.rule) for waived in result.waived] == ["config-map-missing"]
    assert result.waived[0].reason == "an operator writes it"
    assert {finding.rule for finding in result.errors} == {"secret-missing"}


def test_two_waivers_stand_on_two_lines() -> None:
    """Each line waives one rule."""
    both = "config-map-missing: a\n      secret-missing: b"
    assert {waived.reason for waived in report(POD.format(waiver=both)).waived} == {"a", "b"}


def test_refuses_a_waiver_without_reason() -> None:
    """A waiver without a reason waives nothing."""
    for waiver in ("config-map-missing:", "config-map-missing", "config-map-missing:   "):
        result = report(POD.format(waiver=waiver))
        assert {"waiver-without-reason", "config-map-missing"} <= {finding.rule for finding in result.errors}
        assert result.waived == ()


def test_refuses_a_waiver_of_an_unknown_rule() -> None:
    """A waiver of no rule names the rule that was meant."""
    (finding,) = found(POD.format(waiver="config-map-mising: x"), rule="waiver-of-unknown-rule")
    assert "did you mean 'config-map-missing'" in finding.hint


def test_tells_of_a_waiver_that_is_not_needed() -> None:
    """A waiver of a rule that finds nothing is told of, unless the rule is off."""
    unneeded = POD.format(waiver="claim-missing: x")
    assert len(found(unneeded, rule="waiver-unused")) == 1
    assert found(unneeded, rule="waiver-unused", settings=Settings(severities={"claim-missing": "off"})) == []


def test_waivers_cannot_be_waived() -> None:
    """The rules about waivers hold whatever an object says."""
    waiver = "nonsense: x\n      waiver-of-unknown-rule: because"
    assert len(found(POD.format(waiver=waiver), rule="waiver-of-unknown-rule")) == 1
