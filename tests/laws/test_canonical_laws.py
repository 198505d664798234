"""The fast reader of codings files takes nothing otherwise than YAML does: the same records, or none at all."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_codec_laws import _sets as coding_sets

from qcode.core.model import Coded, CodingSet, Segment
from qcode.store.canonical import read_canonical
from qcode.store.codec_codings import codings_of
from qcode.store.edit_codings import edit_codings, matched, spliced
from qcode.store.fields import Document
from qcode.store.reading import Faults
from qcode.store.write_canonical import edit_canonical, new_codings

EXAMPLE = sorted((Path(__file__).parents[2] / "cases").glob("*/codings/*.yaml"))


def every_field(value: object) -> object:
    """A record with all that it holds, what doesn't count in comparing it (places, slots) too."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return [every_field(item) for item in value]
    if is_dataclass(value):
        return {field.name: every_field(getattr(value, field.name)) for field in fields(value)}
    return value


def by_yaml(text: str) -> CodingSet:
    return codings_of(Document(text, Faults("p.yaml")), "1")


@settings(deadline=None, max_examples=150)
@given(coding_sets)
def test_what_qcode_writes_reads_the_same_both_ways(codings: CodingSet) -> None:
    text = new_codings(codings)
    fast = read_canonical(text, "1", "p.yaml")
    if fast is not None:
        assert every_field(fast) == every_field(by_yaml(text))


SPICE = [
    "#",
    " ",
    "\n",
    ":",
    "- ",
    '"',
    "'",
    "\\",
    "\\x41",
    "\\N",
    "~",
    "null",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">",
    "\t",
    "\r",
]


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(EXAMPLE), st.data())
def test_one_change_is_read_as_yaml_reads_it_or_not_at_all(path: Path, data: st.DataObject) -> None:
    """Somebody's hand in a file: the fast reader either agrees with YAML, or leaves the file to it."""
    text = path.read_text(encoding="utf-8")[:3000].rpartition("- id:")[0]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 3, len(text))))
    changed = (
        text[:start]
        + data.draw(st.sampled_from([*SPICE, "é", "e\u0301", "\u2028", "\ufeff", "a", "0", ""]))
        + text[end:]
    )
    fast = read_canonical(changed, "1", "p.yaml")
    if fast is not None:
        assert every_field(fast) == every_field(by_yaml(changed))


@pytest.mark.parametrize("path", EXAMPLE, ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_the_example_is_in_canonical_form(path: Path) -> None:
    """So that the laws above do say something, and the example is read fast."""
    assert read_canonical(path.read_text(encoding="utf-8"), "1", "p.yaml") is not None


NAMED = st.sampled_from(["T1", "S4", "één", "a-b", "no", "02"])
# What can't be printed is left to YAML, whatever is done to it.
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=6) | st.sampled_from(
    ["a\nb", '"', "\\n", "- id: "]
)
CODED = st.builds(Coded, NAMED, *[st.none() | NAMED] * 2, st.none() | WORDS)


def row(codes: st.SearchStrategy[list[Coded]], against: st.SearchStrategy[list[str]]) -> st.SearchStrategy[Segment]:
    return st.builds(
        Segment,
        st.sampled_from([f"k{n}" for n in range(9)]),
        WORDS,
        codes.map(tuple),
        line=st.none() | st.integers(1, 99),
        before=st.none() | WORDS,
        after=st.none() | WORDS,
        text=st.none() | NAMED,
        memo=st.none() | WORDS,
        against=against.map(tuple),
    )


# Coded, perhaps with a code decided against as well; and only decided against.
ROWS = row(st.lists(CODED, min_size=1, max_size=3), st.just([]) | st.lists(NAMED, max_size=2)) | row(
    st.just([]), st.lists(NAMED, min_size=1, max_size=2)
)
FILES = st.builds(
    CodingSet,
    st.just("x.md"),
    st.just("anna"),
    st.lists(ROWS, min_size=1, max_size=5).map(tuple),
    status=st.sampled_from(["open", "done"]),
    codebook_version=st.none() | st.integers(1, 9),
    text=st.none() | st.just("a" * 40),
    path=st.just("p.yaml"),
    case=st.just("1"),
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, CodingSet, CodingSet]:
    """A file of qcode's own, what it says, and what it is to say: segments gone, changed, new, in another order."""
    text = new_codings(draw(FILES))
    before = read_canonical(text, "1", "p.yaml")
    assume(before is not None)
    assert before is not None
    other = draw(FILES)
    kept = [segment for segment in before.segments if draw(st.integers(0, 3))]
    for at, segment in enumerate(kept):
        if draw(st.booleans()):
            model = draw(ROWS)
            keys = draw(
                st.sets(st.sampled_from(["line", "quote", "before", "after", "text", "codes", "memo", "against"]))
            )
            kept[at] = replace(segment, **{key: getattr(model, key) for key in keys})
        elif draw(st.booleans()):
            bare = tuple(Coded(coded.code) for coded in segment.codes)
            kept[at] = replace(segment, codes=tuple(draw(st.permutations(bare))))
    segments = draw(st.permutations([*kept, *draw(st.lists(ROWS, max_size=2))]))
    head = other if draw(st.booleans()) else before
    return text, before, replace(head, segments=tuple(segments))


@settings(deadline=None, max_examples=200)
@given(edits())
def test_a_change_piece_by_piece_gives_the_bytes_that_splices_give(case: tuple[str, CodingSet, CodingSet]) -> None:
    text, before, after = case
    pairs = matched(before, after)
    quick = edit_canonical(text, before, after, pairs)
    if quick is not None:
        assert quick == (spliced(text, before, after, pairs) if before != after else text)
        assert by_yaml(quick) == after


def test_the_usual_acts_go_piece_by_piece() -> None:
    """So that the law above does say something: a coding more, one less, another memo, done."""
    for path in EXAMPLE:
        text = path.read_text(encoding="utf-8")
        before = read_canonical(text, "1", "p.yaml")
        assert before is not None
        first, *rest = before.segments
        new = Segment("zzzzzzzz", "words", (Coded("S1", "helping"),))
        memo = replace(first, memo="a note", codes=(*first.codes, Coded("T9")))
        refused = replace(new, codes=(), against=("S1", "T9"))
        settled = replace(first, codes=(), against=("T9",))
        acts = (
            [refused, *rest],
            [settled, *rest],
            [new, first, *rest],
            [first, *rest, new],
            [memo, *rest],
            [*rest, first],
        )
        for segments in acts:
            after = replace(before, segments=tuple(segments), status="open")
            assert edit_canonical(text, before, after, matched(before, after)) is not None


def test_what_a_hand_has_touched_is_left_to_splices() -> None:
    """A scalar written otherwise than qcode would write it keeps its form where it does not change."""
    text = new_codings(CodingSet("x.md", "anna", (Segment("k1", "abc", (Coded("T1"),)),), path="p.yaml", case="1"))
    text = text.replace('"abc"', '"a\\u0062c"')
    before = read_canonical(text, "1", "p.yaml")
    assert before is not None
    after = replace(before, segments=(replace(before.segments[0], memo="m"),))
    assert edit_canonical(text, before, after, matched(before, after)) is None
    assert edit_codings(text, before, after) == text + '  memo: "m"\n'
