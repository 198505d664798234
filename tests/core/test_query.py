"""The selection and its language: what chooses codings, what chooses units, and what is said of a mistake."""

from __future__ import annotations

import pytest
from build import case, codings, segment, study, transcript, two_cases

from qcode.core.errors import QcodeError, UnknownName
from qcode.core.expr import And, Expr, Not, Or, Test, parse
from qcode.core.model import Coded, Interview, Study
from qcode.core.query import keeps_level, select_rows, select_units, selection
from qcode.core.rows import rows, units


def small() -> Study:
    return two_cases(
        codings(
            "2/boss",
            "anna",
            segment("two days", Coded("agreements", valence="helping"), "contact", id="a"),
            segment("we met", "meeting", id="b"),
            status="done",
        ),
        codings("2/person", "bram", segment("two days", Coded("deals", valence="hindering"), id="c")),
        codings("10/boss", "anna", segment("It went well", "trust", "unheard-of", id="d"), status="done"),
    )


def chosen(where: str, *, all_cases: bool = True) -> list[tuple[str | None, str]]:
    one = small()
    found = select_rows(one, rows(one), selection(one, where=where, all_cases=all_cases))
    return [(row.id, row.code) for row in found]


A1, A2, B, C, D1, D2 = (
    ("a", "agreements"),
    ("a", "contact"),
    ("b", "meeting"),
    ("c", "agreements"),
    ("d", "trust"),
    ("d", "unheard-of"),
)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("case = 2", [A1, A2, B, C]),
        ("case != 2", [D1, D2]),
        ("transcript = 2/person", [C]),
        ("transcript = cases/2/person.md", [C]),
        ("perspective=client", [C]),
        ("phase = before", [B]),
        ("section-phase = during", [A1, A2, C, D1, D2]),
        ("phase = after", []),
        ("valence = helping", [A1]),
        ("valence != helping", [A2, B, C, D1, D2]),
        ('valence = ""', [A2, B, D1, D2]),
        ("valence = –", [A2, B, D1, D2]),
        ("outcome = ended", [D1, D2]),
        ("coder = anna", [A1, A2, B, D1, D2]),
        ("speaker = R", [A1, A2, B, C, D1, D2]),
        ("speaker = I", []),
        ("code = agreements", [A1, C]),
        ("code = deals", [A1, C]),
        ("code = T2", [A1, C]),
        ("code = themes", [A1, A2, C]),
        ("code = unheard-of", [D2]),
        ("sector = care", [A1, A2, B, C]),
        ("sector = 'food and drink'", [D1, D2]),
        ('sector = "food and drink"', [D1, D2]),
        ("sector = nothing-of-the-kind", []),
        ("sector = ''", []),
        ("valence = helping OR phase = before", [A1, B]),
        ("valence=helping or phase=before and code=steps", [A1, B]),
        ("(valence=helping or phase=before) and code=steps", [B]),
        ("not code = themes", [B, D1, D2]),
        ("NOT code = themes AND case = 2", [B]),
        ("NOT (code = themes AND case = 2)", [B, D1, D2]),
        ("not not case=10", [D1, D2]),
        ("code = contact Or code = trust oR code = meeting", [A2, B, D1]),
    ],
)
def test_where_chooses_codings(where: str, expected: list[tuple[str, str]]) -> None:
    assert chosen(where) == expected


def test_unstudied_cases_are_left_out_unless_all_are_asked_for() -> None:
    assert chosen("coder = anna", all_cases=False) == [A1, A2, B]


