"""`qcode report`: what the codings say, counted."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qcode.cli.later import later
from qcode.cli.options import Flags, Look, Source, gathered
from qcode.cli.reporting import AllCases, Evidence, Plot, Under, show
from qcode.core.errors import QcodeError

_KINDS = {
    "counts": {
        "patterns": "report.patterns",
        "matrix": "report.matrix",
        "cases": "report.cases",
        "frequencies": "report_amounts.frequencies",
        "coverage": "report_amounts.coverage",
        "saturation": "report_course.saturation",
    },
    "relations": {
        "valence": "report_relations.valence",
        "process": "report_relations.process",
        "cooccurrence": "report_relations.cooccurrence",
        "configurations": "report_relations.configurations",
        "portrait": "report_course.portrait",
    },
    "words": {
        "perspectives": "report_texts.perspectives",
        "quotes": "report_texts.quotes",
        "framework": "report_texts.framework",
        "typology": "report_texts.typology",
        "memos": "report_texts.memos",
        "site": "report_site.site",
    },
    "the work": {
        "codebook": "report_texts.codebook",
        "progress": "report_texts.progress",
        "audit": "report_texts.audit",
        "diff": "report_diff.diff",
    },
}

# What stands behind the kind is for that kind to read.
_SETTINGS = {"diff": {"ignore_unknown_options": True, "allow_extra_args": True}}

app = typer.Typer(cls=later(_KINDS, _SETTINGS), help="Count the codings; alone it prints the patterns.")


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


@gathered
def cases(context: typer.Context, flags: Flags, look: Look, evidence: Evidence = False) -> None:
    """Every case: outcome, interviews planned and held, perspectives, whether it counts as studied, passages coded."""
    show(context, "cases", flags, look, evidence=evidence)
