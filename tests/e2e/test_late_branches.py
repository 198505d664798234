"""A colleague codes on a branch with the codebook of last week, and both are merged: in real repositories.

Plain git, without qcode's merge driver. Each in both orders of merging.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Order = Callable[[], None]
WHY = ("--reason", "We said so.", "--by", "anna", "--date", "2019-09-12")
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "QCODE_"))},
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Anna", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": "2019-09-12T12:00:00Z",
    "GIT_COMMITTER_NAME": "Anna", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_COMMITTER_DATE": "2019-09-12T12:00:00Z",
}  # fmt: skip


def git(study: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=study, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit(study: Path, said: str) -> None:
    git(study, "add", "-A")
    git(study, "commit", "-qm", said)


@pytest.fixture
def branches(study: Path, qcode: Run) -> Path:
    """On main anna has coded; on `late` bram codes `contact`, `money` and `trust` with the codebook as it is."""
    git(study, "init", "-q", "-b", "main")
    tag(qcode, "anna", "How did it begin?", "contact")
    commit(study, "A study")
    git(study, "checkout", "-q", "-b", "late")
    for code in ("contact", "money", "trust"):
        tag(qcode, "bram", "She rang me every Friday.", code)
    commit(study, "A week of coding")
    git(study, "checkout", "-q", "main")
    return study


def tag(qcode: Run, coder: str, quote: str, code: str) -> None:
    done = qcode("tag", "1/employer", "--quote", quote, "--code", code, "--coder", coder)
    assert done.returncode == 0, done.stderr


def merged(study: Path, into: str) -> None:
    """Both branches in one, from either side; git alone does it, without a conflict."""
    git(study, "checkout", "-q", into)
    git(study, "merge", "-q", "--no-edit", "late" if into == "main" else "main")


def found(qcode: Run) -> list[tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(qcode("find", "--format", "csv").stdout))
    return sorted((row["coder"], row["code"]) for row in rows)


def rules(qcode: Run) -> list[str]:
    """The rules that check finds broken, but for codings that an older version of the codebook explains."""
    lines = qcode("check").stdout.splitlines()
    return sorted(line.rsplit("[", 1)[1][:-1] for line in lines if not line.startswith(" "))


ORDERS = pytest.mark.parametrize("into", ["main", "late"])


@ORDERS
def test_codes_renamed_merged_and_retired_meanwhile(branches: Path, qcode: Run, into: str) -> None:
    """Each late coding counts as what its code is called today; only the retired one is told of."""
    for command in (
        ["rename", "contact", "calls"], ["merge", "money", "--into", "calls"], ["retire", "trust"],
        ["rename", "calls", "phone"],
    ):  # fmt: skip
        assert qcode("codebook", *command, *WHY).returncode == 0
    commit(branches, "The codebook of this week")
    merged(branches, into)
    # contact and money on one segment are one code now, so one coding.
    assert found(qcode) == [("anna", "phone"), ("bram", "phone"), ("bram", "trust")]
    assert rules(qcode) == ["retired-code"]


@ORDERS
def test_codings_under_a_code_that_was_split_become_a_list_to_settle(branches: Path, qcode: Run, into: str) -> None:
    split = ["codebook", "split", "contact", "--into", "calls,visits", *WHY]
    assert qcode(*split, "--rest", "calls").returncode == 0
    commit(branches, "Split")
    merged(branches, into)
    assert found(qcode) == [("anna", "calls"), ("bram", "contact"), ("bram", "money"), ("bram", "trust")]
    assert rules(qcode) == ["unsettled-split"]
    late = qcode("check").stdout
    assert "under 'contact', which was split into calls, visits" in late
    # Nothing is chosen in silence: without a rule it is refused, and the same command settles it.
    assert "1 of 1 codings of 'contact' are not settled" in qcode("codebook", "split", "contact", "--continue").stderr
    before = (branches / "codebooks/small.yaml").read_bytes()
    assert "1 to visits" in qcode(*split, "--rest", "visits").stderr
    assert (branches / "codebooks/small.yaml").read_bytes() == before
    assert found(qcode) == [("anna", "calls"), ("bram", "money"), ("bram", "trust"), ("bram", "visits")]
    assert rules(qcode) == []


@ORDERS
def test_a_code_deleted_meanwhile_is_told_and_kept(branches: Path, qcode: Run, into: str) -> None:
    assert qcode("codebook", "delete", "money", *WHY).returncode == 0
    commit(branches, "Deleted")
    merged(branches, into)
    assert ("bram", "money") in found(qcode)
    assert rules(qcode) == ["unknown-code"]


@ORDERS
def test_decisions_of_two_branches_do_not_collide(branches: Path, qcode: Run, into: str) -> None:
    """A code renamed on one branch and redefined on the other: plain git merges both, for the lines differ."""
    assert qcode("codebook", "rename", "trust", "bond2", *WHY).returncode == 0
    commit(branches, "Renamed")
    git(branches, "checkout", "-q", "late")
    assert qcode("codebook", "retire", "money", "--reason", "r", "--by", "bram", "--date", "2019-09-12").returncode == 0
    commit(branches, "Retired")
    merged(branches, into)
    assert sorted(file.name for file in (branches / "codebooks/decisions").iterdir()) == [
        "2019-09-12-rename-trust-anna.yaml", "2019-09-12-retire-money-bram.yaml"
    ]  # fmt: skip
    assert ("bram", "bond2") in found(qcode)
    assert rules(qcode) == ["retired-code"]
    # Each once, and nothing is said to wait for a commit: the merge has it all.
    log = [line for line in qcode("codebook", "log").stdout.splitlines() if line]
    assert sorted(line.split(". ")[0] for line in log) == [
        "2019-09-12 Anna: begun, with 6 codes",
        "2019-09-12 anna: renamed trust to bond2",
        "2019-09-12 bram: retired money",
    ]
    assert "not committed" not in "".join(log)


def test_log_and_diff_tell_decisions_and_changes_by_hand(branches: Path, qcode: Run) -> None:
    """One commit by a command and one by hand; what is not committed yet is told as well."""
    assert qcode("codebook", "rename", "contact", "calls", *WHY).returncode == 0
    commit(branches, "Renamed")
    book = branches / "codebooks/small.yaml"
    text = book.read_text(encoding="utf-8").replace("{en: Contact,", "{en: Calls on Fridays,")
    book.write_text(text, encoding="utf-8")
    commit(branches, "A clearer label")
    assert qcode("codebook", "move", "calls", "--under", "steps", *WHY).returncode == 0
    heads = git(branches, "log", "--format=%H", "main").split()
    paragraphs = [line for line in qcode("codebook", "log", "contact").stdout.splitlines() if line]
    assert paragraphs == [
        f"2019-09-12 Anna: begun, with 6 codes. A study. (commit {heads[-1][:10]})",
        f"2019-09-12 anna: renamed contact to calls. We said so. (version 3, commit {heads[1][:10]})",
        "2019-09-12 Anna: calls: label (en) [-Contact-]{+Calls on Fridays+}. A clearer label. "
        f"(commit {heads[0][:10]})",
        "2019-09-12 anna: moved calls under steps. We said so. (version 4, not committed)",
    ]
    told = [line for line in qcode("codebook", "diff", "main~2").stdout.splitlines() if line]
    assert told == [
        "main~2 → now: codebook version 2 → 4, 3 differences",
        "renamed contact to calls · 1 coding",
        "moved contact under steps · 1 coding",
        "calls: label (en) [-Contact-]{+Calls on Fridays+} · 1 coding",
    ]
    between = qcode("codebook", "diff", "main~2..main~1").stdout.split("\n\n")
    assert between[1].strip() == "renamed contact to calls · 1 coding"
    wrong = qcode("codebook", "diff", "nowhere..")
    assert (wrong.returncode, "no revision 'nowhere'" in wrong.stderr) == (2, True)


def test_diff_counts_what_stood_under_a_code_that_was_merged(branches: Path, qcode: Run) -> None:
    """One coding under `contact` and one under `money`; put together each line tells its own, not the sum."""
    tag(qcode, "anna", "She rang me every Friday.", "money")
    tag(qcode, "anna", "She rang me every Friday.", "trust")
    commit(branches, "More")
    assert qcode("codebook", "merge", "contact", "money", "--into", "trust", *WHY).returncode == 0
    told = [line for line in qcode("codebook", "diff").stdout.splitlines() if line]
    assert told[1:] == ["merged contact into trust · 1 coding", "merged money into trust · 1 coding"]
