"""What a role of RBAC allows, and to whom a binding gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, NamedTuple

from lumen_constructs.checks.plain import entries, sequence, text

_ALL = "*"


class Right(NamedTuple):
    """One right: a verb on a resource of a group, or on a URL; ``*`` stands for all."""

    verb: str
    group: str
    resource: str
    name: str

    @property
    def shown(self) -> str:
        """The right in words: ``get secrets``, ``patch deployments.apps/cart``."""
        if self[:3] == (_ALL, _ALL, _ALL):
            return "everything on every resource"
        verb = "everything" if self.verb == _ALL else self.verb
        joint = " on " if self.verb == _ALL else " "
        resource = "every resource" if self.resource == _ALL else self.resource
        group = f".{self.group}" if self.group not in ("", _ALL) else " of every group" if self.group == _ALL else ""
        return f"{verb}{joint}{resource}{group}{f'/{self.name}' if self.name != _ALL else ''}"

    def covers(self, other: Right) -> bool:
        """Tell whether this right holds the other."""
        return all(have in (_ALL, want) for have, want in zip(self, other, strict=True))


def rights(body: Mapping[str, Any]) -> list[Right]:
    """Give each right of a role."""
    found: dict[Right, None] = {}
    for _, rule in entries(body, "rules"):
        names = sequence(rule, "resourceNames") or [_ALL]
        parts = product(sequence(rule, "verbs"), sequence(rule, "apiGroups"), sequence(rule, "resources"), names)
        found |= {Right(*map(str, part)): None for part in parts}
        urls = product(sequence(rule, "verbs"), sequence(rule, "nonResourceURLs"))
        found |= {Right(str(verb), "", str(url), _ALL): None for verb, url in urls}
    return list(found)


def beyond(new: Iterable[Right], old: Iterable[Right]) -> list[Right]:
    """Give the rights of ``new`` that no right of ``old`` covers."""
    exact = dict.fromkeys(old)
    wide = [right for right in exact if _ALL in right]
    return [right for right in new if right not in exact and not any(have.covers(right) for have in wide)]


def subjects(body: Mapping[str, Any]) -> list[str]:
    """Give whom a binding names: ``ServiceAccount shop/cart``."""
    return [
        f"{text(one, 'kind')} {'/'.join(filter(None, (text(one, 'namespace'), text(one, 'name'))))}".strip()
        for _, one in entries(body, "subjects")
    ]


def role_of(body: Mapping[str, Any]) -> str:
    """Give the role that a binding gives: ``Role cart``."""
    return f"{text(body, 'roleRef', 'kind')} {text(body, 'roleRef', 'name')}".strip()
