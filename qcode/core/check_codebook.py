"""Rules on the codebook."""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.codebook import Code, ids
from qcode.core.errors import Where
from qcode.core.facts import Facts, Finding, first_place, known
from qcode.core.words import is_id, nfc


def code_id(facts: Facts) -> Iterator[Finding]:
    """A code's id holds more than letters, digits, - and _."""
    for code in facts.book.codes:
        if not is_id(code.id):
            yield Finding(_place(facts, code), f"'{code.id}' can't be an id", "Use letters, digits, - and _ only.")


def duplicate_code(facts: Facts) -> Iterator[Finding]:
    """Two codes have one id."""
    seen: set[str] = set()
    for code in facts.book.codes:
        if code.id in seen:
            yield Finding(_place(facts, code), f"code '{code.id}' is there already", "Give one of them another id.")
        seen.add(code.id)


def duplicate_code_key(facts: Facts) -> Iterator[Finding]:
    """Two codes have one key."""
    owners: dict[str, str] = {}
    for code in facts.book.codes:
        if code.key:
            owner = owners.setdefault(code.key.casefold(), code.id)
            if owner != code.id:
                yield Finding(_place(facts, code), f"key '{code.key}' belongs to '{owner}' already", "Give it another.")


def duplicate_alias(facts: Facts) -> Iterator[Finding]:
    """An alias is the id or the alias of another code, so that codings under it go astray."""
    owners: dict[str, str] = {code.id: code.id for code in facts.book.codes}
    for code in facts.book.codes:
        for alias in code.aliases:
            owner = owners.setdefault(alias, code.id)
            if owner != code.id:
                message = f"alias '{alias}' of '{code.id}' means '{owner}' already"
                yield Finding(_place(facts, code), message, "A coding under it would count as that code.")


def duplicate_level(facts: Facts) -> Iterator[Finding]:
    """A phase, perspective, outcome or valence is declared twice."""
    book = facts.book
    dimensions = {
        "phase": book.phases,
        "perspective": book.perspectives,
        "outcome": book.outcomes,
        "valence": book.valences,
    }
    for name, levels in dimensions.items():
        seen: set[str] = set()
        for level in levels:
            if level.id in seen:
                yield Finding(Where(book.path), f"{name} '{level.id}' is declared twice", "Keep one of the two.")
            seen.add(level.id)


def code_parent(facts: Facts) -> Iterator[Finding]:
    """A code stands under one that is not there, or under itself."""
    for code in facts.book.codes:
        if code.parent is not None and code.parent not in facts.book.by_id:
            message = f"'{code.id}' stands under '{code.parent}', which is not there"
            yield Finding(_place(facts, code), message, "Put it under another code, or at the top.")
        elif _circles(facts, code):
            yield Finding(_place(facts, code), f"'{code.id}' stands under itself", "Give one of them another id.")


def replaced_by(facts: Facts) -> Iterator[Finding]:
    """A code is replaced by one that is not there, or by itself."""
    for code in facts.book.codes:
        if code.replaced_by is None:
            continue
        hint = "Name a code that is in use, or take replaced_by: out."
        if facts.book.resolve(nfc(code.replaced_by)) not in facts.book.by_id:
            message = f"'{code.id}' is replaced by '{code.replaced_by}', which is no code"
            yield Finding(_place(facts, code), message, hint)
        elif _replaces_itself(facts, code):
            message = f"'{code.id}' is replaced by '{code.replaced_by}', and in the end by itself"
            yield Finding(_place(facts, code), message, hint)


def phase_of_code(facts: Facts) -> Iterator[Finding]:
    """A code is of a phase that is not declared."""
    declared = ids(facts.book.phases)
    for code in facts.book.codes:
        if code.phase is not None and code.phase not in declared:
            yield Finding(_place(facts, code), f"unknown phase '{code.phase}'", known(declared))


def perspective_of_code(facts: Facts) -> Iterator[Finding]:
    """A code applies to a perspective that is not declared."""
    declared = ids(facts.book.perspectives)
    for code in facts.book.codes:
        for name in code.perspectives or ():
            if name not in declared:
                yield Finding(_place(facts, code), f"unknown perspective '{name}'", known(declared))


def _circles(facts: Facts, code: Code) -> bool:
    seen = {code.id}
    at = code.parent
    while at is not None and at not in seen:
        seen.add(at)
        above = facts.book.by_id.get(at)
        at = above.parent if above else None
    return at is not None


def _replaces_itself(facts: Facts, code: Code) -> bool:
    seen: set[str] = set()
    at: Code | None = code
    while at is not None and at.replaced_by is not None and at.id not in seen:
        seen.add(at.id)
        at = facts.book.by_id.get(facts.book.resolve(nfc(at.replaced_by)))
    return at is not None and at.id == code.id


def _place(facts: Facts, code: Code) -> Where:
    return first_place(code.where, Where(facts.book.path))
