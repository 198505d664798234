"""`qcode find`: codings and the words they stand on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import commit_of, open_study, rows_of, select
from qcode.cli.options import Flags, Form, Format, Output, gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qcode.core.model import Study
    from qcode.core.query import Selection
    from qcode.core.rows import Row


@gathered
def find(
    context: typer.Context,
    flags: Flags,
    text: Annotated[str | None, typer.Option("--text", help="Only quotes with these words, in any case.")] = None,
    regex: Annotated[str | None, typer.Option("--regex", help="Only quotes in which this pattern is found.")] = None,
    before: Annotated[int, typer.Option("-B", "--before", min=0, help="Lines of the transcript before.")] = 0,
    after: Annotated[int, typer.Option("-A", "--after", min=0, help="Lines of the transcript after.")] = 0,
    form: Form = None,
    output: Output = None,
) -> None:
    """Find codings: who coded what, where, on which words. Shows the codings of all coders in all cases."""
    from qcode.cli.output import chosen, emit, screen
    from qcode.core.query import select_rows
    from qcode.report.quotes import SHOWN, Quotes

    form = Format(chosen(form, output, [*Format]))
    root, study = open_study(context, flags.at)
    selection = select(study, flags, all_cases=True)
    says = _says(text, regex)
    found = [row for row in select_rows(study, rows_of(root, study), selection).rows(SHOWN) if says(row)]
    found.sort(key=_place(found))
    quotes = Quotes(
        study, found, before, after, width=screen(output).get("width"), meta=_meta(root, study, selection, found)
    )
    emit(quotes.render(form), output)
    if not found:
        tell("No codings found.")


def _meta(root: Path, study: Study, selection: Selection, found: Sequence[Row]) -> dict[str, object]:
    from qcode.core.query import spelled
    from qcode.core.rows import FOUND

    return {
        "measure": "codings",
        "filter": spelled(selection.expr, study.codebook) or None,
        "cases": len({row.case for row in found}),
        "transcripts": len({row.transcript for row in found}),
        "coders": sorted({row.coder for row in found}),
        "codings": len(found),
        "not_found": sum(row.state not in FOUND for row in found),
        "codebook_version": study.codebook.version,
        "commit": commit_of(root, study),
    }


def _place(rows: Sequence[Row]) -> Callable[[Row], tuple[object, ...]]:
    """The order of cases, transcripts and text; what was not found comes last in its transcript."""
    from qcode.core.words import natural

    names = sorted({row.transcript for row in rows}, key=natural)
    rank = dict(zip(names, range(len(names)), strict=True))

    def place(row: Row) -> tuple[object, ...]:
        where = (1, 0, 0) if row.start is None or row.end is None else (0, row.start, -row.end)
        return rank[row.transcript], *where, row.coder

    return place


def _says(text: str | None, regex: str | None) -> Callable[[Row], bool]:
    """Whether a coding's quote has these words and this pattern; white space counts as one space."""
    import re

    from qcode.core.errors import QcodeError
    from qcode.core.words import nfc

    try:
        pattern = re.compile(nfc(regex or ""))
    except re.error as error:
        raise QcodeError(f"--regex: {error}", hint="Characters such as ( [ * + ? want a backslash.") from error
    if not text and not regex:
        return lambda row: True
    words = " ".join(nfc(text or "").split()).casefold()

    def says(row: Row) -> bool:
        quote = " ".join(nfc(row.quote).split())
        return words in quote.casefold() and bool(pattern.search(quote) or pattern.search(nfc(row.quote)))

    return says
