"""Three-way merge of one coder's codings in one transcript: the union of what was coded.

A coding is a code on a segment. What one side added is there, what one side took away and the other left alone is
not; so it is with what was decided against. A segment that both sides added, on the same words in the same place, is
one: it keeps the smaller id, and the other becomes one of its aliases, so that what refers to it still finds it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from qcode.core.threeway import (
    Merge,
    Path,
    Record,
    Rule,
    Three,
    Value,
    fields,
    items,
    latest,
    listed,
    memo,
    number,
    record,
    said,
    text,
)

_ANCHOR = ("line", "quote", "before", "after", "text")
_WORDS = ("quote", "before", "after")
_LISTS = ("codes", "against")


def codings(merge: Merge, path: Path, sides: Three) -> Value:
    """A codings file that both sides changed."""
    full = _in_full(sides)
    links = _linked(full)
    base, ours, theirs = (_under_one_id(side, full, links) for side in full)
    rules: dict[str, Rule] = {"segments": _segments, "status": _status, "codebook_version": latest, "text": latest}
    found = fields(record(merge, path, Three(base, ours, theirs), rules))
    if found.get("status") == "done":
        found["codebook_version"] = _version_of_done(found.get("codebook_version"), ours, theirs)
    if sides.under("status")[1:] == (None, None):
        found["status"] = None
    if "segments" in found:
        found["segments"] = [_in_short(_with_aliases(s, links), found.get("text")) for s in _of(found)]
    return said(found)


def code_of(item: Value) -> str:
    """The code of an entry: the entry itself, or what it has under `code`."""
    return item if isinstance(item, str) else text(fields(item).get("code")) or ""


def by_words(item: Value) -> Hashable:
    """Segments by their ids; one without by what it says."""
    segment = fields(item)
    return text(segment.get("id")) or tuple(repr(segment.get(key)) for key in (*_WORDS, "line"))


def _status(merge: Merge, path: Path, sides: Three) -> Value:
    """Whoever changed it decides. Where both began the file, it is done only if both say so."""
    return "open"


def _version_of_done(found: Value, ours: Record, theirs: Record) -> Value:
    """Done is done with the codebook of the day: the later of those who say so."""
    saying = [side.get("codebook_version") for side in (ours, theirs) if side.get("status") == "done"]
    return max(saying, key=number) if saying else found


def _segments(merge: Merge, path: Path, sides: Three) -> Value:
    return listed(merge, path, sides, by_words, _segment, rank=lambda item: number(fields(item).get("line")))


def _segment(merge: Merge, path: Path, sides: Three) -> Value:
    """A segment that both changed, or that one took away and the other changed: then what was changed stays."""
    codes = merge.three((*path, "codes"), sides.under("codes").each(items), _codes)
    against = merge.three((*path, "against"), sides.under("against").each(items), listed)
    lists: Record = {"codes": codes if codes or not against else None, "against": against or None}
    if sides.one_is_gone:
        note = merge.three((*path, "memo"), sides.under("memo"), memo)
        there = fields(sides.ours) or fields(sides.theirs)
        return said({**there, **lists, "memo": note}) if codes or against or note else None
    anchor = fields(merge.three((*path, "quote"), sides.each(lambda side: _only(side, _ANCHOR)), _anchor))
    rest = fields(record(merge, path, sides.each(lambda side: _without(side, (*_ANCHOR, *_LISTS))), {"memo": memo}))
    if not (codes or against or rest.get("memo")) and any(items(fields(sides.base).get(key)) for key in _LISTS):
        return None  # each took away what the other left
    found: Record = {**rest, **anchor, **lists}
    return said({key: found.get(key) for key in (*fields(sides.ours), *fields(sides.theirs), *found)})


def _codes(merge: Merge, path: Path, sides: Three) -> Value:
    return listed(merge, path, sides, code_of, _coded)


def _coded(merge: Merge, path: Path, sides: Three) -> Value:
    """One code on a segment. Taken away by one and changed by the other: changed in two ways."""
    wide = sides.each(lambda item: {"code": item} if isinstance(item, str) else item)
    found = record(merge, path, wide, {"memo": memo})
    return found["code"] if isinstance(found, dict) and [*found] == ["code"] else found


def _anchor(merge: Merge, path: Path, sides: Three) -> Value:
    """Where a segment stands. The same words looked up in two texts are not changed in two ways."""
    ours, theirs = ([fields(side).get(key) for key in _WORDS] for side in sides[1:])
    if ours == theirs:
        return max(sides.ours, sides.theirs, key=lambda side: (number(fields(side).get("line")), repr(side)))
    if all(mine in (None, other) for mine, other in zip(ours, theirs, strict=True)):
        return sides.theirs
    if all(other in (None, mine) for mine, other in zip(ours, theirs, strict=True)):
        return sides.ours
    return merge.conflict(path, sides)


def _in_full(sides: Three) -> list[Record]:
    """With the status; and where the sides' quotes were written against other texts, with its own at each segment."""
    full: list[Record] = [{"status": "open", **fields(side)} if side else {} for side in sides]
    if len({repr(side.get("text")) for side in full if side}) < 2:
        return full
    return [_with_segments(side, [{**_text_of(side), **segment} for segment in _of(side)]) for side in full]


def _text_of(side: Record) -> Record:
    return _only(side, ("text",))


