"""Rules on the decisions on the codebook, and on what they left to do."""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.decisions import OPERATIONS
from qcode.core.facts import Facts, Finding, quoted


def unknown_operation(facts: Facts) -> Iterator[Finding]:
    """A decision on the codebook says an operation that there is not."""
    for decision in facts.study.ledger.decisions:
        if decision.operation not in OPERATIONS:
            hint = f"One of: {', '.join(OPERATIONS)}."
            yield Finding(decision.where, f"unknown operation '{decision.operation}'", hint)


def unsettled_split(facts: Facts) -> Iterator[Finding]:
    """A coding is still under a code that was split since, as when it was made on another branch."""
    for entry in facts.entries:
        parts = facts.split.get(entry.code)
        if parts:
            named = entry.segment.id or quoted(entry.segment.quote, 30)
            message = f"coding {named} is under '{entry.code}', which was split into {', '.join(parts)}"
            yield Finding(entry.where, message, f"Settle it: qcode codebook split {entry.code} --continue.")
