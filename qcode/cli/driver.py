"""What git itself calls, once a file: it loads no more than the work takes, and no other command.

`qcode git driver BASE OURS THEIRS SIZE PATH` merges a file into OURS; `qcode git textconv FILE` prints it for a diff.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from qcode.core.errors import QcodeError
from qcode.core.words import visible

MERGED, CONFLICTS, BY_LINES = 0, 10, 11


def called(args: Sequence[str]) -> bool:
    """Whether git calls: then `main` does it, and no command line needs to be read."""
    return len(args) > 2 and args[0] == "git" and args[1] in ("driver", "textconv")


def main(args: Sequence[str]) -> int:
    """Do what git asks, and return the exit status that its settings expect."""
    if args[1] == "textconv":
        return textconv(Path(args[2]))
    base, ours, theirs, size, path, *names = args[2:]
    return driver(Path(base), Path(ours), Path(theirs), int(size), path, names)


def driver(base: Path, ours: Path, theirs: Path, size: int, path: str, names: Sequence[str] = ()) -> int:
    """Merge into `ours`. Returns MERGED, CONFLICTS (marks are in it), or BY_LINES: it is git's to merge by lines.

    `names`: of the two sides, where git tells them.
    """
    from qcode import git
    from qcode.core.words import counted
    from qcode.store.merging import Labels, merge_file

    versions = base.read_bytes(), ours.read_bytes(), theirs.read_bytes()
    told = [name for name in names if not name.startswith("%")] or ["ours", "theirs"]
    try:
        found = merge_file(path, versions, lambda: git.merge_files(ours, base, theirs), Labels(told[0], told[-1], size))
    except QcodeError as error:
        _tell(f"qcode: {error.where or path}: {error.message}; merged by lines")
        return BY_LINES
    ours.write_bytes(found.content)
    if not found.conflicts:
        return MERGED
    _tell(f"qcode: {path}: {counted(len(found.conflicts), 'place')} changed in two ways")
    return CONFLICTS


def textconv(file: Path) -> int:
    """Print a codings file as people read it; any other, or one that can't be read, as it is."""
    from qcode.store.told import told

    sys.stdout.buffer.write(told(file.read_bytes()))
    return 0


def _tell(text: str) -> None:
    print(visible(text), file=sys.stderr)
