"""The frame that counts are made in: of codings in memory, read by DuckDB where they lie, as numbers and not as texts.

A count then compares whole numbers, and makes no Python object of a coding. pandas would take longer to load than that
takes; it is for the frames that people get.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from qcode.analysis.cells import TOTAL
from qcode.analysis.far import Far, fetched
from qcode.analysis.passages import Frame
from qcode.core.columns import Coded, Column, Whole
from qcode.core.model import Study
from qcode.core.names import PATH, column_of
from qcode.core.rows import NUMBERS, Row
from qcode.core.table import Table

_TEXT = "uinteger"  # no number of ours is one: what is, stands for a text
_NONE = -1


@dataclass(frozen=True)
class Codings:
    """A lazy frame with a row per coding. `texts`: those that whole numbers without a sign stand for; else none do.

    It has the columns asked for, with `code`, `coding` (a number unique to each row) and `path_0`, `path_1` …: the
    code's branches from the top down to itself, missing below that.
    """

    frame: Frame
    texts: Sequence[str | None] = ()
    kept: Any = field(default=None, repr=False)  # what the frame is read from

    @property
    def total(self) -> nw.Expr:
        """TOTAL, to group by."""
        return nw.lit(0, nw.UInt32) if self.texts else nw.lit(TOTAL)

    def value(self, name: str) -> nw.Expr:
        """A column to group by. None is a value like others, since nulls don't group alike everywhere."""
        return nw.col(name) if self.texts else nw.col(name).fill_null("")

    def missing(self, name: str) -> nw.Expr:
        """Where a column has no value."""
        none = [number for number, text in enumerate(self.texts) if text is None]
        return nw.col(name).is_null() if not self.texts else nw.col(name).is_in(none)

    def rows(self, frame: Frame) -> Iterator[tuple[Any, ...]]:
        """What was made of the frame, as tuples of texts and numbers. No text is None or empty."""
        rows = fetched(frame)
        names = frame.collect_schema()
        coded = [at for at, kind in enumerate(names.values()) if kind == nw.UInt32]
        if not coded or not rows:
            return iter(rows)
        columns = [*zip(*rows, strict=True)]
        for at in coded:
            columns[at] = tuple([None if number is None else self.texts[number] for number in columns[at]])
        return zip(*columns, strict=True)


def codings(table: Table, study: Study, columns: Collection[str], attributes: Collection[str] = ()) -> Codings:
    """The codings to be counted: of rows that were found, with these columns of Row and attributes of their cases."""
    if isinstance(table, Far):
        return Codings(table.tidy(columns, attributes))
    made = _Made(table, study)
    for name in Row._fields:
        if name in columns and name != "code":
            made.number(name, table.column(name)) if name in NUMBERS else made.text(name, table.column(name))
    for name in attributes:
        made.attribute(name)
    made.codes()
    made.arrays["coding"] = np.arange(len(table), dtype="int32")
    database = duckdb.connect()
    database.register("codings", made.arrays)
    database.execute("set preserve_insertion_order = false")
    frame = database.sql(f"select {', '.join(map(made.spelled, made.arrays))} from codings")
    return Codings(nw.from_native(frame).lazy(), made.texts, (database, made.arrays))


class _Made:
    """The columns in the making, and the texts that stand in them."""

    def __init__(self, table: Table, study: Study) -> None:
        self.table = table
        self.study = study
        self.arrays: dict[str, NDArray[Any]] = {}
        self.texts: list[str | None] = [TOTAL]

    def number(self, name: str, column: Column) -> None:
        self.arrays[name] = _array(column.at) if isinstance(column, Whole) else np.array(column, dtype="int64")

    def text(self, name: str, column: Column) -> None:
        coded = column if isinstance(column, Coded) else Coded.of(column)
        self.arrays[name] = _array(coded.at).astype("int32") + self._numbered(coded.levels)

    def attribute(self, name: str) -> None:
        """Of each coding what its case has."""
        values, cases = self.study.attribute(name), self._coded("case")
        self.mapped(column_of(name), cases, [values.get(case) for case in cases.levels])

    def codes(self) -> None:
        """The code, and at each depth the branch that it is under."""
        codes = self._coded("code")
        ancestors = self.study.codebook.ancestors
        paths = [[*ancestors(code)][::-1] for code in codes.levels]
        numbers: dict[str, int] = {}
        for code in (code for path in paths for code in path):
            numbers.setdefault(code, len(self.texts) + len(numbers))
        self.texts += numbers
        at = _array(codes.at)
        self.arrays["code"] = _looked_up([numbers[code] for code in codes.levels], at)
        for depth in range(max(map(len, paths), default=0)):
            step = [numbers[path[depth]] if depth < len(path) else _NONE for path in paths]
            self.arrays[f"{PATH}{depth}"] = _looked_up(step, at)

    def mapped(self, name: str, column: Coded, values: Sequence[str | None]) -> None:
        """A column that follows from another: a value for each level of that."""
        levels = Coded.of(values)
        self.arrays[name] = _looked_up(levels.at, _array(column.at)) + self._numbered(levels.levels)

    def spelled(self, name: str) -> str:
        """A column as DuckDB is to read it."""
        if name in NUMBERS or name == "coding":
            return f'"{name}"'
        value = f'nullif("{name}", {_NONE})' if name.startswith(PATH) else f'"{name}"'
        return f'{value}::{_TEXT} as "{name}"'

    def _coded(self, name: str) -> Coded:
        column = self.table.column(name)
        return column if isinstance(column, Coded) else Coded.of(column)

    def _numbered(self, levels: Sequence[str | None]) -> int:
        """Where texts begin among all of them, that were put there."""
        first = len(self.texts)
        self.texts += levels
        return first


def _array(numbers: Any) -> NDArray[Any]:
    kind = "uint8" if isinstance(numbers, bytes) else "int32"
    return np.frombuffer(numbers, kind) if len(numbers) else np.zeros(0, kind)


def _looked_up(values: Any, at: NDArray[Any]) -> NDArray[Any]:
    return np.fromiter(values, "int32", len(values))[at] if len(at) else np.zeros(0, "int32")
