"""Where a quote is found again, by hand-worked examples: what counts as exact, moved, changed, ambiguous and lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from qcode.core.anchor import Anchor, Finder, Located, Span, describe, locate
from qcode.core.fuzzy import align, diff, fold, infix, whole_words

TALK = (
    "**I:** Hoe kwam u aan dit werk?\n\n"
    "**R:** Via de consulent, die belde mij op. Zij kende de werkgever al jaren.\n\n"
    "**I:** En hoe ging de eerste week?\n\n"
    "**R:** Spannend, maar de collega's hielpen goed mee. Ik durfde alles te vragen.\n"
)
LOST = Located("lost", score=0.0)


def span_of(text: str, words: str, nth: int = 0) -> Span:
    """Where the words stand for the nth time, from 0."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return at, at + len(words)


def anchored(text: str, words: str, nth: int = 0) -> Anchor:
    return describe(text, span_of(text, words, nth))


def exact(text: str, words: str, nth: int = 0) -> Located:
    return Located("exact", span_of(text, words, nth))


# describe


def test_describe_gives_the_words_32_characters_on_each_side_and_the_line() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = "first\n" + letters + letters[::-1]
    assert describe(text, (46, 48)) == Anchor("EF", text[14:46], text[48:80], line=2)


def test_describe_at_the_ends_of_the_text_has_empty_context() -> None:
    assert describe("één", (0, 3)) == Anchor("één", "", "", line=1)


def test_describe_doubles_the_context_until_it_tells_two_places_apart() -> None:
    same = "x" * 40
    text = f"A{same}quote{same}B C{same}quote{same}D"
    first = anchored(text, "quote", 0)
    assert (first.before, first.after) == ("A" + same, same + "B C" + same[:21])
    assert locate(text, first) == exact(text, "quote", 0)


def test_describe_takes_other_white_space_for_a_double() -> None:
    # Re-wrapped, the two could not be told apart by 32 characters.
    left, right = "een twee " * 5, " drie vier" * 5
    text = f"1 {left}quote{right} 2\n3 {left}quote{right.replace(' ', chr(10))} 4\n"
    assert (anchored(text, "quote", 0).before or "").startswith("1")


def test_describe_parts_no_mark_from_its_letter() -> None:
    text = "e\u0301" + "b" * 31 + "quote"
    assert anchored(text, "quote").before == text[:33]


@pytest.mark.parametrize("ending", ["\x0c", "\x0b", "\x85", "\u2028", "\r"])
def test_only_lf_ends_a_line(ending: str) -> None:
    text = f"een{ending}twee\ndrie{ending}vier"
    assert [anchored(text, word).line for word in ("een", "twee", "drie", "vier")] == [1, 1, 2, 2]


# The same words


@pytest.mark.parametrize("unchanged", [True, False, None])
@pytest.mark.parametrize(
    "words",
    ["Zij kende", "jaren.\n\n**I:** En hoe", "Spannend", TALK.strip(), "kende de werkgever al jaren", "de werkgever"],
    ids=["inside a turn", "across turns", "one word", "the whole", "around another", "inside another"],
)
def test_what_was_described_is_exact(words: str, unchanged: bool | None) -> None:
    assert locate(TALK, anchored(TALK, words), unchanged=unchanged) == exact(TALK, words)


def test_overlapping_spans_are_each_found() -> None:
    finder = Finder(TALK)
    spans = [(40, 60), (50, 70), (45, 55), (40, 70)]
    assert [finder.locate(finder.describe(span)).span for span in spans] == spans


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("zo 😀😀 dan\n", "😀 dan"),
        ("een café\n", "cafe\u0301"),
        ("een cafe\u0301 hier\n", "café hier"),
        ("die a\u0323\u0302b\n", "ậb"),
        ("een \uac01 twee", "\u1100\u1161\u11a8 twee"),
        ("de kat\nzat op\n\nde mat", "kat\r\nzat op\r\n\r\nde mat"),
        ("bladzij een\x0cbladzij twee", "een bladzij"),
        ("wel\xa0nog  een", "wel nog een"),
        ("wel nog een", "  wel\tnog een\n"),
        ("een [twee] (drie)* \\n vier", "[twee] (drie)* \\n"),
    ],
    ids=["emoji", "NFD quote", "NFD text", "two marks", "Hangul", "CRLF", "form feed", "NBSP", "blank ends", "signs"],
)
def test_hand_written_quotes_fold_white_space_and_normal_form(text: str, quote: str) -> None:
    found = locate(text, Anchor(quote))
    assert found.how == "exact"
    assert found.span is not None
    assert fold(text[slice(*found.span)]).text == fold(quote).text.strip()


