"""Real repositories with a study in them, for what git and qcode do together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import yaml
from conftest import CODEBOOK, TRANSCRIPT

ANNA = "cases/1/codings/employer.anna.yaml"
BOOK = "codebooks/small.yaml"
FILES = {
    "qcode.yaml": "study: Small\ncodebook: codebooks/small.yaml\ncoders: {anna: Anna, bram: Bram, carla: Carla}\n",
    BOOK: CODEBOOK,
    "cases/1/case.yaml": "outcome: good\ninterviews:\n- {perspective: employer, consent: given}\n",
    "cases/1/employer.md": TRANSCRIPT,
}
FRIDAY, TRUST, SAID = "She rang me every Friday.", "I trusted him, and he trusted me.", "=1+1 is what he said."


class Done(NamedTuple):
    status: int
    out: str
    err: str


class Repository:
    """A study in a repository. `folder`: where in it the study lies."""

    def __init__(self, top: Path, folder: str = "", *, files: dict[str, str] | None = None) -> None:
        self.top, self.root = top, top / folder
        if files is not None:
            self.root.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", "main")
            for path, text in files.items():
                self.write(path, text)
            self.commit("base")

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_"))}
        people = {f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        return kept | people | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_MERGE_AUTOEDIT": "no"}

    def git(self, *args: str, fails: bool = False) -> Done:
        """Run git; a failure that is not expected ends the test."""
        self.top.mkdir(parents=True, exist_ok=True)
        command = ["git", "-c", "protocol.file.allow=always", *args]
        return self._run(command, self.top, fails=fails)

    def qcode(self, *args: str, fails: bool = False) -> Done:
        return self._run([sys.executable, "-m", "qcode", *args], self.root, fails=fails)

    def _run(self, command: list[str], folder: Path, *, fails: bool) -> Done:
        done = subprocess.run(
            command, cwd=folder, env=self.environment(), capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert fails or done.returncode == 0, (command, done.stdout, done.stderr)
        return Done(done.returncode, done.stdout, done.stderr)

    def tag(self, quote: str, *codes: str, coder: str = "anna", more: tuple[str, ...] = ()) -> str:
        """Code a passage; the segment's id."""
        given = [part for code in codes for part in ("--code", code)]
        return self.qcode("tag", "1/employer", "--quote", quote, *given, "--coder", coder, *more).out.strip()

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", message)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text.encode())

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def coded(self, path: str = ANNA) -> list[tuple[str, str]]:
        """Every coding of a file, by the first words of its quote and its code: read by YAML, not by qcode."""
        said = yaml.safe_load(self.read(path))
        return [
            (segment["quote"], item if isinstance(item, str) else item["code"])
            for segment in said["segments"]
            for item in segment["codes"]
        ]

    def installed(self) -> Repository:
        self.qcode("git", "install")
        self.git("add", "-A")
        if self.git("diff", "--cached", "--quiet", fails=True).status:
            self.commit("install")
        return self


def repository(top: Path, folder: str = "") -> Repository:
    """A study with one passage coded by anna, and the driver."""
    made = Repository(top, folder, files=FILES)
    made.tag(FRIDAY, "contact")
    made.commit("first coding")
    return made.installed()
