"""What became of quotes after an edit, to read: the words as they were beside the words as they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import NamedTuple

from rich.cells import cell_len, chop_cells
from rich.color import ColorSystem
from rich.style import Style

from qcode.core.anchor import CONTEXT
from qcode.core.facts import Placed
from qcode.core.fuzzy import Span
from qcode.core.model import Study
from qcode.core.reanchor import current
from qcode.core.words import one_line, visible
from qcode.report.grid import wrap

STATES = ("exact", "moved", "changed", "ambiguous", "lost")
OLD, NEW, BOLD = Style(color="red"), Style(color="green"), Style(bold=True)

_ENDS = 6  # words shown of either end of a long quote, where it is the context that tells
_NARROWEST = 24  # the least width of a column; in less the two stand one above the other
_INDENT = " " * 4


class Word(NamedTuple):
    """A word to show; `marked`: it is on one side only."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Fates:
    """Segments with what became of them. `width`: of the terminal; None where there is none."""

    study: Study
    found: Sequence[Placed]
    width: int | None = None
    colour: bool = False

    def text(self) -> str:
        """A heading for each codings file of which not all is exact, and under it what is not."""
        lines = []
        for _, group in groupby(self.found, key=lambda placed: id(placed.codings)):
            of_file = [*group]
            if any(placed.located.how != "exact" for placed in of_file):
                lines.append(self._heading(of_file))
                lines += [self.block(placed) for placed in of_file if placed.located.how != "exact"]
        return "".join(f"{line}\n" for line in lines)

    def json(self) -> str:
        """All segments but those that are as the file says."""
        data = [self._record(placed) for placed in self.found if not current(placed)]
        return json.dumps({"report": "reanchor", "data": data}, ensure_ascii=False, indent=1) + "\n"

    def block(self, placed: Placed) -> str:
        """One segment: id, state, line and codes; then its words, and where it may stand now."""
        title = (self._styled(f"  {line}", BOLD) for line in wrap(self._title(placed), (self.width or 10_000) - 2))
        return "".join(f"{line.rstrip()}\n" for line in (*title, *self._body(placed)))

    def _heading(self, of_file: Sequence[Placed]) -> str:
        codings, transcript = of_file[0].codings, of_file[0].transcript
        return self._styled(f"{one_line(transcript.path)} · {one_line(codings.coder)}: {counts(of_file)}\n", BOLD)

    def _title(self, placed: Placed) -> str:
        located, segment = placed.located, placed.segment
        alike = f", {located.score:.0%} alike" if located.how == "changed" else ""
        book, language = self.study.codebook, self.study.language
        given = [book.title(book.resolve(coded.code), language) for coded in segment.codes]
        codes = ", ".join((*given, *(f"not {book.title(book.resolve(code), language)}" for code in segment.against)))
        lines = [segment.line, self._line(placed, located.span) if located.span else None]
        line = " → ".join(dict.fromkeys(str(line) for line in lines if line))
        parts = (segment.id, f"{located.how}{alike}", line and f"line {line}", codes)
        return " · ".join(one_line(part) for part in parts if part)

    def _body(self, placed: Placed) -> Iterator[str]:
        located, segment = placed.located, placed.segment
        if located.span and located.how == "changed":
            yield from self._beside(segment.quote, self._at(placed, located.span))
        elif located.span:
            was = _in_context(segment.before or "", segment.quote, segment.after or "")
            yield from self._beside(was, self._now(placed, located.span))
        else:
            yield from self._folded(_words(f"“{segment.quote}”"), OLD)
        for number, span in enumerate(located.candidates, 1):
            text = f"{number}) line {self._line(placed, span)}: {self._now(placed, span)}"
            yield from self._folded(_words(text), NEW)

    def _beside(self, old: str, new: str) -> Iterator[str]:
        """Old and new in two columns; where there is no room or no terminal, one above the other."""
        was, now = _marked(old, new)
        column = (self.width - len(_INDENT) - 3) // 2 if self.width else 0
        if column < _NARROWEST:
            yield from self._folded([Word("-"), *was], OLD)
            yield from self._folded([Word("+"), *now], NEW)
            return
        nothing: list[Word] = []
        for left, right in zip_longest(_fold(was, column), _fold(now, column), fillvalue=nothing):
            pad = " " * (column - _length(left))
            yield f"{_INDENT}{self._line_of(left, OLD)}{pad} │ {self._line_of(right, NEW)}"

    def _folded(self, words: Sequence[Word], style: Style) -> Iterator[str]:
        lines = _fold(words, max(self.width - len(_INDENT), _NARROWEST)) if self.width else [[*words]]
        return (_INDENT + self._line_of(line, style) for line in lines)

    def _line_of(self, words: Sequence[Word], style: Style) -> str:
        return " ".join(self._styled(word.text, style) if word.marked else word.text for word in words)

    def _styled(self, text: str, style: Style) -> str:
        return style.render(text, color_system=ColorSystem.STANDARD) if self.colour else text

    def _line(self, placed: Placed, span: Span) -> int:
        return placed.transcript.layout.line_of(span[0])

    def _at(self, placed: Placed, span: Span) -> str:
        return placed.transcript.text[slice(*span)]

    def _now(self, placed: Placed, span: Span) -> str:
        text, (start, end) = placed.transcript.text, span
        return _in_context(text[max(0, start - CONTEXT) : start], text[start:end], text[end : end + CONTEXT])

    def _record(self, placed: Placed) -> dict[str, object]:
        located, segment = placed.located, placed.segment
        return {
            "id": segment.id,
            "transcript": placed.transcript.id,
            "coder": placed.codings.coder,
            "codes": [self.study.codebook.resolve(coded.code) for coded in segment.codes],
            "against": [self.study.codebook.resolve(code) for code in segment.against],
            "state": located.how,
            "score": round(located.score, 4),
            "quote": segment.quote,
            "line": self._line(placed, located.span) if located.span else None,
            "now": self._at(placed, located.span) if located.span else None,
            "candidates": [
                {"line": self._line(placed, span), "now": self._at(placed, span)} for span in located.candidates
            ],
        }


