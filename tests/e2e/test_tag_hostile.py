"""`qcode tag` where it is hard: processes that are killed, files written by hand, odd input, links, git's hooks."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import TRANSCRIPT

Run = Callable[..., subprocess.CompletedProcess[str]]
CODED = "cases/1/codings/employer.anna.yaml"
TAG = ["tag", "1/employer", "--code", "T1", "--coder", "anna", "--quote"]

# A loop of `qcode tag`, each a run of the whole program as the console script has it, and its id acknowledged.
LOOP = """\
import sys
from qcode.cli.boundary import guarded
from qcode.cli.main import app
for word in sys.argv[1:]:
    sys.stdout.write(word + " ")
    if guarded(app, ["tag", "1/employer", "--quote", word, "--code", "T1", "--coder", "anna"]):
        sys.exit("refused " + word)
"""


def files(root: Path) -> dict[str, bytes]:
    """Every file and folder in a study, with its content and .qcode among them."""
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else b"" for p in root.rglob("*")}


def test_a_kill_loses_nothing_that_was_acknowledged(study: Path) -> None:
    """Killed at another moment each time: so many acknowledged ids after the start, and so many bytes of work later."""
    words = [f"word{n:03}" for n in range(300)]
    (study / "cases/1/employer.md").write_text(f"---\nperspective: employer\n---\n\n**R:** {' '.join(words)}\n")
    chance = random.Random(20190311)
    acknowledged: list[tuple[str, str]] = []
    left = iter(words)
    for _ in range(12):
        batch = [word for word, _ in zip(left, range(20), strict=False)]
        command = [sys.executable, "-u", "-c", LOOP, *batch]
        with subprocess.Popen(command, cwd=study, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout
            # Words come before their ids: a kill after `wanted` bytes falls before, within or after a write.
            wanted, got = chance.randrange(8, 17 * 8), b""
            while len(got) < wanted and (piece := os.read(process.stdout.fileno(), 1)):
                got += piece
            for _ in range(chance.randrange(0, 200_000)):
                pass  # some more of its work, without a clock
            process.send_signal(signal.SIGKILL)
            got += process.stdout.read()
        acknowledged += [(w, i) for w, i in re.findall(r"(word\d+) (\w+)\n", got.decode())]
        segments = yaml.safe_load((study / CODED).read_text())["segments"] if (study / CODED).exists() else []
        there = [(segment["quote"], segment["id"]) for segment in segments]
        assert set(acknowledged) <= set(there)
        assert len(there) == len(set(there))
        places = {p.relative_to(study).parts[0] for p in study.rglob("*")}
        assert places == {"qcode.yaml", "codebooks", "cases", ".qcode"}
        assert {p.name for p in (study / "cases").rglob("*")} <= {
            "1",
            "case.yaml",
            "employer.md",
            "codings",
            Path(CODED).name,
        }
    assert len(acknowledged) > 20
    last = subprocess.run([sys.executable, "-m", "qcode", *TAG, "word299"], cwd=study, capture_output=True, check=True)
    assert last.stdout.strip()
    assert not list((study / ".qcode/tmp").iterdir())


BY_HAND = r"""# my codings
transcript: employer.md   # which
coder: 'anna'

segments:
  # the first
  - {quote: 'How did', codes: [contact]}   # flow

  - quote: >-
      rang
      me
    codes: [ {code: trust, memo: "a \"b\" \\ 👍"} ]   # odd
    # inner
    memo: |
      two
      lines
  # the last
"""
SPOKEN = f"""{TRANSCRIPT}
**R:** a\ttab, a "quote" and a back\\slash 👍🏽 “curly” end.

