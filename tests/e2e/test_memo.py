"""`qcode memo`, as processes: where a memo lies, what it is about, and what is refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]
CODED = "transcript: employer.md\ncoder: anna\nsegments:\n- id: aaaaaaaa\n  quote: rang me\n  codes: [contact]\n"
DATE = ("--date", "2019-09-12")


@pytest.fixture
def coded(study: Path) -> Path:
    """The study with one segment coded."""
    (study / "cases/1/codings").mkdir()
    (study / "cases/1/codings/employer.anna.yaml").write_text(CODED, encoding="utf-8")
    return study


def head(path: Path) -> dict[str, object]:
    """The front matter, read by another reader than qcode's."""
    found: dict[str, object] = yaml.load(path.read_text(encoding="utf-8").split("---\n")[1], yaml.BaseLoader)
    return found


@pytest.mark.parametrize(
    ("about", "folder", "named"),
    [
        ("study", "codebooks/memos", "study"),
        ("T1", "codebooks/memos", "contact"),
        ("bond", "codebooks/memos", "trust"),
        ("1", "cases/1/memos", "1"),
        ("1/employer", "cases/1/memos", "1/employer"),
        ("cases/1/employer.md", "cases/1/memos", "1/employer"),
        ("aaaaaaaa", "cases/1/memos", "aaaaaaaa"),
    ],
)
def test_a_memo_lies_with_what_it_is_about(coded: Path, qcode: Run, about: str, folder: str, named: str) -> None:
    done = qcode(
        "memo", "add", "--about", about, "--type", "rule", "--title", "A border case", "--text", "See — both.",
        "--author", "anna", *DATE,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "2019-09-12-a-border-case\n"), done.stderr
    path = coded / folder / "2019-09-12-a-border-case.md"
    assert head(path) == {"about": named, "type": "rule", "date": "2019-09-12", "author": "anna"}
    assert path.read_text(encoding="utf-8").endswith("---\n\n# A border case\n\nSee — both.\n")
    checked = qcode("check", "--rule", "memo-about", "--rule", "schema", "--rule", "unknown-key")
    assert (checked.returncode, checked.stdout) == (0, "")


def test_two_memos_of_a_day_have_two_names(coded: Path, qcode: Run) -> None:
    names = [qcode("memo", "add", "--about", "1", "--text", text, *DATE).stdout for text in ("one", "two")]
    assert names == ["2019-09-12-1\n", "2019-09-12-1-2\n"]
    assert (coded / "cases/1/memos/2019-09-12-1-2.md").read_text(encoding="utf-8").endswith("\n\ntwo\n")


