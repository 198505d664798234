"""The codebook on a screen: its tree with counts, and one code with its history and examples from the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qcode.core.booklog import Event
from qcode.core.codebook import Code, Codebook, in_language
from qcode.core.model import Study
from qcode.core.rows import FOUND, Row
from qcode.core.table import Table as Codings
from qcode.core.usage import Usage, together, usage
from qcode.core.words import counted, one_line
from qcode.report.codebook_history import event_line
from qcode.report.document import Block, Column, Document, Prose, Quote, Quotes, Table

Record = Mapping[str, Any]
_SHOWN = ("id", "case", "transcript", "coder", "valence", "speaker", "line", "quote", "state")  # of an example


def tree(study: Study, language: str, meta: Record, *, ids: bool = False) -> Document:
    """A row per code, indented as it lies; a branch counts all below it. Codings of all coders in all cases."""
    book, used = study.codebook, usage(study)
    whole = {code.id: together(used, book.subtree[code.id]) for code in book.by_order}
    columns = [Column("code", "left", ours=False, named=True)]
    columns += [Column(name, named=True) for name in ("codings", "transcripts", "cases", "coders")]
    rows = [_row(code, whole[code.id], None if ids else language) for code in book.by_order]
    depth = [_depth(book, code) for code in book.by_order]
    note = f"{book.name or 'Codebook'}, version {book.version}: {counted(len(rows), 'code')}, {together(used, used)}."
    records = [_record(book, code, whole[code.id]) for code in book.by_order]
    return Document("codebook tree", [Table(columns, rows, rows, depth=depth)], records, meta, notes=[one_line(note)])


def one_code(
    study: Study, code: Code, rows: Sequence[Row], events: Sequence[Event], language: str, meta: Record, most: int
) -> Document:
    """What a code means, how it is used, and what became of it. `most`: so many examples, each of another case."""
    book, used = study.codebook, usage(study)
    whole = together(used, book.subtree[code.id])
    quotes = [_quote(row) for row in _examples(rows, code.id, most)]
    blocks: list[Block] = [Prose(one_line(code.title(language)), 2), *map(Prose, _said(book, code, language))]
    blocks += [Prose(one_line(f"Coded: {whole}.")), Prose("Examples from the data", 3)]
    blocks.append(Quotes(quotes, empty="None: nothing is coded with it."))
    blocks += [Prose("History", 3), *(Prose(event_line(event)) for event in events)]
    if not events:
        blocks.append(Prose("No decision on it is written down: see qcode codebook log for what git knows."))
    record = {**_record(book, code, whole), "definition": in_language(code.definition, language)}
    record |= {"examples": [quote._asdict() for quote in quotes], "history": [event._asdict() for event in events]}
    return Document("code", blocks, [record], meta)


def _row(code: Code, used: Usage, language: str | None) -> list[str]:
    """`language` None: the code by its id."""
    title = code.id if language is None else one_line(code.title(language))
    mark = f" (retired{f', now {code.replaced_by}' if code.replaced_by else ''})" if code.retired else ""
    return [title + mark, *map(str, (used.codings, len(used.transcripts), used.cases, len(used.coders)))]


def _depth(book: Codebook, code: Code) -> int:
    return len([*book.ancestors(code.id)]) - 1


def _record(book: Codebook, code: Code, used: Usage) -> dict[str, Any]:
    return {
        "code": code.id, "key": code.key, "parent": code.parent, "depth": _depth(book, code),
        "phase": code.phase, "since": code.since, "retired": code.retired, "replaced_by": code.replaced_by,
        "aliases": list(code.aliases), "codings": used.codings, "transcripts": len(used.transcripts),
        "cases": used.cases, "coders": dict(sorted(used.coders.items())),
    }  # fmt: skip


def _said(book: Codebook, code: Code, language: str) -> Iterator[str]:
    yield one_line(in_language(code.definition, language) or "No definition.")
    for name, word in (("include", "Includes"), ("exclude", "Excludes")):
        if text := in_language(getattr(code, name), language):
            yield one_line(f"{word}: {text}")
    yield from (one_line(f"Example: “{example}”") for example in code.examples)
    facts = [f"id {code.id}", *([f"under {code.parent}"] if code.parent else [])]
    facts += [f"phase {code.phase}"] if code.phase else []
    facts += [f"for {', '.join(code.perspectives)}"] if code.perspectives is not None else []
    facts += [f"since version {code.since}"] if code.since > 1 else []
    facts += [f"before: {', '.join(code.aliases)}"] if code.aliases else []
    facts += [f"retired{f', now {code.replaced_by}' if code.replaced_by else ''}"] if code.retired else []
    below = [child.id for child in book.children.get(code.id, ())]
    facts += [f"over {', '.join(below)}"] if below else []
    yield one_line(" · ".join(facts))


def _examples(rows: Sequence[Row], code: str, most: int) -> list[Row]:
    """The first coding of each case that is found, then the second, …; as many as wanted."""
    turns: dict[str, list[Row]] = {}
    table = Codings.of(rows)
    of_code = table.where(table.holding("code", code.__eq__))
    for row in of_code.rows(_SHOWN):
        if row.state in FOUND:
            turns.setdefault(row.case, []).append(row)
    ranked = sorted((at, number) for number, case in enumerate(turns.values()) for at in range(len(case)))
    cases = [*turns.values()]
    return [cases[number][at] for at, number in ranked[:most]]


def _quote(row: Row) -> Quote:
    codes = [row.valence] if row.valence else []
    return Quote(row.quote, f"{row.transcript}:{row.line}", row.id, row.speaker or "", codes, row.coder)
