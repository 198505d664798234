"""The example's guides against the study's design, written down here: which question serves which themes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2]
THEMES = {
    1: "actieve-benadering",
    2: "contactpersoon",
    3: "afspraken-werkgever",
    4: "afspraken-werkzoekende",
    5: "voortraject",
    6: "arbeidsvermogen",
    7: "dienstverlening-plaatsing",
    8: "kwaliteit-match",
    9: "aanpassingen",
    10: "nazorg",
    11: "financiele-middelen",
    12: "selectie",
}
# The municipality: themes per question. O1, A1 and A3 serve none.
MUNICIPALITY = {
    "O1": "", "A1": "", "A2": "2", "A3": "", "A4": "12", "A5": "1",
    "B1": "2", "B2": "12", "B3": "6", "B4": "4", "B5": "4", "B6": "4 5", "B7": "5", "B8": "4 5",
    "C1": "1 2", "C2": "2 3", "C3": "2 3", "C4": "7", "C5": "3",
    "D1": "7", "D2": "11", "D3": "11", "D4": "11", "D5": "9", "D6": "10",
    "E1": "10", "E2": "7 8", "E3": "11", "E4": "11", "E5": "8", "E6": "8", "E7": "8",
}  # fmt: skip
# Employer and client: the themes that the questions of a block ask about. No match: no wage value (6), nothing on 8.
BLOCKS = {
    "werkgever-duurzaam": {"A": "1 3 5 11 12", "B": "2 6 7 9", "C": "8 10", "D": ""},
    "werkgever-niet-duurzaam": {"A": "1 3 5 11 12", "B": "2 6 7 9", "C": "8 10", "D": ""},
    "werkgever-geen-match": {"A": "1 3 5 11 12", "B": "2 7 9", "C": "10", "D": ""},
    "werkzoekende-duurzaam": {
        "A": "", "B": "6", "C": "2", "D": "4 5 6", "E": "7", "F": "8", "G": "9", "H": "10", "I": "11", "K": "",
    },
    "werkzoekende-niet-duurzaam": {
        "A": "", "B": "6", "C": "2", "D": "4 5 6", "E": "7", "F": "8", "G": "9", "H": "10", "I": "11", "J": "", "K": "",
    },
    "werkzoekende-geen-match": {
        "A": "", "B": "6", "C": "2", "D": "4 5 6", "E": "7", "G": "9", "H": "10", "I": "11", "J": "", "K": "",
    },
}  # fmt: skip
# The topic table: the themes that don't apply. 33 of the 36 cells do.
NOT_APPLICABLE = {(1, "werkzoekende"), (3, "werkzoekende"), (4, "werkgever")}
# What applies and is not asked.
GAPS = {
    "werkgever-geen-match": "6 8",
    "werkzoekende-duurzaam": "12",
    "werkzoekende-niet-duurzaam": "12",
    "werkzoekende-geen-match": "8 12",
}
PHASES = {
    "gemeente": {"O": "–", "A": "voorfase", "B": "voorfase", "C": "voorfase", "D": "verloop", "E": "natraject"},
    "werkgever": {"A": "voorfase", "B": "verloop", "C": "natraject", "D": "–"},
    "werkzoekende": {"B": "voorfase", "C": "voorfase", "D": "voorfase", "E": "verloop"},  # the rest natraject
}
OWN_PHASE = {
    ("gemeente", "D6"): "natraject",
    ("gemeente", "E2"): "verloop",
    # From “how does the work go”: on the job.
    **{(f"werkgever-{o}", f"B{n}"): "natraject" for o in ("duurzaam", "niet-duurzaam") for n in range(5, 11)},
}


def named(numbers: str) -> set[str]:
    return {THEMES[int(number)] for number in numbers.split()}


@cache
def printed(*args: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_"))}
    done = subprocess.run(
        [sys.executable, "-m", "qcode", *args],
        cwd=EXAMPLE, env=environment, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip
    return done.stdout


def covered(by: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(printed("guide", "coverage", "--by", by, "--format", "json"))["data"]
    return records


def served(guide: str) -> dict[str, set[str]]:
    """The themes of every question that serves one, from the coverage."""
    found: dict[str, set[str]] = {}
    for record in covered("guide"):
        for question in record["questions"] if record["guide"] == guide else ():
            found.setdefault(question.removeprefix(f"{guide}/"), set()).add(record["code"])
    return found


def shown(guide: str) -> dict[str, tuple[str, str]]:
    """Every question as `show` lists it: its themes' keys and its phase."""
    lines = [line.strip() for line in printed("guide", "show", guide).splitlines() if line.startswith("  ")]
    asked = [line.partition(" (") for line in lines if line.split(" ")[1].startswith("(")]
    marks = {question: rest.partition(")")[0].split("; ") for question, _, rest in asked}
    return {question: (keys, phase) for question, (keys, phase, *_) in marks.items()}