def units_of(where: str) -> list[str | None]:
    one = small()
    return [unit.transcript for unit in select_units(one, units(one), selection(one, where=where, all_cases=True))]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("case = 2", ["2/boss", "2/person"]),
        ("perspective != client", ["2/boss", "10/boss"]),
        ("valence = helping", ["2/boss", "2/person", "10/boss"]),  # says nothing of a unit
        ("NOT valence = helping", ["2/boss", "2/person", "10/boss"]),
        ("valence = helping AND case = 10", ["10/boss"]),
        ("valence = helping OR case = 10", ["2/boss", "2/person", "10/boss"]),
        ("NOT (valence = helping OR case = 10)", ["2/boss", "2/person"]),
        ("code = contact AND NOT sector = care", ["10/boss"]),
        ("coder = anna AND outcome = lasting", ["2/boss", "2/person"]),
        ("transcript = 2/boss", ["2/boss"]),
    ],
)
def test_units_are_kept_unless_ruled_out(where: str, expected: list[str]) -> None:
    assert units_of(where) == expected


def test_studied_units_only_unless_all_are_asked_for() -> None:
    one = small()
    assert {unit.case for unit in select_units(one, units(one), selection(one))} == {"2"}


@pytest.mark.parametrize(
    ("where", "dimension", "kept"),
    [
        ("valence = helping", "valence", ["helping"]),
        ("valence != helping", "valence", ["hindering", "both", None]),
        ("valence = helping OR phase = before", "valence", ["helping", "hindering", "both", None]),
        ("valence = helping AND phase = before", "valence", ["helping"]),
        ("NOT (valence = helping OR phase = before)", "valence", ["hindering", "both", None]),
        ("case = 2", "valence", ["helping", "hindering", "both", None]),
    ],
)
def test_a_filter_narrows_the_levels_of_its_own_dimension(where: str, dimension: str, kept: list[str | None]) -> None:
    asked = selection(small(), where=where)
    assert [level for level in ("helping", "hindering", "both", None) if keeps_level(asked, dimension, level)] == kept


def test_flags_choose_and_narrow_levels_alike() -> None:
    one = small()
    asked = selection(one, codes=["themes", "S2"], phases=["during"], all_cases=True)
    assert [(row.id, row.code) for row in select_rows(one, rows(one), asked)] == [A1, A2, C, D1]
    names = [code.id for code in one.codebook.codes if keeps_level(asked, "code", code.id)]
    assert names == ["themes", "contact", "agreements", "trust"]
    assert [phase for phase in ("before", "during", None) if keeps_level(asked, "phase", phase)] == ["during"]
    assert keeps_level(asked, "case", "10")


def test_cases_perspectives_and_outcomes_choose_rows_and_units() -> None:
    one = small()
    asked = selection(one, cases=["2", "10"], perspectives=["employer"], outcomes=["ended"], all_cases=True)
    assert {row.transcript for row in select_rows(one, rows(one), asked)} == {"10/boss"}
    assert [unit.transcript for unit in select_units(one, units(one), asked)] == ["10/boss"]


def test_coder_says_who_counts_also_against_a_consensus() -> None:
    mine = codings("2/boss", "anna", segment("two days", "trust"), status="done", codebook_version=1)
    agreed = codings("2/boss", "consensus", segment("two days", "contact"), status="done")
    gone = case("3", transcript("3/a"), planned=[Interview("employer", consent="withdrawn")])
    one = study(*two_cases().cases, gone, codings=[mine, agreed, codings("3/a", "anna", segment("two days", "trust"))])
    asked = selection(one, coders=["anna"], all_cases=True)
    found = select_rows(one, rows(one), asked)
    assert [(row.transcript, row.coder, row.counted) for row in found] == [
        ("2/boss", "anna", True),
        ("3/a", "anna", False),
    ]
    assert found == [row for row in rows(one, coders=["anna"]) if row.coder == "anna"]
    assert select_units(one, units(one), asked) == units(one, coders=["anna"])
    assert select_units(one, units(one), asked)[0].done == (("anna", 1),)


def test_coder_in_an_expression_only_filters() -> None:
    mine = codings("2/boss", "anna", segment("two days", "trust"))
    one = two_cases(mine, codings("2/boss", "consensus", segment("two days", "contact"), status="done"))
    found = select_rows(one, rows(one), selection(one, where="coder = anna"))
    assert [(row.coder, row.counted) for row in found] == [("anna", False)]


