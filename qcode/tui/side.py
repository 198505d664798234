"""Beside the transcript: the codebook with counts, the segments here, other perspectives, memos and problems."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.text import Text
from textual.app import ComposeResult
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
    Side #list-codes, Side #list-segments { text-wrap: nowrap; text-overflow: ellipsis; }
    Side #list-others, Side #list-memos, Side #list-problems { padding: 0 1 0 0; }
    Side.over { width: 37; }
    """

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

    def fill(self, tab: str, items: Iterable[Item]) -> None:
        """Show these items on a tab; the highlight stays on what it was on, where that is still there."""
        found = list(items)
        before = self._items.get(tab, [])
        if found == before:
            return
        options = self.query_one(f"#list-{tab}", OptionList)
        at = options.highlighted
        value = before[at].value if at is not None and at < len(before) else ""
        self._items[tab] = found
        options.clear_options()
        options.add_options([Option(item.text) for item in found])
        if value:
            options.highlighted = next((n for n, item in enumerate(found) if item.value == value), None)

    def enter(self) -> None:
        """Put the cursor in the list that is in front."""
        self.query_one(f"#list-{self.active}", OptionList).focus()

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
