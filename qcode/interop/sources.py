"""An interview from elsewhere as the body of a transcript: Markdown, plain text, Word or subtitles."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from qcode.core.errors import QcodeError, Where
from qcode.core.layout import front_matter, read_markdown
from qcode.interop.subtitles import language_of, read_subtitles
from qcode.interop.texts import decode
from qcode.interop.turns import Block, Text, spoken
from qcode.interop.word import read_word


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held. `body`: Markdown in NFC with LF, ending in one newline.

    `head`: a Markdown file's front matter as it stood between its `---` lines, not parsed. `front`: facts that other
    formats state (WebVTT its `language`). `speakers`: in the order met. `notes`: plain sentences for the user.
    """

    front: dict[str, str]
    head: str | None
    body: str
    speakers: tuple[str, ...]
    notes: tuple[str, ...]


def read_source(name: str, data: bytes, *, speakers: Collection[str] = ()) -> Imported:
    """The interview in a file's bytes; the name's ending says how to read it. `speakers`: labels known to be speakers.

    Raises QcodeError for an unknown ending, a missing extra, or a file that can't be read or holds no text.
    """
    ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
    reader = _READERS.get(ending)
    if reader is None:
        known = ", ".join(_READERS)
        raise QcodeError(
            f"'{ending or name}' is no kind of file that can be imported", where=Where(name), hint=f"Known: {known}."
        )
    found = reader(name, data, speakers) if data.strip() else None
    if found is None or not found.body.strip():
        raise QcodeError("this holds no text", where=Where(name), hint="Look whether it is the right file.")
    return found


def _markdown(name: str, data: bytes, speakers: Collection[str]) -> Imported:
    text, notes = decode(name, data)
    head, start = front_matter(text) or (None, 0)
    body = text[start:].strip("\n") + "\n"
    return Imported({}, head, body, _speakers(body, speakers), notes)


def _speakers(body: str, declared: Collection[str]) -> tuple[str, ...]:
    """Who has a turn in a Markdown body, as transcripts are read: `**Name:**`, or `Name:` of a declared speaker."""
    turns = read_markdown(body, 0, dict.fromkeys(declared, "")).turns
    return tuple(dict.fromkeys(turn.speaker for turn in turns))


def _plain(name: str, data: bytes, speakers: Collection[str]) -> Imported:
    text, notes = decode(name, data)
    paragraphs = re.split(r"\n\s*\n", text.strip())
    blocks = [Block(tuple(line.strip() for line in lines.split("\n"))) for lines in paragraphs if lines]
    return _imported(spoken(blocks, speakers), notes)


def _word(name: str, data: bytes, speakers: Collection[str]) -> Imported:
    blocks, notes = read_word(name, data)
    return _imported(spoken(blocks, speakers), notes)


def _subtitles(ending: str) -> Callable[[str, bytes, Collection[str]], Imported]:
    def read(name: str, data: bytes, speakers: Collection[str]) -> Imported:
        text, notes = decode(name, data)
        language = language_of(text) if ending == ".vtt" else None
        return _imported(
            read_subtitles(name, ending, text, speakers), notes, {"language": language} if language else {}
        )

    return read


def _imported(text: Text, notes: tuple[str, ...], front: dict[str, str] | None = None) -> Imported:
    return Imported(front or {}, None, text.body, text.speakers, (*notes, *text.notes))


_READERS: dict[str, Callable[[str, bytes, Collection[str]], Imported]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _plain,
    ".docx": _word,
    ".vtt": _subtitles(".vtt"),
    ".srt": _subtitles(".srt"),
    ".sbv": _subtitles(".sbv"),
}
