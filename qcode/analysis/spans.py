"""Passages one by one: where each stands and which codings it is made of. For what looks at text, not at counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from qcode.core.rows import Row
from qcode.core.words import natural

DISPUTED = "disputed"
_PLACE = attrgetter("start", "end", "code")


class Passage(NamedTuple):
    """Codings in one transcript that share characters, directly or through others: of one code, or as if of one.

    `code`: that of the first. Offsets are code points, half-open; it touches the turns [turns_from, turns_to), none
    where these are equal.
    """

    code: str
    start: int
    end: int
    turns_from: int
    turns_to: int
    rows: tuple[Row, ...]

    @property
    def case(self) -> str:
        return self.rows[0].case

    @property
    def transcript(self) -> str:
        return self.rows[0].transcript

    @property
    def perspective(self) -> str | None:
        return self.rows[0].perspective

    @property
    def section_phase(self) -> str | None:
        """Of the section in which it begins."""
        return self.rows[0].section_phase

    @property
    def line(self) -> int | None:
        return self.rows[0].line

    @property
    def valence(self) -> str | None:
        """What all its codings say that say anything; DISPUTED where they differ."""
        return agreed({row.valence for row in self.rows if row.valence})

    @property
    def ids(self) -> list[str]:
        """The segments behind it, in the order of the text."""
        return list(dict.fromkeys(row.id for row in self.rows if row.id))

    @property
    def coders(self) -> list[str]:
        return sorted({row.coder for row in self.rows})

    @property
    def place(self) -> str:
        """CASE/STEM:LINE."""
        return f"{self.transcript}:{self.line}"


def agreed(valences: set[str]) -> str | None:
    """The one valence that was given; DISPUTED for several, None for none."""
    return DISPUTED if len(valences) > 1 else next(iter(valences), None)


def by_transcript(rows: Iterable[Row], codes: Iterable[str] | None = None) -> dict[str, list[Passage]]:
    """The passages of each transcript, in natural order of the transcripts and then of the text.

    Rows must be found. `codes`: of these alone. A sort and one sweep.
    """
    wanted = None if codes is None else frozenset(codes)
    texts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if wanted is None or row.code in wanted:
            texts[row.transcript].append(row)
    return {name: sorted(_swept(texts[name]), key=_PLACE) for name in _ordered(texts)}


def as_one(rows: Iterable[Row]) -> list[Passage]:
    """The passages of codings taken as if of one code, in the order of by_transcript. Rows must be found."""
    texts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        texts[row.transcript].append(row)
    return [passage for name in _ordered(texts) for passage in _swept(texts[name], one=True)]


def alone(row: Row) -> Passage:
    """A coding by itself, as its coder cut it."""
    return _passage([row], row.end or 0)


def evidence(passages: Iterable[Passage]) -> list[str]:
    """The segments behind several passages, each once."""
    return list(dict.fromkeys(segment for passage in passages for segment in passage.ids))


def _ordered(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: [natural(part) for part in name.split("/", 1)])


def _swept(rows: list[Row], *, one: bool = False) -> Iterator[Passage]:
    """One transcript's: a passage ends where the next coding of its code (of any, where all are one) begins no earlier
    than it ends.
    """
    open_: dict[str, list[Row]] = {}
    reach: dict[str, int] = {}
    for row in sorted(rows, key=_span):
        code, start, end = "" if one else row.code, row.start or 0, row.end or 0
        if code in open_ and start < reach[code]:
            open_[code].append(row)
            reach[code] = max(reach[code], end)
            continue
        if code in open_:
            yield _passage(open_[code], reach[code])
        open_[code], reach[code] = [row], end
    for code, members in open_.items():
        yield _passage(members, reach[code])


def _span(row: Row) -> tuple[int, int, str, str]:
    return row.start or 0, row.end or 0, row.coder, row.id or ""


def _passage(rows: list[Row], end: int) -> Passage:
    at = rows[0]
    first, last = at.turns_from or 0, at.turns_to or 0
    if len(rows) > 1:  # few are; of the rest nothing is to be compared
        first = min(row.turns_from or 0 for row in rows)
        last = max(row.turns_to or 0 for row in rows)
    return Passage(at.code, at.start or 0, end, first, max(first, last), tuple(rows))
