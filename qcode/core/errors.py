"""Faults of a request are exceptions; faults in a user's files are values, collected and shown together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Where(NamedTuple):
    """A place in a file: path from the study's root, line and column from 1 (0: the file as a whole)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file. `stops`: the file can't be read for what it is, so commands that need it stop."""

    rule: str
    severity: Severity
    where: Where
    message: str
    hint: str = ""
    stops: bool = False


class QcodeError(Exception):
    """Wrong use or bad input: one line of what is wrong, one of what to do. Exit status 2."""

    def __init__(self, message: str, *, where: Where | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint


class UnknownName(QcodeError):
    """A name that is not declared, with the nearest that is."""

    def __init__(self, kind: str, name: str, known: list[str], *, hint: str = "") -> None:
        import difflib

        near = difflib.get_close_matches(name.casefold(), [k.casefold() for k in known], n=1, cutoff=0.5)
        nearest = next((k for k in known if near and k.casefold() == near[0]), None)
        if not hint:
            hint = f"Did you mean '{nearest}'?" if nearest else f"Known: {', '.join(known[:20]) or 'none'}."
        super().__init__(f"unknown {kind} '{name}'", hint=hint)


class UnreadableStudy(QcodeError):
    """A file that this command needs can't be read; carries the first fault and how many there are."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        more = f" ({len(problems) - 1} more: qcode check)" if len(problems) > 1 else ""
        super().__init__(first.message + more, where=first.where, hint=first.hint)


def refuse(faults: Iterable[Problem]) -> None:
    """Raise UnreadableStudy when one of these faults keeps a file from being read."""
    stopping = [fault for fault in faults if fault.stops]
    if stopping:
        raise UnreadableStudy(stopping)
