"""In what order steps come: within one transcript by phase and place, and which step follows which.

The phase is that of the section in which a passage begins, not the code's own: else a step would come in its phase by
definition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from qcode.analysis.cooccurrence import PairStates
from qcode.analysis.levels import dimension
from qcode.analysis.meta import facts
from qcode.analysis.scope import Scope, scope
from qcode.analysis.spans import Passage, by_transcript
from qcode.analysis.spans import evidence as segments
from qcode.analysis.states import Behind, Pairs, State
from qcode.analysis.steps import steps
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit

Told = Sequence[Passage]  # what begins at one place: no order among these


@dataclass(frozen=True, slots=True)
class Transition:
    """One step right after another, within a transcript: how often, in how many transcripts and cases."""

    count: int
    transcripts: int
    cases: int
    state: State
    complete: bool
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Process:
    """The order of the steps told in each transcript. `phases`: of sections, None last: what stands in none.

    `transcripts`: of every case all that were held, in natural order, those without a step too.
    """

    codes: Sequence[str]
    phases: Sequence[str | None]
    order: Mapping[str, Sequence[Told]]
    transcripts: Mapping[str, Sequence[str]]
    states: Mapping[str, tuple[State, bool]]
    meta: Mapping[str, Any] = field(default_factory=dict)

    def cell(self, transcript: str, phase: str | None) -> list[Told]:
        """What is told there, in order."""
        return [told for told in self.order.get(transcript, ()) if told[0].section_phase == phase]

    def records(self) -> Iterator[dict[str, Any]]:
        """One per passage. `position`: from 1; the same for what begins at the same place."""
        for name, order in self.order.items():
            for position, told in enumerate(order, 1):
                for passage in told:
                    yield {
                        "case": passage.case, "transcript": name, "perspective": passage.perspective,
                        "phase": passage.section_phase, "position": position, "code": passage.code,
                        "valence": passage.valence, "line": passage.line, "start": passage.start, "end": passage.end,
                        "segments": passage.ids,
                    }  # fmt: skip


def process(
    study: Study, rows: Iterable[Row], units: Iterable[Unit], selection: Selection, *, under: str | None = None
) -> Process:
    """The steps in the order in which each transcript tells them. Raises UnknownName for a branch that isn't there."""
    return _process(scope(study, rows, units, selection), under)


def transitions(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    *,
    under: str | None = None,
    evidence: bool = False,
) -> tuple[Process, Mapping[tuple[str, str], Transition]]:
    """The process, and for each two steps how often the second comes right after the first, never or not known."""
    within = scope(study, rows, units, selection)
    found = _process(within, under)
    met: dict[tuple[str, str], list[tuple[Passage, Passage]]] = defaultdict(list)
    for order in found.order.values():
        for one, other in _following(order):
            met[one.code, other.code].append((one, other))
    states = PairStates(within, one_perspective=True)
    pairs = {}
    for pair in ((a, b) for a in found.codes for b in found.codes if a != b):
        these = met.get(pair, [])
        state, complete = states.of(*pair, bool(these))
        places, cases = {one.transcript for one, _ in these}, {one.case for one, _ in these}
        ids = tuple(segments(passage for both in these for passage in both)) if evidence else ()
        pairs[pair] = Transition(len(these), len(places), len(cases), state, complete, ids)
    return found, pairs


def _process(within: Scope, under: str | None) -> Process:
    codes = steps(within, under)
    phases = _phases(within, codes)
    at = {phase: number for number, phase in enumerate(phases)}
    rank = {code: number for number, code in enumerate(codes)}

    def place(passage: Passage) -> tuple[int, int]:
        return at[passage.section_phase], passage.start

    order = {}
    for name, passages in by_transcript(within.rows, codes).items():
        ordered = sorted(passages, key=lambda passage: (*place(passage), rank[passage.code]))
        order[name] = [tuple(told) for _, told in groupby(ordered, key=place)]
    behind = Behind(within, leaves=True)
    texts: dict[str, list[str]] = {case: [] for case in within.cases}
    states: dict[str, tuple[State, bool]] = {}
    for unit in within.units:
        if unit.held and unit.transcript:
            texts[unit.case].append(unit.transcript)
            pairs: Pairs = (("transcript", unit.transcript),)
            states[unit.transcript] = behind.state(pairs, tuple(codes), unit.transcript in order)
    names = [name for name in dimension(within, "transcript").levels if name]
    sorted_ = {case: sorted(mine, key=names.index) for case, mine in texts.items()}
    return Process(codes, phases, order, sorted_, states, facts(within, "passages"))


def _phases(within: Scope, codes: Sequence[str]) -> list[str | None]:
    """The phases of sections in their order; none at all only where a step stands in none."""
    wanted = frozenset(codes)
    met = {row.section_phase for row in within.rows if row.code in wanted}
    found = dimension(within, "section-phase").levels
    return [phase for phase in found if phase is not None or None in met]


def _following(order: Sequence[Told]) -> Iterator[tuple[Passage, Passage]]:
    """Each step with each other one that comes next. Nothing is next to what stands in no phase but its like."""
    for told, following in pairwise(order):
        if (told[0].section_phase is None) != (following[0].section_phase is None):
            continue
        yield from ((one, other) for one in told for other in following if one.code != other.code)
