"""What a command does not load. A fresh interpreter each, since lists of modules don't flake and clocks do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2]
HEAVY = {"pandas", "numpy", "narwhals", "textual", "duckdb", "pyarrow", "pyspark", "docx", "rapidfuzz", "asyncio"}
PROBE = """
import json, sys
from qcode.cli.boundary import guarded
from qcode.cli.main import app
status = guarded(app, sys.argv[1:])
print("\\n" + json.dumps([status, sorted(sys.modules)]))
"""


def loaded(*args: str) -> tuple[int, set[str]]:
    """The exit status, and the packages that were loaded."""
    status, modules = modules_of(*args)
    return status, {name.partition(".")[0] for name in modules}


def modules_of(*args: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *args], capture_output=True, text=True, check=True, cwd=EXAMPLE, timeout=60
    )
    status, modules = json.loads(done.stdout.splitlines()[-1])
    return status, {*modules}


@pytest.mark.parametrize(
    "args",
    [
        ["--version"],
        ["--help"],
        ["export", "parquet", "--help"],
        ["status"],
        ["check"],
        ["find", "--case", "13"],
        ["tag", "13/gemeente", "--lines", "19-19", "--code", "S7", "--coder", "anna", "--dry-run"],
    ],
    ids=lambda args: args[0],
)
def test_light_commands_load_nothing_heavy(args: list[str]) -> None:
    status, modules = loaded(*args)
    assert status == 0
    assert modules & HEAVY == set()


def test_what_git_calls_for_each_file_loads_no_command_line() -> None:
    """Neither the command line nor the records of a study: git calls it for every file of a merge or a diff."""
    file = EXAMPLE / "cases/13/codings/gemeente.anna.yaml"
    asked = ["git", "textconv", str(file)]
    code = f"import sys, json; from qcode.cli import driver; driver.main({asked}); sys.stdout.flush(); "
    code += "print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    assert modules & {*HEAVY, "typer", "rich", "qcode.core.model", "subprocess"} == set()
    assert "yaml" in modules


def test_a_command_loads_no_other() -> None:
    commands = {"study", "code", "codebook", "find", "report", "memo", "observe", "git", "agreement", "report_texts"}
    for args, own in ((["status"], {"study"}), (["find", "--case", "13"], {"find"}), (["report", "cases"], {"report"})):
        modules = modules_of(*args)[1]
        assert {name for name in commands if f"qcode.cli.{name}" in modules} == own


def test_help_loads_no_yaml_either() -> None:
    assert "yaml" not in loaded("--help")[1]


def test_a_report_loads_what_counts_and_no_frames_for_people() -> None:
    """The twin: the probe sees a heavy library when there is one."""
    status, modules = loaded("report", "matrix", "--format", "csv")
    assert status == 0
    assert {"duckdb", "narwhals", "numpy"} <= modules
    assert modules & {"pandas", "pyarrow", "textual", "matplotlib"} == set()


def test_the_study_in_python_does_load_the_frames() -> None:
    code = f"import sys, json, qcode; qcode.open_study({str(EXAMPLE)!r}).report('matrix'); "
    code += "print(json.dumps([*sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "pandas" in json.loads(done.stdout)


def test_importing_the_package_costs_nothing() -> None:
    code = "import sys, json; import qcode; print(json.dumps(sorted(m for m in sys.modules if m.startswith('qcode'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == ["qcode"]
