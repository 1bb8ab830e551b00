"""Places inside of manifests, and what can be done there."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

Body = dict[str, Any]
Steps = tuple[str | int, ...]


class Broken(NamedTuple):
    """A set with one fault in it."""

    bodies: list[Body]
    name: str
    """The name of the broken object, which a finding has to tell."""
    place: str
    """What was broken, for the list of survivors."""


class Mutation(NamedTuple):
    """One way to break a set, applied wherever it fits."""

    name: str
    apply: Callable[[Sequence[Body]], Iterator[Broken]]


def walk(value: Any, pattern: str) -> Iterator[tuple[Steps, Any]]:
    """Give what a pattern leads to: ``*`` stands for every key or entry, ``**`` for a pod template's steps."""
    steps = pattern.split(".") if pattern else []
    yield from _walk(value, steps, ())


def _walk(value: Any, steps: Sequence[str], done: Steps) -> Iterator[tuple[Steps, Any]]:
    if not steps:
        yield done, value
        return
    step, rest = steps[0], steps[1:]
    if step == "*":
        pairs: list[tuple[str | int, Any]] = []
        if isinstance(value, dict):
            pairs = list(value.items())
        elif isinstance(value, list):
            pairs = list(enumerate(value))
        for key, entry in pairs:
            yield from _walk(entry, rest, (*done, key))
    elif isinstance(value, dict) and step.replace("~", ".") in value:
        key = step.replace("~", ".")
        yield from _walk(value[key], rest, (*done, key))


TEMPLATES = {
    "Deployment": "spec.template",
    "StatefulSet": "spec.template",
    "DaemonSet": "spec.template",
    "Rollout": "spec.template",
    "Job": "spec.template",
    "CronJob": "spec.jobTemplate.spec.template",
}
PODS = tuple(TEMPLATES)
LONG_RUNNING = ("Deployment", "StatefulSet", "DaemonSet", "Rollout")


def patterns(body: Body, pattern: str) -> list[str]:
    """Spell a pattern out for an object: ``<pod>`` is its template, ``<container>`` each kind of container."""
    template = TEMPLATES.get(str(body.get("kind")), "?")
    pattern = pattern.replace("<pod>", template)
    if "<container>" not in pattern:
        return [pattern]
    return [pattern.replace("<container>", f"{template}.spec.{role}.*") for role in ("containers", "initContainers")]


def places(bodies: Sequence[Body], kinds: Sequence[str], pattern: str) -> Iterator[tuple[int, Steps, Any]]:
    """Give every place of a set that a pattern leads to, in objects of these kinds (of all, where none is named)."""
    for position, body in enumerate(bodies):
        if not kinds or body.get("kind") in kinds:
            for one in patterns(body, pattern):
                for steps, value in walk(body, one):
                    yield position, steps, value


def every_mapping(bodies: Sequence[Body], kinds: Sequence[str]) -> Iterator[tuple[int, Steps, Body]]:
    """Give every mapping inside of the objects of these kinds."""
    for position, body in enumerate(bodies):
        if body.get("kind") in kinds:
            left: list[tuple[Steps, Any]] = [((), body)]
            while left:
                steps, value = left.pop()
                if isinstance(value, dict):
                    yield position, steps, value
                    left.extend(((*steps, key), entry) for key, entry in value.items())
                elif isinstance(value, list):
                    left.extend(((*steps, place), entry) for place, entry in enumerate(value))


def changed(bodies: Sequence[Body], position: int, change: Callable[[Body], None], place: str) -> Broken:
    """Give the set with one object changed; the others are shared."""
    body = copy.deepcopy(bodies[position])
    change(body)
    mutated = [*bodies[:position], body, *bodies[position + 1 :]]
    name = body["metadata"]["name"] or bodies[position]["metadata"]["name"]
    return Broken(mutated, name, f"{label(bodies[position])} {place}")


def label(body: Body) -> str:
    """Give an object's name as findings show it."""
    metadata = body["metadata"]
    return "/".join(str(part) for part in (body["kind"], metadata.get("namespace"), metadata["name"]) if part)


def shown(steps: Steps) -> str:
    """Give a place as text."""
    return ".".join(str(step) for step in steps)


def put(body: Body, steps: Steps, value: Any) -> None:
    """Set a value in a body, making the mappings on the way."""
    owner: Any = body
    for step in steps[:-1]:
        owner = owner.setdefault(step, {}) if isinstance(owner, dict) else owner[step]
    owner[steps[-1]] = value


def drop(body: Body, steps: Steps) -> None:
    """Remove a value from a body."""
    owner: Any = body
    for step in steps[:-1]:
        owner = owner[step]
    del owner[steps[-1]]


def changing(
    name: str,
    kinds: str,
    pattern: str,
    change: Callable[[Any], Any],
    fits: Callable[[Sequence[Body], Body, Any], bool] = lambda _bodies, _body, _value: True,
) -> Mutation:
    """Make a mutation that puts another value wherever a pattern leads to."""

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, steps, value in places(bodies, kinds.split(), pattern):
            if fits(bodies, bodies[position], value):
                other = change(copy.deepcopy(value))
                yield changed(bodies, position, partial(put, steps=steps, value=other), shown(steps))

    return Mutation(name, apply)


def dropping(
    name: str,
    kinds: str,
    pattern: str,
    fits: Callable[[Sequence[Body], Body, Any], bool] = lambda _bodies, _body, _value: True,
) -> Mutation:
    """Make a mutation that removes what a pattern leads to."""

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, steps, value in places(bodies, kinds.split(), pattern):
            if fits(bodies, bodies[position], value):
                yield changed(bodies, position, partial(drop, steps=steps), shown(steps))

    return Mutation(name, apply)


def adding(
    name: str,
    where: tuple[str, str],
    field: str | Steps,
    value: Any,
    fits: Callable[[Sequence[Body], Body, Any], bool] = lambda _bodies, _body, _value: True,
) -> Mutation:
    """Make a mutation that adds a field to every mapping that a pattern (of some kinds) leads to."""
    kinds, owner = where
    path: Steps = (field,) if isinstance(field, str) else field

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, steps, found in places(bodies, kinds.split(), owner):
            if isinstance(found, dict) and fits(bodies, bodies[position], found):
                place = (*steps, *path)
                yield changed(bodies, position, partial(put, steps=place, value=copy.deepcopy(value)), shown(place))

    return Mutation(name, apply)


def removing(
    name: str, kinds: str, fits: Callable[[Sequence[Body], Body], bool] = lambda _bodies, _body: True
) -> Mutation:
    """Make a mutation that removes a whole object."""

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, body in enumerate(bodies):
            if body.get("kind") in kinds.split() and fits(bodies, body):
                mutated = [*bodies[:position], *bodies[position + 1 :]]
                yield Broken(mutated, body["metadata"]["name"], f"{label(body)} removed")

    return Mutation(name, apply)


def typo(value: Any) -> Any:
    """Misspell a name the way that people do: swap its last two letters, or double the last one."""
    text = str(value)
    if len(text) > 2 and text[-1] != text[-2]:
        return text[:-2] + text[-1] + text[-2]
    return text + text[-1:]
