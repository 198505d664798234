"""Tables on a terminal. Nothing is cut off: a table too wide folds into blocks that repeat what each row is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from qcode.core.words import one_line
from qcode.report.document import Document
from qcode.report.grid import Block, grid, wrap

PART = " · "  # between the parts of a line under the table
DIM, BOLD, PLAIN = Style(dim=True), Style(bold=True), Style()


class Line(NamedTuple):
    text: str
    style: Style = PLAIN


def as_table(document: Document, *, width: int | None = None, colour: bool = False) -> str:
    """The table in that many characters; without `width` as wide as it is, for what is not a terminal."""
    system = ColorSystem.STANDARD if colour else None
    lines = (line._replace(text=line.text.rstrip()) for line in _lines(document, width))
    return "".join(line.style.render(line.text, color_system=system) + "\n" for line in lines)


def _lines(document: Document, width: int | None) -> Iterator[Line]:
    table = document.table
    laid = grid(table, width)
    for number, block in enumerate(laid.blocks):
        if number:
            yield Line("")
        yield from _block(block, len(table.rows))
    legend = [*([table.legend] if table.legend else []), *(f"{a} = {b}" for a, b in laid.shortened.items())]
    for note in (PART.join(legend), *table.notes):
        if note:
            yield from (Line(text, DIM) for text in _parts(one_line(note), width))


def _block(block: Block, rows: int) -> Iterator[Line]:
    yield from _groups(block)
    yield from (Line(text, BOLD) for text in _row(block, block.headings, low=True))
    yield Line("─" * (sum(block.widths) + sum(block.gaps)))
    for at, cells in enumerate(zip(*(lane.cells for lane in block.lanes), strict=True)):
        if at == rows:
            yield Line("")
        yield from (Line(text, DIM if at == rows else PLAIN) for text in _row(block, cells))


def _groups(block: Block) -> Iterator[Line]:
    """The groups' names, each in the middle over its columns, and a rule under it."""
    places = [*block.groups()]
    if not any(name for name, _, _ in places):
        return
    names = [[_middle(line, width) for line in wrap(name, width)] for name, _, width in places]
    for texts in _level(names, low=True):
        yield Line(_placed(texts, [start for _, start, _ in places]), BOLD)
    rules = ["─" * width if name else "" for name, _, width in places]
    yield Line(_placed(rules, [start for _, start, _ in places]))


def _middle(text: str, width: int) -> str:
    return " " * ((width - cell_len(text)) // 2) + text


def _placed(texts: Sequence[str], starts: Sequence[int]) -> str:
    line = ""
    for text, start in zip(texts, starts, strict=True):
        line += " " * (start - cell_len(line)) + text
    return line


def _row(block: Block, texts: Sequence[str], *, low: bool = False) -> Iterator[str]:
    """A row, as many lines as its longest cell takes. `low`: the others stand at the bottom."""
    cells = [wrap(text, width) for text, width in zip(texts, block.widths, strict=True)]
    for pieces in _level(cells, low=low):
        line = ""
        for lane, piece, width, gap in zip(block.lanes, pieces, block.widths, block.gaps, strict=True):
            pad = " " * (width - cell_len(piece))
            line += " " * gap + (pad + piece if lane.right else piece + pad)
        yield line


def _level(cells: Sequence[Sequence[str]], *, low: bool) -> Iterator[tuple[str, ...]]:
    """Line by line what stands beside each other."""
    if low:
        yield from reversed([*zip_longest(*(reversed(lines) for lines in cells), fillvalue="")])
    else:
        yield from zip_longest(*cells, fillvalue="")


def _parts(note: str, width: int | None) -> Iterator[str]:
    """The note in lines of that width, broken after a dot; a part too long for one line between its words."""
    if width is None:
        yield note
        return
    line = ""
    *parts, last = note.split(PART)
    for part in (*(f"{part} ·" for part in parts), last):
        joined = f"{line} {part}" if line else part
        if cell_len(joined) > width:
            if line:
                yield line
            *full, joined = wrap(part, width)
            yield from full
        line = joined
    yield line
