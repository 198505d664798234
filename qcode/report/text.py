"""Documents as Markdown, tables as csv and tsv, records as JSON. Each format makes users' words harmless in its way."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from qcode.core.words import one_line, visible
from qcode.report.document import Block, Column, Document, Prose, Quote, Quotes, Table

# What Markdown would act on: anywhere, or only where a text begins.
_MARKUP = re.compile(r"[\\`*_\[\]|~$]|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")  # how a cell begins that a spreadsheet would run


def as_md(document: Document) -> str:
    """Headings, Markdown tables and quotes, and at the end what was counted."""
    parts = [Prose(document.title, 1)] if document.title else []
    blocks = [*parts, *document.blocks, *map(Prose, document.notes)]
    return "\n".join("".join(f"{line}\n" for line in _md_block(block)) for block in blocks)


def _md_block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _md_table(block)
    elif isinstance(block, Quotes):
        yield from _md_quotes(block)
    else:
        yield f"{'#' * block.level} {md_text(block.text)}" if block.level else md_text(block.text)


def _md_table(table: Table) -> Iterator[str]:
    """The table, and below it its legend and notes."""
    if table.title:
        yield from (f"**{md_text(table.title)}**", "")
    yield _line([md_text(heading(column)) for column in table.columns])
    yield _line(["---:" if column.align == "right" else ":---" for column in table.columns])
    yield from (_line(_md_row(table.columns, row)) for row in (*table.rows, *([table.foot] if table.foot else [])))
    for note in table.under:
        yield from ("", md_text(note))


def _md_quotes(quotes: Quotes) -> Iterator[str]:
    """Each quote as a block quote, under it where it stands and how it is coded."""
    if quotes.title:
        yield from (f"**{md_text(quotes.title)}**", "")
    if not quotes.items:
        yield md_text(quotes.empty)
    for number, quote in enumerate(quotes.items):
        if number:
            yield ""
        words = (quote.before, f"“{quote.text}”", quote.after)
        lines = [line for text in words if text for line in text.split("\n")]
        yield ">\n".join(f"> {md_text(line)}\n" for line in lines) + ">"
        yield f"> — {md_text(told_of(quote))}"


def told_of(quote: Quote) -> str:
    """Where a quote stands, who says it, its codes, its coder and its id, on one line."""
    parts = (quote.place, quote.speaker, ", ".join(quote.codes), quote.coder, quote.id)
    return " · ".join(one_line(part) for part in parts if part)


def as_csv(document: Document) -> str:
    """Comma-separated values: the table only; of several one below the other, of none the records."""
    return _tables(document, ",")


def as_tsv(document: Document) -> str:
    """Tab-separated values, as as_csv has them."""
    return _tables(document, "\t")


def as_json(document: Document) -> str:
    """The records for programs, exactly as they are, one on a line."""
    records = ",\n".join(_json(record) for record in document.records)
    head = f'"report": {_json(document.report)},\n"meta": {_json(document.meta)}'
    return f'{{{head},\n"data": [\n{records}\n]}}\n'


def _tables(document: Document, delimiter: str) -> str:
    if document.tables:
        return "\n".join(_separated(table, delimiter) for table in document.tables)
    names, rows = flat_records(document)
    return csv_text(names, rows, delimiter)


def flat_records(document: Document) -> tuple[list[str], list[list[object]]]:
    """The records as one table: every name that any has, and a row per record."""
    names = [*dict.fromkeys(name for record in document.records for name in record)]
    return names, [[flat(record.get(name)) for name in names] for record in document.records]


def flat(value: object) -> object:
    """A value of a record in one cell: a list with spaces between, anything deeper as JSON."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    return _json(value) if isinstance(value, list | tuple | dict) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_LONE)


# A lone surrogate can't be written as UTF-8; JSON has a spelling for it.
_LONE = {code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)}


def heading(column: Column) -> str:
    """With its group always: the same label may stand in two, and headings that programs read don't come and go."""
    return f"{column.group}: {column.label}" if column.group else column.label


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _md_row(columns: Sequence[Column], row: Sequence[str]) -> list[str]:
    return [cell if column.ours else md_text(cell) for column, cell in zip(columns, row, strict=True)]


def md_text(text: str) -> str:
    """A user's words so that Markdown shows them and does nothing with them."""
    safe = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(lambda match: "\\" + match.group(), safe)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str) -> str:
    """Separated values of a user's words and of numbers, under headings of ours."""
    neutral = ([_neutral(value) if isinstance(value, str) else value for value in row] for row in rows)
    return _written([columns, *neutral], delimiter)


def _separated(table: Table, delimiter: str) -> str:
    headings = [heading(column) for column in table.columns]
    rows = [
        [cell if column.ours else _neutral(cell) for column, cell in zip(table.columns, row, strict=True)]
        for row in table.plain or table.rows
    ]
    return _written([[*map(_neutral, headings)], *rows], delimiter)


def _written(rows: Iterable[Sequence[object]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run a cell that begins so."""
    return bool(_FORMULA.match(text))


def _neutral(text: str) -> str:
    """A user's words so that a spreadsheet takes them for words."""
    if text.isprintable() and text[:1].isalnum():  # as most are: nothing in it acts
        return text
    text = visible(text)
    return f"'{text}" if is_formula(text) else text
