"""What git knows of the study. A folder without git, or a machine without it, knows nothing: that is no error."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

# git sets these for its hooks; inherited, they would send every call to the wrong repository or index.
_KEPT = {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH"}

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


def blob(root: Path, blob_id: str) -> bytes | None:
    """The content of a blob, if the repository holds it."""
    if not _BLOB_ID.match(blob_id):  # it stands in a file, so it may be anything: an option, a path, a null byte
        return None
    done = _run(root, "cat-file", "blob", blob_id)
    return done.stdout if done and done.returncode == 0 else None


def _ask(root: Path, *args: str) -> str | None:
    done = _run(root, *args)
    return done.stdout.decode("utf-8", "replace") if done and done.returncode == 0 else None


def _run(root: Path, *args: str) -> subprocess.CompletedProcess[bytes] | None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT}
    # Reading must not write: without this, `git status` refreshes the index under a lock.
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    try:
        return subprocess.run(["git", "-C", str(root), *args], capture_output=True, env=environment, check=False)
    except OSError:
        return None
