"""The half of the desk's screen that reads: what is selected, where one goes, what is shown. It changes no coding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError
from qcode.core.guide import asked
from qcode.core.layout import Span
from qcode.core.model import CONSENSUS, Transcript
from qcode.core.session import Session, body_start
from qcode.tui import lists, views
from qcode.tui.ask import Ask, Help
from qcode.tui.doors import Doors, Memory
from qcode.tui.ground import Ground, Selection, Unit, in_units, trimmed
from qcode.tui.keys import BINDINGS, footer
from qcode.tui.side import Side
from qcode.tui.transcript import NARROW, TranscriptView

SEEKS = {"turn": "turn without a code", "segment": "segment", "difference": "difference", "hit": "search hit"}
By = Literal[1, -1]


class Reading(Screen[None]):
    """A transcript, a selection in it, and what stands around it."""

    DEFAULT_CSS = """
    Reading #status { dock: top; height: 1; background: $primary 25%; color: $text; }
    Reading #keys { dock: bottom; height: 1; color: $text-muted; background: $surface; }
    Reading TranscriptView { width: 1fr; }
    Reading .off { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS
    AUTO_FOCUS = "TranscriptView"

    def __init__(self, session: Session, doors: Doors, memory: Memory, *, read_only: bool = False) -> None:
        super().__init__()
        self.session, self.doors, self.memory, self.read_only = session, doors, memory, read_only
        self.others_shown = session.codings.coder == CONSENSUS
        self.seeking = "difference" if self.others_shown else "turn"
        self._color(session.study.codebook)
        self.code: str | None = None  # the one highlighted last, for the other perspectives
        self.moving: str | None = None  # the segment whose ends are being moved
        self.side_wanted: bool | None = None
        self._settle()

    def compose(self) -> ComposeResult:
        yield Static(id="status")
        with Horizontal():
            yield TranscriptView(id="transcript")
            yield Side()
        yield Static(id="keys")

    def on_mount(self) -> None:
        self._place_side()
        self._read(self.memory.offset if self.memory.transcript == self.session.transcript.id else 0)

    # What there is to read

    def _color(self, book: Codebook) -> None:
        """Give the codes of a codebook their colours."""
        self.shades = views.colors(book)
        self.marker = views.Marker(book, self.shades)

    def _settle(self) -> None:
        """Work out anew what follows from the session's transcript."""
        self.ground = Ground(self.session.transcript)
        self.questions, self.themes = self._guide()
        self.hits: list[Span] = []
        self.others: tuple[views.Placed, ...] | None = None
        self.elsewhere: Counter[str] | None = None  # this coder's codings in other transcripts, by code
        self._look()
        self.selection = Selection.at(self.ground.blocks[0] if self.ground.blocks else (0, 0))

    def _look(self) -> None:
        """Work out anew what follows from the session's codings."""
        self.own = views.placed(self.session)
        self.differing: list[views.Difference] | None = None
        self.uncoded = views.uncoded(self.ground, [one.span for one in self.coded if one.span])

    @property
    def coded(self) -> list[views.Placed]:
        """One's own codings; the other segments only say what was decided against."""
        return [one for one in self.own if one.segment.codes]

    def _guide(self) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """The guide's questions of this transcript, and the themes that each is about."""
        study = self.session.study
        name = self.session.transcript.guide
        guide = next((g for g in study.guides if g.id == name), None) if name else None
        every = list(asked(guide, study.codebook)) if guide else []
        return {a.question.id: a.question.text for a in every}, {a.question.id: a.themes for a in every}

    @property
    def view(self) -> TranscriptView:
        return self.query_one(TranscriptView)

    @property
    def side(self) -> Side:
        return self.query_one(Side)

    def _read(self, offset: int = 0) -> None:
        """Show the session's transcript, at an offset."""
        self.view.read(self.ground, self.questions)
        self._show_marks()
        if self.ground.blocks:
            self._select(Selection.at(self.ground.unit_at("turn", max(offset, body_start(self.session.transcript)))))
        self._say_keys()
        self.call_after_refresh(self._fill_side)

    # What is shown

    def _show_marks(self) -> None:
        differing = self._differences() if self.others_shown else []
        self.view.mark(self.marker.marks([*self.own, *self._others()], differing))

    def _others(self) -> Sequence[views.Placed]:
        """What colleagues coded here, while it is shown: coding is blind."""
        if not self.others_shown:
            return ()
        if self.others is None:
            self.others = views.colleagues(self.session)
        return self.others

    def _differences(self) -> list[views.Difference]:
        """Those that the team has not settled."""
        if self.differing is None:
            every = views.differences(self.session, self._others())
            self.differing = [one for one in every if not one.against]
        return self.differing

    def _select(self, selection: Selection) -> None:
        self.selection = selection
        self.view.select(selection.span, selection.head[0])
        self._say()

    def _say(self) -> None:
        """The status line: what this is, where one is, and how far."""
        session, at = self.session, self.selection.span[0]
        layout, transcript = session.transcript.layout, session.transcript
        question = layout.question_at(at)
        perspective = transcript.perspective if transcript.perspective != transcript.stem else ""
        where = [transcript.id, perspective or "", layout.phase_at(at) or "–", question or ""]
        how = [
            f"{session.codings.count} coded, {len(self.uncoded)} to go",
            "done" if session.codings.done else "open",
            session.codings.coder + (" read-only" if self.read_only else ""),
        ]
        doing = "MOVE ENDS, then Enter" if self.moving else "EXTEND" if self.selection.open else self.selection.unit
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f" {doing} ", "reverse")
        text.append(" " + " · ".join(part for part in (*where, self._of_difference(), *how) if part))
        if self.seeking != "turn":
            text.append(f" · n: {self.seeking}")
        self.query_one("#status", Static).update(text, layout=False)

    def _of_difference(self) -> str:
        """How the coders differ on what is selected."""
        if not self.others_shown or self.seeking != "difference":
            return ""
        book = self.session.study.codebook
        here = [d for d in self._differences() if d.span == self.selection.span]
        said = []
        for one in here[:3]:
            code = book.by_id.get(one.code)
            each = ", ".join(f"{coder} {'no' if sign is None else sign or 'yes'}" for coder, sign in one.seen)
            said.append(f"{(code.key if code else None) or one.code}: {each}")
        return "; ".join(said)

    def _say_keys(self) -> None:
        self.query_one("#keys", Static).update(
            Text(footer(self.size.width or 80), no_wrap=True, overflow="crop"), layout=False
        )

    def _elsewhere(self) -> Counter[str]:
        if self.elsewhere is None:
            mine, study = self.session.codings, self.session.study
            rest = (s for s in study.codings if s.coder == mine.coder and s.path != mine.path)
            self.elsewhere = views.counts(study, rest)
        return self.elsewhere

    def _fill_side(self) -> None:
        """Only the tab that is in front."""
        if not self.is_mounted or self.side.has_class("off"):
            return
        session, tab = self.session, self.side.active
        sets = [s for s in session.study.codings if self.others_shown or s.coder == session.codings.coder]
        made = {
            "codes": lambda: lists.codes(session, self.shades, self._elsewhere()),
            "segments": lambda: lists.segments(session, self.own),
            "others": lambda: lists.sides(session, self.code, sets, named=self.others_shown),
            "memos": lambda: lists.memos(session, self.own),
            "problems": lambda: lists.problems(session, self.own),
        }
        if tab in made:
            self.side.fill(tab, made[tab](), self.code if tab == "codes" else None)

    def _place_side(self) -> None:
        wanted = self.size.width >= NARROW + 20 if self.side_wanted is None else self.side_wanted
        self.side.set_class(not wanted, "off")
        self.side.set_class(self.size.width < NARROW + 20, "over")

    def on_resize(self) -> None:
        self._place_side()
        self.call_after_refresh(self._fill_side)
        self._say_keys()

    def on_transcript_view_widened(self) -> None:
        self.view.find(self.hits)

    def tell(self, words: str, *, wrong: bool = False, seconds: float = 4) -> None:
        """A word to the person at the desk. What people wrote is in it, so it is no markup."""
        self.notify(words, severity="warning" if wrong else "information", markup=False, timeout=seconds)

    def wrong(self, error: QcodeError) -> None:
        place = f"{error.where}: " if error.where else ""
        self.tell(f"{place}{error.message}\n{error.hint}".rstrip(), wrong=True)

    # Moving and selecting

    def action_go(self, by: By, extend: bool = False) -> None:
        selection, unit = self.selection, self.selection.unit
        if not self.ground.blocks:
            return
        if unit == "turn" or self.view.page is None:
            self._select(selection.to(self.ground.step(unit, selection.head, by), extend=extend))
            return
        page = self.view.page
        at = selection.head[0]
        row = page.row_of(at) + by
        while 0 <= row < len(page.rows) and page.rows[row].line.kind not in ("speech", "plain"):
            row += by
        if 0 <= row < len(page.rows):
            head = self.ground.unit_at(unit, page.offset_at(row, page.column_of(at)))
            if head == selection.head:  # a unit that fills the row below as well
                head = self.ground.step(unit, head, by)
            self._select(selection.to(head, extend=extend))

    def action_step(self, by: By, extend: bool = False) -> None:
        if self.ground.blocks:
            head = self.ground.step(self.selection.unit, self.selection.head, by)
            self._select(self.selection.to(head, extend=extend))

    def action_unit(self, unit: Unit) -> None:
        if self.ground.blocks:
            self._select(in_units(self.ground, self.selection, unit))

    def action_open(self) -> None:
        self._select(self.selection._replace(open=not self.selection.open))

    def action_trim(self, end: Literal["start", "end"], by: By) -> None:
        if self.ground.blocks:
            self._select(trimmed(self.ground, self.selection, end, by))

    def action_drop(self) -> None:
        """One thing let go at a time, the most passing first."""
        if self.moving:
            self.moving = None
        elif self.selection.open:
            self.selection = self.selection._replace(open=False)
        elif self.hits:
            self.hits = []
            self.seeking = "turn"
            self.view.find(())
        elif self.ground.blocks:
            self.selection = in_units(self.ground, self.selection._replace(open=False), "turn")
        self._select(self.selection)

    def action_edge(self, by: By) -> None:
        if self.ground.blocks:
            block = self.ground.blocks[0 if by < 0 else -1]
            self._select(self.selection.to(self.ground.unit_at(self.selection.unit, block[0])))

    def action_leaf(self, by: By) -> None:
        """A page on: the selection goes along."""
        page = self.view.page
        if page and self.ground.blocks:
            row = page.row_of(self.selection.head[0]) + by * max(1, self.view.size.height - 2)
            at = page.rows[min(max(row, 0), len(page.rows) - 1)].start
            self._select(self.selection.to(self.ground.unit_at(self.selection.unit, at)))

    def on_transcript_view_pointed(self, event: TranscriptView.Pointed) -> None:
        if not self.ground.blocks:
            return
        if event.start is not None:
            first, last = self.ground.unit_at("word", event.start), self.ground.unit_at("word", event.offset)
            self._select(Selection("word", first, last))
        else:
            unit: Unit = {1: self.selection.unit, 2: "word"}.get(event.clicks, "turn")
            self._select(Selection.at(self.ground.unit_at(unit, event.offset), unit))

    # Looking for something

    def action_finds(self) -> None:
        """What n seeks, one after another; only what there is."""
        there = [kind for kind in SEEKS if kind != "hit" or self.hits]
        there = [kind for kind in there if kind != "difference" or self.others_shown]
        at = there.index(self.seeking) if self.seeking in there else -1
        self.seeking = there[(at + 1) % len(there)]
        self.tell(f"n: next {SEEKS[self.seeking]}")
        self._say()

    def action_seek(self, by: By) -> None:
        found = views.next_after(self._sought(), self.selection.span, by)
        if found is None:
            self.tell(f"no {SEEKS[self.seeking]}" + (" left" if self.seeking in ("turn", "difference") else ""))
        else:
            unit: Unit = "turn" if self.seeking == "turn" else "word"
            self._select(Selection.at(found, unit))

    def _sought(self) -> list[Span]:
        if self.seeking == "turn":
            return self.uncoded
        if self.seeking == "difference":
            return [one.span for one in self._differences()]
        return [one.span for one in self.own if one.span] if self.seeking == "segment" else self.hits

    def action_search(self) -> None:
        self.app.push_screen(Ask("Search for"), self._search)

    def _search(self, words: str | None) -> None:
        if not words or not words.strip():
            return
        begin = body_start(self.session.transcript)
        self.hits = [hit for hit in views.hits(self.ground.text, words) if hit[0] >= begin]
        self.view.find(self.hits)
        if not self.hits:
            self.tell(f"'{words}' is not in this transcript")
            return
        self.seeking = "hit"
        inside = next((hit for hit in self.hits if hit[0] >= self.selection.span[0]), self.hits[0])
        self._select(Selection.at(inside, "word"))

    def action_line(self) -> None:
        self.app.push_screen(Ask("Go to line"), self._go_to_line)

    def _go_to_line(self, number: str | None) -> None:
        line = int(number) if number and number.strip().isdecimal() else 0
        span = self.session.transcript.layout.span_of_line(line) if line else None
        if span and self.ground.blocks:
            self._select(Selection.at(self.ground.unit_at("turn", max(span[0], span[1] - 2))))
        elif number:
            self.tell(f"no line '{number}'", wrong=True)

    # Other transcripts

    def _readable(self) -> list[Transcript]:
        """All transcripts but those of respondents who withdrew."""
        study = self.session.study
        return [t for case in study.cases for t in case.transcripts if t.stem not in case.withdrawn]

    def action_transcript(self, by: By) -> None:
        every = [t.id for t in self._readable()]
        self._turn_to(every, self.session.transcript.id, by)

    def action_case(self, by: By) -> None:
        first: dict[str, str] = {}
        for transcript in self._readable():
            first.setdefault(transcript.case, transcript.id)
        self._turn_to([*first.values()], first.get(self.session.transcript.case, ""), by)

    def _turn_to(self, every: list[str], here: str, by: By) -> None:
        at = every.index(here) + by if here in every else 0
        if 0 <= at < len(every):
            self.open_transcript(every[at])
        else:
            self.tell("that was the last" if by > 0 else "this is the first")

    def open_transcript(self, name: str) -> None:
        """Go to another transcript. The screen that codes does it, since it has the sessions."""
        raise NotImplementedError

    # What is seen

    def action_others(self) -> None:
        self.others_shown = not self.others_shown
        self.differing = None
        if not self.others_shown and self.seeking == "difference":
            self.seeking = "turn"
        self._show_marks()
        self._say()
        self._fill_side()
        coders = ", ".join(sorted({s.coder for s in views.sets_beside(self.session)})) or "nobody yet"
        self.tell(f"colleagues shown, read-only: {coders}" if self.others_shown else "colleagues hidden")

    def _mean_code(self) -> None:
        """What is coded where one is, is what the side is asked about."""
        for one in views.here(self.coded, self.selection.span)[:1]:
            self.code = self.session.study.codebook.resolve(one.segment.codes[0].code)

    def action_side(self) -> None:
        self._mean_code()
        self.side_wanted = self.side.has_class("off")
        self._place_side()
        if not self.side_wanted:
            self.view.focus()
        self._fill_side()

    def action_focus_side(self) -> None:
        if self.focused is self.view:
            self._mean_code()
            self.side_wanted = True
            self._place_side()
            self._fill_side()
            self.call_after_refresh(self.side.enter)
        else:
            self.view.focus()

    def action_numbers(self) -> None:
        self.view.number(not self.view.numbered)
        self.view.select(self.selection.span, self.selection.head[0])

    def action_theme(self) -> None:
        self.app.theme = "textual-light" if self.app.current_theme.dark else "textual-dark"

    def action_help(self) -> None:
        self.app.push_screen(Help())

    def on_side_turned(self) -> None:
        self._fill_side()

    def on_side_looked(self, event: Side.Looked) -> None:
        self.code = event.code
