"""More than one at work: a team that settles differences, and a file that somebody else has written."""

from __future__ import annotations

from dataclasses import replace

from desks import TEXT, Keeper, coded, drive, picture, selected, small
from textual import events
from textual.pilot import Pilot

from qcode.core.model import Coded, CodingSet
from qcode.core.session import Session, open_session
from qcode.tui.doors import Doors, Memory
from qcode.tui.palette import Palette
from qcode.tui.screen import DeskScreen

FIRST = "She rang me, and we met. She rang me again. Then nothing."
LAST = "He left in May."


def differing() -> Keeper:
    """Bram coded the first passage, anna another."""
    return Keeper(small(coded("bram", FIRST, "trust", name="b1234567"), coded("anna", LAST, "meeting")), "consensus")


def test_the_team_settles_a_difference_with_no_coding_and_may_open_it_again() -> None:
    keeper = differing()

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n")
        assert selected(screen) == FIRST
        await pilot.press("x", "n")
        assert selected(screen) == LAST
        await pilot.press("n")
        assert selected(screen) == LAST, "the settled one is not sought any more"
        assert "≠S2" not in picture(screen)
        assert keeper.saved == [], "it is nobody's coding"
        await pilot.press("home", "w")
        screen._select(
            screen.selection._replace(anchor=(i := (TEXT.index(FIRST), TEXT.index(FIRST) + len(FIRST))), head=i)
        )
        await pilot.press("x", "N")
        await pilot.press("n")
        assert selected(screen) in (FIRST, LAST)
        assert keeper.memories[-1].settled == ()

    drive(keeper, act, size=(140, 30))


def test_what_was_settled_is_so_the_next_time_but_not_once_the_coder_codes_anew() -> None:
    first = differing()

    async def settle(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n", "x")

    async def seek(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n")
        found.append(selected(screen))

    found: list[str] = []
    drive(first, settle, size=(140, 30))
    memory = Memory(settled=first.memories[-1].settled)
    drive(differing(), seek, size=(140, 30), memory=memory)
    anew = small(coded("bram", FIRST, "trust", name="b7654321"), coded("anna", LAST, "meeting"))
    drive(Keeper(anew, "consensus"), seek, size=(140, 30), memory=memory)
    assert found == [LAST, FIRST]


def test_at_consensus_x_takes_off_what_the_team_has_coded() -> None:
    keeper = differing()

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n", "a")
        assert keeper.codes == [(FIRST, ["trust"])]
        await pilot.press("x")
        assert keeper.codes == []
        assert keeper.memories == [] or keeper.memories[-1].settled == ()

    drive(keeper, act, size=(140, 30))


class Watched(Keeper):
    """Files that can be looked at, too."""

    def doors(self) -> Doors:
        return replace(super().doors(), changed=lambda session: self.meanwhile is not None)


def theirs(*sets: CodingSet) -> Session:
    of = small(*sets)
    return open_session(of, of.transcripts["2/boss"], "anna")


def told(pilot: Pilot[None]) -> str:
    return "\n".join(note.message for note in pilot.app._notifications)


def test_what_came_in_is_shown_code_by_code_as_soon_as_one_comes_back() -> None:
    keeper = Watched(small(coded("anna", FIRST, "trust")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        keeper.meanwhile = theirs(coded("anna", LAST, "meeting", "helping", name="c1234567"))
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        await pilot.pause()
        assert f"+ line 14: S1+ “{LAST}”" in told(pilot)
        assert "- line 5: S2 “She rang me, and we met." in told(pilot)
        assert "S1+" in picture(screen)
        assert keeper.saved == [], "looking writes nothing"

    drive(keeper, act)


def test_undo_reaches_back_over_what_came_in() -> None:
    keeper = Watched(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"s2", "enter", "+")
        mine = keeper.saved[-1].codings
        other = coded("anna", LAST, "meeting", name="c1234567").segments
        keeper.meanwhile = theirs(replace(mine, segments=(*mine.segments, *other)))
        screen.look_around()
        await pilot.press("u")
        assert keeper.codes == [(FIRST, ["trust"]), (LAST, ["meeting"])]
        await pilot.press("u")
        assert keeper.codes == [(LAST, ["meeting"])]
        await pilot.press("ctrl+r", "ctrl+r")
        assert keeper.codes == [(FIRST, ["trust helping"]), (LAST, ["meeting"])]

    drive(keeper, act)


def test_nothing_is_taken_over_under_an_open_question() -> None:
    keeper = Watched(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c")
        keeper.meanwhile = theirs(coded("anna", LAST, "meeting"))
        screen.look_around()
        assert isinstance(pilot.app.screen, Palette)
        assert screen.own == ()
        await pilot.press(*"s2", "enter")
        assert [quote for quote, _ in keeper.codes] == [FIRST, LAST]

    drive(keeper, act)


def test_the_desk_looks_around_by_itself_and_when_another_transcript_opens() -> None:
    """The clock is not waited for: that there is one such timer, and what it calls, is looked at."""
    keeper = Watched(small())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        assert any(timer._callback == screen.look_around for timer in screen._timers)

    drive(keeper, act)

    async def without(pilot: Pilot[None], screen: DeskScreen) -> None:
        assert not any(timer._callback == screen.look_around for timer in screen._timers)

    drive(Keeper(small()), without)


def test_a_memo_of_a_colleague_stays_theirs_when_their_coding_is_adopted() -> None:
    made = coded("bram", FIRST, "trust")
    with_memo = replace(made, segments=(replace(made.segments[0], codes=(Coded("trust", "both", memo="mine"),)),))
    keeper = Keeper(small(with_memo), "consensus")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "a")
        assert keeper.codes == [(FIRST, ["trust both"])]
        assert keeper.saved[-1].codings.segments[0].codes[0].memo is None

    drive(keeper, act)
