"""Which codes a report on steps is about."""

from __future__ import annotations

from qcode.analysis.levels import dimension
from qcode.analysis.scope import Scope


def leaves(within: Scope, under: str | None = None) -> list[str]:
    """The leaf codes with a row, of one branch where that is named. Raises UnknownName."""
    book = within.study.codebook
    branch = book.subtree[book.find(under).id] if under else None
    found = dimension(within, "code", leaves=True).levels
    return [code for code in found if code and (branch is None or code in branch)]


def steps(within: Scope, under: str | None = None) -> list[str]:
    """The leaf codes of a branch; without one those that belong to a phase by definition, or all where none does."""
    found, book = leaves(within, under), within.study.codebook.by_id
    phased = [code for code in found if code in book and book[code].phase]
    return found if under else phased or found
