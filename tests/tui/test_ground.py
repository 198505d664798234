"""Walking over a text, laying it out, lanes, and which code is meant: what needs no screen."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from desks import TEXT, small
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.codebook import Code, Codebook
from qcode.tui.ground import UNITS, Ground, Unit
from qcode.tui.marks import Margin, Mark, lanes
from qcode.tui.page import Page, cells, shown, wrapped
from qcode.tui.ranking import ranked, typed
from qcode.tui.views import next_after, uncoded

GROUND = Ground(small().transcripts["2/boss"])
words = st.text("ab é漢👍. \t", max_size=60)


@given(words, st.integers(8, 30))
@settings(deadline=None)
def test_wrapping_loses_only_white_space_and_fits(text: str, width: int) -> None:
    rows = list(wrapped(text, 0, len(text), width))
    covered = {at for start, end in rows for at in range(start, end)}
    assert all(text[at].isspace() for at in range(len(text)) if at not in covered)
    assert all(cells(shown(text[start:end])) <= width for start, end in rows)
    assert all(one[1] <= other[0] for one, other in pairwise(rows))


@pytest.mark.parametrize("width", [8, 20, 70])
def test_a_page_knows_the_row_and_column_of_every_character(width: int) -> None:
    page = Page(GROUND, width)
    for number, row in enumerate(page.rows):
        for offset in range(row.start, row.end):
            assert page.row_of(offset) == number
            assert page.offset_at(number, page.column_of(offset)) == offset


@pytest.mark.parametrize("unit", UNITS)
def test_stepping_visits_every_unit_once_and_comes_back(unit: Unit) -> None:
    every = [part for block in range(len(GROUND.blocks)) for part in GROUND.parts(unit, block)]
    seen = [GROUND.unit_at(unit, GROUND.blocks[0][0])]
    while (after := GROUND.step(unit, seen[-1], 1)) != seen[-1]:
        assert GROUND.step(unit, after, -1) == seen[-1]
        seen.append(after)
    assert seen == every


def test_sentences_end_at_marks_but_not_at_abbreviations() -> None:
    from build import transcript

    ground = Ground(transcript("2/x", '**R:** We saw e.g. the café. "Really?" He said so… Yes.\n'))
    parts = [ground.text[slice(*span)] for span in ground.parts("sentence", 0)]
    assert parts == ["We saw e.g. the café.", '"Really?"', "He said so…", "Yes."]


stretches = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)).map(lambda p: (p[0], p[0] + p[1])), max_size=15)


@given(stretches)
@settings(deadline=None)
def test_those_that_share_a_row_are_in_different_lanes(given: list[tuple[int, int]]) -> None:
    ordered = sorted(given)
    found = lanes(ordered, 99)
    for (one, a), (other, b) in combinations(zip(ordered, found, strict=True), 2):
        assert a != b or one[1] < other[0] or other[1] < one[0]
    assert all(lane < 3 for lane in lanes(ordered, 3))


def test_a_label_stands_on_the_first_free_row_of_its_segment() -> None:
    page = Page(GROUND, 20)
    at = TEXT.index("She rang")
    margin = Margin(page, [Mark((at, at + 57), "S1", "red"), Mark((at, at + 30), "S2", "blue")], 3)
    first = page.row_of(at)
    found = [here.labels if (here := margin.at(row)) else [] for row in (first, first + 1)]
    assert [[mark.label for mark in labels] for labels in found] == [["S1"], ["S2"]]


@given(st.lists(st.tuples(st.integers(0, len(TEXT) - 2), st.integers(1, 80)), max_size=12))
@settings(deadline=None)
def test_the_margin_row_by_row_is_what_all_marks_together_make_of_it(given: list[tuple[int, int]]) -> None:
    """By lanes shared out over the whole page at once, and every row asked for each mark."""
    page = Page(GROUND, 20)
    spans = {(start, min(start + length, len(TEXT))) for start, length in given}
    marks = [Mark(span, str(n), "red") for n, span in enumerate(spans)]
    margin = Margin(page, marks, 3)
    ordered = sorted(marks, key=lambda mark: (mark.span[0], -mark.span[1]))
    stretches = [page.rows_of(mark.span) for mark in ordered]
    placed = [*zip(ordered, stretches, lanes(stretches, 3), strict=True)]
    for row in range(-1, len(page.rows) + 1):
        here = margin.at(row)
        touching = [(mark, lane) for mark, (first, last), lane in placed if first <= row <= last]
        assert (here.marks if here else []) == [mark for mark, _ in touching]
        brackets = here.brackets if here else {}
        assert {lane: mark for lane, (_, mark) in brackets.items()} == {lane: mark for mark, lane in touching}


def test_turns_without_a_code_are_those_of_respondents() -> None:
    said = [TEXT[slice(*span)] for span in uncoded(GROUND, [(TEXT.index("again"), TEXT.index("again") + 1)])]
    assert said == ["We agreed on two days.\nIt went well.", "He left in May."]


def test_next_goes_round() -> None:
    spans = [(0, 5), (10, 15), (10, 20)]
    assert next_after(spans, (0, 5), 1) == (10, 15)
    assert next_after(spans, (10, 15), 1) == (10, 20), "two that begin alike are both visited"
    assert next_after(spans, (10, 20), 1) == (0, 5)
    assert next_after(spans, (0, 5), -1) == (10, 20)
    assert next_after([], (0, 5), 1) is None


BOOK = Codebook(
    valences=(),
    codes=(
        Code("vertrouwensband", key="S7", label="Band van vertrouwen", aliases=("klik",), definition="Trust built up."),
        Code("selectie", key="T1", label="Selectie", perspectives=("employer",)),
        Code("concessies", key="T10", label="Over en weer toegeven"),
        Code("oud", key="S9", label="Vertrouwd", retired=True),
    ),
)


@pytest.mark.parametrize(
    ("letters", "best"),
    [
        ("s7", "vertrouwensband"),
        ("t1", "selectie"),
        ("t10", "concessies"),
        ("vtb", "vertrouwensband"),
        ("klik", "vertrouwensband"),
        ("built", "vertrouwensband"),
        ("weer over", "concessies"),
        ("selektie", "selectie"),
        ("consesies", "concessies"),
    ],
)
def test_letters_find_the_code_meant(letters: str, best: str) -> None:
    assert ranked(BOOK, letters, "nl")[0].id == best


def test_without_letters_those_preferred_come_first_and_those_that_do_not_apply_last() -> None:
    found = [code.id for code in ranked(BOOK, "", "nl", first=["concessies"], perspective="client")]
    assert found == ["concessies", "vertrouwensband", "selectie"]


def test_a_sign_at_the_end_is_a_valence_where_there_is_one() -> None:
    assert typed("s7+", ["helping"]) == ("s7", "helping")
    assert typed("s7-", ["helping"]) == ("s7-", None)
