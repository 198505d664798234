"""Tables as Markdown, csv and tsv, records as JSON. Each format has its own way to make users' words harmless."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence

from qcode.core.words import one_line, visible
from qcode.report.document import Column, Document, Table

# What Markdown would act on: anywhere, or only where a text begins.
_MARKUP = re.compile(r"[\\`*_\[\]|~$]|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")  # how a cell begins that a spreadsheet would run


def as_md(document: Document) -> str:
    """A Markdown table, and below it the legend and what was counted."""
    table = document.table
    lines = [
        _line([md_text(_heading(column)) for column in table.columns]),
        _line(["---:" if column.align == "right" else ":---" for column in table.columns]),
        *(_line(_md_row(table.columns, row)) for row in (*table.rows, *([table.foot] if table.foot else []))),
    ]
    below = [md_text(note) for note in (table.legend, *table.notes) if note]
    return "\n".join(lines) + "\n" + "".join(f"\n{note}\n" for note in below)


def as_csv(document: Document) -> str:
    """Comma-separated values: the table only."""
    return _separated(document.table, ",")


def as_tsv(document: Document) -> str:
    """Tab-separated values: the table only."""
    return _separated(document.table, "\t")


def as_json(document: Document) -> str:
    """The records for programs, exactly as they are, one on a line."""
    records = ",\n".join(_json(record) for record in document.records)
    head = f'"report": {_json(document.report)},\n"meta": {_json(document.meta)}'
    return f'{{{head},\n"data": [\n{records}\n]}}\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_LONE)


# A lone surrogate can't be written as UTF-8; JSON has a spelling for it.
_LONE = {code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)}


def _heading(column: Column) -> str:
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
    heading = [_heading(column) for column in table.columns]
    rows = [
        [cell if column.ours else _neutral(cell) for column, cell in zip(table.columns, row, strict=True)]
        for row in table.plain
    ]
    return _written([[*map(_neutral, heading)], *rows], delimiter)


def _written(rows: Iterable[Sequence[object]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _neutral(text: str) -> str:
    """A user's words so that a spreadsheet takes them for words."""
    text = visible(text)
    return f"'{text}" if _FORMULA.match(text) else text
