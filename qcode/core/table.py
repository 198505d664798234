"""Codings by column: the same rows, without a record for each of hundreds of thousands until somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import Any, overload

from qcode.core.columns import Coded, Column, Mask, taken
from qcode.core.rows import Row

Read = Callable[[str], Column]


class Table(Sequence[Row]):
    """Rows in their order. `read` gives all values of a column of Row by its name; it is asked once for each.

    `among` gives what reads only those of the rows at which a mask is true, where that is less work than to read all.
    """

    def __init__(self, read: Read, length: int, among: Callable[[Mask], Read] | None = None) -> None:
        self._read = read
        self._among = among
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

    def met(self, name: str) -> set[Any]:
        """The values that there are in one column, None among them."""
        column = self.column(name)
        return column.met() if isinstance(column, Coded) else set(column)

    def holding(self, name: str, accept: Callable[[Any], bool]) -> bytes:
        """At which rows a column has a value that is accepted: asked once for each value that there is."""
        column = self.column(name)
        return column.holding(accept) if isinstance(column, Coded) else Coded.of(column).holding(accept)

    def where(self, mask: Mask) -> Table:
        """The rows at which the mask is true; itself where it is true of all."""
        length = sum(map(bool, mask)) if not isinstance(mask, bytes) else len(mask) - mask.count(0)
        return self if length == len(self) else Table(self._chosen(mask) if length else lambda name: (), length)

    def _chosen(self, mask: Mask) -> Read:
        """Reads a column where the mask is true: of what is at hand already, else no more than is needed."""
        read = self._among(mask) if self._among else None
        return lambda name: taken(self.column(name), mask) if read is None or name in self._columns else read(name)

    def rows(self, names: Collection[str]) -> Iterator[Row]:
        """The rows, of which only these columns are read: in the others is None."""
        columns = [self.column(name) if name in names else repeat(None, len(self)) for name in Row._fields]
        return map(Row._make, zip(*columns, strict=True))

    def with_column(self, name: str, make: Callable[[], Column]) -> Table:
        """The same rows with other values in one column, made when they are asked for."""
        values = cache(make)  # not by way of `made`, which would be a circle, and keep open what this reads from
        made = Table(lambda asked: values() if asked == name else self.column(asked), len(self))

        def among(mask: Mask) -> Read:
            read = self._chosen(mask)
            return lambda asked: taken(values(), mask) if asked == name else read(asked)

        made._among = among
        return made

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[Row]:
        return self.rows(Row._fields)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        return Row._make(self.column(name)[at] for name in Row._fields)
