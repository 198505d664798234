"""Truth tables: configurations of codes with their outcomes, and the cases they are made of, as QCA tools read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from qcode.analysis.configurations import Configurations, Crisp
from qcode.analysis.configurations import configurations as compared
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.words import several, unused
from qcode.report.cooccurrence import decimal
from qcode.report.document import Column, Document, Table
from qcode.report.kinds import Ask
from qcode.report.tables import EMPTY, LEGEND

FORMS = ("table", "cases")
OURS = ("OUT", "N", "INCL", "PRI", "CASE", "CASES", "ROW")  # the names of the other columns


def configurations(
    ask: Ask,
    condition: str | Sequence[str] = (),
    *,
    outcome_of: str | None = None,
    cut: float = 1.0,
    form: str = "table",
    evidence: bool = False,
) -> Document:
    """A row per configuration that occurs; or one per case, the data that a QCA tool makes such a table of."""
    if form not in FORMS:
        raise UnknownName("form", form, list(FORMS))
    if ask.least > 1 and form == "cases":
        raise QcodeError("a table of single cases would tell of small counts", hint="Share the configurations.")
    found = compared(
        ask.study, ask.rows, ask.units, ask.selection, conditions=several(condition), outcome=outcome_of, cut=cut
    )  # fmt: skip
    names = variables(ask, found.conditions)
    table = _cases(found, names, evidence) if form == "cases" else _table(found, names, evidence)
    notes = [_asked(ask, found, names), *_left_out(ask, found, names)]
    records = [_case(found, c) for c in found.cases] if form == "cases" else _rows(found)
    if evidence:
        records = [record | {"evidence": _behind(found, record)} for record in records]
    return Document("configurations", [table], ask.told(records, [table]), found.meta, notes=notes)


def variables(ask: Ask, codes: Sequence[str]) -> dict[str, str]:
    """A name for each condition that R takes for a variable: of its key or id, in capitals, letters and digits only."""
    names: dict[str, str] = {}

    def taken(name: str) -> bool:
        return _variable(name) in (*OURS, *names.values())

    for number, code in enumerate(codes, 1):
        known = ask.study.codebook.by_id.get(code)
        name = _variable((known and known.key) or code) or f"C{number}"
        names[code] = _variable(unused(name if name[0].isalpha() else f"X{name}", taken))
    return names


def _variable(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", plain).strip("_").upper()


def _table(found: Configurations, names: Mapping[str, str], evidence: bool) -> Table:
    cells = [
        [str(row.row), *map(str, row.values), str(row.out), str(len(row.cases)), decimal(row.consistency),
         decimal(row.consistency), " ".join(row.cases)]
        for row in found.rows
    ]  # fmt: skip
    heads = [Column(name, named=True) for name in (*names.values(), "OUT", "n", "incl", "PRI")]
    of = {case.case: case for case in found.cases}
    ids = [
        [(), *([id_ for case in row.cases for id_ in of[case].evidence[at]] for at in range(len(names))), *[()] * 5]
        for row in found.rows if evidence
    ]  # fmt: skip
    return Table(
        [Column("row", named=True), *heads, Column("cases", "left", ours=False, named=True, listed=True)],
        cells,
        cells,
        notes=_contradictory(found) if found.rows else ["No case is known in all conditions."],
        evidence=ids,
    )


def _contradictory(found: Configurations) -> list[str]:
    rows = " ".join(str(row.row) for row in found.rows if row.contradictory)
    return [f"Contradictory, with cases that have the outcome and cases that haven't: row {rows}."] if rows else []


def _cases(found: Configurations, names: Mapping[str, str], evidence: bool) -> Table:
    """Cases that are not known in all conditions are shown, and left out of csv: a QCA tool takes no gaps."""
    shown = [
        [case.case, *map(_value, case.values, case.states), "–" if case.member is None else str(case.member)]
        for case in found.cases
    ]
    used = {cell for line in shown for cell in line}
    return Table(
        [
            Column("case", "left", ours=False, named=True),
            *(Column(name, named=True) for name in (*names.values(), "OUT")),
        ],
        shown,
        [line for line, case in zip(shown, found.cases, strict=True) if case.known],
        legend=" · ".join(text for mark, text in LEGEND.items() if mark in used),
        evidence=[[(), *case.evidence, ()] for case in found.cases] if evidence else (),
    )


def _behind(found: Configurations, record: Mapping[str, Any]) -> list[str]:
    """The segments of all conditions in the case or cases of a record."""
    cases = record.get("cases", [record.get("case")])
    ids = (id_ for case in found.cases if case.case in cases for some in case.evidence for id_ in some)
    return list(dict.fromkeys(ids))


def _value(value: int | None, state: str) -> str:
    return EMPTY[state] if value is None else str(value)


def _asked(ask: Ask, found: Configurations, names: Mapping[str, str]) -> str:
    """What the columns are."""
    titles = [f"{name} = {ask.named('code', code).removeprefix(f'{name} ')}" for code, name in names.items()]
    out = f"OUT = {ask.named('outcome', found.outcome)}"
    cut = "in all its cases" if found.cut == 1 else f"in {found.cut:.0%} of its cases or more"
    return " · ".join([*titles, f"{out}, 1 where {cut}", "incl = share of its cases with that outcome"])


def _left_out(ask: Ask, found: Configurations, names: Mapping[str, str]) -> list[str]:
    """The cases that no truth table can hold, and why."""
    why = []
    for case in found.cases:
        if not case.known:
            by_state: dict[str, list[str]] = {}
            for name, state, value in zip(names.values(), case.states, case.values, strict=True):
                if value is None:
                    by_state.setdefault(_WHY[state], []).append(name)
            reasons = [f"{state}: {' '.join(members)}" for state, members in by_state.items()]
            why.append(f"{case.case} ({', '.join([*reasons, *['no outcome'] * (case.member is None)])})")
    return [f"Left out, for it is not known whether the codes are there: {' · '.join(why)}"] if why else []


_WHY = {"uncoded": "not yet coded", "not-interviewed": "not interviewed", "n/a": "does not apply"}


def _rows(found: Configurations) -> list[dict[str, Any]]:
    return [
        {
            "row": row.row,
            "configuration": dict(zip(found.conditions, row.values, strict=True)),
            "n": len(row.cases),
            "cases": list(row.cases),
            "outcomes": dict(row.outcomes),
            "outcome": found.outcome,
            "consistency": row.consistency,
            "pri": row.consistency,
            "out": row.out,
            "contradictory": row.contradictory,
        }
        for row in found.rows
    ]


def _case(found: Configurations, case: Crisp) -> dict[str, Any]:
    return {
        "case": case.case,
        "outcome": case.outcome,
        "out": case.member,
        "known": case.known,
        "configuration": dict(zip(found.conditions, case.values, strict=True)),
        "states": dict(zip(found.conditions, case.states, strict=True)),
    }
