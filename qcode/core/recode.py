"""Operations on the codebook: from the one that is to the one that is to be, and what a decision says of it.

None of them touches a coding: a coding under an id that a code had before resolves to it (Codebook.resolve). Every
operation raises QcodeError where it can't be done, and takes the version one up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qcode.core.codebook import Code, Codebook, Text, ids
from qcode.core.errors import QcodeError
from qcode.core.given import Given, Spot
from qcode.core.names import unknown
from qcode.core.words import is_id, nfc

_TEXTS = ("label", "definition", "include", "exclude")


@dataclass(frozen=True, slots=True)
class Recoded:
    """The codebook as it is to be. `codes`: the ids it was about, as they were before; `into`: what they led to."""

    book: Codebook
    operation: str
    codes: tuple[str, ...]
    into: tuple[str, ...] = ()


def add(book: Codebook, code_id: str, given: Given | None = None, spot: Spot | None = None) -> Recoded:
    """A new code, `since` the version that it brings."""
    name = _free_id(book, code_id)
    parent, at = _placed(book, spot or Spot())
    code = _with(book, Code(name, parent=parent, since=book.version + 1), given or Given())
    codes = (*book.codes[:at], code, *book.codes[at:])
    return Recoded(_next(book, codes), "add", (name,), (parent,) if parent else ())


def edit(book: Codebook, code: str, given: Given) -> Recoded:
    """What is said of a code changed: label, definition, key, phase …"""
    old = book.find(code)
    new = _with(book, old, given)
    if new == old:
        raise QcodeError(f"code '{old.id}' says so already", hint="Nothing was changed.")
    return Recoded(_next(book, _put(book, new)), "edit", (old.id,))


def rename(book: Codebook, code: str, new_id: str) -> Recoded:
    """Another id for a code; the old one becomes an alias. There and back leaves the other id as an alias."""
    old = book.find(code)
    name = _free_id(book, new_id, owner=old)
    aliases = tuple(alias for alias in (*old.aliases, old.id) if alias != name)
    new = replace(old, id=name, aliases=aliases)
    codes = (replace(c, parent=name) if c.parent == old.id else c for c in book.codes)
    renamed = tuple(new if c.id == old.id else c for c in codes)
    return Recoded(_next(book, renamed), "rename", (old.id,), (name,))


def move(book: Codebook, code: str, spot: Spot) -> Recoded:
    """A code and all below it at another place of the tree."""
    moved = book.find(code)
    given = spot.under or spot.before or spot.after
    if given is not None and book.find(given).id in book.subtree[moved.id]:
        raise QcodeError(f"'{moved.id}' can't go under or beside itself", hint="Name a code outside its own branch.")
    branch = _branch(book, moved.id)
    rest = replace(book, codes=tuple(c for c in book.codes if c.id not in book.subtree[moved.id]))
    parent, at = _placed(rest, spot)
    codes = (*rest.codes[:at], replace(moved, parent=parent), *branch[1:], *rest.codes[at:])
    if codes == book.codes:
        raise QcodeError(f"'{moved.id}' stands there already", hint="Nothing was changed.")
    return Recoded(_next(book, codes), "move", (moved.id,), (parent,) if parent else ())


def merge(book: Codebook, codes: Sequence[str], into: str) -> Recoded:
    """Codes put together in one that is there: it takes their ids as aliases, and what stands below them."""
    target = _in_use(book, into)
    names = dict.fromkeys(book.find(code).id for code in codes)
    gone = [book.by_id[name] for name in names if name != target.id]
    if not gone:
        raise QcodeError("nothing to merge", hint="Name codes that go into another: merge A B --into C.")
    for code in gone:
        if target.id in book.subtree[code.id]:
            hint = f"Move '{target.id}' out of it first: qcode codebook move {target.id} --top."
            raise QcodeError(f"'{code.id}' can't be merged into '{target.id}', which stands below it", hint=hint)
        book = _absorbed(book, code.id, target.id)
    return Recoded(_next(book, book.codes), "merge", tuple(code.id for code in gone), (target.id,))


def retire(book: Codebook, code: str, replaced_by: str | None = None) -> Recoded:
    """A code closed to new codings; those under it stay under it. `replaced_by`: what to use instead."""
    old = book.find(code)
    if old.retired:
        raise QcodeError(f"code '{old.id}' is retired already", hint=f"Back in use: qcode codebook restore {old.id}.")
    _refuse_parent(book, old, "retired")
    instead = _in_use(book, replaced_by).id if replaced_by else None
    if instead == old.id:
        raise QcodeError(f"'{old.id}' can't be replaced by itself", hint="Name another code, or none.")
    new = replace(old, retired=True, replaced_by=instead)
    return Recoded(_next(book, _put(book, new)), "retire", (old.id,), (instead,) if instead else ())


def restore(book: Codebook, code: str) -> Recoded:
    """A retired code in use again."""
    old = _retired(book, code)
    new = replace(old, retired=False, replaced_by=None)
    return Recoded(_next(book, _put(book, new)), "restore", (old.id,))


def split(book: Codebook, code: str, into: Sequence[str]) -> Recoded:
    """A code retired in favour of several. Those that are not there yet are made next to it.

    A new part is `since` the version of the whole: a transcript coded for that is coded for its parts.
    """
    whole = book.find(code)
    if whole.retired:
        raise QcodeError(f"code '{whole.id}' is retired", hint=f"First: qcode codebook restore {whole.id}.")
    _refuse_parent(book, whole, "split")
    names = tuple(dict.fromkeys(_part(book, whole, name) for name in into))
    if len(names) < 2:
        raise QcodeError("a code is split into two or more", hint="Repeat --into; for one: rename, or merge.")
    kind = replace(whole, key=None, label=None, definition=None, include=None, exclude=None, examples=(), aliases=())
    fresh = tuple(replace(kind, id=name) for name in names if name not in book.by_id)
    at = _end(book, whole)
    codes = _put(replace(book, codes=(*book.codes[:at], *fresh, *book.codes[at:])), replace(whole, retired=True))
    return Recoded(_next(book, codes), "split", (whole.id,), names)


def delete(book: Codebook, code: str) -> Recoded:
    """A code gone, with its ids of before. That nothing uses it, see usage.refuse_used."""
    old = book.find(code)
    if book.children.get(old.id):
        hint = f"First: qcode codebook move … out of '{old.id}', or delete those."
        raise QcodeError(f"'{old.id}' has codes below it", hint=hint)
    return Recoded(_next(book, tuple(c for c in book.codes if c.id != old.id)), "delete", (old.id,))


def _next(book: Codebook, codes: tuple[Code, ...]) -> Codebook:
    if len(book.by_id) < len(book.codes):
        hint = "Give each code an id of its own: see qcode check."
        raise QcodeError("two codes of the codebook have one id", hint=hint)
    return replace(book, codes=codes, version=book.version + 1)


def _put(book: Codebook, new: Code) -> tuple[Code, ...]:
    return tuple(new if code.id == new.id else code for code in book.codes)


def _branch(book: Codebook, code_id: str) -> tuple[Code, ...]:
    return tuple(code for code in book.codes if code.id in book.subtree[code_id])


def _placed(book: Codebook, spot: Spot) -> tuple[str | None, int]:
    """The parent at a spot, and the place among all codes."""
    if sum(place is not None for place in (spot.under, spot.before, spot.after)) > 1:
        raise QcodeError("--under, --before and --after say the same in three ways", hint="Give one of them.")
    if spot.before is not None:
        beside = book.find(spot.before)
        return beside.parent, book.codes.index(beside)
    if spot.after is not None:
        beside = book.find(spot.after)
        return beside.parent, _end(book, beside)
    if spot.under is not None:
        parent = book.find(spot.under)
        return parent.id, _end(book, parent)
    return None, len(book.codes)


def _end(book: Codebook, code: Code) -> int:
    return book.codes.index(code) + len(book.subtree[code.id])


def _absorbed(book: Codebook, gone: str, target: str) -> Codebook:
    """The book with one code in another: its ids and what stands below it."""
    code, into = book.by_id[gone], book.by_id[target]
    below = tuple(replace(c, parent=target) if c.parent == gone else c for c in _branch(book, gone)[1:])
    rest = replace(book, codes=tuple(c for c in book.codes if c.id not in book.subtree[gone]))
    at = _end(rest, into)
    codes = (*rest.codes[:at], *below, *rest.codes[at:])
    aliases = tuple(dict.fromkeys((*into.aliases, gone, *code.aliases)))
    return replace(book, codes=tuple(replace(c, aliases=aliases) if c.id == target else c for c in codes))


def _part(book: Codebook, whole: Code, given: str) -> str:
    name = nfc(given.strip())
    found = book.by_id.get(book.resolve(name)) or next(
        (c for c in book.codes if c.key and c.key.casefold() == name.casefold()), None
    )
    if found is whole:
        hint = "What arrives later under that id could be either: give both parts names of their own."
        raise QcodeError(f"'{whole.id}' can't be one of its own parts", hint=hint)
    return _in_use(book, found.id).id if found else _free_id(book, name)


def _in_use(book: Codebook, given: str) -> Code:
    code = book.find(given)
    if code.retired:
        raise QcodeError(f"code '{code.id}' is retired", hint="Choose one in use, or restore it first.")
    return code


def _retired(book: Codebook, given: str) -> Code:
    code = book.find(given)
    if not code.retired:
        raise QcodeError(f"code '{code.id}' is in use", hint="Only a retired code can be restored.")
    return code


def _refuse_parent(book: Codebook, code: Code, how: str) -> None:
    below = [child.id for child in book.children.get(code.id, ()) if not child.retired]
    if below:
        hint = "Move these elsewhere first: qcode codebook move CODE --under OTHER."
        raise QcodeError(f"'{code.id}' can't be {how}: {', '.join(below[:8])} stand below it", hint=hint)


def _free_id(book: Codebook, given: str, owner: Code | None = None) -> str:
    """A new id. Raises QcodeError for one that can't be, or that is or was another code's."""
    name = nfc(given.strip())
    if not is_id(name):
        raise QcodeError(f"'{given}' can't be an id", hint="Use letters and digits of any script, - and _.")
    if name in book.by_id:
        raise QcodeError(f"code '{name}' is there already", hint="Give it another id.")
    meant = book.resolve(name)
    if meant != name and (owner is None or meant != owner.id):
        hint = f"Codings under '{name}' count as '{meant}': choose another id."
        raise QcodeError(f"'{name}' is an id that '{meant}' had before", hint=hint)
    return name


def _with(book: Codebook, code: Code, given: Given) -> Code:
    """The code with what is said of it."""
    found: dict[str, object] = {
        name: _worded(book, getattr(code, name), getattr(given, name), given) for name in _TEXTS
    }
    if given.key is not None:
        found["key"] = _key(book, code, nfc(given.key.strip()))
    if given.phase is not None:
        found["phase"] = _level("phase", given.phase, ids(book.phases)) or None
    if given.perspectives is not None:
        named = (_level("perspective", name, ids(book.perspectives)) for name in given.perspectives)
        found["perspectives"] = tuple(dict.fromkeys(name for name in named if name)) or None
    if given.color is not None:
        found["color"] = given.color.strip() or None
    if given.examples:
        kept = code.examples if given.examples[0] else ()
        found["examples"] = (*kept, *(nfc(text) for text in given.examples if text.strip()))
    return replace(code, **found)  # type: ignore[arg-type]


def _worded(book: Codebook, before: Text | None, said: str | None, given: Given) -> Text | None:
    """A text as the codebook writes its texts: one string, or one per language."""
    if said is None:
        return before
    words, language = nfc(said.strip()), given.language or book.language
    several = isinstance(before, Mapping) or (before is None and any(isinstance(c.label, Mapping) for c in book.codes))
    if not several and language == book.language:
        return words or None
    old = before if isinstance(before, Mapping) else {book.language: before} if before else {}
    return {name: text for name, text in {**old, language: words}.items() if text} or None


def _key(book: Codebook, code: Code, key: str) -> str | None:
    owner = next((c for c in book.codes if c.key and c.key.casefold() == key.casefold() and c.id != code.id), None)
    if key and owner:
        raise QcodeError(f"key '{key}' belongs to '{owner.id}' already", hint="Give it another.")
    return key or None


def _level(kind: str, given: str, known: list[str]) -> str:
    name = nfc(given.strip())
    if name and name not in known:
        raise unknown(kind, given, known)
    return name
