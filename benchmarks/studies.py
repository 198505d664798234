"""Generated studies of any size, shaped like the example: the same for the same seed, and sound to `qcode check`.

`python benchmarks/studies.py DIR CASES DENSE` makes one, with its codings beside it in DIR.parquet and DIR.sqlite, and
prints as JSON how many files, segments and codings it has, and sentences for `tag`.

The files are as qcode itself writes them: segments in the order of the text, with id, line, quote and context. A study
of 26 cases is the beginning of one of 260. A dense one has interviews as much longer, and as many more codings.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha1
from pathlib import Path
from random import Random
from typing import NamedTuple

from qcode.store.rendering import plain, quoted

PERSPECTIVES = ("employer", "municipality", "jobseeker")
PHASES = ("before", "during", "after")
OUTCOMES = ("lasting", "ended", "none")
SECTORS = ("care", "retail", "transport", "building")
VALENCES = ("helping", "hindering", "both")
CODERS = ("anna", "bram")
THEMES = tuple(f"theme-{number}" for number in range(1, 13))
STEPS = tuple(f"step-{number}" for number in range(1, 10))

_SUBJECTS = ("We", "They", "My colleague", "The coach", "Somebody at the office", "The new one", "His mother")
_VERBS = ("talked about", "never mentioned", "had to wait for", "were glad of", "kept asking for", "laughed about")
_OBJECTS = ("the bus", "that first morning", "the contract", "a quiet desk", "the forms", "the money", "the other café")
_ENDS = ("and that was it", "so I rang again", "which I still don’t understand", "for weeks", "as one does")
_QUESTIONS = ("And then?", "How did that go?", "Can you give an example?", "Who decided that?", "Why was that?")
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_CONTEXT = 32
DENSE = 5  # times as much in every interview: 600,000 codings in 1,000 cases
_MOST = 4096  # segments of a case

Span = tuple[int, int]


class Coding(NamedTuple):
    """One code on one span by one coder."""

    case: str
    transcript: str
    coder: str
    code: str
    start: int
    end: int


class Made(NamedTuple):
    """What was made: every coding, how many files and segments, and sentences of 1/employer that stand once in it."""

    codings: list[Coding]
    files: int
    segments: int
    sentences: list[str]


def make(root: Path, cases: int, seed: int = 1, dense: int = 1) -> Made:
    """Write a study of so many cases into an empty folder. `dense`: how many times as much each interview holds."""
    _write(root / "qcode.yaml", _SETTINGS)
    _write(root / "codebooks" / "benchmark.yaml", "".join(_codebook()))
    made = Made([], 2, 0, [])
    for number in range(1, cases + 1):
        case = _Case(root / "cases" / str(number), number, Random(f"{seed}/{number}"), dense)
        case.write()
        sentences = made.sentences or [case.first[0][start:end] for start, end in case.first[1]]
        made.codings.extend(case.codings)
        made = Made(made.codings, made.files + case.files, made.segments + case.segments, sentences)
    return made


class _Case:
    """One case in the making."""

    def __init__(self, folder: Path, number: int, random: Random, dense: int) -> None:
        self.folder, self.number, self.random, self.dense = folder, number, random, dense
        self.codings: list[Coding] = []
        self.files = 0
        self.segments = 0
        self.first: tuple[str, list[Span]] = ("", [])

    def write(self) -> None:
        (self.folder / "codings").mkdir(parents=True)
        self._file("case.yaml", _case_yaml(self.number))
        for perspective in PERSPECTIVES:
            text, sentences = _transcript(perspective, self.number, self.random, self.dense)
            self.first = self.first if self.first[0] else (text, sentences)
            self._file(f"{perspective}.md", text)
            blob = sha1(b"blob %d\0" % len(text.encode()) + text.encode(), usedforsecurity=False).hexdigest()
            for coder in CODERS[: self.random.choice((1, 1, 2))]:
                self._coded(perspective, coder, text, blob, _spans(sentences, text, self.random, self.dense))

    def _coded(self, perspective: str, coder: str, text: str, blob: str, spans: Sequence[Span]) -> None:
        """One codings file. Lines are counted on from span to span, since they stand in the order of the text."""
        head = f"transcript: {perspective}.md\ncoder: {coder}\nstatus: done\ncodebook_version: 1\n"
        parts = [head, f"text: {plain(blob)}\nsegments:\n"]
        line, at = 1, 0
        for start, end in spans:
            line, at = line + text.count("\n", at, start), start
            codes = self.random.sample(THEMES, 1) + self.random.sample(STEPS, self.random.choice((0, 0, 1)))
            self.codings += [
                Coding(str(self.number), f"{self.number}/{perspective}", coder, code, start, end) for code in codes
            ]
            self.segments += 1
            parts.append(_segment(_id(self.number * _MOST + self.segments), line, text, (start, end)))
            parts += [_coding(code, self.random) for code in codes]
        self._file(f"codings/{perspective}.{coder}.yaml", "".join(parts))

    def _file(self, name: str, text: str) -> None:
        _write(self.folder / name, text)
        self.files += 1


def _transcript(perspective: str, number: int, random: Random, dense: int) -> tuple[str, list[Span]]:
    """An interview of 30 to 60 turns in three sections, and where the respondent's sentences stand in it."""
    head = f"---\nperspective: {perspective}\nrespondent: {perspective[:2].upper()}{number}\nlanguage: en\n---\n"
    parts, at, spans = [head], len(head), []
    for phase in PHASES:
        parts.append(f"# {phase.capitalize()} {{phase={phase}}}\n")
        at += len(parts[-1])
        for _ in range(random.randint(5, 10) * dense):
            parts.append(f"\n**I:** {random.choice(_QUESTIONS)}\n\n**R:**")
            at += len(parts[-1])
            for _ in range(random.randint(2, 6)):
                parts.append(f" {_sentence(random)}")
                spans.append((at + 1, at + len(parts[-1])))
                at += len(parts[-1])
            parts.append("\n")
            at += 1
    return "".join(parts), spans