**I:** and so
on to the next.
"""
QUOTES = [
    'a\ttab, a "quote" and a back\\slash 👍🏽',
    "👍🏽 “curly” end.\n\n**I:** and so\non",
    "rang me every Friday",
    "She rang me",
    "and so\non to",
]


def test_a_file_written_by_hand_keeps_every_line_of_it(study: Path, qcode: Run) -> None:
    """Comments, flow style, folded and literal texts, a BOM and CRLF: each line stays, if with keys added to it."""
    (study / "cases/1/employer.md").write_text(SPOKEN, encoding="utf-8")
    (study / CODED).parent.mkdir()
    (study / CODED).write_bytes(b"\xef\xbb\xbf" + BY_HAND.replace("\n", "\r\n").encode())
    for quote in QUOTES:
        done = qcode(*TAG, quote)
        assert done.returncode == 0, done.stderr
    after = (study / CODED).read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# my codings\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")
    lines = iter(after.decode("utf-8-sig").split("\r\n"))
    for old in BY_HAND.split("\n"):
        pieces = re.split("[-{,]", old)
        assert any(all(piece.strip() in line for piece in pieces) for line in lines), old
    segments = yaml.safe_load(after.decode("utf-8-sig"))["segments"]
    assert {*QUOTES, "How did", "rang me"} == {segment["quote"] for segment in segments}
    found = json.loads(qcode("find", "--format", "json").stdout)["data"]
    assert [(r["state"], SPOKEN[r["start"] : r["end"]]) for r in found] == [("exact", r["quote"]) for r in found]
    assert [r["start"] for r in found] == sorted(r["start"] for r in found)
    assert qcode("check").returncode == 0


def test_csv_as_windows_writes_it(study: Path, qcode: Run) -> None:
    (study / "a.csv").write_bytes(
        b'\xef\xbb\xbftranscript,quote,code,memo\r\n1/employer,rang me,T1;S1,"two\r\nlines, ""x"""\r\n\r\n'
        b"1/employer,How did,bond,\r\n"
    )
    done = qcode("tag", "--from", "a.csv", "--coder", "anna")
    assert done.returncode == 0, done.stderr
    first, second = yaml.safe_load((study / CODED).read_text(encoding="utf-8"))["segments"]
    assert (first["quote"], first["codes"]) == ("How did", ["trust"])
    assert second["codes"][0] == {"code": "contact", "memo": 'two\nlines, "x"'}


DEEP = b'{"transcript":' + b"[" * 100_000
GOOD = '{"transcript": "1/employer", "quote": "rang me", "code": "T1"'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"transcript;quote;code\n1/employer;rang me;T1\n", "b:1: unknown key"),
        (b"transcript,quote,code,code\n1/employer,rang me,T1,S1\n", "b:1: 'code' is there twice"),
        (b'transcript,quote,code\n1/employer,"rang me,T1\n', "b:2: not CSV"),
        (b"transcript,quote,code\n1/employer,rang me\n", "b:2: has 2 cells"),
        (b"transcript,quote,code\n1/employer,rang me,T1\n1/employer,nope,T1\n", "b:3: the quote"),
        (b"\xff\xfet\0", "b: is not UTF-8"),
        (b"", "b: asks for no coding"),
        (b"[" + GOOD.encode() + b"}]", "b:1: is not a JSON object"),
        (DEEP, "b:1: not JSON"),
        (f'{GOOD}, "line": {"1" * 5000}}}'.encode(), "b:1: not JSON"),
        (f'{GOOD}, "memo": "\\ud800"}}'.encode(), "b:1: 'memo' holds half a character"),
        (GOOD.replace("1/employer", "1/employer\\u0000").encode() + b"}", "b:1: unknown transcript"),
    ],
)
def test_a_bad_line_of_many_is_named(study: Path, qcode: Run, content: bytes, said: str) -> None:
    (study / "b").write_bytes(content)
    done = qcode("tag", "--from", "b", "--coder", "anna")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"qcode: {said}")
    assert len(done.stderr.splitlines()) == 2
    assert not (study / "cases/1/codings").exists()


def test_what_only_reads_writes_nothing_but_the_cache(study: Path, qcode: Run) -> None:
    before = files(study)
    reading = ["check"], ["status"], ["find"], ["report"], ["report", "matrix"], ["case", "list"], ["case", "show", "1"]
    for args in (*reading, [*TAG, "rang me", "--dry-run"], ["untag", "k7q2m9xa", "--dry-run"]):
        assert qcode(*args).returncode in {0, 2}
        assert {p: c for p, c in files(study).items() if not p.startswith(".qcode")} == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_bytes_that_are_no_text_reach_no_file(study: Path, qcode: Run) -> None:
    bad = os.fsdecode(b"caf\xe9")
    for args in (
        [*TAG, "rang me", "--memo", bad],
        [*TAG, bad],
        ["tag", bad, "--quote", "rang me", "--code", "T1", "--coder", "anna"],
        ["tag", "1/employer", "--quote", "rang me", "--code", bad, "--coder", "anna"],
        ["tag", "1/employer", "--quote", "rang me", "--code", "T1", "--coder", bad],
        ["untag", bad],
        ["case", "add", "2", "--attribute", f"place={bad}"],
        ["report", "--case", bad],
    ):
        done = qcode(*args)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 2), (args, done.stderr)
    assert qcode("find", "--where", f"sector = {bad}").returncode == 2
    assert {p for p in files(study) if not p.startswith(".qcode")} & {"cases/2", "cases/1/codings"} == set()
    (study / "cases" / bad).mkdir()
    (study / f"cases/1/{bad}.md").write_text(TRANSCRIPT, encoding="utf-8")
    (study / f"cases/1/{bad}.jpg").write_text("")
    done = qcode("check")
    assert done.returncode == 1
    assert done.stdout.count("its name is not UTF-8") == 2


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_followed_inside_the_study_only(
    study: Path, qcode: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x.md").write_text(TRANSCRIPT, encoding="utf-8")
    for name, target in (("loop.md", "loop.md"), ("x.md", str(outside / "x.md")), ("codings", str(outside))):
        (study / "cases/1" / name).symlink_to(target)
    (study / "cases/2").symlink_to("..")
    (study / "loop").symlink_to("loop")
    listed = json.loads(qcode("check", "--format", "json").stdout)["problems"]
    assert {p["path"] for p in listed if p["rule"] == "link"} == {
        "cases/1/loop.md", "cases/1/x.md", "cases/1/codings", "cases/2",
    }  # fmt: skip
    assert qcode("report").returncode == 0
    for args in ([*TAG, "rang me"], ["tag", "loop", "--quote", "x", "--code", "T1", "--coder", "a"], ["init", "loop"]):
        done = qcode(*args)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 2), done.stderr
    assert [p.name for p in outside.iterdir()] == ["x.md"]


