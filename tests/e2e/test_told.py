"""The reports made of words, as a person runs them: the numbers of the matrix, the words of the files."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import foreign_studies as foreign
import pytest
import yaml

from qcode.cli.boundary import guarded
from qcode.cli.main import app

Run = Callable[..., subprocess.CompletedProcess[str]]
Capture = pytest.CaptureFixture[str]
EXAMPLE = Path(__file__).parents[2]
CODED = """\
transcript: employer.md
coder: anna
status: done
segments:
- {id: aaaaaaaa, quote: "She rang me every Friday.", codes: [contact]}
- {id: bbbbbbbb, quote: "I trusted him, and he trusted me.", codes: [{code: bond, valence: helping}]}
"""


def reported(capsys: Capture, root: Path, *args: str) -> list[dict[str, Any]]:
    """The records that qcode prints."""
    status = guarded(app, ["-C", str(root), *args, "--format", "json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return json.loads(printed.out)["data"]  # type: ignore[no-any-return]


@pytest.fixture(params=[*range(4), "example"], ids=str)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Studies made at random, and the example."""
    if request.param == "example":
        return EXAMPLE
    foreign.write(tmp_path, int(request.param))
    return tmp_path


def test_perspectives_count_what_the_matrix_counts(root: Path, capsys: Capture) -> None:
    matrix = reported(
        capsys, root, "report", "matrix", "--rows", "code", "--cols", "perspective", "--split", "case", "--leaves",
        "--all-cases",
    )  # fmt: skip
    told = reported(capsys, root, "report", "perspectives", "--all-cases")
    found = {
        (r["code"], None if name == "–" else name, r["case"]): (said["passages"], said["state"], said["complete"])
        for r in told
        for name, said in r["perspectives"].items()
    }
    expected = {
        (r["code"], r["perspective"], r["case"]): (r["passages"] or 0, r["state"], r["complete"]) for r in matrix
    }
    assert found
    assert {key: expected[key] for key in found} == found
    missing = [value for key, value in expected.items() if key not in found]
    assert not any(passages for passages, *_ in missing)


def test_the_framework_holds_as_many_quotes_as_the_matrix_counts(root: Path, capsys: Capture) -> None:
    matrix = reported(capsys, root, "report", "matrix", "--rows", "code", "--cols", "case")
    expected = {(r["code"], r["case"]): (r["passages"] or 0, r["state"], r["complete"]) for r in matrix}
    told = reported(capsys, root, "report", "framework")
    found = {(r["code"], r["case"]): (len(r["quotes"]), r["state"], r["complete"]) for r in told}
    assert {key: expected[key] for key in found} == found


def test_the_codebook_counts_whole_branches_as_the_matrix_does(root: Path, capsys: Capture) -> None:
    told = {r["code"]: r for r in reported(capsys, root, "report", "codebook", "--retired")}
    for measure in ("passages", "transcripts", "cases"):
        matrix = reported(
            capsys, root, "report", "matrix", "--rows", "code", "--cols", "coder", "--totals", "--measure", measure
        )
        totals = {r["code"]: r[measure] or 0 for r in matrix if r.get("total") == ["coder"]}
        assert {code: told[code][measure] for code in totals if code in told} == {
            code: count for code, count in totals.items() if code in told
        }


def test_quotes_are_the_codings_that_count(root: Path, capsys: Capture) -> None:
    matrix = reported(
        capsys, root, "report", "matrix", "--rows", "code", "--cols", "coder", "--measure", "codings", "--leaves"
    )
    expected = Counter({(r["code"], r["coder"]): r["codings"] for r in matrix if r["codings"]})
    found = reported(capsys, root, "report", "quotes")
    assert Counter((r["code"], r["coder"]) for r in found) == expected
    if root == EXAMPLE:
        for r in [r for r in found if r["path"].endswith(".md")]:
            assert (root / r["path"]).read_text(encoding="utf-8")[r["start"] : r["end"]] == r["quote"]


def test_compare_is_the_matrix_of_one_case_by_phase(root: Path, capsys: Capture) -> None:
    cases = {r["case"] for r in reported(capsys, root, "report", "cases") if r["passages"]}
    for case in sorted(cases)[:4]:
        matrix = reported(
            capsys, root, "report", "matrix", "--rows", "code", "--cols", "perspective", "--split", "phase",
            "--leaves", "--all-cases", "--case", case,
        )  # fmt: skip
        expected = {(r["phase"], r["code"], r["perspective"]): r["passages"] for r in matrix if r["passages"]}
        told = reported(capsys, root, "compare", case)
        found = {
            (r["phase"], r["code"], None if name == "–" else name): len(said["quotes"])
            for r in told
            for name, said in r["perspectives"].items()
            if said["quotes"]
        }
        assert found == expected


