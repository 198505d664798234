"""summaries.yaml: from text to the model."""

from __future__ import annotations

from yaml import MappingNode, Node

from qcode.core.model import Summary
from qcode.store.fields import Document, is_null
from qcode.store.reading import Faults

SUMMARY_KEYS = ("text", "quotes", "hash")


def read_summaries(text: str, faults: Faults) -> tuple[Summary, ...]:
    """The written summaries of a case, in the order of the file."""
    document = Document(text, faults)
    root = document.root
    if root is None or is_null(root):
        return ()
    if not isinstance(root, MappingNode):
        hint = "Write one 'code:' a line, and under it text: and quotes:."
        document.error(root, "expected the summaries: a mapping of codes", hint)
        return ()
    return tuple(_summary(document, code, node) for code, node in document.pairs(root).items() if not is_null(node))


def _summary(document: Document, code: str, node: Node) -> Summary:
    fields = document.fields(node, SUMMARY_KEYS, f"the summary of '{code}'")
    return Summary(
        code, fields.text("text") or "", fields.names("quotes"), fields.text("hash"), where=document.where(node)
    )
