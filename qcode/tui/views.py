"""What a session shows: its segments where they stand, marks beside the text, turns still without a code."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from qcode.core.anchor import Located
from qcode.core.codebook import Codebook
from qcode.core.layout import Span
from qcode.core.model import CONSENSUS, Coded, CodingSet, Segment, Study
from qcode.core.rows import find_segment
from qcode.core.session import Session
from qcode.core.words import nfc
from qcode.tui.ground import Ground
from qcode.tui.marks import SIGNS, Mark

# For codes without a colour of their own or of a branch above: told apart by people who don't see red and green alike.
_COLORS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee8866", "#44bb99", "#997700", "#77aadd")


Entry = tuple[Span, str, Coded]  # where a coding stands, whose it is, and what it says


class Placed(NamedTuple):
    """A segment of somebody's, and where it stands; `span` None where it was not found. `coder` empty: one's own."""

    segment: Segment
    located: Located
    coder: str = ""

    @property
    def span(self) -> Span | None:
        return self.located.span


class Difference(NamedTuple):
    """A passage that not everybody coded alike: the code, and for each coder how.

    `against`: the consensus has decided against the code for words of it.
    """

    span: Span
    code: str
    seen: tuple[tuple[str, str | None], ...]  # coder and sign; None where it isn't coded so
    against: bool = False


def placed(session: Session) -> tuple[Placed, ...]:
    """The session's own segments."""
    return tuple(Placed(segment, session.locate(segment)) for segment in session.codings.segments)


def colleagues(session: Session) -> tuple[Placed, ...]:
    """What the other coders have coded in this transcript."""
    return tuple(
        Placed(segment, find_segment(session.finder, session.transcript, s, segment, session.old_text), s.coder)
        for s in sets_beside(session)
        for segment in s.segments
    )


def sets_beside(session: Session) -> list[CodingSet]:
    """The other coders' files on this transcript."""
    mine = session.codings.coder
    study = session.study
    return [s for s in study.codings if s.coder != mine and study.transcript_of(s) is session.transcript]


def colors(book: Codebook) -> dict[str, str]:
    """A colour for each code: its own, else that of the nearest branch that has one, else one of a fixed row."""
    found = {}
    for at, code in enumerate(book.by_order):
        given = (book.by_id[one].color for one in book.ancestors(code.id) if one in book.by_id)
        found[code.id] = next((color for color in given if color), _COLORS[at % len(_COLORS)])
    return found


def label_of(book: Codebook, coded: Coded) -> str:
    """A code as the margin has it: its key, else its id, and the sign of its valence."""
    code = book.by_id.get(book.resolve(coded.code))
    return ((code.key if code else None) or coded.code) + SIGNS.get(coded.valence or "", "")


def labels_of(book: Codebook, segment: Segment) -> str:
    """What a segment says as the margin has it: its codes, and what was decided against."""
    given = [label_of(book, coded) for coded in segment.codes]
    return " ".join((*given, *(f"not {label_of(book, Coded(code))}" for code in segment.against)))


class Marker:
    """Draws segments: each once, for as long as nothing of it changes."""

    def __init__(self, book: Codebook, shades: Mapping[str, str]) -> None:
        self._book, self._shades = book, shades
        self._known: dict[int, tuple[tuple[Segment, Span, str, bool], Mark]] = {}  # by the segment's identity

    def marks(self, segments: Iterable[Placed], differing: Sequence[Difference] = ()) -> list[Mark]:
        """What to draw for each segment that was found; `differing`: in the order of the text."""
        where: dict[str, list[Span]] = {}
        for one in differing:
            where.setdefault(one.code, []).append(one.span)
        return [self._mark(one, one.span, self._differs(one, one.span, where)) for one in segments if one.span]

    def _mark(self, one: Placed, span: Span, differs: bool) -> Mark:
        known = self._known.get(id(one.segment))
        drawn = (one.segment, span, one.coder, differs)
        if known and known[0][0] is one.segment and known[0][1:] == drawn[1:]:
            return known[1]
        mark = _drawn(self._book, self._shades, one, span, differs)
        self._known[id(one.segment)] = drawn, mark
        return mark

    def _differs(self, one: Placed, span: Span, where: Mapping[str, Sequence[Span]]) -> bool:
        if not where:
            return False
        codes = {self._book.resolve(coded.code) for coded in one.segment.codes}
        return any(share(other, span) for code in codes for other in where.get(code, ()))


def _drawn(book: Codebook, shades: Mapping[str, str], one: Placed, span: Span, differs: bool) -> Mark:
    first = book.resolve(one.segment.codes[0].code) if one.segment.codes else ""
    label = labels_of(book, one.segment)
    memo = one.segment.memo or any(coded.memo for coded in one.segment.codes)
    label = f"{'≠' if differs else ''}{label}{'*' if memo else ''}{f' {one.coder}' if one.coder else ''}"
    return Mark(span, label, shades.get(first, "#888888"), one.segment.id or "", one.coder)


