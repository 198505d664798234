"""Finding, loading and planning on real folders. What is expected is written next to the files that say it."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from qcode.core.errors import QcodeError, UnreadableStudy
from qcode.core.model import Coded, CodingSet, Segment
from qcode.store.files import Conflict, apply
from qcode.store.project import cases_holding, find_root, load, plan_codings, read_codings

FILES = {
    "qcode.yaml": "study: proef\ncodebook: codebooks/a.yaml\n",
    "codebooks/a.yaml": "name: a\nphases: [voor, na]\ncodes:\n- id: motivatie\n- id: selectie\n",
    "cases/10/case.yaml": "outcome: x\n",
    "cases/2/case.yaml": "outcome: y\ninterviews:\n- {perspective: werkgever, held: false}\n- perspective: gemeente\n",
    "cases/2/werkgever.md": "---\nperspective: werkgever\n---\n**I:** Hoe?\r\n\r\n**R:** Zo.\n",
    "cases/2/tweede.yaml": "perspective: werkgever\nturns:\n- {speaker: R, text: Ja.}\n",
    "cases/2/Readme.md": "geen transcript",
    "cases/2/observations.yaml": "- id: o1\n  evidence: [k1]\n",
    "cases/2/summaries.yaml": "motivatie: {text: x}\n",
    "cases/2/memos/m.md": "geen transcript",
    "cases/2/.verborgen.md": "geen transcript",
    "cases/2/codings/werkgever.anna.yaml": (
        "transcript: werkgever.md\ncoder: anna\nsegments:\n- id: k1\n  quote: Zo.\n  codes: [motivatie]\n"
    ),
}
ANNA = "cases/2/codings/werkgever.anna.yaml"


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, dict(FILES))
    return tmp_path


def faults(root: Path) -> list[tuple[str, str, bool]]:
    return [(p.rule, p.where.path, p.stops) for p in load(root).faults]


def test_the_root_is_found_from_anywhere_below(root: Path) -> None:
    assert find_root(root) == find_root(root / "cases/2/codings") == root


def test_no_root(tmp_path: Path) -> None:
    with pytest.raises(QcodeError, match=r"no qcode\.yaml"):
        find_root(tmp_path)


def test_a_study(root: Path) -> None:
    study = load(root).require()
    assert [case.id for case in study.cases] == ["2", "10"]
    case = study.cases[0]
    assert [t.id for t in case.transcripts] == ["2/tweede", "2/werkgever"]
    # The first transcript of the perspective takes the planned interview, the other is held and not planned.
    found = [(i.perspective, i.held, i.planned, i.transcript and i.transcript.stem) for i in case.interviews]
    assert found == [
        ("werkgever", True, True, "tweede"),
        ("gemeente", False, True, None),
        ("werkgever", True, False, "werkgever"),
    ]
    assert study.transcripts["2/werkgever"].text.count("\r") == 0
    assert [o.id for o in case.observations] == ["o1"]
    (codings,) = study.codings
    assert (codings.case, codings.path, codings.coder) == ("2", ANNA, "anna")
    assert study.transcript_of(codings) is study.transcripts["2/werkgever"]
    assert study.faults == ()


def test_only_some_cases(root: Path) -> None:
    assert [case.id for case in load(root, cases={"10"}).cases] == ["10"]
    assert cases_holding(root, "k1") == {"2"}
    assert cases_holding(root, "k9") is None


def test_reading_writes_nothing(root: Path) -> None:
    before = sorted(root.rglob("*"))
    load(root)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize(
    ("path", "content", "rule", "stops"),
    [
        (ANNA, b"transcript: \xff", "encoding", True),
        (ANNA, "coder: a: b", "yaml", True),
        (ANNA, "<<<<<<< a\n=======\n>>>>>>> b\n", "conflict", True),
        ("cases/2/werkgever.md", "---\nperspective: x\n", "front-matter", True),
        ("cases/2/werkgever.yaml", "perspective: x\n", "duplicate-transcript", True),
        ("cases/2/case.yaml", "case: 3\n", "case-name", False),
        ("cases/2/case.yaml", "outcome: cafe\u0301\n", "nfc", False),
        ("qcode.yaml", "codebook: codebooks/b.yaml\n", "codebook", True),
        ("qcode.yaml", "codebook: ../b.yaml\n", "codebook", True),
        ("qcode.yaml", "study: x\n", "codebook", True),
    ],
)
def test_a_fault_leaves_the_rest(root: Path, path: str, content: str | bytes, rule: str, stops: bool) -> None:
    write(root, {path: content})
    study = load(root)
    assert rule in [p.rule for p in study.faults if p.where.path == path and p.stops == stops]
    assert [case.id for case in study.cases] == ["2", "10"]
    if stops:
        with pytest.raises(UnreadableStudy):
            study.require()


def test_links_that_leave_the_study_are_not_read(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {"geheim.md": "**R:** geheim", "9/geheim.md": "**R:** geheim"})
    os.symlink(outside / "geheim.md", root / "cases/2/geheim.md")
    os.symlink(outside / "9", root / "cases/9")
    os.symlink(outside / "geheim.md", root / "cases/10/observations.yaml")
    os.symlink(outside, root / "cases/10/codings")
    os.symlink("lus.md", root / "cases/2/lus.md")
    os.symlink("werkgever.md", root / "cases/2/zelfde.md")
    assert faults(root) == [
        ("link", "cases/9", False),
        ("link", "cases/2/geheim.md", False),
        ("link", "cases/2/lus.md", False),
        ("link", "cases/10/codings", False),
        ("link", "cases/10/observations.yaml", False),
    ]
    assert sorted(load(root).transcripts) == ["2/tweede", "2/werkgever", "2/zelfde"]


def test_what_is_no_file_cannot_be_read(root: Path) -> None:
    write(root, {"qcode.yaml": "codebook: codebooks\n"})
    assert faults(root) == [("unreadable", "codebooks", True)]


def test_names_are_compared_in_nfc(root: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "café")
    write(
        root,
        {
            f"cases/{decomposed}/{decomposed}.md": "**R:** ja",
            f"cases/{decomposed}/codings/x.yaml": "transcript: café.md\ncoder: é\nsegments: []\n",
        },
    )
    study = load(root)
    assert "café/café" in study.transcripts
    assert study.transcript_of(study.codings[-1]) is study.transcripts["café/café"]
    if not (root / "cases/café").exists():  # a file system that keeps the two apart
        (root / "cases/café").mkdir()
        assert [rule for rule, _, _ in faults(root)] == ["duplicate-case"]


def test_a_plan_changes_one_file_and_makes_another(root: Path) -> None:
    (anna,) = load(root).codings
    after = replace(anna, status="done")
    bram = CodingSet("werkgever.md", "bram", (Segment("k2", "Hoe?", (Coded("selectie"),)),), case="2")
    changes = plan_codings(root, [(anna, after), (None, bram)])
    assert [change.path for change in changes.changes] == [ANNA, "cases/2/codings/werkgever.bram.yaml"]
    apply(root, changes)
    assert load(root).codings == (after, bram)
    expected = FILES[ANNA].replace("segments:", "status: done\nsegments:")
    assert (root / ANNA).read_text(encoding="utf-8") == expected


def test_a_plan_that_changes_nothing_has_no_changes(root: Path) -> None:
    (anna,) = load(root).codings
    assert plan_codings(root, [(anna, anna)]).changes == ()


def test_a_plan_on_an_old_reading_is_a_conflict(root: Path) -> None:
    (anna,) = load(root).codings
    write(root, {ANNA: FILES[ANNA] + "- quote: Ja.\n  codes: []\n"})
    with pytest.raises(Conflict):
        plan_codings(root, [(anna, replace(anna, status="done"))])
    with pytest.raises(Conflict):
        plan_codings(root, [(None, anna)])
    (root / ANNA).unlink()
    with pytest.raises(Conflict):
        plan_codings(root, [(anna, replace(anna, status="done"))])


def test_comments_written_meanwhile_are_kept(root: Path) -> None:
    """The words are the same, so the plan holds, and starts from the file as it is."""
    (anna,) = load(root).codings
    write(root, {ANNA: "# later\n" + FILES[ANNA]})
    (change,) = plan_codings(root, [(anna, replace(anna, status="done"))]).changes
    assert change.after is not None
    assert change.after.startswith(b"# later\n")


def test_reading_codings_tells_what_is_wrong(root: Path) -> None:
    write(root, {ANNA: "coder: anna\n"})
    assert read_codings(root, "cases/2/codings/niemand.yaml", "2") is None
    with pytest.raises(UnreadableStudy, match="transcript"):
        read_codings(root, ANNA, "2")
