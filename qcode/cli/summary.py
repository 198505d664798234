"""`qcode summary`: what a case says of a code, in the researchers' own words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.opening import keep, old_texts, open_study, root_of, study_now
from qcode.cli.options import At, DryRun, Many
from qcode.core.errors import QcodeError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qcode.core.model import Case, Study, Summary
    from qcode.core.rows import Row
    from qcode.store.files import ChangeSet

app = typer.Typer(
    help="Write and show what a case says of a code: the cells of `report framework`.", no_args_is_help=True
)

TheCase = Annotated[str, typer.Argument(metavar="CASE", help="The case.", show_default=False)]
TheCode = Annotated[str, typer.Argument(metavar="CODE", help="The code, or a branch.", show_default=False)]


@app.command("set")
def set_(
    context: typer.Context,
    case: TheCase,
    code: TheCode,
    text: Annotated[
        str | None, typer.Option("--text", help="What it says; - for standard input; empty takes it away.")
    ] = None,
    quote: Annotated[
        Many, typer.Option("--quote", metavar="SEGMENT", help="A segment that it rests on; '' for all. Repeats.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Write the summary of a code in a case, or with no more say that the one there is still true.

    It rests on the segments given, else on all that count in its cell. When those change later, `report framework`
    marks it stale and `qcode check` warns, until it is set again.
    """
    from qcode.cli.memo import typed

    words = typed() if text == "-" else text
    quotes = None if quote is None else [name for name in quote if name]
    root = root_of(context)
    keep(root, lambda: _planned(root, study_now(context, root).require(), case, code, words, quotes), dry_run=dry_run)


@app.command()
def show(
    context: typer.Context,
    case: TheCase,
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="Only of this code.", show_default=False)] = None,
    at: At = None,
) -> None:
    """The summaries of a case, each with the quotes that it rests on as they are now."""
    from qcode.cli.boundary import tell
    from qcode.core.summaries import rows_of_case
    from qcode.core.words import one_line

    root, study = open_study(context, at)
    found = _the_case(study, case)
    wanted = _wanted(study, found, code)
    rows = rows_of_case(study, found, old_texts(root)) if wanted else []
    for summary in wanted:
        for line in _lines(study, found, rows, summary):
            print(line[: len(line) - len(line.lstrip())] + one_line(line))
    if not wanted:
        tell("No summary yet: qcode summary set CASE CODE --text '…'.")


def _the_case(study: Study, given: str) -> Case:
    from qcode.core.words import nfc

    found = study.case_by_id.get(nfc(given))
    if found is None:
        raise UnknownName("case", given, list(study.case_by_id))
    return found


def _planned(
    root: Path, study: Study, case: str, code: str, text: str | None, quotes: list[str] | None
) -> tuple[ChangeSet, str]:
    from qcode.core.summaries import rows_of_case, summary_of, written
    from qcode.store.project import plan_summaries

    found = _the_case(study, case)
    name = study.codebook.find(code).id
    there = summary_of(study, found, name)
    if there is None and not (text or "").strip():
        hint = f"Say it: qcode summary set {found.id} {name} --text '…'."
        raise QcodeError(f"case {found.id} has no summary of '{name}'", hint=hint)
    after = written(study, found, rows_of_case(study, found, old_texts(root)), name, text, quotes)
    changes = plan_summaries(root, found, after)
    if after == found.summaries:
        return changes, f"The summary of {name} in case {found.id} says so already: nothing changed."
    gone = summary_of(study, found, name) is not None and len(after) < len(found.summaries)
    return changes, f"{'Took away' if gone else 'Wrote'} the summary of {name} in case {found.id}."


def _wanted(study: Study, case: Case, code: str | None) -> list[Summary]:
    if code is None:
        return list(case.summaries)
    book = study.codebook
    branch = book.subtree[book.find(code).id]
    return [summary for summary in case.summaries if book.resolve(summary.code) in branch]


def _lines(study: Study, case: Case, rows: list[Row], summary: Summary) -> Iterator[str]:
    from qcode.core.summaries import rests_on, stale

    title = study.codebook.title(study.codebook.resolve(summary.code), study.language)
    yield f"{title}{' (stale: its quotes changed)' if stale(study, rows, case, summary) else ''}"
    yield f"  {summary.text}"
    for row in rests_on(study, rows, case, summary):
        yield f"    {row.transcript}:{row.line} {row.coder} {row.id or '–'}{'' if row.start else f' ({row.state})'}"
        yield f"      “{row.quote}”"
