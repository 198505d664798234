"""Figures sketched in a terminal, with block characters. A sketch is for a look; the figure in a file is for print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.cells import cell_len

from qcode.report.figures.pictures import EMPTY, Band, Bars, Curve, Network, Picture, Tile, Tiles
from qcode.report.grid import wrap

SHADES = " ░▒▓█"
EIGHTHS = " ▏▎▍▌▋▊▉█"
FILLS = "█▒░▚▞▓"  # parts of a bar, in their order
LEAST, MOST = 24, 40  # characters of a label, and of the drawing at least
GAP = 2


def as_sketch(picture: Picture, told: str, width: int = 80) -> str:
    """The figure in that many characters, and what was counted."""
    lines = [*SKETCHERS[type(picture)](picture, width), *wrap(told, width)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _labels(rows: Sequence[str], width: int) -> tuple[list[str], int]:
    """Labels of one line and one width, a long one cut; and the room beside them."""
    wide = max(min(max(map(cell_len, rows), default=0), width - MOST), 8)
    cut = [label if cell_len(label) <= wide else f"{wrap(label, wide - 1)[0]}…" for label in rows]
    return [label + " " * (wide - cell_len(label)) for label in cut], width - wide - GAP


def _tiles(picture: Tiles, width: int) -> Iterator[str]:
    """Shades for numbers, words as they are; as many columns below each other as there is no room for beside."""
    labels, room = _labels(picture.rows, width)
    bands = picture.bands or [""] * len(labels)
    room -= max(map(cell_len, bands)) + 1 if picture.bands else 0
    wide = 1 + max(cell_len(text) for text in (*picture.cols, *(_shown(tile) for row in picture.tiles for tile in row)))
    each = max(room // wide, 1)
    letters = _letters(picture.groups, wide, each)
    for first in range(0, len(picture.cols), each):
        if first:
            yield ""
        some = slice(first, first + each)
        margin = " " * (width - room)
        if any(picture.groups):
            yield margin + "".join(_over([letters.get(name, name) for name in picture.groups[some]], wide))
        yield margin + "".join(col.rjust(wide) for col in picture.cols[some])
        before = ""
        for band, label, row in zip(bands, labels, picture.tiles, strict=True):
            lead = f"{'' if band == before else band:<{max(map(cell_len, bands))}} " if picture.bands else ""
            yield lead + label + " " * GAP + "".join(_shown(tile).rjust(wide) for tile in row[some])
            before = band
    yield ""
    if any(tile.weight is not None for row in picture.tiles for tile in row):
        yield f"{' '.join(SHADES[1:])}  from few to many"
    met = {tile.text for row in picture.tiles for tile in row}
    yield from (f"{mark} = {meaning}" for mark, meaning in EMPTY.items() if mark in met)
    yield from (line for name, letter in letters.items() for line in wrap(f"{letter} = {name}", width))
    yield from wrap(" · ".join(label for _, label in picture.tones), width)
    yield from (line for note in picture.notes for line in wrap(note, width))


def _letters(groups: Sequence[str], wide: int, each: int) -> dict[str, str]:
    """A letter for each group, where the name of one has no room over its columns."""
    parts = [groups[first : first + each] for first in range(0, len(groups), each)]
    spans = [(name, len([*members])) for part in parts for name, members in groupby(part)]
    if all(cell_len(name) < wide * span for name, span in spans):
        return {}
    return {name: chr(ord("A") + at % 26) for at, name in enumerate(dict.fromkeys(groups)) if name}


def _over(groups: Sequence[str], wide: int) -> Iterator[str]:
    for name, members in groupby(groups):
        span = wide * len([*members])
        yield (" " + name)[:span].ljust(span)


def _shown(tile: Tile) -> str:
    """A number with its shade before it."""
    if tile.weight is None:
        return tile.text
    return (SHADES[-(-int(tile.weight * 100) // 25)] if tile.weight else " ") + tile.text


def _bars(picture: Bars, width: int) -> Iterator[str]:
    labels, room = _labels(picture.rows, width)
    sums = [sum(row) for row in picture.values]
    most = max(sums, default=0) or 1
    scale = (room - len(str(most)) - 1) / most
    for label, row, total in zip(labels, picture.values, sums, strict=True):
        ends = [round(sum(row[: at + 1]) * scale) for at in range(len(row))]
        starts = [0, *ends]
        bar = "".join(_fill(at) * (end - start) for at, (start, end) in enumerate(zip(starts, ends, strict=False)))
        yield f"{label}{' ' * GAP}{bar} {total}"
    yield ""
    yield " · ".join(f"{_fill(at)} {label}" for at, (_, label) in enumerate(picture.parts)) + f" · {picture.unit}"


def _fill(at: int) -> str:
    return FILLS[at % len(FILLS)]


def _network(picture: Network, width: int) -> Iterator[str]:
    """The strongest pairs as bars."""
    edges = sorted(picture.edges, key=lambda edge: (-edge.weight, edge.a, edge.b))[:20]
    named = [f"{picture.nodes[edge.a]} – {picture.nodes[edge.b]}" for edge in edges]
    most = max((edge.weight for edge in edges), default=1)
    for edge, name in zip(edges, named, strict=True):
        yield from wrap(name, width)
        yield f"  {_bar(edge.weight / most, width - 10)} {edge.weight}"
    yield ""
    yield f"the {len(edges)} strongest of {len(picture.edges)} pairs · {picture.unit}"


def _curve(picture: Curve, width: int) -> Iterator[str]:
    labels, room = _labels(picture.steps, width)
    most = max(picture.total, default=1) or 1
    for label, new, total in zip(labels, picture.new, picture.total, strict=True):
        yield f"{label}{' ' * GAP}{_bar(total / most, room - 12)} {total} (+{new})"
    yield ""
    yield f"{picture.unit}: in all, and in brackets how many are new"


def _band(picture: Band, width: int) -> Iterator[str]:
    labels, room = _labels(picture.rows, width)
    for at, label in enumerate(labels):
        cells = [" "] * room
        for piece in picture.pieces:
            if piece.row == at:
                first = min(int(piece.start * room), room - 1)
                last = max(first + 1, round(piece.end * room))
                cells[first:last] = "█" * (last - first)
        yield f"{label}{' ' * GAP}{''.join(cells[:room])}"


def _bar(share: float, room: int) -> str:
    whole, part = divmod(round(share * room * 8), 8)
    return "█" * whole + (EIGHTHS[part] if part else "")


SKETCHERS: dict[type, Callable[[Any, int], Iterator[str]]] = {
    Tiles: _tiles,
    Bars: _bars,
    Network: _network,
    Curve: _curve,
    Band: _band,
}
