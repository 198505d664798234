"""Codings shown with their words and where they stand, as `find` prints them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from qcode.core.model import Study
from qcode.core.rows import Row
from qcode.core.words import one_line
from qcode.report import document
from qcode.report.document import Document, Quote
from qcode.report.formats import render
from qcode.report.text import csv_text, md_text

COLUMNS = (
    "id", "case", "transcript", "perspective", "phase", "coder", "code", "valence",
    "line", "start", "end", "quote", "state",
)  # fmt: skip
SHOWN = (*COLUMNS, "speaker")  # what is asked of a coding, in any format
_record = attrgetter(*COLUMNS)


def place(study: Study, row: Row) -> str:
    """`path:line` of a coding, as editors open it; without a line where it was not found."""
    transcript = study.transcripts.get(row.transcript)
    path = one_line(transcript.path if transcript else f"cases/{row.transcript}")
    return f"{path}:{row.line}" if row.line else path


@dataclass(frozen=True, slots=True)
class Quotes:
    """Codings in the order to show them, with that many lines of the transcript around each, blank ones not counted.

    `width`: of the terminal; None where there is none.
    """

    study: Study
    rows: Sequence[Row]
    before: int = 0
    after: int = 0
    width: int | None = None
    meta: Mapping[str, object] = field(default_factory=dict)

    def render(self, form: str) -> str | bytes:
        """The codings as `table` (blocks to read), md, csv, tsv or json; in other formats as any report is."""
        forms: dict[str, Callable[[], str]] = {
            "table": lambda: "".join(self._blocks()),
            "md": lambda: "".join(self._markdown()),
            "csv": lambda: csv_text(COLUMNS, map(_record, self.rows), ","),
            "tsv": lambda: csv_text(COLUMNS, map(_record, self.rows), "\t"),
            "json": self._json,
        }
        return forms[form]() if form in forms else render(self._document(), form)

    def _document(self) -> Document:
        quotes = [
            Quote(row.quote, place(self.study, row), row.id, row.speaker or "", [self._code(row)], row.coder)
            for row in self.rows
        ]
        records = [dict(zip(COLUMNS, _record(row), strict=True)) for row in self.rows]
        made = Document("find", [document.Quotes(quotes, empty="No codings found.")], records, self.meta)
        return replace(made, notes=[made.told])

    def _json(self) -> str:
        data = [dict(zip(COLUMNS, _record(row), strict=True)) for row in self.rows]
        return (
            json.dumps({"report": "find", "meta": dict(self.meta), "data": data}, ensure_ascii=False, indent=1) + "\n"
        )

    def _blocks(self) -> Iterator[str]:
        """`path:line`, speaker, code, coder and id; under it the words."""
        for row in self.rows:
            yield f"{place(self.study, row)}  {self._what(row)}\n"
            yield from (f"{wrapped}\n" for line in self._lines(row) for wrapped in self._wrapped(line))
            yield "\n"

    def _wrapped(self, line: str) -> list[str]:
        """The line indented, and on a terminal in its width."""
        indent = " " * 4
        if self.width is None:
            return [indent + line]
        return textwrap.wrap(
            line, max(self.width, 24), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        )

    def _markdown(self) -> Iterator[str]:
        for row in self.rows:
            yield f"**{md_text(place(self.study, row))}** {md_text(self._what(row))}\n\n"
            yield ">\n".join(f"> {md_text(line)}\n" for line in self._lines(row))
            yield "\n"

    def _what(self, row: Row) -> str:
        parts = (row.speaker, self._code(row), row.coder, row.id)
        return " · ".join(one_line(part) for part in parts if part)

    def _code(self, row: Row) -> str:
        """The code's title, with what it did there and, where its words are not as they were, that."""
        title = self.study.codebook.title(row.code, self.study.language)
        marks = ", ".join(mark for mark in (row.valence, None if row.state == "exact" else row.state) if mark)
        return f"{title} ({marks})" if marks else title

    def _lines(self, row: Row) -> list[str]:
        """The quote on one line; with context asked for, the lines of the transcript, the quote between »«."""
        transcript = self.study.transcripts.get(row.transcript)
        if transcript is None or row.start is None or row.end is None or not (self.before or self.after):
            return [f"“{one_line(row.quote)}”"]
        text = transcript.text
        first = text.rfind("\n", 0, row.start) + 1
        last = text.find("\n", row.end)
        last = len(text) if last < 0 else last
        own = f"{text[first : row.start]}»{text[row.start : row.end]}«{text[row.end : last]}"
        above = [line for line in text[:first].split("\n") if line.strip()]
        below = [line for line in text[last:].split("\n") if line.strip()]
        around = (*above[len(above) - min(self.before, len(above)) :], own, *below[: self.after])
        return [one_line(line) for line in around]
