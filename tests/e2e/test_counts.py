"""Every cell of every report against a count by hand, over studies made at random (see foreign_studies.py)."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import count_by_hand as by_hand
import foreign_studies as foreign
import pytest

from qcode.cli.boundary import guarded
from qcode.cli.main import app

SEEDS = range(8)
RUNS = 12
DIMS = (
    "code", "case", "transcript", "perspective", "phase", "section-phase", "valence", "outcome", "coder", "speaker",
    "streek", "grootte",
)  # fmt: skip
MEASURES = ("passages", "codings", "segments", "turns", "transcripts", "cases", "presence", "words")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(params=SEEDS, ids=str)
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def study(seed: int, tmp_path: Path) -> by_hand.Study:
    return foreign.write(tmp_path, seed)


def reported(capsys: Capture, root: Path, *args: str) -> list[dict[str, Any]]:
    """The records that qcode prints."""
    status = guarded(app, ["-C", str(root), *args, "--format", "json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return json.loads(printed.out)["data"]  # type: ignore[no-any-return]


def some_flags(rng: random.Random, study: by_hand.Study) -> dict[str, list[str]]:
    choices: dict[str, tuple[str, ...]] = {
        "case": tuple(study.cases), "phase": foreign.PHASES, "perspective": foreign.PERSPECTIVES,
        "outcome": ("gelukt", "mislukt", "no"), "coder": foreign.CODERS, "code": tuple(study.codes),
    }  # fmt: skip
    # one code at most: what two codes of different age and reach ask of an empty cell is in no word of the format
    return {
        flag: rng.sample(values, 1 if flag == "code" else rng.choice((1, 1, 2)))
        for flag, values in choices.items()
        if rng.random() < 0.15
    }


def some_where(rng: random.Random, study: by_hand.Study) -> Any:
    def leaf() -> tuple[str, str, str]:
        values = {
            "case": rng.choice(list(study.cases)), "phase": "na", "perspective": "boer", "outcome": "gelukt",
            "coder": "anna", "code": rng.choice(list(study.codes)), "valence": "helping", "speaker": "Jan",
            "section-phase": "na", **dict.fromkeys(study.attributes, "noord"),
        }  # fmt: skip
        name = rng.choice(list(values))
        return "=", name, values[name]

    return rng.choice([leaf(), ("not", leaf()), ("and", leaf(), ("not", leaf())), ("or", leaf(), leaf())])


def written(expr: Any) -> str:
    if expr[0] == "=":
        return f'{expr[1]} = "{expr[2]}"'
    if expr[0] == "not":
        return f"NOT ({written(expr[1])})"
    return "(" + f" {expr[0].upper()} ".join(map(written, expr[1:])) + ")"


def options(flags: dict[str, list[str]], where: Any = None) -> list[str]:
    given = [part for flag, values in flags.items() for value in values for part in (f"--{flag}", value)]
    return [*given, "--where", written(where)] if where else given


def differences(got: list[dict[str, Any]], matrix: by_hand.Matrix) -> list[Any]:
    """What is said of each cell and, in the first place, which cells there are and in what order."""
    cells = {}
    for record in got:
        key = (*(record.pop(dim) for dim in matrix.dims), tuple(record.pop("total", ())))
        assert key not in cells
        cells[key] = record
    if cells.keys() != matrix.cells.keys():
        return [("only reported", cells.keys() - matrix.cells.keys()), ("only by hand", matrix.cells.keys() - cells)]
    orders = {d: list(dict.fromkeys(key[n] for key in cells if not key[-1])) for n, d in enumerate(matrix.dims)}
    out: list[Any] = [(d, order) for d, order in orders.items() if order and order != matrix.levels[d]]
    return out + [(key, cells[key], cell) for key, cell in matrix.cells.items() if cells[key] != cell]


def test_every_cell_of_a_matrix(seed: int, study: by_hand.Study, tmp_path: Path, capsys: Capture) -> None:
    """Rows, columns, splits, measures, shares, totals, leaves and filters, drawn at random."""
    rng = random.Random(seed)
    usable = [d for d in DIMS if d in study.attributes or d not in ("streek", "grootte")]
    for n in range(RUNS):
        dims = rng.sample(usable, rng.choice((2, 2, 3)))
        measure, share = MEASURES[n % len(MEASURES)], rng.choice((None, "row", "col", "all"))
        totals, leaves, all_cases = (rng.random() < odds for odds in (0.5, 0.3, 0.3))
        flags, where = some_flags(rng, study), some_where(rng, study) if rng.random() < 0.4 else None
        args = ["report", "matrix", "--rows", dims[0], "--cols", dims[1], "--measure", measure]
        args += [*(["--split", dims[2]] if dims[2:] else []), *(["--share", share] if share else [])]
        args += [f for f, on in (("--totals", totals), ("--leaves", leaves), ("--all-cases", all_cases)) if on]
        args += options(flags, where)
        matrix = by_hand.Matrix(by_hand.Want(study, flags, where, all_cases), dims, measure, share, totals, leaves)
        assert differences(reported(capsys, tmp_path, *args), matrix) == [], " ".join(args)


def test_every_pattern_case_and_coding(seed: int, study: by_hand.Study, tmp_path: Path, capsys: Capture) -> None:
    rng = random.Random(seed)
    for flags in ({}, some_flags(rng, study), some_flags(rng, study)):
        args = options(flags)
        got = reported(capsys, tmp_path, "report", "patterns", *args)
        for record in got:
            record["outcomes"].pop("none", None)
        assert got == by_hand.patterns(by_hand.Want(study, flags)), args
        whole = by_hand.Want(study, flags, all_cases=True)
        got, expected = reported(capsys, tmp_path, "report", "cases", *args), by_hand.cases(whole)
        for record in [*got, *expected]:  # the perspectives are a set
            record["perspectives"] = sorted(record["perspectives"])
        assert got == expected, args
        got = reported(capsys, tmp_path, "find", *args)
        assert Counter(map(json.dumps, got)) == Counter(map(json.dumps, by_hand.find(whole))), args


@pytest.mark.parametrize("report", ["patterns", "cases"])
def test_a_process_says_the_same(report: str, tmp_path: Path) -> None:
    study = foreign.write(tmp_path, 99)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_"))}
    done = subprocess.run(
        [sys.executable, "-m", "qcode", "-C", str(tmp_path), "report", report, "--format", "json"],
        env=environment, capture_output=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    passages = [record["passages"] for record in json.loads(done.stdout)["data"]]
    want = by_hand.Want(study, {}, all_cases=report == "cases")
    assert passages == [r["passages"] for r in (by_hand.cases(want) if report == "cases" else by_hand.patterns(want))]


def small(root: Path, codes: str, interviews: str, codings: str) -> None:
    """One case with one transcript, of perspective a, that names no respondent."""
    for path, text in {
        "qcode.yaml": "study: s\ncodebook: codebooks/c.yaml\nminimum_perspectives: 1\n",
        "codebooks/c.yaml": f"name: c\nversion: 4\nperspectives: [{{id: a}}, {{id: b}}]\ncodes: {codes}\n",
        "cases/1/case.yaml": f"interviews: {interviews}\n",
        "cases/1/t.md": "---\nperspective: a\n---\n**R:** one two three\n",
        "cases/1/codings/t.anna.yaml": f"transcript: t.md\ncoder: anna\nstatus: done\n{codings}\n",
    }.items():
        foreign.put(root / path, text)


BRANCH = "[{id: top, codes: [{id: k}, {id: l, since: 4, perspectives: [b]}]}]"
OLD = "codebook_version: 1\nsegments: []"


def test_a_branch_waits_only_for_the_codes_that_apply(tmp_path: Path, capsys: Capture) -> None:
    small(tmp_path, BRANCH, "[{perspective: a}]", OLD)
    got = reported(capsys, tmp_path, "report", "matrix", "--rows", "code", "--cols", "case")
    assert [(r["code"], r["state"]) for r in got] == [("top", "zero"), ("k", "zero"), ("l", "n/a")]


def test_leaves_says_nothing_about_a_table_without_codes(tmp_path: Path, capsys: Capture) -> None:
    small(tmp_path, BRANCH, "[{perspective: a}]", OLD)
    args = ("report", "matrix", "--rows", "perspective", "--cols", "case", "--code", "top")
    assert reported(capsys, tmp_path, *args, "--leaves") == reported(capsys, tmp_path, *args)


def test_a_transcript_belongs_to_the_first_free_interview(tmp_path: Path, capsys: Capture) -> None:
    interviews = "[{perspective: a, respondent: r1, held: true}, {perspective: a}]"
    small(tmp_path, "[{id: k}]", interviews, "segments: []")
    assert reported(capsys, tmp_path, "report", "cases")[0]["interviews_held"] == 1
