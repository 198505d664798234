"""Beside the transcript: the codebook with counts, the segments here, other perspectives, memos and problems."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, TabbedContent, TabPane
from textual.widgets.option_list import Option

TABS = {"codes": "Codes", "segments": "Segments", "others": "Sides", "memos": "Memos", "problems": "Problems"}


class Item(NamedTuple):
    """One line of a tab, and what it stands for: a code, a segment; empty where it is only to read."""

    text: Text
    value: str = ""


class Side(Vertical):
    """Lists to look things up in. What is chosen there is for the screen to act on."""

    DEFAULT_CSS = """
    Side { width: 42; border-left: solid $primary 40%; }
    Side TabbedContent { height: 1fr; }
    Side ContentSwitcher { height: 1fr; }
    Side TabPane { padding: 0; height: 1fr; }
    Side Tab { padding: 0 1 0 0; }
    Side OptionList, Side OptionList:focus {
        border: none; height: 1fr; scrollbar-size-vertical: 1; padding: 0; background: $background;
    }
    Side OptionList > .option-list--option-disabled { color: $text; }  /* a heading: passed over */
    Side #list-codes, Side #list-segments { text-wrap: nowrap; text-overflow: ellipsis; }
    Side #list-others, Side #list-memos, Side #list-problems { padding: 0 1 0 0; }
    Side.over { width: 37; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "the tab before", show=False),
        Binding("right,l", "turn(1)", "the next tab", show=False),
        Binding("j", "app.simulate_key('down')", "down", show=False),
        Binding("k", "app.simulate_key('up')", "up", show=False),
        Binding("escape", "app.simulate_key('tab')", "back", show=False),
    ]

    class Picked(Message):
        """An item of a tab was chosen."""

        def __init__(self, tab: str, value: str) -> None:
            super().__init__()
            self.tab, self.value = tab, value

    class Looked(Message):
        """The highlight came to a code."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    class Turned(Message):
        """Another tab came to the front."""

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, list[Item]] = {}

    def compose(self) -> ComposeResult:
        with TabbedContent(initial="codes"):
            for name, title in TABS.items():
                with TabPane(title, id=name):
                    yield OptionList(id=f"list-{name}")

    @property
    def active(self) -> str:
        """The tab that is in front."""
        return self.query_one(TabbedContent).active

    def turn_to(self, tab: str) -> None:
        """Bring a tab to the front."""
        self.query_one(TabbedContent).active = tab

    def action_turn(self, by: Literal[1, -1]) -> None:
        names = [*TABS]
        self.turn_to(names[(names.index(self.active) + by) % len(names)])
        self.call_after_refresh(self.enter)

    def fill(self, tab: str, items: Iterable[Item], at: str | None = None) -> None:
        """Show these items on a tab, the highlight on `at`; else where it was, if that is still there."""
        found, before = list(items), self._items.get(tab, [])
        options = self.query_one(f"#list-{tab}", OptionList)
        row = options.highlighted
        value = at or (before[row].value if row is not None and row < len(before) else "")
        self._items[tab] = found
        if [item.value for item in found] == [item.value for item in before]:
            for at_row, (item, was) in enumerate(zip(found, before, strict=True)):
                if item != was:
                    options.replace_option_prompt_at_index(at_row, item.text)
        else:
            options.clear_options()
            options.add_options([Option(item.text, disabled=not item.value) for item in found])
        if value:
            options.highlighted = next((n for n, item in enumerate(found) if item.value == value), None)

    def enter(self) -> None:
        """Put the cursor in the list that is in front, on the first item that can be picked."""
        options = self.query_one(f"#list-{self.active}", OptionList)
        options.focus()
        if options.highlighted is None:
            items = self._items.get(self.active, [])
            options.highlighted = next((n for n, item in enumerate(items) if item.value), None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        tab, item = self._of(event)
        if item and item.value:
            self.post_message(self.Picked(tab, item.value))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        tab, item = self._of(event)
        if tab == "codes" and item and item.value:
            self.post_message(self.Looked(item.value))

    def on_tabbed_content_tab_activated(self, event: TabbedContent.TabActivated) -> None:
        event.stop()
        self.post_message(self.Turned())

    def _of(self, event: OptionList.OptionMessage) -> tuple[str, Item | None]:
        tab = (event.option_list.id or "").removeprefix("list-")
        items = self._items.get(tab, [])
        return tab, items[event.option_index] if event.option_index < len(items) else None
