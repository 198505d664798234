"""Documents as an Excel workbook: a sheet per table, one of quotes, one of words, one of what was counted."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.cells import cell_len
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from qcode.core.words import one_line, visible
from qcode.report.document import Column, Document, Prose, Quote, Quotes, Table
from qcode.report.grid import headed
from qcode.report.text import flat_records, is_formula

WIDEST = 60  # characters of a column
LONGEST = 32_767  # characters that Excel keeps of a cell
CUT = " … (cut: a cell holds no more)"
LONG_AGO = datetime(2000, 1, 1)  # the same report is the same file
QUOTE = ("of", "quote", "before", "after", "place", "speaker", "codes", "coder", "id")
# A count with what is shown behind it: more may come, its share.
_NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d+)?)(%?)(\+?(?: \(\d+%\))?)")


def as_xlsx(document: Document) -> bytes:
    """The bytes of a workbook. Numbers are numbers; words are words, whatever they begin with."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": one_line(document.title or document.report), "created": LONG_AGO})
        book = _Book(workbook)
        for table in document.tables:
            book.table(table, table.title or document.report)
        if not document.tables and document.records:
            names, rows = flat_records(document)
            book.rows(document.report, names, rows)
        book.quotes(document)
        book.words(document)
        book.about(document)
    return out.getvalue()


class _Book:
    """A workbook as it is filled: its formats and the names its sheets have."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.names: set[str] = set()

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self.formats[key]

    def sheet(self, name: str) -> Worksheet:
        """A sheet of that name, so far as Excel allows it."""
        base = one_line(re.sub(r"[\[\]:*?/\\]", " ", name)).strip("'")[:31].strip("' ") or "table"
        found, number = base, 1
        while found.casefold() in self.names | {"history"}:
            number += 1
            found = f"{base[:26]} ({number})"
        self.names.add(found.casefold())
        return self.workbook.add_worksheet(found)

    def table(self, table: Table, name: str) -> None:
        """The table under a heading that stays; above it, where there are any, the groups of its columns."""
        sheet = self.sheet(name)
        top = int(any(column.group for column in table.columns))
        if top:
            self._groups(sheet, table.columns)
        for at, column in enumerate(table.columns):
            self.text(sheet, top, at, column.label, bold=True, bottom=1, text_wrap=True, align=column.align)
        for down, row in enumerate(table.rows, top + 1):
            depth = table.depth[down - top - 1] if table.depth else 0
            self._row(sheet, down, table.columns, row, depth)
        last = top + len(table.rows)
        if table.foot:
            self._row(sheet, last + 1, table.columns, table.foot, 0, italic=True, top=1)
        sheet.freeze_panes(top + 1, 1)
        if table.rows:
            sheet.autofilter(top, 0, last, len(table.columns) - 1)
        for at, column in enumerate(table.columns):
            items = [column.label, *(row[at] for row in table.rows)] if column.align == "left" else []
            _widen(sheet, at, items or [*(row[at] for row in table.rows), *column.label.split()])
        if table.evidence:
            self._evidence(table, name)

    def _groups(self, sheet: Worksheet, columns: Sequence[Column]) -> None:
        at = 0
        for name, span in headed(columns):
            if name and span > 1:
                sheet.merge_range(0, at, 0, at + span - 1, "", self.format(bold=True, align="center"))
            if name:
                self.text(sheet, 0, at, name, bold=True, align="center")
            at += span

    def _row(
        self, sheet: Worksheet, down: int, columns: Sequence[Column], row: Sequence[str], depth: int, **look: Any
    ) -> None:
        for at, (column, text) in enumerate(zip(columns, row, strict=True)):
            shown = {**look, "indent": depth} if at == 0 and depth else {**look, "align": column.align}
            number = _NUMBER.fullmatch(text) if column.ours else None
            if number:
                value, percent, behind = number.groups()
                form = f'0"{behind}"' if behind else "0%" if percent else "General"
                scale = 100 if percent else 1
                sheet.write_number(down, at, float(value) / scale, self.format(num_format=form, **shown))
            elif column.ours:
                sheet.write_string(down, at, visible(text), self.format(**shown))
            else:
                self.text(sheet, down, at, text, text_wrap=True, **shown)

    def _evidence(self, table: Table, name: str) -> None:
        """A row per cell with something behind it."""
        found = [[trace.row, trace.group, trace.column, " ".join(trace.ids)] for trace in table.traces]
        self.rows(f"{name[:21]} evidence", ["row", "group", "column", "segments"], found)

    def rows(self, name: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A plain sheet of values under a heading that stays."""
        sheet = self.sheet(name)
        for at, label in enumerate(names):
            self.text(sheet, 0, at, label, bold=True, bottom=1)
        for down, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                self.value(sheet, down, at, value)
        sheet.freeze_panes(1, 0)
        if rows and names:
            sheet.autofilter(0, 0, len(rows), len(names) - 1)
        for at, label in enumerate(names):
            _widen(sheet, at, [label, *("" if row[at] is None else str(row[at]) for row in rows)])

    def quotes(self, document: Document) -> None:
        """Every quote, with the heading that it stands under."""
        rows: list[list[object]] = []
        under = ""
        for block in document.blocks:
            if isinstance(block, Prose) and block.level:
                under = block.text
            elif isinstance(block, Quotes):
                rows += [[block.title or under, *_quoted(quote)] for quote in block.items]
        if rows:
            self.rows("quotes", QUOTE, rows)

    def words(self, document: Document) -> None:
        """Headings and paragraphs, in their order."""
        prose = [block for block in document.blocks if isinstance(block, Prose)]
        if not prose:
            return
        sheet = self.sheet("text")
        sheet.set_column(0, 0, 100)
        for down, block in enumerate(prose):
            self.text(sheet, down, 0, block.text, text_wrap=True, bold=bool(block.level))

    def about(self, document: Document) -> None:
        """What was counted, and what the marks mean."""
        notes = [note for table in document.tables for note in (table.legend, *table.notes) if note]
        self.rows("about", ["name", "value"], [*_told(document.report, document.meta), *(("note", n) for n in notes)])

    def value(self, sheet: Worksheet, down: int, at: int, value: object) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(down, at, value, self.format())
        elif isinstance(value, int | float):
            sheet.write_number(down, at, value, self.format())
        elif value is not None and value != "":
            self.text(sheet, down, at, str(value), text_wrap=True)

    def text(self, sheet: Worksheet, down: int, at: int, text: str, **look: Any) -> None:
        """Words as words: with the mark that keeps a spreadsheet from running them, also once a reader edits them."""
        text = visible(text)
        if len(text) > LONGEST:
            text = text[: LONGEST - len(CUT)] + CUT
        if is_formula(text):
            look["quote_prefix"] = True
        sheet.write_string(down, at, text, self.format(**look))


def _quoted(quote: Quote) -> tuple[object, ...]:
    codes = ", ".join(quote.codes)
    return quote.text, quote.before, quote.after, quote.place, quote.speaker, codes, quote.coder, quote.id


def _told(report: str, meta: Mapping[str, Any]) -> Iterable[tuple[str, object]]:
    yield "report", report
    for name, value in meta.items():
        if isinstance(value, list | tuple):
            yield name, ", ".join(map(str, value))
        else:
            yield name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _widen(sheet: Worksheet, at: int, items: Iterable[str]) -> None:
    """A column as wide as what is in it, within reason."""
    widths = (cell_len(line) for item in items for line in item.split("\n"))
    sheet.set_column(at, at, min(max(widths, default=0) + 2, WIDEST))
