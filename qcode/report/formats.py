"""One report in the format asked for. What a format needs is loaded when it is asked for, not before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

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
EXTRAS = {"xlsxwriter": "xlsx", "docx": "docx", "pyarrow": "parquet", "matplotlib": "plot"}  # by the library it brings


def render(document: Document, form: str, *, width: int | None = None, colour: bool = False) -> str | bytes:
    """The report as text, or as bytes where the format is no text.

    width: of the terminal, None where there is none. Raises UnknownName for another format, QcodeError where it needs
    a library that is not installed.
    """
    if form not in MODULES:
        raise UnknownName("format", form, [*FORMATS])
    made: str | bytes = wing(MODULES[form], form, f"as_{form}")(document, **_screen(form, width, colour))
    return made


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
