"""A new study from nothing: init, cases, interviews from elsewhere, and what check says of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]

VTT = """\
WEBVTT

1
00:00:01.000 --> 00:00:03.000
<v Interviewer>How did it begin?

2
00:00:03.500 --> 00:00:05.000
<v Maria>She rang me

3
00:00:05.000 --> 00:00:07.000
<v Maria>every Friday.
"""


@pytest.fixture
def fresh(tmp_path: Path, qcode: Run) -> Path:
    """A study just made, with one case."""
    root = tmp_path / "new study"
    assert qcode("init", str(root), "--name", 'Work: "a" study').returncode == 0
    assert qcode("case", "add", "1", "--outcome", "succeeded", "--attribute", "sector=care", cwd=root).returncode == 0
    return root


def test_a_new_study_passes_its_own_check(fresh: Path, qcode: Run) -> None:
    done = qcode("check", cwd=fresh)
    assert (done.returncode, done.stdout) == (0, "")
    assert {p.name for p in fresh.iterdir() if p.is_file()} == {"qcode.yaml", ".gitignore", ".gitattributes"}
    assert json.loads(qcode("check", "--format", "json", cwd=fresh).stdout) == {"problems": []}


@pytest.mark.parametrize("language", ["no", "x: y #", "[nl"])
def test_any_language_makes_a_study_that_can_be_read(tmp_path: Path, qcode: Run, language: str) -> None:
    root = tmp_path / "other"
    assert qcode("init", str(root), "--language", language).returncode == 0
    assert qcode("check", cwd=root).stdout == ""
    settings = yaml.safe_load((root / "qcode.yaml").read_text(encoding="utf-8"))
    assert settings["language"] == language


def test_init_overwrites_nothing(fresh: Path, qcode: Run) -> None:
    (fresh / ".gitignore").write_text("mine\n")
    before = {p: p.read_bytes() for p in fresh.rglob("*") if p.is_file() and ".qcode" not in p.parts}
    assert qcode("init", cwd=fresh).returncode == 2
    assert before == {p: p.read_bytes() for p in fresh.rglob("*") if p.is_file() and ".qcode" not in p.parts}


def test_init_in_a_repository_keeps_what_git_ignores(tmp_path: Path, qcode: Run) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (root / ".gitignore").write_text("mine")
    assert qcode("init", cwd=root).returncode == 0
    assert (root / ".gitignore").read_text() == "mine\n.qcode/\n"


def test_an_interview_comes_in_once(fresh: Path, qcode: Run) -> None:
    (fresh / "talk.vtt").write_text(VTT)
    done = qcode("import", "talk.vtt", "--case", "1", "--perspective", "participant", cwd=fresh)
    assert done.returncode == 0, done.stderr
    text = (fresh / "cases/1/participant.md").read_text(encoding="utf-8")
    assert text.startswith("---\nperspective: participant\n")
    assert text.endswith("**Interviewer:** How did it begin?\n\n**Maria:** She rang me every Friday.\n")
    again = qcode("import", "talk.vtt", "--case", "1", "--perspective", "professional", cwd=fresh)
    assert again.returncode == 2
    assert "already" in again.stderr
    (fresh / "talk.vtt").write_text(VTT + "\nNOTE edited\n")
    other = qcode("import", "talk.vtt", "--case", "1", "--perspective", "participant", cwd=fresh)
    assert other.returncode == 2
    assert "already" in other.stderr
    assert not list((fresh / "cases/1").glob("*professional*"))
    assert qcode("check", cwd=fresh).returncode == 0


def test_front_matter_of_a_markdown_source_is_kept(fresh: Path, qcode: Run) -> None:
    (fresh / "talk.md").write_text("---\ndate: 2019-03-11   # a Monday\nmode: by phone\n---\n\n**R:** Yes.\n")
    done = qcode("import", "talk.md", "--case", "1", "--perspective", "participant", "--respondent", "P1", cwd=fresh)
    assert done.returncode == 0, done.stderr
    head = (fresh / "cases/1/participant.md").read_text().split("---\n")[1]
    assert head.startswith("date: 2019-03-11   # a Monday\nmode: by phone\nperspective: participant\nrespondent: P1\n")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["import", "talk.vtt", "--case", "9", "--perspective", "participant"], "case add 9"),
        (["import", "talk.vtt", "--case", "1", "--perspective", "partisipant"], "participant"),
        (["import", "talk.odt", "--case", "1", "--perspective", "participant"], ".docx"),
        (["import", "none.txt", "--case", "1", "--perspective", "participant"], "none.txt"),
        (["case", "add", "1"], "already"),
        (["case", "add", "../x"], "id"),
        (["case", "add", "2", "--outcome", "great"], "unknown outcome"),
        (["case", "show", "7"], "unknown case"),
        (["check", "--rule", "no-such-rule"], "unknown rule"),
        (["-C", "/", "status"], "qcode init"),
        (["--no-such-option"], "--help"),
    ],
)
def test_wrong_use_is_told_in_two_lines(fresh: Path, qcode: Run, args: list[str], said: str) -> None:
    (fresh / "talk.vtt").write_text(VTT)
    (fresh / "talk.odt").write_bytes(b"PK")
    done = qcode(*args, cwd=fresh)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("qcode: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not (fresh / "cases/1/participant.md").exists()


BROKEN = {
    "a merge conflict": ("cases/1/case.yaml", b"<<<<<<< ours\noutcome: good\n=======\noutcome: bad\n>>>>>>> theirs\n"),
    "not UTF-8": ("cases/1/employer.md", "---\nperspective: employer\n---\n\n**R:** café\n".encode("latin-1")),
    "a YAML tag": ("cases/1/case.yaml", b"outcome: !!python/object/apply:os.system [ls]\n"),
    "an unfinished list": ("qcode.yaml", b"study: [a, b\n"),
    "a bomb": (
        "cases/1/case.yaml",
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n + 1, n + 1, b",".join([b"*%c" % n] * 9)) for n in range(97, 107)),
    ),
    "an undefined alias": ("cases/1/case.yaml", b"outcome: *nothing\n"),
    "a list where a mapping should be": ("codebooks/small.yaml", b"- codes\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_named_by_all(study: Path, qcode: Run, name: str) -> None:
    path, content = BROKEN[name]
    (study / path).write_bytes(content)
    checked = qcode("check")
    assert checked.returncode == 1
    assert f"{path}:" in checked.stdout
    for args in (["find"], ["tag", "1/employer", "--quote", "rang me", "--code", "T1", "--coder", "anna"], ["report"]):
        done = qcode(*args)
        assert done.returncode == 2, args
        assert path in done.stderr
        assert "Traceback" not in done.stderr
    assert not (study / "cases/1/codings").exists()


def test_hostile_words_are_shown_as_text_in_every_form(study: Path, qcode: Run) -> None:
    transcript = study / "cases/1/employer.md"
    transcript.write_text(
        transcript.read_text(encoding="utf-8") + "\n**R:** \x1b[31mred\x07 | a <b>\n", encoding="utf-8"
    )
    qcode("tag", "1/employer", "--quote", "=1+1 is what he said.", "--code", "S1", "--coder", "anna")
    qcode("tag", "1/employer", "--quote", "[bold]Really[/bold]", "--code", "T1", "--coder", "anna")
    qcode("tag", "1/employer", "--quote", "\x1b[31mred\x07 | a <b>", "--code", "T1", "--coder", "anna")
    for form in ("table", "md", "csv", "tsv", "json"):
        done = qcode("find", "--format", form)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout
        assert "\x07" not in done.stdout
        assert "bold" in done.stdout
        assert "red" in done.stdout
    cells = qcode("find", "--format", "csv", "--text", "=1+1").stdout
    assert "'=1+1 is what he said." in cells
    assert "<b>" not in qcode("find", "--format", "md").stdout
