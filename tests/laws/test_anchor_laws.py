"""What anchors promise: any span is found again, an edit elsewhere never loses it, and nothing is guessed.

The second half makes up interviews and edits them so that the true place of every letter is known: a text there is
a list of (letter, origin), the origin its offset in the first text, or None for what was put in.
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qcode.core.anchor import Anchor, Finder, Span, describe, locate
from qcode.core.fuzzy import align, diff, fold, infix


def listed(words: str) -> list[str]:
    return words.split()


law = settings(deadline=None, max_examples=80)
# Few letters, so that all repeats; and those that make trouble: marks, line ends that are none, wide characters.
LETTERS = "ab \n\t\x0c\x0b\x85\u2028\xa0\r😀e\u0301\u0323é\u212b\u1100\u1161\u11a8\uac00"
texts = st.one_of(
    st.text(st.sampled_from("ab \n"), max_size=60),
    st.text(st.sampled_from(LETTERS), max_size=60),
    st.builds(lambda piece, times: piece * times, st.sampled_from(["ab", "a", "ja\n", "ja, 😀 "]), st.integers(1, 40)),
    st.text(max_size=40),
)
words = st.lists(st.sampled_from(listed("de kat zat op een mat en zei ja 😀 café nou dat")), min_size=1, max_size=60)
sentences = words.map(" ".join)


@st.composite
def spans(draw: st.DrawFn, source: st.SearchStrategy[str] = texts) -> tuple[str, Span]:
    """A text and a span of it that is not blank."""
    text = draw(source)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    assume(text[start:end].strip())
    return text, (start, end)


def times(text: str, piece: str) -> int:
    """How often a piece stands in a text, however white space and marks are laid out; overlaps count."""
    text, piece = (unicodedata.normalize("NFC", " ".join(f"|{one}|".split())).strip("|") for one in (text, piece))
    return sum(text.startswith(piece.strip(), at) for at in range(len(text)))


@law
@given(spans(), st.sampled_from([True, False, None]))
def test_what_is_described_is_found(case: tuple[str, Span], unchanged: bool | None) -> None:
    text, span = case
    found = locate(text, describe(text, span), unchanged=unchanged)
    assert (found.how, found.span, found.score) == ("exact", span, 1.0)


@law
@given(spans())
def test_the_line_counts_only_line_feeds(case: tuple[str, Span]) -> None:
    text, span = case
    assert describe(text, span).line == 1 + text.count("\n", 0, span[0])


@law
@given(spans(sentences), st.data(), st.booleans())
def test_an_edit_elsewhere_never_loses_it(case: tuple[str, Span], data: st.DataObject, with_old: bool) -> None:
    text, (start, end) = case
    anchor = describe(text, (start, end))
    before, after = anchor.before or "", anchor.after or ""
    head, tail = text[: start - len(before)], text[end + len(after) :]
    new_head = head[: data.draw(st.integers(0, len(head)))] + data.draw(sentences) + " "
    new_tail = " " + data.draw(sentences) + tail[data.draw(st.integers(0, len(tail))) :]
    new = new_head + before + anchor.quote + after + new_tail
    # An edit may make a double of it: that is then not to be guessed between.
    assume(times(new, before + anchor.quote + after) == 1)
    found = locate(new, anchor, unchanged=False, old=text if with_old else None)
    at = len(new_head) + len(before)
    assert (found.how, found.span) == ("exact", (at, at + len(anchor.quote)))


@law
@given(spans(sentences), st.randoms(use_true_random=False))
def test_re_wrapping_never_loses_it(case: tuple[str, Span], rng: random.Random) -> None:
    text, span = case
    anchor = describe(text, span)
    new = "".join(rng.choice(["\n", "  ", " \n", "\r\n", " "]) if char == " " else char for char in text)
    found = locate(new, anchor, unchanged=False)
    assert found.how == "exact"
    assert found.span is not None
    # The same letters, counted without white space, from the same letter on.
    start, end = found.span
    assert "".join(new[start:end].split()) == "".join(anchor.quote.split())
    assert len("".join(new[:start].split())) == len("".join(text[: span[0]].split()))


@law
@given(sentences, sentences, sentences, st.booleans())
def test_two_equal_candidates_are_never_guessed_between(one: str, quote: str, other: str, known: bool) -> None:
    text = f"{one}\n{quote}\n{other}\n"
    anchor = Anchor(quote, f"{one}\n", f"\n{other}\n") if known else Anchor(quote)
    found = locate(text + text, anchor, unchanged=False)
    assert found.how == "ambiguous"
    assert found.span is None
    assert {(len(one) + 1 + at, len(one) + 1 + at + len(quote)) for at in (0, len(text))} <= set(found.candidates)


@law
@given(spans(), texts)
def test_nothing_is_invented(case: tuple[str, Span], new: str) -> None:
    old, span = case
    for found in (locate(new, describe(old, span)), locate(new, describe(old, span), old=old)):
        assert (found.span is None) == (found.how in ("ambiguous", "lost"))
        assert (len(found.candidates) > 1) == (found.how == "ambiguous")
        assert 0 <= found.score <= 1
        if found.span is not None:
            assert 0 <= found.span[0] < found.span[1] <= len(new)
            assert (found.score < 1) == (found.how == "changed")


@law
@given(texts)
def test_folding_is_nfc_with_single_spaces_and_a_way_back(text: str) -> None:
    made = fold(text)
    single = "".join(" " if c.isspace() else c for c in text)
    while "  " in single:
        single = single.replace("  ", " ")
    assert made.text == unicodedata.normalize("NFC", single)
    places = [made.original((at, at + 1)) for at in range(len(made.text))]
    assert places == sorted(places)
    for at, (start, end) in enumerate(places):
        assert made.text[at] in fold(text[start:end]).text


def distance(pattern: str, text: str) -> int:
    """The fewest edits between the pattern and any stretch of the text, by the plain table."""
    row = [0] * (len(text) + 1)
    for i, wanted in enumerate(pattern, 1):
        above, row = row, [i]
        for j, char in enumerate(text, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (char != wanted)))
    return min(row)


@law
@given(st.text("abc", min_size=1, max_size=12), st.text("abc", max_size=30))
def test_infix_is_as_near_as_the_plain_table_says(pattern: str, text: str) -> None:
    start, end = infix(pattern, text)
    row = list(range(end - start + 1))
    for i, wanted in enumerate(pattern, 1):
        above, row = row, [i]
        for j, char in enumerate(text[start:end], 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (char != wanted)))
    assert row[-1] == distance(pattern, text)


@law
@given(texts, texts)
def test_a_diff_and_an_alignment_share_only_what_is_the_same(old: str, new: str) -> None:
    for there in (diff(old, new), align(old, new)):
        assert there is not None
        for here, other, length in there.blocks:
            assert old[here : here + length] == new[other : other + length]
        assert (
            there.map((0, len(old))) == (0, len(new)) or not old or there.kept(0, len(old)) < 1 or len(new) > len(old)
        )
        assert there.reversed().reversed() == there


# Made-up interviews

Letters = list[tuple[str, int | None]]
Edit = Callable[[random.Random, Letters], Letters]

SYLLABLES = listed(
    "be ver ge de ke ring lijk heid werk uit aan ster loon vra gen kant doel baan zorg trek pen vij oe rië"
)
SMALL = listed("de het een en ik hij dat die is was maar ook nog wel niet met voor van op in er we ze dan als")
FILLERS = ("eh, ", "nou ja, ", "zeg maar ", "weet je, ")
TURNS = ("Ja.", "Precies.", "Hoe ging dat precies in zijn werk, kunt u daar iets over vertellen?", "Nee, dat niet. 😀")


def interview(rng: random.Random, turns: int = 160) -> str:
    """An interview: questions, short answers that recur, long answers with fillers."""
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(500)]
    said = [_answer(rng, words) if at % 2 else _question(rng, words) for at in range(turns)]
    return "\n\n".join(f"**{'IR'[at % 2]}:** {text}" for at, text in enumerate(said)) + "\n"


def _question(rng: random.Random, words: list[str]) -> str:
    return rng.choice(TURNS) if rng.random() < 0.5 else _sentence(rng, words)


def _answer(rng: random.Random, words: list[str]) -> str:
    return (
        rng.choice(TURNS[:2])
        if rng.random() < 0.15
        else " ".join(_sentence(rng, words) for _ in range(rng.randint(2, 8)))
    )


def _sentence(rng: random.Random, words: list[str]) -> str:
    chosen = [rng.choice(SMALL) if rng.random() < 0.55 else rng.choice(words) for _ in range(rng.randint(4, 16))]
    chosen = [rng.choice(FILLERS) + word if rng.random() < 0.06 else word for word in chosen]
    return " ".join(chosen).capitalize() + "."


def quotes(rng: random.Random, text: str, count: int) -> list[tuple[int, int]]:
    """Spans of 2 to 110 whole words, anywhere, across turns too."""
    starts = [0] + [at + 1 for at, char in enumerate(text) if char.isspace() and not text[at + 1 : at + 2].isspace()]
    starts = [at for at in starts if at < len(text)]
    spans = []
    for _ in range(count):
        size = min(110, max(2, round(rng.lognormvariate(2.5, 0.9))))
        first = rng.randrange(len(starts) - size)
        spans.append((starts[first], starts[first] + len(text[starts[first] : starts[first + size]].rstrip())))
    return spans


@dataclass(frozen=True, slots=True)
class Truth:
    """What became of a span: where its letters stand now, and the share of them that is still there.

    `torn`: they stand in pieces, far apart or in another order, so that there is no one place.
    """

    span: tuple[int, int] | None
    survived: float
    torn: bool = False


def truth(text: str, letters: Letters, span: tuple[int, int]) -> Truth:
    """Where the letters of a span stand after the edits."""
    at = [
        here
        for here, (char, origin) in enumerate(letters)
        if origin is not None and span[0] <= origin < span[1] and not char.isspace()
    ]
    if not at:
        return Truth(None, 0.0)
    origins = [origin for here in at if (origin := letters[here][1]) is not None]
    stretch = sum(not char.isspace() for char, _ in letters[at[0] : at[-1] + 1])
    torn = origins != sorted(origins) or stretch > 1.1 * len(at)
    return Truth((at[0], at[-1] + 1), len(set(origins)) / len("".join(text[span[0] : span[1]].split())), torn)


def begin(text: str) -> Letters:
    return [(char, at) for at, char in enumerate(text)]


def plain(letters: Letters) -> str:
    return "".join(char for char, _ in letters)


def _replace(word: Letters, new: str) -> Letters:
    """Other letters in a word's place: they are what became of it."""
    return [(char, word[min(at, len(word) - 1)][1]) for at, char in enumerate(new)]


