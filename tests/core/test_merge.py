"""What a merge makes of two versions, by hand: the decisions that docs/git.md tells."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from qcode.core.merge import Kind, Merged, merge
from qcode.core.merge_codebook import Unmergeable
from qcode.core.threeway import weave


def said(text: str) -> Any:
    """YAML with every scalar a text, as files are read."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def merged(kind: Kind, base: str, ours: str, theirs: str) -> Merged:
    """The merge, which is the same from the other side."""
    found = merge(kind, said(base), said(ours), said(theirs))
    other = merge(kind, said(base), said(theirs), said(ours))
    assert (found.ours, found.theirs) == (other.theirs, other.ours)
    return found


def codings(head: str = "status: open", *segments: str) -> str:
    listed = "segments:\n" + "".join(f"- {one}\n" for one in segments) if segments else "segments: []"
    return f"transcript: x.md\ncoder: anna\n{head}\n{listed}\n"


def one(codes: str, more: str = "", id: str = "ka") -> str:
    return f"{{id: {id}, line: 4, quote: q, before: b, after: a, codes: [{codes}]{more}}}"


def settled(*versions: str) -> Any:
    found = merged("codings", *versions)
    assert not found.conflicts
    return found.ours


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "status", "version"),
    [
        ("status: open", "status: done\ncodebook_version: 3", "status: open", "done", "3"),
        ("status: done\ncodebook_version: 3", "status: open\ncodebook_version: 3", "status: done\ncodebook_version: 4",
         "open", "4"),
        # Done at 3 is not done at 4, though the other side had opened the file with that.
        ("status: open\ncodebook_version: 2", "status: done\ncodebook_version: 3", "status: open\ncodebook_version: 4",
         "done", "3"),
        ("status: open", "status: done\ncodebook_version: 3", "status: done\ncodebook_version: 4", "done", "4"),
    ],
)  # fmt: skip
def test_who_changed_the_status_decides(base: str, ours: str, theirs: str, status: str, version: str) -> None:
    found = settled(codings(base), codings(ours, one("c")), codings(theirs, one("d", id="kb")))
    assert (found["status"], found["codebook_version"]) == (status, version)


def test_a_file_that_both_began_is_done_only_if_both_say_so() -> None:
    def begun(ours: str, theirs: str) -> Any:
        found = merge("codings", None, said(codings(ours, one("c"))), said(codings(theirs, one("d", id="kb"))))
        return found.ours["status"]  # type: ignore[index, call-overload]

    assert begun("status: done", "status: open") == "open"
    assert begun("status: open", "status: done") == "open"
    assert begun("status: done", "status: done") == "done"


def test_a_segment_taken_off_keeps_only_what_the_other_added() -> None:
    """The codes that were there are gone; one that came since is not lost."""
    base = codings("status: open", one("c, d"))
    assert settled(base, codings(), codings("status: open", one("c, d, e")))["segments"][0]["codes"] == ["e"]
    assert settled(base, codings("x: y"), codings("status: done", one("c, d")))["segments"] == []
    assert settled(base, codings("status: open", one("c")), codings("status: open", one("d")))["segments"] == []


def test_a_coding_taken_off_and_changed_is_a_conflict() -> None:
    base, changed = codings("s: 1", one("c, d")), codings("s: 1", one("{code: c, valence: both}, d"))
    found = merged("codings", base, codings("s: 1", one("d")), changed)
    assert [conflict.path for conflict in found.conflicts] == [("segments", "ka", "codes", "c")]
    assert found.ours == said(codings("s: 1", one("d")))
    assert found.theirs == said(changed)


def test_notes_of_both_are_kept_paragraph_by_paragraph() -> None:
    """One that both have stands once; one that a side took away, and the other left alone, is gone."""
    base, ours, theirs = (
        codings("s: 1", one("c", f', memo: "{note}"'))
        for note in ("old\\n\\nkept", "kept\\n\\nmine", "old\\n\\nkept\\n\\nyours")
    )
    assert settled(base, ours, theirs)["segments"][0]["memo"] == "kept\n\nmine\n\nyours"


def test_segments_stand_by_their_lines_where_both_added() -> None:
    def at(*lines: int) -> str:
        return codings("s: 1", *(f"{{id: k{n}, line: {n}, quote: q{n}, codes: [c]}}" for n in lines))

    assert [s["id"] for s in settled(at(4, 20), at(2, 4, 9, 20), at(4, 7, 12, 20, 30))["segments"]] == [
        "k2", "k4", "k7", "k9", "k12", "k20", "k30",
    ]  # fmt: skip


