"""Which codes recur: for each, in which cases, under which outcomes and perspectives, and what it did there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from qcode.analysis.counting import Codings, codings
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
LEVELS = ("outcome", "perspective", "case")
COLUMNS = (*LEVELS, "transcript", "code", "valence", "start", "end")
ONE_TEXT = ("code", "transcript")
Told = tuple[str, str, str]  # outcome, perspective, case; empty for none


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
        counted = codings(within.rows, within.study, COLUMNS)
        self.told = _told(counted)
        self.transcripts = _transcripts(counted)
        self.by_valence = _valences(counted)
        met = {valence for _, valence in self.by_valence}
        known = [*VALENCES, *ids(within.study.codebook.valences)]
        self.valences = [*dict.fromkeys([*known, *sorted(met.difference({*known, DISPUTED, NONE}))]), DISPUTED, NONE]
        self.illustrated = _illustrated(within)

    def record(self, code: str) -> dict[str, Any]:
        told, known = self.told.get(code, ()), self.scope.study.codebook.by_id.get(code)
        valences = {valence: self.by_valence[code, valence] for valence in self.valences}
        return {
            "code": code,
            "phase": known.phase if known else None,
            "cases": sorted({case for *_, case in told}, key=natural),
            "illustrated": sorted(self.illustrated.get(code, ()), key=natural),
            "outcomes": _cases_by(self.outcomes, ((outcome, case) for outcome, _, case in told)),
            "perspectives": _cases_by(self.perspectives, ((perspective, case) for _, perspective, case in told)),
            "valences": valences,
            "passages": sum(valences.values()),
            "transcripts": self.transcripts.get(code, 0),
        }


def _cases_by(levels: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    counts = Counter(level or NONE for level, _ in set(pairs))
    return {level: counts[level] for level in levels}


def _told(of: Codings) -> dict[str, list[Told]]:
    """Under which outcome, by which perspective and in which case each code is found."""
    found: dict[str, list[Told]] = defaultdict(list)
    placed = of.frame.with_columns(**{name: of.value(name) for name in LEVELS})
    for code, outcome, perspective, case in of.rows(placed.select("code", *LEVELS).unique()):
        found[code].append((outcome or "", perspective or "", case))
    return found


def _transcripts(of: Codings) -> dict[str, int]:
    """In how many transcripts each code is found."""
    found = of.frame.select(*ONE_TEXT).unique().group_by("code").agg(value=nw.len())
    return dict(of.rows(found.select("code", "value")))


def _valences(of: Codings) -> Counter[tuple[str, str]]:
    """Passages by code and by what all its codings say: two different valences make it disputed."""
    said = of.frame.with_columns(valence=nw.when(~of.missing("valence")).then(nw.col("valence")))
    runs = numbered(with_passage(said, ONE_TEXT), ONE_TEXT).group_by(*ONE_TEXT, "passage")
    # All that was said is one thing where the least of it is the greatest.
    ends = runs.agg(least=nw.col("valence").min(), greatest=nw.col("valence").max())
    found: Counter[tuple[str, str]] = Counter()
    many = ends.group_by("code", "least", "greatest").agg(value=nw.len())
    for code, least, greatest, value in of.rows(many.select("code", "least", "greatest", "value")):
        found[code, agreed({least, greatest} - {None}) or NONE] += value
    return found


def _illustrated(within: Scope) -> dict[str, set[str]]:
    """In which cases an observation tells of each code as an example."""
    found: dict[str, set[str]] = defaultdict(set)
    for case in map(within.study.case_by_id.__getitem__, within.cases):
        for observation in case.observations:
            for code in observation.illustrates:
                found[within.study.codebook.resolve(code)].add(case.id)
    return found
