"""Who may do less than before: what a role, a binding or a network policy no longer lets through may be missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.diff import flows, rights
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import listed


def narrowings(pair: Pair) -> Iterator[str]:
    """Say what a change no longer allows."""
    look = _LOOKS.get(pair.key.type)
    if look is not None and pair.before and pair.after and _is_about_it(pair):
        yield from look(pair)


def _is_about_it(pair: Pair) -> bool:
    """Tell whether more than metadata changes."""
    return any(pair.before.get(field) != pair.after.get(field) for field in ("spec", "rules", "subjects"))


def _role(pair: Pair) -> Iterator[str]:
    if gone := rights.beyond(rights.rights(pair.before), rights.rights(pair.after)):
        yield f"no longer allows: {listed([right.shown for right in gone])}"


def _binding(pair: Pair) -> Iterator[str]:
    kept = rights.subjects(pair.after)
    if gone := [one for one in rights.subjects(pair.before) if one not in kept]:
        yield f"takes {rights.role_of(pair.before)} from {listed(gone)}"


def _policy(pair: Pair) -> Iterator[str]:
    for direction in flows.DIRECTIONS:
        if not flows.restricts(pair.before, direction):
            if flows.restricts(pair.after, direction):
                allowed = flows.described(flows.flows(pair.after, direction), direction)
                yield f"restricts {direction} from now on to: {listed(allowed, 3) if allowed else 'nothing'}"
            continue
        old, new = (flows.flows(body, direction) for body in (pair.before, pair.after))
        if gone := flows.beyond(old, new):
            yield f"{direction} is no longer allowed: {listed(flows.described(gone, direction), 3)}"


_LOOKS: dict[str, Callable[[Pair], Iterator[str]]] = {
    kinds.ROLE: _role,
    kinds.CLUSTER_ROLE: _role,
    kinds.ROLE_BINDING: _binding,
    kinds.CLUSTER_ROLE_BINDING: _binding,
    kinds.NETWORK_POLICY: _policy,
}
