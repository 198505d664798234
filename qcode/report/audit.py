"""An audit trail to publish: how the codebook came about, by which rules was coded, how far, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qcode.analysis.meta import facts
from qcode.core.decisions import Decision, in_order
from qcode.core.errors import Problem
from qcode.core.words import NONE, one_line, several
from qcode.report.document import Block, Column, Document, Prose, Table
from qcode.report.kinds import Ask
from qcode.report.memoranda import Note, chosen, full
from qcode.report.progress import progress

METHOD = ("rule", "method", "regel", "methode")


def audit(ask: Ask, *, type: str | Sequence[str] = METHOD) -> Document:
    """Versions, decisions, memos of these types, progress, and what check finds. Nothing that isn't in the study.

    Of the records each says under `part` which of these it is of.
    """
    notes, decisions = chosen(ask, several(type)), in_order(ask.study.ledger.require())
    problems = ask.problems()
    done = progress(ask)
    blocks: list[Block] = [
        Prose(ask.say("Versions"), 2), *map(Prose, _versions(ask)),
        Prose(ask.say("Decisions on the codebook"), 2), *_decisions(ask, decisions),
        Prose(ask.say("Rules and method"), 2),
        *(_lower(full(ask, notes)) if notes else [Prose(ask.say("No memos found."))]),
        Prose(ask.say("Coding"), 2), *_lower(done.blocks),
        Prose(ask.say("Problems"), 2), *_problems(ask, [problem.rule for problem in problems]),
    ]  # fmt: skip
    records = [
        *({"part": "version", **record} for record in _by_version(ask)),
        *({"part": "decision", **_decision(one)} for one in decisions),
        *({"part": "memo", **_memo(note)} for note in notes),
        *({"part": "coding", **record} for record in done.records),
        *({"part": "problem", **_problem(ask, one)} for one in problems),
    ]  # fmt: skip
    title = ": ".join(part for part in (ask.say("Audit trail"), ask.study.settings.study) if part)
    return Document("audit", blocks, records, facts(ask.scope, "codings"), title=title)


def _lower(blocks: Iterator[Block] | Sequence[Block]) -> Iterator[Block]:
    """Headings one level down, as parts of this document."""
    for block in blocks:
        yield block._replace(level=min(block.level + 1, 4)) if isinstance(block, Prose) and block.level else block


def _by_version(ask: Ask) -> list[dict[str, Any]]:
    """The codes that each version of the codebook brought."""
    book = ask.study.codebook
    versions = sorted({code.since for code in book.by_order} | {book.version})
    return [
        {"codebook_version": version, "codes": [code.id for code in book.by_order if code.since == version]}
        for version in versions
    ]


def _versions(ask: Ask) -> Iterator[str]:
    book = ask.study.codebook
    named = {"name": book.name or NONE, "version": book.version}
    yield one_line(
        ask.say("Codebook {name}, version {version}, {codes}.", **named, codes=ask.count(len(book.by_order), "code"))
    )
    for record in _by_version(ask):
        if record["codes"] and record["codebook_version"] > 1:
            codes = ", ".join(record["codes"])
            yield one_line(
                ask.say("Version {version} brought {codes}.", version=record["codebook_version"], codes=codes)
            )
    retired = [code.id for code in book.by_order if code.retired]
    if retired:
        yield one_line(ask.say("Retired: {codes}.", codes=", ".join(retired)))


def _decisions(ask: Ask, decisions: Sequence[Decision]) -> Iterator[Block]:
    """What was decided, from the first to the last; the reasons, for there is no room for them in a table, below."""
    if not decisions:
        yield Prose(ask.say("None is written down."))
    for one in decisions:
        into = f" → {', '.join(one.into)}" if one.into else ""
        version = "" if one.codebook_version is None else ask.say("version {version}", version=one.codebook_version)
        facts = " · ".join(part for part in (one.date, one.by, version) if part)
        yield Prose(one_line(f"{facts}: {one.operation} {', '.join(one.codes)}{into}. {one.reason}".strip()))


def _decision(one: Decision) -> Mapping[str, Any]:
    listed = {"codes": list(one.codes), "into": list(one.into)}
    said = {"date": one.date, "by": one.by, "operation": one.operation, **listed, "reason": one.reason}
    return said | {"codebook_version": one.codebook_version}


def _problem(ask: Ask, one: Problem) -> Mapping[str, Any]:
    """Its message may hold words of a quote, so it stays inside."""
    said = {"rule": one.rule, "severity": one.severity, "where": str(one.where)}
    return said if ask.shared else said | {"message": one.message}


def _memo(note: Note) -> Mapping[str, Any]:
    memo = note.memo
    said = {"name": memo.name, "about": memo.about, "type": memo.type, "author": memo.author, "date": memo.date}
    return {**said, "title": memo.title, "text": memo.text}


def _problems(ask: Ask, rules: Sequence[str]) -> Iterator[Block]:
    if not rules:
        yield Prose(ask.say("qcode check finds none."))
        return
    rows = [[rule, str(number)] for rule, number in Counter(rules).items()]
    yield Table([Column("rule", "left", named=True), Column("found", named=True)], rows, rows)
