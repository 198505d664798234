"""Interview guides: what each question asks about, which themes stay without a question, and a blank transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qcode.core.codebook import Codebook, ids
from qcode.core.errors import Problem, QcodeError, UnknownName, Where, refuse
from qcode.core.words import natural, nfc

ASKED, SILENT, NOT_APPLICABLE, NO_GUIDE = "asked", "not-asked", "n/a", "no-guide"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `themes` None and `phase` None: those of its block; `themes` empty: it serves none."""

    id: str
    text: str = ""
    themes: tuple[str, ...] | None = None
    phase: str | None = None
    optional: bool = False
    where: Where = field(default=Where(""), compare=False)


@dataclass(frozen=True, slots=True)
class Block:
    """Questions that belong together. Its themes and phase hold for those that don't name their own."""

    id: str
    title: str = ""
    phase: str | None = None
    themes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    where: Where = field(default=Where(""), compare=False)


@dataclass(frozen=True, slots=True)
class Guide:
    """What one perspective is asked. `outcomes` empty: whatever became of the case."""

    id: str
    perspective: str = ""
    outcomes: tuple[str, ...] = ()
    title: str = ""
    blocks: tuple[Block, ...] = ()
    path: str = field(default="", compare=False)
    where: Where = field(default=Where(""), compare=False)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        return tuple(question for block in self.blocks for question in block.questions)

    def fits(self, outcome: str | None) -> bool:
        """Whether it is meant for cases of this outcome; one that is not known yet may become any."""
        return not self.outcomes or outcome is None or outcome in self.outcomes