def _split(letters: Letters, between: str) -> list[Letters]:
    """The pieces, each with the separator that follows it."""
    text, pieces, done = plain(letters), [], 0
    while (at := text.find(between, done)) >= 0:
        pieces.append(letters[done : at + len(between)])
        done = at + len(between)
    return [*pieces, letters[done:]]


def typos(share: float) -> Edit:
    """A share of the letters wrong, missing or doubled."""

    def edit(rng: random.Random, letters: Letters) -> Letters:
        done: Letters = []
        for char, origin in letters:
            kind = rng.choice(("other", "none", "twice")) if char.isalpha() and rng.random() < share else "same"
            if kind == "other":
                done.append((rng.choice("aeioutnrsd"), origin))
            elif kind != "none":
                done += [(char, origin)] * (2 if kind == "twice" else 1)
        return done

    return edit


def names(count: int) -> Edit:
    """This many words replaced by others wherever they stand."""

    def edit(rng: random.Random, letters: Letters) -> Letters:
        pieces = _split(letters, " ")
        known = sorted({plain(piece) for piece in pieces if len(piece) > 6 and "\n" not in plain(piece)})
        new = {
            word: f"[{rng.choice(SYLLABLES)} {at}] "
            for at, word in enumerate(rng.sample(known, min(count, len(known))))
        }
        return [
            one for piece in pieces for one in (_replace(piece, new[plain(piece)]) if plain(piece) in new else piece)
        ]

    return edit


