"""`qcode codebook`, as processes: what each command writes, what it says, what it refuses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import CODED

Run = Callable[..., subprocess.CompletedProcess[str]]
BOOK = "codebooks/small.yaml"
WHY = ("--reason", "We said so.", "--by", "anna", "--date", "2019-09-12")


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


def test_a_rename_writes_no_coding_and_loses_none(coded: Path, qcode: Run) -> None:
    """Codings under the id of before are found under the new one; the codings file keeps its bytes."""
    assert "Renamed contact to first-contact.\n2 codings in 1 transcript (anna 2)." in qcode(
        "codebook", "rename", "T1", "first-contact", *WHY
    ).stderr  # fmt: skip
    assert (coded / "cases/1/codings/employer.anna.yaml").read_text(encoding="utf-8") == CODED
    assert codes(coded)["first-contact"]["aliases"] == ["contact"]
    found = qcode("find", "--code", "first-contact", "--format", "csv").stdout
    assert found.count(",first-contact,") == 2
    assert decision(coded, "rename-contact-anna")["into"] == ["first-contact"]
    # And back: the same codes, but for the alias and the version.
    assert qcode("codebook", "rename", "first-contact", "contact", *WHY).returncode == 0
    assert codes(coded)["contact"]["aliases"] == ["first-contact"]


def test_a_move_a_merge_and_a_retirement(coded: Path, qcode: Run) -> None:
    assert qcode("codebook", "move", "money", "--before", "trust", *WHY).returncode == 0
    assert [c for c in codes(coded) if codes(coded)[c]["parent"] == "steps"] == ["money", "trust", "old-step"]
    assert qcode("codebook", "merge", "money", "old-step", "--into", "trust", *WHY).returncode == 0
    assert codes(coded)["trust"]["aliases"] == ["bond", "money", "old-step"]
    assert decision(coded, "merge-money-old-step-anna")["into"] == ["trust"]
    assert qcode("codebook", "retire", "trust", "--replaced-by", "contact", *WHY).returncode == 0
    assert (codes(coded)["trust"]["retired"], codes(coded)["trust"]["replaced_by"]) == (True, "contact")
    refused = qcode("tag", "1/employer", "--quote", "And then?", "--code", "money", "--coder", "anna")
    assert (refused.returncode, "retired" in refused.stderr) == (2, True)
    assert qcode("codebook", "restore", "trust", *WHY).returncode == 0
    assert "retired" not in codes(coded)["trust"]
    assert book(coded)["version"] == 6
    assert qcode("check").returncode == 0


def test_a_code_in_use_is_not_deleted_unless_another_takes_its_place(coded: Path, qcode: Run) -> None:
    done = qcode("codebook", "delete", "trust", *WHY)
    assert done.returncode == 2
    assert "1 coding in 1 transcript (anna 1) and code old-step (replaced_by)" in done.stderr
    assert qcode("codebook", "delete", "money", *WHY).returncode == 0
    assert "money" not in codes(coded)
    assert qcode("codebook", "delete", "trust", "--reassign", "contact", *WHY).returncode == 0
    assert codes(coded)["contact"]["aliases"] == ["trust", "bond"]
    assert decision(coded, "delete-trust-anna")["into"] == ["contact"]
    assert qcode("check").returncode == 0


def test_a_dry_run_shows_the_diff_and_wants_no_reason(coded: Path, qcode: Run) -> None:
    done = qcode("codebook", "edit", "contact", "--definition", "Who rang.", "--dry-run", "--by", "anna")
    assert done.returncode == 0, done.stderr
    assert "+  - {id: contact, key: T1, label: {en: Contact, nl: Contact}, definition: {en: Who rang.}}" in done.stdout
    assert "+operation: edit" in done.stdout
    assert book(coded)["version"] == 2
    assert not (coded / "codebooks/decisions").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["add", "contact"], "there already"),
        (["add", "bond"], "'trust' had before"),
        (["add", "a b"], "can't be an id"),
        (["add", "x", "--key", "t1"], "belongs to 'contact'"),
        (["add", "x", "--phase", "befor"], "Did you mean 'before'"),
        (["add", "x", "--under", "themas", "--after", "money"], "Give one of them"),
        (["edit", "contact"], "nothing to change"),
        (["rename", "contakt", "x"], "Did you mean 'contact'"),
        (["move", "themes", "--under", "contact"], "under or beside itself"),
        (["move", "contact"], "say where to"),
        (["merge", "themes", "--into", "contact"], "stands below it"),
        (["merge", "contact", "--into", "old-step"], "is retired"),
        (["retire", "old-step"], "is retired already"),
        (["retire", "steps"], "stand below it"),
        (["restore", "trust"], "is in use"),
        (["delete", "steps"], "has codes below it"),
        (["split", "trust", "--into", "x"], "two or more"),
        (["split", "trust", "--into", "x,trust"], "one of its own parts"),
        (["split", "trust", "--into", "x,y"], "1 of 1 codings of 'trust' are not settled: bbbbbbbb"),
        (["split", "trust", "--into", "x,y", "--where", "x"], "is no rule"),
        (["split", "trust", "--into", "x,y", "--where", "z=coder = anna"], "unknown part 'z'"),
        (["split", "trust", "--continue"], "was not split"),
        (["rename", "contact", "x", "--date", "soon"], "is no date"),
    ],
)
def test_what_cannot_be_is_one_clear_error_and_writes_nothing(
    coded: Path, qcode: Run, args: list[str], said: str
) -> None:
    before = (coded / BOOK).read_bytes()
    done = qcode("codebook", *args, *("--reason", "r", "--by", "anna"))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert (coded / BOOK).read_bytes() == before
    assert not (coded / "codebooks/decisions").exists()


def test_a_reason_is_wanted(coded: Path, qcode: Run) -> None:
    done = qcode("codebook", "retire", "money", "--by", "anna")
    assert (done.returncode, "--reason" in done.stderr) == (2, True)


def test_a_split_by_rules_keeps_what_was_said_of_each_coding(coded: Path, qcode: Run) -> None:
    """`contact` on two segments, one of them coded `bond` as well: each goes to the part whose rule it fits."""
    rules = ("--where", "calls=NOT id = x", "--rest", "other")
    done = qcode("codebook", "split", "contact", "--into", "calls", "--into", "other", *rules, *WHY)
    assert (done.returncode, "unknown" in done.stderr) == (2, True)  # no such name in an expression
    rules = ("--where", "calls=phase = before", "--where", "other=phase = after")
    done = qcode("codebook", "split", "contact", "--into", "calls,other", *rules, *WHY)
    assert done.returncode == 0, done.stderr
    assert "2 to calls" in done.stderr
    text = CODED.replace("[contact]", "[calls]").replace("[contact, {code", "[calls, {code")
    assert (coded / "cases/1/codings/employer.anna.yaml").read_text(encoding="utf-8") == text
    assert [c for c in codes(coded) if codes(coded)[c]["parent"] == "themes"] == ["contact", "calls", "other", "money"]
    assert codes(coded)["contact"]["retired"] is True
    assert decision(coded, "split-contact-anna")["into"] == ["calls", "other"]
    assert qcode("check").stdout == ""


@pytest.mark.parametrize("ending", ["csv", "yaml"])
def test_a_split_by_a_list_that_is_filled_in(coded: Path, qcode: Run, ending: str) -> None:
    """Written with what the rules settle, refused until every segment has a part; one segment may have both."""
    command = ["codebook", "split", "contact", "--into", "calls,other", "--list", f"l.{ending}", *WHY]
    written = qcode(*command)
    assert "2 segments, of which 0 settled by a rule" in written.stderr
    file = coded / f"l.{ending}"
    assert (qcode(*command).returncode, book(coded)["version"]) == (2, 2)
    text = file.read_text(encoding="utf-8")
    if ending == "csv":
        text = text.replace("aaaaaaaa,,", "aaaaaaaa,calls;other,").replace("bbbbbbbb,,", "bbbbbbbb,other,")
    else:
        text = text.replace("into:\n", "into: calls other\n", 1).replace("into:\n", "into: other\n", 1)
    file.write_text(text, encoding="utf-8")
    done = qcode(*command)
    assert done.returncode == 0, done.stderr
    assert "1 to calls, 2 to other" in done.stderr
    found = yaml.safe_load((coded / "cases/1/codings/employer.anna.yaml").read_text(encoding="utf-8"))["segments"]
    assert [s["codes"] for s in found] == [
        ["calls", "other"], ["other", {"code": "bond", "valence": "helping"}]
    ]  # fmt: skip


def test_a_list_with_a_slip_says_where(coded: Path, qcode: Run) -> None:
    command = ["codebook", "split", "contact", "--into", "calls,other", "--list", "l.csv", *WHY]
    for rows, said in [
        ("aaaaaaaa,calls\nbbbbbbbb,colls\n", "l.csv:3: 'colls' is not a part of 'contact'"),
        ("aaaaaaaa,calls\naaaaaaaa,calls\n", "l.csv:3: segment 'aaaaaaaa' is there twice"),
        ("zzzzzzzz,calls\n", "l.csv:2: segment 'zzzzzzzz' is not coded 'contact'"),
    ]:
        (coded / "l.csv").write_text(f"segment,into\n{rows}", encoding="utf-8")
        assert said in qcode(*command).stderr


def test_tidy_writes_todays_ids_in_ones_own_files(coded: Path, qcode: Run) -> None:
    assert "Nothing to tidy." in qcode("codebook", "tidy", "--coder", "bram").stderr
    done = qcode("codebook", "tidy", "--coder", "anna")
    assert "Wrote today's ids in 1 file of anna." in done.stderr
    text = (coded / "cases/1/codings/employer.anna.yaml").read_text(encoding="utf-8")
    assert text == CODED.replace("code: bond", "code: trust")


def test_show_counts_and_tells_one_code(coded: Path, qcode: Run) -> None:
    shown = qcode("codebook", "show", "--ids", "--format", "csv").stdout.splitlines()
    assert shown == [
        "code,codings,transcripts,cases,coders", "themes,2,1,1,1", "contact,2,1,1,1", "money,0,0,0,0",
        "steps,1,1,1,1", "trust,1,1,1,1", "\"old-step (retired, now trust)\",0,0,0,0",
    ]  # fmt: skip
    qcode("codebook", "rename", "trust", "bond2", *WHY)
    told = qcode("codebook", "show", "--code", "bond").stdout
    assert "“[bold]Really[/bold], every Friday.”" in told
    assert "2019-09-12 anna: renamed trust to bond2. We said so. (version 3)" in told


def test_lint_advises(coded: Path, qcode: Run) -> None:
    (coded / "cases/1/codings/employer.bram.yaml").write_text(
        'transcript: employer.md\ncoder: bram\nsegments:\n- quote: "And then?"\n  codes: [contact]\n', encoding="utf-8"
    )
    for code in ("contact", "money"):
        said = "A person in the household calls the municipality"
        qcode("codebook", "edit", code, "--definition", said, "--example", "Hello.", *WHY)
    done = qcode("codebook", "lint")
    assert done.returncode == 0
    found = {(line.rsplit("[", 1)[1][:-1], line.split("'")[1]) for line in done.stdout.splitlines() if line[0] != " "}
    assert found == {
        ("no-definition", "themes"), ("no-definition", "steps"), ("no-definition", "trust"), ("no-example", "trust"),
        ("one-coder", "trust"), ("never-used", "money"), ("overlap", "contact"),
    }  # fmt: skip


def test_decisions_as_a_page(coded: Path, qcode: Run) -> None:
    qcode("codebook", "rename", "contact", "calls", "--reason", "*Clearer*.", "--by", "bram", "--date", "2019-09-13")
    qcode("codebook", "add", "x", *WHY)
    assert qcode("codebook", "decisions").stdout.splitlines() == [
        "# Decisions on the codebook Small", "",
        "## 2019-09-12: added x", "", "Anna, version 4", "", "We said so.", "",
        "## 2019-09-13: renamed contact to calls", "", "Bram, version 3", "", "\\*Clearer\\*.",
    ]  # fmt: skip


def test_a_split_tells_what_else_names_the_whole(coded: Path, qcode: Run) -> None:
    """An observation told as an example of `contact` is left to whoever told it; check says so, and stops no commit."""
    said = "- id: fridays\n  evidence: [aaaaaaaa]\n  illustrates: [contact]\n"
    first = yaml.safe_load(CODED)["segments"][0]["id"]
    (coded / "cases/1/observations.yaml").write_text(said.replace("aaaaaaaa", first), encoding="utf-8")
    assert qcode("check").stdout == ""
    done = qcode("codebook", "split", "contact", "--into", "calls,other", "--rest", "calls", *WHY)
    assert "Still named by observation 1/fridays: say there which part is meant." in done.stderr
    found = qcode("check")
    assert (found.returncode, "Name in its place what its evidence shows: calls." in found.stdout) == (0, True)


@pytest.mark.parametrize(
    "command",
    [
        ("codebook", "show"), ("codebook", "show", "contact"), ("codebook", "lint"),
        ("codebook", "rename", "trust", "belief", "-n"), ("codebook", "merge", "trust", "--into", "contact", "-n"),
        ("codebook", "retire", "contact", "-n"), ("codebook", "delete", "contact"),
        ("codebook", "delete", "money", "-n"),
        ("codebook", "split", "contact", "--into", "a,b", "--where", "a=phase = before", "--rest", "b", "-n"),
        ("codebook", "tidy", "--coder", "anna", "-n"),
        ("observe", "add", "1", "--title", "So", "--evidence", "aaaaaaaa", "-n"),
        ("observe", "add", "1", "--title", "So", "--evidence", "zzzzzzzz", "-n"),
        ("memo", "add", "--about", "bbbbbbbb", "--text", "So.", "--date", "2019-09-12", "-n"),
        ("summary", "set", "1", "contact", "--text", "So.", "-n"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_the_index_changes_no_answer_and_no_plan(coded: Path, qcode: Run, command: tuple[str, ...]) -> None:
    """Nothing read before, nothing changed, and a coding added since: as without it, to the byte."""
    file = coded / "cases/1/codings/employer.anna.yaml"
    more = "- id: cccccccc\n  quote: he trusted me\n  codes: [money, bond]\n"
    for text in (file.read_text(encoding="utf-8"), None, file.read_text(encoding="utf-8") + more):
        if text is not None:
            file.write_text(text, encoding="utf-8")
        plain, found = qcode("--no-cache", *command), qcode(*command)
        assert (found.returncode, found.stdout, found.stderr) == (plain.returncode, plain.stdout, plain.stderr)
