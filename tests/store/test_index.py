"""The index gives the answers that reading every file gives, whatever happened to the files, or to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from itertools import compress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qcode.core.check import check
from qcode.core.errors import QcodeError
from qcode.core.model import CodingSet, Study
from qcode.core.rows import Row, rows, units
from qcode.core.settle import resettled, waiting
from qcode.core.usage import usage
from qcode.store import index, packed, shards
from qcode.store.checked import problems_of
from qcode.store.index import IndexedStudy, counted_rows, load_indexed
from qcode.store.packed import pack_column, unpack_column
from qcode.store.project import load, load_codings, plan_codings
from qcode.store.tree import Entry, Tree

BOOK = """\
name: B
version: 2
perspectives: [{id: boss}, {id: worker}]
phases: [{id: before}, {id: after}]
codes:
- {id: trust, aliases: [faith], phase: before}
- {id: contact}
"""
TEXT = (
    "---\nperspective: boss\n---\n# One {phase=after}\n\n**I:** And then?\n\n**R:** We met on Monday. They came back.\n"
)
CODED = """\
transcript: boss.md
coder: anna
status: done
segments:
- id: k1
  quote: "We met on Monday."
  codes:
  - faith
  - code: contact
    valence: helping
- id: k2
  quote: "They came back."
  codes:
  - trust
