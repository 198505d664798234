"""The framework matrix: cases by codes, in each cell what is written of it, else its quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from qcode.analysis.abreast import Abreast, Said
from qcode.analysis.meta import facts
from qcode.core.model import Case, Summary
from qcode.core.query import keeps_level
from qcode.core.rows import Row
from qcode.core.summaries import only, stale, summary_of
from qcode.core.words import one_line
from qcode.report.document import Block, Column, Document, Later, Prose, Quotes, Table
from qcode.report.kinds import Ask
from qcode.report.telling import SHORT, WHY, heading, in_cell, of_quote, quote

STALE = "stale: its quotes changed since it was written"


class _Cell(NamedTuple):
    said: Said
    summary: Summary | None
    stale: bool


Cells = Mapping[tuple[str, str], _Cell]


def framework(
    ask: Ask, under: str | None = None, *, quotes: int | None = None, with_quotes: bool = False, evidence: bool = False
) -> Document:
    """A row per case, a column per code. quotes: so many in a cell at most. with_quotes: below a summary, too.

    Whether a summary is stale is not told where no words are shared.
    """
    abreast = Abreast(ask.scope)
    cases = [ask.study.case_by_id[case] for case in ask.scope.cases]
    codes = _codes(ask, abreast, cases, under)
    cells = _cells(ask, abreast, cases, codes)
    show = _Show(ask, quotes, with_quotes)
    return Document(
        "framework",
        Later(lambda: [show.table(cases, codes, cells, evidence=evidence)]),
        Later(
            lambda: [
                _record(ask, case, code, cells[case.id, code], evidence=evidence) for case in cases for code in codes
            ]
        ),
        facts(ask.scope, "passages"),
        stacked=Later(lambda: [block for case in cases for block in show.of_case(case, codes, cells)]),
    )


def _codes(ask: Ask, abreast: Abreast, cases: Sequence[Case], under: str | None) -> list[str]:
    """Leaf codes and those that have a summary, in codebook order."""
    book = ask.study.codebook
    branch = book.subtree[book.find(under).id] if under else None
    summed = {book.resolve(summary.code) for case in cases for summary in case.summaries}
    summed = {code for code in summed if keeps_level(ask.selection, "code", code)}
    known = [code.id for code in book.by_order if code.id in summed or code.id in abreast.codes]
    strange = [code for code in abreast.codes if code not in known]
    return [code for code in (*known, *strange) if branch is None or code in branch]


def _cells(ask: Ask, abreast: Abreast, cases: Sequence[Case], codes: Sequence[str]) -> Cells:
    found: dict[tuple[str, str], _Cell] = {}
    of_case: dict[str, list[Row]] = defaultdict(list)
    for row in ask.rows:
        of_case[row.case].append(row)
    for case in cases:
        own = only(ask.study, case) if case.summaries else ask.study
        for code in codes:
            summary = summary_of(ask.study, case, code)
            changed = summary is not None and not ask.silent and stale(own, of_case[case.id], case, summary)
            found[case.id, code] = _Cell(abreast.of_case(case.id, code), summary, changed)
    return found


class _Show(NamedTuple):
    """How cells are shown."""

    ask: Ask
    most: int | None
    with_quotes: bool

    def table(self, cases: Sequence[Case], codes: Sequence[str], cells: Cells, *, evidence: bool) -> Table:
        ask = self.ask
        heads = [Column(ask.named("code", code), "left", ours=False) for code in codes]
        rows = [[heading(ask, case), *(self.cell(cells[case.id, code]) for code in codes)] for case in cases]
        traced = [[(), *(cells[case.id, code].said.ids for code in codes)] for case in cases] if evidence else ()
        states = {SHORT[cell.said.state]: WHY[cell.said.state] for cell in cells.values() if cell.said.state != "value"}
        return Table(
            [Column(ask.say("case"), "left", ours=False, named=True), *heads], rows, rows, evidence=traced,
            legend=" · ".join(f"{mark} = {ask.say(text)}" for mark, text in states.items() if mark != text),
        )  # fmt: skip

    def cell(self, cell: _Cell) -> str:
        """A summary, else quotes, else why there are none."""
        told = [_summed(self.ask, cell)] if cell.summary else []
        if cell.said.passages and (self.with_quotes or not cell.summary):
            told += [in_cell(self.ask, cell.said.passages[: self.most]), *self._more(cell)]
        return "\n\n".join(told) or self.ask.say(SHORT[cell.said.state])

    def of_case(self, case: Case, codes: Sequence[str], cells: Cells) -> Iterator[Block]:
        """The same below each other; codes without anything in one line."""
        yield Prose(heading(self.ask, case), 2)
        empty: dict[str, list[str]] = {}
        for code in codes:
            cell = cells[case.id, code]
            if cell.summary is None and not cell.said.passages:
                empty.setdefault(self.ask.say(WHY[cell.said.state]), []).append(self._key(code))
                continue
            yield Prose(self.ask.named("code", code), 3)
            yield from self._filled(cell)
        for why, those in empty.items():
            yield Prose(f"{why}: {', '.join(those)}")

    def _filled(self, cell: _Cell) -> Iterator[Block]:
        if cell.summary:
            yield Prose(_summed(self.ask, cell))
        if cell.said.passages and (self.with_quotes or not cell.summary):
            yield Quotes([quote(self.ask, passage) for passage in cell.said.passages[: self.most]])
            yield from map(Prose, self._more(cell))

    def _more(self, cell: _Cell) -> list[str]:
        left = len(cell.said.passages) - (len(cell.said.passages) if self.most is None else self.most)
        return [self.ask.say("… and {left} more", left=left)] if left > 0 else []

    def _key(self, code: str) -> str:
        known = self.ask.study.codebook.by_id.get(code)
        return (known.key if known and not self.ask.ids else None) or code


def _summed(ask: Ask, cell: _Cell) -> str:
    said = one_line(cell.summary.text) if cell.summary else ""
    return f"{said} [{ask.say(STALE)}]" if cell.stale else said


def _record(ask: Ask, case: Case, code: str, cell: _Cell, *, evidence: bool) -> dict[str, Any]:
    summary = cell.summary
    return {
        "case": case.id,
        "code": code,
        "state": cell.said.state,
        "complete": cell.said.complete,
        "summary": summary.text if summary else None,
        "stale": cell.stale,
        "rests_on": list(summary.quotes) if summary else [],
        "quotes": [of_quote(ask, passage) for passage in cell.said.passages],
    } | ({"evidence": cell.said.ids} if evidence else {})
