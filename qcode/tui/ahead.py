"""Typing faster than a question can open or close: every key goes where it was meant, none is lost or twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.actions import SkipAction
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widget import Widget

T = TypeVar("T")


class Eager(ModalScreen[T]):
    """A question that takes what was typed before its field had the focus, and passes on what came after its answer.

    A key goes to a field at once, but an Enter is acted on only when the field has worked off all before it. Until
    then no field has the focus, so that what follows is kept here.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "enter", "go", show=False, priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self._ahead: list[events.Key] | None = []  # None: the field has the focus
        self.answered = False

    def put(self, text: str) -> None:
        """Take some text as typed."""
        raise NotImplementedError

    def go(self) -> None:
        """Take an Enter."""
        raise NotImplementedError

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Give the answer, once: what a field still tells after that means nothing."""
        if self.answered:
            return AwaitComplete()
        self.answered = True
        return super().dismiss(result)

    def open(self) -> None:
        """The field has the focus: give it what was typed so far."""
        ahead, self._ahead = self._ahead or [], None
        for at, event in enumerate(ahead):
            if self.answered:
                self._pass_on(ahead[at:])
                return
            self._take(event)

    def action_enter(self) -> None:
        field = self.focused
        if self._ahead is not None or field is None:
            raise SkipAction
        self._ahead = []
        self.set_focus(None)
        field.call_later(self._enter, field)

    def _enter(self, field: Widget) -> None:
        self.set_focus(field)
        self.go()
        if self.answered:
            self._pass_on(self._ahead or [])
        else:
            self.open()

    def hold(self, event: events.Key) -> bool:
        """Keep a key for when the field has the focus again, or the answer is given; whether it was kept."""
        if self._ahead is None or not (event.is_printable or event.key == "enter"):
            return False
        self._ahead.append(event)
        return True

    def type_ahead(self, event: events.Key) -> bool:
        """Take a key that no widget has had, be it of this screen or of the one below; whether it did."""
        if not (event.is_printable or event.key == "enter"):
            return False
        if self._ahead is None:
            self._take(event)
        else:
            self._ahead.append(event)
        return True

    def _take(self, event: events.Key) -> None:
        if event.key == "enter":
            self.go()
        else:
            self.put(event.character or "")

    def _pass_on(self, later: Sequence[events.Key]) -> None:
        for event in later:
            self.app.post_message(events.Key(event.key, event.character))
