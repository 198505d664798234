"""What differs between two codebooks, and the words of two texts."""

from __future__ import annotations

import re
from dataclasses import replace

from build import BOOK, CODES
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core import recode
from qcode.core.bookdiff import Difference, differences, word_diff
from qcode.core.codebook import Code
from qcode.core.given import Given, Spot
from qcode.core.recode import Recoded

WORDS = st.lists(st.sampled_from(["the", "coach", "rang", ",", "twice", "é"]), max_size=8).map(" ".join)


def kinds(recoded: Recoded) -> list[tuple[str, str, tuple[str, ...]]]:
    parts = {recoded.codes[0]: recoded.into} if recoded.operation == "split" else {}
    return [(one.kind, one.code, one.into) for one in differences(BOOK, recoded.book, parts)]


def test_each_operation_is_told_as_what_it_was() -> None:
    """The operations that say what was done, and the comparison that finds it out from the two books alone, agree."""
    assert kinds(recode.add(BOOK, "new", spot=Spot(under="steps"))) == [("added", "new", ("steps",))]
    assert kinds(recode.rename(BOOK, "contact", "calls")) == [("renamed", "contact", ("calls",))]
    assert kinds(recode.move(BOOK, "contact", Spot(under="steps"))) == [("moved", "contact", ("steps",))]
    assert kinds(recode.move(BOOK, "trust", Spot(before="meeting"))) == [("moved", "trust", ("steps",))]
    assert kinds(recode.merge(BOOK, ["meeting"], "trust")) == [("merged", "meeting", ("trust",))]
    assert kinds(recode.retire(BOOK, "meeting", "trust")) == [("retired", "meeting", ("trust",))]
    assert kinds(recode.restore(BOOK, "rapport")) == [("restored", "rapport", ())]
    assert kinds(recode.delete(BOOK, "meeting")) == [("deleted", "meeting", ())]
    assert kinds(recode.split(BOOK, "meeting", ["first", "later"])) == [
        ("split", "meeting", ("first", "later")), ("added", "first", ("steps",)), ("added", "later", ("steps",)),
    ]  # fmt: skip


def test_a_renamed_branch_moves_nothing_below_it() -> None:
    assert kinds(recode.rename(BOOK, "themes", "topics")) == [("renamed", "themes", ("topics",))]


def test_what_is_said_of_a_code_field_by_field() -> None:
    """A text in two languages: only the one that differs is told."""
    old = replace(BOOK, codes=(Code("a", label={"nl": "Een", "en": "One"}, phase="before"),))
    new = replace(BOOK, codes=(Code("a", label={"nl": "Eén", "en": "One"}, key="A1"),))
    assert differences(old, new) == [
        Difference("redefined", "a", "a", (), "label (nl)", "Een", "Eén"),
        Difference("changed", "a", "a", (), "key", "", "A1"),
        Difference("changed", "a", "a", (), "phase", "before", ""),
    ]


def test_nothing_differs_between_a_book_and_itself() -> None:
    assert differences(BOOK, BOOK) == []
    assert len(CODES) == 7  # not for want of codes


def test_one_code_that_moves_is_not_told_as_all_the_others_moving() -> None:
    codes = tuple(map(Code, "abcde"))
    last_first = replace(BOOK, codes=(codes[-1], *codes[:-1]))
    assert [(one.kind, one.code) for one in differences(replace(BOOK, codes=codes), last_first)] == [("moved", "e")]


def test_words_that_differ() -> None:
    assert word_diff("The coach rang, twice.", "The coach called twice.") == "The coach [-rang,-]{+called+} twice."


@given(WORDS, WORDS)
@settings(deadline=None)
def test_both_texts_are_in_their_word_diff(before: str, after: str) -> None:
    """Without what came it is the older text, without what went the newer."""
    told = word_diff(before, after)
    assert re.sub(r"\{\+.*?\+\}", "", told).replace("[-", "").replace("-]", "") == before
    assert re.sub(r"\[-.*?-\]", "", told).replace("{+", "").replace("+}", "") == after


def test_edit_in_one_language_makes_room_for_two() -> None:
    """A label of one language becomes a mapping when another is given; "" takes a text away."""
    there = recode.edit(BOOK, "contact", Given(label="Bellen", language="nl")).book
    assert there.by_id["contact"].label == {"en": "Contact", "nl": "Bellen"}
    gone = recode.edit(there, "contact", Given(label="", language="nl")).book
    assert gone.by_id["contact"].label == {"en": "Contact"}
