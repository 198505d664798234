"""`qcode codebook show|lint|decisions|diff|log`: what the codebook says, how it is used, and how it came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import commit_of, open_study, root_of, rows_of, study_at
from qcode.cli.options import At, Form, Format, Output, Revisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from qcode.core.bookdiff import Difference
    from qcode.core.booklog import Event
    from qcode.core.codebook import Codebook
    from qcode.core.model import Study
    from qcode.core.usage import Usage
    from qcode.report.document import Document

Language = Annotated[str | None, typer.Option("--lang", help="Language of the labels. Default: the study's.")]


def show(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="Only this one, with all about it.")] = None,
    named: Annotated[str | None, typer.Option("--code", metavar="CODE", help="The same.")] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="So many quotes, with a code.")] = 3,
    language: Language = None,
    ids: Annotated[bool, typer.Option("--ids", help="Ids instead of labels.")] = False,
    at: At = None,
    form: Form = None,
    output: Output = None,
) -> None:
    """The tree of codes with how often each is used; or one code: its definition, examples from the data, its history.

    Counts are of the codings of all coders in all cases; a branch counts all below it.
    """
    from qcode.report.codebook_tree import one_code, tree

    root, study = open_study(context, at)
    shown, given = language or study.language, code or named
    if given is None:
        _print(tree(study, shown, _meta(root, study), ids=ids), form, output)
        return
    found = study.codebook.find(given)
    rows, events = rows_of(root, study), _decided(study, found.id)
    _print(one_code(study, found, rows, events, shown, _meta(root, study), examples), form, output)


def lint(context: typer.Context, at: At = None) -> None:
    """Advice on the codebook: no definition, no example, defined alike, never used, used by one coder only."""
    from qcode.cli.study import problem_text
    from qcode.core.lint import lint as advice
    from qcode.core.words import counted

    _, study = open_study(context, at)
    found = advice(study)
    print("".join(map(problem_text, found)), end="")
    tell(f"{len(found)} remarks." if len(found) != 1 else counted(1, "remark") + ".")


def decisions(context: typer.Context, at: At = None, form: Form = Format.md, output: Output = None) -> None:
    """The decisions on the codebook as a page to publish: what was decided, when, by whom, and why."""
    from qcode.report.codebook_history import decisions_page
    from qcode.store.project import load

    root = root_of(context)
    study = (load(root, cases=()) if at is None else study_at(root, at, cases=())).require()
    made = study.ledger.require()
    page = decisions_page(made, study.codebook, study.settings.coders, _meta(root, study, decisions=len(made)))
    _print(page, None if output else form, output)


def diff(
    context: typer.Context,
    revisions: Revisions = "HEAD",
    form: Form = None,
    output: Output = None,
) -> None:
    """What differs between two codebooks, and how many codings of today each difference touches.

    Of a code that is gone: the codings that still stand under an id it had.
    """
    from qcode.cli.compared import named
    from qcode.report.codebook_history import diff_page

    root, study = open_study(context)
    old, new = named(root, revisions)
    before = study_at(root, old, cases=()).require()
    after = study_at(root, new, cases=()).require() if new else study
    found = _touching(study, before.codebook, _differences(before.codebook, after))
    _print(diff_page(before.codebook, after.codebook, found, (old, new or "now"), _meta(root, study)), form, output)


def log(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="Only what concerns this one.")] = None,
    form: Form = None,
    output: Output = None,
) -> None:
    """The life of the codebook, or of one code: every decision, and what was changed by hand, as git has it."""
    from qcode.cli.codebook_steps import steps
    from qcode.core.booklog import events, of_code
    from qcode.report.codebook_history import log_page
    from qcode.store.project import load

    root = root_of(context)
    study = load(root, cases=()).require()
    every = events(study.ledger.require(), steps(root, study))
    chosen = every if code is None else of_code(every, study.codebook, _meant(study, every, code))
    _print(log_page(chosen, _meta(root, study)), form, output)


def _print(document: Document, form: Format | None, output: Path | None) -> None:
    from qcode.cli.output import chosen, emit, screen
    from qcode.report.formats import render

    wanted = chosen(form, output, [*Format])
    emit(render(document, wanted, **screen(output)), output)


def _meta(root: Path, study: Study, **more: object) -> Mapping[str, Any]:
    return {**more, "codebook_version": study.codebook.version, "commit": commit_of(root, study)}


def _decided(study: Study, code: str) -> list[Event]:
    """What the decisions say of a code; git, which takes longer, is for the log."""
    from qcode.core.booklog import events, of_code

    return of_code(events(study.ledger.require(), ()), study.codebook, code)


def _differences(before: Codebook, after: Study) -> list[Difference]:
    from qcode.core.bookdiff import differences
    from qcode.core.decisions import split_codes

    return differences(before, after.codebook, split_codes(after.ledger.require(), after.codebook))


def _touching(study: Study, before: Codebook, found: Sequence[Difference]) -> list[tuple[Difference, Usage]]:
    """Each difference with the codings of today under its code; of one that is gone, those under the ids it had."""
    from qcode.core.usage import resolved, together, written

    used, resolve = written(study), study.codebook.resolve
    now, was = resolved(used, study.codebook), resolved(used, before)
    return [(one, together(now, {resolve(one.now)}) if one.now else together(was, {one.code})) for one in found]


def _meant(study: Study, every: list[Event], given: str) -> str:
    """The code meant; one that is gone by the id it had."""
    from qcode.core.errors import UnknownName
    from qcode.core.words import nfc

    try:
        return study.codebook.find(given).id
    except UnknownName:
        if any(nfc(given) in event.codes for event in every):
            return nfc(given)
        raise
