"""The only place that writes a user's files: under the lock, compared with what was read, all or nothing."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qcode.core.errors import QcodeError, Where
from qcode.core.words import visible
from qcode.store import history, journal
from qcode.store.history import Note
from qcode.store.journal import Step, digest, goal, qcode_dir, read, told
from qcode.store.texts import Text, keep_text

__all__ = ["Change", "ChangeSet", "Conflict", "apply", "locked", "qcode_dir", "recover"]

_PAUSE = 0.005  # seconds between two looks at a lock that another process holds
_held: set[tuple[int, str]] = set()  # (thread, root) pairs that hold their study's lock


class Conflict(QcodeError):
    """A file is no longer as it was when the change was planned. Nothing of the change was written."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file by its path from the root: the bytes that were read (None: no file), and the new ones (None: delete)."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes that happen together or not at all. `texts`: what quotes in them stand in, to be kept with them."""

    changes: tuple[Change, ...] = ()
    texts: tuple[Text, ...] = ()

    def diff(self) -> str:
        """All changes as one unified diff, safe to print. Line ends stay, so that it fits files with CRLF too."""
        return "".join(_diff(change) for change in self.changes if change.before != change.after)


def apply(root: Path, changes: ChangeSet, note: Note | None = None) -> None:
    """Write the changes, all or none; takes the lock unless this thread holds it. With a note they can be undone.

    Raises Conflict when a file is not as it was read, QcodeError when the system refuses.
    """
    wanted = [change for change in changes.changes if change.before != change.after]
    if not wanted:
        return
    _refuse_twice(root, wanted)
    with locked(root):
        if said := journal.recover(root):
            raise Conflict(said, hint="This command has written nothing: run it again.")
        modes = {change.path: _mode(root, change.path) for change in wanted}
        try:
            steps = _stage_all(root, wanted, modes)
            _compare(root, changes)
            kept = _keep(root, note, wanted, steps)
            # One rename needs no journal; a folder to make or to clear away beside it does.
            journaled = len(steps) > 1 or steps[0].after is None or not goal(root, steps[0].path).parent.is_dir()
            if journaled:
                journal.open_journal(root, steps, "finished")
        except QcodeError:
            journal.sweep(root)
            raise
        try:
            _place(root, wanted, steps, modes, journaled)
        except QcodeError:
            if note and kept:
                history.drop(root, note.pile, kept)
            raise
        for text in changes.texts:
            keep_text(root, text)


def recover(root: Path) -> str | None:
    """Finish or undo a change that was cut off and sweep .qcode/tmp; a sentence about it, or None. Takes the lock."""
    if not (root / ".qcode").is_dir():
        return None
    with locked(root):
        return journal.recover(root)


def is_cut_off(root: Path) -> bool:
    """Whether a change was cut off, or is being written at this moment."""
    return (root / ".qcode" / "journal.json").exists()


@contextmanager
def locked(root: Path, timeout: float = 60) -> Iterator[None]:
    """Hold the study's lock, so that nobody writes between load, plan and apply.

    A thread that has it may take it again. Raises QcodeError when somebody else still has it after `timeout` seconds.
    """
    key = (threading.get_ident(), os.path.realpath(root))
    if key in _held:
        yield
        return
    handle = _acquire(root, timeout)
    _held.add(key)
    try:
        yield
    finally:
        _held.discard(key)
        _unlock(handle)
        os.close(handle)


def _keep(root: Path, note: Note | None, wanted: list[Change], steps: list[Step]) -> str | None:
    """Make a change one that can be undone, before it is made: then none is that can't."""
    if note is None:
        return None
    return history.record(root, note, ((c.path, c.before, s.after) for c, s in zip(wanted, steps, strict=True)))


def _refuse_twice(root: Path, wanted: list[Change]) -> None:
    """Two changes to one file have no order: whoever planned them made a mistake."""
    file, times = Counter(goal(root, change.path) for change in wanted).most_common(1)[0]
    if times > 1:
        raise ValueError(f"{times} changes to one file: {file}")


def _mode(root: Path, path: str) -> int | None:
    """The permissions that the file has and will keep; None for a new one."""
    with told(path):
        file = goal(root, path)
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not os.access(file, os.W_OK):
            # A rename would go over it all the same; but someone wrote-protected it and meant it.
            raise PermissionError(errno.EACCES, "the file is read-only")
        return mode


