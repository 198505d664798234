"""The files of a study as they lie on the disk: listed and read, never written, and never outside its root."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from qcode.core.errors import Problem
from qcode.store.reading import Faults, decode


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder."""

    name: str
    path: str  # from the root, forward slashes
    folder: bool


class Tree:
    """The study's folder. Faults of reading gather in `problems`."""

    def __init__(self, root: Path) -> None:
        self.root = os.fspath(root)
        self.real = os.path.realpath(root)
        self._faults: list[Faults] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All faults met so far, file by file."""
        return tuple(problem for faults in self._faults for problem in faults.problems)

    def fresh(self) -> Tree:
        """The same files, no fault met yet."""
        return Tree(Path(self.root))

    def faults(self, path: str) -> Faults:
        """Where to put the faults of a file."""
        self._faults.append(Faults(path))
        return self._faults[-1]

    def entries(self, path: str) -> list[Entry]:
        """Folders and plain files in a folder, by name, hidden ones left out; none when it isn't there."""
        try:
            with os.scandir(f"{self.root}/{path}") as found:
                names = sorted((entry for entry in found if entry.name[0] != "."), key=lambda entry: entry.name)
        except FileNotFoundError:
            return []
        except NotADirectoryError:
            self._no_folder(path)
            return []
        except OSError as error:
            self._fault(path, "unreadable", f"can't be opened: {error.strerror}", "Check its permissions.")
            return []
        entries = (self._entry(entry, f"{path}/{entry.name}") for entry in names)
        return [entry for entry in entries if entry]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None, with a fault, when it can't be read. A file that is not there is no fault."""
        try:
            with open(f"{self.root}/{path}", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._unread(path, error)
            return None

    def inside(self, path: str) -> bool:
        """Whether a path from the root, links followed, lies within the root."""
        if "\0" in path:
            return False
        real = os.path.realpath(os.path.join(self.real, path))
        return real.startswith(self.real.rstrip(os.sep) + os.sep)

    def text(self, path: str) -> tuple[bytes, str, Faults] | None:
        """A file's bytes and text, and where to put its faults; None when there is none or it can't be read."""
        data = self.read(path)
        if data is None:
            return None
        faults = self.faults(path)
        text = decode(data, faults)
        return None if text is None else (data, text, faults)

    def _entry(self, entry: os.DirEntry[str], path: str) -> Entry | None:
        if entry.is_symlink() and not self._followed(path):
            return None
        return self._listed(entry.name, path, folder=entry.is_dir(), file=entry.is_file())

    def _listed(self, name: str, path: str, *, folder: bool, file: bool) -> Entry | None:
        """What is listed of a name in a folder; None of what is no part of a study."""
        if not path.isascii() and not self._named(name, path, folder):
            return None
        return Entry(name, path, folder) if folder or file else None

    def _named(self, name: str, path: str, folder: bool) -> bool:
        """Whether the name is text. Of what is no part of a study it doesn't matter."""
        try:
            path.encode()
        except UnicodeEncodeError:
            if folder or name.endswith((".md", ".yaml")):
                self._fault(path, "encoding", "its name is not UTF-8", "Rename it.")
            return False
        return True

    def _followed(self, path: str) -> bool:
        hint = "Put the file itself here, not a link."
        if not self._exists(path):  # also a link that leads to itself
            self._fault(path, "link", "this link leads nowhere", hint, stops=False)
            return False
        if not self.inside(path):
            self._fault(path, "link", "this link leads outside the study, so it is not read", hint, stops=False)
            return False
        return True

    def _exists(self, path: str) -> bool:
        return os.path.exists(f"{self.root}/{path}")

    def _no_folder(self, path: str) -> None:
        self._fault(path, "unreadable", "this is a file where a folder should be", "Rename it.")

    def _unread(self, path: str, error: OSError) -> None:
        hint = "Put a file there." if isinstance(error, IsADirectoryError) else "Check its permissions."
        self._fault(path, "unreadable", f"can't be read: {error.strerror}", hint)

    def _fault(self, path: str, rule: str, message: str, hint: str, *, stops: bool = True) -> None:
        faults = self.faults(path)
        (faults.error if stops else faults.fault)(rule, (0, 0), message, hint)
