"""Every kind that looks at text, as it is shown: whole, in every format, the same each time; and small ones by hand."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from samples import Sample, case, row, sample, samples

from qcode.core.errors import QcodeError, UnknownName
from qcode.core.model import Privacy
from qcode.core.query import Selection
from qcode.report.document import Column, Table
from qcode.report.formats import FORMATS, render
from qcode.report.kinds import Ask, document

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("frequencies", {}),
    ("frequencies", {"leaves": True}),
    ("coverage", {}),
    ("coverage", {"by": "perspective", "per": "code"}),
    ("coverage", {"by": "code", "per": "coder"}),
    ("cooccurrence", {}),
    ("cooccurrence", {"form": "matrix", "within": "1-turn", "value": "c"}),
    ("cooccurrence", {"form": "matrix", "within": "case", "value": "jaccard"}),
    ("cooccurrence", {"pair": ("tak", "los"), "within": "transcript"}),
    ("valence", {}),
    ("process", {"under": "tak"}),
    ("process", {"transitions": True, "under": "tak"}),
    ("configurations", {"condition": ["tak", "los"], "outcome_of": "goed"}),
    ("configurations", {"condition": ["een"], "form": "cases", "outcome_of": "goed"}),
    ("saturation", {"base": 1, "run": 1}),
    ("portrait", {}),
]


def ask(of: Sample, **other: Any) -> Ask:
    return Ask(of.study, of.rows, of.units, Selection(all_cases=True), **other)


def options(of: Sample, kind: str, given: dict[str, Any], *, evidence: bool) -> dict[str, Any]:
    more = {"transcript": next(iter(of.study.transcripts))} if kind == "portrait" else {}
    return {**given, **more, **({} if given.get("pair") else {"evidence": evidence})}


@settings(max_examples=40, deadline=None)
@given(
    samples(), st.sampled_from([asked for asked in ASKED if asked[0] != "frequencies"]), st.booleans(), st.booleans()
)
def test_every_kind_is_whole_in_every_format(
    of: Sample, asked: tuple[str, dict[str, Any]], ids: bool, evidence: bool
) -> None:
    """Frequencies take their time, fourteen measures: of these one study will do."""
    if of.study.transcripts:
        is_whole(of, asked, ids=ids, evidence=evidence)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_small_study_is_whole_in_every_format(asked: tuple[str, dict[str, Any]], some: Sample) -> None:
    is_whole(some, asked, ids=False, evidence=True)


def is_whole(of: Sample, asked: tuple[str, dict[str, Any]], *, ids: bool, evidence: bool) -> None:
    kind, given = asked
    made = document(kind, ask(of, ids=ids), **options(of, kind, given, evidence=evidence))
    for table in made.tables:
        assert {len(line) for line in (*table.rows, *table.plain)} <= {len(table.columns)}
        assert all(isinstance(cell, str) for line in (*table.rows, *table.plain) for cell in line)
        assert {len(line) for line in table.evidence} <= {len(table.columns)}
        assert len(table.evidence) in (0, len(table.rows), len(made.tables[0].evidence))
        assert len(table.depth) in (0, len(table.rows))
        assert not table.short or len(table.short) == 1 + len(table.rows) + bool(table.foot)
    assert made.meta["measure"]
    again = document(kind, ask(of, ids=ids), **options(of, kind, given, evidence=evidence))
    for form in FORMATS:
        text = render(made, form, width=80)
        assert text == render(again, form, width=80)
        if form == "table":
            assert max(cell_len(line) for line in str(text).splitlines()) <= 80
        if form == "json":
            assert json.loads(text)["report"] == kind


@settings(max_examples=30, deadline=None)
@given(samples(), st.sampled_from([a for a in ASKED if a[0] not in ("frequencies", "portrait") and "pair" not in a[1]]))
def test_no_small_count_goes_out(of: Sample, asked: tuple[str, dict[str, Any]]) -> None:
    """In a shared report no number from 1 to 2 is in a table, and its records hold what the tables do, no more."""
    kind, given = asked
    private = replace(of.study, settings=replace(of.study.settings, privacy=Privacy(minimum_cell=3)))
    whole = Ask(private, of.rows, of.units, Selection(all_cases=True), shared=True)
    if given.get("value", "count") != "count" or given.get("form") == "cases":
        with pytest.raises(QcodeError):
            document(kind, whole, **given)
        return
    made = document(kind, whole, **given)
    counts = [
        cell
        for table in made.tables
        for row in (*table.rows, *table.plain, table.foot)
        for column, cell in zip(table.columns, row, strict=False)
        if column.ours and column.label != "row"
    ]
    assert not {"1", "2", "1+", "2+"}.intersection(counts)
    assert kind != "valence" or len(made.tables) == 1
    assert len(made.records) == sum(len(table.plain or table.rows) for table in made.tables)


@pytest.fixture
def some() -> Sample:
    """Case 1: wg says `een` helped, gm that it hindered; `los` in the same words. Case 2: nothing is coded yet."""
    one, two = case("1", ["wg", "gm"]), case("2", ["wg", "wz"], outcome="slecht")
    rows = [
        row(one, "wg0", "een", 0, 9, valence="helping", section_phase="voor", id="a1"),
        row(one, "wg0", "los", 5, 9, section_phase="voor", id="b2"),
        row(one, "gm1", "een", 16, 20, valence="hindering", section_phase="na", id="c3"),
    ]
    return sample([one, two], rows, {"1/wg0": [("anna", None)], "1/gm1": [("anna", None)]})


def shown(of: Sample, kind: str, **given: Any) -> str:
    """The tables alone, as csv."""
    return str(render(document(kind, ask(of), **given), "csv"))


def test_valence_by_hand(some: Sample) -> None:
    blocks = shown(some, "valence").split("\n\n")
    assert blocks[0].splitlines()[1] == "T1 een,–,–,1"
    assert blocks[1].splitlines() == [
        "code,case,werkgever,gemeente,wz",
        "T1 een,1,helping,hindering,not-interviewed",
    ]


def test_process_by_hand(some: Sample) -> None:
    assert shown(some, "process", under="tak").splitlines() == [
        "case,before,erna",
        "1,T1,T1",
        "1/gm1,0,T1",
        "1/wg0,T1,0",
        "2,–,–",
        "2/wg0,.,.",
        "2/wz1,.,.",
    ]


def test_cooccurrence_by_hand(some: Sample) -> None:
    """One pair; two passages of `een`, one of `los`: 1 / (2 + 1 - 1). Turns: `een` in two, `los` in one of these."""
    assert shown(some, "cooccurrence").splitlines() == [
        "1st code,2nd code,both,1st,2nd,c,Jaccard",
        "T1 een,los,1,2,1,0.50,0.50",
    ]
    text = render(document("cooccurrence", ask(some), pair=("los", "een")), "md")
    assert "| los inside T1 | 1 | 1 | 1 |" in text
    assert "“een twee ”" in text
    assert "> — 1/wg0:1 · I · T1 een (helping) · anna · a1" in text


def test_coverage_and_frequencies_by_hand(some: Sample) -> None:
    """Two turns and five words in each of four transcripts, as its turns hold: in 1/wg0 two words, in 1/gm1 one."""
    rows = [*csv.reader(io.StringIO(shown(some, "coverage", by="case")))]
    assert rows[0] == [
        "case",
        "transcripts",
        "turns: all",
        "turns: coded",
        "turns: share",
        "words: all",
        "words: coded",
        "words: share",
    ]
    words = int(rows[1][5])
    assert rows[1] == ["1", "2", "4", "2", "50%", str(words), "3", f"{3 / words:.0%}"]
    assert rows[2][3] == "."
    rows = [*csv.reader(io.StringIO(shown(some, "frequencies", leaves=True)))]
    assert next(line for line in rows if line[0] == "T1 een") == ["T1 een", "2", "67%", "2", "2", "2", "3", "2", "1"]


def test_configurations_by_hand(some: Sample) -> None:
    assert shown(some, "configurations", condition=["een", "los"], form="cases", outcome_of="goed").splitlines() == [
        "case,T1,LOS,OUT",
        "1,1,1,1",
    ]
    assert shown(some, "configurations", condition=["een", "los"], outcome_of="goed").splitlines() == [
        "row,T1,LOS,OUT,n,incl,PRI,cases",
        "4,1,1,1,1,1.00,1.00,1",
    ]
    made = document("configurations", ask(some), condition=["een", "los"], outcome_of="goed")
    assert "2 (not yet coded: T1 LOS)" in made.notes[1]


def test_an_empty_study_says_so() -> None:
    bare = sample([case("1", ["wg", "gm"])], [], {})
    said = {
        "cooccurrence": "No two codes go together so.", "valence": "Of no code a valence is said.",
        "process": "No step is coded.", "saturation": "Not yet coded, so not in it: 1/gm1 1/wg0.",
        "configurations": "No case is known in all conditions.",
    }  # fmt: skip
    for kind, line in said.items():
        assert line in render(document(kind, ask(bare)), "table"), kind
    assert "Nothing is coded in it." in render(document("portrait", ask(bare), transcript="1/wg0"), "table")


def test_another_shape_is_refused(some: Sample) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("cooccurrence", {"form": "circle"}), ("cooccurrence", {"value": "n"}), ("configurations", {"form": "circle"}),
        ("portrait", {"transcript": "1/wg0", "by": "words"}), ("coverage", {"by": "weather"}),
    ]  # fmt: skip
    for kind, asked in wrong:
        with pytest.raises(UnknownName):
            document(kind, ask(some), **asked)


def test_evidence_names_all_that_a_row_is_of() -> None:
    """A row whose cells rest on the same segments has one line; one with one cell names it."""
    words = (Column("code", "left", named=True), Column("case", "left", named=True))
    table = Table(
        [*words, Column("n"), Column("m")],
        [["A", "1", "2", "3"], ["B", "2", "4", "0"], ["C", "3", "0", "0"], ["D", "4", "1", "1"]],
        evidence=[[(), (), ["x", "y"], ["x", "y"]], [(), (), ["z"], ()], [(), (), (), ()], [(), (), ["p"], ["q"]]],
    )
    assert table.under == ["A / 1: x, y", "B / 2 / n: z", "D / 4 / n: p", "D / 4 / m: q"]


@settings(max_examples=25, deadline=None)
@given(samples())
def test_patterns_shows_what_a_matrix_of_cases_does(of: Sample) -> None:
    """By outcome and by perspective, code by code: the same numbers, the same marks, the same reasons for none."""
    table = document("patterns", ask(of)).tables[0]
    for group in ("outcome", "perspective"):
        matrix = document("matrix", ask(of), rows="code", cols=group, measure="cases", leaves=True).tables[0]
        cells = {(line[0], c.label): text for line in matrix.rows for c, text in zip(matrix.columns, line, strict=True)}
        for line in table.rows:
            own = {(line[0], c.label): text for c, text in zip(table.columns, line, strict=True) if c.group == group}
            assert own == {place: cells[place] for place in own}
