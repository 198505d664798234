"""What it means that a cell is empty: by the interviews behind it (docs/format.md, Empty cells)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import inf
from typing import Literal, NamedTuple

from qcode.analysis.levels import of_units
from qcode.analysis.scope import Scope
from qcode.core.codebook import Codebook
from qcode.core.rows import Unit

State = Literal["value", "zero", "uncoded", "not-interviewed", "n/a"]
Pairs = tuple[tuple[str, str | None], ...]  # the levels that a cell fixes of dimensions that interviews have

NOT_DONE = -1.0


class Trait(NamedTuple):
    """All that a state asks of an interview. `ready`: the newest codebook version someone coded it wholly with."""

    perspective: str | None
    held: bool
    ready: float


class _Group(NamedTuple):
    traits: frozenset[Trait]
    cases: frozenset[str]


class Behind:
    """The interviews behind each cell, grouped once for each set of dimensions that cells fix."""

    def __init__(self, scope: Scope, *, leaves: bool = False) -> None:
        self.scope = scope
        self.leaves = leaves
        self._found: dict[Pairs, _Group | None] = {}
        self._grouped: dict[tuple[str, ...], Mapping[tuple[str | None, ...], _Group]] = {}
        self._judged = lru_cache(maxsize=None)(self._judge)

    def studied(self, pairs: Pairs) -> int:
        """How many cases have an interview there that was held."""
        group = self._group(pairs)
        return len(group.cases) if group else 0

    def state(self, pairs: Pairs, codes: Sequence[str], counted: bool) -> tuple[State, bool]:
        """The state of a cell of these codes, and whether all that was held is coded. None: all, or those selected."""
        group = self._group(pairs)
        return self._judged(group.traits if group else self._unplanned(pairs), tuple(codes), counted)

    def _judge(self, traits: frozenset[Trait], codes: tuple[str, ...], counted: bool) -> tuple[State, bool]:
        """Asked once for all cells that have the same behind them, as thousands of cases have."""
        rule = _Rule(self.scope.study.codebook, codes or self.scope.selection.codes, self.leaves)
        return judged(traits, rule, counted)

    def _unplanned(self, pairs: Pairs) -> frozenset[Trait]:
        """Where no interview is behind a cell: one not held, of each perspective that could be."""
        fixed = dict(pairs)
        possible = (fixed["perspective"],) if "perspective" in fixed else self.scope.perspectives
        return frozenset(Trait(perspective, False, NOT_DONE) for perspective in possible)

    def _group(self, pairs: Pairs) -> _Group | None:
        if pairs not in self._found:
            names = tuple(name for name, _ in pairs)
            if names not in self._grouped:
                self._grouped[names] = self._by(names)
            self._found[pairs] = self._grouped[names].get(tuple(level for _, level in pairs))
        return self._found[pairs]

    def _by(self, names: tuple[str, ...]) -> Mapping[tuple[str | None, ...], _Group]:
        values = [of for name in names if (of := of_units(self.scope.study, name))]
        grouped: dict[tuple[str | None, ...], list[Unit]] = defaultdict(list)
        for unit in self.scope.units:
            grouped[tuple(of(unit) for of in values)].append(unit)
        return {
            levels: _Group(frozenset(map(trait, units)), frozenset(unit.case for unit in units if unit.held))
            for levels, units in grouped.items()
        }


class _Rule:
    """Where a code, or any of several, applies, and since which version of the codebook. No codes: everywhere, ever."""

    def __init__(self, book: Codebook, codes: Sequence[str], leaves: bool) -> None:
        self.book = book
        self.codes = codes
        self.leaves = leaves

    def applying(self, perspective: str | None) -> list[str]:
        return [code for code in self.codes if self.book.applies(code, perspective or "")]

    def applies(self, perspective: str | None) -> bool:
        return not self.codes or bool(self.applying(perspective))

    def since(self, perspective: str | None) -> int:
        return max((self._since(code, perspective or "") for code in self.applying(perspective)), default=0)

    def _since(self, code: str, perspective: str) -> int:
        own = self.book.by_id.get(code)
        if self.leaves and own:
            return 0 if own.retired else own.since
        return self.book.since(code, perspective)


def trait(unit: Unit) -> Trait:
    """What the states ask of an interview. One without a transcript can't have been coded."""
    versions = [inf if version is None else float(version) for _, version in unit.done]
    return Trait(unit.perspective, unit.held, max(versions, default=NOT_DONE) if unit.transcript else NOT_DONE)


def judged(traits: frozenset[Trait], rule: _Rule, counted: bool) -> tuple[State, bool]:
    """The state of a cell over these interviews, and whether all of them that were held are coded."""
    applicable = [trait for trait in traits if rule.applies(trait.perspective)]
    held = [trait for trait in applicable if trait.held]
    complete = all(trait.ready >= rule.since(trait.perspective) for trait in held)
    if counted:
        return "value", complete
    if not applicable:
        return "n/a", complete
    if not held:
        return "not-interviewed", complete
    return ("zero" if complete else "uncoded"), complete
