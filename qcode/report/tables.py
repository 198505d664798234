"""The tables of counts: patterns, matrix, cases. From what was counted to what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from qcode.analysis.cases import cases as all_cases
from qcode.analysis.cells import TOTAL, Cell, Key, Matrix, Share
from qcode.analysis.matrix import matrix as counted_by
from qcode.analysis.patterns import NONE as NO_LEVEL
from qcode.analysis.patterns import Patterns
from qcode.analysis.patterns import patterns as recurring
from qcode.analysis.scope import scope
from qcode.analysis.spans import Passage, by_transcript
from qcode.analysis.spans import evidence as behind_them
from qcode.analysis.states import Behind
from qcode.core.codebook import Codebook
from qcode.core.model import Study
from qcode.core.words import NONE, natural
from qcode.report.document import Column, Document, Later, Place, Table
from qcode.report.kinds import Ask

EMPTY = {"n/a": "n/a", "not-interviewed": "-", "uncoded": ".", "zero": "0"}
LEGEND = {
    "n/a": "n/a = the code does not apply",
    "-": "- = not interviewed",
    ".": ". = not yet coded",
    "+": "+ = not all of it coded yet",
    "*": "* = told as an example in that case",
}
Level = str | None
Namer = Callable[[str, Level], str]
Parts = dict[Place, list[Place]]


def matrix(
    ask: Ask,
    rows: str = "code",
    cols: str = "case",
    *,
    split: str | None = None,
    measure: str = "passages",
    share: Share | None = None,
    totals: bool = False,
    leaves: bool = False,
    evidence: bool = False,
) -> Document:
    """Two dimensions: a column per level of the second, and with a split a group of them per level of a third."""
    found = counted_by(
        ask.study, ask.rows, ask.units, ask.selection, rows, cols,
        split=split, measure=measure, share=share, totals=totals, leaves=leaves, evidence=evidence,
    )  # fmt: skip
    return Document("matrix", [_of_matrix(ask, found)], Later(found.records), found.meta)


def _of_matrix(ask: Ask, found: Matrix) -> Table:
    named = _namer(ask)
    rows = [*found.rows.levels, *([TOTAL] if found.totals else [])]
    places = [
        (col, split) for split in found.splits for col in (*found.cols.levels, *([TOTAL] if found.totals else []))
    ]
    columns = [
        Column(named(found.cols.name, col), group=named(found.split.name, split) if found.split else "")
        for col, split in places
    ]
    cells = [[found.cells[Key(row, col, split)] for col, split in places] for row in rows]
    labels = [named(found.rows.name, row) for row in rows]
    return Table(
        [Column(found.rows.name, "left", ours=False, named=True), *columns],
        [[name, *map(_shown, line)] for name, line in zip(labels, cells, strict=True)],
        [[name, *map(_plain, line)] for name, line in zip(labels, cells, strict=True)],
        short=() if ask.ids else brief(ask.study, found.rows.name, rows, labels, foot="N"),
        foot=["N (cases)", *(str(found.of[place]) for place in places)],
        depth=depths(ask.study, found.rows.name, rows),
        legend=_legend(chain.from_iterable(cells)),
        evidence=[[(), *(cell.evidence for cell in line)] for line in cells] if found.evidence else (),
        parts=_parts(ask.study.codebook, found, rows, places) if ask.shared else {},
    )


def _parts(book: Codebook, found: Matrix, rows: Sequence[Level], places: Sequence[tuple[Level, Level]]) -> Parts:
    """Which cells of a matrix are totals over which: its totals, and branches that stand in columns or in the split."""
    parts: dict[Place, list[Place]] = {}
    for col, (level, split) in enumerate(places, 1):
        within = [c for c, place in enumerate(places, 1) if place != (level, split)]
        if level == TOTAL:
            below = [c for c in within if places[c - 1][1] == split]
        elif found.cols.name == "code":
            below = [c for c in within if places[c - 1][1] == split and _under(book, places[c - 1][0], level)]
        elif found.split and found.split.name == "code":
            below = [c for c in within if places[c - 1][0] == level and _under(book, places[c - 1][1], split)]
        else:
            below = []
        for row in range(len(rows) if below else 0):
            parts[row, col] = [(row, c) for c in below]
        if found.totals:
            parts.setdefault((len(rows) - 1, col), []).extend((row, col) for row in range(len(rows) - 1))
    return parts


def _under(book: Codebook, code: Level, branch: Level) -> bool:
    return code != branch and branch in [*book.ancestors(code or "")]


def patterns(ask: Ask, under: str | None = None, *, evidence: bool = False) -> Document:
    """A row per code: its cases, those where it is told as an example marked; then counts."""
    found = recurring(ask.study, ask.rows, ask.units, ask.selection, under)
    named = ask.named
    groups = {"outcomes": "outcome", "perspectives": "perspective", "valences": "valence"}
    levels: dict[str, Sequence[str]] = {
        "outcomes": found.outcomes, "perspectives": found.perspectives, "valences": found.valences
    }  # fmt: skip
    columns = [
        Column("code", "left", ours=False, named=True),
        Column("phase", "left", ours=False, named=True),
        Column("cases", "left", ours=False, named=True, listed=True),
        *(
            Column(NONE if level == NO_LEVEL and name != "valences" else named(groups[name], level), group=groups[name])
            for name, some in levels.items()
            for level in some
        ),
    ]
    cells = _pattern_cells(ask, found.records, levels)
    heads = [[named("code", r["code"]), named("phase", r["phase"]), _cases(r)] for r in found.records]
    rows = [[*head, *map(_plain, line)] for head, line in zip(heads, cells, strict=True)]
    marked = any(record["illustrated"] for record in found.records)
    counted = "under outcome and perspective: cases; under valence: passages"
    short = () if ask.ids else brief(ask.study, "code", [r["code"] for r in found.records], [row[0] for row in rows])
    ends = 3 + len(found.outcomes)
    parts: Parts = {(row, 2): [(row, col) for col in range(3, ends)] for row in range(len(rows))}
    states = _legend(chain.from_iterable(cells))
    legend = " · ".join([LEGEND["*"]] * marked + [counted] + [states] * bool(states))
    behind = _behind_patterns(ask, found) if evidence else ()
    shown = [[*head, *map(_shown, line)] for head, line in zip(heads, cells, strict=True)]
    table = Table(columns, shown, rows, short, parts=parts, legend=legend, evidence=behind)
    records = found.records
    if evidence:
        records = [{**record, "evidence": line[2]} for record, line in zip(found.records, behind, strict=True)]
    return Document("patterns", [table], records, found.meta)


def _pattern_cells(
    ask: Ask, records: Sequence[Mapping[str, Any]], levels: Mapping[str, Sequence[str]]
) -> list[list[Cell]]:
    """The counts of each code with what it means that there are none, and whether more may come, as in a matrix."""
    behind = Behind(ask.scope, leaves=True)
    fixed = {"outcomes": "outcome", "perspectives": "perspective"}

    def cell(record: Mapping[str, Any], name: str, level: str) -> Cell:
        count = record[name][level]
        pairs = ((fixed[name], None if level == NO_LEVEL else level),) if name in fixed else ()
        state, complete = behind.state(pairs, (record["code"],), count > 0)
        return Cell(count, state, complete)

    return [[cell(record, name, level) for name, some in levels.items() for level in some] for record in records]


def _behind_patterns(ask: Ask, found: Patterns) -> list[list[list[str]]]:
    """The segments of each code's passages: all of them, then those with each outcome, perspective, valence."""
    own: dict[str, list[Passage]] = {}
    for passages in by_transcript(ask.scope.rows).values():
        for passage in passages:
            own.setdefault(passage.code, []).append(passage)
    lines = []
    for some in (own.get(record["code"], []) for record in found.records):
        levels = [
            *([p for p in some if (p.rows[0].outcome or NO_LEVEL) == level] for level in found.outcomes),
            *([p for p in some if (p.perspective or NO_LEVEL) == level] for level in found.perspectives),
            *([p for p in some if (p.valence or NO_LEVEL) == level] for level in found.valences),
        ]
        lines.append([[], [], *map(behind_them, (some, *levels))])
    return lines


