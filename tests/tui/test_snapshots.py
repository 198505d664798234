"""Pictures of the desk, as a person has looked at them and kept them."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenes import KEPT, every, made, name_of, study

from qcode.core.model import Study


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study(tmp_path_factory.mktemp("study"))


@pytest.mark.parametrize("picture", [*every()], ids=lambda picture: name_of(*picture).removesuffix(".svg"))
def test_the_desk_looks_as_it_did(of: Study, picture: tuple[str, tuple[int, int], str], tmp_path: Path) -> None:
    """Where it is meant to look otherwise: `python tests/tui/scenes.py`, and look at what git says has changed."""
    now = made(of, *picture)
    kept = (KEPT / name_of(*picture)).read_text(encoding="utf-8")
    if now != kept:
        (tmp_path / "now.svg").write_text(now, encoding="utf-8")
        pytest.fail(f"{name_of(*picture)} looks otherwise: {tmp_path / 'now.svg'}")


def test_no_picture_is_left_over() -> None:
    assert {file.name for file in KEPT.glob("*")} == {name_of(*picture) for picture in every()}


def test_the_pictures_differ_and_ask_for_nothing_from_elsewhere() -> None:
    texts = [file.read_text(encoding="utf-8") for file in KEPT.glob("*.svg")]
    assert len(set(texts)) == len(texts)
    assert not any("url(http" in text or "@import" in text for text in texts)
