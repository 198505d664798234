"""One report that holds every difficult value, and what each format is made of it, kept as files beside this one.

`python tests/golden/difficult.py` writes them anew. Look at the diff before you keep it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet

from qcode.report.document import Block, Column, Document, Prose, Quote, Quotes, Table
from qcode.report.formats import render

HERE = Path(__file__).parent
WORDS = [
    "a|b", "[bold]vet[/bold]", "\x1b[31mrood\x1b[0m", "=1+1", "+31 6", "-x", "@som", "\tin", "שלום \u202eabc",
    "👩‍👩‍👧 :smile:", "twee\nregels", "<script>alert(1)</script>", "*ster* _streep_ `code`", "\\", "\\input{x}", "",
    "'citaat\" & ''dubbel''", "1. een", "# kop", "\ud800", "\uffff", "$x^2$ ~50% {a}", "a -- b --- c", "{{ 7*7 }}",
    "]]>",
    "[1em] na een regeleinde", "Ünïcode – “aanhaling” €", "<img src=x onerror=alert(1)>", "&amp; &lt;", "1.10", "007",
]  # fmt: skip
COUNTS = ["0", "3", "3+", "12 (34%)", "7+ (100%)", ".", "-", "n/a", "-1", "0.25", "50%", "7 of 11"]


def document() -> Document:
    """Two tables, one grouped; headings, a paragraph, quotes and none; every word and count somewhere in each."""
    rows = [[word, COUNTS[n % len(COUNTS)], COUNTS[(n + 5) % len(COUNTS)], word] for n, word in enumerate(WORDS)]
    columns = [
        Column("code", "left", ours=False, named=True),
        Column("=g[i]|", group="<g>"),
        Column("d & é", group="<g>"),
        Column("woorden", "left", ours=False),
    ]
    table = Table(
        columns, rows, rows, foot=["N (cases)", "1", "2", ""], depth=[n % 3 for n in range(len(rows))],
        legend="- = none", notes=["note [x] <y>"], title="Een/tabel: *[1]?",
        evidence=[[(), ["k7q2m9xa", "b3"] if n == 1 else (), (), ()] for n in range(len(rows))],
    )  # fmt: skip
    small = Table([Column("x", "left"), Column("y")], [["a", "1"]], [["a", "1"]])
    quotes = [
        Quote(word, f"13/{n}:{n}", f"s{n}", word, [word, "b"], "anna", word, word) for n, word in enumerate(WORDS)
    ]
    blocks: list[Block] = [
        Prose("Kop <b>één</b> & meer", 2), Prose("Alinea\ntweede regel " + WORDS[3]), table, small,
        Quotes(quotes, "=Citaten <i>"), Quotes([], "Niets", "Geen citaten."),
    ]  # fmt: skip
    records = [{"code": word, "n": n, "cases": [word, "2"], "by": {"a": n, "b": None}} for n, word in enumerate(WORDS)]
    meta = {"measure": "passages", "filter": "a|b = '<x>'", "cases": 2, "coders": ["anna", "=b"], "commit": "1a2b3c"}
    return Document("matrix", blocks, records, meta, title="Titel <x> & {y}", notes=["Slot <x>", "=2"])


def _text(form: str, width: int | None = None) -> str:
    made = render(document(), form, width=width)
    assert isinstance(made, str)
    return made


def _bytes(form: str) -> bytes:
    made = render(document(), form)
    assert isinstance(made, bytes)
    return made


def _html() -> str:
    """Without the style sheet, which changes for reasons of its own, and its digest."""
    text = re.sub(r"<style>.*?</style>", "<style></style>", _text("html"), flags=re.DOTALL)
    return re.sub(r"sha256-[\w+/=]+", "sha256-", text)


def _xlsx() -> str:
    """Each cell with something in it: its place, type, value, number format, and whether it is kept from running."""
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in sheet_cells(_bytes("xlsx")))


def sheet_cells(data: bytes) -> Iterator[list[object]]:
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        yield [sheet.title, sheet.dimensions, sheet.freeze_panes, sheet.auto_filter.ref]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    quoted = cell.quotePrefix
                    yield [cell.coordinate, cell.data_type, cell.value, cell.number_format, *["'"] * bool(quoted)]


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _docx() -> str:
    """Each paragraph with its style."""
    return "".join(f"{style}: {text}\n" for style, text in paragraphs(_bytes("docx")))


def paragraphs(data: bytes) -> Iterator[tuple[str, str]]:
    """Of the body, those in tables too, as its XML says."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        body = ElementTree.fromstring(parts.read("word/document.xml"))
    for paragraph in body.iter(f"{WORD}p"):
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        text = "".join(_piece(element) for run in paragraph.iter(f"{WORD}r") for element in run)
        yield (style.attrib[f"{WORD}val"] if style is not None else "Normal"), text


def _piece(element: ElementTree.Element) -> str:
    return {"t": element.text or "", "br": "\n", "tab": "\t"}.get(element.tag.removeprefix(WORD), "")


def _parquet() -> str:
    table = pyarrow.parquet.read_table(io.BytesIO(_bytes("parquet")))
    columns = [f"{field.name}: {field.type}\n" for field in table.schema]
    rows = [f"{json.dumps(row, ensure_ascii=False)}\n" for row in table.to_pylist()]
    return "".join([*columns, f"{table.schema.metadata[b'qcode'].decode()}\n", *rows])


GOLDEN: dict[str, Callable[[], str]] = {
    "difficult.txt": lambda: _text("table"),
    "difficult.80.txt": lambda: _text("table", width=80),
    "difficult.md": lambda: _text("md"),
    "difficult.csv": lambda: _text("csv"),
    "difficult.tsv": lambda: _text("tsv"),
    "difficult.json": lambda: _text("json"),
    "difficult.html": _html,
    "difficult.tex": lambda: _text("latex"),
    "difficult.xlsx.cells": _xlsx,
    "difficult.docx.paragraphs": _docx,
    "difficult.parquet.rows": _parquet,
}


def main() -> None:
    """Write what is made today."""
    for name, made in GOLDEN.items():
        (HERE / name).write_bytes(made().encode())


if __name__ == "__main__":
    main()
