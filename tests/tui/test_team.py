"""More than one at work: a team that settles differences, and a file that somebody else has written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desks import TEXT, Keeper, coded, drive, picture, selected, small
from textual import events
from textual.pilot import Pilot

from qcode.core.model import Coded, CodingSet
from qcode.core.session import Session, open_session
from qcode.tui.ask import Choose
from qcode.tui.doors import Doors
from qcode.tui.ground import Selection
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
        assert "not S2" in picture(screen), "the decision is seen"
        assert "0 coded" in picture(screen), "and is nobody's coding"
        assert refused(keeper) == [(FIRST, [], ("trust",))]
        await pilot.press("home", "w")
        screen._select(
            screen.selection._replace(anchor=(i := (TEXT.index(FIRST), TEXT.index(FIRST) + len(FIRST))), head=i)
        )
        await pilot.press("x")
        assert refused(keeper) == []
        await pilot.press("N")
        assert "≠S2" in picture(screen)
        await pilot.press("u")
        assert refused(keeper) == [(FIRST, [], ("trust",))], "each is one act"
        await pilot.press("u")
        assert refused(keeper) == []

    drive(keeper, act, size=(140, 30))


def test_two_codes_that_differ_on_the_same_words_are_settled_in_one_segment() -> None:
    keeper = Keeper(small(coded("bram", FIRST, "trust", name="b1234567"), coded("anna", FIRST, "meeting")), "consensus")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n", "x")
        assert refused(keeper) == [(FIRST, [], ("meeting", "trust"))]
        await pilot.press("c", *"s2", "enter")
        assert refused(keeper) == [(FIRST, ["trust"], ("meeting",))], "a code it has is no longer decided against"

    drive(keeper, act, size=(140, 30))


def test_beside_a_coding_the_desk_asks_which_of_the_two_is_meant() -> None:
    keeper = Keeper(small(coded("bram", FIRST, "trust", name="b1234567"), coded("anna", FIRST, "meeting")), "consensus")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n", "c", *"s2", "enter", "x")
        assert isinstance(pilot.app.screen, Choose)
        assert pilot.app.screen.options == [("decide", "S1: the team decides against it"), ("off", "S2: take off")]
        await pilot.press("1")
        assert refused(keeper) == [(FIRST, ["trust"], ("meeting",))]
        await pilot.press("x", "2")
        assert refused(keeper) == [(FIRST, [], ("meeting",))], "the decision outlasts the coding"

    drive(keeper, act, size=(140, 30))


@pytest.mark.parametrize(
    ("quote", "code", "left"),
    [("we met", "deals", [LAST]), (FIRST, "trust", [FIRST, LAST]), (LAST, "agreements", [FIRST, LAST])],
)
def test_what_the_file_says_is_decided_is_settled_for_everybody(quote: str, code: str, left: list[str]) -> None:
    """Under an old id, on some of the words; a decision against another code, or on other words, settles nothing."""
    team = decided(quote, code)
    bram = coded("bram", FIRST, "agreements", name="b1234567")
    keeper = Keeper(small(bram, coded("anna", LAST, "meeting"), team), "consensus")
    found: list[str] = []

    async def seek(pilot: Pilot[None], screen: DeskScreen) -> None:
        for _ in range(2):
            await pilot.press("n")
            found.append(selected(screen))

    drive(keeper, seek, size=(140, 30))
    assert list(dict.fromkeys(found)) == left


def test_a_decision_stands_in_nobodys_way() -> None:
    """Anna takes off the coding around it, and adopts nothing where there is only a decision."""
    team = decided("we met", "trust")
    keeper = Keeper(small(coded("anna", FIRST, "trust"), team), "anna")

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("i")
        at = TEXT.index("we met")
        screen._select(Selection("word", (at, at + 6), (at, at + 6)))
        await pilot.press("a")
        assert keeper.saved == []
        await pilot.press("x")
        assert keeper.codes == []

    drive(keeper, act, size=(140, 30))


def decided(quote: str, code: str) -> CodingSet:
    """The consensus, with a decision against a code and no coding."""
    team = coded("consensus", quote, code, name="c1234567")
    return replace(team, segments=(replace(team.segments[0], codes=(), against=(code,)),))


def refused(keeper: Keeper) -> list[tuple[str, list[str], tuple[str, ...]]]:
    """What was saved last: each segment's words, codes, and those decided against."""
    segments = keeper.saved[-1].codings.segments
    return [(one.quote, [coded.code for coded in one.codes], one.against) for one in segments]


def test_at_consensus_x_takes_off_what_the_team_has_coded() -> None:
    keeper = differing()

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("n", "a")
        assert keeper.codes == [(FIRST, ["trust"])]
        await pilot.press("x")
        assert keeper.codes == []

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
