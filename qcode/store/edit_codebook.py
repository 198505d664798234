"""A change of the codebook as the smallest change of its file's text.

Rounds of splices, each on the text that the one before left: what stands there and gets another value or goes, what
is new in a code, then codes that are new, stand elsewhere or are gone. What comes out is read again before anybody
gets it: a file in a form that can't be edited line by line is refused, never written wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError

from qcode.core.bookdiff import successors
from qcode.core.codebook import Code, Codebook
from qcode.core.errors import Where
from qcode.core.words import nfc
from qcode.store.codec_study import CODE_KEYS, CODEBOOK_KEYS, read_codebook
from qcode.store.reading import BOM, Faults, unix
from qcode.store.rendering import Value, flow, plain, prose, quoted
from qcode.store.yamltext import Splicer, list_of, staying, uneditable, value_of

_TEXTS = ("label", "definition", "include", "exclude")
_LISTS = ("examples", "perspectives", "aliases")
_KEYS = CODE_KEYS[:-1]


class _Item(NamedTuple):
    """A code in the text: its node, the list that it is an item of, and where in it."""

    node: MappingNode
    items: SequenceNode
    at: int


def edit_codebook(text: str, before: Codebook, after: Codebook) -> str:
    """The file's text with what differs between `before` and `after`, and nothing else, changed.

    `text`: as the file has it, with its BOM and line ends; `before`: what was read from it. Which code goes on as
    which: bookdiff.successors. The levels of phases and the like are not edited. Raises QcodeError where the file
    can't be edited.
    """
    if before == after:
        return text
    try:
        edited = _edited(text, before, after)
    except YAMLError:
        edited = None
    if edited is None or _read(edited, before.path) != after:
        raise uneditable(Where(before.path))
    return edited


def _edited(text: str, before: Codebook, after: Codebook) -> str | None:
    """The text with the change made; None where it is in a form in which a code can't be found or moved."""
    heirs = successors(before, after)
    if set(before.by_id) != set(_codes(Splicer(text))) or len(before.by_id) < len(before.codes):
        return None
    text = _changed(text, before, after, heirs)
    text = _completed(text, before, after)
    old = set(heirs.values())
    for code in after.codes:
        if code.id not in old:
            text = _inserted(text, after, code)
    for id_before, id_after in heirs.items():
        parent = before.by_id[id_before].parent
        if heirs.get(parent or "", parent) != after.by_id[id_after].parent:
            moved = _moved(text, after, after.by_id[id_after])
            if moved is None:
                return None
            text = moved
    for code in reversed(before.codes):
        if code.id not in heirs:
            text = _without(text, code.id)
    for parent in (None, *(code.id for code in after.codes)):
        text = _ordered(text, after, parent)
    return text


def _changed(text: str, before: Codebook, after: Codebook, heirs: Mapping[str, str]) -> str:
    """What stands there already and gets another value, or goes."""
    splicer = Splicer(text)
    found = _codes(splicer)
    if isinstance(splicer.root, MappingNode) and before.version != after.version:
        splicer.set(splicer.root, "version", str(after.version), CODEBOOK_KEYS)
    for id_before, id_after in heirs.items():
        old, new = before.by_id[id_before], after.by_id[id_after]
        _change(splicer, found[id_before].node, old, new)
    return splicer.result()


def _change(splicer: Splicer, node: MappingNode, old: Code, new: Code) -> None:
    gone = []
    for key in _KEYS:
        there, value = value_of(node, key), getattr(new, key)
        if there is None or value == getattr(old, key):
            continue
        if value in (None, (), False):
            gone.append(key)
        elif key in _TEXTS and isinstance(there, MappingNode) and isinstance(value, Mapping):
            _change_languages(splicer, there, value)
        elif key in _LISTS and isinstance(there, SequenceNode) and set(value) & set(getattr(old, key)):
            kept = staying(getattr(old, key), value)
            splicer.remove(there, [at for at in range(len(there.value)) if at not in kept])
        else:
            splicer.set(node, key, _value(key, value, there, inline=bool(node.flow_style)))
    if gone:
        splicer.drop(node, gone)