def _in_short(segment: Record, of_file: Value) -> Record:
    """Without its own text where that is the file's."""
    return _without(segment, ("text",)) if segment.get("text") == of_file else segment


def _only(side: Value, keys: Sequence[str]) -> Record:
    return {key: value for key, value in fields(side).items() if key in keys}


def _without(side: Value, keys: Sequence[str]) -> Record:
    return {key: value for key, value in fields(side).items() if key not in keys}


def _of(side: Record) -> list[Record]:
    return [fields(segment) for segment in items(side.get("segments"))]


def _with_segments(side: Record, segments: Sequence[Record]) -> Record:
    return {**side, "segments": [*segments]} if side.get("segments") else side


@dataclass(slots=True)
class _Links:
    """Which ids name one segment. `leader`: of an id that has others, one nearer to that which stands for all."""

    aliases: set[str] = field(default_factory=set)
    leader: dict[str, str] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The id that stands for all that name the same segment."""
        while (nearer := self.leader.get(name, name)) != name:
            name = nearer
        return name

    def join(self, one: str, other: str) -> None:
        # An id that some file calls an alias has gone out of use there.
        near, far = sorted((self.first(one), self.first(other)), key=lambda name: (name in self.aliases, name))
        self.leader |= {far: near, near: near}

    def others(self, name: str) -> list[str]:
        """The ids for which this one stands, itself left out."""
        return sorted(other for other in self.leader if other != name and self.first(other) == name)


def _linked(sides: Sequence[Record]) -> _Links:
    """One id for what is one segment: by the aliases in the files, and where sides have the same on the same words."""
    links = _Links()
    pairs = [(own, alias) for side in sides for s in _of(side) if (own := _id(s)) for alias in _aliases(s)]
    links.aliases.update(alias for _, alias in pairs)
    for own, alias in pairs:
        links.join(own, alias)
    base, ours, theirs = sides
    # What both took off, and one made anew, is new: only where the other still has it are the two the same.
    _pair(_with_segments(base, [s for s in _of(base) if _first(s, links) in _ids(theirs, links)]), ours, links)
    _pair(_with_segments(base, [s for s in _of(base) if _first(s, links) in _ids(ours, links)]), theirs, links)
    _pair(ours, theirs, links)
    return links


def _pair(one: Record, other: Record, links: _Links) -> None:
    """Join what only one and only the other has on the same words: added twice, or taken off and made anew."""
    here, there = _ids(one, links), _ids(other, links)
    free = [segment for segment in _of(other) if _first(segment, links) not in here | {None}]
    for segment in _of(one):
        name = _first(segment, links)
        if name and name not in there:
            twin = next((s for s in free if _same(segment, s)), None)
            if twin is not None:
                free.remove(twin)
                links.join(name, _id(twin) or name)


def _under_one_id(side: Record, sides: Sequence[Record], links: _Links) -> Record:
    """The side with each segment under the id that stands for it, and each id once."""
    here = _ids(side, links)
    named = [segment for other in sides if other is not side for segment in _of(other) if _id(segment)]
    found: list[Record] = []
    places: dict[str, int] = {}
    for segment in _of(side):
        name = _first(segment, links)
        if name is None:  # written by hand, and given an id by a command elsewhere
            free = (_first(s, links) for s in named if _same(segment, s))
            name = next((n for n in free if n and n not in here and n not in places), None)
        bare: Record = {**({"id": name} if name else {}), **_without(segment, ("id", "aliases"))}
        if name in places and name in links.leader:
            found[places[name]] = _folded(found[places[name]], bare)
        else:
            places.setdefault(name or "", len(found))
            found.append(bare)
    return _with_segments(side, found)


def _with_aliases(segment: Record, links: _Links) -> Record:
    """The segment with the ids that it had elsewhere."""
    name = _id(segment)
    others = links.others(name) if name else []
    if not name or not others:
        return segment
    return {"id": name, "aliases": [*others], **_without(segment, ("id",))}


def _id(segment: Record) -> str | None:
    return text(segment.get("id"))


def _first(segment: Record, links: _Links) -> str | None:
    name = _id(segment)
    return links.first(name) if name else None


def _ids(side: Record, links: _Links) -> set[str | None]:
    return {_first(segment, links) for segment in _of(side)} - {None}


def _aliases(segment: Record) -> list[str]:
    return [alias for alias in map(text, items(segment.get("aliases"))) if alias]


def _same(one: Record, other: Record) -> bool:
    """Whether two segments are on the same words in the same place, as far as both say."""
    if one.get("quote") != other.get("quote"):
        return False
    full = all(side.get(key) is not None for side in (one, other) for key in ("before", "after"))
    keys = ("before", "after") if full else ("before", "after", "line")
    return all(one.get(key) == other.get(key) or None in (one.get(key), other.get(key)) for key in keys)


def _folded(one: Record, other: Record) -> Record:
    """Two segments of one file that are one: the codes and the notes of both."""
    lists: Record = {}
    for key in _LISTS:
        mine, other_has = items(one.get(key)), items(other.get(key))
        lists[key] = [*mine, *(item for item in other_has if item not in mine)] or None
    note = Merge().three((), Three(None, one.get("memo"), other.get("memo")), memo)
    return said({**one, **lists, "memo": note})
