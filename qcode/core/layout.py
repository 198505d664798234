"""How a transcript is laid out: who speaks where, and what phase and question each part is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from qcode.core.words import nfc

Span = tuple[int, int]

# Only \n ends a line: a form feed or U+2028 in a text is a character like any other, so never `splitlines`.
# The head of a text ends at its first line of three hyphens or dots, whatever blank space follows them.
_FRONT = re.compile(r"---[^\S\n]*\n(?P<head>.*?)^(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|\Z)")
_NAMED = re.compile(r"( {0,3})\*\*([^*\n]*[^*\s:])\s*:\*\*")
_BARE = re.compile(r"( {0,3})([^\s:*#{][^:\n]{0,78}?)\s*:(?=\s|\Z)")
_MARK_OF_TURN = re.compile(rf"{_NAMED.pattern}|{_BARE.pattern}")
_MARKS = re.compile(r"(?:\{\s*(?:phase|q)=[^\s{}]+(?:\s+(?:phase|q)=[^\s{}]+)*\s*\}\s*)+\Z")
_MARK = re.compile(r"(phase|q)=([^\s{}]+)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's turn: from the mark that opens it to the next turn or heading, blank space at its end left out."""

    start: int
    end: int
    speaker: str
    role: str | None
    line: int
    index: int


class Section(NamedTuple):
    """From here to the next section the text is about this phase and question. `line`: where the file says so."""

    start: int
    phase: str | None
    question: str | None
    line: int = 0


@dataclass(frozen=True)
class Layout:
    """The turns and sections of one text, in its order. Offsets are code points of that text.

    `entries`: in the YAML form, where a line of the text is no line of the file, the pieces of text with
    the line of the file at which each one's entry begins; None in the Markdown form.
    """

    text: str = field(default="", repr=False)
    turns: tuple[Turn, ...] = ()
    sections: tuple[Section, ...] = ()
    entries: tuple[tuple[int, int], ...] | None = None

    def turn_at(self, offset: int) -> Turn | None:
        """The turn that holds the character at the offset."""
        at = bisect_right(self._turn_starts, offset) - 1
        return self.turns[at] if at >= 0 and offset < self.turns[at].end else None

    def speech(self, turn: Turn) -> Span:
        """The turn's own words, without the mark that opens it."""
        mark = None if self.entries is not None else _MARK_OF_TURN.match(self.text, turn.start, turn.end)
        begin = mark.end() if mark else turn.start
        words = self.text[begin : turn.end]
        return begin + len(words) - len(words.lstrip()), turn.end

    def phase_at(self, offset: int) -> str | None:
        """The phase of the section in which the offset lies."""
        section = self._section_at(offset)
        return section.phase if section else None

    def question_at(self, offset: int) -> str | None:
        """The guide's question under which the offset lies."""
        section = self._section_at(offset)
        return section.question if section else None

    def line_of(self, offset: int) -> int:
        """The line of the transcript's file, from 1; in the YAML form the line where the turn's entry begins."""
        at = bisect_right(self._line_starts, offset) - 1
        return at + 1 if self.entries is None else self._entry_lines[at] if at >= 0 else 1

    def span_of_line(self, line: int) -> Span | None:
        """The part of the text that stands on a line of the file, as `line_of` counts; None where nothing does."""
        at = line - 1 if self.entries is None else self._line_index.get(line, -1)
        if not 0 <= at < len(self._line_starts):
            return None
        after = self._line_starts[at + 1] if at + 1 < len(self._line_starts) else len(self.text)
        return self._line_starts[at], after

    def _section_at(self, offset: int) -> Section | None:
        at = bisect_right(self._section_starts, offset) - 1
        return self.sections[at] if at >= 0 else None

    # Looked up for every coding, so each is made once, and only when asked for.
    @cached_property
    def _turn_starts(self) -> Sequence[int]:
        return [turn.start for turn in self.turns]

    @cached_property
    def _section_starts(self) -> Sequence[int]:
        return [section.start for section in self.sections]

    @cached_property
    def _line_starts(self) -> Sequence[int]:
        if self.entries is not None:
            return [start for start, _ in self.entries]
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def _entry_lines(self) -> Sequence[int]:
        return [line for _, line in self.entries or ()]

    @cached_property
    def _line_index(self) -> Mapping[int, int]:
        return {line: at for at, line in reversed(list(enumerate(self._entry_lines)))}


