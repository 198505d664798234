"""How interviews bring new codes, and how codes run through one interview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qcode.analysis.portrait import By, Portrait
from qcode.analysis.portrait import portrait as drawn
from qcode.analysis.saturation import Interview, Saturation
from qcode.analysis.saturation import saturation as saturated
from qcode.core.errors import UnknownName
from qcode.core.words import NONE, counted
from qcode.report.amounts import percent
from qcode.report.document import Column, Document, Place, Table
from qcode.report.kinds import Ask
from qcode.report.tables import brief

SHADES = "·░▒▓█"  # none, then up to a quarter of the slice, a half, three quarters, all


def saturation(
    ask: Ask,
    *,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    under: str | None = None,
    evidence: bool = False,
) -> Document:
    """A row per interview: its codes, those it is the first to have, and what its run adds to the base."""
    found = saturated(
        ask.study, ask.rows, ask.units, ask.selection, base=base, run=run, threshold=threshold, under=under
    )  # fmt: skip
    table = Table(
        [
            Column("interview", "left", ours=False, named=True),
            *([Column("date", "left", ours=False, named=True)] if found.by_date else []),
            *(Column(name, named=True) for name in ("codes", "new", "in all", "run", "ratio")),
            Column("new codes", "left", ours=False, named=True, listed=True),
        ],
        [_line(ask, found, one, "" if one.complete else "+") for one in found.interviews],
        [_line(ask, found, one) for one in found.interviews],
        legend="+ = not all of it coded yet" if any(not one.complete for one in found.interviews) else "",
        notes=_reached(found),
        parts=_parts(found) if ask.least else {},
        evidence=[[(), *[one.evidence] * (6 + found.by_date)] for one in found.interviews] if evidence else (),
    )
    records = [_interview(ask, found, at, one, evidence) for at, one in enumerate(found.interviews, 1)]
    return Document("saturation", [table], ask.told(records, [table]), found.meta)


def _line(ask: Ask, found: Saturation, one: Interview, mark: str = "") -> list[str]:
    labels = [ask.named("code", code) for code in one.new]
    new = labels if ask.ids else [*brief(ask.study, "code", one.new, labels)[1:]]
    return [
        one.transcript,
        *([one.date or NONE] if found.by_date else []),
        f"{len(one.codes)}{mark}",
        str(len(one.new)),
        str(one.cumulative),
        NONE if one.run_new is None else str(one.run_new),
        percent(one.ratio),
        " ".join(new) or NONE,
    ]


def _parts(found: Saturation) -> dict[Place, list[Place]]:
    """The codes in all are a total over the new ones so far; those of a run, over the run."""
    first = 1 + found.by_date
    so_far = {(at, first + 2): [(row, first + 1) for row in range(at + 1)] for at in range(len(found.interviews))}
    runs = {
        (at, first + 3): [(row, first + 1) for row in range(at + 1 - found.run, at + 1)]
        for at, one in enumerate(found.interviews)
        if one.run_new is not None
    }
    return so_far | runs


def _reached(found: Saturation) -> list[str]:
    """The order, what the base has, where saturation is reached, and what isn't counted."""
    order = "date" if found.by_date else "case and name, since not every interview has a date"
    share = f"{found.threshold:.0%} new codes"
    runs = f"Base: the first {counted(found.base, 'interview')}, {counted(found.base_codes, 'code')}. Run: {found.run}."
    at = found.reached
    if at is not None:
        point = f"At most {share} first in interviews {at + 1} to {at + found.run}: reached at {at}+{found.run}."
    else:
        point = f"No run brings at most {share}: not reached."
    waiting = [f"Not yet coded, so not in it: {' '.join(found.waiting)}."] if found.waiting else []
    return [f"In order of {order}.", f"{runs} {point}", *waiting]


