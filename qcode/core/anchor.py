"""Where a quote stands in a text. An anchor is words, not a number: it is found again at every load.

All offsets are code points of the text with LF line ends and no BOM, all spans half-open. Only `\\n` ends a line.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

from qcode.core.fuzzy import Blocks, Folded, Grams, clipped, diff, fold, folded, similarity, whole_words
from qcode.core.fuzzy import Span as Span  # the callers' name for it is here

How = Literal["exact", "moved", "changed", "ambiguous", "lost"]

CONTEXT = 32  # characters of context on each side, doubled until they tell two places apart
SHORT, LONG = 25, 60  # lengths of a quote that needs its context to be known, and of one that does without
NEAR = 0.9  # so like that words need no context (when long enough), and context no better candidate
HAIR = 0.03  # two candidates this close in score are as good as one another
AGREES = 0.05  # what it adds to a candidate's score that the diff points to it too
WIDEST = 1024  # more context than this is compared whole or not at all
NEIGHBOUR = 12  # characters beside an end of the quote that show whether it still ends there
AROUND = 64  # characters around a place in the old text whose survival speaks for where the diff puts it


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words of a span, those around it, and the line where it begins (from 1). None: not known."""

    quote: str
    before: str | None = None
    after: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """What became of a quote. `span` is None for ambiguous and lost; `score`: likeness of the words, 0 to 1.

    `candidates`: for ambiguous, the equally good places, in the order of the text.
    """

    how: How
    span: Span | None = None
    score: float = 1.0
    candidates: tuple[Span, ...] = ()


LOST = Located("lost", score=0.0)


class _Match(NamedTuple):
    """A place that may be it: likeness of its words and of its context, and whether the diff points there."""

    span: Span
    words: float
    context: float
    mapped: bool = False

    @property
    def score(self) -> float:
        return 0.6 * self.words + 0.4 * self.context + AGREES * self.mapped

    def fits(self, length: int) -> bool:
        """Whether it is good enough for a quote of this length: never the best of a bad lot."""
        if length < SHORT:
            return self.words >= 0.55 and self.context >= 0.45
        if self.words >= NEAR or (self.words >= 0.7 and length >= LONG):
            return True
        return self.words >= 0.55 and self.context >= 0.35


class _Past(NamedTuple):
    """An old text, and the ways from it and back."""

    finder: Finder
    there: Blocks
    back: Blocks


class _Trace(NamedTuple):
    """Where a quote stood in an old text, where the diff puts that now, how much around it survived."""

    past: _Past
    was: Span
    now: Span
    kept: float


def describe(text: str, span: Span) -> Anchor:
    """The anchor of a span: its words, its line, and context enough to tell it from every other place."""
    return Finder(text).describe(span)


def locate(text: str, anchor: Anchor, *, unchanged: bool | None = None, old: str | None = None) -> Located:
    """Where an anchor stands in a text; see `Finder.locate`. For many anchors in one text keep a Finder."""
    return Finder(text).locate(anchor, unchanged=unchanged, old=old)