def test_a_new_study_leaves_the_lines_of_gitignore_as_they_are(tmp_path: Path, qcode: Run) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / ".gitignore").write_bytes(b"caf\xe9\n")
    assert qcode("init", cwd=folder).returncode == 0
    assert (folder / ".gitignore").read_bytes() == b"caf\xe9\n.qcode/\n"


def test_who_is_at_work(study: Path, qcode: Run) -> None:
    """Each of the four, the first that says something; asked for with the ones below it set as well."""

    def coder(*args: str, **more: str) -> str:
        done = qcode("tag", "1/employer", "--quote", "rang me", "--code", "T1", "-n", *args, **more)
        found = re.search(r"^\+coder: (.+)$", done.stdout, re.MULTILINE)
        return found[1] if found else done.stderr

    config = study / "gitconfig"
    config.write_text("[user]\n\tname = Änna de  Vries (UvA)\n", encoding="utf-8")
    git = {"GIT_CONFIG_GLOBAL": str(config)}
    subprocess.run(["git", "init", "-q"], cwd=study, check=True)
    assert "who is coding?" in coder()
    assert coder(**git) == "änna-de-vries-uva"
    config.write_text("[user]\n\tname = Änna\n[qcode]\n\tcoder = global.c\n", encoding="utf-8")
    assert coder(**git) == "global.c"
    subprocess.run(["git", "config", "qcode.coder", "local"], cwd=study, check=True)
    assert coder(**git) == "local"
    assert coder(**git, QCODE_CODER="env") == "env"
    assert coder("--coder", "consensus", **git, QCODE_CODER="env") == "consensus"
    assert coder("--coder", "Zoe\u0308", **git) == "Zoë"
    for bad in ("a b", "../x", ".x"):
        assert "can't be a coder's id" in coder("--coder", bad)


def test_a_hook_of_git_checks_from_wherever_it_runs(study: Path, qcode: Run) -> None:
    """Paths count from the study's root, whatever the folder and git's own variables."""
    (study / "cases/1/case.yaml").write_text("outcome: great\n")
    subprocess.run(["git", "init", "-q"], cwd=study, check=True)
    hook = {"GIT_DIR": "/nowhere/.git", "GIT_INDEX_FILE": "/nowhere/index", "GIT_WORK_TREE": "/nowhere"}
    plain = qcode("check")
    assert plain.returncode == 1
    assert plain.stdout.startswith("cases/1/case.yaml:1:10: error: unknown outcome 'great' [unknown-outcome]\n")
    for done in (
        qcode("check", **hook),
        qcode("check", cwd=study / "cases/1", **hook),
        qcode("-C", str(study / "cases"), "check", cwd=study.parent),
        qcode("-C", "..", "check", cwd=study / "cases"),
    ):
        assert (done.returncode, done.stdout) == (1, plain.stdout)
    (study / "cases/1/case.yaml").write_text("outcome: good\ninterviews: [{perspective: employer, consent: given}]\n")
    assert qcode("check", cwd=study / "cases/1", **hook).returncode == 0
    for path, folder in (("employer.md", "cases/1"), ("../1/employer.md", "cases/1"), ("1/employer.md", "cases")):
        done = qcode("tag", path, "--quote", "rang me", "--code", "T1", "--coder", "anna", cwd=study / folder, **hook)
        assert done.returncode == 0, done.stderr
