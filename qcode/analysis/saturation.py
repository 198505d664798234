"""When interviews stop bringing new codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qcode.analysis.levels import dimension
from qcode.analysis.meta import facts
from qcode.analysis.scope import Scope, scope
from qcode.analysis.states import Behind
from qcode.analysis.steps import leaves
from qcode.core.errors import QcodeError
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit

_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview in order. `codes`: found in it; `new`: in none before it; `cumulative`: in it or before it.

    `run_new`: new in the run of interviews that ends with it; `ratio`: that, of the codes of the base; None in the base
    and where no run is full yet, or the base has no code. `complete`: it is wholly coded.
    """

    transcript: str
    date: str | None
    codes: tuple[str, ...]
    new: tuple[str, ...]
    cumulative: int
    run_new: int | None
    ratio: float | None
    complete: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Saturation:
    """`by_date`: else the order is that of cases and transcripts. `waiting`: transcripts that are not coded yet.

    `reached`: how many interviews stand before the first run that brings little enough; None where none does.
    """

    interviews: Sequence[Interview]
    base: int
    run: int
    threshold: float
    by_date: bool
    waiting: Sequence[str]
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def base_codes(self) -> int:
        """How many codes the base has."""
        some = self.interviews[: self.base]
        return some[-1].cumulative if some else 0

    @property
    def reached(self) -> int | None:
        return next(
            (
                at - self.run
                for at, interview in enumerate(self.interviews, 1)
                if interview.ratio is not None and interview.ratio <= self.threshold
            ),
            None,
        )


def saturation(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    *,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    under: str | None = None,
) -> Saturation:
    """New leaf codes per interview, and the new information ratio of each run.

    Guest, Namey & Chen (2020, doi 10.1371/journal.pone.0232076): the codes that a run of interviews is the first to
    have, divided by the codes of the base; runs follow each other by one interview. Raises UnknownName, QcodeError.
    """
    if base < 1 or run < 1:
        raise QcodeError("base and run are numbers of interviews", hint="Give 1 or more: --base 4 --run 2.")
    within = scope(study, rows, units, selection)
    order, by_date = _order(within)
    codes = leaves(within, under)
    wanted = frozenset(codes)
    of_text: dict[str, list[Row]] = defaultdict(list)
    for row in within.rows.rows(("transcript", "code", "id")):
        if row.code in wanted:
            of_text[row.transcript].append(row)
    behind = Behind(within, leaves=True)
    states = {name: behind.state((("transcript", name),), tuple(codes), name in of_text) for name in order}
    waiting = [name for name in order if states[name][0] not in ("value", "zero")]
    seen: dict[str, None] = {}
    news: list[int] = []
    interviews: list[Interview] = []
    for name in order:
        if name in waiting:
            continue
        here = {row.code for row in of_text[name]}
        new = tuple(code for code in codes if code in here and code not in seen)
        seen |= dict.fromkeys(new)
        news.append(len(new))
        full = len(news) >= base + run
        brought = sum(news[-run:]) if full else None
        of_base = sum(news[:base])
        interviews.append(
            Interview(
                name, _date(study, name), tuple(code for code in codes if code in here), new, len(seen), brought,
                brought / of_base if brought is not None and of_base else None, states[name][1],
                tuple(dict.fromkeys(row.id for row in of_text[name] if row.id)),
            )
        )  # fmt: skip
    return Saturation(interviews, base, run, threshold, by_date, waiting, facts(within, "codes"))


def _order(within: Scope) -> tuple[list[str], bool]:
    """The transcripts of interviews held, by date where all have one; else by case and name."""
    held = {unit.transcript for unit in within.units if unit.held}
    names = [name for name in dimension(within, "transcript").levels if name and name in held]
    dates = {name: _date(within.study, name) for name in names}
    if not all(dates.values()):
        return names, False
    return sorted(names, key=lambda name: dates[name] or ""), True


def _date(study: Study, name: str) -> str | None:
    """The day of an interview, as its transcript or its case says, where that is written YEAR-MM-DD."""
    transcript = study.transcripts[name]
    planned = (i for i in study.case_by_id[transcript.case].interviews if i.transcript is transcript)
    date = transcript.date or next((i.date for i in planned), None)
    return date if date and _DATE.match(date) else None
