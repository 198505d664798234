"""Writing a user's files: compared with what was read, all or nothing, recovered after a cut at any step."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.errors import QcodeError
from qcode.store.files import Change, ChangeSet, Conflict, apply, qcode_dir, recover

Tree = dict[str, bytes | None]

OLD: Tree = {"a.md": b"old a\n", "cases/2/b.yaml": b"old b\n", "gone/d.md": b"old d\n"}
NEW: Tree = {"a.md": b"new a\n", "cases/2/b.yaml": b"new b\n", "new/deep/c.yaml": b"new c\n"}


class Cut(BaseException):
    """The process stops here: no clean-up may depend on more code running."""


def write(root: Path, tree: Tree) -> None:
    for path, content in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content or b"")


def tree_of(root: Path) -> Tree:
    """All files outside .qcode/ with their bytes, and the folders that hold nothing (as None)."""
    found: Tree = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if name.split("/")[0] == ".qcode":
            continue
        if path.is_file():
            found[name] = path.read_bytes()
        elif path.is_dir() and not any(path.iterdir()):
            found[name] = None
    return found


def between(old: Tree, new: Tree) -> ChangeSet:
    return ChangeSet(tuple(Change(path, old.get(path), new.get(path)) for path in sorted({*old, *new})))


def assert_swept(root: Path) -> None:
    assert not (root / ".qcode/journal.json").exists()
    assert not (root / ".qcode/tmp").exists() or not list((root / ".qcode/tmp").iterdir())


@contextmanager
def stopping(
    at: int, stop: BaseException, names: str = "replace unlink mkdir rmdir fsync chmod open"
) -> Iterator[None]:
    """Raise `stop` instead of the `at`-th call (from 0) that changes something on disk. Nothing is really synced."""
    calls = 0
    with pytest.MonkeyPatch.context() as patch:

        def counted(do: Callable[..., Any]) -> Callable[..., Any]:
            def instead(*args: Any, **kwargs: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == at + 1:
                    raise stop
                return do(*args, **kwargs)

            return instead

        patch.setattr(os, "fsync", lambda handle: None)
        for name in names.split():
            patch.setattr(os, name, counted(getattr(os, name)))
        yield


def cuts(root: Path, act: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> Iterator[int]:
    """Cut `act` at each of its steps in turn, on the old tree after `prepare`, until it comes to its end."""
    for at in range(500):
        shutil.rmtree(root)
        write(root, OLD)
        prepare()
        try:
            with stopping(at, Cut()):
                act()
        except Cut:
            yield at
            continue
        assert at > 5
        return
    pytest.fail("never came to an end")


# What apply does


def test_changes_creates_and_deletes(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    apply(tmp_path, between(OLD, NEW))
    assert tree_of(tmp_path) == NEW
    assert_swept(tmp_path)
    assert recover(tmp_path) is None


def test_there_and_back(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    apply(tmp_path, between(OLD, NEW))
    apply(tmp_path, between(NEW, OLD))
    assert tree_of(tmp_path) == OLD


@pytest.mark.parametrize("before", [None, b"other\n"])
def test_conflict_writes_nothing(tmp_path: Path, before: bytes | None) -> None:
    write(tmp_path, OLD)
    changes = ChangeSet((Change("new.md", None, b"x"), Change("a.md", before, b"mine\n")))
    with pytest.raises(Conflict) as caught:
        apply(tmp_path, changes)
    assert str(caught.value.where) == "a.md"
    assert tree_of(tmp_path) == OLD
    assert_swept(tmp_path)


def test_conflict_when_the_file_is_gone(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="removed"):
        apply(tmp_path, ChangeSet((Change("a.md", b"x", b"y"),)))
    assert tree_of(tmp_path) == {}


def test_a_guard_without_a_change_is_compared_too(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    with pytest.raises(Conflict):
        apply(tmp_path, ChangeSet((Change("a.md", b"other\n", b"other\n"), Change("new.md", None, b"x"))))
    assert tree_of(tmp_path) == OLD


def test_no_change_touches_nothing(tmp_path: Path) -> None:
    apply(tmp_path, ChangeSet())
    apply(tmp_path, ChangeSet((Change("a.md", b"x", b"x"),)))
    assert recover(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_two_changes_to_one_file_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "link.md").symlink_to("a.md")
    with pytest.raises(ValueError, match="2 changes"):
        apply(tmp_path, ChangeSet((Change("a.md", b"a", b"b"), Change("link.md", b"a", b"c"))))


def test_permissions_stay_and_new_files_follow_the_umask(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": b"a", "b.md": b"b"})
    (tmp_path / "a.md").chmod(0o751)
    mask = os.umask(0o027)
    try:
        apply(tmp_path, ChangeSet((Change("a.md", b"a", b"A"), Change("c.md", None, b"c"))))
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o751
    assert stat.S_IMODE((tmp_path / "c.md").stat().st_mode) == 0o640


def test_qcode_dir_keeps_itself_out_of_git(tmp_path: Path) -> None:
    assert qcode_dir(tmp_path) == tmp_path / ".qcode"
    assert (tmp_path / ".qcode/.gitignore").read_bytes() == b"*\n"
    (tmp_path / ".qcode/.gitignore").write_bytes(b"")  # a kill between making and filling it
    qcode_dir(tmp_path)
    assert (tmp_path / ".qcode/.gitignore").read_bytes() == b"*\n"


# Where it may write


@pytest.mark.parametrize(
    "path", ["../out.md", "cases/../../out.md", "/out.md", "", ".", "a\0b", ".git/config", "x/.GIT/y"]
)
def test_only_inside_the_study(tmp_path: Path, path: str) -> None:
    root = tmp_path / "study"
    root.mkdir()
    with pytest.raises(QcodeError):
        apply(root, ChangeSet((Change(path, None, b"x"),)))
    assert tree_of(tmp_path) == {"study": None}


def test_a_link_is_written_through(tmp_path: Path) -> None:
    write(tmp_path, {"shared/a.md": b"old\n"})
    (tmp_path / "a.md").symlink_to("shared/a.md")
    apply(tmp_path, ChangeSet((Change("a.md", b"old\n", b"new\n"),)))
    assert (tmp_path / "a.md").is_symlink()
    assert (tmp_path / "shared/a.md").read_bytes() == b"new\n"


def test_deleting_through_a_link_takes_the_words_and_the_link(tmp_path: Path) -> None:
    write(tmp_path, {"shared/a.md": b"old\n", "shared/b.md": b"b"})
    (tmp_path / "a.md").symlink_to("shared/a.md")
    apply(tmp_path, ChangeSet((Change("a.md", b"old\n", None),)))
    assert not (tmp_path / "a.md").is_symlink()
    assert tree_of(tmp_path) == {"shared/b.md": b"b"}


@pytest.mark.parametrize("link", ["a.md", "cases"])
def test_a_link_that_leads_outside_is_refused(tmp_path: Path, link: str) -> None:
    root, outside = tmp_path / "study", tmp_path / "outside"
    root.mkdir()
    write(outside, {"a.md": b"theirs"})
    (root / link).symlink_to(outside / "a.md" if link == "a.md" else outside)
    with pytest.raises(QcodeError, match="outside"):
        apply(root, ChangeSet((Change("a.md" if link == "a.md" else "cases/a.md", b"theirs", b"ours"),)))
    assert tree_of(outside) == {"a.md": b"theirs"}


@pytest.mark.parametrize("name", [".qcode", ".qcode/tmp"])
def test_our_own_folder_may_not_be_a_link(tmp_path: Path, name: str) -> None:
    root, outside = tmp_path / "study", tmp_path / "outside"
    write(root, {"a.md": b"a"})
    write(outside, {"precious": b"p"})
    if name != ".qcode":
        (root / ".qcode").mkdir()
    (root / name).symlink_to(outside)
    with pytest.raises(QcodeError, match="link"):
        apply(root, ChangeSet((Change("a.md", b"a", b"b"),)))
    assert tree_of(tmp_path / "outside")["precious"] == b"p"
    assert (root / "a.md").read_bytes() == b"a"


# When the system refuses


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EXDEV])
@pytest.mark.parametrize("at", range(5))
def test_a_refused_rename_leaves_every_file_as_it_was(tmp_path: Path, code: int, at: int) -> None:
    """Five renames: the journal, three texts and (by unlink) one file less."""
    write(tmp_path, OLD)
    (tmp_path / "a.md").chmod(0o751)
    with stopping(at, OSError(code, os.strerror(code)), "replace unlink"), pytest.raises(QcodeError) as caught:
        apply(tmp_path, between(OLD, NEW))
    assert caught.value.hint
    assert os.strerror(code) in caught.value.message
    assert tree_of(tmp_path) == OLD
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o751
    assert_swept(tmp_path)
    apply(tmp_path, between(OLD, NEW))
    assert tree_of(tmp_path) == NEW


def test_a_deleted_file_comes_back_with_its_permissions(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    (tmp_path / "a.md").chmod(0o751)
    changes = ChangeSet((Change("a.md", b"old a\n", None), Change("cases/2/b.yaml", b"old b\n", b"new")))
    with stopping(2, OSError(errno.ENOSPC, "full"), "replace unlink"), pytest.raises(QcodeError) as caught:
        apply(tmp_path, changes)
    assert str(caught.value.where) == "cases/2/b.yaml"
    assert tree_of(tmp_path) == OLD
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o751


@pytest.mark.parametrize("at", range(40))
def test_any_refusal_leaves_all_old_or_all_new(tmp_path: Path, at: int) -> None:
    write(tmp_path, OLD)
    with suppress(QcodeError), stopping(at, OSError(errno.ENOSPC, "full"), "replace unlink mkdir chmod open"):
        apply(tmp_path, between(OLD, NEW))
    assert tree_of(tmp_path) in (OLD, NEW)
    recover(tmp_path)
    assert tree_of(tmp_path) in (OLD, NEW)
    assert_swept(tmp_path)


def test_a_read_only_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, OLD)
    (tmp_path / "a.md").chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, mode: os.stat(path).st_mode & 0o222 != 0)  # the superuser may all
    with pytest.raises(QcodeError, match="read-only") as caught:
        apply(tmp_path, between(OLD, NEW))
    assert str(caught.value.where) == "a.md"
    assert tree_of(tmp_path) == OLD


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    qcode_dir(tmp_path)
    (tmp_path / "cases/2").chmod(0o555)
    try:
        with pytest.raises(QcodeError) as caught:
            apply(tmp_path, between(OLD, NEW))
    finally:
        (tmp_path / "cases/2").chmod(0o755)
    assert str(caught.value.where) == "cases/2/b.yaml"
    assert tree_of(tmp_path) == OLD


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    write(tmp_path, {"a.md/x": b"x", "b": b"b"})
    for path in ("a.md", "b/c.md"):
        with pytest.raises(QcodeError) as caught:
            apply(tmp_path, ChangeSet((Change(path, None, b"new"),)))
        assert str(caught.value.where) == path
    assert tree_of(tmp_path) == {"a.md/x": b"x", "b": b"b"}


# Cut off


def test_a_cut_anywhere_is_finished_or_never_happened(tmp_path: Path) -> None:
    for _ in cuts(tmp_path, lambda: apply(tmp_path, between(OLD, NEW))):
        begun = (tmp_path / ".qcode/journal.json").exists()
        if not begun:
            assert tree_of(tmp_path) in (OLD, NEW)
        said = recover(tmp_path)
        assert (said is not None) == begun
        assert "finished" in (said or "finished")
        assert tree_of(tmp_path) in ((NEW,) if begun else (OLD, NEW))
        assert_swept(tmp_path)
        assert recover(tmp_path) is None


@pytest.mark.parametrize("path", ["a.md", "new/deep/c.yaml", "gone/d.md"])
def test_a_cut_in_a_change_of_one_file(tmp_path: Path, path: str) -> None:
    rest = {name: content for name, content in OLD.items() if name != path}
    new = rest | {name: content for name, content in NEW.items() if name == path}
    for _ in cuts(tmp_path, lambda: apply(tmp_path, between(OLD, new))):
        recover(tmp_path)
        assert tree_of(tmp_path) in (OLD, new)
        assert_swept(tmp_path)


@pytest.mark.parametrize("first", range(1, 5))
def test_a_cut_in_the_recovery_is_recovered(tmp_path: Path, first: int) -> None:
    def cut_once() -> None:
        with pytest.raises(Cut), stopping(first, Cut(), "replace unlink"):
            apply(tmp_path, between(OLD, NEW))

    for _ in cuts(tmp_path, lambda: recover(tmp_path), cut_once):
        recover(tmp_path)
        assert tree_of(tmp_path) == NEW
        assert_swept(tmp_path)


def test_a_cut_while_putting_back_is_undone(tmp_path: Path) -> None:
    """The disk fills at one rename, and the process is killed while the earlier files are put back."""
    full, said = OSError(errno.ENOSPC, "full"), set()
    for refused in range(2, 5):
        for cut in range(30):
            root = tmp_path / f"{refused}-{cut}"
            write(root, OLD)
            with suppress(Cut, QcodeError), stopping(refused, full, "replace unlink"), _cut_after(refused, cut):
                apply(root, between(OLD, NEW))
            said.add((recover(root) or "").split(" (")[0][-6:])
            assert tree_of(root) in (OLD, NEW)
            assert_swept(root)
    assert said == {"", "undone", "nished"}


@contextmanager
def _cut_after(refused: int, cut: int) -> Iterator[None]:
    """Let the first `refused` renames and removals be, then cut at the `cut`-th one or staged text after them."""
    with stopping(refused + cut + 1, Cut(), "replace unlink chmod"):
        yield


def test_apply_after_a_cut_recovers_first_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    with suppress(Cut), stopping(2, Cut(), "replace unlink"):
        apply(tmp_path, between(OLD, NEW))
    with pytest.raises(Conflict, match="finished"):
        apply(tmp_path, ChangeSet((Change("other.md", None, b"x"),)))
    assert tree_of(tmp_path) == NEW


def test_a_file_edited_after_the_cut_is_kept_and_its_text_rescued(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    with suppress(Cut), stopping(1, Cut(), "replace unlink"):
        apply(tmp_path, between(OLD, NEW))
    (tmp_path / "cases/2/b.yaml").write_bytes(b"by hand\n")
    (tmp_path / "gone/d.md").write_bytes(b"kept\n")
    said = recover(tmp_path)
    assert said is not None
    assert ".qcode/rescued/cases__2__b.yaml" in said
    assert "gone/d.md was changed since" in said
    assert tree_of(tmp_path) == NEW | {"cases/2/b.yaml": b"by hand\n", "gone/d.md": b"kept\n"}
    assert (tmp_path / ".qcode/rescued/cases__2__b.yaml").read_bytes() == b"new b\n"
    assert_swept(tmp_path)


def test_rescued_texts_never_overwrite_each_other(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, {"a.md": b"old", "b.md": b"old"})
        new: Tree = {"a.md": b"new %d" % number, "b.md": b"new"}
        with suppress(Cut), stopping(1, Cut(), "replace"):
            apply(tmp_path, between({"a.md": b"old", "b.md": b"old"}, new))
        (tmp_path / "a.md").write_bytes(b"by hand")
        recover(tmp_path)
    rescued = {path.read_bytes() for path in (tmp_path / ".qcode/rescued").iterdir()}
    assert rescued == {b"new 0", b"new 1", b"new 2"}


def test_a_staged_text_that_was_deleted_is_told(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    with suppress(Cut), stopping(1, Cut(), "replace unlink"):
        apply(tmp_path, between(OLD, NEW))
    for temp in (tmp_path / ".qcode/tmp").iterdir():
        temp.unlink()
    said = recover(tmp_path)
    assert said is not None
    assert "as far as possible" in said
    assert tree_of(tmp_path)["a.md"] == b"old a\n"


STEP = {"path": "../out.md", "before": None, "after": "0", "temp": "ab"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"steps": 3, "verb": "finished"}',
        json.dumps({"verb": "finished", "steps": [STEP]}).encode(),
        json.dumps({"verb": "finished", "steps": [STEP | {"path": "a.md", "temp": "../../b.md"}]}).encode(),
        json.dumps({"verb": "finished", "steps": [STEP | {"path": "a.md", "temp": 3}]}).encode(),
    ],
)
def test_a_journal_that_is_not_ours_is_set_aside_with_the_texts(tmp_path: Path, text: bytes) -> None:
    root = tmp_path / "study"
    write(root, OLD)
    write(qcode_dir(root), {"journal.json": text, "tmp/ab": b"text"})
    said = recover(root)
    assert said is not None
    assert "can't be read" in said
    assert tree_of(tmp_path) == {f"study/{path}": content for path, content in OLD.items()} | {
        path: content for path, content in tree_of(tmp_path).items() if path.startswith("study/.qcode/")
    }
    assert (root / ".qcode/rescued/journal.json").read_bytes() == text
    assert (root / ".qcode/rescued/ab").read_bytes() == b"text"
    assert recover(root) is None


PATHS = st.sampled_from(["a", "b", "x/a", "x/b", "x/y/a", "z/a"])
TREES: st.SearchStrategy[dict[str, bytes]] = st.dictionaries(PATHS, st.binary(max_size=4), max_size=6)


@settings(deadline=None, max_examples=150)
@given(old=TREES, new=TREES, at=st.integers(0, 60))
def test_law_all_or_nothing(old: dict[str, bytes], new: dict[str, bytes], at: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root, {**old})
        whole = False
        with suppress(Cut), stopping(at, Cut()):
            apply(root, between({**old}, {**new}))
            whole = True
        recover(root)
        assert tree_of(root) == new if whole else tree_of(root) in (old, new)
