"""Who may do more than before: RBAC, network policies, pods' privileges, and what a project admits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, entries, mapping, sequence, text, texts
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.pods import more_privileged
from lumen_constructs.diff.wording import listed, shown

_WAIVE = "lumen-constructs/waive"
_ENFORCE = "pod-security.kubernetes.io/enforce"
_LEVELS = ("privileged", "baseline", "restricted")

#: Lists of an AppProject that say what is admitted.
_ADMITTED = ("sourceRepos", "destinations", "clusterResourceWhitelist", "namespaceResourceWhitelist")


def widenings(pair: Pair, context: Context) -> Iterator[str]:  # noqa: ARG001  # every look has the same arguments
    """Say what a change allows that was not allowed before."""
    look = _LOOKS.get(pair.key.type)
    if look is not None:
        yield from look(pair)
    if pair.after and pair.key.type in kinds.TEMPLATES:
        path = kinds.TEMPLATES[pair.key.type]
        yield from more_privileged(_pod(pair.before, path), _pod(pair.after, path))
    waived = texts(pair.after, "metadata", "annotations").get(_WAIVE, "").splitlines()
    before = texts(pair.before, "metadata", "annotations").get(_WAIVE, "").splitlines()
    for line in waived:
        if line.strip() and line not in before:
            yield f"a check is waived: {shown(line.strip())}"


def _pod(body: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    return mapping(body, *path, "spec") if body else {}


def _role(pair: Pair) -> Iterator[str]:
    before = list(_permissions(pair.before))
    came = [new for new in _permissions(pair.after) if not any(_covers(old, new) for old in before)]
    if came:
        yield f"allows: {listed([_permission(one) for one in came])}"


def _permissions(body: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Give each right of a role: verb, group, resource and name, with ``*`` for all."""
    for _, rule in entries(body, "rules"):
        names = sequence(rule, "resourceNames") or ["*"]
        for right in product(sequence(rule, "verbs"), sequence(rule, "apiGroups"), sequence(rule, "resources"), names):
            yield tuple(map(str, right))
        for verb, url in product(sequence(rule, "verbs"), sequence(rule, "nonResourceURLs")):
            yield str(verb), "", str(url), "*"


def _covers(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    return all(have in ("*", want) for have, want in zip(old, new, strict=True))


def _permission(right: tuple[str, ...]) -> str:
    verb, group, resource, name = right
    return f"{verb} {resource}{f'.{group}' if group else ''}{f'/{name}' if name != '*' else ''}"


def _binding(pair: Pair) -> Iterator[str]:
    before = [_subject(subject) for _, subject in entries(pair.before, "subjects")]
    after = [_subject(subject) for _, subject in entries(pair.after, "subjects")]
    if pair.before and at(pair.before, "roleRef") != at(pair.after, "roleRef"):
        before = []
    came = [subject for subject in after if subject not in before]
    if came:
        yield f"gives {text(pair.after, 'roleRef', 'kind')} {text(pair.after, 'roleRef', 'name')} to {listed(came)}"


def _subject(subject: Mapping[str, Any]) -> str:
    return " ".join(
        part
        for part in (text(subject, "kind"), "/".join(filter(None, (text(subject, "namespace"), text(subject, "name")))))
        if part
    )


def _policy(pair: Pair) -> Iterator[str]:
    if not pair.after:
        yield "its pods are no longer restricted by this policy"
        return
    if not pair.before:
        return
    if at(pair.before, "spec", "podSelector") != at(pair.after, "spec", "podSelector"):
        yield "is about other pods; those that it no longer selects are not restricted by it"
    for field, direction in (("ingress", "from"), ("egress", "to")):
        if _restricts(pair.before, field) and not _restricts(pair.after, field):
            yield f"no longer restricts {field}"
        elif _restricts(pair.before, field):
            old = [rule for _, rule in entries(pair.before, "spec", field)]
            new = [rule for _, rule in entries(pair.after, "spec", field)]
            came = [rule for rule in new if not any(_admits(have, rule, direction) for have in old)]
            if came:
                yield f"{field} is allowed: {listed([_flow(rule, direction) for rule in came], 3)}"


def _restricts(body: Mapping[str, Any], field: str) -> bool:
    types = sequence(body, "spec", "policyTypes")
    return field.capitalize() in types if types else field == "ingress" or "egress" in mapping(body, "spec")


def _admits(old: Mapping[str, Any], new: Mapping[str, Any], direction: str) -> bool:
    """Tell whether an old rule lets through all that a new one does."""
    for part in (direction, "ports"):
        have, want = sequence(old, part), sequence(new, part)
        if have and (not want or any(item not in have for item in want)):
            return False
    return True


def _flow(rule: Mapping[str, Any], direction: str) -> str:
    peers = ", ".join(_peer(peer) for _, peer in entries(rule, direction)) or "everybody"
    ports = ", ".join(f"{port.get('port', 'all')}" for _, port in entries(rule, "ports")) or "all"
    return f"{direction} {peers} on ports {ports}"


def _peer(peer: Mapping[str, Any]) -> str:
    parts = []
    if "ipBlock" in peer:
        parts.append(text(peer, "ipBlock", "cidr"))
    for field, noun in (("namespaceSelector", "namespaces"), ("podSelector", "pods")):
        if field in peer:
            labels = texts(peer, field, "matchLabels")
            parts.append(
                f"{noun} {' '.join(f'{key}={value}' for key, value in labels.items())}" if labels else f"all {noun}"
            )
    return " with ".join(parts)


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


_LOOKS: dict[str, Callable[[Pair], Iterator[str]]] = {
    kinds.ROLE: _role,
    kinds.CLUSTER_ROLE: _role,
    kinds.ROLE_BINDING: _binding,
    kinds.CLUSTER_ROLE_BINDING: _binding,
    kinds.NETWORK_POLICY: _policy,
    kinds.NAMESPACE: _namespace,
    kinds.SERVICE_ACCOUNT: _account,
    kinds.APP_PROJECT: _project,
    kinds.REFERENCE_GRANT: _grant,
}
