"""Documents as one HTML page: no script, nothing fetched, readable on paper and in the dark."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from qcode.core.words import one_line, visible
from qcode.report.document import Document, Prose, Quotes, Table
from qcode.report.grid import headed
from qcode.report.text import told_of


def as_html(document: Document) -> str:
    """A page of its own: title, blocks, what was counted."""
    style = source("style.css")
    return environment().get_template("page.html").render(document=document, style=style, allowed=digest(style))


def as_fragment(document: Document) -> str:
    """Its blocks and notes without a page around them, as a notebook shows them."""
    return environment().get_template("fragment.html").render(document=document)


@cache
def environment() -> Environment:
    """The templates. Everything is escaped; `line` and `words` spell out what would act on a reader's screen."""
    made = Environment(
        loader=PackageLoader("qcode.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {"line": one_line, "words": visible, "told": told_of, "headed": headed}
    made.globals["plain"] = str  # words that need no other language
    made.tests |= {
        "table": lambda block: isinstance(block, Table),
        "quotes": lambda block: isinstance(block, Quotes),
        "prose": lambda block: isinstance(block, Prose),
    }
    return made


def source(name: str) -> str:
    """The text of a style sheet or script of ours."""
    return files("qcode.report").joinpath("templates", name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """How a content-security policy names a style sheet or script that is allowed."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
