"""The settings and the hook of `qcode git install`, in the repository and not in the study."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from qcode import git
from qcode.core.errors import QcodeError
from qcode.store import gitfiles


def settings(root: Path, *, wanted: bool, dry_run: bool) -> list[str]:
    """Set how git merges and shows codings, or take that away; sentences about it."""
    values = {
        "merge.qcode.name": "qcode: by what the files say",
        "merge.qcode.driver": gitfiles.merge_command(sys.executable),
        "diff.qcode.textconv": gitfiles.textconv_command(sys.executable),
    }
    if dry_run:
        return [f"{'Would set' if wanted else 'Would take away'} in git config: {', '.join(values)}."]
    changed = [name for name, value in values.items() if git.configure(root, name, value if wanted else None)]
    if not changed:
        return ["git config says it already." if wanted else "git config says nothing of it."]
    return [f"{'Set' if wanted else 'Took away'} in git config: {', '.join(changed)}."]


def hooked(root: Path, *, dry_run: bool) -> str:
    """Let the repository check this study before a commit, after the hook that is there; a sentence about it."""
    folder, hook = hook_of(root)
    if not git.holds(root, hook):
        return f"Hooks are kept outside this repository, in {hook.parent}: none was written. Run 'qcode check' there."
    there = _read(hook)
    ours = there is not None and gitfiles.is_ours(there)
    text = gitfiles.with_check(there if ours else None, folder, sys.executable)
    if text == there:
        return "The pre-commit hook checks the study already."
    if dry_run:
        return f"Would write {hook}."
    if there is not None and not ours:
        os.replace(hook, f"{hook}{gitfiles.BEFORE}")
    _write(hook, text)
    kept = "" if there is None or ours else f" The one that was there is {hook.name}{gitfiles.BEFORE} and runs first."
    return f"The pre-commit hook checks the study.{kept}"


def unhooked(root: Path, *, dry_run: bool) -> tuple[str, bool]:
    """Take the check of this study away; a sentence about it, and whether no other study needs git's settings."""
    folder, hook = hook_of(root)
    there = _read(hook)
    if there is None or not gitfiles.is_ours(there):
        return "The pre-commit hook is not qcode's.", True
    left = gitfiles.without_check(there, folder)
    before = Path(f"{hook}{gitfiles.BEFORE}")
    if dry_run:
        return f"Would {'take away' if left is None else 'change'} {hook}.", left is None
    if left is not None:
        _write(hook, left)
        return "The pre-commit hook now checks only the other studies here.", False
    hook.unlink()
    if before.exists():
        os.replace(before, hook)
        return "Took the pre-commit hook away, and put back the one that was there before.", True
    return "Took the pre-commit hook away.", True


def hook_of(root: Path) -> tuple[str, Path]:
    """Where in its repository the study lies, and the pre-commit hook there. Raises QcodeError without a repository."""
    found = git.place(root)
    if found is None:
        raise QcodeError("this study is in no git repository", hint="Make it one: git init, then run this again.")
    return found[0], found[1] / "pre-commit"


def _read(hook: Path) -> str | None:
    return hook.read_bytes().decode("utf-8", "surrogateescape") if hook.exists() else None


def _write(hook: Path, text: str) -> None:
    """Whole or not at all: git may run it at any time."""
    hook.parent.mkdir(parents=True, exist_ok=True)
    new = hook.with_name(f"{hook.name}.new-{os.getpid()}")
    new.write_bytes(text.encode("utf-8", "surrogateescape"))
    new.chmod(0o755)
    os.replace(new, hook)
