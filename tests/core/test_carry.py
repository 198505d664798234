"""What somebody else wrote meanwhile, and one's own history after it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import case, codings, segment, study, transcript
from hypothesis import given
from hypothesis import strategies as st

from qcode.core.carry import carried, change, on_top
from qcode.core.model import Coded, CodingSet, Segment
from qcode.core.session import Session, open_session

NAMES = "abcdef"


def file(segments: dict[str, str], status: str = "open") -> CodingSet:
    """A codings file with a segment for each name, the code given; in the order of the names."""
    made = tuple(Segment(name, f"words {name}", (Coded(segments[name]),)) for name in sorted(segments))
    return CodingSet("boss.md", "anna", made, status=status)


coded = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["trust", "contact"]))
files = st.builds(file, coded, st.sampled_from(["open", "done"]))


def said(of: CodingSet) -> dict[str | None, str]:
    return {segment.id: segment.codes[0].code for segment in of.segments}


def test_what_came_went_and_changed() -> None:
    found = change(file({"a": "trust", "b": "trust"}), file({"b": "contact", "c": "trust"}, "done"))
    assert [s.id for s in found.added] == ["c"]
    assert [s.id for s in found.gone] == ["a"]
    assert [(old.codes[0].code, new.codes[0].code) for old, new in found.changed] == [("trust", "contact")]
    assert found.status == "done"


@given(files, files)
def test_nothing_done_oneself_gives_what_is_written(old: CodingSet, new: CodingSet) -> None:
    assert on_top(old, old, new) == new


@given(files, files)
def test_nothing_written_by_others_leaves_history_as_it_was(history: CodingSet, old: CodingSet) -> None:
    assert said(on_top(history, old, old)) == said(history)


@given(files, files, files)
def test_each_segment_is_merged_by_itself(history: CodingSet, old: CodingSet, new: CodingSet) -> None:
    """By brute force, one name after another: one's own state where it differs from `old`, else what is written."""
    was, mine, theirs = said(old), said(history), said(new)
    wanted = {}
    for name in NAMES:
        own = mine.get(name) != was.get(name)
        value = mine.get(name) if own else theirs.get(name)
        if own and value is None and name not in was:
            value = theirs.get(name)
        if value is not None:
            wanted[name] = value
    assert said(on_top(history, old, new)) == wanted


def test_segments_keep_the_order_of_the_text() -> None:
    found = on_top(file({"a": "trust", "e": "trust"}), file({"a": "trust"}), file(dict.fromkeys("abc", "trust")))
    assert [s.id for s in found.segments] == ["a", "b", "c", "e"]


def test_own_words_written_against_an_older_text_say_so() -> None:
    """A text was edited and its codings reanchored: what undo brings back still names the text it is of."""
    history = replace(file({"a": "trust"}), text="old")
    found = on_top(history, replace(file({}), text="old"), replace(file({"b": "trust"}), text="new"))
    assert {s.id: found.blob_of(s) for s in found.segments} == {"a": "old", "b": "new"}


@pytest.fixture
def session() -> Session:
    made = study(case("2", transcript("2/boss")))
    return open_session(made, made.transcripts["2/boss"], "anna")


def test_undo_after_somebody_elses_coding_takes_back_ones_own_alone(session: Session) -> None:
    text = session.transcript.text
    mine = session.add((text.index("She rang"), text.index("She rang") + 8), ["trust"])
    theirs = codings("2/boss", "anna", *mine.codings.segments, segment("And then?", Coded("contact"), id="b1234567"))
    of = study(case("2", transcript("2/boss")), codings=[theirs])
    now = carried(mine, open_session(of, of.transcripts["2/boss"], "anna"))
    undone = now.undo()
    assert [s.quote for s in undone.codings.segments] == ["And then?"]
    assert [s.quote for s in undone.redo().codings.segments] == ["She rang", "And then?"]
