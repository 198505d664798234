"""Small questions over the desk: a choice, a line or a few of text, all the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from qcode.tui.ahead import Eager
from qcode.tui.keys import GROUPS, PALETTE

_BOX = """
    { align: center middle; }
    %(name)s > Vertical, %(name)s > VerticalScroll {
        width: 72; max-width: 96%%; height: auto; max-height: 90%%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    %(name)s Label { text-style: bold; width: 100%%; }
    %(name)s .hint { color: $text-muted; width: 100%%; height: auto; }
"""


def box(name: str) -> str:
    """The style of a question over the desk, for the widget of that name."""
    return name + _BOX % {"name": name}


class Choose(Eager[str | None]):
    """One of a few; None when nothing was chosen."""

    DEFAULT_CSS = (
        box("Choose")
        + "\nChoose OptionList, Choose OptionList:focus { height: auto; max-height: 14; border: none; padding: 0; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "not", show=False),
        Binding("j", "app.simulate_key('down')", "down", show=False),
        Binding("k", "app.simulate_key('up')", "up", show=False),
    ]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], at: str | None = None) -> None:
        """`options`: each its value and what is shown; `at`: the value to begin on."""
        super().__init__()
        self.title_, self.options, self.at = title, options, at

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(Text(self.title_))
            numbered = enumerate((shown for _, shown in self.options), 1)
            yield OptionList(*(Option(Text(f"{n if n < 10 else ' '} {shown}")) for n, shown in numbered))

    def on_mount(self) -> None:
        values = [value for value, _ in self.options]
        options = self.query_one(OptionList)
        options.highlighted = values.index(self.at) if self.at in values else 0
        self.set_focus(options)
        self.open()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.options[event.option_index][0])

    def put(self, text: str) -> None:
        """A digit chooses at once."""
        if text in "123456789" and int(text) <= len(self.options):
            self.dismiss(self.options[int(text) - 1][0])

    def go(self) -> None:
        at = self.query_one(OptionList).highlighted
        self.dismiss(self.options[at][0] if at is not None else None)


class Ask(Eager[str | None]):
    """One line of text; None when it was left."""

    DEFAULT_CSS = box("Ask")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "not", show=False)]

    def __init__(self, title: str, value: str = "", hint: str = "Enter: go · Esc: leave") -> None:
        super().__init__()
        self.title_, self.value, self.hint = title, value, hint

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(Text(self.title_))
            yield Input(self.value, select_on_focus=False)
            yield Static(Text(self.hint), classes="hint")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))
        self.open()

    def put(self, text: str) -> None:
        self.query_one(Input).insert_text_at_cursor(text)

    def go(self) -> None:
        self.dismiss(self.query_one(Input).value)


class Notes(TextArea):
    """A few lines: Enter is for the question, Ctrl+J a new line."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "ctrl+j":
            event.stop()
            event.prevent_default()
            self.insert("\n")
        else:
            await super()._on_key(event)


class Write(Eager[str | None]):
    """A few lines of text; None when it was left."""

    DEFAULT_CSS = box("Write") + "\nWrite TextArea { height: 7; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "not", show=False)]

    def __init__(self, title: str, value: str = "", hint: str = "Enter: save · Ctrl+J: new line · Esc: leave") -> None:
        super().__init__()
        self.title_, self.value, self.hint = title, value, hint

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(Text(self.title_))
            yield Notes(self.value)
            yield Static(Text(self.hint), classes="hint")

    def on_mount(self) -> None:
        area = self.query_one(Notes)
        area.move_cursor(area.document.end)
        self.set_focus(area)
        self.open()

    def put(self, text: str) -> None:
        self.query_one(Notes).insert(text)

    def go(self) -> None:
        self.dismiss(self.query_one(Notes).text)


class Observe(Eager[tuple[str, str, str] | None]):
    """A striking observation: its title, what it is, and the steps it illustrates; None when it was left."""

    DEFAULT_CSS = box("Observe")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "not", show=False)]

    def __init__(self, case: str, evidence: Sequence[str]) -> None:
        super().__init__()
        self.case, self.evidence = case, evidence

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label(Text(f"An observation in case {self.case}"))
            yield Input(placeholder="what stands out, in a line", id="title", select_on_focus=False)
            yield Input(placeholder="what it is, in a few sentences", id="about", select_on_focus=False)
            examples = "an example of which codes? (keys, with spaces; may stay empty)"
            yield Input(placeholder=examples, id="illustrates", select_on_focus=False)
            on = ", ".join(self.evidence) or "none: select a segment first to have some"
            yield Static(Text(f"Evidence: {on}\nEnter: next, and save on the last · Esc: leave"), classes="hint")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#title", Input))
        self.open()

    def put(self, text: str) -> None:
        if isinstance(self.focused, Input):
            self.focused.insert_text_at_cursor(text)

    def go(self) -> None:
        """On to the next line; from the last, ready."""
        at = self.focused.id if self.focused else None
        if at != _OBSERVED[-1]:
            following = _OBSERVED[_OBSERVED.index(at) + 1] if at in _OBSERVED else _OBSERVED[0]
            self.set_focus(self.query_one(f"#{following}", Input))
            return
        title, about, illustrates = (self.query_one(f"#{name}", Input).value for name in _OBSERVED)
        self.dismiss((title, about, illustrates))


_OBSERVED = ("title", "about", "illustrates")


class Help(ModalScreen[None]):
    """All keys."""

    DEFAULT_CSS = box("Help")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss(None)", "close", show=False)
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self._table())

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for group, keys in GROUPS.items():
            table.add_row(Text(group, "bold"))
            for key in keys:
                table.add_row(Text(f"  {key.shown}", "bold"), Text(key.what))
        table.add_row(Text("Palette", "bold"))
        for name, what in PALETTE.items():
            table.add_row(Text(f"  {name}", "bold"), Text(what))
        return table
