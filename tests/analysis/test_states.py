"""Each state of a cell, its total, share and N, worked out by hand on studies of one or two cases."""

from __future__ import annotations

from typing import Any

import pytest
from samples import Sample, case, row, sample

from qcode.analysis.cells import TOTAL, Cell, Key, Matrix
from qcode.analysis.matrix import matrix
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.query import Selection, selection


def counted(of: Sample, rows: str, cols: str, chosen: Selection | None = None, **options: Any) -> Matrix:
    return matrix(of.study, of.rows, of.units, chosen or Selection(), rows, cols, **options)


def states(found: Matrix, code: str) -> list[str]:
    return [found.cells[Key(code, level)].state for level in found.cols.levels]


ONE = case("1", ["wg", "gm"], absent=["wz"])


def test_nothing_coded_where_somebody_is_done_is_zero_and_elsewhere_not_yet_coded() -> None:
    some = sample([ONE], [], {"1/wg0": [("anna", 4)]})
    # wz was planned and not held.
    assert states(counted(some, "code", "perspective"), "een") == ["zero", "uncoded", "not-interviewed"]
    # `twee`, or `diep` below it, applies to wg and gm; `los` to wz alone.
    assert states(counted(some, "code", "perspective"), "twee") == ["zero", "uncoded", "n/a"]
    assert states(counted(some, "code", "perspective"), "los") == ["n/a", "n/a", "not-interviewed"]


def test_done_before_the_code_was_there_is_not_done_for_that_code() -> None:
    some = sample([ONE], [], {"1/wg0": [("anna", 2)], "1/gm1": [("bram", None)]})
    # `twee` came with version 3; with `tak`, which holds it, goes the same.
    assert states(counted(some, "code", "perspective"), "twee") == ["uncoded", "zero", "n/a"]
    assert states(counted(some, "code", "perspective"), "tak") == ["uncoded", "zero", "not-interviewed"]
    assert states(counted(some, "code", "perspective"), "diep") == ["zero", "zero", "n/a"]


def test_a_count_over_interviews_that_are_not_all_coded_is_incomplete() -> None:
    some = sample([ONE], [row(ONE, "wg0", "een", 0, 4)], {"1/wg0": [("anna", 4)]})
    found = counted(some, "code", "perspective", totals=True)
    assert found.cells[Key("een", "wg")] == Cell(1, "value", True)
    assert found.cells[Key("een", TOTAL)] == Cell(1, "value", False)


def test_held_without_a_transcript_is_not_yet_coded() -> None:
    held = case("1", ["wg", "gm"])
    some = sample([held], [], {"1/wg0": [("anna", 4)], "1/gm1": [("anna", 4)]})
    units = [unit._replace(transcript=None, done=()) if unit.perspective == "gm" else unit for unit in some.units]
    found = counted(Sample(some.study, [], units), "code", "case")
    assert found.cells[Key("een", "1")] == Cell(None, "uncoded", False)
    assert found.cells[Key("los", "1")] == Cell(None, "n/a", True)


def test_a_perspective_never_planned_was_not_interviewed_or_does_not_apply() -> None:
    some = sample([case("1", ["wg", "gm"])], [], {})
    found = counted(some, "code", "perspective")
    assert [found.cells[Key(code, "wz")].state for code in ("een", "twee", "los")] == [
        "not-interviewed", "n/a", "not-interviewed"
    ]  # fmt: skip


def test_cases_that_are_not_studied_count_only_when_asked_for() -> None:
    small = case("2", ["wg"])
    some = sample([ONE, small], [row(small, "wg0", "een", 0, 4)], {})
    assert counted(some, "code", "case").cols.levels == ("1",)
    found = counted(some, "code", "case", Selection(all_cases=True))
    assert found.cols.levels == ("1", "2")
    assert found.cells[Key("een", "2")].value == 1


def test_spans_that_touch_are_two_passages_and_spans_that_overlap_in_a_chain_are_one() -> None:
    spans = [(0, 4), (4, 8), (10, 20), (12, 14), (18, 25)]
    some = sample([ONE], [row(ONE, "wg0", "een", a, b, coder=f"c{a}") for a, b in spans], {})
    assert counted(some, "code", "case").cells[Key("een", "1")].value == 3
    # "een twee" is two words under two spans that touch; 10 to 25 holds "drie", "vier" and "vijf".
    assert counted(some, "code", "case", measure="words").cells[Key("een", "1")].value == 5
    assert counted(some, "code", "case", measure="turns").cells[Key("een", "1")].value == 2


