"""`qcode codebook`, as processes: what each command writes, what it says, what it refuses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]
BOOK = "codebooks/small.yaml"
WHY = ("--reason", "We said so.", "--by", "anna", "--date", "2019-09-12")
CODED = """\
transcript: employer.md
coder: anna
segments:
- id: aaaaaaaa
  quote: "She rang me every Friday."
  codes: [contact]
- id: bbbbbbbb
  quote: "[bold]Really[/bold], every Friday."
  codes: [contact, {code: bond, valence: helping}]
"""


@pytest.fixture
def coded(study: Path) -> Path:
    """The study with two segments coded: contact twice, and trust once under an id of before."""
    (study / "cases/1/codings").mkdir()
    (study / "cases/1/codings/employer.anna.yaml").write_text(CODED, encoding="utf-8")
    return study


def book(study: Path) -> dict[str, object]:
    """What the codebook says, read by another reader than qcode's."""
    found: dict[str, object] = yaml.safe_load((study / BOOK).read_text(encoding="utf-8"))
    return found


def codes(study: Path) -> dict[str, dict[str, object]]:
    """Every code by its id, with the id of its parent."""
    found: dict[str, dict[str, object]] = {}

    def walk(items: object, parent: str | None) -> None:
        assert isinstance(items, list)
        for item in items:
            found[item["id"]] = {**item, "parent": parent}
            walk(item.get("codes", []), item["id"])

    walk(book(study)["codes"], None)
    return found


def decision(study: Path, name: str) -> dict[str, object]:
    text = (study / f"codebooks/decisions/2019-09-12-{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, object] = yaml.load(text, yaml.BaseLoader)
    return found


def test_a_new_code_and_its_decision(coded: Path, qcode: Run) -> None:
    """Added under a branch, since the version that it brings; the git diff is three hunks."""
    done = qcode("codebook", "add", "doubt", "--under", "steps", "--key", "S2", "--label", "Doubt", "--phase",
                 "before", *WHY)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "Added doubt under steps" in done.stderr
    assert book(coded)["version"] == 3
    assert codes(coded)["doubt"] == {
        "id": "doubt", "key": "S2", "label": {"en": "Doubt"}, "phase": "before", "since": 3, "parent": "steps",
    }  # fmt: skip
    assert decision(coded, "add-doubt-anna") == {
        "date": "2019-09-12", "by": "anna", "operation": "add", "codes": ["doubt"],
        "into": ["steps"], "reason": "We said so.", "codebook_version": "3",
    }  # fmt: skip
    assert qcode("check").returncode == 0
