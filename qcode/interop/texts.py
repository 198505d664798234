"""Bytes from anywhere made into clean text: one encoding, one kind of line end, nothing a terminal would act on."""

from __future__ import annotations

import codecs
import re

from qcode.core.errors import QcodeError, Where
from qcode.core.words import counted, nfc

# What some programs write for a line end: two Unicode separators, NEL, and Word's vertical tab and page break.
_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_GUESSED = "encoding read as windows-1252: look whether accents and quotes came out right"
_SAVE = "Save it as plain text in UTF-8 and import it again."


def decode(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a plain file, and notes on how it was read: UTF-8, UTF-16 with a BOM, else windows-1252.

    Raises QcodeError for what is no text at all.
    """
    text, notes = _decoded(name, data)
    if "\0" in text:
        raise QcodeError("this is no text: it holds NUL bytes", where=Where(name), hint=_SAVE)
    text, removed = clean(text)
    return text, (*notes, *removal(removed))


def clean(text: str) -> tuple[str, int]:
    """The text in NFC with LF line ends, without BOM and control characters, and how many of these there were."""
    text = _ENDS.sub("\n", text.removeprefix("\ufeff"))
    text, removed = _CONTROLS.subn("", text)
    return nfc(text), removed


def removal(removed: int) -> tuple[str, ...]:
    """The note on control characters that were taken out, if there were any."""
    return (counted(removed, "control character") + " removed",) if removed else ()


def _decoded(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8", "windows-1252"):
        try:
            text = data.removeprefix(codecs.BOM_UTF8).decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, (_GUESSED,) if encoding == "windows-1252" else ()
    raise QcodeError("this is no text in a known encoding", where=Where(name), hint=_SAVE)
