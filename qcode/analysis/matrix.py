"""One dimension against another: a count, its state and its share in every cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Any

import narwhals as nw

from qcode.analysis.cells import TOTAL, Cell, Key, Matrix, Plan, Share
from qcode.analysis.frame import ATTRIBUTE, PATH, tidy
from qcode.analysis.levels import dimension, of_units
from qcode.analysis.meta import facts
from qcode.analysis.passages import KEYS, MEASURES, Frame
from qcode.analysis.scope import Scope, scope
from qcode.analysis.states import Behind, Pairs
from qcode.core.model import Study
from qcode.core.names import DIMENSIONS
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit
from qcode.core.words import natural

COLUMNS = ("id", "case", "transcript", "coder", "start", "end")  # what any measure may count, besides the dimensions
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
        placed = [TOTAL if whole else name for whole, name in zip((*sum_, False), self.names, strict=True)]
        base = lifted(self._frame) if "code" in placed and not self.plan.leaves else self._frame
        return base.with_columns(**{key: _column(name) for key, name in zip(KEYS, placed, strict=True)})

    @cached_property
    def _frame(self) -> Frame:
        names = [name for name in self.names if name and name != TOTAL]
        columns = {name.replace("-", "_") for name in names if name in DIMENSIONS}
        columns.update(COLUMNS, MORE.get(self.plan.measure, ()))
        attributes = [name for name in names if name not in DIMENSIONS]
        return nw.from_native(tidy(self.scope.rows, self.scope.study, columns, attributes)).lazy()

    def _counted(self, sum_: tuple[bool, bool]) -> dict[Key, int]:
        counted = MEASURES[self.plan.measure](self._view(sum_)).select(*KEYS, "value").collect()
        return {_key(*levels): int(value) for *levels, value in counted.rows()}

    def _evidence(self, sums: list[tuple[bool, bool]]) -> dict[Key, tuple[str, ...]]:
        """The ids of the segments in each cell, in the order of cases, transcripts and text."""
        found: dict[Key, dict[str, tuple[Any, ...]]] = defaultdict(dict)
        for sum_ in sums:
            frame = self._view(sum_).filter(~nw.col("id").is_null()).select(*KEYS, "id", "transcript", "start")
            for *levels, segment, transcript, start in frame.collect().rows():
                found[_key(*levels)][segment] = (natural(transcript), start)
        return {key: tuple(sorted(ids, key=ids.__getitem__)) for key, ids in found.items()}

    def _pairs(self, key: Key) -> Pairs:
        return tuple((self.names[at] or "", key[at]) for at in self.paired if key[at] != TOTAL)

    def _codes(self, key: Key) -> tuple[str, ...]:
        """The codes behind a cell: of a total all that have a row or column; none where codes are no dimension."""
        dimensions = [self.rows, self.cols, *([self.split] if self.split else [])]
        found = ((of, level) for of, level in zip(dimensions, key, strict=False) if of.name == "code")
        return next((tuple(filter(None, of.levels if level == TOTAL else (level,))) for of, level in found), ())

    def _cell(self, key: Key, counts: Counts, of: Studied, evidence: tuple[str, ...]) -> Cell:
        count = counts.get(key, 0)
        state, complete = self.behind.state(self._pairs(key), self._codes(key), count > 0)
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


def _column(name: str | None) -> nw.Expr:
    """The values of a dimension to group by; none is the empty text, since nulls don't group alike everywhere."""
    if name == TOTAL:
        return nw.lit(TOTAL)
    column = (name or "").replace("-", "_") if name in DIMENSIONS else f"{ATTRIBUTE}{name}"
    return nw.col(column).fill_null("")


def _key(*levels: str) -> Key:
    return Key(*(level or None for level in levels))


def lifted(frame: Frame) -> Frame:
    """Each coding once for every branch that it is under, as if coded with that."""
    paths = [name for name in frame.collect_schema().names() if name.startswith(PATH)]
    if not paths:
        return frame
    steps = [frame.filter(~nw.col(path).is_null()).with_columns(code=nw.col(path)) for path in paths]
    # pandas would keep the rows' numbers of before, each several times over, and then sort by them.
    return nw.maybe_reset_index(nw.concat(steps, how="vertical"))
