"""How often each code occurs, by every measure at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from qcode.analysis.counting import Codings, codings
from qcode.analysis.levels import dimension
from qcode.analysis.matrix import COLUMNS, MORE, lifted
from qcode.analysis.meta import facts
from qcode.analysis.passages import MEASURES, Frame
from qcode.analysis.scope import Scope, scope
from qcode.analysis.states import Behind
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit
from qcode.core.words import natural

COUNTS = ("passages", "codings", "segments", "turns", "words", "transcripts", "cases")
Counts = Mapping[str, Mapping[str, int]]  # measure, code


@dataclass(frozen=True)
class Frequencies:
    """A record per code in codebook order; `total`: each measure recounted over all of them.

    `complete`: whether all behind the total is coded, as of a record.
    """

    records: Sequence[dict[str, Any]]
    total: Mapping[str, int]
    complete: bool
    meta: Mapping[str, Any] = field(default_factory=dict)


def frequencies(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    *,
    leaves: bool = False,
    evidence: bool = False,
) -> Frequencies:
    """Every measure of every code. `share`: its passages, of all passages (over codes each counts by itself)."""
    within = scope(study, rows, units, selection)
    behind = Behind(within, leaves=leaves)
    found = codings(within.rows, study, [*COLUMNS, *(name for some in MORE.values() for name in some)])
    counts = _counted(found, found.frame if leaves else lifted(found.frame), nw.col("code"), ("code",))
    total = {name: of.get("", 0) for name, of in _counted(found, found.frame, nw.lit("")).items()}
    ids = _ids(within, leaves) if evidence else {}
    codes = tuple(map(str, dimension(within, "code", leaves=leaves).levels))
    records = []
    for code in codes:
        state, complete = behind.state((), (code,), counts["codings"].get(code, 0) > 0)
        known = state in ("value", "zero")
        values: dict[str, Any] = {name: counts[name].get(code, 0) if known else None for name in COUNTS}
        share = values["passages"] / total["passages"] if known and total["passages"] else None
        record = {"code": code, **values, "share": share, "state": state, "complete": complete}
        records.append(record | ({"evidence": ids.get(code, [])} if evidence else {}))
    complete = behind.state((), codes, total["codings"] > 0)[1]
    return Frequencies(records, total, complete, facts(within, "passages"))


def _counted(of: Codings, frame: Frame, code: nw.Expr, apart: Sequence[str] = ()) -> Counts:
    keyed = frame.with_columns(row=code, col=nw.lit(""), split=nw.lit(""))
    found = {name: of.rows(MEASURES[name](keyed, apart).select("row", "value")) for name in COUNTS}
    return {name: {code: int(value) for code, value in values} for name, values in found.items()}


def _ids(within: Scope, leaves: bool) -> dict[str, list[str]]:
    """The segments of each code, in the order of transcripts and text."""
    found: dict[str, dict[str, None]] = {}
    for row in sorted(within.rows, key=lambda row: (natural(row.transcript), row.start or 0)):
        for code in [row.code] if leaves else within.study.codebook.ancestors(row.code):
            if row.id:
                found.setdefault(code, {})[row.id] = None
    return {code: [*ids] for code, ids in found.items()}
