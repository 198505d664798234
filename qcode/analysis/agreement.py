"""How far coders agree, code by code and pair by pair, and the passages on which they differ.

The unit is a turn of a transcript that both coders are done with, with a codebook that had the code: only of such a
turn is it known that each of them decided on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, repeat
from math import inf
from typing import Any, NamedTuple

from qcode.analysis.levels import codes
from qcode.analysis.meta import facts
from qcode.analysis.scope import Scope, scope
from qcode.core.errors import UnknownName
from qcode.core.model import CONSENSUS, Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit
from qcode.core.words import natural

OVER = ("all", "either", "both")  # turns: of the transcripts; that one of the two coded at all; that both did
# Of a coding, what is asked of it here.
_ASKED = ("id", "transcript", "coder", "code", "valence", "speaker", "line", "start", "end", "turns_from", "turns_to")
Turn = tuple[str, int]  # a transcript, and the number of a turn in it
Pair = tuple[str, str]


class Counts(NamedTuple):
    """The turns two by two: coded so by both, by the first only, by the second only, by neither."""

    both: int = 0
    first: int = 0
    second: int = 0
    neither: int = 0

    @property
    def turns(self) -> int:
        return sum(self)

    @property
    def percent(self) -> float | None:
        """The share of turns on which they agree, 0 to 1; None over no turns."""
        return (self.both + self.neither) / self.turns if self.turns else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa; None where it is not defined: over no turns, or where both coders are constant and alike.

        Source: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement
        20 (1960) 37-46.
        """
        if not self.turns:
            return None
        # In whole numbers, so that `expected == 1` is no matter of rounding.
        first, second = self.both + self.first, self.both + self.second
        by_chance = first * second + (self.turns - first) * (self.turns - second)
        agreed = (self.both + self.neither) * self.turns
        rest = self.turns**2 - by_chance
        return (agreed - by_chance) / rest if rest else None

    def plus(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class Agreed:
    """What two coders have in common on one code; `code` None: on every code that has codings of its own, pooled."""

    code: str | None
    coders: Pair
    counts: Counts


@dataclass(frozen=True, slots=True)
class Difference:
    """A passage on which two coders differ: only one gave it the code, or they gave it different valences.

    `valences`: those each coder gave, empty without any; None for the one who did not code it so. `instead`: the codes
    which that one, and not the other, gave to words of the passage. `rows`: its codings, in the order of the text,
    each with what _ASKED names.
    """

    code: str
    coders: Pair
    valences: tuple[frozenset[str] | None, frozenset[str] | None]
    instead: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def about(self) -> str:
        return "code" if None in self.valences else "valence"


@dataclass(frozen=True)
class Agreement:
    """`agreed`: per pair first all codes pooled, then a code each that one of the two used. `shared`: the transcripts
    that both are done with, by pair; pairs without any are in it, too."""

    agreed: Sequence[Agreed]
    differences: Sequence[Difference]
    shared: Mapping[Pair, Sequence[str]]
    meta: Mapping[str, Any] = field(default_factory=dict)


def agreement(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    *,
    over: str = "all",
    leaves: bool = False,
) -> Agreement:
    """Compare every two coders of the selection; the consensus only where named. Raises UnknownName for `over`."""
    if over not in OVER:
        raise UnknownName("kind of turns", over, list(OVER))
    coders = selection.coders or tuple(sorted({codings.coder for codings in study.codings} - {CONSENSUS}, key=natural))
    within = scope(study, rows, units, replace(selection, coders=coders), unstudied=True)
    compared = [_Compared(within, pair, over) for pair in combinations(coders, 2)]
    return Agreement(
        [agreed for two in compared for agreed in two.agreed(leaves=leaves)],
        [difference for two in compared for difference in two.differences()],
        {two.pair: two.shared for two in compared},
        facts(replace(within, selection=selection), "turns"),
    )


class _Compared:
    """Two coders over the transcripts that both are done with."""

    def __init__(self, within: Scope, pair: Pair, over: str) -> None:
        self.book, self.within, self.pair = within.study.codebook, within, pair
        self.versions = dict(_shared(within, pair))
        self.shared = sorted(self.versions, key=natural)
        of_pair = within.rows.where(within.rows.holding("coder", pair.__contains__))
        here = of_pair.where(of_pair.holding("transcript", self.versions.__contains__))
        self.rows = [*here.rows(_ASKED)]
        self.own: dict[tuple[str, str], set[Turn]] = defaultdict(set)  # by coder and code
        self.turns: dict[tuple[str, str], set[Turn]] = defaultdict(set)  # the same, with the codes below it
        self.of_text: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            self.own[row.coder, row.code].update(
                zip(repeat(row.transcript), range(row.turns_from or 0, row.turns_to or 0))
            )
            self.of_text[row.transcript].append(row)
        for (coder, own), touched in self.own.items():
            for code in self.book.ancestors(own):
                self.turns[coder, code] |= touched
        self.domain = self._domain(over)
        self.turns_of = Counter(transcript for transcript, _ in self.domain)

    def _domain(self, over: str) -> set[Turn]:
        if over == "all":
            texts = self.within.study.transcripts
            return {(name, turn) for name in self.shared for turn in range(len(texts[name].layout.turns))}
        first, second = (
            {turn for (coder, _), turns in self.turns.items() if coder == one for turn in turns} for one in self.pair
        )
        return first | second if over == "either" else first & second

    def agreed(self, *, leaves: bool) -> Iterator[Agreed]:
        """Nothing where the two share no transcript."""
        if not self.shared:
            return
        own = {row.code for row in self.rows}
        pooled = Counts()
        for code in own:
            pooled = pooled.plus(self._counts(code, own=True))
        yield Agreed(None, self.pair, pooled)
        for code in filter(None, codes(self.within, leaves=leaves)):
            counts = self._counts(code, own=leaves)
            if counts.turns > counts.neither:
                yield Agreed(code, self.pair, counts)

    def _counts(self, code: str, *, own: bool) -> Counts:
        """`own`: of the code's own codings, without those of the codes below it."""
        read = {name for name in self.shared if self._decided(code, name)}
        turns = self.own if own else self.turns
        first, second = ({turn for turn in turns[coder, code] & self.domain if turn[0] in read} for coder in self.pair)
        whole = sum(self.turns_of[name] for name in read)
        both = len(first & second)
        return Counts(both, len(first) - both, len(second) - both, whole - len(first | second))

    def _decided(self, code: str, transcript: str) -> bool:
        """Whether the code was there, and applied, when both were done with the transcript."""
        perspective, version = self.versions[transcript]
        return self.book.applies(code, perspective) and version >= self.book.since(code, perspective)

    def differences(self) -> Iterator[Difference]:
        """In the order of transcripts and text."""
        by_code: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.rows:
            by_code[row.transcript, row.code].append(row)
        passages = [passage for rows in by_code.values() for passage in _passages(rows)]
        passages.sort(key=lambda rows: (natural(rows[0].transcript), rows[0].start, rows[0].code))
        for passage in passages:
            valences = _valences(passage, self.pair[0]), _valences(passage, self.pair[1])
            if valences[0] != valences[1] and self._decided(passage[0].code, passage[0].transcript):
                yield Difference(passage[0].code, self.pair, valences, self._instead(passage), tuple(passage))

    def _instead(self, passage: Sequence[Row]) -> tuple[str, ...]:
        """What only the coder who is not in the passage gave to words of it."""
        there = {row.coder for row in passage}
        start, end = min(row.start or 0 for row in passage), max(row.end or 0 for row in passage)
        here = [row for row in self.of_text[passage[0].transcript] if (row.start or 0) < end and start < (row.end or 0)]
        theirs = {row.code for row in here if row.coder in there}
        return tuple(dict.fromkeys(row.code for row in here if row.coder not in there and row.code not in theirs))


def _shared(within: Scope, pair: Pair) -> Iterator[tuple[str, tuple[str, float]]]:
    """The transcripts that both are done with: the perspective, and the older codebook version of the two."""
    for unit in within.units:
        done = {coder: inf if version is None else float(version) for coder, version in unit.done}
        if unit.transcript and unit.held and done.keys() >= set(pair):
            yield unit.transcript, (unit.perspective or "", min(done[coder] for coder in pair))


def _passages(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Codings that share a character, directly or through others."""
    passage: list[Row] = []
    reach = 0
    for row in sorted(rows, key=lambda row: (row.start or 0, row.end or 0)):
        if passage and (row.start or 0) >= reach:
            yield passage
            passage, reach = [], 0
        passage.append(row)
        reach = max(reach, row.end or 0)
    if passage:
        yield passage


def _valences(passage: Sequence[Row], coder: str) -> frozenset[str] | None:
    own = [row for row in passage if row.coder == coder]
    return frozenset(row.valence for row in own if row.valence) if own else None
