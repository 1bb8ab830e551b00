from __future__ import annotations

from lumen_constructs.checks import Severity, check
from lumen_constructs.checks.reading import read_manifests
from lumen_constructs.checks.reports.outcome import located
from tests.checks.reports.outcomes import MIXED

SERVICE = """# a comment
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
    lumen-constructs/waive: |
      service-selects-nothing: the pods come later
spec:
  selector: {app: web}
  ports:
  - port: 80
    prot: x
"""


def test_findings_know_where_they_are() -> None:
    """Those that stand, and those that are waived, with the reason."""
    manifests = read_manifests(SERVICE, "web.yaml").manifests
    standing, waived = located(check([manifest.subject for manifest in manifests]), manifests, "dist/x")
    assert [(entry.finding.rule, entry.file, entry.line, entry.column) for entry in standing] == [
        ("unknown-field", "web.yaml", 14, 5)
    ]
    assert [(entry.finding.rule, entry.line, entry.set, entry.reason) for entry in waived] == [
        ("service-selects-nothing", 11, "dist/x", "the pods come later")
    ]


def test_counts_by_severity() -> None:
    """Waived findings count for nothing."""
    assert (MIXED.count(Severity.ERROR), MIXED.count(Severity.WARNING)) == (1, 2)
