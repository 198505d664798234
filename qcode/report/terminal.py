"""Tables on a terminal, through rich. Nothing is cut off: a table too wide folds into blocks that repeat its rows."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from qcode.core.words import one_line
from qcode.report.document import Column, Document, Table

GAP = 2  # characters between two columns
LIST = 18  # a column of words folds at this width
HEADING = 14  # a heading longer than this folds, where the words under it are shorter


def as_table(document: Document, *, width: int | None = None, colour: bool = False) -> str:
    """The table in that many characters; without `width` as wide as it is, for what is not a terminal."""
    table = document.table
    out = io.StringIO()
    blocks = list(_blocks(table, width)) if width else [tuple(range(table.keys, len(table.columns)))]
    console = Console(
        file=out, width=width or _whole(table), force_terminal=colour, no_color=not colour, highlight=False,
        legacy_windows=False, color_system="standard" if colour else None,
    )  # fmt: skip
    for number, block in enumerate(blocks):
        if number:
            console.print()
        console.print(_grid(table, (*range(table.keys), *block), fold=width is not None))
    for note in (table.legend, *table.notes):
        if note:
            console.print(Text(one_line(note), style="dim", overflow="fold"), soft_wrap=width is None)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def _grid(table: Table, chosen: Sequence[int], *, fold: bool) -> Grid:
    """These columns of the table. Users' words go in as Text, which has no markup."""
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False)
    for at in chosen:
        column = table.columns[at]
        widest = None if not fold or at < table.keys else _wide(table, at)
        grid.add_column(
            _heading(column), justify=column.align, overflow="fold", no_wrap=not fold, max_width=widest,
            min_width=_narrow(table, at) if fold and at >= table.keys else None,
        )  # fmt: skip
    for row, depth in zip(table.rows, table.depth or [0] * len(table.rows), strict=True):
        grid.add_row(*(Text("  " * depth * (at == 0) + one_line(row[at])) for at in chosen))
    if table.foot:
        grid.add_section()
        grid.add_row(*(Text(one_line(table.foot[at])) for at in chosen), style="dim")
    return grid


def _heading(column: Column) -> Text:
    return Text(f"{one_line(column.group)}\n{one_line(column.label)}" if column.group else one_line(column.label))


def _blocks(table: Table, width: int) -> Iterator[tuple[int, ...]]:
    """Which columns stand beside each other: as many as fit, a group kept together where it fits in one block."""
    room = max(width - sum(_key_width(table, at, width) + GAP for at in range(table.keys)), 1)
    columns = range(table.keys, len(table.columns))
    block: tuple[int, ...] = ()
    for _, members in groupby(columns, key=lambda at: table.columns[at].group):
        group = tuple(members)
        if block and _needs(table, (*block, *group)) > room and _needs(table, group) <= room:
            yield block
            block = ()
        for at in group:
            if block and _needs(table, (*block, at)) > room:
                yield block
                block = ()
            block = (*block, at)
    if block or not columns:
        yield block


def _needs(table: Table, columns: Sequence[int]) -> int:
    return sum(_wide(table, at) + GAP for at in columns) - GAP


def _key_width(table: Table, at: int, width: int) -> int:
    """Row labels fold when they would take more than two fifths of the width."""
    return min(_longest(table, at), width * 2 // 5)


def _wide(table: Table, at: int) -> int:
    """How wide a column is that has room: its items whole up to a measure, its heading folded between words."""
    lines = [line.plain for line in _heading(table.columns[at]).split("\n")]
    longest = max((cell_len(word) for line in lines for word in line.split()), default=0)
    heading = min(max(map(cell_len, lines), default=0), max(HEADING, longest))
    return min(max(_items(table, at), heading, 1), 2 * HEADING if table.columns[at].align == "right" else LIST)


def _narrow(table: Table, at: int) -> int:
    return min(_wide(table, at), _items(table, at))


def _items(table: Table, at: int) -> int:
    rows = [*table.rows, *([table.foot] if table.foot else [])]
    return max((cell_len(one_line(row[at])) for row in rows), default=1)


def _longest(table: Table, at: int) -> int:
    indent = 2 * max(table.depth, default=0) * (at == 0)
    return max(_items(table, at) + indent, cell_len(one_line(table.columns[at].label)))


def _whole(table: Table) -> int:
    """Wide enough for everything on one line."""
    groups = (cell_len(one_line(column.group)) for column in table.columns)
    return sum(_longest(table, at) + group + GAP for at, group in enumerate(groups)) + GAP
