"""The coding desk as a program."""

from __future__ import annotations

from textual.app import App

from qcode.core.session import Session
from qcode.tui.doors import Doors, Memory
from qcode.tui.screen import DeskScreen


class Desk(App[None]):
    """One screen on one session at a time."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "qcode"

    def __init__(
        self, session: Session, doors: Doors, memory: Memory | None = None, *, read_only: bool = False
    ) -> None:
        super().__init__()
        self._start = DeskScreen(session, doors, memory or Memory(), read_only=read_only)

    def get_default_screen(self) -> DeskScreen:
        return self._start
