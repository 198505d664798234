"""One case as data: how its files look on the disk, what they say, and its rows. What the index holds, case by case."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError, Where
from qcode.core.model import CodingSet, Settings, Study, Transcript
from qcode.core.rows import OldText, rows
from qcode.core.table import Table
from qcode.store.packed import CASE, COLUMNS, OF_SETS, pack_case, pack_column, pack_problems
from qcode.store.project import load_case, load_codings, load_transcript
from qcode.store.tree import Entry, Tree

SLACK = 2_000_000_000  # nanoseconds: the coarsest clock of a file system; what was touched since may look the same
MANY = 24  # cases: from here on it pays to start processes
CHUNK = 8
_CHANGED, _AGAIN = "has changed since it was read", "Run the command again; in Python, open the study anew."

OldTexts = Callable[[Path], OldText]  # of a study's root; each process makes its own
T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[int, int], None]  # how many of how many are done
Looks = tuple[tuple[str, int, int, int, int], ...]  # path, size, times of change in nanoseconds, number: of each file


class Shard(NamedTuple):
    """One case. `id`: in the index, None where it isn't there; what packed.py makes of it is in `parts`, or else there.

    `facts`: its id and problems, what its codings name, how many rows and segments there are, and which old texts git
    did not have.
    """

    id: int | None
    path: str
    stamp: Stamp
    facts: Mapping[str, Any]
    parts: Mapping[str, bytes]


class Stamp(NamedTuple):
    """By what one sees that the files of a case are as they were.

    `looks`: None where that can't be told, as with links. `racy`: touched so shortly before they were read that they
    may have changed without looking otherwise. `hashes`: of each that was read, by path.
    """

    looks: Looks | None
    racy: bool
    hashes: Mapping[str, str]


class Noting(Tree):
    """Knows the hash of every file that was read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.hashes: dict[str, str] = {}

    def read(self, path: str) -> bytes | None:
        data = super().read(path)
        if data is not None:
            self.hashes[path] = hashed(data)
        return data


@dataclass(frozen=True)
class Reader:
    """Reads cases as data, by what holds for all of them."""

    root: Path
    settings: Settings
    codebook: Codebook
    old_texts: OldTexts | None = None

    @cached_property
    def old_text(self) -> OldText | None:
        """How old texts are got at in this process."""
        return self.old_texts(self.root) if self.old_texts else None

    def shard(self, folder: Entry) -> Shard:
        """All that the files of one case say now."""
        began, looks, tree = time.time_ns(), look(self.root, folder.path), Noting(self.root)
        case, sets = load_case(tree, folder, self.settings)
        study = Study(self.settings, self.codebook, (case,), tuple(sets))
        missing: set[str] = set()
        table = Table.of(rows(study, old_text=self._noting(missing)))
        if any(problem.rule in ("unreadable", "link") for problem in tree.problems):
            looks = None  # what lies behind such a fault is not among the files looked at
        facts = {
            "id": case.id,
            "problems": pack_problems(tree.problems),
            "met": study.met,
            "rows": len(table),
            "sets": len(sets),
            "segments": max(table.column("segment"), default=-1) + 1,
            "missing": sorted(missing),
        }
        parts = {name: pack_column(name, table.column(name)) for name in COLUMNS}
        parts |= {name: pack_column(name, [json.dumps(getattr(one, name)) for one in sets]) for name in OF_SETS}
        parts[CASE] = pack_case(case, sets)
        return Shard(None, folder.path, Stamp(looks, is_racy(looks, began), tree.hashes), facts, parts)

    def shards(self, folders: Sequence[Entry], progress: Progress | None = None) -> Iterator[Shard]:
        """Each of these cases, in processes of their own where there are many."""
        alike = replace(self)  # of which nothing is open yet that other processes could share
        return abroad(alike.shard, folders, progress)

    def transcript(self, known: Transcript) -> Transcript:
        """A transcript of which all but the text is known. Raises QcodeError where it is another by now."""
        found = load_transcript(self.root, known, self.settings)
        if found is None or found.blob != known.blob:
            raise QcodeError(_CHANGED, where=Where(known.path), hint=_AGAIN)
        return found

    def codings(self, hashes: Mapping[str, str], known: CodingSet) -> CodingSet:
        """A coding set of which the head is known. Raises QcodeError where it is another by now."""
        tree = Noting(self.root)
        found = load_codings(tree, known)
        if found is None or tree.hashes[known.path] != hashes.get(known.path):
            raise QcodeError(_CHANGED, where=Where(known.path), hint=_AGAIN)
        return found

    def has_come(self, blob: str) -> bool:
        """Whether an old text that was missing is there now: then quotes may be found by it."""
        return self.old_text is not None and self.old_text(blob) is not None

    def _noting(self, missing: set[str]) -> OldText | None:
        """The old texts, and which of them were asked for in vain."""
        if self.old_text is None:
            return None
        ask = self.old_text

        def old_text(blob: str) -> str | None:
            found = ask(blob)
            if found is None:
                missing.add(blob)
            return found

        return old_text


def abroad(work: Callable[[T], R], items: Sequence[T], progress: Progress | None = None) -> Iterator[R]:
    """The work on each item, in processes of their own where there are many. It must have nothing open to share."""
    told = progress or (lambda done, of: None)
    found = _in_processes(work, items) if len(items) >= MANY and _processes() > 1 else map(work, items)
    for number, one in enumerate(found, 1):
        told(number, len(items))
        yield one


def _in_processes(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(_processes(), get_context("fork"), _FORKED.append, ((work, items),)) as pool:
        waiting: list[Future[list[R]]] = [pool.submit(_worked, at) for at in range(0, len(items), CHUNK)]
        for future in waiting:
            yield from future.result()


# What a process was forked for: it has that from its parent, and only the results need be fit to be sent.
_FORKED: list[tuple[Callable[[Any], Any], Sequence[Any]]] = []


def _worked(at: int) -> list[Any]:
    work, items = _FORKED[-1]
    return [*map(work, items[at : at + CHUNK])]


def look(root: Path, folder: str) -> Looks | None:
    """How the files of a case look, by path; None where links or what can't be listed make that unsure."""
    found: list[tuple[str, int, int, int, int]] = []
    try:
        for path in (folder, f"{folder}/codings"):
            with os.scandir(f"{root}/{path}") as entries:
                for entry in entries:
                    if entry.is_symlink():
                        return None
                    if entry.name[0] != "." and entry.name.endswith((".md", ".yaml")):
                        s = entry.stat(follow_symlinks=False)
                        found.append((f"{path}/{entry.name}", s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino))
    except FileNotFoundError:
        pass  # nothing is coded here yet
    except OSError:
        return None
    return tuple(sorted(found))


def is_racy(looks: Looks | None, began: int) -> bool:
    """Whether a file was touched so shortly before this moment, in nanoseconds, that a later touch could look alike."""
    return any(max(mtime, ctime) >= began - SLACK for _, _, mtime, ctime, _ in looks or ())


def hashed(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _processes() -> int:
    """How many processors this process may use; one where it can't be forked, or not safely."""
    if not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity") or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), 16)
