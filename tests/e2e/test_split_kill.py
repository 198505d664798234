"""A real `qcode codebook split` over 500 codings files, killed in the middle: the next command makes it whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run

import qcode as package

CODINGS = """\
transcript: employer.md
coder: anna
segments:
- id: a{number:05d}
  quote: "She rang me every Friday."
  codes:
  - contact
"""
FILES = 500


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of Unix")
@pytest.mark.parametrize("share", [0.1, 0.7])
def test_each_file_is_old_or_new_and_the_next_command_finishes(study: Path, qcode: Run, share: float) -> None:
    """The next command only reads, and says what it finished: then no coding is under the code that was split."""
    transcript = (study / "cases/1/employer.md").read_bytes()
    files = []
    for number in range(FILES):
        case = study / f"cases/c{number}"
        (case / "codings").mkdir(parents=True)
        (case / "employer.md").write_bytes(transcript)
        files.append(case / "codings/employer.anna.yaml")
        files[-1].write_text(CODINGS.format(number=number))
    old = {file: file.read_bytes() for file in files}
    new = {file: text.replace(b"- contact", b"- calls") for file, text in old.items()}
    environment = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    split = (
        "codebook",
        "split",
        "contact",
        "--into",
        "calls",
        "--into",
        "visits",
        "--rest",
        "calls",
        "-m",
        "two things",
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "qcode", *split, "--by", "anna"], cwd=study, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    # Files are placed in the order of their paths; until so many of them are new.
    wanted = sorted(files)[int(share * FILES)]
    while wanted.read_bytes() == old[wanted]:
        assert child.poll() is None, child.communicate()[1]
        os.sched_yield()
    child.kill()
    child.communicate()
    now = {file: file.read_bytes() for file in files}
    assert all(now[file] in (old[file], new[file]) for file in files)
    begun = (study / ".qcode/journal.json").exists()

    done = qcode("find", "--code", "calls", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert ("was cut off has been finished" in done.stderr) == begun
    assert {file: file.read_bytes() for file in files} == new
    assert len(done.stdout.splitlines()) == 1 + FILES
    assert len([*(study / "codebooks/decisions").iterdir()]) == 1
