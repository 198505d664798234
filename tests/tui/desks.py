"""A desk on a small study in memory: what it saves is kept in a list, not in files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from sys import path

path.append(str(Path(__file__).parents[1] / "core"))  # the small studies that the core's tests build

from build import case, codings, segment, study, transcript
from textual.pilot import Pilot

from qcode.core import recode
from qcode.core.codebook import Codebook
from qcode.core.given import Given as Said
from qcode.core.given import Spot
from qcode.core.model import Coded, CodingSet, Study
from qcode.core.observe import Given
from qcode.core.session import Session, open_session
from qcode.core.words import slug
from qcode.tui.app import Desk
from qcode.tui.doors import Doors, Draft, Memory, Stale
from qcode.tui.screen import DeskScreen

Drive = Callable[[Pilot[None], DeskScreen], Awaitable[None]]
TEXT = """\
# Before {phase=before}

**I:** How did it begin?

**R:** She rang me, and we met. She rang me again. Then nothing.

# On the job {phase=during}

**I:** And then?

**R:** We agreed on two days.
It went well.

**R:** He left in May.
"""


def small(*sets: CodingSet) -> Study:
    """Case 2 with an employer's and a client's interview, case 10 with an employer's."""
    client = transcript("2/person", perspective="client")
    made: Study = study(case("2", transcript("2/boss", TEXT), client), case("10", transcript("10/boss")), codings=sets)
    return made


def coded(coder: str, quote: str, code: str, valence: str | None = None, *, name: str = "a1234567") -> CodingSet:
    """One coder's file on 2/boss with one segment."""
    return codings("2/boss", coder, segment(quote, Coded(code, valence), id=name))


class Keeper:
    """Stands for the files: remembers what was saved, and can be told that somebody else wrote."""

    def __init__(self, of: Study, coder: str = "anna", name: str = "2/boss") -> None:
        self.study = of
        self.start = open_session(of, of.transcripts[name], coder)
        self.saved: list[Session] = []
        self.memories: list[Memory] = []
        self.noted: list[tuple[str, Given]] = []
        self.drafts: list[tuple[Draft, str]] = []
        self.meanwhile: Session | None = None  # what somebody else wrote, told once

    def save(self, session: Session) -> Session:
        if self.meanwhile:
            raise Stale("changed")
        self.saved.append(session)
        return replace(session, opened=session.codings)

    def reload(self, name: str) -> Session:
        assert self.meanwhile
        found, self.meanwhile = self.meanwhile, None
        assert found.transcript.id == name
        return found

    def observe(self, case: str, given: Given) -> str:
        self.noted.append((case, given))
        return "an-id"

    def new_code(self, draft: Draft, name: str) -> tuple[str, Codebook]:
        said = Said(label=draft.label, definition=draft.definition)
        done = recode.add(self.study.codebook, slug(draft.label), said, Spot(draft.parent))
        self.drafts.append((draft, name))
        return done.codes[0], done.book

    def doors(self) -> Doors:
        return Doors(self.save, self.reload, self.memories.append, self.observe, new_code=self.new_code)

    @property
    def codes(self) -> list[tuple[str, list[str]]]:
        """What was saved last: each segment's words, and its codes with their valences."""
        assert self.saved
        return [
            (one.quote, [coded.code + (f" {coded.valence}" if coded.valence else "") for coded in one.codes])
            for one in self.saved[-1].codings.segments
        ]


def drive(
    keeper: Keeper,
    act: Drive,
    *,
    size: tuple[int, int] = (100, 30),
    read_only: bool = False,
    memory: Memory | None = None,
) -> None:
    """Open the desk, do something with it, and close it."""

    async def run() -> None:
        desk = Desk(keeper.start, keeper.doors(), memory, read_only=read_only)
        async with desk.run_test(size=size) as pilot:
            await pilot.pause()
            screen = desk.screen
            assert isinstance(screen, DeskScreen)
            await act(pilot, screen)

    asyncio.run(run())


def selected(screen: DeskScreen) -> str:
    """The words that are selected."""
    return screen.ground.text[slice(*screen.selection.span)]


def picture(screen: DeskScreen) -> str:
    """What the screen shows, as text."""
    return "\n".join(strip.text for strip in screen._compositor.render_strips())
