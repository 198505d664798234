"""Rows: one per coding, with its place, phase and whether it counts. Counts of words and turns against brute force."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import BOOK, TEXT, blob, case, codings, segment, study, transcript, two_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.layout import TurnText, read_turns
from qcode.core.model import Coded, Interview, Study, Transcript
from qcode.core.rows import Row, rows, units


def only(found: list[Row]) -> Row:
    assert len(found) == 1
    return found[0]


def test_a_row_says_where_its_words_stand_and_what_about() -> None:
    row = only(rows(two_cases(codings("2/boss", "anna", segment("two days", "agreements", id="k1")))))
    start = TEXT.index("two days")
    assert (row.id, row.case, row.transcript, row.perspective, row.outcome) == (
        "k1",
        "2",
        "2/boss",
        "employer",
        "lasting",
    )
    assert (row.start, row.end, row.line, row.state, row.quote) == (start, start + 8, 11, "exact", "two days")
    assert (row.phase, row.section_phase, row.speaker) == ("during", "during", "R")
    assert (row.coder, row.code, row.valence, row.counted) == ("anna", "agreements", None, True)


@pytest.mark.parametrize(
    ("quote", "coded", "phase", "section"),
    [
        ("two days", Coded("agreements"), "during", "during"),
        ("two days", Coded("meeting"), "before", "during"),  # a step belongs to a phase
        ("two days", Coded("meeting", phase="after"), "after", "during"),
        ("She rang me,", Coded("agreements"), "before", "before"),
        ("nowhere to be found in there", Coded("agreements"), None, None),
        ("nowhere to be found in there", Coded("meeting"), "before", None),
    ],
)
def test_phase_is_its_own_then_its_codes_then_that_of_the_section(
    quote: str, coded: Coded, phase: str | None, section: str | None
) -> None:
    row = only(rows(two_cases(codings("2/boss", "anna", segment(quote, coded)))))
    assert (row.phase, row.section_phase) == (phase, section)


def test_a_span_over_two_sections_has_the_phase_in_which_it_begins() -> None:
    quote = TEXT[TEXT.index("She rang me again") : TEXT.index("two days")]
    assert only(rows(two_cases(codings("2/boss", "anna", segment(quote, "agreements"))))).phase == "before"


def test_without_sections_there_is_no_phase() -> None:
    one = study(
        case("1", transcript("1/a", "**R:** Only this.\n")), codings=[codings("1/a", "anna", segment("Only", "trust"))]
    )
    assert only(rows(one)).phase is None


def test_codes_resolve_and_one_code_on_a_segment_is_one_coding() -> None:
    twice = segment("two days", Coded("deals", valence="helping"), "trust", Coded("agreements", valence="hindering"))
    found = rows(two_cases(codings("2/boss", "anna", twice)))
    assert [(row.code, row.valence) for row in found] == [("agreements", "helping"), ("trust", None)]


def test_one_span_of_one_coder_is_one_segment_however_often_it_is_written() -> None:
    first, again = segment("two days", "agreements", id="a1"), segment("two days", "agreements", "trust", id="a2")
    other = segment("It went well", "trust")
    found = rows(two_cases(codings("2/boss", "anna", first, again, other), codings("2/boss", "bram", first)))
    assert [(row.coder, row.code, row.id) for row in found] == [
        ("anna", "agreements", "a1"),
        ("anna", "trust", "a2"),
        ("anna", "trust", None),
        ("bram", "agreements", "a1"),
    ]
    numbers = [row.segment for row in found]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3


def test_what_is_not_found_keeps_its_row_and_is_not_counted() -> None:
    found = rows(
        two_cases(codings("2/boss", "anna", segment("She rang me", "trust"), segment("gone with the wind", "trust")))
    )
    assert [(row.state, row.start, row.words_to, row.counted) for row in found] == [
        ("ambiguous", None, None, False),
        ("lost", None, None, False),
    ]
    assert found[0].segment != found[1].segment


def test_line_decides_only_in_the_text_it_was_written_against() -> None:
    text = "**R:** Yes.\n\n**R:** Yes.\n"
    here = case("1", transcript("1/a", text))

    def state(known: str | None) -> tuple[str, int | None]:
        row = only(rows(study(here, codings=[codings("1/a", "anna", segment("Yes.", "trust", line=3), text=known)])))
        return row.state, row.start

    assert state(None) == state(blob(text)) == ("exact", text.rindex("Yes"))
    assert state("0" * 40) == ("ambiguous", None)


def test_a_segments_own_text_goes_before_that_of_the_head() -> None:
    text = "**R:** Yes.\n\n**R:** Yes.\n"
    yes = segment("Yes.", "trust", line=3, text=blob(text))
    one = study(case("1", transcript("1/a", text)), codings=[codings("1/a", "anna", yes, text="0" * 40)])
    assert only(rows(one)).state == "exact"


def test_the_old_text_is_asked_for_once_and_shows_where_words_went() -> None:
    old = "**R:** First we walked along the river.\n\n**R:** Then it began to rain.\n"
    new = "**R:** First we wandered slowly along the old river.\n\n**R:** Then it began to rain.\n"
    asked: list[str] = []

    def old_text(name: str) -> str | None:
        asked.append(name)
        return old if name == blob(old) else None

    walk = segment("First we walked along the river.", "trust")
    one = study(
        case("1", transcript("1/a", new)),
        codings=[codings("1/a", coder, walk, text=blob(old)) for coder in ("anna", "bram")],
    )
    found = rows(one, old_text=old_text)
    assert asked == [blob(old)]
    assert {(row.state, row.start) for row in found} == {("changed", 7)}


def test_codings_without_a_transcript_are_kept() -> None:
    row = only(rows(two_cases(codings("2/gone", "anna", segment("words", "meeting", line=4)))))
    assert (row.transcript, row.state, row.counted, row.phase, row.line) == (
        "2/gone",
        "no-transcript",
        False,
        "before",
        4,
    )
    assert row.perspective is None


def test_nothing_counts_of_a_respondent_who_withdrew() -> None:
    gone = case("1", transcript("1/a"), planned=[Interview("employer", consent="withdrawn")])
    one = study(gone, codings=[codings("1/a", "anna", segment("two days", "trust"), status="done")])
    assert [(row.state, row.counted) for row in rows(one)] == [("exact", False)]
    assert [row.counted for row in rows(one, coders=["anna"])] == [False]
    assert [unit.held for unit in units(one)] == [False]


@pytest.mark.parametrize(
    ("status", "coders", "counted"),
    [
        ("done", (), {"consensus"}),
        ("open", (), {"anna", "bram"}),
        ("done", ("anna",), {"anna"}),
        ("open", ("consensus", "bram"), {"consensus", "bram"}),
        ("done", ("nobody",), set()),
    ],
)
def test_who_is_counted(status: str, coders: tuple[str, ...], counted: set[str]) -> None:
    sets = [codings("2/boss", coder, segment("two days", "trust"), status="done") for coder in ("anna", "bram")]
    agreed = codings("2/boss", "consensus", segment("two days", "trust"), status=status, codebook_version=2)
    one = two_cases(*sets, agreed)
    assert {row.coder for row in rows(one, coders=coders) if row.counted} == counted
    done = {coder for coder, _ in units(one, coders=coders)[0].done}
    assert done == counted - ({"consensus"} if status == "open" else set())


def test_consensus_on_one_transcript_says_nothing_of_another() -> None:
    agreed = codings("2/boss", "consensus", segment("two days", "trust"), status="done")
    one = two_cases(agreed, codings("2/person", "anna", segment("two days", "trust")))
    assert [row.counted for row in rows(one)] == [True, True]


def test_units_are_all_interviews_held_or_not() -> None:
    planned = [Interview("employer", consent="given"), Interview("client", consent="pending")]
    one = study(
        case("2", transcript("2/boss"), transcript("2/other"), planned=planned),
        codings=[codings("2/boss", "anna", status="done", codebook_version=2), codings("2/boss", "bram")],
    )
    assert [tuple(unit) for unit in units(one)] == [
        ("2", "employer", "2/boss", "lasting", True, False, (("anna", 2),)),
        ("2", "client", None, "lasting", False, False, ()),
        ("2", "employer", "2/other", "lasting", True, False, ()),
    ]


def yaml_form(*turns: tuple[str, int]) -> Transcript:
    layout = read_turns([TurnText("R", words, None, None, line) for words, line in turns], {})
    return replace(transcript("1/a", layout.text), path="cases/1/a.yaml", layout=layout)


def test_in_the_yaml_form_line_is_that_of_the_entry() -> None:
    here = case("1", yaml_form(("Yes.", 4), ("No.\nYes.", 6), ("Maybe.", 9)))

    def place(line: int) -> tuple[str, int | None, int | None]:
        row = only(rows(study(here, codings=[codings("1/a", "anna", segment("Yes.", "trust", line=line))])))
        return row.state, row.start, row.line

    assert place(4) == ("exact", 0, 4)
    assert place(6) == ("exact", 10, 6)
    assert place(9) == ("ambiguous", None, 9)


PIECES = st.lists(
    st.sampled_from(
        ["ja", "nee", " ", "\n", "\n\n", "\u00a0", "\u2028", "\x0c", "é", "😀", "**R:** ", "**I:** ", "# Kop\n"]
    )
)


def words_of(text: str) -> list[tuple[int, int]]:
    """Word by word as str.split has them, found from left to right."""
    found, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        found.append((at, at + len(word)))
        at += len(word)
    return found


@settings(deadline=None, max_examples=150)
@given(PIECES, st.data())
def test_words_and_turns_against_brute_force(pieces: list[str], data: st.DataObject) -> None:
    text = "**R:** ja\n\n" + "".join(pieces)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    here = transcript("1/a", text)
    quote = segment(
        text[start:end], "trust", before=text[:start], after=text[end:], line=text.count("\n", 0, start) + 1
    )
    one = study(case("1", here), codings=[codings("1/a", "anna", quote, text=here.blob)])
    row = only(rows(one))
    if not text[start:end].strip():
        assert row.state == "lost"
        return
    assert (row.start, row.end) == (start, end)
    touched = [word for word in words_of(text) if word[0] < end and word[1] > start]
    assert row.words_to is not None
    assert row.words_from is not None
    assert row.words_to - row.words_from == len(touched)
    assert row.words_to == sum(word[0] < end for word in words_of(text))
    turns = [turn.index for turn in here.layout.turns if turn.start < end and turn.end > start]
    assert row.turns_to is not None
    assert row.turns_from is not None
    assert list(range(row.turns_from, row.turns_to)) == turns
    speakers = [turn.speaker for turn in here.layout.turns if turn.start <= start < turn.end]
    assert row.speaker == (speakers[0] if speakers else None)


def test_an_empty_study_has_no_rows() -> None:
    nothing = Study(study().settings, BOOK)
    assert rows(nothing) == []
    assert units(nothing) == []