def turns_cut(share: float) -> Edit:
    def edit(rng: random.Random, letters: Letters) -> Letters:
        return [one for turn in _split(letters, "\n\n") if rng.random() >= share for one in turn]

    return edit


def turns_moved(copied: int, moved: int) -> Edit:
    """Some turns copied elsewhere and some moved."""

    def edit(rng: random.Random, letters: Letters) -> Letters:
        turns = _split(letters, "\n\n")
        for _ in range(moved):
            turn = turns.pop(rng.randrange(len(turns) - 1))
            turns.insert(rng.randrange(len(turns) - 1), turn)
        for _ in range(copied):
            copy: Letters = [(char, None) for char, _ in turns[rng.randrange(len(turns) - 1)]]
            turns.insert(rng.randrange(len(turns) - 1), copy)
        return [one for turn in turns for one in turn]

    return edit


def rewrapped(rng: random.Random, letters: Letters) -> Letters:
    """Some single spaces are line ends now, or several."""
    text = plain(letters)
    return [
        one
        for at, (char, origin) in enumerate(letters)
        for one in (
            [(new, origin) for new in rng.choice(("\n", "  ", " \n  "))]
            if char == " " and text[at - 1 : at + 2].strip() == text[at - 1 : at + 2] and rng.random() < 0.15
            else [(char, origin)]
        )
    ]


