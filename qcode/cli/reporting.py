"""The one way of a report: open, select, count, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import open_study
from qcode.cli.options import Flags, Format, Look, Source
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from qcode.report.document import Document
    from qcode.report.kinds import Ask

AllCases = Annotated[bool, typer.Option("--all-cases", help="Count cases that are not studied, too.")]
Evidence = Annotated[bool, typer.Option("--evidence", help="List the segments behind each cell.")]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE", help="The figure, as .svg, .pdf or .png; - sketches it on the screen."),
]
Under = Annotated[str | None, typer.Option("--under", metavar="CODE", help="Only the codes of this branch.")]

NO_SOURCE = Source()
BETWEEN = "qcode.between"  # in a context's meta: the two revisions to compare; empty: the files as they are


def show(
    context: typer.Context, kind: str, flags: Flags, look: Look, source: Source = NO_SOURCE, *,
    all_cases: bool = False, plot: Path | None = None, **options: Any,
) -> Document:  # fmt: skip
    """Print one kind of report, and give it back. csv and tsv have the table only; the rest goes to stderr.

    `source`: a data set to count instead of the study. `plot`: where the figure goes, which is then what is printed,
    unless the report has a file of its own.
    """
    from qcode.cli.output import chosen, emit, screen
    from qcode.report.formats import render

    form = chosen(look.form, look.output, [*Format])
    if source == NO_SOURCE:
        made = _made(context, kind, flags, look, all_cases, plot, **options)
    else:
        made = _far(context, kind, flags, look, source, all_cases, plot, **options)
    if plot is None or look.output is not None:
        emit(render(made, form, **screen(look.output)), look.output)
    if form in {Format.csv, Format.tsv}:
        for note in made.notes:
            tell(note)
    if made.meta.get("cases") == 0:
        tell(_none(kind))
    return made


def _none(kind: str) -> str:
    from qcode.report.kinds import EVERY_CASE

    return "No case is selected." if kind in EVERY_CASE else "No selected case is studied. --all-cases counts others."


def _made(
    context: typer.Context, kind: str, flags: Flags, look: Look, all_cases: bool, plot: Path | None, **options: Any
) -> Document:
    """The report, its figure drawn if one is asked for; or what changed in it between two revisions."""
    from qcode.report.between import Side, changes
    from qcode.report.kinds import document

    between: tuple[str, str] | None = context.meta.get(BETWEEN)
    if between is None:
        ask = asked(context, flags, look, all_cases=all_cases)
        made = document(kind, ask, **options)
        if plot is not None:
            _draw(made, ask, plot)
        return made
    if flags.at or plot:
        name, hint = ("--at", "both name a revision") if flags.at else ("--plot", "don't go together")
        raise QcodeError(f"{name} and A..B {hint}", hint=f"Leave {name} out.")
    was, now = (
        Side(name, asked(context, flags._replace(at=name or None), look, all_cases=all_cases)) for name in between
    )
    return changes(kind, was, now, **options)


def _far(
    context: typer.Context, kind: str, flags: Flags, look: Look, source: Source,
    all_cases: bool, plot: Path | None, **options: Any,
) -> Document:  # fmt: skip
    """The report of a data set. Raises QcodeError for what can't be asked of one."""
    from qcode import api
    from qcode.analysis.engines import opened, translated
    from qcode.report.kinds import document

    place = _place(source, flags, BETWEEN in context.meta)
    corpus = opened(place, source.engine or "duckdb", source.master)
    with translated(corpus.engine, place):
        ask = api.asked_of(corpus, flags.asked, all_cases=all_cases, **_seen(look))
        made = document(kind, ask, **options)
        if plot is not None:
            _draw(made, ask, plot)
    return made


def _place(source: Source, flags: Flags, between: bool) -> str:
    if not source.data:
        hint = "Make one: qcode export parquet DIR. Then: --data DIR."
        raise QcodeError(f"--{'engine' if source.engine else 'master'} needs --data with a data set", hint=hint)
    if source.master and source.engine != "pyspark":
        raise QcodeError("--master is of a Spark cluster", hint="Add --engine pyspark.")
    if flags.at or between:
        name = "--at" if flags.at else "A..B"
        raise QcodeError(
            f"--data and {name} don't go together", hint="Export that revision: qcode export parquet --at."
        )
    return source.data


def _seen(look: Look) -> dict[str, Any]:
    return {"language": look.language, "ids": look.ids, "shared": look.shared}


def _draw(made: Document, ask: Ask, plot: Path) -> None:
    """The figure into its file, or a sketch of it on the screen."""
    from qcode.cli.output import emit, screen
    from qcode.report.figures import figure, sketch

    if str(plot) == "-":
        emit(sketch(made, ask, screen(None).get("width")), None)
    else:
        emit(figure(made, ask, plot.suffix.lstrip(".").lower()), plot)


def asked(context: typer.Context, flags: Flags, look: Look, *, all_cases: bool = False) -> Ask:
    """What the options of a report ask, of the study in or above the folder given."""
    from qcode import api

    root, study = open_study(context, flags.at)
    return api.asked(root, study, flags.asked, all_cases=all_cases, **_seen(look))
