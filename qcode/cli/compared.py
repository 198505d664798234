"""Versions of a study side by side: two commits, or a commit and the files as they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from qcode import git
from qcode.core.changes import Difference, differences
from qcode.core.codebook import Codebook
from qcode.core.errors import refuse
from qcode.core.model import CodingSet, Settings
from qcode.core.words import natural, nfc
from qcode.store.codec_codings import read_codings
from qcode.store.merging import kind_of
from qcode.store.past import Node, Past
from qcode.store.project import load_codebook
from qcode.store.reading import Faults, decode


class Version:
    """The study at a commit, or as its files are: `name` None."""

    def __init__(self, root: Path, name: str | None) -> None:
        self.root = root
        self._at = None if name is None else git.revision(root, name)
        self._blobs = git.Blobs(root)

    @property
    def id(self) -> str | None:
        """The short id of the commit."""
        return self._at.id if self._at else None

    @property
    def nodes(self) -> Mapping[str, Node]:
        """What git holds of the commit, by path; nothing of the files as they are."""
        return self._at.nodes if self._at else {}

    @cached_property
    def book(self) -> tuple[Settings, Codebook]:
        """The settings and the codebook. Raises UnreadableStudy."""
        return load_codebook(self.root, tree=Past(self.root, self.nodes, self._blobs.__getitem__) if self._at else None)

    def content(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        if self._at is None:
            file = self.root / path
            return file.read_bytes() if file.is_file() else None
        node = self.nodes.get(path)
        return self._blobs[node.id] if node else None

    def codings(self, path: str) -> CodingSet | None:
        """What a codings file says. Raises UnreadableStudy."""
        content = self.content(path)
        return None if content is None else codings_of(content, path)


def codings_of(content: bytes, path: str) -> CodingSet:
    """What the bytes of a codings file say. Raises UnreadableStudy."""
    faults = Faults(path)
    found = read_codings(decode(content, faults) or "", nfc(path.split("/")[1]), faults)
    refuse(faults.problems)
    return found


def between(root: Path, revisions: str) -> tuple[list[Difference], Codebook, dict[str, object]]:
    """What coders did between two versions, the codebook of the later one, and which they are.

    `revisions` as git reads them: A..B; A...B from where B left A; A or nothing: with the files as they are.
    """
    old, new = named(root, revisions)
    before, after = Version(root, old), Version(root, new)
    if new is None:
        paths = git.changed(root, before.id or "HEAD")
    else:
        paths = [p for p in {*before.nodes, *after.nodes} if before.nodes.get(p) != after.nodes.get(p)]
    _, book = after.book
    found: list[Difference] = []
    for path in sorted(filter(is_codings, paths), key=natural):
        found += differences(before.codings(path), after.codings(path), book.resolve)
    return found, book, {"from": before.id, "to": after.id, "codebook_version": book.version}


def is_codings(path: str) -> bool:
    return path.startswith("cases/") and kind_of(path, "") == "codings"


def named(root: Path, revisions: str) -> tuple[str, str | None]:
    """The two revisions that are meant, as git reads them; None: the files as they are."""
    one, dots, other = revisions.partition("...") if "..." in revisions else revisions.partition("..")
    old, new = one or "HEAD", other or "HEAD"
    if not dots:
        return old, None
    return (git.merge_base(root, old, new) or old if dots == "..." else old), new
