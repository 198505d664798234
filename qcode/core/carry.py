"""A coding set was written by somebody else meanwhile: what came in, and the same done to what can be undone."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import NamedTuple

from qcode.core.model import CodingSet, Segment
from qcode.core.session import Session


class Change(NamedTuple):
    """What makes one coding set of another. `changed`: each as it was and as it is; `status` None: the same."""

    added: tuple[Segment, ...]
    gone: tuple[Segment, ...]
    changed: tuple[tuple[Segment, Segment], ...]
    status: str | None = None


def change(before: CodingSet, after: CodingSet) -> Change:
    """What came, went and changed, in the order of the text."""
    old, new = _by_key(before), _by_key(after)
    return Change(
        tuple(segment for key, segment in new.items() if key not in old),
        tuple(segment for key, segment in old.items() if key not in new),
        tuple((old[key], segment) for key, segment in new.items() if key in old and old[key] != segment),
        after.status if after.status != before.status else None,
    )


def carried(before: Session, fresh: Session) -> Session:
    """A session on what is written now, with the history of the one before it, brought up to date."""
    old, new = before.codings, fresh.codings

    def up(history: tuple[CodingSet, ...]) -> tuple[CodingSet, ...]:
        return tuple(on_top(one, old, new) for one in history)

    return replace(fresh, past=up(before.past), future=up(before.future), taken=fresh.taken | before.taken)


def on_top(history: CodingSet, old: CodingSet, new: CodingSet) -> CodingSet:
    """An earlier or later state of `old`, with done to it what made `new` of `old`.

    A segment that differs from the one in `old` is one's own doing, and stays as it is.
    """
    was, now = _by_key(old), _by_key(new)
    kept: dict[Hashable, Segment] = {}
    for key, segment in _by_key(history).items():
        if was.get(key) != segment:
            own = history.text != new.text and segment.text is None
            kept[key] = replace(segment, text=history.text) if own else segment
        elif key in now:
            kept[key] = now[key]
    ordered = list(kept)
    at = 0
    for key, segment in now.items():
        if key in kept:
            at = ordered.index(key) + 1
        elif key not in was:
            kept[key] = segment
            ordered.insert(at, key)
            at += 1
    return replace(
        new,
        segments=tuple(kept[key] for key in ordered),
        status=history.status if new.status == old.status else new.status,
        codebook_version=history.codebook_version
        if new.codebook_version == old.codebook_version
        else new.codebook_version,
    )


def _by_key(codings: CodingSet) -> dict[Hashable, Segment]:
    """Segments by their id; those written by hand without one by their words and where they stand."""
    return {segment.id or (segment.quote, segment.before, segment.line): segment for segment in codings.segments}
