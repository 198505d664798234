"""Who speaks of what in each case, who is silent, and what the researchers make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from qcode.analysis.abreast import Abreast, Said, behind, verdicts
from qcode.analysis.meta import facts
from qcode.core.model import Case, Observation
from qcode.core.words import NONE, one_line
from qcode.report.document import Block, Column, Document, Later, Prose, Table
from qcode.report.kinds import Ask
from qcode.report.tables import brief
from qcode.report.telling import heading, legend, marks, of_observation, reason, valences, verdict


class _Line(NamedTuple):
    """One code in one case."""

    case: Case
    code: str
    said: dict[str | None, Said]
    observations: Sequence[Observation]


def perspectives(ask: Ask, under: str | None = None, *, evidence: bool = False) -> Document:
    """A row per case and code of which somebody speaks, or that an observation concerns; a column per perspective."""
    abreast = Abreast(ask.scope)
    lines = [*_lines(ask, abreast, under)]
    return Document(
        "perspectives",
        Later(lambda: [_table(ask, abreast, lines, evidence=evidence)]),
        Later(lambda: [_record(ask, line, evidence=evidence) for line in lines]),
        facts(ask.scope, "passages"),
        stacked=Later(lambda: [*_stacked(ask, abreast, lines)]),
    )


def _lines(ask: Ask, abreast: Abreast, under: str | None) -> Iterator[_Line]:
    book = ask.study.codebook
    branch = book.subtree[book.find(under).id] if under else None
    for case in map(ask.study.case_by_id.__getitem__, ask.scope.cases):
        for code in abreast.codes:
            if branch is not None and code not in branch:
                continue
            said = {name: abreast.said(case.id, code, name) for name in abreast.perspectives}
            concerned = verdicts(ask.study, case, code)
            if concerned or any(cell.passages for cell in said.values()):
                yield _Line(case, code, said, concerned)


def _table(ask: Ask, abreast: Abreast, lines: Sequence[_Line], *, evidence: bool) -> Table:
    """All in one table."""
    words = [Column(name, "left", ours=False, named=True) for name in (ask.say("case"), "code")]
    told = [Column(name, "left", ours=False, named=True) for name in (ask.say("verdict"), ask.say("why"))]
    heads = [Column(ask.named("perspective", name), "left") for name in abreast.perspectives]
    rows = [
        [
            line.case.id,
            ask.named("code", line.code),
            *(valences(ask, said) for said in line.said.values()),
            verdict(ask, line.observations) or NONE,
            " / ".join(one_line(f"{one.title}: {one.why}" if one.why else one.title) for one in line.observations),
        ]
        for line in lines
    ]
    traced = [[(), (), *(said.ids for said in line.said.values()), (), ()] for line in lines] if evidence else ()
    return Table([*words, *heads, *told], rows, rows, evidence=traced)


def _stacked(ask: Ask, abreast: Abreast, lines: Sequence[_Line]) -> Iterator[Block]:
    """A table per case, below it what its observations say."""
    for case, own in groupby(lines, key=lambda line: line.case.id):
        yield _of_case(ask, abreast.planned(case), [*own])
    if not lines:
        yield Prose(ask.say("Nobody speaks of any of these codes, and no observation concerns them."))


def _of_case(ask: Ask, shown: Sequence[str | None], lines: Sequence[_Line]) -> Table:
    labels = [ask.named("code", line.code) for line in lines]
    rows = [
        [label, *(marks(ask, line.said[name]) for name in shown), verdict(ask, line.observations) or NONE]
        for label, line in zip(labels, lines, strict=True)
    ]
    columns = [
        Column("code", "left", ours=False, named=True),
        *(Column(ask.named("perspective", name), "left") for name in shown),
        Column(ask.say("verdict"), "left", ours=False, named=True),
    ]
    seen = {one.id: one for line in lines for one in line.observations}
    codes = {name: [line.code for line in lines if name in {o.id for o in line.observations}] for name in seen}
    notes = [f"{_keys(ask, codes[name])} {reason(ask, one)}" for name, one in seen.items()]
    return Table(
        columns, rows, rows, title=heading(ask, lines[0].case), notes=notes,
        legend=legend(ask, (line.said[name] for line in lines for name in shown)),
    )  # fmt: skip


def _keys(ask: Ask, codes: Sequence[str]) -> str:
    labels = [ask.named("code", code) for code in codes]
    return ", ".join(labels if ask.ids else [*brief(ask.study, "code", codes, labels)][1:])


def _record(ask: Ask, line: _Line, *, evidence: bool) -> dict[str, Any]:
    by = {state: [name for name, said in line.said.items() if said.state == state] for state in _STATES}
    told = {
        name or NONE: {"state": said.state, "complete": said.complete}
        | ({} if ask.least else {"passages": len(said.passages), "valences": said.valences})
        | ({"evidence": said.ids} if evidence else {})
        for name, said in line.said.items()
    }  # fmt: skip
    return {
        "case": line.case.id,
        "code": line.code,
        "perspectives": told,
        **{key: by[state] for state, key in _STATES.items()},
        "verdict": [*dict.fromkeys(one.agreement for one in line.observations if one.agreement)],
        "observations": [of_observation(one) for one in line.observations],
        **({"evidence": behind(line.said.values())} if evidence else {}),
    }


_STATES = {
    "value": "speaks",
    "zero": "silent",
    "uncoded": "not_coded",
    "not-interviewed": "not_interviewed",
    "n/a": "not_applicable",
}
