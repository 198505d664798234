"""Two codes looked at closely: wherever a passage of the one lies in, over or near a passage of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal, NamedTuple

from qcode.analysis.cooccurrence import near, overlap, swept, turns_apart
from qcode.analysis.meta import facts
from qcode.analysis.scope import scope
from qcode.analysis.spans import Passage, by_transcript
from qcode.core.errors import QcodeError
from qcode.core.model import Study
from qcode.core.names import Names
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit

How = Literal["equal", "inside", "contains", "overlap", "near"]  # as the first stands to the second
HOW: tuple[How, ...] = ("equal", "inside", "contains", "overlap", "near")


class Relation(NamedTuple):
    """One passage of each code. `turns`: how many turns apart, 0 in the same; None outside of turns."""

    a: Passage
    b: Passage
    how: How
    turns: int | None


@dataclass(frozen=True)
class Relations:
    """Every pair of passages that go together, in the order of the texts."""

    a: str
    b: str
    within: str
    pairs: Sequence[Relation]
    meta: Mapping[str, Any] = field(default_factory=dict)

    def counts(self) -> Mapping[How, tuple[int, int, int]]:
        """Per relation: pairs, transcripts, cases."""
        found: Counter[How] = Counter(pair.how for pair in self.pairs)
        texts = {how: {p.a.transcript for p in self.pairs if p.how == how} for how in HOW}
        cases = {how: {p.a.case for p in self.pairs if p.how == how} for how in HOW}
        return {how: (found[how], len(texts[how]), len(cases[how])) for how in HOW}

    def records(self) -> Iterator[dict[str, Any]]:
        """One per pair of passages."""
        for pair in self.pairs:
            record: dict[str, Any] = {
                "case": pair.a.case, "transcript": pair.a.transcript, "perspective": pair.a.perspective,
                "relation": pair.how, "turns_apart": pair.turns,
            }  # fmt: skip
            for name, code, passage in (("a", self.a, pair.a), ("b", self.b, pair.b)):
                record |= {
                    name: code, f"{name}_line": passage.line, f"{name}_start": passage.start,
                    f"{name}_end": passage.end, f"{name}_valence": passage.valence, f"{name}_segments": passage.ids,
                }  # fmt: skip
            yield record


def relations(
    study: Study, rows: Iterable[Row], units: Iterable[Unit], selection: Selection, a: str, b: str, within: str
) -> Relations:
    """How passages of two codes lie to each other. A branch counts all below it as one code.

    within: `overlap`, `turn`, `N-turns` or `transcript`. Raises UnknownName, and QcodeError for codes of which one is
    part of the other.
    """
    if within == "case":
        raise QcodeError("a pair is looked at in the text", hint="--within overlap, turn, 3-turns or transcript.")
    apart = 0 if within == "turn" else near(within)
    names = Names(study)
    first, second = names.branch(a), names.branch(b)
    if first & second:
        raise QcodeError(
            f"'{a}' and '{b}' are not two codes apart", hint="Name two codes, neither a part of the other."
        )
    one, other = _top(study, first), _top(study, second)
    among = scope(study, rows, units, selection)
    as_two = [r._replace(code=one if r.code in first else other) for r in among.rows if r.code in first | second]
    pairs: list[Relation] = []
    for text in by_transcript(as_two).values():
        met: Iterable[tuple[Passage, Passage]]
        if within == "transcript":
            met = product([p for p in text if p.code == one], [p for p in text if p.code == other])
        else:
            met = ((x, y) if x.code == one else (y, x) for x, y in swept(text, apart))
        pairs += sorted((_related(*pair) for pair in met), key=lambda p: (p.a.start, p.b.start))
    return Relations(one, other, within, pairs, facts(among, "pairs of passages"))


def _top(study: Study, branch: frozenset[str]) -> str:
    """The code that a branch is of."""
    return max(branch, key=lambda code: len(study.codebook.subtree.get(code, ())))


def _related(a: Passage, b: Passage) -> Relation:
    return Relation(a, b, _how(a, b), turns_apart(a, b))


def _how(a: Passage, b: Passage) -> How:
    if (a.start, a.end) == (b.start, b.end):
        return "equal"
    if b.start <= a.start and a.end <= b.end:
        return "inside"
    if a.start <= b.start and b.end <= a.end:
        return "contains"
    return "overlap" if overlap(a, b) else "near"
