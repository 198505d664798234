"""What outputs to be shared may be made of: a study without the attributes and the words that are to stay inside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial

from qcode.core.columns import Coded
from qcode.core.model import Case, Privacy, Study, Transcript
from qcode.core.rows import Row
from qcode.core.table import Table

MASK = "▒"
LEFT_OUT = "[…]"  # in the place of a quote
_INK = re.compile(r"\S")


def shared(study: Study) -> Study:
    """The study without what `privacy` in its settings hides. Whatever is then made of it can't show that.

    Where quotes are left out every character of a transcript is a bar, so that words, turns and offsets stay.
    """
    privacy = study.settings.privacy
    if privacy == Privacy():
        return study
    cases = tuple(_case(case, privacy) for case in study.cases)
    book = study.codebook
    if privacy.quotes == "none":
        book = replace(book, codes=tuple(replace(code, examples=()) for code in book.codes))
    made = replace(study, cases=cases, codebook=book)
    made.__dict__["met"] = study.met  # of the same codings, which needn't be at hand to be asked
    return made


def shared_rows(study: Study, rows: Sequence[Row]) -> Sequence[Row]:
    """The codings, without their words where quotes are left out, and without what coders noted at them."""
    if study.settings.privacy.quotes != "none":
        return rows
    table = Table.of(rows)
    for name, value in (("quote", LEFT_OUT), ("memo", None)):
        table = table.with_column(name, partial(Coded.alike, value, len(rows)))
    return table


def _case(case: Case, privacy: Privacy) -> Case:
    attributes = {name: value for name, value in case.attributes.items() if name not in privacy.hide}
    if privacy.quotes != "none":
        return replace(case, attributes=attributes)
    masked = {transcript.stem: _masked(transcript) for transcript in case.transcripts}
    interviews = tuple(
        replace(interview, transcript=masked[interview.transcript.stem]) if interview.transcript else interview
        for interview in case.interviews
    )
    return replace(case, attributes=attributes, interviews=interviews, transcripts=tuple(masked.values()))


def _masked(transcript: Transcript) -> Transcript:
    text = _INK.sub(MASK, transcript.text)
    # Field by field: one that reads its text only when asked for it can't be given another.
    said = {field.name: getattr(transcript, field.name) for field in fields(Transcript)}
    return Transcript(**{**said, "text": text, "layout": replace(transcript.layout, text=text)})
