"""How much of what respondents say is coded: their words and their turns."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from qcode.analysis.cells import TOTAL
from qcode.analysis.levels import Dimension, dimension, of_units
from qcode.analysis.meta import facts
from qcode.analysis.scope import Scope, scope
from qcode.analysis.states import Behind, State
from qcode.core.errors import QcodeError
from qcode.core.layout import Span, front_matter
from qcode.core.model import Study, Transcript
from qcode.core.query import Selection
from qcode.core.rows import Row, Unit, by_transcript

INTERVIEWER = "interviewer"
OF_TEXT = ("code", "coder")  # what codings differ by that may be rows or columns here

# Of a coding, what is asked of it here.
_ASKED = ("id", "transcript", "coder", "code", "start", "end", "turns_from", "turns_to")
_WORD = re.compile(r"\S+")


class Covered(NamedTuple):
    """What the respondents said there, and how much of it is coded."""

    transcripts: int
    turns: int
    turns_coded: int
    words: int
    words_coded: int
    state: State
    complete: bool
    evidence: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Of the words; None of nothing."""
        return self.words_coded / self.words if self.words else None


@dataclass(frozen=True)
class Coverage:
    """A cell per level of the rows, in all (column TOTAL) and with `cols` per level of these; TOTAL is a row too."""

    rows: Dimension
    cols: Dimension | None
    cells: Mapping[tuple[str | None, str | None], Covered]
    evidence: bool
    meta: Mapping[str, Any] = field(default_factory=dict)

    def records(self) -> Iterator[dict[str, Any]]:
        """One per cell; under `total` the dimensions that it sums up, null themselves."""
        names = [self.rows.name, *([self.cols.name] if self.cols else [])]
        for key, cell in self.cells.items():
            at = dict(zip(names, key, strict=False))
            levels = {name: None if level == TOTAL else level for name, level in at.items()}
            summed = [name for name, level in at.items() if level == TOTAL]
            record = levels | cell._asdict() | {"share": cell.share, "evidence": list(cell.evidence)}
            if not self.evidence:
                del record["evidence"]
            yield record | ({"total": summed} if summed else {})


def coverage(
    study: Study,
    rows: Iterable[Row],
    units: Iterable[Unit],
    selection: Selection,
    by: str,
    per: str | None = None,
    *,
    evidence: bool = False,
) -> Coverage:
    """Coverage by transcript, case, perspective, outcome, attribute, code or coder; `per`: code or coder besides.

    Words: white-space separated pieces of what turns say whose speaker is no interviewer; coded where a span touches
    them. Of a coder only the transcripts count in which that coder has a codings file.
    Raises UnknownName, and QcodeError for dimensions that texts don't have.
    """
    within = scope(study, rows, units, selection)
    down, across = dimension(within, by), dimension(within, per) if per else None
    if of_units(study, down.name) is None and down.name not in OF_TEXT:
        raise QcodeError(f"coverage by '{by}' has no meaning", hint="By transcript, case, perspective, code or coder.")
    if across and (across.name not in OF_TEXT or across.name == down.name):
        raise QcodeError(f"coverage per '{per}' has no meaning here", hint="Per code or coder, and by another.")
    count = _Count(within, evidence)
    cols = [*(across.levels if across else ()), TOTAL]
    cells = {
        (row, col): count.cell({down.name: row} | ({across.name: col} if across else {}))
        for row in (*down.levels, TOTAL)
        for col in cols
    }
    return Coverage(down, across, cells, evidence, facts(within, "words"))


class _Said(NamedTuple):
    """The respondents' words of one transcript, where each begins and ends, and which turns are theirs."""

    starts: Sequence[int]
    ends: Sequence[int]
    turns: frozenset[int]


class _Count:
    def __init__(self, within: Scope, evidence: bool) -> None:
        self.scope = within
        self.evidence = evidence
        self.behind = Behind(within)
        self._units = [unit for unit in within.units if unit.held and unit.transcript]
        self._texts = lru_cache(maxsize=None)(self._texts_by)
        self.of_text: dict[str, list[Row]] = defaultdict(list)
        for row in within.rows.rows(_ASKED):
            self.of_text[row.transcript].append(row)
        self.said = lru_cache(maxsize=None)(lambda name: said(within.study.transcripts[name].unkept))
        self.coders = {name: {one.coder for one in sets} for name, sets in by_transcript(within.study).items()}

    def cell(self, at: Mapping[str, str | None]) -> Covered:
        fixed = {name: level for name, level in at.items() if level != TOTAL}
        code, coder = fixed.pop("code", None), fixed.pop("coder", None)
        there = self._texts(tuple(fixed)).get(tuple(fixed.values()), ())
        names = [name for name in there if coder is None or coder in self.coders.get(name, ())]
        codes = self.scope.study.codebook.subtree.get(code, frozenset({code})) if code else None
        turns = turns_coded = words = words_coded = 0
        ids: dict[str, None] = {}
        for name in names:
            text, rows = self.said(name), self._rows(name, codes, coder)
            touched = {turn for row in rows for turn in range(row.turns_from or 0, row.turns_to or 0)}
            turns, words = turns + len(text.turns), words + len(text.starts)
            turns_coded += len(touched & text.turns)
            words_coded += _words(text, [(row.start or 0, row.end or 0) for row in rows])
            ids |= dict.fromkeys(row.id for row in rows if row.id and self.evidence)
        counted = bool(turns_coded or words_coded)
        state, complete = self.behind.state(tuple(fixed.items()), (code,) if code else (), counted)
        return Covered(len(names), turns, turns_coded, words, words_coded, state, complete, tuple(ids))

    def _texts_by(self, names: tuple[str, ...]) -> Mapping[tuple[str | None, ...], Mapping[str, None]]:
        """The transcripts of interviews held, each once and in order, by their levels of these dimensions."""
        values = [of for name in names if (of := of_units(self.scope.study, name))]
        found: dict[tuple[str | None, ...], dict[str, None]] = defaultdict(dict)
        for unit in self._units:
            if unit.transcript:
                found[tuple(of(unit) for of in values)][unit.transcript] = None
        return found

    def _rows(self, name: str, codes: Collection[str] | None, coder: str | None) -> list[Row]:
        return [
            row
            for row in self.of_text[name]
            if (codes is None or row.code in codes) and (coder is None or row.coder == coder)
        ]


def said(transcript: Transcript) -> _Said:
    """What respondents say in it: all turns but the interviewer's; without turns, all of its body as no turn."""
    layout = transcript.layout
    theirs = [turn for turn in layout.turns if turn.role != INTERVIEWER]
    spans = [layout.speech(turn) for turn in theirs] if layout.turns else [body(transcript)]
    starts, ends = array("i"), array("i")
    for start, end in spans:
        for match in _WORD.finditer(transcript.text, start, end):
            starts.append(match.start())
            ends.append(match.end())
    return _Said(starts, ends, frozenset(turn.index for turn in theirs))


def body(transcript: Transcript) -> Span:
    """All of its text but the front matter."""
    head = None if transcript.layout.entries is not None else front_matter(transcript.text)
    return head[1] if head else 0, len(transcript.text)


def _words(text: _Said, spans: Sequence[Span]) -> int:
    """How many words the spans touch, each once."""
    total = past = 0
    for start, end in sorted(spans):
        first = max(bisect_right(text.ends, start), past)
        past = max(bisect_left(text.starts, end), past)
        total += max(past - first, 0)
    return total
