"""The codes of one segment: what becomes of them when some are given, taken back or decided against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError
from qcode.core.model import Coded, Segment


def joined(
    book: Codebook, there: Sequence[Coded], given: Iterable[Coded], values: Mapping[str, str | None]
) -> tuple[Coded, ...]:
    """The codes with those given: one that is there, under whatever old id, changed; others added."""
    codes = list(there)
    for new in given:
        at = next((i for i, coded in enumerate(codes) if book.resolve(coded.code) == new.code), None)
        if at is None:
            codes.append(new)
        else:
            codes[at] = _changed(codes[at], values)
    return tuple(codes)


def _changed(old: Coded, values: Mapping[str, str | None]) -> Coded:
    """With the values given; None: as it is, empty: none."""
    keys = ("valence", "phase", "memo")
    valence, phase, memo = (getattr(old, key) if values[key] is None else values[key] or None for key in keys)
    return Coded(old.code, valence, phase, memo, old.where)


def decided(book: Codebook, segment: Segment, against: Sequence[str] = ()) -> Segment:
    """The segment with these codes decided against as well, and none that it is coded with. Raises QcodeError."""
    given = dict.fromkeys(book.find(code).id for code in against)
    coded = {book.resolve(coded.code) for coded in segment.codes}
    if both := [code for code in given if code in coded]:
        hint = "It can't be decided against as well: take the coding off first."
        raise QcodeError(f"these words are coded '{both[0]}'", hint=hint)
    kept = tuple(code for code in segment.against if book.resolve(code) not in coded)
    known = {book.resolve(code) for code in kept}
    return replace(segment, against=(*kept, *(code for code in given if code not in known)))


def without(book: Codebook, segment: Segment, given: str) -> Segment:
    """The segment without a code: without its coding, or else the decision against it. Raises QcodeError."""
    here = {coded.code for coded in segment.codes} | {*segment.against}
    meant = book.resolve(given) if given in here else book.find(given).id
    codes = tuple(coded for coded in segment.codes if book.resolve(coded.code) != meant)
    against = tuple(code for code in segment.against if book.resolve(code) != meant)
    if len(codes) < len(segment.codes):
        return replace(segment, codes=codes)
    if len(against) == len(segment.against):
        hint = f"Its codes: {', '.join(sorted(here))}."
        raise QcodeError(f"segment {segment.id} is not coded '{meant}'", hint=hint)
    return replace(segment, against=against)
