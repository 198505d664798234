"""A change of a case's summaries as the smallest change of their file's text; two rounds, as with observations."""

from __future__ import annotations

from collections.abc import Sequence

from yaml import MappingNode, SequenceNode

from qcode.core.model import Summary
from qcode.store.codec_summaries import SUMMARY_KEYS, read_summaries
from qcode.store.edit_observations import add_items
from qcode.store.fields import is_null
from qcode.store.rendering import Value, block, plain, quoted
from qcode.store.yamltext import Form, Splicer, edited, staying, value_of


def edit_summaries(text: str | None, before: Sequence[Summary], after: Sequence[Summary], path: str = "") -> str:
    """The file's text with what differs between `before` and `after`, and nothing else, changed.

    `text`: as the file has it; None: there is no file. Those that stay keep their order, new ones come last.
    Raises QcodeError where the file can't be edited.
    """
    return edited(text, before, after, path, Form(_whole, _edited, read_summaries))


def _edited(text: str, before: Sequence[Summary], after: Sequence[Summary]) -> str | None:
    """The text with the change made; None where it holds what can't be kept."""
    if not before or not after:
        return _anew(text, after)
    return _added(_reduced(text, before, after), after)


def _anew(text: str, after: Sequence[Summary]) -> str | None:
    """Where the file had none, they come below what is there; where none is left, its comments stay."""
    if not after:
        return "".join(line for line in text.splitlines(keepends=True) if line.lstrip().startswith("#"))
    splicer = Splicer(text)
    if splicer.root is not None:
        return None
    splicer.append_text(_whole(after))
    return splicer.result()


def _reduced(text: str, before: Sequence[Summary], after: Sequence[Summary]) -> str:
    """What goes, and what has another value."""
    splicer = Splicer(text)
    wanted = {summary.code: summary for summary in after}
    if not isinstance(splicer.root, MappingNode):
        return text
    splicer.drop(splicer.root, {summary.code for summary in before} - wanted.keys())
    for was in before:
        node, now = value_of(splicer.root, was.code), wanted.get(was.code)
        if now is not None and now != was and isinstance(node, MappingNode):
            _reduce(splicer, node, now)
    return splicer.result()


def _reduce(splicer: Splicer, node: MappingNode, now: Summary) -> None:
    items = value_of(node, "quotes")
    if isinstance(items, SequenceNode) and not now.quotes:
        splicer.drop(node, {"quotes"})
    elif isinstance(items, SequenceNode):
        kept = staying([item.value for item in items.value], now.quotes)
        splicer.remove(items, [at for at in range(len(items.value)) if at not in kept])
    for key, value in _value(now).items():
        there = value_of(node, key)
        if there is not None and isinstance(value, str) and there.value != getattr(now, key):
            splicer.set(node, key, value)


def _added(text: str, after: Sequence[Summary]) -> str:
    """What is not there yet."""
    splicer = Splicer(text)
    if not isinstance(splicer.root, MappingNode):
        return text
    for summary in after:
        node = value_of(splicer.root, summary.code)
        if node is None or is_null(node):
            splicer.set(splicer.root, plain(summary.code) if node is None else summary.code, _value(summary))
        elif isinstance(node, MappingNode):
            _add(splicer, node, summary)
    return splicer.result()


def _add(splicer: Splicer, node: MappingNode, summary: Summary) -> None:
    for key, value in _value(summary).items():
        there = value_of(node, key)
        if there is None or is_null(there):
            splicer.set(node, key, value, SUMMARY_KEYS)
        elif isinstance(there, SequenceNode):
            add_items(splicer, there, summary.quotes)


def _whole(summaries: Sequence[Summary]) -> list[str]:
    return block({plain(summary.code): _value(summary) for summary in summaries}) if summaries else []


def _value(summary: Summary) -> dict[str, Value]:
    said: dict[str, Value] = {"text": quoted(summary.text)}
    if summary.quotes:
        said["quotes"] = [plain(name) for name in summary.quotes]
    if summary.hash:
        said["hash"] = plain(summary.hash)
    return said