def differences(session: Session, others: Sequence[Placed]) -> list[Difference]:
    """The passages on which coders differ, in the order of the text; those that the consensus has coded are none."""
    book = session.study.codebook
    own = session.codings.coder
    coders = {s.coder for s in sets_beside(session)} | {own}
    coders -= {CONSENSUS}
    every = [*others, *(one._replace(coder=own) for one in placed(session))]
    refused = _refused(book, every)
    found = []
    for code, entries in _by_code(book, every).items():
        for group in _joined(entries):
            span = min(e[0][0] for e in group), max(e[0][1] for e in group)
            seen = {coder: SIGNS.get(coded.valence or "", "") for _, coder, coded in group}
            if CONSENSUS in seen or not coders.intersection(seen):
                continue
            said = tuple((coder, seen.get(coder)) for coder in sorted(coders))
            if len({sign for _, sign in said}) > 1:
                found.append(Difference(span, code, said, any(share(span, other) for other in refused.get(code, ()))))
    return sorted(found)


def _by_code(book: Codebook, every: Iterable[Placed]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for one in every:
        for coded in one.segment.codes:
            if one.span:
                found.setdefault(book.resolve(coded.code), []).append((one.span, one.coder, coded))
    return found


def _refused(book: Codebook, every: Iterable[Placed]) -> dict[str, list[Span]]:
    """Where the consensus has decided against each code."""
    found: dict[str, list[Span]] = {}
    for one in every:
        for code in one.segment.against if one.coder == CONSENSUS else ():
            if one.span:
                found.setdefault(book.resolve(code), []).append(one.span)
    return found


def _joined(entries: list[Entry]) -> list[list[Entry]]:
    """Those that share a character, directly or through others, together."""
    groups: list[list[Entry]] = []
    end = -1
    for entry in sorted(entries, key=lambda e: e[0]):
        if entry[0][0] >= end:
            groups.append([])
        groups[-1].append(entry)
        end = max(end, entry[0][1])
    return groups


def uncoded(ground: Ground, spans: Sequence[Span]) -> list[Span]:
    """The blocks without any coding; what an interviewer says needs none."""
    covered = _union(spans)
    starts = [start for start, _ in covered]

    def touched(block: Span) -> bool:
        at = bisect_left(starts, block[1]) - 1  # the last that begins before the block ends
        return at >= 0 and covered[at][1] > block[0]

    return [block for block in ground.blocks if block not in ground.asked and not touched(block)]


def _union(spans: Sequence[Span]) -> list[Span]:
    """The spans with those that touch made one, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def hits(text: str, wanted: str) -> list[Span]:
    """Every place of some words, in small letters or capitals; white space as it may be broken."""
    import re

    pieces = [re.escape(piece) for piece in nfc(wanted).split()]
    return [match.span() for match in re.finditer(r"\s+".join(pieces), text, re.IGNORECASE)] if pieces else []


def next_after(spans: Sequence[Span], at: Span, by: int) -> Span | None:
    """The next span that begins after one, or the last before it; around the ends of the text."""
    ordered = sorted(spans)
    if not ordered:
        return None
    beyond = [span for span in ordered if (span > at if by > 0 else span < at)]
    around = ordered[0] if by > 0 else ordered[-1]
    return (beyond[0] if by > 0 else beyond[-1]) if beyond else around


def here(segments: Iterable[Placed], span: Span) -> list[Placed]:
    """The segments that a selection means: those of exactly its words, the shortest around it, or all touched."""
    touched = [one for one in segments if one.span and share(one.span, span)]
    exact = [one for one in touched if one.span == span]
    around = [one for one in touched if one.span and one.span[0] <= span[0] and span[1] <= one.span[1]]
    return exact or sorted(around, key=_length)[:1] or touched


def _length(one: Placed) -> int:
    return one.span[1] - one.span[0] if one.span else 0


def phase_of(session: Session, coded: Coded, at: int) -> tuple[str | None, str]:
    """The phase that a coding has without one of its own, and what says so."""
    book = session.study.codebook
    code = book.by_id.get(book.resolve(coded.code))
    if code and code.phase:
        return code.phase, "of the code"
    section = session.transcript.layout.phase_at(at)
    return (section, "of the section") if section else (None, "none")


def counts(study: Study, codings: Iterable[CodingSet]) -> Counter[str]:
    """How many codings of each code there are, a branch with all below it."""
    book = study.codebook
    found: Counter[str] = Counter()
    for one in codings:
        for segment in one.segments:
            for coded in segment.codes:
                found.update(book.ancestors(book.resolve(coded.code)))
    return found


def share(one: Span, other: Span) -> bool:
    """Whether two spans have a character in common."""
    return one[0] < other[1] and other[0] < one[1]
