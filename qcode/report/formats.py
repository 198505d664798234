"""One report in the format asked for. What a format needs is loaded when it is asked for, not before."""

from __future__ import annotations

from qcode.core.errors import UnknownName
from qcode.report import text
from qcode.report.document import Document

FORMATS = ("table", "md", "csv", "tsv", "json")


def render(document: Document, form: str, *, width: int | None = None, colour: bool = False) -> str:
    """The report as text. width: of the terminal, None where there is none. Raises UnknownName for another format."""
    if form == "table":
        from qcode.report.terminal import as_table

        return as_table(document, width=width, colour=colour)
    renderers = {"md": text.as_md, "csv": text.as_csv, "tsv": text.as_tsv, "json": text.as_json}
    if form not in renderers:
        raise UnknownName("format", form, list(FORMATS))
    return renderers[form](document)
