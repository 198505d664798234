"""git, on real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qcode import git
from qcode.core.errors import QcodeError


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for args in (
        ["init", "-q"],
        ["config", "user.email", "t@example.org"],
        ["config", "user.name", "Test Person"],
        ["commit", "-q", "--allow-empty", "-m", "one"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *args], check=True)
    return tmp_path


def test_the_commit_is_named_and_says_when_files_differ(repository: Path) -> None:
    head = subprocess.run(
        ["git", "-C", str(repository), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert git.commit(repository) == head[:10]
    (repository / "new").write_text("x")
    assert git.commit(repository) == head[:10] + "+dirty"


def test_a_hooks_environment_does_not_mislead(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = git.commit(repository)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert git.commit(repository) == before


def test_settings_and_blobs(repository: Path) -> None:
    assert git.setting(repository, "user.name") == "Test Person"
    assert git.setting(repository, "qcode.coder") is None
    written = subprocess.run(
        ["git", "-C", str(repository), "hash-object", "-w", "--stdin"],
        input=b"old text\n",
        capture_output=True,
        check=True,
    )
    name, blobs = written.stdout.decode().strip(), git.Blobs(repository)
    assert blobs.get(name) == blobs[name] == b"old text\n"
    tree = subprocess.run(
        ["git", "-C", str(repository), "rev-parse", "HEAD^{tree}"], check=True, capture_output=True, text=True
    ).stdout.strip()
    for nothing in ("0" * 40, tree, "HEAD", "--help", f"{name}\n{name}", "a\0b"):
        assert blobs.get(nothing) is None
    assert blobs.get(name) == b"old text\n"
    with pytest.raises(QcodeError, match="git does not hold"):
        blobs["0" * 40]


def test_no_repository_and_no_git_are_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("PATH", "/nowhere")
    assert git.commit(tmp_path) is None
    assert git.setting(tmp_path, "user.name") is None
    assert git.Blobs(tmp_path).get("0" * 40) is None
