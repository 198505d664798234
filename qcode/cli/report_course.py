"""`qcode report saturation` and `portrait`: codes over the interviews, and through one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qcode.cli.options import Flags, Look, gathered
from qcode.cli.reporting import AllCases, Evidence, Plot, Under, show


class By(StrEnum):
    """Into what a portrait cuts the transcript."""

    text = "text"
    turns = "turns"


@gathered
def saturation(
    context: typer.Context,
    flags: Flags,
    look: Look,
    base: Annotated[int, typer.Option("--base", min=1, help="How many interviews are the base.")] = 4,
    run: Annotated[int, typer.Option("--run", min=1, help="How many interviews are a run.")] = 2,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0, max=1, help="New codes, of those of the base, that are few enough.")
    ] = 0.05,
    under: Under = None,
    all_cases: AllCases = False,
    evidence: Evidence = False,
    plot: Plot = None,
) -> None:
    """When interviews stop bringing new codes: per interview its codes, the new ones, and how many there are by then.

    In order of date where every interview has one; else of case and name. Run: the codes that this interview and those
    before it in the run are the first to have; ratio: that, of the codes of the base. Where the ratio first is at most
    the threshold, saturation is said to be reached (Guest, Namey and Chen 2020): 6+2 is six interviews and a run of
    two. Transcripts that are not coded yet are left out and named. A codebook made beforehand saturates sooner.
    """
    show(
        context, "saturation", flags, look, all_cases=all_cases, plot=plot, base=base, run=run, threshold=threshold,
        under=under, evidence=evidence,
    )  # fmt: skip


@gathered
def portrait(
    context: typer.Context,
    flags: Flags,
    look: Look,
    transcript: Annotated[str, typer.Argument(metavar="TRANSCRIPT", help="CASE/STEM, or a path.")],
    by: Annotated[By, typer.Option("--by", help="A column per slice of the text, or per turn.")] = By.text,
    slices: Annotated[int, typer.Option("--slices", min=1, help="How many slices of the text.")] = 36,
    evidence: Evidence = False,
    plot: Plot = None,
) -> None:
    """One transcript as a band of codes: where in the interview each of them is spoken of.

    A row per code, a character per slice of the text, all of the same length: the darker, the more of it is coded. The
    first row says about which phase its sections are. With --format json: the exact spans. It is shown whether or not
    its case is studied.
    """
    show(
        context, "portrait", flags, look, plot=plot, transcript=transcript, by=by.value, slices=slices,
        evidence=evidence,
    )  # fmt: skip
