"""A new code on the spot: what it is called, where it stands in the codebook, what it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from qcode.core.codebook import Code, Codebook, in_language
from qcode.core.errors import QcodeError
from qcode.tui.ahead import Eager, in_turn
from qcode.tui.ask import box
from qcode.tui.doors import Draft
from qcode.tui.ranking import ranked

_FIELDS = ("label", "under", "definition")
_HINT = "Enter: next, and save on the last · ↑ ↓ choose · Esc: leave"


class NewCode(Eager[str | None]):
    """Makes a code, and gives its id; None when it was left. What is wrong with it is said here, nothing typed lost."""

    DEFAULT_CSS = (
        box("NewCode")
        + """
    NewCode #quote { color: $text-muted; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    NewCode #said { color: $text-muted; height: auto; margin-top: 1; }
    NewCode Input, NewCode Input:focus { border: none; height: 1; padding: 0 1; background: $boost; }
    NewCode OptionList {
        height: 6; border: none; padding: 0 0 0 1; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "not", show=False),
        in_turn("up"),
        in_turn("down"),
    ]
    TURNS = (*Eager.TURNS, "up", "down")

    def __init__(
        self, book: Codebook, language: str, make: Callable[[Draft], str], *, label: str = "", quote: str = ""
    ) -> None:
        """`make`: put it in the codebook and give its id, or raise QcodeError."""
        super().__init__()
        self.book, self.language, self.make, self.label, self.quote = book, language, make, label, quote
        self.offered: tuple[Code | None, ...] = ()  # None: the top

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(Text("A new code"))
            yield Static(Text(f"“{self.quote}”"), id="quote")
            yield Static("Name", classes="hint")
            yield Input(self.label, placeholder="a few words", id="label", select_on_focus=False)
            yield Static("Under", classes="hint")
            yield Input(placeholder="any part of a code's key or name", id="under", select_on_focus=False)
            yield OptionList()
            yield Static("Definition", classes="hint")
            yield Input(placeholder="when is it used, and when not?", id="definition", select_on_focus=False)
            yield Static(Text(_HINT), id="said")

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._offer()
        self._focus("label")
        self.query_one("#label", Input).select_all()  # typing takes its place, at once
        self.open()

    def put(self, text: str) -> None:
        if isinstance(self.focused, Input):
            self.focused.replace(text, *sorted(self.focused.selection))

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "under" and not self.answered:
            self._offer()

    def go(self) -> None:
        """On to the next line; from the last, ready."""
        at = self.focused.id if self.focused else None
        if at == "under":
            self._offer()
        if at != _FIELDS[-1]:
            self._focus(_FIELDS[_FIELDS.index(at) + 1] if at in _FIELDS else _FIELDS[0])
        elif empty := next((name for name in ("label", "definition") if not self._said(name)), None):
            self._focus(empty)
            self._tell(f"A code needs a {'name' if empty == 'label' else 'definition'}.")
        else:
            self._make()

    def press(self, key: str) -> None:
        if key in ("up", "down"):
            self._offer()
            options = self.query_one(OptionList)
            options.highlighted = ((options.highlighted or 0) + (1 if key == "down" else -1)) % len(self.offered)
        else:
            super().press(key)

    def _make(self) -> None:
        parent = self.offered[self.query_one(OptionList).highlighted or 0]
        try:
            made = self.make(Draft(self._said("label"), parent.id if parent else None, self._said("definition")))
        except QcodeError as error:
            self._focus("label")
            self._tell(f"{error.message}\n{error.hint}".rstrip())
        else:
            self.dismiss(made)

    def _said(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _focus(self, name: str) -> None:
        self.set_focus(self.query_one(f"#{name}", Input))

    def _tell(self, words: str) -> None:
        self.query_one("#said", Static).update(Text(words, "bold"))

    def _offer(self) -> None:
        """What it may stand under: what fits the letters, or the top and then all, as the codebook has them."""
        letters = self._said("under")
        active = [code for code in self.book.by_order if not code.retired]
        found = (*ranked(self.book, letters, self.language), None) if letters else (None, *active)
        if found == self.offered:
            return
        self.offered = found
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(self._line(code, tree=not letters)) for code in found])
        options.highlighted = 0

    def _line(self, code: Code | None, *, tree: bool) -> Text:
        if code is None:
            return Text("under no other code", "italic")
        depth = len([*self.book.ancestors(code.id)]) if tree else 0
        text = Text("  " * depth).append(f"{code.key} " if code.key else "", "bold")
        return text.append(in_language(code.label, self.language) or code.id)
