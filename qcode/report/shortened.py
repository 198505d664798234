"""As much of a long table as a page can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TypeVar

from qcode.report.document import Table

ROWS = 2_000
COLUMNS = 100
LETTERS = 3_000_000  # in all cells
PART = 4  # of what there is room for, this part is shown where there is more: that is then read elsewhere
TOTALS = ("total", "in all")

T = TypeVar("T")


def shortened(table: Table) -> Table:
    """The first rows and columns, and the total; the table itself where a page can hold all of it."""
    rows = _kept([row[0] for row in table.rows], min(ROWS, _readable(table)), PART)
    columns = _kept([column.label for column in table.columns], COLUMNS)
    if len(rows) == len(table.rows) and len(columns) == len(table.columns):
        return table

    def cells(lines: Sequence[Sequence[T]]) -> list[list[T]]:
        return [_at(lines[row], columns) for row in rows] if lines else []

    return replace(
        table, columns=_at(table.columns, columns), rows=cells(table.rows), plain=cells(table.plain), short=(),
        foot=_at(table.foot, columns), depth=_at(table.depth, rows), evidence=cells(table.evidence), parts={},
    )  # fmt: skip


def _readable(table: Table) -> int:
    """How many rows have so many letters together."""
    return sum(so_far <= LETTERS for so_far in accumulate(sum(map(len, row)) for row in table.rows))


def _kept(heads: Sequence[str], most: int, part: int = 1) -> Sequence[int]:
    """The places of the first of these, and of a total at their end."""
    if len(heads) <= most:
        return range(len(heads))
    most = max(most // part, 1)
    return [*range(most - 1), len(heads) - 1] if heads[-1] in TOTALS else range(most)


def _at(values: Sequence[T], places: Sequence[int]) -> list[T]:
    return [values[place] for place in places] if values else []
