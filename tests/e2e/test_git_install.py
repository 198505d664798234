"""`qcode git install` and `uninstall`: what they write, that it works, and that it is taken back exactly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from repositories import ANNA, FILES, FRIDAY, TRUST, Repository

from qcode.store.gitfiles import is_ours, with_attributes, with_check, without_attributes, without_check

HOOK = ".git/hooks/pre-commit"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    bare = Repository(tmp_path_factory.mktemp("made") / "r", files=FILES)
    bare.tag(FRIDAY, "contact")
    bare.commit("coded")
    return bare


def everything(repo: Repository) -> dict[str, tuple[bytes, int]]:
    """Content and mode of all that install may touch."""
    paths = [repo.root / ".gitattributes", repo.top / ".git/config", *(repo.top / ".git/hooks").iterdir()]
    return {path.name: (path.read_bytes(), path.stat().st_mode) for path in paths if path.exists()}


def test_twice_is_once_and_uninstall_takes_exactly_that_back(repo: Repository) -> None:
    """With attributes and a hook that were there: the user's stay, and are as they were afterwards."""
    repo.write(".gitattributes", "*.png binary\ncases/** text eol=lf")  # and no line end at the end
    hook = repo.top / HOOK
    hook.write_text("#!/bin/sh\necho first >> ran\n")
    hook.chmod(0o700)
    before = everything(repo)
    repo.qcode("git", "install")
    once = everything(repo)
    assert repo.read(".gitattributes").endswith("*.png binary\ncases/** text eol=lf")
    assert once["pre-commit.before-qcode"] == before["pre-commit"]
    again = repo.qcode("git", "install")
    assert everything(repo) == once
    assert again.err.count("already") == 3
    repo.qcode("git", "uninstall")
    assert everything(repo) == before
    assert "says nothing" in repo.qcode("git", "uninstall").err


def test_a_dry_run_writes_nothing(repo: Repository) -> None:
    before = everything(repo)
    done = repo.qcode("git", "install", "--dry-run")
    assert "+cases/*/codings/*.yaml merge=qcode diff=qcode" in done.out
    assert "merge.qcode.driver" in done.err
    assert everything(repo) == before


def test_the_hook_that_was_there_runs_first_and_stops_the_commit(repo: Repository) -> None:
    hook = repo.top / HOOK
    hook.write_text("#!/bin/sh\necho first >> ran\ntest ! -e stop\n")
    hook.chmod(0o755)
    repo.qcode("git", "install")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "install")
    assert (repo.top / "ran").read_text() == "first\n"
    (repo.top / "stop").touch()
    repo.git("add", "-A")
    assert repo.git("commit", "-m", "no", fails=True).status == 1


def test_the_hook_checks_and_says_what_is_wrong(repo: Repository) -> None:
    """Errors only, though there is a warning, too; `--no-verify` goes on without."""
    repo.qcode("git", "install")
    repo.write(".gitignore", ".qcode/\n")
    repo.replace(ANNA, "  - contact\n", "  - contcat\n  colour: red\n")
    repo.git("add", "-A")
    done = repo.git("commit", "-m", "broken", fails=True)
    assert done.status == 1
    assert "unknown code 'contcat'" in done.err
    assert "Did you mean 'contact'?" in done.err
    assert "colour" not in done.err
    assert "Not committed" in done.err
    repo.replace(ANNA, "contcat", "contact")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "whole")


def test_the_hook_stops_a_commit_that_loses_a_quote(repo: Repository) -> None:
    """What is staged counts: the words are gone in the commit, though the file as it lies has them."""
    repo.write(".gitignore", ".qcode/\n")
    repo.qcode("git", "install")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "whole")
    file = repo.root / "cases/1/employer.md"
    whole = file.read_text(encoding="utf-8")
    file.write_text("---\nperspective: employer\n---\n\n**R:** Nothing of all that.\n", encoding="utf-8")
    repo.git("add", "-A")
    file.write_text(whole, encoding="utf-8")
    done = repo.git("commit", "-m", "loses", fails=True)
    assert done.status == 1
    assert "Not committed" in done.err
    repo.git("add", "-A")
    repo.git("commit", "-q", "--allow-empty", "-m", "whole again")


