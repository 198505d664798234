"""Codings files in the very form that qcode gives them, read without a YAML parser: many times faster.

Anything that differs by a character (a comment, another order, a folded text) is not taken here and goes the way of all
YAML. What is taken reads the same as there: that is a law in the tests.
"""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs lack it

from qcode.core.errors import Where
from qcode.core.model import Coded, CodingSet, Segment
from qcode.core.words import nfc

# A name without quotation marks, which no reader of YAML takes for anything else; and a text in them.
_NAME = r"(?!(?:null|Null|NULL)\n)[^\W\d_](?:[\w.-]*\w)?"
_HASH = r"[0-9a-f]{40}"
_RAW = r"[^\"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
# The escapes that JSON has too, but for surrogates: there a pair is one character, in YAML it is two.
_TEXT = rf'"{_RAW}*+(?:\\(?:[nrt"\\]|u(?![dD][89a-fA-F])[0-9a-fA-F]{{4}}){_RAW}*+)*+"'
_WORD = rf"(?:{_NAME}|{_TEXT})"

_HEAD = re.compile(
    rf"transcript: ({_WORD})\ncoder: ({_WORD})\n(?:status: ({_NAME})\n)?(?:codebook_version: ([1-9][0-9]{{0,8}})\n)?"
    rf"(?:text: ({_HASH}|{_WORD})\n)?segments:(?: \[\])?\n"
)
_SEGMENT = re.compile(
    rf"- id: ({_NAME})\n(?:  line: ([1-9][0-9]{{0,8}})\n)?  quote: ({_TEXT})\n(?:  before: ({_TEXT})\n)?"
    rf"(?:  after: ({_TEXT})\n)?(?:  text: ({_HASH}|{_WORD})\n)?  codes:\n"
)
_CODE = re.compile(
    rf"  - (?:code: ({_WORD})\n(?:    valence: ({_WORD})\n)?(?:    phase: ({_WORD})\n)?(?:    memo: ({_TEXT})\n)?"
    rf"|({_WORD})\n)"
)
_MEMO = re.compile(rf"  memo: ({_TEXT})\n")


def read_canonical(text: str, case: str, path: str) -> CodingSet | None:
    """The codings in a file of that form; None where it is of any other."""
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
        nfc(_value(transcript)), nfc(_value(coder)), tuple(segments), status or "open",
        int(version) if version else None, _maybe(blob), path, case, Where(path, 1, 1),
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
        if alone is not None:
            codes.append(Coded(nfc(_value(alone)), where=where))
            below += 1
        else:
            codes.append(Coded(nfc(_value(code)), _name(valence), _name(phase), _maybe(memo), where))
            below += match[0].count("\n")
        at = match.end()
    if not codes:
        return None
    memo_line = _MEMO.match(text, at)
    own, number, quote, before, after, blob = head.groups()
    segment = Segment(
        nfc(own), _value(quote), tuple(codes), int(number) if number else None,
        _maybe(before), _maybe(after), _maybe(blob), _maybe(memo_line[1] if memo_line else None), slot,
        Where(path, line, 3),
    )  # fmt: skip
    return segment, memo_line.end() if memo_line else at


def _value(written: str) -> str:
    """The text of a scalar as it is written."""
    if written[0] != '"':
        return written
    return str(scanstring(written, 1)[0]) if "\\" in written else written[1:-1]


def _maybe(written: str | None) -> str | None:
    return None if written is None else _value(written)


def _name(written: str | None) -> str | None:
    return None if written is None else nfc(_value(written))
