"""The page's own words: in each language the same ones, and what our tables say, part by part."""

from __future__ import annotations

import pytest

from qcode.report import site_words, wording
from qcode.report.site import SECTIONS
from qcode.report.site_words import INTROS, TITLES, WORDS, translated


def test_each_language_has_every_word_and_every_section() -> None:
    assert {*WORDS["nl"]} == {*WORDS["en"]}
    names = {f"{kind}-{form}" if form else kind for kind, form, _ in SECTIONS}
    for said in (TITLES, INTROS):
        assert {*said["nl"]} == {*said["en"]} == names


PAIRS = {
    "passages · 1 case · 2 transcripts · coded by anna": "passages · 1 casus · 2 transcripten · gecodeerd door anna",
    "18 cases · 3 codings, 2 more not found": "18 casussen · 3 coderingen, 2 meer niet gevonden",
    "- = not interviewed · . = not yet coded": "- = niet gesproken · . = nog niet gecodeerd",
    "Base: the first 4 interviews, 9 codes. Run: 2. At most 5% new codes first in interviews 5 to 6: reached at 4+2.": (
        "Basis: de eerste 4 interviews, 9 codes. Reeks: 2. "
        "Hoogstens 5% nieuwe codes voor het eerst in interviews 5 tot 6: bereikt bij 4+2."
    ),
    "Een eigen woord": "Een eigen woord",
}


@pytest.mark.parametrize(("english", "dutch"), PAIRS.items())
def test_our_words_in_dutch_and_others_as_they_are(english: str, dutch: str) -> None:
    assert translated(english, "nl") == dutch
    assert translated(english, "en") == english


def test_the_page_and_the_reports_on_it_call_one_thing_one_name() -> None:
    """A word of ours in Dutch is the same in a table on the page as in a report that is read as a text."""
    shared = site_words.DUTCH.keys() & wording.DUTCH.keys() - {"n/a = the code does not apply"}  # its mark differs
    assert {word: site_words.DUTCH[word] for word in shared} == {word: wording.DUTCH[word] for word in shared}
