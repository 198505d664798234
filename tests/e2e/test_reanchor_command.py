"""`qcode reanchor` and what stops a commit that orphans codings, on real repositories and as a person types it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run

import qcode as package

TEXT = "cases/1/employer.md"
CODINGS = "cases/1/codings/employer.anna.yaml"
INTERVIEW = """\
---
perspective: employer
---
**I:** How did it begin?

**R:** She rang me every Friday, at nine, and asked how the week had been for both of us.

**I:** And then?

**R:** He \x1b[31mcame\x1b[0m to work on Mondays [bold]and[/bold] Tuesdays, when it was quiet in the shop.

**R:** We stopped in June, since nobody knew any more what had been agreed upon in the beginning.
"""
FRIDAY = "She rang me every Friday, at nine, and asked how the week had been for both of us."
MONDAYS = "to work on Mondays [bold]and[/bold] Tuesdays, when it was quiet"
JUNE = "nobody knew any more what had been agreed upon"
TWICE = "for both of us"


def git(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    who = ("-c", "user.name=Test Person", "-c", "user.email=t@example.org")
    return subprocess.run(
        ["git", *who, *args], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def coded(study: Path, qcode: Run) -> Path:
    """Four segments of one coder; nothing is committed."""
    (study / TEXT).write_text(INTERVIEW)
    for quote, code in ((FRIDAY, "contact"), (MONDAYS, "money"), (JUNE, "trust"), (TWICE, "trust")):
        assert qcode("tag", "1/employer", "--quote", quote, "--code", code, "--coder", "anna").returncode == 0
    return study


def edit(study: Path, old: str, new: str) -> None:
    text = (study / TEXT).read_text()
    assert old in text
    (study / TEXT).write_text(text.replace(old, new))


def found(qcode: Run) -> dict[str, tuple[str, str | None]]:
    """What each quote began with, what became of it and the words it stands on, by another command."""
    records = json.loads(qcode("find", "--format", "json").stdout)["data"]
    return {record["quote"][:8]: (record["state"], record["start"] and "found") for record in records}


def test_seen_then_accepted_then_taken_back(coded: Path, qcode: Run) -> None:
    edit(coded, "every Friday, at nine,", "each Friday at nine")
    before = (coded / CODINGS).read_text()
    shown = qcode("reanchor")
    assert shown.returncode == 0
    assert "- She rang me [-every Friday,-] at [-nine,-] and asked" in shown.stdout
    assert "+ She rang me {+each Friday+} at {+nine+} and asked" in shown.stdout
    assert "4 segments: 3 exact, 1 changed." in shown.stderr
    assert (coded / CODINGS).read_text() == before

    dry = qcode("reanchor", "1/employer", "--accept", "changed>=0.8", "--dry-run")
    assert '+  quote: "She rang me each Friday at nine and asked' in dry.stdout
    assert (coded / CODINGS).read_text() == before
    assert "Accepted nothing. Left as they are: 1 changed." in qcode("reanchor", "--accept", "changed>=99%").stderr
    assert (coded / CODINGS).read_text() == before

    assert "Accepted 1 changed in 1 file." in qcode("reanchor", "--accept", "changed>=0.8").stderr
    assert "She rang me each Friday at nine and asked" in (coded / CODINGS).read_text()
    assert {state for state, _ in found(qcode).values()} == {"exact"}
    assert "4 segments: 4 exact." in qcode("reanchor").stderr
    assert qcode("undo").returncode == 0
    assert (coded / CODINGS).read_text() == before


def test_one_by_one(coded: Path, qcode: Run) -> None:
    """Yes, no, nonsense; an input that ends stops there and keeps what was said."""
    edit(coded, "every Friday, at nine,", "each Friday at nine")
    edit(coded, "nobody knew any more", "no one knew anymore")
    edit(coded, "**I:** And then?", "**R:** Also: and asked how the week had been for both of us.\n\n**I:** And then?")
    before = (coded / CODINGS).read_text()

    def ask(answers: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "qcode", "reanchor", "-i"], input=answers, cwd=coded, capture_output=True, text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "QCODE_"))}, check=False,
        )  # fmt: skip

    for nothing in ("", "q\n", "n\nn\nn\n"):
        assert "Accepted nothing." in ask(nothing).stderr
        assert (coded / CODINGS).read_text() == before
    done = ask("maybe\ny\nn\n")
    assert done.returncode == 0
    assert done.stderr.count("Is it still what was coded?") >= 2
    assert "each Friday" in (coded / CODINGS).read_text()
    assert "nobody knew any more" in (coded / CODINGS).read_text()


def test_of_several_places_one_is_chosen(study: Path, qcode: Run) -> None:
    """A quote by hand, without context, that stands twice."""
    (study / TEXT).write_text(INTERVIEW.replace("And then?", "And when the shop was quiet in the shop?"))
    (study / CODINGS).parent.mkdir()
    quote = "quiet in the shop"
    (study / CODINGS).write_text(
        f"transcript: employer.md\ncoder: anna\nsegments:\n- quote: {quote}\n  codes: [trust]\n"
    )
    shown = qcode("reanchor")
    assert "1) line 8:" in shown.stdout
    assert "2) line 10:" in shown.stdout
    assert "Choose one: qcode reanchor 1/employer -i" in qcode("check").stdout
    process = subprocess.run(
        [sys.executable, "-m", "qcode", "reanchor", "-i"], input="3\n2\n", cwd=study, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert process.stderr.count("Which of them is it? [1–2, n: leave it, q: stop]") == 2
    assert (study / CODINGS).read_text().count("line: 10\n") == 1
    assert qcode("check").stdout == ""


def test_what_changes_meanwhile_is_not_written_over(coded: Path) -> None:
    """While the person thinks, the transcript is saved in an editor; another time, the codings are."""
    edit(coded, "every Friday, at nine,", "each Friday at nine")
    for path, old, new in ((TEXT, "in June", "in May"), (CODINGS, "status: open", "status: done")):
        asking = subprocess.Popen(
            [sys.executable, "-m", "qcode", "reanchor", "-i"], cwd=coded, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert asking.stderr
        said = ""
        while not said.endswith("q: stop] "):
            said += asking.stderr.read(1)
            assert asking.poll() is None
        (coded / path).write_text((coded / path).read_text().replace(old, new))
        before = (coded / CODINGS).read_text()
        _, said = asking.communicate("y\n")
        assert asking.returncode == 2
        assert f"{path}: this" in said
        assert "changed since it was read" in said
        assert (coded / CODINGS).read_text() == before


def test_an_old_text_that_git_never_got(coded: Path, qcode: Run) -> None:
    """A short quote, its context rewritten: only with the text as it was when coded is it known."""
    edit(coded, "at nine, and asked how the week had been for both of us.", "wanting to hear it all, for both of us!")
    edit(coded, "**I:** And then?", "It was a lot to ask for.")

    def state() -> list[str]:
        data = json.loads(qcode("find", "--format", "json", "--text", TWICE).stdout)["data"]
        return [record["state"] for record in data if record["quote"] == TWICE]

    assert state() == ["moved"]
    shutil.rmtree(coded / ".qcode")
    assert state() == ["lost"]


def _lost(qcode: Run) -> str:
    return qcode("check", "--rule", "lost").stdout


def test_status_counts_what_check_lists(coded: Path, qcode: Run) -> None:
    """With and without what is remembered, after an edit, and once an old text by which a quote was found is gone."""

    def problems() -> int:
        listed = [qcode(*flags, "check", "--format", "json").stdout for flags in ((), ("--no-cache",))]
        told = [qcode(*flags, "status").stdout for flags in (("--no-cache",), ())]
        assert listed[0] == listed[1]
        assert told[0] == told[1]
        count = len(json.loads(listed[0])["problems"])
        assert told[0].splitlines()[-1].startswith(f"{count} problem" if count else "No problems")
        return count

    sound = problems()
    edit(coded, "at nine, and asked how the week had been for both of us.", "wanting to hear it all, for both of us!")
    edit(coded, "**I:** And then?", "It was a lot to ask for.")
    assert problems() > sound
    assert TWICE not in _lost(qcode)
    shutil.rmtree(coded / ".qcode/texts")
    assert problems() > sound
    assert TWICE in _lost(qcode)


def test_json_has_all_that_is_not_as_the_file_says(coded: Path, qcode: Run) -> None:
    edit(coded, "every Friday, at nine,", "each Friday at nine")
    data = json.loads(qcode("reanchor", "--format", "json").stdout)["data"]
    changed = [record for record in data if record["state"] == "changed"]
    assert len(changed) == 1
    assert changed[0] | {"id": "x", "score": 1} == {
        "id": "x", "transcript": "1/employer", "coder": "anna", "codes": ["contact"], "against": [],
        "state": "changed", "score": 1,
        "quote": FRIDAY, "line": 6, "now": FRIDAY.replace("every Friday, at nine,", "each Friday at nine"),
        "candidates": [],
    }  # fmt: skip
    assert 0.8 < changed[0]["score"] < 1


def test_nothing_of_a_transcript_acts_on_the_terminal(coded: Path, qcode: Run) -> None:
    edit(coded, "on Mondays", "on \x1b[2J\x07 \u202eMondays")
    shown = qcode("reanchor")
    assert "[bold]and[/bold]" in shown.stdout
    assert not {"\x1b", "\x07", "\u202e"} & {*shown.stdout, *shown.stderr}


@pytest.mark.parametrize(
    "args",
    [
        ["--accept", "lost"], ["--accept", "moved", "-i"], ["-i", "--format", "json"], ["9/nobody"],
        ["--coder", "nobody"], ["--accept", ""],
    ],
)  # fmt: skip
def test_wrong_use(coded: Path, qcode: Run, args: list[str]) -> None:
    before = (coded / CODINGS).read_text()
    done = qcode("reanchor", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert (coded / CODINGS).read_text() == before


HOOK = f'#!/bin/sh\nexec "{sys.executable}" -m qcode check --staged --orphans HEAD\n'


@pytest.fixture
def hooked(coded: Path) -> Path:
    """In git, with a hook, and with one quote that was lost long before."""
    edit(coded, JUNE, "it was over")
    git(coded, "init", "-q", "-b", "main")
    git(coded, "add", "-A")
    (coded / ".git/hooks/pre-commit").write_text(HOOK)
    (coded / ".git/hooks/pre-commit").chmod(0o755)
    first = git(coded, "commit", "-q", "-m", "one")
    assert first.returncode == 0, first.stderr
    return coded


def test_a_commit_that_orphans_codings_is_stopped(hooked: Path, qcode: Run) -> None:
    """What was lost before stops nothing; a quote lost by this commit does, until its coding is settled."""
    edit(hooked, "**I:** And then?", "**I:** What then?")
    assert git(hooked, "commit", "-q", "-am", "an edit elsewhere").returncode == 0
    edit(hooked, FRIDAY, "Hardly.")
    stopped = git(hooked, "commit", "-q", "-am", "an edit here")
    assert stopped.returncode == 1
    assert "[lost]" in stopped.stdout + stopped.stderr
    assert "qcode reanchor 1/employer" in stopped.stdout + stopped.stderr
    assert "2 errors, 1 warning" in stopped.stderr

    data = json.loads(qcode("find", "--format", "json").stdout)["data"]
    for record in data:
        if record["state"] == "lost" and record["quote"] != JUNE:
            assert qcode("untag", record["id"]).returncode == 0
    assert git(hooked, "commit", "-q", "-am", "with the codings taken off").returncode == 0


def test_it_is_what_git_commits_that_counts(hooked: Path) -> None:
    """Not the files as they lie there: neither a broken edit not added, nor its repair not added."""
    edit(hooked, FRIDAY, "Hardly.")
    assert git(hooked, "commit", "-q", "--allow-empty", "-m", "nothing").returncode == 0
    git(hooked, "add", TEXT)
    edit(hooked, "Hardly.", FRIDAY)
    assert git(hooked, "commit", "-q", "-m", "the broken one").returncode == 1
    git(hooked, "reset", "-q")
    edit(hooked, FRIDAY, "Hardly.")
    (hooked / "notes.md").write_text("x")
    git(hooked, "add", "notes.md")
    assert git(hooked, "commit", "-q", "-m", "only these", "notes.md").returncode == 0
    assert git(hooked, "commit", "-q", "-m", "only this", TEXT).returncode == 1


def test_a_transcript_taken_away_is_noticed(hooked: Path, qcode: Run) -> None:
    git(hooked, "rm", "-q", TEXT)
    stopped = git(hooked, "commit", "-q", "-m", "gone")
    assert stopped.returncode == 1
    assert "[no-transcript]" in stopped.stdout + stopped.stderr
    git(hooked, "commit", "-q", "--no-verify", "-m", "gone all the same")
    assert qcode("check", "--orphans", "HEAD").returncode == 0
    assert qcode("check", "--orphans", "HEAD~1").returncode == 1
    assert qcode("check").returncode == 1


def test_a_study_that_git_does_not_have_stops_no_commit(study: Path) -> None:
    """In a repository for other things; and the first commit of a study, where a quote is lost."""
    git(study, "init", "-q", "-b", "main")
    (study / ".git/hooks/pre-commit").write_text(HOOK)
    (study / ".git/hooks/pre-commit").chmod(0o755)
    (study / "notes.txt").write_text("x")
    git(study, "add", "notes.txt")
    assert git(study, "commit", "-q", "-m", "no study").returncode == 0
    (study / CODINGS).parent.mkdir()
    (study / CODINGS).write_text(
        "transcript: employer.md\ncoder: anna\nsegments:\n- {quote: never said, codes: [trust]}\n"
    )
    git(study, "add", "-A")
    assert git(study, "commit", "-q", "-m", "the study").returncode == 0
    assert git(study, "log", "--oneline").stdout.count("\n") == 2


def test_against_a_revision_that_is_not_there(hooked: Path, qcode: Run) -> None:
    assert qcode("check", "--orphans", "v9").returncode == 2
    assert qcode("check", "--staged", "--at", "HEAD").returncode == 2
