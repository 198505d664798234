"""The console blocks of the documentation, run again as a person would: in a terminal of 80 columns.

`python tests/docs/shown.py` writes what the commands print today into the pages. Look at the diff before you keep it.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
STUDY = ("qcode.yaml", "codebooks", "cases")
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
# What differs from one run to the next: the commit that the study is at, and ids that are drawn.
COMMIT = re.compile(r" · commit [0-9a-f]+(?:\+dirty)?")
DRAWN = re.compile(r"^(\+- id: |)[a-hjkmnp-tv-z][0-9a-hjkmnp-tv-z]{7}$", re.MULTILINE)


def blocks(page: Path) -> list[str]:
    """The console blocks of a page: commands after `$ `, each with what it prints."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def commands(block: str) -> list[str]:
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def again(block: str, folder: Path) -> str:
    """The block with what its commands print now, in this folder."""
    return "".join(f"$ {command}\n{typed(command, folder)}" for command in commands(block))


def copy_of_study(folder: Path) -> Path:
    """The example, where a command may change it."""
    for name in STUDY:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    return folder


def typed(command: str, folder: Path, columns: int = 80) -> str:
    """What a command prints on a terminal, stderr included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_", "COLUMNS", "LINES"))}
    environment |= {
        "PATH": path,
        "NO_COLOR": "1",
        "QCODE_CODER": "anna",
        "TERM": "xterm",
        "GIT_CEILING_DIRECTORIES": "/",
    }
    process = subprocess.Popen(
        command, shell=True, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    printed = bytearray()
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the other side has closed
            break
        if not piece:
            break
        printed += piece
    os.close(ours)
    process.wait(timeout=120)
    return DRAWN.sub(r"\1k7q2m9xa", COMMIT.sub("", printed.decode("utf-8").replace("\r\n", "\n")))


def main() -> None:
    """Write what is printed now into every page."""
    for page in PAGES:
        with TemporaryDirectory() as folder:
            page.write_text(shown(page, copy_of_study(Path(folder))), encoding="utf-8")


def shown(page: Path, study: Path) -> str:
    """The text of a page, with what its commands print now."""
    return BLOCK.sub(lambda match: f"```console\n{again(match[1], study)}```", page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
