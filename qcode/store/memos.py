"""Memos: Markdown with a little front matter, read only by the commands that show or check them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from qcode.core.errors import Where
from qcode.core.model import Memo, Pile
from qcode.core.words import natural, nfc, short_slug, unused
from qcode.store.codec_case import read_front
from qcode.store.fields import Document
from qcode.store.reading import Faults
from qcode.store.rendering import block, plain
from qcode.store.tree import Tree

BOOK = "codebooks/memos"
_KEYS = ("about", "type", "date", "author")


def load_memos(files: Tree, folders: Mapping[str, str]) -> Pile:
    """The memos about codes and the study, then those of each case: `folders` by its id. Unreadable ones are faults."""
    tree = files.fresh()
    found = [*_memos(tree, BOOK, None)]
    for case, folder in folders.items():
        found += _memos(tree, f"{folder}/memos", case)
    return Pile(tuple(found), tree.problems)


def read_memo(text: str, path: str, case: str | None, faults: Faults) -> Memo:
    """One memo. `case`: in whose folder it lies."""
    head, start = read_front(text, faults)
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


def free_name(root: Path, folder: str, date: str, words: str) -> str:
    """A name for a new memo, from its date and a few words: one that no file in the folder has."""
    name = "-".join(part for part in (date, short_slug(words)) if part)
    return unused(name, lambda free: (root / folder / f"{free}.md").exists())


def _memos(tree: Tree, folder: str, case: str | None) -> Iterator[Memo]:
    for entry in sorted(tree.entries(folder), key=lambda entry: natural(entry.name)):
        is_memo = not entry.folder and entry.name.endswith(".md") and entry.name.lower() != "readme.md"
        if is_memo and (read := tree.text(entry.path)):
            _, text, faults = read
            memo = read_memo(text, entry.path, case, faults)
            if not faults.stop:
                yield memo
