"""How long qcode's commands take, in whole processes, and how that grows with the study.

`python benchmarks/run.py [--runs N] [--dense] [CASES …]` (26 260 1000 2600 unless told otherwise, which takes minutes;
`--dense`: with 600 codings in a case, not 120) prints the median of wall and processor time: cold, with no index yet;
warm, nothing having changed; and with one file edited. What a command costs is told beside the least that the same work
takes, measured in the same run, since seconds differ from machine to machine and ratios hardly do. Nothing here passes
or fails.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import linear_regression, median
from typing import NamedTuple

import pandas as pd
import studies

Command = Sequence[str]
HERE = Path(__file__).parent
EXAMPLE = HERE.parent
SCRIPT = shutil.which("qcode", path=str(Path(sys.executable).parent))
QCODE = (SCRIPT,) if SCRIPT else (sys.executable, "-m", "qcode")
FIVE_LINES = """\
import typer
app = typer.Typer()
@app.command()
def main() -> None: ...
app()
"""


class Took(NamedTuple):
    """Seconds of one run, or the medians of several."""

    wall: float
    processor: float


class Line(NamedTuple):
    """One line of the table. `bound`: what `ratio` is meant to stay under."""

    cases: int | None
    what: str
    took: Took
    least: Took | None = None
    bound: float | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "cases", nargs="*", type=int, default=[26, 260, 1000, 2600], metavar="CASES", help="sizes of the studies"
    )
    parser.add_argument("--runs", type=int, default=5, help="of the quick ones; the larger a study, the fewer")
    parser.add_argument("--dense", action="store_true", help="studies of long interviews, 600 codings in a case")
    given = parser.parse_args()
    dense = studies.DENSE if given.dense else 1
    with tempfile.TemporaryDirectory(prefix="qcode-benchmark-") as folder:
        timer = Timer(Path(folder))
        _print_head()
        for line in start(timer, Path(folder), given.runs):
            _print(line)
        # A study of one case shows what a command costs before it does any work.
        sizes = (1, *sorted({*given.cases} - {1}))
        found = {cases: of_size(timer, Path(folder), cases, given.runs, dense) for cases in sizes}
    _print_growth(found)


class Timer:
    """Runs commands in an environment of their own, in which they find compiled modules as installed ones do."""

    def __init__(self, folder: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_", "PYTHON"))}
        self.environment = {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled"), "GIT_CONFIG_GLOBAL": os.devnull}

    def medians(self, commands: Mapping[str, Callable[[], Command]], runs: int) -> dict[str, Took]:
        """Each in turn, so that a busy moment of the machine falls on all of them; a first round is not counted."""
        taken = [{what: self.once(command()) for what, command in commands.items()} for _ in range(runs + 1)][1:]
        return {
            what: Took(median(took[what].wall for took in taken), median(took[what].processor for took in taken))
            for what in commands
        }

    def once(self, command: Command) -> Took:
        """One run. A command that fails ends the benchmark, so that no failure passes for a quick run."""
        before, began = _processor(), time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, check=False)
        took = Took(time.perf_counter() - began, _processor() - before)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return took


def start(timer: Timer, folder: Path, runs: int) -> list[Line]:
    """Getting under way: beside an app of five lines, which the same libraries need as well."""
    app = folder / "five.py"
    app.write_text(FIVE_LINES, encoding="utf-8")
    took = timer.medians(
        {
            "five lines --help": lambda: (sys.executable, str(app), "--help"),
            "qcode --help": lambda: (*QCODE, "--help"),
            "five lines, empty command": lambda: (sys.executable, str(app)),
            "qcode status, example": lambda: (*QCODE, "-C", str(EXAMPLE), "status"),
        },
        runs,
    )
    names, times = list(took), list(took.values())
    return [
        Line(None, names[0], times[0]),
        Line(None, names[1], times[1], times[0], 1.4),
        Line(None, names[2], times[2]),
        Line(None, names[3], times[3], times[2], 2.2),
    ]


def of_size(timer: Timer, folder: Path, cases: int, runs: int, dense: int) -> dict[str, Took]:
    """The commands on a generated study of so many cases; prints their lines and returns what each took."""
    root = folder / str(cases)
    made = studies.make(root, cases, dense=dense)
    table = folder / f"{cases}.parquet"
    frame = pd.DataFrame(made.codings)
    frame.to_parquet(table)
    with closing(sqlite3.connect(folder / f"{cases}.sqlite")) as database:
        frame.to_sql("codings", database, index=False)
        database.execute("create index by_code on codings (code)")
    # Another sentence each time, so that each run of `tag` has a segment to write.
    quotes = iter(made.sentences)
    qcode = (*QCODE, "-C", str(root))
    bounds = (sys.executable, str(HERE / "bounds.py"))
    tag = (*qcode, "tag", "1/employer", "--code", "T1", "--coder", "anna", "--quote")
    matrix = (*qcode, "report", "matrix", "--rows", "code", "--cols", "case", "--format", "csv")
    together = (*qcode, "report", "cooccurrence", "--format", "csv")
    find = (*qcode, "find", "--code", "S3", "--format", "csv")
    took = timer.medians(
        {
            "parse all YAML": lambda: (*bounds, "read", str(root)),
            "count in DuckDB": lambda: (*bounds, "count", str(table)),
            "look up in SQLite": lambda: (*bounds, "look", str(folder / f"{cases}.sqlite")),
            "check": lambda: (*qcode, "check"),
            "report matrix, cold": lambda: _forgotten(root, matrix),
            "report matrix, warm": lambda: matrix,
            "report matrix, one edit": lambda: _edited(root, matrix),
            "report cooccurrence, warm": lambda: together,
            "find, warm": lambda: find,
            "find, one edit": lambda: _edited(root, find),
            "status, one edit": lambda: _edited(root, (*qcode, "status")),
            "status, warm": lambda: (*qcode, "status"),
            "tag": lambda: (*tag, next(quotes)),
        },
        max(1, runs - 2 * round(math.log10(max(cases, 26) / 26))),
    )
    parsed, counted, found = took["parse all YAML"], took["count in DuckDB"], took["look up in SQLite"]
    both = Took(parsed.wall + counted.wall, parsed.processor + counted.processor)
    least = {
        "check": parsed,
        "report matrix, cold": both,
        "report matrix, warm": counted,
        "report matrix, one edit": counted,
        "report cooccurrence, warm": counted,
        "find, warm": found,
        "find, one edit": found,
    }
    print(f"{cases:>6}  ({made.files:,} files, {made.segments:,} segments, {len(made.codings):,} codings)")
    for what, taken in took.items():
        _print(Line(cases, what, taken, least.get(what)))
    return took


def _forgotten(root: Path, command: Command) -> Command:
    """The command, to be run where nothing was read before."""
    shutil.rmtree(root / ".qcode", ignore_errors=True)
    return command


def _edited(root: Path, command: Command) -> Command:
    """The command, to be run after somebody edited one transcript."""
    with open(root / "cases/1/jobseeker.md", "a", encoding="utf-8") as file:
        file.write("\n**I:** Thank you.\n")
    return command


def growth(found: Mapping[int, Took], *, less: float = 0) -> float:
    """The power of the number of cases with which processor time grows: 1 where twice the cases take twice as long.

    Processor time, since a machine that is busy with other things stretches the wall time of the longest runs most.
    """
    seconds = [math.log(max(took.processor - less, 1e-3)) for took in found.values()]
    return linear_regression([math.log(cases) for cases in found], seconds).slope


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print_head() -> None:
    print(f"{'cases':>6}  {'what':26}{'wall s':>9}{'cpu s':>9}{'ratio':>8}{'cpu ratio':>11}{'bound':>7}")


def _print(line: Line) -> None:
    wall = processor = ""
    if line.least:
        wall = f"{line.took.wall / line.least.wall:.2f}"
        processor = f"{line.took.processor / line.least.processor:.2f}"
    figures = f"{line.took.wall:9.3f}{line.took.processor:9.3f}{wall:>8}{processor:>11}{line.bound or '':>7}"
    print(f"{line.cases or '':>6}  {line.what:26}{figures}", flush=True)


def _print_growth(found: Mapping[int, Mapping[str, Took]]) -> None:
    """Only between the sizes asked for; a study of one case stands for what is spent before any work."""
    sizes = [cases for cases in found if cases > 1]
    if len(sizes) < 2:
        return
    print(f"\ngrowth from {min(sizes)} to {max(sizes)} cases: processor time ~ cases ** x")
    print(f"        {'what':26}{'x':>9}{'x, start left out':>22}")
    for what in found[1]:
        taken = {cases: found[cases][what] for cases in sizes}
        print(f"        {what:26}{growth(taken):9.2f}{growth(taken, less=found[1][what].processor):22.2f}")


if __name__ == "__main__":
    main()
