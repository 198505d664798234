"""The side's tabs by keyboard: codes, segments, the other perspectives, memos, and problems that are mended there."""

from __future__ import annotations

from pathlib import Path

import pytest
from desks import TEXT, Keeper, coded, drive, picture, selected, small
from scenes import study
from textual.pilot import Pilot

from qcode.core.model import CodingSet, Segment
from qcode.tui.ask import Choose
from qcode.tui.screen import DeskScreen

FIRST = "She rang me, and we met. She rang me again. Then nothing."
SIZE = (140, 40)


def keeper(folder: Path, coder: str = "anna", name: str = "4/employer") -> Keeper:
    return Keeper(study(folder), coder, name)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Each key after the one before it was wholly worked off."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def words_of(screen: DeskScreen) -> list[str]:
    """The lines of the tab that is in front."""
    left = screen.side.region.x
    return [row[left + 1 :].strip() for row in picture(screen).split("\n")[1:-1] if row[left + 1 :].strip()]


def test_sides_has_every_perspective_of_the_case_under_the_code_one_is_on(tmp_path: Path) -> None:
    made = keeper(tmp_path)

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await press(pilot, "j", "j", "j", "s", "tab", "l", "l")
        said = " ".join(words_of(screen))
        assert "S1 Giving in, on either side" in said
        here, _, client = said.partition("client")
        assert "employer (here)" in here
        assert "Well, then twenty it is." in here
        assert "They wanted more, but they gave in." in client
        await press(pilot, "j", "enter")
        assert screen.session.transcript.id == "4/client"
        assert selected(screen) == "They wanted more, but they gave in."

    drive(made, act, size=SIZE)


def test_sides_goes_by_the_code_that_is_highlighted_and_says_where_there_is_nothing(tmp_path: Path) -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await press(pilot, "tab", "j", "l", "l")
        assert "T1 A known contact" in words_of(screen)
        assert words_of(screen)[words_of(screen).index("client") + 1] == "nothing"

    drive(keeper(tmp_path), act, size=SIZE)


def test_coding_is_blind_in_sides_until_colleagues_are_shown(tmp_path: Path) -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await press(pilot, "j", "tab", "l", "l")
        assert "not coded yet" in words_of(screen), "bram has not coded the client"
        assert "anna" not in picture(screen)
        await press(pilot, "tab", "i")
        assert any("anna" in line for line in words_of(screen))

    drive(keeper(tmp_path, "bram"), act, size=SIZE)


def test_a_segment_picked_is_gone_to_and_a_code_picked_is_given(tmp_path: Path) -> None:
    made = keeper(tmp_path)

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await press(pilot, "tab", "l", "j", "enter")
        assert selected(screen) == "I had known Joan for years, so I said: send her round."
        await press(pilot, "tab", "h", "k", "enter")
        assert made.codes[1][1] == ["trust helping", "giving-in"], "the list begins on the code one is on"

    drive(made, act, size=SIZE)


def test_memos_has_those_on_codings_and_those_in_files(tmp_path: Path) -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await press(pilot, "tab", "h", "h")
        assert words_of(screen)[-2:] == ["S3: Said by her or by Joan?", "4 · idea: Pictures on the keys"]
        await press(pilot, "enter")
        assert selected(screen) == "She could do twenty."

    drive(keeper(tmp_path), act, size=SIZE)


async def open_problem(pilot: Pilot[None], *keys: str) -> Choose:
    await press(pilot, *(keys or ("tab", "h", "enter")))
    asked = pilot.app.screen
    assert isinstance(asked, Choose)
    return asked


def with_words(quote: str, **more: str | int | None) -> Keeper:
    """Anna's one segment, with words that do not stand in the text like that."""
    made = coded("anna", FIRST, "trust", "helping")
    one = Segment("a1234567", quote, made.segments[0].codes, text="0" * 40, **more)  # type: ignore[arg-type]
    return Keeper(small(CodingSet(made.transcript, "anna", (one,), path=made.path, case=made.case)))