class Shelf(NamedTuple):
    """The guides of a study that could be read, and the faults met in reading them."""

    guides: tuple[Guide, ...] = ()
    faults: tuple[Problem, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all could be read, so that a guide not here is not there."""
        return not any(fault.stops for fault in self.faults)

    def require(self) -> tuple[Guide, ...]:
        """The guides, or UnreadableStudy when one can't be read."""
        refuse(self.faults)
        return self.guides


class Asked(NamedTuple):
    """A question with what it is about in today's codebook: its own themes and phase, else its block's."""

    block: Block
    question: Question
    themes: tuple[str, ...]
    phase: str | None


class Cell(NamedTuple):
    """A theme in a guide, or in all guides of a perspective. `questions`: those that serve it, GUIDE/QUESTION."""

    state: str
    questions: tuple[str, ...] = ()

    @property
    def guides(self) -> tuple[str, ...]:
        """The guides that ask about it."""
        return tuple(dict.fromkeys(question.partition("/")[0] for question in self.questions))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What guides ask about each theme. `by`: what the columns are, `guide` or `perspective`."""

    by: str
    themes: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]

    def gaps(self, column: str) -> tuple[str, ...]:
        """The themes that apply there and that nothing is asked about."""
        return tuple(theme for theme in self.themes if self.cells[theme, column].state == SILENT)


def asked(guide: Guide, book: Codebook) -> Iterator[Asked]:
    """Every question with the themes it serves, old ids resolved, and its phase."""
    for block in guide.blocks:
        for question in block.questions:
            themes = block.themes if question.themes is None else question.themes
            yield Asked(block, question, resolved(themes, book), question.phase or block.phase)


def resolved(themes: Iterable[str], book: Codebook) -> tuple[str, ...]:
    """The themes by today's ids, each once."""
    return tuple(dict.fromkeys(map(book.resolve, themes)))


def unasked(guide: Guide, block: Block, book: Codebook) -> tuple[str, ...]:
    """The themes that a block names and that none of its questions serves."""
    served = {theme for one in asked(guide, book) if one.block is block for theme in one.themes}
    return tuple(theme for theme in resolved(block.themes, book) if theme not in served)


def in_order(guides: Iterable[Guide], book: Codebook) -> tuple[Guide, ...]:
    """The guides as the codebook orders perspectives and outcomes."""
    perspectives, outcomes = ids(book.perspectives), ids(book.outcomes)

    def place(guide: Guide) -> tuple[object, ...]:
        return _at(guide.perspective, perspectives), min((_at(o, outcomes) for o in guide.outcomes), default=-1)

    return tuple(sorted(guides, key=lambda guide: (*place(guide), natural(guide.id))))


def follows(guide: Guide, perspective: str | None, guides: Iterable[Guide]) -> bool:
    """Whether an interview of this perspective may follow the guide: it is its own, or it has none of its own."""
    return guide.perspective == perspective or not any(other.perspective == perspective for other in guides)


def named(guides: Sequence[Guide], given: str) -> Guide:
    """The guide of that id. Raises UnknownName with the nearest."""
    for guide in guides:
        if guide.id == nfc(given):
            return guide
    raise UnknownName("guide", given, [guide.id for guide in guides])


def choose(guides: Sequence[Guide], perspective: str, outcome: str | None) -> Guide:
    """The one guide of a perspective for a case of this outcome. Raises QcodeError where there is none, or more."""
    own = [guide for guide in guides if guide.perspective == perspective and guide.fits(outcome)]
    if len(own) == 1:
        return own[0]
    of = f"{perspective} with outcome {outcome}" if outcome else f"{perspective} (the case has no outcome yet)"
    fitting = own or [guide for guide in guides if guide.fits(outcome) and follows(guide, perspective, guides)]
    listed = ", ".join(guide.id for guide in fitting)
    hint = f"Name one: --guide ID. That can be: {listed}." if listed else "See which there are: qcode guide list."
    raise QcodeError(f"{len(own)} guides for {of}" if own else f"no guide for {of}", hint=hint)


def themes_of(guides: Iterable[Guide], book: Codebook) -> tuple[str, ...]:
    """The codes that guides could ask about: those without codes below them in the branches where they name any."""
    told = (theme for guide in guides for block in guide.blocks for theme in _themes(block))
    tops = {[*book.ancestors(theme)][-1] for theme in resolved(told, book) if theme in book.by_id}
    members = {code for top in tops for code in book.subtree.get(top, ())}
    return tuple(
        code.id for code in book.by_order if code.id in members and not code.retired and not book.children.get(code.id)
    )


def coverage(guides: Sequence[Guide], book: Codebook, by: str = "guide") -> Coverage:
    """For each theme what each guide, or each perspective through all its guides, asks about it."""
    ordered = in_order(guides, book)
    themes = themes_of(ordered, book)
    if by == "guide":
        columns = {guide.id: (guide.perspective, [guide]) for guide in ordered}
    else:
        whose = [*ids(book.perspectives), *(guide.perspective for guide in ordered)]
        columns = {p: (p, [g for g in ordered if g.perspective == p]) for p in whose}
    cells = {}
    for column, (perspective, some) in columns.items():
        served = _served(some, book)
        for theme in themes:
            cells[theme, column] = _cell(theme, perspective, tuple(served.get(theme, ())), bool(some), book)
    return Coverage(by, themes, tuple(columns), cells)


def _cell(theme: str, perspective: str, questions: tuple[str, ...], guided: bool, book: Codebook) -> Cell:
    if questions:
        return Cell(ASKED, questions)
    if not book.applies(theme, perspective):
        return Cell(NOT_APPLICABLE)
    return Cell(SILENT if guided else NO_GUIDE)


def _served(guides: Iterable[Guide], book: Codebook) -> dict[str, list[str]]:
    """The questions that serve each theme; one that serves a branch serves all below it."""
    found: dict[str, list[str]] = {}
    for guide in guides:
        for one in asked(guide, book):
            for theme in set().union(*(book.subtree.get(theme, {theme}) for theme in one.themes)):
                found.setdefault(theme, []).append(f"{guide.id}/{one.question.id}")
    return found


def _themes(block: Block) -> Iterator[str]:
    yield from block.themes
    for question in block.questions:
        yield from question.themes or ()


def _at(name: str, order: list[str]) -> int:
    return order.index(name) if name in order else len(order)


def blank(guide: Guide, book: Codebook, title: str, interviewer: str, respondent: str) -> str:
    """The body of a transcript that follows a guide: every question as a turn, every answer still to be written.

    `interviewer`, `respondent`: the names that open their turns. What has no phase keeps the one before it: the marks
    of a transcript hold until the next.
    """
    lines = [f"# {_folded(title)}"]
    phase = None
    last: Block | None = None
    for one in asked(guide, book):
        if one.block is not last:
            last, phase = one.block, one.block.phase or phase
            mark = f" {{phase={phase}}}" if one.block.phase else ""
            lines.append(f"## {_folded(last.title or last.id)}{mark}")
        turned = f" phase={one.phase}" if one.phase and one.phase != phase else ""
        phase = one.phase or phase
        lines.append(f"{{q={one.question.id}{turned}}}\n**{interviewer}:** {_folded(one.question.text)}")
        lines.append(f"**{respondent}:**")
    return "\n\n".join(lines) + "\n"


def _folded(text: str) -> str:
    """The text on one line, its words as they are."""
    return " ".join(text.split())