def test_offsets_count_in_the_text_as_it_is() -> None:
    text = "e\u0301e\u0301n  😀\r\ntwee   drie"
    assert locate(text, Anchor("twee drie")).span == (10, 21)


def test_folded_context_is_the_same_context() -> None:
    anchor = Anchor("nog een", before="dat was ", after=" keer")
    assert locate("maar dat\nwas   nog\neen\nkeer zo", anchor) == Located("exact", (15, 22))


def test_other_context_is_moved() -> None:
    sentence = "Zij kende de werkgever al jaren."
    new = TALK.replace(" " + sentence, "") + f"\n**R:** Tot slot dit nog. {sentence}\n"
    assert locate(new, anchored(TALK, sentence), unchanged=False) == Located("moved", span_of(new, sentence))


@pytest.mark.parametrize("blank", ["", " ", "\n\u2003\t"])
def test_an_empty_quote_is_lost(blank: str) -> None:
    assert locate("een  twee \n\u2003\t", Anchor(blank, "een", "twee", 1)) == LOST
    assert locate("", Anchor("iets")) == LOST


# Repeated quotes

FORTY = "".join(f"Vraag {'abcdefgh'[at // 5]}{at % 5}?\nJa.\n" for at in range(40))


def test_a_quote_that_stands_forty_times_is_found_by_its_context() -> None:
    finder = Finder(FORTY)
    for nth in range(40):
        for unchanged in (True, None, False):
            anchor = anchored(FORTY, "Ja.", nth)
            assert finder.locate(anchor, unchanged=unchanged) == exact(FORTY, "Ja.", nth)


@pytest.mark.parametrize("unchanged", [True, None])
def test_a_quote_that_stands_forty_times_is_found_by_its_line(unchanged: bool | None) -> None:
    for nth in range(40):
        assert locate(FORTY, Anchor("Ja.", line=2 * nth + 2), unchanged=unchanged) == exact(FORTY, "Ja.", nth)


@pytest.mark.parametrize(
    ("anchor", "unchanged"),
    [
        (Anchor("Ja."), None),
        (Anchor("Ja.", line=2), False),
        (Anchor("Ja.", line=1), None),
        (Anchor("Ja.", line=99), True),
    ],
    ids=["no line", "line of another text", "not on the line", "no such line"],
)
def test_a_quote_that_stands_forty_times_is_else_ambiguous(anchor: Anchor, unchanged: bool | None) -> None:
    found = locate(FORTY, anchor, unchanged=unchanged)
    assert (found.how, found.span) == ("ambiguous", None)
    assert found.candidates == tuple(span_of(FORTY, "Ja.", nth) for nth in range(40))


def test_forty_times_in_nothing_else_too() -> None:
    text = "ja\n" * 40
    for nth in range(40):
        assert locate(text, anchored(text, "ja", nth), unchanged=False) == exact(text, "ja", nth)


def test_two_on_one_line_need_context() -> None:
    text = "eerst ja en dan ja\nja\n"
    assert locate(text, Anchor("ja", line=1)).how == "ambiguous"
    assert locate(text, Anchor("ja", before="dan ", line=1)) == exact(text, "ja", 1)


def test_context_outweighs_the_line() -> None:
    text = "dus ja zo\nwel ja hoor\n"
    assert locate(text, Anchor("ja", before="wel ", after=" hoor", line=1)) == exact(text, "ja", 1)


