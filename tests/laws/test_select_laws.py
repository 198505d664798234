"""Laws of selecting and of a coding session: select twice = select both; undo after do = identity."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.codebook import Code, Codebook, Level
from qcode.core.expr import And, Expr, Not, Or, Test, compiled
from qcode.core.layout import read_markdown
from qcode.core.model import Case, Interview, Settings, Study, Transcript, match_interviews
from qcode.core.query import Selection, keeps_level, select_rows, select_units
from qcode.core.rows import Row, rows, units
from qcode.core.session import Session, open_session

TEXT = "# One {phase=p}\n\n**I:** a b a b\n\n**R:** a b c\n\n# Two {phase=q}\n\n**R:** c c a b\n"
CODERS = ("anna", "bram", "consensus")
CODES = ("x", "y")
VALUES: dict[str, list[str | None]] = {
    "case": ["1", "2"],
    "transcript": ["1/a", "2/a", None],
    "perspective": ["m", "w"],
    "outcome": ["good", "bad", None],
    "phase": ["p", "q", None],
    "section-phase": ["p", "q", None],
    "valence": ["+", "-", None],
    "code": ["x", "y"],
    "coder": list(CODERS),
    "speaker": ["I", "R", None],
    "sector": ["care", None],
}
BOOK = Codebook(
    phases=(Level("p"), Level("q")),
    perspectives=(Level("m"), Level("w")),
    valences=(Level("+"), Level("-")),
    codes=(Code("x"), Code("y", phase="q")),
)


def transcript(case: str, stem: str, perspective: str) -> Transcript:
    layout = read_markdown(TEXT, 0, {"I": "interviewer", "R": "respondent"})
    return Transcript(case, stem, f"cases/{case}/{stem}.md", perspective, TEXT, "blob", layout)


def empty_study() -> Study:
    def case(name: str, outcome: str | None, *held: Transcript, sector: str | None = None) -> Case:
        planned = (Interview("m"), Interview("w"))
        attributes = {"sector": sector} if sector else {}
        return Case(name, f"cases/{name}", outcome, attributes, match_interviews(planned, held), held)

    one = case("1", "good", transcript("1", "a", "m"), transcript("1", "b", "w"), sector="care")
    return Study(Settings(), BOOK, (one, case("2", None, transcript("2", "a", "m"))))


def counter() -> Callable[[int], int]:
    numbers = itertools.count()
    return lambda below: next(numbers) // 7 % below


def step(at: Session, move: tuple[str, int, int, str, str | None]) -> Session:
    """Carry out one move, as far as it makes sense."""
    kind, start, length, code, valence = move
    if kind == "mark":
        return at.mark(done=length % 2 == 0)
    segments = at.codings.segments
    if kind == "remove" and segments:
        chosen = segments[start % len(segments)]
        return at.remove(chosen.id or "", None if valence else chosen.codes[0].code)
    end = min(start + length, len(TEXT))
    return at if TEXT[start:end].isspace() else at.add((start, end), [code], valence=valence)


MOVES = st.tuples(
    st.sampled_from(["add", "add", "add", "remove", "mark"]),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 9),
    st.sampled_from(CODES),
    st.sampled_from(["+", "-", None]),
)


@st.composite
def studies(draw: st.DrawFn) -> Study:
    """Two cases, coded by whoever, at random."""
    one = empty_study()
    sets = []
    for name, coder in itertools.product(one.transcripts, CODERS):
        if moves := draw(st.lists(MOVES, max_size=4)):
            at = open_session(one, one.transcripts[name], coder, draw=counter())
            for move in moves:
                at = step(at, move)
            sets.append(at.codings)
    return Study(one.settings, one.codebook, one.cases, tuple(sets))


TESTS = st.one_of(
    [
        st.builds(Test, st.just(name), st.frozensets(st.sampled_from(known), max_size=2))
        for name, known in VALUES.items()
    ]
)
EXPRS: st.SearchStrategy[Expr] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


def some(name: str) -> st.SearchStrategy[tuple[str | None, ...]]:
    return st.lists(st.sampled_from(VALUES[name]), unique=True, max_size=2).map(tuple)


SELECTIONS = st.builds(
    Selection,
    cases=some("case"),
    phases=some("phase"),
    perspectives=some("perspective"),
    outcomes=some("outcome"),
    codes=some("code"),
    where=EXPRS,
    all_cases=st.booleans(),
)


def both(one: Selection, other: Selection) -> Selection:
    return Selection(where=And((one.expr, other.expr)), all_cases=one.all_cases and other.all_cases)


@settings(deadline=None, max_examples=60)
@given(studies(), SELECTIONS, SELECTIONS)
def test_selecting_twice_is_selecting_both(study: Study, one: Selection, other: Selection) -> None:
    found, places = rows(study), units(study)
    twice = select_rows(study, select_rows(study, found, one), other)
    assert twice == select_rows(study, found, both(one, other))
    assert twice == select_rows(study, select_rows(study, found, other), one)
    assert select_rows(study, twice, one) == twice
    # Of units what is unknown stays in, so both together may rule out more than each after the other.
    after = select_units(study, select_units(study, places, one), other)
    assert after == select_units(study, select_units(study, places, other), one)
    assert set(select_units(study, places, both(one, other))) <= set(after)


@settings(deadline=None, max_examples=60)
@given(studies(), SELECTIONS, st.sampled_from([("anna",), ("bram", "consensus")]))
def test_naming_the_coders_is_to_count_those_alone(study: Study, asked: Selection, coders: tuple[str, ...]) -> None:
    named = Selection(coders=coders, where=asked.expr, all_cases=asked.all_cases)
    plain = Selection(where=asked.expr, all_cases=asked.all_cases)
    counted = rows(study, coders=coders)
    assert select_rows(study, rows(study), named) == [
        row for row in select_rows(study, counted, plain) if row.coder in coders
    ]
    assert select_units(study, units(study), named) == select_units(study, units(study, coders=coders), plain)


@settings(deadline=None, max_examples=60)
@given(studies(), SELECTIONS)
def test_a_selected_coding_keeps_its_unit_and_its_levels(study: Study, asked: Selection) -> None:
    kept = {unit.transcript for unit in select_units(study, units(study), asked)}
    for row in select_rows(study, rows(study), asked):
        assert row.transcript in kept
        for dimension in VALUES:
            if dimension != "sector":
                assert keeps_level(asked, dimension, getattr(row, dimension.replace("-", "_")))


def brute(expr: Expr, row: Row, sector: str | None) -> bool:
    if isinstance(expr, Test):
        value = sector if expr.name == "sector" else getattr(row, expr.name.replace("-", "_"))
        return value in expr.values
    if isinstance(expr, Not):
        return not brute(expr.part, row, sector)
    join = all if isinstance(expr, And) else any
    return join(brute(part, row, sector) for part in expr.parts)


@settings(deadline=None, max_examples=60)
@given(studies(), EXPRS)
def test_an_expression_over_codings_is_plain_logic(study: Study, where: Expr) -> None:
    found = rows(study)
    expected = [row for row in found if brute(where, row, "care" if row.case == "1" else None)]
    assert select_rows(study, found, Selection(where=where, all_cases=True)) == expected


@given(EXPRS, st.dictionaries(st.sampled_from(sorted(VALUES)), st.sampled_from([True, False, None])))
def test_what_is_true_or_false_stays_so_when_more_becomes_known(expr: Expr, facts: dict[str, bool | None]) -> None:
    """Kleene: filling in an unknown never turns true into false, or back."""

    def truth(known: dict[str, bool | None]) -> bool | None:
        def leaf(test: Test) -> Callable[[str], bool | None]:
            return lambda _: known.get(test.name)

        return compiled(expr, leaf)("anything")

    before = truth(facts)
    for filling in (True, False):
        full = {name: filling if facts.get(name) is None else facts[name] for name in VALUES}
        after = truth(full)
        assert after is not None
        assert before in (None, after)


@settings(deadline=None, max_examples=80)
@given(st.lists(MOVES, max_size=8))
def test_undo_after_do_is_the_identity_and_redo_brings_it_back(
    moves: list[tuple[str, int, int, str, str | None]],
) -> None:
    one = empty_study()
    at = open_session(one, one.transcripts["1/a"], "anna", draw=counter())
    for move in moves:
        after = step(at, move)
        if after.codings != at.codings:
            assert after.undo().codings == at.codings
            assert after.undo().redo().codings == after.codings
        at = after
    while at.past:
        at = at.undo()
    assert at.codings == open_session(one, one.transcripts["1/a"], "anna").codings


@settings(deadline=None, max_examples=80)
@given(st.lists(MOVES, max_size=8))
def test_a_session_keeps_ids_unique_and_segments_in_order(moves: list[tuple[str, int, int, str, str | None]]) -> None:
    one = empty_study()
    at = open_session(one, one.transcripts["1/a"], "anna", draw=counter())
    for move in moves:
        at = step(at, move)
    ids = [segment.id for segment in at.codings.segments]
    assert len(set(ids)) == len(ids)
    spans = [at.locate(segment).span for segment in at.codings.segments]
    assert None not in spans
    assert spans == sorted(spans, key=lambda span: span or (0, 0))
    assert len(set(spans)) == len(spans)
