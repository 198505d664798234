"""Observations in memory: what is taken, what is refused, and that a fault of old keeps nobody from mending another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import case, codings, segment, study, transcript

from qcode.core.errors import QcodeError, UnknownName
from qcode.core.model import Interview, Observation, Study
from qcode.core.observe import Given, added, changed, find_observation, linked, with_observation


def small(*observations: Observation) -> Study:
    """Case 2 with an employer's and a client's codings, case 10 with an employer's."""
    two = case("2", transcript("2/boss"), transcript("2/person", perspective="client"), observations=observations)
    sets = [
        codings(
            "2/boss", "anna", segment("She rang me", "trust", id="aaaaaaaa"), segment("we met", "deals", id="bbbb")
        ),
        codings("2/person", "bram", segment("two days", "contact", id="cccccccc")),
        codings("10/boss", "anna", segment("She rang me", "trust", id="dddddddd")),
    ]
    return study(two, case("10", transcript("10/boss")), codings=sets)


def add(given: Given, *observations: Observation, name: str | None = None) -> Observation:
    made = small(*observations)
    return added(made, made.case_by_id["2"], given, name)


def test_everything_given_is_kept() -> None:
    given = Given(
        "Nobody asked", "About it.", {"client": "I waited.", "employer": "We too."}, "agree", "Same day.",
        ["T1", "deals"], ["S2"], ["aaaaaaaa", "cccccccc", "aaaaaaaa"], "Look again.",
    )  # fmt: skip
    assert add(given) == Observation(
        "nobody-asked", "Nobody asked", "About it.", {"client": "I waited.", "employer": "We too."}, "agree",
        "Same day.", ("aaaaaaaa", "cccccccc"), ("contact", "agreements"), ("trust",), "Look again.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Nobody asked!", [], "nobody-asked"),
        ("Nobody asked", ["nobody-asked", "nobody-asked-2"], "nobody-asked-3"),
        ("Één blik, één één", [], "één-blik-één-één"),
        (("word " * 30).strip(), [], "-".join(["word"] * 12)),  # 12 words and 11 hyphens: 59 of at most 60
        ("x" * 80, [], "x" * 60),
    ],
)
def test_the_id_comes_from_the_title(title: str, taken: list[str], expected: str) -> None:
    assert add(Given(title), *map(Observation, taken)).id == expected


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        (Given(), None, "no id can be made"),
        (Given("???"), None, "no id can be made"),
        (Given(" "), "x", "needs a title"),
        (Given("x"), "a b", "can't be an observation's id"),
        (Given("x"), "there", "already"),
        (Given("x", says={"clent": "y"}), None, "unknown perspective"),
        (Given("x", agreement="agreed"), None, "unknown agreement"),
        (Given("x", steps=["nothing-like-it"]), None, "unknown code"),
        (Given("x", evidence=["aaaaaaab"]), None, "unknown segment"),
        (Given("x", evidence=["dddddddd"]), None, "in case 10, not in case 2"),
        (Given("x", illustrates=["S2"]), None, "'trust'"),
        (Given("x", illustrates=["S2"], evidence=["bbbb"]), None, "'trust'"),
    ],
)
def test_what_is_not_there_is_refused(given: Given, name: str | None, said: str) -> None:
    with pytest.raises(QcodeError, match=said):
        add(given, Observation("there", "There"), name=name)


def test_an_unknown_segment_is_answered_with_the_nearest_of_the_case() -> None:
    with pytest.raises(UnknownName) as caught:
        add(Given("x", evidence=["dddddddc", "aaaaaaab"]))
    assert "dddddddd" not in caught.value.hint
    with pytest.raises(UnknownName) as caught:
        add(Given("x", evidence=["aaaaaaab"]))
    assert "aaaaaaaa" in caught.value.hint


def test_a_branch_is_illustrated_by_a_code_below_it() -> None:
    assert add(Given("x", illustrates=["steps"], evidence=["aaaaaaaa"])).illustrates == ("steps",)
    with pytest.raises(QcodeError, match="'steps'"):
        add(Given("x", illustrates=["steps"], evidence=["cccccccc"]))


