"""Laws of the codings file: what is written is what is read, and nothing else in the file changes.

The files are written here as a person would: comments, any order of keys, lists indented or not or on one line,
line ends of Windows, a byte order mark, no final newline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qcode.core.model import Coded, CodingSet, Segment
from qcode.store.codec_codings import read_codings
from qcode.store.edit_codings import edit_codings
from qcode.store.reading import Faults, decode

lawful = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

_names = st.sampled_from(
    ["vertrouwensband", "no", "02", "1.10", "null", "~", "één", "a b", "x: y", "#t", "- z", "", "T1"]
)
_ids = st.sampled_from([f"k{n}" for n in range(12)])
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['zij zei: "nee"', "a\nb", " rand ", "\\n", "# geen commentaar", "\u2028", "\x85", "\ufeff", "é́", "🙂", "\t", "'"]
)


def _maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


_codes = st.builds(Coded, _names, valence=_maybe(_names), phase=_maybe(_names), memo=_maybe(_texts))
_segments = st.builds(
    Segment,
    _maybe(_ids),
    _texts,
    st.lists(_codes, max_size=3).map(tuple),
    line=st.none() | st.integers(1, 9999),
    before=_maybe(_texts),
    after=_maybe(_texts),
    text=_maybe(_names),
    memo=_maybe(_texts),
    against=st.lists(_names, max_size=2).map(tuple),
)
_sets = st.builds(
    CodingSet,
    _names,
    _names,
    st.lists(_segments, max_size=4).map(tuple),
    status=st.sampled_from(["open", "done"]),
    codebook_version=st.none() | st.integers(1, 99),
    text=_maybe(_names),
)


@dataclass
class Hand:
    """A person's way of writing."""

    dash: int
    inline: bool
    newline: str
    bom: str
    final: bool
    shuffle: int
    empty: bool  # writes a list with nothing in it, too
    count: int = 0

    def comment(self) -> str:
        self.count += 1
        return f"# opmerking {self.count}."

    def write(self, codings: CodingSet) -> str:
        head: dict[str, str | int | None] = {
            "transcript": codings.transcript,
            "coder": codings.coder,
            "status": codings.status,
        }
        head |= {"codebook_version": codings.codebook_version, "text": codings.text}
        lines = [self.comment()]
        for key, value in head.items():
            lines += [f"{key}: {_scalar(value)}  {self.comment()}"] if value is not None else []
        lines += ["", f"segments:  {self.comment()}"]
        for segment in codings.segments:
            lines += [" " * self.dash + line for line in [*self.segment(segment), self.comment(), ""]]
        text = self.newline.join(line.rstrip(" ") for line in lines)
        return self.bom + text + (self.newline if self.final else "")

    def segment(self, segment: Segment) -> list[str]:
        keys = ["id", "line", "quote", "before", "after", "text", "codes", "memo", "against"]
        keys = keys[self.shuffle :] + keys[: self.shuffle]
        lines = []
        for key in keys:
            if key == "codes" and (segment.codes or not segment.against or self.empty):
                lines += self.listed(key, segment.codes)
            elif key == "codes":
                continue
            elif key == "against":
                lines += self.listed(key, tuple(map(Coded, segment.against))) if segment.against or self.empty else []
            elif (value := getattr(segment, key)) is not None:
                lines.append(f"{key}: {_scalar(value)}")
        return _item(lines)

    def listed(self, key: str, codes: tuple[Coded, ...]) -> list[str]:
        if self.inline:
            found = [_scalar(c.code) if c == Coded(c.code) else f"{{{', '.join(_pairs(c))}}}" for c in codes]
            return [f"{key}: [{', '.join(found)} ]"]
        lines = [f"{key}:"]
        for coded in codes:
            item = [_scalar(coded.code)] if coded == Coded(coded.code) else _pairs(coded)
            item[-1] += "  # inline"
            lines += [" " * self.dash + line for line in _item(item)]
        return lines


