"""The desk's way to the files: what somebody else wrote is noticed, read only when a file looks different."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from qcode.cli.desk import Way, remembered
from qcode.core.errors import QcodeError
from qcode.tui.app import Desk
from qcode.tui.doors import Draft, Memory, Stale
from qcode.tui.screen import DeskScreen

Run = Callable[..., CompletedProcess[str]]
BRAM = """\
transcript: employer.md
coder: bram
status: done
segments:
- id: cccccccc
  quote: "She rang me every Friday."
  codes: [contact]
- id: dddddddd
  quote: "I trusted him"
  codes: [money]
"""
FILE = "cases/1/codings/employer.anna.yaml"
TEXT = "cases/1/employer.md"


@pytest.fixture
def way(study: Path) -> Way:
    return Way(study, "anna")


def test_ones_own_saving_is_no_change_and_another_process_coding_is(way: Way, qcode: Run) -> None:
    session = way.reload("1/employer")
    assert not way.changed(session)
    start = session.transcript.text.index("She rang")
    session = way.save(session.add((start, start + 8), ["trust"]))
    assert not way.changed(session)
    assert qcode("tag", "1/employer", "--quote", "I trusted him", "--code", "T1", "--coder", "anna").returncode == 0
    assert way.changed(session)
    assert not way.changed(session), "told once"
    with pytest.raises(Stale):
        way.save(session.add((start, start + 12), ["trust"]))
    assert [s.quote for s in way.reload("1/employer").codings.segments] == ["She rang", "I trusted him"]


@pytest.mark.parametrize("path", [FILE, TEXT])
def test_a_file_touched_but_the_same_is_no_change_and_one_that_is_other_is(way: Way, study: Path, path: str) -> None:
    session = way.reload("1/employer")
    session = way.save(session.add((0, 3), ["trust"])) if path == FILE else session
    file = study / path
    file.write_bytes(file.read_bytes())
    os.utime(file, ns=(1, 1))
    assert not way.changed(session)
    file.write_bytes(file.read_bytes() + (b"# by hand\n" if path == FILE else b"\nMore.\n"))
    assert way.changed(session) == (path == TEXT), "a comment in a codings file says nothing"


def test_a_file_with_the_marks_of_a_merge_is_told_of_and_then_read_again(way: Way, study: Path) -> None:
    session = way.reload("1/employer")
    session = way.save(session.add((0, 3), ["trust"]))
    text = (study / FILE).read_text(encoding="utf-8")
    (study / FILE).write_text("<<<<<<< ours\n" + text, encoding="utf-8")
    assert way.changed(session)
    with pytest.raises(QcodeError):
        way.reload("1/employer")
    (study / FILE).write_text(text, encoding="utf-8")
    assert not way.changed(session)


def test_a_file_that_was_removed_is_a_change(way: Way, study: Path) -> None:
    session = way.reload("1/employer")
    session = way.save(session.add((0, 3), ["trust"]))
    (study / FILE).unlink()
    assert way.changed(session)
    assert way.reload("1/employer").codings.segments == ()


def test_a_new_code_is_made_on_top_of_what_others_put_in_the_codebook_meanwhile(
    way: Way, qcode: Run, study: Path
) -> None:
    way.reload("1/employer")
    assert qcode("codebook", "add", "visits", "--label", "Visits", "--reason", "r", "--by", "bram").returncode == 0
    name, book = way.new_code(Draft("Weekly calls!", "steps", "Who rings."), "1/employer")
    assert (name, book.version, book.by_id[name].parent) == ("weekly-calls", 4, "steps")
    assert {"visits", "weekly-calls"} <= set(book.by_id)
    with pytest.raises(QcodeError, match="is there already"):
        way.new_code(Draft("weekly calls", None, "Again."), "1/employer")
    with pytest.raises(QcodeError, match="can't be an id"):
        way.new_code(Draft("👍", None, "A thumb."), "1/employer")
    assert way.reload("1/employer").study.codebook == book
    assert qcode("undo").returncode == 0
    assert "weekly-calls" not in (study / "codebooks/small.yaml").read_text(encoding="utf-8")


def test_what_the_team_decides_against_is_in_its_file(coded: Path, qcode: Run) -> None:
    """At the desk, in the file, in the list of differences and for the next who opens it; x again takes it out."""
    (coded / "cases/1/codings/employer.bram.yaml").write_text(BRAM, encoding="utf-8")
    way, file = Way(coded, "consensus"), coded / "cases/1/codings/employer.consensus.yaml"

    def desk(*keys: str) -> list[str]:
        found: list[str] = []

        async def run() -> None:
            made = Desk(way.reload("1/employer"), way.doors(), remembered(coded, "consensus"))
            async with made.run_test(size=(140, 30)) as pilot:
                for key in keys:
                    await pilot.press(key)
                    screen = made.screen
                    assert isinstance(screen, DeskScreen)
                    found.append(screen.ground.text[slice(*screen.selection.span)])

        asyncio.run(run())
        return found

    def differences() -> dict[tuple[str, int], str | None]:
        records = json.loads(qcode("agreement", "--differences", "--format", "json").stdout)["data"]
        return {(record["code"], record["line"]): record["settled"] for record in records}

    assert differences() == {("contact", 10): None, ("trust", 10): None, ("money", 16): None}
    assert desk("n", "x", "n", "n", "x")[0] == "[bold]Really[/bold], every Friday."
    (really, trusted) = yaml.safe_load(file.read_text(encoding="utf-8"))["segments"]
    assert (really["quote"], really["against"]) == ("[bold]Really[/bold], every Friday.", ["contact", "trust"])
    assert (trusted["quote"], trusted["against"]) == ("I trusted him", ["money"])
    assert all("codes" not in segment for segment in (really, trusted))
    assert set(differences().values()) == {"against"}
    said = qcode("agreement", "--differences").stdout
    assert "money: Anna not / Bram yes → consensus against it" in said
    assert "The consensus settled 3 of 3 differences." in said
    assert not (coded / ".qcode/desk.json").exists(), "nothing of it is kept on this machine alone"

    assert qcode("untag", trusted["id"]).returncode == 0
    assert desk("n", "x")[0] == "I trusted him", "the one that is open is the one that is sought"
    assert desk("n")[0] != "I trusted him"
    text = (coded / TEXT).read_text(encoding="utf-8")
    (coded / TEXT).write_text(text.replace("Really[/bold], every", "Really[/bold], each"), encoding="utf-8")
    assert "not T1 Contact, not S1 trust" in qcode("reanchor").stdout
    assert "consensus.yaml" in qcode("check").stdout
    assert "Accepted" in qcode("reanchor", "--accept", "changed>=0.8").stderr
    assert "consensus.yaml" not in qcode("check").stdout
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["segments"][0]["against"] == ["contact", "trust"]


def test_what_is_remembered_comes_back_and_nonsense_does_not(way: Way, study: Path) -> None:
    memory = Memory("1/employer", 12, ("trust",), {"1": "trust"})
    way.remember(memory)
    assert remembered(study, "anna") == memory
    assert remembered(study, "bram") == Memory()
    (study / ".qcode/desk.json").write_text(
        '{"anna": {"settled": ["trust a1"], "favourites": 3, "recent": [1], "offset": "x"}}', encoding="utf-8"
    )
    assert remembered(study, "anna") == Memory()
