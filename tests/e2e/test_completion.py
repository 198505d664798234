"""What a shell offers behind an option: names of the study at hand, for which nothing heavy is loaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2]
RUN = "from qcode.cli.main import run; run()"
PROBE = """
import json, sys
from qcode.cli.boundary import guarded
from qcode.cli.main import app
try:
    guarded(app, [])
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("study")
    shutil.copy(EXAMPLE / "qcode.yaml", root)
    for folder in ("codebooks", "cases"):
        shutil.copytree(EXAMPLE / folder, root / folder)
    return root


def offered(root: Path, *words: str, code: str = RUN) -> str:
    """What bash would be given for these words, the last of them being typed."""
    asked = {
        "_QCODE_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(("qcode", *words)),
        "COMP_CWORD": str(len(words)),
        "PYTHONPATH": str(EXAMPLE),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={**os.environ, **asked}, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout


def test_codes_cases_coders_and_transcripts(study: Path) -> None:
    for _ in range(2):  # read, then remembered
        assert offered(study, "find", "--code", "vertr").split() == ["vertrouwensband"]
        assert offered(study, "report", "matrix", "--case", "2").split()[:3] == ["2", "20", "21"]
        assert offered(study, "find", "--coder", "br").split() == ["bram"]
        assert "2/werkgever" in offered(study, "tag", "2/").split()


def test_a_new_case_is_offered(study: Path) -> None:
    offered(study, "find", "--case", "")
    (study / "cases/777").mkdir()
    assert offered(study, "find", "--case", "77").split() == ["777"]
    (study / "cases/777").rmdir()
    assert offered(study, "find", "--case", "77").split() == []


def test_outside_of_a_study_nothing_is_offered(tmp_path: Path) -> None:
    assert offered(tmp_path, "find", "--code", "v").split() == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"looks": 1, "codebook": 2}', '{"looks": [], "codebook": "x"}'])
def test_what_was_remembered_may_be_damaged(study: Path, text: str) -> None:
    offered(study, "find", "--code", "v")
    (study / ".qcode/names.json").write_text(text)
    assert offered(study, "find", "--code", "vertr").split() == ["vertrouwensband"]


def test_what_is_remembered_is_told_without_loading_anything_heavy(study: Path) -> None:
    offered(study, "find", "--code", "vertr")
    said = offered(study, "find", "--code", "vertr", code=PROBE).splitlines()
    loaded = {name.partition(".")[0] for name in json.loads(said[-1])}
    assert said[0] == "vertrouwensband"
    assert loaded & {"yaml", "sqlite3", "pandas", "numpy", "narwhals", "textual", "rapidfuzz", "duckdb"} == set()
