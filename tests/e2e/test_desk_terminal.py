"""The desk in a real terminal: keys go in through tmux, and the screen and the files are looked at."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 60.0  # seconds; what is waited for is there long before
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
Run = Callable[..., subprocess.CompletedProcess[str]]


class Terminal:
    """One tmux server of its own, with one window."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.socket = folder / "tmux"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_", "TMUX"))}
        self.environment = environment | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "QCODE_CODER": "anna",
            "TERM": "xterm-256color",
        }
        width, height = map(str, size)
        self.tmux("new-session", "-d", "-s", "desk", "-x", width, "-y", height, "-c", str(folder), "sh")

    def tmux(self, *args: str) -> str:
        done = subprocess.run(
            ["tmux", "-f", os.devnull, "-S", str(self.socket), *args],
            env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        return done.stdout

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "desk", *keys)

    def line(self, text: str) -> None:
        self.tmux("send-keys", "-t", "desk", "-l", text)
        self.keys("Enter")

    def screen(self) -> str:
        return self.tmux("capture-pane", "-t", "desk", "-p")

    def until(self, true: Callable[[], bool]) -> None:
        """Look again until it is so. Each look is a process that waits for the terminal's own."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, self.screen()

    def shows(self, words: str) -> None:
        self.until(lambda: words in self.screen())


@pytest.fixture
def terminal(study: Path) -> Iterator[Terminal]:
    found = Terminal(study, (80, 24))
    yield found
    found.tmux("kill-server")


def start(terminal: Terminal, *args: str) -> None:
    """The desk, its process id in a file."""
    command = " ".join([sys.executable, "-m", "qcode", "tag", *args])
    terminal.line(f"sh -c 'echo $$ > pid; exec {command}'")


def test_what_was_coded_is_in_the_file_though_the_desk_is_killed(terminal: Terminal, study: Path, qcode: Run) -> None:
    start(terminal, "1/employer")
    terminal.shows("1/employer")
    terminal.keys("j")
    terminal.keys("c")
    terminal.shows("Enter apply")
    terminal.line("s1+")
    terminal.shows("S1+")
    os.kill(int((study / "pid").read_text()), signal.SIGKILL)
    file = study / "cases/1/codings/employer.anna.yaml"
    text = file.read_text(encoding="utf-8")
    assert "trust" in text
    assert "helping" in text
    assert "She rang me every Friday." in text
    assert qcode("check").returncode == 0
    terminal.tmux("respawn-pane", "-k", "-t", "desk")
    terminal.until(lambda: "S1+" not in terminal.screen())
    start(terminal)
    terminal.shows("S1+")
    terminal.keys("x")
    terminal.until(lambda: "trust" not in file.read_text(encoding="utf-8"))
    terminal.keys("u")
    terminal.until(lambda: file.read_text(encoding="utf-8") == text)
    terminal.keys("q")
    terminal.until(lambda: "? keys" not in terminal.screen())
    terminal.line("echo bye-$((1+1))")
    terminal.shows("bye-2")


def test_without_a_terminal_one_is_told_how_to_tag(qcode: Run) -> None:
    for args in (["tag"], ["tag", "1/employer"], ["tag", "1/employer", "--read-only"]):
        done = qcode(*args)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.splitlines() == [
            "qcode: the coding desk needs a terminal",
            "  Without a screen: qcode tag CASE/STEM --quote 'the words' --code CODE",
        ]


def test_a_terminal_that_can_show_nothing_is_told_too(terminal: Terminal) -> None:
    terminal.line(f"TERM=dumb {sys.executable} -m qcode tag 1/employer")
    terminal.shows("Without a screen: qcode tag CASE/STEM")


def test_read_only_goes_with_nothing_that_codes(qcode: Run) -> None:
    done = qcode("tag", "1/employer", "--read-only", "--lines", "8", "--code", "trust")
    assert done.returncode == 2
    assert "--read-only" in done.stderr
