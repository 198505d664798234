"""Typing faster than a question can open: what is typed meanwhile is for the question, not lost and no command."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

T = TypeVar("T")


class Eager(ModalScreen[T]):
    """A question that takes what was typed before its field had the focus."""

    AUTO_FOCUS = ""  # the field gets the focus when it also gets what was typed before it
    TAKES_ENTER = False  # whether the field stops each Enter that it gets, so that one that comes here is another

    def __init__(self) -> None:
        super().__init__()
        self._ahead: list[str] | None = []  # None: the field is there
        self.answered = False

    @property
    def ready(self) -> bool:
        """Whether the field is there and has what was typed before it."""
        return self._ahead is None

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Give the answer, once: what a field still tells after that, as of a second Enter, means nothing."""
        if self.answered:
            return AwaitComplete()
        self.answered = True
        return super().dismiss(result)

    def put(self, text: str) -> None:
        """Take some text as typed."""
        raise NotImplementedError

    def go(self) -> None:
        """Take an Enter."""
        raise NotImplementedError

    def open(self) -> None:
        """The field has the focus: give it what was typed so far."""
        ahead, self._ahead = self._ahead or [], None
        for typed in ahead:
            self._take(typed)

    def type_ahead(self, event: events.Key) -> bool:
        """Take a key that no widget of this screen has had; whether it did."""
        enter = event.key == "enter" and (self._ahead is not None or self.TAKES_ENTER)
        typed = "\n" if enter else event.character if event.is_printable else None
        if typed is None:
            return False
        if self._ahead is None:
            self._take(typed)
        else:
            self._ahead.append(typed)
        return True

    def _take(self, typed: str) -> None:
        if typed == "\n":
            self.go()
        else:
            self.put(typed)
