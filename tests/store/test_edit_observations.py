"""Laws of observations.yaml: what is written is what is read, and nothing else in the file changes.

The files are written here as a person would: comments, any order of keys, lists on one line or many, indented or not.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qcode.core.errors import QcodeError
from qcode.core.model import Observation
from qcode.store.codec_case import read_observations
from qcode.store.edit_observations import edit_observations
from qcode.store.reading import Faults, decode

EXAMPLE = Path(__file__).parents[2]
KEYS = ["id", "title", "about", "perspectives", "agreement", "why", "evidence", "steps", "illustrates", "memo"]
lawful = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

_names = st.sampled_from(["k7q2m9xa", "02", "no", "één", "concessies", "null", "a b", "x: y", "#t", "1.10"])
_texts = st.sampled_from(
    ["", "kort", 'zij zei: "nee"', "twee\nregels", "# geen commentaar", " rand ", "é 🙂", "- streep"]
)
_lists = st.lists(_names, max_size=4, unique=True).map(tuple)


def _observation(name: str) -> st.SearchStrategy[Observation]:
    words = _texts.filter(bool)
    return st.builds(
        Observation, st.just(name), _texts, _texts, st.dictionaries(_names, words, max_size=3),
        st.sampled_from([None, "agree", "partly", "differ", "silent"]), _texts, _lists, _lists, _lists, _texts,
    )  # fmt: skip


@st.composite
def _several(draw: st.DrawFn) -> tuple[Observation, ...]:
    names = draw(st.lists(st.sampled_from([f"o{n}" for n in range(6)]), max_size=3, unique=True))
    return tuple(draw(_observation(name)) for name in names)


@dataclass
class Hand:
    """A person's way of writing."""

    dash: int
    inline: bool
    newline: str
    bom: str
    final: bool
    shuffle: int
    count: int = 0

    def comment(self) -> str:
        self.count += 1
        return f"# opmerking {self.count}."

    def write(self, observations: Sequence[Observation]) -> str:
        lines = [self.comment()]
        for one in observations:
            lines += [*self.item(one), self.comment(), ""]
        return self.bom + self.newline.join(lines) + (self.newline if self.final else "")

    def item(self, one: Observation) -> list[str]:
        lines: list[str] = []
        for key in KEYS[self.shuffle :] + KEYS[: self.shuffle]:
            value = getattr(one, key)
            if not value:
                continue
            if isinstance(value, str):
                lines.append(f"{key}: {_scalar(value)}  {self.comment()}")
            elif isinstance(value, dict):
                lines += [f"{key}:", *(f"    {_scalar(name)}: {_scalar(text)}" for name, text in value.items())]
            elif self.inline:
                lines.append(f"{key}: [{', '.join(map(_scalar, value))}]")
            else:
                lines += [f"{key}:  {self.comment()}", *(f"{' ' * self.dash}- {_scalar(name)}" for name in value)]
        return [("- " if at == 0 else "  ") + line for at, line in enumerate(lines)]


def _scalar(value: str) -> str:
    """A scalar that keeps its text: PyYAML's own writer, on one line."""
    return yaml.safe_dump(value, default_style='"', width=10**9, allow_unicode=True).strip()


_hands = st.builds(
    Hand, st.sampled_from([0, 2]), st.booleans(), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]),
    st.booleans(), st.integers(0, 9),
)  # fmt: skip


def read(text: str) -> tuple[Observation, ...]:
    faults = Faults("cases/1/observations.yaml")
    decoded = decode(text.encode(), faults)
    assert decoded is not None
    found = read_observations(decoded, faults)
    assert not faults.stop, faults.problems
    return found


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, tuple[Observation, ...], tuple[Observation, ...]]:
    """A file, what it says, and what it is to say: some gone, some with other values, some new."""
    text = draw(_hands).write(draw(_several()))
    before = read(text)
    after = []
    for one in before:
        if draw(st.booleans()):
            other = draw(_observation(one.id))
            keys = draw(st.sets(st.sampled_from(KEYS[1:])))
            after.append(replace(one, **{key: getattr(other, key) for key in keys}))
    for name in draw(st.lists(st.sampled_from(["n1", "n2"]), unique=True)):
        after.insert(draw(st.integers(0, len(after))), draw(_observation(name)))
    return text, before, tuple(after)


@lawful
@given(edits())
def test_what_is_written_is_what_is_read(edit: tuple[str, tuple[Observation, ...], tuple[Observation, ...]]) -> None:
    text, before, after = edit
    assert read(edit_observations(text, before, after)) == after


@lawful
@given(edits())
def test_nothing_changed_changes_nothing(edit: tuple[str, tuple[Observation, ...], tuple[Observation, ...]]) -> None:
    text, before, _ = edit
    assert edit_observations(text, before, before) == text


@lawful
@given(_several())
def test_a_new_file_reads_the_same_for_any_reader(observations: tuple[Observation, ...]) -> None:
    text = edit_observations(None, (), observations)
    assert read(text) == observations
    plain = yaml.safe_load(text) or []
    assert [one["id"] for one in plain] == [one.id for one in observations]
    assert [tuple(one.get("evidence", ())) for one in plain] == [one.evidence for one in observations]