def test_there_are_seven_guides() -> None:
    listed = [line.partition(":")[0] for line in printed("guide", "list").splitlines()]
    assert sorted(listed) == sorted(["gemeente", *BLOCKS])


def test_the_municipality_serves_themes_per_question() -> None:
    assert list(shown("gemeente")) == list(MUNICIPALITY)
    assert served("gemeente") == {q: named(themes) for q, themes in MUNICIPALITY.items() if themes}


@pytest.mark.parametrize("guide", BLOCKS)
def test_employer_and_client_serve_themes_per_block(guide: str) -> None:
    found: dict[str, set[str]] = {}
    for question in shown(guide):
        found.setdefault(question[0], set()).update(served(guide).get(question, set()))
    assert found == {block: named(themes) for block, themes in BLOCKS[guide].items()}


@pytest.mark.parametrize("guide", BLOCKS)
def test_every_question_of_an_employers_block_serves_all_its_themes(guide: str) -> None:
    if guide.startswith("werkgever"):
        for question in shown(guide):
            assert served(guide).get(question, set()) == named(BLOCKS[guide][question[0]]), question


@pytest.mark.parametrize("guide", [g for g in BLOCKS if g.startswith("werkzoekende")])
def test_the_wage_value_stands_in_the_clients_expectations(guide: str) -> None:
    """Questions on it serve theme 6 alone; the others of that block 4 and 5."""
    of_block = [served(guide)[question] for question in shown(guide) if question.startswith("D")]
    assert {frozenset(themes) for themes in of_block} == {frozenset(named("4 5")), frozenset(named("6"))}


def test_the_topic_table_is_33_of_36() -> None:
    cells = [record for record in covered("perspective") if record["perspective"] != "intermediair"]
    assert len(cells) == 36
    silent = {(record["code"], record["perspective"]) for record in cells if record["state"] == "n/a"}
    assert silent == {(THEMES[number], perspective) for number, perspective in NOT_APPLICABLE}
    assert len(cells) - len(silent) == 33


def test_of_what_applies_only_selection_is_asked_of_no_client_at_all() -> None:
    states = {(r["code"], r["perspective"]): r["state"] for r in covered("perspective")}
    assert [cell for cell, state in states.items() if state == "not-asked"] == [("selectie", "werkzoekende")]
    # The intermediary, to whom all themes apply as to the municipality, has no guide of its own.
    assert {state for (_, perspective), state in states.items() if perspective == "intermediair"} == {"no-guide"}


def test_the_gaps_are_named() -> None:
    gaps: dict[str, set[str]] = {}
    for record in covered("guide"):
        if record["state"] == "not-asked":
            gaps.setdefault(record["guide"], set()).add(record["code"])
    assert gaps == {guide: named(themes) for guide, themes in GAPS.items()}
    said = [line for line in printed("guide", "coverage", "--ids").splitlines() if "asks nothing about" in line]
    assert {line.partition(" ")[0] for line in said} == set(GAPS)
    for line in said:
        assert {theme for theme in THEMES.values() if theme in line} == named(GAPS[line.partition(" ")[0]])


def test_the_mark_of_each_interview_is_asked_once() -> None:
    for guide in ("gemeente", *BLOCKS):
        asked = [line for line in printed("guide", "show", guide).splitlines() if "cijfer van 1 tot 10" in line]
        assert len(asked) == 1, guide
        assert "(no theme; " in asked[0]


@pytest.mark.parametrize("guide", ["gemeente", *BLOCKS])
def test_phases(guide: str) -> None:
    of_block = PHASES[guide.partition("-")[0]]
    for question, (_, phase) in shown(guide).items():
        expected = OWN_PHASE.get((guide, question), of_block.get(question[0], "natraject"))
        assert phase == expected, question


def test_the_no_match_guide_of_the_employer_names_what_it_does_not_ask() -> None:
    said = [line.strip() for line in printed("guide", "show", "werkgever-geen-match").splitlines() if "names" in line]
    assert said == ["asks nothing about T6, which it names", "asks nothing about T8, which it names"]
