"""Codings that lie elsewhere: a lazy frame that an engine reads, where else a table in memory is.

The frame has the columns that `frame.whole` gives.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from qcode.analysis.passages import Frame
from qcode.core.columns import Column
from qcode.core.expr import And, Expr, Not, Or, Test
from qcode.core.model import Study
from qcode.core.names import PATH, STUDIED, column_of
from qcode.core.query import Selection
from qcode.core.rows import FOUND
from qcode.core.table import Table

_NEVER_NULL = frozenset({"case", "transcript", "coder", "code"})


class Far(Table):
    """The codings of a lazy frame. Counts are made where they lie; a column that is asked for comes into memory."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(self._fetched, 0)
        self.frame = frame
        self._met: dict[str, set[Any]] = {}

    def __len__(self) -> int:
        return self._many

    @cached_property
    def _many(self) -> int:
        return int(fetched(self.frame.select(value=nw.len()))[0][0])

    def met(self, name: str) -> set[Any]:
        if name not in self._met:
            self._met[name] = {value for (value,) in fetched(self.frame.select(name).unique())}
        return self._met[name]

    def parted(self, study: Study, selection: Selection) -> tuple[Far, Far]:
        """Those selected, as core.query.select_rows has it: the ones that count, and the ones that were not found.

        What counts lies in a transcript that the selection keeps, so that its case need not be looked at again.
        """
        asked = conditions(selection.expr) + [nw.col(STUDIED)] * (not selection.all_cases)
        frame = self.frame.filter(*asked) if asked else self.frame
        found = nw.col("state").is_in(sorted(FOUND))
        counts = nw.col("counted")
        if selection.coders:
            gone = sorted(f"{case.id}/{stem}" for case in study.cases for stem in case.withdrawn)
            counts = found & ~nw.col("transcript").is_in(gone) if gone else found
        return Far(frame.filter(counts)), Far(frame.filter(~found))

    def tidy(self, columns: Collection[str], attributes: Collection[str]) -> Frame:
        """As frame.tidy, of which nothing is read yet."""
        paths = [name for name in self.frame.collect_schema().names() if name.startswith(PATH)]
        return self.frame.select(*dict.fromkeys([*columns, "code", "coding", *paths, *map(column_of, attributes)]))

    def _fetched(self, name: str) -> Column:
        names = dict.fromkeys([name, "coding"])
        return [values[0] for values in fetched(self.frame.select(*names).sort("coding"))]


def fetched(frame: Frame) -> list[tuple[Any, ...]]:
    """What an engine finds, as tuples. From DuckDB without any library in between."""
    native = frame.to_native()
    found: list[tuple[Any, ...]] = native.fetchall() if hasattr(native, "fetchall") else frame.collect().rows()
    return found


def conditions(expr: Expr) -> list[nw.Expr]:
    """What must all be true of a coding for an expression to be."""
    if isinstance(expr, And):
        return [condition for part in expr.parts for condition in conditions(part)]
    return [_true_of(expr)]


def _true_of(expr: Expr) -> nw.Expr:
    """Of a coding everything is known, so that what is not true of it is false."""
    if isinstance(expr, Test):
        name = column_of(expr.name)
        value = nw.col(name) if name in _NEVER_NULL else nw.col(name).fill_null("")
        return value.is_in(sorted(wanted or "" for wanted in expr.values))
    if isinstance(expr, Not):
        return ~_true_of(expr.part)
    return reduce(or_ if isinstance(expr, Or) else and_, map(_true_of, expr.parts))