def _change_languages(splicer: Splicer, node: MappingNode, value: Mapping[str, str]) -> None:
    gone = [nfc(name.value) for name, _ in node.value if nfc(name.value) not in value]
    if gone:
        splicer.drop(node, gone)
    for name, there in node.value:
        words = value.get(nfc(name.value))
        if words is not None and isinstance(there, ScalarNode) and there.value != words:
            splicer.set(node, nfc(name.value), prose(words, there.style, inline=bool(node.flow_style)))


def _completed(text: str, before: Codebook, after: Codebook) -> str:
    """What is new in codes that are there: keys, languages, items of their lists."""
    splicer = Splicer(text)
    dash = _dash(splicer)
    for name, found in _codes(splicer).items():
        if name in after.by_id and after.by_id[name] != before.by_id.get(name):
            _complete(splicer, found.node, after.by_id[name], dash)
    return splicer.result()


def _complete(splicer: Splicer, node: MappingNode, new: Code, dash: int) -> None:
    for key in _KEYS:
        there, value = value_of(node, key), getattr(new, key)
        if value in (None, (), False) or (there is None and key == "since" and value == 1):
            continue
        if there is None:
            splicer.set(node, key, _value(key, value, None, inline=bool(node.flow_style)), CODE_KEYS, dash)
        elif isinstance(there, MappingNode) and isinstance(value, Mapping):
            for language, words in value.items():
                if value_of(there, language) is None:
                    splicer.set(there, language, prose(words, inline=bool(there.flow_style)))
        elif key in _LISTS and isinstance(there, SequenceNode):
            _add_items(splicer, there, key, value)


def _add_items(splicer: Splicer, there: SequenceNode, key: str, wanted: Sequence[str]) -> None:
    at = 0
    for slot, item in zip(staying([nfc(node.value) for node in there.value], wanted), wanted, strict=True):
        if slot is None:
            splicer.insert(there, at, _item(key, item))
        else:
            at += 1


def _inserted(text: str, after: Codebook, code: Code, *, bare: bool = False) -> str:
    """The text with a new item for the code (`bare`: its id only), below the nearest earlier sibling that is there."""
    splicer = Splicer(_opened(text, code.parent))
    found = _codes(splicer)
    parent = found[code.parent].node if code.parent is not None else splicer.root
    if not isinstance(parent, MappingNode):
        raise YAMLError
    items = list_of(parent, "codes")
    inline = bool(parent.flow_style or (items is not None and items.value and items.flow_style))
    value = {"id": plain(code.id)} if bare else _whole(code, inline=inline)
    if items is None or not items.value:
        splicer.set(parent, "codes", [value], CODE_KEYS if code.parent else CODEBOOK_KEYS, _dash(splicer))
        return splicer.result()
    here = {name: item.at for name, item in found.items() if item.items is items}
    siblings = [sibling.id for sibling in after.children[code.parent]]
    above = [here[name] for name in siblings[: siblings.index(code.id)] if name in here]
    at, dash, spaced = above[-1] + 1 if above else 0, _dash(splicer), splicer.spaced(items)
    splicer.insert(items, at, value, dash, comments=True, spaced=spaced)
    return splicer.result()


def _opened(text: str, code_id: str | None) -> str:
    """The text with a code that is written `- {id: …}` on lines of its own, so that others can stand below it."""
    splicer = Splicer(text)
    if code_id is not None:
        item = _codes(splicer)[code_id]
        if item.node.flow_style and not item.items.flow_style:
            splicer.open_mapping(item.node)
    return splicer.result()


def _moved(text: str, after: Codebook, code: Code) -> str | None:
    """The text with a code's own lines, and the comments right above them, under its new parent."""
    splicer = Splicer(text)
    old = _codes(splicer)[code.id]
    lines, column = splicer.item_text(old.items, old.at), old.items.start_mark.column
    inline = bool(old.items.flow_style)
    text = _inserted(_without(text, code.id, comments=True), after, code, bare=True)
    splicer = Splicer(text)
    new = _codes(splicer)[code.id]
    to = new.items.start_mark.column
    if not new.items.flow_style:
        lines = " " * to + f"- {lines}" if inline else _shifted(lines, to - column)
    elif not inline:
        return None
    splicer.replace_item(new.items, new.at, lines)
    return splicer.result()


