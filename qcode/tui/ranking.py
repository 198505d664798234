"""Which codes a person means by a few letters, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qcode.core.codebook import Code, Codebook, in_language
from qcode.core.words import nfc

_LEAST = 62  # likeness, of 100, below which a code isn't offered
_SIGNS = {"+": "helping", "-": "hindering", "±": "both"}


class Typed(NamedTuple):
    """What was typed in the palette: letters, and a valence where a sign ends them (`S7+`)."""

    letters: str
    valence: str | None = None


def typed(text: str, valences: Sequence[str]) -> Typed:
    """Letters and valence; a sign for a valence that the codebook doesn't have is a letter like any other."""
    words = text.strip()
    valence = _SIGNS.get(words[-1:])
    return Typed(words[:-1].rstrip(), valence) if valence in valences else Typed(words)


def ranked(
    book: Codebook, letters: str, language: str, *, first: Sequence[str] = (), perspective: str | None = None
) -> tuple[Code, ...]:
    """The codes that fit the letters, best first; without letters `first`, then all in the codebook's order.

    `first`: ids to prefer among equals. Codes that don't apply to the perspective come last; retired ones never.
    """
    active = [code for code in book.by_order if not code.retired]
    wanted = nfc(letters).casefold().strip()
    scores = {code.id: _score(wanted, code, language) if wanted else 100.0 for code in active}
    prefer = {code: at for at, code in reversed(list(enumerate(first)))}
    far = len(first)

    def place(code: Code) -> tuple[bool, float, int]:
        applies = perspective is None or book.applies(code.id, perspective)
        return not applies, -scores[code.id], prefer.get(code.id, far)

    return tuple(sorted((code for code in active if scores[code.id] >= _LEAST), key=place))


def _score(wanted: str, code: Code, language: str) -> float:
    key = (code.key or "").casefold()
    names = [text.casefold() for text in (in_language(code.label, language), code.id, *code.aliases) if text]
    if wanted == key or wanted in names:
        return 200
    if key.startswith(wanted):
        return 150
    if any(name.startswith(wanted) for name in names):
        return 140
    if any(word.startswith(wanted) for name in names for word in name.replace("-", " ").split()):
        return 130
    if any(wanted in name for name in names):
        return 120
    definition = in_language(code.definition, language).casefold()
    pieces = wanted.split()
    if all(any(piece in name for name in names) for piece in pieces):
        return 110
    if all(piece in definition or any(piece in name for name in names) for piece in pieces):
        return 90
    return _likeness(wanted, names)


def _likeness(wanted: str, names: Sequence[str]) -> float:
    """How like the nearest name: for letters left out (vtb for vertrouwensband), and for letters mistaken."""
    from rapidfuzz import fuzz  # takes time to load, and only the palette needs it

    initials = 70.0 if len(wanted) > 1 and any(_subsequence(wanted, name) for name in names) else 0.0
    if len(wanted) < 4:
        return initials
    return max(initials, *(float(fuzz.partial_ratio(wanted, name)) - 15 for name in names))


def _subsequence(wanted: str, name: str) -> bool:
    letters = iter(name)
    return name[:1] == wanted[:1] and all(letter in letters for letter in wanted)
