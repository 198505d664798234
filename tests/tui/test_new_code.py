"""A new code on the spot: asked for, put in the codebook, and given to the selection; only where the team allows it."""

from __future__ import annotations

from dataclasses import replace

from desks import Keeper, coded, drive, picture, small
from textual.pilot import Pilot
from textual.widgets import Input

from qcode.core.model import CodingSet, Study
from qcode.tui.doors import Draft
from qcode.tui.invent import NewCode
from qcode.tui.palette import Palette
from qcode.tui.screen import DeskScreen

FIRST = "She rang me, and we met. She rang me again. Then nothing."
FORM = ("enter", *"steps", "enter", *"Calls made.", "enter")  # the name as it is, under steps, a definition


def allowed(*sets: CodingSet) -> Study:
    study = small(*sets)
    return replace(study, settings=replace(study.settings, new_codes=True))


def test_a_code_named_after_the_words_selected_is_made_and_given_to_them() -> None:
    keeper = Keeper(allowed())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "s", "l", "C")
        assert isinstance(pilot.app.screen, NewCode)
        await pilot.press(*FORM)
        assert keeper.drafts == [(Draft("She rang me again", "steps", "Calls made."), "2/boss")]
        assert keeper.codes == [("She rang me again.", ["she-rang-me-again"])]
        book = screen.session.study.codebook
        assert book.by_id["she-rang-me-again"].parent == "steps"
        assert "she-rang" in picture(screen), "in the margin, as far as there is room"

    drive(keeper, act, size=(140, 40))


def test_undo_takes_the_coding_back_and_not_the_code() -> None:
    keeper = Keeper(allowed())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "s", "l", "C", *FORM, "u")
        assert keeper.codes == []
        assert "she-rang-me-again" in screen.session.study.codebook.by_id
        await pilot.press("c", *"rang", "enter")
        assert keeper.codes == [("She rang me again.", ["she-rang-me-again"])]

    drive(keeper, act)


def test_the_palette_ends_with_a_new_code_named_as_typed() -> None:
    keeper = Keeper(allowed())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"phoning")
        assert isinstance(pilot.app.screen, Palette)
        assert "new code “phoning”" in "\n".join(s.text for s in pilot.app.screen._compositor.render_strips())
        await pilot.press("+", "up", "enter", "enter", "enter", *"Calls.", "enter")
        assert keeper.drafts == [(Draft("phoning", None, "Calls."), "2/boss")]
        assert keeper.codes == [(FIRST, ["phoning helping"])]

    drive(keeper, act)


def test_a_code_that_fits_comes_before_a_new_one() -> None:
    keeper = Keeper(allowed())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "c", *"trust", "enter")
        assert keeper.codes == [(FIRST, ["trust"])]
        assert keeper.drafts == []

    drive(keeper, act)


def test_without_a_definition_or_with_a_name_that_is_taken_nothing_is_made_and_nothing_typed_is_lost() -> None:
    keeper = Keeper(allowed())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "C", *"Trust", "enter", "enter", "enter")
        form = pilot.app.screen
        assert isinstance(form, NewCode)
        assert form.focused is form.query_one("#definition", Input)
        await pilot.press(*"Belief.", "enter")
        assert form.is_current
        shown = "\n".join(strip.text for strip in form._compositor.render_strips())
        assert "code 'trust' is there already" in shown
        assert "Belief." in shown
        assert keeper.drafts == []
        assert keeper.saved == []
        await pilot.press(*" lost", "enter", "enter", "enter")
        assert keeper.drafts == [(Draft("Trust lost", None, "Belief."), "2/boss")]

    drive(keeper, act)


def test_the_arrows_choose_what_it_stands_under() -> None:
    keeper = Keeper(allowed())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "C", *"Phoning", "enter", "down", "down", "enter", *"Calls.", "enter")
        assert [draft.parent for draft, _ in keeper.drafts] == ["contact"]  # the top, themes, contact

    drive(keeper, act)


def test_leaving_makes_nothing() -> None:
    keeper = Keeper(allowed())

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "C", *"Phoning", "escape")
        assert screen.is_current
        assert (keeper.drafts, keeper.saved) == ([], [])

    drive(keeper, act)


def test_where_the_team_does_not_allow_it_one_is_told_how_it_is_allowed() -> None:
    keeper = Keeper(small(coded("anna", "Then nothing.", "trust")))

    async def act(pilot: Pilot[None], screen: DeskScreen) -> None:
        await pilot.press("j", "C")
        assert screen.is_current
        assert any("new_codes: true" in note.message for note in pilot.app._notifications)
        await pilot.press("c", *"zzzzzz")
        assert isinstance(pilot.app.screen, Palette)
        assert "new code" not in "\n".join(s.text for s in pilot.app.screen._compositor.render_strips())

    drive(keeper, act)
