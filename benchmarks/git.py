"""How long git takes with qcode: a merge of two branches, a preview of it, and `git diff` of a week's work.

`python benchmarks/git.py [--cases N] [--files N]` (2600 cases, 40 files that both branches changed, unless told
otherwise). What git takes without qcode on the same work stands beside it. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import studies

FIRST, LAST = "theme-3", "theme-7"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2600)
    parser.add_argument("--files", type=int, default=40, help="codings files that both branches changed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qcode-benchmark-") as folder:
        root = Path(folder)
        made = studies.make(root, given.cases)
        work = Work(root)
        work.grow_apart(given.files)
        print(f"{given.cases} cases, {len(made.codings)} codings, {given.files} files that both branches changed\n")
        print(f"{'':34}{'clock':>10}{'processor':>13}")
        plain = work.timed("git", "merge", "-q", "--no-edit", "late")
        report("git merge, without qcode", plain)
        work.again()
        work.timed(*work.qcode, "git", "install")
        report("git merge, with the driver", work.timed("git", "merge", "-q", "--no-edit", "late"), given.files)
        work.again()
        report("qcode git merge --preview", work.timed(*work.qcode, "git", "merge", "--preview", "late"))
        report("qcode git diff main~1..main", work.timed(*work.qcode, "git", "diff", "main~1..main"))
        report("qcode git diff, with the files", work.timed(*work.qcode, "git", "diff", "main~1"))
        report("git diff main~1 main, textconv", work.timed("git", "diff", "main~1", "main"), given.files * 2)
        report("git diff, without textconv", work.timed("git", "diff", "--no-textconv", "main~1", "main"))
        report("git status, the same files", work.timed("git", "status", "--short"))


class Took(NamedTuple):
    """Seconds, by the clock and of the processors."""

    wall: float
    processor: float


class Work:
    """A repository with two branches."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.qcode = (sys.executable, "-m", "qcode")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_"))}
        people = {f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        home = str(Path(__file__).parent.parent)
        self.environment = {**kept, **people, "GIT_CONFIG_GLOBAL": os.devnull, "PYTHONPATH": home}
        self.timed("git", "init", "-q", "-b", "main")
        self._commit("base")

    def grow_apart(self, files: int) -> None:
        """On `late` a code more at the first segment of each file, on `main` at the last; so both changed each."""
        paths = sorted(self.root.glob("cases/*/codings/*.yaml"))[:files]
        self.timed("git", "checkout", "-q", "-b", "late")
        self._edit(paths, 0, FIRST)
        self._commit("late")
        self.timed("git", "checkout", "-q", "main")
        self._edit(paths, -1, LAST)
        self._commit("main")

    def again(self) -> None:
        self.timed("git", "reset", "-q", "--hard", "main~1" if self._merged() else "main")

    def timed(self, *command: str) -> Took:
        """What a command takes. One that fails ends the benchmark."""
        before, began = _processor(), time.perf_counter()
        done = subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)
        took = Took(time.perf_counter() - began, _processor() - before)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return took

    def _merged(self) -> bool:
        asked = ["git", "rev-parse", "-q", "--verify", "HEAD^2"]
        done = subprocess.run(asked, cwd=self.root, env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def _edit(self, paths: Sequence[Path], which: int, code: str) -> None:
        for path in paths:
            text = path.read_text(encoding="utf-8")
            at = text.index("  codes:\n") if which == 0 else text.rindex("  codes:\n")
            at += len("  codes:\n")
            path.write_text(f"{text[:at]}  - {code}\n{text[at:]}", encoding="utf-8", newline="\n")

    def _commit(self, message: str) -> None:
        self.timed("git", "add", "-A")
        self.timed("git", "commit", "-q", "--no-verify", "-m", message)


def report(what: str, took: Took, calls: int = 0) -> None:
    """`calls`: how often git called qcode for it."""
    each = f"{took.processor / calls * 1000:8.0f} ms a call" if calls else ""
    print(f"{what:34}{took.wall:8.2f} s{took.processor:11.2f} s{each}", flush=True)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
