"""YAML read as people wrote it: every scalar is text, and its place in the file is known.

Nothing is constructed: a file is composed to nodes, and a codec asks a mapping's `Fields` for what it declares.
What is missing, misplaced or of the wrong kind becomes a fault with its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from qcode.core.codebook import Text
from qcode.core.errors import Where
from qcode.core.words import is_id, nfc
from qcode.store.reading import Faults, nearest, place

_DEPTH = 60
_BUDGET = 100_000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_YES_NO = {"true": True, "yes": True, "false": False, "no": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?\Z", re.ASCII)
# Where a tag, an anchor or a merge key can begin; prose may look like it, and then only costs a walk. What stands
# before it is looked at last, since the sign itself is rare and quickly searched for.
_SIGNS = re.compile(r"(?:!|&(?=\S)|<(?=<))(?<![^\s\[{,:].)", re.DOTALL)
_BREAKS = re.compile("[\x85\u2028\u2029]")


class TooDeep(yaml.YAMLError):
    """The file nests deeper than any file of a study does."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Composes nodes and resolves nothing: a tag is only there where somebody wrote one."""

    depth = 0

    def resolve(self, kind: object, value: object, implicit: object) -> None:
        return None

    def descend_resolver(self, node: object, index: object) -> None:
        self.depth += 1
        if self.depth > _DEPTH:
            raise TooDeep

    def ascend_resolver(self) -> None:
        self.depth -= 1


def compose(text: str) -> Node | None:
    """The root node of a YAML text; None when it holds nothing. Raises yaml.YAMLError."""
    loader = _Loader(text)
    try:
        node: Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


