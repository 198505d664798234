"""Turns, sections and lines of a transcript. Expected places are found with `str.index`, lines counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.layout import Layout, TurnText, read_markdown, read_turns

SPEAKERS = {"I": "interviewer", "R": "respondent"}

TEXT = """---
perspective: werkgever
---
# Gesprek {phase=voorfase}

**I:** Hoe begon het?

**R:** Met een telefoontje.
Ik dacht: waarom niet.

Daarna werd het stil.

## Verloop {q=B3}
{phase=verloop}
**Jan de V.:** Ik was erbij.

R: Ja.
**I:** staat midden in een alinea.

{phase=natraject q=C1}

I: En nu?
""".replace("stil.", "stil.   ")


def layout(text: str = TEXT, speakers: dict[str, str] | None = None) -> Layout:
    start = text.index("# Gesprek") if "# Gesprek" in text else 0
    return read_markdown(text, start, SPEAKERS if speakers is None else speakers)


def said(text: str, speakers: dict[str, str] | None = None) -> list[tuple[str, str]]:
    return [(t.speaker, text[t.start : t.end]) for t in layout(text, speakers).turns]


def test_a_turn_goes_from_its_name_to_the_next_turn_or_heading() -> None:
    assert said(TEXT) == [
        ("I", "**I:** Hoe begon het?"),
        ("R", "**R:** Met een telefoontje.\nIk dacht: waarom niet.\n\nDaarna werd het stil."),
        ("Jan de V.", "**Jan de V.:** Ik was erbij."),
        ("R", "R: Ja.\n**I:** staat midden in een alinea."),
        ("I", "I: En nu?"),
    ]


def test_turns_know_their_line_role_phase_and_question() -> None:
    here = layout()
    found = [(t.line, t.role, here.phase_at(t.start), here.question_at(t.start), t.index) for t in here.turns]
    assert found == [
        (6, "interviewer", "voorfase", None, 0),
        (8, "respondent", "voorfase", None, 1),
        (15, None, "verloop", "B3", 2),
        (17, "respondent", "verloop", "B3", 3),
        (22, "interviewer", "natraject", "C1", 4),
    ]


def test_phase_and_question_hold_until_the_next_that_sets_one() -> None:
    found = layout()
    at = TEXT.index
    assert found.phase_at(at("perspective")) is None
    assert found.phase_at(at("stil")) == "voorfase"
    assert found.phase_at(at("## Verloop")) == "voorfase"
    assert found.question_at(at("## Verloop")) == "B3"
    assert found.phase_at(at("{phase=verloop}")) == "verloop"
    assert (found.phase_at(len(TEXT)), found.question_at(len(TEXT))) == ("natraject", "C1")


def test_a_turn_is_found_from_any_of_its_characters() -> None:
    found = layout()
    for turn in found.turns:
        assert found.turn_at(turn.start) is turn
        assert found.turn_at(turn.end - 1) is turn
        assert found.turn_at(turn.end) is not turn
    assert found.turn_at(0) is None
    assert found.turn_at(TEXT.index("## Verloop")) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I: ja", ["I"]),
        ("X: ja", []),
        ("I:ja", []),
        ("i: ja", []),
        ("\\**I:** ja", []),
        ("**I** : ja", []),
        ("**I:**", ["I"]),
        ("**:** ja", []),
        ("  **I:** ingesprongen", ["I"]),
        ("    **I:** vier spaties is code", []),
        ("# I: kop\nI: ja", ["I"]),
        ("#geen kop\nI: ja", []),
        ("een\fI: twee", []),
        ("een\u2028**I:** twee", []),
        ("een\r**I:** twee", []),
        ("{phase=x}\n**I:** ja", ["I"]),
        ("zin {phase=x}\n**I:** ja", []),
        ("**Jóri:** ja", ["Jóri"]),
        ("**Jo\u0301ri:** ja", ["Jóri"]),
    ],
)
def test_what_opens_a_turn(text: str, names: list[str]) -> None:
    assert [turn.speaker for turn in layout(text).turns] == names


def test_marks_inside_a_turn_change_the_phase_and_not_the_turn() -> None:
    text = "**R:** een\n\n{phase=verloop}\n\ntwee\n\n{phase=natraject}\n"
    assert said(text) == [("R", "**R:** een\n\n{phase=verloop}\n\ntwee")]
    assert layout(text).phase_at(text.index("twee")) == "verloop"


def test_two_pairs_of_braces_and_a_name_not_in_nfc() -> None:
    found = layout("## Kop {q=B3} { phase=fase\u0301 }\n**I:** ja")
    assert (found.phase_at(found.turns[0].start), found.question_at(found.turns[0].start)) == ("fasé", "B3")


def test_lines_are_those_of_the_file() -> None:
    found = layout()
    for offset in range(len(TEXT) + 1):
        assert found.line_of(offset) == TEXT[:offset].count("\n") + 1
    assert [TEXT[slice(*found.span_of_line(n) or (0, 0))] for n in (1, 6)] == ["---\n", "**I:** Hoe begon het?\n"]
    assert found.span_of_line(0) is None
    assert found.span_of_line(99) is None


def test_the_yaml_form_joins_turns_by_a_blank_line() -> None:
    found = read_turns(
        [
            TurnText("I", "Hoe?", "voorfase", "A1", 3),
            TurnText("R", "Zo.\nEn zo.\n", None, None, 5),
            TurnText("R", "Klaar.", "verloop", None, 9),
        ],
        SPEAKERS,
    )
    assert found.text == "Hoe?\n\nZo.\nEn zo.\n\n\nKlaar."
    assert [found.text[t.start : t.end] for t in found.turns] == ["Hoe?", "Zo.\nEn zo.", "Klaar."]
    assert [(t.role, found.phase_at(t.start), found.question_at(t.start)) for t in found.turns] == [
        ("interviewer", "voorfase", "A1"),
        ("respondent", "voorfase", "A1"),
        ("respondent", "verloop", "A1"),
    ]
    assert [found.line_of(found.text.index(word)) for word in ("Hoe", "Zo", "En zo", "Klaar")] == [3, 5, 5, 9]
    assert found.span_of_line(5) == (6, found.text.index("Klaar"))
    assert found.span_of_line(4) is None


@given(
    st.lists(st.sampled_from(["**I:** ja", "R: nee", "woord", "", "# kop", "{phase=a}", "zin {q=b}", "\f", "🙂 I: x"]))
)
@settings(deadline=None)
def test_turns_lie_apart_and_in_order(lines: list[str]) -> None:
    """Against a slow reading: a turn's last line is the last one with words, not a mark, before what ends it."""
    text = "\n".join(lines)
    expected: list[list[int]] = []
    inside = False
    for number, line in enumerate(lines, 1):
        heading, mark = line == "# kop", line == "{phase=a}"
        if fresh_start(number, lines) and line in {"**I:** ja", "R: nee"}:
            expected.append([number, number])
            inside = True
        elif heading:
            inside = False
        elif inside and line.strip() and not mark:
            expected[-1][1] = number
    found = layout(text)
    assert [[t.line, found.line_of(t.end)] for t in found.turns] == expected


def fresh_start(number: int, lines: list[str]) -> bool:
    """Whether a paragraph can begin on this line: nothing, a heading or a mark is above it."""
    return number == 1 or lines[number - 2].strip() in {"", "# kop", "{phase=a}"}
