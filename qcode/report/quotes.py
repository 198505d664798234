"""Codings shown with their words and where they stand, as `find` prints them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qcode.core.model import Study
from qcode.core.rows import Row
from qcode.core.words import one_line, visible
from qcode.report.text import csv_text, md_text

COLUMNS = (
    "id", "case", "transcript", "perspective", "phase", "coder", "code", "valence",
    "line", "start", "end", "quote", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quotes:
    """Codings in the order to show them, with that many lines of the transcript around each."""

    study: Study
    rows: Sequence[Row]
    before: int = 0
    after: int = 0
    meta: Mapping[str, object] = field(default_factory=dict)

    def render(self, form: str) -> str:
        """The codings as `table` (blocks to read), md, csv, tsv or json."""
        forms: dict[str, Callable[[], str]] = {
            "table": lambda: "".join(self._blocks()),
            "md": lambda: "".join(self._markdown()),
            "csv": lambda: csv_text(COLUMNS, map(self._record, self.rows), ","),
            "tsv": lambda: csv_text(COLUMNS, map(self._record, self.rows), "\t"),
            "json": self._json,
        }
        return forms[form]()

    def _record(self, row: Row) -> list[object]:
        return [getattr(row, name) for name in COLUMNS]

    def _json(self) -> str:
        data = [dict(zip(COLUMNS, self._record(row), strict=True)) for row in self.rows]
        return (
            json.dumps({"report": "find", "meta": dict(self.meta), "data": data}, ensure_ascii=False, indent=1) + "\n"
        )

    def _blocks(self) -> Iterator[str]:
        """`path:line`, speaker, code, coder; then the quote, its lines and those around it numbered when asked for."""
        for row in self.rows:
            yield visible(f"{self._place(row)}  {self._what(row)}\n")
            yield from (visible(f"    {line}\n") for line in self._lines(row))
            yield "\n"

    def _markdown(self) -> Iterator[str]:
        for row in self.rows:
            yield f"**{md_text(self._place(row))}** {md_text(self._what(row))}\n\n"
            yield from (f"> {md_text(line)}\n" for line in self._lines(row))
            yield "\n"

    def _place(self, row: Row) -> str:
        transcript = self.study.transcripts.get(row.transcript)
        path = transcript.path if transcript else f"cases/{row.transcript}"
        return f"{path}:{row.line}" if row.line else path

    def _what(self, row: Row) -> str:
        code = self.study.codebook.by_id.get(row.code)
        title = one_line(code.title(self.study.language) if code else row.code)
        marks = [mark for mark in (row.valence, None if row.state == "exact" else row.state) if mark]
        about = f" ({one_line(', '.join(marks))})" if marks else ""
        parts = (row.speaker, title + about, row.coder, row.id)
        return " · ".join(one_line(part) for part in parts if part)

    def _lines(self, row: Row) -> list[str]:
        """The quote on one line; with context asked for, whole lines of the transcript, those of the quote marked."""
        transcript = self.study.transcripts.get(row.transcript)
        if transcript is None or row.start is None or row.end is None or not (self.before or self.after):
            return [f"“{one_line(row.quote)}”"]
        text = transcript.text
        first = text.count("\n", 0, row.start)
        last = text.count("\n", 0, max(row.start, row.end - 1))
        lines = text.split("\n")
        shown = range(max(0, first - self.before), min(len(lines), last + 1 + self.after))
        return [f"{'>' if first <= n <= last else ' '} {one_line(lines[n])}".rstrip() for n in shown]
