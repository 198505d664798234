"""The list on which people settle the codings of a code that is split: csv or yaml, read back by segment and part."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from qcode.core.errors import QcodeError, Where, refuse
from qcode.core.words import nfc
from qcode.store.fields import Document
from qcode.store.reading import Faults, decode
from qcode.store.rendering import Value, block, plain, quoted

COLUMNS = ("segment", "into", "coder", "transcript", "line", "valence", "quote", "memo")
Listed = tuple[str, tuple[str, ...], Where]
_SEPARATOR = re.compile(r"[;,\s]+")


def as_yaml(rows: Iterable[Sequence[str]]) -> str:
    """The list as yaml: an item a segment, with what is empty left out, but for `into`."""
    items: list[Value] = []
    for row in rows:
        said: dict[str, Value] = {}
        for name, text in zip(COLUMNS, row, strict=True):
            if text or name == "into":
                said[name] = quoted(text) if name in ("quote", "memo") else plain(text) if text else ""
        items.append(said)
    return "".join(f"{line.rstrip()}\n" for line in block(items))


def read_list(data: bytes, path: str) -> list[Listed]:
    """Segment, parts (none yet: empty) and place of each line. Raises QcodeError where it can't be read."""
    faults = Faults(path)
    text = decode(data, faults)
    listed = _yaml(text or "", faults) if path.endswith((".yaml", ".yml")) else _csv(text or "", path)
    found = [*listed]
    refuse(faults.problems)
    return found


def _yaml(text: str, faults: Faults) -> Iterator[Listed]:
    document = Document(text, faults)
    for node in document.items(document.root, "the segments"):
        fields = document.fields(node, COLUMNS, "a segment")
        yield fields.required("segment"), _parts(fields.text("into") or ""), document.where(node)


def _csv(text: str, path: str) -> Iterator[Listed]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)  # spreadsheets of some countries write semicolons
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = {"segment", "into"} - set(reader.fieldnames or ())
    if missing:
        hint = "Its first line names the columns; keep segment and into."
        raise QcodeError(f"has no column '{min(missing)}'", where=Where(path, 1), hint=hint)
    for row in reader:
        if row["segment"]:
            yield nfc(row["segment"].strip()), _parts(row["into"] or ""), Where(path, reader.line_num)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(nfc(part) for part in _SEPARATOR.split(text) if part))
