"""`qcode tag` and `untag`, as processes: what is written, what is refused, and nothing lost between many."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., subprocess.CompletedProcess[str]]
COUNTS = (
    "find --format json",
    "report matrix --rows code --cols case --measure segments --all-cases --format json",
    "report matrix --rows code --cols case --measure turns --all-cases --format json",
    "report coverage --all-cases --format json",
    "report quotes --all-cases --format json",
    "codebook show --format json",
)
CODINGS = "cases/1/codings/employer.anna.yaml"


def segments(study: Path, path: str = CODINGS) -> list[dict[str, object]]:
    """The segments of a codings file, read by another reader than qcode's."""
    found: list[dict[str, object]] = yaml.safe_load((study / path).read_text(encoding="utf-8"))["segments"]
    return found


def test_a_quote_is_coded_and_its_id_printed(study: Path, qcode: Run) -> None:
    done = qcode("tag", "1/employer", "--quote", "rang me", "--code", "T1", "--valence", "helping", "--coder", "anna")
    assert done.returncode == 0, done.stderr
    (segment,) = segments(study)
    assert done.stdout == f"{segment['id']}\n"
    assert segment["quote"] == "rang me"
    assert segment["line"] == 10
    assert segment["codes"] == [{"code": "contact", "valence": "helping"}]


def test_a_new_coding_adds_lines_and_touches_no_other(study: Path, qcode: Run) -> None:
    qcode("tag", "1/employer", "--quote", "rang me", "--code", "T1", "--coder", "anna")
    before = (study / CODINGS).read_text(encoding="utf-8").splitlines()
    qcode("tag", "1/employer", "--quote", "How did it begin?", "--code", "T1", "--coder", "anna")
    after = (study / CODINGS).read_text(encoding="utf-8").splitlines()
    kept = iter(after)
    assert all(line in kept for line in before)
    assert [s["quote"] for s in segments(study)] == ["How did it begin?", "rang me"]


def test_a_dry_run_prints_a_diff_that_git_applies(study: Path, qcode: Run) -> None:
    qcode("tag", "1/employer", "--quote", "rang me", "--code", "T1", "--coder", "anna")
    before = (study / CODINGS).read_bytes()
    done = qcode("tag", "1/employer", "--quote", "👍 I trusted", "--code", "S1", "--coder", "anna", "--dry-run")
    assert (study / CODINGS).read_bytes() == before
    patch = done.stdout[: done.stdout.rindex("\n", 0, -1) + 1]  # without the id that it would have
    subprocess.run(["git", "apply", "-"], cwd=study, input=patch, text=True, check=True, encoding="utf-8")
    assert segments(study)[1]["quote"] == "👍 I trusted"


def test_the_same_span_again_adds_its_code_and_takes_new_values(study: Path, qcode: Run) -> None:
    first = qcode("tag", "1/employer", "--quote", "rang me", "--code", "T1", "--coder", "anna").stdout
    again = qcode(
        "tag", "1/employer", "--quote", "rang me", "--code", "S1", "--code", "T1", "--memo", "m", "--coder", "anna"
    )
    assert again.stdout == first
    (segment,) = segments(study)
    assert segment["codes"] == [{"code": "contact", "memo": "m"}, {"code": "trust", "memo": "m"}]


def test_lines_are_trimmed(study: Path, qcode: Run) -> None:
    qcode("tag", "1/employer", "--lines", "9-11", "--code", "T1", "--coder", "anna")
    assert segments(study)[0]["quote"] == "**R:** She rang me every Friday. [bold]Really[/bold], every Friday."


