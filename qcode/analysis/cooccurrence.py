"""Which codes go together: in the same words, near each other, in the same turn, transcript or case."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, combinations
from typing import Any

from qcode.analysis import joined
from qcode.analysis.far import Far
from qcode.analysis.joined import Met, Pair
from qcode.analysis.levels import dimension
from qcode.analysis.meta import facts
from qcode.analysis.scope import Scope, scope
from qcode.analysis.spans import Passage, by_transcript, evidence
from qcode.analysis.states import Behind, State
from qcode.analysis.steps import leaves
from qcode.core.errors import QcodeError
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit

Evidence = dict[Pair, dict[str, None]]  # segments, in order
COLUMNS = ("case", "transcript", "coder", "code", "start", "end", "turns_from", "turns_to")
WITHIN = ("overlap", "turn", "transcript", "case")  # and N-turns

_NEAR = re.compile(r"(\d+)-turns?\Z")


@dataclass(frozen=True, slots=True)
class Together:
    """Two codes. `count`: pairs of their passages, or the turns, transcripts or cases that have both.

    `n_a`, `n_b`: the passages, or turns and so on, of each. `c`: of pairs of passages, None where it is not defined.
    `jaccard`: of turns, transcripts or cases, 0 to 1, None where neither code occurs.
    """

    a: str
    b: str
    count: int
    n_a: int
    n_b: int
    c: float | None
    jaccard: float | None
    state: State
    complete: bool
    evidence: tuple[str, ...] = ()

    @property
    def above(self) -> bool:
        """Whether c passes 1: passages of the one lie in several of the other, so that it is no share."""
        return self.c is not None and self.c > 1


@dataclass(frozen=True)
class Cooccurrence:
    """All pairs of codes, in codebook order, and of each code how often it occurs. `unit`: what Jaccard is over.

    `of_passages`: pairs of passages are counted; else turns, transcripts or cases.
    """

    within: str
    codes: Sequence[str]
    pairs: Mapping[Pair, Together]
    each: Mapping[str, int]
    unit: str
    of_passages: bool
    evidence: bool
    meta: Mapping[str, Any] = field(default_factory=dict)

    def records(self) -> list[dict[str, Any]]:
        """One record per pair of codes, also of those never together."""
        return [self._record(pair) for pair in self.pairs.values()]

    def _record(self, pair: Together) -> dict[str, Any]:
        empty = pair.state not in ("value", "zero")
        record = asdict(pair) | {"c_above_1": pair.above, "evidence": list(pair.evidence)}
        if empty:
            record |= dict.fromkeys(("count", "c", "jaccard"))
        if not self.evidence:
            del record["evidence"]
        return record


def cooccurrence(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    within: str = "overlap",
    *,
    under: str | None = None,
    evidence: bool = False,
) -> Cooccurrence:
    """How often each two leaf codes go together. Passages are the units: a second coder makes no second pair.

    within: `overlap` (share a character), `N-turns` (or lie at most N turns apart, 0: in the same turn), `turn`,
    `transcript` or `case`. Raises UnknownName, and QcodeError for another `within`.

    c = n12 / (n1 + n2 - n12) over pairs of passages (the c-coefficient of code co-occurrence tables); Jaccard's index
    = both / either over turns (overlap, N-turns, turn), transcripts or cases.
    """
    apart = near(within)
    among = scope(study, rows, units, selection)
    codes = leaves(among, under)
    unit = within if within in ("transcript", "case") else "turn"
    of_passages = apart is not None or within == "overlap"
    if isinstance(among.rows, Far) and not evidence:
        sets = joined.places(among.rows, codes, unit)
        met = joined.passages(among.rows, codes, apart) if of_passages else sets
        ids: Evidence = {}
    else:
        texts = by_transcript(among.rows.rows({*COLUMNS, *["id"] * evidence}), codes)
        sets = shared(_places(texts, unit))
        met, ids = _pairs(texts, apart, evidence) if of_passages else (sets, _ids(texts, unit) if evidence else {})
    states = PairStates(among, one_perspective=unit != "case")
    pairs: dict[Pair, Together] = {}
    for a, b in combinations(codes, 2):
        count, n_a, n_b = met.both[_sorted(a, b)], met.each[a], met.each[b]
        c = ratio(count, n_a + n_b - count) if of_passages else None
        state, complete = states.of(a, b, count > 0)
        behind = tuple(ids.get(_sorted(a, b), ()))
        pairs[a, b] = Together(a, b, count, n_a, n_b, c, jaccard(sets, a, b), state, complete, behind)
    measure = "pairs of passages" if of_passages else f"{unit}s"
    every = {code: met.each[code] for code in codes}
    return Cooccurrence(within, codes, pairs, every, f"{unit}s", of_passages, evidence, facts(among, measure))


def near(within: str) -> int | None:
    """How many turns apart is together; None where that is no matter of turns. Raises QcodeError."""
    if within in WITHIN:
        return None
    match = _NEAR.match(within)
    if match is None:
        raise QcodeError(f"unknown --within '{within}'", hint=f"One of: {', '.join(WITHIN)}, or 3-turns.")
    return int(match[1])


def ratio(part: int, whole: int) -> float | None:
    """None where it is not defined: over nothing, or over less than nothing, as many pairs of few passages give."""
    return part / whole if whole > 0 else None


def shared(places: Iterable[Iterable[str]]) -> Met:
    """Codes by the places that have them."""
    found = [sorted(set(place)) for place in places]
    pairs = (combinations(codes, 2) for codes in found)
    return Met(Counter(chain.from_iterable(found)), Counter(chain.from_iterable(pairs)))


def jaccard(places: Met, a: str, b: str) -> float | None:
    """Places with both, of those with either."""
    both = places.both[_sorted(a, b)]
    return ratio(both, places.each[a] + places.each[b] - both)


def turns_apart(one: Passage, other: Passage) -> int | None:
    """How many turns lie from the one to the other: 0 in the same turn, 1 in the next. None outside of turns."""
    if one.turns_from == one.turns_to or other.turns_from == other.turns_to:
        return None
    return max(0, max(one.turns_from, other.turns_from) - min(one.turns_to, other.turns_to) + 1)


def swept(passages: Sequence[Passage], apart: int | None) -> Iterator[tuple[Passage, Passage]]:
    """The pairs of passages of two codes that overlap, or lie at most so many turns apart; each pair once.

    passages: of one transcript, by their starts. One sweep: what can't meet the next one is let go.
    """
    open_: list[Passage] = []
    for passage in passages:
        start, turn = passage.start, passage.turns_from
        open_ = [one for one in open_ if one.end > start or (apart is not None and one.turns_to + apart > turn)]
        for before in open_:
            if before.code != passage.code and meet(before, passage, apart):
                yield before, passage
        open_.append(passage)


def overlap(one: Passage, other: Passage) -> bool:
    """Whether they share a character, in one transcript."""
    return one.start < other.end and other.start < one.end


def meet(one: Passage, other: Passage, apart: int | None) -> bool:
    """Whether two passages of one transcript overlap; or lie at most so many turns apart."""
    if apart is None or overlap(one, other):
        return overlap(one, other)
    turns = turns_apart(one, other)
    return turns is not None and turns <= apart


def _pairs(texts: Mapping[str, Sequence[Passage]], apart: int | None, evidence: bool) -> tuple[Met, Evidence]:
    """The pairs of passages that meet, and the segments behind them."""
    counts: Counter[Pair] = Counter()
    each = Counter(passage.code for text in texts.values() for passage in text)
    ids: dict[Pair, dict[str, None]] = defaultdict(dict)
    for text in texts.values():
        for one, other in swept(text, apart):
            pair = _sorted(one.code, other.code)
            counts[pair] += 1
            if evidence:
                ids[pair] |= dict.fromkeys([*one.ids, *other.ids])
    return Met(each, counts), ids


_KEYS: Mapping[str, Callable[[Passage], Iterable[Hashable]]] = {
    "turn": lambda passage: range(passage.turns_from, passage.turns_to),
    "transcript": lambda passage: (passage.transcript,),
    "case": lambda passage: (passage.case,),
}


def _members(texts: Mapping[str, Sequence[Passage]], unit: str) -> Iterator[list[Passage]]:
    """The passages in each turn, transcript or case that has any."""
    together = [chain.from_iterable(texts.values())] if unit == "case" else texts.values()
    for some in together:
        found: dict[Hashable, list[Passage]] = defaultdict(list)
        for passage in some:
            for key in _KEYS[unit](passage):
                found[key].append(passage)
        yield from found.values()


def _places(texts: Mapping[str, Sequence[Passage]], unit: str) -> Iterator[set[str]]:
    return ({passage.code for passage in members} for members in _members(texts, unit))


def _ids(texts: Mapping[str, Sequence[Passage]], unit: str) -> Evidence:
    """The segments of both codes wherever both are."""
    ids: dict[Pair, dict[str, None]] = defaultdict(dict)
    for members in _members(texts, unit):
        by_code: dict[str, list[Passage]] = defaultdict(list)
        for passage in members:
            by_code[passage.code].append(passage)
        for a, b in combinations(sorted(by_code), 2):
            ids[a, b] |= dict.fromkeys(evidence([*by_code[a], *by_code[b]]))
    return ids


def _sorted(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


class PairStates:
    """What it means that two codes never go together: by the interviews in which they could.

    `one_perspective`: both have to be said in one interview; else they may be said by different people.
    """

    def __init__(self, within: Scope, *, one_perspective: bool) -> None:
        self.behind = Behind(within, leaves=True)
        self.perspectives = dimension(within, "perspective").levels if one_perspective else ()
        self.found: dict[tuple[str, str | None], tuple[State, bool]] = {}

    def of(self, a: str, b: str, counted: bool) -> tuple[State, bool]:
        states = [self._both(a, b, p) for p in self.perspectives] or [self._both(a, b, None)]
        complete = all(done for state, done in states if state != "n/a")
        if counted:
            return "value", complete
        held = [state for state, _ in states if state in ("zero", "uncoded")]
        if held:
            return ("zero" if complete else "uncoded"), complete
        return ("not-interviewed" if any(s == "not-interviewed" for s, _ in states) else "n/a"), complete

    def _both(self, a: str, b: str, perspective: str | None) -> tuple[State, bool]:
        """What keeps either from being there keeps both."""
        states = [self._one(code, perspective) for code in (a, b)]
        worst = min((state for state, _ in states), key=_WORST.index)
        return worst, all(done for _, done in states)

    def _one(self, code: str, perspective: str | None) -> tuple[State, bool]:
        if (code, perspective) not in self.found:
            pairs = (("perspective", perspective),) if self.perspectives else ()
            self.found[code, perspective] = self.behind.state(pairs, (code,), False)
        return self.found[code, perspective]


_WORST: tuple[State, ...] = ("n/a", "not-interviewed", "uncoded", "zero")
