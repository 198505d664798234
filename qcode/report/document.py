"""What a report shows, before any format: tables, quotes and prose as they are read; records for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import Any, Literal, NamedTuple, TypeVar, overload

from qcode.core.words import counted

Align = Literal["left", "right"]
Place = tuple[int, int]


class Column(NamedTuple):
    """A column. `group`: what it is under, shown above its label. `ours`: its items are counts and states, not words
    that a user wrote; its heading is a user's unless `named` by us. `listed`: they are lists, whose length counts."""

    label: str
    align: Align = "right"
    group: str = ""
    ours: bool = True
    named: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text. The first column says what a row is of: it is repeated where a table folds.

    `title`: what stands above it; one table alone needs none.
    `short`: it where it is repeated, if shorter: its heading, an item per row, and one for the foot if there is one.
    `plain`: the rows for csv, where a number is a number only. `foot`: a last row, as N under each column.
    `depth`: how far each row is indented. `legend`: what the marks in it mean. `notes`: lines under it.
    `evidence`: for each row, for each column, the ids of the segments behind that cell; empty where nobody asked.
    `parts`: for a cell (row, column; the foot's row comes after the last) those that it is a total over, as far as
    `depth` doesn't say it.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    plain: Sequence[Sequence[str]] = ()
    short: Sequence[str] = ()
    foot: Sequence[str] = ()
    depth: Sequence[int] = ()
    legend: str = ""
    notes: Sequence[str] = ()
    title: str = ""
    evidence: Sequence[Sequence[Sequence[str]]] = ()
    parts: Mapping[Place, Sequence[Place]] = field(default_factory=dict)

    @property
    def under(self) -> list[str]:
        """The lines under the table: what its marks mean, notes, and what is behind each cell."""
        return [note for note in (self.legend, *self.notes, *(str(trace) for trace in self.traces)) if note]

    @property
    def traces(self) -> list[Trace]:
        """What is behind each cell that has something behind it; told once for a row that has the same everywhere."""
        found = []
        labels = self._labels
        for row, line in zip(self.rows, self.evidence, strict=bool(self.evidence)):
            behind = [(column, ids) for column, ids in zip(self.columns, line, strict=True) if ids]
            if len(behind) == len(line) - labels > 1 and len({tuple(ids) for _, ids in behind}) == 1:
                behind = [(Column(""), behind[0][1])]
            name = " / ".join(row[:labels])
            found += [Trace(name, column.label, column.group, ids) for column, ids in behind]
        return found

    @property
    def _labels(self) -> int:
        """How many columns say what a row is of: the first, and words under our own heading that follow it."""
        others = zip(self.columns[1:], zip(*(line[1:] for line in self.evidence), strict=True), strict=False)
        return 1 + sum(1 for _ in takewhile(lambda pair: _is_label(*pair), others))


def _is_label(column: Column, evidence: Sequence[Sequence[str]]) -> bool:
    return column.named and column.align == "left" and not any(evidence)


class Trace(NamedTuple):
    """A cell, by the labels of its row, its column and that one's group, and the ids of the segments behind it."""

    row: str
    column: str
    group: str
    ids: Sequence[str]

    def __str__(self) -> str:
        return f"{' / '.join(part for part in (self.row, self.column, self.group) if part)}: {', '.join(self.ids)}"


class Prose(NamedTuple):
    """A paragraph, or a heading. `level`: 0 for a paragraph, 1 to 4 for headings. May hold a user's words."""

    text: str
    level: int = 0


class Quote(NamedTuple):
    """Words of a transcript. `place`: CASE/STEM:LINE; `codes`: how they were coded, as shown (title and valence).

    `before`, `after`: what stands around the words in the transcript, where context was asked for.
    """

    text: str
    place: str
    id: str | None = None
    speaker: str = ""
    codes: Sequence[str] = ()
    coder: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes in the order to show them. `title`: what they are of; `empty`: what is said where there are none."""

    items: Sequence[Quote]
    title: str = ""
    empty: str = ""


Block = Table | Quotes | Prose


T = TypeVar("T")


class Later(Sequence[T]):
    """Records or blocks that are made once somebody asks for one: not every format does."""

    def __init__(self, make: Callable[[], Sequence[T]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Sequence[T]:
        return self._make()

    def __len__(self) -> int:
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        return self._made[at]


@dataclass(frozen=True, slots=True)
class Document:
    """One report: for readers blocks in order, for programs records, and for both what was counted.

    `stacked`: the same one below the other, for a narrow page: where it is there, `blocks` stand beside each other.
    `notes`: lines that close it.
    """

    report: str
    blocks: Sequence[Block]
    records: Sequence[Mapping[str, Any]]
    meta: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    notes: Sequence[str] = ()
    stacked: Sequence[Block] = ()

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from qcode.report.html import as_fragment

        return as_fragment(self)

    @property
    def told(self) -> str:
        """The meta in one line."""
        return " · ".join(_told(self.meta))


def _told(meta: Mapping[str, Any]) -> list[str]:
    coders, missing = meta.get("coders") or [], meta.get("not_found")
    codings = _number(meta, "codings", "coding")
    parts = [
        str(meta.get("measure") or ""),
        f"only {meta['filter']}" if meta.get("filter") else "",
        _number(meta, "cases", "case"),
        _number(meta, "transcripts", "transcript"),
        f"coded by {', '.join(coders)}" if coders else "no coder yet",
        f"{codings}, {missing} more not found" if missing else codings,
        f"codebook version {meta.get('codebook_version')}",
        f"commit {meta['commit']}" if meta.get("commit") else "",
    ]
    return [part for part in parts if part]


def _number(meta: Mapping[str, Any], name: str, noun: str) -> str:
    """Nothing where it isn't told at all, as in what is shared."""
    return counted(meta[name] or 0, noun) if name in meta else ""