def fillers_cut(rng: random.Random, letters: Letters) -> Letters:
    for filler in FILLERS:
        letters = [
            one
            for piece in _split(letters, filler)
            for one in (piece[: -len(filler)] if plain(piece).endswith(filler) else piece)
        ]
    return letters


def both(*edits: Edit) -> Edit:
    """One edit after another."""

    def edit(rng: random.Random, letters: Letters) -> Letters:
        for one in edits:
            letters = one(rng, letters)
        return letters

    return edit


EDITS: dict[str, Edit] = {
    "typos": typos(0.02),
    "names": names(20),
    "turns cut": turns_cut(0.06),
    "re-wrapped": rewrapped,
    "turns moved": turns_moved(6, 4),
    "fillers cut": fillers_cut,
    "light": both(typos(0.005), names(8), fillers_cut, turns_cut(0.02), rewrapped, turns_moved(1, 1)),
    "heavy": both(typos(0.02), names(25), fillers_cut, turns_cut(0.06), rewrapped, turns_moved(4, 4)),
}


@dataclass(frozen=True, slots=True)
class Score:
    """Of the quotes judged: the share that is right, and how many were put in a wrong place."""

    right: float
    wrong: int
    torn: int


def judge(edit: Edit, *, with_old: bool) -> Score:
    """Right: at least .9 of found and true place together is shared, or not found and mostly gone.

    Wrong: under half is shared, or found though gone. Quotes torn apart by the edit have no one true place.
    """
    counts: Counter[str] = Counter()
    for seed in range(3):
        rng = random.Random(seed)
        text = interview(rng)
        letters = edit(rng, begin(text))
        before, after = Finder(text), Finder(plain(letters))
        for span in quotes(rng, text, 50):
            found = after.locate(before.describe(span), unchanged=False, old=text if with_old else None)
            counts[_verdict(found.span, truth(text, letters, span))] += 1
    judged = counts.total() - counts["torn"]
    return Score(counts["right"] / judged, counts["wrong"], counts["torn"])


def _verdict(found: Span | None, true: Truth) -> str:
    if true.torn:
        return "torn"
    if found is None:
        return "right" if true.survived < 0.5 else "missed"
    if true.span is None:
        return "wrong"
    shared = max(0, min(found[1], true.span[1]) - max(found[0], true.span[0]))
    share = shared / (max(found[1], true.span[1]) - min(found[0], true.span[0]))
    return "right" if share >= 0.9 else "missed" if share >= 0.5 else "wrong"


@pytest.mark.parametrize("name", EDITS)
def test_with_the_old_text_none_is_misplaced_and_nearly_all_are_found(name: str) -> None:
    score = judge(EDITS[name], with_old=True)
    assert score.wrong == 0
    assert score.right >= 0.95
    assert score.torn <= 0.1 * 150  # what is not judged stays little


@pytest.mark.parametrize("name", EDITS)
def test_without_the_old_text_hardly_any_is_misplaced(name: str) -> None:
    score = judge(EDITS[name], with_old=False)
    assert score.wrong <= 1
    assert score.right >= 0.95


def test_nothing_of_one_interview_is_found_in_another() -> None:
    one, other = random.Random(1), random.Random(2)
    text, new = interview(one), interview(other)
    before, after = Finder(text), Finder(new)
    long = [span for span in quotes(one, text, 60) if span[1] - span[0] > 60]
    assert [after.locate(before.describe(span), unchanged=False).how for span in long] == ["lost"] * len(long)
