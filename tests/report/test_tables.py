"""What each report shows for a small study worked out by hand: labels, marks, legend, N, and the line under it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qcode.core.codebook import Code, Codebook, Level
from qcode.core.layout import Layout
from qcode.core.model import Case, CodingSet, Interview, Observation, Settings, Study, Transcript
from qcode.core.query import Selection
from qcode.core.rows import Row, units
from qcode.report.formats import render
from qcode.report.kinds import Ask
from qcode.report.kinds import document as made

BOOK = Codebook(
    version=2,
    language="nl",
    phases=(Level("na", "erna"),),
    perspectives=(Level("wg", {"nl": "werkgever", "en": "employer"}), Level("wz", "werkzoekende")),
    outcomes=(Level("goed"),),
    valences=(Level("helping", "helpend"),),
    codes=(
        Code("tak", key="T", label={"nl": "Tak", "en": "Branch"}),
        Code("een", key="T1", label="=Eén", parent="tak", phase="na"),
        Code("los", perspectives=("wz",)),
    ),
)


def _transcript(perspective: str) -> Transcript:
    return Transcript("7", perspective, f"cases/7/{perspective}.md", perspective, "abcdefgh", "0" * 40, Layout())


WG, WZ = _transcript("wg"), _transcript("wz")
CASE = Case(
    "7", "cases/7", "goed", {"regio": "[b]oost"},
    (Interview("wg", transcript=WG), Interview("wz", transcript=WZ)), (WG, WZ),
    observations=(Observation("o", illustrates=("een",)),),
)  # fmt: skip
STUDY = Study(
    Settings(coders={"anna": "Anna A."}), BOOK, (CASE,),
    (CodingSet("wg.md", "anna", status="done", case="7"), CodingSet("wz.md", "anna", case="7")),
)  # fmt: skip


def _row(code: str, stem: str, start: int, end: int, valence: str | None = None) -> Row:
    return Row(
        f"s{start}", "7", f"7/{stem}", stem, "goed", None, None, "anna", code, valence, None, 1, start, end, "",
        "exact", None, 0, 1, 0, 1, start, True,
    )  # fmt: skip


ROWS = [_row("een", "wg", 0, 3, "helping"), _row("een", "wg", 2, 5), _row("een", "wz", 0, 3)]
UNITS = units(STUDY)
ASK = Ask(STUDY, ROWS, UNITS, Selection())
UNDER = "passages · 1 case · 2 transcripts · coded by anna · 3 codings · codebook version 2\n"


def test_a_matrix_in_the_language_of_the_study() -> None:
    found = made("matrix", ASK, rows="code", cols="perspective")
    assert render(found, "table") == (
        "code       werkgever  werkzoekende\n"
        "──────────────────────────────────\n"
        "T Tak              1            1+\n"
        "  T1 =Eén          1            1+\n"
        "los              n/a             .\n"
        "\n"
        "N (cases)          1             1\n"
        "n/a = the code does not apply · . = not yet coded · + = not all of it coded yet\n" + UNDER
    )
    assert render(found, "csv") == ("code,werkgever,werkzoekende\nT Tak,1,1\nT1 =Eén,1,1\nlos,n/a,.\n")


def test_a_matrix_in_another_language_by_id_and_with_what_it_rests_on() -> None:
    options: dict[str, Any] = {"rows": "perspective", "cols": "case", "split": "code", "evidence": True}
    english = render(made("matrix", replace(ASK, language="en", commit="1a2b3c+dirty"), **options), "md")
    assert english.splitlines()[0] == "| perspective | T Branch: 7 | T1 \\=Eén: 7 | los: 7 |".replace("\\=", "=")
    assert "employer / 7 / T Branch: s0, s2" in english
    assert english.endswith("codebook version 2 · commit 1a2b3c\\+dirty\n".replace("\\", ""))
    by_id = render(made("matrix", replace(ASK, ids=True), **options), "csv")
    assert by_id.startswith("perspective,tak: 7,een: 7,los: 7\nwg,1,1,n/a\n")


def test_totals_and_shares_stand_in_the_table() -> None:
    found = made("matrix", ASK, rows="code", cols="perspective", totals=True, share="row", measure="codings")
    assert render(found, "csv").splitlines()[1:] == [
        "T Tak,2 (67%),1 (33%),3 (100%)",
        "T1 =Eén,2 (67%),1 (33%),3 (100%)",
        "los,n/a,.,.",
        "total,2 (67%),1 (33%),3 (100%)",
    ]


def test_patterns_mark_where_a_code_is_told_as_an_example() -> None:
    found = made("patterns", ASK)
    text = render(found, "csv").splitlines()
    assert text[0].startswith("code,phase,cases,outcome: goed,perspective: werkgever,perspective: werkzoekende,")
    assert text[0].endswith("valence: helpend,valence: hindering,valence: both,valence: disputed,valence: none")
    assert text[1] == "T1 =Eén,erna,7*,1,1,1,1,.,.,.,1"
    assert text[2] == "los,–,,.,n/a,.,.,.,.,.,."
    assert "* = told as an example in that case" in render(found, "table", width=80)


def test_cases_with_their_attributes() -> None:
    assert render(made("cases", ASK), "table") == (
        "case  outcome  planned  held  perspectives             studied  passages  regio\n"
        "─────────────────────────────────────────────────────────────────────────────────\n"
        "7     goed           2     2  werkgever, werkzoekende      yes         2  [b]oost\n" + UNDER
    )


def test_patterns_and_cases_tell_what_is_behind_their_numbers() -> None:
    """By hand: the employer's s0 and s2 overlap, one passage that helps; the client's s0 says nothing."""
    (table,) = made("patterns", ASK, evidence=True).tables
    (case,) = made("cases", ASK, evidence=True).tables
    behind = dict(zip([f"{c.group}: {c.label}" for c in table.columns], table.evidence[0], strict=True))
    assert {name: ids for name, ids in behind.items() if ids} == {
        ": cases": ["s0", "s2"],
        "outcome: goed": ["s0", "s2"],
        "perspective: werkgever": ["s0", "s2"],
        "perspective: werkzoekende": ["s0"],
        "valence: helpend": ["s0", "s2"],
        "valence: none": ["s0"],
    }
    assert [ids for ids in table.evidence[1] if ids] == []
    assert [ids for ids in case.evidence[0] if ids] == [["s0", "s2"]]
