"""Laws of the change of any YAML: what is wanted is what is read, and a hand-written file keeps its comments."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from test_codec_laws import edits

from qcode.core.model import CodingSet
from qcode.store.edit_tree import edit_tree, values
from qcode.store.write_canonical import new_codings

lawful = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@given(edits())
@lawful
def test_what_is_wanted_is_read_and_comments_stay(case: tuple[str, CodingSet, CodingSet]) -> None:
    """Files as people write them: comments, any order of keys, lists on one line, line ends of Windows, a BOM.

    `values` reads back what another writer wrote; so the two sides of the comparison don't come from one hand.
    """
    text, _, after = case
    wanted = values(new_codings(after))
    edited = edit_tree(text, wanted)
    assert edited is not None
    assert values(edited) == wanted
    for line in text.splitlines():
        if line.strip().startswith("# opmerking"):
            assert line.strip() in edited


@given(edits())
@lawful
def test_nothing_wanted_is_nothing_changed(case: tuple[str, CodingSet, CodingSet]) -> None:
    text, _, _ = case
    assert edit_tree(text, values(text)) == text
