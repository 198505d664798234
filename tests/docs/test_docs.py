"""What the documentation shows is what the program does; what it points at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shown import COMMIT, PAGES, ROOT, again, blocks, copy_of_study

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def ids(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=ids)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    """In the order of the page, on one copy of the example."""
    study = copy_of_study(tmp_path)
    for block in blocks(page):
        assert COMMIT.sub("", block) == again(block, study)


def test_the_readme_shows_commands() -> None:
    """The twin: were the blocks not found, the test above would run nothing."""
    assert blocks(ROOT / "README.md")


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
