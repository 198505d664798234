"""Reports as figures: what is in one (pictures), from which report (made), on paper (drawn), in a terminal (sketch)."""

from __future__ import annotations

from qcode.core.errors import QcodeError
from qcode.report.document import Document
from qcode.report.figures.made import FIGURES, picture
from qcode.report.figures.pictures import MOST, extent
from qcode.report.formats import wing
from qcode.report.kinds import Ask

__all__ = ["FIGURES", "FORMS", "TooMuch", "figure", "picture", "sketch"]

FORMS = ("svg", "png", "pdf")


class TooMuch(QcodeError):
    """More than one can tell apart in a figure, or wait for."""


def figure(document: Document, ask: Ask, form: str) -> bytes:
    """The figure of a report as svg, png or pdf.

    Raises QcodeError where its kind has none, for another form, and where the library that draws is not installed;
    TooMuch where nothing in it could be told apart.
    """
    if form not in FORMS:
        hint = f"Give a file with an ending that is one of: {', '.join(FORMS)}; or - for a sketch on the screen."
        raise QcodeError(f"a figure can't be made as '{form}'", hint=hint)
    found = picture(document, ask)
    if (size := extent(found)) > MOST:
        hint = "Select fewer: --case, --where. Or print it as a table: --format xlsx."
        raise TooMuch(f"too much for a figure: {size} tiles or steps, of which {MOST} can be told apart", hint=hint)
    made: bytes = wing("figures.drawn", "a figure", "as_figure")(found, form, document.told)
    return made


def sketch(document: Document, ask: Ask, width: int | None = None) -> str:
    """The figure in block characters, and what was counted."""
    from qcode.report.figures.sketch import as_sketch

    return as_sketch(picture(document, ask), document.told, width or 100)
