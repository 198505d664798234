"""What changed in a report between two commits of a real repository, and by whom."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import Run


@pytest.fixture
def committed(study: Path, qcode: Run) -> Path:
    """Two commits: Anna coded one passage, then Bram another; then Anna's is taken off, and not committed."""
    case = study / "cases/1/case.yaml"
    case.write_text(case.read_text() + "- {perspective: client, held: true}\n")
    _git(study, "init", "-q")
    qcode("tag", "1/employer", "--quote", "She rang me every Friday.", "--code", "contact", "--coder", "anna")
    _commit(study, "one")
    qcode("tag", "1/employer", "--quote", "I trusted him", "--code", "contact", "--coder", "bram")
    _commit(study, "two")
    found = json.loads(qcode("find", "--coder", "anna", "--format", "json").stdout)["data"]
    assert qcode("untag", found[0]["id"]).returncode == 0
    return study


def _git(study: Path, *args: str) -> None:
    named = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *named, *args], cwd=study, check=True, capture_output=True)


def _commit(study: Path, message: str) -> None:
    _git(study, "add", "-A")
    _git(study, "commit", "-qm", message)


@pytest.mark.usefixtures("committed")
def test_cells_that_changed_and_whose_codings_did_it(qcode: Run) -> None:
    """Themes and Contact went from one passage to two, then back to one: Bram's instead of Anna's."""
    for between, after, gained, lost in (
        ("HEAD~1..HEAD", "2", {"bram": 1}, {}),
        ("HEAD~1", "1", {"bram": 1}, {"anna": 1}),
        ("HEAD", "1", {}, {"anna": 1}),
    ):
        done = qcode("report", "diff", between, "matrix", "--cols", "perspective", "--format", "json")
        changed = json.loads(done.stdout)["data"]
        assert [(r["row"], r["column"], r["after"]) for r in changed] == [
            ("themes", "employer", after), ("T1 Contact", "employer", after),
        ]  # fmt: skip
        assert all((r["gained"], r["lost"]) == (gained, lost) for r in changed)


@pytest.mark.usefixtures("committed")
def test_nothing_changed_between_equal_readings(qcode: Run) -> None:
    done = qcode("report", "diff", "HEAD..HEAD", "matrix")
    assert "Nothing changed." in done.stdout
    assert "the same 2 codings" in done.stdout


@pytest.mark.usefixtures("committed")
def test_any_kind_can_be_compared(qcode: Run) -> None:
    done = qcode("report", "diff", "HEAD~1..HEAD", "patterns", "--format", "csv")
    assert "valence / none,1,2," in done.stdout


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("HEAD..", "matrx"), "matrix"),
        (("HEAD..nowhere", "matrix"), "nowhere"),
        (("HEAD..", "matrix", "--bogus"), "--bogus"),
        (("HEAD..", "matrix", "--at", "HEAD"), "--at"),
    ],
)
def test_wrong_use_is_told(qcode: Run, args: tuple[str, ...], said: str) -> None:
    done = qcode("report", "diff", *args)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
