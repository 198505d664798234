"""The one way of a report: open, select, count, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import commit_of, open_study, rows_of, select
from qcode.cli.options import Flags, Format, Look

if TYPE_CHECKING:
    from qcode.core.model import Study
    from qcode.report.document import Document
    from qcode.report.kinds import Ask

AllCases = Annotated[bool, typer.Option("--all-cases", help="Count cases that are not studied, too.")]
Evidence = Annotated[bool, typer.Option("--evidence", help="List the segments behind each cell.")]
Under = Annotated[str | None, typer.Option("--under", metavar="CODE", help="Only the codes of this branch.")]


def show(
    context: typer.Context, kind: str, flags: Flags, look: Look, *, all_cases: bool = False, **options: Any
) -> Document:
    """Print one kind of report, and give it back. csv and tsv have the table only; the rest goes to stderr."""
    from qcode.cli.output import chosen, emit, screen
    from qcode.report.formats import render
    from qcode.report.kinds import document

    form = chosen(look.form, look.output, [*Format])
    made = document(kind, asked(context, flags, look, all_cases=all_cases), **options)
    emit(render(made, form, **screen(look.output)), look.output)
    if form in {Format.csv, Format.tsv}:
        for note in made.notes:
            tell(note)
    if made.meta.get("cases") == 0:
        tell("No case is counted: none selected is studied. --all-cases counts the others, too.")
    return made


def asked(context: typer.Context, flags: Flags, look: Look, *, all_cases: bool = False) -> Ask:
    """What the options of a report ask, of the study in or above the folder given."""
    from qcode.core.privacy import shared, shared_rows
    from qcode.core.rows import units
    from qcode.report.kinds import Ask

    root, whole = open_study(context, flags.at)
    study = shared(whole) if look.shared else whole
    _speaks(study, look.language)
    selection = select(study, flags, all_cases=all_cases)
    counted = selection.coders
    rows = rows_of(root, whole, counted)
    return Ask(
        study, shared_rows(study, rows) if look.shared else rows, units(study, coders=counted), selection,
        language=look.language, ids=look.ids, commit=commit_of(root, whole), shared=look.shared,
    )  # fmt: skip


def _speaks(study: Study, language: str | None) -> None:
    """Raises QcodeError for a language that no label of the codebook is in."""
    from qcode.core.errors import UnknownName

    labels = [code.label for code in study.codebook.codes]
    spoken = {lang for label in labels if label and not isinstance(label, str) for lang in label}
    spoken |= {study.language, study.codebook.language}
    if language is not None and language not in spoken:
        raise UnknownName("language", language, sorted(spoken))