class Finder:
    """One text in which many quotes are looked for. What that takes is made once, when it is first needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._pasts: dict[str, _Past | None] = {}

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins, and where one after the last would."""
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    @cached_property
    def _folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def _grams(self) -> Grams:
        return Grams.of(self._folded.text)

    def line(self, offset: int) -> int:
        """The line, from 1, that a place stands on."""
        return min(bisect_right(self._lines, offset), len(self._lines) - 1)

    def describe(self, span: Span) -> Anchor:
        """As `describe`."""
        start, end = span
        size = CONTEXT
        while True:
            lo, hi = self._outward(start - size, -1), self._outward(end + size, 1)
            if (lo == 0 and hi == len(self.text)) or self._once(lo, hi):
                return Anchor(self.text[start:end], self.text[lo:start], self.text[end:hi], self.line(start))
            size *= 2

    def _outward(self, at: int, step: int) -> int:
        """A place within the text that parts no mark from its letter."""
        at = min(max(at, 0), len(self.text))
        while 0 < at < len(self.text) and unicodedata.combining(self.text[at]):
            at += step
        return at

    def _once(self, lo: int, hi: int) -> bool:
        """Whether a stretch has no double, however its white space is laid out."""
        piece = self.text[lo:hi]
        if self.text.find(piece) != lo or self.text.find(piece, lo + 1) >= 0:
            return False
        words, text = folded(piece).strip(), self._folded.text
        return text.find(words, text.find(words) + 1) < 0

    def locate(self, anchor: Anchor, *, unchanged: bool | None = None, old: str | None = None) -> Located:
        """Where an anchor stands.

        `unchanged`: whether this is known to be the text that it was written against (None: not known); `line` counts
        unless it is known not to be. `old`: the text it was written against, where that is another and at hand.
        """
        if unchanged is not False and (span := self._on_line(anchor)):
            return Located("exact", span)
        if not anchor.quote.strip():
            return LOST
        if old is not None and unchanged is None:
            unchanged = old == self.text
        if span := self._in_context(anchor):
            return Located("exact", span)
        trace = None if old is None or unchanged else self._trace(anchor, old)
        return self._search(anchor, trace, by_line=unchanged is not False)

    def _on_line(self, anchor: Anchor) -> Span | None:
        """The usual case, and so the quick one: the quote as written, in its context, once on its line."""
        line, quote = anchor.line, anchor.quote
        if line is None or not 0 < line < len(self._lines) or not quote or quote.isspace():
            return None
        text, before, after = self.text, anchor.before or "", anchor.after or ""
        start, stop = self._lines[line - 1], self._lines[line] + len(quote) - 1
        found = -1
        at = text.find(quote, start, stop)
        while at >= 0:
            if text.endswith(before, 0, at) and text.startswith(after, at + len(quote)):
                if found >= 0:
                    return None
                found = at
            at = text.find(quote, at + 1, stop)
        return (found, found + len(quote)) if found >= 0 else None

    def _in_context(self, anchor: Anchor) -> Span | None:
        """The quote with its context as written, where that stands once in the whole text."""
        if not (anchor.before or anchor.after):
            return None
        before = anchor.before or ""
        whole = before + anchor.quote + (anchor.after or "")
        at = self.text.find(whole)
        if at < 0 or self.text.find(whole, at + 1) >= 0:
            return None
        return at + len(before), at + len(before) + len(anchor.quote)

    def _search(self, anchor: Anchor, trace: _Trace | None, *, by_line: bool) -> Located:
        """Same words in the same context; then same words; then other words."""
        places = self._places(anchor.quote)
        # The old text tells more of the context than a person wrote down.
        full = trace.past.finder.describe(trace.was) if trace else anchor
        given = anchor if anchor.before or anchor.after else full
        whole = [span for span in places if self._same_context(given, span)]
        if whole:
            chosen = self._one_of(whole, anchor, trace, by_line=by_line)
            return Located("exact", chosen) if chosen else Located("ambiguous", candidates=tuple(whole))
        matches = [match for span in places if (match := self._weigh(full, span, 1.0, trace))]
        if max((match.context for match in matches), default=0.0) < NEAR:
            matches += self._like(full, trace)
        return self._choose(matches, full, trace, by_line=by_line)

    def _places(self, quote: str) -> list[Span]:
        """Every place with these words: as written, or with other white space or another normal form."""
        written = [(at, at + len(quote)) for at in _finds(self.text, quote)]
        left, right = len(quote) - len(quote.lstrip()), len(quote) - len(quote.rstrip())
        starts, ends = {start + left for start, _ in written}, {end - right for _, end in written}
        words = folded(quote).strip()
        other = (self._folded.original((at, at + len(words))) for at in _finds(self._folded.text, words))
        return sorted([*written, *(s for s in dict.fromkeys(other) if s[0] not in starts and s[1] not in ends)])

    def _around(self, anchor: Anchor, span: Span) -> tuple[tuple[str, str], tuple[str, str]]:
        """For each side: the context as it was and as it is here, both from the quote outward; "" if not known."""
        before, after = folded(anchor.before or "").strip(), folded(anchor.after or "").strip()
        # White space may have been put in: look a good deal further than the context was long.
        start = max(0, span[0] - 2 * len(before) - CONTEXT) if before else span[0]
        end = span[1] + 2 * len(after) + CONTEXT if after else span[1]
        left, right = folded(self.text[start : span[0]]).strip(), folded(self.text[span[1] : end]).strip()
        return (before[::-1], left[::-1]), (after, right)

    def _same_context(self, anchor: Anchor, span: Span) -> bool:
        return all(here.startswith(was) for was, here in self._around(anchor, span))

    def _context(self, anchor: Anchor, span: Span) -> float:
        """How like the context is, 0 to 1; the nearer half of it counts double. 0 without context."""
        sides = []
        for was, here in self._around(anchor, span):
            size = min(len(was), WIDEST)
            if size:
                near = (size + 1) // 2
                sides += [similarity(was[:size], here[:size]), similarity(was[:near], here[:near])]
        return sum(sides) / len(sides) if sides else 0.0

    def _weigh(self, anchor: Anchor, span: Span, words: float, trace: _Trace | None) -> _Match | None:
        """A place with its weights; None for other words: the quote is gone, or these stood elsewhere before."""
        context = self._context(anchor, span)
        if trace is None:
            moved = words == 1 and len(anchor.quote) >= SHORT
            return None if not moved and self._gone(anchor) else _Match(span, words, context)
        if _overlap(span, trace.now) >= 0.5:
            return _Match(span, words, max(context, trace.kept), mapped=True)
        source = trace.past.back.map(span)
        stood = trace.past.back.kept(*span) >= 0.8 and not _overlap(source, trace.was)
        return None if stood else _Match(span, words, context)

    def _gone(self, anchor: Anchor) -> bool:
        """Whether the words before and after the quote now meet: it was taken out."""
        half = CONTEXT // 2
        left, right = folded(anchor.before or "").rstrip()[-half:], folded(anchor.after or "").lstrip()[:half]
        joined = (left + right, f"{left} {right}")
        return min(len(left), len(right)) >= half // 2 and any(way in self._folded.text for way in joined)

    def _like(self, anchor: Anchor, trace: _Trace | None) -> list[_Match]:
        """Places with other words, from the diff and, unless that does very well, from approximate search."""
        if trace and (match := self._fit(anchor, trace.now, trace)) and min(match.words, match.context) >= NEAR:
            return [match]
        before, after = folded(anchor.before or "")[-2 * CONTEXT :], folded(anchor.after or "")[: 2 * CONTEXT]
        spans = self._grams.search(before, folded(anchor.quote).strip(), after)
        places = dict.fromkeys(self._folded.original(span) for span in spans if span[0] < span[1])
        if trace:
            places[trace.now] = None
        return [match for span in places if (match := self._fit(anchor, span, trace))]

    def _fit(self, anchor: Anchor, span: Span, trace: _Trace | None) -> _Match | None:
        """A rough place made whole words where the quote was, and weighed."""
        between = not (anchor.before or "")[-1:].isalnum(), not (anchor.after or "")[:1].isalnum()
        quote = anchor.quote.strip()
        span = whole_words(self.text, span, between)
        # An end that no longer has its neighbour may have taken in words that were never part of the quote.
        left, right = (similarity(was[:NEIGHBOUR], here[:NEIGHBOUR]) < 0.6 for was, here in self._around(anchor, span))
        span = whole_words(self.text, clipped(quote, self.text, span, (left, right)), between)
        words = similarity(folded(quote), folded(self.text[span[0] : span[1]])) if span[0] < span[1] else 0.0
        return self._weigh(anchor, span, words, trace) if words >= 0.55 else None

    def _choose(self, matches: list[_Match], anchor: Anchor, trace: _Trace | None, *, by_line: bool) -> Located:
        """The best that is good enough, unless another is as good."""
        length = len(folded(anchor.quote).strip())
        fitting = sorted((m for m in matches if m.fits(length)), key=lambda m: -m.score)
        if not fitting:
            return LOST
        best = fitting[0]
        # With no context to go by, the best of several is no better than chance.
        margin = HAIR if best.context >= 0.35 or best.mapped else 1.0
        rivals = [m for m in fitting[1:] if m.score >= best.score - margin and _apart(m, best)]
        if rivals:
            spans = sorted({best.span, *(m.span for m in rivals)})
            chosen = self._one_of(spans, anchor, trace, by_line=by_line)
            if chosen is None:
                return Located("ambiguous", candidates=tuple(spans))
            best = next(m for m in fitting if m.span == chosen)
        return Located("moved" if best.words == 1 else "changed", best.span, best.words)

    def _one_of(self, spans: list[Span], anchor: Anchor, trace: _Trace | None, *, by_line: bool) -> Span | None:
        """The only one, or the only one on the line or where the diff points; never a guess."""
        if len(spans) > 1 and by_line and anchor.line is not None:
            spans = [span for span in spans if self.line(span[0]) == anchor.line]
        elif len(spans) > 1 and trace:
            spans = [span for span in spans if _overlap(span, trace.now) >= 0.9]
        return spans[0] if len(spans) == 1 else None

    def _trace(self, anchor: Anchor, old: str) -> _Trace | None:
        """Where the diff from an old text puts the quote; None where it can't be found in that text either."""
        if old not in self._pasts:
            there = diff(old, self.text)
            self._pasts[old] = _Past(Finder(old), there, there.reversed()) if there else None
        past = self._pasts[old]
        was = past.finder.locate(anchor, unchanged=True) if past else LOST
        if past is None or was.span is None:
            return None
        start, end = was.span
        sides = [(max(0, start - AROUND), start), (end, min(len(old), end + AROUND))]
        kept = [past.there.kept(*side) for side in sides if side[0] < side[1]]
        return _Trace(past, was.span, past.there.map(was.span), sum(kept) / len(kept) if kept else 0.0)


def _finds(text: str, words: str) -> Iterator[int]:
    """Every place where the words begin, overlapping ones too."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _overlap(one: Span, other: Span) -> float:
    """What two spans share, as a share of what they cover together."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (max(one[1], other[1]) - min(one[0], other[0])) if shared > 0 else 0.0


def _apart(one: _Match, other: _Match) -> bool:
    """Whether two matches are two places, not two readings of one."""
    if one.words == other.words == 1:
        return one.span != other.span
    return _overlap(one.span, other.span) < 0.5
