"""`qcode guide`: the interview guides, what they ask about and what not, and a transcript to fill in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import commit_of, keep, open_study, root_of
from qcode.cli.options import At, DryRun, Format, Look, gathered
from qcode.core.errors import QcodeError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qcode.core.codebook import Codebook
    from qcode.core.guide import Asked, Guide
    from qcode.core.model import Case, Interview, Study
    from qcode.store.files import ChangeSet

app = typer.Typer(
    help="List and show interview guides; see what they leave out; begin a transcript.", no_args_is_help=True
)


class By(StrEnum):
    """What the columns of the coverage are."""

    guide = "guide"
    perspective = "perspective"


@app.command("list")
def list_(context: typer.Context, at: At = None) -> None:
    """Every guide with its perspective, the outcomes it is for and the number of its questions."""
    from qcode.core.guide import in_order
    from qcode.core.words import one_line

    _, study = open_study(context, at)
    for guide in in_order(study.shelf.require(), study.codebook):
        outcomes = ", ".join(guide.outcomes) or "all outcomes"
        print(one_line(f"{guide.id}: {guide.perspective}; {outcomes}; {len(guide.questions)} questions; {guide.title}"))
    if not study.guides:
        tell(f"No guides yet: put them in {study.settings.guides}/ (see docs/format.md, Guide).")


@app.command()
def show(
    context: typer.Context, guide: Annotated[str, typer.Argument(metavar="ID", help="The guide.")], at: At = None
) -> None:
    """One guide: its blocks and questions, with the themes that each serves and its phase."""
    from qcode.core.guide import named
    from qcode.core.words import one_line

    _, study = open_study(context, at)
    for line in _lines(named(study.shelf.require(), guide), study.codebook):
        indent = len(line) - len(line.lstrip())
        print(" " * indent + one_line(line))


@app.command()
@gathered
def coverage(
    context: typer.Context,
    look: Look,
    by: Annotated[By, typer.Option("--by", help="A column per guide, or per perspective.")] = By.guide,
    at: At = None,
) -> None:
    """What is asked about each theme, and which themes are left out.

    Themes are the codes of the branches in which the guides name any. A cell has the number of questions that serve
    the theme (by perspective: of guides that ask about it); 0, it applies and nothing is asked; n/a, it does not apply.
    """
    from qcode.cli.output import chosen, emit, screen
    from qcode.core.guide import coverage as covered
    from qcode.core.guide import in_order
    from qcode.report.coverage import of_coverage
    from qcode.report.formats import render

    form = chosen(look.form, look.output, [*Format])
    root, study = open_study(context, at)
    book = study.codebook
    guides = in_order(study.shelf.require(), book)
    document = of_coverage(
        guides, book, covered(guides, book, by.value),
        language=look.language or study.language, ids=look.ids, commit=commit_of(root, study),
    )  # fmt: skip
    emit(render(document, form, **screen(look.output)), look.output)
    if form in {Format.csv, Format.tsv}:
        for note in document.notes:
            tell(note)


@app.command()
def new(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="The case.")],
    perspective: Annotated[str, typer.Argument(help="Whose interview it is.")],
    guide: Annotated[
        str | None, typer.Option("--guide", metavar="ID", help="Default: the one for this perspective and outcome.")
    ] = None,
    respondent: Annotated[
        str | None, typer.Option("--respondent", help="A pseudonym. Default: that of the interview planned.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Begin a transcript after a guide: its headings, phases and questions, each answer still empty.

    The interview counts as held from then on, since its transcript is there.
    """
    keep(root := root_of(context), lambda: _new(root, case, perspective, guide, respondent), dry_run=dry_run)


def _lines(guide: Guide, book: Codebook) -> Iterator[str]:
    from qcode.core.guide import asked, unasked

    yield f"Guide {guide.id}: {guide.title or 'no title'}"
    yield f"  {guide.perspective}; {', '.join(guide.outcomes) or 'all outcomes'}; {len(guide.questions)} questions"
    questions = list(asked(guide, book))
    for block in guide.blocks:
        silent = _keys(unasked(guide, block, book), book)
        yield f"{block.id} {block.title} ({block.phase or '–'})"
        yield from (f"  {_asked(one, book)}" for one in questions if one.block is block)
        if silent:
            yield f"  asks nothing about {silent}, which it names"


