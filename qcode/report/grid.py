"""Where a table folds: which columns stand beside each other in a width, how wide each is, what its heading is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from qcode.core.words import one_line
from qcode.report.document import Column, Table

GAP = 2  # characters between two columns
SHORTEST = 4  # characters that a shortened heading keeps at least
ROOMY = 3  # fifths of the width that row labels may take where there is room, and a word of theirs always
NEVER = 10**6  # a width that nothing reaches
LINES = (*range(1, 10), 12, 16, 24, 32, 48, 64, 96, 128, 256)  # that a row may take, tried in this order


@dataclass(frozen=True, slots=True)
class Lane:
    """A column as it is drawn. `cells`: indented, the foot among them. `short`: the heading where room is scarce."""

    heading: str
    cells: Sequence[str]
    short: str
    group: str = ""
    right: bool = True
    items: int = 1  # the widest cell

    @property
    def natural(self) -> int:
        return max(self.items, cell_len(self.heading))


class Style(NamedTuple):
    """How much room to allow. In characters, but `label`: fifths of the width that row labels may take."""

    short: bool = False  # headings shortened
    heading: int = NEVER  # wider ones fold between words
    words: int = NEVER  # so do the items of a column of words
    label: int = ROOMY
    gap: int = GAP  # between two columns of numbers
    apart: int = GAP  # between two groups


# From roomy to tight.
STYLES = (
    Style(),
    Style(False, 14, 18),
    Style(False, 0, 18),
    Style(False, 14, 18, 2),
    Style(True, 14, 18),
    Style(True, 14, 18, 2),
    Style(True, 14, 18, ROOMY, 1),
    Style(True, 14, 18, 2, 1),
    Style(True, 14, 18, 2, 1, 1),
)


class Block(NamedTuple):
    """Columns beside each other, the rows' labels first: how wide each is, and the gap before it."""

    lanes: Sequence[Lane]
    widths: Sequence[int]
    gaps: Sequence[int]
    headings: Sequence[str]

    def groups(self) -> Iterator[tuple[str, int, int]]:
        """Each group's name, where it begins and how wide it is."""
        at, places = 0, []
        for lane, width, gap in zip(self.lanes, self.widths, self.gaps, strict=True):
            places.append((lane.group, at + gap, at + gap + width))
            at += gap + width
        for name, members in groupby(places, key=lambda place: place[0]):
            some = [*members]
            yield name, some[0][1], some[-1][2] - some[0][1]


