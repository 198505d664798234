"""`--at REV`: the study as git holds it is the study that a checkout of it would be, on real repositories."""

from __future__ import annotations

import json
import os
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CODEBOOK, TRANSCRIPT, Run

from qcode.cli.opening import study_at
from qcode.core.errors import QcodeError
from qcode.core.rows import rows
from qcode.store.project import load

CODINGS = """\
transcript: employer.md
coder: anna
segments:
- id: k1
  quote: every Friday.
  before: "y Friday. [bold]Really[/bold], "
  codes: [contact]
- id: k2
  quote: I trusted him
  codes: [trust]
"""
FILES = {
    "qcode.yaml": "study: Small\ncodebook: codebooks/small.yaml\ncoders: {anna: Anna, bram: Bram}\n",
    "codebooks/small.yaml": CODEBOOK,
    "codebooks/guides/g.yaml": "id: g\nperspective: employer\nblocks:\n- {id: b, questions: [{id: q, text: How?}]}\n",
    "codebooks/memos/a.md": "---\nabout: study\n---\nA note.\n",
    "cases/1/case.yaml": "outcome: good\ninterviews:\n- {perspective: employer, consent: given}\n",
    "cases/1/employer.md": TRANSCRIPT,
    "cases/1/codings/employer.anna.yaml": CODINGS,
    "cases/1/memos/b.md": "---\nabout: k1\n---\nAnother.\n",
    "cases/1/.hidden.md": "no transcript",
    "cases/10/naïef gesprek.md": TRANSCRIPT.replace("\n", "\r\n"),
    "cases/10/" + unicodedata.normalize("NFD", "zoë.md"): TRANSCRIPT,
    "cases/10/observations.yaml": "- id: o1\n  evidence: [k1]\n",
    "cases/3/codings": "a file where a folder should be\n",
    "cases/3/case.yaml/inner.md": "a folder where a file should be\n",
    "cases/4/client.md": "---\nperspective: client\n---\nbroken \x80\n",
    "cases/5/empty.yaml": "",
}
LINKS = {
    "cases/6": "10",  # a case that is a link to a case
    "cases/7/linked.md": "../1/employer.md",
    "cases/7/far.md": "../../cases/6/../1/./employer.md",
    "cases/7/codings": "../1/codings",
    "cases/7/nowhere.md": "../1/gone.md",
    "cases/7/loop.md": "loop.md",
    "cases/7/beside.md": "../../../beside.md",
    "cases/7/absolute.md": "/etc/passwd",
    "cases/7/root": "../..",
}


def git(folder: Path, *args: str, **more: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **more}
    who = ("-c", "user.name=Test Person", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *who, *args], cwd=folder, env=environment, capture_output=True, check=True)
    return done.stdout.decode().strip()


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode("latin-1" if "\x80" in text else "utf-8"))


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, list[str]]:
    """A study in a folder of a repository, and four commits: with links, with an edit, with CRLF, with less."""
    repository = tmp_path / "a repository"
    root = repository / "deep" / "my stüdy"
    write(root, FILES)
    git(repository, "init", "-q", "-b", "main")
    (repository / "deep/beside.md").write_text(TRANSCRIPT)
    for path, target in LINKS.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).symlink_to(target)
    first = commit(repository, "one")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{first},deep/my stüdy/cases/8")
    git(repository, "commit", "-q", "-m", "a submodule for a case")
    commits = [first, git(repository, "rev-parse", "HEAD")]
    git(repository, "rm", "-q", "--cached", "deep/my stüdy/cases/8")
    write(root, {"cases/1/employer.md": TRANSCRIPT.replace("Friday", "Monday")})
    (root / "cases/6").unlink()
    commits.append(commit(repository, "another day"))
    write(root, {".gitattributes": "*.md text eol=crlf\n*.yaml text eol=crlf\n"})
    git(repository, "add", "--renormalize", ".")
    commits.append(commit(repository, "CRLF in the files, LF in git"))
    (root / "cases/4/client.md").unlink()
    (root / "cases/1/codings/employer.anna.yaml").unlink()
    commits.append(commit(repository, "less"))
    return root, commits


@pytest.mark.parametrize("autocrlf", ["false", "true"])
def test_the_same_as_a_checkout(history: tuple[Path, list[str]], tmp_path: Path, autocrlf: str) -> None:
    """Settings, codebook, cases, codings, faults, guides, memos and rows, with line ends as either machine has them."""
    root, commits = history
    seen = set()
    for number, name in enumerate(commits):
        place = tmp_path / f"checkout {number}"
        git(root, "-c", f"core.autocrlf={autocrlf}", "worktree", "add", "-q", "--detach", str(place), name)
        there, here = load(place / "deep/my stüdy"), study_at(root, name)
        assert here == there
        assert (here.faults, here.shelf, here.pile) == (there.faults, there.shelf, there.pile)
        assert [t.layout.turns for t in here.transcripts.values()] == [
            t.layout.turns for t in there.transcripts.values()
        ]
        assert rows(here) == rows(there)
        assert here.revision == name[:10]
        seen |= {(fault.rule, fault.where.path) for fault in here.faults}
    assert [len(study_at(root, name).case_by_id) for name in commits] == [7, 8, 6, 6, 5]
    assert {
        ("link", "cases/7/nowhere.md"), ("link", "cases/7/loop.md"), ("link", "cases/7/beside.md"),
        ("link", "cases/7/absolute.md"), ("link", "cases/7/root"), ("unreadable", "cases/3/codings"),
        ("unreadable", "cases/3/case.yaml"), ("encoding", "cases/4/client.md"),
    } <= seen  # fmt: skip
    assert study_at(root, commits[0]).transcripts["7/linked"].text == TRANSCRIPT


