"""A codings file as people read it, line by line: what git compares instead of the file where a diff is shown."""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.model import Coded, CodingSet, Segment
from qcode.core.words import one_line
from qcode.store.codec_codings import read_codings
from qcode.store.reading import Faults, decode


def told(content: bytes) -> bytes:
    """The codings of a file: per segment a line with its words and one per code. As it is where it can't be read."""
    faults = Faults("")
    text = decode(content, faults)
    codings = read_codings(text, "", faults) if text is not None else None
    if codings is None or faults.stop:
        return content
    return "".join(f"{line}\n" for line in _lines(codings)).encode()


def _lines(codings: CodingSet) -> Iterator[str]:
    version = f" · codebook version {codings.codebook_version}" if codings.codebook_version else ""
    yield f"{one_line(codings.transcript)} · {one_line(codings.coder)} · {one_line(codings.status)}{version}"
    for segment in codings.segments:
        yield ""
        yield from _segment(segment)


def _segment(segment: Segment) -> Iterator[str]:
    name = " · ".join(one_line(part) for part in (segment.id, *segment.aliases) if part)
    yield f"{name or 'no id yet'} · line {segment.line or '?'}"
    yield f"  “{one_line(segment.quote)}”"
    yield from (f"  {_coded(coded)}" for coded in segment.codes)
    if segment.memo:
        yield f"  memo: {one_line(segment.memo)}"


def _coded(coded: Coded) -> str:
    marks = ", ".join(one_line(mark) for mark in (coded.valence, coded.phase) if mark)
    note = f": {one_line(coded.memo)}" if coded.memo else ""
    return f"+ {one_line(coded.code)}{f' ({marks})' if marks else ''}{note}"
