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
from textual.widgets import Input, TextArea

T = TypeVar("T")


def in_turn(key: str) -> Binding:
    """A key of an eager question that acts on what was typed before it."""
    return Binding(key, f"in_turn('{key}')", "in its turn", show=False, priority=True)


class Eager(ModalScreen[T]):
    """A question that takes what was typed before its field had the focus, and passes on what came after its answer.

    A letter goes to a field at once, but what acts on the whole (Enter and the like) waits until the field has worked
    off all before it. Until then no field has the focus, so that what follows is kept here.
    """

    TURNS: ClassVar[tuple[str, ...]] = ("enter", "backspace")  # the keys, beside letters, that are kept and then taken

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [in_turn("enter")]

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

    def press(self, key: str) -> None:
        """Take one of TURNS."""
        if key == "enter":
            self.go()
        elif isinstance(self.focused, Input | TextArea):
            self.focused.action_delete_left()

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

    def action_in_turn(self, key: str) -> None:
        field = self.focused
        if self._ahead is not None or field is None:
            raise SkipAction
        self._ahead = []
        self.set_focus(None)
        field.call_later(self._in_turn, field, key)

    def _in_turn(self, field: Widget, key: str) -> None:
        self.set_focus(field)
        self.press(key)
        if self.answered:
            self._pass_on(self._ahead or [])
        else:
            self.open()

    def hold(self, event: events.Key) -> bool:
        """Keep a key for when the field has the focus again, or the answer is given; whether it was kept."""
        if self._ahead is None or not (event.is_printable or event.key in self.TURNS):
            return False
        self._ahead.append(event)
        return True

    def type_ahead(self, event: events.Key) -> bool:
        """Take a key that no widget has had, be it of this screen or of the one below; whether it did."""
        if not (event.is_printable or event.key in self.TURNS):
            return False
        if self._ahead is None:
            self._take(event)
        else:
            self._ahead.append(event)
        return True

    def _take(self, event: events.Key) -> None:
        if event.key in self.TURNS:
            self.press(event.key)
        else:
            self.put(event.character or "")

    def _pass_on(self, later: Sequence[events.Key]) -> None:
        for event in later:
            self.app.post_message(events.Key(event.key, event.character))
