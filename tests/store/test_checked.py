"""What is found through the index is what looking at the whole study at once finds, and only what changed is looked at.

The oracle puts every rule to the whole study, as it was read from every file: nothing case by case, nothing remembered.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qcode.api import old_texts
from qcode.core.check import GUIDE_RULES, RULES, check
from qcode.core.errors import Problem, QcodeError
from qcode.core.facts import SETTINGS, Facts
from qcode.core.model import CodingSet, Study
from qcode.core.rows import OldText
from qcode.core.summaries import fingerprint
from qcode.core.words import natural
from qcode.store import shards
from qcode.store.checked import problems_of
from qcode.store.index import NAME, load_indexed
from qcode.store.project import load
from qcode.store.reading import blob_id

BOOK = """\
name: B
version: 2
perspectives: [{id: boss}, {id: worker}]
phases: [{id: before}, {id: after}]
outcomes: [{id: good}]
valences: [{id: helping}]
codes:
- {id: trust, aliases: [faith], phase: before}
- {id: contact, label: Contact}
"""
TEXT = "---\nperspective: boss\nguide: g\n---\n# One {phase=after}\n\n**R:** We met on Monday. They came back.\n"
GONE = "Long ago there was a talk"
BEFORE = TEXT.replace("We met on Monday", GONE)
OLD = blob_id(BEFORE.encode())
CODED = """\
transcript: boss.md
coder: anna
segments:
- id: k1
  quote: "We met on Monday."
  codes: [faith, contact]
- id: k2
  quote: "They came back."
  codes:
  - {code: trust, valence: helping}
