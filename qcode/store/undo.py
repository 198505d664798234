"""Take back the last change of a study, or do again what was taken back last."""

from __future__ import annotations

from pathlib import Path

from qcode.core.errors import QcodeError
from qcode.core.words import one_line
from qcode.store.files import Change, ChangeSet, apply
from qcode.store.history import Entry, Note, Pile, drop, entries, old_bytes
from qcode.store.journal import digest, goal, read

_SHOWN = 5  # files named in an error


def last(root: Path, pile: Pile = "undo") -> tuple[Entry, ChangeSet]:
    """The newest change of a pile, and the one that turns it round. Under the lock, if that is to be made.

    A change of which all files are as before it is passed over: it was cut off before it began, or taken back by hand.
    Raises QcodeError where there is none, or where files have changed since.
    """
    for entry in entries(root, pile):
        now = [read(goal(root, path)) for path in entry.paths]
        before = old_bytes(root, pile, entry)
        if now != before:
            _refuse_changed(entry, now, pile)
            turned = zip(entry.paths, now, before, strict=True)
            return entry, ChangeSet(tuple(Change(path, here, was) for path, here, was in turned))
    raise QcodeError(f"nothing to {pile}", hint="See what there is: qcode undo --list")


def turn(root: Path, entry: Entry, changes: ChangeSet, pile: Pile = "undo") -> None:
    """Make the change that `last` gave, and keep it in turn: undo what was done again, do again what was undone."""
    other: Pile = "redo" if pile == "undo" else "undo"
    apply(root, changes, Note(entry.said, entry.command, other, new=False))
    drop(root, pile, entry.name)


def _refuse_changed(entry: Entry, now: list[bytes | None], pile: Pile) -> None:
    since = [f.path for f, here in zip(entry.files, now, strict=True) if digest(here) != f.after]
    if since:
        more = f" and {len(since) - _SHOWN} more" if len(since) > _SHOWN else ""
        names = ", ".join(map(one_line, since[:_SHOWN])) + more
        raise QcodeError(
            f"can't {pile} “{one_line(entry.said)}” of {entry.when}: changed since: {names}",
            hint="Nothing was changed. git diff shows what became of them; git restore FILE takes a file back.",
        )
