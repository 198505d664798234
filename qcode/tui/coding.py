"""The part of the desk's screen that codes: each act changes the session, is saved, and then shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qcode.core.carry import carried, change
from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError
from qcode.core.layout import Span
from qcode.core.model import Coded, Segment, Study
from qcode.core.session import Session, open_session
from qcode.core.words import one_line
from qcode.tui import lists, views
from qcode.tui.ask import Choose, Write
from qcode.tui.doors import Doors, Draft, Memory, Stale
from qcode.tui.ground import Selection
from qcode.tui.invent import NewCode
from qcode.tui.palette import Chosen, Palette
from qcode.tui.reading import Reading

Step = Callable[[Session], Session]
Target = tuple[Segment, Span, Coded]  # one code of one segment, and where that stands

RECENT = 9
IN_VIVO = 60  # characters of a selection up to which it may be the name of a code
_POINTS = " .,;:!?…\"'“”‘’()[]*_"
LOOK_AROUND = 2.0  # seconds between two looks at whether the file is still what it was


class Coding(Reading):
    """One coder at work. Whatever is done is saved before it is shown as done."""

    def __init__(self, session: Session, doors: Doors, memory: Memory, *, read_only: bool = False) -> None:
        super().__init__(session, doors, memory, read_only=read_only)
        self.last: tuple[tuple[str, ...], str | None] | None = None  # codes and valence used last
        self.active: tuple[str, frozenset[str]] | None = None  # the segment worked on last, and its codes meant
        self._sessions: dict[str, Session] = {}

    # Acts

    def act(self, step: Step) -> bool:
        """Do one thing to the session and save it. What can't be done or saved is told, and isn't done."""
        if self.read_only:
            self.tell("read-only: nothing is changed", wrong=True)
            return False
        try:
            self._now(self._saved(step(self.session)))
        except Stale:
            return self._act_anew(step)
        except QcodeError as error:
            self.wrong(error)
            return False
        return True

    def _saved(self, after: Session) -> Session:
        return self.doors.save(after) if after.codings != self.session.codings else after

    def _act_anew(self, step: Step) -> bool:
        """Somebody else wrote meanwhile: do the same thing on top of that."""
        if not self._take_over():
            return False
        try:
            self._now(self._saved(step(self.session)))
        except QcodeError as error:
            self.wrong(error)
            return False
        return True

    def look_around(self) -> None:
        """Take over what somebody else wrote meanwhile, as after a git pull; not under an open question."""
        if self.app.screen is self and self.doors.changed and self.doors.changed(self.session):
            self._take_over()

    def _take_over(self) -> bool:
        """Go on from what is written now, and say what came in; whether the text is the same still."""
        before = self.session
        try:
            fresh = self.doors.reload(before.transcript.id)
        except QcodeError as error:
            self.wrong(error)
            return False
        self._begin(carried(before, fresh), self.selection)
        came = lists.came(fresh, change(before.codings, fresh.codings))
        self.tell("changed on disk meanwhile, and taken over:\n" + "\n".join(came), seconds=12)
        if fresh.transcript.text == before.transcript.text:
            return True
        self.tell("the transcript has changed on disk and was read anew: look, and do it once more", wrong=True)
        return False

    def _now(self, session: Session) -> None:
        """Go on from this session, and show what differs."""
        self.session = session
        self._look()
        self._show_marks()
        self._say()
        self.call_after_refresh(self._fill_side)

    def _begin(self, session: Session, selection: Selection | None = None) -> None:
        """Another session, perhaps on another transcript."""
        same = session.transcript.text == self.session.transcript.text
        self.session = session
        self._settle()
        self._read(selection.span[0] if selection and same else 0)
        if selection and same:
            self._select(selection)

    def open_transcript(self, name: str) -> None:
        before = self.session
        self._sessions[before.transcript.id] = before
        study = _with(before)
        found = self._sessions.get(name)
        if found is None or found.transcript is not study.transcripts[name]:  # read anew meanwhile
            fresh = open_session(study, study.transcripts[name], before.codings.coder, old_text=before.old_text)
            found = carried(found, fresh) if found else fresh
        self.active = self.moving = None
        self._begin(replace(found, study=study))
        self._remember()
        self.look_around()

    def on_mount(self) -> None:
        if self.doors.changed:
            self.set_interval(LOOK_AROUND, self.look_around)

    def _remember(self) -> None:
        offset = self.selection.span[0]
        self.memory = replace(self.memory, transcript=self.session.transcript.id, offset=offset)
        self.doors.remember(self.memory)

    # Coding

    def action_code(self) -> None:
        if self.moving:
            self._move(self.moving)
        elif self.read_only:
            self.tell("read-only: nothing is changed", wrong=True)
        elif self.ground.blocks:
            self._ask_code(self._code)

    def _ask_code(self, then: Callable[[Chosen], None], *, single: bool = False) -> None:
        def chosen(found: Chosen | None) -> None:
            if found is None:
                return
            if found.favourites != self.memory.favourites:
                self.memory = replace(self.memory, favourites=found.favourites)
                self._remember()
            if found.codes or found.new is not None:
                then(found)

        session, span = self.session, self.selection.span
        question = session.transcript.layout.question_at(span[0])
        palette = Palette(
            session.study.codebook,
            session.study.language,
            quote=one_line(session.transcript.text[slice(*span)]),
            first=tuple(dict.fromkeys((*self.themes.get(question or "", ()), *self.memory.recent))),
            perspective=session.transcript.perspective,
            favourites=self.memory.favourites,
            single=single,
            creates=not single and self._allows_new and self.doors.new_code is not None,
        )
        self.app.push_screen(palette, chosen)

    def _code(self, chosen: Chosen) -> None:
        if chosen.new is None:
            self.apply(chosen.codes, chosen.valence)
        else:
            self._invent(chosen.new, chosen.valence)

    @property
    def _allows_new(self) -> bool:
        return self.session.study.settings.new_codes

    def action_new_code(self) -> None:
        if self.read_only or self.doors.new_code is None:
            self.tell("read-only: nothing is changed", wrong=True)
        elif not self._allows_new:
            self.tell("new codes come in with qcode codebook add; here too with desk: {new_codes: true} in qcode.yaml")
        elif self.ground.blocks:
            words = one_line(self.session.transcript.text[slice(*self.selection.span)])
            self._invent(words.strip(_POINTS) if len(words) <= IN_VIVO else "")

    def _invent(self, label: str, valence: str | None = None) -> None:
        """Ask for a new code, put it in the codebook, and code the selection with it."""
        study, name = self.session.study, self.session.transcript.id

        def make(draft: Draft) -> str:
            assert self.doors.new_code
            made, book = self.doors.new_code(draft, name)
            self._take_book(book)
            return made

        def coded(code: str | None) -> None:
            if code is not None:
                self.apply([code], valence)
                self.tell(f"'{code}' is in the codebook now; u takes back the coding, not the code", seconds=8)

        words = lists.shortened(one_line(self.session.transcript.text[slice(*self.selection.span)]), 120)
        self.app.push_screen(NewCode(study.codebook, study.language, make, label=label, quote=words), coded)

    def _take_book(self, book: Codebook) -> None:
        """Go on with the codebook as it is now."""
        self.session = replace(self.session, study=replace(_with(self.session), codebook=book))
        self._color(book)
        self.elsewhere = None  # the new code counts with its branch

    def apply(self, codes: Sequence[str], valence: str | None = None) -> None:
        """Code the selection."""
        span = self.selection.span
        if not self.act(lambda session: session.add(span, codes, valence)):
            return
        self.last = (tuple(codes), valence)
        self.code = codes[0]
        self.active = (self.session.touched or "", frozenset(codes))
        if self.selection.open:
            self._select(self.selection._replace(open=False))
        recent = tuple(dict.fromkeys((*codes, *self.memory.recent)))[:RECENT]
        self.memory = replace(self.memory, recent=recent)
        self._remember()  # before it is seen: who sees it coded may close the lid

    def action_favourite(self, digit: str) -> None:
        code = self.memory.favourites.get(digit)
        if code in self.session.study.codebook.by_id and code is not None:
            self.apply([code])
        else:
            self.tell(f"no favourite {digit} yet: in the palette (c), F{digit} makes the highlighted code one")

    def action_again(self) -> None:
        if self.last:
            self.apply(*self.last)
        else:
            self.tell("nothing was coded yet")

    # What is coded already

    def _targets(self) -> list[Target]:
        """The codings that a key is about: those made just now, if the selection is on them; else all under it."""
        found = views.here(self.coded, self.selection.span)
        book = self.session.study.codebook
        if self.active and any(one.segment.id == self.active[0] for one in found):
            name, codes = self.active
            meant = [(o, c) for o in found if o.segment.id == name for c in o.segment.codes]
            made = [(o.segment, o.span, c) for o, c in meant if book.resolve(c.code) in codes and o.span]
            if made:
                return made
        return [(one.segment, one.span, coded) for one in found if one.span for coded in one.segment.codes]

    def _choose(self, title: str, then: Callable[[list[Target]], None], *, every: bool = True) -> None:
        """Ask which coding is meant where it could be several; `every`: all of them at once may be, too."""
        targets = self._targets()
        if self.read_only:
            self.tell("read-only: nothing is changed", wrong=True)
        elif not targets:
            self.tell("nothing is coded here", wrong=True)
        elif len(targets) == 1 or (every and self._made_together(targets)):
            then(targets)
        else:
            book = self.session.study.codebook
            named = [f"{views.label_of(book, c)}  “{one_line(s.quote)[:40]}”" for s, _, c in targets]
            options = [(str(at), name) for at, name in enumerate(named)]
            options += [("all", "all of these")] if every else []

            def chosen(value: str | None) -> None:
                if value is not None:
                    then(targets if value == "all" else [targets[int(value)]])

            self.app.push_screen(Choose(title, options), chosen)

    def _made_together(self, targets: list[Target]) -> bool:
        return bool(self.active) and all(self.active and s.id == self.active[0] for s, _, _ in targets)

    def _each(
        self, targets: list[Target], *, valence: str | None = None, phase: str | None = None, memo: str | None = None
    ) -> None:
        """Give codings a valence, phase or memo, all as one step."""

        def step(session: Session) -> Session:
            after = session
            for _, span, coded in targets:
                after = after.add(span, [coded.code], valence, phase, memo)
            return after.as_one(session)

        if self.act(step):
            self._hold(targets)

    def _hold(self, targets: list[Target]) -> None:
        book = self.session.study.codebook
        touched = self.session.touched or targets[0][0].id or ""
        self.active = (touched, frozenset(book.resolve(coded.code) for _, _, coded in targets))

    def action_valence(self, valence: str) -> None:
        if valence not in [level.id for level in self.session.study.codebook.valences]:
            self.tell(f"the codebook has no valence '{valence}'", wrong=True)
            return

        def give(targets: list[Target]) -> None:
            same = all(coded.valence == valence for _, _, coded in targets)
            self._each(targets, valence="" if same else valence)

        self._choose("Which one?", give)

    def action_phase(self) -> None:
        self._choose("The phase of which one?", self._ask_phase, every=False)

    def _ask_phase(self, targets: list[Target]) -> None:
        _, span, coded = targets[0]
        phase, why = views.phase_of(self.session, coded, span[0])
        options = [("", f"{phase or '–'}: as it is, {why}")]
        options += [(level.id, level.id) for level in self.session.study.codebook.phases]

        def chosen(value: str | None) -> None:
            if value is not None:
                self._each(targets, phase=value)

        self.app.push_screen(Choose("The phase that this coding is about", options, coded.phase or ""), chosen)

    def action_memo(self) -> None:
        self._choose("A memo on which one?", self._ask_memo, every=False)

    def _ask_memo(self, targets: list[Target]) -> None:
        coded = targets[0][2]

        def written(text: str | None) -> None:
            if text is not None:
                self._each(targets, memo=text.strip())

        label = views.label_of(self.session.study.codebook, coded)
        self.app.push_screen(Write(f"Memo on {label}", coded.memo or ""), written)

    def action_off(self) -> None:
        def take(targets: list[Target]) -> None:
            self.act(lambda session: _chained(session, targets, lambda s, name, c: s.remove(name, c.code)))

        self._choose("Take off which one?", take)

    def action_replace(self) -> None:
        def ask(targets: list[Target]) -> None:
            self._ask_code(lambda chosen: put(targets, chosen.codes[0]), single=True)

        def put(targets: list[Target], new: str) -> None:
            if self.act(lambda session: _chained(session, targets, lambda s, name, c: s.recode(name, c.code, new))):
                self.active = (self.session.touched or "", frozenset({new}))

        self._choose("Replace which one?", ask, every=False)

    def action_ends(self) -> None:
        found = views.here(self.own, self.selection.span)
        if self.read_only or not found:
            self.tell("read-only: nothing is changed" if self.read_only else "nothing is coded here", wrong=True)
            return
        # Of several the shortest: it is the one that is hardest to mean otherwise.
        one = min((o for o in found if o.span), key=lambda o: o.span[1] - o.span[0] if o.span else 0)
        self._start_moving(one)

    def _start_moving(self, one: views.Placed) -> None:
        if one.segment.id is None:  # written by hand
            at = self.own.index(one)
            if not self.act(lambda session: session.named()):
                return
            one = self.own[at]
        self.moving = one.segment.id
        span = one.span or (one.located.candidates[0] if one.located.candidates else self.selection.span)
        self._select(Selection("word", span, span))
        self.tell("select where it stands ([ ] { } or v and moves), then Enter; Esc leaves it")

    def _move(self, segment: str) -> None:
        span = self.selection.span
        if self.act(lambda session: session.move(segment, span)):
            self.moving = None
            self.app.clear_notifications()  # how it is done
            self._select(self.selection._replace(open=False))

    def action_undo(self) -> None:
        self._turn_back(lambda session: session.undo())

    def action_redo(self) -> None:
        self._turn_back(lambda session: session.redo())

    def _turn_back(self, step: Step) -> None:
        """Do it, and go to where it made a difference: that may not be on the screen."""
        before = {one.segment: one.span for one in self.own}
        if self.act(step):
            after = {one.segment: one.span for one in self.own}
            gone = [before[one] for one in before.keys() - after.keys()]
            changed = [span for span in (*(after[one] for one in after.keys() - before.keys()), *gone) if span]
            if changed and not any(views.share(span, self.selection.span) for span in changed):
                self._select(Selection("word", min(changed), min(changed)))

    def action_done(self) -> None:
        done = not self.session.codings.done
        if self.act(lambda session: session.mark(done=done)):
            self.tell("done: > goes to the next transcript" if done else "open again")


def _chained(session: Session, targets: list[Target], do: Callable[[Session, str, Coded], Session]) -> Session:
    """Something done to each target, as one step. A segment written by hand gets its id first."""
    after = session
    for segment, span, coded in targets:
        name = segment.id
        if name is None:
            after = after.add(span, [coded.code])
            name = after.touched or ""
        after = do(after, name, coded)
    return after.as_one(session)


def _with(session: Session) -> Study:
    """The session's study, with the codings as they are now; guides and memos are not read again."""
    study, mine = session.study, session.codings
    rest = tuple(s for s in study.codings if s.path != mine.path)
    added = (mine,) if session.opened or mine.segments else ()
    return replace(study, codings=(*rest, *added), read_guides=lambda: study.shelf, read_memos=lambda: study.pile)
