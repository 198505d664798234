"""Every matrix against a counter that goes cell by cell: all dimensions, measures, selections, totals and shares."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from brute import ALL, OF_CODINGS, Asked, cell, chosen_rows, in_pair, is_in, is_under, value_of
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import BOOK, Sample, samples

from qcode.analysis.cells import TOTAL
from qcode.analysis.matrix import matrix
from qcode.core.model import Study
from qcode.core.query import selection
from qcode.core.rows import Row, Unit

DIMENSIONS = [
    "code", "case", "transcript", "perspective", "phase", "section-phase", "valence", "outcome", "coder", "speaker",
    "sector",
]  # fmt: skip
MEASURES = ["passages", "codings", "segments", "turns", "transcripts", "cases", "presence", "words"]

ASKED = [
    Asked(),
    Asked(all_cases=True),
    Asked(cases=["2", "10"]),
    Asked(phases=["na"]),
    Asked(perspectives=["wg"]),
    Asked(outcomes=["goed"], all_cases=True),
    Asked(codes=["twee", "los"]),
    Asked(where="valence = helping", codings=lambda row: row.valence == "helping",
          levels=lambda dimension, level: dimension != "valence" or level == "helping"),
    Asked(where='NOT perspective = gm AND code != twee', units=lambda study, thing: thing.perspective != "gm",
          codings=lambda row: row.code not in ("twee", "diep"),
          levels=lambda dimension, level: (dimension, level) not in
          [("perspective", "gm"), ("code", "twee"), ("code", "diep")]),
]  # fmt: skip
DECLARED = {
    "perspective": ["wg", "gm", "wz"], "outcome": ["goed", "slecht"], "phase": ["voor", "na"],
    "section-phase": ["voor", "na"], "valence": ["helping", "hindering", "both"], "speaker": ["I", "R"],
}  # fmt: skip


def _number_first(level: str) -> tuple[int, str]:
    """Enough of the natural order for the names in the samples."""
    head = level.split("/")[0]
    return (int(head) if head.isdecimal() else 99, level)


def _levels(
    study: Study, dimension: str, rows: list[Row], units: list[Unit], cases: list[str], asked: Asked, leaves: bool
) -> list[str | None]:
    if dimension == "code":
        found = _codes(study, rows, leaves)
    elif dimension == "case":
        found = list(cases)
    else:
        met: Iterable[str | None]
        if dimension == "transcript":
            met = {unit.transcript for unit in units} - {None}
        elif dimension == "perspective":
            met = {unit.perspective for unit in units}
        elif dimension in ("outcome", "sector"):
            met = {
                c.outcome if dimension == "outcome" else c.attributes.get("sector")
                for c in study.cases
                if c.id in cases
            }
        else:
            met = {value_of(study, row, dimension) for row in rows}
        declared = DECLARED.get(dimension, [*study.settings.coders] if dimension == "coder" else [])
        others = sorted({level for level in met if level} - set(declared), key=_number_first)
        found = [*declared, *others, *([None] if None in met else [])]
    own = {"case": asked.cases, "phase": asked.phases, "perspective": asked.perspectives, "outcome": asked.outcomes}
    if asked.codes:
        own["code"] = [code for code in found if code and any(is_under(study, code, top) for top in asked.codes)]
    kept = own.get(dimension) or found
    return [level for level in found if level in kept and asked.levels(dimension, level)]


def _codes(study: Study, rows: list[Row], leaves: bool) -> list[str | None]:
    found: list[str | None] = []
    for code in BOOK.codes:
        own = any(row.code == code.id for row in rows)
        coded = own if leaves else any(is_under(study, row.code, code.id) for row in rows)
        leaf = not any(other.parent == code.id for other in BOOK.codes)
        if coded or (not code.retired and (leaf or not leaves)):
            found.append(code.id)
    return [*found, *sorted({row.code for row in rows} - {code.id for code in BOOK.codes})]


def _cases(study: Study, units: list[Unit], asked: Asked) -> list[str]:
    """A chosen case has an interview that was chosen, or a perspective that would have been, had it been planned."""
    perspectives = dict.fromkeys(["wg", "gm", "wz", *(unit.perspective for unit in units)])
    found = []
    for case in study.cases:
        might = [Unit(case.id, p, None, case.outcome, False, True, ()) for p in perspectives]
        if any(in_pair(study, asked, unit) for unit in [*might, *(u for u in units if u.case == case.id)]):
            found.append(case.id)
    return sorted(found, key=_number_first)


@settings(max_examples=120, deadline=None)
@given(
    samples(), st.permutations(DIMENSIONS), st.booleans(), st.sampled_from(MEASURES),
    st.sampled_from(["row", "col", "all", None]), st.booleans(), st.booleans(), st.sampled_from(ASKED),
)  # fmt: skip
def test_every_cell_is_what_counting_by_hand_gives(
    sample: Sample, dims: list[str], split: bool, measure: str, share: Any, totals: bool, leaves: bool, asked: Asked
) -> None:
    study, third = sample.study, dims[2] if split else None
    if "sector" in dims[:3] and not any(case.attributes for case in study.cases):
        return
    given_flags = {
        "cases": [c for c in asked.cases if c in study.case_by_id], "phases": asked.phases, "codes": asked.codes,
        "perspectives": asked.perspectives, "outcomes": asked.outcomes,
    }  # fmt: skip
    if asked.cases:
        asked = Asked(cases=given_flags["cases"])
    chosen = selection(study, **given_flags, where=asked.where, all_cases=asked.all_cases)
    found = matrix(
        study, sample.rows, sample.units, chosen, dims[0], dims[1],
        split=third, measure=measure, share=share, totals=totals, leaves=leaves,
    )  # fmt: skip

    rows = chosen_rows(study, sample.rows, asked)
    units = [unit for unit in sample.units if in_pair(study, asked, unit)]
    cases = _cases(study, units, asked)
    levels = [_levels(study, d, rows, units, cases, asked, leaves) for d in dims[:2]]
    splits = _levels(study, third, rows, units, cases, asked, leaves) if third else [ALL]
    possible = [*dict.fromkeys(["wg", "gm", "wz", *(unit.perspective for unit in units)])]
    every = [str(level) for some, d in zip(levels, dims, strict=False) if d == "code" for level in some]
    assert [found.rows.levels, found.cols.levels] == [tuple(some) for some in levels]

    def count(row: str | None, col: str | None, part: str | None) -> tuple[int | None, str, bool]:
        place = {dims[0]: row, dims[1]: col, **({third: part} if third else {})}
        return cell(study, rows, units, asked, place, measure, leaves=leaves, possible=possible, every=every)

    def behind_column(col: str | None, part: str | None) -> int:
        place = {dims[1]: col, **({third: part} if third else {})}
        fixed = {d: at for d, at in place.items() if d not in OF_CODINGS and at != ALL}
        return len({u.case for u in units if u.held and is_in(study, u, fixed, leaves=leaves)})

    expected: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in [*levels[0], *([ALL] if totals else [])]:
        for col in [*levels[1], *([ALL] if totals else [])]:
            for part in splits:
                value, state, complete = count(row, col, part)
                wholes = {"row": (row, ALL), "col": (ALL, col), "all": (ALL, ALL)}
                whole = count(*wholes[share], part)[0] if share else None
                if share == "col" and measure == "cases":
                    whole = behind_column(col, part)
                part_of = value / whole if value is not None and whole else None
                key = tuple(TOTAL if level == ALL else level for level in (row, col, part))
                expected[key] = (value, state, complete, part_of)
    for col, part in product([*levels[1], *([ALL] if totals else [])], splits):
        key = tuple(TOTAL if level == ALL else level for level in (col, part))
        assert found.of[key[0], key[1]] == behind_column(col, part)
    assert {tuple(key): tuple(it[:4]) for key, it in found.cells.items()} == expected