def test_the_text_may_come_from_standard_input(coded: Path) -> None:
    import sys

    args = [sys.executable, "-m", "qcode", "memo", "add", "--about", "1", "--text", "-", "--title", "Long", *DATE]
    typed = "\ufeffFirst.\r\n\r\n- e\u0301\u0301n\r\n".encode()
    subprocess.run(args, cwd=coded, input=typed, check=True, capture_output=True, timeout=60)
    text = (coded / "cases/1/memos/2019-09-12-long.md").read_bytes().decode()
    assert text.endswith("# Long\n\nFirst.\n\n- é\u0301n\n")
    bad = subprocess.run(args, cwd=coded, input=b"\xff", capture_output=True, timeout=60, check=False)
    assert bad.returncode == 2
    assert b"UTF-8" in bad.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--about", "2", "--text", "x"], "unknown case, transcript, segment or code"),
        (["--about", "1/employr", "--text", "x"], "1/employer"),
        (["--about", "aaaaaaab", "--text", "x"], "aaaaaaaa"),
        (["--about", "conttact", "--text", "x"], "contact"),
        (["--about", "1", "--text", "  "], "empty"),
        (["--about", "1", "--text", "x", "--date", "12-9-2019"], "date"),
        (["--about", "1", "--text", "x", "--author", "a b"], "coder"),
        (["--about", "1"], "--text"),
        (["--text", "x"], "--about"),
    ],
)
def test_what_is_wrong_is_one_clear_error(coded: Path, qcode: Run, args: list[str], said: str) -> None:
    done = qcode("memo", "add", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not (coded / "cases/1/memos").exists()


def test_a_dry_run_writes_nothing(coded: Path, qcode: Run) -> None:
    done = qcode("memo", "add", "--about", "1", "--text", "x", *DATE, "--dry-run")
    assert done.returncode == 0
    assert "+x" in done.stdout
    assert not (coded / "cases/1/memos").exists()


def test_list_holds_what_is_part_of_what_is_asked(coded: Path, qcode: Run) -> None:
    kinds = {"study": "method", "trust": "rule", "1": "rule", "1/employer": "rule", "aaaaaaaa": "x"}
    for number, (about, kind) in enumerate(kinds.items()):
        path = coded / ("codebooks/memos" if number < 2 else "cases/1/memos") / f"m{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\nabout: {about}\ntype: {kind}\n---\n[bold]\n", encoding="utf-8")

    def abouts(*args: str) -> set[str]:
        return {r["about"] for r in json.loads(qcode("memo", "list", *args, "--format", "json").stdout)["data"]}

    assert abouts() == {"study", "trust", "1", "1/employer", "aaaaaaaa"}
    assert abouts("--about", "1") == {"1", "1/employer", "aaaaaaaa"}
    assert abouts("--about", "1/employer") == {"1/employer", "aaaaaaaa"}
    assert abouts("--about", "steps") == {"trust"}
    assert abouts("--type", "rule") == {"trust", "1", "1/employer"}
    assert abouts("--type", "rule", "--about", "1") == {"1", "1/employer"}
    table = qcode("memo", "list").stdout
    assert "m1" in table
    assert "[bold]" in table


def test_show_tells_what_it_is_about_and_shows_nothing_that_acts(coded: Path, qcode: Run) -> None:
    (coded / "cases/1/memos").mkdir()
    path = coded / "cases/1/memos/odd.md"
    path.write_text("---\nabout: aaaaaaaa\ntype: rule\n---\n# Odd\n\n[bold] \x1b[31mred\n", encoding="utf-8")
    assert qcode("memo", "show", "odd").stdout == (
        "cases/1/memos/odd.md: rule\nabout segment aaaaaaaa (1/employer.md, anna): “rang me”\n\n"
        "# Odd\n\n[bold] ␛[31mred\n"
    )
    assert qcode("memo", "show", "cases/1/memos/odd.md").returncode == 0
    assert "odd" in qcode("memo", "show", "od").stderr


BROKEN = {
    "about: [1, 2]": "about: expected text",
    "about: 1\nabuot: 2": "unknown key 'abuot'",
    "about: 7": "about '7', which is not there",
    "type: rule": "does not say what it is about",
    "about: 'x": "not YAML",
}


@pytest.mark.parametrize("front", BROKEN)
def test_check_names_what_is_wrong_with_a_memo_and_nothing_else_minds(coded: Path, qcode: Run, front: str) -> None:
    (coded / "codebooks/memos").mkdir()
    (coded / "codebooks/memos/odd.md").write_text(f"---\n{front}\n---\n\nText.\n", encoding="utf-8")
    (coded / "codebooks/memos/README.md").write_text("No memo.\n", encoding="utf-8")
    checked = qcode("check")
    assert BROKEN[front] in checked.stdout
    assert checked.stdout.count("memos/") == 1
    assert checked.stdout.startswith(("codebooks/memos/odd.md:", "cases/"))
    assert qcode("find").returncode == 0


def test_a_memo_without_an_end_to_its_front_matter_stops_the_list_only(coded: Path, qcode: Run) -> None:
    (coded / "codebooks/memos").mkdir()
    (coded / "codebooks/memos/odd.md").write_text("---\nabout: 1\n\nText.\n", encoding="utf-8")
    listed = qcode("memo", "list")
    assert (listed.returncode, listed.stdout) == (2, "")
    assert listed.stderr.startswith("qcode: codebooks/memos/odd.md:1:1: ")
    assert qcode("report").returncode == 0
