"""YAML as text with marks: a change is a splice, so that comments, order and quoting of all the rest survive.

A `Splicer` composes a text once, gathers splices by the marks of its nodes and makes them all at once.
Splices of one round may not overlap; what depends on another change goes into the next round.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from yaml import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode, YAMLError

from qcode.core.errors import QcodeError, Where
from qcode.core.words import nfc
from qcode.store.fields import compose
from qcode.store.reading import BOM, Faults, unix
from qcode.store.rendering import Value, dashed, entry, flow, indented

Said = TypeVar("Said")
_BREAK = re.compile(r"\r\n|\n|\r")


class Form(NamedTuple, Generic[Said]):
    """One kind of file that lists things: its lines when it is new, a change of its text, and what a text says."""

    whole: Callable[[Sequence[Said]], Iterable[str]]
    change: Callable[[str, Sequence[Said], Sequence[Said]], str | None]
    read: Callable[[str, Faults], tuple[Said, ...]]


class Splicer:
    """One round of changes to a YAML text."""

    def __init__(self, text: str) -> None:
        self.bom = BOM if text.startswith(BOM) else ""  # it would shift every mark by one
        self.text = text[len(self.bom) :]
        self.root = compose(self.text)
        found = _BREAK.search(self.text)
        self.newline = found.group() if found else "\n"
        self._splices: list[tuple[int, int, str]] = []

    def result(self) -> str:
        """The text with all splices made. Those at one place stand in the order in which they were asked for."""
        pieces, at = [self.bom], 0
        for start, end, new in sorted(self._splices, key=lambda splice: splice[:2]):
            pieces += [self.text[at:start], new]
            at = max(at, end)
        return "".join([*pieces, self.text[at:]])

    def set(self, mapping: MappingNode, key: str, value: Value, order: Sequence[str] = (), dash: int = 0) -> None:
        """Give the key this value: a scalar for any, a list where nothing or an empty list stands.

        A key that is not there yet comes after those before it in `order`.
        """
        found = value_of(mapping, key)
        if found is None:
            self._add_key(mapping, key, value, order, dash)
        elif isinstance(value, str) or mapping.flow_style:
            self._replace(found, flow(value))
        else:
            start = found.start_mark.index
            self._cut(len(self.text[:start].rstrip(" ")), self._end(found))
            self._lines_after(found, entry(key, value, dash)[1:], mapping.start_mark.column)

    def rescalar(self, node: Node | None, new: str) -> None:
        """Another text for a scalar, wherever it stands."""
        if node is not None:
            self._replace(node, new)

    def drop(self, mapping: MappingNode, keys: Collection[str]) -> None:
        """Take keys away, with their lines. At least one other key stays."""
        pairs = mapping.value
        gone = [at for at, (name, _) in enumerate(pairs) if nfc(name.value) in keys]
        if mapping.flow_style:
            self._cut_flow([(name, value) for name, value in pairs], gone)
            return
        for at in gone:
            name, value = pairs[at]
            start = self._line_start(name.start_mark.index)
            if self.text[start : name.start_mark.index].isspace() or start == name.start_mark.index:
                self._cut(start, self._line_end(self._end(value))[1])
            else:  # on the line of its item's dash, which stays
                following = pairs[at + 1][0].start_mark.index if at + 1 < len(pairs) and at + 1 not in gone else None
                end = self._end(value)
                blank = following is not None and not self.text[end:following].strip()
                self._cut(name.start_mark.index, following if blank and following is not None else end)

    def wrap(self, node: ScalarNode, key: str, extra: dict[str, str], *, inline: bool) -> None:
        """Make a scalar item of a list a mapping: itself under `key`, and what is new after it."""
        start, end = node.start_mark.index, self._end(node)
        if inline:
            self._splices.append((start, end, flow({key: self.text[start:end], **extra})))
        else:
            self._splices.append((start, start, f"{key}: "))
            lines = [line for name, value in extra.items() for line in entry(name, value)]
            self._lines_after(node, lines, node.start_mark.column)

    def open_mapping(self, mapping: MappingNode) -> None:
        """Write a mapping in braces as lines, its keys and values as they stand."""
        pairs = ((name.start_mark.index, self._end(value)) for name, value in mapping.value)
        lines = [self.text[start:end].rstrip() for start, end in pairs]
        between = self.newline + " " * mapping.start_mark.column
        self._splices.append((mapping.start_mark.index, self._end(mapping), between.join(lines)))

    def insert(
        self, items: SequenceNode, at: int, value: Value, dash: int = 0, *, comments: bool = False, spaced: bool = False
    ) -> None:
        """Put a new item before the item `at` of a list that has some, or into an empty `[]`.

        `comments`: those above the first item are its own, so that a new first comes above them; `spaced`: with a
        blank line between it and the one next to it.
        """
        blank = [""] * spaced
        if items.flow_style:
            self._insert_flow(items, at, flow(value))
        elif at == 0:
            column = items.start_mark.column
            start = self._item_span(items, 0)[0] if comments else self._line_start(items.start_mark.index)
            lines = self.newline.join([*indented(dashed(value, dash), column), *blank, ""])
            self._splices.append((start, start, lines))
        else:
            self._lines_after(items.value[at - 1], [*blank, *dashed(value, dash)], items.start_mark.column)

    def remove(
        self, items: SequenceNode, gone: Collection[int], *, comments: bool = False, spaced: bool = False
    ) -> None:
        """Take items away, with their lines; comments on lines of their own between items stay.

        `comments`: those directly above an item go with it; `spaced`: so does the blank line between it and the next.
        """
        if items.flow_style:
            self._cut_flow([(item, item) for item in items.value], sorted(gone))
            return
        for at in gone:
            start = self._item_span(items, at)[0] if comments else self._line_start(self._dash(items, at))
            end = self._line_end(self._end(items.value[at]))[1]
            above = self._line_above(start)
            if spaced and not self.text[above:start].strip():
                start = above
            self._cut(start, end)

    def drop_list(self, mapping: MappingNode, key: str) -> None:
        """Take a key and its list away; comments on lines of their own in between stay."""
        name, items = next(pair for pair in mapping.value if nfc(pair[0].value) == key)
        start = self._line_start(name.start_mark.index)
        own_line = not self.text[start : name.start_mark.index].strip()
        if mapping.flow_style or items.flow_style or not own_line or name is mapping.value[0][0]:
            self.drop(mapping, [key])
        else:
            self._cut(start, self._line_end(name.end_mark.index)[1])
            self.remove(items, range(len(items.value)))

    def spaced(self, items: SequenceNode) -> bool:
        """Whether a list in block style has a blank line between each two of its items."""
        pairs = [(a, b.start_mark.index) for a, b in itertools.pairwise(items.value)]
        between = [_BREAK.split(self.text[self._line_end(self._end(a))[1] : end]) for a, end in pairs]
        return bool(between) and not items.flow_style and all("" in map(str.strip, ls[:-1]) for ls in between)

    def item_text(self, items: SequenceNode, at: int) -> str:
        """An item as it stands: in block style its lines, with the comments directly above them."""
        return self.text[slice(*self._item_span(items, at))]

    def replace_item(self, items: SequenceNode, at: int, new: str) -> None:
        """Other text for an item, of the kind that `item_text` gives."""
        self._splices.append((*self._item_span(items, at), new))

    def reorder(self, items: SequenceNode, order: Sequence[int]) -> None:
        """Let the items stand in another order, each with the comments directly above it."""
        spans = [self._item_span(items, at) for at in range(len(items.value))]
        for (start, end), source in zip(spans, order, strict=True):
            self._splices.append((start, end, self.text[slice(*spans[source])]))

    def append_text(self, lines: Iterable[str]) -> None:
        """Put lines at the end of the text."""
        before = self.newline if self.text and not self.text.endswith(("\n", "\r")) else ""
        new = before + "".join(line + self.newline for line in lines)
        self._splices.append((len(self.text), len(self.text), new))

    def _add_key(self, mapping: MappingNode, key: str, value: Value, order: Sequence[str], dash: int) -> None:
        earlier = order[: order.index(key)] if key in order else None
        before = [pair for pair in mapping.value if earlier is None or nfc(pair[0].value) in earlier]
        if mapping.flow_style:
            self._add_flow(mapping, before[-1][1] if before else None, f"{key}: {flow(value)}")
        elif before:
            self._lines_after(before[-1][1], entry(key, value, dash), mapping.start_mark.column)
        else:
            column = mapping.start_mark.column
            lines = self.newline.join(_hanging(entry(key, value, dash), column))
            at = mapping.value[0][0].start_mark.index
            self._splices.append((at, at, lines + self.newline + " " * column))

    def _insert_flow(self, items: SequenceNode, at: int, new: str) -> None:
        self._add_flow(items, items.value[at - 1] if at else None, new)

    def _add_flow(self, node: Node, after: Node | None, new: str) -> None:
        if after is not None:
            at = self._end(after)
            self._splices.append((at, at, f", {new}"))
        else:
            at = self.text.index("[" if isinstance(node, SequenceNode) else "{", node.start_mark.index) + 1
            self._splices.append((at, at, f"{new}, " if node.value else new))

    def _cut_flow(self, spans: Sequence[tuple[Node, Node]], gone: Sequence[int]) -> None:
        """Cut pieces of a flow collection with one comma each. A span goes from its first node to its last."""
        kept = [at for at in range(len(spans)) if at not in gone]
        last = kept[-1] if kept else -1
        for at in gone:
            if at < last:
                self._cut(spans[at][0].start_mark.index, spans[at + 1][0].start_mark.index)
        if gone and last < len(spans) - 1:
            start = self._end(spans[last][1]) if kept else spans[0][0].start_mark.index
            self._cut(start, self._end(spans[-1][1]))

    def _replace(self, node: Node, new: str) -> None:
        start, end = node.start_mark.index, self._end(node)
        # A value left out has its mark right behind the colon.
        self._splices.append((start, end, f" {new}" if start == end else new))

    def _cut(self, start: int, end: int) -> None:
        self._splices.append((start, end, ""))

    def _lines_after(self, node: Node, lines: Iterable[str], column: int) -> None:
        """New lines below the line on which a node ends, so that a comment behind it stays where it is."""
        at, _ = self._line_end(self._end(node))
        self._splices.append((at, at, "".join(self.newline + (" " * column + line if line else "") for line in lines)))

    def _end(self, node: Node) -> int:
        """Where the node's own text ends. The end mark of a block runs on over the comments below it."""
        if isinstance(node, ScalarNode):
            return self._scalar_end(node)
        if not isinstance(node, CollectionNode) or node.flow_style:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(node, MappingNode) else last)

    def _scalar_end(self, node: ScalarNode) -> int:
        end = int(node.end_mark.index)
        if node.style not in ("|", ">"):
            return end
        written = self.text[node.start_mark.index : end]
        if "+" not in written.splitlines()[0]:
            return int(node.start_mark.index) + len(written.rstrip())
        # With |+ the blank lines at its end are its own, all but the last break.
        breaks = [match.span() for match in _BREAK.finditer(written)]
        return int(node.start_mark.index) + (breaks[-1][0] if breaks[-1][1] == len(written) else len(written))

    def _dash(self, items: SequenceNode, at: int) -> int:
        """Where the dash of an item stands; it may be on a line above the item's own text."""
        if at == 0:
            return int(items.start_mark.index)
        column = items.start_mark.column
        start = self._line_start(items.value[at].start_mark.index)
        while self.text[start : start + column + 1] != " " * column + "-":
            start = self._line_above(start)
        return start + column

    def _item_span(self, items: SequenceNode, at: int) -> tuple[int, int]:
        item = items.value[at]
        if items.flow_style:
            return item.start_mark.index, self._end(item)
        start = self._line_start(self._dash(items, at))
        floor = self._line_end(self._end(items.value[at - 1]))[1] if at else 0
        above = self._line_above(start)
        while floor <= above < start and self.text[above:start].lstrip().startswith("#"):
            start, above = above, self._line_above(above)
        return start, self._line_end(self._end(item))[0]

    def _line_start(self, index: int) -> int:
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1

    def _line_above(self, start: int) -> int:
        """Where the line before the one that starts here starts; 0 at the first."""
        ends = 2 if self.text[max(start - 2, 0) : start] == "\r\n" else 1
        return self._line_start(start - ends) if start else 0

    def _line_end(self, index: int) -> tuple[int, int]:
        """Where the break that ends the line at the index begins and ends."""
        found = _BREAK.search(self.text, index)
        return found.span() if found else (len(self.text),) * 2


