"""From a report to what is in its figure. Labels are one line, harmless to whatever draws them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from qcode.analysis.patterns import NONE, VALENCES
from qcode.analysis.spans import DISPUTED
from qcode.core.errors import QcodeError
from qcode.core.words import natural, one_line
from qcode.report.document import Document
from qcode.report.figures.pictures import Band, Bars, Curve, Edge, Network, Picture, Piece, Tile, Tiles, Tone
from qcode.report.kinds import Ask

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)%?\+?(?: \(\d+%\))?")
MARKS = {"helping": "+", "hindering": "−", "both": "±", "disputed": "?", "none": "○"}
NO_MARK = MARKS["none"]  # left out where there is a word besides
TOTAL = "total"


def picture(document: Document, ask: Ask) -> Picture:
    """What is in the figure of a report. Raises QcodeError where its kind has none, or nothing is in it."""
    maker = _MAKERS.get(document.report)
    if maker is None:
        hint = f"There are figures of: {', '.join(_MAKERS)}."
        raise QcodeError(f"there is no figure of '{document.report}'", hint=hint)
    if not document.records or not document.tables:
        raise QcodeError("there is nothing to draw", hint="Select more, or --all-cases.")
    try:
        return maker(document, ask)
    except KeyError as error:
        hint = "Small counts are hidden from the records that it is drawn from. Draw 'matrix' instead."
        raise QcodeError(f"the figure of '{document.report}' can't be drawn when shared", hint=hint) from error


def _heat(document: Document, ask: Ask) -> Tiles:
    """The first table: as dark as the number among those of its kind; branches and totals are not compared."""
    table = document.tables[0]
    depths = [*(table.depth or [0] * len(table.rows)), 0]
    names = [row[0] for row in table.rows]
    strong = [below > depth or name == TOTAL for (depth, below), name in zip(pairwise(depths), names, strict=True)]
    values = {
        (down, at): float(found[1])
        for down, row in enumerate(table.rows)
        for at, text in enumerate(row[1:])
        if (found := _NUMBER.fullmatch(text)) and not strong[down] and table.columns[at + 1].label != TOTAL
    }
    most = max(values.values(), default=0) or 1
    tiles = [
        [Tile(text, values[down, at] / most if (down, at) in values else None) for at, text in enumerate(row[1:])]
        for down, row in enumerate(table.rows)
    ]
    cols = [one_line(column.label) for column in table.columns[1:]]
    marked = any(text.endswith("+") for row in table.rows for text in row[1:])
    notes = [one_line(note) for note in [*["+ not all of it coded yet"] * marked, *table.notes]]
    groups = [one_line(c.group) for c in table.columns[1:]]
    return Tiles([*map(one_line, names)], cols, tiles, groups, strong=strong, notes=notes)


def _bars(document: Document, ask: Ask) -> Bars:
    """Passages per code, split by valence."""
    table = document.tables[0]
    ids = [*document.records[0]["valences"]]
    at = [place for place, column in enumerate(table.columns) if column.group == "valence"]
    values = [[int(row[place]) if row[place].isdigit() else 0 for place in at] for row in table.plain or table.rows]
    used = [number for number in range(len(at)) if any(line[number] for line in values)]
    parts = [(ids[number], one_line(table.columns[at[number]].label)) for number in used]
    return Bars(
        [one_line(row[0]) for row in table.rows],
        parts,
        [[line[number] for number in used] for line in values],
        "passages",
    )


def _verdicts(document: Document, ask: Ask) -> Tiles:
    """What each code did in each case, the cases by their outcome."""
    said = {(record["code"], record["case"]): record["verdict"] for record in document.records}
    outcomes = {record["case"]: record["outcome"] for record in document.records}
    order = [level.id for level in ask.study.codebook.outcomes]
    cases = sorted(outcomes, key=lambda case: (_place(order, outcomes[case]), natural(case)))
    codes = [*dict.fromkeys(code for code, _ in said)]
    tones = _tones(said.values(), ask)
    tiles = [[_verdict(said.get((code, case)), tones) for case in cases] for code in codes]
    groups = [one_line(ask.named("outcome", outcomes[case])) for case in cases]
    rows = [one_line(ask.named("code", code)) for code in codes]
    note = "An empty tile: that code was counted nowhere in that case."
    return Tiles(rows, [one_line(case) for case in cases], tiles, groups, tones=_marked(tones), notes=[note])


def _verdict(tone: str | None, tones: Sequence[Tone]) -> Tile:
    return Tile("") if tone is None else Tile(_mark(tone, tones), tones=[tone])


def _timeline(document: Document, ask: Ask) -> Tiles:
    """A row per transcript, by case; the steps in order under their phase, those of one place in one tile."""
    if "from" in document.records[0]:
        return _heat(document, ask)
    told: dict[tuple[str, str | None], dict[int, list[tuple[str, str]]]] = {}
    for record in document.records:
        steps = told.setdefault((record["transcript"], record["phase"]), {})
        steps.setdefault(record["position"], []).append((_key(record["code"], ask), record["valence"] or NONE))
    order = [level.id for level in ask.study.codebook.phases]
    phases = sorted({phase for _, phase in told}, key=lambda phase: _place(order, phase))
    longest = {phase: max(len(steps) for (_, other), steps in told.items() if other == phase) for phase in phases}
    tones = _tones((tone for steps in told.values() for some in steps.values() for _, tone in some), ask)
    owners = {record["transcript"]: record for record in document.records}
    tiles = [
        [tile for phase in phases for tile in _steps(told.get((name, phase), {}), longest[phase], tones)]
        for name in owners
    ]
    return Tiles(
        [one_line(ask.named("perspective", owner["perspective"])) for owner in owners.values()],
        [str(number + 1) for phase in phases for number in range(longest[phase])],
        tiles,
        [one_line(ask.named("phase", phase)) for phase in phases for _ in range(longest[phase])],
        [one_line(owner["case"]) for owner in owners.values()],
        tones=_marked(tones),
        notes=["Within a transcript the order is claimed; across transcripts that of the phases only."],
    )


def _steps(told: Mapping[int, Sequence[tuple[str, str]]], longest: int, tones: Sequence[Tone]) -> list[Tile]:
    """The steps of one phase of one transcript in order, and empty tiles up to the longest."""
    filled = [
        Tile(
            "&".join(key + _mark(tone, tones).replace(NO_MARK, "") for key, tone in steps), tones=[t for _, t in steps]
        )
        for _, steps in sorted(told.items())
    ]
    return [*filled, *[Tile("")] * (longest - len(filled))]


def _network(document: Document, ask: Ask) -> Picture:
    """Codes as nodes; with `--as matrix` the table."""
    if document.tables[0].columns[0].label == "code":
        return _heat(document, ask)
    sizes: dict[str, int] = {}
    for record in document.records:
        sizes.setdefault(record["a"], record["n_a"])
        sizes.setdefault(record["b"], record["n_b"])
    order = [code for code in [code.id for code in ask.study.codebook.codes] if code in sizes]
    place = {code: at for at, code in enumerate(order)}
    edges = [Edge(place[r["a"]], place[r["b"]], r["count"]) for r in document.records if r["count"]]
    names = [one_line(ask.named("code", code)) for code in order]
    unit = one_line(str(document.meta.get("measure") or ""))
    return Network(names, [sizes[code] for code in order], edges, unit)


def _curve(document: Document, ask: Ask) -> Curve:
    """New codes by interview, and all there are by then."""
    records = document.records
    steps = [one_line(record["transcript"]) for record in records]
    notes = [one_line(note) for note in document.tables[0].notes]
    return Curve(steps, [len(r["new"]) for r in records], [r["cumulative"] for r in records], "codes", notes)


def _band(document: Document, ask: Ask) -> Band:
    """Where in a transcript each code is, and which phase its sections are about."""
    first, last = document.records[0]["text_start"], document.records[0]["text_end"]
    along = [(max(r["start"] - first, 0), r["end"] - first) for r in document.records]
    met = {record["code"] for record in document.records}
    codes = [code.id for code in ask.study.codebook.codes if code.id in met]
    size = max(last - first, 1)
    tones = [record["valence"] or NONE for record in document.records]
    pieces = [
        Piece(codes.index(record["code"]), start / size, end / size, tone)
        for record, (start, end), tone in zip(document.records, along, tones, strict=True)
    ]
    marks = [
        (max(start - first, 0) / size, one_line(ask.named("phase", phase)))
        for start, phase in _sections(ask, document.records[0]["transcript"])
    ]
    return Band([one_line(ask.named("code", code)) for code in codes], pieces, marks, _tones(tones, ask))


def _sections(ask: Ask, transcript: str) -> list[tuple[int, str | None]]:
    """Where the phase that a transcript is about changes."""
    found: list[tuple[int, str | None]] = []
    for section in ask.study.transcripts[transcript].layout.sections:
        if section.phase and (not found or found[-1][1] != section.phase):
            found.append((section.start, section.phase))
    return found


def _place(order: Sequence[str], level: str | None) -> int:
    """Where a level stands among those declared; none, and one that is not, come last."""
    return order.index(level) if level in order else len(order)


def _key(code: str, ask: Ask) -> str:
    found = ask.study.codebook.by_id.get(code)
    return one_line(code if ask.ids or not found else found.key or code)


def _tones(said: Any, ask: Ask) -> list[Tone]:
    """The valences that occur, those we know first."""
    met = {*said}
    order = [*VALENCES, *(level.id for level in ask.study.codebook.valences), *sorted(met), DISPUTED, NONE]
    found = [tone for tone in dict.fromkeys(order) if tone in met and tone not in (DISPUTED, NONE)]
    ours = [tone for tone in (DISPUTED, NONE) if tone in met]
    return [*((tone, one_line(ask.named("valence", tone))) for tone in found), *((tone, tone) for tone in ours)]


def _mark(tone: str, tones: Sequence[Tone]) -> str:
    """A sign for it, so that no one needs its colour: ours, or the first letter of what it is called."""
    return MARKS.get(tone) or dict(tones)[tone][:1]


def _marked(tones: Sequence[Tone]) -> list[Tone]:
    return [(tone, f"{_mark(tone, tones)} {label}") for tone, label in tones]


_MAKERS: dict[str, Callable[[Document, Ask], Picture]] = {
    "matrix": _heat,
    "patterns": _bars,
    "valence": _verdicts,
    "process": _timeline,
    "cooccurrence": _network,
    "saturation": _curve,
    "portrait": _band,
}
FIGURES = (*_MAKERS,)