def _asked(one: Asked, book: Codebook) -> str:
    marks = [_keys(one.themes, book) or "no theme", one.phase or "–", *["optional"] * one.question.optional]
    return f"{one.question.id} ({'; '.join(marks)}) {one.question.text}"


def _keys(themes: tuple[str, ...], book: Codebook) -> str:
    """Themes by their short keys, or by their ids where they have none."""
    codes = (book.by_id.get(theme) for theme in themes)
    return " ".join((code and code.key) or theme for theme, code in zip(themes, codes, strict=True))


def _new(root: Path, case: str, perspective: str, guide: str | None, respondent: str | None) -> tuple[ChangeSet, str]:
    from qcode.core.codebook import ids
    from qcode.core.words import nfc
    from qcode.store.files import Change, ChangeSet
    from qcode.store.project import load

    study = load(root, cases=(nfc(case),)).require()
    whose = nfc(perspective)
    found = _case(root, study, case)
    known = ids(study.codebook.perspectives)
    if whose not in known:
        raise UnknownName("perspective", perspective, known)
    path = _free_path(found, whose, root)
    chosen = _guide(study, found, whose, guide)
    text = _text(study, found, chosen, whose, respondent, path)
    said = f"Made {path} after guide {chosen.id}, {len(chosen.questions)} questions: the interview now counts as held."
    return ChangeSet((Change(path, None, text.encode()),)), said


def _case(root: Path, study: Study, given: str) -> Case:
    if study.cases:
        return study.cases[0]
    from qcode.store.project import load

    raise UnknownName("case", given, list(load(root).case_by_id))


def _guide(study: Study, case: Case, perspective: str, given: str | None) -> Guide:
    """The guide named, or the one that fits. Raises QcodeError for a guide of another perspective."""
    from qcode.core.guide import choose, follows, named

    guides = study.shelf.require()
    if given is None:
        return choose(guides, perspective, case.outcome)
    guide = named(guides, given)
    if not follows(guide, perspective, guides):
        own = ", ".join(other.id for other in guides if other.perspective == perspective)
        raise QcodeError(f"guide '{guide.id}' is for {guide.perspective}, not for {perspective}", hint=f"Known: {own}.")
    return guide


def _free_path(case: Case, perspective: str, root: Path) -> str:
    """Where the transcript goes. Raises QcodeError where one is there already, in either form."""
    stem = f"{case.folder}/{perspective}"
    for ending in (".md", ".yaml"):
        if (root / (stem + ending)).exists():
            raise QcodeError(f"{stem}{ending} is there already", hint="Nothing was changed; it is not overwritten.")
    return f"{stem}.md"


def _text(study: Study, case: Case, guide: Guide, perspective: str, respondent: str | None, path: str) -> str:
    """The transcript: what is known of the interview in front matter, then the guide's questions."""
    from qcode.core.codebook import in_language
    from qcode.core.guide import blank
    from qcode.core.words import nfc
    from qcode.store.front import write_front

    wanted = nfc(respondent) if respondent else None
    planned = _planned(case, perspective, wanted)
    head = {
        "perspective": perspective,
        "respondent": wanted or (planned.respondent if planned else None),
        "date": planned.date if planned else None,
        "mode": planned.mode if planned else None,
        "guide": guide.id,
        "language": study.language,
    }
    labels = {level.id: in_language(level.label, study.language) for level in study.codebook.perspectives}
    roles = {role: name for name, role in reversed([*study.settings.speakers.items()])}
    names = roles.get("interviewer", "I"), roles.get("respondent", "R")
    title = f"{labels[perspective] or perspective}, {case.id}"
    return write_front(None, head, path) + blank(guide, study.codebook, title, *names)


def _planned(case: Case, perspective: str, respondent: str | None) -> Interview | None:
    """The planned interview that this transcript will be. Raises QcodeError where its respondent withdrew consent."""
    mine = [i for i in case.interviews if i.perspective == perspective and i.transcript is None]
    mine = [i for i in mine if respondent is None or i.respondent in (None, respondent)]
    free = [i for i in mine if i.consent != "withdrawn"]
    if mine and not free:
        raise QcodeError(f"case {case.id}: the respondent for {perspective} withdrew consent", hint="Nothing was made.")
    same = [i for i in free if i.respondent == respondent]
    return next(iter((*same, *free)), None)
