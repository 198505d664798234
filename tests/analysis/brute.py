"""A second counter, one cell at a time, in plain Python: every rule as docs/format.md words it, nothing shared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from qcode.core.codebook import Code
from qcode.core.model import Case, Study
from qcode.core.rows import Row, Unit

ALL = "<all>"  # every level of a dimension
OF_CODINGS = ("code", "phase", "section-phase", "valence", "coder", "speaker")


@dataclass(frozen=True)
class Asked:
    """What a selection asks, in the plainest form; `units` and `codings` are tests of the --where expression."""

    cases: Sequence[str] = ()
    phases: Sequence[str] = ()
    perspectives: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    codes: Sequence[str] = ()
    all_cases: bool = False
    where: str | None = None
    units: Callable[[Study, Any], bool] = field(default=lambda study, thing: True)
    codings: Callable[[Row], bool] = field(default=lambda row: True)
    levels: Callable[[str, str | None], bool] = field(default=lambda dimension, level: True)


def code_of(study: Study, name: str) -> Code | None:
    return next((code for code in study.codebook.codes if code.id == name), None)


def is_under(study: Study, name: str, top: str) -> bool:
    at: str | None = name
    while at is not None and at != top:
        code = code_of(study, at)
        at = code.parent if code else None
    return at == top


def below(study: Study, top: str) -> list[Code]:
    return [code for code in study.codebook.codes if is_under(study, code.id, top)]


def case_of(study: Study, name: str) -> Case:
    return next(case for case in study.cases if case.id == name)


def is_studied(study: Study, case: Case) -> bool:
    held = set()
    for interview in case.interviews:
        if interview.consent != "withdrawn" and (interview.said_held or interview.transcript):
            held.add(interview.perspective)
    return len(held - {None}) >= study.settings.minimum_perspectives


def in_pair(study: Study, asked: Asked, thing: Any) -> bool:
    """Whether a row or unit is of a pair that was chosen."""
    return (
        (asked.all_cases or is_studied(study, case_of(study, thing.case)))
        and (not asked.cases or thing.case in asked.cases)
        and (not asked.perspectives or thing.perspective in asked.perspectives)
        and (not asked.outcomes or thing.outcome in asked.outcomes)
        and asked.units(study, thing)
    )


def chosen_rows(study: Study, rows: Iterable[Row], asked: Asked) -> list[Row]:
    return [
        row
        for row in rows
        if row.counted
        and in_pair(study, asked, row)
        and (not asked.phases or row.phase in asked.phases)
        and (not asked.codes or any(is_under(study, row.code, code) for code in asked.codes))
        and asked.codings(row)
    ]


def value_of(study: Study, thing: Any, dimension: str) -> str | None:
    """The value of a row or unit."""
    known = ("case", "transcript", "perspective", "outcome", *OF_CODINGS)
    if dimension in known:
        found: str | None = getattr(thing, dimension.replace("-", "_"))
        return found
    return case_of(study, thing.case).attributes.get(dimension)


def is_in(study: Study, thing: Any, place: dict[str, str | None], *, leaves: bool) -> bool:
    for dimension, level in place.items():
        value = value_of(study, thing, dimension)
        if level == ALL or value == level:
            continue
        if dimension != "code" or leaves or not is_under(study, str(value), str(level)):
            return False
    return True


def clumps(spans: Iterable[tuple[int, int]]) -> int:
    """How many groups there are of spans that share a character, directly or through others."""
    groups: list[set[int]] = []
    for start, end in spans:
        together = set(range(start, end))
        apart = []
        for group in groups:
            if group & together:
                together |= group
            else:
                apart.append(group)
        groups = [*apart, together]
    return len(groups)


def span_of(row: Row) -> tuple[int, int]:
    assert row.start is not None
    assert row.end is not None
    return row.start, row.end


def characters(rows: Iterable[Row]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(row.transcript, set()).update(range(*span_of(row)))
    return found


def words(study: Study, rows: Iterable[Row]) -> int:
    total = 0
    for transcript, covered in characters(rows).items():
        text = study.transcripts[transcript].text
        # What is not covered becomes a bar; pieces between bars are split at white space.
        shown = "".join(c if i in covered else "|" for i, c in enumerate(text))
        total += sum(len(piece.split()) for piece in re.split(r"\|+", shown))
    return total


def turns(study: Study, rows: Iterable[Row]) -> int:
    return sum(
        bool(covered & set(range(turn.start, turn.end)))
        for transcript, covered in characters(rows).items()
        for turn in study.transcripts[transcript].layout.turns
    )


def passages(rows: Sequence[Row], *, as_one: bool) -> int:
    """`as_one`: as if all were of one code; else per code, added up."""
    groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in rows:
        groups.setdefault((row.transcript, "" if as_one else row.code), []).append(span_of(row))
    return sum(clumps(spans) for spans in groups.values())


def measured(study: Study, rows: Sequence[Row], measure: str, *, as_one: bool) -> int:
    if measure == "passages":
        return passages(rows, as_one=as_one)
    if measure == "words":
        return words(study, rows)
    if measure == "turns":
        return turns(study, rows)
    counts: dict[str, int] = {
        "codings": len(rows),
        "segments": len({(row.coder, row.transcript, *span_of(row)) for row in rows}),
        "transcripts": len({row.transcript for row in rows}),
        "cases": len({row.case for row in rows}),
        "presence": int(bool(rows)),
    }
    return counts[measure]


def applies(study: Study, name: str, perspective: str | None) -> bool:
    members = below(study, name)
    return not members or any(code.perspectives is None or perspective in code.perspectives for code in members)


def since(study: Study, name: str, perspective: str | None, *, leaves: bool) -> int:
    in_use = [code for code in below(study, name) if not code.retired]
    if leaves:
        return max((code.since for code in in_use if code.id == name), default=0)
    asked = [code for code in in_use if code.perspectives is None or perspective in code.perspectives]
    return max((code.since for code in asked), default=0)


def state_of(
    study: Study, pairs: Sequence[tuple[str | None, bool, Any]], codes: Sequence[str], counted: int, *, leaves: bool
) -> tuple[str, bool]:
    """pairs: (perspective, held, done) where done is None without a transcript, else the versions it was done with."""
    fitting = [pair for pair in pairs if not codes or any(applies(study, code, pair[0]) for code in codes)]
    held = [pair for pair in fitting if pair[1]]
    undone = False
    for perspective, _, versions in held:
        needed = [since(study, code, perspective, leaves=leaves) for code in codes if applies(study, code, perspective)]
        enough = [v for v in versions or () if v is None or all(v >= n for n in needed)]
        undone = undone or not enough
    if counted:
        return "value", not undone
    if not fitting:
        return "n/a", not undone
    if not held:
        return "not-interviewed", not undone
    return ("uncoded", False) if undone else ("zero", True)


def pair_of(unit: Unit) -> tuple[str | None, bool, Any]:
    return unit.perspective, unit.held, None if unit.transcript is None else [version for _, version in unit.done]


def cell(
    study: Study, rows: Sequence[Row], units: Sequence[Unit], asked: Asked, place: dict[str, str | None], measure: str,
    *, leaves: bool, possible: Sequence[str | None], every: Sequence[str] = (),
) -> tuple[int | None, str, bool]:  # fmt: skip
    """One cell: its value, its state, and whether it is complete. Rows, units: those chosen; `every`: codes shown."""
    code = place.get("code", ALL)
    inside = [row for row in rows if is_in(study, row, place, leaves=leaves)]
    count = measured(study, inside, measure, as_one=code != ALL)
    of_pairs = {name: level for name, level in place.items() if name not in OF_CODINGS and level != ALL}
    behind = [pair_of(unit) for unit in units if is_in(study, unit, of_pairs, leaves=leaves)]
    if not behind:
        candidates = [of_pairs["perspective"]] if "perspective" in of_pairs else possible
        behind = [(perspective, False, None) for perspective in candidates]
    codes = [str(code)]
    if code == ALL:
        codes = list(every if "code" in place else ()) or list(asked.codes)
    state, complete = state_of(study, behind, codes, count, leaves=leaves)
    return (count if state in ("value", "zero") else None), state, complete
