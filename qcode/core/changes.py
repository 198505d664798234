"""What differs between two versions of a codings file, coding by coding: for people who read a diff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from qcode.core.model import Coded, CodingSet, Segment

Deed = Literal["added", "removed", "changed", "against", "reopened", "words", "memo", "status"]
Resolve = Callable[[str], str]
Pair = tuple[Segment | None, Segment | None]
What = tuple[tuple[str, str | None, str | None], ...]

_SAID = ("valence", "phase", "memo")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a coder did. `what`: of a change its kind, and what it was and is; None for nothing.

    `words`: the segment now has another quote; `memo`: its own memo, not that of one of its codes. `against`: a code
    was decided against for these words; `reopened`: that decision was taken back.
    """

    deed: Deed
    coder: str
    case: str
    stem: str
    segment: str | None = None
    code: str | None = None
    valence: str | None = None
    what: What = ()
    line: int | None = None
    quote: str = ""

    @property
    def transcript(self) -> str:
        """CASE/STEM."""
        return f"{self.case}/{self.stem}"


def differences(before: CodingSet | None, after: CodingSet | None, resolve: Resolve = str) -> list[Difference]:
    """What became of each coding, in the order of the file as it now is, what is gone last.

    None: there was, or is, no such file. `resolve`: today's id for a code's, so that a renamed code is no change.
    """
    of = after or before
    if of is None:
        return []
    found = list(_of_head(before, after, of))
    for old, new in _paired(before.segments if before else (), after.segments if after else ()):
        found += _of_segment(old, new, of, resolve)
    return found


def _of_head(before: CodingSet | None, after: CodingSet | None, of: CodingSet) -> Iterator[Difference]:
    was, now = (side.status if side else "open" for side in (before, after))
    # The version counts for what is done; an open file is coded with that of the day.
    versions = (str(side.codebook_version or "") if side and side.done else None for side in (before, after))
    old, new = versions
    what: What = (("status", was, now), *((("codebook_version", old, new),) if new else ()))
    changed = tuple(change for change in what if change[1] != change[2])
    if after is not None and changed:
        yield Difference("status", of.coder, of.case, of.stem, what=changed)


def _paired(before: tuple[Segment, ...], after: tuple[Segment, ...]) -> Iterator[Pair]:
    """Each segment as it is with what it was: by any id that names it, without ids by its words."""
    free = {(segment.id or _words(segment)): segment for segment in before}
    left = dict(free)
    for segment in after:
        olds = [free[name] for name in (*segment.names, _words(segment)) if name in free]
        for old in olds:
            left.pop(old.id or _words(old), None)
        yield olds[0] if olds else None, segment
    yield from ((segment, None) for segment in left.values())


def _words(segment: Segment) -> tuple[str | None, ...]:
    return segment.quote, segment.before, segment.after


def _of_segment(old: Segment | None, new: Segment | None, of: CodingSet, resolve: Resolve) -> Iterator[Difference]:
    there = new or old
    if there is None:
        return
    was, now = (_by_code(segment, resolve) for segment in (old, new))

    refused, refuses = ([*map(resolve, segment.against if segment else ())] for segment in (old, new))

    def made(deed: Deed, code: Coded | None = None, what: What = ()) -> Difference:
        name, valence = (resolve(code.code), code.valence) if code else (None, None)
        return Difference(deed, of.coder, of.case, of.stem, there.id, name, valence, what, there.line, there.quote)

    if old and new and old.quote != new.quote:
        yield made("words", what=(("quote", old.quote, new.quote),))
    for name, code in now.items():
        if name not in was:
            yield made("added", code)
        elif what := _changes(was[name], code, _SAID):
            yield made("changed", code, what)
    yield from (made("removed", code) for name, code in was.items() if name not in now)
    yield from (made("against", Coded(name)) for name in dict.fromkeys(refuses) if name not in refused)
    yield from (made("reopened", Coded(name)) for name in dict.fromkeys(refused) if name not in refuses)
    if new and (memo := _changes(old, new, ("memo",))):
        yield made("memo", what=memo)


def _by_code(segment: Segment | None, resolve: Resolve) -> dict[str, Coded]:
    found: dict[str, Coded] = {}
    for coded in segment.codes if segment else ():
        found.setdefault(resolve(coded.code), coded)
    return found


def _changes(old: Coded | Segment | None, new: Coded | Segment, keys: tuple[str, ...]) -> What:
    values = ((key, getattr(old, key, None), getattr(new, key)) for key in keys)
    return tuple((key, was, now) for key, was, now in values if was != now)
