"""Who speaks where: labels at the start of lines made into turns, everything else kept as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from qcode.core.words import counted, nfc

_MOST_WORDS = 4  # of a label: longer ones are sentences
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
# A name begins with a letter and holds nothing that ends a sentence or that Markdown would act on.
_NAME = r"(?P<name>[^\W\d_][^\n:*\\\[\]<>?!,;\"“”]{0,60}?)"
# White space after the colon: so `10:30` and `https://` are no labels.
_COLON = re.compile(
    rf"(?P<before>[\[(]?{_TIME}[\])]?\s+)?{_NAME}\s*(?P<after>[\[(]{_TIME}[\])])?\s*:(?:\s+(?P<text>.*))?\Z"
)
_TIMED = re.compile(rf"{_NAME}(?P<after>\s+[\[(]?{_TIME}[\])]?)\Z")
_ALONE = re.compile(rf"{_NAME}(?<![.,…])\Z")
_STRUCTURE = re.compile(r"#|\*\*[^\n]*?:\s*\*\*|-{3,}\Z|.*\{\s*(?:phase|q)\s*=[^{}\n]*\}\Z")
_UNFIT = re.compile(r"[\s:*\\<>\[\]]+")


class Said(NamedTuple):
    """A line that opens with a label: who, what, and whether a time stood beside the label."""

    label: str
    text: str
    stamped: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as found. `label`: what stands beside it in a table's first column."""

    lines: tuple[str, ...]
    heading: bool = False
    label: str | None = None


