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

PATIENCE = 20.0  # seconds; what is waited for is there long before
READY = "? keys"  # the desk's last row; its command line, which has the transcript's name, is on the screen before it
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
BURST = "j c s 1 + Enter m h i Enter - p 2 j j c t 2 Tab t 1 0 BSpace Tab Enter b"
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
    terminal.shows(READY)
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
    terminal.until(lambda: READY not in terminal.screen())
    terminal.line("echo bye-$((1+1))")
    terminal.shows("bye-2")


@pytest.mark.parametrize("wait", [False, True], ids=["before the desk is there", "at the desk"])
def test_keys_typed_faster_than_the_desk_answers_all_arrive_in_their_order(
    terminal: Terminal, study: Path, wait: bool
) -> None:
    """Before the desk is there the terminal turns every Enter into a line feed."""
    start(terminal, "1/employer")
    terminal.shows(READY if wait else "pid; exec")
    file = study / "cases/1/codings/employer.anna.yaml"
    terminal.keys(*BURST.split())
    terminal.until(lambda: file.is_file() and file.read_text(encoding="utf-8").count(": both") == 2)
    text = file.read_text(encoding="utf-8")
    codes = [line.strip() for line in text.splitlines() if line.startswith(("  - ", "    ", "  quote"))]
    assert codes == [
        'quote: "She rang me every Friday. [bold]Really[/bold], every Friday."',
        "- code: trust", "valence: hindering", "phase: before", 'memo: "hi"',
        'quote: "=1+1 is what he said. 👍 I trusted him, and he trusted me."',
        "- code: money", "valence: both", "- code: contact", "valence: both",
    ]  # fmt: skip


def test_a_new_code_comes_into_the_codebook_which_is_else_as_it_was(
    terminal: Terminal, study: Path, qcode: Run
) -> None:
    settings, book = study / "qcode.yaml", study / "codebooks/small.yaml"
    book.write_text("# Ours.\n" + book.read_text(encoding="utf-8").replace("- id: steps", "# In order.\n- id: steps"))
    before = book.read_text(encoding="utf-8")
    start(terminal, "1/employer")
    terminal.shows(READY)
    terminal.keys("j", "C")
    terminal.shows("new_codes: true")
    terminal.keys("q")
    terminal.until(lambda: READY not in terminal.screen())
    settings.write_text(settings.read_text(encoding="utf-8") + "desk: {new_codes: true}\n", encoding="utf-8")
    terminal.tmux("respawn-pane", "-k", "-t", "desk")
    start(terminal, "1/employer")
    terminal.shows(READY)
    terminal.keys("j", "C")
    terminal.shows("A new code")
    terminal.line("Weekly calls")
    terminal.line("steps")
    terminal.line("Who rings whom, and how often: not visits.")
    terminal.shows("1 coded")
    text = book.read_text(encoding="utf-8")
    gone = [line for line in before.splitlines() if line not in text.splitlines()]
    new = [line.strip() for line in text.splitlines() if line not in before.splitlines()]
    assert gone == ["version: 2"]
    assert new[0] == "version: 3"
    assert text.index("# Ours.") < text.index("# In order.") < text.index("weekly-calls")
    words = [
        "- id: weekly-calls", "label:", "en: Weekly calls",  # this book has its labels by language
        "definition:", 'en: "Who rings whom, and how often: not visits."', "since: 3",
    ]  # fmt: skip
    assert new[1:] == words
    coded = (study / "cases/1/codings/employer.anna.yaml").read_text(encoding="utf-8")
    assert "- weekly-calls" in coded
    [decision] = (study / "codebooks/decisions").iterdir()
    said = decision.read_text(encoding="utf-8")
    assert "Needed while coding 1/employer." in said
    assert "by: anna" in said
    terminal.keys("u")
    terminal.shows("0 coded")
    assert book.read_text(encoding="utf-8") == text
    assert qcode("check").returncode == 0


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
