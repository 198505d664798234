"""What git knows of the study. A folder without git, or a machine without it, knows nothing: that is no error."""

from __future__ import annotations

import os
import re
import subprocess
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from qcode.core.errors import QcodeError
from qcode.store.past import Node, Nodes

# git sets these for its hooks; inherited, they would send every call to the wrong repository or index.
_KEPT = {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH"}

_VERIFY = ("rev-parse", "--verify", "--quiet", "--short=10")
_RAW = re.compile(r":\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*\0([^\0]*)")
_BLOB_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


def commit(root: Path) -> str | None:
    """The short id of the commit that the study stands at, with `+dirty` where its files differ from it."""
    head = _ask(root, "rev-parse", "--short=10", "HEAD")
    if not head:
        return None
    changed = _ask(root, "status", "--porcelain", "-z", "--", ".")
    return head.strip() + ("+dirty" if changed else "")


def setting(root: Path, name: str) -> str | None:
    """The value of a git setting, or None."""
    value = _ask(root, "config", "--get", name)
    return value.strip() or None if value else None


class NothingYet(QcodeError):
    """There is no commit yet, or none with a study in it that far back."""


class Revision(NamedTuple):
    """The study at a commit: its short id, and what git holds below the study's root."""

    id: str
    nodes: Nodes


def revision(root: Path, name: str) -> Revision:
    """What a branch, tag, id or any other name of a commit stands for. Raises QcodeError."""
    found = None if name.startswith("-") else _ask(root, *_VERIFY, f"{name}^{{commit}}")
    if not found:
        raise _unknown(root, name)
    # Of the folder that git is called in, and by paths from there.
    listed = _run(root, "ls-tree", "-r", "-z", found.strip())
    if listed is None or listed.returncode:
        raise _unheld(f"the folders of {name}")
    return Revision(found.strip(), _nodes(listed.stdout))


def staged(root: Path) -> Nodes:
    """What the next commit will hold of the study: the index, or in a hook of `git commit FILE` the one made for it."""
    listed = _run(root, "ls-files", "--stage", "-z", index=os.environ.get("GIT_INDEX_FILE"))
    if listed is None or listed.returncode:
        raise _unknown(root, "--staged")
    return _nodes(listed.stdout)


class Touched(NamedTuple):
    """A file that a commit changed, by its path from the study's root, with its blob ids before and after it."""

    path: str
    before: str
    after: str


class Commit(NamedTuple):
    """A commit, by its short id, and those of the files asked for that it changed."""

    id: str
    date: str
    author: str
    subject: str
    files: tuple[Touched, ...]


def commits(root: Path, *paths: str) -> list[Commit]:
    """The commits that changed these files or what lies in these folders, the newest first. Without git: none."""
    form = "--format=%x01%H%x02%as%x02%an%x02%s%x03"
    said = _ask(root, "log", form, "-z", "--raw", "--no-abbrev", "--no-renames", "--relative", "--", *paths)
    return [_commit(part) for part in (said or "").split("\x01")[1:]]


def _commit(said: str) -> Commit:
    head, _, raw = said.partition("\x03")
    name, date, author, subject = head.split("\x02")
    return Commit(name[:10], date, author, subject, tuple(Touched(m[3], m[1], m[2]) for m in _RAW.finditer(raw)))


class Blobs:
    """Contents by their ids, all from one git process, which starts at the first and ends with this."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None

    def get(self, blob_id: str) -> bytes | None:
        """The content, if the repository holds it."""
        if not _BLOB_ID.match(blob_id):  # it stands in a file, so it may be anything: an option, a path, a null byte
            return None
        try:
            asked, answer = self._pipes()
            asked.write(f"{blob_id}\n".encode())
            asked.flush()
            kind, size = answer.readline().split()[1:]
        except (OSError, ValueError):  # no git, no repository, or `ID missing`
            return None
        content = answer.read(int(size) + 1)[:-1]
        return content if kind == b"blob" else None

    def __getitem__(self, blob_id: str) -> bytes:
        """The content. Raises QcodeError where it is missing, as in a partial clone."""
        content = self.get(blob_id)
        if content is None:
            raise _unheld(f"the content {blob_id[:10]}")
        return content

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(
                ["git", "-C", str(self._root), "cat-file", "--batch"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
            )  # fmt: skip
            weakref.finalize(self, _end, self._process)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        process.communicate()


def _nodes(listed: bytes) -> Nodes:
    """What `ls-tree` or `ls-files --stage` printed with -z: MODE KIND ID<tab>PATH<null>, or MODE ID STAGE<tab>PATH."""
    pairs = (line.split(b"\t", 1) for line in listed.split(b"\0") if line)
    fields = ((path, said.decode().split(" ")) for said, path in pairs)
    return {os.fsdecode(path): Node(int(mode, 8), max(rest, key=len)) for path, (mode, *rest) in fields}


def _unknown(root: Path, name: str) -> QcodeError:
    """Why a name stands for no commit: git's own word where this is no repository, a clone cut short, or a slip."""
    asked = _run(root, "rev-parse", "--is-shallow-repository")
    if asked is None:
        return QcodeError("git is not there, and --at reads from it", hint="Install git.")
    if asked.returncode:
        said = asked.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        return QcodeError(f"no git repository here: {said}", hint="--at needs one: git init, and commit.")
    if _ask(root, *_VERIFY, "HEAD") is None and name == "HEAD":
        return NothingYet("no commit in this repository yet", hint="Commit first.")
    if asked.stdout.strip() == b"true":
        hint = "This clone is shallow: get the rest with git fetch --unshallow."
    else:
        hint = "Give a commit, a tag or a branch, as git log and git branch show them: HEAD~3, v1, main."
    return QcodeError(f"no revision '{name}' in this repository", hint=hint)


def _unheld(what: str) -> QcodeError:
    hint = "A partial or damaged clone? Get all of it: git fetch --refetch, or clone without --filter."
    return QcodeError(f"git does not hold {what} here", hint=hint)


def merge_base(root: Path, one: str, other: str) -> str | None:
    """The commit from which two have grown apart; None where they have none in common."""
    found = _ask(root, "merge-base", one, other)
    return found.strip() if found else None


def changed(root: Path, commit_id: str) -> list[str]:
    """Paths from the study's root of the files that are not as they were at a commit."""
    asked = ("diff", "--name-only", "-z", "--no-renames", "--relative", "--no-ext-diff", commit_id, "--", ".")
    new = ("ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    found = (_run(root, *args) for args in (asked, new))
    return sorted({os.fsdecode(path) for done in found if done for path in done.stdout.split(b"\0") if path})


def place(root: Path) -> tuple[str, Path] | None:
    """Where in its repository the study lies, and where the hooks of that lie; None without a repository."""
    folder, hooks = _ask(root, "rev-parse", "--show-prefix"), _ask(root, "rev-parse", "--git-path", "hooks")
    if folder is None or hooks is None:
        return None
    return folder.removesuffix("\n").rstrip("/"), root / hooks.removesuffix("\n")


def holds(root: Path, path: Path) -> bool:
    """Whether a path lies in the repository, in its files or in what git keeps of it."""
    asked = (_ask(root, "rev-parse", what) for what in ("--show-toplevel", "--git-common-dir", "--git-dir"))
    folders = (os.path.realpath(root / said.removesuffix("\n")) for said in asked if said)
    return any(os.path.realpath(path).startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def configure(root: Path, name: str, value: str | None) -> bool:
    """Give a setting of this repository a value, or take it away. Returns whether anything changed."""
    there = _ask(root, "config", "--local", "--get", name)
    if (there.removesuffix("\n") if there is not None else None) == value:
        return False
    change = ("--unset-all", name) if value is None else ("--replace-all", name, value)
    done = _run(root, "config", "--local", *change)
    if done is None or done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip() if done else "git is not there"
        raise QcodeError(f"git can't keep the setting {name}: {said}", hint="Look at: git config --local --list.")
    return True


def merge_lines(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """git's own merge of three texts; None where it has conflicts."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="qcode-merge-") as folder:
        paths = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for path, content in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(content)
        return merge_files(*paths)


def merge_files(ours: Path, base: Path, theirs: Path) -> bytes | None:
    """As `merge_lines`, of texts that lie in files. These stay as they are."""
    done = _run(Path(), "merge-file", "-p", "-q", *(str(path.absolute()) for path in (ours, base, theirs)))
    return done.stdout if done and done.returncode == 0 else None


def _ask(root: Path, *args: str) -> str | None:
    done = _run(root, *args)
    return done.stdout.decode("utf-8", "replace") if done and done.returncode == 0 else None


def _run(root: Path, *args: str, index: str | None = None) -> subprocess.CompletedProcess[bytes] | None:
    """`index`: another than the repository's own, if it is there."""
    environment = _environment()
    if index and os.path.exists(index):
        environment["GIT_INDEX_FILE"] = os.path.abspath(index)
    try:
        return subprocess.run(["git", "-C", str(root), *args], capture_output=True, env=environment, check=False)
    except (OSError, ValueError):  # no git; a null byte in an argument
        return None


def _environment() -> dict[str, str]:
    """Reading must not write: `git status` would refresh the index, a partial clone fetch what it lacks."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT}
    return kept | {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