def test_two_equal_candidates_are_ambiguous() -> None:
    old = "Begin. Dat was een heel fijne tijd voor ons allemaal. Slot van het gesprek in de ochtend."
    new = f"{old}\n{old}\n"
    quote = "een heel fijne tijd"
    found = locate(new, anchored(old, quote), unchanged=False)
    assert found == Located("ambiguous", candidates=(span_of(new, quote, 0), span_of(new, quote, 1)))


def test_the_diff_breaks_such_a_tie() -> None:
    old = "Inleiding die blijft staan.\nDat was een heel fijne tijd voor ons allemaal.\nSlot.\n"
    new = old + "Naschrift van veel later.\n" + old
    quote = "een heel fijne tijd"
    anchor = anchored(old, quote)
    assert locate(new, anchor, unchanged=False).how == "ambiguous"
    assert locate(new, anchor, old=old) == exact(new, quote, 0)


@pytest.mark.parametrize("with_old", [True, False])
def test_a_repeated_quote_whose_turns_are_swapped(with_old: bool) -> None:
    one = "**R:** Bij de bakker op de hoek zei men altijd dat is goed en daarna ging ik lopend weer naar huis.\n\n"
    two = "**R:** De nieuwe chef van het magazijn vond dat is goed maar hij vergat het steeds op te schrijven.\n\n"
    old, new = one + two, two + one
    for nth in (0, 1):
        found = locate(new, anchored(old, "dat is goed", nth), unchanged=False, old=old if with_old else None)
        assert found == exact(new, "dat is goed", 1 - nth)


# Other words


@pytest.mark.parametrize("with_old", [True, False])
@pytest.mark.parametrize(
    ("quote", "was", "becomes", "now"),
    [
        ("Zij kende de werkgever", "kende", "kent", "Zij kent de werkgever"),
        ("Spannend, maar de collega's hielpen", "Spannend", "Heel eng", "Heel eng, maar de collega's hielpen"),
        ("Via de consulent, die belde", "consulent", "[professional 3]", "Via de [professional 3], die belde"),
        ("al jaren.\n\n**I:** En hoe ging", "En hoe", "Hoe", "al jaren.\n\n**I:** Hoe ging"),
        ("durfde", "durfde", "durfd", "durfd"),
    ],
)
def test_other_words_are_changed(quote: str, was: str, becomes: str, now: str, with_old: bool) -> None:
    new = TALK.replace(was, becomes)
    found = locate(new, anchored(TALK, quote), unchanged=False, old=TALK if with_old else None)
    assert (found.how, found.span) == ("changed", span_of(new, now))
    assert 0.5 < found.score < 1


def test_the_score_is_the_share_that_needs_no_edit() -> None:
    new = TALK.replace("Ik durfde alles te vragen", "Ik durfde Alles te Vragen")
    assert locate(new, anchored(TALK, "Ik durfde alles te vragen"), unchanged=False).score == pytest.approx(1 - 2 / 25)


@pytest.mark.parametrize("with_old", [True, False])
@pytest.mark.parametrize(
    "quote", [" Zij kende de werkgever al jaren.", "Spannend,", "die belde mij op", "**I:** En hoe"]
)
def test_words_taken_out_are_lost(quote: str, with_old: bool) -> None:
    new = TALK.replace(quote, "")
    assert locate(new, anchored(TALK, quote), unchanged=False, old=TALK if with_old else None) == LOST


@pytest.mark.parametrize("with_old", [True, False])
def test_another_of_the_same_short_words_is_not_it(with_old: bool) -> None:
    old = "**R:** Dat weet ik niet, eh, want hij ging weg.\n\n**R:** Zij bleef, eh, tot het laatste moment daar.\n"
    new = old.replace(" eh,", "", 1)
    assert locate(new, anchored(old, "eh,", 0), unchanged=False, old=old if with_old else None) == LOST