class Document:
    """One YAML text with its faults. `first`: the line of the file on which the text begins."""

    def __init__(self, text: str, faults: Faults, first: int = 1) -> None:
        self.text = text
        self.faults = faults
        self.path = faults.path
        self.first = first
        self.whole = Where(self.path)
        # libyaml ends a line at these as well; where a text has one, lines are counted anew.
        self.odd = bool(_BREAKS.search(text)) if not text.isascii() else False
        self.root = self._compose()

    def at(self, node: Node) -> tuple[int, int]:
        """Line and column in the file, from 1."""
        return self._at(node.start_mark)

    def where(self, node: Node) -> Where:
        return Where(self.path, *self._at(node.start_mark))

    def error(self, node: Node, message: str, hint: str = "", rule: str = "schema") -> None:
        self.faults.error(rule, self.at(node), message, hint)

    def fields(self, node: Node | None, known: Sequence[str], what: str) -> Fields:
        """The mapping at this node; an empty one, with a fault, when it is something else."""
        if node is not None and not isinstance(node, MappingNode):
            message = f"expected {what}: a mapping with {', '.join(known[:4])} …, found {_kind(node)}"
            self.error(node, message, "Write it as lines of 'key: value'.")
            node = None
        return Fields(self, node, known, what)

    def pairs(self, node: MappingNode) -> dict[str, Node]:
        """Keys and values of a mapping. A key that is twice there, or is no text, is a fault."""
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value
            if not isinstance(key, ScalarNode):
                self.error(key, f"expected a key, found {_kind(key)}", "A key is a single word.")
                continue
            if not name.isascii():
                name = nfc(name)
            if name in found:
                self.error(key, f"'{name}' is there twice", "Keep one of the two.", rule="duplicate-key")
            found[name] = value
        return found

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The items of a list; of nothing, none."""
        if node is None or is_null(node):
            return []
        if not isinstance(node, SequenceNode):
            self.error(node, f"expected {what}: a list, found {_kind(node)}", "Write one '- ' before each item.")
            return []
        items: list[Node] = node.value
        return items

    def scalar(self, node: Node, what: str) -> str | None:
        """The text of a scalar as written; None, with a fault, when it is none or empty."""
        if isinstance(node, ScalarNode) and not (is_null(node) and not node.value):
            value: str = node.value
            return value
        self.error(node, f"expected {what}, found {_kind(node)}", "Write one text there, or take the entry out.")
        return None

    def _at(self, mark: Any) -> tuple[int, int]:
        if self.odd:
            line, column = place(self.text, mark.index)
            return line + self.first - 1, column
        return mark.line + self.first, mark.column + 1

    def _compose(self) -> Node | None:
        try:
            root = compose(self.text)
        except TooDeep:
            message = f"nested deeper than {_DEPTH} levels"
            self.faults.error("yaml-bomb", (self.first, 1), message, "No file of a study needs that many: flatten it.")
            return None
        except yaml.YAMLError as error:
            if not self.faults.stop:  # that the marks of a conflict are no YAML is no second fault
                self._broken(error)
            return None
        if root is not None and _SIGNS.search(self.text):
            _Examination(self).examine(root)
        # What was examined and found to be a bomb is not walked again.
        return None if self.faults.stop else root

    def _broken(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if mark is not None:
            said = str(getattr(error, "problem", "") or getattr(error, "context", "") or "can't be read")
            rule = "yaml-bomb" if "nesting depth" in said else "yaml"
            self.faults.error(rule, self._at(mark), f"not YAML: {said}", _advice(said))
            return
        character = getattr(error, "character", None)
        offset = max(self.text.find(chr(character)), 0) if isinstance(character, int) else 0
        line, column = place(self.text, offset)
        said = f"a character that YAML doesn't allow (U+{character:04X})" if isinstance(character, int) else str(error)
        self.faults.error("yaml", (line + self.first - 1, column), f"not YAML: {said}", "Remove it.")


class _Examination:
    """One walk over a document that holds tags, anchors or merge keys, measuring what its aliases stand for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.limit = max(_BUDGET, len(document.text))  # without aliases no text holds more nodes than characters
        self.measured: dict[int, tuple[int, int]] = {}
        self.bomb = False

    def examine(self, node: Node) -> tuple[int, int]:
        """How many nodes and levels this one stands for, aliases written out. Faults once a node, however named."""
        known = self.measured.get(id(node))
        if known:
            return known
        self.measured[id(node)] = self.limit, _DEPTH  # met again before it is done: it holds itself
        self._tagged(node)
        below = [self.examine(child) for child in _children(node)]
        size = 1 + sum(size for size, _ in below)
        depth = 1 + max((depth for _, depth in below), default=0)
        if (size > self.limit or depth > _DEPTH) and not self.bomb:
            self.bomb = True
            hint = "Write out what the aliases (*name) stand for."
            self.document.error(node, "its aliases stand for more than a file can hold", hint, rule="yaml-bomb")
        self.measured[id(node)] = size, depth
        return size, depth

    def _tagged(self, node: Node) -> None:
        written = self.document.text[node.start_mark.index : node.start_mark.index + 1]
        if node.tag is not None or written == "!":
            self.document.error(node, "tags (!) are not used in a study's files", "Remove it.", rule="yaml-tag")
        for key, _ in node.value if isinstance(node, MappingNode) else ():
            if isinstance(key, ScalarNode) and key.value == "<<" and not key.style:
                self.document.error(key, "merge keys (<<) are not used", "Write out the keys.", rule="yaml-tag")


