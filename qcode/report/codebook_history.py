"""Decisions on the codebook as a page to publish; its log; and what differs between two codebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qcode.core.bookdiff import Difference
from qcode.core.booklog import Event, in_words
from qcode.core.codebook import Codebook
from qcode.core.decisions import Decision, told
from qcode.core.usage import Usage
from qcode.core.words import counted, one_line
from qcode.report.document import Block, Document, Prose

Record = Mapping[str, Any]


def decisions_page(decisions: Sequence[Decision], book: Codebook, coders: Mapping[str, str], meta: Record) -> Document:
    """A heading per decision with who and which version, and under it the reason. `coders`: their names by id."""
    blocks: list[Block] = []
    for one in decisions:
        words = told(one.operation, one.codes, one.into)
        blocks.append(Prose(one_line(f"{one.date}: {words}"), 2))
        version = f", version {one.codebook_version}" if one.codebook_version is not None else ""
        blocks.append(Prose(one_line(f"{coders.get(one.by, one.by)}{version}")))
        blocks += [Prose(one_line(one.reason))] if one.reason else []
    records = [
        {
            "date": one.date, "by": one.by, "operation": one.operation, "codes": list(one.codes),
            "into": list(one.into), "reason": one.reason, "codebook_version": one.codebook_version,
        }
        for one in decisions
    ]  # fmt: skip
    title = one_line(f"Decisions on the codebook{f' {book.name}' if book.name else ''}")
    return Document("decisions", blocks or [Prose("None is written down yet.")], records, meta, title=title)


def log_page(events: Sequence[Event], meta: Record) -> Document:
    """A paragraph per event."""
    blocks = [Prose(event_line(event)) for event in events]
    return Document("codebook log", blocks or [Prose("Nothing yet.")], [event._asdict() for event in events], meta)


def event_line(event: Event) -> str:
    """`2019-09-12 anna: renamed a to b. Why so (version 3, commit 1a2b3c4)`."""
    marks = [f"version {event.version}"] if event.version is not None else []
    marks += [] if event.commit is None else [f"commit {event.commit}" if event.commit else "not committed"]
    said = " ".join(f"{text.rstrip('.')}." for text in (event.told, event.why) if text)
    marked = f" ({', '.join(marks)})" if marks else ""
    who = f"{event.date} {event.by}".rstrip()
    return one_line(f"{who}: {said}{marked}")


def diff_page(
    before: Codebook, after: Codebook, found: Sequence[tuple[Difference, Usage]], names: tuple[str, str], meta: Record
) -> Document:
    """A paragraph per difference, with the codings of today that it touches."""
    blocks = [Prose(one_line(f"{in_words(one)}{_touched(one, used)}")) for one, used in found]
    records = [{**one._asdict(), "codings": used.codings} for one, used in found]
    old, new = names
    head = f"{old} → {new}: codebook version {before.version} → {after.version}, {counted(len(found), 'difference')}"
    return Document("codebook diff", [Prose(one_line(head)), *blocks], records, meta)


def _touched(one: Difference, used: Usage) -> str:
    return "" if one.kind == "added" and not used.codings else f" · {counted(used.codings, 'coding')}"
