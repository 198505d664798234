"""The diff of a change: git can apply it, a person can read it, and a terminal does nothing it says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from qcode.store.files import Change, ChangeSet

DIFFICULT = [
    (b"a\nb\nc\n", b"a\nB\nc\n"),
    (b"a\nb", b"a\nb\n"),
    (b"a\nb\n", b"a\nb"),
    (b"a", b"b"),
    (None, b"new\nfile\n"),
    (None, b"no end"),
    (b"old\n", None),
    (b"old, no end", None),
    (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    (b"a\r\nb\r\n", b"a\nb\n"),
    (b"a\r\nb", b"a\r\nc"),
    ("één\u00a0♥\n".encode(), "twéé\n".encode()),
    (b"", b"x\n"),
    (b"x\n", b""),
    (b"\n\n\n", b"\n\n"),
    (b"".join(b"%d\n" % n for n in range(60)), b"".join(b"%d\n" % (n if n % 25 else -n - 1) for n in range(60))),
    (b"--- a\n+++ b\n", b"--- c\n+++ d\n"),
]


@pytest.mark.parametrize(("before", "after"), DIFFICULT)
def test_git_reads_the_diff(tmp_path: Path, before: bytes | None, after: bytes | None) -> None:
    if before is not None:
        (tmp_path / "a b.md").write_bytes(before)
    diff = ChangeSet((Change("a b.md", before, after),)).diff()
    run = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["GIT_CEILING_DIRECTORIES"] = str(tmp_path.parent)
    subprocess.run(run, input=diff.encode(), cwd=tmp_path, check=True, env=environment, capture_output=True)
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == ({} if after is None else {"a b.md": after})


def test_diff_as_read() -> None:
    changes = ChangeSet(
        (
            Change("a.md", b"x\nb", b"x\nc\n"),
            Change("n.md", None, b"n\n"),
            Change("e.md", None, b""),
            Change("s", b"", b""),
        )
    )
    assert changes.diff() == (
        "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,2 @@\n x\n-b\n\\ No newline at end of file\n+c\n"
        "--- /dev/null\n+++ b/n.md\n@@ -0,0 +1 @@\n+n\n"
        "--- /dev/null\n+++ b/e.md\n"
    )


def test_diff_shows_what_would_act_and_what_is_not_text() -> None:
    diff = ChangeSet((Change("a\x1b.md", b"caf\xe9 \x1b[31m\n", b"caf\\xe9 \x1b[31m\n"),)).diff()
    assert diff.splitlines()[3:] == ["-caf\\xe9 ␛[31m", "+caf\\xe9 ␛[31m"]
    assert "\x1b" not in diff
