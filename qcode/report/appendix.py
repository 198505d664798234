"""The codebook as an appendix: every code with its definition, examples, and how often it occurs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from qcode.analysis.meta import facts
from qcode.analysis.spans import as_one
from qcode.core.codebook import Code, in_language
from qcode.core.query import keeps_level
from qcode.core.rows import Row
from qcode.core.words import NONE, one_line
from qcode.report.document import Block, Document, Prose
from qcode.report.kinds import Ask

Record = Mapping[str, Any]


def codebook(ask: Ask, under: str | None = None, *, retired: bool = False) -> Document:
    """A heading per code, as deep as it lies. retired: those no longer in use, too."""
    book = ask.study.codebook
    branch = book.subtree[book.find(under).id] if under else None
    codes = [
        code
        for code in book.by_order
        if (branch is None or code.id in branch)
        and keeps_level(ask.selection, "code", code.id)
        and (retired or not code.retired)
    ]
    rows = _by_code(ask)
    records = [_record(ask, code, [row for below in book.subtree[code.id] for row in rows[below]]) for code in codes]
    records = _hidden(ask, records)
    blocks = [block for record in records for block in _told(ask, record)]
    title = ask.say(
        "{name}, version {version}" if book.name else "Codebook version {version}", name=book.name, version=book.version
    )
    none = Prose(ask.say("The codebook has no such code."))
    return Document("codebook", blocks or [none], records, facts(ask.scope, "passages"), title=title)


def _by_code(ask: Ask) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in ask.scope.rows:
        found[row.code].append(row)
    return found


def _record(ask: Ask, code: Code, rows: list[Row]) -> dict[str, Any]:
    """One code; the counts are of it and those below it."""
    language, path = ask.language or ask.study.language, [*ask.study.codebook.ancestors(code.id)][::-1]
    return {
        "code": code.id,
        "key": code.key,
        "label": in_language(code.label, language) or code.id,
        "parent": code.parent,
        "path": "/".join(path),
        "depth": len(path) - 1,
        "phase": code.phase,
        "perspectives": list(code.perspectives) if code.perspectives is not None else None,
        "definition": in_language(code.definition, language),
        "include": in_language(code.include, language),
        "exclude": in_language(code.exclude, language),
        "examples": list(code.examples),
        "aliases": list(code.aliases),
        "since": code.since,
        "retired": code.retired,
        "replaced_by": code.replaced_by,
        "passages": len(as_one(rows)),
        "transcripts": len({row.transcript for row in rows}),
        "cases": len({row.case for row in rows}),
    }


def _hidden(ask: Ask, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the numbers that may not be shown, and those of the codes above them."""
    names = ("passages", "transcripts", "cases")
    small = [record["path"] for record in records if any(0 < record[name] < ask.least for name in names)]
    return [
        record | (dict.fromkeys(names) if any(f"{path}/".startswith(f"{record['path']}/") for path in small) else {})
        for record in records
    ]


def _told(ask: Ask, record: Record) -> Iterator[Block]:
    yield Prose(ask.named("code", record["code"]), min(record["depth"] + 2, 4))
    if record["definition"]:
        yield Prose(one_line(record["definition"]))
    for name, word in (("include", "Includes"), ("exclude", "Excludes")):
        if record[name]:
            yield Prose(one_line(ask.say(f"{word}: {{words}}", words=record[name])))
    for example in record["examples"]:
        yield Prose(one_line(ask.say("Example: “{words}”", words=example)))
    yield Prose(_facts(ask, record))


def _facts(ask: Ask, record: Record) -> str:
    """Where it belongs and how often it occurs, in a line."""
    small = record["passages"] is None
    counts = [] if small else [ask.count(record["passages"], "passage"), ask.count(record["cases"], "case")]
    told = [" in ".join(counts) or "…"]
    if record["phase"]:
        told.append(ask.say("phase: {phase}", phase=ask.named("phase", record["phase"])))
    if record["perspectives"] is not None:
        names = ", ".join(ask.named("perspective", name) for name in record["perspectives"]) or NONE
        told.append(ask.say("of: {perspectives}", perspectives=names))
    if record["since"] > 1:
        told.append(ask.say("since version {version}", version=record["since"]))
    if record["aliases"]:
        told.append(ask.say("before: {aliases}", aliases=", ".join(record["aliases"])))
    if record["retired"]:
        into = record["replaced_by"]
        told.append(ask.say("retired, now {code}", code=ask.named("code", into)) if into else ask.say("retired"))
    return one_line(" · ".join(told))