def _interview(ask: Ask, found: Saturation, at: int, one: Interview, evidence: bool) -> dict[str, Any]:
    transcript = ask.study.transcripts[one.transcript]
    record: dict[str, Any] = {
        "position": at,
        "transcript": one.transcript,
        "case": transcript.case,
        "perspective": transcript.perspective,
        "date": one.date,
        "codes": list(one.codes),
        "new": list(one.new),
        "cumulative": one.cumulative,
        "run_new": one.run_new,
        "base_codes": found.base_codes,
        "ratio": one.ratio,
        "complete": one.complete,
    }
    return record | ({"evidence": list(one.evidence)} if evidence else {})


def portrait(ask: Ask, transcript: str, *, by: By = "text", slices: int = 36, evidence: bool = False) -> Document:
    """A row per code, a character per slice of the text or per turn, shaded by how much of it is coded."""
    if by not in ("text", "turns"):
        raise UnknownName("way to cut a portrait", by, ["text", "turns"])
    found = drawn(ask.study, ask.rows, ask.units, ask.selection, transcript, by=by, slices=slices)
    codes = [*found.bands]
    labels = [ask.named("code", code) for code in codes]
    phases = {phase: str(at) for at, phase in enumerate(_phases(found), 1)}
    band = "".join(phases.get(phase, NONE) if phase else NONE for phase in found.phases)
    rows = [[name, band_of(found.bands[code]), _times(found, code)] for name, code in zip(labels, codes, strict=True)]
    said = [f"{mark} = {ask.named('section-phase', phase)}" for phase, mark in phases.items()]
    unit = "turn" if by == "turns" else "slice of the text"
    table = Table(
        [
            Column("code", "left", ours=False, named=True),
            Column("from begin to end", named=True),
            Column("passages", named=True),
        ],
        [["section", band, ""], *rows],
        [["section", band, ""], *rows],
        title=_title(ask, found),
        short=() if ask.ids else ["code", "section", *brief(ask.study, "code", codes, labels)[1:]],
        legend=" · ".join(
            [*said, f"a character is a {unit}: {SHADES[0]} nothing, {SHADES[1]} a little, {SHADES[4]} all"]
        ),
        notes=[*["Nothing is coded in it."] * (not codes), *["Not all of it is coded yet."] * (not found.complete)],
        evidence=[[(), (), ()], *([(), *[_ids(found, code)] * 2] for code in codes)] if evidence else (),
    )
    records = [one | {"evidence": one["segments"]} if evidence else one for one in _spans(found)]
    return Document("portrait", [table], ask.told(records, [table]), found.meta)


def band_of(shares: Sequence[float]) -> str:
    """A character per share: any at all is seen, and only all of it is full."""
    return "".join(SHADES[0 if share <= 0 else 4 if share >= 1 else 1 + min(int(share * 4), 2)] for share in shares)


def _title(ask: Ask, found: Portrait) -> str:
    text = found.transcript
    parts = (text.id, ask.named("perspective", text.perspective), text.date or "")
    return " · ".join(part for part in parts if part)


def _phases(found: Portrait) -> list[str]:
    return list(dict.fromkeys(phase for phase in found.phases if phase))


def _times(found: Portrait, code: str) -> str:
    return str(sum(passage.code == code for passage in found.passages))


def _ids(found: Portrait, code: str) -> list[str]:
    return [id_ for passage in found.passages if passage.code == code for id_ in passage.ids]


def _spans(found: Portrait) -> list[dict[str, Any]]:
    """One record per passage, where it stands exactly."""
    return [
        {
            "transcript": passage.transcript, "code": passage.code, "valence": passage.valence, "line": passage.line,
            "start": passage.start, "end": passage.end, "turns_from": passage.turns_from, "turns_to": passage.turns_to,
            "section_phase": passage.section_phase, "coders": sorted({row.coder for row in passage.rows}),
            "segments": passage.ids, "text_start": found.slices[0][0] if found.slices else 0,
            "text_end": len(found.transcript.text),
        }
        for passage in found.passages
    ]  # fmt: skip