def _sentence(random: Random) -> str:
    pick = random.choice
    middle = f"{pick(_SUBJECTS)} {pick(_VERBS)} {pick(_OBJECTS)} {pick(_ENDS)}"
    return f"{middle}, {random.randrange(10, 10**6)} times."


def _spans(sentences: Sequence[Span], text: str, random: Random, dense: int) -> list[Span]:
    """20 to 25 spans of one to three sentences of one turn, no two the same, in the order of the text."""
    found = set()
    for first in random.sample(range(len(sentences)), min(random.randint(20, 25) * dense, len(sentences))):
        last = min(first + random.choice((0, 0, 1, 2)), len(sentences) - 1)
        start, end = sentences[first][0], sentences[last][1]
        found.add((start, end) if "\n" not in text[start:end] else sentences[first])
    return sorted(found)


def _segment(name: str, line: int, text: str, span: Span) -> str:
    start, end = span
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    words = f"  quote: {quoted(text[start:end])}\n  before: {quoted(before)}\n  after: {quoted(after)}\n"
    return f"- id: {name}\n  line: {line}\n{words}  codes:\n"


def _coding(code: str, random: Random) -> str:
    """Steps say what they did, mostly; themes don't."""
    if code in STEPS and random.random() < 0.8:
        return f"  - code: {code}\n    valence: {random.choice(VALENCES)}\n"
    return f"  - {code}\n"


def _id(number: int) -> str:
    """Another id for each number: multiplied by an odd number they stay apart, and don't look like a row."""
    mixed = number * 0x5DEECE66D % 32**7
    return _BASE32[number % 26] + "".join(_BASE32[mixed >> shift & 31] for shift in range(0, 35, 5))


def _case_yaml(number: int) -> str:
    told = "  held: true\n  date: 2019-03-11\n  mode: by telephone\n  consent: given\n"
    interviews = "".join(
        f"- perspective: {name}\n  respondent: {name[:2].upper()}{number}\n{told}" for name in PERSPECTIVES
    )
    outcome, sector = OUTCOMES[number % len(OUTCOMES)], SECTORS[number % len(SECTORS)]
    return f"outcome: {outcome}\nattributes:\n  sector: {sector}\ninterviews:\n{interviews}"


def _codebook() -> Iterator[str]:
    yield "name: Benchmark\nversion: 1\nlanguage: en\n"
    for key, levels in (
        ("phases", PHASES), ("perspectives", PERSPECTIVES), ("outcomes", OUTCOMES), ("valences", VALENCES),
    ):  # fmt: skip
        yield f"{key}:\n" + "".join(f"- id: {level}\n  label: {level}\n" for level in levels)
    yield "codes:\n- id: themes\n  codes:\n"
    for at, code in enumerate(THEMES, 1):
        yield f"  - id: {code}\n    key: T{at}\n    label: What theme {at} is about\n"
    yield "- id: steps\n  codes:\n"
    for at, code in enumerate(STEPS, 1):
        yield f"  - id: {code}\n    key: S{at}\n    label: What is done in step {at}\n    phase: {PHASES[at % 3]}\n"


_SETTINGS = """\
study: Benchmark
language: en
codebook: codebooks/benchmark.yaml
coders:
  anna:
    name: Anna
  bram:
    name: Bram
"""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def main(root: Path, cases: int, dense: int) -> None:
    import pandas as pd

    made = make(root, cases, dense=dense)
    frame = pd.DataFrame(made.codings)
    frame.to_parquet(root.with_suffix(".parquet"))
    with closing(sqlite3.connect(root.with_suffix(".sqlite"))) as database:
        frame.to_sql("codings", database, index=False)
        database.execute("create index by_code on codings (code)")
    print(json.dumps([made.files, made.segments, len(made.codings), made.sentences]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
