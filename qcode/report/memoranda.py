"""Memos: listed, and in full with what they are about; the notes that stand with codings among them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from qcode.analysis.meta import facts
from qcode.core.errors import UnknownName
from qcode.core.memos import Target, Targets
from qcode.core.model import Memo, Study
from qcode.core.query import select_rows, spelled
from qcode.core.rows import Row
from qcode.core.words import NONE, nfc, one_line, several
from qcode.report.document import Block, Column, Document, Prose, Table
from qcode.report.kinds import Ask
from qcode.report.telling import heading

BY = ("about", "type")
_ITEM = re.compile(r"\n(?=\s*(?:[-*+]\s|\d+[.)]\s|\|))")  # where an item of a list or a row of a table begins
CODING = "coding"  # the type of a note that stands with a coding


class Note(NamedTuple):
    """A memo, or a note with a coding. `group`: the code, case or study it belongs to, as shown."""

    memo: Memo
    target: Target | None
    told: str
    group: str


def memos(ask: Ask, *, by: str = "about", type: str | Sequence[str] = (), codings: bool = False) -> Document:
    """A table of all, then each in full. by: about or type, what they are grouped by.

    type: only of these. codings: the notes that stand with codings, too. Raises UnknownName, UnreadableStudy.
    """
    if by not in BY:
        raise UnknownName("grouping", by, list(BY))
    found = chosen(ask, several(type), codings=codings)
    found.sort(key=lambda note: note.memo.type or "~" if by == "type" else "")
    meta = {**facts(ask.scope, "memos"), "memos": len(found)}
    blocks = [_list(found), *full(ask, found, by)] if found else [Prose(ask.say("No memos found."))]
    return Document("memos", blocks, [_record(note) for note in found], meta)


def chosen(ask: Ask, types: Sequence[str] = (), *, codings: bool = False) -> list[Note]:
    """The memos on what is selected, in the order of the study: those on the codebook and the study first."""
    targets = Targets(ask.study)
    notes = [_note(ask, targets, memo) for memo in ask.study.pile.require()]
    rows = select_rows(ask.study, ask.rows, ask.selection)
    coded = set(filter(None, rows.column("id")))
    notes = [note for note in notes if _selected(ask, coded, note.target)]
    if codings:
        kept = (row for row in rows if row.memo and not _gone(ask.study, row.case, row.transcript.partition("/")[2]))
        notes += [_of_coding(ask, row) for row in kept]
    wanted = {nfc(kind) for kind in types}
    return [note for note in notes if not wanted or (note.memo.type or "") in wanted]


def _note(ask: Ask, targets: Targets, memo: Memo) -> Note:
    target = targets.find(memo.about, memo.case)
    return Note(memo, target, _told(ask, targets, memo, target), _group(ask, target))


def _of_coding(ask: Ask, row: Row) -> Note:
    """A note in a codings file, as a memo about its segment."""
    path = ask.study.transcripts[row.transcript].path if row.transcript in ask.study.transcripts else row.transcript
    memo = Memo(row.id or NONE, path, row.id or "", CODING, None, row.coder, row.memo or "", row.case)
    told = f"{ask.named('code', row.code)}, {row.transcript}:{row.line}: “{one_line(row.quote)}”"
    return Note(memo, Target("segment", row.id or "", row.case), told, _case(ask, row.case))


def _gone(study: Study, case: str, stem: str) -> bool:
    """Whether the respondent of that transcript withdrew, so that no word of it is shown."""
    return case not in study.case_by_id or stem in study.case_by_id[case].withdrawn


def _selected(ask: Ask, coded: Collection[str], target: Target | None) -> bool:
    """Whether what a memo is about is selected. One on the study or on nothing is, where nothing is asked for."""
    if not spelled(ask.selection.expr, ask.study.codebook):
        return True
    if target is None or target.kind == "study":
        return False
    if target.kind == "code":
        return bool(ask.selection.codes) and target.name in ask.selection.codes
    if target.kind == "segment":
        return target.name in coded
    if ask.selection.codes:
        return False
    if target.kind == "case":
        return target.case in ask.scope.cases
    return any(unit.transcript == target.name for unit in ask.scope.units)


def _told(ask: Ask, targets: Targets, memo: Memo, target: Target | None) -> str:
    """What a memo is about, in words."""
    if target is None:
        return ask.say("{about}, which is not there", about=memo.about or NONE)
    if target.kind == "study":
        return ask.say("the study")
    if target.kind == "code":
        return ask.named("code", target.name)
    if target.kind == "segment":
        codings, segment = targets.segment(target.name)
        words = "" if ask.silent or _gone(ask.study, codings.case, codings.stem) else f": “{segment.quote}”"
        return one_line(f"segment {target.name}, {codings.case}/{codings.stem}, {codings.coder}{words}")
    return f"{ask.say(target.kind)} {target.name}"


def _group(ask: Ask, target: Target | None) -> str:
    if target is None:
        return ask.say("About what is not there")
    if target.kind == "study":
        return ask.say("The study")
    return ask.named("code", target.name) if target.kind == "code" else _case(ask, target.case or "")


def _case(ask: Ask, name: str) -> str:
    case = ask.study.case_by_id.get(name)
    return heading(ask, case) if case else name


def _list(found: Sequence[Note]) -> Table:
    columns = [Column(name, "left", ours=False, named=True) for name in ("title", "about", "type", "author", "date")]
    rows = [
        [
            one_line(note.memo.title),
            (note.target.name if note.target else note.memo.about) or NONE,
            *(getattr(note.memo, name) or NONE for name in ("type", "author", "date")),
        ]
        for note in found
    ]
    return Table(columns, rows, rows)


def full(ask: Ask, found: Sequence[Note], by: str = "about") -> Iterator[Block]:
    """Each memo under its group: its title, what it is about, and all it says."""
    last = None
    for note in found:
        group = note.group if by == "about" else note.memo.type or ask.say("no type")
        if group != last:
            yield Prose(group, 2)
        last = group
        yield Prose(one_line(note.memo.title), 3)
        facts = [part for part in (note.memo.type, note.memo.author, note.memo.date) if part]
        yield Prose(one_line(ask.say("About {what}", what=note.told) + (f" ({', '.join(facts)})" if facts else "")))
        yield from map(Prose, _paragraphs(note.memo))


def _paragraphs(memo: Memo) -> list[str]:
    """The text without the title that was shown, paragraph by paragraph; items of lists and rows of tables apart."""
    pieces = [one_line(item) for piece in memo.text.split("\n\n") for item in _ITEM.split(piece)]
    if pieces and pieces[0].lstrip("# ") == one_line(memo.title):
        pieces = pieces[1:]
    return [piece.lstrip("# ") if piece.startswith("#") else piece for piece in pieces if piece.strip("|-: ")]


def _record(note: Note) -> dict[str, Any]:
    memo = note.memo
    return {
        "name": memo.name,
        "path": memo.path,
        "about": memo.about,
        "kind": note.target.kind if note.target else None,
        "target": note.target.name if note.target else None,
        "case": note.target.case if note.target else memo.case,
        "told": note.told,
        "type": memo.type,
        "author": memo.author,
        "date": memo.date,
        "title": memo.title,
        "text": memo.text,
    }
