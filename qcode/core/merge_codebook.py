"""Three-way merge of codebooks: code by code, wherever in the tree a code stands.

A code that one side renamed is the same code: it has its old id as an alias. One that was merged into another is gone,
and what stood below it hangs on that other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qcode.core.errors import QcodeError
from qcode.core.threeway import (
    Merge,
    Path,
    Record,
    Rule,
    Three,
    Value,
    by_id,
    fields,
    items,
    latest,
    listed,
    number,
    record,
    said,
    text,
    weave,
)

LEVELS = ("phases", "perspectives", "outcomes", "valences")
_ROOT = ""  # the parent of the codes at the top


class Unmergeable(QcodeError):
    """Two codebooks that together make none: what stands in the way a person has to settle first."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """The codes of one side by their keys: the id that a code has in the base, else its own. In file order."""

    codes: Mapping[str, Record]  # each with its parent's key under `parent`, and without the codes below it
    aliases: Mapping[str, str]  # an id out of use -> the key of the code that has it as an alias


def codebook(merge: Merge, path: Path, sides: Three) -> Value:
    """A codebook that both sides changed."""
    known = {id_of(code) for code in _walk(sides.base)}
    trees = [_tree(fields(side), known) for side in sides]
    version = _version(sides)
    codes = _codes(merge, (*path, "codes"), trees)
    _renumber(codes, trees, sides, version)
    heads = sides.each(lambda side: {k: v for k, v in fields(side).items() if k not in ("codes", "version")})
    rules: dict[str, Rule] = dict.fromkeys(LEVELS, _levels)
    found: Record = {**fields(record(merge, path, heads, rules)), "version": version, "codes": _grown(codes, trees)}
    order = dict.fromkeys((*fields(sides.ours), *fields(sides.theirs)))
    return {key: found[key] for key in order if found.get(key)}


def id_of(code: Value) -> str:
    return text(fields(code).get("id")) or ""


def _levels(merge: Merge, path: Path, sides: Three) -> Value:
    """Phases, perspectives …: `{id, label}`, or ids alone."""
    if all(isinstance(item, str) for side in sides for item in items(side)):
        return listed(merge, path, sides)
    wide = sides.each(lambda side: [{"id": item} if isinstance(item, str) else item for item in items(side)])
    return [_short(level) for level in items(listed(merge, path, wide, by_id))]


def _short(level: Value) -> Value:
    return level if isinstance(level, dict) and len(level) > 1 else id_of(level)


def _version(sides: Three) -> Value:
    """Where both sides went on, one more than either: what each added is new to whoever coded with the other's."""
    written = sides.under("version")
    base, ours, theirs = (number(value) or 1 for value in written)
    if sides.base and ours > base and theirs > base:
        return str(max(ours, theirs) + 1)
    return max(written.ours, written.theirs, key=number)


def _walk(side: Value) -> Iterator[Record]:
    for code in map(fields, items(fields(side).get("codes"))):
        yield code
        yield from _walk(code)


def _tree(side: Record, known: set[str]) -> _Tree:
    here = {id_of(code) for code in _walk(side)}
    codes: dict[str, Record] = {}
    aliases: dict[str, str] = {}

    def gather(above: Value, parent: str) -> None:
        for code in map(fields, items(fields(above).get("codes"))):
            key = _key(code, known, here)
            if key in codes:
                raise Unmergeable(f"two codes are called '{id_of(code)}'", hint="Give one of the two another id.")
            codes[key] = {**{name: value for name, value in code.items() if name != "codes"}, "parent": parent}
            for alias in _aliases(code):
                aliases.setdefault(alias, key)
            gather(code, key)

    gather(side, _ROOT)
    return _Tree(codes, aliases)


def _key(code: Record, known: set[str], here: set[str]) -> str:
    """A new id with one alias that was a code of the base is that code, renamed."""
    own = id_of(code)
    before = [alias for alias in _aliases(code) if alias in known and alias not in here]
    return before[0] if own not in known and len(before) == 1 else own


def _aliases(code: Record) -> list[str]:
    return [alias for alias in map(text, items(code.get("aliases"))) if alias]


def _codes(merge: Merge, path: Path, trees: Sequence[_Tree]) -> dict[str, Record]:
    """All codes of the merged codebook by key, each with its parent's."""
    base, ours, theirs = (tree.codes for tree in trees)
    found: dict[str, Record] = {}
    for key in dict.fromkeys((*base, *ours, *theirs)):
        sides = Three(base.get(key), ours.get(key), theirs.get(key))
        if code := fields(merge.three((*path, key), _absorbed(key, sides, trees), _code)):
            found[key] = code
    # Where it is not settled whether a code became part of another, it has its id alone as long as it stands.
    standing = {id_of(found[c.path[-1]]) for c in merge.conflicts if c.path[:-1] == path and c.path[-1] in found}
    found = {key: _not_called(code, standing) for key, code in found.items()}
    _inherit(found, trees)
    found = {key: {**code, "parent": _living(str(code["parent"]), found, trees)} for key, code in found.items()}
    _refuse(found)
    return found


