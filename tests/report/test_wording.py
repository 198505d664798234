"""The Dutch of reports: complete, with the same places for values, and used."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

import qcode.report
from qcode.core.model import AGREEMENTS
from qcode.report.wording import DUTCH, counted, said

SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in Path(qcode.report.__path__[0]).glob("*.py")
    if path.name != "wording.py"
)
PLURALS = ("passages", "cases", "more passages")  # made from their nouns
IN_PARTS = ("Includes: {words}", "Excludes: {words}")
ELSEWHERE = frozenset((*PLURALS, *IN_PARTS, *AGREEMENTS))


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("english", DUTCH)
def test_a_translation_has_the_same_values_in_it(english: str) -> None:
    assert _fields(DUTCH[english]) == _fields(english)
    assert DUTCH[english] != english or english in ("passage", "passages")


@pytest.mark.parametrize("english", [text for text in DUTCH if text not in ELSEWHERE])
def test_what_is_translated_is_said_somewhere(english: str) -> None:
    """A sentence that was reworded in a report and not here would come out in English."""
    assert f'"{english}"' in SOURCES or f"'{english}'" in SOURCES


def test_words_without_a_translation_stay_as_they_are() -> None:
    assert said("nl", "{never} said", never=1) == "1 said"
    assert said("fr", "silent") == "silent"
    assert (counted("nl", 1, "case"), counted("nl", 2, "case"), counted("en", 2, "case")) == (
        "1 casus",
        "2 casussen",
        "2 cases",
    )
