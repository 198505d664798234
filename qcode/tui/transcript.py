"""The transcript on the screen. Draws only the rows that can be seen, and again only those that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color, ColorParseError
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qcode.core.layout import Span
from qcode.tui.ground import Ground
from qcode.tui.marks import Beside, Margin, Mark
from qcode.tui.page import Page, Row, cells, fitting, shown

_PARTS = ("speaker", "heading", "dim", "selected", "found", "asked")
NARROW = 100  # cells; below it margins are smaller
SLIM = 60  # below it, as beside the side on a small screen, they are as small as can be


class TranscriptView(ScrollView, can_focus=True, inherit_bindings=False):
    """A transcript with marks for what is coded in it. Knows no codes; says where it is clicked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{name}" for name in _PARTS}
    DEFAULT_CSS = """
    TranscriptView { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; background: $background; }
    TranscriptView .transcript--speaker { color: $text-primary; text-style: bold; }
    TranscriptView .transcript--heading { color: $text-accent; text-style: bold; }
    TranscriptView .transcript--dim { color: $text-muted; text-style: dim; }
    TranscriptView .transcript--asked { color: $text-muted; text-style: none; }
    TranscriptView .transcript--selected { background: $primary 45%; color: $text; text-style: bold; }
    TranscriptView .transcript--found { text-style: reverse; }
    """

    class Pointed(Message):
        """The mouse went down on a character, was dragged to one, or clicked one so many times in a row."""

        def __init__(self, offset: int, *, clicks: int = 0, start: int | None = None) -> None:
            super().__init__()
            self.offset, self.clicks, self.start = offset, clicks, start

    class Widened(Message):
        """The page was laid out anew for another width."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.page: Page | None = None
        self.numbered = False
        self.selected: Span = (0, 0)
        self.questions: dict[str, str] = {}
        self._ground: Ground | None = None
        self._longest = 0  # cells that the longest name of a speaker takes
        self._marks: tuple[Mark, ...] = ()
        self._beside: Margin | None = None
        self._hits: dict[int, list[Span]] = {}
        self._pressed: int | None = None
        self._dragged = False
        self._styles_of: dict[tuple[str, ...], Style] = {}

    # What it is given

    def read(self, ground: Ground, questions: dict[str, str]) -> None:
        """Show another transcript, from its beginning."""
        self._ground, self.questions = ground, questions
        self._longest = max((cells(name) for name in {turn.speaker for turn in ground.layout.turns}), default=0)
        self._hits, self.selected = {}, (0, 0)
        self._lay_out()
        self.scroll_to(y=0, animate=False)

    def mark(self, marks: Iterable[Mark]) -> None:
        """Show these segments, and repaint the rows where that makes a difference."""
        margin = self._margin
        self._marks = tuple(marks)
        if self.page is None:
            return
        if self._margin != margin:  # colleagues' names need room
            self._lay_out()
            self.select(self.selected, self.selected[0])
            return
        before, after = self._beside, Margin(self.page, self._marks, self._lanes)
        self._beside = after
        seen = self._rows_between(0, len(self.page.rows))
        self._repaint(row for row in seen if before is None or before.at(row) != after.at(row))

    def select(self, span: Span, head: int) -> None:
        """Show what is selected, and bring the moving end of it into view."""
        if self.page is None:  # there is no size yet: it is shown when there is
            self.selected = span
            return
        rows = {row for ends in (self.selected, span) for row in self._rows_between(*self.page.rows_of(ends))}
        self.selected = span
        self._repaint(rows)
        self._bring(span, head)

    def find(self, hits: Sequence[Span]) -> None:
        """Show these places as found."""
        if self.page is None:
            return
        before, self._hits = self._hits, {}
        for hit in hits:
            for row in self._rows_between(*self.page.rows_of(hit)):
                self._hits.setdefault(row, []).append(hit)
        self._repaint({*before, *self._hits})

    def number(self, on: bool) -> None:
        """Show line numbers, or not."""
        self.numbered = on
        self._lay_out()

    # Rows and columns

    @property
    def _across(self) -> int:
        """Cells that a row has: the scroll bar's are not among them."""
        return self.scrollable_content_region.width

    @property
    def _wide(self) -> bool:
        return self._across >= NARROW

    @property
    def _slim(self) -> bool:
        return self._across < SLIM

    @property
    def _lanes(self) -> int:
        return 5 if self._wide else 2 if self._slim else 3

    @property
    def _margin(self) -> int:
        names = any(mark.coder for mark in self._marks) and not self._slim
        return self._lanes + (16 if self._wide else 6 if self._slim else 10) + (4 if names else 0)

    @property
    def _gutter(self) -> int:
        """Cells to the left of the text: a line number if asked for, and who speaks."""
        most = 14 if self._wide else 4 if self._slim else 11
        return min(self._longest, most) + (1 if self._slim else 2) + (6 if self.numbered else 0)

    def _lay_out(self) -> None:
        if self._ground is None or not self._across:
            return
        width = min(100, self._across - self._gutter - self._margin - 1)
        self.page = Page(self._ground, width)
        self.virtual_size = Size(self._across, len(self.page.rows))
        self._beside = Margin(self.page, self._marks, self._lanes)
        self._hits = {}
        self.refresh()

    def _rows_between(self, first: int, last: int) -> Iterable[int]:
        """Rows of a stretch that can be seen now: no others need paint."""
        top = self.scroll_offset.y
        return range(max(first, top), min(last, top + self.size.height) + 1)

    def _repaint(self, rows: Iterable[int]) -> None:
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        seen = sorted(row for row in rows if top <= row < bottom)
        for _, run in groupby(enumerate(seen), key=lambda pair: pair[1] - pair[0]):
            numbers = [row for _, row in run]
            self.refresh_lines(numbers[0], len(numbers))

    def _bring(self, span: Span, head: int) -> None:
        assert self.page is not None
        first, last = self.page.rows_of(span)
        at = self.page.row_of(head)
        height = max(1, self.size.height)
        if last - first < height - 2:  # all of it fits: show all
            at, end = first, last
        else:
            end = at
        top = self.scroll_offset.y
        above = at - 1 if self.page.rows[max(at - 1, 0)].line.kind in ("heading", "mark", "blank") else at
        if above < top:
            self.scroll_to(y=max(0, above - height // 4), animate=False, immediate=True)
        elif end >= top + height:
            self.scroll_to(y=end - height + 1 + height // 4, animate=False, immediate=True)

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self._across
        number = y + self.scroll_offset.y
        if self.page is None or number >= len(self.page.rows):
            return Strip.blank(width, self.rich_style)
        row = self.page.rows[number]
        here = self._beside.at(number) if self._beside else None
        segments = [*self._left(row), *self._text(row, number, here)]
        used = sum(cells(segment.text) for segment in segments)
        room = self._gutter + self.page.width + 1
        segments.append(Segment(" " * max(0, room - used), self.rich_style))
        if here:
            segments += self._right(here, width - room)
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _left(self, row: Row) -> list[Segment]:
        found = []
        if self.numbered:
            assert self._ground is not None
            number = self._ground.layout.line_of(row.start) if row.first and row.line.kind != "blank" else ""
            found.append(Segment(f"{number:>5} ", self._style("dim")))
        name = ""
        if row.first and row.line.opens and row.line.turn is not None and self._ground:
            name = shown(self._ground.layout.turns[row.line.turn].speaker)
        room = self._gutter - (6 if self.numbered else 0)
        name = name if cells(name) < room else name[: fitting(name, room - 2)] + "…"
        found.append(Segment(name + " " * (room - cells(name)), self._style("speaker")))
        return found

    def _text(self, row: Row, number: int, here: Beside | None) -> list[Segment]:
        assert self.page is not None
        text = self.page.ground.text
        if row.line.kind == "mark":
            return [Segment(self._question(row), self._style("dim"))]
        kind = "heading" if row.line.kind == "heading" else "asked" if self._asks(row) else ""
        marks = here.marks if here else []
        hits = self._hits.get(number, [])
        cuts = {row.start, row.end, *self.selected}
        cuts |= {end for span in (*(mark.span for mark in marks), *hits) for end in span}
        ends = sorted(cut for cut in cuts if row.start <= cut <= row.end)
        found = []
        for start, end in pairwise(ends):
            over = [mark for mark in marks if mark.span[0] <= start < mark.span[1]]
            style = self._painted(kind, over)
            if any(hit[0] <= start < hit[1] for hit in hits):
                style += self._style("found")
            if self.selected[0] <= start < self.selected[1]:
                style += self._style("selected")
            found.append(Segment(shown(text[start:end]), style))
        if row.line.kind == "heading" and (phase := self.page.ground.layout.phase_at(row.line.claim)):
            found.append(Segment(f"  · {shown(phase)}", self._style("dim")))
        return found

    def _right(self, here: Beside, room: int) -> list[Segment]:
        """The brackets in their lanes, then the labels of what begins here."""
        found = []
        for lane in range(self._lanes):
            sign, mark = here.brackets.get(lane, (" ", None))
            found.append(Segment(sign, self._ink(mark.color, faint=bool(mark.coder)) if mark else self.rich_style))
        left = room - self._lanes - 1
        found.append(Segment(" ", self.rich_style))
        for mark in here.labels:
            label = shown(mark.label)
            label = label if cells(label) <= left else label[: fitting(label, max(0, left - 1))] + "…"
            if left <= 0:
                break
            found += [Segment(label, self._ink(mark.color, faint=bool(mark.coder))), Segment(" ", self.rich_style)]
            left -= cells(label) + 1
        return found

    def _question(self, row: Row) -> str:
        assert self.page is not None
        question = self.page.ground.layout.question_at(row.line.claim)
        words = f"{question}  {self.questions.get(question, '')}".rstrip() if question else ""
        words = shown(words)
        return words if cells(words) <= self.page.width else words[: fitting(words, self.page.width - 1)].rstrip() + "…"

    def _asks(self, row: Row) -> bool:
        turn = self._ground.layout.turns[row.line.turn] if self._ground and row.line.turn is not None else None
        return bool(turn and turn.role == "interviewer")

    # Styles: made once for each combination, since every row asks for them

    def _style(self, name: str) -> Style:
        key = (name,)
        if key not in self._styles_of:
            style = self.get_component_rich_style(f"transcript--{name}")
            # Where colours are only shades of grey, a selection on coded text would hardly be seen.
            self._styles_of[key] = style + Style(reverse=True) if name == "selected" and self.app.no_color else style
        return self._styles_of[key]

    def _ink(self, color: str, *, faint: bool) -> Style:
        key = ("ink", color, str(faint))
        if key not in self._styles_of:
            there = self.background_colors[1]
            ink = _color(color)
            while abs(ink.brightness - there.brightness) < 0.35 and ink not in (_WHITE, _BLACK):
                ink = ink.blend(_WHITE if there.brightness < 0.5 else _BLACK, 0.3).clamped
                if min(ink.rgb) > 230 or max(ink.rgb) < 25:
                    break
            style = Style(color=ink.rich_color, bgcolor=there.rich_color, bold=not faint, italic=faint)
            self._styles_of[key] = style
        return self._styles_of[key]

    def _painted(self, kind: str, over: Sequence[Mark]) -> Style:
        """The text's style under these marks: tinted by the shortest, underlined in whatever colours there are."""
        own = [mark for mark in over if not mark.coder] or list(over)
        top = min(own, key=lambda mark: mark.span[1] - mark.span[0], default=None)
        key = ("text", kind, top.color if top else "", "own" if top and not top.coder else "")
        if key not in self._styles_of:
            style = self._style(kind) if kind else self.rich_style
            if top and not top.coder:
                there = self.background_colors[1]
                tint = there.blend(_color(top.color), 0.32)
                style += Style(bgcolor=tint.rich_color, color=tint.get_contrast_text(0.92).rich_color, underline=True)
            elif top:
                style += Style(underline=True, italic=True)
            self._styles_of[key] = style
        return self._styles_of[key]

    # What happens to it

    def notify_style_update(self) -> None:
        self._styles_of.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        shown = self.page
        above = shown.row_of(self.selected[0]) - self.scroll_offset.y if shown else 0
        self._lay_out()
        if self.page and shown:
            self.scroll_to(y=max(0, self.page.row_of(self.selected[0]) - above), animate=False, immediate=True)
            self.post_message(self.Widened())
        elif self.page:
            self._bring(self.selected, self.selected[0])

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._pressed, self._dragged = self._offset_of(event), False
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        at = self._offset_of(event)
        if self._pressed is not None and at is not None and event.button and (self._dragged or at != self._pressed):
            self._dragged = True
            self.post_message(self.Pointed(at, start=self._pressed))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._pressed = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """A click ends a drag, too: then it means nothing more."""
        at = self._offset_of(event)
        if at is not None and not self._dragged:
            self.post_message(self.Pointed(at, clicks=event.chain))

    def _offset_of(self, event: events.MouseEvent) -> int | None:
        place = event.get_content_offset(self)
        if place is None or self.page is None:
            return None
        return self.page.offset_at(place.y + self.scroll_offset.y, place.x - self._gutter)


_WHITE, _BLACK = Color(255, 255, 255), Color(0, 0, 0)


def _color(given: str) -> Color:
    try:
        return Color.parse(given)
    except ColorParseError:
        return Color(128, 128, 128)
