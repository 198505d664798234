"""What one report counts: the codings, interviews and cases of a selection, chosen once, then asked many things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from qcode.analysis.far import Far
from qcode.core.codebook import ids
from qcode.core.model import CONSENSUS, Study
from qcode.core.query import Selection, select_rows, select_units
from qcode.core.rows import FOUND, Row, Unit
from qcode.core.table import Table
from qcode.core.words import natural


@dataclass(frozen=True)
class Scope:
    """`rows`: the codings that count. `missing`: those that would, were their words found. `units`: the interviews.

    `cases`: ids in natural order, those without a coding too.
    """

    study: Study
    selection: Selection
    rows: Table
    missing: Table
    units: tuple[Unit, ...]
    cases: tuple[str, ...]

    @cached_property
    def perspectives(self) -> tuple[str | None, ...]:
        """The perspectives that an interview of this selection could have."""
        return perspectives(self.study, self.units)


def scope(
    study: Study, rows: Iterable[Row], units: Iterable[Unit], selection: Selection, *, unstudied: bool = False
) -> Scope:
    """Choose what counts. `unstudied`: cases that aren't studied too, whatever the selection says.

    Rows and units may have been selected before: to select twice is to select once.
    """
    if unstudied:
        selection = replace(selection, all_cases=True)
    units = select_units(study, units, selection)
    cases = _cases(study, units, selection)
    counted: Table
    lost: Table
    if isinstance(rows, Far):
        counted, lost = rows.parted(study, selection)
    else:
        chosen = _of_cases(select_rows(study, rows, selection), cases)
        counted = chosen.where(chosen.holding("counted", bool))
        lost = chosen.where(chosen.holding("state", lambda state: state not in FOUND))
    missing = _would_count(_of_cases(lost, cases), units, selection)
    return Scope(study, selection, counted, missing, tuple(units), cases)


def _of_cases(rows: Table, cases: Iterable[str]) -> Table:
    return rows.where(rows.holding("case", frozenset(cases).__contains__))


def perspectives(study: Study, units: Iterable[Unit]) -> tuple[str | None, ...]:
    """The declared perspectives, then those met; none at all stands for itself."""
    declared = ids(study.codebook.perspectives)
    return tuple(dict.fromkeys([*declared, *(unit.perspective for unit in units)])) or (None,)


def _cases(study: Study, units: list[Unit], selection: Selection) -> tuple[str, ...]:
    """The cases that the selection leaves in: with an interview of it, or with room for one that was never planned."""
    found = {unit.case for unit in units}
    possible = [
        Unit(case.id, perspective, None, case.outcome, False, study.studied(case), ())
        for case in study.cases
        if case.id not in found
        for perspective in perspectives(study, units)
    ]
    found.update(unit.case for unit in select_units(study, possible, selection))
    return tuple(sorted(found, key=natural))


def _would_count(lost: Table, units: Iterable[Unit], selection: Selection) -> Table:
    """Those that only their lost words keep from being counted: their coder would be."""
    agreed = {unit.transcript for unit in units if any(coder == CONSENSUS for coder, _ in unit.done)}
    places = zip(lost.column("coder"), lost.column("transcript"), strict=True)
    return lost.where([bool(selection.coders) or (coder == CONSENSUS) == (name in agreed) for coder, name in places])
