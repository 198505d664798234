"""Codings files in the very form that qcode gives them, read without a YAML parser: many times faster.

Anything that differs by a character (a comment, another order, a folded text) is not taken here and goes the way of all
YAML. What is taken reads the same as there: that is a law in the tests.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qcode.core.errors import Where
from qcode.core.model import Coded, CodingSet, Segment
from qcode.core.words import nfc

# The lines of a file, whatever their scalars are; those are looked at one by one, since one pattern of everything takes
# longer to compile than a file to read.
_HEAD = re.compile(
    r"transcript: (.+)\ncoder: (.+)\n(?:status: (.+)\n)?(?:codebook_version: ([1-9][0-9]{0,8})\n)?(?:text: (.+)\n)?"
    r"segments:(?: \[\])?\n"
)
_SEGMENT = re.compile(
    r"- id: (.+)\n(?:  line: ([1-9][0-9]{0,8})\n)?  quote: (.+)\n(?:  before: (.+)\n)?(?:  after: (.+)\n)?"
    r"(?:  text: (.+)\n)?(?=  (?:codes|against):\n)(?:  codes:\n)?"
)
_CODE = re.compile(r"  - (?:code: (.+)\n(?:    valence: (.+)\n)?(?:    phase: (.+)\n)?(?:    memo: (.+)\n)?|(.+)\n)")
_AGAINST = re.compile(r"  against:\n((?:  - .+\n)+)")
_MEMO = re.compile(r"  memo: (.+)\n")
# A name without quotation marks, which no reader of YAML takes for anything else.
_PLAIN = re.compile(r"[^\W\d_](?:[\w.-]*\w)?|[0-9a-f]{40}")
_NULLS = frozenset({"null", "Null", "NULL"})
# In a text in quotation marks, the escapes that qcode writes; any other is YAML's to read.
_ESCAPE = re.compile(r'\\([nrt"\\])|\\u((?![dD][89a-fA-F])[0-9a-fA-F]{4})|(["\\])')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class _OtherFormError(ValueError):
    """A scalar that is not written as qcode writes it."""


@lru_cache(maxsize=4)  # the next save begins from what the last one wrote, and read over
def read_canonical(text: str, case: str, path: str) -> CodingSet | None:
    """The codings in a file of that form; None where it is of any other."""
    # What YAML takes for a line end or refuses is not printable; nor is a no-break space, which costs only the time.
    if not text.replace("\n", "").isprintable():
        return None
    try:
        return _codings(text, case, path)
    except _OtherFormError:
        return None


def _codings(text: str, case: str, path: str) -> CodingSet | None:
    head = _HEAD.match(text)
    if not head:
        return None
    segments: list[Segment] = []
    at, line = head.end(), text.count("\n", 0, head.end()) + 1
    while at < len(text):
        taken = _segment(text, at, path, line, len(segments))
        if taken is None:
            return None
        segment, end = taken
        segments.append(segment)
        line += text.count("\n", at, end)
        at = end
    if bool(segments) == head[0].endswith("[]\n"):
        return None
    transcript, coder, status, version, blob = head.groups()
    return CodingSet(
        _name(transcript) or "", _name(coder) or "", tuple(segments), _name(status) or "open",
        int(version) if version else None, _value(blob), path, case, Where(path, 1, 1),
    )  # fmt: skip


def _segment(text: str, start: int, path: str, line: int, slot: int) -> tuple[Segment, int] | None:
    """The segment that begins there, and where the next one does."""
    head = _SEGMENT.match(text, start)
    if not head:
        return None
    codes: list[Coded] = []
    at, below = head.end(), line + head[0].count("\n")
    while match := _CODE.match(text, at):
        code, valence, phase, memo, alone = match.groups()
        where = Where(path, below, 5)
        codes.append(Coded(_name(code or alone) or "", _name(valence), _name(phase), _value(memo), where))
        below += text.count("\n", at, match.end())
        at = match.end()
    if not codes and head[0].endswith("  codes:\n"):
        return None
    refused = _AGAINST.match(text, at)
    at = refused.end() if refused else at
    against = tuple(_name(item[4:]) or "" for item in refused[1].splitlines()) if refused else ()
    noted = _MEMO.match(text, at)
    own, number, quote, before, after, blob = head.groups()
    segment = Segment(
        _name(own), _value(quote) or "", tuple(codes), int(number) if number else None, _value(before), _value(after),
        _value(blob), _value(noted[1] if noted else None), slot, Where(path, line, 3), (), against,
    )  # fmt: skip
    return segment, noted.end() if noted else at


@lru_cache(maxsize=4096)
def _name(written: str | None) -> str | None:
    """A name, which is compared with others: in NFC."""
    value = _value(written)
    return None if value is None else nfc(value)


def _value(written: str | None) -> str | None:
    """The text of a scalar as it is written. Raises _OtherFormError for one that YAML should look at."""
    if written is None:
        return None
    if written[0] == written[-1] == '"' and len(written) > 1:
        inner = written[1:-1]
        return _ESCAPE.sub(_meant, inner) if "\\" in inner or '"' in inner else inner
    if _PLAIN.fullmatch(written) and written not in _NULLS:
        return written
    raise _OtherFormError


def _meant(match: re.Match[str]) -> str:
    short, code, odd = match.groups()
    if odd:
        raise _OtherFormError
    return chr(int(code, 16)) if code else _ESCAPED[short]
