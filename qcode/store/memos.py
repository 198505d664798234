"""Memos: Markdown with a little front matter, read only by the commands that show or check them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from qcode.core.errors import Where
from qcode.core.model import Memo, Study
from qcode.core.words import natural, nfc
from qcode.store.codec_case import front_matter
from qcode.store.fields import Document
from qcode.store.reading import Faults
from qcode.store.rendering import block, plain
from qcode.store.tree import Tree

_KEYS = ("about", "type", "date", "author")


def with_memos(root: Path, study: Study) -> Study:
    """The study with its memos, and with the faults met in reading them."""
    tree = Tree(root)
    places = [(memo_folder(study, None), None), *((memo_folder(study, case.id), case.id) for case in study.cases)]
    memos = tuple(memo for folder, case in places for memo in _memos(tree, folder, case))
    return replace(study, memos=memos, faults=(*study.faults, *tree.problems))


def memo_folder(study: Study, case: str | None) -> str:
    """Where the memos of a case lie; None: those about codes and the study."""
    return "codebooks/memos" if case is None else f"{study.case_by_id[case].path.rpartition('/')[0]}/memos"


def read_memo(text: str, path: str, case: str | None, faults: Faults) -> Memo:
    """One memo. `case`: in whose folder it lies."""
    head, start = front_matter(text, faults)
    document = Document(head, faults, first=2)
    fields = document.fields(document.root, _KEYS, "the front matter of a memo")
    about = fields.get("about")
    return Memo(
        name=nfc(path.rpartition("/")[2].removesuffix(".md")),
        path=path,
        about=fields.name("about") or "",
        type=fields.name("type"),
        date=fields.text("date"),
        author=fields.name("author"),
        text=text[start:].strip("\n"),
        case=case,
        where=document.where(about) if about is not None else Where(path, 1),
    )


def new_memo(memo: Memo) -> str:
    """The text of a new memo's file."""
    said = {key: plain(value) for key in _KEYS if (value := getattr(memo, key))}
    return "\n".join(["---", *block(said), "---", "", memo.text]) + "\n"


def _memos(tree: Tree, folder: str, case: str | None) -> Iterator[Memo]:
    for entry in sorted(tree.entries(folder), key=lambda entry: natural(entry.name)):
        is_memo = not entry.folder and entry.name.endswith(".md") and entry.name.lower() != "readme.md"
        if is_memo and (read := tree.text(entry.path)):
            yield read_memo(read[1], entry.path, case, read[2])
