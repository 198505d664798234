"""How far the coding is, per transcript and coder, and what is to be done next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qcode.analysis.meta import facts
from qcode.analysis.scope import Scope, scope
from qcode.core.model import CONSENSUS, CodingSet, Transcript
from qcode.core.query import Selection, select_rows
from qcode.core.rows import FOUND, Row, by_transcript
from qcode.core.words import NONE, natural
from qcode.report.document import Block, Column, Document, Prose, Table
from qcode.report.kinds import Ask

INTERVIEWER = "interviewer"  # the role whose turns nobody is expected to code
# Of a coding, what is asked of it here.
_ASKED = ("transcript", "coder", "code", "state", "turns_from", "turns_to", "segment")
Record = Mapping[str, Any]


def progress(ask: Ask) -> Document:
    """A row per transcript and coder, a row per coder, and what is to be done. Of all cases, studied or not."""
    within = scope(ask.study, ask.rows, ask.units, ask.selection, unstudied=True)
    records = list(_records(ask, within))
    blocks = [_coders(ask, records), _transcripts(ask, records), *_next(ask, within, records)]
    meta = {**facts(within, "segments"), "done": sum(record["status"] == "done" for record in records)}
    return Document("progress", blocks, records, meta)


def _records(ask: Ask, within: Scope) -> Iterator[dict[str, Any]]:
    """Of each transcript its coders; of one that nobody coded a record without a coder."""
    sets, rows = by_transcript(ask.study), _rows(ask)
    names = {unit.transcript for unit in within.units if unit.transcript and unit.held}
    wanted = ask.selection.coders
    for name in sorted(names, key=lambda text: [natural(part) for part in text.split("/", 1)]):
        transcript = ask.study.transcripts[name]
        coders = {c.coder: c for c in sets.get(name, ()) if not wanted or c.coder in wanted}
        for coder in sorted(coders, key=lambda one: (one == CONSENSUS, one)):
            yield _record(ask, transcript, coders[coder], rows[name, coder])
        if not coders and not wanted:
            yield _record(ask, transcript, None, ())


def _rows(ask: Ask) -> Mapping[tuple[str, str], list[Row]]:
    """What each coder coded in each transcript, counted elsewhere or not."""
    chosen = select_rows(ask.study, ask.rows, _all_cases(ask))
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in chosen.rows(_ASKED):
        found[row.transcript, row.coder].append(row)
    return found


def _all_cases(ask: Ask) -> Selection:
    return replace(ask.selection, all_cases=True)


def _record(ask: Ask, transcript: Transcript, codings: CodingSet | None, rows: Sequence[Row]) -> dict[str, Any]:
    """turns: of anyone but the interviewer; coded: those of them that a segment touches."""
    turns = [turn.index for turn in transcript.layout.turns if turn.role != INTERVIEWER]
    found = [row for row in rows if row.state in FOUND and row.turns_from is not None and row.turns_to is not None]
    touched = {at for row in found for at in range(row.turns_from or 0, row.turns_to or 0)}
    coded = len(touched.intersection(turns))
    version = codings.codebook_version if codings else None
    return {
        "case": transcript.case,
        "transcript": transcript.id,
        "perspective": transcript.perspective,
        "coder": codings.coder if codings else None,
        "status": codings.status if codings else None,
        "codebook_version": version,
        "newer_codes": _newer(ask, transcript, version) if codings else [],
        "segments": len({row.segment for row in rows}),
        "codings": len(rows),
        "codes": len({row.code for row in rows}),
        "not_found": len(rows) - sum(row.state in FOUND for row in rows),
        "turns": len(turns),
        "turns_coded": coded,
        "share": coded / len(turns) if turns else None,
    }


def _newer(ask: Ask, transcript: Transcript, version: int | None) -> list[str]:
    """The codes that came after the codebook of these codings and apply to the transcript."""
    book = ask.study.codebook
    return [
        code.id
        for code in book.by_order
        if version is not None
        and code.since > version
        and not code.retired
        and (code.perspectives is None or transcript.perspective in code.perspectives)
    ]


def _coders(ask: Ask, records: Sequence[Record]) -> Table:
    """What each coder has done in all."""
    names = sorted({r["coder"] for r in records if r["coder"]}, key=lambda one: (one == CONSENSUS, one))
    rows = []
    for name in names:
        own = [record for record in records if record["coder"] == name]
        turns, coded = sum(record["turns"] for record in own), sum(record["turns_coded"] for record in own)
        done = sum(record["status"] == "done" for record in own)
        sums = [str(sum(record[key] for record in own)) for key in ("segments", "codings")]
        rows.append(
            [ask.named("coder", name), str(len(own)), str(done), *sums, _share(coded / turns if turns else None)]
        )
    heads = map(ask.say, ("transcripts", "done", "segments", "codings", "turns coded"))
    columns = [Column(ask.say("coder"), "left", ours=False, named=True), *(Column(name, named=True) for name in heads)]
    return Table(columns, rows, rows)


def _transcripts(ask: Ask, records: Sequence[Record]) -> Table:
    words = [Column(ask.say(name), "left", ours=False, named=True) for name in ("transcript", "coder", "status")]
    heads = [Column(ask.say(name), named=True) for name in ("segments", "codes", "turns", "coded")]
    rows = [
        [
            record["transcript"],
            record["coder"] or NONE,
            ask.say(record["status"] or "not begun"),
            str(record["segments"]),
            str(record["codes"]),
            str(record["turns"]),
            _share(record["share"]),
        ]
        for record in records
    ]
    return Table([*words, *heads], rows, rows, title=ask.say("By transcript"))


def _share(share: float | None) -> str:
    return NONE if share is None else f"{share:.0%}"


def _next(ask: Ask, within: Scope, records: Sequence[Record]) -> Iterator[Block]:
    """What is to be done, a line for each kind of work; nothing where all is done."""
    lines = [f"{ask.say(what)}: {', '.join(names)}." for what, names in _work(ask, within, records) if names]
    yield Prose(ask.say("Next"), 2)
    yield from map(Prose, lines or [ask.say("Every interview held is coded.")])


def _work(ask: Ask, within: Scope, records: Sequence[Record]) -> Iterator[tuple[str, list[str]]]:
    yield "Held, and no transcript yet", _without_transcript(ask, within)
    yield "Not begun", [r["transcript"] for r in records if r["coder"] is None]
    yield "Begun, not done", [f"{r['transcript']} ({r['coder']})" for r in records if r["status"] == "open"]
    lost = [
        f"{r['transcript']} ({r['coder']}: {ask.count(r['not_found'], 'coding')})" for r in records if r["not_found"]
    ]
    yield "Quotes not found, see qcode check", lost
    newer = [
        f"{r['transcript']} ({r['coder']}: {', '.join(r['newer_codes'])})"
        for r in records
        if r["newer_codes"] and r["status"] == "done"
    ]
    yield "Done before these codes came", newer
    yield "Done by two or more, and no consensus that is done", _disagreeing(records)


def _without_transcript(ask: Ask, within: Scope) -> list[str]:
    return [
        f"{unit.case} {ask.named('perspective', unit.perspective)}"
        for unit in within.units
        if unit.held and unit.transcript is None
    ]


def _disagreeing(records: Sequence[Record]) -> list[str]:
    done: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if record["status"] == "done":
            done[record["transcript"]].add(record["coder"])
    return [name for name, coders in done.items() if len(coders) > 1 and CONSENSUS not in coders]
