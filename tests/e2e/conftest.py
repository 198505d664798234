"""A study to work on, and `qcode` as a person runs it: a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from repositories import Repository

Run = Callable[..., subprocess.CompletedProcess[str]]

CODEBOOK = """\
name: Small
version: 2
language: en
phases: [{id: before}, {id: after}]
perspectives: [{id: employer}, {id: client}]
outcomes: [{id: good}, {id: bad}]
valences: [{id: helping}, {id: hindering}, {id: both}]
codes:
- id: themes
  codes:
  - {id: contact, key: T1, label: {en: Contact, nl: Contact}}
  - {id: money, key: T2, perspectives: [employer]}
- id: steps
  codes:
  - {id: trust, key: S1, phase: after, aliases: [bond]}
  - {id: old-step, retired: true, replaced_by: trust}
"""
TRANSCRIPT = """\
---
perspective: employer
---
# Employer

## Before {phase=before}

**I:** How did it begin?

**R:** She rang me every Friday. [bold]Really[/bold], every Friday.

## After {phase=after}

**I:** And then?

**R:** =1+1 is what he said. 👍 I trusted him, and he trusted me.
"""
CODED = """\
transcript: employer.md
coder: anna
status: done
segments:
- id: aaaaaaaa
  quote: "She rang me every Friday."
  codes: [contact]
- id: bbbbbbbb
  quote: "[bold]Really[/bold], every Friday."
  codes: [contact, {code: bond, valence: helping}]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """One case with an employer's interview, not coded yet."""
    files = {
        "qcode.yaml": "study: Small\ncodebook: codebooks/small.yaml\ncoders: {anna: Anna, bram: Bram}\n",
        "codebooks/small.yaml": CODEBOOK,
        "cases/1/case.yaml": "outcome: good\ninterviews:\n- {perspective: employer, consent: given}\n",
        "cases/1/employer.md": TRANSCRIPT,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def qcode(study: Path) -> Run:
    """Run qcode in the study; returns what it printed and its exit status."""

    def run(*args: str, cwd: Path = study, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_"))}
        environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "QCODE_DEBUG": "", **more}
        return subprocess.run(
            [sys.executable, "-m", "qcode", *args],
            cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def coded(study: Path) -> Path:
    """The study with two segments coded: contact twice, and trust once under an id of before."""
    (study / "cases/1/codings").mkdir()
    (study / "cases/1/codings/employer.anna.yaml").write_text(CODED, encoding="utf-8")
    return study


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with one passage coded by anna, and the driver: made once, and copied for each test."""
    from repositories import repository

    return repository(tmp_path_factory.mktemp("made") / "r")


@pytest.fixture
def repo(made: Repository, tmp_path: Path) -> Repository:
    """A copy of that repository."""
    shutil.copytree(made.top, tmp_path / "r")
    return type(made)(tmp_path / "r")
