"""Formats from the command line: which one, where it goes, and what is said where it can't."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
STARTS = {
    "html": b"<!DOCTYPE html>", "htm": b"<!DOCTYPE html>", "tex": b"% \\usepackage", "latex": b"% \\usepackage",
    "xlsx": b"PK", "docx": b"PK", "parquet": b"PAR1", "md": b"| code", "markdown": b"| code", "txt": b"code",
}  # fmt: skip
TAG = ("tag", "1/employer", "--quote", "She rang me", "--code", "T1", "--coder", "anna")


@pytest.mark.parametrize("ending", STARTS)
def test_the_ending_of_the_file_chooses_the_format(qcode: Run, study: Path, ending: str) -> None:
    done = qcode("report", "matrix", "-o", f"out.{ending}")
    assert (done.returncode, done.stdout) == (0, "")
    assert (study / f"out.{ending}").read_bytes().startswith(STARTS[ending])


@pytest.mark.parametrize("form", ["html", "xlsx", "docx", "latex", "parquet"])
def test_find_has_every_format_too(qcode: Run, study: Path, form: str) -> None:
    qcode(*TAG)
    done = qcode("find", "--format", form, "-o", "found")
    assert done.returncode == 0, done.stderr
    found = (study / "found").read_bytes()
    assert found.startswith(STARTS[form])
    assert b"She rang me" in found or form in ("xlsx", "docx")  # which are packed


def test_a_binary_format_goes_down_a_pipe_and_not_to_a_terminal(study: Path) -> None:
    command = [sys.executable, "-m", "qcode", "-C", str(study), "report", "--format", "xlsx"]
    piped = subprocess.run(command, capture_output=True, timeout=60)
    assert piped.stdout.startswith(b"PK")
    (study / "piped.xlsx").write_bytes(piped.stdout)
    assert zipfile.ZipFile(study / "piped.xlsx").testzip() is None
    ours, theirs = pty.openpty()
    shown = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, timeout=60)
    os.close(theirs)
    os.close(ours)
    assert shown.returncode == 2
    assert b"not something for a terminal" in shown.stderr
    assert b"--output" in shown.stderr


@pytest.mark.parametrize(
    ("form", "library", "extra"),
    [("xlsx", "xlsxwriter", "xlsx"), ("docx", "docx", "docx"), ("parquet", "pyarrow", "parquet")],
)
def test_a_library_that_is_not_there_is_named_with_what_to_install(
    study: Path, form: str, library: str, extra: str
) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from qcode.cli.boundary import guarded\nfrom qcode.cli.main import app\nsys.exit(guarded(app, sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "-C", str(study), "report", "-o", f"x.{form}"],
        capture_output=True, text=True, timeout=60, cwd=study,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        f"qcode: {form} needs {library}, which is not installed\n  Install it: pip install 'qcode[{extra}]'\n"
    )
    assert not (study / f"x.{form}").exists()


def test_a_sheet_and_parquet_trace_every_number(qcode: Run, study: Path) -> None:
    """The ids behind a cell are those that the records have."""
    import openpyxl

    qcode(*TAG)
    done = qcode("report", "matrix", "--evidence", "--all-cases", "--format", "json")
    behind = {(r["code"], r["case"]): r.get("evidence") for r in json.loads(done.stdout)["data"]}
    qcode("report", "matrix", "--evidence", "--all-cases", "--ids", "-o", "m.xlsx")
    _, *rows = openpyxl.load_workbook(study / "m.xlsx")["matrix evidence"].iter_rows(values_only=True)
    assert {(row[0], row[2]): str(row[3]).split() for row in rows} == {k: v for k, v in behind.items() if v}
    assert rows


def test_a_figure_goes_to_a_file_or_is_sketched(qcode: Run, study: Path) -> None:
    qcode(*TAG)
    done = qcode("report", "matrix", "--all-cases", "--plot", "m.svg")
    assert (done.returncode, done.stdout) == (0, "")
    assert b"<svg" in (study / "m.svg").read_bytes()
    both = qcode("report", "matrix", "--all-cases", "--plot", "-", "-o", "m.csv")
    assert "T1" in both.stdout
    assert (study / "m.csv").read_text().startswith("code,")
    assert qcode("report", "--plot", "p.pdf", "--all-cases").returncode == 0
    assert (study / "p.pdf").read_bytes().startswith(b"%PDF")
