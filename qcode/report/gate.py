"""The one gate that outputs to be shared pass: small counts are hidden, and whatever would give them away.

A count of at least one that is below the minimum is hidden. So is every total over a hidden cell, and every total over
that: then nothing that is still shown depends on a hidden cell, and it can't be worked out from the table. Shares, and
other numbers that are derived from counts, go where they would tell. What is hidden itself and what is left out for
its sake look alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from qcode.core.model import Privacy
from qcode.core.privacy import LEFT_OUT
from qcode.core.words import NONE
from qcode.report.document import Block, Document, Place, Quotes, Table

HIDDEN = "…"
OVERALL = ("cases", "transcripts", "codings", "not_found")  # of the meta: totals over every table
_COUNT = re.compile(r"(\d+)\+?(?: \(\d+%\))?")
_SHARE = re.compile(r" \(\d+%\)")
_NUMBER = re.compile(r"[-−]?\d[\d.,]*%?")


def gated(document: Document, privacy: Privacy) -> Document:
    """The document without small counts, its records then those of its tables; and without quotes where none go out."""
    if privacy.quotes == "none":
        blocks, stacked = ([_unquoted(block) for block in some] for some in (document.blocks, document.stacked))
        document = replace(document, blocks=blocks, stacked=stacked)
    minimum = privacy.minimum_cell
    stacked = [_gated(block, minimum) if isinstance(block, Table) else block for block in document.stacked]
    document = replace(document, stacked=stacked)
    blocks = [_gated(block, minimum) if isinstance(block, Table) else block for block in document.blocks]
    if all(after is before for after, before in zip(blocks, document.blocks, strict=True)):
        return document
    meta = {name: value for name, value in document.meta.items() if name not in OVERALL}
    return replace(document, blocks=blocks, records=[*records_of(blocks)], meta=meta)


def _unquoted(block: Block) -> Block:
    if not isinstance(block, Quotes):
        return block
    return replace(block, items=[quote._replace(text=LEFT_OUT, before="", after="") for quote in block.items])


def _gated(table: Table, minimum: int) -> Table:
    small = {place for place, count in _counts(table).items() if 0 < count < minimum}
    if not small:
        return table
    hidden = _with_totals(small, table)
    hidden.update([*_derived(table, hidden)])
    legend = f"{HIDDEN} = fewer than {minimum}, or left out because it would tell of such a number"
    foot = len(table.rows)
    return replace(
        table,
        rows=[_row(row, at, hidden) for at, row in enumerate(table.rows)],
        plain=[_row(row, at, hidden) for at, row in enumerate(table.plain or table.rows)],
        foot=_row(table.foot, foot, hidden),
        legend=" · ".join(filter(None, (table.legend, legend))),
        notes=(),
        evidence=[
            [() if (at, col) in hidden else ids for col, ids in enumerate(line)]
            for at, line in enumerate(table.evidence)
        ],
    )


def _counts(table: Table) -> dict[Place, int]:
    """Every cell that is a count, the foot's among them, and its number."""
    found = {}
    for at, row in enumerate([*table.rows, table.foot]):
        for col, (column, cell) in enumerate(zip(table.columns, row, strict=False)):
            if column.listed:
                found[at, col] = 0 if cell in ("", NONE) else len(cell.split())
            elif column.ours and (match := _COUNT.fullmatch(cell)):
                found[at, col] = int(match.group(1))
    return found


def _with_totals(small: set[Place], table: Table) -> set[Place]:
    """The hidden cells, all totals over them, and all totals over those."""
    totals: dict[Place, list[Place]] = defaultdict(list)
    for total, part in (*_of_parts(table), *_of_branches(table)):
        totals[part].append(total)
    hidden, reached = set(small), list(small)
    while reached:
        for total in totals[reached.pop()]:
            if total not in hidden:
                hidden.add(total)
                reached.append(total)
    return hidden


def _of_parts(table: Table) -> Iterator[tuple[Place, Place]]:
    for total, parts in table.parts.items():
        yield from ((total, part) for part in parts)


def _of_branches(table: Table) -> Iterator[tuple[Place, Place]]:
    """Each row is a part of the nearest row above it that is indented less."""
    above: list[int] = []
    for at, depth in enumerate(table.depth):
        while above and table.depth[above[-1]] >= depth:
            above.pop()
        if above:
            yield from (((above[-1], col), (at, col)) for col in range(1, len(table.columns)))
        above.append(at)


def _derived(table: Table, hidden: set[Place]) -> Iterator[Place]:
    """Numbers that are no counts, in rows where a count is hidden: shares of their own, coefficients, means."""
    rows = {at for at, _ in hidden}
    for at, row in enumerate(table.rows):
        for col, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if at in rows and column.ours and _NUMBER.fullmatch(cell) and not _COUNT.fullmatch(cell):
                yield at, col


def _row(row: Sequence[str], at: int, hidden: set[Place]) -> list[str]:
    """The row with its marks; a share tells of the total that it is of, so none is left."""
    return [HIDDEN if (at, col) in hidden else _SHARE.sub("", cell) for col, cell in enumerate(row)]


def records_of(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    """A record per row of the tables, of what it shows and nothing more."""
    for table in blocks:
        if isinstance(table, Table):
            names = [f"{column.group}: {column.label}" if column.group else column.label for column in table.columns]
            for row in table.plain or table.rows:
                yield dict(zip(names, map(_typed, row), strict=True))


def _typed(cell: str) -> str | int:
    return int(cell) if cell.isascii() and cell.isdecimal() else cell
