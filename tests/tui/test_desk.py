"""The desk driven by keys: what is selected, what is saved, what is shown."""

from __future__ import annotations

import pytest
from desks import TEXT, Keeper, coded, drive, picture, selected, small
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from qcode.core.session import open_session
from qcode.tui.ask import Choose, Help
from qcode.tui.doors import Memory
from qcode.tui.palette import Palette
from qcode.tui.screen import DeskScreen

FIRST = "She rang me, and we met. She rang me again. Then nothing."


def test_the_transcript_is_shown_with_speakers_headings_and_phases() -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        rows = picture(screen).split("\n")
        assert any("Before" in row and "before" in row and "#" not in row and "{" not in row for row in rows)
        assert any(row.startswith("R") and FIRST in row for row in rows)
        assert "**" not in picture(screen)

    drive(Keeper(small()), act)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("j", FIRST),
        ("down", FIRST),
        ("j k", "How did it begin?"),
        ("j s", "She rang me, and we met."),
        ("j s l", "She rang me again."),
        ("j s right left", "She rang me, and we met."),
        ("j s L", "She rang me, and we met. She rang me again."),
        ("j s v l l", FIRST),
        ("j w l", "rang"),
        ("j w y l", "h"),
        ("j s ]", "She rang me, and we"),
        ("j s [", "rang me, and we met."),
        ("j s [ {", "She rang me, and we met."),
        ("j s }", "She rang me, and we met. She"),
        ("j s l t", FIRST),
        ("n", FIRST),
        ("n n", "We agreed on two days.\nIt went well."),
        ("N", "He left in May."),
        ("end", "He left in May."),
        ("end home", "How did it begin?"),
        ("/ a g a i n enter", "again"),
        ("/ r a n g enter n", "rang"),
        ("g 1 2 enter", "We agreed on two days.\nIt went well."),
    ],
)
def test_keys_select(keys: str, words: str) -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        for key in keys.split():
            await pilot.press(key)
        await pilot.pause()
        assert selected(screen) == words

    drive(Keeper(small()), act)


def test_coding_with_the_palette_is_saved_at_once() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "s", "c", *"trust", "enter")
        await pilot.pause()
        assert keeper.codes == [("She rang me, and we met.", ["trust"])]
        assert "S2" in picture(screen)

    drive(keeper, act)


def test_in_the_palette_every_letter_is_text_and_tab_marks_several() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "enter", *"deal", "tab", *"meet", "tab", "enter")
        await pilot.pause()
        assert keeper.codes == [(FIRST, ["agreements", "meeting"])]

    drive(keeper, act)


def test_a_sign_after_the_key_sets_the_valence() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", "s", "2", "minus", "enter")
        await pilot.pause()
        assert keeper.codes == [(FIRST, ["trust hindering"])]

    drive(keeper, act)


def test_leaving_the_palette_codes_nothing() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"trust")
        assert isinstance(pilot.app.screen, Palette)
        await pilot.press("escape")
        assert screen.is_current
        assert keeper.saved == []

    drive(keeper, act)


def test_valence_memo_repeat_undo_and_redo() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"s2", "enter", "+")
        assert keeper.codes == [(FIRST, ["trust helping"])]
        await pilot.press("+")
        assert keeper.codes == [(FIRST, ["trust"])]
        await pilot.press("b", "m", *"why", "enter")
        assert keeper.codes == [(FIRST, ["trust both"])]
        assert keeper.saved[-1].codings.segments[0].codes[0].memo == "why"
        await pilot.press("end", ".")
        assert [quote for quote, _ in keeper.codes] == [FIRST, "He left in May."]
        for _ in range(6):
            await pilot.press("u")
        assert keeper.codes == []
        for _ in range(6):
            await pilot.press("ctrl+r")
        assert len(keeper.codes) == 2

    drive(keeper, act)


