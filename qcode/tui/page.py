"""A transcript laid out for a width: which part of the text stands on which row, and back."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size

from qcode.core.layout import Span
from qcode.tui.ground import Ground, Line

# Where a character may take another width than one cell; the rest needs no counting.
_ODD = re.compile("[\u0300-\u036f\u0483-\u0489\u0590-\u1fff\u200b-\u200f\u2e80-\U0010ffff\u2190-\u2bff]")
# What a terminal would act on is shown as one character each, so that offsets stay what they are.
_SHOWN = {code: chr(0x2400 + code) for code in range(0x20)} | {0x09: " ", 0x0A: " ", 0x0D: " ", 0x7F: "␡"}
_SHOWN |= dict.fromkeys([*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "�")


class Row(NamedTuple):
    """One row: the text from `start` to `end` of a line; `first`: the line begins here."""

    start: int
    end: int
    line: Line
    first: bool


class Page:
    """The rows of a ground for text of so many cells across."""

    def __init__(self, ground: Ground, width: int) -> None:
        self.ground = ground
        self.width = max(8, width)
        self.rows = tuple(self._rows())
        self._claims = [row.line.claim if row.first else row.start for row in self.rows]

    def row_of(self, offset: int) -> int:
        """The row on which the character at the offset stands."""
        return max(0, bisect_right(self._claims, offset) - 1)

    def rows_of(self, span: Span) -> tuple[int, int]:
        """The first and the last row that a span touches."""
        return self.row_of(span[0]), self.row_of(max(span[0], span[1] - 1))

    def column_of(self, offset: int) -> int:
        """How many cells from the text's left edge the character at the offset stands."""
        row = self.rows[self.row_of(offset)]
        return cells(self.ground.text[row.start : max(row.start, min(offset, row.end))])

    def offset_at(self, row: int, column: int) -> int:
        """The character at a cell, or the nearest on that row."""
        found = self.rows[min(max(row, 0), len(self.rows) - 1)]
        words = self.ground.text[found.start : found.end]
        return found.start + min(fitting(words, max(0, column)), max(0, len(words) - 1))

    def _rows(self) -> Iterator[Row]:
        for line in self.ground.lines:
            first = True
            for start, end in wrapped(self.ground.text, line.start, line.end, self.width):
                yield Row(start, end, line, first)
                first = False


def shown(text: str) -> str:
    """The text as a screen may have it, character for character."""
    return text.translate(_SHOWN) if not text.isprintable() else text


def cells(text: str) -> int:
    """How many cells wide a text is, as it is shown."""
    text = shown(text)
    return cell_len(text) if _ODD.search(text) else len(text)


def fitting(text: str, width: int) -> int:
    """How many characters of a text fit in so many cells, as it is shown."""
    text = shown(text)
    if not _ODD.search(text[: width + 1]):
        return min(len(text), width)
    used = 0
    for at, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return at
    return len(text)


def wrapped(text: str, start: int, end: int, width: int) -> Iterator[Span]:
    """A line in pieces of at most `width` cells, cut at spaces where there are any; at least one piece."""
    while True:
        words = text[start:end]
        room = fitting(words, width)
        if room >= len(words):
            yield start, end
            return
        cut = room if words[room].isspace() else words.rfind(" ", 0, room) + 1
        cut = cut or max(1, room)
        yield start, start + len(words[:cut].rstrip()) if words[:cut].strip() else start + cut
        start += cut + len(words[cut:]) - len(words[cut:].lstrip())
        if start >= end:
            return
