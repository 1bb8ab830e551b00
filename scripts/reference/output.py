"""The tables of the output: stages and waves, and the canonical form."""

from __future__ import annotations

from itertools import groupby

from lumen_constructs.emit.canonical import canonical_rules, canonical_table
from lumen_constructs.emit.stages import stages_table
from reference.marked import NOTE, table


def stages() -> str:
    """Give a table of the stages in the order of apply, with the kinds in each."""
    rows = []
    for (stage, wave), entries in groupby(stages_table(), key=lambda row: row[:2]):
        kinds = [
            f"{'every other kind' if kind == '*' else kind}{f' ({group})' if group else ''}"
            for _, _, group, kind in entries
        ]
        rows.append((f"`{stage}`", str(wave).replace("-", "\N{MINUS SIGN}"), ", ".join(kinds)))
    services = ("`50-services`", "0 …", "every kind that is not listed here: Deployment, Service, NetworkPolicy, …")
    rows = sorted([*rows, services], key=lambda row: row[0])
    return table(("stage", "wave", "kinds"), rows)


def canonical_by_rule() -> str:
    """Give a table of the rules of the canonical form, with their reasons."""
    rows = [(words, example, why, ", ".join(kinds)) for words, example, why, kinds in canonical_rules()]
    return table(("what happens", "for example", "why", "in"), rows)


def canonical_page() -> str:
    """Give the page of the canonical form."""
    rows = [(f"`{kind}`" if " " not in kind else kind, f"`{field}`", words) for kind, field, words in canonical_table()]
    return (
        f"{NOTE}\n# Canonical form\n\n"
        "What the library does to each field that could otherwise be spelled in two ways, so that Git holds what the "
        'API server stores. A kind without a group or slash, such as Container, is a shape that other kinds hold: "as '
        'Container" in their rows refers to it.\n\n'
        f"{table(('kind', 'field', 'form'), rows)}"
    )
