"""Columns of many values as few objects: what differs once, and a number for each value.

Numbers are kept as C has them, so that other libraries can read them where they lie.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, compress
from typing import Any, TypeAlias, overload

Column = Sequence[Any]
Mask = Sequence[object]  # of which is asked whether it is true
Numbers: TypeAlias = "bytes | array[int]"

SMALL = 256  # levels whose numbers fit in a byte


class _Compact(Sequence[Any]):
    """What the columns here have in common: they are equal to a sequence of the same values."""

    __slots__ = ("at",)
    at: Numbers

    def __len__(self) -> int:
        return len(self.at)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class Texts(Sequence[str]):
    """Many texts in UTF-8, a NUL between them, each made when it is asked for. `ends`: of each in bytes."""

    __slots__ = ("data", "ends")

    def __init__(self, data: bytes, ends: array[int]) -> None:
        self.data = data
        self.ends = ends

    def __len__(self) -> int:
        return len(self.ends)

    def __iter__(self) -> Iterator[str]:
        return iter(self.data.decode().split("\0"))

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return list(self)[at]
        return self.data[self.ends[at - 1] + 1 if at else 0 : self.ends[at]].decode()


class Coded(_Compact):
    """`at`: the number of each value in `levels`, of which no two are the same."""

    __slots__ = ("levels",)

    def __init__(self, levels: Sequence[Any], at: Numbers) -> None:
        self.levels = levels
        self.at = at

    @classmethod
    def of(cls, values: Iterable[Hashable]) -> Coded:
        """These values, coded."""
        listed = list(values)
        levels = {value: number for number, value in enumerate(dict.fromkeys(listed))}
        return cls(list(levels), packed(map(levels.__getitem__, listed), len(levels)))

    @classmethod
    def alike(cls, value: Hashable, length: int) -> Coded:
        """A value so many times."""
        return cls([value], bytes(length))

    def holding(self, accept: Callable[[Any], bool]) -> bytes:
        """Where a value is accepted: a byte each, 1 or 0."""
        flags = bytes(map(bool, map(accept, self.levels)))
        if 0 not in flags:
            return b"\1" * len(self.at)
        if isinstance(self.at, bytes):
            return self.at.translate(flags.ljust(SMALL))
        return bytes(map(flags.__getitem__, self.at))

    def met(self) -> set[Any]:
        """The levels that any value is."""
        return {self.levels[at] for at in set(self.at)}

    def taken(self, mask: Mask) -> Coded:
        return Coded(self.levels, packed(compress(self.at, mask), len(self.levels)))

    def places(self, places: Iterable[int]) -> list[Any]:
        """The values at these places."""
        levels, at = self.levels, self.at
        return [levels[at[place]] for place in places]

    def __iter__(self) -> Iterator[Any]:
        return map(self.levels.__getitem__, self.at)

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        found = self.at[at]
        return self.levels[found] if isinstance(found, int) else list(map(self.levels.__getitem__, found))


class Whole(_Compact):
    """Whole numbers from 0 on; `at` has -1 for none."""

    __slots__ = ()

    def __init__(self, at: array[int]) -> None:
        self.at = at

    def taken(self, mask: Mask) -> Whole:
        return Whole(array("i", compress(self.at, mask)))

    def places(self, places: Iterable[int]) -> list[int | None]:
        """The values at these places."""
        at = self.at
        return [None if (one := at[place]) < 0 else one for place in places]

    def __iter__(self) -> Iterator[int | None]:
        return (None if one < 0 else one for one in self.at)

    @overload
    def __getitem__(self, at: int) -> int | None: ...
    @overload
    def __getitem__(self, at: slice) -> list[int | None]: ...
    def __getitem__(self, at: int | slice) -> Any:
        found = self.at[at]
        return list(Whole(array("i", found))) if not isinstance(found, int) else None if found < 0 else found


def repeated(times: Sequence[int]) -> Numbers:
    """0 so many times, then 1 so many times, and so on."""
    if len(times) <= SMALL:
        return b"".join(bytes((number,)) * many for number, many in enumerate(times))
    return array("i", b"".join(array("i", (number,)).tobytes() * many for number, many in enumerate(times)))


def packed(numbers: Iterable[int], levels: int) -> Numbers:
    """Numbers below `levels`, in as little room as they need."""
    return bytes(numbers) if levels <= SMALL else array("i", numbers)


def taken(column: Column, mask: Mask) -> Column:
    """The values at which the mask is true."""
    return column.taken(mask) if isinstance(column, Coded | Whole) else list(compress(column, mask))


def joined(columns: Sequence[Column]) -> Column:
    """Columns one after the other: each a Coded, or each a Whole, or else a list of their values."""
    whole = [column.at for column in columns if isinstance(column, Whole)]
    if len(whole) == len(columns):
        return Whole(array("i", b"".join(whole)))
    coded = [column for column in columns if isinstance(column, Coded)]
    return _merged(coded) if len(coded) == len(columns) else list(chain.from_iterable(columns))


def _merged(columns: Sequence[Coded]) -> Coded:
    numbers: dict[Any, int] = {}
    tables = [[numbers.setdefault(level, len(numbers)) for level in column.levels] for column in columns]
    levels = list(numbers)
    renumbered = _narrow if len(levels) <= SMALL else _wide
    data = b"".join(renumbered(c.at, table) for c, table in zip(columns, tables, strict=True))
    return Coded(levels, data if len(levels) <= SMALL else array("i", data))


def _narrow(numbers: Numbers, table: Sequence[int]) -> bytes:
    if isinstance(numbers, bytes):
        return numbers.translate(bytes(table).ljust(SMALL))
    return bytes(map(table.__getitem__, numbers))


def _wide(numbers: Numbers, table: Sequence[int]) -> bytes:
    """As an array of C's numbers has them; a byte of each at a time where that takes no Python object of a value."""
    if not isinstance(numbers, bytes):
        return array("i", map(table.__getitem__, numbers)).tobytes()
    listed = array("i", table)
    spelled, size = listed.tobytes(), listed.itemsize
    wide = bytearray(len(numbers) * size)
    for at in range(size):
        wide[at::size] = numbers.translate(spelled[at::size].ljust(SMALL))
    return bytes(wide)