def _pairs(coded: Coded) -> list[str]:
    keys = ["memo", "code", "valence", "phase"]
    return [f"{key}: {_scalar(getattr(coded, key))}" for key in keys if getattr(coded, key) is not None]


def _item(lines: list[str]) -> list[str]:
    return [("- " if at == 0 else "  ") + line for at, line in enumerate(lines)]


def _scalar(value: str | int | None) -> str:
    """A scalar that keeps its text: PyYAML's own writer, on one line."""
    if isinstance(value, int):
        return str(value)
    return yaml.safe_dump(value, default_style='"', width=10**9).strip()


_hands = st.builds(
    Hand,
    st.sampled_from([0, 2]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.booleans(),
    st.integers(0, 8),
    st.booleans(),
)


def read(text: str) -> CodingSet:
    faults = Faults("cases/1/codings/x.y.yaml")
    decoded = decode(text.encode(), faults)
    assert decoded is not None
    codings = read_codings(decoded, "1", faults)
    assert not faults.stop, faults.problems
    return codings


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, CodingSet, CodingSet]:
    """A file, what it says, and another coding set: some segments gone, changed, moved, and some new."""
    hand = draw(_hands)
    text = hand.write(draw(_sets))
    before = read(text)
    segments = [draw(_changed(s)) for s in before.segments if draw(st.booleans())]
    segments += [replace(s, slot=None) for s in draw(st.lists(_segments, max_size=2))]
    if draw(st.booleans()):
        segments = draw(st.permutations(segments))
    head = draw(_sets)
    if draw(st.booleans()):
        head = before
    return text, before, replace(head, segments=tuple(segments))


@st.composite
def _changed(draw: st.DrawFn, segment: Segment) -> Segment:
    other = draw(_segments)
    keys = draw(
        st.sets(st.sampled_from(["id", "line", "quote", "before", "after", "text", "codes", "memo", "against"]))
    )
    changed = {key: getattr(other, key) for key in keys}
    if segment.id is not None:
        changed.pop("id", None)
    if draw(st.booleans()):
        changed["codes"] = tuple(draw(st.permutations([*segment.codes, *other.codes[:1]])))
    return replace(segment, **changed)


@given(edits())
@lawful
def test_what_is_not_changed_is_not_touched(case: tuple[str, CodingSet, CodingSet]) -> None:
    text, before, _ = case
    assert edit_codings(text, before, before) == text


@given(edits())
@lawful
def test_what_is_written_is_read(case: tuple[str, CodingSet, CodingSet]) -> None:
    text, before, after = case
    edited = edit_codings(text, before, after)
    assert read(edited) == after
    # There and back: what an edit wrote can be edited.
    assert read(edit_codings(edited, read(edited), before)) == before


@given(edits())
@lawful
def test_comments_on_their_own_lines_survive(case: tuple[str, CodingSet, CodingSet]) -> None:
    text, before, after = case
    edited = edit_codings(text, before, after)
    for line in text.splitlines():
        if line.strip().startswith("# opmerking"):
            assert line.strip() in edited
    assert edited.startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\r\n" in edited) == ("\r\n" in text)
    assert edited.replace("\r\n", "").count("\r") == 0


@given(_sets)
@lawful
def test_another_reader_of_yaml_reads_the_same(codings: CodingSet) -> None:
    data = yaml.load(edit_codings(None, None, codings), yaml.BaseLoader)
    assert data["coder"] == codings.coder
    assert [s["quote"] for s in data["segments"]] == [s.quote for s in codings.segments]
    found = [[c if isinstance(c, str) else c["code"] for c in s.get("codes", [])] for s in data["segments"]]
    assert found == [[c.code for c in s.codes] for s in codings.segments]
    assert [s.get("against", []) for s in data["segments"]] == [[*s.against] for s in codings.segments]


@given(_texts)
@lawful
def test_words_stand_on_one_line_and_come_back(words: str) -> None:
    text = edit_codings(None, None, CodingSet("t", "c", (Segment("k1", words, ()),)))
    assert len(text.splitlines()) == 7
    assert read(text).segments[0].quote == words
