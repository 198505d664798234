"""How long qcode's commands take, in whole processes, and how that grows with the study.

`python benchmarks/run.py [--runs N] [--dense] [CASES …]` (26 260 1000 2600 unless told otherwise, which takes minutes;
`--dense`: with 600 codings in a case, not 120) prints medians of wall and processor time, and of the memory held: cold,
with no index yet; warm, nothing having changed; and with one file edited. What a command costs is told beside the least
that the same work takes, measured in the same run, since seconds differ from machine to machine and ratios hardly do.
Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import linear_regression, median
from typing import NamedTuple

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
def main(code: str = typer.Option("", autocompletion=lambda: ["one", "two"])) -> None: ...
app()
"""
BOUNDS = (1.4, 2.2, 1.5)  # of start-up: help, status on the example, completion
PARSE, COUNT, LOOK = "parse all YAML", "count in DuckDB", "look up in SQLite"
# What each is held against, and what the ratio is meant to stay under, where something was meant. Of what reads
# everything the ratio of wall times is to the parse divided over the processors.
OVER: Mapping[str, tuple[str, float | None]] = {
    "report matrix, cold": (PARSE, 1.5),
    "report matrix, warm": (COUNT, 2.5),
    "report matrix, one edit": (COUNT, None),
    "report cooccurrence, warm": (COUNT, 10),
    "find, warm": (LOOK, 3),
    "find, one edit": (LOOK, None),
    "check, cold": (PARSE, None),
}
MIB = 1024 if sys.platform == "linux" else 1024**2  # of which the system tells memory


class Took(NamedTuple):
    """Seconds and MiB of one run, or the medians of several. The memory is that of the process itself."""

    wall: float
    processor: float
    memory: float


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
        return {what: Took(*map(median, zip(*(took[what] for took in taken), strict=True))) for what in commands}

    def once(self, command: Command) -> Took:
        """One run. A command that fails ends the benchmark, so that no failure passes for a quick run."""
        with tempfile.TemporaryFile() as said:
            began = time.perf_counter()
            process = subprocess.Popen(command, stdout=said, stderr=said, env=self.environment)
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{said.read()[-2000:].decode()}")
        return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / MIB)


def start(timer: Timer, folder: Path, runs: int) -> list[Line]:
    """Getting under way: beside an app of five lines, which the same libraries need as well."""
    app = folder / "five.py"
    app.write_text(FIVE_LINES, encoding="utf-8")
    status = (*QCODE, "-C", str(EXAMPLE), "status")
    took = timer.medians(
        {
            "five lines --help": lambda: (sys.executable, str(app), "--help"),
            "qcode --help": lambda: (*QCODE, "--help"),
            "five lines, empty command": lambda: (sys.executable, str(app)),
            "qcode status, example": lambda: status,
            "five lines, completion": lambda: _completing((sys.executable, str(app)), "--code", ""),
            "qcode completion": lambda: _completing(QCODE, "-C", str(EXAMPLE), "find", "--code", ""),
        },
        runs,
    )
    lines = []
    for (least, bound), (what, taken), most in zip([*took.items()][::2], [*took.items()][1::2], BOUNDS, strict=True):
        lines += [Line(None, least, bound), Line(None, what, taken, bound, most)]
    return lines


def _completing(command: Command, *words: str) -> Command:
    """What bash runs to complete the last of the words."""
    name = Path(command[-1]).name
    asked = (
        f"_{name.upper()}_COMPLETE=complete_bash",
        f"COMP_CWORD={len(words)}",
        f"COMP_WORDS={chr(10).join((name, *words))}",
    )
    return ("env", *asked, *command)


def of_size(timer: Timer, folder: Path, cases: int, runs: int, dense: int) -> dict[str, Took]:
    """The commands on a generated study of so many cases; prints their lines and returns what each took."""
    root = folder / str(cases)
    # In a process of its own: what this one holds would count as memory of those that it starts.
    make = (sys.executable, str(HERE / "studies.py"), str(root), str(cases), str(dense))
    files, segments, codings, sentences = json.loads(subprocess.run(make, capture_output=True, check=True).stdout)
    # Another sentence each time, so that each run of `tag` has a segment to write.
    quotes = iter(sentences)
    qcode = (*QCODE, "-C", str(root))
    bounds = (sys.executable, str(HERE / "bounds.py"))
    tag = (*qcode, "tag", "1/employer", "--code", "T1", "--coder", "anna", "--quote")
    matrix = (*qcode, "report", "matrix", "--rows", "code", "--cols", "case", "--format", "csv")
    together = (*qcode, "report", "cooccurrence", "--format", "csv")
    find = (*qcode, "find", "--code", "S3", "--format", "csv")
    took = timer.medians(
        {
            PARSE: lambda: (*bounds, "read", str(root)),
            COUNT: lambda: (*bounds, "count", f"{root}.parquet"),
            LOOK: lambda: (*bounds, "look", f"{root}.sqlite", "--code", "step-3"),
            "report matrix, cold": lambda: _forgotten(root, matrix),
            "report matrix, warm": lambda: matrix,
            "report matrix, one edit": lambda: _edited(root, matrix),
            "report cooccurrence, warm": lambda: together,
            "find, warm": lambda: find,
            "find, one edit": lambda: _edited(root, find),
            "check, cold": lambda: _forgotten(root, (*qcode, "check")),
            "status, warm": lambda: (*qcode, "status"),
            "status, one edit": lambda: _edited(root, (*qcode, "status")),
            "check, one edit": lambda: _edited(root, (*qcode, "check")),
            "tag": lambda: (*tag, next(quotes)),
        },
        max(1, runs - 2 * round(math.log10(max(cases, 26) / 26))),
    )
    print(f"{cases:>6}  ({files:,} files, {segments:,} segments, {codings:,} codings)")
    for what, taken in took.items():
        least, bound = OVER.get(what, (what, None))
        beside = _shared(took[PARSE]) if least == PARSE else took[least]
        _print(Line(cases, what, taken, beside if what in OVER else None, bound))
    return took


def _shared(took: Took) -> Took:
    """The same work, divided over the processors."""
    return took._replace(wall=took.wall / len(os.sched_getaffinity(0)))


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


def _print_head() -> None:
    print(f"{'cases':>6}  {'what':26}{'wall s':>9}{'cpu s':>9}{'MiB':>7}{'ratio':>8}{'cpu ratio':>11}{'bound':>7}")


def _print(line: Line) -> None:
    wall = processor = ""
    if line.least:
        wall = f"{line.took.wall / line.least.wall:.2f}"
        processor = f"{line.took.processor / line.least.processor:.2f}"
    figures = f"{line.took.wall:9.3f}{line.took.processor:9.3f}{line.took.memory:7.0f}{wall:>8}{processor:>11}"
    print(f"{line.cases or '':>6}  {line.what:26}{figures}{line.bound or '':>7}", flush=True)


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
