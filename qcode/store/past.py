"""The files of a study as git holds them: listed and read like those on the disk, and nothing is checked out."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from qcode.store.tree import Entry, Tree

_OUTSIDE = ".."
_MOST_LINKS = 40  # as many as Linux follows in one path


class Node(NamedTuple):
    """What git holds at a path: the mode of a file, link or submodule, and the id of its content."""

    mode: int
    id: str

    @property
    def link(self) -> bool:
        return stat.S_ISLNK(self.mode)


Nodes = Mapping[str, Node]  # by path from the root of the study, in the form of os.fsdecode
Blob = Callable[[str], bytes]


class Past(Tree):
    """A study as git holds it, read as a checkout of that would be. A link with an absolute path leads outside."""

    def __init__(self, root: Path, nodes: Nodes, blob: Blob) -> None:
        super().__init__(root)
        self._nodes, self._blob = nodes, blob
        self._folders = _folders(nodes)

    def fresh(self) -> Past:
        """As of Tree."""
        new = object.__new__(Past)
        Tree.__init__(new, Path(self.root))
        new._nodes, new._blob, new._folders = self._nodes, self._blob, self._folders
        return new

    def entries(self, path: str) -> list[Entry]:
        """As of Tree."""
        real = self._real(path)
        if real is None or real == _OUTSIDE:
            return []
        if not self._is_folder(real):
            self._no_folder(path)
        names = sorted(name for name in self._folders.get(real, ()) if name[0] != ".")
        return [entry for name in names if (entry := self._child(name, f"{path}/{name}", f"{real}/{name}"))]

    def read(self, path: str) -> bytes | None:
        """As of Tree."""
        real = self._real(path)
        if real is None or real == _OUTSIDE:
            return None
        if self._is_folder(real):
            self._unread(path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
            return None
        return self._blob(self._nodes[real].id)

    def inside(self, path: str) -> bool:
        """As of Tree."""
        return "\0" not in path and self._real(path) not in (_OUTSIDE, "")

    def _child(self, name: str, path: str, stored: str) -> Entry | None:
        """One name in a folder; `stored`: where git has it, links to the folder followed."""
        link = stored in self._nodes and self._nodes[stored].link
        if link and not self._followed(path):
            return None
        folder = self._is_folder((self._real(path) if link else stored) or "")
        return self._listed(name, path, folder=folder, file=not folder)

    def _exists(self, path: str) -> bool:
        return self._real(path) is not None

    def _is_folder(self, real: str) -> bool:
        """A submodule is a folder, and an empty one where it is not checked out."""
        node = self._nodes.get(real)
        return real in self._folders or (node is not None and not (stat.S_ISREG(node.mode) or node.link))

    def _real(self, path: str) -> str | None:
        """Where a path lies, links followed: ".." for outside of the study, "" for its root, None for nowhere."""
        wanted, done, links = path.split("/")[::-1], list[str](), 0
        if path.startswith("/"):
            return _OUTSIDE
        while wanted:
            part = wanted.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not done:
                    return _OUTSIDE
                done.pop()
                continue
            here = "/".join((*done, part))
            node = self._nodes.get(here)
            if node is not None and node.link:
                target, links = os.fsdecode(self._blob(node.id)), links + 1
                if target.startswith("/"):
                    return _OUTSIDE
                if links > _MOST_LINKS:
                    return None
                wanted += target.split("/")[::-1]
            elif node is not None or here in self._folders:
                done.append(part)
            else:
                return None
        return "/".join(done)


def _folders(nodes: Nodes) -> dict[str, set[str]]:
    """The names in each folder, by its path; "" is the root."""
    found: dict[str, set[str]] = {"": set()}
    for path in nodes:
        while path:
            folder, _, name = path.rpartition("/")
            known = folder in found
            found.setdefault(folder, set()).add(name)
            if known:
                break
            path = folder
    return found
