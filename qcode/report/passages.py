"""Passages as quotes."""

from __future__ import annotations

from qcode.analysis.spans import Passage
from qcode.report.document import Quote
from qcode.report.kinds import Ask


def quote(ask: Ask, passage: Passage) -> Quote:
    """The words of a passage as they stand in the transcript, with its code and what it is said to have done."""
    transcript = ask.study.transcripts[passage.transcript]
    title = ask.named("code", passage.code)
    valence = passage.valence
    shown = f"{title} ({ask.named('valence', valence)})" if valence else title
    coders = dict.fromkeys(row.coder for row in passage.rows)
    return Quote(
        transcript.text[passage.start : passage.end],
        place(passage),
        id=" ".join(passage.ids) or None,
        speaker=passage.rows[0].speaker or "",
        codes=[shown],
        coder=", ".join(coders),
    )


def place(passage: Passage) -> str:
    """CASE/STEM:LINE."""
    return f"{passage.transcript}:{passage.line}"