def test_quotes_written_against_two_texts_each_name_theirs() -> None:
    """Ours was looked up anew in an edited transcript; theirs added one against the text of before."""
    base = codings("text: aaa", one("c"))
    ours, theirs = codings("text: bbb", one("c")), codings("text: aaa", one("c"), one("d", id="kb"))
    found = settled(base, ours, theirs)
    assert (found["text"], [s.get("text") for s in found["segments"]]) == ("bbb", [None, "aaa"])


def test_ids_that_commands_filled_in_on_both_sides_are_of_one_segment() -> None:
    """A file written by hand, to which a command on either side gave ids, lines and context."""
    base = codings("s: 1", "{quote: q, codes: [c]}")
    found = settled(base, codings("s: 1", one("c", id="kz")), codings("s: 1", one("c, d", id="kb")))
    assert [(s["id"], s["aliases"], s["codes"]) for s in found["segments"]] == [("kb", ["kz"], ["c", "d"])]


def test_a_branch_that_still_has_the_other_id_comes_in_later() -> None:
    """Two ids became one in a merge; work that goes on under the other is on the same segment."""
    base = codings("s: 1", one("c", id="kz"))
    ours = codings("s: 1", one("c, d", ", aliases: [kz]", id="kb"))
    [segment] = settled(base, ours, codings("s: 1", one("c, e", id="kz")))["segments"]
    assert (segment["id"], segment["aliases"], segment["codes"]) == ("kb", ["kz"], ["c", "d", "e"])


# --- codebooks -----------------------------------------------------------------------------------------------------

BOOK = """
name: B
version: 3
codes:
- {id: themes, codes: [{id: contact, label: Contact}, {id: money, perspectives: [employer]}]}
- {id: steps, codes: [{id: trust, definition: d, aliases: [bond]}]}
"""


def book(*changes: tuple[str, str]) -> str:
    text = BOOK
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def codes(found: Any) -> dict[str, Any]:
    return {code["id"]: code for top in found["codes"] for code in (top, *top.get("codes", ()))}


NEXT = ("version: 3", "version: 4")


def test_a_move_meets_an_edit_and_an_addition() -> None:
    moved = book(
        NEXT,
        (", {id: money, perspectives: [employer]}", ""),
        ("aliases: [bond]}", "aliases: [bond]}, {id: money, perspectives: [employer]}"),
    )
    edited = book(
        NEXT, ("[employer]", "[employer, client]"), ("label: Contact}", "label: Contact}, {id: new, since: 4}")
    )
    found = merged("codebook", BOOK, moved, edited)
    assert not found.conflicts
    assert said("[contact, new]") == [c["id"] for c in codes(found.ours)["themes"]["codes"]]
    assert codes(found.ours)["steps"]["codes"][1] == {"id": "money", "perspectives": ["employer", "client"]}


@pytest.mark.parametrize(("mine", "other", "version", "since"), [(4, 4, "5", "5"), (4, 6, "7", "7"), (6, 4, "7", "6")])
def test_a_new_code_is_new_to_the_other_branch(mine: int, other: int, version: str, since: str) -> None:
    """It comes with a version later than any that the other branch was done with; its own version may be that."""
    ours = book(
        ("version: 3", f"version: {mine}"), ("label: Contact}", f"label: Contact}}, {{id: new, since: {mine}}}")
    )
    found = merged("codebook", BOOK, ours, book(("version: 3", f"version: {other}"), ("name: B", "name: C")))
    assert (found.ours["version"], codes(found.ours)["new"]["since"]) == (version, since)  # type: ignore[index, call-overload]


def test_the_parts_of_a_split_are_as_old_as_the_whole() -> None:
    """A split here, a new code there: who was done before has seen the parts, whose whole was there, not the new one.

    A code that is itself new, and split on the same branch, comes with its parts as one new thing.
    """
    split = book(
        NEXT,
        ("label: Contact}", "label: Contact, since: 2, retired: true}, {id: calls, since: 2}, {id: visits, since: 2}"),
        (
            "aliases: [bond]}",
            "aliases: [bond]}, {id: own, since: 4, retired: true}, {id: a, since: 4}, {id: b, since: 4}",
        ),
    )
    other = book(NEXT, ("label: Contact}", "label: Contact, since: 2}, {id: new, since: 4}"))
    found = merged("codebook", BOOK.replace("label: Contact}", "label: Contact, since: 2}"), split, other)
    assert not found.conflicts
    assert found.ours["version"] == "5"  # type: ignore[index, call-overload]
    since = {name: code.get("since") for name, code in codes(found.ours).items()}
    assert {name: since[name] for name in ("contact", "calls", "visits", "new")} == {
        "contact": "2", "calls": "2", "visits": "2", "new": "5"
    }  # fmt: skip
    assert {since[name] for name in ("own", "a", "b")} == {"5"}
    assert codes(found.ours)["contact"]["retired"] == "true"


