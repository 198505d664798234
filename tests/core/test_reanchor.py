"""What became of quotes after an edit, and what a codings file says once that is accepted."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest
from build import blob, case, codings, segment, study, transcript
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.anchor import Finder, Located, Span
from qcode.core.errors import QcodeError
from qcode.core.facts import Placed
from qcode.core.model import CodingSet, Study
from qcode.core.reanchor import Accepted, Choice, _longest_run, current, orphans, settled, survey

OLD = """\
**I:** How did it begin?

**R:** She rang me every Friday, and then we met at the office near the station.

**I:** And what came of it?

**R:** He had two days a week, to begin with, which was as much as he dared to ask for then.

**R:** Nobody had expected that much. It all went well until the summer, and in the autumn he fell ill.

**R:** I would do it again, with a coach who stays.
"""
ILL = "until the summer, and in the autumn he fell ill"
GONE = "**R:** He had two days a week, to begin with, which was as much as he dared to ask for then.\n\n"
WORDS = (
    "every Friday",
    "we met at the office",
    "two days a week",
    "until the summer",
    "he fell ill",
    "a coach who stays",
)


def coded(text: str, *quotes: str, against: str | None = None) -> CodingSet:
    """Each quote, once in the text, as qcode writes it, in the order of the text."""
    finder = Finder(text)
    found = sorted((text.index(quote), quote) for quote in quotes)
    anchors = [finder.describe((at, at + len(quote))) for at, quote in found]
    segments = [
        segment(a.quote, "trust", id=f"k{n}", line=a.line, before=a.before or None, after=a.after or None)
        for n, a in enumerate(anchors)
    ]
    return codings("2/boss", "anna", *segments, text=against or blob(text))


def now(text: str, *sets: CodingSet) -> Study:
    return study(case("2", transcript("2/boss", text)), codings=sets)


def states(one: Study, old: str | None = OLD) -> list[str]:
    return [placed.located.how for placed in survey(one, lambda _: old)]


def accepted(one: Study, states: str, old: str | None = OLD) -> CodingSet:
    """The one coding set, with these states accepted."""
    found = survey(one, lambda _: old)
    done = settled(one, found, Accepted.of(states).choices(found), lambda _: old)
    return done[0][1] if done else one.codings[0]


@pytest.mark.parametrize(
    ("given", "least"),
    [
        ("moved", {"moved": 0.0}),
        ("moved,changed>=0.9", {"moved": 0.0, "changed": 0.9}),
        (" exact , changed >= 75% ", {"exact": 0.0, "changed": 0.75}),
        ("changed", {"changed": 0.9}),
        ("changed>=1", {"changed": 1.0}),
        ("changed>=0", {"changed": 0.0}),
        ("changed>=.5", {"changed": 0.5}),
    ],
)
def test_what_may_be_accepted_unseen(given: str, least: dict[str, float]) -> None:
    """`changed` alone, as left over when a shell takes the > for itself, asks for 90 %."""
    assert Accepted.of(given).least == least


@pytest.mark.parametrize("given", ["", "lost", "ambiguous", "moved,", "changed>0.9", "changed>=2", "changed>=x", "all"])
def test_what_may_not(given: str) -> None:
    with pytest.raises(QcodeError, match="can't be accepted unseen"):
        Accepted.of(given)


def test_the_likeness_asked_for_decides() -> None:
    """`he fell ill` became `he fell ilk`: 10 of 11 letters, 91 %."""
    text = OLD.replace("he fell ill", "he fell ilk")
    one = now(text, coded(OLD, "he fell ill"))
    assert states(one) == ["changed"]
    assert accepted(one, "changed>=0.92") == one.codings[0]
    assert accepted(one, "changed>=0.9").segments[0].quote == "he fell ilk"


def test_only_what_is_accepted_is_written() -> None:
    """One paragraph goes to the top, one word changes, one quote goes: the file says so where it was told to."""
    paragraph = "**R:** I would do it again, with a coach who stays.\n"
    text = paragraph + "\n" + OLD.replace("\n" + paragraph, "").replace("we met at", "we sat at")
    text = text.replace(GONE, "")
    one = now(text, coded(OLD, *WORDS[1:5], "I would do it again"))
    assert states(one) == ["changed", "lost", "exact", "moved", "moved"]
    done = accepted(one, "moved,changed>=0.9")
    assert [s.id for s in done.segments] == ["k4", "k0", "k1", "k2", "k3"]
    first, second, lost, kept, third = done.segments
    assert (first.quote, first.line, first.before, first.text) == ("I would do it again", 1, "**R:** ", None)
    assert first.after == ", with a coach who stays.\n\n**I:*"
    assert (second.quote, second.line, second.text) == ("we sat at the office", 5, None)
    assert (third.quote, third.after, third.text) == ("he fell ill", ".\n", None)
    # Three of five: the head names the new text, and the others the old.
    assert done.text == blob(text)
    assert (lost, kept) == tuple(replace(s, text=blob(OLD)) for s in one.codings[0].segments[1:3])
    fewer = accepted(one, "changed>=0.9")
    assert (fewer.text, [s.text for s in fewer.segments]) == (blob(OLD), [blob(text), None, None, None, None])
    assert fewer.segments[1:] == one.codings[0].segments[1:]


def test_with_most_of_it_accepted_the_head_names_the_new_text() -> None:
    """And what is left names the old one, so that it is still looked for in that."""
    text = OLD.replace(GONE, "").replace("How did", "So how did")
    one = now(text, coded(OLD, *WORDS))
    done = accepted(one, "exact")
    assert done.text == blob(text)
    assert [s.text for s in done.segments] == [None, None, blob(OLD), None, None, None]
    assert states(now(text, done)) == states(one) == ["exact", "exact", "lost", "exact", "exact", "exact"]


def test_a_hand_written_file_gets_what_it_lacks() -> None:
    """Without ids and context; and in an order of its own, which stays."""
    bare = codings("2/boss", "anna", *(segment(words, "trust") for words in ("two days", ILL, "every Friday")))
    one = now(OLD.replace("he fell ill", "he fell ilk"), bare)
    assert states(one, None) == ["exact", "changed", "exact"]
    done = accepted(one, "changed>=0.5", None)
    assert [s.quote for s in done.segments] == ["two days", ILL[:-1] + "k", "every Friday"]
    assert len({s.id for s in done.segments} - {None}) == 3
    assert all(s.before and s.after for s in done.segments)


def test_of_those_who_withdrew_nothing_is_shown() -> None:
    one = now(OLD, coded(OLD, *WORDS))
    gone = replace(one.cases[0], interviews=tuple(replace(i, consent="withdrawn") for i in one.cases[0].interviews))
    assert survey(replace(one, cases=(gone,)), None) == []


def test_only_these_transcripts_and_coders() -> None:
    one = now(OLD, coded(OLD, "two days"), replace(coded(OLD, "every Friday"), coder="bram"))
    assert len(survey(one, None)) == 2
    assert [p.codings.coder for p in survey(one, None, coders=["bram"])] == ["bram"]
    assert len(survey(one, None, transcripts=["2/boss"])) == 2
    assert survey(one, None, transcripts=["2/other"]) == []


def test_orphans_are_what_was_found_before_and_is_not_now() -> None:
    """Not what was lost already, nor what was taken off, nor what is found otherwise."""
    before = coded(OLD, *WORDS)
    lost_before = segment("words that never stood here, at all", "trust", id="x")
    before = replace(before, segments=(*before.segments, lost_before))
    text = OLD.replace(GONE, "").replace("we met at", "we sat at")
    after = replace(
        before, segments=tuple(replace(s, where=s.where._replace(line=n)) for n, s in enumerate(before.segments))
    )
    after = replace(after, segments=tuple(s for s in after.segments if s.id != "k3"))
    found = orphans(now(OLD, before), now(text, after), lambda _: OLD)
    assert len(found) == 1
    without = Study(now(OLD).settings, now(OLD).codebook, (case("2"),), (after,))
    assert [where.path for where in orphans(now(OLD, before), without, None)] == ["cases/2/codings/boss.anna.yaml"]
    assert orphans(without, without, None) == frozenset()


@settings(deadline=None, max_examples=200)
@given(st.lists(st.none() | st.tuples(st.integers(0, 6), st.just(9)), max_size=9))
def test_as_few_as_can_be_are_moved(placed: list[Span | None]) -> None:
    """Against every subset, tried by hand."""
    found = [number for number, span in enumerate(placed) if span]
    run = sorted(_longest_run(placed))
    assert [placed[n] for n in run] == sorted(placed[n] for n in run)  # type: ignore[type-var]
    for size in range(len(run) + 1, len(found) + 1):
        assert not any(
            (spans := [placed[n] for n in some]) == sorted(spans)  # type: ignore[type-var]
            for some in combinations(found, size)
        )


def edited(rng: random.Random) -> str:
    """Words taken out, put in and changed; paragraphs moved, copied and dropped."""
    paragraphs = OLD.strip().split("\n\n")
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(paragraphs))
        kind = rng.choice(["words", "words", "words", "move", "copy", "drop"])
        if kind == "words":
            words = paragraphs[at].split(" ")
            n = rng.randrange(len(words))
            words[n : n + rng.randint(0, 2)] = rng.choice([[], ["indeed"], ["so", "to", "say"]])
            paragraphs[at] = " ".join(words)
        elif kind == "copy":
            paragraphs.insert(rng.randrange(len(paragraphs) + 1), paragraphs[at])
        elif len(paragraphs) > 1:
            taken = paragraphs.pop(at)
            if kind == "move":
                paragraphs.insert(rng.randrange(len(paragraphs) + 1), taken)
    return "\n\n".join(paragraphs) + "\n"


@settings(deadline=None, max_examples=120)
@given(st.randoms(use_true_random=False), st.booleans(), st.data())
def test_what_was_accepted_is_exact_and_the_rest_as_it_was(
    rng: random.Random, known: bool, data: st.DataObject
) -> None:
    """The law of it: same places as were shown, no segment, code or id lost, and accepting again changes nothing."""
    text, old = edited(rng), OLD if known else None
    one = now(text, coded(OLD, *data.draw(st.lists(st.sampled_from(WORDS), unique=True, min_size=1))))
    shown = survey(one, lambda _: old)
    choices = [Choice(p, p.located.span) for p in shown if p.located.span and not current(p) and rng.random() < 0.8]
    done = settled(one, shown, choices, lambda _: old)
    after = now(text, done[0][1] if done else one.codings[0])
    seen = {placed.segment.id: placed for placed in survey(after, lambda _: old)}
    chosen = {choice.placed.segment.id: choice.span for choice in choices}
    for placed in shown:
        again = seen[placed.segment.id]
        assert again.segment.codes == placed.segment.codes
        if placed.segment.id in chosen:
            assert again.located == Located("exact", chosen[placed.segment.id])
            assert current(again)
            assert again.segment.quote == text[slice(*chosen[placed.segment.id])]
        else:
            assert again.located == placed.located
            assert again.codings.blob_of(again.segment) == placed.codings.blob_of(placed.segment)
            assert replace(again.segment, text=None) == replace(placed.segment, text=None)
    assert len(seen) == len(shown) == len(after.codings[0].segments)
    assert accepted(after, "exact,moved,changed>=0", old) == accepted(
        now(text, accepted(after, "exact,moved,changed>=0", old)), "exact,moved,changed>=0", old
    )
    _in_order([seen[s.id] for s in after.codings[0].segments], {*chosen})


def _in_order(placed: list[Placed], chosen: set[str | None]) -> None:
    """Where those that were left alone stand in the order of the text, all do."""
    others = [p.located.span for p in placed if p.located.span and p.segment.id not in chosen]
    if others == sorted(others):
        every = [p.located.span for p in placed if p.located.span]
        assert every == sorted(every)