def test_a_quote_that_stands_twice_needs_its_line(study: Path, qcode: Run) -> None:
    done = qcode("tag", "1/employer", "--quote", "every Friday", "--code", "T1", "--coder", "anna")
    assert (done.returncode, done.stdout) == (2, "")
    assert "2 times" in done.stderr
    assert "--line" in done.stderr
    assert not (study / "cases/1/codings").exists()
    done = qcode("tag", "1/employer", "--quote", "every Friday", "--line", "10:55", "--code", "T1", "--coder", "anna")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["1/employer", "--quote", "not there", "--code", "T1"], "does not stand"),
        (["1/employer", "--quote", "rang me", "--code", "nothing-like-it"], "unknown code"),
        (["1/employer", "--quote", "rang me", "--code", "old-step"], "retired"),
        (["1/employer", "--quote", "rang me", "--code", "T1", "--valence", "good"], "unknown valence"),
        (["1/employer", "--quote", "rang me", "--code", "T1", "--phase", "never"], "unknown phase"),
        (["1/employr", "--quote", "rang me", "--code", "T1"], "1/employer"),
        (["1/employer", "--quote", "rang me"], "no code"),
        (["1/employer", "--quote", "rang me", "--against", "T1", "--valence", "both"], "of a code that is given"),
        (["1/employer", "--quote", "rang me", "--against", "T1", "--code", "contact"], "are coded 'contact'"),
        (["1/employer", "--code", "T1"], "--quote or by --lines"),
        (["1/employer", "--lines", "90-99", "--code", "T1"], "99"),
        (["1/employer", "--lines", "x", "--code", "T1"], "--lines"),
    ],
)
def test_what_is_wrong_is_one_clear_error(study: Path, qcode: Run, args: list[str], said: str) -> None:
    done = qcode("tag", *args, "--coder", "anna")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not (study / "cases/1/codings").exists()


def test_many_at_once_are_all_or_nothing(study: Path, qcode: Run) -> None:
    good = {"transcript": "1/employer", "quote": "rang me", "code": ["T1", "bond"], "valence": "both"}
    lines = "\n".join(map(json.dumps, [good, good | {"quote": "nowhere at all"}]))
    (study / "many.jsonl").write_text(lines, encoding="utf-8")
    done = qcode("tag", "--from", "many.jsonl", "--coder", "anna")
    assert done.returncode == 2
    assert done.stderr.startswith("qcode: many.jsonl:2: ")
    assert not (study / "cases/1/codings").exists()
    (study / "many.csv").write_text(
        "transcript,quote,line,lines,code,coder\n"
        "1/employer,rang me,,,T1;S1,anna\n"
        '1/employer,"he trusted me.",,,S1,bram\n'
    )
    done = qcode("tag", "--from", "many.csv")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    assert segments(study)[0]["codes"] == ["contact", "trust"]
    assert segments(study, "cases/1/codings/employer.bram.yaml")[0]["quote"] == "he trusted me."


def test_what_is_decided_against_is_written_and_counted_nowhere(coded: Path, qcode: Run) -> None:
    """On words of their own and on words coded already; every count stays, and check has nothing against it."""
    runs = [qcode(*command.split()) for command in COUNTS]
    assert [run.returncode for run in runs] == [0] * len(COUNTS)
    before = [run.stdout for run in runs]
    check = qcode("check").stdout
    decide = ("--against", "S1", "--against", "T2", "--coder", "anna")
    done = qcode("tag", "1/employer", "--quote", "I trusted him", *decide)
    assert done.returncode == 0, done.stderr
    assert "Decided against codes for 1 passage in 1/employer (anna)." in done.stderr
    beside = qcode("tag", "1/employer", "--lines", "10", "--against", "bond", "--code", "T2", "--coder", "bram")
    assert "Coded 1 passage" in beside.stderr
    own = next(segment for segment in segments(coded) if segment["quote"] == "I trusted him")
    assert (own["against"], "codes" in own) == (["trust", "money"], False)
    (other,) = segments(coded, "cases/1/codings/employer.bram.yaml")
    assert (other["codes"], other["against"]) == (["money"], ["trust"])
    assert qcode("untag", str(other["id"]), "--code", "T2").returncode == 0
    assert [qcode(*command.split()).stdout for command in COUNTS] == before
    assert qcode("check").stdout == check
    assert qcode("untag", str(own["id"]), "--code", "S1").returncode == 0
    assert next(s for s in segments(coded) if s["id"] == own["id"])["against"] == ["money"]
    assert qcode("untag", str(own["id"])).returncode == 0
    assert all("against" not in segment for segment in segments(coded))
    assert qcode("undo").returncode == 0
    assert any("against" in segment for segment in segments(coded))


