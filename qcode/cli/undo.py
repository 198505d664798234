"""`qcode undo`: take back the last command that changed files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qcode.cli.boundary import tell
from qcode.cli.opening import root_of
from qcode.cli.options import DryRun
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qcode.store.history import Entry, Pile


def undo(
    context: typer.Context,
    listed: Annotated[bool, typer.Option("--list", help="Show what can be taken back, the last change first.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="Do again what was taken back last.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Take back what the last command changed; again, the one before. Refuses where files have changed since.

    The last 50 changes are kept on this machine, in .qcode/undo. At the coding desk each act is one.
    """
    if listed and (redo or dry_run):
        raise QcodeError("--list only shows", hint="Leave out --redo and --dry-run.")
    root = root_of(context)
    if listed:
        print("".join(f"{line}\n" for line in _lines(root)), end="")
    else:
        _turn(root, "redo" if redo else "undo", dry_run=dry_run)


def _turn(root: Path, pile: Pile, *, dry_run: bool) -> None:
    from qcode.core.words import counted
    from qcode.store import undo as changes
    from qcode.store.files import locked, recover

    with locked(root):
        if not dry_run and (healed := recover(root)):
            tell(healed)
        entry, turned = changes.last(root, pile)
        if dry_run:
            print(turned.diff(), end="")
        else:
            changes.turn(root, entry, turned, pile)
    done = "Took back" if pile == "undo" else "Did again"
    dry = " (dry run: nothing was written)" if dry_run else ""
    tell(f"{done}: {_said(entry)} ({counted(len(entry.files), 'file')}){dry}")


def _said(entry: Entry) -> str:
    """What was done; the lines below it, such as where a decision lies, were for that moment."""
    from qcode.core.words import one_line

    return one_line(entry.said.partition("\n")[0])


def _lines(root: Path) -> Iterator[str]:
    """Each change: when, what was said of it, and the command as it was typed."""
    from qcode.cli.output import screen
    from qcode.core.words import counted, one_line
    from qcode.store.history import entries

    width = screen(None).get("width")
    undone = [*entries(root, "undo")]
    for entry in undone:
        yield f"{entry.when}  {_said(entry)} ({counted(len(entry.files), 'file')})"
        command = one_line(f"    {entry.command}")
        yield "    " + (command if width is None or len(command) <= width - 4 else f"{command[: width - 5]}…")
    if not undone:
        tell("Nothing to take back.")
    if again := next(entries(root, "redo"), None):
        tell(f"Taken back last: {_said(again)} Do it again: qcode undo --redo")