def test_a_key_that_could_mean_several_codings_asks() -> None:
    keeper = Keeper(small(coded("anna", FIRST, "trust")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"t2", "enter", "escape")
        screen.active = None  # as after opening the transcript anew
        await pilot.press("x")
        assert isinstance(pilot.app.screen, Choose)
        await pilot.press("2")
        await pilot.pause()
        assert keeper.codes == [(FIRST, ["trust"])]

    drive(keeper, act)


def test_replace_keeps_the_memo_and_ends_keep_the_id() -> None:
    keeper = Keeper(small(coded("anna", FIRST, "trust", "helping")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "r", *"t2", "enter")
        await pilot.pause()
        assert keeper.codes == [(FIRST, ["agreements helping"])]
        await pilot.press("e", "]", "]", "enter")
        await pilot.pause()
        assert keeper.codes == [("She rang me, and we met. She rang me again.", ["agreements helping"])]
        assert keeper.saved[-1].codings.segments[0].id == "a1234567"

    drive(keeper, act)


def test_a_favourite_is_set_in_the_palette_and_used_with_its_digit() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"s2", "f4", "escape", "4")
        await pilot.pause()
        assert keeper.codes == [(FIRST, ["trust"])]
        assert keeper.memories[-1].favourites == {"4": "trust"}

    drive(keeper, act)


def test_the_desk_opens_where_the_coder_left_off() -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        assert selected(screen) == "He left in May."

    drive(Keeper(small()), act, memory=Memory("2/boss", TEXT.index("left")))


def test_done_and_the_next_transcript_and_back() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"s2", "enter", "d")
        assert keeper.saved[-1].codings.done
        await pilot.press(">")
        assert screen.session.transcript.id == "2/person"
        await pilot.press(")")
        assert screen.session.transcript.id == "10/boss"
        await pilot.press("<", "<", "u")
        assert screen.session.transcript.id == "2/boss"
        assert not keeper.saved[-1].codings.done, "undo reaches back after another transcript"

    drive(keeper, act)


