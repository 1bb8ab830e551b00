"""From two trees to what a change does: pairs of objects, each seen through every kind of risk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from lumen_constructs.diff.context import Context
from lumen_constructs.diff.deletions import deletions
from lumen_constructs.diff.exposure import exposures
from lumen_constructs.diff.fields import FieldChange, changes
from lumen_constructs.diff.objects import Pair, changed_pairs
from lumen_constructs.diff.refusals import refusals
from lumen_constructs.diff.report import Comparison, ObjectChange, SetChange
from lumen_constructs.diff.restarts import restarts
from lumen_constructs.diff.risks import Headline, Risk
from lumen_constructs.diff.scaling import scalings
from lumen_constructs.diff.trees import Tree
from lumen_constructs.diff.widening import widenings
from lumen_constructs.diff.wording import hidden, listed

#: Each looks at a pair for one kind of risk, and says in words what it finds.
_LOOKS: dict[Risk, Callable[[Pair, Context], Iterable[str]]] = {
    Risk.REFUSED: refusals,
    Risk.DELETED: deletions,
    Risk.RESTARTED: restarts,
    Risk.WIDENED: widenings,
    Risk.EXPOSED: exposures,
    Risk.SCALED: scalings,
}


def compare(before: Tree, after: Tree) -> Comparison:
    """Tell what happens in a cluster when ``after`` follows ``before``.

    Objects are known by set, kind, namespace and name; the names of files, comments and the order of keys are no
    change.

    :raises LumenError: for every file that differs and cannot be read as manifests
    """
    sets: dict[str, list[Pair]] = defaultdict(list)
    for pair in changed_pairs(before, after):
        sets[pair.key.folder].append(pair)
    groups = [_set_change(folder, pairs) for folder, pairs in sets.items()]
    return Comparison(tuple(sorted(groups, key=lambda group: (group.risk.rank, group.folder))))


def _set_change(folder: str, pairs: list[Pair]) -> SetChange:
    context = Context(pairs)
    objects = [_object_change(pair, context) for pair in pairs]
    return SetChange(folder, tuple(sorted(objects, key=lambda changed: (changed.risk.rank, changed.object))))


def _object_change(pair: Pair, context: Context) -> ObjectChange:
    fields = tuple(_fields(pair)) if pair.before and pair.after else ()
    headlines = [Headline(risk, text) for risk, look in _LOOKS.items() for text in look(pair, context)]
    if not pair.before:
        headlines.append(Headline(Risk.CREATED, "is new"))
    elif not headlines:
        headlines.append(Headline(Risk.CHANGED, _summary(pair, fields)))
    return ObjectChange(pair.key.shown, tuple(headlines), fields)


def _summary(pair: Pair, fields: Sequence[FieldChange]) -> str:
    """Name what changes of an object where nothing worse is to be said of it."""
    if pair.moved and not fields:
        return f"moves from {pair.moved[0]} to {pair.moved[1]}, and is kept meanwhile"
    return listed([field.shown for field in fields], 3)


def _fields(pair: Pair) -> Iterator[FieldChange]:
    for change in changes(pair.before, pair.after):
        if pair.replaces and change.path == ("metadata", "name"):
            continue
        yield hidden(change, pair.key.type)
