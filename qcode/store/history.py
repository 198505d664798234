"""The last changes of a study, kept so that they can be taken back: a file each in .qcode/undo or .qcode/redo.

Such a file is a line of JSON, then what its files held before, one after another. Written under the study's lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from qcode.store.journal import own, qcode_dir, read, told

Pile = Literal["undo", "redo"]
MOST, ROOM = 50, 64_000_000  # entries kept, and bytes


@dataclass(frozen=True, slots=True)
class Note:
    """What a change is, in a sentence, and the command that made it. `pile`: where it is kept to be turned round.

    `new`: not itself something taken back or done again; what was taken back before can no longer be done again.
    """

    said: str
    command: str = ""
    pile: Pile = "undo"
    new: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """One file of a change: its old size in bytes (None: there was none), and SHA-256 of the new bytes (None: gone)."""

    path: str
    before: int | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that was kept, newest last by `name`."""

    name: str
    when: str
    said: str
    command: str
    files: tuple[File, ...]

    @property
    def paths(self) -> list[str]:
        return [file.path for file in self.files]


def record(root: Path, note: Note, changed: Iterable[tuple[str, bytes | None, str | None]]) -> str:
    """Keep a change about to be made: path, old bytes and SHA-256 of the new ones, for each file. Returns its name."""
    import json
    import time

    listed = [*changed]
    files = [File(path, None if old is None else len(old), after) for path, old, after in listed]
    head = {"when": time.strftime("%Y-%m-%d %H:%M:%S"), "said": note.said, "command": note.command}
    folder = _folder(root, note.pile)
    names = _names(folder)
    name = f"{int(names[-1]) + 1 if names else 1:08d}"
    with told(f".qcode/{note.pile}"), open(folder / name, "xb") as file:
        file.write(json.dumps({**head, "files": [asdict(one) for one in files]}).encode() + b"\n")
        file.writelines(old for _, old, _ in listed if old is not None)
    _prune(folder, [*names, name])
    if note.new:
        forget(root, "redo")
    return name


def drop(root: Path, pile: Pile, name: str) -> None:
    """Keep a change no longer."""
    with suppress(FileNotFoundError), told(f".qcode/{pile}"):
        os.unlink(_folder(root, pile) / name)


def forget(root: Path, *piles: Pile) -> None:
    """Keep nothing of these piles: they hold words that may have to go, as when consent is withdrawn."""
    for pile in piles:
        if (root / ".qcode" / pile).is_dir():
            for name in _names(_folder(root, pile)):
                drop(root, pile, name)


def entries(root: Path, pile: Pile) -> Iterator[Entry]:
    """The changes kept, newest first. One that was cut off while it was written down is none."""
    if (root / ".qcode" / pile).is_dir():
        folder = _folder(root, pile)
        for name in reversed(_names(folder)):
            if entry := _parse(name, folder / name):
                yield entry


def old_bytes(root: Path, pile: Pile, entry: Entry) -> list[bytes | None]:
    """What each file of a change held before it; None: there was no such file."""
    kept = (read(_folder(root, pile) / entry.name) or b"").partition(b"\n")[2]
    found: list[bytes | None] = []
    for file in entry.files:
        found.append(None if file.before is None else kept[: file.before])
        kept = kept[file.before or 0 :]
    return found


def _parse(name: str, path: Path) -> Entry | None:
    import json

    try:
        with open(path, "rb") as file:
            head = file.readline()
            size = os.fstat(file.fileno()).st_size
        said = json.loads(head)
        files = tuple(File(**one) for one in said["files"])
        whole = size == len(head) + sum(file.before or 0 for file in files)
        return Entry(name, said["when"], said["said"], said["command"], files) if whole else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _prune(folder: Path, names: list[str]) -> None:
    """Let the oldest go, but not the newest of all."""
    room = ROOM
    for number, name in enumerate(reversed(names)):
        with suppress(FileNotFoundError):
            room -= os.stat(folder / name).st_size
            if number and (number >= MOST or room < 0):
                os.unlink(folder / name)


def _folder(root: Path, pile: Pile) -> Path:
    return own(qcode_dir(root) / pile)


def _names(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.isdecimal())