def test_words_of_a_respondent_who_withdrew_are_no_evidence() -> None:
    made = small()
    planned = [Interview("employer", consent="withdrawn"), Interview("client", consent="given")]
    two = case("2", *made.case_by_id["2"].transcripts, planned=planned)
    made = replace(made, cases=(two, made.case_by_id["10"]))
    with pytest.raises(QcodeError, match="withdrawn"):
        added(made, two, Given("x", evidence=["aaaaaaaa"]))
    assert added(made, two, Given("x", evidence=["cccccccc"])).evidence == ("cccccccc",)


HAS = Observation(
    "has", "Has", perspectives={"employer": "a", "client": "b"}, agreement="partly", why="w",
    evidence=("aaaaaaaa", "cccccccc"), steps=("trust",), illustrates=("trust",),
)  # fmt: skip


def edit(given: Given, before: Observation = HAS) -> Observation:
    made = small(before)
    return changed(made, made.case_by_id["2"], before, given)


def test_what_is_not_given_stays() -> None:
    assert edit(Given()) == HAS
    assert edit(Given(why="because")) == replace(HAS, why="because")
    assert edit(Given(says={"client": "c"})) == replace(HAS, perspectives={"employer": "a", "client": "c"})


def test_an_empty_value_takes_away() -> None:
    given = Given(why="", says={"client": ""}, agreement="", steps=[""])
    assert edit(given) == replace(HAS, why="", perspectives={"employer": "a"}, agreement=None, steps=())


def test_evidence_of_an_illustration_cannot_be_taken_alone() -> None:
    with pytest.raises(QcodeError, match="none of its evidence is coded so"):
        edit(Given(evidence=["cccccccc"]))
    assert edit(Given(evidence=["cccccccc"], illustrates=[""])).evidence == ("cccccccc",)


def test_what_was_wrong_before_does_not_stop_another_change() -> None:
    old = replace(HAS, evidence=("gonegone",), illustrates=("trust", "vanished"))
    assert edit(Given(title="New"), old) == replace(old, title="New")


def link(*segments: str, before: Observation = HAS, remove: bool = False) -> tuple[str, ...]:
    made = small(before)
    return linked(made, made.case_by_id["2"], before, segments, remove=remove).evidence


def test_linking_adds_at_the_end_once_and_removing_takes_back() -> None:
    assert link("bbbb", "aaaaaaaa", "bbbb") == ("aaaaaaaa", "cccccccc", "bbbb")
    assert link("cccccccc", remove=True) == ("aaaaaaaa",)
    assert link("gonegone", before=replace(HAS, evidence=("gonegone", "aaaaaaaa")), remove=True) == ("aaaaaaaa",)
    with pytest.raises(QcodeError, match="'trust'"):
        link("aaaaaaaa", remove=True)
    with pytest.raises(UnknownName, match="unknown evidence"):
        link("bbbb", remove=True)
    with pytest.raises(QcodeError, match="case 10"):
        link("dddddddd")


def test_an_observation_is_found_by_its_id_where_that_is_enough() -> None:
    made = small(HAS)
    ten = replace(made.case_by_id["10"], observations=(Observation("has"), Observation("only-here")))
    made = replace(made, cases=(made.case_by_id["2"], ten))
    assert find_observation(made, "2/has") == (made.cases[0], HAS)
    assert find_observation(made, "only-here")[0].id == "10"
    with pytest.raises(QcodeError, match="fits 2") as caught:
        find_observation(made, "has")
    assert "2/has, 10/has" in caught.value.hint
    with pytest.raises(UnknownName) as unknown:
        find_observation(made, "10/haz")
    assert "10/has" in unknown.value.hint


def test_a_changed_observation_keeps_its_place() -> None:
    first, last = Observation("first"), Observation("last")
    two = small(first, HAS, last).case_by_id["2"]
    new = replace(HAS, title="New")
    assert with_observation(two, new) == (first, new, last)
    assert with_observation(two, Observation("new")) == (first, HAS, last, Observation("new"))
