"""From two trees to what a change does: pairs of objects, each seen through every kind of risk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from lumen_constructs.checks import kinds
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.deletions import deletions, is_kept
from lumen_constructs.diff.exposure import exposures
from lumen_constructs.diff.fields import FieldChange, changes
from lumen_constructs.diff.objects import Pair, changed_pairs, folder_of
from lumen_constructs.diff.refusals import refusals
from lumen_constructs.diff.report import Comparison, ObjectChange, SetChange
from lumen_constructs.diff.restarts import restarts
from lumen_constructs.diff.risks import Headline, Risk
from lumen_constructs.diff.scaling import scalings
from lumen_constructs.diff.successors import Move, moves
from lumen_constructs.diff.summaries import summary
from lumen_constructs.diff.telling import is_told_by
from lumen_constructs.diff.trees import Tree
from lumen_constructs.diff.widening import widenings
from lumen_constructs.diff.wording import hidden

#: Each looks at a pair for one kind of risk, and says in words what it finds.
_LOOKS: dict[Risk, Callable[[Pair, Context], Iterable[str]]] = {
    Risk.REFUSED: refusals,
    Risk.DELETED: deletions,
    Risk.RESTARTED: restarts,
    Risk.WIDENED: widenings,
    Risk.EXPOSED: exposures,
    Risk.SCALED: scalings,
}

#: Among objects of one risk, those that hold data stand first, then those that run, then what leads to them.
_FIRST = (
    *(kinds.NAMESPACE, kinds.CRD, kinds.VOLUME, kinds.CLAIM, kinds.STATEFUL_SET, kinds.CNPG_CLUSTER, kinds.KAFKA),
    *(kinds.KAFKA_NODE_POOL, kinds.MONGODB, kinds.KAFKA_TOPIC, kinds.DEPLOYMENT, kinds.ROLLOUT, kinds.DAEMON_SET),
    *(kinds.JOB, kinds.CRON_JOB, kinds.AUTOSCALER, kinds.SERVICE, kinds.INGRESS, kinds.GATEWAY, *kinds.ROUTES),
)
_ORDER = {type_: place for place, type_ in enumerate(_FIRST)}


def compare(before: Tree, after: Tree) -> Comparison:
    """Tell what happens in a cluster when ``after`` follows ``before``.

    Objects are known by set, kind, namespace and name; the names of files, comments and the order of keys are no
    change.

    :raises LumenError: for every file that differs and cannot be read as manifests
    """
    pairs = changed_pairs(before, after)
    sets: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        sets[pair.key.folder].append(pair)
    found: dict[str, list[Move]] = defaultdict(list)
    for move in moves(pairs, _renamed_sets(before, after)):
        for folder in dict.fromkeys((move.old.folder, move.new.folder)):
            found[folder].append(move)
    groups = [_set_change(folder, inside, found.get(folder, [])) for folder, inside in sets.items()]
    return Comparison(tuple(sorted(groups, key=lambda group: (group.risk.rank, group.folder))))


def _renamed_sets(before: Tree, after: Tree) -> Mapping[str, str]:
    """Guess which set takes the place of one that is gone: of another system, or in another environment."""
    old, new = ({folder_of(path): None for path in tree.ids} for tree in (before, after))
    came = [folder for folder in new if folder not in old]
    renamed = {}
    for folder in (folder for folder in old if folder not in new):
        system, _, environment = folder.partition("/")
        likely = [one for one in came if one.partition("/")[2] == environment] or [
            one for one in came if one.partition("/")[0] == system
        ]
        if len(likely) == 1:
            renamed[folder] = likely[0]
    return renamed


def _set_change(folder: str, pairs: list[Pair], found: list[Move]) -> SetChange:
    context = Context(pairs, found)
    changed = [(_object_change(pair, context), is_kept(pair)) for pair in pairs]
    ranked = sorted(changed, key=lambda one: (one[0].risk.rank, one[1], *_place(one[0])))
    return SetChange(folder, tuple(one for one, _ in ranked))


def _place(changed: ObjectChange) -> tuple[int, str]:
    return _ORDER.get(changed.key.type, len(_ORDER)), changed.object


def _object_change(pair: Pair, context: Context) -> ObjectChange:
    fields = tuple(_fields(pair)) if pair.before and pair.after else ()
    headlines = [Headline(risk, text) for risk, look in _LOOKS.items() for text in look(pair, context)]
    is_told = False
    if not pair.before:
        move = context.predecessor(pair.key)
        headlines.append(Headline(Risk.CREATED, f"is new, in place of {_origin(move)}" if move else "is new"))
    elif not headlines:
        text, is_told = summary(pair, fields, context)
        headlines.append(Headline(Risk.CHANGED, text))
    details = () if is_told else tuple(field for field in fields if not is_told_by(field, headlines))
    return ObjectChange(pair.key, tuple(headlines), fields, details)


def _origin(move: Move) -> str:
    origin = move.origin
    return f"the one in {origin}" if move.old.name == move.new.name and move.old.type == move.new.type else origin


def _fields(pair: Pair) -> Iterator[FieldChange]:
    for change in changes(pair.before, pair.after):
        if pair.replaces and change.path == ("metadata", "name"):
            continue
        yield hidden(change, pair.key.type)