class Fields:
    """What a mapping holds, asked for by key and kind. `known`: the keys it may have; others are warned of."""

    __slots__ = ("document", "node", "values", "what")

    def __init__(self, document: Document, node: MappingNode | None, known: Sequence[str], what: str) -> None:
        self.document = document
        self.node = node
        self.what = what
        self.values = document.pairs(node) if node is not None else {}
        if not self.values.keys() <= set(known):
            self._strangers(known)

    def get(self, key: str) -> Node | None:
        """The value's node; None when it is absent or empty."""
        node = self.values.get(key)
        return None if node is None or is_null(node) else node

    def text(self, key: str) -> str | None:
        """A text as written."""
        node = self.values.get(key)
        if node is None or is_null(node):
            return None
        if isinstance(node, ScalarNode):
            value: str = node.value
            return value
        hint = "Write one text; quotation marks around it if it begins with [ or {."
        self.document.error(node, f"{key}: expected text, found {_kind(node)}", hint)
        return None

    def name(self, key: str) -> str | None:
        """A name that is compared with others: in NFC."""
        value = self.text(key)
        return value if value is None or value.isascii() else nfc(value)

    def required(self, key: str) -> str:
        """A name that has to be there."""
        value = self.name(key)
        if value is None and self.node is not None and self.get(key) is None:
            self.document.error(self.node, f"{self.what} has no '{key}'", f"Add '{key}:' to it.")
        return value or ""

    def ident(self, key: str) -> str:
        """A required id: a slug."""
        value = self.required(key)
        if value and not is_id(value):
            hint = "Use letters and digits of any script, - and _."
            self.document.error(self.values[key], f"'{_short(value)}' can't be an id", hint)
        return value

    def whole(self, key: str, least: int = 1) -> int | None:
        """A whole number, at least `least`."""
        value = self.text(key)
        if value is None:
            return None
        if _WHOLE.match(value) and int(value) >= least:
            return int(value)
        message = f"{key}: expected a whole number from {least}, found '{_short(value)}'"
        self.document.error(self.values[key], message, f"Write digits only, or take '{key}:' out.")
        return None

    def number(self, key: str) -> float | None:
        """A number, with a point where it has decimals."""
        value = self.text(key)
        if value is None or _NUMBER.match(value):
            return None if value is None else float(value)
        message = f"{key}: expected a number, found '{_short(value)}'"
        self.document.error(self.values[key], message, f"Write it as 7.5, or take '{key}:' out.")
        return None

    def flag(self, key: str) -> bool | None:
        """true or false."""
        value = self.text(key)
        if value is None or value.lower() in _YES_NO:
            return None if value is None else _YES_NO[value.lower()]
        message = f"{key}: expected true or false, found '{_short(value)}'"
        self.document.error(self.values[key], message, f"Write true or false, or take '{key}:' out.")
        return None

    def choice(self, key: str, choices: Sequence[str]) -> str | None:
        """One of a few words."""
        value = self.text(key)
        if value is not None and value not in choices:
            message = f"{key}: '{_short(value)}' is not known here"
            self.document.error(self.values[key], message, f"Write one of: {', '.join(choices)}.")
        return value

    def items(self, key: str) -> list[Node]:
        """The nodes of a list; none when it is absent."""
        return self.document.items(self.values.get(key), key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts as written."""
        found = (self.document.scalar(node, f"{key}: text in every item") for node in self.items(key))
        return tuple(text for text in found if text is not None)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names, in NFC."""
        return tuple(nfc(text) for text in self.texts(key))

    def mapping(self, key: str) -> Iterator[tuple[str, Node]]:
        """Keys and nodes of a mapping of the user's own keys, those without a value left out."""
        node = self.get(key)
        if node is not None and not isinstance(node, MappingNode):
            message = f"{key}: expected a mapping (key: value), found {_kind(node)}"
            self.document.error(node, message, "Write one 'name: value' a line below it.")
        elif node is not None:
            yield from ((name, value) for name, value in self.document.pairs(node).items() if not is_null(value))

    def words(self, key: str) -> dict[str, str]:
        """A mapping of the user's own keys to texts."""
        found = ((name, self.document.scalar(node, f"{key}: text for '{name}'")) for name, node in self.mapping(key))
        return {name: text for name, text in found if text is not None}

    def localized(self, key: str) -> Text | None:
        """A text, or one for each language."""
        return self.words(key) or None if isinstance(self.get(key), MappingNode) else self.text(key)

    def _strangers(self, known: Sequence[str]) -> None:
        assert self.node is not None  # it has keys
        for key, _ in self.node.value:
            if isinstance(key, ScalarNode) and (name := nfc(key.value)) not in known:
                at = self.document.at(key)
                message = f"unknown key '{name}' in {self.what}"
                self.document.faults.warn("unknown-key", at, message, nearest(name, known))


def is_null(node: Node) -> bool:
    """Whether somebody left the value out: nothing, ~ or null, without quotation marks."""
    return node.__class__ is ScalarNode and node.value in _NULLS and not node.style


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, SequenceNode):
        yield from node.value
    elif isinstance(node, MappingNode):
        for pair in node.value:
            yield from pair


def _kind(node: Node) -> str:
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node, MappingNode):
        return "a mapping"
    return "nothing" if is_null(node) else f"the text '{_short(node.value)}'"


def _short(text: str) -> str:
    """The beginning of what somebody wrote: a fault is told on one line, however long that is."""
    return text if len(text) <= 40 else text[:39] + "…"


def _advice(said: str) -> str:
    if "nesting depth" in said:
        return "No file of a study needs that many levels: flatten it."
    if "mapping values" in said:
        return "A text with ': ' in it needs quotation marks around it."
    if "cannot start any token" in said:
        return "Tabs can't indent; a text that begins with such a mark needs quotation marks around it."
    return "Look at the indentation and the quotation marks there and just above."