"""
HASH = fingerprint([("k1", "We met on Monday."), ("k2", "They came back.")])  # of all that is under trust
MEMO = "---\nabout: {}\n---\nWords.\n"
BROKEN = "<<<<<<< ours\n"
CODINGS = "cases/1/codings/boss.anna.yaml"
# What each file may say: None where it is not there, and first what it says to begin with.
FILES: dict[str, list[str | None]] = {
    "qcode.yaml": [
        "codebook: book.yaml\nguides: guides\ncoders: {anna: A, bram: B}\n",
        "codebook: book.yaml\nguides: guides\ncoders: {anna: A}\ntargets: {bad: 2}\n",
        "codebook: book.yaml\nguides: others\ncoders: {anna: A, bram: B}\nspeakers: {X: respondent}\n",
        BROKEN,
    ],
    "book.yaml": [
        BOOK,
        "# One line more\n" + BOOK.replace("label: Contact", "label: Touch"),
        BOOK.replace("faith", "credo").replace("version: 2", "version: 1"),
        BOOK.replace("id: trust,", "id: trust, retired: true, perspectives: [worker],"),
        BOOK.replace("{id: after}", "{id: later}").replace("{id: helping}", "{id: good}"),
        BROKEN,
    ],
    "guides/g.yaml": [
        "id: g\nperspective: boss\nblocks: [{id: a, questions: [{id: q1, text: How?}]}]\n",
        "id: other\nperspective: worker\nblocks: [{id: a, themes: [nothing], questions: [{id: q1, text: How?}]}]\n",
        "id: g\nperspective: worker\nblocks: []\n",
        None,
        BROKEN,
    ],
    "guides/h.yaml": [None, "id: h\nperspective: boss\nblocks: [{id: a, phase: x}]\n", "id: g\nperspective: boss\n"],
    "codebooks/decisions/d.yaml": [
        None,
        "date: 2020-01-01\nby: anna\noperation: split\ncodes: [trust]\ninto: [contact]\n",
        "date: 2020-01-01\nby: anna\noperation: spilt\ncodes: [trust]\n",
    ],
    "codebooks/memos/m.md": [MEMO.format(about) for about in ("trust", "k1", "m2", "cases/1/boss.md")],
    "cases/2/memos/m.md": [None, MEMO.format("2/boss"), MEMO.format("k9")],
    "cases/1/case.yaml": [
        "outcome: good\ninterviews:\n- {perspective: boss, consent: given}\n",
        "outcome: bad\ninterviews:\n- {perspective: boss, consent: withdrawn}\n",
        BROKEN,
    ],
    "cases/1/boss.md": [
        TEXT,
        TEXT.replace("phase=after", "phase=after q=q1").replace("Monday", "Sunday"),
        TEXT.replace("They came", "You come"),
        TEXT + "\nSaid again: We met on Monday. They came back.\n",
        TEXT.replace("perspective: boss\n", ""),
        None,
    ],
    CODINGS: [
        CODED,
        CODED.replace("coder: anna", f"coder: anna\ntext: {OLD}").replace("We met on Monday", GONE),
        CODED.replace("id: k2", "id: m1").replace("faith, contact", "trust"),
        CODED.replace("id: k1", "id: k9\n  aliases: [k1]"),
        CODED.replace("[faith, contact]", "[]").replace("coder: anna", "coder: b m\ncodebook_version: 2"),
        CODED.replace("[faith, contact]", "[faith, {code: trust, valence: good}]").replace("anna", "anna\nstatus: on"),
        CODED.replace("[faith, contact]", "[]").replace("id: k2", "id: k1"),
        CODED.replace("boss.md", "boss.yaml"),
        CODED.replace('They came back."', 'back."\n  before: "and so they went"\n  after: "again and again"'),
        None,
        BROKEN,
    ],
    "cases/1/observations.yaml": [
        "- {id: o1, evidence: [k1], illustrates: [trust], agreement: agree}\n",
        "- {id: o1, evidence: [m1], illustrates: [trust], steps: [contact]}\n",
        "- {id: o1, evidence: [k9, m2], illustrates: [contact, trust]}\n- {id: o1}\n",
        "- {id: o1, evidence: [m1, k9], steps: [unknown]}\n",
        "- {id: o1, agreement: some, perspectives: {client: Yes}}\n",
    ],
    "cases/1/summaries.yaml": [
        f"trust: {{text: So., hash: {HASH}}}\n",
        "faith: {text: So., quotes: [k2, m1]}\ntrust: {text: No.}\n",
        None,
    ],
    "cases/2/boss.md": [TEXT.replace("Monday", "Friday"), TEXT.replace("Monday", "Friday").replace("boss", "worker")],
    "cases/2/codings/boss.bram.yaml": [
        CODED.replace("anna", "bram").replace("Monday", "Friday").replace("id: k", "id: m"),
        CODED.replace("anna", "bram").replace("Monday", "Friday").replace("id: k", "id: m").replace("faith, ", ""),
        CODED.replace("anna", "bram").replace("Monday", "Friday"),
        BROKEN,
    ],
    "cases/2/observations.yaml": [None, "- {id: o2, evidence: [m1], illustrates: [trust]}\n"],
    "cases/1/boss.yaml": [None, "perspective: boss\nturns: []\n"],
    "cases/1/other.md": [None, TEXT, TEXT.replace("boss", "worker\nrespondent: R"), TEXT.replace("boss", "client")],
    "cases/1/third.yaml": [None, "perspective: worker\nrespondent: R\nturns: [{speaker: R, text: We met.}]\n"],
    "cases/1/codings/third.anna.yaml": [None, CODED],
    "cases/10/boss.md": [None, TEXT],
}  # fmt: skip


def put(root: Path, path: str, text: str | None) -> None:
    file = root / path
    if text is None:
        file.unlink(missing_ok=True)
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def made(root: Path) -> Path:
    for path, (text, *_) in FILES.items():
        put(root, path, text)
    return root


def at_once(study: Study, old_text: OldText | None = None) -> list[Problem]:
    """What every rule finds in the whole study."""
    facts = Facts(study, old_text)
    found = [*study.faults, *study.shelf.faults, *study.pile.faults, *study.ledger.faults]
    for rule in (*RULES, *GUIDE_RULES) if not facts.unreadable & {SETTINGS, study.settings.codebook} else ():
        for find in filter(None, (rule.frame, rule.find)):
            if facts.codings_known or not rule.all_codings:
                problems = [Problem(rule.name, rule.severity, *finding) for finding in find(facts)]
                found += [problem for problem in problems if problem.where.path not in facts.unreadable]
    return sorted(found, key=lambda p: (natural(p.where.path), p.where.line, p.where.column))


def agree(root: Path, old_text: OldText | None = None) -> list[Problem]:
    """What is found, in three ways."""

    def texts(_: Path) -> OldText:
        return old_text or (lambda _: None)

    through = problems_of(root, load_indexed(root, texts), texts)
    assert through == check(load(root), old_text=old_text)
    assert through == at_once(load(root), old_text)
    return through


change = st.sampled_from(
    [(path, text) for path, texts in FILES.items() for text in texts] + [("old", None), ("old", BEFORE)]
)


@given(st.lists(change, max_size=8))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_problems_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str | None]]
) -> None:
    """Old texts come and go, too."""
    root, known = made(tmp_path_factory.mktemp("study")), {OLD: BEFORE}
    agree(root, known.get)
    for path, text in changes:
        if path != "old":
            put(root, path, text)
        elif text is None:
            known.clear()
        else:
            known[OLD] = text
        agree(root, known.get)


CHANGES = [(path, number) for path, texts in FILES.items() for number in range(1, len(texts))]
# In order by themselves, and so only beside others that are not.
SOUND = {
    ("book.yaml", 1),
    ("guides/g.yaml", 2),
    ("codebooks/decisions/d.yaml", 1),
    *(("codebooks/memos/m.md", number) for number in (1, 2, 3)),
    ("cases/2/memos/m.md", 1),
    ("cases/1/observations.yaml", 1),
    ("cases/1/summaries.yaml", 2),
    ("cases/2/codings/boss.bram.yaml", 1),
    ("cases/2/observations.yaml", 1),
}


@pytest.mark.parametrize(("path", "number"), CHANGES)
def test_each_change_and_back_again(tmp_path: Path, path: str, number: int) -> None:
    """Each but some makes a fault or takes one away, so that the test above compares more than nothing."""
    root = made(tmp_path)
    sound = agree(root)
    put(root, path, FILES[path][number])
    assert agree(root) != sound or (path, number) in SOUND
    put(root, path, FILES[path][0])
    assert agree(root) == sound


GUIDE, DECISION, MEMO_FILE = "guides/g.yaml", "codebooks/decisions/d.yaml", "codebooks/memos/m.md"


@pytest.mark.parametrize(
    ("changes", "rule", "there"),
    [
        # A guide that can't be read may be the one that is missed.
        ([(GUIDE, None), (GUIDE, BROKEN)], "unknown-guide", [True, False]),
        # Only where the code is retired is there something to settle.
        ([("book.yaml", FILES["book.yaml"][3]), (DECISION, FILES[DECISION][1])], "unsettled-split", [False, True]),
        # By a former id a segment is there as by its own.
        ([(MEMO_FILE, MEMO.format("k1")), (CODINGS, FILES[CODINGS][3])], "memo-about", [False, False]),
        # A second transcript of the name is not read, and yet codings of it are not of none.
        (
            [(CODINGS, CODED.replace("boss.md", "boss.yaml")), ("cases/1/boss.yaml", "turns: []\n")],
            "no-transcript",
            [True, False],
        ),
        ([(CODINGS, None), (MEMO_FILE, MEMO.format("k1"))], "memo-about", [False, True]),
    ],
)
def test_one_change_after_another(
    tmp_path: Path, changes: list[tuple[str, str | None]], rule: str, there: list[bool]
) -> None:
    root = made(tmp_path)
    for (path, text), expected in zip(changes, there, strict=True):
        put(root, path, text)
        assert (rule in {problem.rule for problem in agree(root)}) is expected


def test_what_was_read_is_let_go(tmp_path: Path) -> None:
    """So that a study of any size takes the memory of one case."""
    root = made(tmp_path)
    study = load_indexed(root)
    problems_of(root, study)
    assert not [codings.path for codings in study.codings if "segments" in vars(codings)]
    assert not [name for name, transcript in study.transcripts.items() if "_whole" in vars(transcript)]


def test_many_cases_are_looked_at_in_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same findings, in the same order, old texts among them; and they are remembered."""
    monkeypatch.setattr(shards, "MANY", 2)
    monkeypatch.setattr(shards, "_processes", lambda: 2)
    root = made(tmp_path)
    for number in range(20):
        for path in ("boss.md", "codings/boss.anna.yaml"):
            put(root, f"cases/c{number}/{path}", FILES[f"cases/1/{path}"][number % 5])
    for old_text in (None, {OLD: BEFORE}.get):
        found = agree(root, old_text)
        assert len({problem.where.path.split("/")[1] for problem in found}) > 10
        assert agree(root, old_text) == found


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codings files whose segments were looked at."""
    found: list[str] = []
    codings = shards.Reader.codings

    def noting(self: shards.Reader, hashes: Mapping[str, str], known: CodingSet) -> CodingSet:
        found.append(known.path)
        return codings(self, hashes, known)

    monkeypatch.setattr(shards.Reader, "codings", noting)
    return found


def looked_at(root: Path, read: list[str], old_text: OldText | None = None) -> set[str]:
    """The cases whose segments are looked at when problems are asked for."""
    read.clear()
    problems_of(root, load_indexed(root), old_text and (lambda _: old_text))
    return {path.split("/")[1] for path in read}


def test_only_the_case_that_changed_is_looked_at(tmp_path: Path, read: list[str]) -> None:
    root = made(tmp_path)
    assert looked_at(root, read) == {"1", "2"}
    assert looked_at(root, read) == set()
    put(root, "cases/2/boss.md", TEXT)
    assert looked_at(root, read) == {"2"}
    assert looked_at(root, read) == set()
    put(root, CODINGS, CODED + "unknwon: a key\n")
    assert looked_at(root, read) == {"1"}
    assert looked_at(root, read) == set()
    put(root, CODINGS, BROKEN)
    assert looked_at(root, read) <= {"1"}
    put(root, CODINGS, CODED)
    assert looked_at(root, read) == {"1"}


def test_what_all_cases_are_judged_by_has_all_looked_at(tmp_path: Path, read: list[str]) -> None:
    """But not what the codebook only says to people, nor memos, and of decisions only what they left to settle."""
    root = made(tmp_path)
    looked_at(root, read)
    for path, number in (("book.yaml", 1), ("codebooks/memos/m.md", 3), ("codebooks/decisions/d.yaml", 2)):
        put(root, path, FILES[path][number])
        assert looked_at(root, read) == set(), path
    for path, number in (("book.yaml", 2), ("qcode.yaml", 1), ("guides/g.yaml", 1)):
        put(root, path, FILES[path][number])
        assert looked_at(root, read) == {"1", "2"}, path


def test_evidence_in_another_case_is_looked_at_there(tmp_path: Path) -> None:
    """That the other case changed is seen, though the one with the observation did not."""
    root = made(tmp_path)
    path = "cases/1/observations.yaml"
    put(root, path, FILES[path][1])
    assert "illustrates" not in {problem.rule for problem in agree(root)}
    other = "cases/2/codings/boss.bram.yaml"
    put(root, other, FILES[other][1])
    assert [problem.where.path for problem in agree(root) if problem.rule == "illustrates"] == [path]


def test_an_old_text_that_comes_or_goes_has_its_case_looked_at(tmp_path: Path, read: list[str]) -> None:
    root = made(tmp_path)
    put(root, CODINGS, FILES[CODINGS][1])
    known: dict[str, str] = {}
    looked_at(root, read, known.get)
    known[OLD] = BEFORE
    assert looked_at(root, read, known.get) == {"1"}
    assert looked_at(root, read, known.get) == set()
    known.clear()
    assert looked_at(root, read, known.get) == {"1"}


def test_ids_that_are_damaged_are_read_anew(tmp_path: Path) -> None:
    """They are read later than the rest of what was found in a case."""
    root = made(tmp_path)
    put(root, CODINGS, FILES[CODINGS][1])
    before = agree(root)
    with closing(sqlite3.connect(root / ".qcode" / NAME)) as database, database:
        database.execute(
            "update said set value = substr(value, 1, instr(value, char(10)) + 1) where name like 'cases/%'"
        )
        database.execute("delete from said where name not like 'cases/%'")
    assert agree(root) == before


def test_old_texts_are_those_of_git(tmp_path: Path) -> None:
    root = made(tmp_path)
    put(root, CODINGS, FILES[CODINGS][1])
    old_text = old_texts(root)
    without = agree(root, old_text)
    put(root, "before.md", BEFORE)
    for args in (["init", "-q"], ["hash-object", "-w", "before.md"]):
        subprocess.run(["git", "-C", str(root), *args], check=True, capture_output=True)
    assert agree(root, old_texts(root)) != without


def test_rules_chosen_are_chosen_of_all_that_is_found(tmp_path: Path) -> None:
    root = made(tmp_path)
    put(root, CODINGS, FILES[CODINGS][2])
    found = problems_of(root, load_indexed(root))
    names = {problem.rule for problem in found}
    assert len(names) > 1
    for name in names:
        chosen = [problem for problem in found if problem.rule == name]
        assert problems_of(root, load_indexed(root), only=[name]) == chosen
        assert check(load(root), only=[name]) == chosen
        assert problems_of(root, load_indexed(root), ignore=names - {name}) == chosen


def written_meanwhile(root: Path) -> Callable[[shards.Reader, Mapping[str, str], CodingSet], CodingSet]:
    """Another writer changes the codings between the reading of the case and the look at its segments."""
    codings = shards.Reader.codings

    def later(self: shards.Reader, hashes: Mapping[str, str], known: CodingSet) -> CodingSet:
        put(root, CODINGS, FILES[CODINGS][4])
        return codings(self, hashes, known)

    return later


def test_what_changes_while_it_is_looked_at_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = made(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(shards.Reader, "codings", written_meanwhile(root))
        with pytest.raises(QcodeError, match="changed since it was read"):
            problems_of(root, load_indexed(root))
    put(root, CODINGS, CODED)
    agree(root)