def cases(ask: Ask, *, evidence: bool = False) -> Document:
    """A row per case, studied or not, with its attributes last."""
    found = all_cases(ask.study, ask.rows, ask.units, ask.selection)
    named = ask.named
    attributes = [name for name in found.attributes if found.records and name in found.records[0]]
    words = [Column(name, "left", ours=False, named=True) for name in ("case", "outcome", "perspectives")]
    counts = [Column(name, named=True) for name in ("planned", "held", "studied", "passages")]
    columns = [*words[:2], *counts[:2], words[2], *counts[2:], *(Column(n, "left", ours=False) for n in attributes)]
    rows = [
        [
            record["case"],
            named("outcome", record["outcome"]),
            str(record["interviews_planned"]),
            str(record["interviews_held"]),
            ", ".join(named("perspective", held) for held in record["perspectives"]) or NONE,
            "yes" if record["studied"] else "no",
            str(record["passages"]),
            *(record[name] or NONE for name in attributes),
        ]
        for record in found.records
    ]
    if not evidence:
        return Document("cases", [Table(columns, rows, rows)], found.records, found.meta)
    own = _behind_cases(ask)
    records = [{**record, "evidence": own.get(record["case"], [])} for record in found.records]
    behind = [
        [record["evidence"] if column in counts and column.label == "passages" else [] for column in columns]
        for record in records
    ]
    return Document("cases", [Table(columns, rows, rows, evidence=behind)], records, found.meta)


