"""The cases of a study, studied or not: their interviews, and how much was coded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from qcode.analysis.counting import codings
from qcode.analysis.meta import facts
from qcode.analysis.passages import passages
from qcode.analysis.scope import Scope, scope
from qcode.core.model import Case, Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit


@dataclass(frozen=True)
class Cases:
    """A record per case, in natural order, and the names of the attributes in them."""

    records: Sequence[dict[str, Any]]
    attributes: Sequence[str]
    meta: Mapping[str, Any] = field(default_factory=dict)


def cases(study: Study, rows: Iterable[Row], units: Iterable[Unit], selection: Selection) -> Cases:
    """All cases that the selection leaves in. What is said of interviews doesn't depend on it; passages do."""
    within = scope(study, rows, units, selection, unstudied=True)
    chosen = [study.case_by_id[case] for case in within.cases]
    attributes = list(dict.fromkeys(name for case in chosen for name in case.attributes))
    counts = _passages(within)
    records = [_record(study, case, counts.get(case.id, 0), attributes) for case in chosen]
    return Cases(records, attributes, facts(within, "passages"))


def _record(study: Study, case: Case, count: int, attributes: Iterable[str]) -> dict[str, Any]:
    own = {
        "case": case.id,
        "outcome": case.outcome,
        "interviews_planned": sum(interview.planned for interview in case.interviews),
        "interviews_held": sum(interview.held for interview in case.interviews),
        "perspectives": list(case.held),
        "studied": study.studied(case),
        "passages": count,
    }
    # An attribute called `case` or `passages` doesn't take the place of what is meant by that.
    return own | {name: case.attributes.get(name) for name in attributes if name not in own}


def _passages(within: Scope) -> dict[str, int]:
    columns = ("case", "transcript", "start", "end")
    found = codings(within.rows, within.study, columns)
    counted = passages(found.frame.with_columns(row=nw.col("case"), col=nw.lit(""), split=nw.lit("")), ())
    return {case: int(value) for case, value in found.rows(counted.select("row", "value"))}
