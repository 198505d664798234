"""All reports on one page, to read in a browser: tables to sort and filter, and the quotes behind each number."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from inspect import signature
from typing import Any, NamedTuple

from qcode.analysis.scope import scope
from qcode.core.errors import QcodeError
from qcode.core.rows import Row
from qcode.core.words import one_line
from qcode.report.document import Document, Quote, Quotes, Table
from qcode.report.figures import FIGURES, figure
from qcode.report.gate import gated
from qcode.report.html import digest, environment, source
from qcode.report.kinds import KINDS, Ask, document, function_of
from qcode.report.site_words import INTROS, TITLES, WORDS, translated

# A section: the kind, which of its forms, and the options that make that form.
SECTIONS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("cases", "", {}),
    ("patterns", "", {}),
    ("matrix", "case", {}),
    ("matrix", "perspective", {"cols": "perspective"}),
    ("matrix", "outcome", {"cols": "outcome", "measure": "cases", "share": "col"}),
    ("perspectives", "", {}),
    ("valence", "", {}),
    ("process", "", {}),
    ("process", "transitions", {"transitions": True}),
    ("cooccurrence", "", {}),
    ("configurations", "", {}),
    ("typology", "", {}),
    ("framework", "", {}),
    ("frequencies", "", {}),
    ("coverage", "", {}),
    ("saturation", "", {}),
    ("codebook", "", {}),
    ("memos", "", {}),
    ("progress", "", {}),
    ("agreement", "", {}),
    ("audit", "", {}),
)
ON_SITE = tuple(dict.fromkeys(kind for kind, _, _ in SECTIONS if kind in KINDS))


class Section(NamedTuple):
    """A report on the page. `picture`: of an svg, base 64; `missing`: why there is no report."""

    id: str
    title: str
    intro: str
    report: Document | None
    picture: str = ""
    missing: str = ""


@dataclass
class Behind:
    """What is behind numbers: lists of quotes, each list and each quote once, numbered as they come."""

    known: Mapping[str, int]
    lists: dict[tuple[int, ...], int] = field(default_factory=dict)

    def of(self, table: Table) -> list[list[int | None]]:
        """For each row, for each cell, the number of its list; None where there is nothing behind it."""
        return [[self._number(ids) for ids in line] for line in table.evidence]

    def _number(self, ids: Sequence[str]) -> int | None:
        quotes = tuple(sorted({self.known[id_] for id_ in ids if id_ in self.known}))
        return self.lists.setdefault(quotes, len(self.lists)) if quotes else None


def as_site(ask: Ask, kinds: Sequence[str] = (), *, pictures: bool = True) -> str:
    """The page: html, with all that it needs in it. kinds: those wanted; none: all.

    Its words are in the language asked for, where we have them; else in English.
    """
    language = ask.language or ask.study.language
    language = language if language in WORDS else "en"
    quotes = _quotes(ask)
    behind = Behind({quote.id: at for at, quote in enumerate(quotes) if quote.id})
    sections = [*_sections(ask, kinds, language, pictures)]
    scripts, style = source("site.js"), source("style.css") + source("site.css")
    return environment().get_template("site.html").render(
        sections=sections, quotes=Quotes(quotes), behind=behind, words=WORDS[language], language=language,
        study=one_line(ask.study.settings.study or "qcode"), style=style, script=scripts,
        allowed_style=digest(style), allowed_script=digest(scripts), said=lambda text: translated(text, language),
    )  # fmt: skip


def _sections(ask: Ask, kinds: Sequence[str], language: str, pictures: bool) -> Iterator[Section]:
    for kind, form, options in SECTIONS:
        if kind not in KINDS or (kinds and kind not in kinds):
            continue
        name = f"{kind}-{form}" if form else kind
        titled = name, TITLES[language][name], INTROS[language][name]
        try:
            made = _made(kind, ask, options)
        except QcodeError as error:
            yield Section(*titled, None, missing=error.message)
            continue
        yield Section(*titled, made, _picture(made, ask) if pictures else "")


def _made(kind: str, ask: Ask, options: Mapping[str, Any]) -> Document:
    """The report with what is behind its numbers."""
    known = signature(function_of(kind)).parameters
    return document(kind, ask, **options, **({"evidence": True} if "evidence" in known else {}))


def _picture(made: Document, ask: Ask) -> str:
    if made.report not in FIGURES or not made.records:
        return ""
    try:
        return base64.b64encode(figure(made, ask, "svg")).decode("ascii")
    except QcodeError:  # nothing to draw, or not when shared
        return ""


def _quotes(ask: Ask) -> list[Quote]:
    """Every segment, also of cases that are not studied, with all that it is coded as.

    None where small counts are hidden, of which a list of quotes would tell.
    """
    if ask.least > 1:
        return []
    by_id: dict[str, list[Row]] = {}
    for row in scope(ask.study, ask.rows, ask.units, ask.selection, unstudied=True).rows:
        if row.id:
            by_id.setdefault(row.id, []).append(row)
    found = Document("quotes", [Quotes([_quote(rows, ask) for rows in by_id.values()])], [])
    shown = gated(found, replace(ask.study.settings.privacy, minimum_cell=0)) if ask.shared else found
    return [quote for block in shown.blocks if isinstance(block, Quotes) for quote in block.items]


def _quote(rows: Sequence[Row], ask: Ask) -> Quote:
    first = rows[0]
    codes = [f"{ask.named('code', row.code)}{_valence(row, ask)}" for row in rows]
    coder = ask.named("coder", first.coder)
    return Quote(first.quote, f"{first.transcript}:{first.line}", first.id, first.speaker or "", codes, coder)


def _valence(row: Row, ask: Ask) -> str:
    return f" ({ask.named('valence', row.valence)})" if row.valence else ""
