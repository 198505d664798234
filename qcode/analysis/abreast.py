"""Perspectives side by side: what each says of a code in a case, and what the researchers make of that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from qcode.analysis.levels import dimension
from qcode.analysis.patterns import NONE
from qcode.analysis.scope import Scope
from qcode.analysis.spans import Passage, as_one
from qcode.analysis.spans import evidence as segments
from qcode.analysis.states import Behind, Pairs, State
from qcode.core.model import Case, Observation, Study
from qcode.core.rows import FOUND, Row


class Said(NamedTuple):
    """What is said in one cell. `state`, `complete`: docs/format.md, Empty cells; `zero` is to be silent."""

    state: State
    complete: bool
    passages: Sequence[Passage]

    @property
    def valences(self) -> dict[str, int]:
        """Passages by valence, only those there are."""
        return dict(Counter(passage.valence or NONE for passage in self.passages))

    @property
    def ids(self) -> list[str]:
        return segments(self.passages)


def behind(cells: Iterable[Said]) -> list[str]:
    """The segments of several cells, each once."""
    return segments(passage for said in cells for passage in said.passages)


class Abreast:
    """The codings of a scope by case, code and perspective, and why a place without any has none."""

    def __init__(self, within: Scope) -> None:
        self.scope = within
        self.study = within.study
        self._leaves = Behind(within, leaves=True)
        self._branches = Behind(within)

    @cached_property
    def codes(self) -> list[str]:
        """The codes that hold codings or could: leaves, in codebook order."""
        return [code for code in dimension(self.scope, "code", leaves=True).levels if code]

    @cached_property
    def perspectives(self) -> list[str | None]:
        return list(dimension(self.scope, "perspective").levels)

    @cached_property
    def phases(self) -> list[str | None]:
        return list(dimension(self.scope, "phase").levels)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.scope.rows:
            found[row.case, row.code].append(row)
        return found

    @cached_property
    def _there(self) -> Mapping[str, set[str | None]]:
        """The perspectives that each case has anything of."""
        found: dict[str, set[str | None]] = defaultdict(set)
        rows = self.scope.rows
        coded = zip(rows.column("case"), rows.column("perspective"), strict=True)
        for case, perspective in {*coded, *((unit.case, unit.perspective) for unit in self.scope.units)}:
            found[case].add(perspective)
        return found

    def rows(self, case: str, codes: Iterable[str]) -> list[Row]:
        """The codings of a case with any of these codes."""
        return [row for code in codes for row in self._rows.get((case, code), ())]

    def said(self, case: str, code: str, perspective: str | None) -> Said:
        """What one perspective says of a code in a case; codes below it are not counted."""
        rows = (row for row in self.rows(case, [code]) if row.perspective == perspective)
        return self._said((("case", case), ("perspective", perspective)), code, rows, self._leaves)

    def of_case(self, case: str, code: str) -> Said:
        """What all say of a code in a case, codes below it among it."""
        rows = self.rows(case, sorted(self.study.codebook.subtree.get(code, {code})))
        return self._said((("case", case),), code, rows, self._branches)

    def planned(self, case: str) -> list[str | None]:
        """The perspectives that there is an interview of in the case, held or planned, or something coded."""
        there = self._there.get(case, ())
        return [perspective for perspective in self.perspectives if perspective in there]

    def _said(self, pairs: Pairs, code: str, rows: Iterable[Row], behind: Behind) -> Said:
        found = as_one(rows)
        return Said(*behind.state(pairs, (code,), bool(found)), found)


def verdicts(study: Study, case: Case, code: str) -> list[Observation]:
    """The observations of a case that concern a code: they name it, or one below it, as a step or an example."""
    branch = study.codebook.subtree.get(code, frozenset({code}))
    return [one for one in case.observations if branch.intersection(_named(study, one))]


def _named(study: Study, observation: Observation) -> list[str]:
    return [study.codebook.resolve(code) for code in (*observation.steps, *observation.illustrates)]


def evidence(study: Study, rows: Iterable[Row], case: Case, observation: Observation) -> list[Row]:
    """Of the codings of its case those that an observation rests on, where they are found.

    Not those of a respondent who withdrew.
    """
    names = {study.segment_ids.get(name, name) for name in observation.evidence}
    return [
        row
        for row in rows
        if row.id in names and row.state in FOUND and row.transcript.partition("/")[2] not in case.withdrawn
    ]
