"""What the consensus made of the passages on which coders differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from qcode.analysis.agreement import Difference
from qcode.core.model import CONSENSUS
from qcode.core.refused import Refused
from qcode.core.rows import Row
from qcode.core.table import Table

_ASKED = ("id", "transcript", "code", "valence", "start", "end")  # of a coding


class Settled(NamedTuple):
    """How a difference is settled: the consensus gave the passage the code, with these valences, or decided against it.

    `ids`: the segments that say so, None for one without an id.
    """

    how: Literal["coded", "against"]
    valences: frozenset[str]
    ids: tuple[str | None, ...]


def settled(differences: Sequence[Difference], rows: Iterable[Row], refused: Iterable[Refused]) -> list[Settled | None]:
    """For each difference how the consensus settled it, by what shares a character with it; None: not yet.

    A coding goes before a decision against it. A difference with the consensus itself is never settled.
    """
    given: dict[tuple[str, str], list[Row]] = defaultdict(list)
    against: dict[tuple[str, str], list[Refused]] = defaultdict(list)
    table = Table.of(rows)
    for row in table.where(table.holding("coder", CONSENSUS.__eq__)).rows(_ASKED):
        if row.start is not None:
            given[row.transcript, row.code].append(row)
    for one in refused:
        against[one.transcript, one.code].append(one)
    return [_settled(one, given, against) for one in differences]


def _settled(
    one: Difference, given: dict[tuple[str, str], list[Row]], against: dict[tuple[str, str], list[Refused]]
) -> Settled | None:
    if CONSENSUS in one.coders:
        return None
    place = one.rows[0].transcript, one.code
    start, end = min(row.start or 0 for row in one.rows), max(row.end or 0 for row in one.rows)
    rows = [row for row in given[place] if (row.start or 0) < end and start < (row.end or 0)]
    if rows:
        return Settled("coded", frozenset(filter(None, (row.valence for row in rows))), _ids(row.id for row in rows))
    refused = [other for other in against[place] if other.start < end and start < other.end]
    return Settled("against", frozenset(), _ids(other.id for other in refused)) if refused else None


def _ids(ids: Iterable[str | None]) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys(ids))
