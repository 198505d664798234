"""Perspectives side by side against counting by hand: passages, their valences, and why a place is empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from brute import Asked, cell, characters, chosen_rows, clumps, span_of
from hypothesis import given, settings
from samples import BOOK, Sample, case, row, sample, samples

from qcode.analysis.abreast import Abreast, evidence, verdicts
from qcode.analysis.scope import scope
from qcode.analysis.spans import as_one
from qcode.core.model import Interview, Observation
from qcode.core.query import Selection
from qcode.core.rows import Row
from qcode.core.table import Table


def _abreast(of: Sample, asked: Selection) -> Abreast:
    return Abreast(scope(of.study, of.rows, of.units, asked))


@settings(max_examples=60, deadline=None)
@given(samples())
def test_passages_are_the_clumps_of_characters(of: Sample) -> None:
    by_text: dict[str, list[Row]] = {}
    for coding in of.rows:
        by_text.setdefault(coding.transcript, []).append(coding)
    found = as_one(of.rows)
    assert Counter(p.transcript for p in found) == {t: clumps(map(span_of, rows)) for t, rows in by_text.items()}
    for passage in found:
        assert min(r.start or 0 for r in passage.rows) == passage.start
        assert max(r.end or 0 for r in passage.rows) == passage.end
        assert characters(passage.rows)[passage.transcript] == set(range(passage.start, passage.end))
    assert sum(len(p.rows) for p in found) == len(of.rows)


@settings(max_examples=40, deadline=None)
@given(samples())
def test_each_perspective_of_each_case_says_what_counting_by_hand_gives(of: Sample) -> None:
    abreast = _abreast(of, Selection(all_cases=True))
    asked = Asked(all_cases=True)
    rows = chosen_rows(of.study, of.rows, asked)
    for name in abreast.scope.cases:
        for code in abreast.codes:
            for perspective in abreast.perspectives:
                said = abreast.said(name, code, perspective)
                place = {"case": name, "perspective": perspective, "code": code}
                value, state, complete = cell(
                    of.study, rows, of.units, asked, place, "passages", leaves=True, possible=abreast.perspectives
                )
                assert (len(said.passages), said.state, said.complete) == (value or 0, state, complete), place
            whole = abreast.of_case(name, code)
            value, state, complete = cell(
                of.study, rows, of.units, asked, {"case": name, "code": code}, "passages",
                leaves=False, possible=abreast.perspectives,
            )  # fmt: skip
            assert (len(whole.passages), whole.state, whole.complete) == (value or 0, state, complete), (name, code)


def test_a_passage_is_disputed_only_where_two_say_different_things() -> None:
    one = case("1", ["wg"])
    rows = [
        row(one, "wg0", "een", 0, 5, valence="helping"),
        row(one, "wg0", "een", 4, 8, coder="bram", valence="hindering"),
        row(one, "wg0", "een", 8, 9, valence="both"), row(one, "wg0", "een", 10, 12),
        row(one, "wg0", "een", 11, 14, valence="helping"),
    ]  # fmt: skip
    said = _abreast(sample([one], rows, {}, minimum_perspectives=1), Selection()).said("1", "een", "wg")
    assert said.valences == {"disputed": 1, "both": 1, "helping": 1}
    assert said.passages[0].coders == ["anna", "bram"]
    assert said.passages[0].ids == ["s0-5", "s4-8"]


def test_a_verdict_concerns_the_codes_that_it_names_and_those_above() -> None:
    told = Observation("a", steps=("een",), agreement="differ")
    example = Observation("b", illustrates=("diep",), agreement="agree")
    other = Observation("c", evidence=("s0-5",), agreement="agree")
    one = case("1", ["wg"])
    of = sample([one], [], {})
    with_all = replace(one, observations=(told, example, other))
    assert [o.id for o in verdicts(of.study, with_all, "een")] == ["a"]
    assert [o.id for o in verdicts(of.study, with_all, "twee")] == ["b"]
    assert [o.id for o in verdicts(of.study, with_all, "tak")] == ["a", "b"]
    assert verdicts(of.study, with_all, "los") == []
    assert BOOK.subtree["tak"] >= {"een", "diep"}


def test_evidence_is_what_is_found_and_not_withdrawn() -> None:
    one = case("1", ["wg", "gm"])
    withdrawn = Interview("gm", consent="withdrawn", transcript=one.transcripts[1])
    gone = replace(one, interviews=(one.interviews[0], withdrawn))
    rows = [
        row(one, "wg0", "een", 0, 5), row(one, "gm1", "een", 0, 4), row(one, "wg0", "een", 6, 9, state="lost"),
        row(one, "wg0", "een", 1, 3),
    ]  # fmt: skip
    names = Observation("o", evidence=("s0-5", "s0-4", "s6-9", "elsewhere"))
    of = sample([gone], rows, {})
    assert [found.id for found in evidence(of.study, rows, gone, names)] == ["s0-5"]


class _Walked(Table):
    """Codings that count how often somebody walks over all of them."""

    walks = 0

    def __iter__(self) -> Iterator[Row]:
        self.walks += 1
        return super().__iter__()


def test_what_is_planned_in_many_cases_is_known_without_a_walk_over_the_codings_for_each() -> None:
    """That is a matter of minutes in a study of a thousand cases."""
    cases = [case(str(number), ["wg"], absent=["gm"]) for number in range(9)]
    coded = [row(one, "wg0", "een", 0, 5) for one in cases]
    abreast = _abreast(sample(cases, coded, {}), Selection(all_cases=True))
    rows = _Walked(abreast.scope.rows.column, len(coded))
    abreast.scope = replace(abreast.scope, rows=rows)
    assert [abreast.planned(one.id) for one in cases] == [["wg", "gm"]] * 9
    assert rows.walks <= 1
