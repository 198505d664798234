"""Old texts that git doesn't have: kept when coded, found by their id, gone when they have to go."""

from __future__ import annotations

from pathlib import Path

from qcode.cli.opening import old_texts
from qcode.store.texts import Text, forget_texts, keep_text, kept_texts

# printf 'Een café.\n' | git hash-object --stdin
CAFE = Text("2/werkgever", "fff583c4a60b487121364d20b9d33c556aae9354", "Een café.\n")


def test_kept_once_and_found_by_id(tmp_path: Path) -> None:
    keep_text(tmp_path, CAFE)
    first = kept_texts(tmp_path)[CAFE.blob].stat().st_mtime_ns
    keep_text(tmp_path, CAFE)
    assert kept_texts(tmp_path)[CAFE.blob].stat().st_mtime_ns == first
    assert old_texts(tmp_path)(CAFE.blob) == "Een café.\n"
    assert old_texts(tmp_path)("0" * 40) is None
    assert (tmp_path / ".qcode/.gitignore").read_text() == "*\n"


def test_what_can_t_be_kept_bothers_nobody(tmp_path: Path) -> None:
    (tmp_path / ".qcode").write_text("a file where the folder goes")
    keep_text(tmp_path, CAFE)
    assert old_texts(tmp_path)(CAFE.blob) is None


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    """A study from elsewhere could else have texts written anywhere."""
    (tmp_path / "study/.qcode/texts").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "study/.qcode/texts/2").symlink_to(tmp_path / "elsewhere")
    keep_text(tmp_path / "study", CAFE)
    assert not any((tmp_path / "elsewhere").iterdir())


def test_those_of_other_transcripts_are_forgotten(tmp_path: Path) -> None:
    keep_text(tmp_path, CAFE)
    keep_text(tmp_path, Text("2/gemeente", "1" * 40, "Zo.\n"))
    keep_text(tmp_path, Text("3/werkgever", "2" * 40, "Weg.\n"))
    forget_texts(tmp_path, {"2/werkgever"})
    assert [*kept_texts(tmp_path)] == [CAFE.blob]
    forget_texts(tmp_path, ())
    assert not any(path.is_file() for path in (tmp_path / ".qcode/texts").rglob("*"))
    forget_texts(tmp_path / "new", ())
