"""What memos are about: how it is named, what is part of what, and what `check` says when it isn't there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import BOOK, case, codings, segment, study, transcript

from qcode.core.check import check
from qcode.core.codebook import Code
from qcode.core.errors import Problem, UnknownName, Where
from qcode.core.memos import Target, Targets
from qcode.core.model import Memo, Pile, Study


def small() -> Study:
    sets = [codings("2/boss", "anna", segment("She rang me", "trust", id="aaaaaaaa"))]
    return study(case("2", transcript("2/boss")), case("10", transcript("10/boss")), codings=sets)


CASE, TRANSCRIPT, SEGMENT = (
    Target("case", "2", "2"),
    Target("transcript", "2/boss", "2"),
    Target("segment", "aaaaaaaa", "2"),
)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("study", Target("study", "study")),
        ("2", CASE),
        ("2/boss", TRANSCRIPT),
        ("cases/2/boss.md", TRANSCRIPT),
        ("aaaaaaaa", SEGMENT),
        ("agreements", Target("code", "agreements")),
        ("deals", Target("code", "agreements")),
        ("S2", None),  # in a file a code is named by an id: a key may come to mean another
        ("3", None),
        ("", None),
    ],
)
def test_what_a_memo_names(about: str, expected: Target | None) -> None:
    assert Targets(small()).find(about) == expected
    assert Targets(small()).find(about, case="2") == expected


def test_a_name_of_two_things_is_that_of_the_folder_it_lies_in() -> None:
    made = replace(small(), codebook=replace(BOOK, codes=(*BOOK.codes, Code("2"))))
    assert Targets(made).find("2") == Target("code", "2")
    assert Targets(made).find("2", case="10") == CASE


def test_a_person_may_name_a_code_by_its_key_or_a_part() -> None:
    assert Targets(small()).meant("S2") == Target("code", "trust")
    assert Targets(small()).meant("agree") == Target("code", "agreements")
    with pytest.raises(UnknownName) as caught:
        Targets(small()).meant("2/bos")
    assert "2/boss" in caught.value.hint


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    [
        (CASE, CASE, True),
        (CASE, TRANSCRIPT, True),
        (CASE, SEGMENT, True),
        (TRANSCRIPT, SEGMENT, True),
        (TRANSCRIPT, CASE, False),
        (Target("transcript", "10/boss", "10"), SEGMENT, False),
        (Target("code", "steps"), Target("code", "trust"), True),
        (Target("code", "trust"), Target("code", "steps"), False),
        (Target("code", "trust"), SEGMENT, False),
        (Target("study", "study"), CASE, False),
    ],
)
def test_what_is_part_of_what(whole: Target, part: Target, expected: bool) -> None:
    assert Targets(small()).covers(whole, part) is expected


def found(*memos: Memo, faults: tuple[Problem, ...] = ()) -> list[str]:
    made = replace(small(), read_memos=lambda: Pile(memos), faults=faults)
    return [f"{p.where.path}: {p.message}" for p in check(made, only=["memo-about"])]


def test_check_names_a_memo_about_nothing() -> None:
    memos = [Memo("x", f"codebooks/memos/{n}.md", about, where=Where(f"codebooks/memos/{n}.md", 2)) for n, about in
             enumerate(["study", "trust", "gone", "", "aaaaaaaa"])]  # fmt: skip
    assert found(*memos) == [
        "codebooks/memos/2.md: the memo is about 'gone', which is not there",
        "codebooks/memos/3.md: the memo does not say what it is about",
    ]


def test_what_lies_in_a_file_that_cannot_be_read_is_not_gone() -> None:
    def broken(path: str) -> Problem:
        return Problem("yaml", "error", Where(path, 1), "not YAML", stops=True)

    memos = [Memo("x", "cases/2/memos/x.md", about, case="2", where=Where("cases/2/memos/x.md", 2)) for about in
             ["2/person", "bbbbbbbb"]]  # fmt: skip
    assert len(found(*memos)) == 2
    assert len(found(*memos, faults=(broken("cases/2/person.md"),))) == 1
    assert not found(*memos, faults=(broken("cases/2/codings/person.anna.yaml"),))


@pytest.mark.parametrize(
    ("text", "title"), [("# Head\n\nwords", "Head"), ("words\nmore", "words"), ("\n\nwords\n## Head", "Head"), ("", "")]
)
def test_the_title_of_a_memo(text: str, title: str) -> None:
    assert Memo("x", "x.md", text=text).title == title