def counts(found: Sequence[Placed]) -> str:
    """`24 exact, 2 moved, 1 lost`."""
    number = Counter[str](placed.located.how for placed in found)
    return ", ".join(f"{number[state]} {state}" for state in STATES if number[state])


def _in_context(before: str, quote: str, after: str) -> str:
    """A quote between the words beside it; of a long one its first and last words, for it is the place that tells."""
    words = quote.split()
    shown = quote if len(words) <= 2 * _ENDS else " ".join((*words[:_ENDS], "…", *words[-_ENDS:]))
    # The outermost piece of the context may be half a word.
    return f"…{' '.join(before.split(' ')[1:])}»{shown}«{' '.join(after.split(' ')[:-1])}…"


def _words(text: str, marked: bool = False, marks: tuple[str, str] = ("", "")) -> list[Word]:
    """The words of a text, safe to print; marks, if any, around all of them."""
    words = [visible(word) for word in text.split()]
    if words:
        words[0] = marks[0] + words[0]
        words[-1] += marks[1]
    return [Word(word, marked) for word in words]


def _marked(old: str, new: str) -> tuple[list[Word], list[Word]]:
    """The words of both, those of only one marked as `git diff --word-diff` does."""
    was, now = re.findall(r"\S+", old), re.findall(r"\S+", new)
    sides: tuple[list[Word], list[Word]] = ([], [])
    for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        same = kind == "equal"
        sides[0].extend(_words(" ".join(was[a:b]), not same, ("", "") if same else ("[-", "-]")))
        sides[1].extend(_words(" ".join(now[c:d]), not same, ("", "") if same else ("{+", "+}")))
    return sides


def _fold(words: Sequence[Word], width: int) -> list[list[Word]]:
    """The words in lines of that width; one that is too long is cut."""
    lines: list[list[Word]] = [[]]
    for word in words:
        for piece in chop_cells(word.text, width) if cell_len(word.text) > width else [word.text]:
            if lines[-1] and _length(lines[-1]) + 1 + cell_len(piece) > width:
                lines.append([])
            lines[-1].append(Word(piece, word.marked))
    return lines


def _length(words: Sequence[Word]) -> int:
    return sum(cell_len(word.text) for word in words) + max(len(words) - 1, 0)
