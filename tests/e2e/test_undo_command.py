"""`qcode undo`, as a person types it, and a change of 500 files that is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run

import qcode as package

CHANGE = """
import sys
from pathlib import Path
from qcode.store.files import Change, ChangeSet, apply
from qcode.store.history import Note

root = Path(sys.argv[1])
files = [f"cases/{n}/codings/employer.anna.yaml" for n in range(500)]
old = [(root / path).read_bytes() for path in files]
change = ChangeSet(tuple(Change(p, b, b.replace(b"old", b"new")) for p, b in zip(files, old)))
print("ready", flush=True)
apply(root, change, Note("Split a code."))
print("done", flush=True)
"""


def everything(study: Path) -> dict[str, bytes]:
    files = (path for path in study.rglob("*") if path.is_file() and ".qcode" not in path.parts)
    return {path.relative_to(study).as_posix(): path.read_bytes() for path in files}


def test_take_back_look_and_do_again(study: Path, qcode: Run) -> None:
    """Two commands, back one by one to the bytes before, and forth."""
    at_first = everything(study)
    assert qcode("tag", "1/employer", "--lines", "10", "--code", "T1", "--coder", "anna").returncode == 0
    coded = everything(study)
    assert qcode("case", "add", "new").returncode == 0
    made = everything(study)

    listed = qcode("undo", "--list")
    assert listed.stdout.index("Made case new") < listed.stdout.index("Coded 1 passage in 1/employer (anna)")
    assert "qcode tag 1/employer --lines 10 --code T1" in listed.stdout
    dry = qcode("undo", "--dry-run")
    assert "+++ /dev/null" in dry.stdout
    assert everything(study) == made

    assert "Took back: Made case new" in qcode("undo").stderr
    assert everything(study) == coded
    assert qcode("undo").returncode == 0
    assert everything(study) == at_first
    nothing = qcode("undo")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "nothing to undo" in nothing.stderr
    assert qcode("undo", "--redo").returncode == qcode("undo", "--redo").returncode == 0
    assert everything(study) == made


def test_a_change_of_the_codebook_is_a_line(study: Path, qcode: Run) -> None:
    """What it was; not how many codings it concerned, the version that is none any more, nor a file that is gone."""
    why = ("--reason", "r", "--by", "anna", "--date", "2019-09-12")
    assert qcode("codebook", "rename", "contact", "calls", *why).returncode == 0
    assert qcode("undo", "--list").stdout.splitlines()[0].endswith("  Renamed contact to calls. (2 files)")
    assert qcode("undo").stderr == "Took back: Renamed contact to calls. (2 files)\n"


def test_refused_where_a_file_has_changed(study: Path, qcode: Run) -> None:
    qcode("tag", "1/employer", "--lines", "10", "--code", "T1", "--coder", "anna")
    file = study / "cases/1/codings/employer.anna.yaml"
    file.write_text(file.read_text() + "# a remark\n")
    before = everything(study)
    done = qcode("undo")
    assert done.returncode == 2
    assert "changed since: cases/1/codings/employer.anna.yaml" in done.stderr
    assert everything(study) == before
    assert qcode("undo", "--list", "--redo").returncode == 2


def test_what_was_shown_or_refused_is_no_change(study: Path, qcode: Run) -> None:
    qcode("find")
    qcode("case", "add", "new", "--dry-run")
    qcode("case", "add", "1")
    assert qcode("undo", "--list").stdout == ""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of Unix")
@pytest.mark.parametrize("share", [0, 0.1, 0.7])
def test_killed_in_a_change_of_500_files(study: Path, qcode: Run, share: float) -> None:
    """Each file is old or new; the next command makes all of them the one or the other, and says so."""
    old = {f"cases/{n}/codings/employer.anna.yaml": b"old %d\n" % n * 50 for n in range(500)}
    new = {path: text.replace(b"old", b"new") for path, text in old.items()}
    for path, text in old.items():
        (study / path).parent.mkdir(parents=True, exist_ok=True)
        (study / path).write_bytes(text)
    environment = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    child = subprocess.Popen([sys.executable, "-c", CHANGE, str(study)], stdout=subprocess.PIPE, env=environment)
    assert child.stdout
    assert child.stdout.readline() == b"ready\n"
    # Until so many files are new; for none of them, until the first of the new texts is staged.
    wanted = [*old][int(share * 500)]
    while not ((study / wanted).read_bytes() == new[wanted] if share else any((study / ".qcode").glob("tmp/*"))):
        assert child.poll() is None
        os.sched_yield()
    child.kill()
    child.communicate()
    now = {path: (study / path).read_bytes() for path in old}
    assert all(now[path] in (old[path], new[path]) for path in old)
    begun = (study / ".qcode/journal.json").exists()
    assert begun or now in (old, new)

    done = qcode("case", "add", "another")
    assert done.returncode == 0
    assert ("A change to 500 files that was cut off has been finished" in done.stderr) == begun
    after = {path: (study / path).read_bytes() for path in old}
    assert after == (new if begun else now)
    assert not (study / ".qcode/journal.json").exists()
    assert not [*(study / ".qcode/tmp").iterdir()]
    if after == new:
        assert "Took back: Made case another" in qcode("undo").stderr
        assert "Took back: Split a code. (500 files)" in qcode("undo").stderr
        assert {path: (study / path).read_bytes() for path in old} == old
