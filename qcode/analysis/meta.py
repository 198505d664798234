"""What a table counts, in a line under it: so that each number can be told what it is a number of."""

from __future__ import annotations

from typing import Any

from qcode.analysis.scope import Scope
from qcode.core.query import spelled


def facts(scope: Scope, measure: str) -> dict[str, Any]:
    """Measure, filter, and how many cases, transcripts and codings are behind a table; `commit` is the caller's.

    coders: those whose codings count. not_found: codings that would count, were their words found.
    """
    return {
        "measure": measure,
        "filter": spelled(scope.selection.expr, scope.study.codebook) or None,
        "cases": len(scope.cases),
        "transcripts": len({unit.transcript for unit in scope.units if unit.transcript and unit.held}),
        "coders": sorted(scope.rows.met("coder")),
        "codings": len(scope.rows),
        "not_found": len(scope.missing),
        "codebook_version": scope.study.codebook.version,
        "commit": None,
    }
