"""The kinds of report: each takes what is asked, analyses and tells it. All faces of qcode call them here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from inspect import signature
from typing import Any

from qcode.analysis.levels import label
from qcode.analysis.scope import Scope, scope
from qcode.core.errors import Problem, UnknownName
from qcode.core.model import Study
from qcode.core.query import Selection
from qcode.core.refused import Refused
from qcode.core.rows import Row, Unit
from qcode.core.words import NONE
from qcode.report.document import Block, Document
from qcode.report.gate import gated, records_of
from qcode.report.wording import counted, said

# By the name of the kind: the module here that holds a function of that name.
KINDS = {
    "patterns": "tables",
    "matrix": "tables",
    "cases": "tables",
    "frequencies": "amounts",
    "coverage": "amounts",
    "cooccurrence": "cooccurrence",
    "valence": "steps",
    "process": "steps",
    "configurations": "configurations",
    "saturation": "course",
    "portrait": "course",
    "agreement": "agreement",
    "perspectives": "perspectives",
    "compare": "compare",
    "quotes": "retrieved",
    "framework": "framework",
    "typology": "typology",
    "codebook": "appendix",
    "memos": "memoranda",
    "progress": "progress",
    "audit": "audit",
}
EVERY_CASE = {"cases", "portrait", "agreement", "compare", "memos", "progress", "audit"}  # studied or not


@dataclass(frozen=True)
class Ask:
    """What a report is asked about: a study, its codings and interviews, which of them, and how levels are called.

    `shared`: the report leaves the team. Then the study and rows are those that core.privacy makes of them.
    `problems`: what `check` finds in the whole study; `refused`: what the consensus decided against in it.
    """

    study: Study
    rows: Sequence[Row] = field(repr=False)
    units: Sequence[Unit] = field(repr=False)
    selection: Selection
    language: str | None = None
    ids: bool = False
    commit: str | None = None
    shared: bool = False
    problems: Callable[[], Sequence[Problem]] = field(default=tuple, repr=False)
    refused: Callable[[], Iterable[Refused]] = field(default=tuple, repr=False)

    @cached_property
    def scope(self) -> Scope:
        """The codings, interviews and cases that count."""
        return scope(self.study, self.rows, self.units, self.selection)

    @property
    def silent(self) -> bool:
        """Whether no word of a respondent may be shown."""
        return self.shared and self.study.settings.privacy.quotes == "none"

    @property
    def least(self) -> int:
        """Counts smaller than this may not be shown; 0 where all may."""
        return self.study.settings.privacy.minimum_cell if self.shared else 0

    def told(self, records: Sequence[Mapping[str, Any]], blocks: Sequence[Block]) -> Sequence[Mapping[str, Any]]:
        """The records, or where small counts are hidden only what the tables say: the gate sees nothing else."""
        return [*records_of(blocks)] if self.least else records

    @property
    def spoken(self) -> str:
        """The language asked for, else that of the study."""
        return self.language or self.study.language

    def say(self, english: str, **values: object) -> str:
        """Words of ours in that language."""
        return said(self.spoken, english, **values)

    def count(self, number: int, noun: str) -> str:
        """`3 passages`, in that language."""
        return counted(self.spoken, number, noun)

    def named(self, dimension: str, level: str | None) -> str:
        """What a level is called: in the language asked for, or by its id."""
        if self.ids:
            return level or NONE
        return label(self.study, dimension, level, self.spoken)


def document(kind: str, ask: Ask, **options: Any) -> Document:
    """The report of that kind, its options those of the kind's own function. Raises UnknownName, QcodeError."""
    report = function_of(kind)
    known = [*signature(report).parameters][1:]
    if strange := next((name for name in options if name not in known), None):
        raise UnknownName(f"option of '{kind}'", strange, known)
    if kind in EVERY_CASE:
        ask = replace(ask, selection=replace(ask.selection, all_cases=True))
    made = report(ask, **options)
    if ask.shared:
        made = gated(made, ask.study.settings.privacy)
    made = replace(made, meta={**made.meta, "commit": ask.commit})
    return replace(made, notes=[*made.notes, made.told])


def function_of(kind: str) -> Callable[..., Document]:
    """The function that makes a report of that kind. Raises UnknownName."""
    if kind not in KINDS:
        raise UnknownName("report", kind, list(KINDS))
    found: Callable[..., Document] = getattr(import_module(f"qcode.report.{KINDS[kind]}"), kind)
    return found
