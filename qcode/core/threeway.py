"""Three-way merge of plain values, whatever they mean: texts, lists and mappings, None where nothing is said.

What one side left alone the other decides. What both changed a rule for that place settles, or it is a conflict.
Everything is symmetric: which side is called ours decides nothing but whose value stands in for a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
Value = str | None | list["Value"] | dict[str, "Value"]
Record = dict[str, Value]
Path = tuple[str, ...]
Key = tuple[Hashable, int]  # what an item is known by in its list, and how many of that name stand before it


class Three(NamedTuple):
    """What stands at one place: before, and on either side."""

    base: Value
    ours: Value
    theirs: Value

    def under(self, key: str) -> Three:
        """What stands under a key."""
        return self.each(lambda value: fields(value).get(key))

    def each(self, change: Callable[[Value], Value]) -> Three:
        return Three(change(self.base), change(self.ours), change(self.theirs))

    @property
    def one_is_gone(self) -> bool:
        return self.ours is None or self.theirs is None


class Conflict(NamedTuple):
    """One place that both sides changed, each in its own way. None: taken away there."""

    path: Path
    sides: Three


@dataclass(slots=True)
class Merge:
    """A merge under way. `mine`: whether ours stands in for a conflict, or theirs does."""

    mine: bool = True
    conflicts: list[Conflict] = field(default_factory=list)

    def three(self, path: Path, sides: Three, rule: Rule | None = None) -> Value:
        """What one side alone changed, as it has it; what both did, as the rule says. Without a rule: a conflict."""
        base, ours, theirs = sides
        if base == theirs or ours == theirs:
            return ours
        if base == ours:
            return theirs
        return rule(self, path, sides) if rule else self.conflict(path, sides)

    def conflict(self, path: Path, sides: Three) -> Value:
        """One of the two, and a note that it is not settled."""
        self.conflicts.append(Conflict(path, sides))
        return sides.ours if self.mine else sides.theirs


Rule = Callable[[Merge, Path, Three], Value]


def fields(value: Value) -> Record:
    """A mapping; of anything else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Value) -> list[Value]:
    """A list; of anything else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Value) -> str | None:
    """A text; of anything else None."""
    return value if isinstance(value, str) else None


def number(value: Value) -> int:
    """A whole number that a file holds; 0 where there is none."""
    written = text(value)
    return int(written) if written and written.isdecimal() else 0


def said(record: Record) -> Record:
    """A mapping without the keys that say nothing."""
    return {key: value for key, value in record.items() if value is not None}


def anything(merge: Merge, path: Path, sides: Three) -> Value:
    """By what stands there: mappings key by key, lists of names as sets, lists of records by their ids."""
    if isinstance(sides.ours, dict) and isinstance(sides.theirs, dict):
        return record(merge, path, sides)
    if isinstance(sides.ours, list) and isinstance(sides.theirs, list):
        every = [item for side in sides for item in items(side)]
        if all(isinstance(item, str) for item in every):
            return listed(merge, path, sides)
        if all(fields(item).get("id") for item in every):
            return listed(merge, path, sides, by_id)
    return merge.conflict(path, sides)


def record(merge: Merge, path: Path, sides: Three, rules: Mapping[str, Rule] | None = None) -> Value:
    """A mapping, key by key; those without a rule of their own as `anything`. Gone on one side: a conflict."""
    if not isinstance(sides.ours, dict) or not isinstance(sides.theirs, dict):
        return merge.conflict(path, sides)
    rules = rules or {}
    base, ours, theirs = ([*fields(side)] for side in sides)
    keys = weave(base, ours, theirs)
    return said({key: merge.three((*path, key), sides.under(key), rules.get(key, anything)) for key in keys})


def by_text(item: Value) -> Hashable:
    """Names by themselves."""
    return text(item) or repr(item)


def by_id(item: Value) -> Hashable:
    """Records by their ids."""
    return text(fields(item).get("id")) or repr(item)


def keyed(value: Value, key: Callable[[Value], Hashable]) -> dict[Key, Value]:
    """The items of a list by their keys. The second of one name is another item."""
    found: dict[Key, Value] = {}
    for item in items(value):
        at, name = 0, key(item)
        while (name, at) in found:
            at += 1
        found[name, at] = item
    return found


def listed(
    merge: Merge,
    path: Path,
    sides: Three,
    key: Callable[[Value], Hashable] = by_text,
    rule: Rule = record,
    rank: Callable[[Value], int] | None = None,
) -> Value:
    """A list, item by item: what either added is in it, what either took away and the other left alone is not.

    `rank`: where an item belongs that only one side has; without it the additions of one side stay together.
    """
    base, ours, theirs = (keyed(value, key) for value in sides)
    found = {
        name: merge.three((*path, str(name[0])), Three(base.get(name), ours.get(name), theirs.get(name)), rule)
        for name in dict.fromkeys((*base, *ours, *theirs))
    }
    before, mine, other = ([name for name in side if found[name] is not None] for side in (base, ours, theirs))
    order = weave(before, mine, other, (lambda name: (rank(found[name]), repr(name))) if rank else None)
    return [found[name] for name in order]


def memo(merge: Merge, path: Path, sides: Three) -> Value:
    """A note that both changed: the paragraphs of both. Taken away by one and changed by the other, it stays."""
    if sides.one_is_gone:
        return sides.ours if sides.theirs is None else sides.theirs
    paragraphs = listed(merge, path, sides.each(lambda value: [*_paragraphs(value)]))
    return "\n\n".join(filter(None, map(text, items(paragraphs))))


def _paragraphs(value: Value) -> Iterator[str]:
    yield from dict.fromkeys(paragraph for paragraph in (text(value) or "").split("\n\n") if paragraph.strip())


def latest(merge: Merge, path: Path, sides: Three) -> Value:
    """The larger of two whole numbers, or of two texts that have no order the one that sorts later."""
    return max(sides.ours, sides.theirs, key=lambda value: (number(value), repr(value)))


def weave(
    base: Sequence[K], ours: Sequence[K], theirs: Sequence[K], rank: Callable[[K], tuple[int, str]] | None = None
) -> list[K]:
    """One order of what two lists hold. What only one has follows what it followed there."""
    shared = set(ours) & set(theirs)
    mine, other = [key for key in ours if key in shared], [key for key in theirs if key in shared]
    known = [key for key in base if key in shared]
    if mine == known or (other != known and repr(other) < repr(mine)):
        mine = other
    gaps, others = _gaps(ours, shared), _gaps(theirs, shared)
    found = _interleaved(gaps.get(None, []), others.get(None, []), rank)
    for after in mine:
        found += [after, *_interleaved(gaps.get(after, []), others.get(after, []), rank)]
    return found


def _gaps(keys: Iterable[K], shared: set[K]) -> dict[K | None, list[K]]:
    """What stands in a list alone, by what it shares with the other that stands before it."""
    found: dict[K | None, list[K]] = {}
    after: K | None = None
    for key in keys:
        if key in shared:
            after = key
        else:
            found.setdefault(after, []).append(key)
    return found


def _interleaved(one: list[K], other: list[K], rank: Callable[[K], tuple[int, str]] | None) -> list[K]:
    if not one or not other:
        return [*one, *other]
    if rank is None:
        return one + other if repr(one) < repr(other) else other + one
    one, other, found = [*one], [*other], []
    while one and other:
        found.append(one.pop(0) if rank(one[0]) < rank(other[0]) else other.pop(0))
    return found + one + other
