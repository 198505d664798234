"""`qcode export parquet` and reports of what it wrote, as a person runs them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Run

from qcode.cli.output import emit_folder
from qcode.core.errors import QcodeError

SCALE = Path(__file__).parents[2] / "docs" / "scale.md"
REPORTS = [["patterns"], ["matrix", "--totals", "--cols", "perspective"], ["frequencies"], ["cooccurrence"]]


@pytest.fixture
def coded(study: Path, qcode: Run) -> Path:
    case = study / "cases/1/case.yaml"
    case.write_text(case.read_text() + "attributes: {sector: care, region: north}\n")
    for coder, quote, code in (
        ("anna", "She rang me every Friday.", "contact"),
        ("bram", "She rang me", "trust"),
        ("anna", "I trusted him", "trust"),
    ):
        assert qcode("tag", "1/employer", "--quote", quote, "--code", code, "--coder", coder).returncode == 0
    return study


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report[0])
def test_a_report_of_the_data_set_is_that_of_the_study(coded: Path, qcode: Run, report: list[str]) -> None:
    """Printed from a folder that is no study, so that nothing can come from its files."""
    assert qcode("export", "parquet", "out").returncode == 0
    near = qcode("report", *report, "--all-cases", "--format", "csv")
    command = [sys.executable, "-m", "qcode", "report", *report, "--all-cases", "--format", "csv"]
    command += ["--data", str(coded / "out")]
    far = subprocess.run(command, capture_output=True, text=True, check=False, cwd=coded.parent)
    assert "1" in near.stdout
    assert (far.stdout, far.stderr) == (near.stdout, near.stderr)


def test_the_page_has_every_column(coded: Path, qcode: Run) -> None:
    """The table of docs/scale.md is the schema that is written, but for the number of branches and attributes."""
    qcode("export", "parquet", "out")
    schema = pq.read_schema(next((coded / "out").rglob("*.parquet")))
    rows = re.findall(r"^\| `(\w+)`(?: … | )\| (\w+) \|", SCALE.read_text(encoding="utf-8"), re.MULTILINE)
    page = {name: {"text": "string", "number": "int64", "truth": "bool"}[kind] for name, kind in rows}
    patterns = {re.sub(r"^(path_)\d+|^(attribute_)\w+", lambda m: m[1] or m[2], f.name): str(f.type) for f in schema}
    assert {re.sub(r"_0$|_NAME$", "_", name): kind for name, kind in page.items()} == {"case": "string"} | patterns


def test_shared_leaves_out_what_privacy_hides(coded: Path, qcode: Run) -> None:
    settings = coded / "qcode.yaml"
    settings.write_text(settings.read_text() + "privacy: {hide: [sector], quotes: none}\n")
    assert qcode("export", "parquet", "out", "--shared").returncode == 0
    written = b"".join(path.read_bytes() for path in (coded / "out").rglob("*") if path.is_file())
    assert b"north" in written
    assert b"care" not in written
    assert b"rang me" not in written
    assert pq.read_table(next((coded / "out").rglob("*.parquet"))).column("quote").to_pylist() == ["[…]"] * 3


def test_a_row_per_coding_is_not_shared_where_small_counts_are_hidden(coded: Path, qcode: Run) -> None:
    settings = coded / "qcode.yaml"
    settings.write_text(settings.read_text() + "privacy: {minimum_cell: 3}\n")
    done = qcode("export", "parquet", "out", "--shared")
    assert done.returncode == 2
    assert "minimum_cell" in done.stderr
    assert not (coded / "out").exists()
    assert qcode("export", "parquet", "out").returncode == 0
    shared = qcode("report", "matrix", "--data", "out", "--all-cases", "--shared", "--format", "csv")
    assert shared.stdout == qcode("report", "matrix", "--all-cases", "--shared", "--format", "csv").stdout
    assert "…" in shared.stdout


def test_attributes_that_sql_takes_for_one_are_refused(coded: Path, qcode: Run) -> None:
    case = coded / "cases/1/case.yaml"
    case.write_text(case.read_text().replace("region: north", "Sector: north"))
    done = qcode("export", "parquet", "out")
    assert (done.returncode, (coded / "out").exists()) == (2, False)
    assert "'sector' and 'Sector'" in done.stderr


def test_what_is_there_stays(coded: Path, qcode: Run) -> None:
    (coded / "out").mkdir()
    assert qcode("export", "parquet", "out").returncode == 0
    before = sorted((coded / "out").rglob("*"))
    again = qcode("export", "parquet", "out")
    assert (again.returncode, sorted((coded / "out").rglob("*"))) == (2, before)
    assert "is there already" in again.stderr


def test_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    def breaks() -> object:
        yield "a/b", b"1"
        raise QcodeError("gone wrong")

    with pytest.raises(QcodeError):
        emit_folder(breaks(), tmp_path / "out")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["matrix", "--engine", "duckdb"], "--engine needs --data"),
        (["patterns", "--master", "local[2]"], "--master needs --data"),
        (["patterns", "--data", "out", "--master", "local[2]"], "--engine pyspark"),
        (["frequencies", "--data", "out", "--at", "HEAD"], "--at"),
        (["cooccurrence", "--data", "out", "--pair", "contact", "trust"], "--pair"),
        (["patterns", "--data", "nowhere"], "study.json is not there"),
        (["matrix", "--data", "out", "--rows", "colour"], "unknown dimension"),
        (["coverage", "--data", "out"], "No such option"),
    ],
)
def test_what_can_not_be_asked_is_told(coded: Path, qcode: Run, args: list[str], told: str) -> None:
    qcode("export", "parquet", "out")
    done = qcode("report", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_damaged_data_set_is_told(coded: Path, qcode: Run) -> None:
    qcode("export", "parquet", "out")
    study = coded / "out/study.json"
    whole = study.read_text(encoding="utf-8")
    for damaged in ("{", "[]", "{}", whole.replace('"format": 1', '"format": 99')):
        study.write_text(damaged, encoding="utf-8")
        done = qcode("report", "--data", "out")
        assert done.returncode == 2, done.stderr
    study.write_text(whole, encoding="utf-8")
    next((coded / "out").rglob("*.parquet")).write_bytes(b"PAR1")
    done = qcode("report", "--data", "out")
    assert (done.returncode, "can't be read" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("library", "extra", "args"),
    [
        ("pyarrow", "parquet", ["export", "parquet", "other"]),
        ("pyspark", "spark", ["report", "--data", "out", "--engine", "pyspark"]),
    ],
)
def test_what_is_not_installed_is_named(coded: Path, qcode: Run, library: str, extra: str, args: list[str]) -> None:
    qcode("export", "parquet", "out")
    code = f"import sys; sys.modules[{library!r}] = None; sys.argv = ['qcode', *{args}]; "
    code += "from qcode.cli.main import run; run()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=coded)
    assert done.returncode == 2
    assert f"qcode[{extra}]" in done.stderr


def test_the_cases_are_there_for_others_to_read(coded: Path, qcode: Run) -> None:
    """A line of JSON each, without names of respondents or words of observations."""
    qcode("export", "parquet", "out")
    lines = (coded / "out/cases.jsonl").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    assert first["case"] == "1"
    assert first["attributes"] == {"sector": "care", "region": "north"}
    assert {one["coder"] for one in first["codings"]} == {"anna", "bram"}
    assert "respondent" not in lines[0]
