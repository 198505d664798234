"""What `--shared` leaves out of what a person prints: attributes, quotes, small counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

PRIVACY = "privacy:\n  minimum_cell: 3\n  hide: [sector]\n  quotes: none\n"


@pytest.fixture
def private(study: Path, qcode: Run) -> Path:
    """One case with a sector; two passages under one code, one of them by two coders, and done."""
    settings, case = study / "qcode.yaml", study / "cases/1/case.yaml"
    settings.write_text(settings.read_text() + PRIVACY)
    case.write_text(case.read_text() + "attributes: {sector: care, region: north}\n")
    for coder, quote, codes in (
        ("anna", "She rang me every Friday.", ["contact"]),
        ("anna", "I trusted him", ["trust", "contact"]),
        ("bram", "I trusted him", ["trust"]),
    ):
        options = [part for code in codes for part in ("--code", code)]
        assert qcode("tag", "1/employer", "--quote", quote, *options, "--coder", coder).returncode == 0
    for file in (study / "cases/1/codings").iterdir():
        file.write_text(file.read_text().replace("status: open", "status: done"))
    return study


@pytest.mark.usefixtures("private")
def test_small_counts_and_hidden_attributes_are_not_there(qcode: Run) -> None:
    inside = json.loads(qcode("report", "matrix", "--all-cases", "--format", "json").stdout)
    assert {r["passages"] for r in inside["data"] if r["code"] in ("contact", "trust")} == {2, 1}
    shared = qcode("report", "matrix", "--all-cases", "--shared", "--format", "csv").stdout.splitlines()
    assert shared[1:] == ["themes,…", "T1 Contact,…", "T2 money,0", "steps,…", "S1 trust,…"]
    cases = qcode("report", "cases", "--shared").stdout
    assert "north" in cases
    assert "care" not in cases
    refused = qcode("report", "matrix", "--rows", "perspective", "--cols", "sector", "--shared")
    assert (refused.returncode, "sector" in refused.stderr) == (2, True)
    assert qcode("report", "matrix", "--where", "sector = care", "--shared").returncode == 2
    assert qcode("report", "matrix", "--where", "sector = care", "--all-cases").returncode == 0


@pytest.mark.usefixtures("private")
def test_quotes_stay_inside(qcode: Run) -> None:
    """Anna and Bram differ on one passage: its words are shown to the team, and not to others."""
    assert "She rang me" in qcode("agreement", "--differences").stdout
    for form in ("table", "md", "json"):
        shared = qcode("agreement", "--differences", "--shared", "--format", form).stdout
        assert "1/employer" in shared
        assert "rang" not in shared


@pytest.mark.usefixtures("private")
def test_settings_that_say_something_else_are_told(qcode: Run, study: Path) -> None:
    settings = study / "qcode.yaml"
    settings.write_text(settings.read_text().replace("quotes: none", "quotes: some"))
    found = qcode("check")
    assert (found.returncode, "'some'" in found.stdout) == (1, True)
