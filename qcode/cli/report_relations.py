"""`qcode report cooccurrence`, `valence`, `process`, `configurations`: how codes stand to each other."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qcode.cli.options import Flags, Look, Many, Source, gathered
from qcode.cli.reporting import AllCases, Evidence, Plot, Under, show
from qcode.core.errors import QcodeError


class As(StrEnum):
    """How pairs of codes are laid out."""

    pairs = "pairs"
    matrix = "matrix"


class Value(StrEnum):
    """What stands in the cells of a matrix of codes."""

    together = "count"
    c = "c"
    jaccard = "jaccard"


class Rows(StrEnum):
    """What the rows of a truth table are."""

    table = "table"
    cases = "cases"


@gathered
def cooccurrence(
    context: typer.Context,
    flags: Flags,
    look: Look,
    source: Source,
    within: Annotated[str, typer.Option("--within", help="overlap, turn, transcript, case, or 3-turns.")] = "overlap",
    shape: Annotated[As, typer.Option("--as", help="A list of pairs, or a matrix.")] = As.pairs,
    value: Annotated[Value, typer.Option("--value", help="What the matrix shows.")] = Value.together,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="In the list: pairs this often together.")] = 1,
    pair: Annotated[
        tuple[str, str] | None, typer.Option("--pair", metavar="A B", help="These two codes closely, with quotes.")
    ] = None,
    under: Under = None,
    all_cases: AllCases = False,
    evidence: Evidence = False,
    plot: Plot = None,
) -> None:
    """Which codes go together: within the same words (overlap), turn, transcript or case, or N turns apart.

    Overlap and N-turns count pairs of passages, one of each code, whoever coded them; the others count the turns,
    transcripts or cases that hold both. c = together / (first + second - together), of pairs of passages; above 1,
    one passage lies in several of the other code, and c is no share. Jaccard = those with both / those with either,
    over turns (transcripts, cases). --pair shows each place: one inside the other, partly over it, or apart.
    """
    if pair and source.data:
        raise QcodeError("--pair shows words in their context, which a data set has not", hint="Leave --data out.")
    show(
        context, "cooccurrence", flags, look, source, all_cases=all_cases, plot=plot,
        within=within, form=shape.value, value=value.value,
        at_least=at_least, under=under, pair=pair, evidence=evidence,
    )  # fmt: skip


@gathered
def valence(
    context: typer.Context,
    flags: Flags,
    look: Look,
    under: Under = None,
    all_cases: AllCases = False,
    evidence: Evidence = False,
    plot: Plot = None,
) -> None:
    """What each step did in each case: only helping, only hindering, both within that case, or disputed.

    Per code the cases by what its passages there say. Both: one passage says so, or one helps and another hinders.
    Disputed: on a passage coders differ, and the others don't settle it. Then, for the cases with both or disputed,
    what is said from each perspective. Codes of which no valence is said are left out, unless --under names them.
    """
    show(context, "valence", flags, look, all_cases=all_cases, plot=plot, under=under, evidence=evidence)


@gathered
def process(
    context: typer.Context,
    flags: Flags,
    look: Look,
    transitions: Annotated[bool, typer.Option("--transitions", help="Which step comes right after which.")] = False,
    under: Under = None,
    all_cases: AllCases = False,
    evidence: Evidence = False,
    plot: Plot = None,
) -> None:
    """In what order steps come: per transcript by the phase of the section they are told in, then by place.

    A line per case and one per transcript in it. Within a transcript S1 → S3 means that S3 is told after S1; S1&S3
    begin at the same place. Between transcripts only the order of the phases is claimed, so a case lists its steps in
    the order of the codebook. Steps are the codes that belong to a phase, or those --under a branch. --transitions
    counts how often one step comes right after another, within transcripts.
    """
    show(
        context, "process", flags, look, all_cases=all_cases, plot=plot,
        under=under, transitions=transitions, evidence=evidence,
    )  # fmt: skip


@gathered
def configurations(
    context: typer.Context,
    flags: Flags,
    look: Look,
    condition: Annotated[
        Many,
        typer.Option("--condition", metavar="CODE", help="A code to compare cases by. Repeats. Default: the steps."),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option("--outcome-of", metavar="LEVEL", help="What OUT is about. Default: the first declared."),
    ] = None,
    cut: Annotated[float, typer.Option("--cut", min=0, max=1, help="Least consistency for OUT = 1.")] = 1.0,
    shape: Annotated[Rows, typer.Option("--as", help="Configurations, or the cases they are made of.")] = Rows.table,
    all_cases: AllCases = False,
    evidence: Evidence = False,
) -> None:
    """Which codes occur together per case, and with what outcome: a truth table, as QCA tools read it.

    1: the code is found in the case, whoever tells it; 0: it isn't, and all of the case is coded. A case of which that
    is not known is left out and named. row: the number of the configuration in the whole table; n: its cases; incl:
    the share of them with the outcome (consistency), of crisp sets the same as PRI; OUT: 1 where incl reaches the cut.
    For R's QCA package: --as cases --output cases.csv, then truthTable(read.csv("cases.csv", row.names = 1), "OUT").
    """
    show(
        context, "configurations", flags, look, all_cases=all_cases, condition=condition or [], outcome_of=level,
        cut=cut, form=shape.value, evidence=evidence,
    )  # fmt: skip
