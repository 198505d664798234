"""The mouse: a click goes to a place, two choose the word, three the turn; dragging selects."""

from __future__ import annotations

import pytest
from desks import TEXT, Keeper, drive, selected, small
from textual.pilot import Pilot

from qcode.tui.screen import DeskScreen

FIRST = "She rang me, and we met. She rang me again. Then nothing."


def at(screen: DeskScreen, words: str, *, end: bool = False) -> tuple[int, int]:
    """The cell of the first character of some words, or of their last."""
    page = screen.view.page
    assert page is not None
    offset = TEXT.index(words) + (len(words) - 1 if end else 0)
    region = screen.view.region
    column = region.x + screen.view._gutter + page.column_of(offset)
    return column, region.y + page.row_of(offset) - screen.view.scroll_offset.y


@pytest.mark.parametrize(
    ("before", "clicks", "words"),
    [
        ("", 1, FIRST),
        ("s", 1, "She rang me again."),
        ("w", 1, "again."),
        ("y", 1, "a"),
        ("", 2, "again."),
        ("s", 2, "again."),
        ("w", 3, FIRST),
    ],
)
def test_clicks(before: str, clicks: int, words: str) -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        if before:
            await pilot.press(before)
        await pilot.click(offset=at(screen, "again"), times=clicks)
        await pilot.pause()
        assert selected(screen) == words

    drive(Keeper(small()), act)


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=start)
    await pilot.hover(offset=end)
    await pilot.mouse_up(offset=end)
    await pilot.pause()


@pytest.mark.parametrize("back", [False, True])
def test_dragging_selects_whole_words_either_way(back: bool) -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        ends = [at(screen, "ang me, and"), at(screen, "and we m", end=True)]
        await drag(pilot, *(reversed(ends) if back else ends))
        assert selected(screen) == "rang me, and we met."

    drive(Keeper(small()), act)


def test_dragging_over_turns_and_then_coding_them() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await drag(pilot, at(screen, "It went"), at(screen, "He left"))
        assert selected(screen) == "It went well.\n\n**R:** He"
        await pilot.press("c", *"s2", "enter")
        assert keeper.codes == [("It went well.\n\n**R:** He", ["trust"])]

    drive(keeper, act)


def test_a_click_after_a_drag_is_a_click_again() -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await drag(pilot, at(screen, "rang me, and"), at(screen, "met"))
        await pilot.click(offset=at(screen, "left"))
        await pilot.pause()
        assert selected(screen) == "left"

    drive(Keeper(small()), act)


def test_the_mouse_reaches_the_same_words_with_line_numbers() -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("#")
        await pilot.pause()
        await pilot.click(offset=at(screen, "again"), times=2)
        await pilot.pause()
        assert selected(screen) == "again."

    drive(Keeper(small()), act)
