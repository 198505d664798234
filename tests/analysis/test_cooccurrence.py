"""Codes that go together: against looking at every pair of passages and every place, and at formulas by hand."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import pytest
from brute import Asked, chosen_rows, is_under
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import TURNS, Sample, case, row, sample, samples

from qcode.analysis.cooccurrence import Cooccurrence, cooccurrence
from qcode.analysis.relations import relations
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.query import Selection
from qcode.core.rows import Row

Clump = tuple[str, str, set[int]]  # a passage: code, transcript, its characters


def clumps(rows: list[Row]) -> list[Clump]:
    """Spans of one code and transcript, joined one by one with all that they share a character with."""
    found: list[Clump] = []
    for r in rows:
        characters = set(range(r.start or 0, r.end or 0))
        apart = []
        for code, text, others in found:
            if (code, text) == (r.code, r.transcript) and others & characters:
                characters |= others
            else:
                apart.append((code, text, others))
        found = [*apart, (r.code, r.transcript, characters)]
    return found


def touched(clump: Clump) -> set[int]:
    return {n for n, (a, b) in enumerate(TURNS) if clump[2] & set(range(a, b))}


def together(one: Clump, other: Clump, apart: int | None) -> bool:
    if one[1] != other[1]:
        return False
    if one[2] & other[2]:
        return True
    return apart is not None and any(abs(a - b) <= apart for a in touched(one) for b in touched(other))


def found_in(of: Sample, within: str, **options: bool) -> Cooccurrence:
    return cooccurrence(of.study, of.rows, of.units, Selection(), within, **options)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(samples(), st.sampled_from([("overlap", None), ("0-turns", 0), ("1-turn", 1)]))
def test_pairs_of_passages_are_those_found_by_looking_at_every_two(of: Sample, by: tuple[str, int | None]) -> None:
    passages = clumps(chosen_rows(of.study, of.rows, Asked()))
    found = found_in(of, by[0])
    for (a, b), pair in found.pairs.items():
        first, second = ([p for p in passages if p[0] == code] for code in (a, b))
        count = sum(together(p, q, by[1]) for p in first for q in second)
        assert (pair.count, pair.n_a, pair.n_b) == (count, len(first), len(second))
        whole = len(first) + len(second) - count
        assert pair.c == (count / whole if whole > 0 else None)


@settings(max_examples=60, deadline=None)
@given(samples(), st.sampled_from(["turn", "transcript", "case"]))
def test_jaccard_is_that_of_the_graph_of_codes_and_places(of: Sample, unit: str) -> None:
    """A second implementation: networkx on the graph that joins each code with the places where it occurs."""
    rows = chosen_rows(of.study, of.rows, Asked())
    graph: nx.Graph[Any] = nx.Graph()
    codes = {r.code for r in rows}
    graph.add_nodes_from(codes)
    for r in rows:
        turns = touched((r.code, r.transcript, set(range(r.start or 0, r.end or 0))))
        places: dict[str, list[tuple[str, int]]] = {
            "turn": [(r.transcript, t) for t in turns], "transcript": [(r.transcript, -1)], "case": [(r.case, -2)]
        }  # fmt: skip
        graph.add_edges_from((r.code, place) for place in places[unit])
    found = found_in(of, unit)
    for a, b, expected in nx.jaccard_coefficient(graph, combinations(codes, 2)):
        pair = found.pairs.get((a, b)) or found.pairs[b, a]
        either = len({*graph[a], *graph[b]})
        assert pair.jaccard == (pytest.approx(expected) if either else None)
        assert pair.count == len({*graph[a]} & {*graph[b]})
        assert pair.c is None


def test_c_by_hand_and_above_one_told() -> None:
    """One passage of `een` over three of `los`: 3 / (1 + 3 - 3) = 3, which is no share; and 1 / (1 + 1 - 1) = 1.

    The turns are 0-9 and 16-26: `een` touches both, `los` both: Jaccard 1. `diep` is in the first turn alone: 1/2.
    """
    one = case("1", ["wg", "gm"])
    spans = [("een", 0, 20), ("los", 1, 2), ("los", 4, 6), ("los", 17, 18), ("diep", 5, 8)]
    some = sample([one], [row(one, "wg0", *span) for span in spans], {})
    pairs = found_in(some, "overlap").pairs
    wide, small = pairs["een", "los"], pairs["een", "diep"]
    assert (wide.count, wide.n_a, wide.n_b, wide.c, wide.above, wide.jaccard) == (3, 1, 3, 3.0, True, 1.0)
    assert (small.count, small.c, small.above, small.jaccard) == (1, 1.0, False, 0.5)
    assert pairs["diep", "los"].count == 1


def test_c_is_not_defined_where_many_are_near_few() -> None:
    """Two passages of each in one turn make four pairs: 4 / (2 + 2 - 4) is nothing, not endless."""
    one = case("1", ["wg", "gm"])
    spans = [("een", 0, 1), ("los", 2, 3), ("een", 4, 5), ("los", 6, 7)]
    some = sample([one], [row(one, "wg0", *span) for span in spans], {})
    pair = found_in(some, "0-turns").pairs["een", "los"]
    assert (pair.count, pair.n_a, pair.n_b, pair.c, pair.above) == (4, 2, 2, None, False)


def test_a_second_coder_makes_no_second_pair() -> None:
    one = case("1", ["wg", "gm"])
    spans = [("een", 0, 4), ("los", 2, 7)]
    rows = [row(one, "wg0", *span, coder=coder, id=coder + span[0]) for span in spans for coder in ("anna", "bram")]
    some = sample([one], rows, {})
    pair = found_in(some, "overlap", evidence=True).pairs["een", "los"]
    assert (pair.count, pair.c) == (1, 1.0)
    assert set(pair.evidence) == {"annaeen", "brameen", "annalos", "bramlos"}


def test_two_codes_that_no_perspective_can_bring_together() -> None:
    """`diep` is asked of wg, `los` of wz: in one case perhaps, in one text never. What is not done is not known."""
    one = case("1", ["wg", "wz"])
    some = sample([one], [], {})
    assert found_in(some, "turn").pairs["diep", "los"].state == "n/a"
    assert found_in(some, "case").pairs["diep", "los"].state == "uncoded"
    done = sample([one], [], {"1/wg0": [("anna", None)], "1/wz1": [("anna", None)]})
    assert found_in(done, "case").pairs["diep", "los"].state == "zero"
    assert found_in(done, "overlap").pairs["een", "los"].state == "zero"
    absent = sample([case("1", ["gm", "im"], absent=["wz"])], [], {})
    assert found_in(absent, "overlap").pairs["een", "los"].state == "not-interviewed"


def test_how_two_passages_lie_to_each_other() -> None:
    one = case("1", ["wg", "gm"])
    spans = [("een", 0, 4), ("een", 5, 9), ("een", 16, 20), ("los", 0, 4), ("los", 6, 8), ("los", 18, 26)]
    some = sample([one], [row(one, "wg0", *span) for span in spans], {})

    def seen(a: str, b: str, within: str) -> list[tuple[int, int, str, int | None]]:
        found = relations(some.study, some.rows, some.units, Selection(), a, b, within)
        return [(p.a.start, p.b.start, p.how, p.turns) for p in found.pairs]

    assert seen("een", "los", "overlap") == [(0, 0, "equal", 0), (5, 6, "contains", 0), (16, 18, "overlap", 0)]
    assert seen("los", "een", "overlap") == [(0, 0, "equal", 0), (6, 5, "inside", 0), (18, 16, "overlap", 0)]
    assert [pair[2:] for pair in seen("een", "los", "turn")] == [
        ("equal", 0), ("near", 0), ("near", 0), ("contains", 0), ("overlap", 0)
    ]  # fmt: skip
    assert len(seen("een", "los", "1-turn")) == len(seen("een", "los", "transcript")) == 9
    assert {pair[3] for pair in seen("een", "los", "1-turn")} == {0, 1}
    for wrong in (("een", "los", "case"), ("een", "los", "ver"), ("een", "tak", "turn"), ("een", "een", "turn")):
        with pytest.raises(QcodeError):
            seen(*wrong)


@settings(max_examples=30, deadline=None)
@given(samples())
def test_a_branch_close_up_is_one_code(of: Sample) -> None:
    rows = [r._replace(code="tak") if is_under(of.study, r.code, "tak") else r for r in of.rows]
    passages = clumps(chosen_rows(of.study, rows, Asked()))
    found = relations(of.study, of.rows, of.units, Selection(), "tak", "los", "overlap")
    first, second = ([p for p in passages if p[0] == code] for code in ("tak", "los"))
    assert len(found.pairs) == sum(together(p, q, None) for p in first for q in second)
    assert sum(pairs for pairs, _, _ in found.counts().values()) == len(found.pairs)


def test_an_unknown_name_is_told() -> None:
    some = sample([case("1", ["wg", "gm"])], [], {})
    with pytest.raises(QcodeError):
        found_in(some, "-1-turns")
    with pytest.raises(UnknownName):
        cooccurrence(some.study, [], some.units, Selection(), under="nergens")
