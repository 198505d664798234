"""How far coders agree, as a table of codes and pairs; and the passages on which they differ, to talk about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qcode.analysis.agreement import Agreed, Agreement, Difference
from qcode.analysis.agreement import agreement as compared
from qcode.analysis.settled import Settled, settled
from qcode.core.model import CONSENSUS
from qcode.core.words import NONE, counted, one_line
from qcode.report.document import Column, Document, Quote, Quotes, Table
from qcode.report.kinds import Ask

ALL = "all codes"
OVER = {
    "all": "every turn of the transcripts that both are done with",
    "either": "the turns that at least one of the two coded",
    "both": "the turns that both coded, each with any code",
}
LEGEND = "both, first, second, neither: turns with that code · – = not defined: no variation"


def agreement(ask: Ask, *, over: str = "all", leaves: bool = False, differences: bool = False) -> Document:
    """Percent and Cohen's kappa per pair of coders and code, with the counts; or the list of differences."""
    found = compared(ask.study, ask.rows, ask.units, ask.selection, over=over, leaves=leaves)
    meta = {**found.meta, "over": over}
    if differences:
        pairs = [*zip(found.differences, settled(found.differences, ask.rows, ask.refused()), strict=True)]
        quotes = Quotes([_quote(ask, *pair) for pair in pairs], empty="No differences found.")
        return Document("differences", [quotes], [_difference(*pair) for pair in pairs], meta, notes=_settled_of(pairs))
    notes = [f"Counted over {OVER[over]}.", *_shared(ask, found), *_more(found)]
    return Document("agreement", [_table(ask, found)], [_record(one) for one in found.agreed], meta, notes=notes)


def _table(ask: Ask, found: Agreement) -> Table:
    names = ("both", "first", "second", "neither", "agreed", "κ")
    columns = [Column("code", "left", ours=False, named=True), Column("coders", "left", ours=False, named=True)]
    rows = [[_code(ask, one), " & ".join(_coder(ask, c) for c in one.coders), *_numbers(one)] for one in found.agreed]
    plain = [
        [*row[:6], _exact(one.counts.percent), _exact(one.counts.kappa)]
        for row, one in zip(rows, found.agreed, strict=True)
    ]
    return Table([*columns, *(Column(name, named=True) for name in names)], rows, plain, legend=LEGEND)


def _numbers(one: Agreed) -> list[str]:
    counts = one.counts
    percent = NONE if counts.percent is None else f"{counts.percent:.0%}"
    return [*map(str, counts), percent, NONE if counts.kappa is None else f"{counts.kappa:.2f}"]


def _exact(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _code(ask: Ask, one: Agreed) -> str:
    return ALL if one.code is None else ask.named("code", one.code)


def _coder(ask: Ask, coder: str) -> str:
    return coder if ask.ids else one_line(ask.named("coder", coder))


def _record(one: Agreed) -> dict[str, Any]:
    counts = one.counts
    return {
        "code": one.code, "coders": list(one.coders), "turns": counts.turns, **counts._asdict(),
        "percent": counts.percent, "kappa": counts.kappa,
    }  # fmt: skip


def _difference(one: Difference, by_team: Settled | None) -> dict[str, Any]:
    first = one.rows[0]
    return {
        "about": one.about, "code": one.code, "transcript": first.transcript, "line": first.line, "start": first.start,
        "end": max(row.end or 0 for row in one.rows),
        "coders": {c: None if v is None else sorted(v) for c, v in zip(one.coders, one.valences, strict=True)},
        "instead": list(one.instead), "segments": list(dict.fromkeys(row.id for row in one.rows)),
        "settled": by_team and by_team.how, "settled_as": sorted(by_team.valences) if by_team else [],
        "settled_by": list(by_team.ids) if by_team else [],
    }  # fmt: skip


def _quote(ask: Ask, one: Difference, by_team: Settled | None) -> Quote:
    """The words of the passage, under what each of the two made of them, and the consensus."""
    first, last = one.rows[0], max(one.rows, key=lambda row: row.end or 0)
    text = ask.study.transcripts[first.transcript].text[first.start : last.end]
    said = [f"{_coder(ask, c)} {_said(ask, one, v)}" for c, v in zip(one.coders, one.valences, strict=True)]
    codes = [f"{ask.named('code', one.code)}: {' / '.join(said)}{_agreed_on(ask, one, by_team)}"]
    return Quote(text, f"{first.transcript}:{first.line}", first.id, first.speaker or "", codes)


def _said(ask: Ask, one: Difference, valences: frozenset[str] | None) -> str:
    if valences is None:
        instead = ", ".join(ask.named("code", code) for code in one.instead)
        return f"not ({instead} instead)" if instead else "not"
    return ", ".join(ask.named("valence", v) for v in sorted(valences)) or (
        "yes" if one.about == "code" else "no valence"
    )


def _agreed_on(ask: Ask, one: Difference, by_team: Settled | None) -> str:
    if by_team is None:
        return ""
    said = "against it" if by_team.how == "against" else _said(ask, one, by_team.valences)
    return f" → {_coder(ask, CONSENSUS)} {said}"


def _settled_of(pairs: Sequence[tuple[Difference, Settled | None]]) -> list[str]:
    """How many of the differences are settled, where any is."""
    done = sum(by_team is not None for _, by_team in pairs)
    return [f"The consensus settled {done} of {counted(len(pairs), 'difference')}."] if done else []


def _shared(ask: Ask, found: Agreement) -> Iterator[str]:
    for pair, shared in found.shared.items():
        names = " & ".join(_coder(ask, coder) for coder in pair)
        yield f"{names}: {counted(len(shared), 'transcript')} that both are done with."
    if not found.shared:
        yield "There are no two coders to compare."


def _more(found: Agreement) -> Iterator[str]:
    if found.differences:
        yield f"They differ on {counted(len(found.differences), 'passage')}: qcode agreement --differences."
