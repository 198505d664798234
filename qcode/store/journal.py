"""What makes a change survive a cut: new text staged in .qcode/tmp, a journal of what goes where, and its recovery.

Everything here but `qcode_dir` and `read` is called under the study's lock.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from qcode.core.errors import QcodeError, Where
from qcode.core.words import one_line

Verb = Literal["finished", "undone"]

_MANY = 8  # files from which one sync of the whole system is quicker than one for each
_FULL = "Make room on the disk, then run the command again."
_MAY_NOT = "Check that you may write to this file and to its folder, then run the command again."
_HINTS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _MAY_NOT,
    errno.EPERM: _MAY_NOT,
    errno.EROFS: _MAY_NOT,
    errno.EXDEV: "This file and .qcode/ must be on the same disk, or a kill could leave half a file.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One file of a change: SHA-256 of the old and the new bytes (None: no file), and the staged text's name."""

    path: str
    before: str | None
    after: str | None
    temp: str | None


def qcode_dir(root: Path) -> Path:
    """The study's .qcode/, made if need be, with a .gitignore of its own that keeps all of it out of git."""
    home = own(root / ".qcode")
    ignore = home / ".gitignore"
    with told(".qcode/.gitignore"):
        if read(ignore) in (None, b""):
            ignore.write_bytes(b"*\n")
    return home


def goal(root: Path, path: str) -> Path:
    """Where a path from the root really lies, links followed. QcodeError when that is outside the study or in .git."""
    top = Path(os.path.realpath(root))
    written = Path(path)
    if not written.parts or written.anchor or ".." in written.parts or "\0" in path:
        raise QcodeError(f"'{one_line(path)}' is not a path inside the study", hint="Name a file below qcode.yaml.")
    real = Path(os.path.realpath(top / written))
    if real == top or not real.is_relative_to(top):
        raise QcodeError(
            "this leads outside the study", where=Where(path), hint="Put the file itself here, not a link."
        )
    if any(part.casefold() == ".git" for part in real.relative_to(top).parts):
        raise QcodeError("this is git's own file", where=Where(path), hint="qcode writes nothing inside .git.")
    return real


@contextmanager
def told(path: str) -> Iterator[None]:
    """Turn a refusal by the file system into words: which file of the study, and what to do."""
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, _MAY_NOT)
        raise QcodeError(f"can't write: {error.strerror or error}", where=Where(path), hint=hint) from error


def read(file: Path) -> bytes | None:
    """The file's bytes; None when there is no such file."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def digest(content: bytes | None) -> str | None:
    """SHA-256 in hex; None for no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def at_once(files: int) -> bool:
    """Whether so many files reach the disk sooner together, by `sync_all`, than one by one. Only Linux waits for it."""
    return sys.platform == "linux" and files >= _MANY


def sync_all() -> None:
    """Everything written so far goes through to the disk."""
    os.sync()


def stage(root: Path, content: bytes, mode: int | None = None, *, through: bool = True) -> str:
    """Write a new file in .qcode/tmp, `through` to the disk; return its name. `mode` None: as the umask has it."""
    name = os.urandom(8).hex()
    temp = _tmp(root) / name
    with open(temp, "xb") as file:
        file.write(content)
        file.flush()
        if mode is not None:
            os.chmod(temp, mode)
        if through:
            os.fsync(file.fileno())
    return name


def place(root: Path, step: Step) -> None:
    """Put a staged text in its place, or take the file away. `settle` then makes it last."""
    with told(step.path):
        file = goal(root, step.path)
        if step.temp is not None:
            _make(file.parent)
            os.replace(_tmp(root) / step.temp, file)
        elif step.after is None:
            _remove(root, step.path, file)


def settle(root: Path, steps: Iterable[Step]) -> None:
    """See to it that what was placed outlasts a power cut."""
    folders = {goal(root, step.path).parent for step in steps}
    if at_once(len(folders)):
        sync_all()
        return
    for folder in folders:
        _sync(folder)


def prune(root: Path, path: str) -> None:
    """Remove the folders that a file left empty, as git does; never the root."""
    top = Path(os.path.realpath(root))
    for folder in goal(root, path).parents:
        if folder == top:
            return
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            continue
        except OSError:
            return  # not empty, or not ours to remove: an empty folder does no harm
        _sync(folder.parent)


def open_journal(root: Path, steps: list[Step], verb: Verb) -> None:
    """From here on the change happens: if it is cut off, `recover` carries it to its end."""
    import json

    home = qcode_dir(root)
    with told(".qcode/journal.json"):
        temp = stage(root, json.dumps({"verb": verb, "steps": [asdict(step) for step in steps]}).encode())
        _sync(home / "tmp")
        os.replace(home / "tmp" / temp, home / "journal.json")
        _sync(home)