def test_a_version_that_one_side_raised_is_that() -> None:
    found = merged("codebook", BOOK, book(NEXT, ("name: B", "name: C")), book(("label: Contact", "label: Touch")))
    assert found.ours["version"] == "4"  # type: ignore[index, call-overload]


def test_a_merger_meets_a_rename() -> None:
    """money became part of contact here, and was renamed there: contact has both ids."""
    ours = book(
        NEXT, (", {id: money, perspectives: [employer]}", ""), ("label: Contact}", "label: Contact, aliases: [money]}")
    )
    found = merged("codebook", BOOK, ours, book(NEXT, ("id: money", "id: cash, aliases: [money]")))
    assert not found.conflicts
    assert codes(found.ours)["contact"]["aliases"] == ["money", "cash"]
    assert "cash" not in codes(found.ours)


def test_a_merger_meets_other_words_and_asks() -> None:
    ours = book(
        NEXT, (", {id: money, perspectives: [employer]}", ""), ("label: Contact}", "label: Contact, aliases: [money]}")
    )
    found = merged("codebook", BOOK, ours, book(NEXT, ("id: money", "id: money, definition: What it costs")))
    assert [conflict.path for conflict in found.conflicts] == [("codes", "money")]


def test_what_stood_below_a_code_that_is_gone_hangs_on_what_it_became() -> None:
    ours = book(
        NEXT, (", {id: money, perspectives: [employer]}", ""), ("label: Contact}", "label: Contact, aliases: [money]}")
    )
    theirs = book(NEXT, ("perspectives: [employer]}", "perspectives: [employer], codes: [{id: wages}]}"))
    found = merged("codebook", BOOK, ours, theirs)
    assert codes(found.ours)["contact"]["codes"] == [{"id": "wages"}]


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (("id: contact", "id: touch, aliases: [contact]"), ("id: trust", "id: touch, aliases: [trust]"), "touch"),
        (("id: contact, label: Contact}, {id: money", "id: money, aliases: [contact]"),
         ("{id: contact, label: Contact}, {id: money, perspectives: [employer]}", "{id: contact, aliases: [money]}"),
         "gone on the other side"),
    ],
)  # fmt: skip
def test_codebooks_that_do_not_go_together(ours: tuple[str, str], theirs: tuple[str, str], why: str) -> None:
    """From either side: one name for two codes; two codes merged each into the other."""
    sides = [said(book(NEXT, ours)), said(book(NEXT, theirs))]
    for one, other in (sides, sides[::-1]):
        with pytest.raises(Unmergeable, match=why):
            merge("codebook", said(BOOK), one, other)


# --- observations, summaries and decisions ------------------------------------------------------------------------


def test_evidence_of_both_and_one_conflict_of_words() -> None:
    base = "[{id: o, title: T, why: w, evidence: [ka, kb]}]"
    found = merged(
        "observations", base, "[{id: o, title: T, why: mine, evidence: [kb, kc]}]",
        "[{id: o, title: T, why: yours, evidence: [ka, kb, kd]}, {id: p}]",
    )  # fmt: skip
    assert [conflict.path for conflict in found.conflicts] == [("o", "why")]
    assert found.ours == said("[{id: o, title: T, why: mine, evidence: [kb, kc, kd]}, {id: p}]")


def test_a_summary_written_anew_keeps_the_hash_it_was_written_by() -> None:
    """So that a text does not pass for one that knows the other side's quotes."""
    base = "{trust: {text: t, quotes: [ka], hash: h0}}"
    found = merged(
        "summaries",
        base,
        "{trust: {text: new, quotes: [ka], hash: h1}}",
        "{trust: {text: t, quotes: [ka, kb], hash: h2}}",
    )
    assert not found.conflicts
    assert found.ours == said("{trust: {text: new, quotes: [ka, kb], hash: h1}}")


def test_two_summaries_of_one_code_ask() -> None:
    found = merged("summaries", "{}", "{trust: {text: mine}, money: {text: m}}", "{trust: {text: yours}}")
    assert [conflict.path for conflict in found.conflicts] == [("trust", "text")]


def test_a_decision_is_merged_key_by_key() -> None:
    base = "{date: 2026-01-01, by: anna, operation: edit, codes: [a]}"
    found = merged("decision", base, base[:-1] + ", reason: r}", base.replace("[a]", "[a, b]"))
    assert found.ours == said("{date: 2026-01-01, by: anna, operation: edit, codes: [a, b], reason: r}")


def test_an_order_that_one_side_changed_is_kept() -> None:
    assert weave(list("abc"), list("cab"), list("abxc")) == list("cabx")
    assert weave(list("abc"), list("abxc"), list("cab")) == list("cabx")
