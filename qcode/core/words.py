"""Names and texts that people wrote: compared in NFC, sorted as people count, shown without side effects."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

NONE = "–"  # how having no value is shown

_ID = re.compile(r"[^\W_](?:[\w-]*\w)?\Z")
_CODER = re.compile(r"[^\W_](?:[\w.-]*\w)?\Z")
_NUMBER = re.compile(r"(\d+)")
_DIGITS = 1000  # of a number; Python refuses to read those of several thousands
# What a terminal would act on rather than show: C0 and C1 controls (not \n, \t), bidi overrides and isolates,
# the separators that some programs take for a line end, lone surrogates, and the two that XML has no place for.
_ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def nfc(text: str) -> str:
    """The text in Unicode normal form C, in which all names are compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_id(text: str) -> bool:
    """Whether a name may be an id: letters and digits of any script, `-` and `_`."""
    return bool(_ID.match(text))


def is_coder(text: str) -> bool:
    """Whether a name may be a coder's: like an id, dots allowed."""
    return bool(_CODER.match(text))


def slug(text: str) -> str:
    """A name made fit to be an id: lower case, everything else a hyphen. May be empty."""
    return re.sub(r"[^\w]+", "-", nfc(text).lower()).strip("-_")


def short_slug(text: str, longest: int = 60) -> str:
    """A slug for typing: of a long text its first words."""
    whole = slug(text)
    if len(whole) <= longest:
        return whole
    return (whole[: longest + 1].rpartition("-")[0] or whole[:longest]).strip("-_")


def unused(name: str, taken: Callable[[str], bool]) -> str:
    """The name, or where that is taken the first free one of `name-2`, `name-3`, …"""
    number, free = 1, name
    while taken(free):
        number += 1
        free = f"{name}-{number}"
    return free


def several(value: str | Sequence[str]) -> tuple[str, ...]:
    """One name, or some, as some."""
    return (value,) if isinstance(value, str) else tuple(map(str, value))


@lru_cache(maxsize=100_000)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts case 2 before case 10."""
    parts = _NUMBER.split(text)
    return tuple((0, int(p), p) if p.isdecimal() and len(p) <= _DIGITS else (1, 0, p) for p in parts if p)


def counted(number: int, noun: str) -> str:
    """`1 cue`, `3 cues`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = [*names] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def visible(text: str) -> str:
    """The text with everything that a terminal would act on written out instead."""
    return _ACTS.sub(_spell, text)


def one_line(text: str) -> str:
    """The text on one line, white space folded, safe to print."""
    return visible(" ".join(text.split()))


def _spell(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures: ␛ for escape
    return "␡" if code == 0x7F else f"‹U+{code:04X}›"
