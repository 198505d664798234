"""One row per coding: where it stands now, what it is about, and whether it counts.

The rules: docs/format.md, Where a segment stands, The phase of a coding, What is counted.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator
from functools import cached_property, lru_cache
from itertools import count
from operator import add
from typing import NamedTuple

from qcode.core.anchor import Anchor, Finder, Located
from qcode.core.model import CONSENSUS, Case, CodingSet, Segment, Study, Transcript

OldText = Callable[[str], str | None]

NO_TRANSCRIPT = "no-transcript"
FOUND = frozenset({"exact", "moved", "changed"})
NUMBERS = frozenset({"line", "start", "end", "words_from", "words_to", "turns_from", "turns_to", "segment"})

_WORD = re.compile(r"\S+")


class Row(NamedTuple):
    """One coding. Offsets are code points of the transcript's text, half-open; None where the quote was not found.

    `segment` numbers the spans of each coder. Words under a span: words_to - words_from; over spans that touch,
    the highest words_to minus the lowest words_from. It touches the turns [turns_from, turns_to).
    """

    id: str | None
    case: str
    transcript: str
    perspective: str | None
    outcome: str | None
    phase: str | None
    section_phase: str | None
    coder: str
    code: str
    valence: str | None
    speaker: str | None
    line: int | None
    start: int | None
    end: int | None
    quote: str
    state: str
    memo: str | None
    words_from: int | None
    words_to: int | None
    turns_from: int | None
    turns_to: int | None
    segment: int
    counted: bool


class Unit(NamedTuple):
    """One place where codings could be: an interview of a case and perspective, planned or held.

    `done`: the counted coders that are done with it, each with the codebook version they worked with (None: today's).
    """

    case: str
    perspective: str | None
    transcript: str | None
    outcome: str | None
    held: bool
    studied: bool
    done: tuple[tuple[str, int | None], ...]


class _Place(NamedTuple):
    """Where one segment stands, and what its transcript says of that place. Without a span: not found."""

    state: str
    start: int | None = None
    end: int | None = None
    line: int | None = None
    section_phase: str | None = None
    speaker: str | None = None
    words_from: int | None = None
    words_to: int | None = None
    turns_from: int | None = None
    turns_to: int | None = None


def find_segment(
    finder: Finder, transcript: Transcript, codings: CodingSet, segment: Segment, old_text: OldText | None = None
) -> Located:
    """Where the segment's words stand in the transcript as it is now."""
    blob, layout = codings.blob_of(segment), transcript.layout
    unchanged = None if blob is None else blob == transcript.blob
    old = old_text(blob) if old_text and blob and not unchanged else None
    # A line of a transcript in the YAML form is no line of the text, so the finder can't use it.
    line = segment.line if layout.entries is None else None
    anchor = Anchor(segment.quote, segment.before, segment.after, line)
    located = finder.locate(anchor, unchanged=unchanged, old=old)
    if located.candidates and layout.entries is not None and unchanged is not False:
        return _in_entry(located, transcript, segment, known=unchanged is True or not (anchor.before or anchor.after))
    return located


def rows(study: Study, *, coders: Collection[str] = (), old_text: OldText | None = None) -> list[Row]:
    """Every coding of every coder, found or not, in the order of the study.

    `coders`: count these and no others, instead of the rule on consensus. `old_text` gives the text of a blob id
    where it is still known; it is asked once per blob.
    """
    recall = lru_cache(maxsize=None)(old_text) if old_text else None
    numbers = count()
    found: list[Row] = []
    for name, sets in by_transcript(study).items():
        transcript = study.transcripts.get(name)
        case = study.case_by_id.get(sets[0].case)
        ground = _Ground(transcript, recall) if transcript else None
        counting = _counting(case, transcript, sets, coders)
        for coder, of_coder in _by_coder(sets):
            found += _rows_of(study, case, name, ground, of_coder, coder in counting, numbers)
    return found


def units(study: Study, *, coders: Collection[str] = ()) -> list[Unit]:
    """Every interview of every case, held or not, with who is done with it."""
    sets = by_transcript(study)
    return [
        Unit(
            case.id,
            interview.perspective,
            interview.transcript.id if interview.transcript else None,
            case.outcome,
            interview.held,
            study.studied(case),
            done_with(sets.get(interview.transcript.id, ()), coders) if interview.transcript else (),
        )
        for case in study.cases
        for interview in case.interviews
    ]


def by_transcript(study: Study) -> dict[str, list[CodingSet]]:
    """The coding sets of each CASE/STEM, also of one that has no transcript (any more)."""
    return study.sets


def counted_coders(sets: Collection[CodingSet], coders: Collection[str] = ()) -> frozenset[str]:
    """Who counts in a transcript: `coders` if given; else consensus where that is done; else everybody else."""
    here = {codings.coder for codings in sets}
    if coders:
        return frozenset(here.intersection(coders))
    if any(codings.coder == CONSENSUS and codings.done for codings in sets):
        return frozenset({CONSENSUS})
    return frozenset(here - {CONSENSUS})


def counting_in(study: Study, coders: Collection[str] = ()) -> frozenset[tuple[str, str]]:
    """Whose codings count in which transcript, as pairs of its CASE/STEM and a coder."""
    found: set[tuple[str, str]] = set()
    for name, sets in by_transcript(study).items():
        counting = _counting(study.case_by_id.get(sets[0].case), study.transcripts.get(name), sets, coders)
        found.update((name, coder) for coder in counting)
    return frozenset(found)


def done_with(sets: Collection[CodingSet], coders: Collection[str] = ()) -> tuple[tuple[str, int | None], ...]:
    """The counted coders that are done with the transcript of these sets, and their codebook's version."""
    counting = counted_coders(sets, coders)
    return tuple((s.coder, s.codebook_version) for s in sets if s.done and s.coder in counting)


def _in_entry(located: Located, transcript: Transcript, segment: Segment, *, known: bool) -> Located:
    """Of several places the only one in the turn whose entry begins on the segment's line."""
    here = [span for span in located.candidates if transcript.layout.line_of(span[0]) == segment.line]
    return Located("exact" if known else "moved", here[0]) if len(here) == 1 else located


def _by_coder(sets: list[CodingSet]) -> Iterator[tuple[str, list[CodingSet]]]:
    """Normally one file a coder; two of one coder are read as one."""
    grouped: dict[str, list[CodingSet]] = {}
    for codings in sets:
        grouped.setdefault(codings.coder, []).append(codings)
    return iter(grouped.items())


def _counting(
    case: Case | None, transcript: Transcript | None, sets: list[CodingSet], coders: Collection[str]
) -> frozenset[str]:
    """Nobody's codings count in the words of a respondent who withdrew."""
    if case is None or transcript is None or transcript.stem in case.withdrawn:
        return frozenset()
    return counted_coders(sets, coders)


def _rows_of(
    study: Study,
    case: Case | None,
    name: str,
    ground: _Ground | None,
    sets: list[CodingSet],
    counts: bool,
    numbers: Iterator[int],
) -> Iterator[Row]:
    """The codings of one coder in one transcript. One span is one segment, and has each code once: the first."""
    resolve, codes = study.codebook.resolve, study.codebook.by_id
    perspective = ground.transcript.perspective if ground else None
    outcome = case.outcome if case else None
    segments: dict[tuple[int | None, int | None], tuple[int, set[str]]] = {}
    for codings in sets:
        for segment in codings.segments:
            place = ground.place(codings, segment) if ground else _Place(NO_TRANSCRIPT)
            counted = counts and place.state in FOUND
            # What was not found shares its span with nothing.
            span = (place.start, place.end) if place.state in FOUND else (None, len(segments))
            if span not in segments:
                segments[span] = next(numbers), set()
            number, seen = segments[span]
            for coded in segment.codes:
                code = resolve(coded.code)
                if code in seen:
                    continue
                seen.add(code)
                in_book = codes.get(code)
                yield Row(
                    segment.id,
                    codings.case,
                    name,
                    perspective,
                    outcome,
                    coded.phase or (in_book and in_book.phase) or place.section_phase,
                    place.section_phase,
                    codings.coder,
                    code,
                    coded.valence,
                    place.speaker,
                    place.line or segment.line,
                    place.start,
                    place.end,
                    segment.quote,
                    place.state,
                    coded.memo or segment.memo,
                    place.words_from,
                    place.words_to,
                    place.turns_from,
                    place.turns_to,
                    number,
                    counted,
                )


class _Ground:
    """One transcript with what is asked of it thousands of times, each computed once."""

    def __init__(self, transcript: Transcript, old_text: OldText | None) -> None:
        self.transcript = transcript
        self.old_text = old_text
        self.finder = Finder(transcript.text)

    @cached_property
    def words(self) -> tuple[list[int], list[int]]:
        """Where the words of the text begin, and where they end."""
        text = self.transcript.text
        starts = [match.start() for match in _WORD.finditer(text)]
        return starts, list(map(add, starts, map(len, text.split())))

    @cached_property
    def turns(self) -> tuple[list[int], list[int]]:
        """Where the turns begin, and where they end."""
        turns = self.transcript.layout.turns
        return [turn.start for turn in turns], [turn.end for turn in turns]

    def place(self, codings: CodingSet, segment: Segment) -> _Place:
        located = find_segment(self.finder, self.transcript, codings, segment, self.old_text)
        if located.span is None:
            return _Place(located.how)
        start, end = located.span
        layout = self.transcript.layout
        turn = layout.turn_at(start)
        words, turns = self.words, self.turns
        return _Place(
            located.how,
            start,
            end,
            layout.line_of(start),
            layout.phase_at(start),
            (turn.speaker or None) if turn else None,
            # Begun before the end, less those over at the start: what the span touches.
            bisect_right(words[1], start),
            bisect_left(words[0], end),
            bisect_right(turns[1], start),
            bisect_left(turns[0], end),
        )