class Text(NamedTuple):
    """A body made of paragraphs, with the speakers in it in the order met, and notes for the user."""

    body: str
    speakers: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Which labels of one file are speakers. They are compared without case; a declared one is spelled as declared."""

    declared: Mapping[str, str]
    recurring: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def knows(self, label: str) -> bool:
        return _key(label) in self.declared or _key(label) in self.recurring

    def spelled(self, label: str) -> str:
        """The label fit to stand between `**` and `:**`."""
        return self.declared.get(_key(label), _UNFIT.sub(" ", label).strip())

    def turn(self, line: str, opens: bool = False) -> Said | None:
        """The line as a turn of a known speaker. `opens`: it opens a paragraph, so a name may stand alone on it."""
        said = labelled(line)
        if said is None and opens and _key(line) in self.alone:
            said = Said(line, "")
        if said is None or not (self.knows(said.label) or _key(said.label) in self.alone):
            return None
        return said._replace(label=self.spelled(said.label))


def labelled(line: str) -> Said | None:
    """The line as label and text, if so shaped: `Name: …`, `[0:03] Name: …`, `Name (0:03): …`, `Name  0:03`."""
    match = _COLON.match(line)
    if match:
        stamped = bool(match["before"] or match["after"])
        return Said(match["name"], (match["text"] or "").strip(), stamped)
    match = _TIMED.match(line)
    return Said(match["name"], "", True) if match else None


def cast_of(labels: Iterable[str], speakers: Collection[str], enough: int = 2) -> Cast:
    """The cast of a file by the labels met in it: those declared, and short ones met at least `enough` times."""
    counts = Counter(_key(label) for label in labels if len(label.split()) <= _MOST_WORDS)
    recurring = frozenset(key for key, count in counts.items() if count >= enough)
    declared = {_key(speaker): nfc(speaker).strip() for speaker in speakers}
    return Cast(declared, recurring, frozenset(declared))


def spoken(blocks: Collection[Block], speakers: Collection[str]) -> Text:
    """The blocks as Markdown, with the turns of those who speak in them."""
    labels = list(_labels(blocks))
    cast = cast_of(labels, speakers)
    notes = []
    if not any(cast.knows(label) for label in labels):
        alone = _standing_alone(blocks)
        cast = Cast(cast.declared, cast.recurring, cast.alone | alone.keys())
        if alone:
            notes.append("taken for speakers, as they stand alone on their lines: " + ", ".join(alone.values()))
    moves = list(_moves(blocks, cast))
    stamps = sum(move.stamped for move in moves if isinstance(move, Said))
    if stamps:
        notes.append(counted(stamps, "time stamp") + " beside speakers left out")
    once = [label for label in dict.fromkeys(labels) if not cast.knows(label) and len(label.split()) <= _MOST_WORDS]
    if once:
        notes.append("kept as text, not taken for speakers: " + ", ".join(f"{label}:" for label in once[:5]))
    return written(moves, notes)


def written(moves: Iterable[Said | str | None], notes: Iterable[str] = ()) -> Text:
    """Turns (Said), lines (str, Heading) and paragraph breaks (None) as one Markdown body."""
    page = _Page()
    for move in moves:
        page.take(move)
    page.settle()
    body = "\n\n".join("\n".join(lines) for lines in page.paragraphs)
    unknown = () if page.speakers else ("no speakers recognised",)
    return Text(nfc(body) + "\n", tuple(page.speakers), (*notes, *unknown))


class _Page:
    """Paragraphs as they grow. `waiting`: a label whose words are still to come; `fresh`: the next line opens one."""

    def __init__(self) -> None:
        self.paragraphs: list[list[str]] = []
        self.speakers: dict[str, None] = {}
        self.waiting = ""
        self.fresh = True

    def take(self, move: Said | str | None) -> None:
        if move is None:
            self.fresh = True
        elif isinstance(move, Said):
            self.settle()
            self.speakers[move.label] = None
            self.waiting = f"**{move.label}:**"
            if move.text:
                self._line(move.text)
        elif isinstance(move, Heading):
            self.settle()
            self.paragraphs.append([f"## {move}"])
            self.fresh = True
        else:
            self._line(move)

    def _line(self, line: str) -> None:
        if self.waiting:
            self.paragraphs.append([f"{self.waiting} {line}"])
        elif self.fresh:
            self.paragraphs.append([kept(line)])
        else:
            self.paragraphs[-1].append(kept(line))
        self.waiting, self.fresh = "", False

    def settle(self) -> None:
        """A label that got no words stands as it is: nothing that was in the file goes missing."""
        if self.waiting:
            self.paragraphs.append([self.waiting])
            self.waiting, self.fresh = "", True


class Heading(str):
    """A line that is meant as a Markdown heading."""

    __slots__ = ()


def kept(line: str) -> str:
    """The line so that it stays text where Markdown or the transcript's own marks would read structure in it."""
    return "\\" + line if _STRUCTURE.match(line) else line


def _key(label: str) -> str:
    return nfc(label).strip().casefold()


def _labels(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.heading:
            continue
        if block.label:
            yield block.label
        yield from (said.label for said in map(labelled, block.lines) if said)


def _standing_alone(blocks: Collection[Block]) -> dict[str, str]:
    """Names alone on the first line of paragraphs, by key: only where they recur and make up a fifth of all lines."""
    firsts = [block.lines[0] for block in blocks if block.lines and not block.heading]
    names = [line for line in firsts if _ALONE.match(line) and line[0].isupper() and len(line.split()) <= _MOST_WORDS]
    counts = Counter(map(_key, names))
    alone = {_key(name): name for name in names if counts[_key(name)] > 1}
    total = sum(len(block.lines) for block in blocks)
    return alone if len(alone) > 1 and 5 * sum(counts[key] for key in alone) >= total else {}


def _moves(blocks: Iterable[Block], cast: Cast) -> Iterator[Said | str | None]:
    for block in blocks:
        yield None
        lines = block.lines
        if block.heading:
            yield Heading(" ".join(lines))
            continue
        if block.label and cast.knows(block.label):
            yield Said(cast.spelled(block.label), lines[0] if lines else "")
            lines = lines[1:]
        elif block.label:
            yield block.label
            yield None
        for number, line in enumerate(lines):
            yield cast.turn(line, opens=number == 0) or line
