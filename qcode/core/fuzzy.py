"""Texts that nearly agree: white space folded with a way back, a diff as a map of places, approximate search.

All offsets are code points, all spans half-open.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Span = tuple[int, int]

GRAM = 6  # letters that two texts must share in a row to be worth a closer look
COMMON = 40  # a gram found oftener than this tells nothing
WINDOWS = 4  # places looked at closely
DIFF_SECONDS = 2.0  # two unrelated texts: the diff then stops looking for a better one

_SPACE = re.compile(r"\s")
_RUN = re.compile(r"  +")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in NFC with each run of white space as one space; `pieces` are the stretches that this changed.

    A piece is (start in the folded text, end there, start in the original, end there), in order.
    """

    text: str
    pieces: tuple[tuple[int, int, int, int], ...]
    _starts: tuple[int, ...] = field(repr=False)

    def original(self, span: Span) -> Span:
        """Where a stretch of the folded text stands in the original; whole pieces, never half of one."""
        return self._place(span[0])[0], self._place(span[1] - 1)[1]

    def _place(self, index: int) -> Span:
        """The span in the original of one folded character."""
        at = bisect_right(self._starts, index) - 1
        if at < 0:
            return index, index + 1
        _, end, original, original_end = self.pieces[at]
        if index < end:
            return original, original_end
        return original_end + index - end, original_end + index - end + 1


def fold(text: str) -> Folded:
    """The folded text with the map back. NFC is made per combining sequence, so that the map knows where it is."""
    flat = _SPACE.sub(" ", text)
    changing = _RUN if text.isascii() or unicodedata.is_normalized("NFC", flat) else _sequences(flat)
    parts, pieces, done, length = [], [], 0, 0
    for match in changing.finditer(flat):
        start, end = match.span()
        new = " " if flat[start:end].isspace() else unicodedata.normalize("NFC", match.group())
        length += start - done
        parts += [flat[done:start], new]
        pieces.append((length, length + len(new), start, end))
        length += len(new)
        done = end
    return Folded("".join([*parts, flat[done:]]), tuple(pieces), tuple(piece[0] for piece in pieces))


def folded(text: str) -> str:
    """The folded text alone."""
    return fold(text).text


def _sequences(flat: str) -> re.Pattern[str]:
    """What may change under NFC in this text: a character with its marks, or one that has another form."""
    letters = set(flat)
    marks = "".join(re.escape(c) for c in letters if _joins(c))
    others = "".join(re.escape(c) for c in letters if not _joins(c) and unicodedata.normalize("NFC", c) != c)
    wanted = [_RUN.pattern]
    if marks:
        wanted.append(f"[^{marks}]?[{marks}]+")
    if others:
        wanted.append(f"[{others}]")
    return re.compile("|".join(wanted), re.DOTALL)


def _joins(char: str) -> bool:
    """Whether a character may melt into the one before it: marks, and the vowels and finals of Hangul."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"


def similarity(one: str, other: str) -> float:
    """1 less the edits it takes, as a share of the longer text: 0 to 1."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.normalized_similarity(one, other)


