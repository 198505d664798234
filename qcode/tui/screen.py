"""The desk's one screen: it alone listens, changes the session, saves it, and tells every widget what to show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from qcode.core.errors import QcodeError
from qcode.core.layout import Span
from qcode.core.model import CONSENSUS, Coded
from qcode.core.observe import Given
from qcode.core.session import Session
from qcode.core.words import one_line
from qcode.tui import lists, views
from qcode.tui.ask import Choose, Observe
from qcode.tui.coding import Coding
from qcode.tui.ground import Selection
from qcode.tui.side import Side


class DeskScreen(Coding):
    """What goes beyond one's own coding of one text: colleagues, observations, the side, and quitting."""

    # With colleagues

    def action_adopt(self) -> None:
        if not self.others_shown:
            self.tell("first show what colleagues coded: i", wrong=True)
            return
        found = views.here((one for one in self._others() if one.segment.codes), self.selection.span)
        if not found:
            self.tell("nobody coded this", wrong=True)
        elif len(found) == 1:
            self._adopt(found[0])
        else:
            book = self.session.study.codebook
            labels = [" ".join(views.label_of(book, c) for c in o.segment.codes) for o in found]
            named = [
                (str(n), f"{o.coder}: {labels[n]}  “{one_line(o.segment.quote)[:30]}”") for n, o in enumerate(found)
            ]
            self.app.push_screen(
                Choose("Adopt which one?", named), lambda value: self._adopt(found[int(value)]) if value else None
            )

    def _adopt(self, one: views.Placed) -> None:
        span = one.span
        if span is None:
            return

        def step(session: Session) -> Session:
            after = session
            for coded in one.segment.codes:
                after = after.add(span, [coded.code], coded.valence or "", coded.phase or "")
            return after.as_one(session)

        if self.act(step):
            self.active = (self.session.touched or "", frozenset(c.code for c in one.segment.codes))

    def action_observe(self) -> None:
        observe = self.doors.observe
        if self.read_only or observe is None:
            self.tell("read-only: nothing is changed", wrong=True)
            return
        case = self.session.transcript.case
        evidence = [one.segment.id for one in views.here(self.coded, self.selection.span) if one.segment.id]

        def noted(said: tuple[str, str, str] | None) -> None:
            if said is None:
                return
            title, about, illustrates = said
            try:
                name = observe(case, Given(title, about, illustrates=illustrates.split(), evidence=evidence))
            except QcodeError as error:
                self.wrong(error)
            else:
                self.tell(f"noted {case}/{name}")

        self.app.push_screen(Observe(case, evidence), noted)

    def action_off(self) -> None:
        """On a difference the team decides against it, and once more opens it again; else a coding is taken off."""
        here = [one for one in self._every_difference() if one.span == self.selection.span]
        if not here or self.read_only:
            super().action_off()
        elif not (targets := self._targets()):
            self._decide(here)
        else:
            book = self.session.study.codebook
            given = ", ".join(views.label_of(book, coded) for _, _, coded in targets)
            names = ", ".join(views.label_of(book, Coded(one.code)) for one in here)
            again = all(one.against for one in here)
            options = [
                ("decide", f"{names}: {'open again' if again else 'the team decides against it'}"),
                ("off", f"{given}: take off"),
            ]
            off = super().action_off

            def chosen(value: str | None) -> None:
                if value is not None:
                    self._decide(here) if value == "decide" else off()

            self.app.push_screen(Choose("Which one?", options), chosen)

    def _decide(self, here: Sequence[views.Difference]) -> None:
        """Decide against codes on which coders differ; where that was decided already, take it back."""
        again, span = all(one.against for one in here), self.selection.span
        codes = [one.code for one in here if again or not one.against]
        if self.act(lambda session: _opened(session, span, codes) if again else session.add(span, (), against=codes)):
            self.tell("open again" if again else "settled: the team codes nothing here (x again opens it)")

    def _every_difference(self) -> list[views.Difference]:
        """At consensus, the differences with those that are settled."""
        if self.session.codings.coder != CONSENSUS or not self.others_shown:
            return []
        return views.differences(self.session, self._others())

    # From the side

    def on_side_picked(self, event: Side.Picked) -> None:
        if event.tab == "codes":
            self.apply([event.value])
        elif event.tab == "others":
            self._open_at(event.value)
        elif event.tab == "problems":
            self._mend(int(event.value))
        else:
            self._go_to_segment(event.value)

    def _go_to_segment(self, name: str) -> None:
        one = next((o for o in self.own if o.segment.id == name), None)
        self.view.focus()
        if one and one.span:
            self._select(Selection("word", one.span, one.span))

    def _mend(self, at: int) -> None:
        """A segment that is not where or what it was: show what there is to say of it, and ask what to do."""
        one = self.own[at]
        self.view.focus()
        if one.span:
            self._select(Selection("word", one.span, one.span))
        places = one.located.candidates if one.span is None else (one.span,)
        options = [(str(n), f"here: {self._place(span)}") for n, span in enumerate(places)]
        options += [("select", "elsewhere: select the words"), ("off", "nowhere: take the segment off")]

        def chosen(value: str | None) -> None:
            if value == "select":
                self._start_moving(one)
            elif value == "off":
                self._of_named(at, lambda session, name: session.remove(name))
            elif value is not None and self._of_named(at, lambda session, name: session.move(name, places[int(value)])):
                self._select(Selection("word", places[int(value)], places[int(value)]))

        said = f"{lists.STATES[one.located.how]}. It was:\n“{lists.shortened(one_line(one.segment.quote), 200)}”"
        self.app.push_screen(Choose(said, options), chosen)

    def _of_named(self, at: int, step: Callable[[Session, str], Session]) -> bool:
        """Do something to a segment of one's own, which may be one without an id, as one step."""

        def named(session: Session) -> Session:
            ready = session.named()
            return step(ready, ready.codings.segments[at].id or "").as_one(session)

        return self.act(named)

    def _place(self, span: Span) -> str:
        """A place in the text, with what stands around it."""
        text = self.session.transcript.text
        words = one_line(text[max(0, span[0] - 15) : span[1] + 15])
        return f"line {self.session.transcript.layout.line_of(span[0])}, …{lists.shortened(words, 150)}…"

    def _open_at(self, value: str) -> None:
        transcript, _, segment = value.rpartition(":")
        self.open_transcript(transcript)
        self._go_to_segment(segment)
        self.view.focus()

    def action_quit(self) -> None:
        self._remember()
        self.app.exit()


def _opened(session: Session, span: Span, codes: Collection[str]) -> Session:
    """The session without the decisions against these codes for any words of a span, as one step."""
    after, resolve = session.named(), session.study.codebook.resolve
    for segment in after.codings.segments:
        place = session.locate(segment).span
        for code in segment.against if place and views.share(place, span) else ():
            if resolve(code) in codes:
                after = after.remove(segment.id or "", code)
    return after.as_one(session)
