"""The segments behind the cells of a table, told under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qcode.report.document import Table


def cited(table: Table) -> Table:
    """The table with a line per cell that has segments behind it; one for a row whose cells all have the same."""
    if not table.evidence:
        return table
    return replace(table, notes=[*table.notes, *_lines(table)])


def _lines(table: Table) -> list[str]:
    labels = next((at for at in range(len(table.columns)) if any(line[at] for line in table.evidence)), 1)
    lines = []
    for row, behind in zip(table.rows, table.evidence, strict=True):
        name = " / ".join(row[: max(labels, 1)])
        cells = {at: tuple(ids) for at, ids in enumerate(behind) if ids}
        if len({*cells.values()}) == 1 and len(cells) > 1:
            lines.append(_line(name, next(iter(cells.values()))))
        else:
            lines += [_line(f"{name} / {table.columns[at].label}", ids) for at, ids in cells.items()]
    return lines


def _line(name: str, ids: Sequence[str]) -> str:
    return f"{name}: {', '.join(ids)}"
