"""What the tabs of the side say, made from a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from qcode.core.carry import Change
from qcode.core.codebook import Code, in_language
from qcode.core.memos import Targets
from qcode.core.model import CodingSet, Segment, Study, Transcript
from qcode.core.session import Session
from qcode.core.words import one_line
from qcode.tui.side import Item
from qcode.tui.views import Placed, counts, label_of, labels_of

STATES = {"lost": "not found", "ambiguous": "several places", "changed": "other words now", "moved": "elsewhere now"}


def codes(session: Session, shades: dict[str, str], elsewhere: Counter[str]) -> Iterator[Item]:
    """The codebook as a tree, with this coder's codings here and in the whole study."""
    study, book = session.study, session.study.codebook
    here = counts(study, [session.codings])
    everywhere = here + elsewhere
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
    """The coder's segments in this transcript, in its order, with what was decided against."""
    for one in own:
        labels = labels_of(session.study.codebook, one.segment)
        line = session.transcript.layout.line_of(one.span[0]) if one.span else "?"
        text = Text(f"{line:>4} ", "dim", no_wrap=True, overflow="ellipsis")
        text.append(labels + " ", "bold not dim")
        text.append(one_line(one.segment.quote)[:60], "not dim")
        yield Item(text, one.segment.id or "")


def sides(session: Session, code_id: str | None, sets: Iterable[CodingSet], *, named: bool) -> Iterator[Item]:
    """What each of the case's transcripts says under a code, this one first. `named`: say who coded it."""
    study = session.study
    code = study.codebook.by_id.get(code_id or "")
    case = study.case_by_id.get(session.transcript.case)
    if code is None or case is None:
        yield Item(Text("Highlight a code, here or in the palette.", "dim"))
        return
    yield Item(Text(code.title(study.language), "bold"))
    of = list(sets)
    for transcript in sorted(case.transcripts, key=lambda t: t is not session.transcript):
        if transcript.stem in case.withdrawn:
            continue
        mine = [one for one in of if study.transcript_of(one) is transcript]
        said = [item for one in mine for item in _said(study, transcript, one, code, named=named)]
        where = " (here)" if transcript is session.transcript else ""
        yield Item(Text(f"{transcript.perspective or transcript.stem}{where}", "bold underline"))
        yield from said or [Item(Text("nothing" if mine else "not coded yet", "dim"))]


def _said(study: Study, transcript: Transcript, one: CodingSet, code: Code, *, named: bool) -> Iterator[Item]:
    below = study.codebook.subtree[code.id]
    for segment in one.segments:
        labels = [label_of(study.codebook, c) for c in segment.codes if study.codebook.resolve(c.code) in below]
        if labels:
            text = Text(" ".join(labels) + (f" {one.coder}" if named else "") + " ", "bold dim")
            text.append(f"“{one_line(segment.quote)}”\n", "not dim not bold")
            yield Item(text, f"{transcript.id}:{segment.id or ''}")


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
    """Segments whose words are not where, or what, they were; each by its number among the coder's own."""
    for at, one in enumerate(own):
        if one.located.how in STATES:
            labels = labels_of(session.study.codebook, one.segment)
            text = Text(f"{STATES[one.located.how]}: ", "bold")
            text.append(f"{labels} “{one_line(one.segment.quote)[:120]}”", "not bold")
            yield Item(text, str(at))
    if all(one.located.how not in STATES for one in own):
        yield Item(Text("None: every segment stands where it was made.", "dim"))


def came(session: Session, of: Change, most: int = 6) -> list[str]:
    """What somebody else's change of the coder's file was, a line for each segment."""
    lines = [f"+ {_segment(session, one)}" for one in of.added]
    lines += [f"- {_segment(session, one)}" for one in of.gone]
    lines += [f"~ {_segment(session, new)}" for _, new in of.changed]
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    status = [f"now {of.status}"] if of.status else []
    return [*lines[:most], *more, *status] or ["no coding is different"]


def _segment(session: Session, one: Segment) -> str:
    span = session.locate(one).span
    line = f"line {session.transcript.layout.line_of(span[0])}: " if span else ""
    labels = labels_of(session.study.codebook, one)
    return f"{line}{labels} “{shortened(one_line(one.quote), 40)}”"


def shortened(words: str, most: int) -> str:
    """Words cut to a length in characters, with a sign that they are."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