def close_journal(root: Path) -> None:
    """The change is wholly there. Synced, so that no power cut can bring the journal back over later work."""
    with told(".qcode/journal.json"):
        os.unlink(root / ".qcode" / "journal.json")
        _sync(root / ".qcode")


def sweep(root: Path) -> None:
    """Remove the staged texts that were never placed."""
    with told(".qcode/tmp"):
        for leftover in list(os.scandir(_tmp(root))):
            if not leftover.is_dir(follow_symlinks=False):
                os.unlink(leftover.path)


def recover(root: Path) -> str | None:
    """Carry a change that was cut off to its end and sweep up; a sentence that says so, or None when there was none."""
    written = read(qcode_dir(root) / "journal.json")
    if written is None:
        sweep(root)
        return None
    try:
        steps, verb = _parse(root, written)
    except (ValueError, TypeError, KeyError, AttributeError, QcodeError):
        return _set_aside(root)
    trouble = [said for said in (_carry_on(root, step) for step in steps) if said]
    settle(root, steps)
    close_journal(root)
    sweep(root)
    names = ", ".join(step.path for step in steps[:5]) + (", …" if len(steps) > 5 else "")
    files = "1 file" if len(steps) == 1 else f"{len(steps)} files"
    done = verb if not trouble else f"{verb} as far as possible"
    return one_line(" ".join([f"A change to {files} that was cut off has been {done} ({names}).", *trouble]))


def _parse(root: Path, written: bytes) -> tuple[list[Step], Verb]:
    """The journal's steps. Raises when anything in it is not as we write it: it decides what files are overwritten."""
    import json

    data = json.loads(written)
    steps = [Step(**item) for item in data["steps"]]
    for step in steps:
        goal(root, step.path)
        if step.temp is not None and not step.temp.isalnum():
            raise ValueError(step.temp)
    return steps, "undone" if data["verb"] == "undone" else "finished"


def _carry_on(root: Path, step: Step) -> str | None:
    """One file of a change that was cut off; a sentence when it can't be carried on."""
    with told(step.path):
        now = digest(read(goal(root, step.path)))
    if now == step.after:
        if step.after is None:
            place(root, step)  # the file is gone, but perhaps not yet the link to it or its empty folder
        return None
    whole = step.temp is None or digest(read(_tmp(root) / step.temp)) == step.after
    if now == step.before and whole:
        place(root, step)
        return None
    if not whole:
        return f"{step.path} was left as it is: its new text is no longer in .qcode/tmp (see .qcode/rescued)."
    if step.temp is None:
        return f"{step.path} was changed since, and is kept."
    kept = _rescue(root, _tmp(root) / step.temp, step.path)
    return f"{step.path} was changed since, and is left as it is; the text it would have had is in {kept}."


def _set_aside(root: Path) -> str:
    """A journal that can't be read tells nothing: keep it and every staged text for a person to look at."""
    for leftover in list(os.scandir(_tmp(root))):
        _rescue(root, Path(leftover.path), leftover.name)
    kept = _rescue(root, root / ".qcode" / "journal.json", "journal.json")
    return f"A change was cut off and its journal can't be read: it is kept, with the new texts, as {kept}."


def _rescue(root: Path, source: Path, path: str) -> str:
    """Keep a text in .qcode/rescued under a name that says whose it is; return where, from the root."""
    flat = path.replace("/", "__")[-60:]  # short enough for any file system, whatever the script
    folder = own(qcode_dir(root) / "rescued")
    taken = set(os.listdir(folder))
    name = next(n for n in (f"{i}-{flat}" if i else flat for i in range(len(taken) + 1)) if n not in taken)
    with told(f".qcode/rescued/{name}"):
        os.replace(source, folder / name)
        _sync(folder)
    return f".qcode/rescued/{name}"


def _tmp(root: Path) -> Path:
    return own(qcode_dir(root) / "tmp")


def own(folder: Path) -> Path:
    """A folder of ours. A link is refused: a study from elsewhere could have us write and sweep anywhere through it."""
    if folder.is_symlink():
        raise QcodeError(f"{folder.name} is a link", where=Where(str(folder)), hint="Remove it: qcode makes its own.")
    with told(str(folder)):
        folder.mkdir(exist_ok=True)
    return folder


def _make(folder: Path) -> None:
    """Make a folder and those above it, each recorded in the one that holds it."""
    if not folder.is_dir():
        _make(folder.parent)
        os.mkdir(folder)
        _sync(folder.parent)


def _remove(root: Path, path: str, file: Path) -> None:
    """Delete a file; where it was a link, what it led to (those are the words) and then the link."""
    written = root / path
    linked = written.is_symlink()
    with suppress(FileNotFoundError):
        os.unlink(file)
    if linked:
        os.unlink(written)
        _sync(file.parent)
    prune(root, path)


def _sync(folder: Path) -> None:
    """Write a folder's entries to the disk, where the system can; the files in it are already there."""
    if os.name == "nt":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