@dataclass(frozen=True, slots=True)
class Blocks:
    """What two texts share, in order: (start in the one, start in the other, length). The last: both ends, length 0."""

    blocks: tuple[tuple[int, int, int], ...]
    _starts: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, blocks: Iterable[tuple[int, int, int]], one: int, other: int) -> Blocks:
        """From the shared stretches of texts of these lengths."""
        whole = (*(block for block in blocks if block[2]), (one, other, 0))
        return cls(whole, tuple(start for start, _, _ in whole))

    def reversed(self) -> Blocks:
        """The way from the other text to the one."""
        turned = tuple((there, here, length) for here, there, length in self.blocks)
        return Blocks(turned, tuple(start for start, _, _ in turned))

    def map(self, span: Span) -> Span:
        """Where a span of the one stands in the other. What was put in at its very edges is left out."""
        start = self._edge(span[0], at_start=True)
        return start, max(start, self._edge(span[1], at_start=False))

    def kept(self, start: int, end: int) -> float:
        """The share of these characters of the one that the other has too; 0 for none."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        same = 0
        for here, _, length in self.blocks[first:]:
            if here >= end:
                break
            same += max(0, min(end, here + length) - max(start, here))
        return same / (end - start) if end > start else 0.0

    def _edge(self, at: int, *, at_start: bool) -> int:
        # A start looks to what follows it and an end to what comes before it.
        k = bisect_right(self._starts, at if at_start else at - 1) - 1
        here, there, length = self.blocks[k] if k >= 0 else (0, 0, 0)
        into = at - here
        if into < length or (not at_start and into <= length):
            return there + into
        if k + 1 >= len(self.blocks):
            return there + length
        after, after_there, _ = self.blocks[k + 1]
        gap, gap_there = after - here - length, after_there - there - length
        return there + length + round((into - length) / gap * gap_there) if gap else there + length


def diff(old: str, new: str) -> Blocks | None:
    """The way from the old text to the new; None where the diff does not add up (half a surrogate pair, say)."""
    from fast_diff_match_patch import diff as compare  # type: ignore[import-not-found]  # it has no stubs

    blocks, here, there = [], 0, 0
    for operation, length in compare(old, new, timelimit=DIFF_SECONDS, cleanup="Semantic"):
        if operation == "=":
            if old[here : here + length] != new[there : there + length]:
                return None
            blocks.append((here, there, length))
        here += length if operation != "+" else 0
        there += length if operation != "-" else 0
    return Blocks.of(blocks, len(old), len(new)) if (here, there) == (len(old), len(new)) else None


@dataclass(frozen=True, slots=True)
class Grams:
    """Where each short run of letters of a text stands: a cheap way to the few places worth a closer look."""

    text: str
    places: dict[str, list[int]] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Grams:
        places: dict[str, list[int]] = defaultdict(list)
        for at in range(len(text) - GRAM + 1):
            places[text[at : at + GRAM]].append(at)
        return cls(text, dict(places))

    def search(self, before: str, quote: str, after: str) -> Iterator[Span]:
        """Spans where the quote, or something like it, may stand: by the quote alone and by it in its context."""
        pattern = before + quote + after
        inner = (len(before), len(before) + len(quote))
        for start, end in self._windows(pattern):
            window = self.text[start:end]
            for way, (lo, hi) in ((pattern, inner), (quote, (0, len(quote)))):
                first, last = infix(way, window)
                there = align(way, window[first:last]).map((lo, hi))
                yield start + first + there[0], start + first + there[1]

    def _windows(self, pattern: str) -> list[Span]:
        """Stretches that share most rare grams with the pattern, at about the same distances; best first."""
        width = max(16, len(pattern) // 8)
        votes: dict[int, float] = defaultdict(float)
        for at in range(len(pattern) - GRAM + 1):
            places = self.places.get(pattern[at : at + GRAM], ())
            if len(places) <= COMMON:
                for place in places:
                    votes[(place - at) // width] += 1 / len(places)
        both = {at: votes[at] + votes.get(at + 1, 0.0) for at in votes}
        best = sorted(both, key=lambda at: (-both[at], at))[:WINDOWS]
        slack = len(pattern) // 3 + width
        size = len(pattern) + 2 * slack
        return [(max(0, at * width - slack), max(0, at * width - slack) + size) for at in best]


def infix(pattern: str, text: str) -> Span:
    """Where in the text the pattern stands with the fewest edits, the first if equal."""
    end = _nearest_end(pattern, text, anchored=False)
    return end - _nearest_end(pattern[::-1], text[:end][::-1], anchored=True), end


def align(one: str, other: str) -> Blocks:
    """What the two share in a shortest way of editing one into the other."""
    from rapidfuzz.distance import Levenshtein

    blocks = Levenshtein.opcodes(one, other).as_matching_blocks()
    return Blocks.of(((b.a, b.b, b.size) for b in blocks), len(one), len(other))


def _nearest_end(pattern: str, text: str, *, anchored: bool) -> int:
    """Where the best match of the pattern ends; `anchored`: one that begins where the text begins.

    One column of the table of edit distances at a time, held as two long integers of its steps up and down
    (Myers 1999): one addition for a whole column.
    """
    if not pattern:
        return 0
    bits: dict[str, int] = defaultdict(int)
    for at, char in enumerate(pattern):
        bits[char] |= 1 << at
    full = (1 << len(pattern)) - 1
    last = 1 << (len(pattern) - 1)
    up, down, score, best, end = full, 0, len(pattern), len(pattern), 0
    for at, char in enumerate(text, 1):
        equal = bits.get(char, 0)
        diagonal = (((equal & up) + up) ^ up) | equal
        right_up, right_down = down | (full & ~(diagonal | up)), up & diagonal
        score += bool(right_up & last) - bool(right_down & last)
        if score < best:
            best, end = score, at
        right_up, right_down = (right_up << 1) | anchored, right_down << 1
        steady = equal | down
        up, down = (right_down | ~(steady | right_up)) & full, right_up & steady & full
    return end


def clipped(quote: str, text: str, span: Span, ends: tuple[bool, bool]) -> Span:
    """The span without what has little in common with the quote, at the ends that may be cut."""
    start, end = span
    found = text[start:end]
    blocks = [(there, length) for _, there, length in align(quote, found).blocks if length]
    first = _cut(blocks) if ends[0] else 0
    mirrored = [(len(found) - there - length, length) for there, length in reversed(blocks)]
    last = len(found) - (_cut(mirrored) if ends[1] else 0)
    return (start + first, start + last) if first < last else span


def _cut(blocks: list[Span]) -> int:
    """How much to cut off the front so that more is lost of what differs than of what agrees, and most of that."""
    most, cut, same = 0, 0, 0
    for start, length in blocks:
        gain = start - 2 * same  # what differs in it, less what agrees
        if gain > most:
            most, cut = gain, start
        same += length
    return cut


def whole_words(text: str, span: Span, between: tuple[bool, bool]) -> Span:
    """The span without blank ends, and without half a word at the ends that stood between words."""
    start, end = _trimmed(text, span)
    if between[0] and 0 < start < end and text[start].isalnum() and text[start - 1].isalnum():
        first, last = _word(text, start)
        start = first if last - start >= start - first else last
    if between[1] and start < end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        first, last = _word(text, end)
        end = last if end - first >= last - end else first
    return _trimmed(text, (start, max(start, end)))


def _word(text: str, at: int) -> Span:
    """The run of letters and digits that a place stands in."""
    start = end = at
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
