"""`qcode guide` from end to end: guides listed, shown, covered, checked, and a transcript begun from one."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from qcode.store.project import load_guides
from qcode.store.tree import Tree

Run = Callable[..., subprocess.CompletedProcess[str]]

BOSS = """\
# By hand.
id: boss
perspective: employer
outcomes: [good]
title: The employer
blocks:
- id: A
  title: Start
  phase: before
  themes: [contact]
  questions:
  - {id: A1, text: Who rang?}
  - id: A2
    text: "Wage: how much?"
    themes: []
    phase: after
    optional: true
- id: B
  title: Look back
  phase: after
  themes: [money]
"""
PERSON = """\
id: person
perspective: client
title: The client
blocks: [{id: A, questions: [{id: "A1", text: "=1+1 [bold]Well?[/bold]", themes: [contact]}]}]
"""


@pytest.fixture
def guided(study: Path) -> Path:
    """The study with two guides; case 2 has an outcome that only the client's guide is for."""
    (study / "codebooks/guides").mkdir()
    (study / "codebooks/guides/boss.yaml").write_text(BOSS, encoding="utf-8")
    (study / "codebooks/guides/person.yaml").write_text(PERSON, encoding="utf-8")
    (study / "cases/2").mkdir()
    entries = (
        "- {perspective: employer, respondent: E2, consent: given}\n"
        "- {perspective: client, respondent: C2, date: 2019-04-11, mode: by phone, consent: given}\n"
        "- {perspective: client, respondent: C3, consent: withdrawn}\n"
    )
    (study / "cases/2/case.yaml").write_text(f"outcome: bad\ninterviews:\n{entries}", encoding="utf-8")
    return study


def test_list(guided: Path, qcode: Run) -> None:
    done = qcode("guide", "list")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "boss: employer; good; 2 questions; The employer\nperson: client; all outcomes; 1 questions; The client\n"
    )


