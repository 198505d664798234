"""`qcode observe`, as processes: what is written, what is refused, and what is shown side by side."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]
FILE = "cases/1/observations.yaml"


def observations(study: Path) -> list[dict[str, object]]:
    """What the file says, read by another reader than qcode's."""
    found: list[dict[str, object]] = yaml.safe_load((study / FILE).read_text(encoding="utf-8"))
    return found


def test_an_observation_is_noted_and_its_id_printed(coded: Path, qcode: Run) -> None:
    done = qcode(
        "observe", "add", "1", "--title", "She rang, every week", "--about", "On Fridays.",
        "--says", "employer=Every Friday: really.", "--agreement", "silent", "--why", "Nobody else was asked.",
        "--step", "S1", "--illustrates", "trust", "--evidence", "aaaaaaaa", "--evidence", "bbbbbbbb", "--memo", "m",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "she-rang-every-week\n"), done.stderr
    assert observations(coded) == [
        {
            "id": "she-rang-every-week", "title": "She rang, every week", "about": "On Fridays.",
            "perspectives": {"employer": "Every Friday: really."}, "agreement": "silent",
            "why": "Nobody else was asked.", "evidence": ["aaaaaaaa", "bbbbbbbb"], "steps": ["trust"],
            "illustrates": ["trust"], "memo": "m",
        }
    ]  # fmt: skip
    assert qcode("check").returncode == 0
    listed = json.loads(qcode("report", "patterns", "--all-cases", "--format", "json").stdout)["data"]
    assert {row["code"]: row["illustrated"] for row in listed}["trust"] == ["1"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["9", "--title", "x"], "unknown case"),
        (["1", "--title", "x", "--says", "Every Friday"], "PERSPECTIVE=TEXT"),
        (["1", "--title", "x", "--says", "boss=y"], "unknown perspective"),
        (["1", "--title", "x", "--evidence", "aaaaaaab"], "aaaaaaaa"),
        (["1", "--title", "x", "--illustrates", "S1", "--evidence", "aaaaaaaa"], "'trust'"),
        (["1", "--title", "x", "--agreement", "yes"], "agree, partly, differ, silent"),
        (["1", "--title", "x", "--id", "a b"], "id"),
        (["1"], "--title"),
    ],
)
def test_what_is_wrong_is_one_clear_error(coded: Path, qcode: Run, args: list[str], said: str) -> None:
    done = qcode("observe", "add", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not (coded / FILE).exists()


HAND = """\
# After the session of May.
- id: fridays   # the one
  title: Fridays
  evidence:
    - bbbbbbbb   # best
  illustrates: [trust]
"""


def test_linking_and_editing_leave_the_rest_of_a_hand_written_file(coded: Path, qcode: Run) -> None:
    (coded / FILE).write_text(HAND, encoding="utf-8")
    assert qcode("observe", "link", "1/fridays", "aaaaaaaa").returncode == 0
    linked = HAND.replace("# best\n", "# best\n    - aaaaaaaa\n")
    assert (coded / FILE).read_text(encoding="utf-8") == linked
    assert qcode("observe", "edit", "fridays", "--title", "Every Friday").returncode == 0
    assert (coded / FILE).read_text(encoding="utf-8") == linked.replace("title: Fridays", 'title: "Every Friday"')
    assert qcode("observe", "link", "fridays", "aaaaaaaa", "--remove").returncode == 0
    assert (coded / FILE).read_text(encoding="utf-8") == HAND.replace("title: Fridays", 'title: "Every Friday"')


def test_an_illustration_keeps_its_evidence(coded: Path, qcode: Run) -> None:
    (coded / FILE).write_text(HAND, encoding="utf-8")
    done = qcode("observe", "link", "fridays", "bbbbbbbb", "--remove")
    assert done.returncode == 2
    assert "'trust'" in done.stderr
    assert (coded / FILE).read_text(encoding="utf-8") == HAND


def test_a_dry_run_prints_a_diff_that_git_applies(coded: Path, qcode: Run) -> None:
    (coded / FILE).write_text(HAND, encoding="utf-8")
    done = qcode("observe", "edit", "fridays", "--why", "👍 because", "--dry-run")
    assert (coded / FILE).read_text(encoding="utf-8") == HAND
    subprocess.run(["git", "apply", "-"], cwd=coded, input=done.stdout, text=True, check=True, encoding="utf-8")
    assert observations(coded)[0]["why"] == "👍 because"


def test_nothing_to_change_and_nothing_changed(coded: Path, qcode: Run) -> None:
    (coded / FILE).write_text(HAND, encoding="utf-8")
    assert qcode("observe", "edit", "fridays").returncode == 2
    done = qcode("observe", "edit", "fridays", "--title", "Fridays")
    assert done.returncode == 0
    assert "nothing changed" in done.stderr
    assert (coded / FILE).read_text(encoding="utf-8") == HAND


def test_list_by_case_and_by_what_is_illustrated(coded: Path, qcode: Run) -> None:
    (coded / FILE).write_text(HAND + "- id: other\n  title: '=1+1'\n", encoding="utf-8")

    def ids(*args: str) -> list[str]:
        return [r["id"] for r in json.loads(qcode("observe", "list", *args, "--format", "json").stdout)["data"]]

    assert ids() == ids("1") == ["fridays", "other"]
    assert ids("--illustrates", "steps") == ids("--illustrates", "S1") == ["fridays"]
    assert ids("--illustrates", "T1") == []
    assert qcode("observe", "list", "2").returncode == 2
    assert "1/other,'=1+1," in qcode("observe", "list", "--format", "csv").stdout


def test_show_puts_the_words_under_their_perspective(coded: Path, qcode: Run) -> None:
    text = HAND.replace("  evidence", "  perspectives:\n    client: I don't know.\n  evidence").replace(
        "# best\n", "# best\n    - aaaaaaaa\n    - zzzzzzzz\n"
    )
    (coded / FILE).write_text(text, encoding="utf-8")
    done = qcode("observe", "show", "fridays")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "1/fridays: Fridays",
        "",
        "  client: I don't know.",
        "",
        "  employer: –",
        "    cases/1/employer.md:10  R · T1 Contact, S1 trust (helping) · anna · bbbbbbbb",
        "        “[bold]Really[/bold], every Friday.”",
        "    cases/1/employer.md:10  R · T1 Contact · anna · aaaaaaaa",
        "        “She rang me every Friday.”",
        "",
        "  illustrates: S1 trust",
        "  evidence: employer 2, 1 not there: qcode check",
    ]


def test_two_notes_at_once_lose_neither(coded: Path, qcode: Run) -> None:
    import sys

    running = [
        subprocess.Popen([sys.executable, "-m", "qcode", "observe", "add", "1", "--title", f"Note {n}"], cwd=coded,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE) for n in range(8)
    ]  # fmt: skip
    assert [process.communicate(timeout=120)[0] and process.returncode for process in running] == [0] * 8
    assert {one["title"] for one in observations(coded)} == {f"Note {n}" for n in range(8)}
