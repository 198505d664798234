"""The levels of a dimension: declared ones in their order, then what was met besides, then none at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from qcode.analysis.scope import Scope
from qcode.core.codebook import Level, ids, in_language
from qcode.core.model import Study
from qcode.core.names import DIMENSIONS, OF_UNITS, Names
from qcode.core.query import keeps_level
from qcode.core.rows import Unit
from qcode.core.words import NONE, natural


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide codings, with its levels in order. None among them: to have no value."""

    name: str
    levels: tuple[str | None, ...]


def dimension(scope: Scope, name: str, *, leaves: bool = False) -> Dimension:
    """The dimension or case attribute of that name, as the selection leaves it. Raises UnknownName."""
    name = Names(scope.study).name(name)
    found = _BY_NAME[name](scope) if name in _BY_NAME else _attribute(scope, name)
    if name == "code":
        found = codes(scope, leaves=leaves)
    return Dimension(name, tuple(level for level in found if keeps_level(scope.selection, name, level)))


def codes(scope: Scope, *, leaves: bool = False) -> list[str | None]:
    """The codes with a row, in codebook order; last those that are in codings only.

    Retired codes only where coded. `leaves`: those that have no children, or codings of their own.
    """
    book = scope.study.codebook
    own = scope.rows.met("code")
    coded = own if leaves else {above for code in own for above in book.ancestors(code)}

    def shown(code: str) -> bool:
        return code in coded or not (book.by_id[code].retired or (leaves and code in book.children))

    strange = sorted(own - book.by_id.keys(), key=natural)
    return [*(code.id for code in book.by_order if shown(code.id)), *strange]


def of_units(study: Study, name: str) -> Callable[[Unit], str | None] | None:
    """What value an interview has of a dimension; None for a dimension that only codings have."""
    if name in OF_UNITS:
        own: Callable[[Unit], str | None] = attrgetter(name)
        return own
    if name in DIMENSIONS:
        return None
    values = study.attribute(name)
    return lambda unit: values.get(unit.case)


def label(study: Study, name: str, level: str | None, language: str) -> str:
    """How a level is called in a language."""
    if level is None:
        return NONE
    if name == "code":
        return study.codebook.title(level, language)
    if name == "coder":
        return study.settings.coders.get(level) or level
    declared = {found.id: found for found in _declared(study).get(name, ())}
    return in_language(declared[level].label, language) or level if level in declared else level


def _declared(study: Study) -> Mapping[str, tuple[Level, ...]]:
    book = study.codebook
    return {
        "perspective": book.perspectives,
        "outcome": book.outcomes,
        "phase": book.phases,
        "section-phase": book.phases,
        "valence": book.valences,
    }


def _ordered(declared: Iterable[str], met: Collection[str | None]) -> list[str | None]:
    first = list(dict.fromkeys(declared))
    others = sorted({level for level in met if level is not None}.difference(first), key=natural)
    return [*first, *others, *([None] if None in met else [])]


def _levels(scope: Scope, name: str, met: Collection[str | None]) -> list[str | None]:
    return _ordered(ids(_declared(scope.study)[name]), met)


def _attribute(scope: Scope, name: str) -> list[str | None]:
    values = scope.study.attribute(name)
    return _ordered((), {values[case] for case in scope.cases})


def _transcripts(scope: Scope) -> list[str | None]:
    found = {unit.transcript for unit in scope.units if unit.transcript}
    return [*sorted(found, key=lambda name: [natural(part) for part in name.split("/", 1)])]


def _outcomes(scope: Scope) -> list[str | None]:
    by_id = scope.study.case_by_id
    return _levels(scope, "outcome", {by_id[case].outcome for case in scope.cases})


_BY_NAME: Mapping[str, Callable[[Scope], list[str | None]]] = {
    "code": codes,
    "case": lambda scope: [*scope.cases],
    "transcript": _transcripts,
    "perspective": lambda scope: _levels(scope, "perspective", {unit.perspective for unit in scope.units}),
    "outcome": _outcomes,
    "phase": lambda scope: _levels(scope, "phase", scope.rows.met("phase")),
    "section-phase": lambda scope: _levels(scope, "section-phase", scope.rows.met("section_phase")),
    "valence": lambda scope: _levels(scope, "valence", scope.rows.met("valence")),
    "coder": lambda scope: _ordered(scope.study.settings.coders, scope.rows.met("coder")),
    "speaker": lambda scope: _ordered(scope.study.settings.speakers, scope.rows.met("speaker")),
}