CHANGED = "She phoned me, and we met. She phoned me again. Then nothing."


def test_words_that_changed_are_shown_and_taken_over_when_one_says_so() -> None:
    made = with_words(CHANGED)

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        assert screen.own[0].located.how == "changed"
        await open_problem(pilot)
        assert CHANGED[:20] in picture_of_app(pilot)
        assert made.saved == [], "nothing is taken over silently"
        await press(pilot, "1")
        assert made.codes == [(FIRST, ["trust helping"])]
        assert made.saved[-1].codings.segments[0].id == "a1234567"
        await press(pilot, "u")
        assert made.codes[0][0] == CHANGED

    drive(made, act, size=SIZE)


def picture_of_app(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def test_of_several_equal_places_one_is_chosen() -> None:
    made = with_words("She rang me")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        assert screen.own[0].located.how == "ambiguous"
        asked = await open_problem(pilot)
        assert [value for value, _ in asked.options] == ["0", "1", "select", "off"]
        await press(pilot, "2")
        segment = made.saved[-1].codings.segments[0]
        assert (segment.quote, segment.after) == (
            "She rang me",
            " again. Then nothing.\n\n# On the j"[: len(segment.after or "")],
        )
        assert selected(screen) == "She rang me"
        assert screen.selection.span[0] == TEXT.rindex("She rang me")

    drive(made, act, size=SIZE)


@pytest.mark.parametrize("named", [True, False], ids=["with an id", "without an id"])
def test_a_lost_segment_is_put_where_one_selects(named: bool) -> None:
    made = with_words("Words that never stood there at all, whatever.")
    if not named:
        study = made.study
        one = study.codings[0]
        bare = Segment(None, one.segments[0].quote, one.segments[0].codes, text="0" * 40)
        made = Keeper(small(CodingSet(one.transcript, "anna", (bare,), path=one.path, case=one.case)))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        assert screen.own[0].span is None
        await open_problem(pilot)
        await press(pilot, "1", "t", "end", "enter")
        assert made.codes == [("He left in May.", ["trust helping"])]
        assert made.saved[-1].codings.segments[0].id
        await press(pilot, "tab")
        assert "None: every segment" in " ".join(words_of(screen))

    drive(made, act, size=SIZE)


def test_a_lost_segment_is_taken_off_only_when_one_says_so() -> None:
    made = with_words("Words that never stood there at all, whatever.")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await open_problem(pilot)
        await press(pilot, "escape")
        assert made.saved == []
        await open_problem(pilot, "tab", "enter")
        await press(pilot, "2")
        assert made.codes == []
        await press(pilot, "u")
        assert len(made.codes) == 1

    drive(made, act, size=SIZE)


def test_a_transcript_of_turns_in_yaml_is_read_and_coded_like_any(tmp_path: Path) -> None:
    made = keeper(tmp_path, name="4/client")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        rows = picture(screen).split("\n")
        assert any(row.startswith("R ") and "Joan knows everything about me." in row for row in rows)
        assert "turns:" not in picture(screen)
        await press(pilot, "j", "s", "c", *"s2", "+", "enter")
        assert made.codes[0] == ("Joan knows everything about me.", ["trust helping"])
        assert made.saved[-1].codings.segments[0].line == 4, "where the turn's entry begins"
        await press(pilot, "g", *"6", "enter")
        assert selected(screen) == "Twenty. They wanted more, but they gave in."

    drive(made, act, size=SIZE)


def test_a_code_that_was_retired_takes_valence_phase_and_memo_where_it_stands() -> None:
    made = Keeper(small(coded("anna", FIRST, "rapport")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await press(pilot, "j", "+", "m", *"old", "enter", "p", "2")
        assert made.codes == [(FIRST, ["rapport helping"])]
        given = made.saved[-1].codings.segments[0].codes[0]
        assert (given.memo, given.phase) == ("old", "before")
        await press(pilot, "end")
        screen.apply(["rapport"])
        assert len(made.codes) == 1, "and is given to nothing new"

    drive(made, act)
