"""Codings by column: the same rows, without a record for each of hundreds of thousands until somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import Any, overload

from qcode.core.rows import Row

Column = Sequence[Any]


class Table(Sequence[Row]):
    """Rows in their order. `read` gives all values of a column of Row by its name; it is asked once for each."""

    def __init__(self, read: Callable[[str], Column], length: int) -> None:
        self._read = read
        self._columns: dict[str, Column] = {}
        self._length = length

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Table:
        """A table of these rows; itself where it is one."""
        if isinstance(rows, cls):
            return rows
        listed = list(rows)

        def read(name: str) -> Column:
            at = Row._fields.index(name)
            return [row[at] for row in listed]

        return cls(read, len(listed))

    def column(self, name: str) -> Column:
        """The values of one column."""
        if name not in self._columns:
            self._columns[name] = self._read(name)
        return self._columns[name]

    def where(self, mask: Sequence[object]) -> Table:
        """The rows at which the mask is true."""
        return Table(lambda name: list(compress(self.column(name), mask)), sum(map(bool, mask)))

    def with_column(self, name: str, values: Column) -> Table:
        """The same rows with other values in one column."""
        return Table(lambda asked: values if asked == name else self.column(asked), self._length)

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[Row]:
        return map(Row._make, zip(*map(self.column, Row._fields), strict=True))

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(self._length))]
        return Row._make(self.column(name)[at] for name in Row._fields)
