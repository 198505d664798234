"""Frequencies and coverage, against counting characters, words and turns one at a time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from brute import Asked, case_of, chosen_rows, is_in, is_studied, is_under, measured, passages, span_of
from hypothesis import given, settings
from samples import TEXT, Sample, case, row, sample, samples

from qcode.analysis.cells import TOTAL, Cell, Key
from qcode.analysis.coverage import coverage, said
from qcode.analysis.frequencies import COUNTS, frequencies
from qcode.analysis.matrix import matrix
from qcode.core.errors import QcodeError
from qcode.core.layout import Layout, read_markdown
from qcode.core.query import Selection
from qcode.core.rows import Row


@settings(max_examples=40, deadline=None)
@given(samples())
def test_every_measure_of_every_code_is_what_counting_by_hand_gives(of: Sample) -> None:
    rows = chosen_rows(of.study, of.rows, Asked())
    every = passages(rows, as_one=False)
    for leaves in (False, True):
        found = frequencies(of.study, of.rows, of.units, Selection(), leaves=leaves, evidence=True)
        for record in found.records:
            own = [r for r in rows if is_in(of.study, r, {"code": record["code"]}, leaves=leaves)]
            assert record["evidence"] == list(dict.fromkeys(record["evidence"]))
            assert set(record["evidence"]) == {r.id for r in own if r.id}
            if record["state"] in ("value", "zero"):
                assert [record[m] for m in COUNTS] == [measured(of.study, own, m, as_one=True) for m in COUNTS]
                assert record["share"] == (passages(own, as_one=True) / every if every else None)
            else:
                assert not own
                assert all(record[m] is None for m in (*COUNTS, "share"))
        assert found.total == {m: measured(of.study, rows, m, as_one=False) for m in COUNTS}
        assert found.complete == _total_of_a_matrix(of, leaves=leaves).complete


def _total_of_a_matrix(of: Sample, *, leaves: bool) -> Cell:
    """All codes by a dimension: the same codings and the same interviews are behind the total of both."""
    found = matrix(of.study, of.rows, of.units, Selection(), "code", "outcome", totals=True, leaves=leaves)
    return found.cells[Key(TOTAL, TOTAL, TOTAL)]


def _words() -> list[set[int]]:
    """The characters of each word of TEXT that lies in a turn: its second turn begins at 16."""
    return [set(range(*m.span())) for m in re.finditer(r"\S+", TEXT) if m.end() <= 9 or 16 <= m.start() < 26]


@settings(max_examples=60, deadline=None)
@given(samples())
def test_coverage_is_what_touching_words_one_by_one_gives(of: Sample) -> None:
    """All samples have the same text, whose speaker has no role: both turns are the respondent's."""
    rows = chosen_rows(of.study, of.rows, Asked())
    texts = {
        u.transcript for u in of.units if u.held and u.transcript and is_studied(of.study, case_of(of.study, u.case))
    }
    found = coverage(of.study, of.rows, of.units, Selection(), "transcript", "code")
    for (name, code), cell in found.cells.items():
        here = {name} & texts if name != TOTAL else texts
        own = [r for r in rows if r.transcript in here and (code == TOTAL or is_under(of.study, r.code, str(code)))]
        touched = sum(_touched(name, own) for name in here)
        turns = {(r.transcript, t) for r in own for t, (a, b) in enumerate([(0, 9), (16, 26)]) if _meets(r, a, b)}
        assert (cell.transcripts, cell.turns, cell.words) == (len(here), 2 * len(here), len(_words()) * len(here))
        assert (cell.words_coded, cell.turns_coded) == (touched, len(turns))


def _meets(one: Row, start: int, end: int) -> bool:
    return bool(set(range(start, end)).intersection(range(*span_of(one))))


def _touched(name: str | None, rows: list[Row]) -> int:
    under = {at for r in rows if r.transcript == name for at in range(*span_of(r))}
    return sum(bool(word & under) for word in _words())


def test_a_coder_is_measured_by_the_transcripts_that_coder_began() -> None:
    """Of the seven words of TEXT five are in turns: een twee, vier vijf zes → by hand, anna touches een, twee, vier."""
    one = case("1", ["wg", "gm"])
    rows = [row(one, "wg0", "een", 0, 5), row(one, "wg0", "los", 17, 19), row(one, "gm1", "een", 0, 3, coder="bram")]
    some = sample([one], rows, {"1/wg0": [("anna", None)], "1/gm1": [("bram", None)]})
    found = coverage(some.study, some.rows, some.units, Selection(), "coder")
    anna, bram, both = (found.cells[level, TOTAL] for level in ("anna", "bram", TOTAL))
    words = len(_words())
    assert (anna.transcripts, anna.words_coded, anna.words) == (1, 3, words)
    assert (bram.transcripts, bram.words_coded, bram.share) == (1, 1, 1 / words)
    assert (both.transcripts, both.words_coded, both.words) == (2, 4, 2 * words)
    assert anna.turns_coded == 2


def test_what_the_interviewer_says_is_no_part_of_it_nor_the_marks_that_open_turns() -> None:
    text = "---\nperspective: wg\n---\n# Kop hier\n\n**I:** Hoe ging dat?\n\n**R:** Goed, ja.\n\nEn verder niets.\n"
    layout = read_markdown(text, 25, {"I": "interviewer", "R": "respondent"})
    transcript = replace(case("1", ["wg"]).transcripts[0], text=text, layout=layout)
    found = said(transcript)
    words = [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)]
    assert words == ["Goed,", "ja.", "En", "verder", "niets."]
    assert found.turns == {1}


def test_a_text_without_turns_is_all_of_its_body() -> None:
    text = "---\nperspective: wg\n---\nEen notitie van het gesprek."
    found = said(replace(case("1", ["wg"]).transcripts[0], text=text, layout=Layout(text)))
    words = [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)]
    assert words == ["Een", "notitie", "van", "het", "gesprek."]
    assert not found.turns


@pytest.mark.parametrize(("by", "per"), [("valence", None), ("transcript", "phase"), ("code", "code")])
def test_coverage_of_what_texts_do_not_have_is_refused(by: str, per: str | None) -> None:
    some = sample([case("1", ["wg", "gm"])], [], {})
    with pytest.raises(QcodeError):
        coverage(some.study, some.rows, some.units, Selection(), by, per)
