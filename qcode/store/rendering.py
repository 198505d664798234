"""Values as YAML text: what qcode writes itself, always one scalar to one physical line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qcode.core.errors import QcodeError

# A scalar is a str that is YAML already (see `plain` and `quoted`).
Value = str | Sequence["Value"] | Mapping[str, "Value"]

# What needs no quotation marks for any reader of YAML 1.1 or 1.2: begins with a letter, or is a hash (digits
# first, but with a letter that no number has), and is none of the words that mean something else.
_PLAIN = re.compile(r"[^\W\d_](?:[\w.-]*\w)?\Z|[0-9](?![xob])[0-9a-z]*[acdfg-z][0-9a-z]*\Z")
_RESERVED = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
# Prose that needs none either: begins with a letter; no quotation mark, bracket or sign that YAML may act on.
_PROSE = re.compile(r"[^\W\d_][\w .,;()/'’“”„–…?!:+%&-]*\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x85": "\\N"}
# What a YAML file may not hold as it is, or what some reader takes for a line end, or nobody can see.
_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]')


def plain(text: str) -> str:
    """A name: without quotation marks where every YAML reader then reads the same text."""
    return text if _PLAIN.match(text) and text.lower() not in _RESERVED else quoted(text)


def quoted(text: str) -> str:
    """A text in double quotation marks, on one line."""
    return f'"{_SPECIAL.sub(_escape, text)}"'


def prose(text: str, style: str | None = None, *, inline: bool = False) -> str:
    """A text for people, on one line, in the style of quotation marks given (none: without) where that can hold it.

    `inline`: it may come to stand in a list or mapping in brackets.
    """
    if style == "'" and not _SPECIAL.search(text.replace('"', "").replace("\\", "")):
        return "'" + text.replace("'", "''") + "'"
    unsafe = ": " in text or text.endswith((":", " ")) or (inline and "," in text)
    if not style and _PROSE.match(text) and not unsafe and text.lower() not in _RESERVED:
        return text
    return quoted(text)


def flow(value: Value) -> str:
    """The value on one line: `[a, b]`, `{k: v}`."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(flow(item) for item in value) + "]"


def entry(key: str, value: Value, dash: int = 0) -> list[str]:
    """The lines of `key: value` in block style. `dash`: by how many columns lists under a key are indented."""
    if isinstance(value, str) or not value:
        return [f"{key}: {flow(value)}"]
    if isinstance(value, Mapping):
        return [f"{key}:", *indented(block(value, dash), 2)]
    return [f"{key}:", *indented(block(value, dash), dash)]


def block(value: Value, dash: int = 0) -> list[str]:
    """The lines of a value in block style, from column 0."""
    if isinstance(value, str) or not value:
        return [flow(value)]
    if isinstance(value, Mapping):
        return [line for key, item in value.items() for line in entry(key, item, dash)]
    return [line for item in value for line in dashed(item, dash)]


def dashed(value: Value, dash: int = 0) -> list[str]:
    """The lines of one item of a list, its dash at column 0."""
    first, *rest = block(value, dash)
    return [f"- {first}", *indented(rest, 2)]


def indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        hint = "Is it typed or pasted in another encoding than UTF-8? Write it anew."
        raise QcodeError(f"a text holds half a character (U+{code:04X}), which no file can hold", hint=hint)
    return _ESCAPES.get(character) or (f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}")
