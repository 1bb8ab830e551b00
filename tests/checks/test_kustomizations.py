from __future__ import annotations

from pathlib import Path

from lumen_constructs.checks.kustomizations import files_of

FILE = Path("/app/prod/kustomization.yaml")


def names(content: str) -> list[str] | None:
    """Give what a kustomization reads that is no resource."""
    found = files_of(FILE, content)
    return None if found is None else [str(path) for path in found]


def test_gives_the_files_that_are_no_resources() -> None:
    """Patches of all three kinds, and settings of transformers and charts."""
    content = """
resources: [a.yaml, ../base]
patches: [{path: p.yaml}, {patch: "x"}, 3]
patchesJson6902: [{path: ./j.yaml, target: {kind: X}}]
patchesStrategicMerge: [s.yaml, "kind: X\\nmetadata: {}", null]
replacements: [{path: ../r.yaml}, {source: {kind: X}}]
transformers: [t.yaml]
openapi: {path: o.json}
helmCharts: [{name: x, valuesFile: v.yaml, additionalValuesFiles: [w.yaml, 1]}]
"""
    assert names(content) == [
        *("/app/prod/s.yaml", "/app/prod/t.yaml", "/app/prod/p.yaml", "/app/prod/j.yaml", "/app/r.yaml"),
        *("/app/prod/o.json", "/app/prod/v.yaml", "/app/prod/w.yaml"),
    ]


def test_whatever_else_has_the_name_is_no_kustomization() -> None:
    """Objects of Flux, and what cannot be read."""
    assert names("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization") is None
    assert names("kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1") == []
    assert names("- 1") is None
    assert names("a: [") is None
    assert names("") is None
    assert names("patches: 3\nopenapi: x\nhelmCharts: {a: b}\ntransformers: {c: d}") == []
