"""What changes of an object where nothing worse is to be said of it: in the object's own terms, with values if few."""

from __future__ import annotations

from collections.abc import Sequence

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import text
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.fields import FieldChange
from lumen_constructs.diff.narrowing import narrowings
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.restarts import reasons
from lumen_constructs.diff.wording import became, brief, listed

#: How many fields are told with their values, and in how many characters at most.
_MOST_TOLD = 2
_LONGEST = 160

#: Whose content becomes a Secret, and where it stands.
_SECRETS = {kinds.SEALED_SECRET: "encryptedData", kinds.EXTERNAL_SECRET: "data"}


def summary(pair: Pair, fields: Sequence[FieldChange], context: Context) -> tuple[str, bool]:
    """Say what changes of an object, and whether that is all that its fields would say."""
    if pair.moved and not fields:
        return f"moves from {pair.moved[0]} to {pair.moved[1]}, and is kept meanwhile", True
    if found := _special(pair, fields, context):
        return found, False
    told = [f"{brief(field.path)} {became(field)}" for field in fields]
    if len(told) <= _MOST_TOLD and len(text_ := ", ".join(told)) <= _LONGEST:
        return f"{text_}{_note(pair, fields)}", True
    return listed(list(dict.fromkeys(brief(field.path) for field in fields)), 3), False


def _note(pair: Pair, fields: Sequence[FieldChange]) -> str:
    """Say what a change of storage does to what is there already."""
    last = [field.path[-1] for field in fields]
    if pair.key.type == kinds.CLAIM and "storage" in last:
        return ", if its storage class lets it grow"
    return (
        "; instances that are there keep theirs"
        if pair.key.type == kinds.CNPG_CLUSTER and "storageClass" in last
        else ""
    )


def _special(pair: Pair, fields: Sequence[FieldChange], context: Context) -> str:
    type_ = pair.key.type
    if type_ == kinds.CRON_JOB:
        found = reasons(pair, ("spec", "jobTemplate", "spec", "template"), context)
        inside = ("spec", "jobTemplate", "spec", "template")
        found += [f"{brief(field.path[1:])} {became(field)}" for field in fields if _is_its_own(field, inside)]
        return f"from its next run on: {listed(found)}" if found else ""
    if type_ in (kinds.CONFIG_MAP, kinds.SECRET):
        keys = _below(fields, "data") + _below(fields, "binaryData") + _below(fields, "stringData")
        readers = context.restarted_by(pair.key)
        return f"{_keys(keys)}; {listed(readers, 3)} restart{'s' if len(readers) == 1 else ''}" if readers else ""
    if type_ in _SECRETS:
        keys = _below(fields, "spec", _SECRETS[type_])
        name = text(pair.after, "spec", "target", "name") or pair.key.name
        late = "pods that are running keep the old values in their variables"
        return f"Secret {name} gets other values of {_keys(keys)}; {late}" if keys else ""
    if type_ == kinds.PROMETHEUS_RULE:
        rules = [str(field.path[4]) for field in fields if len(field.path) > 4 and field.path[3] == "rules"]
        named = [rule.partition("=")[2].removesuffix("]") for rule in dict.fromkeys(rules)]
        return f"rules {listed([name for name in named if name], 3)}" if all(named) and named else ""
    return listed(list(narrowings(pair)), 3)


def _is_its_own(field: FieldChange, inside: tuple[str, ...]) -> bool:
    """Tell whether a field is the object's own, not of the pods that it makes, nor a label."""
    return field.path[: len(inside)] != inside and field.path[:1] == ("spec",)


def _below(fields: Sequence[FieldChange], *parents: str) -> list[str]:
    depth = len(parents)
    found = [str(field.path[depth]) for field in fields if field.path[:depth] == parents and len(field.path) > depth]
    return [key.partition("=")[2].removesuffix("]") if key.startswith("[") else key for key in dict.fromkeys(found)]


def _keys(keys: list[str]) -> str:
    return listed(keys, 3)
