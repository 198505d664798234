"""Passages as quotes."""

from __future__ import annotations

from qcode.analysis.spans import Passage
from qcode.report.document import Quote
from qcode.report.kinds import Ask
from qcode.report.telling import quote as told


def quote(ask: Ask, passage: Passage) -> Quote:
    """The words of a passage as they stand in the transcript, with its code and what it is said to have done."""
    title = ask.named("code", passage.code)
    valence = passage.valence
    return told(ask, passage, codes=[f"{title} ({ask.named('valence', valence)})" if valence else title])


def place(passage: Passage) -> str:
    """CASE/STEM:LINE."""
    return passage.place