def test_the_example_is_told_in_the_cases_that_illustrate_it(capsys: Capture) -> None:
    """Read by another reader: which observations of studied cases illustrate which step, and their evidence."""
    expected: dict[str, set[tuple[str, str]]] = {}
    for path in (EXAMPLE / "cases").glob("*/observations.yaml"):
        for observation in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            for code in observation.get("illustrates", ()):
                expected.setdefault(code, set()).add((path.parent.name, observation["id"]))
    told = reported(capsys, EXAMPLE, "report", "typology", "--all-evidence")
    found = {r["code"]: {(e["case"], e["observation"]) for e in r["examples"]} for r in told if r["examples"]}
    assert found == expected
    assert sum(map(len, {code: {case for case, _ in those} for code, those in found.items()}.values())) == 37
    for record in told:
        for example in record["examples"]:
            shown = {name for quote in example["quotes"] for name in quote["segments"]}
            assert shown == set(example["evidence"])


@pytest.fixture
def coded(study: Path) -> Path:
    """The study with two segments coded."""
    (study / "cases/1/codings").mkdir()
    (study / "cases/1/codings/employer.anna.yaml").write_text(CODED, encoding="utf-8")
    return study


def test_a_summary_is_set_shown_found_stale_and_set_again(coded: Path, qcode: Run) -> None:
    file = coded / "cases/1/summaries.yaml"
    dry = qcode("summary", "set", "1", "T1", "--text", "She rang.", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert '+  text: "She rang."' in dry.stdout
    assert not file.exists()
    assert qcode("summary", "set", "1", "T1", "--text", "She rang.").returncode == 0
    assert qcode("summary", "set", "1", "bond", "--text", "Both trusted.", "--quote", "bbbbbbbb").returncode == 0
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert (said["contact"]["text"], said["trust"]["quotes"]) == ("She rang.", ["bbbbbbbb"])
    assert qcode("check", "--rule", "stale-summary").returncode == 0
    assert "“I trusted him, and he trusted me.”" in qcode("summary", "show", "1", "trust").stdout

    transcript = coded / "cases/1/employer.md"
    transcript.write_text(transcript.read_text(encoding="utf-8").replace("every Friday.", "every Monday.", 1), "utf-8")
    checked = qcode("check", "--format", "json")
    assert [p["rule"] for p in json.loads(checked.stdout)["problems"]].count("stale-summary") == 1
    framework = qcode("report", "framework", "--all-cases").stdout
    assert "She rang. [stale: its quotes changed since it was written]" in framework
    assert "Both trusted.\n" in framework
    before = file.read_text(encoding="utf-8")
    assert qcode("summary", "set", "1", "contact").returncode == 0  # it is still true
    after = file.read_text(encoding="utf-8")
    changed = [a for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert [line.split(":")[0] for line in changed] == ["  hash"]
    assert "stale" not in qcode("report", "framework", "--all-cases").stdout
    assert "nothing changed" in qcode("summary", "set", "1", "contact").stderr
    assert qcode("summary", "set", "1", "contact", "--text", "").returncode == 0
    assert list(yaml.safe_load(file.read_text(encoding="utf-8"))) == ["trust"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("summary", "set", "2", "T1", "--text", "x"), "unknown case '2'"),
        (("summary", "set", "1", "nowhere", "--text", "x"), "unknown code 'nowhere'"),
        (("summary", "set", "1", "T1"), "has no summary of 'contact'"),
        (("summary", "set", "1", "T1", "--text", "x", "--quote", "zzzzzzzz"), "unknown segment 'zzzzzzzz'"),
        (("compare", "9"), "unknown case '9'"),
        (("compare", "1", "--case", "1"), "without --case"),
        (("report", "typology", "--under", "nowhere"), "unknown code 'nowhere'"),
    ],
)
def test_wrong_use_is_told_in_a_line(coded: Path, qcode: Run, args: tuple[str, ...], said: str) -> None:
    done = qcode(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (coded / "cases/1/summaries.yaml").exists()


def test_users_words_do_nothing_in_any_form(coded: Path, qcode: Run) -> None:
    """What looks like a formula, markup or an escape is words."""
    path = coded / "cases/1/codings/employer.anna.yaml"
    more = '- {id: cccccccc, quote: "=1+1 is what he said. 👍", codes: [contact]}\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert qcode("summary", "set", "1", "S1", "--text", "=2+2 <b>\x1b[31m").returncode == 0
    rows = list(csv.reader(io.StringIO(qcode("report", "quotes", "--all-cases", "--format", "csv").stdout)))
    assert "'=1+1 is what he said. 👍" in rows[2]
    (head, cells) = csv.reader(io.StringIO(qcode("report", "framework", "--all-cases", "--format", "csv").stdout))
    assert cells[head.index("S1 trust")].startswith("'=2+2 <b>")
    for form in ("table", "md", "html"):
        assert "\x1b" not in qcode("report", "framework", "--all-cases", "--format", form).stdout
    assert "<b>" not in qcode("report", "framework", "--all-cases", "--format", "html").stdout


def test_one_commit_gives_one_text(coded: Path, qcode: Run) -> None:
    every = ("--all-cases",)  # which an audit has no need of
    for kind in (("perspectives", *every), ("framework", *every), ("typology", *every), ("audit",)):
        one, other = (qcode("report", *kind, PYTHONHASHSEED=seed) for seed in ("1", "2"))
        assert one.returncode == 0, one.stderr
        assert one.stdout == other.stdout
