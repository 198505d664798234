"""Rules on interview guides, and on transcripts that follow one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qcode.core.codebook import ids
from qcode.core.errors import UnknownName, Where
from qcode.core.facts import Facts, Finding, first_place, known
from qcode.core.guide import Block, Guide, Question, follows
from qcode.core.layout import Section
from qcode.core.model import Transcript


def duplicate_guide(facts: Facts) -> Iterator[Finding]:
    """Two guides have one id."""
    first: dict[str, Guide] = {}
    for guide in facts.study.guides:
        other = first.setdefault(guide.id, guide)
        if other is not guide:
            yield Finding(_place(guide), f"guide '{guide.id}' is there already: {other.path}", "Rename one of the two.")


def duplicate_question(facts: Facts) -> Iterator[Finding]:
    """Two questions of a guide have one id."""
    for guide in facts.study.guides:
        seen: set[str] = set()
        for question in guide.questions:
            if question.id in seen:
                message = f"question '{question.id}' is there already in guide '{guide.id}'"
                yield Finding(_place(question, guide), message, "A transcript's {q=…} can mean one of them only.")
            seen.add(question.id)


def guide_theme(facts: Facts) -> Iterator[Finding]:
    """A guide names a theme that is no code of the codebook."""
    book = facts.book
    for guide, part, themes in _themes(facts.study.guides):
        for theme in themes:
            if book.resolve(theme) not in book.by_id:
                error = UnknownName("theme", theme, list(book.by_id))
                yield Finding(_place(part, guide), error.message, error.hint)


def guide_level(facts: Facts) -> Iterator[Finding]:
    """A guide's perspective, outcome or phase is not declared in the codebook."""
    book = facts.book
    declared = {"perspective": ids(book.perspectives), "outcome": ids(book.outcomes), "phase": ids(book.phases)}
    for guide in facts.study.guides:
        for kind, part, name in _levels(guide):
            if name not in declared[kind]:
                yield Finding(_place(part, guide), f"unknown {kind} '{name}'", known(declared[kind]))


def unknown_guide(facts: Facts) -> Iterator[Finding]:
    """A transcript follows a guide that is not there."""
    names = [guide.id for guide in facts.study.guides]
    for transcript in facts.study.transcripts.values():
        if transcript.guide is not None and transcript.guide not in names and facts.study.shelf.whole:
            error = UnknownName("guide", transcript.guide, names)
            yield Finding(Where(transcript.path), error.message, error.hint)


def guide_perspective(facts: Facts) -> Iterator[Finding]:
    """A transcript follows a guide for another perspective, though its own has guides."""
    guides = facts.study.guides
    for transcript, guide in _following(facts):
        if transcript.perspective and not follows(guide, transcript.perspective, guides):
            message = f"guide '{guide.id}' is for {guide.perspective}, not for {transcript.perspective}"
            own = (other.id for other in guides if other.perspective == transcript.perspective)
            yield Finding(Where(transcript.path), message, known(own))


def unknown_question(facts: Facts) -> Iterator[Finding]:
    """A transcript marks a question that its guide doesn't have."""
    for transcript, guide in _following(facts):
        asked = [question.id for question in guide.questions]
        for section in _marks(transcript):
            if section.question is not None and section.question not in asked:
                error = UnknownName("question", section.question, asked)
                message = f"{error.message}: not in guide '{guide.id}'"
                yield Finding(Where(transcript.path, section.line), message, error.hint)


def _following(facts: Facts) -> Iterator[tuple[Transcript, Guide]]:
    """Transcripts whose guide is there."""
    guides = {guide.id: guide for guide in reversed(facts.study.guides)}
    for transcript in facts.study.transcripts.values():
        if transcript.guide in guides:
            yield transcript, guides[transcript.guide]


def _marks(transcript: Transcript) -> Iterator[Section]:
    """The sections at which the question changes; a mark of phase alone repeats the one before."""
    before = None
    for section in transcript.layout.sections:
        if section.question != before:
            yield section
        before = section.question


def _themes(guides: Iterable[Guide]) -> Iterator[tuple[Guide, Block | Question, tuple[str, ...]]]:
    """Every place where themes are named."""
    for guide in guides:
        for block in guide.blocks:
            yield guide, block, block.themes
            yield from ((guide, question, question.themes or ()) for question in block.questions)


def _levels(guide: Guide) -> Iterator[tuple[str, Guide | Block | Question, str]]:
    """Every place where a level is named, and of which kind."""
    yield "perspective", guide, guide.perspective
    yield from (("outcome", guide, outcome) for outcome in guide.outcomes)
    for block in guide.blocks:
        parts: tuple[Block | Question, ...] = (block, *block.questions)
        yield from (("phase", part, part.phase) for part in parts if part.phase)


def _place(part: Guide | Block | Question, guide: Guide | None = None) -> Where:
    return first_place(part.where, *([Where(guide.path)] if guide else []))
