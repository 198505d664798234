"""One transcript as a band of codes along its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from qcode.analysis.coverage import body
from qcode.analysis.meta import facts
from qcode.analysis.scope import scope
from qcode.analysis.spans import Passage, by_transcript
from qcode.analysis.states import Behind
from qcode.analysis.steps import leaves
from qcode.core.errors import QcodeError
from qcode.core.expr import And, Test
from qcode.core.layout import Span
from qcode.core.model import Study, Transcript
from qcode.core.names import Names
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit

By = Literal["text", "turns"]


@dataclass(frozen=True)
class Portrait:
    """`slices`: the pieces of text that are columns, half-open spans. `phases`: of the section each begins in.

    `bands`: per code, in codebook order, the share of each slice that is coded, 0 to 1. `complete`: it is wholly coded.
    """

    transcript: Transcript
    slices: Sequence[Span]
    phases: Sequence[str | None]
    passages: Sequence[Passage]
    bands: Mapping[str, Sequence[float]]
    complete: bool
    meta: Mapping[str, Any] = field(default_factory=dict)


def portrait(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    transcript: str,
    *,
    by: By = "text",
    slices: int = 36,
) -> Portrait:
    """The passages of one transcript (CASE/STEM or path) and how much of each slice, or turn, they cover.

    Slices are of equal length in characters, give or take one. Raises UnknownName, and QcodeError for no slices.
    """
    name = Names(study).value("transcript", transcript)
    if name is None or slices < 1:
        raise QcodeError("a portrait needs a transcript and slices", hint="As in: 2/employer --slices 36.")
    where = And((selection.where, Test("transcript", frozenset({name}))))
    within = scope(study, rows, units, replace(selection, where=where), unstudied=True)
    text = study.transcripts[name]
    passages = by_transcript(within.rows).get(name, [])
    spans = _turns(text) if by == "turns" else _slices(*body(text), slices)
    codes = dict.fromkeys(passage.code for passage in passages)
    bands = {
        code: covered(spans, [(p.start, p.end) for p in passages if p.code == code])
        for code in leaves(within)
        if code in codes
    }
    phases = [text.layout.phase_at(start) for start, _ in spans]
    complete = Behind(within).state((("transcript", name),), (), bool(passages))[1]
    return Portrait(text, spans, phases, passages, bands, complete, facts(within, "passages"))


def covered(slices: Sequence[Span], spans: Sequence[Span]) -> list[float]:
    """The share of each slice that lies under the spans, which share no character with each other."""
    return [
        sum(max(min(end, past) - max(start, first), 0) for first, past in spans) / (end - start)
        for start, end in slices
    ]  # fmt: skip


def _slices(start: int, end: int, number: int) -> list[Span]:
    length = end - start
    number = min(number, length)
    edges = [start + length * at // number for at in range(number + 1)] if number else []
    return [*pairwise(edges)]


def _turns(text: Transcript) -> list[Span]:
    return [(turn.start, turn.end) for turn in text.layout.turns if turn.end > turn.start]
