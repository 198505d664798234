"""The coding desk as a program."""

from __future__ import annotations

from textual import events
from textual.app import App

from qcode.core.session import Session
from qcode.tui.ahead import Eager
from qcode.tui.ask import Write
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

    async def on_event(self, event: events.Event) -> None:
        """A key that comes while a question can't take it is kept for it, in its order."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            top = self.screen
            if event.key == "ctrl+j" and not isinstance(top, Write):
                # An Enter typed before the desk was there: until then the terminal makes line feeds of them.
                event = events.Key("enter", "\r")
            if isinstance(top, Eager) and top.hold(event):
                return
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """A key comes here when no widget took it, as before a question's field is there."""
        if isinstance(self.screen, Eager) and self.screen.type_ahead(event):
            event.prevent_default()

    def on_app_focus(self) -> None:
        """Back from elsewhere, where perhaps somebody pulled."""
        self._start.look_around()

    def get_default_screen(self) -> DeskScreen:
        return self._start