def test_read_only_changes_nothing() -> None:
    keeper = Keeper(small(coded("anna", FIRST, "trust")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", "+", "x", "m", "e", "r", "1", ".", "d", "u", "o")
        assert pilot.app.screen is screen
        assert keeper.saved == []

    drive(keeper, act, read_only=True)


def test_colleagues_are_hidden_until_a_key_shows_them() -> None:
    keeper = Keeper(small(coded("bram", FIRST, "trust", "hindering")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        assert "bram" not in picture(screen)
        await pilot.press("j", "a")
        assert keeper.saved == [], "what can't be seen can't be adopted"
        await pilot.press("i")
        await pilot.pause()
        assert "S2- bram" in picture(screen)
        await pilot.press("a")
        assert keeper.codes == [(FIRST, ["trust hindering"])]

    drive(keeper, act, size=(120, 30))


def test_consensus_goes_from_difference_to_difference() -> None:
    """Anna and Bram agree on the first passage, and differ in valence on the second and in presence on the third."""
    again = "We agreed on two days."
    sets = [coded(who, FIRST, "trust", name=f"{who[0]}1234567") for who in ("anna", "bram")]
    both = [
        open_session(s := small(*sets), s.transcripts["2/boss"], who)
        .add((TEXT.index(again), TEXT.index(again) + len(again)), ["meeting"], valence)
        for who, valence in (("anna", "helping"), ("bram", "hindering"))
    ]  # fmt: skip
    left = both[1].add((TEXT.index("He left"), TEXT.index("He left") + 8), ["contact"])
    keeper = Keeper(small(both[0].codings, left.codings), "consensus")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n")
        assert selected(screen) == again
        await pilot.press("n")
        assert selected(screen).startswith("He left")
        assert "anna no, bram yes" in picture(screen)
        await pilot.press("a", "n")
        assert selected(screen) == again, "what the consensus has is settled"

    drive(keeper, act, size=(160, 40))


def test_what_somebody_else_wrote_meanwhile_is_kept() -> None:
    keeper = Keeper(small())
    theirs = small(coded("anna", "He left in May.", "meeting"))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        keeper.meanwhile = open_session(theirs, theirs.transcripts["2/boss"], "anna")
        await pilot.press("j", "c", *"s2", "enter")
        await pilot.pause()
        assert keeper.codes == [(FIRST, ["trust"]), ("He left in May.", ["meeting"])]
        await pilot.press("u")
        assert keeper.codes == [("He left in May.", ["meeting"])], "undo takes back one's own act alone"
        await pilot.press("ctrl+r")
        assert keeper.codes == [(FIRST, ["trust"]), ("He left in May.", ["meeting"])]

    drive(keeper, act)


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (200, 50)])
def test_every_size_shows_text_status_and_keys(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        rows = picture(screen).split("\n")
        assert "2/boss" in rows[0]
        assert "? keys" in rows[-1]
        assert FIRST[:30] in picture(screen)
        assert ("Codes" in picture(screen)) == (size[0] >= 120)
        await pilot.press("?")
        assert isinstance(pilot.app.screen, Help)

    drive(Keeper(small()), act, size=size)


def test_the_side_comes_and_goes_and_counts() -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("z")
        await pilot.pause()
        assert "Trust" in picture(screen)
        await pilot.press("z")
        await pilot.pause()
        assert "Trust" not in picture(screen)

    drive(Keeper(small(coded("anna", FIRST, "trust"))), act)


def test_without_colour_the_selection_still_stands_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j")
        await pilot.pause()
        assert screen.view.page is not None
        row = screen.view.page.row_of(screen.selection.span[0])
        styles = {part.style.reverse for part in screen.view.render_line(row) if part.style and "She" in part.text}
        assert styles == {True}

    drive(Keeper(small(coded("anna", FIRST, "trust"))), act)


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Keys one upon the other, nobody waiting for what they set off; then until all that is over."""
    for key in keys:
        name = {"+": "plus", ".": "full_stop"}.get(key, key)
        pilot.app.post_message(events.Key(name, key if len(key) == 1 else None))
    for _ in range(5):
        await pilot.press("f12")  # no key of the desk: it comes after the others
        await pilot.pause()


def test_letters_typed_before_the_palette_is_there_are_for_the_palette() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await burst(pilot, "j", "c", *"t2", "enter")
        assert keeper.codes == [(FIRST, ["agreements"])]
        assert len(keeper.saved) == 1
        await burst(pilot, "m", *"dux", "enter")
        assert keeper.saved[-1].codings.segments[0].codes[0].memo == "dux"
        await burst(pilot, "slash", *"may", "enter")
        assert selected(screen) == "May"

    drive(keeper, act)


def test_what_is_typed_ahead_of_an_observation_lands_in_its_own_field() -> None:
    keeper = Keeper(small(coded("anna", FIRST, "trust")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await burst(pilot, "j", "o", *"dux", "enter", *"lux", "enter", "s", "2", "enter")
        [(case, given)] = keeper.noted
        assert (case, given.title, given.about, given.illustrates) == ("2", "dux", "lux", ["s2"])
        assert given.evidence == ["a1234567"]
        await pilot.press("o", *"two", "enter", *"of it", "enter", "enter")
        await pilot.pause()
        assert (keeper.noted[1][1].title, keeper.noted[1][1].about) == ("two", "of it")

    drive(keeper, act)


@pytest.mark.parametrize("key", ["c", "m", "slash", "o", "p"])
def test_enter_over_and_over_answers_once(key: str) -> None:
    keeper = Keeper(small(coded("anna", FIRST, "trust")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await burst(pilot, "j", key, *["enter"] * 9)
        assert pilot.app.is_running

    drive(keeper, act)


def test_what_is_typed_right_after_enter_is_for_the_desk() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c")
        await burst(pilot, "s", "2", "enter", "+")
        assert keeper.codes == [(FIRST, ["trust helping"])]
        await pilot.press("c")
        await burst(pilot, *"nowhere", "enter", "enter", "x")
        assert pilot.app.screen.query_one(Input).value == "nowherex", "what fits nothing is gone on with"

    drive(keeper, act)


def test_undo_and_redo_go_to_what_they_changed() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"trust", "enter", "end", "c", *"meeting", "enter")
        await pilot.press("home", "u")
        assert selected(screen) == "He left in May."
        await pilot.press("u")
        assert selected(screen) == FIRST
        await pilot.press("end", "ctrl+r")
        assert selected(screen) == FIRST
        assert keeper.codes == [(FIRST, ["trust"])]

    drive(keeper, act)


def test_undo_of_what_is_selected_leaves_the_selection() -> None:
    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"trust", "enter", "s", "l", "u")
        assert selected(screen) == "She rang me again."

    drive(Keeper(small()), act)


def test_a_choice_shows_the_digits_that_choose() -> None:
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"trust", "enter", "p")
        shown = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
        assert "3 during" in shown
        await pilot.press("3")
        assert [coded.phase for coded in keeper.saved[-1].codings.segments[0].codes] == ["during"]

    drive(keeper, act)


def test_tab_and_arrows_wait_for_the_letters_before_them() -> None:
    """All keys are there before the palette is."""
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j")
        for key in ("c", *"s2", "tab", *"t11", "backspace", "tab", "down", "up", "enter", "plus"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert keeper.codes == [(FIRST, ["trust helping", "contact helping"])]

    drive(keeper, act)


def test_the_place_is_remembered_before_the_coding_is_seen() -> None:
    """Killed just after it, the desk opens there again."""
    keeper = Keeper(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j")
        screen.apply(["trust"])
        assert [memory.offset for memory in keeper.memories] == [TEXT.index(FIRST)]
        assert keeper.codes == [(FIRST, ["trust"])]

    drive(keeper, act)
