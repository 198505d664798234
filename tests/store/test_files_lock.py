"""The study's lock: one thread at a time, free after any error, and not fooled by a deleted .qcode/."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qcode.core.errors import QcodeError
from qcode.store import files
from qcode.store.files import Change, ChangeSet, apply, locked


def test_the_lock_is_reentrant_in_its_thread_only(tmp_path: Path) -> None:
    refused: list[QcodeError] = []

    def other() -> None:
        try:
            with locked(tmp_path, timeout=0):
                pass
        except QcodeError as error:
            refused.append(error)

    with locked(tmp_path), locked(tmp_path / "x" / ".."):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
    assert refused[0].hint
    other()
    assert len(refused) == 1


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path):
        raise KeyError
    assert not files._held
    with locked(tmp_path, timeout=0):
        pass


def test_the_lock_survives_a_deleted_cache(tmp_path: Path) -> None:
    with locked(tmp_path):
        for path in (".gitignore", "lock"):
            (tmp_path / ".qcode" / path).unlink()
        (tmp_path / ".qcode").rmdir()
        apply(tmp_path, ChangeSet((Change("a.md", None, b"a"),)))
    with locked(tmp_path, timeout=0):
        assert (tmp_path / "a.md").read_bytes() == b"a"


def test_a_lock_on_a_deleted_file_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between opening the lock's file and locking it, somebody deletes .qcode/; the next would make its own."""
    take = files._lock
    taken: list[int] = []

    def late(handle: int) -> bool:
        if not taken:
            (tmp_path / ".qcode/lock").unlink()
        taken.append(handle)
        return take(handle)

    monkeypatch.setattr(files, "_lock", late)
    with locked(tmp_path):
        assert len(taken) == 2
        assert os.path.samestat(os.fstat(taken[-1]), (tmp_path / ".qcode/lock").stat())


def test_start_up_loads_nothing_heavy() -> None:
    heavy = ["asyncio", "json", "difflib", "tempfile", "filelock", "yaml", "logging"]
    code = f"import sys; import qcode.store.files; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
