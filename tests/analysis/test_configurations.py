"""Truth tables: against grouping cases by looking at each, and one worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brute import Asked, case_of, chosen_rows, is_under
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import BOOK, Sample, case, row, sample, samples

from qcode.analysis.configurations import Configurations, configurations
from qcode.core.codebook import Code
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.query import Selection
from qcode.report.configurations import variables
from qcode.report.kinds import Ask

CONDITIONS = ["tak", "T1", "los"]


def found_in(of: Sample, outcome: str | None = None, *, cut: float = 1.0) -> Configurations:
    return configurations(
        of.study, of.rows, of.units, Selection(all_cases=True), conditions=CONDITIONS, outcome=outcome, cut=cut
    )


@settings(max_examples=60, deadline=None)
@given(samples(), st.sampled_from(["goed", "slecht"]))
def test_every_case_is_in_the_row_that_is_like_it(of: Sample, outcome: str) -> None:
    rows = chosen_rows(of.study, of.rows, Asked(all_cases=True))
    if not any(c.outcome for c in of.study.cases):
        return
    found = found_in(of, outcome, cut=0.5)
    known = {c.case for c in found.cases if c.known}
    for one in found.cases:
        there = tuple(
            any(r.case == one.case and is_under(of.study, r.code, code) for r in rows) for code in ("tak", "een", "los")
        )
        assert tuple(state == "value" for state in one.states) == there
        assert one.known == (one.outcome is not None and all(state in ("value", "zero") for state in one.states))
        if one.known:
            (mine,) = [row for row in found.rows if one.case in row.cases]
            assert mine.values == tuple(map(int, there))
            assert mine.row == 1 + int("".join(str(int(t)) for t in there), 2)
    assert sorted(name for row in found.rows for name in row.cases) == sorted(known)
    assert len({row.values for row in found.rows}) == len(found.rows)
    for line in found.rows:
        having = sum(case_of(of.study, name).outcome == outcome for name in line.cases)
        assert line.consistency == having / len(line.cases)
        assert line.out == (having >= len(line.cases) / 2)
        assert sum(line.outcomes.values()) == len(line.cases)


def test_a_truth_table_by_hand() -> None:
    """Two cases 110 with outcomes good and bad; one 000, wholly coded; one of which `los` is not known; one without."""
    cases = [
        case("1", ["wg", "wz"]), case("2", ["wg", "wz"], outcome="slecht"), case("3", ["wg", "wz"]),
        case("4", ["wg", "gm"], absent=["wz"]), case("5", ["wg", "wz"], outcome=None),
    ]  # fmt: skip
    rows = [row(cases[n], "wg0", "een", 0, 4) for n in (0, 1, 3)]
    done = {f"{c.id}/{t.stem}": [("anna", None)] for c in cases for t in c.transcripts}
    some = sample(cases, rows, {name: [*coders] for name, coders in done.items()})
    found = found_in(some)
    assert found.outcome == "goed"
    assert [(r.row, r.values, r.cases, r.consistency, r.out, r.contradictory) for r in found.rows] == [
        (7, (1, 1, 0), ("1", "2"), 0.5, 0, True), (1, (0, 0, 0), ("3",), 1.0, 1, False)
    ]  # fmt: skip
    left = {c.case: (c.states[2], c.member) for c in found.cases if not c.known}
    assert left == {"4": ("not-interviewed", 1), "5": ("zero", None)}
    assert found_in(some, cut=0.5).rows[0].out == 1


def test_what_cannot_be_compared_is_told() -> None:
    """The outcomes of the samples' codebook are goed and slecht; without declared ones and any met there is none."""
    some = sample([case("1", ["wg", "gm"], outcome=None)], [], {})
    asked = some.study, some.rows, some.units, Selection()
    with pytest.raises(UnknownName):
        configurations(*asked, conditions=["nergens"])
    with pytest.raises(UnknownName):
        configurations(*asked, conditions=["een"], outcome="prachtig")
    bare = replace(some.study, codebook=replace(BOOK, outcomes=()))
    with pytest.raises(QcodeError, match="no case has an outcome"):
        configurations(bare, [], some.units, Selection(), conditions=["een"])
    empty = replace(some.study, codebook=replace(BOOK, codes=()))
    with pytest.raises(QcodeError, match="no code to compare"):
        configurations(empty, [], some.units, Selection())


def test_variables_are_names_that_r_takes() -> None:
    """Letters, digits and low lines, beginning with a letter, in capitals, each once, none that another column has."""
    codes = [Code("a", key="S1"), Code("s-1"), Code("s_1"), Code("1e-keer"), Code("оценка"), Code("out"), Code("één")]
    some = sample([case("1", ["wg", "gm"])], [], {})
    study = replace(some.study, codebook=replace(BOOK, codes=tuple(codes)))
    found = variables(Ask(study, [], [], Selection()), [code.id for code in codes])
    assert [*found.values()] == ["S1", "S_1", "S_1_2", "X1E_KEER", "C5", "OUT_2", "EEN"]
