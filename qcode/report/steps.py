"""What steps did in the cases, and in what order they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qcode.analysis.patterns import NONE as NO_LEVEL
from qcode.analysis.process import Process, Told, Transition
from qcode.analysis.process import process as told_in_order
from qcode.analysis.process import transitions as followed
from qcode.analysis.spans import DISPUTED, evidence
from qcode.analysis.valence import BOTH, Valence
from qcode.analysis.valence import valence as valued
from qcode.core.words import NONE
from qcode.report.amounts import legend
from qcode.report.document import Column, Document, Table
from qcode.report.kinds import Ask
from qcode.report.tables import EMPTY, LEGEND, brief

THEN = " → "  # comes after, in one transcript
WITH = "&"  # begins at the same place
MORE = " …"  # not all of it is coded yet


def valence(ask: Ask, *, under: str | None = None, evidence: bool = False) -> Document:
    """Per code the cases by what it did there; then who says what, where it did both or coders differ."""
    found = valued(ask.study, ask.rows, ask.units, ask.selection, under=under, evidence=evidence)
    blocks = [_verdicts(ask, found, evidence)]
    mixed = [record for record in found.records if record["verdict"] in (BOTH, DISPUTED)]
    if mixed and not ask.least:  # it would tell which cases a small count is of
        blocks.append(_mixed(ask, found, mixed, evidence))
    return Document("valence", blocks, ask.told(found.records, blocks), found.meta)


def _verdicts(ask: Ask, found: Valence, evidence: bool) -> Table:
    """The columns of no valence and of what is disputed only where there is such a case."""
    at: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in found.records:
        at.setdefault((record["code"], record["verdict"]), []).append(record)
    met = {verdict for _, verdict in at}
    verdicts = [verdict for verdict in found.verdicts if verdict in met or verdict not in (DISPUTED, NO_LEVEL)]
    labels = [ask.named("code", code) for code in found.codes]
    rows = [
        [name, *(" ".join(record["case"] for record in at.get((code, v), ())) or NONE for v in verdicts)]
        for name, code in zip(labels, found.codes, strict=True)
    ]
    ids = [
        [(), *([id_ for record in at.get((code, v), ()) for id_ in record["evidence"]] for v in verdicts)]
        for code in found.codes if evidence
    ]  # fmt: skip
    heads = [
        Column(ask.named("valence", v), "left", group="cases where it is", ours=False, listed=True) for v in verdicts
    ]
    told = [f"{ask.named('valence', BOTH)} = both within that case"]
    return Table(
        [Column("code", "left", ours=False, named=True), *heads],
        rows,
        rows,
        short=() if ask.ids else brief(ask.study, "code", found.codes, labels),
        legend=" · ".join([*told, *["disputed = coders differ on a passage"] * (DISPUTED in met)]),
        notes=() if found.codes else ["Of no code a valence is said."],
        evidence=ids,
    )


def _mixed(ask: Ask, found: Valence, records: Sequence[Mapping[str, Any]], evidence: bool) -> Table:
    """A row per code and case, a column per perspective."""
    codes = [record["code"] for record in records]
    labels = [ask.named("code", code) for code in codes]
    said = [[record["perspectives"][p or NO_LEVEL] for p in found.perspectives] for record in records]
    keys = labels if ask.ids else brief(ask.study, "code", codes, labels)[1:]
    rows, plain = (
        [
            [name, record["case"], *(states.get(text) or ask.named("valence", text) for text in line)]
            for name, record, line in zip(names, records, said, strict=True)
        ]
        for names, states in ((keys, EMPTY), (labels, {state: state for state in EMPTY}))
    )
    states = [(text, True) for line in said for text in line if text in EMPTY]
    return Table(
        [
            Column("code", "left", ours=False, named=True),
            Column("case", "left", ours=False, named=True),
            *(Column(ask.named("perspective", p), "left", ours=False) for p in found.perspectives),
        ],
        rows,
        plain,
        title="Both within one case, or disputed: who says what",
        legend=legend(states),
        evidence=[[(), *[record["evidence"]] * (len(rows[0]) - 1)] for record in records] if evidence else (),
    )


def process(ask: Ask, *, under: str | None = None, transitions: bool = False, evidence: bool = False) -> Document:
    """A line per case, and one per transcript in it, a column per phase; or a matrix of transitions."""
    if transitions:
        met = followed(ask.study, ask.rows, ask.units, ask.selection, under=under, evidence=evidence)
        return _transitions(ask, *met, evidence)
    found = told_in_order(ask.study, ask.rows, ask.units, ask.selection, under=under)
    blocks = [_lines(ask, found, evidence)]
    records = [one | {"evidence": one["segments"]} if evidence else one for one in found.records()]
    return Document("process", blocks, ask.told(records, blocks), found.meta)


def _lines(ask: Ask, found: Process, evidence: bool) -> Table:
    keys = _keys(ask, found.codes)
    lines: list[tuple[str, str, int, list[str], list[Sequence[str]]]] = []
    for case, texts in found.transcripts.items():
        cells = [[told for name in texts for told in found.cell(name, phase)] for phase in found.phases]
        lines.append((case, case, 0, [_set(found, keys, cell) for cell in cells], [_ids(cell) for cell in cells]))
        for name in texts:
            cells = [found.cell(name, phase) for phase in found.phases]
            state, complete = found.states[name]
            empty = "0" if state == "value" and complete else "." if state == "value" else EMPTY[state]
            stem = name.partition("/")[2]
            more = "" if complete else MORE
            shown = [f"{order}{more}" if (order := _order(keys, cell)) else empty for cell in cells]
            lines.append((name, stem, 1, shown, [_ids(cell) for cell in cells]))
    used = dict.fromkeys(p.code for order in found.order.values() for told in order for p in told)
    named = [f"{keys[code]} = {_label(ask, code, keys[code])}" for code in found.codes if code in used]
    told = f"{THEN.strip()} then, in one transcript; {WITH} at one place. Of a case no order within a phase is claimed."
    return Table(
        [
            Column("case", "left", ours=False, named=True),
            *(Column(ask.named("section-phase", p), "left", ours=False) for p in found.phases),
        ],
        [[stem, *shown] for _, stem, _, shown, _ in lines],
        [[name, *shown] for name, _, _, shown, _ in lines],
        depth=[depth for _, _, depth, _, _ in lines],
        legend=" · ".join([*_marks([cell for *_, shown, _ in lines for cell in shown]), *([] if ask.ids else named)]),
        notes=[told] if found.order else ["No step is coded."],
        evidence=[[(), *ids] for *_, ids in lines] if evidence else (),
    )


def _keys(ask: Ask, codes: Sequence[str]) -> dict[str, str]:
    labels = [ask.named("code", code) for code in codes]
    return dict(zip(codes, codes if ask.ids else brief(ask.study, "code", codes, labels)[1:], strict=True))


def _label(ask: Ask, code: str, key: str) -> str:
    return ask.named("code", code).removeprefix(f"{key} ")


def _order(keys: Mapping[str, str], cell: Sequence[Told]) -> str:
    """The steps as told; the same ones again are not repeated."""
    texts = [WITH.join(dict.fromkeys(keys[p.code] for p in told)) for told in cell]
    return THEN.join(text for at, text in enumerate(texts) if at == 0 or text != texts[at - 1])


def _set(found: Process, keys: Mapping[str, str], cell: Sequence[Told]) -> str:
    there = {passage.code for told in cell for passage in told}
    return " ".join(keys[code] for code in found.codes if code in there) or NONE


def _ids(cell: Sequence[Told]) -> list[str]:
    return evidence(passage for told in cell for passage in told)


def _marks(cells: Sequence[str]) -> list[str]:
    """What marks mean, those that occur."""
    states = [text for mark, text in LEGEND.items() if mark in cells]
    return [*states, *[f"{MORE.strip()} = not all of it coded yet"] * any(cell.endswith(MORE) for cell in cells)]


def _transitions(ask: Ask, found: Process, pairs: Mapping[tuple[str, str], Transition], evidence: bool) -> Document:
    """A row per step, a column per step right after it."""
    labels = [ask.named("code", code) for code in found.codes]
    short = ["code", *labels] if ask.ids else brief(ask.study, "code", found.codes, labels)
    cells = [[pairs.get((row, col)) for col in found.codes] for row in found.codes]
    rows = [
        [[name, *(_times(cell, marked) for cell in line)] for name, line in zip(labels, cells, strict=True)]
        for marked in (True, False)
    ]  # fmt: skip
    table = Table(
        [Column("code", "left", ours=False, named=True), *(Column(key, group="then") for key in short[1:])],
        rows[0],
        rows[1],
        short=short,
        legend=legend((cell.state, cell.complete) for cell in pairs.values()),
        notes=["A number: how often the one comes right after the other, within one transcript."],
        evidence=[[(), *(cell.evidence if cell else () for cell in line)] for line in cells] if evidence else (),
    )
    records = []
    for (one, other), cell in pairs.items():
        record = {"from": one, "to": other} | asdict(cell)
        if cell.state not in ("value", "zero"):
            record |= dict.fromkeys(("count", "transcripts", "cases"))
        if not evidence:
            del record["evidence"]
        records.append(record)
    return Document("process", [table], ask.told(records, [table]), {**found.meta, "measure": "transitions"})


def _times(cell: Transition | None, marked: bool) -> str:
    if cell is None:
        return ""
    if cell.state != "value":
        return EMPTY[cell.state]
    return f"{cell.count}{'+' if marked and not cell.complete else ''}"
