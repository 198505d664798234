"""Codings that get another id: those of a code that was split, part by part, and old ids that somebody tidies up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from qcode.core.errors import QcodeError, Where
from qcode.core.expr import Expr
from qcode.core.model import Coded, CodingSet, Segment, Study
from qcode.core.query import Selection, select_rows
from qcode.core.rows import Row

Edit = tuple[CodingSet, CodingSet]  # a codings file as it is and as it is to be
Anew = Callable[[str, bool], tuple[str, ...]]  # the ids in the place of one, which is given or decided against


class Waiting(NamedTuple):
    """A segment with a code that was split. `key`: its id, or where it is in its file while it has none."""

    key: str
    codings: CodingSet
    segment: Segment
    coded: Coded


class Rule(NamedTuple):
    """The codings for which the expression holds become this part."""

    part: str
    holds: Expr


def waiting(study: Study, code: str) -> list[Waiting]:
    """Every segment with the code, under whatever id."""
    resolve = study.codebook.resolve
    found = []
    for codings in study.sets_with(lambda written: resolve(written) == code):
        for at, segment in enumerate(codings.segments):
            here = [coded for coded in segment.codes if resolve(coded.code) == code]
            if here:
                found.append(Waiting(_key(codings, at, segment), codings, segment, here[0]))
    return found


def by_rules(
    study: Study, rows: Iterable[Row], code: str, rules: Sequence[Rule], rest: str | None = None
) -> tuple[dict[str, tuple[str, ...]], list[Waiting]]:
    """The part of each segment that fits one rule, or none while there is a `rest`; and those not settled so."""
    rows = [row for row in rows if row.code == code]
    fits: dict[tuple[str, str, str | None, str], list[str]] = {}
    for rule in rules:
        for row in select_rows(study, rows, Selection(where=rule.holds, all_cases=True)):
            fits.setdefault((row.case, row.coder, row.id, row.quote), []).append(rule.part)
    settled: dict[str, tuple[str, ...]] = {}
    still = []
    for one in waiting(study, code):
        place = one.codings.case, one.codings.coder, one.segment.id, one.segment.quote
        parts = tuple(dict.fromkeys(fits.get(place, ()))) or ((rest,) if rest else ())
        if len(parts) == 1:
            settled[one.key] = parts
        else:
            still.append(one)
    return settled, still


def by_list(
    study: Study, code: str, parts: Sequence[str], listed: Iterable[tuple[str, tuple[str, ...], Where]]
) -> tuple[dict[str, tuple[str, ...]], list[Waiting]]:
    """What a list says of each segment: one part or several; and those it says nothing of. Raises QcodeError."""
    every = {one.key: one for one in waiting(study, code)}
    settled: dict[str, tuple[str, ...]] = {}
    for key, into, where in listed:
        if key not in every:
            hint = "It was settled or removed since the list was made: take the line out."
            raise QcodeError(f"segment '{key}' is not coded '{code}'", where=where, hint=hint)
        if key in settled:
            raise QcodeError(f"segment '{key}' is there twice", where=where, hint="Keep one of the two lines.")
        for part in into:
            if part not in parts:
                hint = f"One of: {', '.join(parts)}."
                raise QcodeError(f"'{part}' is not a part of '{code}'", where=where, hint=hint)
        if into:
            settled[key] = into
    return settled, [one for key, one in every.items() if key not in settled]


def resettled(study: Study, code: str, settled: Mapping[str, tuple[str, ...]], parts: Sequence[str]) -> list[Edit]:
    """The codings files in which the code gives way to the parts that are settled, valence, phase and memo kept.

    Who decided against the whole decided against each of the parts.
    """
    resolve = study.codebook.resolve

    def anew(key: str) -> Anew:
        return lambda name, given: (
            (name,) if resolve(name) != code else settled.get(key, (name,)) if given else tuple(parts)
        )

    return [*_edits(study.sets_with(lambda written: resolve(written) == code), anew)]


def tidied(study: Study, coder: str) -> list[Edit]:
    """The coder's codings files with ids of before, and those with today's in their place."""
    resolve = study.codebook.resolve
    old = study.sets_with(lambda written: resolve(written) != written)
    return [*_edits((s for s in old if s.coder == coder), lambda _: lambda name, _: (resolve(name),))]


def _edits(every: Iterable[CodingSet], anew: Callable[[str], Anew]) -> Iterator[Edit]:
    for codings in every:
        segments = tuple(
            _recoded(segment, anew(_key(codings, at, segment))) for at, segment in enumerate(codings.segments)
        )
        if segments != codings.segments:
            yield codings, replace(codings, segments=segments)


def _recoded(segment: Segment, anew: Anew) -> Segment:
    """The segment with its codes under other ids. One that is there with the same values is not written twice."""
    codes = _given_anew(segment, anew)
    refused = dict.fromkeys(name for code in segment.against for name in anew(code, False))
    if codes == segment.codes and tuple(refused) == segment.against:
        return segment
    given = {coded.code for coded in codes}
    return replace(segment, codes=codes, against=tuple(name for name in refused if name not in given))


def _given_anew(segment: Segment, anew: Anew) -> tuple[Coded, ...]:
    names = [anew(coded.code, True) for coded in segment.codes]
    if all(name == (coded.code,) for name, coded in zip(names, segment.codes, strict=True)):
        return segment.codes
    found: list[Coded] = []
    for coded, into in zip(segment.codes, names, strict=True):
        for name in into:
            new = replace(coded, code=name)
            if name == coded.code or (new not in found and new not in segment.codes):
                found.append(new)
    return tuple(found)


def _key(codings: CodingSet, at: int, segment: Segment) -> str:
    return segment.id or f"{codings.case}/{codings.stem}.{codings.coder}#{at + 1}"
