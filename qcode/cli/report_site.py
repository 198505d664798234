"""`qcode report site`: all reports on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.options import Flags, Look, Many, gathered
from qcode.cli.reporting import AllCases, asked
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from collections.abc import Sequence


@gathered
def site(
    context: typer.Context, flags: Flags, look: Look,
    kind: Annotated[
        Many, typer.Option("--kind", metavar="KIND", help="Only this report, as matrix. Repeats. Default: all.")
    ] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="With figures.")] = True,
    all_cases: AllCases = False,
) -> None:  # fmt: skip
    """All reports on one page for a browser: sort and filter tables, choose a number to read the quotes behind it.

    --output FILE.html, or a folder, which gets an index.html. The page holds all that it needs, asks for nothing from
    the network, and prints. Dutch or English: --lang, or the study's language. For others than the team: --shared.
    """
    from qcode.cli.output import emit
    from qcode.report.site import as_site

    _known(kind or ())
    page = as_site(asked(context, flags, look, all_cases=all_cases), kind or (), pictures=figures and _drawn())
    emit(page, _file(look))


def _file(look: Look) -> Path | None:
    """Where the page goes: a file that ends in html, or the index of a folder, which is made."""
    output = look.output
    if look.form not in (None, "html"):
        raise QcodeError(f"a site can't be made as '{look.form}'", hint="Leave --format out.")
    if output is None or (output.suffix.lower() in (".html", ".htm") and not output.is_dir()):
        return output
    if output.suffix and not output.is_dir():
        raise QcodeError(f"{output}: a site is a folder, or a file that ends in .html")
    output.mkdir(parents=True, exist_ok=True)
    return output / "index.html"


def _known(kinds: Sequence[str]) -> None:
    from qcode.core.errors import UnknownName
    from qcode.report.site import ON_SITE

    for kind in kinds:
        if kind not in ON_SITE:
            raise UnknownName("report on the site", kind, [*ON_SITE])


def _drawn() -> bool:
    """Whether there is a library that draws; if not, that is said once."""
    from importlib.util import find_spec

    if find_spec("matplotlib"):
        return True
    tell("Without figures: they need pip install 'qcode[plot]'.")
    return False