def test_with_the_old_text_another_of_the_same_long_words_is_not_it() -> None:
    question = "Hoe ging dat precies in zijn werk, kunt u dat vertellen?"
    between = "**R:** Nou, goed.\n\n**R:** Wij waren met zijn allen buiten."
    old = f"**I:** {question}\n\n{between}\n\n**I:** {question}\n\n**R:** Slecht.\n"
    new = old.replace(f"**I:** {question}\n\n", "", 1)
    assert locate(new, anchored(old, question, 0), old=old) == LOST
    assert locate(new, anchored(old, question, 1), old=old).span == span_of(new, question)


@pytest.mark.parametrize("with_old", [True, False])
def test_nothing_is_found_in_another_interview(with_old: bool) -> None:
    other = (
        "# Verslag\n\nDe gemeente liet weten dat zij in het voorjaar opnieuw een regeling voor subsidies openstelt.\n"
        * 3
    )
    finder = Finder(other)
    for quote in ("Zij kende de werkgever al jaren.", "Spannend, maar", "vragen", TALK.strip()):
        assert finder.locate(anchored(TALK, quote), unchanged=False, old=TALK if with_old else None) == LOST


def test_the_old_text_gives_a_bare_quote_its_line_and_context() -> None:
    new = "Vooraf.\n" + FORTY
    assert locate(new, Anchor("Ja.", line=40), unchanged=False, old=FORTY) == exact(new, "Ja.", 19)
    assert locate(new, Anchor("Ja.", line=40), unchanged=False).how == "ambiguous"


def test_an_old_text_without_the_quote_does_no_harm() -> None:
    assert locate(TALK, Anchor("Zij kende"), old="Iets anders.\n") == exact(TALK, "Zij kende")


def test_an_old_text_that_is_the_text_lets_the_line_count() -> None:
    assert locate(FORTY, Anchor("Ja.", line=4), old=FORTY) == exact(FORTY, "Ja.", 1)


def test_half_a_surrogate_pair_stops_nothing() -> None:
    old, new = TALK + "\ud83d", TALK.replace("Via", "Door") + "\ude00"
    assert locate(new, anchored(old, "Zij kende"), old=old) == exact(new, "Zij kende")


# The tools


def test_fold_maps_back_to_whole_sequences() -> None:
    made = fold("a  e\u0301x\r\n\nb")
    assert made.text == "a éx b"
    assert [made.original((at, at + 1)) for at in range(6)] == [(0, 1), (1, 3), (3, 5), (5, 6), (6, 9), (9, 10)]


def test_a_diff_maps_places_and_leaves_out_what_is_put_in_beside_them() -> None:
    there = diff("een twee drie", "een 😀 twee en drie")
    assert there is not None
    assert there.map((4, 8)) == (6, 10)
    assert there.map((4, 13)) == (6, 18)
    assert there.kept(0, 13) == 1
    assert there.reversed().map((6, 10)) == (4, 8)


def test_align_gives_a_replaced_end_to_the_span() -> None:
    assert align("abcdef", "Xbcdef").map((0, 3)) == (0, 3)


@pytest.mark.parametrize(
    ("pattern", "text", "span"),
    [
        ("bcd", "abcde", (1, 4)),
        ("bxd", "abcde", (1, 4)),
        ("abc", "", (0, 0)),
        ("", "abc", (0, 0)),
        ("abc", "xabd", (1, 3)),
    ],
)
def test_infix_has_the_fewest_edits(pattern: str, text: str, span: Span) -> None:
    assert infix(pattern, text) == span


def test_whole_words_takes_the_larger_part() -> None:
    text = "voor vertrouwen hier"
    assert whole_words(text, (6, 15), (True, True)) == (5, 15)
    assert whole_words(text, (3, 15), (True, True)) == (5, 15)
    assert whole_words(text, (5, 14), (True, True)) == (5, 15)
    assert whole_words(text, (6, 14), (False, False)) == (6, 14)


def test_nothing_heavy_is_loaded_until_words_differ() -> None:
    code = (
        "import sys; from qcode.core.anchor import locate, describe; locate('een twee', describe('een twee', (0, 3)));"
        "sys.exit(bool({'rapidfuzz', 'fast_diff_match_patch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
