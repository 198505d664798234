"""Choose codes by typing: every letter is text, the likeliest code first, what it means beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qcode.core.codebook import Code, Codebook, in_language
from qcode.tui.ahead import Eager, in_turn
from qcode.tui.ranking import Typed, ranked, typed

_TURNS = ("tab", "up", "down", *(f"f{n}" for n in range(1, 10)))


class Chosen(NamedTuple):
    """Codes to apply, with the valence that was typed; and favourites that were set meanwhile, digit to code.

    `new`: instead of codes, what a new one is to be called; perhaps nothing yet.
    """

    codes: tuple[str, ...]
    valence: str | None
    favourites: Mapping[str, str]
    new: str | None = None


class Palette(Eager[Chosen]):
    """The codes of a codebook. What it gives has no codes when it was left."""

    DEFAULT_CSS = """
    Palette { align: center middle; }
    Palette > Vertical {
        width: 110; max-width: 98%; height: 80%; min-height: 16; max-height: 36;
        border: round $primary; background: $surface;
    }
    Palette Horizontal { height: 1fr; }
    Palette #quote, Palette #foot { text-wrap: nowrap; text-overflow: ellipsis; }
    Palette #quote { color: $text-muted; height: 1; padding: 0 1; }
    Palette Input, Palette Input:focus { border: none; height: 1; padding: 0 1; background: $boost; }
    Palette OptionList, Palette OptionList:focus {
        width: 50%; border: none; scrollbar-size-vertical: 1; padding: 0;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    Palette VerticalScroll { width: 50%; padding: 0 1; scrollbar-size-vertical: 1; }
    Palette #foot { height: 1; color: $text-muted; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False),
        Binding("ctrl+n", "move(1)", "next", show=False, priority=True),
        Binding("ctrl+p", "move(-1)", "before", show=False, priority=True),
        Binding("pagedown", "move(8)", "further", show=False, priority=True),
        Binding("pageup", "move(-8)", "back", show=False, priority=True),
        *map(in_turn, _TURNS),
    ]
    TURNS = (*Eager.TURNS, *_TURNS)

    def __init__(
        self,
        book: Codebook,
        language: str,
        *,
        quote: str,
        first: Sequence[str] = (),
        perspective: str | None = None,
        favourites: Mapping[str, str] | None = None,
        single: bool = False,
        creates: bool = False,
    ) -> None:
        """`first`: codes to offer before the others; `single`: only one may be chosen; `creates`: or a new one made."""
        super().__init__()
        self.book, self.language, self.quote = book, language, quote
        self.first, self.perspective, self.single, self.creates = first, perspective, single, creates
        self.favourites = dict(favourites or {})
        self.valences = [level.id for level in book.valences]
        self.picked: list[str] = []
        self.offered: tuple[Code, ...] = ()
        self._offered = ""  # the letters that these are for

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Text(f"“{self.quote}”", no_wrap=True, overflow="ellipsis"), id="quote")
            yield Input(placeholder="code: any part of its key, name or definition", select_on_focus=False)
            with Horizontal():
                yield OptionList()
                with VerticalScroll(can_focus=False):
                    yield Static(id="meaning")
            several = "" if self.single else "Tab several · "
            words = f"Enter apply · {several}S7+ with valence · F1-F9 favourite · Esc leave"
            yield Static(Text(words, no_wrap=True, overflow="ellipsis"), id="foot")

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self.set_focus(self.query_one(Input))
        self._offer()
        self.open()

    def put(self, text: str) -> None:
        self.query_one(Input).insert_text_at_cursor(text)
        self._offer()

    def on_input_changed(self) -> None:
        if not self.answered and self._typed.letters != self._offered:
            self._offer()

    def go(self) -> None:
        self.on_input_changed()  # what is highlighted must be of what is typed
        here = self._highlighted
        codes = tuple(self.picked) or ((here.id,) if here else ())
        if codes:
            self.dismiss(Chosen(codes, self._typed.valence, self.favourites))
        elif self.creates:
            self.dismiss(Chosen((), self._typed.valence, self.favourites, self._typed.letters))

    def press(self, key: str) -> None:
        if key in _TURNS:
            self.on_input_changed()  # as in go
        if key == "tab":
            self._mark()
        elif key in ("up", "down"):
            self.action_move(1 if key == "down" else -1)
        elif key in _TURNS:
            self._favourite(key[1:])
        else:
            super().press(key)

    def on_option_list_option_highlighted(self) -> None:
        if not self.answered:
            self.query_one("#meaning", Static).update(self._meaning())

    def on_option_list_option_selected(self) -> None:
        """A click on a code."""
        self.go()

    def action_leave(self) -> None:
        self.dismiss(Chosen((), None, self.favourites))

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        if options.option_count:
            at, last = (options.highlighted or 0) + by, options.option_count - 1
            options.highlighted = at % (last + 1) if abs(by) == 1 else min(max(at, 0), last)

    def _mark(self) -> None:
        code = self._highlighted
        if code is None or self.single:
            return
        self.picked = [one for one in self.picked if one != code.id] + ([code.id] if code.id not in self.picked else [])
        field = self.query_one(Input)
        if field.value:
            field.value = ""
        else:
            self._offer(keep=True)

    def _favourite(self, digit: str) -> None:
        if code := self._highlighted:
            self.favourites = {d: c for d, c in self.favourites.items() if c != code.id} | {digit: code.id}
            self._offer(keep=True)

    @property
    def _typed(self) -> Typed:
        return typed(self.query_one(Input).value, self.valences)

    @property
    def _highlighted(self) -> Code | None:
        at = self.query_one(OptionList).highlighted
        return self.offered[at] if at is not None and at < len(self.offered) else None

    def _offer(self, *, keep: bool = False) -> None:
        options = self.query_one(OptionList)
        at = options.highlighted if keep else None
        letters = self._typed[0]
        fitting = ranked(self.book, letters, self.language, first=self.first, perspective=self.perspective)
        self.offered, self._offered = fitting, letters
        options.clear_options()
        options.add_options([Option(self._line(code)) for code in fitting])
        if self.creates:
            options.add_option(Option(Text(f"  + new code{f' “{letters}”' if letters else ''} …", "italic")))
        options.highlighted = (at or 0) if options.option_count else None
        self.query_one("#meaning", Static).update(self._meaning())

    def _line(self, code: Code) -> Text:
        digit = next((d for d, c in self.favourites.items() if c == code.id), " ")
        text = Text("✓ " if code.id in self.picked else "  ", no_wrap=True, overflow="ellipsis")
        text.append(f"{digit} ", "bold")
        text.append(f"{code.key or '':<4}", "bold")
        applies = self.perspective is None or self.book.applies(code.id, self.perspective)
        text.append(in_language(code.label, self.language) or code.id, "" if applies else "dim italic")
        if code.id in self.first:
            text.append(" ·", "dim")
        return text

    def _meaning(self) -> Text:
        code = self._highlighted
        text = Text()
        if self.picked:
            names = (self.book.by_id[one].title(self.language) for one in self.picked)
            text.append(f"✓ {', '.join(names)}\n\n", "bold")
        if code is None and self.creates:
            return text.append("A code that is not in the codebook yet: it asks for a definition.", "dim")
        if code is None:
            return text.append("Nothing fits.", "dim")
        text.append(code.title(self.language) + "\n", "bold")
        above = [*self.book.ancestors(code.id)][1:]
        where = " › ".join(self.book.by_id[one].title(self.language) for one in reversed(above))
        text.append(f"{where or 'top'} · {code.id}\n", "dim")
        text.append(in_language(code.definition, self.language) + "\n")
        for name, said in (("Also", code.include), ("Not", code.exclude)):
            if words := in_language(said, self.language):
                text.append(f"\n{name}: ", "bold")
                text.append(words + "\n")
        for example in code.examples[:2]:
            text.append(f"\n“{example}”\n", "italic")
        return text
