"""All reports on one page, to read in a browser: tables to sort and filter, and the quotes behind each number."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from inspect import signature
from typing import Any, NamedTuple

from qcode.analysis.scope import scope
from qcode.core.errors import QcodeError
from qcode.core.rows import Row
from qcode.core.words import one_line
from qcode.report.behind import Behind
from qcode.report.document import Document, Quote, Quotes, Table
from qcode.report.figures import FIGURES, TooMuch, figure
from qcode.report.gate import gated
from qcode.report.html import digest, environment, source
from qcode.report.kinds import KINDS, Ask, document, function_of
from qcode.report.shortened import shortened
from qcode.report.site_words import INTROS, LARGE, TITLES, WORDS, translated

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
    """A report on the page. `picture`: of an svg, base 64; `missing`: why there is no report.

    `notes`: what of it is not here, and how one gets that.
    """

    id: str
    title: str
    intro: str
    report: Document | None
    picture: str = ""
    missing: str = ""
    notes: Sequence[str] = ()


def as_site(ask: Ask, kinds: Sequence[str] = (), *, pictures: bool = True) -> str:
    """The page: html, with all that it needs in it. kinds: those wanted; none: all.

    Its words are in the language asked for, where we have them; else in English.
    """
    language = ask.language or ask.study.language
    language = language if language in WORDS else "en"
    sections = [*_sections(ask, kinds, language, pictures)]
    scripts, style = source("site.js"), source("style.css") + source("site.css")
    return environment().get_template("site.html").render(
        sections=sections, behind=Behind(_quotes(ask)), words=WORDS[language], large=LARGE[language],
        language=language, study=one_line(ask.study.settings.study or "qcode"), style=style, script=scripts,
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
        command = _command(kind, options)
        short = replace(made, blocks=[shortened(block) if isinstance(block, Table) else block for block in made.blocks])
        notes = [*_left_out(made, short, command, language)]
        picture = ""
        if pictures:
            try:
                picture = _picture(made, ask)
            except TooMuch:
                notes.append(LARGE[language]["no_picture"].format(command))
        yield Section(*titled, short, picture, notes=notes)


def _made(kind: str, ask: Ask, options: Mapping[str, Any]) -> Document:
    """The report with what is behind its numbers."""
    known = signature(function_of(kind)).parameters
    return document(kind, ask, **options, **({"evidence": True} if "evidence" in known else {}))


def _left_out(whole: Document, short: Document, command: str, language: str) -> Iterator[str]:
    """Of each table that is not all here how much of it is, and where the rest is found."""
    words = LARGE[language]
    for all_of_it, shown in zip(whole.tables, short.tables, strict=True):
        for name, lines in (("first_rows", "rows"), ("first_columns", "columns")):
            there, here = (len(getattr(table, lines)) for table in (all_of_it, shown))
            if here < there:
                yield words[name].format(here, there, f"{command} -o {whole.report}.xlsx")


def _command(kind: str, options: Mapping[str, Any]) -> str:
    """What one types for that report alone."""
    flags = [f" --{name}" if value is True else f" --{name} {value}" for name, value in options.items()]
    return f"qcode report {kind}{''.join(flags)}"


def _picture(made: Document, ask: Ask) -> str:
    """Of an svg, base 64; none where there is nothing to draw. Raises TooMuch."""
    if made.report not in FIGURES or not made.records:
        return ""
    try:
        return base64.b64encode(figure(made, ask, "svg")).decode("ascii")
    except TooMuch:
        raise
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
