"""A codings file: from text to the model. (How a change of it is written: edit_codings.py.)"""

from __future__ import annotations

from yaml import Node, ScalarNode

from qcode.core.model import Coded, CodingSet, Segment
from qcode.core.words import nfc
from qcode.store.canonical import read_canonical
from qcode.store.fields import Document
from qcode.store.reading import Faults

HEAD_KEYS = ("transcript", "coder", "status", "codebook_version", "text", "segments")
SEGMENT_KEYS = ("id", "line", "quote", "before", "after", "text", "codes", "against", "memo", "aliases")
CODED_KEYS = ("code", "valence", "phase", "memo")


def read_codings(text: str, case: str, faults: Faults) -> CodingSet:
    """What one coder coded in one transcript. Each segment keeps its place in the file as `slot`."""
    return read_canonical(text, case, faults.path) or codings_of(Document(text, faults), case)


def codings_of(document: Document, case: str) -> CodingSet:
    """The same, from a document already composed."""
    if document.root is None and not document.faults.stop:
        document.faults.error("schema", (1, 1), "the file is empty", "Give it 'transcript:', 'coder:' and 'segments:'.")
        return CodingSet("", "", path=document.path, case=case)
    fields = document.fields(document.root, HEAD_KEYS, "a codings file")
    return CodingSet(
        transcript=fields.required("transcript"),
        coder=fields.required("coder"),
        segments=tuple(_segment(document, node, slot) for slot, node in enumerate(fields.items("segments"))),
        status=fields.name("status") or "open",
        codebook_version=fields.whole("codebook_version"),
        text=fields.text("text"),
        path=document.path,
        case=case,
        where=document.where(document.root) if document.root is not None else document.whole,
    )


def _segment(document: Document, node: Node, slot: int) -> Segment:
    fields = document.fields(node, SEGMENT_KEYS, "a segment")
    quote = fields.text("quote")
    if quote is None:
        fields.required("quote")
    return Segment(
        id=fields.name("id"),
        quote=quote or "",
        codes=tuple(_coded(document, item) for item in fields.items("codes")),
        line=fields.whole("line"),
        before=fields.text("before"),
        after=fields.text("after"),
        text=fields.text("text"),
        memo=fields.text("memo"),
        slot=slot,
        where=document.where(node),
        aliases=fields.names("aliases"),
        against=fields.names("against"),
    )


def _coded(document: Document, node: Node) -> Coded:
    """A code's id alone, or with what is said about it."""
    if isinstance(node, ScalarNode):
        return Coded(nfc(document.scalar(node, "a code's id") or ""), where=document.where(node))
    fields = document.fields(node, CODED_KEYS, "a coding")
    return Coded(
        code=fields.required("code"),
        valence=fields.name("valence"),
        phase=fields.name("phase"),
        memo=fields.text("memo"),
        where=document.where(node),
    )
