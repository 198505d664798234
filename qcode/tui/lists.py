"""What the tabs of the side say, made from a session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from qcode.core.codebook import in_language
from qcode.core.memos import Targets
from qcode.core.model import CodingSet
from qcode.core.session import Session
from qcode.core.words import one_line
from qcode.tui.side import Item
from qcode.tui.views import Placed, counts, label_of

_STATES = {"lost": "not found", "ambiguous": "several places", "changed": "other words now", "moved": "elsewhere now"}


def codes(session: Session, shades: dict[str, str]) -> Iterator[Item]:
    """The codebook as a tree, with this coder's codings here and in the whole study."""
    study, book = session.study, session.study.codebook
    others = (s for s in study.codings if s.coder == session.codings.coder and s.path != session.codings.path)
    here, everywhere = counts(study, [session.codings]), counts(study, [session.codings, *others])
    for code in book.by_order:
        if code.retired and not everywhere[code.id]:
            continue
        depth = len([*book.ancestors(code.id)]) - 1
        text = Text(f"{here[code.id] or '·':>3} {everywhere[code.id] or '·':>4} ", "dim", no_wrap=True)
        text.append("  " * depth)
        text.append("▌", shades.get(code.id, ""))
        text.append(f"{code.key} " if code.key else "", "bold not dim")
        text.append(in_language(code.label, study.language) or code.id, "not dim")
        yield Item(text, code.id)


def segments(session: Session, own: Sequence[Placed]) -> Iterator[Item]:
    """The coder's segments in this transcript, in its order."""
    for one in own:
        labels = " ".join(label_of(session.study.codebook, coded) for coded in one.segment.codes)
        line = session.transcript.layout.line_of(one.span[0]) if one.span else "?"
        text = Text(f"{line:>4} ", "dim", no_wrap=True, overflow="ellipsis")
        text.append(labels + " ", "bold not dim")
        text.append(one_line(one.segment.quote)[:60], "not dim")
        yield Item(text, one.segment.id or "")


def sides(session: Session, code_id: str | None, sets: Iterable[CodingSet], *, named: bool) -> Iterator[Item]:
    """What the case's other transcripts say under a code. `named`: say who coded it."""
    study, book = session.study, session.study.codebook
    code = book.by_id.get(code_id or "")
    if code is None:
        yield Item(Text("Highlight a code, here or in the palette."))
        return
    yield Item(Text(code.title(study.language), "bold"))
    below = book.subtree[code.id]
    found = False
    for one in sets:
        transcript = study.transcript_of(one)
        if one.case != session.transcript.case or transcript in (None, session.transcript):
            continue
        for segment in one.segments:
            coded = next((c for c in segment.codes if book.resolve(c.code) in below), None)
            if coded and transcript:
                found = True
                who = f" · {one.coder}" if named else ""
                text = Text(f"{transcript.perspective or transcript.stem}{who} {label_of(book, coded)}\n", "dim")
                text.append(f"“{one_line(segment.quote)}”\n", "not dim")
                yield Item(text, f"{transcript.id}:{segment.id or ''}")
    if not found:
        yield Item(Text("No other perspective of this case has it yet.", "dim"))


def memos(session: Session, own: Sequence[Placed]) -> Iterator[Item]:
    """Memos on the codings here, and those in files of their own about this transcript or case."""
    book = session.study.codebook
    for one in own:
        said = [(None, one.segment.memo), *((coded, coded.memo) for coded in one.segment.codes)]
        for coded, memo in said:
            if memo:
                text = Text(f"{label_of(book, coded) if coded else 'segment'}: ", "bold")
                yield Item(text.append(one_line(memo), "not bold"), one.segment.id or "")
    names = Targets(session.study)
    transcript = session.transcript
    for note in session.study.pile.memos:
        target = names.find(note.about, note.case)
        if target and (target.case == transcript.case or target.kind == "study"):
            text = Text(f"{target.name} · {note.type or 'memo'}: ", "bold")
            yield Item(text.append(one_line(note.title), "not bold"))


def problems(session: Session, own: Sequence[Placed]) -> Iterator[Item]:
    """Segments whose words are not where, or what, they were."""
    for one in own:
        if one.located.how in _STATES:
            labels = " ".join(label_of(session.study.codebook, coded) for coded in one.segment.codes)
            text = Text(f"{_STATES[one.located.how]}: ", "bold")
            text.append(f"{labels} “{one_line(one.segment.quote)[:120]}”", "not bold")
            yield Item(text, one.segment.id or "")
