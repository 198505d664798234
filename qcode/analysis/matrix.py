"""One dimension against another: a count, its state and its share in every cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Any

import narwhals as nw

from qcode.analysis.cells import TOTAL, Cell, Key, Matrix, Plan, Share
from qcode.analysis.counting import Codings, codings
from qcode.analysis.levels import dimension, of_units
from qcode.analysis.meta import facts
from qcode.analysis.passages import KEYS, MEASURES, Frame
from qcode.analysis.scope import Scope, scope
from qcode.analysis.states import Behind, Pairs
from qcode.core.model import Study
from qcode.core.names import DIMENSIONS, PATH, column_of
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit
from qcode.core.words import natural

COLUMNS = ("case", "transcript", "coder", "start", "end")  # what any measure may count, besides the dimensions
MORE = {"words": ("words_from", "words_to"), "turns": ("turns_from", "turns_to")}

Counts = Mapping[Key, int]
Studied = Mapping[tuple[str | None, str | None], int]


def matrix(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    rows_dim: str,
    cols_dim: str,
    *,
    split: str | None = None,
    measure: str = "passages",
    share: Share | None = None,
    totals: bool = False,
    leaves: bool = False,
    evidence: bool = False,
) -> Matrix:
    """Count codings by two dimensions, with `split` a table per level of a third.

    Raises UnknownName for a dimension, measure or share that isn't, QcodeError for one dimension asked for twice.
    """
    plan = Plan(rows_dim, cols_dim, split, measure, share, totals, leaves, evidence)
    return _Count(scope(study, rows, units, selection), plan).matrix()


class _Count:
    """One matrix in the making."""

    def __init__(self, within: Scope, plan: Plan) -> None:
        self.scope = within
        self.plan = plan
        self.rows = dimension(within, plan.rows, leaves=plan.leaves)
        self.cols = dimension(within, plan.cols, leaves=plan.leaves)
        self.split = dimension(within, plan.split, leaves=plan.leaves) if plan.split else None
        self.behind = Behind(within, leaves=plan.leaves)
        self.names = Key(self.rows.name, self.cols.name, self.split.name if self.split else TOTAL)
        self.paired = [level for level, name in enumerate(self.names) if name != TOTAL and self._is_paired(name)]
        self.coded = self.names.index("code") if "code" in self.names else -1
        # The whole of a share, as a place in a cell's key that is made total.
        self.whole = {"row": (False, True), "col": (True, False), "all": (True, True), None: (False, False)}[plan.share]

    def matrix(self) -> Matrix:
        sums = self._sums()
        counts = {sum_: count for view in sums for sum_, count in self._counted(view).items()}
        evidence = self._evidence(sums) if self.plan.evidence else {}
        of = {
            (col, split): self.behind.studied(self._pairs(Key(TOTAL, col, split)))
            for split in self._splits
            for col in (*self.cols.levels, *([TOTAL] if self.plan.totals else []))
        }
        cells = {key: self._cell(key, counts, of, evidence.get(key, ())) for key in self._keys()}
        plan, meta = self.plan, facts(self.scope, self.plan.measure)
        return Matrix(
            plan.measure, self.rows, self.cols, self.split, plan.share, plan.totals, plan.evidence, cells, of, meta
        )

    @property
    def _splits(self) -> tuple[str | None, ...]:
        return self.split.levels if self.split else (TOTAL,)

    def _is_paired(self, name: str | None) -> bool:
        return of_units(self.scope.study, name or "") is not None

    def _keys(self) -> Iterator[Key]:
        """Every cell, then the totals: of the rows, of the columns, of all."""
        for whole_rows, whole_cols in _SUMS if self.plan.totals else _SUMS[:1]:
            rows = (TOTAL,) if whole_rows else self.rows.levels
            cols = (TOTAL,) if whole_cols else self.cols.levels
            for split, row, col in product(self._splits, rows, cols):
                yield Key(row, col, split)

    def _sums(self) -> list[tuple[bool, bool]]:
        """Over which of rows and columns to count anew: neither, for the cells, and what totals and shares need."""
        needed = {(False, False), self.whole}
        if self.plan.totals:
            needed.update(_SUMS)
        elif self.plan.share and self._of_cases:
            needed.discard(self.whole)
        return [sum_ for sum_ in _SUMS if sum_ in needed]

    @property
    def _of_cases(self) -> bool:
        """Whether a share is of the studied cases of the column."""
        return self.plan.measure == "cases" and self.plan.share == "col"

    def _view(self, sum_: tuple[bool, bool]) -> Frame:
        """The frame with each coding's place in the table; under a branch once for each code above it."""
        placed, frame = self._placed(sum_), self._codings.frame
        base = lifted(frame) if "code" in placed.values() and not self.plan.leaves else frame
        return base.with_columns(**{key: self._column(name) for key, name in placed.items()})

    def _placed(self, sum_: tuple[bool, bool]) -> dict[str, str | None]:
        """The dimension behind each part of a cell's key; TOTAL where that is summed."""
        names = [TOTAL if whole else name for whole, name in zip((*sum_, False), self.names, strict=True)]
        return dict(zip(KEYS, names, strict=True))

    def _column(self, name: str | None) -> nw.Expr:
        """The values of a dimension to group by."""
        return self._codings.total if name == TOTAL else self._codings.value(column_of(name or ""))

    @cached_property
    def _codings(self) -> Codings:
        names = [name for name in self.names if name and name != TOTAL]
        columns = {column_of(name) for name in names if name in DIMENSIONS}
        columns.update(COLUMNS, MORE.get(self.plan.measure, ()), ("id",) if self.plan.evidence else ())
        attributes = [name for name in names if name not in DIMENSIONS]
        return codings(self.scope.rows, self.scope.study, columns, attributes)

    def _counted(self, sum_: tuple[bool, bool]) -> dict[Key, int]:
        # Of one transcript there is one case, one perspective and so on: these needn't be told apart in it.
        named = [(key, name) for key, name in self._placed(sum_).items() if name != TOTAL and not self._is_paired(name)]
        apart = ["code" if name == "code" else key for key, name in named]
        counted = MEASURES[self.plan.measure](self._view(sum_), apart).select(*KEYS, "value")
        return {_key(row, col, split): int(value) for row, col, split, value in self._codings.rows(counted)}

    def _evidence(self, sums: list[tuple[bool, bool]]) -> dict[Key, tuple[str, ...]]:
        """The ids of the segments in each cell, in the order of cases, transcripts and text."""
        found: dict[Key, dict[str, tuple[Any, ...]]] = defaultdict(dict)
        for sum_ in sums:
            frame = self._view(sum_).select(*KEYS, "id", "transcript", "start", "coding")
            for *levels, segment, transcript, start, coding in self._codings.rows(frame):
                if segment:
                    place, there = (natural(transcript), start, coding), found[_key(*levels)]
                    there[segment] = min(place, there.get(segment, place))
        return {key: tuple(sorted(ids, key=ids.__getitem__)) for key, ids in found.items()}

    def _pairs(self, key: Key) -> Pairs:
        return tuple([(self.names[at] or "", key[at]) for at in self.paired if key[at] != TOTAL])

    @cached_property
    def _codes(self) -> Mapping[str | None, tuple[str, ...]]:
        """The codes behind a level of the dimension of codes: of a total all that have a row or column."""
        levels = [level for level in dimension(self.scope, "code", leaves=self.plan.leaves).levels if level]
        return {TOTAL: tuple(levels), **{level: (level,) for level in levels}}

    def _cell(self, key: Key, counts: Counts, of: Studied, evidence: tuple[str, ...]) -> Cell:
        count = counts.get(key, 0)
        codes = self._codes[key[self.coded]] if self.coded >= 0 else ()
        state, complete = self.behind.state(self._pairs(key), codes, count > 0)
        if state not in ("value", "zero"):
            return Cell(None, state, complete)
        return Cell(count, state, complete, self._share(key, count, counts, of), evidence)

    def _share(self, key: Key, count: int, counts: Counts, of: Studied) -> float | None:
        if not self.plan.share:
            return None
        row, col = (TOTAL if whole else level for whole, level in zip(self.whole, key[:2], strict=True))
        whole = of[key.col, key.split] if self._of_cases else counts.get(Key(row, col, key.split), 0)
        return count / whole if whole else None


_SUMS = ((False, False), (True, False), (False, True), (True, True))


def _key(row: str | None, col: str | None, split: str | None) -> Key:
    return Key(row or None, col or None, split or None)


def lifted(frame: Frame) -> Frame:
    """Each coding once for every branch that it is under, as if coded with that."""
    paths = [name for name in frame.collect_schema().names() if name.startswith(PATH)]
    if not paths:
        return frame
    steps = [frame.filter(~nw.col(path).is_null()).with_columns(code=nw.col(path)) for path in paths]
    # pandas would keep the rows' numbers of before, each several times over, and then sort by them.
    return nw.maybe_reset_index(nw.concat(steps, how="vertical"))