def test_from_a_worktree_and_a_submodule(history: tuple[Path, list[str]], tmp_path: Path) -> None:
    """Where .git is a file."""
    root, commits = history
    git(root, "worktree", "add", "-q", "--detach", str(tmp_path / "other"), commits[0])
    assert study_at(tmp_path / "other/deep/my stüdy", "main") == study_at(root, "main")
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(root.parents[1]), "inner")
    assert study_at(outer / "inner/deep/my stüdy", "HEAD~1") == study_at(root, "main~1")


def test_a_revision_that_is_not_there(history: tuple[Path, list[str]], tmp_path: Path) -> None:
    """A slip, an option in disguise, a commit before the study was, a shallow clone, no repository, no git."""
    root, _ = history
    for name in ("nothing", "-h", "", "HEAD:deep", "HEAD..main", "a\0b"):
        with pytest.raises(QcodeError, match="no revision"):
            study_at(root, name)
    git(root, "checkout", "-q", "--orphan", "empty")
    git(root, "reset", "-q")
    git(root, "commit", "-q", "--allow-empty", "-m", "nothing yet")
    with pytest.raises(QcodeError, match=r"no study here at empty: qcode\.yaml is not in"):
        study_at(root, "empty")
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "main", root.parents[1].as_uri(), "shallow")
    with pytest.raises(QcodeError) as error:
        study_at(tmp_path / "shallow/deep/my stüdy", "HEAD~1")
    assert "fetch --unshallow" in error.value.hint


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(tmp_path, {"qcode.yaml": "study: x\n"})
    with pytest.raises(QcodeError, match="no git repository here"):
        study_at(tmp_path, "HEAD")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(QcodeError, match="git is not there"):
        study_at(tmp_path, "HEAD")


def test_a_partial_clone_says_what_it_lacks(history: tuple[Path, list[str]], tmp_path: Path) -> None:
    """git before 2.45 gets what is missing by itself; a clone whose origin is gone can't."""
    root, _ = history
    origin = root.parents[1]
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", origin.as_uri(), "partial")
    (tmp_path / "partial/deep/my stüdy").mkdir(parents=True)
    origin.rename(tmp_path / "moved away")
    with pytest.raises(QcodeError, match="git does not hold the content") as error:
        study_at(tmp_path / "partial/deep/my stüdy", "main")
    assert "partial" in error.value.hint


READING = (
    ["find"], ["status"], ["check"], ["report", "cases"], ["report", "matrix"], ["report", "patterns"], ["report"],
    ["case", "list"], ["case", "show", "1"], ["guide", "list"], ["guide", "show", "g"], ["guide", "coverage"],
    ["memo", "list"], ["memo", "show", "b"], ["observe", "list"], ["observe", "show", "1/o"],
)  # fmt: skip


def test_every_reading_command(study: Path, qcode: Run) -> None:
    """What each prints at a commit after everything was taken out of the study is what it printed before."""
    good = ("cases/1/case", "cases/1/employer", "cases/1/codings", "cases/1/memos", "codebooks/guides", "qcode")
    write(study, {path: text for path, text in FILES.items() if path.startswith(good)})
    write(study, {"cases/1/observations.yaml": "- {id: o, title: Odd, evidence: [k1], steps: [gone]}\n"})
    git(study, "init", "-q")
    first = commit(study, "one")
    before = {" ".join(command): qcode(*command) for command in READING}
    for path in ("cases/1/employer.md", "cases/1/codings/employer.anna.yaml", "cases/1/observations.yaml",
                 "cases/1/memos/b.md", "codebooks/guides/g.yaml"):  # fmt: skip
        (study / path).unlink()
    git(study, "tag", "v1")
    commit(study, "nothing left")
    for command in READING:
        now, at = qcode(*command), qcode(*command, "--at", "v1")
        was = before[" ".join(command)]
        assert (at.returncode, at.stdout, at.stderr) == (was.returncode, was.stdout, was.stderr), command
        assert (now.returncode, now.stdout) != (was.returncode, was.stdout), command
    meta = json.loads(qcode("find", "--format", "json", "--at", "HEAD^").stdout)["meta"]
    assert meta["commit"] == first[:10]
    assert git(study, "status", "--porcelain") == ""


def test_wrong_use(study: Path, qcode: Run) -> None:
    git(study, "init", "-q")
    commit(study, "one")
    done = qcode("find", "--at", "v9")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no revision 'v9'" in done.stderr
    assert qcode("report", "--at", "HEAD", "cases").returncode == 2
    assert qcode("untag", "k1", "--at", "HEAD").returncode == 2


# What changes files, or is about git's history itself.
OTHERS = {
    "init", "import", "undo", "tag", "untag", "reanchor", "export", "case add", "guide new", "memo add", "observe add",
    "observe edit", "observe link", "summary set", "codebook log", "codebook diff", "report diff", "git",
    *(f"codebook {name}" for name in (
        "add", "edit", "rename", "move", "merge", "retire", "restore", "split", "delete", "tidy",
    )),
}  # fmt: skip


def test_every_command_that_reads_can_read_the_past() -> None:
    from typer.main import get_command

    from qcode.cli.main import app

    def leaves(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
        if not hasattr(command, "list_commands"):
            yield name, command
            return
        for word in command.list_commands(None):
            yield from leaves(command.get_command(None, word), f"{name} {word}".strip())

    without = {name for name, command in leaves(get_command(app)) if "at" not in {p.name for p in command.params}}
    assert {name for name in without if name not in OTHERS and name.split()[0] not in OTHERS} == set()
