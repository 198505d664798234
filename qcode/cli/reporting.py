"""The one way of a report: open, select, count, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import open_study
from qcode.cli.options import Flags, Format, Look
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from qcode.report.document import Document
    from qcode.report.kinds import Ask

AllCases = Annotated[bool, typer.Option("--all-cases", help="Count cases that are not studied, too.")]
Evidence = Annotated[bool, typer.Option("--evidence", help="List the segments behind each cell.")]
Under = Annotated[str | None, typer.Option("--under", metavar="CODE", help="Only the codes of this branch.")]

BETWEEN = "qcode.between"  # in a context's meta: the two revisions to compare; empty: the files as they are


def show(
    context: typer.Context, kind: str, flags: Flags, look: Look, *, all_cases: bool = False, **options: Any
) -> Document:
    """Print one kind of report, and give it back. csv and tsv have the table only; the rest goes to stderr."""
    from qcode.cli.output import chosen, emit, screen
    from qcode.report.between import Side, changes
    from qcode.report.formats import render
    from qcode.report.kinds import document

    form = chosen(look.form, look.output, [*Format])
    between: tuple[str, str] | None = context.meta.get(BETWEEN)
    if between is None:
        made = document(kind, asked(context, flags, look, all_cases=all_cases), **options)
    elif flags.at:
        raise QcodeError("--at and A..B both name a revision", hint="Leave --at out.")
    else:
        was, now = (
            Side(name, asked(context, flags._replace(at=name or None), look, all_cases=all_cases)) for name in between
        )
        made = changes(kind, was, now, **options)
    emit(render(made, form, **screen(look.output)), look.output)
    if form in {Format.csv, Format.tsv}:
        for note in made.notes:
            tell(note)
    if made.meta.get("cases") == 0:
        tell("No case is counted: none selected is studied. --all-cases counts the others, too.")
    return made


def asked(context: typer.Context, flags: Flags, look: Look, *, all_cases: bool = False) -> Ask:
    """What the options of a report ask, of the study in or above the folder given."""
    from qcode import api

    root, study = open_study(context, flags.at)
    return api.asked(
        root, study, flags.asked, all_cases=all_cases, language=look.language, ids=look.ids, shared=look.shared
    )
