"""What outputs to be shared may be made of: a study without the attributes and the words that are to stay inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace

from qcode.core.model import Case, Privacy, Study, Transcript
from qcode.core.rows import Row

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
    return replace(study, cases=cases, codebook=book)


def shared_rows(study: Study, rows: Iterable[Row]) -> list[Row]:
    """The codings, without their words where quotes are left out, and without what coders noted at them."""
    if study.settings.privacy.quotes != "none":
        return list(rows)
    return [row._replace(quote=LEFT_OUT, memo=None) for row in rows]


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
