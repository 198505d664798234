"""qcode in Python: the same numbers as the command line, the columns that the page documents, the page's examples."""

from __future__ import annotations

import doctest
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from inspect import signature
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import qcode
from qcode.core.errors import QcodeError
from qcode.report.kinds import KINDS, function_of

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/python.md"


@pytest.fixture(scope="module")
def study() -> qcode.OpenStudy:
    return qcode.open_study(ROOT / "cases" / "2")


def test_the_page_shows_what_python_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    # Blank space at the end of a line, as a frame has it, is no matter.
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (failed, tried > 5) == (0, True)


def test_the_page_has_every_column_with_its_type(study: qcode.OpenStudy) -> None:
    rows = re.findall(r"^\| (`.+`) \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: kind for names, kind in rows for name in re.findall(r"`(\w+)`", names)}
    attributes = dict.fromkeys(("sector", "bemiddeling"), "string")
    assert {name: str(kind) for name, kind in study.codings().dtypes.items()} == told | attributes


def _printed(*args: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "qcode", "-C", str(ROOT), *args, "--format", "json"],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)["data"]
    return found


def test_a_matrix_is_that_of_the_command_line(study: qcode.OpenStudy) -> None:
    """Cell by cell, with a split and totals, where a level is none, and with a selection."""
    frame = study.report("matrix", rows="perspective", cols="outcome", split="valence", totals=True, case=["2", "13"])
    flags = ("--rows", "perspective", "--cols", "outcome", "--split", "valence", "--totals")
    for record in _printed("report", "matrix", *flags, "--case", "2", "--case", "13"):
        row, col, split = (
            "total" if name in record.get("total", ()) else record[name] or "–"
            for name in ("perspective", "outcome", "valence")
        )
        found = frame.loc[row, (split, col)]
        assert (None if pd.isna(found) else found) == record["passages"]


def test_codings_are_those_of_find(study: qcode.OpenStudy) -> None:
    frame = study.codings(case="13", where="valence = hindering")
    found = _printed("find", "--case", "13", "--where", "valence = hindering")
    columns = ["coder", "code", "start", "end", "quote", "phase"]
    assert sorted(frame[columns].itertuples(index=False, name=None)) == sorted(
        tuple(record[name] for name in columns) for record in found
    )


def test_every_kind_can_be_asked_for_by_name() -> None:
    """A kind is a function with the name under which it is asked for."""
    from importlib import import_module

    for kind, module in KINDS.items():
        assert callable(getattr(import_module(f"qcode.report.{module}"), kind))


def test_options_are_called_as_on_the_command_line() -> None:
    """Every option of every kind, but those of a selection and of files; `--as` is a word of Python, so `form`."""
    from typer.main import get_command

    from qcode.api import FLAGS
    from qcode.cli.main import app

    every: Any = get_command(app)
    reports = every.get_command(None, "report")
    common = {*FLAGS, "where", "at", "lang", "ids", "shared", "all_cases", "format", "output", "plot", "help"}
    common |= {"data", "engine", "master"}  # for what is larger than a study
    for kind in KINDS:
        command = (every if kind in every.list_commands(None) else reports).get_command(None, kind)
        flags = (max(parameter.opts, key=len).lstrip("-").replace("-", "_") for parameter in command.params)
        options = {"form" if flag == "as" else flag for flag in flags}
        here = {*signature(function_of(kind)).parameters, "min", "of"}  # agreement's exit code, compare's case
        assert options - common - here == set(), kind


def test_one_name_is_as_good_as_a_list_of_one(study: qcode.OpenStudy) -> None:
    """Not the letters of it."""
    for kind, option, value in (
        ("memos", "type", "regel"),
        ("audit", "type", "regel"),
        ("configurations", "condition", "S7"),
    ):
        given: list[dict[str, Any]] = [{option: value}, {option: [value]}]
        one, some = (study.document(kind, **options).records for options in given)
        assert one == some


def test_an_outcome_other_than_the_first_can_be_asked_about(study: qcode.OpenStudy) -> None:
    """`outcome` is the selection's, also here."""
    found = study.document("configurations", outcome_of="geen-match", outcome=["duurzaam", "geen-match"])
    assert {record["outcome"] for record in found.records} == {"geen-match"}
    assert {case for record in found.records for case in record["cases"]} >= {"18", "19", "20", "2"}


def test_kinds_that_show_every_case_do_so_here_too(study: qcode.OpenStudy) -> None:
    """Case 4 has one interview, and is not studied; case 14 has none."""
    assert study.document("portrait", transcript="4/werkgever").records
    assert study.document("compare", case="4").records
    for kind in ("cases", "memos", "progress", "audit", "agreement"):
        assert study.document(kind).meta["cases"] == 26, kind


