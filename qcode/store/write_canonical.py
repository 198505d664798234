"""Codings files in qcode's own form: how they are written, and how one is changed without a YAML parser.

In that form a file is its head and a piece of text for each segment. So a change is other pieces for the segments that
differ, and gives the same bytes as the splices of edit_codings.py: that is a law in the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from qcode.core.model import Coded, CodingSet, Segment
from qcode.store.canonical import read_canonical
from qcode.store.codec_codings import CODED_KEYS, HEAD_KEYS, SEGMENT_KEYS
from qcode.store.rendering import Value, block, dashed, plain, quoted
from qcode.store.yamltext import staying

EXTRAS = CODED_KEYS[1:]
HEAD_SCALARS = HEAD_KEYS[:-1]
LISTS = ("codes", "against")
Record = CodingSet | Segment | Coded

_WORDS = frozenset({"quote", "before", "after", "memo"})
_OPENS = "- id: "  # the first line of a segment, and of nothing else


class Pair(NamedTuple):
    """A segment as it is to be, and its place in the file; None where it is new."""

    slot: int | None
    segment: Segment


def new_codings(codings: CodingSet) -> str:
    """The text of a new codings file."""
    return _joined(block(whole(codings)))


def edit_canonical(text: str, before: CodingSet, after: CodingSet, pairs: Sequence[Pair]) -> str | None:
    """The text of `before` made that of `after`; None where a piece that changes is not as `new_codings` writes it."""
    if not (before.segments and after.segments and all(segment.codes or segment.against for segment in after.segments)):
        return None
    known = read_canonical(text, before.case, before.path)
    if known is None or (known is not before and known != before):
        return None
    head, *pieces = text.split(f"\n{_OPENS}")
    pieces = [f"{_OPENS}{piece}\n" for piece in (*pieces[:-1], pieces[-1].removesuffix("\n"))]
    made = [_head(f"{head}\n", before, after)]
    for slot, segment in pairs:
        made.append(_piece(segment) if slot is None else _changed(pieces[slot], before.segments[slot], segment))
    return None if None in made else "".join(filter(None, made))


def whole(codings: CodingSet) -> dict[str, Value]:
    """All of a codings file, as a value to render."""
    return {**scalars(codings, HEAD_SCALARS), "segments": [segment_value(segment) for segment in codings.segments]}


def segment_value(segment: Segment, lists: Mapping[str, Value] = MappingProxyType({})) -> dict[str, Value]:
    """One segment. `lists`: how its codes and those decided against are written, where that is not one a line."""
    others: dict[str, Value] = {"aliases": [plain(name) for name in segment.aliases]} if segment.aliases else {}
    own, words = scalars(segment, SEGMENT_KEYS[:1]), scalars(segment, SEGMENT_KEYS[1:6])
    return {**own, **others, **words, **code_lists(segment), **lists, **scalars(segment, SEGMENT_KEYS[7:])}


def code_lists(segment: Segment) -> dict[str, Value]:
    """A segment's lists of codes by key, one code a line. An empty one is left out, while there is the other."""
    lists = {key: [coded_value(coded) for coded in listed(segment, key)] for key in LISTS}
    return {key: codes for key, codes in lists.items() if codes} or {"codes": []}


def listed(segment: Segment, key: str) -> tuple[Coded, ...]:
    """What a segment has under one of the keys of LISTS, as codes."""
    return segment.codes if key == "codes" else tuple(map(Coded, segment.against))


def coded_value(coded: Coded, *, bare: bool = True) -> Value:
    """A code with what is said of it; where that is nothing, the code alone unless not `bare`."""
    extras = scalars(coded, EXTRAS)
    return {"code": plain(coded.code), **extras} if extras or not bare else plain(coded.code)


def scalars(record: Record, keys: Iterable[str]) -> dict[str, str]:
    """What a record has under its scalar keys, as YAML."""
    values = ((key, getattr(record, key)) for key in keys if key not in (*LISTS, "segments", "aliases"))
    return {key: scalar(key, value) for key, value in values if value is not None}


def scalar(key: str, value: str | int) -> str:
    """The value of a key as YAML: a name plain where it can be, words in quotation marks."""
    if isinstance(value, int):
        return str(value)
    return quoted(value) if key in _WORDS else plain(value)


def _head(text: str, before: CodingSet, after: CodingSet) -> str | None:
    said, wanted = scalars(before, HEAD_SCALARS), scalars(after, HEAD_SCALARS)
    if said == wanted:
        return text
    return _head_text(wanted) if text == _head_text(said) else None


def _head_text(said: Mapping[str, str]) -> str:
    return _joined([*block(said), "segments:"])


def _changed(text: str, before: Segment, after: Segment) -> str | None:
    """The piece of a segment that stays: the very text where nothing differs."""
    if before is after or before == after:
        return text
    if text != _piece(before):
        return None
    # A code that loses all that was said of it keeps the form it had for that.
    slots = staying([coded.code for coded in before.codes], [coded.code for coded in after.codes])
    forms = [slot is None or not scalars(before.codes[slot], EXTRAS) for slot in slots]
    codes = [coded_value(coded, bare=bare) for coded, bare in zip(after.codes, forms, strict=True)]
    return _joined(dashed(segment_value(after, {"codes": codes} if codes else {})))


def _piece(segment: Segment) -> str:
    return _joined(dashed(segment_value(segment)))


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
