"""What changed in a report between two readings of a study, and by whose codings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, NamedTuple

from qcode.core.rows import Row
from qcode.core.words import NONE, counted, natural
from qcode.report.document import Column, Document, Quote, Quotes, Table
from qcode.report.kinds import Ask, document, function_of

NOW = "now"
ABSENT = ""  # in the place of a cell whose row or column is not in the table


class Side(NamedTuple):
    """One of the two readings. `name`: as it was asked for."""

    name: str
    ask: Ask


class _Cell(NamedTuple):
    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class _Change:
    cell: _Cell
    before: str
    after: str
    gained: Counter[str]
    lost: Counter[str]


def changes(kind: str, before: Side, after: Side, **options: Any) -> Document:
    """The cells of a report's tables that differ, and the quotes that came and went. Options as of the kind."""
    if "evidence" in signature(function_of(kind)).parameters:
        options["evidence"] = True
    documents = document(kind, before.ask, **options), document(kind, after.ask, **options)
    found = [*_changes(*documents, before.ask, after.ask)]
    quotes = [*_quotes(*documents)]
    return Document(
        f"diff {kind}",
        [_table(found, before.name, after.name)] if found or not quotes else quotes,
        [*map(_record, found), *({"quote": q.id, "change": block.title} for block in quotes for q in block.items)],
        _meta(documents, before, after),
        notes=[f"{before.name} → {after.name or NOW}: {_told(before.ask, after.ask)}"],
    )


def _changes(before: Document, after: Document, was: Ask, now: Ask) -> Iterator[_Change]:
    """In the order of the newer table; what is only in the older one last."""
    older, newer = dict(_cells(before)), dict(_cells(after))
    coders = _coders(was.rows), _coders(now.rows)
    for cell in dict.fromkeys([*newer, *older]):
        (old, old_ids), (new, new_ids) = older.get(cell, (ABSENT, ())), newer.get(cell, (ABSENT, ()))
        if old != new or set(old_ids) != set(new_ids):
            gained = Counter(coders[1].get(one, NONE) for one in set(new_ids) - set(old_ids))
            lost = Counter(coders[0].get(one, NONE) for one in set(old_ids) - set(new_ids))
            yield _Change(cell, old, new, gained, lost)


def _cells(made: Document) -> Iterator[tuple[_Cell, tuple[str, Sequence[str]]]]:
    """Every cell by its labels, with what it shows and the segments behind it. Of rows called alike by their number."""
    for table in made.tables:
        seen: Counter[str] = Counter()
        for at, row in enumerate(table.plain or table.rows):
            seen[row[0]] += 1
            name = row[0] if seen[row[0]] == 1 else f"{row[0]} ({seen[row[0]]})"
            for col, column in enumerate(table.columns[1:], 1):
                behind = table.evidence[at][col] if table.evidence else ()
                yield (
                    _Cell(table.title, name, " / ".join(filter(None, (column.group, column.label)))),
                    (row[col], behind),
                )


def _coders(rows: Sequence[Row]) -> dict[str, str]:
    return {row.id: row.coder for row in rows if row.id}


def _quotes(before: Document, after: Document) -> Iterator[Quotes]:
    older, newer = _by_id(before), _by_id(after)
    for title, these, those in (("new", newer, older), ("gone", older, newer)):
        if items := [quote for key, quote in these.items() if key not in those]:
            yield Quotes(items, title)


def _by_id(made: Document) -> dict[tuple[object, ...], Quote]:
    quotes = (quote for block in made.blocks if isinstance(block, Quotes) for quote in block.items)
    return {(quote.id, *quote.codes): quote for quote in quotes}


def _table(found: Sequence[_Change], before: str, after: str) -> Table:
    """A row per cell that differs. Without any, one note says so."""
    several = any(one.cell.table for one in found)
    words = [*["table"] * several, "row", "column"]
    columns = [Column(name, "left", ours=False, named=True) for name in words]
    columns += [Column(name or NOW, "left", ours=False) for name in (before, after)]
    columns += [Column("by", "left", ours=False, named=True)]
    rows = [
        [*[one.cell.table] * several, one.cell.row, one.cell.column, one.before or NONE, one.after or NONE, _by(one)]
        for one in found
    ]
    return Table(columns, rows, rows, notes=() if found else ["Nothing changed."])


def _by(one: _Change) -> str:
    """Who added and who took away, as `anna +2 −1`."""
    return _signed(one.gained, one.lost)


def _signed(gained: Mapping[str, int], lost: Mapping[str, int]) -> str:
    parts = []
    for coder in sorted({*gained, *lost}, key=natural):
        numbers = (f"+{gained[coder]}" if coder in gained else "", f"−{lost[coder]}" if coder in lost else "")
        parts.append(" ".join(filter(None, (coder, *numbers))))
    return ", ".join(parts)


def _record(one: _Change) -> dict[str, Any]:
    return {
        "table": one.cell.table or None, "row": one.cell.row, "column": one.cell.column,
        "before": one.before or None, "after": one.after or None,
        "gained": dict(sorted(one.gained.items())), "lost": dict(sorted(one.lost.items())),
    }  # fmt: skip


def _told(was: Ask, now: Ask) -> str:
    """Whose counted codings came and went, over the whole report."""
    older, newer = _counted(was), _counted(now)
    gained = Counter(str(coding[0]) for coding in newer - older)
    lost = Counter(str(coding[0]) for coding in older - newer)
    if not gained and not lost:
        return f"the same {counted(len(newer), 'coding')} counted"
    return f"codings counted: {_signed(gained, lost)}"


def _counted(ask: Ask) -> set[tuple[object, ...]]:
    return {(row.coder, row.transcript, row.id, row.start, row.end, row.code, row.valence) for row in ask.scope.rows}


def _meta(documents: tuple[Document, Document], before: Side, after: Side) -> dict[str, Any]:
    old, new = (made.meta for made in documents)
    return {**new, "before": {"name": before.name, "commit": before.ask.commit, "codings": old.get("codings")}}
