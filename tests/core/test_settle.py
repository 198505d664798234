"""Codings of a code that was split: each gets its part, and nothing that was said of it is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from build import BOOK, codings, segment, two_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.decisions import Decision, split_codes
from qcode.core.errors import Where
from qcode.core.model import Coded, Study
from qcode.core.settle import by_list, resettled, tidied, waiting

CODED = st.builds(
    Coded, st.sampled_from(["agreements", "deals", "contact", "trust"]),
    st.none() | st.sampled_from(["helping", "hindering"]), memo=st.none() | st.just("m"),
)  # fmt: skip
SEGMENTS = st.lists(st.lists(CODED, min_size=1, max_size=4), min_size=1, max_size=4)
PARTS = st.sampled_from([("contact",), ("trust",), ("contact", "trust")])


def coded(lists: list[list[Coded]]) -> Study:
    """Segments with these codes, the first without an id."""
    made = [segment("we met", *codes, id=f"k{at}" if at else None) for at, codes in enumerate(lists)]
    return two_cases(codings("2/boss", "anna", *made))


def said(study_codings: object) -> Counter[tuple[object, ...]]:
    """Every distinct thing said on a segment."""
    found: Counter[tuple[object, ...]] = Counter()
    for each in study_codings:  # type: ignore[attr-defined]
        for at, one in enumerate(each.segments):
            found.update({(at, c.code, c.valence, c.memo) for c in one.codes})
    return found


@given(SEGMENTS, st.data())
@settings(deadline=None, max_examples=80)
def test_every_coding_goes_to_its_parts_with_all_that_was_said_of_it(
    lists: list[list[Coded]], data: st.DataObject
) -> None:
    """Against the same done by hand: each (segment, code, valence, memo) under each of its parts, once."""
    study = coded(lists)
    parts = {one.key: data.draw(PARTS) for one in waiting(study, "agreements")}
    edits = resettled(study, "agreements", parts, [])
    after = [new for _, new in edits] or [*study.codings]
    expected: set[tuple[object, ...]] = set()
    for at, codes in enumerate(lists):
        key = f"k{at}" if at else "2/boss.anna#1"
        for one in codes:
            names = parts[key] if one.code in ("agreements", "deals") else (one.code,)
            expected |= {(at, name, one.valence, one.memo) for name in names}
    assert set(said(after)) == expected


@given(SEGMENTS)
@settings(deadline=None, max_examples=80)
def test_tidied_codings_resolve_to_the_same_codes(lists: list[list[Coded]]) -> None:
    study = coded(lists)
    for before, after in tidied(study, "anna"):
        for old, new in zip(before.segments, after.segments, strict=True):
            assert all(one.code in BOOK.by_id for one in new.codes)
            assert {replace(c, code=BOOK.resolve(c.code)) for c in old.codes} == set(new.codes)


def test_what_a_list_leaves_open_is_given_back() -> None:
    study = coded([[Coded("deals")], [Coded("agreements")], [Coded("trust")]])
    settled, still = by_list(study, "agreements", ["contact", "trust"], [("k1", ("trust",), Where("l.csv", 2))])
    assert settled == {"k1": ("trust",)}
    assert [one.key for one in still] == ["2/boss.anna#1"]


def test_who_decided_against_the_whole_decided_against_each_part() -> None:
    """Under whatever id; a part that is given on the same words is not decided against, and others stay as they are."""
    study = two_cases(
        codings(
            "2/boss",
            "anna",
            segment("we met", id="k1", against=("contact", "deals")),
            segment("two days", "agreements", id="k2", against=("deals",)),
        )
    )
    [(_, after)] = resettled(study, "agreements", {"k2": ("trust",)}, ["meeting", "trust"])
    assert [one.against for one in after.segments] == [("contact", "meeting", "trust"), ("meeting",)]
    [(_, tidy)] = tidied(study, "anna")
    assert [one.against for one in tidy.segments] == [("contact", "agreements"), ()]


def test_a_split_is_open_as_long_as_the_code_is_retired() -> None:
    """Of two decisions the later counts, by the ids of today; a code that was restored is no longer split."""
    decisions = [
        Decision("2020-02-01", "anna", "split", ("rapport",), ("deals", "trust")),
        Decision("2020-01-01", "anna", "split", ("rapport",), ("meeting", "trust")),
        Decision("2020-01-01", "anna", "split", ("trust",), ("meeting", "contact")),
    ]
    assert split_codes(decisions, BOOK) == {"rapport": ("agreements", "trust")}