def test_a_hook_without_qcode_lets_the_commit_pass_and_says_so(repo: Repository) -> None:
    repo.qcode("git", "install")
    hook = repo.top / HOOK
    hook.write_text(hook.read_text().replace(sys.executable, "/nowhere/python"))
    environment = repo.environment() | {"PATH": "/usr/bin:/bin"}
    repo.git("add", "-A")
    command = ["git", "commit", "-m", "install"]
    done = subprocess.run(command, cwd=repo.top, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "this commit is not checked" in done.stderr


def test_hooks_kept_in_the_files_of_the_repository(repo: Repository) -> None:
    repo.git("config", "core.hooksPath", "tools/my hooks")
    repo.qcode("git", "install")
    assert (repo.top / "tools/my hooks/pre-commit").exists()
    assert not (repo.top / HOOK).exists()
    repo.qcode("git", "uninstall")
    assert not (repo.top / "tools/my hooks/pre-commit").exists()


def test_hooks_that_serve_other_repositories_are_left_alone(repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "everybody's").mkdir()
    repo.git("config", "core.hooksPath", str(tmp_path / "everybody's"))
    done = repo.qcode("git", "install")
    assert "outside this repository" in done.err
    assert list((tmp_path / "everybody's").iterdir()) == []


def test_two_studies_in_one_repository(tmp_path: Path) -> None:
    """One hook for both; the settings stay as long as one of them needs them."""
    one = Repository(tmp_path / "r", "one", files=FILES)
    other = Repository(tmp_path / "r", "the other's")
    for path, text in FILES.items():
        other.write(path, text)
    one.qcode("git", "install")
    other.qcode("git", "install")
    assert (one.top / HOOK).read_text().count("|| exit 1\n") == 2
    one.qcode("git", "uninstall")
    assert one.git("config", "merge.qcode.driver").status == 0
    other.replace("codebooks/small.yaml", "id: money", "id: contact")
    other.git("add", "-A")
    assert "Not committed" in other.git("commit", "-m", "broken", fails=True).err
    other.qcode("git", "uninstall")
    assert one.git("config", "merge.qcode.driver", fails=True).status == 1
    assert not (one.top / HOOK).exists()


def test_a_codebook_that_lies_elsewhere_is_merged_too(repo: Repository) -> None:
    (repo.root / "codebooks/small.yaml").rename(repo.root / "my codes.yaml")
    repo.replace("qcode.yaml", "codebooks/small.yaml", "my codes.yaml")
    repo.qcode("git", "install")
    attributes = repo.git("check-attr", "merge", "my codes.yaml", ANNA, "cases/1/employer.md").out
    assert attributes == f"my codes.yaml: merge: qcode\n{ANNA}: merge: qcode\ncases/1/employer.md: merge: unspecified\n"


def test_a_folder_without_a_repository(tmp_path: Path) -> None:
    alone = Repository(tmp_path / "r")
    for path, text in FILES.items():
        alone.write(path, text)
    done = alone.qcode("git", "install", fails=True)
    assert done.status == 2
    assert "in no git repository" in done.err
    assert not (alone.root / ".gitattributes").exists()


def test_git_diff_shows_codings_as_people_read_them(repo: Repository) -> None:
    repo.qcode("git", "install")
    repo.tag(FRIDAY, "trust", more=("--valence", "helping", "--memo", "every \x1b[31mweek"))
    name = repo.tag(TRUST, "money")
    shown = repo.git("diff", ANNA).out
    assert f"+{name} · line 16\n+  “{TRUST}”\n+  + money\n" in shown
    assert "+  + trust (helping): every ␛[31mweek\n" in shown
    assert "quote:" not in shown


def test_what_is_no_codings_file_is_shown_as_it_is(repo: Repository) -> None:
    repo.write("broken.yaml", "a: [b\n")
    assert repo.qcode("git", "textconv", "broken.yaml").out == "a: [b\n"


# --- the texts, without a repository --------------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["", "*.png binary\n", "*.png binary", "a b\r\nc d\r\n"])
def test_attributes_come_and_go(there: str) -> None:
    installed = with_attributes(there, "codebooks/x.yaml")
    assert installed.endswith(there)
    assert with_attributes(installed, "codebooks/x.yaml") == installed
    assert without_attributes(installed, "codebooks/x.yaml") == there


def test_checks_of_several_studies_come_and_go() -> None:
    one = with_check(None, "", "/usr/bin/python3")
    both = with_check(one, "it's here", "/usr/bin/python3")
    assert is_ours(both)
    assert with_check(both, "it's here", "/usr/bin/python3") == both
    assert without_check(both, "it's here") == one
    assert without_check(one, "") is None
