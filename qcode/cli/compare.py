"""`qcode compare`: the perspectives of one case side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from qcode.cli.options import Flags, Format, Look, gathered
from qcode.cli.reporting import Evidence, show
from qcode.core.errors import QcodeError


@gathered
def compare(
    context: typer.Context,
    flags: Flags,
    look: Look,
    of: Annotated[str, typer.Argument(metavar="CASE", help="The case.", show_default=False)],
    evidence: Evidence = False,
) -> None:
    """One case for the analysis session: per phase and code what each perspective says, quotes abreast.

    A quote is a passage: codings of one code that overlap are one, whoever made them. `silent`: interviewed and wholly
    coded, and not a word of it in that phase. In a wide window the perspectives are columns, in a narrow one they
    stand one below the other; `--format md` leaves places for notes.
    """
    from qcode.cli.output import chosen

    if flags.case:
        raise QcodeError("compare takes one case, without --case", hint=f"qcode compare {flags.case[0]}")
    form = chosen(look.form, look.output, [*Format])
    show(context, "compare", flags._replace(case=(of,)), look, notes=form == "md", evidence=evidence)
