"""`qcode report`: what the codings say, counted."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import open_study, rows_of, select
from qcode.cli.options import Flags, Format, Look, gathered
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from qcode.analysis.cells import Matrix
    from qcode.analysis.patterns import Patterns
    from qcode.core.model import Study
    from qcode.core.query import Selection
    from qcode.core.rows import Row, Unit
    from qcode.report.document import Document

app = typer.Typer(help="Count the codings: patterns (what `report` alone prints), matrix, cases.")


class Measure(StrEnum):
    """What a matrix counts (docs/format.md, What is counted)."""

    passages = "passages"
    codings = "codings"
    segments = "segments"
    turns = "turns"
    transcripts = "transcripts"
    cases = "cases"
    presence = "presence"
    words = "words"


class Share(StrEnum):
    """Of which total a share is."""

    row = "row"
    col = "col"
    all = "all"


AllCases = Annotated[bool, typer.Option("--all-cases", help="Count cases that are not studied, too.")]
Evidence = Annotated[bool, typer.Option("--evidence", help="List the segments behind each cell.")]
Under = Annotated[str | None, typer.Option("--under", metavar="CODE", help="Only the codes of this branch.")]


@app.callback(invoke_without_command=True)
@gathered
def _report(context: typer.Context, flags: Flags, look: Look, under: Under = None, all_cases: AllCases = False) -> None:
    """Count the codings. Alone it prints the patterns."""
    name = context.invoked_subcommand
    if name is None:
        _patterns(context, flags, look, under, all_cases)
    elif flags != Flags() or look != Look() or under or all_cases:
        hint = f"Put it behind: qcode report {name} --option."
        raise QcodeError(f"an option before '{name}' would not reach it", hint=hint)


@app.command()
@gathered
def patterns(
    context: typer.Context, flags: Flags, look: Look, under: Under = None, all_cases: AllCases = False
) -> None:
    """Per code: the cases in which it is found, under which outcomes, told by whom, and what it did there.

    Cases and transcripts are distinct ones. A passage counts once, whoever coded it; with two different valences it
    is disputed. An asterisk marks the cases that are told as an example of a code.
    """
    _patterns(context, flags, look, under, all_cases)


@app.command()
@gathered
def matrix(
    context: typer.Context,
    flags: Flags,
    look: Look,
    rows: Annotated[str, typer.Option("--rows", metavar="DIM", help="What the rows are.")] = "code",
    cols: Annotated[str, typer.Option("--cols", metavar="DIM", help="What the columns are.")] = "case",
    split: Annotated[str | None, typer.Option("--split", metavar="DIM", help="A table for each level of this.")] = None,
    measure: Annotated[Measure, typer.Option("--measure", help="What to count.")] = Measure.passages,
    share: Annotated[Share | None, typer.Option("--share", help="Shares of the row, the column or all.")] = None,
    totals: Annotated[bool, typer.Option("--totals", help="Totals, recounted.")] = False,
    leaves: Annotated[bool, typer.Option("--leaves", help="Codes by themselves; no branches.")] = False,
    all_cases: AllCases = False,
    evidence: Evidence = False,
) -> None:
    """Count codings by two dimensions: any of code, case, transcript, perspective, phase, section-phase, valence,
    outcome, coder, speaker, or an attribute of the cases.

    An empty cell says why: n/a, the code does not apply; -, not interviewed; ., not yet coded; 0, none. 3+ means that
    some of what lies behind it is not coded yet.
    """
    from qcode.analysis import matrix as analysis
    from qcode.report.tables import of_matrix

    def analyse(study: Study, coded: list[Row], units: list[Unit], selection: Selection) -> Matrix:
        return analysis.matrix(
            study, coded, units, selection, rows, cols, split=split, measure=measure.value,
            share=share.value if share else None, totals=totals, leaves=leaves, evidence=evidence,
        )  # fmt: skip

    _show(context, flags, all_cases, analyse, of_matrix, look)


@app.command()
@gathered
def cases(context: typer.Context, flags: Flags, look: Look) -> None:
    """Every case: outcome, interviews planned and held, perspectives, whether it counts as studied, passages coded."""
    from qcode.analysis import cases as analysis
    from qcode.report.tables import of_cases

    _show(context, flags, True, analysis.cases, of_cases, look)


def _patterns(context: typer.Context, flags: Flags, look: Look, under: str | None, all_cases: bool) -> None:
    from qcode.analysis import patterns as analysis
    from qcode.report.tables import of_patterns

    def analyse(study: Study, coded: list[Row], units: list[Unit], selection: Selection) -> Patterns:
        return analysis.patterns(study, coded, units, selection, under)

    _show(context, flags, all_cases, analyse, of_patterns, look)


def _show(
    context: typer.Context,
    flags: Flags,
    all_cases: bool,
    analyse: Callable[..., Any],
    told: Callable[..., Document],
    look: Look,
) -> None:
    """The one way of a report: open, select, count, show. csv and tsv have the table only; the rest goes to stderr."""
    from qcode import git
    from qcode.cli.output import chosen, emit, screen
    from qcode.core.rows import units
    from qcode.report.formats import render

    form = chosen(look.form, look.output, [*Format])
    root, study = open_study(context)
    _speaks(study, look.language)
    selection = select(study, flags, all_cases=all_cases)
    found = analyse(study, rows_of(root, study, selection.coders), units(study, coders=selection.coders), selection)
    document = told(study, found, language=look.language, ids=look.ids, commit=git.commit(root))
    emit(render(document, form, **screen(look.output)), look.output)
    if form in {Format.csv, Format.tsv}:
        tell(document.told)
    if not document.meta["cases"]:
        tell("No case is counted: none selected is studied. --all-cases counts the others, too.")


def _speaks(study: Study, language: str | None) -> None:
    """Raises QcodeError for a language that no label of the codebook is in."""
    from qcode.core.errors import UnknownName

    labels = [code.label for code in study.codebook.codes]
    spoken = {lang for label in labels if label and not isinstance(label, str) for lang in label}
    spoken |= {study.language, study.codebook.language}
    if language is not None and language not in spoken:
        raise UnknownName("language", language, sorted(spoken))
