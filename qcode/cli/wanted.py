"""A coding that somebody asks for, on the command line or in a file of many."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qcode.core.errors import QcodeError, Where

if TYPE_CHECKING:
    from qcode.core.session import Session

LISTS = ("code", "against")
KEYS = ("transcript", "quote", "line", "lines", *LISTS, "valence", "phase", "memo", "coder")
_LINE = re.compile(r"(\d{1,9})(?::(\d{1,9}))?\Z", re.ASCII)
_HALF = re.compile("[\ud800-\udfff]")
_LINES = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Codes for a quote or for lines, given or decided against. `where`: the line of the file that asks for it."""

    transcript: str
    codes: tuple[str, ...]
    quote: str | None = None
    line: int | None = None
    column: int | None = None
    lines: tuple[int, int] | None = None
    valence: str | None = None
    phase: str | None = None
    memo: str | None = None
    coder: str | None = None
    where: Where | None = None
    against: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        transcript: str,
        quote: str | None,
        line: str | None,
        lines: str | None,
        codes: Sequence[str],
        valence: str | None = None,
        phase: str | None = None,
        memo: str | None = None,
        coder: str | None = None,
        where: Where | None = None,
        against: Sequence[str] = (),
    ) -> Wanted:
        """From the texts of the options. Raises QcodeError for what is missing or can't be."""
        if (quote is None) == (lines is None):
            raise QcodeError("give the passage by --quote or by --lines", hint="One of the two, not both.", where=where)
        if not codes and not against:
            raise QcodeError("no code given", hint="Add --code CODE.", where=where)
        if not codes and (valence or phase):
            hint = "Add --code CODE, or leave them out."
            raise QcodeError("a valence or phase is of a code that is given", hint=hint, where=where)
        if line is not None and quote is None:
            raise QcodeError("--line says where a quote begins", hint="Use --lines A-B to code lines.", where=where)
        at = _numbers(_LINE, line, "line", "N or N:COLUMN", where)
        span = _numbers(_LINES, lines, "lines", "A-B", where)
        first, last = (span[0], span[1] or span[0]) if span else (None, None)
        return cls(
            transcript,
            tuple(codes),
            quote,
            at[0] if at else None,
            at[1] if at else None,
            (first, last) if first is not None and last is not None else None,
            valence,
            phase,
            memo,
            coder,
            where,
            tuple(against),
        )

    def apply(self, session: Session) -> Session:
        """The session with this coding in it."""
        if self.lines:
            span = session.span_of_lines(*self.lines)
        else:
            span = session.span_of_quote(self.quote or "", self.line, self.column)
        return session.add(span, self.codes, self.valence, self.phase, self.memo, self.against)

    @contextmanager
    def placed(self) -> Iterator[None]:
        """What goes wrong inside is told with the line that asked for it."""
        try:
            yield
        except QcodeError as error:
            error.where = error.where or self.where
            raise


def from_batch(source: str, coder: str | None) -> list[Wanted]:
    """Every coding that a file asks for: JSON lines, or CSV with a header; `-` is standard input."""
    name = "<stdin>" if source == "-" else source
    data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QcodeError("is not UTF-8", where=Where(name), hint="Save it as UTF-8.") from error
    records = _json_lines(text, name) if text.lstrip().startswith(("{", "[")) else _csv(text, name)
    wanted = [_wanted(record, coder, where) for record, where in records]
    if not wanted:
        raise QcodeError("asks for no coding", where=Where(name), hint=f"One a line, with {', '.join(KEYS)}.")
    return wanted


def _json_lines(text: str, name: str) -> Iterator[tuple[Mapping[str, object], Where]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = Where(name, number)
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            hint = "Each line is one JSON object."
            raise QcodeError(f"not JSON: {error.msg}", where=Where(name, number, error.colno), hint=hint) from error
        except (RecursionError, ValueError) as error:  # nested without end, or a number of thousands of digits
            hint = "Each line is one flat JSON object."
            raise QcodeError("not JSON that can be read", where=where, hint=hint) from error
        if not isinstance(record, dict):
            raise QcodeError(
                "is not a JSON object", where=where, hint='Write {"transcript": …, "quote": …, "code": …}.'
            )
        yield record, where


def _csv(text: str, name: str) -> Iterator[tuple[Mapping[str, object], Where]]:
    from qcode.store.reading import unix

    reader = csv.reader(io.StringIO(unix(text), newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            where, line = Where(name, line), reader.line_num + 1
            if header is None:
                header = _header([cell.strip() for cell in cells], where)
            elif any(cells):
                if len(cells) != len(header):
                    hint = "Put a cell with a comma or a line end between double quotes."
                    raise QcodeError(f"has {len(cells)} cells, its header {len(header)}", where=where, hint=hint)
                yield {key: cell for key, cell in zip(header, cells, strict=True) if cell}, where
    except csv.Error as error:
        raise QcodeError(f"not CSV: {error}", where=Where(name, reader.line_num), hint='Quote cells with ".') from error


def _header(cells: list[str], where: Where) -> list[str]:
    """The columns' names, each a known key and there once."""
    for cell in cells:
        if cell and cell not in KEYS:
            hint = f"Known: {', '.join(KEYS)}; a comma between them."
            raise QcodeError(f"unknown key '{cell}'", where=where, hint=hint)
        if cell and cells.count(cell) > 1:
            hint = "Keep one; several codes go into one cell, as T1;S1."
            raise QcodeError(f"'{cell}' is there twice", where=where, hint=hint)
    return cells


def _wanted(record: Mapping[str, object], coder: str | None, where: Where) -> Wanted:
    strange = [key for key in record if key not in KEYS]
    if strange:
        raise QcodeError(f"unknown key '{strange[0]}'", where=where, hint=f"Known: {', '.join(KEYS)}.")
    codes, against = (_listed(record.get(key)) for key in LISTS)
    values = {key: _text(record.get(key), key, where) for key in KEYS if key not in LISTS}
    if not values["transcript"]:
        raise QcodeError("names no transcript", where=where, hint="Add transcript: CASE/STEM.")
    return Wanted.of(
        values["transcript"],
        values["quote"],
        values["line"],
        values["lines"],
        codes,
        values["valence"],
        values["phase"],
        values["memo"],
        values["coder"] or coder,
        where,
        against,
    )


def _listed(value: object) -> list[str]:
    listed = value if isinstance(value, list) else str(value).split(";") if value else []
    return [str(code).strip() for code in listed if str(code).strip()]


def _text(value: object, key: str, where: Where) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        if _HALF.search(value):
            hint = "Write the character itself, or both halves of it."
            raise QcodeError(f"'{key}' holds half a character", where=where, hint=hint)
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise QcodeError(f"'{key}' is not a text", where=where, hint="Put it between double quotes.")


def _numbers(
    pattern: re.Pattern[str], given: str | None, option: str, form: str, where: Where | None
) -> tuple[int, int | None] | None:
    if given is None:
        return None
    match = pattern.match(given.strip())
    if not match:
        raise QcodeError(f"'{given}' is not a --{option} as in {form}", where=where, hint="Lines count from 1.")
    return int(match[1]), int(match[2]) if match[2] else None
