"""A change of a coding set as the smallest change of its file's text.

A file in qcode's own form is changed piece by piece (write_canonical.py). Any other takes three rounds of splices, each
only where it is needed: segments that changed places; what goes or has another value; what is new. What comes out is
read again before anybody gets it: a file in a form that can't be edited line by line is refused, never written wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError

from qcode.core.errors import Problem, QcodeError, Where
from qcode.core.model import Coded, CodingSet, Segment
from qcode.core.words import nfc
from qcode.store.codec_codings import CODED_KEYS, HEAD_KEYS, SEGMENT_KEYS, read_codings
from qcode.store.reading import BOM, Faults, unix
from qcode.store.rendering import Value, block, flow, plain
from qcode.store.write_canonical import (
    EXTRAS,
    HEAD_SCALARS,
    LISTS,
    Pair,
    Record,
    code_lists,
    coded_value,
    edit_canonical,
    listed,
    new_codings,
    scalar,
    scalars,
    segment_value,
    whole,
)
from qcode.store.yamltext import Splicer, list_of, staying, uneditable, value_of

_SEGMENT_SCALARS = tuple(key for key in SEGMENT_KEYS if key not in (*LISTS, "aliases"))


def edit_codings(text: str | None, before: CodingSet | None, after: CodingSet) -> str:
    """The file's text with what differs between `before` and `after`, and nothing else, changed.

    `text`: as the file has it, with its BOM and line ends; None: there is no file. `before`: what was read from it.
    Segments of `after` stand in the order the file is to have. Raises QcodeError where the file can't be edited.
    """
    if text is None:
        return new_codings(after)
    where = Where(before.path if before else after.path)
    if before is None:
        before, fault = _read(text, after, where)
        if fault:
            raise QcodeError(fault.message, where=fault.where, hint=fault.hint)
    if before == after:
        return text
    pairs = matched(before, after)
    edited = edit_canonical(text, before, after, pairs) or spliced(text, before, after, pairs)
    if edited is None or _read(edited, after, where) != (after, None):
        raise uneditable(where)
    return edited


def spliced(text: str, before: CodingSet, after: CodingSet, pairs: list[Pair]) -> str | None:
    """The text with the change made by splices; None where a round left no YAML for the next."""
    try:
        text, before, pairs = _ordered(text, before, pairs)
        return _added(_changed(text, before, after, pairs), after, pairs)
    except YAMLError:
        return None


def matched(before: CodingSet, after: CodingSet) -> list[Pair]:
    """For each segment of `after` its slot in the file: by id, or by the slot itself while it has no id there."""
    free: dict[str | None, list[int]] = {}
    for slot, segment in enumerate(before.segments):
        free.setdefault(segment.id, []).append(slot)
    return [Pair(_take(free, segment), segment) for segment in after.segments]


def _take(free: dict[str | None, list[int]], segment: Segment) -> int | None:
    key = segment.id if free.get(segment.id) else None
    slots = free.get(key, [])
    if segment.slot in slots:
        slot = segment.slot
    elif key is not None:
        slot = slots[0]
    else:
        return None
    slots.remove(slot)
    return slot


def _ordered(text: str, before: CodingSet, pairs: list[Pair]) -> tuple[str, CodingSet, list[Pair]]:
    """Let the segments that stay stand in their new order; those that go keep their places until they go."""
    order = [pair.slot for pair in pairs if pair.slot is not None]
    places = sorted(order)
    if order == places:
        return text, before, pairs
    sources = list(range(len(before.segments)))
    for place, source in zip(places, order, strict=True):
        sources[place] = source
    splicer = Splicer(text)
    items = list_of(splicer.root, "segments")
    if items is not None:
        splicer.reorder(items, sources)
    queue = iter(places)
    pairs = [pair if pair.slot is None else Pair(next(queue), pair.segment) for pair in pairs]
    return splicer.result(), replace(before, segments=tuple(before.segments[at] for at in sources)), pairs


def _changed(text: str, before: CodingSet, after: CodingSet, pairs: list[Pair]) -> str:
    """What goes, and what stands there already and gets another value."""
    splicer = Splicer(text)
    root, items = splicer.root, list_of(splicer.root, "segments")
    if isinstance(root, MappingNode):
        _change_scalars(splicer, root, before, after, HEAD_SCALARS)
    kept = {pair.slot: pair.segment for pair in pairs if pair.slot is not None}
    if items is not None and before.segments:
        splicer.remove(items, [slot for slot in range(len(items.value)) if slot not in kept])
        for slot, segment in kept.items():
            _change_segment(splicer, items.value[slot], before.segments[slot], segment)
    return splicer.result()


def _change_segment(splicer: Splicer, node: MappingNode, before: Segment, after: Segment) -> None:
    if before == after:
        return
    gone = _change_scalars(splicer, node, before, after, _SEGMENT_SCALARS)
    said = code_lists(after)
    for key in LISTS:
        items = list_of(node, key)
        if items is not None and items.value and key not in said and _is_on_its_own(node, key, gone):
            splicer.drop_list(node, key)
        elif items is not None:
            _change_codes(splicer, items, listed(before, key), listed(after, key))


def _is_on_its_own(node: MappingNode, key: str, gone: Collection[str]) -> bool:
    """Whether a key can go with its lines. What opens a segment hangs together with the key below it."""
    above = [nfc(name.value) for name, _ in node.value]
    above = above[: above.index(key)]
    return not node.flow_style and bool(above) and not (len(above) == 1 and above[0] in gone)


def _change_codes(splicer: Splicer, items: SequenceNode, before: Sequence[Coded], after: Sequence[Coded]) -> None:
    if before == after:
        return
    if _renamed(before, after):
        for item, old, new in zip(items.value, before, after, strict=True):
            if old != new:
                splicer.rescalar(value_of(item, "code") if isinstance(item, MappingNode) else item, plain(new.code))
        return
    kept = {at: coded for at, coded in _stay([coded.code for coded in before], after) if at is not None}
    splicer.remove(items, [at for at in range(len(before)) if at not in kept])
    for at, coded in kept.items():
        _change_coded(splicer, items, at, before[at], coded)


def _renamed(before: Sequence[Coded], after: Sequence[Coded]) -> bool:
    """Whether nothing changed but codes that now have an id that none of them had: then each stays where it is."""
    if len(before) != len(after):
        return False
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    had = {coded.code for coded in before}
    return all(new.code not in had and replace(old, code=new.code) == new for old, new in pairs)


def _change_coded(splicer: Splicer, codes: SequenceNode, at: int, before: Coded, after: Coded) -> None:
    node = codes.value[at]
    if isinstance(node, MappingNode):
        _change_scalars(splicer, node, before, after, EXTRAS)
    elif before != after:
        splicer.wrap(node, "code", scalars(after, EXTRAS), inline=bool(codes.flow_style))


def _change_scalars(
    splicer: Splicer, node: MappingNode, before: Record, after: Record, keys: Sequence[str]
) -> list[str]:
    """Those with another value get it; gives the keys of those that went."""
    gone = []
    for key in keys:
        value = getattr(after, key)
        if value == getattr(before, key) or value_of(node, key) is None:
            continue
        if value is None:
            gone.append(key)
        else:
            splicer.set(node, key, scalar(key, value))
    if gone:
        splicer.drop(node, gone)
    return gone


def _added(text: str, after: CodingSet, pairs: list[Pair]) -> str:
    """What is not there yet: keys, codes and segments."""
    splicer = Splicer(text)
    root, items = splicer.root, list_of(splicer.root, "segments")
    if not isinstance(root, MappingNode):
        splicer.append_text(block(whole(after)))
        return splicer.result()
    _add_scalars(splicer, root, after, HEAD_KEYS, default={"status": "open"})
    style = _style(items)
    at = 0
    for slot, segment in pairs:
        if items is None or not items.value:
            break
        if slot is None:
            splicer.insert(items, at, segment_value(segment, style.lists(segment)), style.dash)
        else:
            _add_to_segment(splicer, items.value[at], segment, style)
            at += 1
    if pairs and (items is None or not items.value):
        splicer.set(
            root, "segments", [segment_value(pair.segment, style.lists(pair.segment)) for pair in pairs], HEAD_KEYS
        )
    return splicer.result()


def _add_to_segment(splicer: Splicer, node: MappingNode, segment: Segment, style: _Style) -> None:
    before_codes, after_codes = SEGMENT_KEYS[:6], SEGMENT_KEYS[6:]
    _add_scalars(splicer, node, segment, before_codes, SEGMENT_KEYS)
    for key in LISTS:
        items, said = list_of(node, key), listed(segment, key)
        if items is not None and items.value:
            _add_codes(splicer, items, said)
        elif said:
            splicer.set(node, key, style.lists(segment)[key], SEGMENT_KEYS, style.dash)
    _add_scalars(splicer, node, segment, after_codes, SEGMENT_KEYS)


def _add_codes(splicer: Splicer, codes: SequenceNode, wanted: Sequence[Coded]) -> None:
    at = 0
    for slot, coded in _stay([_code_of(node) for node in codes.value], wanted):
        if slot is None:
            splicer.insert(codes, at, coded_value(coded))
            continue
        node = codes.value[at]
        if isinstance(node, MappingNode):
            _add_scalars(splicer, node, coded, CODED_KEYS)
        at += 1


def _add_scalars(
    splicer: Splicer,
    node: MappingNode,
    record: Record,
    keys: Sequence[str],
    order: Sequence[str] = (),
    default: Mapping[str, str] = MappingProxyType({}),
) -> None:
    for key, value in scalars(record, keys).items():
        if value_of(node, key) is None and default.get(key) != value:
            splicer.set(node, key, value, order or keys)


def _stay(before: Sequence[str], after: Sequence[Coded]) -> Iterator[tuple[int | None, Coded]]:
    """Each code with its place among those of `before`; None where it is to be written anew."""
    return zip(staying(before, [coded.code for coded in after]), after, strict=True)


def _code_of(node: Node) -> str:
    written = value_of(node, "code") if isinstance(node, MappingNode) else node
    return nfc(written.value) if isinstance(written, ScalarNode) else ""


@dataclass(frozen=True, slots=True)
class _Style:
    """How this file writes the lists of a segment: `[a, b]`, or one a line with the dash so far to the right."""

    inline: bool = False
    dash: int = 0

    def lists(self, segment: Segment) -> dict[str, Value]:
        found = code_lists(segment)
        return {key: flow(codes) for key, codes in found.items()} if self.inline else found


def _style(items: SequenceNode | None) -> _Style:
    for node in reversed(items.value if items is not None else ()):
        items = next((found for key in LISTS if (found := list_of(node, key)) is not None and found.value), None)
        if items is not None:
            inline = bool(items.flow_style)
            return _Style(inline, 0 if inline else items.start_mark.column - node.start_mark.column)
    return _Style()


def _read(text: str, like: CodingSet, where: Where) -> tuple[CodingSet, Problem | None]:
    """What a text says, and the first fault that keeps it from being read."""
    faults = Faults(where.path)
    codings = read_codings(unix(text.removeprefix(BOM)), like.case, faults)
    return codings, next((problem for problem in faults.problems if problem.stops), None)