def _not_called(code: Record, names: set[str]) -> Record:
    aliases = _aliases(code)
    left: list[Value] = [name for name in aliases if name not in names]
    return code if len(left) == len(aliases) else said({**code, "aliases": left or None})


def _code(merge: Merge, path: Path, sides: Three) -> Value:
    return record(merge, path, sides, {"aliases": _united, "since": latest, "perspectives": _applies})


def _united(merge: Merge, path: Path, sides: Three) -> Value:
    """Aliases of both: an old id is never given up."""
    return listed(merge, path, Three(None, sides.ours, sides.theirs))


def _applies(merge: Merge, path: Path, sides: Three) -> Value:
    """No list is no empty one: it means all, and so can't be added to."""
    return merge.conflict(path, sides) if None in sides else listed(merge, path, sides)


def _absorbed(key: str, sides: Three, trees: Sequence[_Tree]) -> Three:
    """Merged into another on one side, and on the other only renamed or moved: then it is gone on both."""
    if sides.base is not None and (sides.ours is None) != (sides.theirs is None):
        gone, left = (trees[1], sides.theirs) if sides.ours is None else (trees[2], sides.ours)
        if key in gone.aliases and _said(left) == _said(sides.base):
            return Three(sides.base, None, None)
    return sides


def _said(code: Value) -> Record:
    return {name: value for name, value in fields(code).items() if name not in ("id", "aliases", "parent", "since")}


def _inherit(found: dict[str, Record], trees: Sequence[_Tree]) -> None:
    """Every id that one side had as an alias leads to a code: through that it was merged into, however far."""
    known = {name for code in found.values() for name in (id_of(code), *_aliases(code))}
    names = ((alias, key) for tree in trees for alias, key in tree.aliases.items())
    renamed = ((id_of(tree.codes[key]), key) for tree in trees for key in tree.codes if id_of(tree.codes[key]) != key)
    for name, key in dict.fromkeys((*names, *renamed)):
        if name in known:
            continue
        heir = _heir(key, found, trees)
        if heir is None:
            hint = "Take one of the two back on its branch, then merge again."
            raise Unmergeable(f"'{name}' was merged into another code, and that is gone on the other side", hint=hint)
        known.add(name)
        found[heir] = {**found[heir], "aliases": [*_aliases(found[heir]), name]}


def _heir(key: str, found: Mapping[str, Record], trees: Sequence[_Tree]) -> str | None:
    """The code itself, or what became of it through mergers on either side; None where that ends nowhere."""
    seen: set[str] = set()
    left = [key]
    while left:
        key = left.pop()
        if key in found:
            return key
        seen.add(key)
        left += sorted({tree.aliases[key] for tree in trees if key in tree.aliases} - seen)
    return None


def _living(key: str, found: Mapping[str, Record], trees: Sequence[_Tree]) -> str:
    """Where a code hangs: on the one named; if that is gone on its heir; else on the nearest above that is left."""
    seen: set[str] = set()
    while key != _ROOT and key not in seen:
        seen.add(key)
        if heir := _heir(key, found, trees):
            return heir
        key = min(str(tree.codes[key]["parent"]) for tree in trees if key in tree.codes)
    return _ROOT


def _refuse(found: Mapping[str, Record]) -> None:
    """One name for two codes, or a code below itself, is no codebook."""
    owners: dict[str, str] = {}
    for code in found.values():
        for name in dict.fromkeys((id_of(code), *_aliases(code))):
            if name in owners:
                hint = "Take one of the two changes back on its branch, then merge again."
                raise Unmergeable(
                    f"'{name}' would be the name of two codes, {owners[name]} and {id_of(code)}", hint=hint
                )
            owners[name] = id_of(code)
    for code in found.values():
        at, steps = str(code["parent"]), 0
        while at != _ROOT and steps <= len(found):
            at, steps = str(found[at]["parent"]), steps + 1
        if at != _ROOT:
            hint = "Take one of the moves back on its branch, then merge again."
            why = "one side moved it below a code that the other moved below it"
            raise Unmergeable(f"'{id_of(code)}' would stand below itself: {why}", hint=hint)


def _renumber(codes: dict[str, Record], trees: Sequence[_Tree], sides: Three, version: Value) -> None:
    """A code that one side brought is new to those who coded with the other's version: it is `since` a later one."""
    before, *after = (number(fields(side).get("version")) or 1 for side in sides)
    for key, code in codes.items():
        brought = [number(tree.codes.get(key, {}).get("since")) > before for tree in trees[1:]]
        if brought[0] != brought[1] and before < number(code.get("since")) <= after[brought[0]]:
            codes[key] = {**code, "since": version}


def _grown(codes: Mapping[str, Record], trees: Sequence[_Tree]) -> Value:
    """The tree again, the codes below each in an order that suits both sides."""

    def below(parent: str) -> list[Value]:
        here = {key for key, code in codes.items() if code["parent"] == parent}
        base, ours, theirs = ([key for key in tree.codes if key in here] for tree in trees)
        return [grown(key) for key in weave(base, ours, theirs)]

    def grown(key: str) -> Value:
        code = {name: value for name, value in codes[key].items() if name != "parent"}
        return {**code, "codes": found} if (found := below(key)) else code

    return below(_ROOT)
