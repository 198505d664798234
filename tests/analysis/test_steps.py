"""What steps did, and in what order they come: against plain counting, and small cases worked out by hand."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any

import pytest
from brute import Asked, chosen_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import Sample, case, row, sample, samples
from test_cooccurrence import clumps

from qcode.analysis.process import process, transitions
from qcode.analysis.valence import valence
from qcode.core.errors import UnknownName
from qcode.core.query import Selection
from qcode.core.rows import Row

PHASES = ["voor", "na", None]  # the order of the sections' phases in the samples


def passages(rows: list[Row]) -> list[tuple[str, str, int, Row, set[str | None]]]:
    """Of each: code, transcript, start, its first coding, what its codings say."""
    found = []
    for code, text, characters in clumps(rows):
        inside = [
            r for r in rows
            if (r.code, r.transcript) == (code, text) and characters.issuperset(range(r.start or 0, r.end or 0))
        ]  # fmt: skip
        first = min(inside, key=lambda r: (r.start or 0, r.end or 0, r.coder, r.id or ""))
        found.append((code, text, min(characters), first, {r.valence for r in inside} - {None}))
    return found


def said(every: list[set[str | None]]) -> str:
    """Both when two sides are heard in undisputed passages, or one passage is both; as docs/reports.md words it."""
    clear = set().union(*(valences for valences in every if len(valences) == 1))
    if "both" in clear or len(clear) > 1:
        return "both"
    if any(len(valences) > 1 for valences in every):
        return "disputed"
    return str(next(iter(clear), "none"))


@settings(max_examples=60, deadline=None)
@given(samples())
def test_what_each_code_did_in_each_case(of: Sample) -> None:
    rows = chosen_rows(of.study, of.rows, Asked())
    found = valence(of.study, of.rows, of.units, Selection(), evidence=True)
    expected: dict[tuple[str, str], list[Any]] = {}
    for code, _, _, first, valences in passages(rows):
        if any(r.code == code and r.valence for r in rows):
            expected.setdefault((code, first.case), []).append((first.perspective, valences))
    assert {(r["code"], r["case"]) for r in found.records} == expected.keys()
    for record in found.records:
        own = expected[record["code"], record["case"]]
        assert record["verdict"] == said([valences for _, valences in own])
        assert sum(record["passages"].values()) == len(own)
        for perspective in {p for p, _ in own}:
            here = said([valences for p, valences in own if p == perspective])
            assert record["perspectives"][perspective or "none"] == here
        segments = {r.id for r in rows if (r.code, r.case) == (record["code"], record["case"]) and r.id}
        assert set(record["evidence"]) == segments


def test_a_step_helps_here_hinders_there_and_does_both_within_one_case() -> None:
    """Case 1 helping; case 2 hindering; case 3 one of each, by two people; case 4 disputed; case 5 nothing said."""
    cases = [case(str(n), ["wg", "gm"], absent=["wz"]) for n in range(1, 6)]
    rows = [
        row(cases[0], "wg0", "een", 0, 4, valence="helping"),
        row(cases[1], "wg0", "een", 0, 4, valence="hindering"),
        row(cases[2], "wg0", "een", 0, 4, valence="helping"),
        row(cases[2], "gm1", "een", 0, 4, valence="hindering"),
        row(cases[3], "wg0", "een", 0, 4, valence="helping"),
        row(cases[3], "wg0", "een", 2, 6, valence="hindering", coder="bram"),
        row(cases[4], "wg0", "een", 0, 4),
    ]
    some = sample(cases, rows, {"3/gm1": [("anna", None)], "1/gm1": [("anna", None)]})
    found = valence(some.study, some.rows, some.units, Selection())
    assert [(r["case"], r["verdict"]) for r in found.records] == [
        ("1", "helping"), ("2", "hindering"), ("3", "both"), ("4", "disputed"), ("5", "none")
    ]  # fmt: skip
    assert found.records[2]["perspectives"] == {"wg": "helping", "gm": "hindering", "wz": "not-interviewed"}
    assert found.records[0]["perspectives"]["gm"] == "zero"
    assert found.records[1]["perspectives"]["gm"] == "uncoded"


def test_codes_without_a_valence_are_there_when_named() -> None:
    one = case("1", ["wg", "gm"])
    some = sample([one], [row(one, "wg0", "een", 0, 4)], {})
    assert valence(some.study, some.rows, some.units, Selection()).codes == []
    assert valence(some.study, some.rows, some.units, Selection(), under="tak").codes == ["een", "diep"]
    with pytest.raises(UnknownName):
        valence(some.study, some.rows, some.units, Selection(), under="nergens")


@settings(max_examples=60, deadline=None)
@given(samples(), st.sampled_from([None, "tak"]))
def test_steps_are_in_the_order_of_phases_then_of_the_text(of: Sample, under: str | None) -> None:
    """And a transition is from all that begins at one place to all that begins at the next."""
    rows = chosen_rows(of.study, of.rows, Asked())
    codes = [r.code for r in rows if r.code == "een" or (under and r.code in ("tak", "twee", "diep", "oud"))]
    steps = [p for p in passages(rows) if p[0] in codes]
    found, pairs = transitions(of.study, of.rows, of.units, Selection(), under=under)
    assert [*found.records()] == [*process(of.study, of.rows, of.units, Selection(), under=under).records()]
    counted: dict[tuple[str, str], int] = {}
    for name in {p[1] for p in steps}:
        here = sorted((PHASES.index(p[3].section_phase), p[2], p[0]) for p in steps if p[1] == name)
        records = [r for r in found.records() if r["transcript"] == name]
        assert sorted((PHASES.index(r["phase"]), r["start"], r["code"]) for r in records) == here
        assert [(PHASES.index(r["phase"]), r["start"]) for r in records] == [p[:2] for p in here]
        places = [{p[2] for p in same} for _, same in groupby(here, key=lambda p: p[:2])]
        phases = [phase for phase, _ in groupby([p[:2] for p in here])]
        assert [r["position"] for r in records] == [n for n, place in enumerate(places, 1) for _ in place]
        for (one, before), (other, after) in pairwise(zip(phases, places, strict=True)):
            if (one[0] == 2) == (other[0] == 2):
                for a in before:
                    for b in after - {a}:
                        counted[a, b] = counted.get((a, b), 0) + 1
    assert {pair: t.count for pair, t in pairs.items() if t.count} == counted
    assert all(t.state == "value" for t in pairs.values() if t.count)


def test_the_order_of_one_transcript_by_hand() -> None:
    """Told last but about the first phase, `oud` comes first; what stands in no phase follows nothing."""
    one = case("1", ["wg", "gm"])
    rows = [
        row(one, "wg0", "een", 0, 2, section_phase="na"),
        row(one, "wg0", "oud", 20, 22, section_phase="voor"),
        row(one, "wg0", "diep", 4, 6, section_phase="na"),
        row(one, "wg0", "twee", 4, 8, section_phase="na"),
        row(one, "wg0", "een", 30, 32),
        row(one, "gm1", "een", 0, 2, section_phase="na"),
    ]
    some = sample([one], rows, {"1/gm1": [("anna", None)]})
    asked = some.study, some.rows, some.units, Selection()
    assert transitions(*asked)[0].codes == ["een"]
    found, pairs = transitions(*asked, under="tak")
    every = [(r["transcript"], r["code"], r["position"]) for r in found.records()]
    assert every == [
        ("1/gm1", "een", 1),
        ("1/wg0", "oud", 1), ("1/wg0", "een", 2), ("1/wg0", "twee", 3), ("1/wg0", "diep", 3), ("1/wg0", "een", 4),
    ]  # fmt: skip
    assert found.states == {"1/wg0": ("value", False), "1/gm1": ("value", True)}
    assert found.phases == ["voor", "na", None]
    assert found.transcripts == {"1": ["1/gm1", "1/wg0"]}
    counted = {pair: (t.count, t.transcripts, t.cases) for pair, t in pairs.items() if t.count}
    assert counted == {("oud", "een"): (1, 1, 1), ("een", "twee"): (1, 1, 1), ("een", "diep"): (1, 1, 1)}
