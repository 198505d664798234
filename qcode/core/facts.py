"""What the rules of `check` look at: a study, and what is worked out of it once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from qcode.core.anchor import Finder, Located
from qcode.core.decisions import split_codes
from qcode.core.errors import Where
from qcode.core.model import Coded, CodingSet, Segment, Study, Transcript
from qcode.core.rows import OldText, by_transcript, find_segment
from qcode.core.words import one_line

SETTINGS = "qcode.yaml"
Split = Mapping[str, tuple[str, ...]]


class Finding(NamedTuple):
    """What is wrong, where, and what to do about it."""

    where: Where
    message: str
    hint: str = ""


class Entry(NamedTuple):
    """One code of a segment, as its file has it; `code`: what that resolves to."""

    codings: CodingSet
    segment: Segment
    coded: Coded
    code: str

    @property
    def where(self) -> Where:
        return first_place(self.coded.where, self.segment.where, place_of(self.codings))


class Placed(NamedTuple):
    """One segment whose transcript is there, with what became of its words."""

    codings: CodingSet
    transcript: Transcript
    segment: Segment
    located: Located


class Facts:
    """A study as the rules see it."""

    def __init__(
        self,
        study: Study,
        old_text: OldText | None = None,
        *,
        read_ids: Callable[[], Mapping[str, Sequence[str]]] | None = None,
        split: Split | None = None,
        twice: Callable[[Callable[[], Set[str]]], Set[str]] | None = None,
        beside: Sequence[CodingSet] = (),
    ) -> None:
        """`read_ids`, `split`: where they are known already; `twice`: remembers what is twice. `beside`: of other
        cases, with segments that this one names.
        """
        self.study = study
        self.book = study.codebook
        self._read_ids = read_ids
        self._split = split
        self._twice = twice
        self.beside = beside
        self._perspectives: dict[int, str | None] = {}
        self.old_text = lru_cache(maxsize=None)(old_text) if old_text else None

    @cached_property
    def unreadable(self) -> frozenset[str]:
        """The files that can't be read for what they are; what follows from that is no further fault."""
        return frozenset(fault.where.path for fault in self.study.faults if fault.stops)

    @property
    def codings_known(self) -> bool:
        """Whether all codings files could be read, so that a segment not seen is not there."""
        return not any("/codings/" in path for path in self.unreadable)

    @cached_property
    def entries(self) -> list[Entry]:
        """Every code of every segment."""
        resolve = self.book.resolve
        return [
            Entry(codings, segment, coded, resolve(coded.code))
            for codings, segment in self.segments
            for coded in segment.codes
        ]

    @cached_property
    def segments(self) -> list[tuple[CodingSet, Segment]]:
        return [(codings, segment) for codings in self.study.codings for segment in codings.segments]

    @cached_property
    def split(self) -> Split:
        """The codes that were split and are retired since, each with its parts."""
        return split_codes(self.study.ledger.decisions, self.book) if self._split is None else self._split

    @cached_property
    def ids(self) -> Mapping[str, Sequence[str]]:
        """The ids of the segments of each case, aliases too, as often as they stand there."""
        if self._read_ids is not None:
            return self._read_ids()
        found: dict[str, list[str]] = {}
        for codings, segment in self.segments:
            found.setdefault(codings.case, []).extend(segment.names)
        return found

    def perspective_of(self, codings: CodingSet) -> str | None:
        """That of the transcript; asked for every coding, so kept for each file."""
        if id(codings) not in self._perspectives:
            transcript = self.study.transcript_of(codings)
            self._perspectives[id(codings)] = transcript.perspective if transcript else None
        return self._perspectives[id(codings)]

    @cached_property
    def coded_as(self) -> dict[str, set[str]]:
        """The codes of each segment that has an id."""
        found: dict[str, set[str]] = {}
        for codings in (*self.study.codings, *self.beside):
            for segment in codings.segments:
                for name in segment.names:
                    found.setdefault(name, set()).update(self.book.resolve(coded.code) for coded in segment.codes)
        return found

    @cached_property
    def every(self) -> Set[str]:
        """The ids of all segments."""
        return set().union(*self.ids.values())

    @cached_property
    def twice(self) -> Set[str]:
        """The ids that more than one segment has."""
        return self._twice(self._found_twice) if self._twice else self._found_twice()

    def _found_twice(self) -> Set[str]:
        if len(self.every) == sum(map(len, self.ids.values())):
            return frozenset()
        return {name for name, times in Counter(chain(*self.ids.values())).items() if times > 1}

    def holding(self, names: Set[str]) -> Iterator[tuple[CodingSet, Segment]]:
        """The segments of the cases that have one of these ids: no other case is looked into."""
        if not names:
            return iter(())
        cases = {case for case, ids in self.ids.items() if not names.isdisjoint(ids)}
        return ((codings, s) for codings in self.study.codings if codings.case in cases for s in codings.segments)

    @cached_property
    def placed(self) -> list[Placed]:
        """Where every segment stands, if its transcript is there. The costly part, so only for rules that ask."""
        return list(self._place())

    @cached_property
    def places(self) -> dict[int, Placed]:
        """Those that were found, each by the identity of its segment."""
        return {id(placed.segment): placed for placed in self.placed if placed.located.span}

    def _place(self) -> Iterator[Placed]:
        for name, sets in by_transcript(self.study).items():
            transcript = self.study.transcripts.get(name)
            if transcript:
                finder = Finder(transcript.text)
                for codings in sets:
                    for segment in codings.segments:
                        where = find_segment(finder, transcript, codings, segment, self.old_text)
                        yield Placed(codings, transcript, segment, where)


def place_of(codings: CodingSet) -> Where:
    """The file of a coding set."""
    return first_place(codings.where, Where(codings.path))


def first_place(*places: Where) -> Where:
    """The first that names a file."""
    return next((place for place in places if place.path), places[-1])


def known(names: Iterable[str]) -> str:
    """A hint that lists what is declared."""
    return f"Known: {', '.join(names) or 'none'}."


def differing(one: str, other: str) -> tuple[str, str]:
    """Two texts, each as `quoted` from shortly before the first word in which they differ."""
    old, new = one.split(), other.split()
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, at - 3)
    mark = ["…"] if start else []
    return quoted(" ".join((*mark, *old[start:]))), quoted(" ".join((*mark, *new[start:])))


def quoted(text: str, width: int = 60) -> str:
    """The beginning of a quote, on one line."""
    words = one_line(text)
    return f"“{words if len(words) <= width else words[: width - 1] + '…'}”"
