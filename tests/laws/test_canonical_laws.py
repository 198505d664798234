"""The fast reader of codings files takes nothing otherwise than YAML does: the same records, or none at all."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_codec_laws import _sets as coding_sets

from qcode.core.model import CodingSet
from qcode.store.canonical import read_canonical
from qcode.store.codec_codings import codings_of
from qcode.store.edit_codings import new_codings
from qcode.store.fields import Document
from qcode.store.reading import Faults

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