def value_of(mapping: Node | None, key: str) -> Node | None:
    """The value's node under a key of a mapping; None when the key is not there."""
    pairs = mapping.value if isinstance(mapping, MappingNode) else ()
    return next((value for name, value in pairs if nfc(name.value) == key), None)


def list_of(mapping: Node | None, key: str) -> SequenceNode | None:
    """The list under a key that has items, or is written `[]`; None when there is none."""
    value = value_of(mapping, key)
    return value if isinstance(value, SequenceNode) else None


def staying(before: Sequence[str], after: Sequence[str]) -> list[int | None]:
    """For each of `after` its place in `before`, places rising; None where it is to be written anew."""
    found: list[int | None] = []
    start = 0
    for name in after:
        at = next((at for at in range(start, len(before)) if before[at] == name), None)
        start = start if at is None else at + 1
        found.append(at)
    return found


def edited(text: str | None, before: Sequence[Said], after: Sequence[Said], path: str, form: Form[Said]) -> str:
    """The file's text with what differs between `before` and `after`, and nothing else, changed; read again.

    `text`: as the file has it, with its BOM and line ends; None: there is no file. `before`: what was read from it.
    Raises QcodeError where the file can't be edited.
    """
    if text is None:
        return "".join(line + "\n" for line in form.whole(after))
    if tuple(before) == tuple(after):
        return text
    try:
        made = form.change(text, before, after)
    except YAMLError:  # a round left no YAML for the next
        made = None
    faults = Faults(path)
    if made is None or form.read(unix(made.removeprefix(BOM)), faults) != tuple(after) or faults.stop:
        raise uneditable(Where(path))
    return made


def uneditable(where: Where) -> QcodeError:
    """For a file in which a change can't be made by splices."""
    hint = "Write its lists with one '- ' item a line and without aliases (*), then try again."
    return QcodeError("this file is written in a form that can't be changed line by line", where=where, hint=hint)


def _hanging(lines: list[str], column: int) -> list[str]:
    return [lines[0], *indented(lines[1:], column)]
