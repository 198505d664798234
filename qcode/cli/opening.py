"""Open the study that a command works on, and keep what it changed: the two ends of every command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qcode.api import commit_of as commit_of
from qcode.api import old_texts as old_texts
from qcode.api import rows_of as rows_of
from qcode.api import study_at as study_at
from qcode.cli.boundary import tell
from qcode.core.errors import QcodeError

if TYPE_CHECKING:
    from qcode.cli.options import Flags
    from qcode.core.model import Study, Transcript
    from qcode.core.query import Selection
    from qcode.store.files import ChangeSet


def root_of(context: typer.Context) -> Path:
    """The root of the study in or above the folder that the command was given."""
    from qcode.store.project import find_root

    return find_root(context.find_root().obj or Path())


def open_study(context: typer.Context, at: str | None = None) -> tuple[Path, Study]:
    """The root and the study. Raises UnreadableStudy at a file that can't be read. `at`: as of `read_study`."""
    root, study = read_study(context, at)
    return root, study.require()


def read_study(context: typer.Context, at: str | None = None) -> tuple[Path, Study]:
    """The root and the study with its faults; `at`: as it was at this git revision, else as its files have it now."""
    root = root_of(context)
    if at is not None:
        return root, study_at(root, at)
    _heal(root)
    return root, study_now(context, root)


def _heal(root: Path) -> None:
    """Finish or undo a change that was cut off, so that what is read is whole; where that can't be, say so."""
    from qcode.store.files import is_cut_off, recover

    if not is_cut_off(root):
        return
    try:
        said = recover(root)
    except (QcodeError, OSError):  # somebody else is at it, or nothing may be written here
        said = "A change to several files was cut off, and can't be finished here: what follows may be half of it."
    if said:
        tell(said)


def study_now(context: typer.Context, root: Path) -> Study:
    """The study, to look at and not to change: read by the index, unless --no-cache says otherwise."""
    import gc

    from qcode.cli.boundary import Bar
    from qcode.store.index import load_indexed
    from qcode.store.project import load, uncollected

    if context.find_root().params.get("no_cache"):
        return load(root)
    with Bar("Reading cases") as bar, uncollected():
        study = load_indexed(root, old_texts, bar.show)
        gc.freeze()  # it stays to the end of the command
    return study


def staged_study(root: Path) -> Study | None:
    """The study, with its faults, as the next commit will have it; None where it will have none."""
    from qcode import git
    from qcode.store.past import Past
    from qcode.store.project import MARKER, load

    nodes = git.staged(root)
    return load(root, tree=Past(root, nodes, git.Blobs(root).__getitem__)) if MARKER in nodes else None


def keep(root: Path, plan: Callable[[], tuple[ChangeSet, str]], *, dry_run: bool) -> None:
    """Plan a change and apply it, both under the study's lock; or only show its diff.

    `plan` reads the study, and returns the change and a sentence of what it did: that is printed to stderr.
    """
    from qcode.store.files import apply, locked, recover
    from qcode.store.history import Note

    if dry_run:
        changes, said = plan()
        print(changes.diff(), end="")
        tell(f"{said} (dry run: nothing was written)")
        return
    with locked(root):
        if healed := recover(root):
            tell(healed)
        changes, said = plan()
        apply(root, changes, Note(said, command_line()))
    tell(said)


def command_line() -> str:
    """What the user typed to get here."""
    import shlex
    import sys

    return shlex.join(["qcode", *sys.argv[1:]])


def select(study: Study, flags: Flags, *, all_cases: bool = False) -> Selection:
    """What the selection flags mean in this study."""
    from qcode.api import selected

    return selected(study, flags.asked, all_cases=all_cases)


def the_coder(root: Path, given: str | None) -> str:
    """Who is at work: as given, else $QCODE_CODER, else git's qcode.coder, else a slug of git's user.name."""
    import os

    from qcode import git
    from qcode.core.words import is_coder, nfc, slug

    name = given or os.environ.get("QCODE_CODER") or git.setting(root, "qcode.coder")
    name = nfc(name) if name else slug(git.setting(root, "user.name") or "")
    hint = "Use --coder NAME, or set it once: git config qcode.coder NAME."
    if not name:
        raise QcodeError("who is coding?", hint=hint)
    if not is_coder(name):
        raise QcodeError(f"'{name}' can't be a coder's id: letters, digits, '-', '_' and '.' only", hint=hint)
    return name


def the_date(given: str | None) -> str:
    """The day as given, else today. Raises QcodeError for what is no date."""
    from datetime import date

    if given is None:
        return date.today().isoformat()
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise QcodeError(f"'{given}' is no date", hint="Write it as 2019-09-12.") from error


def the_transcript(root: Path, study: Study, given: str) -> Transcript:
    """The transcript that CASE/STEM or a path names. Raises UnknownName with the nearest."""
    import os

    from qcode.core.errors import UnknownName
    from qcode.core.words import nfc

    name = nfc(given)
    for transcript in study.transcripts.values():
        if name in (transcript.id, nfc(transcript.path)):
            return transcript
    path = os.path.realpath(given.replace("\0", ""))  # not Path.resolve, which raises where links go in a circle
    for transcript in study.transcripts.values():
        if path == os.path.realpath(root / transcript.path):
            return transcript
    raise UnknownName("transcript", given, list(study.transcripts))
