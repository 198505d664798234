"""How much there is: the frequencies of codes, and how much of the transcripts is coded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qcode.analysis.cells import TOTAL
from qcode.analysis.coverage import Coverage, Covered
from qcode.analysis.coverage import coverage as covered_by
from qcode.analysis.frequencies import COUNTS
from qcode.analysis.frequencies import frequencies as counted
from qcode.core.words import NONE
from qcode.report.document import Column, Document, Place, Table
from qcode.report.kinds import Ask
from qcode.report.tables import EMPTY, LEGEND, brief, depths


def frequencies(ask: Ask, *, leaves: bool = False, evidence: bool = False) -> Document:
    """A row per code, a column per measure."""
    found = counted(ask.study, ask.rows, ask.units, ask.selection, leaves=leaves, evidence=evidence)
    codes = [record["code"] for record in found.records]
    labels = [ask.named("code", code) for code in codes]
    heads = [COUNTS[0], "share", *COUNTS[1:]]
    mark = "" if found.complete or not found.total["codings"] else "+"
    table = Table(
        [Column("code", "left", ours=False, named=True), *(Column(name, named=True) for name in heads)],
        [
            [name, *_measures(record, "" if record["complete"] else "+")]
            for name, record in zip(labels, found.records, strict=True)
        ],
        [[name, *_measures(record)] for name, record in zip(labels, found.records, strict=True)],
        short=() if ask.ids else brief(ask.study, "code", codes, labels, foot="in all"),
        foot=["in all", *(f"{found.total[name]}{mark}" if name in found.total else "" for name in heads)],
        parts=_foot(len(codes), len(heads)),
        depth=depths(ask.study, "code", codes),
        legend=legend((record["state"], record["complete"]) for record in found.records),
        notes=[
            "In all: recounted, what several codes share counts once; passages and codings are added up over codes."
        ],
        evidence=[[(), *[record["evidence"]] * len(heads)] for record in found.records] if evidence else (),
    )
    return Document("frequencies", [table], ask.told(found.records, [table]), found.meta)


def _foot(rows: int, columns: int) -> Mapping[Place, Sequence[Place]]:
    """The last row is a total over all of each column."""
    return {(rows, col): [(row, col) for row in range(rows)] for col in range(1, columns + 1)}


def _measures(record: Mapping[str, Any], mark: str = "") -> list[str]:
    if record["state"] != "value":
        return [EMPTY[record["state"]]] * (len(COUNTS) + 1)
    first, *others = (f"{record[name]}{mark}" for name in COUNTS)
    return [first, percent(record["share"]), *others]


def coverage(ask: Ask, by: str = "transcript", *, per: str | None = None, evidence: bool = False) -> Document:
    """A row per level: turns and words of respondents, and how many are coded; `per`: the share for each of these."""
    found = covered_by(ask.study, ask.rows, ask.units, ask.selection, by, per, evidence=evidence)
    levels = [*found.rows.levels, TOTAL]
    labels = ["in all" if level == TOTAL else ask.named(found.rows.name, level) for level in levels]
    heads, cells = _spread(ask, found) if found.cols else _amounts(found)
    plain = [[name, *(text for text, _ in line)] for name, line in zip(labels, cells, strict=True)]
    shown = [[name, *(f"{text}{mark}" for text, mark in line)] for name, line in zip(labels, cells, strict=True)]
    behind = [found.cells[level, col] for level in levels[:-1] for col in _columns(found)]
    table = Table(
        [Column(found.rows.name, "left", ours=False, named=True), *heads],
        shown[:-1],
        plain,
        short=() if ask.ids else brief(ask.study, found.rows.name, levels[:-1], labels[:-1], foot="in all"),
        foot=shown[-1],
        parts=_foot(len(levels) - 1, len(heads)),
        depth=depths(ask.study, found.rows.name, levels[:-1]),
        legend=legend((cell.state, cell.complete) for cell in behind),
        evidence=_evidence(found, len(heads)) if evidence else (),
    )
    return Document("coverage", [table], ask.told(list(found.records()), [table]), found.meta)


def _columns(found: Coverage) -> Sequence[str | None]:
    return [*(found.cols.levels if found.cols else ()), TOTAL]


def _amounts(found: Coverage) -> tuple[list[Column], list[list[tuple[str, str]]]]:
    """Columns and cells, each with its mark, of the whole."""
    names = [
        ("", "transcripts"),
        *((group, name) for group in ("turns", "words") for name in ("all", "coded", "share")),
    ]
    if found.rows.name == "transcript":
        del names[0]
    heads = [Column(name, group=group, named=True) for group, name in names]
    cells = [found.cells[level, TOTAL] for level in (*found.rows.levels, TOTAL)]
    return heads, [_amount(cell)[-len(heads) :] for cell in cells]


def _amount(cell: Covered) -> list[tuple[str, str]]:
    mark = "" if cell.complete else "+"
    texts = [(str(cell.transcripts), "")]
    for whole, part in ((cell.turns, cell.turns_coded), (cell.words, cell.words_coded)):
        if cell.state == "value":
            coded, share = (str(part), mark), (percent(part / whole if whole else None), "")
        else:
            coded, share = (EMPTY[cell.state], ""), (EMPTY[cell.state], "")
        texts += [(str(whole), ""), coded, share]
    return texts


def _spread(ask: Ask, found: Coverage) -> tuple[list[Column], list[list[tuple[str, str]]]]:
    """Columns and cells of the shares of words, per code or coder."""
    name = found.cols.name if found.cols else ""
    heads = [Column("in all" if level == TOTAL else ask.named(name, level)) for level in _columns(found)]
    levels = (*found.rows.levels, TOTAL)
    return heads, [[_share(found.cells[level, col]) for col in _columns(found)] for level in levels]


def _share(cell: Covered) -> tuple[str, str]:
    if cell.state != "value":
        return EMPTY[cell.state], ""
    return percent(cell.share), "" if cell.complete else "+"


def _evidence(found: Coverage, width: int) -> list[list[Sequence[str]]]:
    if found.cols:
        return [[(), *(found.cells[level, col].evidence for col in _columns(found))] for level in found.rows.levels]
    return [[(), *[found.cells[level, TOTAL].evidence] * width] for level in found.rows.levels]


def percent(share: float | None) -> str:
    """A share in whole percents; one that is not quite none or all is not shown as that."""
    if share is None:
        return NONE
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def legend(states: Iterable[tuple[str, bool]]) -> str:
    """What the marks of these states mean, those that occur."""
    used = {"+" if state == "value" and not complete else EMPTY.get(state, "") for state, complete in states}
    return " · ".join(text for mark, text in LEGEND.items() if mark in used)