def test_a_study_without_guides_says_where_they_go(study: Path, qcode: Run) -> None:
    done = qcode("guide", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "codebooks/guides/" in done.stderr
    assert qcode("guide", "coverage").returncode == 0
    assert qcode("check").returncode == 0


def test_show(guided: Path, qcode: Run) -> None:
    assert qcode("guide", "show", "boss").stdout == (
        "Guide boss: The employer\n"
        "  employer; good; 2 questions\n"
        "A Start (before)\n"
        "  A1 (T1; before) Who rang?\n"
        "  A2 (no theme; after; optional) Wage: how much?\n"
        "B Look back (after)\n"
        "  asks nothing about T2, which it names\n"
    )
    wrong = qcode("guide", "show", "bos")
    assert wrong.returncode == 2
    assert "'boss'" in wrong.stderr


def test_coverage_by_guide(guided: Path, qcode: Run) -> None:
    done = qcode("guide", "coverage", "--format", "csv", "--ids")
    assert list(csv.reader(io.StringIO(done.stdout))) == [
        ["theme", "boss", "person"],
        ["contact", "1", "1"],
        ["money", "0", "n/a"],
    ]
    assert "boss asks nothing about an applicable theme: money." in done.stderr
    for form in ("table", "md"):
        shown = qcode("guide", "coverage", "--format", form)
        assert "boss asks nothing about an applicable theme: T2 money." in shown.stdout, shown.stderr
        assert "does not apply" in shown.stdout


def test_coverage_by_perspective(guided: Path, qcode: Run) -> None:
    (guided / "codebooks/guides/person.yaml").unlink()
    done = json.loads(qcode("guide", "coverage", "--by", "perspective", "--format", "json").stdout)
    assert (done["report"], done["meta"]["measure"], done["meta"]["guides"]) == ("coverage", "guides", ["boss"])
    assert {(r["code"], r["perspective"]): (r["state"], r["questions"]) for r in done["data"]} == {
        ("contact", "employer"): ("asked", ["boss/A1"]),
        ("money", "employer"): ("not-asked", []),
        ("contact", "client"): ("no-guide", []),
        ("money", "client"): ("n/a", []),
    }
    shown = qcode("guide", "coverage", "--by", "perspective").stdout
    assert "1 of 1" in shown
    assert "no guide of its own" in shown


def test_coverage_goes_to_a_file_whose_ending_chooses(guided: Path, qcode: Run) -> None:
    done = qcode("guide", "coverage", "-o", "covered.md")
    assert (done.returncode, done.stdout) == (0, "")
    assert (guided / "covered.md").read_text(encoding="utf-8").startswith("| theme | boss | person |\n")


def test_new_begins_the_transcript_of_the_planned_interview(guided: Path, qcode: Run) -> None:
    shown = qcode("guide", "new", "2", "client", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert not (guided / "cases/2/client.md").exists()
    done = qcode("guide", "new", "2", "client")
    assert done.returncode == 0, done.stderr
    text = (guided / "cases/2/client.md").read_text(encoding="utf-8")
    assert shown.stdout.count("\n+") == text.count("\n") + 1  # the diff names the file once more
    assert text == (
        '---\nperspective: client\nrespondent: C2\ndate: "2019-04-11"\nmode: "by phone"\nguide: person\nlanguage: en\n'
        "---\n# client, 2\n\n## A\n\n{q=A1}\n**I:** =1+1 [bold]Well?[/bold]\n\n**R:**\n"
    )
    assert "client.md" in done.stderr
    assert "held" in done.stderr
    assert (qcode("check").returncode, qcode("check").stdout) == (0, "")
    again = qcode("guide", "new", "2", "client")
    assert again.returncode == 2
    assert "already" in again.stderr
    assert (guided / "cases/2/client.md").read_text(encoding="utf-8") == text


def test_new_marks_a_phase_where_it_changes(guided: Path, qcode: Run) -> None:
    (guided / "cases/1/employer.md").unlink()
    done = qcode("guide", "new", "1", "employer", "--respondent", "E9")
    assert done.returncode == 0, done.stderr
    text = (guided / "cases/1/employer.md").read_text(encoding="utf-8")
    assert "respondent: E9\n" in text
    assert "## Start {phase=before}\n\n{q=A1}\n**I:** Who rang?\n\n**R:**\n\n{q=A2 phase=after}\n**I:** Wage" in text
    assert "Look back" not in text  # it asks nothing


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["9", "client"], "unknown case '9'"),
        (["2", "clinet"], "unknown perspective 'clinet'"),
        (["1", "employer"], "already"),
        (["2", "employer"], "no guide for employer with outcome bad"),
        (["2", "employer", "--guide", "person"], "is for client, not for employer"),
        (["2", "employer", "--guide", "bos"], "unknown guide 'bos'"),
        (["2", "client", "--respondent", "C3"], "withdrew consent"),
    ],
)
def test_new_refuses_in_two_lines_and_writes_nothing(guided: Path, qcode: Run, args: list[str], said: str) -> None:
    before = {path: path.read_bytes() for path in (guided / "cases").rglob("*") if path.is_file()}
    done = qcode("guide", "new", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert before == {path: path.read_bytes() for path in (guided / "cases").rglob("*") if path.is_file()}


def test_a_guide_of_another_outcome_may_be_named(guided: Path, qcode: Run) -> None:
    assert qcode("guide", "new", "2", "employer", "--guide", "boss").returncode == 0
    assert (guided / "cases/2/employer.md").exists()


def test_check_names_the_line_of_a_question_that_the_guide_lacks(guided: Path, qcode: Run) -> None:
    qcode("guide", "new", "2", "client")
    path = guided / "cases/2/client.md"
    path.write_text(path.read_text(encoding="utf-8").replace("{q=A1}", "{q=A2}"), encoding="utf-8")
    done = qcode("check")
    assert done.returncode == 1
    assert "cases/2/client.md:13: error: unknown question 'A2': not in guide 'person' [unknown-question]" in done.stdout
    assert "1 problem:" in qcode("status").stdout


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("id: boss\nperspective: employer\nblocks: [\n", "yaml"),
        ("", "schema"),
        ("- boss\n", "schema"),
        ("id: boss\nperspective: employer\nblocks: {A: x}\n", "schema"),
        ("id: boss\nperspective: employer\nblocks:\n- {id: A, questions: [{text: No id}]}\n", "schema"),
        ("id: boss\nblocks: []\n", "schema"),
        ("id: a b\nperspective: employer\n", "schema"),
        ("id: boss\nid: boss\nperspective: employer\n", "duplicate-key"),
    ],
)
def test_a_guide_that_cant_be_read_is_a_fault_and_the_others_are_there(guided: Path, content: str, rule: str) -> None:
    (guided / "codebooks/guides/boss.yaml").write_text(content, encoding="utf-8")
    shelf = load_guides(Tree(guided), "codebooks/guides")
    assert [guide.id for guide in shelf.guides] == ["person"]
    assert {(fault.rule, fault.where.path) for fault in shelf.faults} == {(rule, "codebooks/guides/boss.yaml")}


def test_a_guide_that_cant_be_read_stops_only_what_needs_it(guided: Path, qcode: Run) -> None:
    (guided / "codebooks/guides/boss.yaml").write_text("id: [\n", encoding="utf-8")
    checked = qcode("check")
    assert checked.returncode == 1
    assert checked.stdout.startswith("codebooks/guides/boss.yaml:")
    for args in (["list"], ["new", "2", "client"]):
        stopped = qcode("guide", *args)
        assert stopped.returncode == 2, args
        assert "codebooks/guides/boss.yaml" in stopped.stderr
    assert qcode("find").returncode == 0


def test_an_unknown_key_of_a_guide_is_warned_of(guided: Path, qcode: Run) -> None:
    path = guided / "codebooks/guides/boss.yaml"
    path.write_text(BOSS.replace("title: The employer", "titel: The employer"), encoding="utf-8")
    done = qcode("check")
    assert done.returncode == 0
    assert "codebooks/guides/boss.yaml:5:1: warning: unknown key 'titel'" in done.stdout


def test_guides_lie_where_the_settings_say(guided: Path, qcode: Run) -> None:
    (guided / "codebooks/guides").rename(guided / "asked")
    settings = guided / "qcode.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "guides: asked/\n", encoding="utf-8")
    assert len(qcode("guide", "list").stdout.splitlines()) == 2