def test_a_branch_joins_what_its_codes_cover_and_a_total_counts_each_code() -> None:
    some = sample([ONE], [row(ONE, "wg0", "een", 0, 6), row(ONE, "wg0", "diep", 4, 9)], {})
    found = counted(some, "code", "case", totals=True, share="col")
    assert found.cells[Key("tak", "1")][:2] == (1, "value")
    assert found.cells[Key(TOTAL, "1")][:2] == (2, "value")
    assert found.cells[Key("tak", "1")].share == 0.5


def test_a_share_of_cases_is_of_the_studied_cases_in_that_column() -> None:
    other = case("2", ["wg", "gm"])
    third = case("3", ["wg", "gm"], outcome="slecht")
    some = sample([ONE, other, third], [row(ONE, "wg0", "een", 0, 6)], {})
    found = counted(some, "code", "outcome", measure="cases", share="col")
    assert found.cells[Key("een", "goed")][:4] == (1, "value", False, 0.5)
    assert found.of == {("goed", TOTAL): 2, ("slecht", TOTAL): 1}


def test_the_records_are_one_per_cell_and_a_total_says_so() -> None:
    some = sample([ONE], [row(ONE, "wg0", "een", 0, 4)], {"1/wg0": [("anna", 4)], "1/gm1": [("anna", 4)]})
    records = counted(some, "code", "case", totals=True, evidence=True).records()
    assert records[1] == {
        "code": "een", "case": "1", "passages": 1, "state": "value", "complete": True, "evidence": ["s0-4"]
    }  # fmt: skip
    assert records[-1] == {
        "code": None, "case": None, "passages": 1, "state": "value", "complete": True, "evidence": ["s0-4"],
        "total": ["code", "case"],
    }  # fmt: skip


def test_the_meta_names_what_was_left_out() -> None:
    lost = row(ONE, "wg0", "een", 0, 4)._replace(start=None, end=None, state="lost", counted=False)
    some = sample([ONE], [row(ONE, "wg0", "een", 0, 4), lost], {})
    chosen = selection(some.study, codes=["tak"], where="NOT (outcome = slecht OR perspective = wz)")
    meta = counted(some, "code", "case", chosen).meta
    assert meta["filter"] == "code = tak AND NOT (outcome = slecht OR perspective = wz)"
    assert (meta["cases"], meta["codings"], meta["not_found"], meta["coders"]) == (1, 1, 1, ["anna"])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"rows": "sectr", "cols": "code"}, UnknownName),
        ({"rows": "code", "cols": "code"}, QcodeError),
        ({"rows": "code", "cols": "case", "measure": "pasages"}, UnknownName),
        ({"rows": "code", "cols": "case", "share": "column"}, UnknownName),
    ],
)
def test_what_cannot_be_counted_is_refused(options: dict[str, Any], error: type[QcodeError]) -> None:
    with pytest.raises(error):
        counted(sample([ONE], [], {}), **options)


def test_n_counts_the_cases_with_an_interview_held_there() -> None:
    some = sample([ONE, case("2", ["wg", "wz"])], [row(ONE, "wg0", "een", 0, 4)], {})
    found = counted(some, "code", "perspective", measure="cases", share="col", totals=True)
    # In case 1 wz was planned and not held.
    assert found.of == {("wg", TOTAL): 2, ("gm", TOTAL): 1, ("wz", TOTAL): 1, (TOTAL, TOTAL): 2}
    assert found.cells[Key("een", "wg")].share == 0.5


def test_a_total_over_codes_is_as_incomplete_as_any_of_them_and_does_not_apply_where_none_does() -> None:
    some = sample([ONE], [row(ONE, "wg0", "een", 0, 4)], {"1/wg0": [("anna", 2)], "1/gm1": [("anna", 4)]})
    # `twee` came with version 3, so anna's work with version 2 is not done for it.
    found = counted(some, "code", "perspective", Selection(codes=("een", "twee")), totals=True)
    assert found.cells[Key("een", "wg")] == Cell(1, "value", True)
    assert found.cells[Key(TOTAL, "wg")] == Cell(1, "value", False)
    lone = counted(some, "code", "perspective", Selection(codes=("twee",)), totals=True)
    assert [lone.cells[Key(TOTAL, level)].state for level in ("wg", "gm", "wz")] == ["uncoded", "zero", "n/a"]
    # Without a selection, too, by the codes in the table: one of them applies to wz.
    whole = counted(some, "code", "perspective", totals=True)
    assert whole.cells[Key(TOTAL, "wz")].state == "not-interviewed"
    assert not whole.cells[Key(TOTAL, "wg")].complete
