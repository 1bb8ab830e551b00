"""Jobs under GitOps: their template cannot be changed, and a deleted one comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.emit.annotations import SYNC_OPTIONS

_HOOKS = ("argocd.argoproj.io/hook", "helm.sh/hook")
_HASHED = re.compile(r".*-[0-9a-z]*[0-9][0-9a-z]*")
_SYNCED = ("argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/")


def _jobs(graph: Graph) -> Iterator[Item]:
    """Give the Jobs that a GitOps tool applies and keeps as they are written."""
    synced = any(key.startswith(_SYNCED) for item in graph.items for key in item.annotations)
    for item in graph.of(kinds.JOB):
        replaced = "Replace=true" in item.annotations.get(SYNC_OPTIONS, "")
        hook = any(key in item.annotations for key in _HOOKS)
        if (synced or item.ours) and not hook and not replaced:
            yield item


@rule("job-name-fixed", Severity.WARNING)
def job_name_fixed(graph: Graph) -> Iterator[Fault]:
    """The template of a Job cannot be changed: under the same name the next version is refused."""
    for item in _jobs(graph):
        if item.name and not _HASHED.fullmatch(item.name):
            hint = "end it with a hash of its content, or make it a hook"
            yield Fault(item, "metadata.name", f"'{item.name}' stays the same when the Job changes", hint)


@rule("job-comes-back", Severity.WARNING)
def job_comes_back(graph: Graph) -> Iterator[Fault]:
    """A Job that removes itself is made again by the next sync, and runs again."""
    for item in _jobs(graph):
        if at(item.body, "spec", "ttlSecondsAfterFinished") is not None:
            yield Fault(item, "spec.ttlSecondsAfterFinished", "the next sync makes it again", "leave it out")