def names(*values: str | None) -> frozenset[str | None]:
    return frozenset(values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("case=2", Test("case", names("2"))),
        (
            "case=2 or case=10 or outcome=ended",
            Or((Test("case", names("2")), Test("case", names("10")), Test("outcome", names("ended")))),
        ),
        ("not case=2 and case=10", And((Not(Test("case", names("2"))), Test("case", names("10"))))),
        ("case!=2", Not(Test("case", names("2")))),
        ("'sector' = 'it''s'", Test("sector", names("it's"))),
        ("sector = it's", Test("sector", names("it's"))),
        ("sector = 'and'", Test("sector", names("and"))),
        ("sector='ZORG!'", Test("sector", names("ZORG!"))),
        ("sector = cafe\u0301", Test("sector", names("caf\u00e9"))),
    ],
)
def test_how_a_text_is_read(text: str, expected: Expr) -> None:
    assert parse(text, small()) == expected


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "expected a name, NOT or '(', found the end"),
        ("case", 5, "expected = or != after 'case', found the end"),
        ("case 2", 6, "expected = or != after 'case', found '2'"),
        ("case =", 7, "expected a value after '=', found the end"),
        ("case = AND sector = care", 8, "expected a value after '=', found 'AND'"),
        ("case = 2 sector = care", 10, "expected AND, OR or the end, found 'sector'"),
        ("(case = 2", 10, "expected AND, OR or ')', found the end"),
        ("case = 2)", 9, "expected AND, OR or the end, found ')'"),
        ("case = 2 AND", 13, "expected a name, NOT or '(', found the end"),
        ("AND case = 2", 1, "expected a name, NOT or '(', found 'AND'"),
        ("case = '2", 8, "expected a closing quote, found '''"),
        ("case = 2 AND sectr = care", 14, "unknown dimension or attribute 'sectr'"),
        ("case = 2 AND phase = befor", 22, "unknown phase 'befor'"),
        ("code = kontact", 8, "unknown code 'kontact'"),
        ("case = 99", 8, "unknown case '99'"),
        ("coder=ana", 7, "unknown coder 'ana'"),
        ("transcript = 2/bos", 14, "unknown transcript '2/bos'"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(text: str, column: int, words: str) -> None:
    with pytest.raises(QcodeError) as caught:
        parse(text, small())
    assert caught.value.where is not None
    assert str(caught.value.where) == f"--where:1:{column}"
    assert caught.value.message == words
    assert caught.value.hint


def test_the_hint_has_the_nearest_and_what_is_known() -> None:
    with pytest.raises(UnknownName) as caught:
        parse("phase = befor", small())
    assert caught.value.hint == "Did you mean 'before'? Known: before, during, after."
    with pytest.raises(UnknownName) as caught:
        parse("sectr = care", small())
    assert "'sector'" in caught.value.hint


def test_nesting_without_end_is_an_error_and_length_is_not() -> None:
    with pytest.raises(QcodeError, match="levels"):
        parse("(" * 5000 + "case=2" + ")" * 5000, small())
    with pytest.raises(QcodeError, match="levels"):
        parse("not " * 5000 + "case=2", small())
    assert isinstance(parse(" or ".join(["case=2"] * 5000), small()), Or)


@pytest.mark.parametrize(
    "flags",
    [
        {"cases": ["99"]},
        {"phases": ["x"]},
        {"perspectives": ["x"]},
        {"outcomes": ["x"]},
        {"coders": ["x"]},
        {"codes": ["x-x"]},
    ],
)
def test_a_flag_with_an_unknown_name_is_an_error(flags: dict[str, list[str]]) -> None:
    with pytest.raises(UnknownName):
        selection(small(), **flags)  # type: ignore[arg-type]
