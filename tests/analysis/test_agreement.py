"""Agreement against figures that were published, a count by hand, and a count turn by turn."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import BOOK, TURNS, Sample, case, row, sample, samples

from qcode.analysis.agreement import Counts, agreement
from qcode.analysis.settled import Settled, settled
from qcode.core.query import Selection
from qcode.core.refused import Refused
from qcode.core.rows import units


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        # Fifty grant proposals read by two people; a textbook example: observed .70, by chance .50.
        (Counts(20, 5, 10, 15), 0.40),
        # Two tables of the same observed agreement (.60) and unlike margins.
        (Counts(45, 15, 25, 15), 0.1304),
        (Counts(25, 35, 5, 35), 0.2593),
        # Worse than chance, and none at all.
        (Counts(0, 5, 5, 0), -1.0),
        (Counts(1, 1, 1, 1), 0.0),
    ],
)
def test_kappa_as_published(counts: Counts, kappa: float) -> None:
    assert counts.kappa == pytest.approx(kappa, abs=5e-5)


@pytest.mark.parametrize("counts", [Counts(), Counts(9, 0, 0, 0), Counts(0, 0, 0, 9)])
def test_kappa_is_not_defined_without_variation(counts: Counts) -> None:
    assert counts.kappa is None


numbers = st.builds(Counts, *[st.integers(0, 50)] * 4)


@given(numbers)
def test_kappa_does_not_depend_on_order_or_names(counts: Counts) -> None:
    """The other coder first; and the code exchanged for its absence."""
    for other in (
        Counts(counts.both, counts.second, counts.first, counts.neither),
        Counts(counts.neither, counts.first, counts.second, counts.both),
    ):
        assert other.kappa == counts.kappa
        assert other.percent == counts.percent


@given(st.integers(1, 50), st.integers(1, 50))
def test_equal_coders_agree_wholly(both: int, neither: int) -> None:
    assert Counts(both, 0, 0, neither).kappa == 1


@settings(max_examples=60, deadline=None)
@given(samples(), st.sampled_from(["all", "either", "both"]))
def test_counts_are_those_of_a_count_turn_by_turn(drawn: Sample, over: str) -> None:
    """Every turn of every transcript is asked in turn what each coder made of it."""
    found = agreement(drawn.study, drawn.rows, drawn.units, Selection(), over=over)
    got = {(one.coders, one.code): one.counts for one in found.agreed if one.code}
    coders = sorted({codings.coder for codings in drawn.study.codings})
    for pair in combinations(coders, 2):
        for code in BOOK.codes:
            counts = _by_turns(drawn, pair, code.id, over)
            if counts.turns > counts.neither:
                assert got.pop((pair, code.id)) == counts
    assert not {key for key in got if key[1] in BOOK.by_id}


def _by_turns(drawn: Sample, pair: tuple[str, str], code: str, over: str) -> Counts:
    cells = [0, 0, 0, 0]
    for unit in drawn.units:
        versions = dict(unit.done)
        if unit.transcript is None or not unit.held or not all(coder in versions for coder in pair):
            continue
        older = min(99 if versions[coder] is None else int(versions[coder] or 0) for coder in pair)
        applies = BOOK.applies(code, unit.perspective or "")
        if not applies or older < BOOK.since(code, unit.perspective or ""):
            continue
        for begin, end in TURNS:
            here = [r for r in drawn.rows if r.transcript == unit.transcript and (r.start or 0) < end]
            here = [r for r in here if begin < (r.end or 0)]
            any_code = [any(r.coder == coder for r in here) for coder in pair]
            if {"all": True, "either": any(any_code), "both": all(any_code)}[over]:
                coded = [any(r.coder == coder and r.code in BOOK.subtree[code] for r in here) for coder in pair]
                cells[{(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}[tuple(coded)]] += 1  # type: ignore[index]
    return Counts(*cells)


CASE = case("1", ["wg"])
DONE = {"1/wg0": [("anna", 4), ("bram", 4)]}


def test_they_differ_where_only_one_gave_the_code_and_where_valences_differ() -> None:
    """Two turns, 0-9 and 16-26. Both code `een` in the first, with unlike valences; only Anna the second, where Bram
    has `los` for part of it. `tak` is the same passage by both: no difference."""
    rows = [
        row(CASE, "wg0", "een", 0, 4, valence="helping"),
        row(CASE, "wg0", "een", 3, 8, valence="hindering", coder="bram"),
        row(CASE, "wg0", "een", 16, 20),
        row(CASE, "wg0", "diep", 18, 22, coder="bram"),
        row(CASE, "wg0", "tak", 0, 4),
        row(CASE, "wg0", "tak", 0, 5, coder="bram"),
    ]
    drawn = sample([CASE], rows, DONE)
    found = agreement(drawn.study, drawn.rows, drawn.units, Selection())
    assert [(one.code, one.about, one.valences, one.instead) for one in found.differences] == [
        ("een", "valence", (frozenset({"helping"}), frozenset({"hindering"})), ()),
        ("een", "code", (frozenset(), None), ("diep",)),
        ("diep", "code", (None, frozenset()), ("een",)),
    ]
    assert {one.code: one.counts for one in found.agreed}["een"] == Counts(1, 1, 0, 0)


def test_the_consensus_settles_a_difference_with_the_code_or_against_it() -> None:
    """By hand: six differences, of which the team coded the first two and decided against the third.

    It touches the fourth without sharing a character, decided against another code where the fifth is, and both coded
    and decided against the sixth, where the coding goes first.
    """
    own = [
        row(CASE, "wg0", "een", 0, 4),
        row(CASE, "wg0", "tak", 0, 4),
        row(CASE, "wg0", "diep", 5, 9),
        row(CASE, "wg0", "een", 16, 20),
        row(CASE, "wg0", "twee", 16, 20),
        row(CASE, "wg0", "tak", 16, 26),
    ]
    team = [
        row(CASE, "wg0", "een", 2, 7, coder="consensus", valence="helping", id="c1"),
        row(CASE, "wg0", "een", 0, 1, coder="consensus", valence="both", id="c2"),
        row(CASE, "wg0", "tak", 3, 4, coder="consensus", id="c3"),
        row(CASE, "wg0", "tak", 20, 24, coder="consensus", id="c4"),
    ]
    refused = [
        Refused("1/wg0", "diep", 8, 16, "r1"),
        Refused("1/wg0", "diep", 5, 9, None),
        Refused("1/wg0", "een", 20, 26, "r2"),
        Refused("1/wg0", "een", 8, 16, "r3"),
        Refused("1/wg0", "los", 16, 20, "r4"),
        Refused("2/wg0", "twee", 16, 20, "r5"),
        Refused("1/wg0", "tak", 16, 26, "r6"),
    ]
    drawn = sample([CASE], [*own, *team], DONE)
    found = agreement(drawn.study, drawn.rows, drawn.units, Selection()).differences
    done = dict(zip([(one.code, one.rows[0].start) for one in found], settled(found, drawn.rows, refused), strict=True))
    assert done == {
        ("een", 0): Settled("coded", frozenset({"helping", "both"}), ("c1", "c2")),
        ("tak", 0): Settled("coded", frozenset(), ("c3",)),
        ("diep", 5): Settled("against", frozenset(), ("r1", None)),
        ("een", 16): None,
        ("twee", 16): None,
        ("tak", 16): Settled("coded", frozenset(), ("c4",)),
    }


def test_a_difference_with_the_consensus_itself_is_not_settled() -> None:
    rows = [row(CASE, "wg0", "een", 0, 4), row(CASE, "wg0", "een", 16, 20, coder="consensus")]
    drawn = sample([CASE], rows, {"1/wg0": [("anna", 4), ("consensus", 4)]})
    chosen = Selection(coders=("anna", "consensus"))
    found = agreement(drawn.study, drawn.rows, units(drawn.study, coders=chosen.coders), chosen).differences
    assert settled(found, drawn.rows, [Refused("1/wg0", "een", 0, 4, "r1")]) == [None] * len(found) != []


def test_a_transcript_that_one_has_not_done_is_not_compared() -> None:
    drawn = sample([CASE], [row(CASE, "wg0", "een", 0, 4)], {"1/wg0": [("anna", 4)]})
    found = agreement(drawn.study, drawn.rows, drawn.units, Selection(coders=("anna", "bram")))
    assert found.shared == {("anna", "bram"): []}
    assert not found.agreed
