"""Any YAML of a study as plain values, and a change of them as the smallest change of its text.

For what has no codec of its own, and for merges, which must not lose a key that qcode doesn't know. What comes out is
read again before anybody gets it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError

from qcode.core.threeway import Value, fields, items
from qcode.core.threeway import text as as_text
from qcode.core.words import nfc
from qcode.store import rendering
from qcode.store.fields import compose, is_null
from qcode.store.reading import BOM, unix
from qcode.store.rendering import block, flow, plain, quoted
from qcode.store.yamltext import Splicer, value_of

# Compared in NFC.
_NAMES = frozenset({"id", "code", "coder", "transcript", "aliases", "against", "key", "replaced_by", "status"})
_BARE = re.compile(r"[0-9]+|true|false")
_RISKY = re.compile(r"[,\[\]{}#:&*!|>%@`\n]")
_ROUNDS = 100


class Word(str):
    """A text that a file holds, and how it is written there, where that is on one line."""

    written: str | None = None


class Row(list[Value]):
    """A list that a file holds on one line."""


class Line(dict[str, Value]):
    """A mapping that a file holds on one line."""


def values(text: str) -> Value:
    """What a YAML text says; None for nothing. Raises yaml.YAMLError."""
    plain_text = unix(text.removeprefix(BOM))
    root = compose(plain_text)
    return None if root is None else _value(root, plain_text, "")


def new_text(value: Value) -> str:
    """The text of a new file that says this."""
    return "".join(line + "\n" for line in block(_rendered(value))) if value else ""


def edit_tree(text: str, after: Value) -> str | None:
    """The text with what differs from `after`, and nothing else, changed; None where splices can't do that."""
    try:
        text = _ordered(text, after)
        for change in (_change, _add):
            splicer = Splicer(text)
            if splicer.root is not None:
                change(splicer, splicer.root, after)
            elif after and change is _add:
                splicer.append_text(block(_rendered(after)))
            text = splicer.result()
        return text if (values(text) or None) == (after or None) else None
    except YAMLError:
        return None


def _value(node: Node, text: str, key: str) -> Value:
    if isinstance(node, MappingNode):
        pairs = ((nfc(name.value), value) for name, value in node.value)
        found = {name: _value(value, text, name) for name, value in pairs if not is_null(value)}
        return Line(found) if node.flow_style else found
    if isinstance(node, SequenceNode):
        listed = [_item(_value(item, text, key), key) for item in node.value]
        return Row(listed) if node.flow_style else listed
    return _word(node, text, key) if isinstance(node, ScalarNode) and not is_null(node) else None


def _item(value: Value, key: str) -> Value:
    """An entry that says nothing but its name is its name."""
    alone = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else ""
    return fields(value)[alone] if alone == "code" or (alone == "id" and key != "codes") else value


def _word(node: ScalarNode, text: str, key: str) -> Word:
    word = Word(nfc(node.value) if key in _NAMES else node.value)
    written = text[node.start_mark.index : node.end_mark.index]
    if "\n" not in written and (node.style in ("'", '"') or (not node.style and not _RISKY.search(written))):
        word.written = written
    return word


def _rendered(value: Value) -> rendering.Value:
    if isinstance(value, str):
        written = value.written if isinstance(value, Word) else None
        return written or (value if _BARE.fullmatch(value) else plain(value) if len(value) < 80 else quoted(value))
    if isinstance(value, dict):
        made = {plain(key): _rendered(item) for key, item in value.items()}
        return flow(made) if isinstance(value, Line) else made
    listed = [_rendered(item) for item in items(value)]
    return flow(listed) if isinstance(value, Row) else listed


def _name(item: Value) -> str:
    """What an item of a list is known by."""
    named = (as_text(fields(item).get(key)) for key in ("id", "code", "quote"))
    return as_text(item) or next(filter(None, named), repr(item))


def _slots(there: Sequence[Value], wanted: Sequence[Value]) -> list[int | None]:
    """For each item wanted the place of the one that it is now; None where it is new."""
    free: dict[str, list[int]] = {}
    for at, item in enumerate(there):
        free.setdefault(_name(item), []).append(at)
    found = [free[_name(item)].pop(0) if free.get(_name(item)) else None for item in wanted]
    for at, item in enumerate(wanted):
        for alias in items(fields(item).get("aliases")):
            if found[at] is None and (slots := free.get(as_text(alias) or "")):
                found[at] = slots.pop(0)
    return found


def _here(node: SequenceNode, text: str) -> list[Value]:
    return items(_value(node, text, ""))


