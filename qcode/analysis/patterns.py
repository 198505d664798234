"""Which codes recur: for each, in which cases, under which outcomes and perspectives, and what it did there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qcode.analysis.counting import codings
from qcode.analysis.levels import dimension
from qcode.analysis.meta import facts
from qcode.analysis.passages import numbered, with_passage
from qcode.analysis.scope import Scope, scope
from qcode.analysis.spans import DISPUTED, agreed
from qcode.analysis.steps import leaves
from qcode.core.codebook import ids
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit
from qcode.core.words import natural

VALENCES = ("helping", "hindering", "both")
NONE = "none"
COLUMNS = ("case", "transcript", "code", "valence", "start", "end")
ONE_TEXT = ("code", "transcript")


@dataclass(frozen=True)
class Patterns:
    """A record per code, in codebook order, and the levels that its counts are of (docs/format.md, What is counted)."""

    records: Sequence[dict[str, Any]]
    outcomes: Sequence[str]
    perspectives: Sequence[str]
    valences: Sequence[str]
    meta: Mapping[str, Any] = field(default_factory=dict)


def patterns(
    study: Study, rows: Iterable[Row], units: Iterable[Unit], selection: Selection, under: str | None = None
) -> Patterns:
    """How each leaf code recurs over the studied cases. `under`: only codes in that branch, by id, key or part.

    Raises UnknownName or QcodeError for a branch that isn't there.
    """
    within = scope(study, rows, units, selection)
    codes = leaves(within, under)
    count = _Count(within)
    levels = count.outcomes, count.perspectives, count.valences
    return Patterns([count.record(code) for code in codes], *levels, facts(within, "passages"))


class _Count:
    """The codings of a scope by code."""

    def __init__(self, within: Scope) -> None:
        self.scope = within
        self.outcomes = [level or NONE for level in dimension(within, "outcome").levels]
        self.perspectives = [level or NONE for level in dimension(within, "perspective").levels]
        self.by_code: dict[str, list[Row]] = defaultdict(list)
        for row in within.rows:
            self.by_code[row.code].append(row)
        self.by_valence = _valences(within)
        met = {valence for _, valence in self.by_valence}
        known = [*VALENCES, *ids(within.study.codebook.valences)]
        self.valences = [*dict.fromkeys([*known, *sorted(met.difference({*known, DISPUTED, NONE}))]), DISPUTED, NONE]
        self.illustrated = _illustrated(within)

    def record(self, code: str) -> dict[str, Any]:
        rows, known = self.by_code.get(code, []), self.scope.study.codebook.by_id.get(code)
        valences = {valence: self.by_valence[code, valence] for valence in self.valences}
        return {
            "code": code,
            "phase": known.phase if known else None,
            "cases": sorted({row.case for row in rows}, key=natural),
            "illustrated": sorted(self.illustrated.get(code, ()), key=natural),
            "outcomes": _cases_by(self.outcomes, ((row.outcome, row.case) for row in rows)),
            "perspectives": _cases_by(self.perspectives, ((row.perspective, row.case) for row in rows)),
            "valences": valences,
            "passages": sum(valences.values()),
            "transcripts": len({row.transcript for row in rows}),
        }


def _cases_by(levels: Iterable[str], pairs: Iterable[tuple[str | None, str]]) -> dict[str, int]:
    counts = Counter(level or NONE for level, _ in set(pairs))
    return {level: counts[level] for level in levels}


def _valences(within: Scope) -> Counter[tuple[str, str]]:
    """Passages by code and by what all its codings say: two different valences make it disputed."""
    counted = codings(within.rows, within.study, COLUMNS)
    frame = numbered(with_passage(counted.frame, ONE_TEXT), ONE_TEXT).with_columns(valence=counted.value("valence"))
    said = counted.rows(frame.select(*ONE_TEXT, "passage", "valence").unique())
    by_passage: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for *passage, valence in said:
        by_passage[tuple(passage)].add(valence)
    return Counter((passage[0], agreed(valences - {"", None}) or NONE) for passage, valences in by_passage.items())


def _illustrated(within: Scope) -> dict[str, set[str]]:
    """In which cases an observation tells of each code as an example."""
    found: dict[str, set[str]] = defaultdict(set)
    for case in map(within.study.case_by_id.__getitem__, within.cases):
        for observation in case.observations:
            for code in observation.illustrates:
                found[within.study.codebook.resolve(code)].add(case.id)
    return found
