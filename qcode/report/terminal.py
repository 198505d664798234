"""Tables on a terminal. Nothing is cut off: a table too wide folds into blocks that repeat what each row is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from qcode.core.words import one_line
from qcode.report.document import Block, Document, Prose, Quotes, Table
from qcode.report.grid import Block as Lanes
from qcode.report.grid import grid, wrap
from qcode.report.text import told_of

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
    head = [Prose(document.title, 1)] if document.title else []
    for number, block in enumerate([*head, *document.blocks]):
        if number:
            yield Line("")
        yield from _shown(block, width)
    if len(document.blocks) > 1:
        yield Line("")
    yield from _noted(document.notes, width)


def _shown(block: Block, width: int | None) -> Iterator[Line]:
    if isinstance(block, Table):
        yield from _table(block, width)
    elif isinstance(block, Quotes):
        yield from _quotes(block, width)
    else:
        style = BOLD if block.level else PLAIN
        yield from (Line(text, style) for line in block.text.split("\n") for text in _wrapped(one_line(line), width))


def _table(table: Table, width: int | None) -> Iterator[Line]:
    if table.title:
        yield from (Line(text, BOLD) for text in _wrapped(one_line(table.title), width))
    laid = grid(table, width)
    for number, part in enumerate(laid.blocks):
        if number:
            yield Line("")
        yield from _block(part, len(table.rows))
    legend = [*([table.legend] if table.legend else []), *(f"{a} = {b}" for a, b in laid.shortened.items())]
    yield from _noted((PART.join(legend), *table.notes, *map(str, table.traces)), width)


def _quotes(quotes: Quotes, width: int | None) -> Iterator[Line]:
    """Each quote under where it stands and how it is coded."""
    if quotes.title:
        yield from (Line(text, BOLD) for text in _wrapped(one_line(quotes.title), width))
    if not quotes.items and quotes.empty:
        yield from (Line(text, DIM) for text in _wrapped(one_line(quotes.empty), width))
    for number, quote in enumerate(quotes.items):
        if number:
            yield Line("")
        yield from (Line(text, DIM) for text in _wrapped(told_of(quote), width))
        words = (quote.before, f"“{quote.text}”", quote.after)
        lines = [line for text in words if text for line in text.split("\n")]
        yield from (Line(text) for line in lines for text in _wrapped(one_line(line), width, indent=4))


def _wrapped(text: str, width: int | None, indent: int = 0) -> list[str]:
    """A paragraph in that width, indented; on one line where there is no width."""
    space = " " * indent
    return [space + line for line in (wrap(text, max(width - indent, 24)) if width else [text])]


def _noted(notes: Iterable[str], width: int | None) -> Iterator[Line]:
    for note in notes:
        if note:
            yield from (Line(text, DIM) for text in _parts(one_line(note), width))


def _block(block: Lanes, rows: int) -> Iterator[Line]:
    yield from _groups(block)
    yield from (Line(text, BOLD) for text in _row(block, block.headings, low=True))
    yield Line("─" * (sum(block.widths) + sum(block.gaps)))
    for at, cells in enumerate(zip(*(lane.cells for lane in block.lanes), strict=True)):
        if at == rows:
            yield Line("")
        yield from (Line(text, DIM if at == rows else PLAIN) for text in _row(block, cells))


def _groups(block: Lanes) -> Iterator[Line]:
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


def _row(block: Lanes, texts: Sequence[str], *, low: bool = False) -> Iterator[str]:
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
