"""Rules on the decisions on the codebook, and on what they left to do."""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.check_cases import observations, place_of, shown_by
from qcode.core.decisions import OPERATIONS
from qcode.core.facts import Facts, Finding, first_place, quoted
from qcode.core.facts import place_of as file_of


def unknown_operation(facts: Facts) -> Iterator[Finding]:
    """A decision on the codebook says an operation that there is not."""
    for decision in facts.study.ledger.decisions:
        if decision.operation not in OPERATIONS:
            hint = f"One of: {', '.join(OPERATIONS)}."
            yield Finding(decision.where, f"unknown operation '{decision.operation}'", hint)


def unsettled_split(facts: Facts) -> Iterator[Finding]:
    """A coding, a decision against one or an observation names a code that was split since, as on another branch."""
    for entry in facts.entries:
        parts = facts.split.get(entry.code)
        if parts:
            named = entry.segment.id or quoted(entry.segment.quote, 30)
            message = f"coding {named} is under '{entry.code}', which was split into {', '.join(parts)}"
            yield Finding(entry.where, message, f"Settle it: qcode codebook split {entry.code} --continue.")
    for codings, segment in facts.segments:
        for code in dict.fromkeys(map(facts.book.resolve, segment.against)):
            if parts := facts.split.get(code):
                named = segment.id or quoted(segment.quote, 30)
                message = f"segment {named} is decided against '{code}', which was split into {', '.join(parts)}"
                where = first_place(segment.where, file_of(codings))
                yield Finding(where, message, f"Settle it: qcode codebook split {code} --continue.")
    for case, observation in observations(facts):
        for code in dict.fromkeys(map(facts.book.resolve, (*observation.illustrates, *observation.steps))):
            if parts := facts.split.get(code):
                message = f"observation '{observation.id}' names '{code}', which was split into {', '.join(parts)}"
                shown = [part for part in parts if part in shown_by(facts, observation)] or parts
                hint = f"Name in its place what its evidence shows: {' or '.join(shown)}."
                yield Finding(place_of(case, observation), message, hint)
