"""Which codes are present together per case, and with what outcome: the truth table of crisp-set QCA."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qcode.analysis.levels import dimension
from qcode.analysis.meta import facts
from qcode.analysis.scope import Scope, scope
from qcode.analysis.states import Behind, State
from qcode.analysis.steps import steps
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit


@dataclass(frozen=True, slots=True)
class Crisp:
    """One case: of each condition 1, 0, or None where that isn't known; and the state that says why.

    `member`: whether the case has the outcome asked about; None where it has no outcome.
    """

    case: str
    outcome: str | None
    values: tuple[int | None, ...]
    states: tuple[State, ...]
    member: int | None
    evidence: tuple[tuple[str, ...], ...]

    @property
    def known(self) -> bool:
        """Whether it can be in a truth table."""
        return self.member is not None and None not in self.values


@dataclass(frozen=True, slots=True)
class Configuration:
    """Cases that are alike in all conditions. `row`: its number in the whole table, as QCA tools count, from 1.

    `consistency`: the share of its cases with the outcome, 0 to 1; of crisp sets PRI is the same.
    `out`: 1 where consistency reaches the cut. `contradictory`: some of its cases have the outcome, some haven't.
    """

    values: tuple[int, ...]
    cases: tuple[str, ...]
    outcomes: Mapping[str, int]
    consistency: float
    out: int

    @property
    def row(self) -> int:
        return 1 + sum(value << at for at, value in enumerate(reversed(self.values)))

    @property
    def contradictory(self) -> bool:
        return 0 < self.consistency < 1


@dataclass(frozen=True)
class Configurations:
    """`conditions`: codes. `rows`: the configurations that occur, largest first. `cases`: all, those not in it too."""

    conditions: Sequence[str]
    outcome: str
    cut: float
    rows: Sequence[Configuration]
    cases: Sequence[Crisp]
    meta: Mapping[str, Any] = field(default_factory=dict)


def configurations(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    *,
    conditions: Sequence[str] = (),
    outcome: str | None = None,
    cut: float = 1.0,
) -> Configurations:
    """The truth table of these codes, by id, key or part; without any, of the steps. A branch is there when any below
    it is.

    outcome: the level that OUT is about; without it the first declared. cut: the least consistency for OUT 1.
    Raises UnknownName, and QcodeError where there is no condition or no outcome.
    """
    within = scope(study, rows, units, selection)
    codes = list(dict.fromkeys(study.codebook.find(code).id for code in conditions)) or steps(within)
    if not codes:
        raise QcodeError("there is no code to compare cases by", hint="Name codes: --condition CODE, more than once.")
    levels = [name for name in dimension(within, "outcome").levels if name]
    level = _level(levels, outcome)
    cases = _cases(within, codes, level)
    found: dict[tuple[int, ...], list[Crisp]] = defaultdict(list)
    for case in cases:
        if case.known:
            found[tuple(value or 0 for value in case.values)].append(case)
    table = sorted((_row(values, alike, cut, levels) for values, alike in found.items()), key=_order)
    return Configurations(codes, level, cut, table, cases, facts(within, "cases"))


def _level(levels: Sequence[str], outcome: str | None) -> str:
    if not levels:
        raise QcodeError("no case has an outcome", hint="Write one in each case.yaml: outcome: …")
    if outcome is not None and outcome not in levels:
        raise UnknownName("outcome", outcome, [*levels])
    return outcome or levels[0]


def _cases(within: Scope, codes: Sequence[str], level: str) -> list[Crisp]:
    behind = Behind(within)
    ids: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in within.rows:
        for code in within.study.codebook.ancestors(row.code):
            ids[row.case, code] |= {row.id: None} if row.id else {}
    found = []
    for case in within.cases:
        states = [behind.state((("case", case),), (code,), (case, code) in ids)[0] for code in codes]
        values = tuple({"value": 1, "zero": 0}.get(state) for state in states)
        outcome = within.study.case_by_id[case].outcome
        member = None if outcome is None else int(outcome == level)
        evidence = tuple(tuple(ids.get((case, code), ())) for code in codes)
        found.append(Crisp(case, outcome, values, tuple(states), member, evidence))
    return found


def _row(values: tuple[int, ...], cases: Sequence[Crisp], cut: float, levels: Sequence[str]) -> Configuration:
    consistency = sum(case.member or 0 for case in cases) / len(cases)
    met = Counter(case.outcome for case in cases)
    outcomes = {outcome: met[outcome] for outcome in levels}
    return Configuration(values, tuple(case.case for case in cases), outcomes, consistency, int(consistency >= cut))


def _order(row: Configuration) -> tuple[int, float, int]:
    return -len(row.cases), -row.consistency, row.row
