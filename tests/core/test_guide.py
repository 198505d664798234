"""Guides: what a question is about, what guides leave out, and that a blank transcript says what its guide does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from build import BOOK, case, study, transcript
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.check import GUIDE_RULES, RULES, check
from qcode.core.errors import Problem, QcodeError, UnreadableStudy, Where
from qcode.core.guide import (
    Block,
    Guide,
    Question,
    Shelf,
    asked,
    blank,
    choose,
    coverage,
    follows,
    in_order,
    themes_of,
    unasked,
)
from qcode.core.layout import read_markdown
from qcode.core.model import Study

# Themes of the book: contact (employer, municipality) and agreements (alias deals; all perspectives).
EMPLOYER = Guide(
    "boss",
    "employer",
    ("lasting",),
    "Employer",
    (
        Block("A", "Start", "before", ("contact",), (Question("A1", "Who rang?"), Question("A2", "Deal?", ("deals",)))),
        Block("B", "End", None, ("agreements",), (Question("B1", "Mark?", ()), Question("B2", "Now?", (), "after"))),
    ),
)
CLIENT = Guide("person", "client", (), "Client", (Block("A", "Start", "during", (), (Question("A1", "Well?"),)),))


def having(*guides: Guide, marks: str = "", guide: str | None = None, perspective: str = "client") -> Study:
    """A study with these guides, and one transcript that may follow one of them."""
    text = f"{marks}**R:** Yes.\n"
    followed = {"guide": guide} if guide else {}
    one = study(case("1", transcript("1/a", text, perspective, **followed)))
    return replace(one, read_guides=lambda: Shelf(guides))


def test_a_question_has_its_own_themes_and_phase_or_its_blocks() -> None:
    assert [(one.question.id, one.themes, one.phase) for one in asked(EMPLOYER, BOOK)] == [
        ("A1", ("contact",), "before"),
        ("A2", ("agreements",), "before"),  # by an alias
        ("B1", (), None),
        ("B2", (), "after"),
    ]


def test_a_theme_that_only_a_block_names_is_not_asked() -> None:
    assert [unasked(EMPLOYER, block, BOOK) for block in EMPLOYER.blocks] == [(), ("agreements",)]
    silent = replace(EMPLOYER, blocks=EMPLOYER.blocks[1:])
    assert coverage([silent], BOOK).cells["agreements", "boss"].state == "not-asked"


def test_the_rows_are_the_leaves_of_the_branches_that_guides_name() -> None:
    assert themes_of([EMPLOYER], BOOK) == ("contact", "agreements")
    assert themes_of([CLIENT], BOOK) == ()
    of_steps = replace(CLIENT, blocks=(Block("A", themes=("trust", "nowhere")),))
    assert themes_of([of_steps], BOOK) == ("meeting", "trust")  # rapport is retired
    assert themes_of([EMPLOYER, of_steps], BOOK) == ("contact", "agreements", "meeting", "trust")


def test_coverage_by_guide() -> None:
    found = coverage([CLIENT, EMPLOYER], BOOK)
    assert found.columns == ("boss", "person")
    assert {key: (cell.state, cell.questions) for key, cell in found.cells.items()} == {
        ("contact", "boss"): ("asked", ("boss/A1",)),
        ("agreements", "boss"): ("asked", ("boss/A2",)),
        ("contact", "person"): ("n/a", ()),
        ("agreements", "person"): ("not-asked", ()),
    }
    assert [found.gaps(column) for column in found.columns] == [(), ("agreements",)]


def test_coverage_by_perspective_takes_its_guides_together() -> None:
    other = replace(EMPLOYER, id="boss-ended", outcomes=("ended",), blocks=EMPLOYER.blocks[1:])
    found = coverage([EMPLOYER, other, CLIENT], BOOK, by="perspective")
    assert found.columns == ("employer", "municipality", "client")
    states = {key: cell.state for key, cell in found.cells.items()}
    assert states["contact", "employer"] == "asked"
    assert found.cells["agreements", "employer"].guides == ("boss",)
    assert states["contact", "municipality"] == "no-guide"
    assert (states["contact", "client"], states["agreements", "client"]) == ("n/a", "not-asked")


def test_a_question_on_a_branch_is_on_all_below_it_and_one_where_it_does_not_apply_is_shown() -> None:
    wide = replace(CLIENT, blocks=(Block("A", themes=("themes",), questions=(Question("A1"),)),))
    cells = coverage([wide], BOOK).cells
    assert {key[0]: cell.state for key, cell in cells.items()} == {"contact": "asked", "agreements": "asked"}


def test_the_order_is_that_of_the_codebook() -> None:
    ended = replace(EMPLOYER, id="a-boss", outcomes=("ended",))
    assert [guide.id for guide in in_order([CLIENT, ended, EMPLOYER], BOOK)] == ["boss", "a-boss", "person"]


def test_the_guide_of_a_perspective_and_outcome() -> None:
    ended = replace(EMPLOYER, id="boss-ended", outcomes=("ended",))
    guides = (EMPLOYER, ended, CLIENT)
    assert choose(guides, "employer", "ended") is ended
    assert choose(guides, "client", "ended") is CLIENT
    assert choose(guides, "client", None) is CLIENT
    with pytest.raises(QcodeError, match="2 guides for employer") as caught:
        choose(guides, "employer", None)
    assert "boss, boss-ended" in caught.value.hint
    with pytest.raises(QcodeError, match="no guide for municipality with outcome ended") as caught:
        choose(guides, "municipality", "ended")
    assert "boss-ended, person" in caught.value.hint


def test_a_perspective_without_guides_may_follow_any() -> None:
    guides = (EMPLOYER, CLIENT)
    assert follows(EMPLOYER, "employer", guides)
    assert follows(EMPLOYER, "municipality", guides)
    assert not follows(EMPLOYER, "client", guides)


BROKEN: dict[str, list[Callable[[], Study]]] = {
    "duplicate-guide": [lambda: having(EMPLOYER, replace(EMPLOYER, title="Again"))],
    "duplicate-question": [
        lambda: having(replace(CLIENT, blocks=CLIENT.blocks * 2)),
        lambda: having(replace(CLIENT, blocks=(Block("A", questions=(Question("A1"), Question("A1"))),))),
    ],
    "guide-theme": [
        lambda: having(replace(CLIENT, blocks=(Block("A", themes=("contcat",)),))),
        lambda: having(replace(CLIENT, blocks=(Block("A", questions=(Question("A1", themes=("contcat",)),)),))),
    ],
    "guide-level": [
        lambda: having(replace(CLIENT, perspective="stranger")),
        lambda: having(replace(CLIENT, outcomes=("lasting", "endless"))),
        lambda: having(replace(CLIENT, blocks=(Block("A", phase="later"),))),
        lambda: having(replace(CLIENT, blocks=(Block("A", questions=(Question("A1", phase="later"),)),))),
    ],
    "unknown-guide": [lambda: having(CLIENT, guide="persons"), lambda: having(guide="person")],
    "guide-perspective": [lambda: having(CLIENT, EMPLOYER, guide="boss")],
    "unknown-question": [lambda: having(CLIENT, guide="person", marks="{q=A9}\n")],
}


def test_every_rule_on_guides_has_a_broken_study_a_name_of_its_own_and_a_line_of_docs() -> None:
    assert [rule.name for rule in GUIDE_RULES] == list(BROKEN)
    assert not set(BROKEN) & {rule.name for rule in RULES}
    assert all(rule.doc.endswith(".") for rule in GUIDE_RULES)


@pytest.mark.parametrize(
    ("rule", "broken"),
    [(rule, make()) for rule, makes in BROKEN.items() for make in makes],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_broken_guide_breaks_that_rule_alone(rule: str, broken: Study) -> None:
    assert {problem.rule for problem in check(broken)} == {rule}
    assert check(broken, ignore=[rule]) == []


@pytest.mark.parametrize(
    "fine",
    [
        lambda: having(CLIENT, EMPLOYER),
        lambda: having(CLIENT, guide="person", marks="{q=A1}\n"),
        lambda: having(EMPLOYER, guide="boss", perspective="municipality"),  # it has no guide of its own
        lambda: having(CLIENT, marks="{q=Z9}\n"),  # it follows no guide
    ],
)
def test_what_is_in_order(fine: Callable[[], Study]) -> None:
    assert check(fine()) == []


def test_a_question_that_the_guide_lacks_is_named_with_its_line_once_a_mark() -> None:
    marks = "{q=A1}\n**I:** One?\n\n{q=A9}\n**I:** Two?\n\n{phase=after}\n**I:** Three?\n\n{q=A1}\n"
    (problem,) = check(having(CLIENT, guide="person", marks=marks))
    assert (problem.where, problem.rule) == (Where("cases/1/a.md", 4), "unknown-question")
    assert "'A9'" in problem.message
    assert "'person'" in problem.message


def test_a_guide_that_cant_be_read_is_a_fault_and_what_follows_from_it_none() -> None:
    fault = Problem("yaml", "error", Where("codebooks/guides/person.yaml", 1), "…", stops=True)
    broken = replace(having(guide="person"), read_guides=lambda: Shelf((), (fault,)))
    assert check(broken) == [fault]
    assert broken.require() is broken  # other commands go on
    with pytest.raises(UnreadableStudy):
        broken.shelf.require()


ids = st.from_regex(r"[A-Z][0-9]{1,2}", fullmatch=True)
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs", "Cc"]), max_size=30)
phases = st.sampled_from([None, "before", "during", "after"])


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    names = iter(draw(st.lists(ids, unique=True, max_size=12)))
    blocks = []
    for number in range(draw(st.integers(0, 4))):
        some = [Question(name, draw(words), None, draw(phases)) for name, _ in zip(names, range(3), strict=False)]
        blocks.append(Block(f"b{number}", draw(words), draw(phases), (), tuple(some)))
    return Guide("g", "client", (), "", tuple(blocks))


@settings(deadline=None, max_examples=150)
@given(guides())
def test_a_blank_transcript_says_of_every_question_what_the_guide_does(guide: Guide) -> None:
    layout = read_markdown(blank(guide, BOOK, "Client", "I", "R"), 0, {"I": "interviewer", "R": "respondent"})
    turns = layout.turns
    assert [layout.question_at(turn.start) for turn in turns[::2]] == [question.id for question in guide.questions]
    assert [turn.role for turn in turns] == ["interviewer", "respondent"] * len(guide.questions)
    before = None
    for one, question, answer in zip(asked(guide, BOOK), turns[::2], turns[1::2], strict=True):
        before = one.phase or before  # a mark holds until the next
        assert (layout.phase_at(question.start), layout.phase_at(answer.start)) == (before, before)
        assert layout.question_at(answer.start) == one.question.id
        assert layout.text[answer.start : answer.end] == "**R:**"
        assert layout.text[question.start : question.end].split() == ["**I:**", *one.question.text.split()]
