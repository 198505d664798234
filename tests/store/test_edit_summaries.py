"""Laws of summaries.yaml: what is written is what is read, and nothing else in the file changes."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.errors import QcodeError
from qcode.core.model import Summary
from qcode.store.codec_summaries import read_summaries
from qcode.store.edit_summaries import edit_summaries
from qcode.store.reading import Faults

HAND = """\
# what the cases say
contact:  # T1
  text: >
    She rang
    every week.
  # the first one matters most
  quotes:
    - aaaaaaaa  # on Fridays
    - bbbbbbbb
  hash: 0123456789ab
"02":
  hash: 'ba9876543210'
  text: No.
"""
_names = st.sampled_from(["contact", "02", "één", "no", "a b"])
_words = st.sampled_from(["kort", 'zij: "nee"', "twee\nregels", "# geen commentaar", "é 🙂", "- streep"])
_quotes = st.lists(st.sampled_from(["k7q2m9xa", "02", "null", "x1"]), max_size=3, unique=True).map(tuple)
_hashes = st.sampled_from(["0123456789ab", "aaaaaaaaaaaa", "1e5"])


@st.composite
def _several(draw: st.DrawFn) -> tuple[Summary, ...]:
    names = draw(st.lists(_names, min_size=1, max_size=3, unique=True))
    return tuple(Summary(name, draw(_words), draw(_quotes), draw(_hashes)) for name in names)


def _read(text: str) -> tuple[Summary, ...]:
    faults = Faults("cases/1/summaries.yaml")
    found = read_summaries(text, faults)
    assert not faults.problems
    return found


@settings(deadline=None, max_examples=120)
@given(_several(), _several())
def test_what_is_written_is_what_is_read(before: tuple[Summary, ...], other: tuple[Summary, ...]) -> None:
    """From nothing, and from any file of ours to one in which some summaries have changed and others came."""
    text = edit_summaries(None, (), before)
    assert _read(text) == before
    changed = {summary.code: summary for summary in other}
    after = (*(changed.pop(one.code, one) for one in before), *changed.values())
    assert _read(edit_summaries(text, before, after)) == after


def test_a_change_touches_its_own_lines_only() -> None:
    before = _read(HAND)
    assert before[0].text == "She rang every week.\n"
    after = (Summary("contact", before[0].text, ("aaaaaaaa", "cccccccc"), "ffffffffffff"), before[1])
    edited = edit_summaries(HAND, before, after)
    expected = HAND.replace("    - bbbbbbbb\n", "    - cccccccc\n").replace("0123456789ab", "ffffffffffff")
    assert edited == expected


def test_a_new_summary_comes_last_and_one_taken_away_leaves_the_others() -> None:
    before = _read(HAND)
    added = edit_summaries(HAND, before, (*before, Summary("trust", "Yes: always.", ("x1",), "aaaaaaaaaaaa")))
    assert added.startswith(HAND)
    assert yaml.safe_load(added)["trust"] == {"text": "Yes: always.", "quotes": ["x1"], "hash": "aaaaaaaaaaaa"}
    assert edit_summaries(HAND, before, before[:1]) == HAND[: HAND.index('"02"')]
    assert edit_summaries(HAND, before, ()) == "# what the cases say\n  # the first one matters most\n"


def test_a_file_with_comments_only_gets_its_first_summary_below_them() -> None:
    assert edit_summaries("# mine\n", (), (Summary("a", "b"),)) == '# mine\na:\n  text: "b"\n'


def test_what_cannot_be_edited_is_refused() -> None:
    text = "contact: &one {text: a, hash: b}\ntrust: *one\n"
    before = _read(text)
    with pytest.raises(QcodeError, match="can't be changed"):
        edit_summaries(text, before, (before[0], Summary("trust", "c", (), "d")), "cases/1/summaries.yaml")


@pytest.mark.parametrize("text", ["- a\n", "just words\n", "a: just words\n", "a: {text: [x]}\n"])
def test_another_shape_is_told(text: str) -> None:
    faults = Faults("cases/1/summaries.yaml")
    read_summaries(text, faults)
    assert faults.stop
