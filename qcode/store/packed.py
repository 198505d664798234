"""What one case's files say, as plain data for the index: bytes for what the case is, and for each column of its rows.

Nothing here is ever run on being read: what does not fit is a ValueError, and the index is then made anew.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cached_property, partial
from itertools import accumulate
from typing import Any

from qcode.core.columns import Coded, Numbers, Texts, Whole
from qcode.core.errors import Problem, Where
from qcode.core.layout import Layout
from qcode.core.model import Case, CodingSet, Interview, Observation, Segment, Summary, Transcript
from qcode.core.rows import NUMBERS, Row

# Of each coding set, as JSON: what is in it, for those who need no more than that.
OF_SETS = ("tally", "names")
# Of a row what its files say; who counts is another matter, and its case is that of the shard.
COLUMNS = tuple(name for name in Row._fields if name not in ("case", "counted"))
CASE = "case"  # the part that is no column

_TRANSCRIPT = tuple(field.name for field in fields(Transcript) if field.name not in ("text", "layout"))
_HEAD = tuple(field.name for field in fields(CodingSet) if field.name != "segments")
_INTERVIEW = tuple(field.name for field in fields(Interview) if field.name != "transcript")
_OBSERVATION = tuple(field.name for field in fields(Observation))
_SUMMARY = tuple(field.name for field in fields(Summary))
_SHORT = 500  # bytes of a list of levels that many cases may have alike
_LISTS = ("evidence", "steps", "illustrates")


class LazyTranscript(Transcript):
    """A transcript whose text is read when it is asked for."""

    read: Callable[[], Transcript]

    @cached_property
    def _whole(self) -> Transcript:
        return self.read()

    @property
    def unkept(self) -> Transcript:
        return self.__dict__.get("_whole") or self.read()

    @property
    def text(self) -> str:
        return self._whole.text

    @property
    def layout(self) -> Layout:
        return self._whole.layout


class LazyCodings(CodingSet):
    """A coding set whose segments are read when they are asked for. `known`: how many there are."""

    read: Callable[[], CodingSet]
    known: int

    @property
    def count(self) -> int:
        return self.known

    @cached_property
    def whole(self) -> CodingSet:
        return self.read()

    @property
    def segments(self) -> tuple[Segment, ...]:
        return self.whole.segments


def pack_case(case: Case, codings: Sequence[CodingSet]) -> bytes:
    """A case and its coding sets, but for texts and segments."""
    at = {id(transcript): number for number, transcript in enumerate(case.transcripts)}
    said = [
        case.id, case.path, case.outcome, dict(case.attributes), case.where,
        [_values(transcript, _TRANSCRIPT) for transcript in case.transcripts],
        [[*_values(one, _INTERVIEW), at.get(id(one.transcript))] for one in case.interviews],
        [_values(one, _OBSERVATION) for one in case.observations],
        [_values(one, _SUMMARY) for one in case.summaries],
        [[*_values(one, _HEAD), one.count] for one in codings],
    ]  # fmt: skip
    return _checked(b"c", json.dumps(said).encode())


def unpack_case(
    data: bytes,
    read_transcript: Callable[[Transcript], Transcript],
    read_codings: Callable[[CodingSet], CodingSet],
) -> tuple[Case, tuple[CodingSet, ...]]:
    """The case and its coding sets. Texts and segments are read when asked for. Raises ValueError for other bytes."""
    said = json.loads(_unchecked(data)[1:].tobytes())
    name, path, outcome, attributes, where, papers, interviews, observations, summaries, heads = said
    transcripts = [_transcript(values, read_transcript) for values in papers]
    case = Case(
        name, path, outcome, attributes,
        tuple(_interview(values, transcripts) for values in interviews),
        tuple(transcripts),
        tuple(_observation(values) for values in observations),
        tuple(_summary(values) for values in summaries),
        Where(*where),
    )  # fmt: skip
    return case, tuple(_head(values, read_codings) for values in heads)


def pack_problems(problems: Sequence[Problem]) -> list[Any]:
    """Problems, fit for JSON."""
    return [[p.rule, p.severity, p.where, p.message, p.hint, p.stops] for p in problems]


def unpack_problems(packed: Sequence[Any]) -> list[Problem]:
    """The problems that were packed."""
    return [Problem(rule, how, Where(*at), said, hint, stops) for rule, how, at, said, hint, stops in packed]


def let_go(transcripts: Iterable[Transcript], codings: Iterable[CodingSet]) -> None:
    """Texts and segments that were read are forgotten, and read again when they are asked for again."""
    for lazy, name in (*((one, "_whole") for one in transcripts), *((one, "segments") for one in codings)):
        vars(lazy).pop(name, None)


def pack_column(name: str, values: Sequence[Any]) -> bytes:
    """One column: numbers as they are (-1: none), anything else as numbers of a list of those that differ."""
    if name in NUMBERS:
        with suppress(OverflowError):  # somebody's line 99999999999
            return _checked(b"n", array("i", [-1 if value is None else value for value in values]).tobytes())
    column = Coded.of(values)
    listed, form = _listed(column.levels)
    width = b"B" if isinstance(column.at, bytes) else b"i"
    return _checked(width + form, len(listed).to_bytes(4, "little") + listed + bytes(column.at))


def unpack_column(data: bytes, known: dict[bytes, Sequence[Any]] | None = None) -> Coded | Whole:
    """A column. `known`: lists of what differs that were met before. Raises ValueError for bytes that are not one."""
    view = _unchecked(data)
    if data[4:5] == b"n":
        return Whole(array("i", view[1:].tobytes()))
    begin = 6 + int.from_bytes(view[2:6], "little")
    return Coded(_levels(view[1:begin], {} if known is None else known), _numbers(data[4:5], view[begin:].tobytes()))


def _numbers(width: bytes, data: bytes) -> Numbers:
    return data if width == b"B" else array("i", data)


def _listed(levels: Sequence[Any]) -> tuple[bytes, bytes]:
    """What differs, as texts between NULs where it is all text without one, else as JSON; and which of the two."""
    with suppress(TypeError, UnicodeEncodeError):
        found = "\0".join(levels).encode()
        if found.count(b"\0") == len(levels) - 1:
            ends = array("i", accumulate((len(level.encode()) + 1 for level in levels), initial=-1))[1:]
            return len(ends).to_bytes(4, "little") + ends.tobytes() + found, b"t"
    return json.dumps(levels).encode(), b"j"


def _levels(data: memoryview, known: dict[bytes, Sequence[Any]]) -> Sequence[Any]:
    if len(data) >= _SHORT:
        return _unlisted(data)
    short = data.tobytes()
    if short not in known:
        known[short] = [*_unlisted(data)]
    return known[short]


def _unlisted(data: memoryview) -> Sequence[Any]:
    if data[0] == ord("j"):
        found: list[Any] = json.loads(data[5:].tobytes())
        return found
    begin = 9 + 4 * int.from_bytes(data[5:9], "little")
    return Texts(data[begin:].tobytes(), array("i", data[9:begin].tobytes()))


def _checked(kind: bytes, data: bytes) -> bytes:
    data = kind + data
    return zlib.crc32(data).to_bytes(4, "little") + data


def _unchecked(data: bytes) -> memoryview:
    """What was checked: its kind, then the rest. Raises ValueError where it is not as it was."""
    view = memoryview(data)[4:]
    if not view or zlib.crc32(view).to_bytes(4, "little") != data[:4]:
        raise ValueError("damaged")
    return view


def _values(record: object, names: Sequence[str]) -> list[Any]:
    return [getattr(record, name) for name in names]


def _transcript(values: Sequence[Any], read: Callable[[Transcript], Transcript]) -> Transcript:
    made = object.__new__(LazyTranscript)
    made.__dict__.update(zip(_TRANSCRIPT, values, strict=True))
    made.__dict__["read"] = partial(read, made)
    return made


def _head(values: Sequence[Any], read: Callable[[CodingSet], CodingSet]) -> CodingSet:
    made = object.__new__(LazyCodings)
    *own, count = values
    for name, value in zip(_HEAD, own, strict=True):
        object.__setattr__(made, name, Where(*value) if name == "where" else value)
    made.__dict__["read"] = partial(read, made)
    made.__dict__["known"] = count
    return made


def _interview(values: Sequence[Any], transcripts: Sequence[Transcript]) -> Interview:
    *own, number = values
    said = dict(zip(_INTERVIEW, own, strict=True))
    transcript = None if number is None else transcripts[number]
    return Interview(**{**said, "where": Where(*said["where"])}, transcript=transcript)


def _observation(values: Sequence[Any]) -> Observation:
    said = dict(zip(_OBSERVATION, values, strict=True))
    said |= {name: tuple(said[name]) for name in _LISTS}
    return Observation(**{**said, "where": Where(*said["where"])})


def _summary(values: Sequence[Any]) -> Summary:
    said = dict(zip(_SUMMARY, values, strict=True))
    return Summary(**{**said, "quotes": tuple(said["quotes"]), "where": Where(*said["where"])})
