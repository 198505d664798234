"""What stands beside the text: a bracket for each segment, in lanes so that overlaps can be told apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qcode.core.layout import Span
from qcode.tui.page import Page

SIGNS = {"helping": "+", "hindering": "-", "both": "±"}


class Mark(NamedTuple):
    """One segment to show. `label`: keys and valences; `coder`: empty for one's own; `differs`: others see it else."""

    span: Span
    label: str
    color: str
    id: str = ""
    coder: str = ""
    differs: bool = False


Stretch = tuple[Mark, int, int]  # a mark with the first and the last row that it touches


@dataclass(slots=True)
class Beside:
    """All marks on one row: a bracket for each lane, and the labels of those that begin here."""

    marks: list[Mark] = field(default_factory=list)
    brackets: dict[int, tuple[str, Mark]] = field(default_factory=dict)
    labels: list[Mark] = field(default_factory=list)


def lanes(stretches: Sequence[tuple[int, int]], most: int) -> list[int]:
    """A lane for each stretch of rows (both ends in it), so that those that share a row differ.

    Stretches come in order of their beginning. What finds no lane free of `most` shares the last one.
    """
    free: list[int] = []  # for each lane the first row that is free again
    found = []
    for first, last in stretches:
        at = next((lane for lane, row in enumerate(free) if row <= first), len(free))
        if at == len(free) and at < most:
            free.append(0)
        at = min(at, most - 1)
        free[at] = max(free[at], last + 1)
        found.append(at)
    return found


class Margin:
    """What stands beside the rows of a page, worked out where it is looked at: most rows are not on the screen.

    Marks that share rows, directly or through others, make a knot. Each has its lanes to itself.
    """

    def __init__(self, page: Page, marks: Iterable[Mark], most: int) -> None:
        self._most = most
        self._knots: list[list[Stretch]] = []
        self._first: list[int] = []
        self._last: list[int] = []
        self._known: dict[int, dict[int, Beside]] = {}
        for mark in sorted(marks, key=lambda mark: (mark.span[0], -mark.span[1], mark.coder)):
            first, last = page.rows_of(mark.span)
            if not self._knots or first > self._last[-1]:
                self._knots.append([])
                self._first.append(first)
                self._last.append(last)
            self._knots[-1].append((mark, first, last))
            self._last[-1] = max(self._last[-1], last)

    def at(self, row: int) -> Beside | None:
        """What stands beside a row; None where nothing does."""
        knot = bisect_right(self._first, row) - 1
        if knot < 0 or row > self._last[knot]:
            return None
        if knot not in self._known:
            self._known[knot] = _untied(self._knots[knot], self._most)
        return self._known[knot].get(row)


def _untied(knot: Sequence[Stretch], most: int) -> dict[int, Beside]:
    """What stands beside each row of a knot."""
    found: dict[int, Beside] = {}
    for (mark, first, last), lane in zip(knot, lanes([stretch[1:] for stretch in knot], most), strict=True):
        for row in range(first, last + 1):
            here = found.setdefault(row, Beside())
            here.marks.append(mark)
            here.brackets[lane] = _bracket(row, first, last), mark
        _label(found, mark, first, last)
    return found


def _bracket(row: int, first: int, last: int) -> str:
    if first == last:
        return "["
    return "┌" if row == first else "└" if row == last else "│"


def _label(found: dict[int, Beside], mark: Mark, first: int, last: int) -> None:
    """On the first of its rows that has no label yet; else with those on its first row."""
    row = next((row for row in range(first, last + 1) if not found[row].labels), first)
    found[row].labels.append(mark)
