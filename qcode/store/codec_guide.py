"""Interview guides: from text to the model."""

from __future__ import annotations

from yaml import Node

from qcode.core.guide import Block, Guide, Question
from qcode.store.fields import Document, Fields
from qcode.store.reading import Faults

_GUIDE = ("id", "perspective", "outcomes", "title", "blocks")
_BLOCK = ("id", "title", "phase", "themes", "questions")
_QUESTION = ("id", "text", "themes", "phase", "optional")


def read_guide(text: str, faults: Faults) -> Guide:
    """One guide, with the themes and phases that its questions name themselves."""
    document = Document(text, faults)
    if document.root is None and not faults.stop:
        faults.error("schema", (1, 1), "the guide is empty", "A guide has id:, perspective: and blocks:.")
    fields = document.fields(document.root, _GUIDE, "a guide")
    return Guide(
        id=fields.ident("id"),
        perspective=fields.required("perspective"),
        outcomes=fields.names("outcomes"),
        title=fields.text("title") or "",
        blocks=tuple(_block(document, node) for node in fields.items("blocks")),
        path=faults.path,
        where=document.where(document.root) if document.root is not None else document.whole,
    )


def _block(document: Document, node: Node) -> Block:
    fields = document.fields(node, _BLOCK, "a block")
    return Block(
        id=fields.ident("id"),
        title=fields.text("title") or "",
        phase=fields.name("phase"),
        themes=fields.names("themes"),
        questions=tuple(_question(document, question) for question in fields.items("questions")),
        where=document.where(node),
    )


def _question(document: Document, node: Node) -> Question:
    fields = document.fields(node, _QUESTION, "a question")
    return Question(
        id=fields.ident("id"),
        text=fields.text("text") or "",
        themes=_themes(fields),
        phase=fields.name("phase"),
        optional=fields.flag("optional") or False,
        where=document.where(node),
    )


def _themes(fields: Fields) -> tuple[str, ...] | None:
    """Absent: its block's. An empty list: none."""
    return fields.names("themes") if fields.get("themes") is not None else None
