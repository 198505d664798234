"""`qcode report`: what the codings say, counted."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qcode.cli import report_amounts, report_course, report_diff, report_relations, report_site, report_texts
from qcode.cli.options import Flags, Look, Source, gathered
from qcode.cli.reporting import AllCases, Evidence, Plot, Under, show
from qcode.core.errors import QcodeError

app = typer.Typer(help="Count the codings; alone it prints the patterns.")


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


@app.callback(invoke_without_command=True)
@gathered
def _report(
    context: typer.Context,
    flags: Flags,
    look: Look,
    source: Source,
    under: Under = None,
    all_cases: AllCases = False,
    plot: Plot = None,
) -> None:
    """Count the codings. Alone it prints the patterns."""
    name = context.invoked_subcommand
    if name is None:
        show(context, "patterns", flags, look, source, all_cases=all_cases, plot=plot, under=under)
    elif flags != Flags() or look != Look() or source != Source() or under or all_cases or plot:
        hint = f"Put it behind: qcode report {name} --option."
        raise QcodeError(f"an option before '{name}' would not reach it", hint=hint)


@app.command(rich_help_panel="counts")
@gathered
def patterns(
    context: typer.Context,
    flags: Flags,
    look: Look,
    source: Source,
    under: Under = None,
    all_cases: AllCases = False,
    plot: Plot = None,
    evidence: Evidence = False,
) -> None:
    """Per code: the cases in which it is found, under which outcomes, told by whom, and what it did there.

    Cases and transcripts are distinct ones. A passage counts once, whoever coded it; with two different valences it
    is disputed. An asterisk marks the cases that are told as an example of a code.
    """
    show(context, "patterns", flags, look, source, all_cases=all_cases, plot=plot, under=under, evidence=evidence)


@app.command(rich_help_panel="counts")
@gathered
def matrix(
    context: typer.Context,
    flags: Flags,
    look: Look,
    source: Source,
    rows: Annotated[str, typer.Option("--rows", metavar="DIM", help="What the rows are.")] = "code",
    cols: Annotated[str, typer.Option("--cols", metavar="DIM", help="What the columns are.")] = "case",
    split: Annotated[str | None, typer.Option("--split", metavar="DIM", help="A table for each level of this.")] = None,
    measure: Annotated[Measure, typer.Option("--measure", help="What to count.")] = Measure.passages,
    share: Annotated[Share | None, typer.Option("--share", help="Shares of the row, the column or all.")] = None,
    totals: Annotated[bool, typer.Option("--totals", help="Totals, recounted.")] = False,
    leaves: Annotated[bool, typer.Option("--leaves", help="Codes by themselves; no branches.")] = False,
    all_cases: AllCases = False,
    evidence: Evidence = False,
    plot: Plot = None,
) -> None:
    """Count codings by two dimensions: any of code, case, transcript, perspective, phase, section-phase, valence,
    outcome, coder, speaker, or an attribute of the cases.

    An empty cell says why: n/a, the code does not apply; -, not interviewed; ., not yet coded; 0, none. 3+ means that
    some of what lies behind it is not coded yet.
    """
    show(
        context, "matrix", flags, look, source, all_cases=all_cases, plot=plot, rows=rows, cols=cols, split=split,
        measure=measure.value, share=share.value if share else None, totals=totals, leaves=leaves, evidence=evidence,
    )  # fmt: skip


@app.command(rich_help_panel="counts")
@gathered
def cases(context: typer.Context, flags: Flags, look: Look, evidence: Evidence = False) -> None:
    """Every case: outcome, interviews planned and held, perspectives, whether it counts as studied, passages coded."""
    show(context, "cases", flags, look, evidence=evidence)


_PANELS = {
    "counts": (report_amounts.frequencies, report_amounts.coverage, report_course.saturation),
    "relations": (
        report_relations.valence, report_relations.process, report_relations.cooccurrence,
        report_relations.configurations, report_course.portrait,
    ),
    "words": (
        report_texts.perspectives, report_texts.quotes, report_texts.framework, report_texts.typology,
        report_texts.memos,
    ),
    "the work": (report_texts.codebook, report_texts.progress, report_texts.audit),
}  # fmt: skip
for _panel, _kinds in _PANELS.items():
    for _kind in _kinds:
        app.command(rich_help_panel=_panel)(_kind)
app.command(rich_help_panel="the work", context_settings=report_diff.OPTIONS)(report_diff.diff)
app.command(rich_help_panel="words")(report_site.site)