def _behind_cases(ask: Ask) -> dict[str, list[str]]:
    """The segments in each case, studied or not, each once."""
    found: dict[str, dict[str, None]] = {}
    for row in scope(ask.study, ask.rows, ask.units, ask.selection, unstudied=True).rows:
        if row.id:
            found.setdefault(row.case, {})[row.id] = None
    return {case: [*ids] for case, ids in found.items()}


def _namer(ask: Ask) -> Namer:
    """How levels are called, a total among them."""
    return lambda dimension, level: "total" if level == TOTAL else ask.named(dimension, level)


def _shown(cell: Cell) -> str:
    """A cell as readers see it: with its share, and marked where more may come."""
    return _plain(cell, "" if cell.complete else "+")


def _plain(cell: Cell, mark: str = "") -> str:
    if cell.state != "value":
        return EMPTY[cell.state]
    share = "" if cell.share is None else f" ({cell.share:.0%})"
    return f"{cell.value}{mark}{share}"


def depths(study: Study, dimension: str, levels: Sequence[str | None]) -> list[int]:
    """Under how many of the codes above it, of those with a row, each code is."""
    if dimension != "code":
        return [0] * len(levels)
    shown = {level for level in levels if level in study.codebook.by_id}
    return [max(len(shown.intersection(study.codebook.ancestors(level or ""))) - 1, 0) for level in levels]


def brief(
    study: Study, dimension: str, levels: Sequence[str | None], labels: Sequence[str], *, foot: str = ""
) -> Sequence[str]:
    """What rows are called once their labels were seen: a code by its key, without one by its id if that is shorter."""
    below = [foot] if foot else []
    if dimension != "code":
        return [dimension, *labels, *below]
    codes = [study.codebook.by_id.get(level or "") for level in levels]
    named = [
        label if code is None else code.key or min(label, code.id, key=len)
        for code, label in zip(codes, labels, strict=True)
    ]
    return ["key" if all(code and code.key for code in codes) else "code", *named, *below]


def _legend(cells: chain[Cell]) -> str:
    used = set()
    for cell in cells:
        used.add("+" if cell.state == "value" and not cell.complete else EMPTY.get(cell.state, ""))
    return " · ".join(text for mark, text in LEGEND.items() if mark in used)


def _cases(record: Mapping[str, Any]) -> str:
    told = set(record["illustrated"])
    every = sorted(told.union(record["cases"]), key=natural)
    return " ".join(f"{case}*" if case in told else case for case in every)
