"""What a table counts, in a line under it: so that each number can be told what it is a number of."""

from __future__ import annotations

from typing import Any

from qcode.analysis.scope import Scope
from qcode.core.codebook import Codebook
from qcode.core.expr import And, Expr, Not, Or, Test


def facts(scope: Scope, measure: str) -> dict[str, Any]:
    """Measure, filter, and how many cases, transcripts and codings are behind a table; `commit` is the caller's.

    coders: those whose codings count. not_found: codings that would count, were their words found.
    """
    return {
        "measure": measure,
        "filter": spelled(scope.selection.expr, scope.study.codebook) or None,
        "cases": len(scope.cases),
        "transcripts": len({unit.transcript for unit in scope.units if unit.transcript and unit.held}),
        "coders": sorted({row.coder for row in scope.rows}),
        "codings": len(scope.rows),
        "not_found": len(scope.missing),
        "codebook_version": scope.study.codebook.version,
        "commit": None,
    }


def spelled(expr: Expr, book: Codebook) -> str:
    """An expression as one would type it after --where; empty when it asks nothing."""
    if isinstance(expr, Test):
        return _test(expr, book)
    if isinstance(expr, Not):
        return f"NOT {_inner(expr.part, book)}"
    parts = [part for part in expr.parts if part != And(())]
    if len(parts) == 1:
        return spelled(parts[0], book)
    return (" OR " if isinstance(expr, Or) else " AND ").join(_inner(part, book) for part in parts)


def _inner(expr: Expr, book: Codebook) -> str:
    text = spelled(expr, book)
    simple = isinstance(expr, Not) or (isinstance(expr, Test) and len(expr.values) == 1)
    return text if simple or not (" OR " in text or " AND " in text) else f"({text})"


def _test(test: Test, book: Codebook) -> str:
    values = test.values
    if test.name == "code":  # a branch holds all below it: its own name says so
        values = frozenset(v for v in values if not values.intersection([*book.ancestors(v or "")][1:]))
    ordered = sorted(values, key=lambda value: (value is None, value or ""))
    return " OR ".join(f"{test.name} = {_value(value)}" for value in ordered)


def _value(value: str | None) -> str:
    if value is None:
        return '""'
    bare = value.upper() not in ("AND", "OR", "NOT") and not set(value) & set(" \t\n()=!\"'")
    return value if bare else '"' + value.replace('"', '""') + '"'
