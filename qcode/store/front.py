"""The front matter of a transcript that comes in from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from yaml import MappingNode, YAMLError

from qcode.core.errors import QcodeError, Where
from qcode.core.words import nfc
from qcode.store.fields import compose, is_null
from qcode.store.rendering import plain
from qcode.store.yamltext import value_of


def write_front(head: str | None, given: Mapping[str, str | None], source: str) -> str:
    """The front matter with what is given, between its marks. What the source's own `head` says stays as it stands.

    Raises QcodeError where the head is no YAML mapping, or says something else than what is given.
    """
    said = head or ""
    root = _root(said, source)
    lines = []
    for key, value in given.items():
        node = value_of(root, key)
        there = None if node is None or is_null(node) else node
        if value is None or (there and nfc(str(there.value)) == value):
            continue
        if there:
            hint = f"Leave out --{key}, or correct the file." if key != "imported" else "Remove the line 'imported:'."
            raise QcodeError(f"says its {key} is '{there.value}', not '{value}'", where=Where(source), hint=hint)
        lines.append(f"{key}: {plain(value)}\n")
    own = said if not said or said.endswith("\n") else said + "\n"
    return f"---\n{own}{''.join(lines)}---\n"


def _root(head: str, source: str) -> MappingNode | None:
    hint = "Its front matter must be lines of 'key: value' between two lines '---'."
    try:
        root = compose(head) if head.strip() else None
    except YAMLError as error:
        raise QcodeError("its front matter is not YAML", where=Where(source), hint=hint) from error
    if root is not None and not isinstance(root, MappingNode):
        raise QcodeError("its front matter is no mapping", where=Where(source), hint=hint)
    return root
