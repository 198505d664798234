"""What reports cost out of core: `python benchmarks/scale.py FOLDER [CODINGS …]`, by default 60,000 to 6 million.

Data sets are generated as `qcode export parquet` writes them, but with many cases to a file, as a corpus of that size
should be laid out; they stay in the folder for the next run. Each report is a whole process that prints CSV. Prints
medians of wall and processor time and of memory (of DuckDB; Spark works in another process), what a million codings
more cost, and the power of the number of codings with which they grow, both from the last size but one to the last: of
processor time where it is known, since a busy machine stretches the wall time of long runs most.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import NamedTuple

import duckdb
from studies import OUTCOMES, PERSPECTIVES, PHASES, SECTORS, STEPS, THEMES, VALENCES

from qcode import __version__
from qcode.core.codebook import Code, Codebook, Level
from qcode.core.layout import Layout
from qcode.core.model import Case, CodingSet, Interview, Settings, Study, Transcript
from qcode.core.portable import packed_cases, packed_study

A_CASE = 600  # codings of three interviews by two coders, as in the study that house figures are of
FILE = 6_000_000  # codings in one file, at most
CODERS = ("anna", "bram")
REPORTS = {
    "matrix": ("matrix", "--rows", "code", "--cols", "outcome"),
    "matrix, words": ("matrix", "--rows", "code", "--cols", "outcome", "--measure", "words", "--totals"),
    "patterns": ("patterns",),
    "frequencies": ("frequencies",),
    "cooccurrence": ("cooccurrence",),
    "cooccurrence, turn": ("cooccurrence", "--within", "turn"),
}
ENGINES = ("duckdb", "pyspark")
MIB = 1024 if sys.platform == "linux" else 1024**2  # of which the system tells memory

# A coding of 40 to 240 characters anywhere in an interview of 200 turns of 200 characters, in words of 6 and a space.
_CODINGS = """
copy (
    select i as coding, 's' || i as id, cast(n as varchar) as "case",
        n || '/' || perspective as transcript, perspective,
        list_extract(?, cast(n % 3 + 1 as int)) as outcome,
        phase, phase as section_phase, list_extract(?, cast(i % 2 + 1 as int)) as coder, code,
        case when path_0 = 'steps' and r2 % 5 > 0 then list_extract(?, cast(r2 % 3 + 1 as int)) end as valence,
        'R' as speaker, first // 200 + 1 as line, first as "start", first + length as "end", '' as quote,
        'exact' as state, null::varchar as memo, first // 7 as words_from, (first + length) // 7 + 1 as words_to,
        first // 200 as turns_from, (first + length - 1) // 200 + 1 as turns_to, i as segment, true as counted,
        path_0, code as path_1, list_extract(?, cast(n % 4 + 1 as int)) as attribute_sector, true as studied
    from (
        select range as i, range // {of_case} + 1 as n,
            cast(hash(range) % 39700 as bigint) as first, cast(hash(range + 7) % 200 + 40 as bigint) as length,
            hash(range + 13) as r1, hash(range + 29) as r2, hash(range + 41) % 3 as r3,
            list_extract(?, cast(range // {of_text} % 3 + 1 as int)) as perspective,
            list_extract(?, cast(r3 + 1 as int)) as phase,
            list_extract(?, cast(r1 % {codes} + 1 as int)) as code,
            case when r1 % {codes} < {themes} then 'themes' else 'steps' end as path_0
        from range(?, ?)
    )
) to '{file}' (format parquet, row_group_size 500000)
"""


class Took(NamedTuple):
    """Seconds and MiB. Of Spark the wall time alone is known, and stands for processor time too."""

    wall: float
    processor: float
    memory: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("codings", type=int, nargs="*", default=[60_000, 600_000, 6_000_000])
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--master", action="append", help="of Spark; local[2] unless told otherwise")
    parser.add_argument("--report", choices=[*REPORTS], action="append")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, DuckDB {duckdb.__version__}, runs {given.runs}")
    for engine in given.engine or ENGINES:
        for master in (given.master or ["local[2]"]) if engine == "pyspark" else [""]:
            for what in given.report or REPORTS:
                _curve(given.folder, sorted(given.codings), (engine, master), what, given.runs)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


def _curve(folder: Path, sizes: Sequence[int], engine: tuple[str, str], what: str, runs: int) -> None:
    """One report over all sizes."""
    name = f"{' '.join(filter(None, engine)):18}{what:20}"
    took = {}
    for codings in sizes:
        with get_context("spawn").Pool(1) as apart:  # what this process holds counts as memory of those that it starts
            data = apart.apply(made, (folder, codings))
        every = [_once(data, engine, what) for _ in range(runs)]
        took[codings] = Took(*map(median, zip(*every, strict=True)))
        rest = f"{took[codings].processor:9.2f} s processor {took[codings].memory:7.0f} MiB" if not engine[1] else ""
        print(f"{name}{codings:>12,}{took[codings].wall:9.2f} s{rest}", flush=True)
    if len(took) > 1:
        (few, less), (many, more) = list(took.items())[-2:]
        million = (more.processor - less.processor) / (many - few) * 1e6
        print(f"{name}{million:.2f} s a million more; grows as codings ** {power(took):.2f}", flush=True)


def _once(data: Path, engine: tuple[str, str], what: str) -> Took:
    """One run. One that fails, or says nothing, ends the benchmark."""
    command = [sys.executable, "-m", "qcode", "report", *REPORTS[what], "--format", "csv", "--data", str(data)]
    command += ["--engine", engine[0], *(("--master", engine[1]) if engine[1] else ())]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=told)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode or not said.tell():
            told.seek(0)
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{told.read()[-2000:].decode()}")
    return Took(wall, wall if engine[1] else used.ru_utime + used.ru_stime, used.ru_maxrss / MIB)


def power(took: dict[int, Took]) -> float:
    """1 where twice the codings take twice as long."""
    (few, less), (many, more) = list(took.items())[-2:]
    return math.log(more.processor / less.processor) / math.log(many / few)


def made(folder: Path, codings: int) -> Path:
    """The data set of that many codings."""
    data = folder / str(codings)
    if (data / "study.json").exists():
        return data
    (data / "codings").mkdir(parents=True)
    study = _study(-(-codings // A_CASE))
    duckdb.execute("set enable_progress_bar = false")
    lists = [OUTCOMES, CODERS, VALENCES, SECTORS, PERSPECTIVES, PHASES, (*THEMES, *STEPS)]
    for number, first in enumerate(range(0, codings, FILE)):
        file = data / "codings" / f"part-{number}.parquet"
        query = _CODINGS.format(
            file=file, of_case=A_CASE, of_text=A_CASE // 3, codes=len(THEMES) + len(STEPS), themes=len(THEMES)
        )
        duckdb.execute(query, [*map(list, lists), first, min(first + FILE, codings)])
    (data / "cases.jsonl").write_text("".join(packed_cases(study)), encoding="utf-8")
    (data / "study.json").write_text(packed_study(study, version=__version__, commit=None, shared=False), "utf-8")
    return data


def _study(cases: int) -> Study:
    levels = {"phases": PHASES, "perspectives": PERSPECTIVES, "outcomes": OUTCOMES, "valences": VALENCES}
    codes = [Code("themes"), *(Code(name, parent="themes") for name in THEMES)]
    codes += [Code("steps"), *(Code(name, parent="steps") for name in STEPS)]
    book = Codebook("Benchmark", codes=tuple(codes), **{name: tuple(map(Level, ids)) for name, ids in levels.items()})  # type: ignore[arg-type]
    done = (CodingSet(f"{p}.md", coder, status="done", case=str(n)) for n, p in _texts(cases) for coder in CODERS)
    return Study(Settings("Benchmark", "en"), book, tuple(_case(n) for n in range(1, cases + 1)), tuple(done))


def _texts(cases: int) -> Iterator[tuple[int, str]]:
    return ((number, perspective) for number in range(1, cases + 1) for perspective in PERSPECTIVES)


def _case(number: int) -> Case:
    papers = tuple(
        Transcript(str(number), name, f"cases/{number}/{name}.md", name, "", "", Layout()) for name in PERSPECTIVES
    )
    held = tuple(Interview(paper.perspective, said_held=True, consent="given", transcript=paper) for paper in papers)
    outcome, sector = OUTCOMES[number % len(OUTCOMES)], SECTORS[number % len(SECTORS)]
    return Case(str(number), f"cases/{number}/case.yaml", outcome, {"sector": sector}, held, papers)


if __name__ == "__main__":
    main()
