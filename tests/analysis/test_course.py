"""Saturation against the published example and by plain counting; a portrait character by character."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brute import Asked, chosen_rows, span_of
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import TEXT, TURNS, Sample, case, row, sample, samples

from qcode.analysis.portrait import portrait
from qcode.analysis.saturation import saturation
from qcode.core.codebook import Code, Codebook, Level
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.model import Settings, Study
from qcode.core.query import Selection
from qcode.core.rows import units
from qcode.report.course import band_of

EVERYONE = Selection(all_cases=True)


def interviews(new: list[int], **dates: str) -> Sample:
    """A case per interview, each the first to have so many codes; all are done. dates: by case, c1 for case 1."""
    codes = [Code(f"code-{n}") for n in range(sum(new))]
    cases = [case(str(n), ["wg"]) for n in range(1, len(new) + 1)]
    cases = [
        replace(c, transcripts=(t,), interviews=(replace(c.interviews[0], transcript=t),))
        for c in cases
        for t in (replace(c.transcripts[0], date=dates.get(f"c{c.id}")),)
    ]
    rows, at = [], 0
    for one, number in zip(cases, new, strict=True):
        rows += [row(one, "wg0", f"code-{n}", n % 30, n % 30 + 1) for n in range(max(at - 2, 0), at + number)]
        at += number
    done = sample(cases, [], {f"{c.id}/wg0": [("anna", None)] for c in cases}).study.codings
    book = Codebook(perspectives=(Level("wg"),), codes=tuple(codes))
    study = Study(Settings(minimum_perspectives=1), book, tuple(cases), done)
    return Sample(study, rows, units(study))


# Guest, Namey and Chen (2020), their worked example: 37 themes in a base of four; runs of two bring 7, 4 and 1, that is
# 19, 11 and 3 per cent, and saturation at 6+2; runs of three reach it at 7+3. New per interview from these figures:
# a+b = 7, b+c = 4, c+d = 1, and c+d+e above, d+e+f at most 5 per cent of 37, leave only 4, 3, 1, 0, 1, 0.
PUBLISHED = [20, 10, 5, 2, 4, 3, 1, 0, 1, 0]


def test_the_published_example() -> None:
    some = interviews(PUBLISHED)
    found = saturation(some.study, some.rows, some.units, Selection(), base=4, run=2)
    assert found.base_codes == 37
    assert [one.run_new for one in found.interviews[5:8]] == [7, 4, 1]
    assert [f"{one.ratio:.0%}" for one in found.interviews[5:8]] == ["19%", "11%", "3%"]
    assert found.reached == 6
    assert saturation(some.study, some.rows, some.units, Selection(), base=4, run=3).reached == 7
    assert saturation(some.study, some.rows, some.units, Selection(), base=4, run=2, threshold=0).reached is None
    assert [one.ratio for one in found.interviews[:5]] == [None] * 5


def test_the_order_is_of_dates_where_every_interview_has_one() -> None:
    dates = {"c1": "2020-03-01", "c2": "2020-01-15", "c3": "2020-02-01"}
    some = interviews([2, 1, 1], **dates)
    found = saturation(some.study, some.rows, some.units, Selection())
    assert [one.transcript for one in found.interviews] == ["2/wg0", "3/wg0", "1/wg0"]
    some = interviews([2, 1, 1], **{**dates, "c3": "in maart"})
    found = saturation(some.study, some.rows, some.units, Selection())
    assert (found.by_date, [one.transcript for one in found.interviews]) == (False, ["1/wg0", "2/wg0", "3/wg0"])
    assert [one.new for one in found.interviews] == [("code-0", "code-1"), ("code-2",), ("code-3",)]


@settings(max_examples=60, deadline=None)
@given(samples(), st.integers(1, 3), st.integers(1, 3))
def test_what_is_new_by_looking_back(of: Sample, base: int, run: int) -> None:
    rows = chosen_rows(of.study, of.rows, Asked(all_cases=True))
    found = saturation(of.study, of.rows, of.units, EVERYONE, base=base, run=run)
    names = [one.transcript for one in found.interviews]
    held = {u.transcript for u in of.units if u.held and u.transcript}
    assert held == {*names, *found.waiting}
    assert names == sorted(names, key=lambda name: (int(name.split("/")[0]), name))
    assert not any(r.transcript in found.waiting for r in rows)
    before: set[str] = set()
    news = []
    for one in found.interviews:
        here = {r.code for r in rows if r.transcript == one.transcript}
        assert (set(one.codes), set(one.new)) == (here, here - before)
        before |= here
        news.append(len(one.new))
        assert one.cumulative == len(before) == sum(news)
        if len(news) < base + run:
            assert one.ratio is None
        else:
            brought = sum(news[len(news) - run :])
            assert one.run_new == brought
            assert one.ratio == (brought / sum(news[:base]) if sum(news[:base]) else None)


def test_numbers_of_interviews_begin_at_one() -> None:
    some = interviews([1])
    for base, run in ((0, 2), (4, 0)):
        with pytest.raises(QcodeError):
            saturation(some.study, [], some.units, Selection(), base=base, run=run)


@settings(max_examples=60, deadline=None)
@given(samples(), st.integers(1, 50))
def test_a_portrait_is_of_characters(of: Sample, number: int) -> None:
    """Slices follow each other over the whole text, and differ by one character at most."""
    if not of.study.transcripts:
        return
    name = next(iter(of.study.transcripts))
    rows = [r for r in chosen_rows(of.study, of.rows, Asked(all_cases=True)) if r.transcript == name]
    found = portrait(of.study, of.rows, of.units, Selection(), name, slices=number)
    lengths = {end - start for start, end in found.slices}
    assert "".join(TEXT[start:end] for start, end in found.slices) == TEXT
    assert len(found.slices) == min(number, len(TEXT))
    assert max(lengths) - min(lengths) <= 1
    assert found.bands.keys() == {r.code for r in rows}
    turns = portrait(of.study, of.rows, of.units, Selection(), name, by="turns")
    assert [*turns.slices] == [*TURNS]
    for drawn in (found, turns):
        for code, shares in drawn.bands.items():
            under = {at for r in rows if r.code == code for at in range(*span_of(r))}
            expected = [len(under & set(range(start, end))) / (end - start) for start, end in drawn.slices]
            assert shares == pytest.approx(expected)
    assert {(p.code, p.start) for p in found.passages} <= {(r.code, r.start) for r in rows}


def test_any_at_all_is_seen_and_only_all_is_full() -> None:
    assert band_of([0, 0.01, 0.25, 0.4, 0.5, 0.75, 0.99, 1]) == "·░▒▒▓▓▓█"


def test_a_portrait_of_a_transcript_that_is_not_there() -> None:
    some = sample([case("1", ["wg", "gm"])], [], {})
    with pytest.raises(UnknownName):
        portrait(some.study, [], some.units, Selection(), "9/wg0")
    for name, number in (("1/wg0", 0), ("", 5)):
        with pytest.raises(QcodeError):
            portrait(some.study, [], some.units, Selection(), name, slices=number)
