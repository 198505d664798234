"""What a matrix is: what was asked for, the levels of its dimensions, and a cell for each pair of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from qcode.analysis.levels import Dimension
from qcode.analysis.passages import MEASURES
from qcode.analysis.states import State
from qcode.core.errors import QcodeError, UnknownName

Share = Literal["row", "col", "all"]
SHARES = ("row", "col", "all")
# In the place of a level: all of them, recounted. No text of a study can hold this character.
TOTAL = "\x1f"


class Key(NamedTuple):
    """The levels of one cell; TOTAL for all of them, and where there is no such dimension."""

    row: str | None
    col: str | None
    split: str | None = TOTAL


class Cell(NamedTuple):
    """`value`: 0 for zero, None for the other empty states. `complete`: all that was held there is coded.

    `share`: 0 to 1, None where not asked for or of nothing. `evidence`: ids of the segments counted.
    """

    value: int | None
    state: State
    complete: bool
    share: float | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """A table by two dimensions, or three. `of` holds the studied cases of each (column, split), the N under it."""

    measure: str
    rows: Dimension
    cols: Dimension
    split: Dimension | None
    share: str | None
    totals: bool
    evidence: bool
    cells: Mapping[Key, Cell]
    of: Mapping[tuple[str | None, str | None], int]
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def splits(self) -> tuple[str | None, ...]:
        return self.split.levels if self.split else (TOTAL,)

    def records(self) -> list[dict[str, Any]]:
        """One record per cell. One of a total names under `total` the dimensions that it sums up, null themselves."""
        return [self._record(key, cell) for key, cell in self.cells.items()]

    def _record(self, key: Key, cell: Cell) -> dict[str, Any]:
        names = [self.rows.name, self.cols.name, *([self.split.name] if self.split else [])]
        levels = dict(zip(names, key, strict=False))
        record: dict[str, Any] = {name: None if level == TOTAL else level for name, level in levels.items()}
        record |= {self.measure: cell.value, "state": cell.state, "complete": cell.complete}
        if self.share:
            record["share"] = cell.share
        if self.evidence:
            record["evidence"] = list(cell.evidence)
        if summed := [name for name, level in levels.items() if level == TOTAL]:
            record["total"] = summed
        return record


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for: dimensions, what is counted in their cells, and what is shown besides."""

    rows: str
    cols: str
    split: str | None = None
    measure: str = "passages"
    share: Share | None = None
    totals: bool = False
    leaves: bool = False
    evidence: bool = False

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise UnknownName("measure", self.measure, list(MEASURES))
        if self.share and self.share not in SHARES:
            raise UnknownName("share", self.share, list(SHARES))
        names = [name for name in (self.rows, self.cols, self.split) if name]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise QcodeError(f"'{twice}' is asked for twice", hint="Rows, columns and split are different dimensions.")