TRACED: list[tuple[str, dict[str, Any]]] = [
    *((kind, {}) for kind in ("patterns", "matrix", "cases", "frequencies", "coverage", "saturation", "valence")),
    *((kind, {}) for kind in ("process", "cooccurrence", "configurations", "perspectives", "framework")),
    ("process", {"transitions": True}), ("cooccurrence", {"pair": ("S1", "S2")}), ("configurations", {"form": "cases"}),
    ("portrait", {"transcript": "2/werkgever"}), ("compare", {"case": "2"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options"), TRACED)
def test_evidence_is_in_every_record(study: qcode.OpenStudy, kind: str, options: dict[str, Any]) -> None:
    """And it names segments of the study."""
    known = set(study.codings()["id"])
    options = {"case": ["2", "21"]} | options
    records = study.document(kind, evidence=True, **options).records
    assert records
    assert all(known.issuperset(record["evidence"]) for record in records)
    assert any(record["evidence"] for record in records)


def test_counts_that_are_none_are_nought(study: qcode.OpenStudy) -> None:
    """In every kind that counts by level; missing is what is not known."""
    valences, outcomes = (
        {"helping", "hindering", "both", "disputed", "none"},
        {"duurzaam", "niet-duurzaam", "geen-match"},
    )
    assert all(set(record["passages"]) == valences for record in study.document("valence").records)
    assert all(set(record["outcomes"]) == outcomes for record in study.document("configurations").records)
    matrix = study.report("matrix", leaves=True)
    for record in study.document("valence").records:
        assert matrix.loc[record["code"], record["case"]] == sum(record["passages"].values())


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        ("matrx", {}, "matrix"),
        ("matrix", {"rowz": "code"}, "rows"),
        ("matrix", {"case": "999"}, "999"),
        ("matrix", {"language": "xx"}, "nl"),
    ],
)
def test_what_is_not_known_is_told(study: qcode.OpenStudy, kind: str, options: dict[str, Any], named: str) -> None:
    with pytest.raises(QcodeError) as told:
        study.document(kind, **options)
    assert named in f"{told.value.message} {told.value.hint}"


def test_a_notebook_shows_a_document_and_acts_on_no_words_in_it(study: qcode.OpenStudy) -> None:
    shown = study.document("cases", case="2")._repr_html_()
    assert "<table" in shown
    assert "<html" not in shown
    assert "<script" not in shown


def test_importing_qcode_loads_nothing() -> None:
    code = "import sys, qcode; print([n for n in ('pandas', 'yaml', 'typer', 'qcode.core.model') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("qcode.yaml", "codebooks", "cases"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_index_changes_no_frame(copied: Path) -> None:
    """Read anew, by an index that is made, and by one that is there: values, types and meta."""
    plain = qcode.open_study(copied, cache=False)
    assert not (copied / ".qcode").exists()
    for _ in range(2):
        found = qcode.open_study(copied)
        assert (copied / ".qcode/index.sqlite").exists()
        pd.testing.assert_frame_equal(found.codings(), plain.codings())
        some = {"case": ["2", "13"], "where": "valence = hindering"}
        pd.testing.assert_frame_equal(found.codings(**some), plain.codings(**some))
        for kind in (
            "patterns",
            "matrix",
            "frequencies",
            "coverage",
            "saturation",
            "perspectives",
            "agreement",
            "audit",
        ):
            options: Any = {"rows": "code", "cols": "case"} if kind == "matrix" else {}
            one, other = (study.report(kind, **options) for study in (found, plain))
            pd.testing.assert_frame_equal(one, other)
            assert one.attrs == other.attrs


def test_an_open_study_stays_what_it_was(copied: Path) -> None:
    """Nobody waits for it, and codings that go later are in it; for a text that is another it says so."""
    study = qcode.open_study(copied)
    before = qcode.open_study(copied, cache=False).codings()
    with closing(sqlite3.connect(copied / ".qcode/index.sqlite", timeout=0)) as others:
        others.execute("begin exclusive")
    shutil.rmtree(copied / ".qcode")
    for folder in (copied / "cases").glob("*/codings"):
        shutil.rmtree(folder)
    assert study.codings()["quote"].equals(before["quote"])
    assert study.report("matrix", rows="code", cols="case").to_numpy().sum() > 0
    text = next((copied / "cases/2").glob("*.md"))
    text.write_text(text.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    with pytest.raises(QcodeError, match="has changed since it was read") as error:
        study.report("coverage")
    assert "open the study anew" in (error.value.hint or "")
