"""Word documents as paragraphs. The zip is weighed before it is read, and nothing in it is ever unpacked to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from qcode.core.errors import QcodeError, Where
from qcode.core.words import counted
from qcode.interop.texts import clean, removal
from qcode.interop.turns import Block, labelled

_MOST = 200_000_000  # bytes unpacked: a day of speech is under 1 MB
_MOST_RATIO = 200  # times its packed size, once it is over a size that is never worth a question
_NO_QUESTION = 10_000_000
_MOST_PARTS = 10_000

_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PIECES = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Not part of what the paragraph says: properties, words struck out or moved away, pictures, codes behind fields.
_SKIPPED = {"pPr", "rPr", "del", "moveFrom", "drawing", "pict", "object", "Fallback", "instrText", "sdtPr"}
_WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}
_LEFT_OUT = {
    "footnoteReference": "footnote",
    "endnoteReference": "endnote",
    "commentReference": "comment",
    "txbxContent": "text box",
}
# What the library and the XML parser under it (a SyntaxError) raise for a file that is no Word document inside.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, KeyError, ValueError, AttributeError, IndexError, TypeError,
    RuntimeError, OSError, AssertionError,
)  # fmt: skip


def read_word(name: str, data: bytes) -> tuple[list[Block], tuple[str, ...]]:
    """The paragraphs of a .docx in their order, those in tables too, and notes on what was left out.

    Raises QcodeError for one that is damaged, locked, or would unpack to far more than an interview.
    """
    try:
        import docx
        from docx.opc.exceptions import OpcError
    except ImportError:
        raise QcodeError("reading .docx needs an extra: pip install 'qcode[docx]'") from None
    _weigh(name, data)
    try:
        document = docx.Document(io.BytesIO(data))
        styles = {style.style_id: style.name or "" for style in document.styles}
        body = document.element.body
    except (OpcError, *_UNREADABLE):
        raise _damaged(name) from None
    # Word writes no document type; one serves only to smuggle entities in.
    if body is None or body.getroottree().docinfo.doctype:
        raise _damaged(name)
    reader = _Reader(styles)
    return list(reader.blocks(body)), reader.notes(body)


def _damaged(name: str) -> QcodeError:
    hint = "Open it in Word or LibreOffice, save it as .docx anew, and import that."
    return QcodeError("this can't be read as a Word document", where=Where(name), hint=hint)


def _weigh(name: str, data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        hint = "Save it as .docx without a password and import that."
        raise QcodeError("this is a .doc of old, or locked with a password", where=Where(name), hint=hint)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sizes = [part.file_size for part in packed.infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise _damaged(name) from None
    total = sum(sizes)
    swollen = total > _NO_QUESTION and total > _MOST_RATIO * len(data)
    if total > _MOST or swollen or len(sizes) > _MOST_PARTS:
        hint = "Copy the interview's text into a new document and import that."
        raise QcodeError(f"this would unpack to {total // 1_000_000} MB", where=Where(name), hint=hint)


class _Reader:
    """One walk over a document's XML: the library's paragraphs leave out tracked insertions and content controls."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self._styles = styles
        self._removed = 0

    def notes(self, body: Any) -> tuple[str, ...]:
        found = Counter(_tag(node) for node in body.iter() if not _in_fallback(node))
        left = (counted(found[tag], noun) + " left out" for tag, noun in _LEFT_OUT.items() if found[tag])
        return (*left, *removal(self._removed))

    def blocks(self, parent: Any) -> Iterator[Block]:
        for node in parent:
            tag = _tag(node)
            if tag == "p":
                yield from self._paragraph(node)
            elif tag == "tbl":
                yield from self._table(node)
            elif tag in _WRAPPERS:
                yield from self.blocks(node)

    def _paragraph(self, node: Any) -> Iterator[Block]:
        text, removed = clean("".join(_pieces(node)))
        self._removed += removed
        lines = tuple(line.strip() for line in text.split("\n") if line.strip())
        if lines:
            named = node.find(f"{_WORDS}pPr/{_WORDS}pStyle")
            style = "" if named is None else self._styles.get(named.get(f"{_WORDS}val", ""), "").lower()
            yield Block(lines, heading=style.startswith("heading ") or style == "title")

    def _table(self, table: Any) -> Iterator[Block]:
        for row in _within(table, "tr"):
            cells = [list(self.blocks(cell)) for cell in _within(row, "tc")]
            label = _label(cells[0]) if len(cells) == 2 else None
            if label:
                first, *rest = cells[1] or [Block(())]
                yield Block(first.lines, label=label)
                yield from rest
            else:
                for cell in cells:
                    yield from cell


def _label(cell: list[Block]) -> str | None:
    """What the first cell of a row says, when it may be a speaker's label."""
    if len(cell) != 1 or len(cell[0].lines) != 1:
        return None
    said = labelled(cell[0].lines[0].removesuffix(":") + ":")
    return said.label if said and not said.text else None


def _within(parent: Any, wanted: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, those in content controls too, but none of a table within a cell."""
    for node in parent:
        if _tag(node) == wanted:
            yield node
        elif _tag(node) in _WRAPPERS:
            yield from _within(node, wanted)


def _pieces(parent: Any) -> Iterator[str]:
    for node in parent:
        tag = _tag(node)
        if tag == "t":
            yield node.text or ""
        elif tag in _PIECES:
            yield _PIECES[tag]
        elif tag not in _SKIPPED:
            yield from _pieces(node)


def _tag(node: Any) -> str:
    """The element's name without its namespace; empty for comments and the like."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _in_fallback(node: Any) -> bool:
    """Whether the node is the second copy of something, kept for older programs."""
    return any(_tag(above) == "Fallback" for above in node.iterancestors()) if _tag(node) == "txbxContent" else False
