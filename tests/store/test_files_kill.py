"""Real processes: many writers at once lose nothing, and kill -9 at any moment leaves whole files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import qcode
from qcode.store.files import recover

# Half of the writers hold the lock from reading to writing; the others leave it to `apply` and retry at a conflict.
APPEND = """
import sys
from contextlib import nullcontext
from pathlib import Path
from qcode.store.files import Change, ChangeSet, Conflict, apply, locked

root, who = Path(sys.argv[1]), sys.argv[2]
sys.stdin.readline()
number = 0
while number < 5:
    with locked(root) if int(who) % 2 else nullcontext():
        before = (root / "log.txt").read_bytes()
        try:
            apply(root, ChangeSet((Change("log.txt", before, before + f"{who} {number}\\n".encode()),)))
            number += 1
        except Conflict:
            assert int(who) % 2 == 0
"""

# Round n writes `one` when n is even, and otherwise three files together, of which one comes and goes with its folder.
CHANGES = """
import sys
from pathlib import Path
from qcode.store.files import Change, ChangeSet, apply, locked, recover

def read(path):
    return path.read_bytes() if path.exists() else None

def text(number):
    return b"%d\\n" % number * 5000

root, start = Path(sys.argv[1]), int(sys.argv[2])
for number in range(start, 100000):
    if number % 2 == 0:
        new = {"one.md": text(number)}
    else:
        new = {"cases/1/two.md": text(number), "three.md": text(number)}
        new["new/deep/four.md"] = text(number) if number % 4 == 1 else None
    with locked(root):
        apply(root, ChangeSet(tuple(Change(path, read(root / path), after) for path, after in new.items())))
    print(number, flush=True)
"""


def start(code: str, *args: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(qcode.__file__).parents[1])}
    command = [sys.executable, "-c", code, *args]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def test_sixteen_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes(b"")
    writers = [start(APPEND, str(tmp_path), str(number)) for number in range(16)]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    lines = (tmp_path / "log.txt").read_text().splitlines()
    assert sorted(lines) == sorted(f"{who} {number}" for who in range(16) for number in range(5))
    for who in range(16):
        assert [line for line in lines if line.startswith(f"{who} ")] == [f"{who} {number}" for number in range(5)]
    assert {path.name for path in tmp_path.iterdir()} == {"log.txt", ".qcode"}


def written(root: Path, path: str) -> int | None:
    """The number of the round that wrote the file, which must be wholly of that round; None when it is not there."""
    if not (root / path).exists():
        return None
    number, rest = (root / path).read_text().split("\n", 1)
    assert rest == f"{number}\n" * 4999
    return int(number)


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of Unix")
def test_kill_at_any_moment(tmp_path: Path) -> None:
    last, recovered = -1, 0
    for attempt in range(400):
        if attempt >= 40 and recovered >= 3:
            return
        child = start(CHANGES, str(tmp_path), str(last + 1))
        assert child.stdout
        for _ in range(1 + attempt % 3):
            last = int(child.stdout.readline())
        # Every other time as soon as a change over several files is seen, so that no scheduler can hide them from us.
        while attempt % 2 and not (tmp_path / ".qcode/journal.json").exists():
            assert child.poll() is None
        for _ in range(attempt * 37 % 97 * (50 if attempt % 2 else 4000)):  # some way into what it does next
            pass
        child.kill()
        rest = child.stdout.read().split("\n")
        child.communicate()
        last = max([last, *(int(line) for line in rest[:-1])])  # a line without its end was not acknowledged
        recovered += recover(tmp_path) is not None
        last = _whole(tmp_path, last)
    pytest.fail("no kill fell into a change over several files")


def _whole(root: Path, acknowledged: int) -> int:
    """Assert that the files are those after the acknowledged round or after the next one; return which."""
    one, two, three, four = (written(root, p) for p in ("one.md", "cases/1/two.md", "three.md", "new/deep/four.md"))
    done = max(one if one is not None else -1, three if three is not None else -1)
    assert done in (acknowledged, acknowledged + 1)
    assert one == done - done % 2
    assert two == three == (None if done < 1 else done - (done + 1) % 2)
    assert four == (three if three is not None and three % 4 == 1 else None)
    outside = {path.relative_to(root).as_posix() for path in root.rglob("*") if ".qcode" not in path.parts}
    expected = {"one.md", *(("cases", "cases/1", "cases/1/two.md", "three.md") if three else ())}
    assert outside == expected | ({"new", "new/deep", "new/deep/four.md"} if four else set())
    assert not (root / ".qcode/journal.json").exists()
    return done
