"""Which codings and which interviews a command is about: one value, made once from its flags.

Codings are chosen where the selection is true of them. Units and levels are kept unless it is false, since of those
it is unknown what it says of codings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from qcode.core.codebook import Codebook
from qcode.core.columns import Coded, Column, Mask
from qcode.core.expr import And, Expr, Not, Or, Test, Truth, compiled, parse
from qcode.core.model import Study
from qcode.core.names import DIMENSIONS, OF_CODINGS, OF_UNITS, Names, Value
from qcode.core.rows import FOUND, Row, Unit, by_transcript, done_with
from qcode.core.table import Table

EVERYTHING = And(())


@dataclass(frozen=True, slots=True)
class Selection:
    """What a command is about. An empty tuple: all. Make one with `selection`, which knows the study's names.

    `codes` holds a branch together with all below it. `coders` is more than a filter: these count, and no others.
    """

    cases: tuple[str, ...] = ()
    phases: tuple[Value, ...] = ()
    perspectives: tuple[Value, ...] = ()
    outcomes: tuple[Value, ...] = ()
    coders: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    where: Expr = EVERYTHING
    all_cases: bool = False

    @property
    def expr(self) -> Expr:
        """All that is asked, as one expression."""
        flags = {
            "case": self.cases,
            "phase": self.phases,
            "perspective": self.perspectives,
            "outcome": self.outcomes,
            "coder": self.coders,
            "code": self.codes,
        }
        return And((*(Test(name, frozenset(values)) for name, values in flags.items() if values), self.where))


def selection(
    study: Study,
    *,
    cases: Sequence[str] = (),
    phases: Sequence[str] = (),
    perspectives: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    coders: Sequence[str] = (),
    codes: Sequence[str] = (),
    where: str | None = None,
    all_cases: bool = False,
) -> Selection:
    """The selection that these flags mean in this study. Raises UnknownName or QcodeError for what it doesn't know."""
    names = Names(study)

    def known(name: str, given: Sequence[str]) -> tuple[Value, ...]:
        return tuple(dict.fromkeys(names.value(name, value) for value in given))

    branches = [names.branch(code) for code in codes]
    return Selection(
        cases=tuple(v for v in known("case", cases) if v),
        phases=known("phase", phases),
        perspectives=known("perspective", perspectives),
        outcomes=known("outcome", outcomes),
        coders=tuple(v for v in known("coder", coders) if v),
        codes=tuple(sorted(frozenset[str]().union(*branches))),
        where=parse(where, study) if where is not None else EVERYTHING,
        all_cases=all_cases,
    )


def select_rows(study: Study, rows: Iterable[Row], selection: Selection) -> Table:
    """The codings selected, of studied cases unless it says all; `counted` anew where it names the coders."""
    table = Table.of(rows)
    if selection.expr not in (EVERYTHING, And((EVERYTHING,))):
        table = table.where(_holding(study, table, selection.expr))
    if not selection.all_cases:
        cases = {case.id for case in study.cases if study.studied(case)}
        table = table.where(table.holding("case", cases.__contains__))
    if not selection.coders:
        return table
    gone = {f"{case.id}/{stem}" for case in study.cases for stem in case.withdrawn}

    def counted() -> Column:
        places = zip(table.column("state"), table.column("transcript"), strict=True)
        return [state in FOUND and name not in gone for state, name in places]

    return table.with_column("counted", counted)


def _holding(study: Study, table: Table, expr: Expr) -> Mask:
    """Of which rows an expression is true: asked once for all that have the same values."""
    names = sorted({*_columns(expr)}) or ["case"]
    holds = compiled(expr, lambda test: _on_values(study, test, names))
    if len(names) == 1:
        return table.holding(names[0], lambda value: holds((value,)) is True)
    return Coded.of(zip(*map(table.column, names), strict=True)).holding(lambda key: holds(key) is True)


def _columns(expr: Expr) -> Iterator[str]:
    """The columns of codings that an expression asks for: of what a case is, by the case."""
    if isinstance(expr, Test):
        yield _column(expr.name) if expr.name in DIMENSIONS else "case"
        return
    for part in (expr.part,) if isinstance(expr, Not) else expr.parts:
        yield from _columns(part)


def _column(dimension: str) -> str:
    return dimension.replace("-", "_")


def select_units(study: Study, units: Iterable[Unit], selection: Selection) -> list[Unit]:
    """The units that the selection doesn't rule out; `done` anew where it names the coders."""
    holds = compiled(selection.expr, lambda test: _on_unit(study, test))
    chosen = [unit for unit in units if holds(unit) is not False and (selection.all_cases or unit.studied)]
    if not selection.coders:
        return chosen
    sets = by_transcript(study)
    return [unit._replace(done=done_with(sets.get(unit.transcript or "", ()), selection.coders)) for unit in chosen]


def keeps_level(selection: Selection, dimension: str, level: Value) -> bool:
    """Whether a level of a dimension can still have something in it."""

    def on_level(test: Test) -> Callable[[Value], Truth]:
        return lambda value: (value in test.values) if test.name == dimension else None

    return compiled(selection.expr, on_level)(level) is not False


def _on_values(study: Study, test: Test, names: Sequence[str]) -> Callable[[tuple[Value, ...]], Truth]:
    values = test.values
    if test.name in DIMENSIONS:
        at = names.index(_column(test.name))
        return lambda row: row[at] in values
    of_case, case = study.attribute(test.name), names.index("case")
    return lambda row: of_case.get(row[case] or "") in values


def _on_unit(study: Study, test: Test) -> Callable[[Unit], Truth]:
    values = test.values
    if test.name in OF_CODINGS:
        return lambda unit: None
    if test.name in OF_UNITS:
        at = Unit._fields.index(test.name)
        return lambda unit: unit[at] in values
    of_case = study.attribute(test.name)
    return lambda unit: of_case.get(unit.case) in values


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
