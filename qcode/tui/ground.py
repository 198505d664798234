"""A transcript's text as something to walk over: its blocks (turns), sentences, words and letters.

Offsets are code points of the transcript's text, spans half-open. What opens a turn is no part of its block.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NamedTuple

from qcode.core.layout import Span
from qcode.core.model import Transcript
from qcode.core.session import body_start

Unit = Literal["turn", "sentence", "word", "letter"]
Kind = Literal["speech", "plain", "heading", "mark", "blank"]
UNITS: tuple[Unit, ...] = ("turn", "sentence", "word", "letter")

_WORD = re.compile(r"\S+")
# A sentence ends at such a mark, unless what follows begins in lower case: then it was an abbreviation.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+(?![a-zà-öø-ÿ])|\Z)|\n\s*\n")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|\Z)")
_MARK = re.compile(r"\s*(?:\{\s*(?:phase|q)=[^{}]*\}\s*)+\Z")


class Line(NamedTuple):
    """One line of the text. `claim`: where it begins in the file; `start`: what is shown of it, as is `end`.

    `turn`: the index of the turn that it belongs to, `opens` whether that turn begins here.
    """

    claim: int
    start: int
    end: int
    kind: Kind
    turn: int | None = None
    opens: bool = False


class Ground:
    """One transcript, with what is asked of it at every key worked out once."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.text = transcript.text
        self.layout = transcript.layout
        self._parts: dict[tuple[Unit, int], tuple[Span, ...]] = {}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines from the first that is no front matter; of several blank ones in a row only the first."""
        found: list[Line] = []
        at = body_start(self.transcript)
        for words in self.text[at:].split("\n"):
            line = self._line(at, words)
            if line.kind != "blank" or (found and found[-1].kind != "blank"):
                found.append(line)
            at += len(words) + 1
        while found and found[-1].kind == "blank":
            found.pop()
        return tuple(found)

    @cached_property
    def blocks(self) -> tuple[Span, ...]:
        """What is said: each turn's own words, and paragraphs that are nobody's."""
        found = [span for turn in self.layout.turns if (span := self.layout.speech(turn))[0] < span[1]]
        start = end = -1
        for line in self.lines:
            if line.kind != "plain":
                found += [(start, end)] if start >= 0 else []
                start = -1
            else:
                start, end = (line.start if start < 0 else start), line.end
        found += [(start, end)] if start >= 0 else []
        return tuple(sorted(found))

    @cached_property
    def asked(self) -> frozenset[Span]:
        """The blocks that an interviewer says."""
        return frozenset(self.layout.speech(turn) for turn in self.layout.turns if turn.role == "interviewer")

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.blocks]

    def block_index(self, offset: int) -> int:
        """The block that holds the offset; else the one before it, or the first."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def parts(self, unit: Unit, block: int) -> tuple[Span, ...]:
        """The units that one block consists of."""
        key = (unit, block)
        if key not in self._parts:
            self._parts[key] = tuple(self._divided(unit, *self.blocks[block]))
        return self._parts[key]

    def unit_at(self, unit: Unit, offset: int) -> Span:
        """The unit that holds the offset; between two, the first of them. The text must have a block."""
        parts = self.parts(unit, self.block_index(offset))
        at = bisect_right([start for start, _ in parts], offset) - 1
        return parts[max(0, at)]

    def step(self, unit: Unit, span: Span, by: Literal[1, -1]) -> Span:
        """The next unit after the span, or the one before it; at the end of the text the last again."""
        block = self.block_index(span[0] if by < 0 else max(span[0], span[1] - 1))
        parts = self.parts(unit, block)
        beyond = [p for p in parts if (p[0] >= span[1] if by > 0 else p[1] <= span[0])]
        if beyond:
            return beyond[0] if by > 0 else beyond[-1]
        if not 0 <= block + by < len(self.blocks):
            return parts[-1] if by > 0 else parts[0]
        return self.parts(unit, block + by)[0 if by > 0 else -1]

    def _divided(self, unit: Unit, start: int, end: int) -> Iterator[Span]:
        if unit == "turn":
            yield start, end
        elif unit == "sentence":
            yield from self._sentences(start, end)
        elif unit == "word":
            yield from (match.span() for match in _WORD.finditer(self.text, start, end))
        else:
            yield from ((at, at + 1) for at in range(start, end))

    def _sentences(self, start: int, end: int) -> Iterator[Span]:
        cuts = [match.end() for match in _END.finditer(self.text, start, end)]
        for cut in (*cuts, end):
            words = self.text[start:cut]
            if words.strip():
                yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())
            start = cut

    def _line(self, at: int, words: str) -> Line:
        end = at + len(words.rstrip())
        turn = self.layout.turn_at(at + len(words) - len(words.lstrip()))
        if not words.strip():
            return Line(at, at, at, "blank")
        if turn:
            opens = turn.start < at + len(words) and turn.start >= at
            start = min(max(self.layout.speech(turn)[0], at), end) if opens else at
            return Line(at, start, end, "speech", turn.index, opens)
        if self.layout.entries is None and _HEADING.match(words):
            return self._heading(at, words)
        if self.layout.entries is None and _MARK.match(words):
            return Line(at, at, end, "mark")
        return Line(at, at, end, "plain")

    def _heading(self, at: int, words: str) -> Line:
        title = words.lstrip(" #\t")
        start = at + len(words) - len(title)
        shown = title.partition("{")[0].rstrip() if title.rstrip().endswith("}") else title.rstrip()
        return Line(at, start, start + len(shown), "heading")


class Selection(NamedTuple):
    """What is selected: from one unit to another, either of which may come first. `open`: moves extend it."""

    unit: Unit
    anchor: Span
    head: Span
    open: bool = False

    @property
    def span(self) -> Span:
        return min(self.anchor[0], self.head[0]), max(self.anchor[1], self.head[1])

    @classmethod
    def at(cls, span: Span, unit: Unit = "turn") -> Selection:
        return cls(unit, span, span)

    def to(self, head: Span, *, extend: bool = False) -> Selection:
        """With the moving end elsewhere; the other end stays only if it is extended."""
        return self._replace(anchor=self.anchor if extend or self.open else head, head=head)


def in_units(ground: Ground, selection: Selection, unit: Unit) -> Selection:
    """The selection in other units: the one at its moving end, or all that it touches while it is extended."""
    head = ground.unit_at(unit, selection.head[0])
    if not selection.open:
        return Selection(unit, head, head)
    return Selection(unit, ground.unit_at(unit, selection.anchor[0]), head, open=True)


def trimmed(ground: Ground, selection: Selection, end: Literal["start", "end"], by: Literal[1, -1]) -> Selection:
    """The selection with one of its ends a word further on or back; never empty."""
    start, stop = selection.span
    if end == "start":
        first = ground.unit_at("word", start)
        start = ground.step("word", first, by)[0] if by < 0 or first[1] < stop else start
    else:
        last = ground.unit_at("word", stop - 1)
        stop = ground.step("word", last, by)[1] if by > 0 or last[0] > start else stop
    return Selection(selection.unit, (start, stop), (start, stop)) if start < stop else selection