@dataclass(frozen=True)
class Grid:
    """A table to be laid out in that many characters. `label` and `later` are what its rows are called,
    in the first block and in those after it.
    """

    label: Lane
    later: Lane
    lanes: Sequence[Lane]
    width: int

    @cached_property
    def blocks(self) -> list[Block]:
        """As few as there can be, in the roomiest style that has so few; each then as roomy as it can be."""
        folded = [(self._folded(style), style) for style in (STYLES if self.width < NEVER else STYLES[:1])]
        chosen, style = min(folded, key=lambda found: len(found[0]))
        return [
            self._block(lanes, next((roomy for roomy in STYLES if self._fits(lanes, roomy)), style)) for lanes in chosen
        ]

    @property
    def shortened(self) -> dict[str, str]:
        """The headings that are shortened, and what for."""
        pairs = [pair for block in self.blocks for pair in zip(block.headings, block.lanes, strict=True)]
        return {heading: lane.heading for heading, lane in pairs if heading != lane.heading}

    def _folded(self, style: Style) -> list[tuple[Lane, ...]]:
        """What stands beside each other: as much as fits, a group kept together where it fits in a block of its own."""
        blocks: list[tuple[Lane, ...]] = []
        block: tuple[Lane, ...] = (self.label,)
        for _, members in groupby(self.lanes, key=lambda lane: lane.group):
            group = [*members]
            apart = len(block) > 1 and not self._fits((*block, *group), style)
            if apart and self._fits((self.later, *group), style):
                blocks.append(block)
                block = (self.later,)
            for lane in group:
                if len(block) > 1 and not self._fits((*block, lane), style):
                    blocks.append(block)
                    block = (self.later,)
                block = (*block, lane)
        return [*blocks, block]

    def _fits(self, lanes: Sequence[Lane], style: Style) -> bool:
        return sum(self._least(lanes, style)) + sum(gaps(lanes, style)) <= self.width

    def _least(self, lanes: Sequence[Lane], style: Style) -> list[int]:
        """How wide each column is at least. A group is as wide as its name, which folds as headings do."""
        word = min(_word(lanes[0]), ROOMY * self.width // 5)
        label = max(min(lanes[0].natural, max(style.label * self.width // 5, word)), 1)
        room = max(self.width - label - GAP, 2)
        widths = [label, *(min(least(lane, style), room) for lane in lanes[1:])]
        between = gaps(lanes, style)
        for name, members in groupby(range(len(lanes)), key=lambda at: lanes[at].group):
            first, *others = members
            span = widths[first] + sum(widths[at] + between[at] for at in others)
            widths[first] += max(min(folded(name, style.heading), room) - span, 0)
        return widths

    def _block(self, lanes: Sequence[Lane], style: Style) -> Block:
        between = gaps(lanes, style)
        widths = self._least(lanes, style)
        left = self.width - sum(between) - sum(widths)
        words = [at for at, lane in enumerate(lanes) if not lane.right]
        shared = _shared([lanes[at] for at in words], [widths[at] for at in words], left)
        for at, width in zip(words, shared, strict=True):
            left += widths[at] - width
            widths[at] = width
        for at, lane in enumerate(lanes):
            more = max(lane.natural - widths[at], 0)
            if not lane.right:
                more = min(more, left)
            elif style.short or more > left:  # half of a heading's width is of no use
                more = 0
            widths[at] += more
            left -= more
        headings = [
            lane.short if style.short and cell_len(lane.heading) > width else lane.heading
            for lane, width in zip(lanes, widths, strict=True)
        ]
        return Block(lanes, widths, between, headings)


def grid(table: Table, width: int | None) -> Grid:
    """The table in that many characters; None: as wide as it is."""
    cells = [*table.rows, *([table.foot] if table.foot else [])]
    depths = [*(table.depth or [0] * len(table.rows)), *([0] if table.foot else [])]
    shorts = shortened([one_line(column.label) for column in table.columns if column.align == "right"])
    lanes = []
    for at, column in enumerate(table.columns):
        heading = one_line(column.label)
        indents = depths if at == 0 else [0] * len(cells)
        items = [_lines("  " * depth, row[at]) for row, depth in zip(cells, indents, strict=True)]
        lane = _lane(heading, items, one_line(column.group), column.align == "right")
        short = shorts.get(heading, heading)
        lanes.append(replace(lane, short=short) if lane.right and lane.items < cell_len(heading) else lane)
    label, *others = lanes
    later = label
    if table.short:
        items = ["  " * depth + one_line(text) for text, depth in zip(table.short[1:], depths, strict=True)]
        later = _lane(one_line(table.short[0]), items, "", False)
    return Grid(label, later, others, width or NEVER)


def headed(columns: Sequence[Column]) -> list[tuple[str, int]]:
    """The groups that columns stand under, in their order, and over how many columns each reaches."""
    return [(name, len([*members])) for name, members in groupby(columns, key=lambda column: column.group)]


def _lane(heading: str, cells: Sequence[str], group: str, right: bool) -> Lane:
    items = (cell_len(line) for cell in cells for line in cell.split("\n"))
    return Lane(heading, cells, heading, group, right, max(items, default=1))


def _lines(indent: str, text: str) -> str:
    """A cell safe to print, on the lines that it was given."""
    return "\n".join(indent + one_line(line) for line in text.split("\n"))


def shortened(labels: Sequence[str]) -> Mapping[str, str]:
    """Each label's beginning with a full stop, as much as tells it from all others; itself if that is not shorter.

    Over the whole table, so that in its legend nothing is explained in two ways.
    """
    ordered = sorted({*labels})
    common = [_common(*pair) for pair in pairwise(ordered)]
    shared = zip(ordered, [0, *common], [*common, 0], strict=False)
    return {label: _beginning(label, max(SHORTEST, before + 1, after + 1)) for label, before, after in shared}


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common from the beginning."""
    apart = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(apart, min(len(one), len(other)))


def _beginning(label: str, least: int) -> str:
    """Broken off within a word, so that it shows that more comes."""
    breaks = (at for at in range(least, len(label) - 1) if label[at - 1].isalnum() and label[at].isalnum())
    at = next(breaks, None)
    return label if at is None else f"{label[:at]}."


def gaps(lanes: Sequence[Lane], style: Style) -> list[int]:
    """The room before each column. Beside words there is always enough, but for the rows' labels."""
    found = [0]
    for at, (before, lane) in enumerate(pairwise(lanes)):
        words = not lane.right or (at > 0 and not before.right)
        found.append(GAP if words else style.gap if at > 0 and before.group == lane.group else style.apart)
    return found


def least(lane: Lane, style: Style) -> int:
    """How wide a column is that has room: counts whole, words folded, a heading folded between its words."""
    if lane.right:
        return max(lane.items, folded(lane.short if style.short else lane.heading, style.heading), 1)
    return max(min(lane.natural, max(style.words, _word(lane))), 1)


def folded(text: str, most: int) -> int:
    """The width of a text in which only what is wider folds, and only between words."""
    whole = cell_len(text)
    return whole if whole <= most else max(most, longest(text))


def longest(text: str) -> int:
    """The width of the longest word, and what the text is indented."""
    return max(map(cell_len, text.split()), default=0) + len(text) - len(text.lstrip(" "))


def _word(lane: Lane) -> int:
    return max(map(longest, {lane.heading, *lane.cells}))


def _shared(lanes: Sequence[Lane], widths: Sequence[int], left: int) -> list[int]:
    """Columns of words in the room of these widths and what is left: such that no row needs more lines than it must."""
    room = sum(widths) + left
    floors = [min(_word(lane), width) for lane, width in zip(lanes, widths, strict=True)]
    for lines in LINES:
        asked = [_narrowest(lane, lines, floor) for lane, floor in zip(lanes, floors, strict=True)]
        if sum(asked) <= room:
            return asked
    return [*widths]


def _narrowest(lane: Lane, lines: int, floor: int) -> int:
    """The least width from `floor` on in which no cell takes more than that many lines."""
    low, high = floor, max(lane.natural, floor)
    if lines == 1:
        return high
    texts = {lane.heading, *lane.cells}
    while low < high:
        middle = (low + high) // 2
        if all(len(wrap(text, middle)) <= lines for text in texts):
            high = middle
        else:
            low = middle + 1
    return low


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of that width, folded between words and, where one is too long, in it; indented throughout."""
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, width)]
    if cell_len(text) <= width:
        return [text]
    words = text.lstrip(" ")
    indent = min(len(text) - len(words), width // 2)
    room = max(width - indent, 2)
    lines, line = [], ""
    for word in words.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = chop_cells(word, room)
        lines += full
    return [" " * indent + line for line in (*lines, line)]
