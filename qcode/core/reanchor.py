"""After a transcript was edited: what became of each quote, and the codings with the places that a person accepts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from qcode.core.anchor import NEAR, Finder, Located, Span
from qcode.core.errors import QcodeError, Where
from qcode.core.facts import Facts, Placed, first_place, place_of
from qcode.core.model import CodingSet, Segment, Study, Transcript
from qcode.core.rows import FOUND, OldText
from qcode.core.session import Session, place_key

UNFOUND = frozenset({"lost", "ambiguous", "no-transcript"})  # the rules of check on what has no place
_ACCEPT = re.compile(r"(exact|moved|changed)(?:\s*>=\s*(?:(0?\.\d+|[01](?:\.0*)?)|(\d{1,3})\s*%))?\Z", re.ASCII)


class Choice(NamedTuple):
    """A segment, and the place that was accepted for it."""

    placed: Placed
    span: Span


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is accepted unseen: the states, each with the least likeness of the words, 0 to 1."""

    least: Mapping[str, float]

    @classmethod
    def of(cls, given: str) -> Accepted:
        """From `moved,changed>=0.9`. Without a bound `changed` means NEAR or more. Raises QcodeError."""
        least = {}
        for part in given.split(","):
            match = _ACCEPT.match(part.strip())
            if not match:
                hint = "As in --accept 'exact,moved,changed>=0.9'; the others need a look: qcode reanchor --interactive"
                raise QcodeError(f"'{part.strip()}' can't be accepted unseen", hint=hint)
            state, share, percent = match.groups()
            bound = float(share) if share else int(percent) / 100 if percent else None
            least[state] = bound if bound is not None else NEAR if state == "changed" else 0.0
        return cls(least)

    def choices(self, found: Iterable[Placed]) -> list[Choice]:
        """The segments that these are true of."""
        return [
            Choice(placed, placed.located.span)
            for placed in found
            if placed.located.span and not current(placed) and self._takes(placed.located)
        ]

    def _takes(self, located: Located) -> bool:
        return located.score >= self.least.get(located.how, 2.0)


def survey(
    study: Study, old_text: OldText | None, transcripts: Collection[str] = (), coders: Collection[str] = ()
) -> list[Placed]:
    """What became of every segment; `transcripts` (CASE/STEM) and `coders`: only of these. Nothing of who withdrew."""
    wanted = [codings for codings in study.codings if not coders or codings.coder in coders]
    placed = Facts(replace(study, codings=tuple(wanted)), old_text).placed
    return [p for p in placed if (not transcripts or p.transcript.id in transcripts) and not _withdrawn(study, p)]


def current(placed: Placed) -> bool:
    """Whether the file says of a segment just what is so today."""
    return placed.located.how == "exact" and placed.codings.blob_of(placed.segment) in (placed.transcript.blob, None)


def settled(
    study: Study, found: Iterable[Placed], choices: Iterable[Choice], old_text: OldText | None
) -> list[tuple[CodingSet, CodingSet, Transcript]]:
    """Each coding set with the places accepted in it: as it was, as it becomes, and its transcript.

    `found`: what `survey` gave, so that nothing is looked for twice.
    """
    known: dict[int, dict[tuple[object, ...], Located]] = {}
    for placed in found:
        known.setdefault(id(placed.codings), {})[place_key(placed.codings, placed.segment)] = placed.located
    recall = lru_cache(maxsize=None)(old_text) if old_text else None
    taken = frozenset(segment.id for codings in study.codings for segment in codings.segments if segment.id)
    by_file: dict[int, list[Choice]] = {}
    for choice in choices:
        by_file.setdefault(id(choice.placed.codings), []).append(choice)
    done = []
    for of_file in by_file.values():
        codings, transcript = of_file[0].placed.codings, of_file[0].placed.transcript
        numbers = {id(segment): number for number, segment in enumerate(codings.segments)}
        spans = {numbers[id(choice.placed.segment)]: choice.span for choice in of_file}
        finder = Finder(transcript.text)
        seen = known.get(id(codings), {})
        session = Session(study, transcript, codings, codings, old_text=recall, finder=finder, known=seen, taken=taken)
        after = session.rewrite(spans)
        taken = after.taken
        done.append((codings, _against(transcript.blob, _arranged(after, spans)), transcript))
    return done


def orphans(before: Study, now: Study, old_text: OldText | None) -> frozenset[Where]:
    """Where the segments stand that were found before and are not now, and the files of those without a transcript."""
    found = {_key(p.codings, p.segment) for p in Facts(before, old_text).placed if p.located.how in FOUND}
    facts = Facts(now, old_text)
    lost = [p for p in facts.placed if p.located.how not in FOUND and _key(p.codings, p.segment) in found]
    gone = [
        codings
        for codings, segment in facts.segments
        if now.transcript_of(codings) is None and _key(codings, segment) in found
    ]
    return frozenset((*(first_place(p.segment.where, place_of(p.codings)) for p in lost), *map(place_of, gone)))


def _key(codings: CodingSet, segment: Segment) -> tuple[str, ...]:
    """What a segment is known by in two versions of a study; a hand-written one, by its words."""
    return (segment.id,) if segment.id else (codings.case, codings.stem, codings.coder, segment.quote)


def _withdrawn(study: Study, placed: Placed) -> bool:
    case = study.case_by_id.get(placed.transcript.case)
    return case is not None and placed.transcript.stem in case.withdrawn


def _arranged(session: Session, spans: Mapping[int, Span]) -> CodingSet:
    """The segments in the order of the text, as few as can be moved; in a file with an order of its own, none.

    One that is not found stays behind the one that it stood behind.
    """
    segments = session.codings.segments
    placed = [spans.get(number) or session.locate(segment).span for number, segment in enumerate(segments)]
    others = [span for number, span in enumerate(placed) if span and number not in spans]
    if others != sorted(others):
        return session.codings
    staying, here = _longest_run(placed), (-1, -1)
    keys = []
    for number, span in enumerate(placed):
        here = span if span and number in staying else here
        keys.append(span or here)
    order = sorted(range(len(segments)), key=keys.__getitem__)
    return replace(session.codings, segments=tuple(segments[number] for number in order))


def _longest_run(placed: Sequence[Span | None]) -> frozenset[int]:
    """The most places that stand in order already, by number: what need not be moved."""
    tails: list[Span] = []  # of the best run of each length, its last span
    ends: list[int] = []  # and the number of that
    before: dict[int, int | None] = {}
    for number, span in enumerate(placed):
        if span:
            length = bisect_right(tails, span)
            before[number] = ends[length - 1] if length else None
            tails[length:], ends[length:] = [span, *tails[length + 1 :]], [number, *ends[length + 1 :]]
    run, at = set(), ends[-1] if ends else None
    while at is not None:
        run.add(at)
        at = before[at]
    return frozenset(run)


def _against(blob: str, codings: CodingSet) -> CodingSet:
    """Where most segments are written against this text, the head names it, and the others name their own."""
    texts = [codings.blob_of(segment) for segment in codings.segments]
    if codings.text == blob or None in texts or 2 * texts.count(blob) <= len(texts):
        return codings
    own = (None if text == blob else text for text in texts)
    segments = tuple(replace(segment, text=text) for segment, text in zip(codings.segments, own, strict=True))
    return replace(codings, text=blob, segments=segments)
