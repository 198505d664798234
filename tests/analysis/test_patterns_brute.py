"""The patterns and the list of cases, against counting by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from brute import Asked, chosen_rows, clumps, is_studied, is_under, passages, span_of
from hypothesis import given, settings
from samples import BOOK, Sample, case, row, sample, samples

from qcode.analysis.cases import cases
from qcode.analysis.patterns import patterns
from qcode.core.errors import UnknownName
from qcode.core.model import Observation
from qcode.core.query import Selection
from qcode.core.rows import Row


def _valence(rows: list[Row], clump: set[int]) -> str:
    said = {r.valence for r in rows if clump.issuperset(range(*span_of(r)))} - {None}
    return "disputed" if len(said) > 1 else str(next(iter(said), "none"))


def _clumps(rows: list[Row]) -> list[set[int]]:
    """The characters of each passage, spans joined one pair at a time until none share any."""
    sets = [set(range(*span_of(r))) for r in rows]
    while True:
        pair = next(((a, b) for a in sets for b in sets if a is not b and a & b), None)
        if pair is None:
            return sets
        sets = [s for s in sets if s is not pair[0] and s is not pair[1]] + [pair[0] | pair[1]]


@settings(max_examples=80, deadline=None)
@given(samples())
def test_patterns_are_what_counting_by_hand_gives(of: Sample) -> None:
    rows = chosen_rows(of.study, of.rows, Asked())
    for record in patterns(of.study, of.rows, of.units, Selection()).records:
        own = [r for r in rows if r.code == record["code"]]
        valences: Counter[str] = Counter()
        for name in {r.transcript for r in own}:
            there = [r for r in own if r.transcript == name]
            found = _clumps(there)
            assert len(found) == clumps(map(span_of, there))
            valences.update(_valence(there, clump) for clump in found)
        assert {k: n for k, n in record["valences"].items() if n} == dict(valences)
        assert {"helping", "hindering", "both", "disputed", "none"} <= record["valences"].keys()
        assert record["passages"] == passages(own, as_one=True)
        assert record["cases"] == sorted({r.case for r in own}, key=int)
        assert record["transcripts"] == len({r.transcript for r in own})
        for name in ("outcome", "perspective"):
            by_level = {getattr(r, name) or "none": set[str]() for r in own}
            for r in own:
                by_level[getattr(r, name) or "none"].add(r.case)
            assert {k: n for k, n in record[f"{name}s"].items() if n} == {k: len(v) for k, v in by_level.items()}


def test_leaves_are_codes_without_children_or_with_codings_of_their_own() -> None:
    one = case("1", ["wg", "gm"])
    some = sample([one], [row(one, "wg0", "twee", 0, 4), row(one, "wg0", "weg", 0, 4)], {})
    found = [record["code"] for record in patterns(some.study, some.rows, some.units, Selection()).records]
    assert found == ["een", "twee", "diep", "los", "weg"]
    under = patterns(some.study, some.rows, some.units, Selection(), under="T2").records
    assert [record["code"] for record in under] == ["twee", "diep"]
    assert all(is_under(some.study, record["code"], "twee") for record in under)
    with pytest.raises(UnknownName):
        patterns(some.study, some.rows, some.units, Selection(), under="nergens")


def test_an_observation_that_illustrates_marks_its_case() -> None:
    one = replace(case("1", ["wg", "gm"]), observations=(Observation("o1", illustrates=("een",)),))
    alone = replace(case("2", ["wg"]), observations=(Observation("o2", illustrates=("een",)),))
    some = sample([one, alone], [], {})
    record = patterns(some.study, some.rows, some.units, Selection()).records[0]
    assert (record["code"], record["phase"], record["illustrated"], record["cases"]) == ("een", "na", ["1"], [])


@settings(max_examples=60, deadline=None)
@given(samples())
def test_every_case_is_listed_with_what_was_coded_in_it(of: Sample) -> None:
    rows = chosen_rows(of.study, of.rows, Asked(all_cases=True))
    found = cases(of.study, of.rows, of.units, Selection()).records
    assert [record["case"] for record in found] == sorted((c.id for c in of.study.cases), key=int)
    for record in found:
        one = of.study.case_by_id[record["case"]]
        held = [unit for unit in of.units if unit.case == one.id and unit.held]
        assert record["passages"] == passages([r for r in rows if r.case == one.id], as_one=False)
        assert (record["interviews_planned"], record["interviews_held"]) == (len(one.interviews), len(held))
        assert set(record["perspectives"]) == {unit.perspective for unit in held if unit.perspective}
        assert record["studied"] == is_studied(of.study, one)
        assert record.get("sector") == one.attributes.get("sector")


def test_an_attribute_takes_no_other_fields_place() -> None:
    some = sample([case("1", ["wg"], attributes={"case": "x", "regio": "noord"})], [], {})
    (record,) = cases(some.study, some.rows, some.units, Selection()).records
    assert (record["case"], record["regio"], record["outcome"]) == ("1", "noord", "goed")
    assert BOOK.version == cases(some.study, [], some.units, Selection()).meta["codebook_version"]
