"""The kinds of `qcode report` that are made of words."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from qcode.cli.options import Flags, Look, Many, gathered
from qcode.cli.reporting import AllCases, Evidence, Under, show


class By(StrEnum):
    """What quotes are grouped by first."""

    code = "code"
    case = "case"


class MemosBy(StrEnum):
    """What memos are grouped by."""

    about = "about"
    type = "type"


@gathered
def perspectives(
    context: typer.Context, flags: Flags, look: Look,
    under: Under = None, all_cases: AllCases = False, evidence: Evidence = False,
) -> None:  # fmt: skip
    """Per case and code: who speaks of it, with which valence, who is silent, and what the researchers make of it.

    A cell counts passages: ▲ helping, ▼ hindering, ◆ both, ≠ disputed (coders differ). `silent`: interviewed and
    wholly coded, and not a word of it; - not interviewed; . not yet coded; n/a the code does not apply to them.

    The verdict (agree, partly, differ, silent) and the reason are those of the case's observations that name the code
    as a step or an example. A code of which nobody in a case speaks has no row there. csv and html: one table.
    """
    show(context, "perspectives", flags, look, all_cases=all_cases, under=under, evidence=evidence)


@gathered
def quotes(
    context: typer.Context, flags: Flags, look: Look,
    under: Under = None,
    by: Annotated[By, typer.Option("--by", help="What they are grouped by.")] = By.code,
    before: Annotated[int, typer.Option("-B", "--before", min=0, help="Lines of the transcript before.")] = 0,
    after: Annotated[int, typer.Option("-A", "--after", min=0, help="Lines of the transcript after.")] = 0,
    all_cases: AllCases = False,
) -> None:  # fmt: skip
    """The retrieved segments: what is coded, code by code or case by case, with lines of context if wanted.

    Every coding that counts, as its coder cut it: where two coders coded the same words, both are here (of a
    transcript with a consensus that is done, the consensus only). csv, tsv and json: one flat row per coding, with the
    attributes of its case, the path of its code, and where it starts and ends (code points of the transcript's text).
    `qcode find` searches all codings of all coders.
    """
    show(context, "quotes", flags, look, all_cases=all_cases, under=under, by=by.value, before=before, after=after)


@gathered
def framework(
    context: typer.Context, flags: Flags, look: Look,
    under: Under = None,
    most: Annotated[int | None, typer.Option("--quotes", min=0, metavar="N", help="Quotes in a cell at most.")] = None,
    with_quotes: Annotated[bool, typer.Option("--with-quotes", help="Quotes below a summary, too.")] = False,
    all_cases: AllCases = False, evidence: Evidence = False,
) -> None:  # fmt: skip
    """The framework matrix: cases by codes, in each cell what was written of it, else its quotes.

    Summaries are written with `qcode summary set CASE CODE`. One is stale when the quotes that it rests on changed
    since: other words, one gone, or (where it names none) one more. Quotes are passages: codings of one code that
    overlap are one. A code's cell holds the codes below it, too. On a screen and on paper cases stand below each
    other; in csv and html the codes are columns.
    """
    show(
        context, "framework", flags, look, all_cases=all_cases,
        under=under, quotes=most, with_quotes=with_quotes, evidence=evidence,
    )  # fmt: skip


@gathered
def typology(
    context: typer.Context, flags: Flags, look: Look,
    under: Under = None,
    all_evidence: Annotated[bool, typer.Option("--all-evidence", help="Evidence with other codes, too.")] = False,
    all_cases: AllCases = False,
) -> None:  # fmt: skip
    """The chapter: per phase and step its definition, where it occurs, and each case told as an example of it.

    Steps are the codes that belong to a phase, and others that an observation illustrates. Found in: the cases with at
    least one coding of it; told by: in how many cases each perspective speaks of it; passages by valence as in
    `report patterns`. Below an example stand the passages of its evidence that are coded with the step.
    """
    show(context, "typology", flags, look, all_cases=all_cases, under=under, all_evidence=all_evidence)


@gathered
def codebook(
    context: typer.Context, flags: Flags, look: Look,
    under: Under = None,
    retired: Annotated[bool, typer.Option("--retired", help="Codes no longer in use, too.")] = False,
    all_cases: AllCases = False,
) -> None:  # fmt: skip
    """The codebook as an appendix: every code with its definition, what belongs to it and what not, and examples.

    Passages and cases are those of the code and all codes below it, counted as in `report matrix`. json and csv: a row
    per code, with its path from the top.
    """
    show(context, "codebook", flags, look, all_cases=all_cases, under=under, retired=retired)


@gathered
def memos(
    context: typer.Context, flags: Flags, look: Look,
    by: Annotated[MemosBy, typer.Option("--by", help="What they are grouped by.")] = MemosBy.about,
    kind: Annotated[Many, typer.Option("--type", help="Only memos of this type. Repeats.")] = None,
    codings: Annotated[bool, typer.Option("--codings", help="The notes that stand with codings, too.")] = False,
) -> None:  # fmt: skip
    """The memos, listed and then in full with what they are about; of all cases, studied or not.

    Of a selection those on the cases, transcripts and segments that it selects; of --code those on the code and on
    segments coded so. A note that stands with a coding is shown as a memo of type `coding`.
    """
    show(context, "memos", flags, look, by=by.value, type=kind or (), codings=codings)


@gathered
def progress(context: typer.Context, flags: Flags, look: Look) -> None:
    """How far the coding is: per coder and per transcript, and what is to be done next. Of all cases.

    Turns are those of anybody but the interviewer; coded is the share of them that a segment of that coder touches.
    Segments and codes are of everything a coder did there, whether a report counts it or not.
    """
    show(context, "progress", flags, look)


@gathered
def audit(
    context: typer.Context, flags: Flags, look: Look,
    kind: Annotated[
        Many, typer.Option("--type", help="Memos of this type. Repeats. Default: rule, method, regel, methode.")
    ] = None,
) -> None:  # fmt: skip
    """An audit trail to publish: versions and decisions of the codebook, memos on rules and method, how far the coding
    is, and what `qcode check` finds; of all cases. Holds no date that isn't in the study, so that one commit gives
    one text.
    """
    chosen: dict[str, Any] = {"type": kind} if kind else {}
    show(context, "audit", flags, look, **chosen)
