"""What differs between two codebooks, in the words of those who work with them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from qcode.core.codebook import Code, Codebook, Text

_TEXTS = ("label", "definition", "include", "exclude")
_FACTS = ("key", "phase", "perspectives", "color", "examples", "replaced_by")
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


class Difference(NamedTuple):
    """One thing that differs. `code`: the id before, of an added one the new; `now`: the id after, "" where it is gone.

    `into`: what it was merged or split into, replaced by, or moved under. `field`: of a redefinition the text, with its
    language; `before` and `after` are its words.
    """

    kind: str
    code: str
    now: str
    into: tuple[str, ...] = ()
    field: str = ""
    before: str = ""
    after: str = ""


def successors(before: Codebook, after: Codebook) -> dict[str, str]:
    """Each code of `before` that goes on, with its id in `after`: the same, else one that has the old as an alias."""
    taken = set(after.by_id) & set(before.by_id)
    found = {}
    for code in before.codes:
        heir = code.id if code.id in after.by_id else after.resolve(code.id)
        if heir == code.id and heir in after.by_id:
            found[code.id] = heir
        elif heir in after.by_id and heir not in taken:
            taken.add(heir)
            found[code.id] = heir
    return found


def differences(
    before: Codebook, after: Codebook, splits: Mapping[str, tuple[str, ...]] | None = None
) -> list[Difference]:
    """All that differs in the codes, in the order of the older codebook; new codes last.

    `splits`: by the id after, the parts of the codes that were split, see decisions.split_codes.
    """
    heirs = successors(before, after)
    shifted = _shifted(before, after, heirs)
    found: list[Difference] = []
    for code in before.by_order:
        if code.id not in heirs:
            heir = after.resolve(code.id)
            merged = heir in after.by_id
            found.append(Difference("merged" if merged else "deleted", code.id, "", (heir,) if merged else ()))
        else:
            found += _of_one(code, after.by_id[heirs[code.id]], heirs, code.id in shifted, splits or {})
    old = set(heirs.values())
    found += [
        Difference("added", code.id, code.id, (code.parent,) if code.parent else ())
        for code in after.by_order
        if code.id not in old
    ]
    return found


def word_diff(before: str, after: str) -> str:
    """Two texts as one, with what went as [-old-] and what came as {+new+}."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if how == "equal":
            pieces.append(gone)
        else:
            pieces += [f"[-{gone}-]"] * bool(gone) + [f"{{+{come}+}}"] * bool(come)
    return "".join(pieces)


def _of_one(
    old: Code, new: Code, heirs: Mapping[str, str], shifted: bool, splits: Mapping[str, tuple[str, ...]]
) -> Iterator[Difference]:
    """What differs in a code that goes on."""
    if old.id != new.id:
        yield Difference("renamed", old.id, new.id, (new.id,))
    if shifted:
        yield Difference("moved", old.id, new.id, (new.parent,) if new.parent else ())
    if new.retired and not old.retired:
        parts = splits.get(new.id, ())
        into = parts or ((new.replaced_by,) if new.replaced_by else ())
        yield Difference("split" if parts else "retired", old.id, new.id, into)
    elif old.retired and not new.retired:
        yield Difference("restored", old.id, new.id)
    for field in _TEXTS:
        was, now = _by_language(getattr(old, field)), _by_language(getattr(new, field))
        for language in dict.fromkeys((*was, *now)):
            if was.get(language, "") != now.get(language, ""):
                name = f"{field} ({language})" if language else field
                yield Difference("redefined", old.id, new.id, (), name, was.get(language, ""), now.get(language, ""))
    for field in _FACTS:
        first, then = getattr(old, field), getattr(new, field)
        ended = field == "replaced_by" and (new.retired != old.retired or heirs.get(first or "") == then)
        if first != then and not ended:
            yield Difference("changed", old.id, new.id, (), field, _plain(first), _plain(then))


def _shifted(before: Codebook, after: Codebook, heirs: Mapping[str, str]) -> set[str]:
    """The codes, by their ids before, under another parent or in another place among those that stayed beside them."""
    found = set()
    older = {new: old for old, new in heirs.items()}
    place = {code.id: at for at, code in enumerate(before.by_order)}
    for parent, codes in after.children.items():
        here = [older[code.id] for code in codes if code.id in older]
        parents = {name: before.by_id[name].parent for name in here}
        stayed = [name for name in here if (heirs.get(parents[name] or "") if parents[name] else None) == parent]
        found |= set(here) - set(stayed)
        found |= set(stayed) - _rising(stayed, place)
    return found


def _rising(names: Collection[str], place: Mapping[str, int]) -> set[str]:
    """The longest run of names whose places rise: these stayed, the others were moved between them."""
    ends: list[int] = []
    runs: list[list[str]] = []
    for name in names:
        at = bisect_left(ends, place[name])
        run = [*(runs[at - 1] if at else []), name]
        ends[at : at + 1] = [place[name]]
        runs[at : at + 1] = [run]
    return set(runs[-1]) if runs else set()


def _by_language(text: Text | None) -> Mapping[str, str]:
    return ({"": text} if text else {}) if isinstance(text, str | None) else text


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
