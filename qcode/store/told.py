"""A codings file as people read it, line by line: what git compares instead of the file where a diff is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml import YAMLError

from qcode.core.threeway import Record, Value, fields, items, text
from qcode.core.words import one_line
from qcode.store.edit_tree import values

_CONFLICT = re.compile(
    r"^<{7,} ?([^\n]*)\n(.*?)(?:^\|{7,}[^\n]*\n.*?)?^={7,}\n(.*?)^>{7,} ?([^\n]*)(?:\n|\Z)", re.MULTILINE | re.DOTALL
)


def told(content: bytes) -> bytes:
    """The codings of a file: per segment a line with its words and one per code, given or decided against.

    As it is where it can't be read. Of a file with an unsettled conflict both sides, with marks around the lines in
    which they differ.
    """
    try:
        text = content.decode()
        mark = _CONFLICT.search(text)
        said = _of_two(text, mark) if mark else _of_one(text)
    except (UnicodeDecodeError, YAMLError):
        return content
    return content if said is None else said.encode()


def _of_one(text: str) -> str | None:
    said = fields(values(text))
    return "".join(f"{line}\n" for line in _lines(said)) if "segments" in said else None


def _of_two(text: str, mark: re.Match[str]) -> str | None:
    from qcode.store.merging import Labels, marked

    ours, theirs = (_of_one(_CONFLICT.sub(rf"\g<{group}>", text)) for group in (2, 3))
    labels = Labels(one_line(mark[1]), one_line(mark[4]))
    return None if ours is None or theirs is None else marked(ours, theirs, labels)


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
    yield from (f"  decided against: {one_line(text(code) or '')}" for code in items(segment.get("against")))
    if "memo" in segment:
        yield f"  memo: {_said(segment, 'memo')}"


def _coded(coded: Value) -> str:
    said: Record = coded if isinstance(coded, dict) else {"code": coded}
    marks = ", ".join(filter(None, (_said(said, "valence"), _said(said, "phase"))))
    note = f": {_said(said, 'memo')}" if "memo" in said else ""
    return f"+ {_said(said, 'code')}{f' ({marks})' if marks else ''}{note}"


def _said(record: Record, key: str) -> str:
    return one_line(text(record.get(key)) or "")
