"""What is behind the numbers of a page: lists of quotes, each list and each quote once, numbered as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from qcode.report.document import Quote, Quotes, Table

MANY = 30_000  # quotes: more than that no browser shows soon
SOME = 10  # quotes behind a number where there are so many


class Listed(NamedTuple):
    """The number of a list. `of`: how many quotes there are behind the number, where the list has only some."""

    number: int
    of: int | None


class Behind:
    """Of very many quotes only some are behind each number: as far as can be, the same ones everywhere."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        self._all = quotes
        self._numbers: dict[tuple[int, ...], int] = {}
        self.many = len(quotes)
        self.whole = self.many <= MANY
        self.most = SOME

    def of(self, table: Table) -> list[list[Listed | None]]:
        """For each row, for each cell, its list; None where there is nothing behind it."""
        return [[self._listed(ids) for ids in line] for line in table.evidence]

    @property
    def lists(self) -> list[list[int]]:
        """The quotes of each list, by where they stand among those shown."""
        place = range(len(self._all)) if self.whole else {number: at for at, number in enumerate(self._used)}
        return [[place[number] for number in numbers] for numbers in self._numbers]

    @property
    def quotes(self) -> Quotes:
        """Those shown: all, or where there are very many those that are in a list by now."""
        return Quotes(self._all if self.whole else [self._all[number] for number in self._used])

    @property
    def _used(self) -> list[int]:
        return sorted({number for numbers in self._numbers for number in numbers})

    @cached_property
    def _known(self) -> Mapping[str, int]:
        return {quote.id: number for number, quote in enumerate(self._all) if quote.id}

    @cached_property
    def _lots(self) -> Sequence[int]:
        """For each quote when it is chosen, as if drawn by lot, but always alike."""
        return [crc32((quote.id or "").encode()) for quote in self._all]

    def _listed(self, ids: Sequence[str]) -> Listed | None:
        found = {self._known[id_] for id_ in ids if id_ in self._known}
        if not found:
            return None
        some = (
            found if self.whole or len(found) <= self.most else sorted(found, key=self._lots.__getitem__)[: self.most]
        )
        number = self._numbers.setdefault(tuple(sorted(some)), len(self._numbers))
        return Listed(number, len(found) if len(some) < len(found) else None)