def _shifted(lines: str, by: int) -> str:
    """Lines moved to the right, or to the left as far as there is room."""
    shifted = []
    for line in lines.splitlines(keepends=True):
        room = len(line) - len(line.lstrip(" "))
        shifted.append(line if not line.strip() else " " * by + line if by >= 0 else line[min(-by, room) :])
    return "".join(shifted)


def _without(text: str, code_id: str, *, comments: bool = False) -> str:
    """The text without a code's item; with the last of a list its key goes, too."""
    splicer = Splicer(text)
    found = _codes(splicer)
    gone = found[code_id]
    if len(gone.items.value) > 1:
        splicer.remove(gone.items, [gone.at], comments=comments, spaced=splicer.spaced(gone.items))
    else:
        nodes = (splicer.root, *(item.node for item in found.values()))
        for node in nodes:
            if isinstance(node, MappingNode) and value_of(node, "codes") is gone.items:
                if comments:
                    splicer.drop(node, ["codes"])
                else:
                    splicer.drop_list(node, "codes")
    return splicer.result()


def _ordered(text: str, after: Codebook, parent: str | None) -> str:
    """The text with the codes under a parent in the order they are to have."""
    wanted = [code.id for code in after.children.get(parent, ())]
    splicer = Splicer(text)
    found = _codes(splicer)
    here = [name for name, item in found.items() if name in wanted]
    if here == wanted:
        return text
    splicer.reorder(found[wanted[0]].items, [found[name].at for name in wanted])
    return splicer.result()


def _codes(splicer: Splicer) -> dict[str, _Item]:
    """Every code in the text by its id, in the order of the text."""
    return dict(_below(splicer.root))


def _below(node: Node | None) -> Iterator[tuple[str, _Item]]:
    items = list_of(node, "codes")
    for at, item in enumerate(items.value if items is not None else ()):
        if isinstance(item, MappingNode) and items is not None:
            name = value_of(item, "id")
            yield nfc(name.value) if isinstance(name, ScalarNode) else "", _Item(item, items, at)
            yield from _below(item)


def _dash(splicer: Splicer) -> int:
    """By how many columns this file indents the lists below a key."""
    for item in _codes(splicer).values():
        for key in (*_LISTS, "codes"):
            there = list_of(item.node, key)
            if there is not None and there.value and not there.flow_style:
                return int(there.start_mark.column - item.node.start_mark.column)
    items = list_of(splicer.root, "codes")
    return int(items.start_mark.column) if items is not None and not items.flow_style else 0


def _whole(code: Code, *, inline: bool) -> dict[str, Value]:
    """A new code as YAML, without what goes without saying. `inline`: it will stand in a list in brackets."""
    found: dict[str, Value] = {}
    for key in _KEYS:
        value = getattr(code, key)
        if value not in (None, (), False) and not (key == "since" and value == 1):
            found[key] = _value(key, value, None, inline=inline)
    return found


def _value(key: str, value: object, there: Node | None, *, inline: bool) -> Value:
    style = there.style if isinstance(there, ScalarNode) else None
    if isinstance(value, Mapping):
        return {language: prose(words, inline=inline) for language, words in value.items()}
    if isinstance(value, tuple):
        listed: list[Value] = [_item(key, item) for item in value]
        return listed if key == "examples" or _in_block(there) else flow(listed)
    if isinstance(value, bool):
        return "true"
    if isinstance(value, str):
        if key in _TEXTS:
            return prose(value, style, inline=inline)
        return quoted(value) if style == '"' else plain(value)
    return str(value)


def _in_block(there: Node | None) -> bool:
    return isinstance(there, SequenceNode) and not there.flow_style


def _item(key: str, item: str) -> str:
    return quoted(item) if key == "examples" else plain(item)


def _read(text: str, path: str) -> Codebook | None:
    """What a text says; None where it can't be read."""
    faults = Faults(path)
    book = read_codebook(unix(text.removeprefix(BOM)), faults)
    return None if faults.stop else book
