"""The whole set as a graph: what there is, by kind and name, which pods labels select, and what exists elsewhere.

Everything is looked up in indices that are built once, so that all rules together take time in proportion to the set.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar, cast

from lumen_constructs.checks.externals import External, externals_of
from lumen_constructs.checks.items import Item, Refusal
from lumen_constructs.checks.kinds import CRD, SYSTEM_NAMESPACES
from lumen_constructs.checks.plain import text
from lumen_constructs.checks.pods import Pod, pod_of
from lumen_constructs.checks.selectors import GIVEN_BY_CONTROLLERS, Selector
from lumen_constructs.checks.settings import Settings
from lumen_constructs.errors import LumenError

T = TypeVar("T")

#: How many names are compared for suggestions in one check: beyond it, a broken set gets findings without suggestions.
_MOST_COMPARED = 100_000

#: How many objects all selectors together may lead to: a set of 10,000 objects stays far below, and what is above has
#: thousands of selectors that each take in thousands of pods.
_MOST_SELECTED = 10_000_000

#: How long the value of a label may be; what is longer is no label, and would only cost time.
_LONGEST_VALUE = 63


class Graph:
    """The objects of one set, and how they hang together."""

    def __init__(self, items: Sequence[Item], refused: Sequence[Refusal], settings: Settings) -> None:
        self.items = items
        self.refused = refused
        self.waived: set[tuple[Item, str]] = set()
        """The objects and rules whose findings were waived; known once all other rules have run."""
        self.settings = settings
        self._by_type: dict[str, list[Item]] = defaultdict(list)
        self._by_key: dict[str, dict[tuple[str, str], Item]] = defaultdict(dict)
        self._by_namespace: dict[tuple[str, str], list[Item]] = defaultdict(list)
        self._memory: dict[Callable[[Graph], Any], Any] = {}
        self._compared = 0
        self._selected = 0
        self._names_of: dict[tuple[str, str], list[str]] = {}
        for item in items:
            self._by_type[item.type].append(item)
            if item.name:
                self._by_key[item.type].setdefault(item.key, item)
            self._by_namespace[(item.type, item.namespace)].append(item)
        for refusal in refused:
            # It stays findable, so that one fault does not become many.
            self._by_key[refusal.item.type].setdefault(refusal.item.key, refusal.item)
        self.namespaces = dict.fromkeys(item.name if item.type == "Namespace" else item.namespace for item in items)

    def of(self, *types: str) -> list[Item]:
        """Give the objects of these types, in the order of the set."""
        if len(types) == 1:
            return self._by_type.get(types[0], [])
        return [item for type_ in types for item in self._by_type.get(type_, [])]

    def find(self, type_: str, namespace: str, name: str) -> Item | None:
        """Give an object by its name; one that says no namespace is in every namespace."""
        named = self._by_key.get(type_)
        if named is None:
            return None
        return named.get((namespace, name)) or named.get(("", name))

    def names(self, type_: str, namespace: str) -> list[str]:
        """Give the names of the objects of a type in a namespace."""
        key = (type_, namespace)
        if key not in self._names_of:
            self._names_of[key] = [item.name for item in self._by_namespace.get(key, []) if item.name]
        return self._names_of[key]

    def of_in(self, type_: str, namespace: str) -> list[Item]:
        """Give the objects of a type in a namespace."""
        found = self._by_namespace.get((type_, namespace), [])
        self.spend(len(found))
        return found

    def spend(self, amount: int) -> None:
        """Count the objects that a rule is about to go through, for this object again.

        :raises LumenError: if it is more than can be gone through in bounded time
        """
        self._selected += amount
        if self._selected > _MOST_SELECTED:
            message = f"the set is too entangled to check: its selectors lead to over {_MOST_SELECTED} objects"
            raise LumenError(message)

    def holds(self, namespace: str) -> bool:
        """Tell whether the set has anything to say about a namespace: what it does not hold may be elsewhere."""
        return namespace in self.namespaces and namespace not in SYSTEM_NAMESPACES

    def meant_namespace(self, namespace: str, type_: str, name: str) -> str:
        """Give the namespace that was probably meant by one that is not in the set: it has such an object."""
        if namespace in self.namespaces:
            return ""
        near = self.near(namespace, self.namespaces, cutoff=0.8)
        return near if near and self.find(type_, near, name) else ""

    def once(self, make: Callable[[Graph], T]) -> T:
        """Give what ``make`` makes of this graph; it is made only once."""
        if make not in self._memory:
            self._memory[make] = make(self)
        return cast("T", self._memory[make])

    def near(self, word: str, candidates: Iterable[str], *, cutoff: float = 0.6) -> str:
        """Give the candidate that was probably meant, or nothing."""
        if self._compared > _MOST_COMPARED or len(word) > 253:
            return ""
        among = list(dict.fromkeys(candidates))
        self._compared += len(among)
        found = difflib.get_close_matches(word, among[:_MOST_COMPARED], n=1, cutoff=cutoff)
        return found[0] if found else ""

    def meant(self, word: str, candidates: Iterable[str]) -> str:
        """Give the hint ``did you mean 'x'?``, or nothing."""
        near = self.near(word, candidates)
        return f"did you mean '{near}'?" if near else ""

    @cached_property
    def externals(self) -> External:
        """What was declared to exist outside the set."""
        return externals_of(self.items, self.settings.external)

    def is_external(self, kind: str, namespace: str, name: str) -> bool:
        """Tell whether an object was declared to exist outside the set."""
        return self.externals.declares(kind, namespace, name)

    @cached_property
    def pods(self) -> list[Pod]:
        """The pods that the objects of the set make."""
        return [pod for item in self.items if (pod := pod_of(item))]

    @cached_property
    def _pods_by_item(self) -> dict[Item, Pod]:
        return {pod.item: pod for pod in self.pods}

    def pod_of(self, item: Item) -> Pod | None:
        """Give the pods that ``item`` makes."""
        return self._pods_by_item.get(item)

    @cached_property
    def _pods_by_namespace(self) -> dict[str, list[Pod]]:
        found: dict[str, list[Pod]] = defaultdict(list)
        for pod in self.pods:
            found[pod.namespace].append(pod)
        return found

    @cached_property
    def _pods_by_label(self) -> dict[tuple[str, str, str], list[Pod]]:
        found: dict[tuple[str, str, str], list[Pod]] = defaultdict(list)
        for pod in self.pods:
            for key, value in pod.labels.items():
                found[(pod.namespace, key, value)].append(pod)
        return found

    def pods_in(self, namespace: str) -> list[Pod]:
        """Give the pods of a namespace."""
        found = self._pods_by_namespace.get(namespace, [])
        self.spend(len(found))
        return found

    def a_pod_of(self, namespace: str) -> Pod | None:
        """Give one of the pods of a namespace, if the set has any there."""
        return next(iter(self._pods_by_namespace.get(namespace, [])), None)

    def nearest_pod(self, namespace: str, selector: Selector) -> Pod | None:
        """Give the pods of a namespace whose labels miss a selector by the least."""
        candidates = self._pods_by_namespace.get(namespace, [])
        return self.nearest_labels(selector, ((pod, pod.labels) for pod in candidates))

    def nearest(self, type_: str, namespaces: Iterable[str], selector: Selector) -> Item | None:
        """Give the object of a type whose labels miss a selector by the least."""
        candidates = (item for place in namespaces for item in self._by_namespace.get((type_, place), []))
        return self.nearest_labels(selector, ((item, item.labels) for item in candidates))

    def pods_selected(self, namespace: str, selector: Selector) -> list[Pod]:
        """Give the pods of a namespace that a selector selects."""
        memory = self.once(_selections)
        found = memory.get((namespace, selector))
        if found is None:
            found = memory[(namespace, selector)] = self._select(namespace, selector)
        self.spend(len(found))
        return found

    def _select(self, namespace: str, selector: Selector) -> list[Pod]:
        candidates = self._pods_by_namespace.get(namespace, [])
        for key, value in selector.labels:
            if key not in GIVEN_BY_CONTROLLERS:
                carriers = self._pods_by_label.get((namespace, key, value), [])
                if len(carriers) < len(candidates):
                    candidates = carriers
        self.spend(len(candidates))
        return [pod for pod in candidates if selector.matches(pod.labels, GIVEN_BY_CONTROLLERS)]

    def nearest_labels(self, selector: Selector, labelled: Iterable[tuple[T, dict[str, str]]]) -> T | None:
        """Give the object whose labels miss the selector by the least, if any of its labels comes near at all."""
        best: tuple[tuple[int, float], T] | None = None
        for thing, labels in labelled:
            self._compared += 1
            if self._compared > _MOST_COMPARED:
                break
            distance = (len(selector.difference(labels)), -_likeness(selector, labels))
            if (best is None or distance < best[0]) and (distance[1] or distance[0] < selector.demands):
                best = (distance, thing)
        return best[1] if best else None

    @cached_property
    def custom_types(self) -> dict[str, Item]:
        """The kinds that the set's CustomResourceDefinitions define."""
        return {
            f"{text(crd.body, 'spec', 'names', 'kind')}.{text(crd.body, 'spec', 'group')}": crd for crd in self.of(CRD)
        }


def _selections(_: Graph) -> dict[tuple[str, Selector], list[Pod]]:
    return {}


def _likeness(selector: Selector, labels: dict[str, str]) -> float:
    """Tell how near the labels' values come to the wanted ones; a key that is there at all counts a little."""
    likeness = 0.0
    for key, value in selector.labels:
        if key in labels and len(labels[key]) + len(value) <= 2 * _LONGEST_VALUE:
            likeness += 0.1 + difflib.SequenceMatcher(None, labels[key], value).ratio()
        elif value in labels.values():
            likeness += 0.5
    return likeness
