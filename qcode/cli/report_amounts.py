"""`qcode report frequencies` and `coverage`: how much there is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qcode.cli.options import Flags, Look, Source, gathered
from qcode.cli.reporting import AllCases, Evidence, show


class Per(StrEnum):
    """For what coverage has a column each."""

    code = "code"
    coder = "coder"


@gathered
def frequencies(
    context: typer.Context,
    flags: Flags,
    look: Look,
    source: Source,
    leaves: Annotated[bool, typer.Option("--leaves", help="Codes by themselves; no branches.")] = False,
    all_cases: AllCases = False,
    evidence: Evidence = False,
) -> None:
    """How often each code occurs: passages and their share, codings, segments, turns, words, transcripts, cases.

    A passage is text that is coded with one code, whoever coded it and in how many pieces. The share is of all
    passages. Codings and segments grow with every coder; turns and words are of the text, so they don't. A branch
    counts all below it as one code. What is not coded yet is marked, as in a matrix.
    """
    show(context, "frequencies", flags, look, source, all_cases=all_cases, leaves=leaves, evidence=evidence)


@gathered
def coverage(
    context: typer.Context,
    flags: Flags,
    look: Look,
    by: Annotated[str, typer.Option("--by", metavar="DIM", help="What the rows are.")] = "transcript",
    per: Annotated[Per | None, typer.Option("--per", help="A column for each of these.")] = None,
    all_cases: AllCases = False,
    evidence: Evidence = False,
) -> None:
    """How much of what respondents say is coded: their turns and words, and how many of these a coding touches.

    By transcript, case, perspective, outcome, an attribute, code or coder. Turns of a speaker whose role is
    interviewer don't count. With --per code or coder: the share of the words for each. Of a coder only the transcripts
    count that this coder has begun; to see all coders beside an agreed coding, name them with --coder.
    (What the interview guides ask about each theme: qcode guide coverage.)
    """
    chosen = per.value if per else None
    show(context, "coverage", flags, look, all_cases=all_cases, by=by, per=chosen, evidence=evidence)