@lawful
@given(edits(), st.sampled_from(KEYS[1:]))
def test_other_lines_stay_as_they_are(
    edit: tuple[str, tuple[Observation, ...], tuple[Observation, ...]], key: str
) -> None:
    """Of an observation that gets one other value only the lines of that key change; comments elsewhere stay."""
    text, before, _ = edit
    if not before:
        return
    value: dict[str, Any] = {"perspectives": {"nieuw": "woord"}, "agreement": "agree"}
    value |= dict.fromkeys(("evidence", "steps", "illustrates"), ("z1",))
    new = replace(before[-1], **{key: value.get(key, "iets anders")})
    after = edit_observations(text, before, (*before[:-1], new))
    assert read(after) == (*before[:-1], new)
    own = _lines_of(text, before[-1], key)
    lost = [line for line in _diff(text, after) if line.startswith("-")]
    assert all(line[1:].strip() in own for line in lost), lost


def _lines_of(text: str, one: Observation, key: str) -> set[str]:
    """The lines of the file on which a key's own value stands, or which begin a block of it."""
    value = getattr(one, key) or ()
    scalars = [value] if isinstance(value, str) else [*value, *(value.values() if isinstance(value, dict) else ())]
    words = [_scalar(scalar) for scalar in scalars]
    last = text.rstrip("\r\n").splitlines()[-1].strip()  # its line end is new where the file has none
    found = {line.strip() for line in text.splitlines() if key + ":" in line or any(word in line for word in words)}
    return {*found, last}


def _diff(before: str, after: str) -> list[str]:
    """The lines that went (-) and came (+)."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if line[:2] not in ("--", "++", "@@")]


HAND = """\
# Casus 1, na de analysesessie.
- id: niemand-zei-iets   # de kern
  title: 'Niemand zei iets'
  perspectives:
    werkgever: "Wist van niets."   # letterlijk

  evidence:
    - aaaaaaaa   # de mooiste
    # hieronder twijfel
    - bbbbbbbb
  steps: [duidelijkheid]
  why: |
    Omdat het niet
    gevraagd werd.

# nog uitwerken
- {id: kort, title: Kort}
"""


def test_linking_adds_one_line() -> None:
    before = read(HAND)
    after = (replace(before[0], evidence=("aaaaaaaa", "bbbbbbbb", "cccccccc")), before[1])
    assert edit_observations(HAND, before, after) == HAND.replace("- bbbbbbbb\n", "- bbbbbbbb\n    - cccccccc\n")


def test_unlinking_takes_one_line_and_leaves_the_comments_between() -> None:
    before = read(HAND)
    after = (replace(before[0], evidence=("aaaaaaaa",)), before[1])
    assert edit_observations(HAND, before, after) == HAND.replace("    - bbbbbbbb\n", "")


def test_a_value_is_replaced_where_it_stands() -> None:
    before = read(HAND)
    after = (replace(before[0], title="Er werd niets gezegd", why="Niemand vroeg het."), before[1])
    expected = HAND.replace("'Niemand zei iets'", '"Er werd niets gezegd"').replace(
        "|\n    Omdat het niet\n    gevraagd werd.\n", '"Niemand vroeg het."\n'
    )
    assert edit_observations(HAND, before, after) == expected


def test_a_new_observation_takes_the_form_of_the_others() -> None:
    before = read(HAND)
    new = Observation("nieuw", "Nieuw", evidence=("dddddddd",), steps=("motivatie",))
    expected = HAND + '- id: nieuw\n  title: "Nieuw"\n  evidence:\n    - dddddddd\n  steps: [motivatie]\n'
    assert edit_observations(HAND, before, (*before, new)) == expected


def test_what_is_new_in_a_one_line_observation_stays_on_that_line() -> None:
    before = read(HAND)
    after = (before[0], replace(before[1], agreement="agree", evidence=("eeeeeeee",)))
    expected = HAND.replace("title: Kort}", "title: Kort, agreement: agree, evidence: [eeeeeeee]}")
    assert edit_observations(HAND, before, after) == expected


def test_a_perspective_gets_other_words_and_another_is_added() -> None:
    before = read(HAND)
    after = (replace(before[0], perspectives={"werkgever": "Wist het.", "gemeente": "Zweeg."}), before[1])
    expected = HAND.replace(
        '"Wist van niets."   # letterlijk\n', '"Wist het."   # letterlijk\n    gemeente: "Zweeg."\n'
    )
    assert edit_observations(HAND, before, after) == expected


def test_a_form_that_cannot_be_edited_is_refused() -> None:
    """An alias stands for the same list twice: to change one would change the other."""
    text = "- id: a\n  steps: &x [s]\n- id: b\n  steps: *x\n"
    before = read(text)
    with pytest.raises(QcodeError, match="line by line"):
        edit_observations(text, before, (before[0], replace(before[1], steps=("s", "t"))))


@pytest.mark.parametrize("path", sorted(EXAMPLE.glob("cases/*/observations.yaml")), ids=lambda path: path.parent.name)
def test_the_example_takes_another_link_as_one_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before = read(text)
    after = (*before[:-1], replace(before[-1], evidence=(*before[-1].evidence, "zzzzzzzz")))
    assert [line.replace(" ", "") for line in _diff(text, edit_observations(text, before, after))] == ["+-zzzzzzzz"]