def _stage_all(root: Path, wanted: list[Change], modes: dict[str, int | None]) -> list[Step]:
    together = journal.at_once(len(wanted))
    steps = [_stage(root, change, modes[change.path], through=not together) for change in wanted]
    if together:
        journal.sync_all()
    return steps


def _stage(root: Path, change: Change, mode: int | None, *, through: bool = True) -> Step:
    with told(change.path):
        temp = None if change.after is None else journal.stage(root, change.after, mode, through=through)
    return Step(change.path, digest(change.before), digest(change.after), temp)


def _compare(root: Path, changes: ChangeSet) -> None:
    """Look again, last thing before writing: an editor takes no lock of ours."""
    for change in changes.changes:
        with told(change.path):
            now = read(goal(root, change.path))
        if now != change.before:
            what = "was made" if change.before is None else "was changed" if now is not None else "was removed"
            raise Conflict(
                f"this file {what} since it was read",
                where=Where(change.path),
                hint="Nothing was written. Run the command again: it will start from the file as it is now.",
            )


def _place(root: Path, wanted: list[Change], steps: list[Step], modes: dict[str, int | None], journaled: bool) -> None:
    """Put every staged text in its place; when the system refuses one, put back those that were placed."""
    for number, step in enumerate(steps):
        try:
            journal.place(root, step)
        except QcodeError:
            if journaled:
                _put_back(root, wanted[:number], wanted[number], modes)
            journal.sweep(root)
            raise
    journal.settle(root, steps)
    if journaled:
        journal.close_journal(root)


def _put_back(root: Path, placed: list[Change], failed: Change, modes: dict[str, int | None]) -> None:
    """Undo, as a change in the other direction that takes over the journal: a cut in the middle of it is safe too."""
    try:
        back = [_stage(root, Change(c.path, c.after, c.before), modes[c.path]) for c in placed]
        if failed.before is None:
            back.append(Step(failed.path, None, None, None))  # for the folders that were made for it
        if back:
            journal.open_journal(root, back, "undone")
        for step in back:
            journal.place(root, step)
        journal.settle(root, back)
        journal.close_journal(root)
    except QcodeError as error:
        raise QcodeError(
            f"{error.message}; some files of this change are written and some not",
            where=error.where,
            hint=f"{error.hint} The next command that writes first brings the change to its end.",
        ) from error


def _acquire(root: Path, timeout: float) -> int:
    """An open file that holds the lock. Opened anew at each try, since .qcode/ may be deleted at any time."""
    deadline = time.monotonic() + timeout
    while True:
        path = qcode_dir(root) / "lock"
        with told(".qcode/lock"):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        with told(".qcode/lock"):
            free = _lock(handle)
        if free:
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(path)):
                    return handle
        os.close(handle)
        if time.monotonic() >= deadline:
            raise QcodeError(
                f"another qcode command has been writing in this study for {timeout:g} seconds",
                hint="Wait until it is done, or close it, and run this command again.",
            )
        time.sleep(_PAUSE)


# The system's own locks, by hand: they go when their process goes, and the usual package for them loads asyncio.
if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        """Take the lock if it is free."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> bool:
        """Take the lock if it is free."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _diff(change: Change) -> str:
    import difflib

    old = "/dev/null" if change.before is None else f"a/{change.path}"
    new = "/dev/null" if change.after is None else f"b/{change.path}"
    body = difflib.unified_diff(_lines(change.before), _lines(change.after))
    shown = [_show(line) for line in body][2:]  # the headers are ours, so that an empty file has them too
    return visible(f"--- {old}\n+++ {new}\n") + "".join(shown)


def _lines(content: bytes | None) -> list[str]:
    """Lines as a diff counts them: only a line feed ends one. Bytes that are not UTF-8 stay distinct."""
    pieces = (content or b"").decode("utf-8", "surrogateescape").split("\n")
    whole, last = pieces[:-1], pieces[-1]
    return [line + "\n" for line in whole] + ([last] if last else [])


def _show(line: str) -> str:
    """A line of a diff as a terminal may have it: nothing in it acts, and its own line end stays."""
    text, end = (line[:-2], "\r\n") if line.endswith("\r\n") else (line.removesuffix("\n"), "\n")
    safe = visible(text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    return safe + end if line.endswith("\n") else f"{safe}\n\\ No newline at end of file\n"
