"""One report in the format asked for. What a format needs is loaded when it is asked for, not before."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any, Literal, overload

from qcode.core.errors import QcodeError, UnknownName
from qcode.report.document import Document

# By the name of a format: the module here that has a function `as_FORMAT`.
MODULES = {
    "table": "terminal",
    "md": "text",
    "csv": "text",
    "tsv": "text",
    "json": "text",
    "html": "html",
    "xlsx": "sheets",
    "docx": "word",
    "latex": "latex",
    "parquet": "parquet",
}
FORMATS = (*MODULES,)
NARROW = frozenset({"table", "md", "docx", "latex"})  # a page or a screen: columns of words may find no room
COLUMN = 28  # characters of a screen that a column of words wants
EXTRAS = {"xlsxwriter": "xlsx", "docx": "docx", "pyarrow": "parquet", "matplotlib": "plot"}  # by the library it brings


Text = Literal["table", "md", "csv", "tsv", "json", "html", "latex"]


@overload
def render(document: Document, form: Text, *, width: int | None = None, colour: bool = False) -> str: ...
@overload
def render(document: Document, form: str, *, width: int | None = None, colour: bool = False) -> str | bytes: ...
def render(document: Document, form: str, *, width: int | None = None, colour: bool = False) -> str | bytes:
    """The report as text, or as bytes where the format is no text.

    width: of the terminal, None where there is none. Raises UnknownName for another format, QcodeError where it needs
    a library that is not installed.
    """
    if form not in MODULES:
        raise UnknownName("format", form, [*FORMATS])
    document = laid(document, form, width)
    made: str | bytes = wing(MODULES[form], form, f"as_{form}")(document, **_screen(form, width, colour))
    return made


def laid(document: Document, form: str, width: int | None = None) -> Document:
    """The document with its blocks one below the other, where it has such and the format has no room for columns."""
    if form not in NARROW or not document.stacked or (form == "table" and width is not None and _fits(document, width)):
        return document
    return replace(document, blocks=document.stacked)


def _fits(document: Document, width: int) -> bool:
    return width >= COLUMN * max((len(table.columns) for table in document.tables), default=0)


def _screen(form: str, width: int | None, colour: bool) -> dict[str, Any]:
    return {"width": width, "colour": colour} if form == "table" else {}


def wing(module: str, name: str, function: str) -> Any:
    """A function of a module of this package that loads a library of its own.

    name: of the format, for the error. Raises QcodeError, with what to install, where the library is missing.
    """
    try:
        return getattr(import_module(f"qcode.report.{module}"), function)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        hint = f"Install it: pip install 'qcode[{extra}]'"
        raise QcodeError(f"{name} needs {error.name}, which is not installed", hint=hint) from None
