"""A change of a case's observations as the smallest change of their file's text.

Two rounds of splices: what goes or has another value, then what is new. What comes out is read again before anybody
gets it, as with codings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yaml import MappingNode, SequenceNode

from qcode.core.model import Observation
from qcode.store.codec_case import OBSERVATION_KEYS, read_observations
from qcode.store.fields import is_null
from qcode.store.rendering import Value, block, flow, plain, quoted
from qcode.store.yamltext import Form, Splicer, edited, list_of, staying, value_of

_PROSE = frozenset({"title", "about", "why", "memo"})
_LISTS = ("evidence", "steps", "illustrates")
_CODES = frozenset({"steps", "illustrates"})


def edit_observations(
    text: str | None, before: Sequence[Observation], after: Sequence[Observation], path: str = ""
) -> str:
    """The file's text with what differs between `before` and `after`, and nothing else, changed.

    `text`: as the file has it, with its BOM and line ends; None: there is no file. `before`: what was read from it.
    Those that stay, by their ids, keep their order. Raises QcodeError where the file can't be edited.
    """
    return edited(text, before, after, path, Form(_whole, _edited, read_observations))


def _edited(text: str, before: Sequence[Observation], after: Sequence[Observation]) -> str:
    """The text with the change made."""
    slots = staying([observation.id for observation in before], [observation.id for observation in after])
    return _added(_changed(text, before, after, slots), after, slots)


def _changed(
    text: str, before: Sequence[Observation], after: Sequence[Observation], slots: Sequence[int | None]
) -> str:
    """What goes, and what stands there already and gets another value."""
    splicer = Splicer(text)
    items = splicer.root
    if not isinstance(items, SequenceNode) or not before:
        return text
    splicer.remove(items, [at for at in range(len(items.value)) if at not in slots])
    for slot, observation in zip(slots, after, strict=True):
        if slot is not None and before[slot] != observation:
            _change(splicer, items.value[slot], before[slot], observation)
    return splicer.result()


def _change(splicer: Splicer, node: MappingNode, before: Observation, after: Observation) -> None:
    had = [key for key in OBSERVATION_KEYS if getattr(before, key)]
    differing = [key for key in had if getattr(before, key) != getattr(after, key)]
    gone = [key for key in differing if not getattr(after, key)]
    if gone:
        splicer.drop(node, gone)
    for key in differing:
        there, value = value_of(node, key), getattr(after, key)
        if key in gone:
            continue
        if isinstance(there, SequenceNode):
            kept = staying(getattr(before, key), value)
            splicer.remove(there, [at for at in range(len(there.value)) if at not in kept])
        elif isinstance(there, MappingNode):
            _change_words(splicer, there, before.perspectives, value)
        else:
            splicer.set(node, key, _scalar(key, value))


def _change_words(splicer: Splicer, node: MappingNode, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    gone = [name for name in before if name not in after]
    if gone:
        splicer.drop(node, gone)
    for name, words in after.items():
        if name in before and before[name] != words:
            splicer.set(node, name, quoted(words))


def _added(text: str, after: Sequence[Observation], slots: Sequence[int | None]) -> str:
    """What is not there yet."""
    splicer = Splicer(text)
    items = splicer.root
    if not isinstance(items, SequenceNode):
        splicer.append_text(_whole(after))
        return splicer.result()
    style = _style(items)
    at = 0
    for slot, observation in zip(slots, after, strict=True):
        if slot is None:
            splicer.insert(items, at, _value(observation, style), style.dash)
        else:
            _add(splicer, items.value[at], observation, style)
            at += 1
    return splicer.result()


def _add(splicer: Splicer, node: MappingNode, observation: Observation, style: _Style) -> None:
    for key, value in _value(observation, style).items():
        there = value_of(node, key)
        if there is None or is_null(there) or not there.value:
            splicer.set(node, key, value, OBSERVATION_KEYS, style.dash)
        elif isinstance(there, SequenceNode):
            add_items(splicer, there, getattr(observation, key))
        elif isinstance(there, MappingNode):
            _add_words(splicer, there, observation.perspectives)


def _add_words(splicer: Splicer, node: MappingNode, wanted: Mapping[str, str]) -> None:
    for name, words in wanted.items():
        there = value_of(node, name)
        if there is None:
            splicer.set(node, plain(name), quoted(words))
        elif is_null(there):
            splicer.set(node, name, quoted(words))


def add_items(splicer: Splicer, items: SequenceNode, wanted: Sequence[str]) -> None:
    """Put those names into a list that are not in it yet, each at its place; what it has, it has in that order."""
    at = 0
    for slot, name in zip(staying([node.value for node in items.value], wanted), wanted, strict=True):
        if slot is None:
            splicer.insert(items, at, plain(name))
        else:
            at += 1


@dataclass(frozen=True, slots=True)
class _Style:
    """How this file writes lists: those on one line, and how far to the right the dashes of the others stand."""

    inline: frozenset[str] = _CODES
    dash: int = 0


def _style(items: SequenceNode) -> _Style:
    """As the file's last list of each kind is written."""
    inline, dash = set(_CODES), 0
    for node in items.value:
        for key in _LISTS:
            there = list_of(node, key)
            if there is not None and there.value:
                (inline.add if there.flow_style else inline.discard)(key)
                dash = dash if there.flow_style else there.start_mark.column - node.start_mark.column
    return _Style(frozenset(inline), dash)


def _whole(observations: Sequence[Observation]) -> list[str]:
    return block([_value(observation, _Style()) for observation in observations]) if observations else []


def _value(observation: Observation, style: _Style) -> dict[str, Value]:
    """All that an observation says, as YAML."""
    found: dict[str, Value] = {}
    for key in OBSERVATION_KEYS:
        value = getattr(observation, key)
        if value and key in _LISTS:
            names = [plain(name) for name in value]
            found[key] = flow(names) if key in style.inline else names
        elif value and key == "perspectives":
            found[key] = {plain(name): quoted(words) for name, words in value.items()}
        elif value:
            found[key] = _scalar(key, value)
    return found


def _scalar(key: str, value: str) -> str:
    return quoted(value) if key in _PROSE else plain(value)
