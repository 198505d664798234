"""Documents as Word files: real headings, tables whose heading repeats, quotes in the style for quotes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from rich.cells import cell_len

from qcode.core.words import one_line, visible
from qcode.report.document import Block, Document, Prose, Quotes, Table
from qcode.report.grid import headed
from qcode.report.text import told_of

LONG_AGO = datetime(2000, 1, 1)  # the same report is the same file
MARGINS = 4  # characters
UPRIGHT = 90  # characters of the widest table that still stands on an upright page
LETTER = Pt(4.6)  # about as wide as one is in a table
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say


def as_docx(document: Document) -> bytes:
    """The bytes of a Word file on A4, on its side where a table is wide."""
    word = docx.Document()
    _page(word, document)
    core = word.core_properties
    core.author, core.comments, core.title = "", "", one_line(document.title or document.report)
    core.created = core.modified = LONG_AGO
    for block in [Prose(document.title or document.report.capitalize(), 1), *document.blocks]:
        _block(word, block)
    for note in document.notes:
        _small(word, note)
    out = io.BytesIO()
    word.save(out)
    return _steady(out.getvalue())


def _steady(data: bytes) -> bytes:
    """The same zip without the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EARLIEST), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _page(word: Any, document: Document) -> None:
    section = word.sections[0]
    short, long = Cm(21), Cm(29.7)
    wide = any(sum(_widths(table)) > UPRIGHT for table in document.tables)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if wide else (short, long)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Cm(2))


def _block(word: Any, block: Block) -> None:
    if isinstance(block, Table):
        _table(word, block)
    elif isinstance(block, Quotes):
        _quotes(word, block)
    elif block.level:
        word.add_heading(one_line(block.text), block.level)
    else:
        word.add_paragraph(visible(block.text))


def _table(word: Any, table: Table) -> None:
    if table.title:
        word.add_paragraph(one_line(table.title), style="Caption").paragraph_format.keep_with_next = True
    grouped = any(column.group for column in table.columns)
    lines = [[column.label for column in table.columns], *table.rows, *([table.foot] if table.foot else [])]
    made = word.add_table(rows=len(lines) + grouped, cols=len(table.columns))
    made.style = "Light Shading"
    made._tblPr.find(qn("w:tblLook")).set(qn("w:val"), "0620")  # a heading; no bands, no first column of its own
    made.autofit = False
    size = Pt(8 if sum(_widths(table)) > UPRIGHT else 9)
    depths = [0, *(table.depth or [0] * len(table.rows)), 0]
    for at, (texts, row) in enumerate(zip(lines, [*made.rows][grouped:], strict=True)):
        cells = row.cells
        for cell, text, column in zip(cells, texts, table.columns, strict=True):
            _fill(cell, visible(text), size, right=column.align == "right", bold=at == 0)
        cells[0].paragraphs[0].paragraph_format.left_indent = Pt(8 * depths[at])
        _mark(row, "w:cantSplit")  # a row is not cut by the end of a page
    for row in [*made.rows][: grouped + 1]:
        _mark(row, "w:tblHeader")  # and the heading stands on every page
    _spread(word, made, table, made.rows[grouped])
    if grouped:
        _groups(made.rows[0], table, size)
    for note in table.under:
        _small(word, note)


def _groups(row: Any, table: Table, size: Any) -> None:
    at, cells = 0, row.cells
    for name, span in headed(table.columns):
        cell = cells[at].merge(cells[at + span - 1]) if name and span > 1 else cells[at]
        _fill(cell, one_line(name), size, bold=True)
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        at += span


def _fill(cell: Any, text: str, size: Any, *, right: bool = False, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = size, bold


def _spread(word: Any, made: Any, table: Table, heading: Any) -> None:
    """Each column as wide as what is in it; where that is too much, headings of counts on their side, words folded."""
    section = word.sections[0]
    room = (section.page_width - section.left_margin - section.right_margin) / LETTER
    widths = _widths(table)
    if sum(widths) > room:
        widths = _widths(table, turned=True)
        counts = [at for at, column in enumerate(table.columns) if column.align == "right"]
        for at in counts:
            _turn(heading.cells[at])
        heading.height = LETTER * max((cell_len(table.columns[at].label) + 4 for at in counts), default=0)
        fixed = sum(widths[at] for at in counts)
        share = max(room - fixed, room / 4) / max(sum(widths) - fixed, 1)
        widths = [width if at in counts else min(width * share, width) for at, width in enumerate(widths)]
    for at, width in enumerate(widths):
        made.columns[at].width = int(width * LETTER)
    for row in made.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = int(width * LETTER)


def _widths(table: Table, *, turned: bool = False) -> list[float]:
    """Characters that each column asks for, its margins included; a long text folds."""
    found: list[float] = []
    for at, column in enumerate(table.columns):
        items = [cell_len(line) for row in table.rows for line in row[at].split("\n")]
        words = [] if turned and column.align == "right" else map(cell_len, one_line(column.label).split())
        found.append(min(max([*items, *words, 1]), 40) + MARGINS)
    return found


def _turn(cell: Any) -> None:
    direction = OxmlElement("w:textDirection")
    direction.set(qn("w:val"), "btLr")
    cell._tc.get_or_add_tcPr().append(direction)
    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT


def _quotes(word: Any, quotes: Quotes) -> None:
    if quotes.title:
        word.add_paragraph(one_line(quotes.title), style="Caption").paragraph_format.keep_with_next = True
    if not quotes.items and quotes.empty:
        word.add_paragraph(one_line(quotes.empty))
    for quote in quotes.items:
        paragraph = word.add_paragraph(style="Quote")
        paragraph.paragraph_format.left_indent = Cm(1)
        paragraph.paragraph_format.keep_with_next = True
        for text, own in ((quote.before, False), (f"“{quote.text}”", True), (quote.after, False)):
            if text:
                paragraph.add_run(("\n" if paragraph.runs else "") + visible(text)).italic = own
        _small(word, told_of(quote), indent=Cm(1))


def _small(word: Any, text: str, indent: Any = None) -> None:
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.left_indent = indent
    paragraph.add_run(one_line(text)).font.size = Pt(8)


def _mark(row: Any, name: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)
