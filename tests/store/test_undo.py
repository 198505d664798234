"""Changes that are kept are taken back byte for byte, and only while their files are as they left them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.errors import QcodeError
from qcode.store import history
from qcode.store.files import Change, ChangeSet, apply
from qcode.store.history import Note, Pile, entries
from qcode.store.journal import read
from qcode.store.undo import last, turn

PATHS = ("one.md", "cases/1/two.md", "cases/1/deep/three.md")
Files = dict[str, bytes | None]


def now(root: Path) -> Files:
    return {path: read(root / path) for path in PATHS}


def do(root: Path, after: Files, said: str = "Did it.") -> None:
    apply(root, ChangeSet(tuple(Change(p, read(root / p), new) for p, new in after.items())), Note(said, "qcode x"))


def undo(root: Path, pile: Pile = "undo") -> str:
    entry, changes = last(root, pile)
    turn(root, entry, changes, pile)
    return entry.said


contents = st.none() | st.binary(max_size=20) | st.sampled_from([b"", b"\n", b"{}\n", "é\r\n".encode()])
changes = st.dictionaries(st.sampled_from(PATHS), contents, min_size=1)


@settings(deadline=None, max_examples=15)
@given(st.lists(changes, max_size=4), st.data())
def test_back_and_forth_through_any_changes(steps: list[Files], data: st.DataObject) -> None:
    """Each undo gives the files before the change, each redo those after it; a change of nothing is none."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        states = [now(root)]
        for step in steps:
            do(root, step)
            if now(root) != states[-1]:
                states.append(now(root))
        at = len(states) - 1
        for back in data.draw(st.lists(st.booleans(), max_size=6)):
            to = at - 1 if back else at + 1
            if 0 <= to < len(states):
                undo(root, "undo" if back else "redo")
                at = to
            else:
                with pytest.raises(QcodeError, match="nothing to"):
                    undo(root, "undo" if back else "redo")
            assert now(root) == states[at]
        assert {p.name for p in root.iterdir()} <= {"one.md", "cases", ".qcode"}


def test_a_new_change_ends_what_could_be_done_again(tmp_path: Path) -> None:
    do(tmp_path, {"one.md": b"1"}, "First.")
    do(tmp_path, {"one.md": b"2"}, "Second.")
    assert undo(tmp_path) == "Second."
    do(tmp_path, {"one.md": b"3"}, "Third.")
    with pytest.raises(QcodeError, match="nothing to redo"):
        last(tmp_path, "redo")
    assert [entry.said for entry in entries(tmp_path, "undo")] == ["Third.", "First."]


def test_files_changed_since_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    do(tmp_path, {"one.md": b"1", "cases/1/two.md": b"1"})
    do(tmp_path, {"one.md": b"2", "cases/1/two.md": b"2", "cases/1/deep/three.md": b"2"})
    (tmp_path / "cases/1/two.md").write_bytes(b"by hand")
    (tmp_path / "cases/1/deep/three.md").unlink()
    before = now(tmp_path)
    with pytest.raises(QcodeError) as error:
        last(tmp_path)
    assert "cases/1/two.md, cases/1/deep/three.md" in error.value.message
    assert "one.md" not in error.value.message
    assert now(tmp_path) == before


def test_a_change_that_never_began_is_passed_over(tmp_path: Path) -> None:
    """Killed between writing down what is to be undone and doing it; and one cut off while it was written down."""
    do(tmp_path, {"one.md": b"1"}, "First.")
    history.record(tmp_path, Note("Never."), [("one.md", b"1", "0" * 64)])
    name = history.record(tmp_path, Note("Half."), [("one.md", b"1" * 100, "0" * 64)])
    kept = tmp_path / ".qcode/undo" / name
    kept.write_bytes(kept.read_bytes()[:-1])
    assert undo(tmp_path) == "First."
    assert now(tmp_path)["one.md"] is None


def test_a_change_that_failed_can_t_be_undone(tmp_path: Path) -> None:
    """A folder stands where the second file should go: the first is put back."""
    do(tmp_path, {"one.md": b"1"}, "First.")
    (tmp_path / "folder/inner").mkdir(parents=True)
    with pytest.raises(QcodeError):
        apply(
            tmp_path,
            ChangeSet((Change("one.md", b"1", b"2"), Change("one.md/below.md", None, b"2"))),
            Note("Failed."),
        )
    assert (tmp_path / "one.md").read_bytes() == b"1"
    assert [entry.said for entry in entries(tmp_path, "undo")] == ["First."]


def test_fifty_are_kept_and_no_more_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        do(tmp_path, {"one.md": b"%d" % number}, f"Did {number}.")
    assert [entry.said for entry in entries(tmp_path, "undo")] == [f"Did {n}." for n in range(59, 9, -1)]
    monkeypatch.setattr(history, "ROOM", 3000)
    do(tmp_path, {"one.md": b"x" * 2000}, "Long.")
    do(tmp_path, {"one.md": b"y"}, "Short.")
    assert sum(path.stat().st_size for path in (tmp_path / ".qcode/undo").iterdir()) <= 3000
    do(tmp_path, {"one.md": b"z" * 9000}, "Longer.")
    do(tmp_path, {"one.md": b""}, "Last.")
    assert [entry.said for entry in entries(tmp_path, "undo")] == ["Last."]
    assert undo(tmp_path) == "Last."
    assert now(tmp_path)["one.md"] == b"z" * 9000


def test_nothing_is_left_of_what_is_forgotten(tmp_path: Path) -> None:
    do(tmp_path, {"one.md": b"secret"})
    do(tmp_path, {"one.md": b"x"})
    undo(tmp_path)
    do(tmp_path, {"cases/1/two.md": b"x"})
    history.forget(tmp_path, "undo", "redo")
    assert not any(path.is_file() for pile in ("undo", "redo") for path in (tmp_path / ".qcode" / pile).rglob("*"))
    history.forget(tmp_path / "elsewhere", "undo")
    assert not (tmp_path / "elsewhere").exists()
