"""Who may do more than before: RBAC, network policies, pods' privileges, and what a project admits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, entries, mapping, sequence, text, texts
from lumen_constructs.diff import flows, rights
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.pods import more_privileged
from lumen_constructs.diff.wording import listed, shown

_WAIVE = "lumen-constructs/waive"
_ENFORCE = "pod-security.kubernetes.io/enforce"
_LEVELS = ("privileged", "baseline", "restricted")

#: Lists of an AppProject that say what is admitted.
_ADMITTED = ("sourceRepos", "destinations", "clusterResourceWhitelist", "namespaceResourceWhitelist")


def widenings(pair: Pair, context: Context) -> Iterator[str]:
    """Say what a change allows that was not allowed before."""
    look = _LOOKS.get(pair.key.type)
    if look is not None:
        yield from look(pair)
    if pair.key.type == kinds.NETWORK_POLICY and pair.before.get("spec") != pair.after.get("spec"):
        yield from _policy(pair, context)
    if pair.after and pair.key.type in kinds.TEMPLATES:
        before, after = (_pod(body, kinds.TEMPLATES[pair.key.type]) for body in (pair.before, pair.after))
        if before != after:
            yield from more_privileged(before, after)
    yield from _waived(pair)


def _waived(pair: Pair) -> Iterator[str]:
    before, after = (texts(body, "metadata", "annotations").get(_WAIVE, "") for body in (pair.before, pair.after))
    if before != after:
        known = before.splitlines()
        for line in after.splitlines():
            if line.strip() and line not in known:
                yield f"a check is waived: {shown(line.strip())}"


def _pod(body: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    return mapping(body, *path, "spec") if body else {}


def _role(pair: Pair) -> Iterator[str]:
    if came := rights.beyond(rights.rights(pair.after), rights.rights(pair.before)):
        yield f"allows: {listed([right.shown for right in came])}"
    before, after = (sequence(body, "aggregationRule", "clusterRoleSelectors") for body in (pair.before, pair.after))
    if selectors := [shown(selector) for selector in after if selector not in before]:
        yield f"takes the rights of every ClusterRole with {listed(selectors)}"


def _binding(pair: Pair) -> Iterator[str]:
    same_role = pair.before and at(pair.before, "roleRef") == at(pair.after, "roleRef")
    before = rights.subjects(pair.before) if same_role else []
    if came := [subject for subject in rights.subjects(pair.after) if subject not in before]:
        yield f"gives {rights.role_of(pair.after)} to {listed(came)}"


def _policy(pair: Pair, context: Context) -> Iterator[str]:
    old_pods, new_pods = (mapping(body, "spec", "podSelector") for body in (pair.before, pair.after))
    if not pair.after:
        if not context.ends_with_its_pods(pair.key.namespace, old_pods):
            yield "its pods are no longer restricted by this policy"
        return
    if not pair.before:
        return
    if not _selects_all(new_pods, old_pods):
        yield "is about other pods; those that it no longer selects are not restricted by it"
    for direction in flows.DIRECTIONS:
        if not flows.restricts(pair.before, direction):
            continue
        if not flows.restricts(pair.after, direction):
            yield f"no longer restricts {direction}"
            continue
        old, new = (flows.flows(body, direction) for body in (pair.before, pair.after))
        if came := flows.beyond(new, old):
            yield f"{direction} is allowed: {listed(flows.described(came, direction), 3)}"


def _selects_all(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Tell whether a selector names every pod that another one does, as far as their labels tell."""
    if wide.get("matchExpressions") not in (None, [], narrow.get("matchExpressions")):
        return False
    return texts(wide, "matchLabels").items() <= texts(narrow, "matchLabels").items()


def _namespace(pair: Pair) -> Iterator[str]:
    if not pair.after:
        return
    old, new = (texts(body, "metadata", "labels").get(_ENFORCE) for body in (pair.before, pair.after))
    if old in _LEVELS and (new not in _LEVELS or _LEVELS.index(new) < _LEVELS.index(old)):
        yield f"Pod Security is lowered from {old} to {new or 'nothing'}"


def _account(pair: Pair) -> Iterator[str]:
    before, after = (body.get("automountServiceAccountToken") for body in (pair.before, pair.after))
    if pair.before and pair.after and before is False and after is not False:
        yield "its token is mounted into every pod that does not say otherwise"


def _project(pair: Pair) -> Iterator[str]:
    for field in _ADMITTED:
        old, new = sequence(pair.before, "spec", field), sequence(pair.after, "spec", field)
        if pair.before and (came := [shown(item) for item in new if item not in old]):
            yield f"spec.{field} admits {listed(came)}"


def _grant(pair: Pair) -> Iterator[str]:
    for field in ("from", "to"):
        old, new = sequence(pair.before, "spec", field), sequence(pair.after, "spec", field)
        if came := [shown(item) for item in new if item not in old]:
            yield f"grants references {field} {listed(came)}"


def _gateway(pair: Pair) -> Iterator[str]:
    old, new = (
        {text(one, "name"): text(one, "allowedRoutes", "namespaces", "from") or "Same" for _, one in entries(*path)}
        for path in ((pair.before, "spec", "listeners"), (pair.after, "spec", "listeners"))
    )
    for name, origin in new.items():
        if name in old and origin != old[name] and "Same" != origin != "None":
            yield f"listener {name} takes routes of {'all namespaces' if origin == 'All' else 'other namespaces'}"


_LOOKS: dict[str, Callable[[Pair], Iterator[str]]] = {
    kinds.ROLE: _role,
    kinds.CLUSTER_ROLE: _role,
    kinds.ROLE_BINDING: _binding,
    kinds.CLUSTER_ROLE_BINDING: _binding,
    kinds.GATEWAY: _gateway,
    kinds.NAMESPACE: _namespace,
    kinds.SERVICE_ACCOUNT: _account,
    kinds.APP_PROJECT: _project,
    kinds.REFERENCE_GRANT: _grant,
}
