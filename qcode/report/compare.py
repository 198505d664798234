"""The perspectives of one case side by side, quotes abreast: what lies on the table in an analysis session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from qcode.analysis.abreast import Abreast, Said, behind, verdicts
from qcode.analysis.meta import facts
from qcode.analysis.spans import as_one
from qcode.core.errors import QcodeError
from qcode.core.model import Case, Interview
from qcode.core.query import spelled
from qcode.core.words import NONE, one_line
from qcode.report.document import Block, Column, Document, Prose, Quotes, Table
from qcode.report.kinds import Ask
from qcode.report.telling import SHORT, WHY, heading, in_cell, of_observation, of_quote, quote, reason, verdict


class _Row(NamedTuple):
    """One code in one phase. `said`: for each perspective the state of the code and the passages in that phase."""

    phase: str | None
    code: str
    said: dict[str | None, Said]


def compare(ask: Ask, *, notes: bool = False, evidence: bool = False) -> Document:
    """Of the one case that is asked about, studied or not: per phase and code of which anybody speaks a column per
    perspective. `notes`: with places to write in.

    Raises QcodeError where not one case is asked about.
    """
    if len(ask.selection.cases) != 1:
        raise QcodeError("one case is compared at a time", hint="Name it: qcode compare CASE.")
    found = ask.study.case_by_id[ask.selection.cases[0]]
    abreast = Abreast(ask.scope)
    rows = [*_rows(abreast, found)]
    top, below = [*_top(ask, abreast, found)], [*_below(ask, abreast, found, rows)]
    return Document(
        "compare",
        [*top, *_columns(ask, found, rows, evidence=evidence), *below],
        [_record(ask, found, row, evidence=evidence) for row in rows],
        facts(ask.scope, "passages"),
        title=heading(ask, found),
        stacked=[*top, *_stacked(ask, found, rows, notes=notes), *below, *_space(ask, "Striking observations", notes)],
    )


def _rows(abreast: Abreast, case: Case) -> Iterator[_Row]:
    shown = abreast.planned(case.id)
    for phase in abreast.phases:
        for code in abreast.codes:
            said = {name: _in_phase(abreast.said(case.id, code, name), phase) for name in shown}
            if any(cell.passages for cell in said.values()):
                yield _Row(phase, code, said)


def _in_phase(said: Said, phase: str | None) -> Said:
    """What of it is about that phase. Who speaks of the code in another phase only is silent in this one."""
    inside = as_one(row for passage in said.passages for row in passage.rows if row.phase == phase)
    if said.state != "value" or inside:
        return said._replace(passages=inside)
    return Said("zero" if said.complete else "uncoded", said.complete, ())


def _top(ask: Ask, abreast: Abreast, case: Case) -> Iterator[Block]:
    told = [f"{name}: {value}" for name, value in case.attributes.items()]
    if told:
        yield Prose(one_line(", ".join(told)))
    yield Prose(
        one_line("; ".join(_interview(ask, one) for one in case.interviews) or ask.say("No interview planned."))
    )
    if not ask.scope.rows:
        whole = not spelled(replace(ask.selection, cases=()).expr, ask.study.codebook)
        yield Prose(ask.say("Nothing is coded in it yet." if whole else "Nothing selected is coded in it."))


def _interview(ask: Ask, one: Interview) -> str:
    who = " ".join(part for part in (ask.named("perspective", one.perspective), one.respondent) if part)
    if one.consent == "withdrawn":
        return f"{who} ({ask.say('consent withdrawn')})"
    return f"{who} ({(one.date or ask.say('held')) if one.held else ask.say('not held')})"


def _columns(ask: Ask, case: Case, rows: Sequence[_Row], *, evidence: bool) -> Iterator[Block]:
    """A table per phase, its cells the quotes."""
    for phase, own in _by_phase(rows):
        heads = [Column(ask.named("perspective", name), "left", ours=False) for name in own[0].said]
        cells = [[_title(ask, case, row), *(_cell(ask, said) for said in row.said.values())] for row in own]
        yield Table(
            [Column("code", "left", ours=False, named=True), *heads], cells, cells, title=_phase(ask, phase),
            evidence=[[(), *(said.ids for said in row.said.values())] for row in own] if evidence else (),
            legend=_legend(ask, own),
        )  # fmt: skip


def _title(ask: Ask, case: Case, row: _Row) -> str:
    judged = verdict(ask, verdicts(ask.study, case, row.code))
    return ask.named("code", row.code) + (f"\n({judged})" if judged else "")


def _cell(ask: Ask, said: Said) -> str:
    return in_cell(ask, said.passages) if said.passages else ask.say(SHORT[said.state])


def _legend(ask: Ask, rows: Sequence[_Row]) -> str:
    states = {said.state for row in rows for said in row.said.values()}
    return " · ".join(
        f"{SHORT[state]} = {ask.say(WHY[state])}" for state in ("uncoded", "not-interviewed") if state in states
    )


def _stacked(ask: Ask, case: Case, rows: Sequence[_Row], *, notes: bool) -> Iterator[Block]:
    for phase, own in _by_phase(rows):
        yield Prose(_phase(ask, phase), 2)
        for row in own:
            yield Prose(ask.named("code", row.code), 3)
            for name, said in row.said.items():
                label = ask.named("perspective", name)
                quotes = [quote(ask, passage) for passage in said.passages]
                yield Quotes(quotes, f"{label}:") if quotes else Prose(f"{label}: {ask.say(WHY[said.state])}")
            judged = verdict(ask, verdicts(ask.study, case, row.code))
            if judged:
                yield Prose(ask.say("Verdict: {verdict}", verdict=judged))
            yield from _space(ask, "Notes" if judged else "Agree, partly, differ or silent; why", notes)


def _space(ask: Ask, what: str, wanted: bool) -> Iterator[Block]:
    """An empty place to write in."""
    if wanted:
        yield Prose(f"{ask.say(what)}: …")


def _below(ask: Ask, abreast: Abreast, case: Case, rows: Sequence[_Row]) -> Iterator[Block]:
    """What was observed, and of what nobody speaks."""
    if case.observations:
        yield Prose(ask.say("Observations"), 2)
        for one in case.observations:
            yield Prose(reason(ask, one))
    spoken = {row.code for row in rows}
    silent = [code for code in abreast.codes if code not in spoken]
    if silent and rows:
        book = ask.study.codebook
        named = [code if ask.ids or code not in book.by_id else book.by_id[code].key or code for code in silent]
        yield Prose(ask.say("Of these nobody speaks: {codes}.", codes=", ".join(named)))


def _by_phase(rows: Sequence[_Row]) -> list[tuple[str | None, list[_Row]]]:
    phases = dict.fromkeys(row.phase for row in rows)
    return [(phase, [row for row in rows if row.phase == phase]) for phase in phases]


def _phase(ask: Ask, phase: str | None) -> str:
    return ask.named("phase", phase) if phase else ask.say("no phase")


def _record(ask: Ask, case: Case, row: _Row, *, evidence: bool) -> dict[str, Any]:
    told = {
        name or NONE: {
            "state": said.state,
            "complete": said.complete,
            "quotes": [of_quote(ask, passage) for passage in said.passages],
        }
        for name, said in row.said.items()
    }
    concerned = [of_observation(one) for one in verdicts(ask.study, case, row.code)]
    traced = {"evidence": behind(row.said.values())} if evidence else {}
    seen = {"case": case.id, "phase": row.phase, "code": row.code, "perspectives": told, "observations": concerned}
    return seen | traced