"""
FILES = {
    "qcode.yaml": "study: S\ncodebook: book.yaml\ncoders: {anna: Anna}\nminimum_perspectives: 1\n",
    "book.yaml": BOOK,
    "cases/1/case.yaml": "outcome: good\ninterviews:\n- {perspective: boss, consent: given}\n",
    "cases/1/boss.md": TEXT,
    "cases/1/codings/boss.anna.yaml": CODED,
    "cases/1/observations.yaml": "- {id: o1, title: Striking, evidence: [k1], steps: [trust], agreement: agree}\n",
    "cases/2/boss.md": TEXT.replace("Monday", "Friday"),
    "cases/2/codings/boss.bram.yaml": CODED.replace("anna", "bram").replace("Monday", "Friday").replace("k", "m"),
    "cases/3/worker.yaml": "perspective: worker\nturns:\n- {speaker: R, text: We met on Monday.}\n",
    "cases/3/codings/worker.consensus.yaml": CODED.replace("boss.md", "worker.yaml").replace("anna", "consensus"),
}


def made(root: Path) -> Path:
    for path, text in FILES.items():
        written(root, path, text)
    return root


def written(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return made(tmp_path)


def grouped(found: list[Row]) -> list[Row]:
    """The rows with their segments numbered as met: the numbers themselves mean nothing."""
    numbers: dict[int, int] = {}
    return [row._replace(segment=numbers.setdefault(row.segment, len(numbers))) for row in found]


def answers(study: Study, found: list[Row]) -> tuple[object, ...]:
    """All that a command could learn of a study."""
    cases = [(c.id, c.path, c.outcome, c.attributes, c.observations, c.where, c.held) for c in study.cases]
    interviews = [
        (i.perspective, i.respondent, i.held, i.consent, i.planned, i.where, i.transcript and i.transcript.id)
        for case in study.cases
        for i in case.interviews
    ]
    texts = [(t.id, t.path, t.perspective, t.blob, t.speakers, t.text, t.layout) for t in study.transcripts.values()]
    sets = [(s.path, s.case, s.coder, s.status, s.transcript, s.count, s.segments, s.where) for s in study.codings]
    return (
        cases,
        interviews,
        texts,
        sets,
        study.faults,
        study.met,
        usage(study),
        [dict(names) for names in study.names],
        units(study),
        grouped(found),
        study.settings,
        study.codebook,
    )


def agree(root: Path) -> IndexedStudy:
    """The index says what reading every file says; what it gave."""
    plain = load(root)
    found = load_indexed(root)
    assert isinstance(found, IndexedStudy)
    assert found.table is not None
    assert answers(found, list(counted_rows(found.table, found))) == answers(plain, list(rows(plain)))
    assert problems_of(root, found) == check(plain)
    for coders in (["anna"], ["bram", "consensus"]):
        said = [row.counted for row in counted_rows(found.table, found, coders)]
        assert said == [row.counted for row in rows(plain, coders=coders)]
    return found


def read_again(monkeypatch: pytest.MonkeyPatch, root: Path) -> list[str]:
    """The cases that are read in a load, the others being in the index."""
    read: list[str] = []
    shard = shards.Reader.shard

    def noting(self: shards.Reader, folder: Entry) -> shards.Shard:
        read.append(folder.name)
        return shard(self, folder)

    monkeypatch.setattr(shards.Reader, "shard", noting)
    agree(root)
    monkeypatch.undo()
    return read


def settled(root: Path) -> None:
    """Files that have lain there for a while."""
    for path in root.rglob("*.*"):
        if ".qcode" not in path.parts:
            os.utime(path, (10**9, 10**9))


def test_a_second_look_reads_nothing(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_again(monkeypatch, study) == ["1", "2", "3"]
    assert read_again(monkeypatch, study) == []


def test_what_changed_is_read_and_nothing_else(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(study)
    written(study, "cases/2/boss.md", TEXT.replace("Monday", "Sunday"))
    assert read_again(monkeypatch, study) == ["2"]
    written(study, "cases/1/codings/boss.anna.yaml", CODED.replace("helping", "hinder"))
    assert read_again(monkeypatch, study) == ["1"]


def test_the_codebook_counts_only_where_rows_depend_on_it(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(study)
    written(study, "book.yaml", BOOK.replace("{id: contact}", "{id: contact, label: Contact}"))
    assert read_again(monkeypatch, study) == []
    written(study, "book.yaml", BOOK.replace("aliases: [faith]", "aliases: [credo]"))
    assert read_again(monkeypatch, study) == ["1", "2", "3"]


def test_one_size_and_one_time_do_not_hide_a_change(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `git checkout`, or an editor that puts back the time."""
    path = study / "cases/1/boss.md"
    agree(study)
    before = path.stat()
    path.write_text(TEXT.replace("Monday", "Sunday"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert read_again(monkeypatch, study) == ["1"]


def test_a_file_touched_just_before_is_compared_byte_by_byte(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the clock of the file system is too coarse to tell, the look of a file proves nothing."""
    looks = shards.look(study, "cases/1")
    assert looks is not None
    monkeypatch.setattr(index, "look", lambda root, folder: looks if folder == "cases/1" else shards.look(root, folder))
    monkeypatch.setattr(shards, "look", lambda root, folder: looks)
    load_indexed(study)
    written(study, "cases/1/boss.md", TEXT.replace("Monday", "Sunday"))
    found = load_indexed(study)
    assert isinstance(found, IndexedStudy)
    assert found.table is not None
    assert "lost" in found.table.column("state")[:3] or "changed" in found.table.column("state")[:3]


def test_a_touch_alone_reads_nothing(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(study)
    settled(study)
    assert read_again(monkeypatch, study) == []


def test_an_old_text_that_comes_is_looked_at(study: Path) -> None:
    """A quote is found by the text it was written against, once git has that."""
    blob = "f" * 40
    written(study, "cases/1/codings/boss.anna.yaml", CODED.replace("status:", f"text: {blob}\nstatus:"))
    written(study, "cases/1/boss.md", TEXT.replace("We met on Monday", "Long ago we saw each other"))
    known: dict[str, str] = {}

    def asked(root: Path) -> Callable[[str], str | None]:
        return known.get

    for texts in ({}, {}, {blob: TEXT}, {}):
        known |= texts
        found = load_indexed(study, asked)
        assert isinstance(found, IndexedStudy)
        assert found.table is not None
        states = [row.state for row in rows(load(study), old_text=known.get)]
        assert list(found.table.column("state")) == states
    assert states != [row.state for row in rows(load(study))]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def garbage(file: Path) -> None:
    file.write_bytes(b"not a database at all" * 400)


def scrambled(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for at in range(5000, len(data), 37):
        data[at] ^= 0x55
    file.write_bytes(bytes(data))


def of_another_form(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as database:
        database.execute("create table shard (other int)")
    database.close()


def other_facts(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("update shard set facts = '[]'")
    database.close()


def no_parts(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("delete from part where name = 'code'")
    database.close()


def other_parts(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("update part set data = x'00'")
    database.close()


def torn(file: Path) -> None:
    """Where the parts begin there is nothing any more; the rest is whole."""
    with sqlite3.connect(file) as database:
        ((size,),) = database.execute("pragma page_size")
        ((page,),) = database.execute("select rootpage from sqlite_master where name = 'part'")
    database.close()
    data = bytearray(file.read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    file.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [Path.unlink, cut, garbage, scrambled, of_another_form, other_facts, no_parts, other_parts, torn],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_index_does_no_harm(study: Path, damage: Callable[[Path], None]) -> None:
    agree(study)
    damage(study / ".qcode" / index.NAME)
    agree(study)
    agree(study)


def test_codings_are_looked_at_without_the_cases(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a case is, is read when somebody asks for it; which codings there are needs no case."""
    agree(study)
    monkeypatch.setattr(index, "unpack_case", None)  # so that to read one is an error
    found = load_indexed(study).require()
    assert isinstance(found, IndexedStudy)
    assert found.table is not None
    chosen = found.table.where(found.table.holding("code", lambda code: code == "trust"))
    coders = [row.coder for row in chosen.rows({"coder"})]
    assert coders == ["anna", "anna", "bram", "bram", "consensus", "consensus"]
    monkeypatch.undo()
    assert [case.id for case in found.cases] == ["1", "2", "3"]


def test_a_folder_that_cant_be_made_is_done_without(study: Path) -> None:
    (study / ".qcode").write_text("in the way")
    agree(study)
    assert (study / ".qcode").read_text() == "in the way"


def test_an_index_that_others_hold_is_done_without(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(study)
    monkeypatch.setattr(index, "_WAIT", 0.0)
    other = sqlite3.connect(study / ".qcode" / index.NAME, isolation_level=None)
    written(study, "cases/1/boss.md", TEXT.replace("Monday", "Sunday"))
    for held in ("begin immediate", "begin exclusive"):
        other.execute(held)
        agree(study)
        other.execute("rollback")
    other.close()
    assert read_again(monkeypatch, study) == ["1"]
    assert read_again(monkeypatch, study) == []


def test_a_link_in_its_place_is_not_written_through(study: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "precious"
    outside.write_text("mine")
    (study / ".qcode").mkdir()
    (study / ".qcode" / index.NAME).symlink_to(outside)
    agree(study)
    assert outside.read_text() == "mine"


def test_an_index_from_elsewhere_is_not_believed(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody could send a study with an index that says otherwise than its files."""
    agree(study)
    elsewhere = tmp_path / "copy"
    shutil.copytree(study, elsewhere)
    assert read_again(monkeypatch, elsewhere) == ["1", "2", "3"]


def test_a_link_is_looked_at_anew(study: Path) -> None:
    """What is behind it can change without any file of the case looking otherwise."""
    written(study, "cases/1/real/boss.md", TEXT)
    (study / "cases/1/boss.md").unlink()
    (study / "cases/1/boss.md").symlink_to("real/boss.md")
    agree(study)
    written(study, "cases/1/real/boss.md", TEXT.replace("Monday", "Sunday"))
    agree(study)


def test_faults_are_told_each_time(study: Path) -> None:
    written(study, "cases/1/codings/boss.chris.yaml", "transcript: boss.md\ncoder: [\n")
    for _ in range(2):
        with pytest.raises(QcodeError):
            agree(study).require()


def test_git_checkout_back_and_forth(study: Path) -> None:
    """Sizes are the same on both branches, and git writes both within one tick of some clocks."""

    def git(*args: str) -> None:
        subprocess.run(["git", "-C", str(study), *args], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("config", "user.email", "a@example.org")
    git("config", "user.name", "A")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    written(study, "cases/1/boss.md", TEXT.replace("Monday", "Sunday"))
    git("commit", "-qam", "two")
    for branch in ("main", "other", "main", "other"):
        git("checkout", "-q", branch)
        agree(study)


edit = st.sampled_from(
    ["edit", "same size", "delete", "add", "touch", "rename", "case", "book", "beside", "drop index"]
)


@given(st.lists(st.tuples(edit, st.integers(0, 7)), max_size=6))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_answers_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int]]
) -> None:
    root = made(tmp_path_factory.mktemp("study"))
    agree(root)
    for what, number in edits:
        paths = sorted(path for path in (root / "cases").rglob("*.*") if path.is_file())
        path = paths[number % len(paths)] if paths else root / "cases/1/boss.md"
        change(root, path, what, number)
        agree(root)


def change(root: Path, path: Path, what: str, number: int) -> None:
    if what == "book":
        written(root, "book.yaml", BOOK.replace("faith", f"faith{number}"))
    elif what == "beside":
        names = "codebooks/memos/m.md", "cases/1/memos/m.md", "codebooks/guides/g.yaml", "codebooks/decisions/d.yaml"
        written(root, names[number % 4], f"---\nabout: x{number}\n---\n")
    elif what == "drop index":
        (root / ".qcode" / index.NAME).unlink(missing_ok=True)
    elif what == "case":
        written(root, f"cases/{number}/boss.md", TEXT)
    elif what == "add":
        written(root, f"cases/1/codings/boss.c{number}.yaml", CODED.replace("anna", f"c{number}").replace("k", "n"))
    elif not path.exists():
        return
    elif what == "delete":
        path.unlink()
    elif what == "rename":
        path.rename(path.with_name(f"x{number}{path.suffix}"))
    elif what == "touch":
        os.utime(path, ns=(number, number))
    else:
        before, text = path.stat(), path.read_text(encoding="utf-8")
        path.write_text(text.replace("o", "a") if what == "same size" else text + "\n", encoding="utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


TEXTS = st.lists(st.none() | st.text(max_size=4) | st.sampled_from(["\0", "a\0b", "\ud800", "", "é" * 300]), max_size=8)


@given(TEXTS, st.lists(st.none() | st.integers(0, 10**12), max_size=8))
@settings(deadline=None, max_examples=100)
def test_a_column_comes_back_as_it_was_put_away(texts: list[str | None], numbers: list[int | None]) -> None:
    """Whatever stands in it: NULs, half of a character, numbers that C has no room for."""
    assert list(unpack_column(pack_column("quote", texts))) == texts
    assert list(unpack_column(pack_column("line", numbers))) == numbers


def test_some_codings_are_read_as_all_are(study: Path) -> None:
    """What is picked of a column is what stands there when all of it is read, damaged cases included."""
    agree(study)
    with sqlite3.connect(study / ".qcode/index.sqlite") as database:
        database.execute("update part set data = x'00' where name = 'quote' and shard = (select min(shard) from part)")
    found = load_indexed(study)
    assert isinstance(found, IndexedStudy)
    assert found.table is not None
    mask = [at % 2 for at in range(len(found.table))]
    for name in (*packed.COLUMNS, "case"):
        every = [row[Row._fields.index(name)] for row in rows(load(study))]
        got = list(found.table.where(mask).column(name))
        if name != "segment":  # the numbers themselves mean nothing
            assert got == list(compress(every, mask))


def test_what_uses_each_code_is_known_without_reading_codings(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the id that stands in the file, several on one span each for itself."""
    written(study, "cases/2/codings/boss.bram.yaml", FILES["cases/2/codings/boss.bram.yaml"] + "  - faith\n")
    agree(study)
    monkeypatch.setattr(shards, "load_codings", None)
    found = load_indexed(study)
    assert [dict(tally) for tally in found.tallies] == [
        {"faith": 1, "contact": 1, "trust": 1}, {"faith": 2, "contact": 1, "trust": 1},
        {"faith": 1, "contact": 1, "trust": 1},
    ]  # fmt: skip
    assert str(usage(found)["trust"]) == "7 codings in 3 transcripts (anna 2, bram 3, consensus 2)"
    assert [sorted(names) for names in found.names] == [["k1", "k2"], ["m1", "m2"], ["k1", "k2"]]


def test_a_decision_against_a_code_is_found_and_is_no_coding_of_it(study: Path) -> None:
    """By what the index keeps of each file, as by the files themselves."""
    name = "cases/1/codings/boss.anna.yaml"
    bare = CODED.replace("  - code: contact\n    valence: helping\n", "") + "  against:\n  - contact\n"
    written(study, name, bare)
    agree(study)
    for of in (load_indexed(study), load(study)):
        assert name in [codings.path for codings in of.sets_with("contact".__eq__)]
        assert "anna" not in usage(of)["contact"].coders
        assert {one.path: one.count for one in of.codings}[name] == 2


def test_only_files_with_the_code_are_read_to_settle_it(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the plan is that of a study that was read file by file."""
    name = "cases/1/codings/boss.anna.yaml"
    written(study, name, CODED.replace("  - code: contact\n    valence: helping\n", ""))
    agree(study)
    read: list[str] = []

    def noting(tree: Tree, like: CodingSet) -> CodingSet | None:
        read.append(like.path)
        return load_codings(tree, like)

    monkeypatch.setattr(shards, "load_codings", noting)
    found = load_indexed(study)
    parts = {one.key: ("trust",) for one in waiting(found, "contact")}
    plan = plan_codings(study, resettled(found, "contact", parts, ["trust"]))
    assert sorted(read) == sorted(path for path in FILES if "/codings/" in path and path != name)
    assert plan.diff() == plan_codings(study, resettled(load(study), "contact", parts, ["trust"])).diff()
    assert [change.path for change in plan.changes] == sorted(read)
