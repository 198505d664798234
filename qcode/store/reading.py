"""From the bytes of a file to its text, and the faults met on the way as values."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from qcode.core.errors import Problem, Where

BOM = "\ufeff"
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: .*)?$", re.MULTILINE)


@dataclass(slots=True)
class Faults:
    """The faults of one file, in the order in which they are met."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def error(self, rule: str, at: tuple[int, int], message: str, hint: str = "") -> None:
        """A fault for which the file can't be taken for what it is. `at`: line and column from 1, 0 for none."""
        self.problems.append(Problem(rule, "error", Where(self.path, *at), message, hint, stops=True))

    def fault(self, rule: str, at: tuple[int, int], message: str, hint: str = "") -> None:
        """An error that leaves the rest of the study what it is."""
        self.problems.append(Problem(rule, "error", Where(self.path, *at), message, hint))

    def warn(self, rule: str, at: tuple[int, int], message: str, hint: str = "") -> None:
        """Something to look at, which keeps nobody from reading on."""
        self.problems.append(Problem(rule, "warning", Where(self.path, *at), message, hint))

    @property
    def stop(self) -> bool:
        """Whether any of them stops the reading of this file."""
        return any(problem.stops for problem in self.problems)


def blob_id(data: bytes) -> str:
    """The id git gives a file of these bytes, its line ends made LF as a checkout with `eol=lf` has them."""
    content = data.replace(b"\r\n", b"\n")
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def unix(text: str) -> str:
    """The text with every line end made \\n, whichever of the three kinds it has."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def decode(data: bytes, faults: Faults) -> str | None:
    """The text of a file: UTF-8, without a byte order mark, line ends LF. None when it is not text."""
    try:
        text = unix(data.decode("utf-8").removeprefix(BOM))
    except UnicodeDecodeError as error:
        good = unix(data[: error.start].decode("utf-8").removeprefix(BOM))
        message = f"not UTF-8: byte 0x{data[error.start]:02x} can't be read"
        faults.error("encoding", place(good, len(good)), message, "Save the file as UTF-8.")
        return None
    _conflicts(text, faults)
    _normal(text, faults)
    return text


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset in a text whose line ends are \\n."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of the known names, or else all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else f"Known here: {', '.join(names)}."


def _conflicts(text: str, faults: Faults) -> None:
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    marks = [match.start() for match in _CONFLICT.finditer(text)]
    if marks:
        message = "a merge conflict stands here unresolved"
        faults.error("conflict", place(text, marks[0]), message, "Keep what is right of both sides, remove the marks.")


def _normal(text: str, faults: Faults) -> None:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return
    lines = text.split("\n")
    odd = [n for n, line in enumerate(lines, 1) if not unicodedata.is_normalized("NFC", line)] or [0]
    message = f"text is not in Unicode normal form C ({len(odd)} line{'s' * (len(odd) > 1)})"
    faults.warn("nfc", (odd[0], 0), message, "Quotes are found all the same; other programs may not find them.")
