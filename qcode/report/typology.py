"""The typology: what recurs, step by step, each told with the cases that illustrate it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from qcode.analysis.abreast import evidence
from qcode.analysis.meta import facts
from qcode.analysis.patterns import patterns
from qcode.analysis.spans import Passage, as_one
from qcode.core.codebook import in_language
from qcode.core.model import Case, Observation
from qcode.core.query import keeps_level, select_rows
from qcode.core.rows import Row
from qcode.core.table import Table
from qcode.core.words import NONE, one_line
from qcode.report.document import Block, Document, Prose, Quote, Quotes
from qcode.report.kinds import Ask
from qcode.report.telling import heading, of_quote, quote

Record = Mapping[str, Any]
_NUMBERS = ("cases", "outcomes", "perspectives", "valences", "passages", "transcripts")  # of a record of patterns


class _Told(NamedTuple):
    """One case told as an example of a step. shown: passages of its evidence coded so; others: how many are not."""

    case: Case
    observation: Observation
    shown: Sequence[Passage]
    others: int


def typology(ask: Ask, under: str | None = None, *, all_evidence: bool = False) -> Document:
    """Per phase, per step: definition, where it occurs, a block per case that illustrates it.

    Steps: the codes that belong to a phase, and others that an observation illustrates. all_evidence: not only the
    evidence that is coded with the step.
    """
    found = patterns(ask.study, ask.rows, ask.units, ask.selection, under)
    chosen = replace(ask.selection, coders=(), all_cases=True)
    rows = _by_case(ask, select_rows(ask.study, ask.rows, chosen))
    steps = [record for record in found.records if _is_step(ask, record)]
    told = {record["code"]: _examples(ask, rows, record["code"], all_evidence=all_evidence) for record in steps}
    return Document(
        "typology",
        [*_chapter(ask, steps, told)] or [Prose(ask.say("No code belongs to a phase, and none is illustrated."))],
        [_record(ask, record, told[record["code"]]) for record in steps],
        facts(ask.scope, "passages"),
    )


def _by_case(ask: Ask, rows: Table) -> Mapping[str, list[Row]]:
    """The codings of each case that has observations."""
    told = {case for case in ask.scope.cases if ask.study.case_by_id[case].observations}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows.where(rows.holding("case", told.__contains__)):
        found[row.case].append(row)
    return found


def _is_step(ask: Ask, record: Record) -> bool:
    in_phase = bool(record["phase"]) and keeps_level(ask.selection, "phase", record["phase"])
    return in_phase or (bool(record["illustrated"]) and not record["phase"])


def _examples(ask: Ask, rows: Mapping[str, list[Row]], code: str, *, all_evidence: bool) -> list[_Told]:
    branch = ask.study.codebook.subtree.get(code, frozenset({code}))
    found = []
    for case in map(ask.study.case_by_id.__getitem__, ask.scope.cases):
        for one in case.observations:
            if branch.intersection(map(ask.study.codebook.resolve, one.illustrates)):
                rests = as_one(evidence(ask.study, rows.get(case.id, ()), case, one))
                shown = [p for p in rests if all_evidence or any(row.code in branch for row in p.rows)]
                found.append(_Told(case, one, shown, len(rests) - len(shown)))
    return found


def _chapter(ask: Ask, steps: Sequence[Record], told: Mapping[str, Sequence[_Told]]) -> Iterator[Block]:
    phases = list(dict.fromkeys(record["phase"] for record in steps))
    order = [level.id for level in ask.study.codebook.phases]
    for phase in sorted(phases, key=lambda name: order.index(name) if name in order else len(order)):
        yield Prose(ask.named("phase", phase) if phase else ask.say("no phase"), 1)
        for record in steps:
            if record["phase"] == phase:
                yield from _step(ask, record, told[record["code"]])


def _step(ask: Ask, record: Record, told: Sequence[_Told]) -> Iterator[Block]:
    code = ask.study.codebook.by_id.get(record["code"])
    yield Prose(ask.named("code", record["code"]), 2)
    definition = in_language(code.definition, ask.language or ask.study.language) if code else ""
    if definition:
        yield Prose(one_line(definition))
    yield from map(Prose, _occurs(ask, record, len(ask.scope.cases)))
    for one in told:
        yield from _example(ask, record["code"], one)
    if not told:
        yield Prose(ask.say("No case is told as an example of it yet."))


def _occurs(ask: Ask, record: Record, cases: int) -> Iterator[str]:
    """Where it occurs, told by whom, and what it did."""
    all_cases = ask.count(cases, "case")
    if _small(ask, record):
        yield ask.say("Found in some of {cases}; its numbers are too small to be shared.", cases=all_cases)
        return
    if not record["cases"]:
        yield ask.say("Found in none of {cases}.", cases=all_cases)
        return
    outcomes = _counts(ask, "outcome", record["outcomes"])
    yield ask.say(
        "Found in {found} of {cases} ({listed}): {outcomes}.",
        found=len(record["cases"]), cases=all_cases, listed=", ".join(record["cases"]), outcomes=outcomes,
    )  # fmt: skip
    perspectives = _counts(ask, "perspective", record["perspectives"])
    yield ask.say("Told by, in cases: {perspectives}.", perspectives=perspectives)
    ours = {"disputed": ask.say("disputed"), "none": ask.say("without valence")}
    kinds = {ours.get(name) or ask.named("valence", name): number for name, number in record["valences"].items()}
    yield f"{ask.count(record['passages'], 'passage')}: {', '.join(f'{n} {name}' for name, n in kinds.items() if n)}."


def _small(ask: Ask, record: Record) -> bool:
    """Whether one of its numbers may not be shown: then none is, so that none can be worked out."""
    groups = (record["outcomes"], record["perspectives"], record["valences"], {"": len(record["cases"])})
    return any(0 < number < ask.least for group in groups for number in group.values())


def _counts(ask: Ask, dimension: str, counts: Mapping[str, int]) -> str:
    named = {name: ask.named(dimension, None if name == "none" else name) for name in counts}
    return ", ".join(f"{number} {named[name]}" for name, number in counts.items() if number)


def _example(ask: Ask, code: str, told: _Told) -> Iterator[Block]:
    case, one = told.case, told.observation
    yield Prose(one_line(f"{heading(ask, case)}. {one.title}"), 3)
    if one.about:
        yield Prose(one_line(one.about))
    for name, words in one.perspectives.items():
        yield Prose(one_line(f"{ask.named('perspective', name)}: {words}"))
    if one.agreement or one.why:
        judged = ask.say(one.agreement) if one.agreement else NONE
        yield Prose(one_line(ask.say("Verdict: {verdict}. {why}", verdict=judged, why=one.why)))
    yield Quotes(
        [_quote(ask, code, passage) for passage in told.shown], empty=ask.say("No quote of its evidence is found.")
    )
    if told.others:
        yield Prose(ask.say("{count} behind it, not coded so.", count=ask.count(told.others, "more passage")))


def _quote(ask: Ask, code: str, passage: Passage) -> Quote:
    """Who says it, what it did, and with which other codes."""
    book = ask.study.codebook
    branch = book.subtree.get(code, frozenset({code}))
    valences = dict.fromkeys(row.valence for row in passage.rows if row.valence and row.code in branch)
    others = dict.fromkeys(row.code for row in passage.rows if row.code not in branch)
    keys = [name if ask.ids or name not in book.by_id else book.by_id[name].key or name for name in others]
    told = quote(ask, passage, codes=[*(ask.named("valence", name) for name in valences), *keys])
    return told._replace(speaker=ask.named("perspective", passage.rows[0].perspective))


def _record(ask: Ask, record: Record, told: Sequence[_Told]) -> dict[str, Any]:
    language = ask.language or ask.study.language
    code = ask.study.codebook.by_id.get(record["code"])
    hidden = dict.fromkeys(_NUMBERS) if _small(ask, record) else {}
    return {
        **record,
        **hidden,
        "of_cases": len(ask.scope.cases),
        "definition": in_language(code.definition, language) if code else "",
        "examples": [
            {
                "case": one.case.id,
                "observation": one.observation.id,
                "title": one.observation.title,
                "about": one.observation.about,
                "perspectives": dict(one.observation.perspectives),
                "agreement": one.observation.agreement,
                "why": one.observation.why,
                "evidence": list(one.observation.evidence),
                "quotes": [of_quote(ask, passage) for passage in one.shown],
                "others": one.others,
            }
            for one in told
        ],
    }
