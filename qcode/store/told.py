"""A codings file as people read it, line by line: what git compares instead of the file where a diff is shown."""

from __future__ import annotations

from collections.abc import Iterator

from yaml import YAMLError

from qcode.core.threeway import Record, Value, fields, items, text
from qcode.core.words import one_line
from qcode.store.edit_tree import values


def told(content: bytes) -> bytes:
    """The codings of a file: per segment a line with its words and one per code. As it is where it can't be read."""
    try:
        said = fields(values(content.decode()))
    except (UnicodeDecodeError, YAMLError):
        return content
    return "".join(f"{line}\n" for line in _lines(said)).encode() if "segments" in said else content


def _lines(said: Record) -> Iterator[str]:
    version = f"codebook version {_said(said, 'codebook_version')}" if "codebook_version" in said else ""
    parts = (_said(said, "transcript"), _said(said, "coder"), _said(said, "status") or "open", version)
    yield " · ".join(filter(None, parts))
    for segment in map(fields, items(said["segments"])):
        yield ""
        yield from _segment(segment)


def _segment(segment: Record) -> Iterator[str]:
    aliases = (one_line(text(alias) or "") for alias in items(segment.get("aliases")))
    names = [_said(segment, "id") or "no id yet", *aliases]
    yield " · ".join((*names, f"line {_said(segment, 'line') or '?'}"))
    yield f"  “{_said(segment, 'quote')}”"
    yield from (f"  {_coded(coded)}" for coded in items(segment.get("codes")))
    if "memo" in segment:
        yield f"  memo: {_said(segment, 'memo')}"


def _coded(coded: Value) -> str:
    said: Record = coded if isinstance(coded, dict) else {"code": coded}
    marks = ", ".join(filter(None, (_said(said, "valence"), _said(said, "phase"))))
    note = f": {_said(said, 'memo')}" if "memo" in said else ""
    return f"+ {_said(said, 'code')}{f' ({marks})' if marks else ''}{note}"


def _said(record: Record, key: str) -> str:
    return one_line(text(record.get(key)) or "")