def front_matter(text: str) -> tuple[str, int] | None:
    """What stands between the `---` lines that a Markdown text may begin with, and where its body begins.

    None where it begins otherwise, or where that has no end.
    """
    match = _FRONT.match(text)
    return (match["head"], match.end()) if match else None


def read_markdown(text: str, body_start: int, speakers: Mapping[str, str]) -> Layout:
    """The layout of a Markdown transcript. `speakers`: names that open a turn without asterisks, and their roles."""
    reader = _Reader(text, {nfc(name): role for name, role in speakers.items()})
    line = text.count("\n", 0, body_start) + 1
    for start, words in _lines(text, body_start):
        reader.take(start, words, line)
        line += 1
    return reader.done()


def read_turns(turns: Sequence[TurnText], speakers: Mapping[str, str]) -> Layout:
    """The layout of a transcript that is a list of turns; its text is theirs, joined by a blank line."""
    roles = {nfc(name): role for name, role in speakers.items()}
    text = "\n\n".join(turn.text for turn in turns)
    found: list[Turn] = []
    sections: list[Section] = []
    at = 0
    phase = question = None
    for turn in turns:
        phase, question = turn.phase or phase, turn.question or question
        if turn.phase or turn.question:
            sections.append(Section(at, phase, question, turn.line))
        end = at + len(turn.text.rstrip())
        found.append(Turn(at, end, turn.speaker, roles.get(turn.speaker) or None, turn.line, len(found)))
        at += len(turn.text) + 2
    return Layout(text, tuple(found), tuple(sections), tuple((turn.start, turn.line) for turn in found))


class TurnText(NamedTuple):
    """One entry of a transcript in the YAML form. `line`: of the file, where the entry begins."""

    speaker: str
    text: str
    phase: str | None
    question: str | None
    line: int


class _Reader:
    """Goes through a text line by line and remembers the turn it is in."""

    def __init__(self, text: str, roles: Mapping[str, str]) -> None:
        self.text = text
        self.roles = roles
        self.turns: list[Turn] = []
        self.sections: list[Section] = []
        self.open: Callable[[int], Turn] | None = None  # the turn that is open, once its end is known
        self.end = 0
        self.phase: str | None = None
        self.question: str | None = None
        self.paragraph = True  # whether a paragraph can begin here

    def take(self, start: int, words: str, line: int) -> None:
        if not words or words.isspace():
            self.paragraph = True
        elif "#" in words[:4] and _HEADING.match(words):
            self._close()
            self._mark(start, words, line)
            self.paragraph = True
        elif "}" in words and _MARKS.match(words.lstrip()):
            self._mark(start, words, line)
            self.paragraph = True
        else:
            if self.paragraph:
                self._begin(start, words, line)
            self.end = start + len(words.rstrip())
            self.paragraph = False

    def done(self) -> Layout:
        self._close()
        return Layout(self.text, tuple(self.turns), tuple(self.sections))

    def _begin(self, start: int, words: str, line: int) -> None:
        opened = self._speaker(words)
        if opened:
            self._close()
            indent, name = opened
            role, index = self.roles.get(name) or None, len(self.turns)
            self.open = lambda end: Turn(start + indent, end, name, role, line, index)

    def _speaker(self, words: str) -> tuple[int, str] | None:
        if match := _NAMED.match(words):
            return len(match[1]), nfc(match[2].strip())
        if (match := _BARE.match(words)) and nfc(match[2]) in self.roles:
            return len(match[1]), nfc(match[2])
        return None

    def _mark(self, start: int, words: str, line: int) -> None:
        marks = _MARKS.search(words.rstrip()) if "{" in words else None
        if marks:
            said = dict(_MARK.findall(marks[0]))
            self.phase = nfc(said["phase"]) if "phase" in said else self.phase
            self.question = nfc(said["q"]) if "q" in said else self.question
            self.sections.append(Section(start, self.phase, self.question, line))

    def _close(self) -> None:
        if self.open:
            self.turns.append(self.open(self.end))
        self.open = None


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    for words in text[start:].split("\n"):
        yield start, words
        start += len(words) + 1