def test_many_at_once_may_be_decided_against(study: Path, qcode: Run) -> None:
    rows = "transcript,quote,code,against,memo\n1/employer,rang me,,T2;S1,only said\n1/employer,I trusted,S1,T1,m\n"
    (study / "w.csv").write_text(rows, encoding="utf-8")
    assert qcode("tag", "--from", "w.csv", "--coder", "anna").returncode == 0
    first, second = segments(study)
    assert (first["against"], first["memo"], "codes" in first) == (["money", "trust"], "only said", False)
    assert (second["codes"], second["against"]) == ([{"code": "trust", "memo": "m"}], ["contact"])


def test_a_code_that_is_decided_against_is_not_deleted(coded: Path, qcode: Run) -> None:
    """Nor forgotten by a split: who decided against the whole decided against the parts."""
    assert qcode("tag", "1/employer", "--quote", "rang me", "--against", "T2", "--coder", "anna").returncode == 0
    refused = qcode("codebook", "delete", "money", "--reason", "r", "--by", "anna")
    assert refused.returncode == 2
    assert "code 'money' is used by a decision against it in 1/employer (anna)" in refused.stderr
    parts = ("--into", "pay,allowance", "--reason", "r", "--by", "anna")
    assert qcode("codebook", "split", "money", *parts).returncode == 0
    assert next(s for s in segments(coded) if s["quote"] == "rang me")["against"] == ["pay", "allowance"]


def test_untag_takes_back_one_code_and_then_the_segment(study: Path, qcode: Run) -> None:
    made = qcode(
        "tag", "1/employer", "--quote", "rang me", "--code", "T1", "--code", "S1", "--coder", "anna"
    ).stdout.strip()
    assert qcode("untag", made, "--code", "T1").returncode == 0
    assert segments(study)[0]["codes"] == ["trust"]
    assert qcode("untag", made).returncode == 0
    assert not segments(study)
    assert qcode("untag", made).returncode == 2


def test_a_hand_written_file_keeps_its_form_and_gets_what_it_lacks(study: Path, qcode: Run) -> None:
    """The comment, the order and the flow style stay; the id and the context come in the same change, said so."""
    path = study / CODINGS
    path.parent.mkdir()
    path.write_text(
        "coder: anna   # me\ntranscript: employer.md\nsegments:\n  - quote: rang me\n    codes: [ contact ]\n"
    )
    done = qcode("tag", "1/employer", "--quote", "I trusted him", "--code", "S1", "--coder", "anna")
    assert "hand-written" in done.stderr
    text = path.read_text(encoding="utf-8")
    assert text.startswith("coder: anna   # me\ntranscript: employer.md\n")
    assert "    codes: [ contact ]\n" in text
    assert [bool(s["id"]) for s in segments(study)] == [True, True]


def test_32_taggers_at_once_lose_nothing(study: Path) -> None:
    words = [f"word{n:02}" for n in range(32)]
    (study / "cases/1/employer.md").write_text(
        "---\nperspective: employer\n---\n\n**R:** " + " ".join(words) + "\n", encoding="utf-8"
    )
    environment = os.environ | {"QCODE_CODER": "anna"}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "qcode", "tag", "1/employer", "--quote", word, "--code", "T1"],
            cwd=study, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for word in words
    ]  # fmt: skip
    ids = [process.communicate(timeout=120)[0].decode().strip() for process in running]
    assert [process.returncode for process in running] == [0] * 32
    found = segments(study)
    assert [s["quote"] for s in found] == words
    assert {s["id"] for s in found} == set(ids)
    assert {p.name for p in study.iterdir()} == {"qcode.yaml", "codebooks", "cases", ".qcode"}
    assert list((study / "cases/1/codings").iterdir()) == [study / CODINGS]
