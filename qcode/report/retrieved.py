"""Retrieved segments: what was coded, in its context, by code or by case; flat for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qcode.analysis.levels import codes as shown_codes
from qcode.analysis.meta import facts
from qcode.analysis.spans import Passage, alone
from qcode.core.errors import UnknownName
from qcode.core.rows import Row
from qcode.core.words import natural
from qcode.report.document import Block, Document, Prose, Quotes
from qcode.report.kinds import Ask
from qcode.report.telling import heading, quote, words

BY = ("code", "case")


def quotes(ask: Ask, under: str | None = None, *, by: str = "code", before: int = 0, after: int = 0) -> Document:
    """Every coding that counts, once for each of its codes. `by`: code or case, what they are grouped by first.

    before, after: so many lines of the transcript around each. Raises UnknownName, QcodeError.
    """
    if by not in BY:
        raise UnknownName("grouping", by, list(BY))
    within = ask.scope
    branch = ask.study.codebook.subtree[ask.study.codebook.find(under).id] if under else None
    codes = [code for code in shown_codes(within, leaves=True) if code and (branch is None or code in branch)]
    found: dict[tuple[str, str], list[Passage]] = {}
    for row in sorted(within.rows, key=_place):
        found.setdefault((row.case, row.code), []).append(alone(row))
    ordered = (
        [(case, code) for code in codes for case in within.cases]
        if by == "code"
        else [(case, code) for case in within.cases for code in codes]
    )
    attributes = [name for name in _attributes(ask) if name not in _OWN]
    told = [_record(ask, passage, attributes) for key in ordered for passage in found.get(key, ())]
    meta = facts(within, "codings")
    blocks = [*_blocks(ask, ordered, found, by, before, after)]
    return Document("quotes", blocks or [Prose(ask.say("No codings found."))], told, meta)


def _place(row: Row) -> tuple[Any, ...]:
    return [natural(part) for part in row.transcript.split("/", 1)], row.start or 0, -(row.end or 0), row.coder


def _blocks(
    ask: Ask, ordered: Sequence[tuple[str, str]], found: dict[tuple[str, str], list[Passage]], by: str,
    before: int, after: int,
) -> Iterator[Block]:  # fmt: skip
    """A heading for each code or case, below it the other as the title of its quotes."""
    last = None
    for case, code in ordered:
        own = found.get((case, code))
        if not own:
            continue
        about, title = heading(ask, ask.study.case_by_id[case]), ask.named("code", code)
        head, below = (title, about) if by == "code" else (about, title)
        if head != last:
            yield Prose(head, 2)
        last = head
        yield Quotes([quote(ask, passage, before=before, after=after) for passage in own], below)


def _attributes(ask: Ask) -> list[str]:
    cases = [ask.study.case_by_id[case] for case in ask.scope.cases]
    return list(dict.fromkeys(name for case in cases for name in case.attributes))


_OWN = (
    "id", "case", "outcome", "perspective", "transcript", "path", "line", "start", "end", "phase", "section_phase",
    "code", "code_path", "valence", "coder", "speaker", "quote", "memo", "state",
)  # fmt: skip


def _record(ask: Ask, passage: Passage, attributes: Sequence[str]) -> dict[str, Any]:
    """One coding, flat. code_path: the ids from the top of the codebook down, with slashes between."""
    row, book, transcript = passage.rows[0], ask.study.codebook, ask.study.transcripts[passage.transcript]
    said: dict[str, Any] = {
        "id": row.id,
        "case": row.case,
        "outcome": row.outcome,
        "perspective": row.perspective,
        "transcript": row.transcript,
        "path": transcript.path,
        "line": row.line,
        "start": row.start,
        "end": row.end,
        "phase": row.phase,
        "section_phase": row.section_phase,
        "code": row.code,
        "code_path": "/".join([*book.ancestors(row.code)][::-1]),
        "valence": row.valence,
        "coder": row.coder,
        "speaker": row.speaker,
        "quote": words(ask, passage),
        "memo": row.memo,
        "state": row.state,
    }
    values = ask.study.case_by_id[row.case].attributes
    return said | {name: values.get(name) for name in attributes}