def _ordered(text: str, after: Value) -> str:
    """Let what stays stand in its new order, list by list; what goes keeps its place until it goes."""
    for _ in range(_ROUNDS):
        splicer = Splicer(text)
        found = _disorder(splicer, splicer.root, after)
        if not found:
            break
        splicer.reorder(*found)
        text = splicer.result()
    return text


def _disorder(splicer: Splicer, node: Node | None, after: Value) -> tuple[SequenceNode, list[int]] | None:
    """The first list whose items stand in another order, and that order."""
    if isinstance(node, MappingNode):
        below = ((value, fields(after).get(nfc(name.value))) for name, value in node.value)
        return next(filter(None, (_disorder(splicer, value, wanted) for value, wanted in below)), None)
    if not isinstance(node, SequenceNode):
        return None
    slots = _slots(_here(node, splicer.text), items(after))
    order = [slot for slot in slots if slot is not None]
    if order != sorted(order):
        sources = [*range(len(node.value))]
        for place, source in zip(sorted(order), order, strict=True):
            sources[place] = source
        return node, sources
    pairs = ((node.value[slot], item) for slot, item in zip(slots, items(after), strict=True) if slot is not None)
    return next(filter(None, (_disorder(splicer, value, wanted) for value, wanted in pairs)), None)


def _change(splicer: Splicer, node: Node, after: Value) -> None:
    """What goes, and what has another value."""
    if isinstance(node, MappingNode):
        gone = [key for name, value in node.value if not _kept(splicer, node, (key := nfc(name.value)), value, after)]
        if gone:
            splicer.drop(node, gone)
    elif isinstance(node, SequenceNode):
        slots = _slots(_here(node, splicer.text), items(after))
        splicer.remove(node, [at for at in range(len(node.value)) if at not in slots])
        for slot, wanted in zip(slots, items(after), strict=True):
            if slot is not None:
                _change_item(splicer, node, node.value[slot], wanted)


def _kept(splicer: Splicer, mapping: MappingNode, key: str, node: Node, after: Value) -> bool:
    """Whether a key stays where it is; if so with its value changed."""
    wanted = fields(after).get(key)
    if is_null(node):
        return True
    if isinstance(node, ScalarNode) and isinstance(wanted, str):
        if node.value != wanted and nfc(node.value) != wanted:
            splicer.set(mapping, key, _rendered(wanted))
        return True
    same = isinstance(wanted, list) if isinstance(node, SequenceNode) else isinstance(wanted, dict) and bool(wanted)
    if same and not isinstance(node, ScalarNode):
        _change(splicer, node, wanted)
        return True
    return False


def _change_item(splicer: Splicer, items_node: SequenceNode, node: Node, wanted: Value) -> None:
    if isinstance(node, ScalarNode) and isinstance(wanted, dict):
        key = next(iter(wanted))
        extra = {plain(name): flow(_rendered(value)) for name, value in wanted.items() if name != key}
        splicer.wrap(node, key, extra, inline=bool(items_node.flow_style))
    elif isinstance(node, MappingNode) and isinstance(wanted, str):
        _change(splicer, node, {nfc(node.value[0][0].value): wanted} if len(node.value) == 1 else _alone(node, wanted))
    else:
        _change(splicer, node, wanted)


def _alone(node: MappingNode, wanted: str) -> Value:
    """An entry of which only the name is left."""
    return {key: wanted for key in ("code", "id") if value_of(node, key) is not None}


def _add(splicer: Splicer, node: Node, after: Value) -> None:
    """What is not there yet."""
    if isinstance(node, MappingNode):
        _add_keys(splicer, node, fields(after))
    elif isinstance(node, SequenceNode):
        at = 0
        for slot, wanted in zip(_slots(_here(node, splicer.text), items(after)), items(after), strict=True):
            if slot is None:
                splicer.insert(node, at, _rendered(wanted), _dash(splicer))
            else:
                _add(splicer, node.value[slot], wanted)
                at += 1


def _add_keys(splicer: Splicer, node: MappingNode, after: dict[str, Value]) -> None:
    for key, wanted in after.items():
        there = value_of(node, key)
        if there is not None and not is_null(there) and (there.value or not wanted):
            _add(splicer, there, wanted)
        elif wanted is not None:
            value = _rendered(wanted) if wanted else flow(_rendered(wanted))
            splicer.set(node, plain(key), value, [*map(plain, after)], _dash(splicer))


def _dash(splicer: Splicer) -> int:
    """By how many columns this file indents the dashes of a list under a key."""
    stack = [splicer.root]
    while stack:
        node = stack.pop()
        if isinstance(node, SequenceNode):
            stack += node.value
        for key, value in node.value if isinstance(node, MappingNode) else ():
            if isinstance(value, SequenceNode) and value.value and not value.flow_style:
                return int(value.start_mark.column - key.start_mark.column)
            stack.append(value)
    return 0
