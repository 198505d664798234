"""One coder at work on one transcript, with undo. Each step gives a new session; writing it down is the caller's."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qcode.core.anchor import Anchor, Finder, Located, Span
from qcode.core.codebook import Code, ids
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.layout import front_matter
from qcode.core.model import CONSENSUS, Coded, CodingSet, Segment, Study, Transcript
from qcode.core.names import unknown
from qcode.core.rows import OldText, find_segment
from qcode.core.segment import decided, joined, without
from qcode.core.words import nfc, one_line

Draw = Callable[[int], int]  # a number below the one given

ID_LENGTH = 8
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # base 32 without i, l, o and u, which are misread
_LETTERS = _ALPHABET[10:]


@dataclass(frozen=True, slots=True)
class Session:
    """The codings of one coder in one transcript as they now are, what they were, and what was undone.

    `touched`: the segment that the last step made or changed. `filled`: how many segments written by hand got
    their id, line or context in that step. `opened`: what the file said when the session began, None without one.
    """

    study: Study = field(repr=False)
    transcript: Transcript
    codings: CodingSet
    opened: CodingSet | None = field(default=None, repr=False)
    draw: Draw = field(default=secrets.randbelow, repr=False)
    old_text: OldText | None = field(default=None, repr=False)
    finder: Finder = field(default_factory=lambda: Finder(""), repr=False, compare=False)
    known: dict[tuple[object, ...], Located] = field(default_factory=dict, repr=False, compare=False)
    taken: frozenset[str] = field(default=frozenset(), repr=False)
    past: tuple[CodingSet, ...] = field(default=(), repr=False)
    future: tuple[CodingSet, ...] = field(default=(), repr=False)
    touched: str | None = None
    filled: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is no reason to stop, but worth saying."""
        coder = self.codings.coder
        if coder == CONSENSUS or coder in self.study.settings.coders:
            return ()
        return (f"coder '{one_line(coder)}' is not declared under coders: in qcode.yaml",)

    def locate(self, segment: Segment) -> Located:
        """Where a segment of this session stands."""
        key = place_key(self.codings, segment)
        if key not in self.known:
            self.known[key] = find_segment(self.finder, self.transcript, self.codings, segment, self.old_text)
        return self.known[key]

    def add(
        self,
        span: Span,
        codes: Sequence[str],
        valence: str | None = None,
        phase: str | None = None,
        memo: str | None = None,
        against: Sequence[str] = (),
    ) -> Session:
        """Code a span. A span already coded gets the codes; a code already there takes the values given ("": none).

        `against`: codes that it is decided not to have; without others the memo says why. A code that it gets is no
        longer decided against.
        """
        self._refuse_withdrawn()
        self._check(span, valence, phase)
        ready, book = self._filled(), self.study.codebook
        there = next((s for s in ready.codings.segments if ready.locate(s).span == span), None)
        named = self._codes(codes, there) if codes or not against else []
        given = [Coded(code, valence or None, phase or None, memo or None) for code in named]
        values = {"valence": valence, "phase": phase, "memo": memo}
        bare = there or ready._written(Segment(None, "", ()), span)
        new = decided(book, replace(bare, codes=joined(book, bare.codes, given, values)), against)
        new = replace(new, memo=memo or None) if memo is not None and not named else new
        if there:
            return ready._step(self, (new if s is there else s for s in ready.codings.segments), new.id)
        new_id, taken = ready._new_id()
        return replace(ready, taken=taken)._step(self, ready._placed(replace(new, id=new_id), span), new_id)

    def remove(self, segment_id: str, code: str | None = None) -> Session:
        """Take back a segment, or one code of it, coded or decided against; with its last code a segment goes, too."""
        ready = self._filled()
        there = ready._segment(segment_id)
        left = without(self.study.codebook, there, code) if code is not None else replace(there, codes=(), against=())
        kept = (left if s is there else s for s in ready.codings.segments)
        return ready._step(self, (s for s in kept if s is not left or s.codes or s.against), segment_id)

    def move(self, segment_id: str, span: Span) -> Session:
        """Give a segment other words, and keep its id, codes and memos."""
        self._refuse_withdrawn()
        self._check(span, None, None)
        ready = self._filled()
        there = ready._segment(segment_id)
        others = tuple(s for s in ready.codings.segments if s is not there)
        if other := next((s for s in others if ready.locate(s).span == span), None):
            raise QcodeError(f"segment {other.id} stands there already", hint="Take one of the two off first.")
        new = ready._written(there, span)
        rest = replace(ready, codings=replace(ready.codings, segments=others))
        return ready._step(self, rest._placed(new, span), segment_id)

    def rewrite(self, spans: Mapping[int, Span]) -> Session:
        """Give segments, by their number in the file, the words that stand at these places; their order stays."""
        self._refuse_withdrawn()
        ready = self._filled()
        numbered = enumerate(ready.codings.segments)
        return ready._step(self, [ready._written(s, spans[n]) if n in spans else s for n, s in numbered], None)

    def recode(self, segment_id: str, old: str, new: str) -> Session:
        """Another code in the place of one of a segment's, with the same valence, phase and memo."""
        self._refuse_withdrawn()
        ready = self._filled()
        there = ready._segment(segment_id)
        left = without(self.study.codebook, there, old).codes
        code = self._codes([new])[0]
        if any(self.study.codebook.resolve(coded.code) == code for coded in left):
            raise QcodeError(f"segment {segment_id} is coded '{code}' already", hint="Take the other one off instead.")
        codes = tuple(coded if coded in left else replace(coded, code=code) for coded in there.codes)
        after = decided(self.study.codebook, replace(there, codes=codes))
        kept = (after if s is there else s for s in ready.codings.segments)
        return ready._step(self, kept, segment_id)

    def named(self) -> Session:
        """With an id for each segment that was written by hand without one."""
        ready = self._filled()
        return ready._step(self, ready.codings.segments, None)

    def as_one(self, before: Session) -> Session:
        """This session with all that was done since `before` as one step to undo."""
        if self.codings == before.codings:
            return before
        return replace(self, past=(*before.past, before.codings), future=())

    def mark(self, *, done: bool) -> Session:
        """Say that the transcript is wholly coded, with the codebook as it is now; or that it is not."""
        self._refuse_withdrawn()
        ready = self._filled()
        version = self.study.codebook.version if done else ready.codings.codebook_version
        head = replace(ready.codings, status="done" if done else "open", codebook_version=version)
        return replace(ready, codings=head)._step(self, head.segments, None)

    def undo(self) -> Session:
        """Take back the last step; QcodeError when there is none."""
        if not self.past:
            raise QcodeError("nothing to undo")
        *past, before = self.past
        return self._turned(before, tuple(past), (self.codings, *self.future))

    def redo(self) -> Session:
        """Do again what was undone last; QcodeError when there is nothing."""
        if not self.future:
            raise QcodeError("nothing to redo")
        after, *future = self.future
        return self._turned(after, (*self.past, self.codings), tuple(future))

    def span_of_quote(self, quote: str, line: int | None = None, column: int | None = None) -> Span:
        """The one place where a quote stands, white space aside; `line` and `column` say where it begins."""
        places = self._places(quote)
        fitting = [p for p in places if line is None or self._line_column(p)[0] == line]
        fitting = [p for p in fitting if column is None or self._line_column(p)[1] == column]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise QcodeError(
                f"the quote stands {len(fitting)} times in {self.transcript.id}: {self._listed(fitting)}",
                hint="Say which with --line N or --line N:COLUMN, where the quote begins.",
            )
        if places:
            raise QcodeError(
                f"the quote does not begin on line {line}{'' if column is None else f', column {column}'}",
                hint=f"In {self.transcript.id} it stands on {self._listed(places)}.",
            )
        raise self._nowhere(quote)

    def span_of_lines(self, first: int, last: int) -> Span:
        """All that stands on these lines of the transcript's file, without blank space at either end."""
        if first > last:
            raise QcodeError(f"line {first} comes after line {last}", hint="Give the first line first: --lines 3-5.")
        layout, text = self.transcript.layout, self.transcript.text
        if layout.entries is None:
            self._within(last)
        spans = [span for line in range(max(first, 1), last + 1) if (span := layout.span_of_line(line))]
        start, end = (spans[0][0], spans[-1][1]) if spans and first > 0 else (0, 0)
        words = text[start:end]
        if not words.strip():
            hint = "Lines count from 1, front matter included."
            raise QcodeError(f"lines {first}-{last} of {self.transcript.path} hold no text", hint=hint)
        return start + len(words) - len(words.lstrip()), start + len(words.rstrip())

    def _segment(self, segment_id: str) -> Segment:
        found = next((s for s in self.codings.segments if segment_id in s.names), None)
        if found is None:
            raise UnknownName("segment", segment_id, [s.id for s in self.codings.segments if s.id])
        return found

    def _within(self, line: int) -> None:
        lines = len(self.transcript.text.removesuffix("\n").split("\n"))
        if line > lines:
            hint = "Lines count from 1, front matter included."
            raise QcodeError(f"{self.transcript.path} has {lines} lines, no line {line}", hint=hint)

    def _refuse_withdrawn(self) -> None:
        case = self.study.case_by_id.get(self.transcript.case)
        if case and self.transcript.stem in case.withdrawn:
            raise QcodeError(
                f"the respondent of {self.transcript.id} has withdrawn consent, so it can't be coded",
                hint="Take back what was coded there, and remove the transcript from the study.",
            )

    def _check(self, span: Span, valence: str | None, phase: str | None) -> None:
        start, end = span
        if not 0 <= start < end <= len(self.transcript.text) or self.transcript.text[start:end].isspace():
            raise QcodeError(f"there is nothing to code at {start}-{end} of {self.transcript.id}")
        book = self.study.codebook
        for kind, given, levels in (("valence", valence, book.valences), ("phase", phase, book.phases)):
            known = ids(levels)
            if given and given not in known:
                raise unknown(kind, given, known)

    def _codes(self, given: Sequence[str], there: Segment | None = None) -> list[str]:
        """The ids meant, each once. A retired code may be meant only where it is."""
        if not given:
            raise QcodeError("no code given", hint="Give one or more with --code.")
        book = self.study.codebook
        here = {book.resolve(coded.code) for coded in there.codes} if there else set()
        found = [book.find(code) for code in given]
        return list(dict.fromkeys(code.id if code.id in here else _in_use(code).id for code in found))

    def _written(self, segment: Segment, span: Span) -> Segment:
        """The segment with the words of a span, written against the text as it is now."""
        anchor = self.finder.describe(span)
        return replace(
            segment,
            quote=anchor.quote,
            line=self.transcript.layout.line_of(span[0]),
            before=anchor.before or None,
            after=anchor.after or None,
            text=None if self.codings.text == self.transcript.blob else self.transcript.blob,
        )

    def _placed(self, new: Segment, span: Span) -> tuple[Segment, ...]:
        """The segments with the new one before the first that stands after it."""
        segments = self.codings.segments
        spans = [self.locate(segment).span for segment in segments]
        at = next((i for i, other in enumerate(spans) if other and other > span), len(segments))
        return (*segments[:at], new, *segments[at:])

    def _step(self, before: Session, segments: Iterable[Segment], touched: str | None) -> Session:
        """This session with these segments, one step after `before`; itself again where nothing changed."""
        codings = replace(self.codings, segments=tuple(segments))
        if codings == before.codings:
            return replace(before, touched=touched, filled=0)
        return replace(self, codings=codings, past=(*before.past, before.codings), future=(), touched=touched)

    def _turned(self, codings: CodingSet, past: tuple[CodingSet, ...], future: tuple[CodingSet, ...]) -> Session:
        return replace(self, codings=codings, past=past, future=future, touched=None, filled=0)

    def _filled(self) -> Session:
        """With what hand-written segments lack: ids; line and context where their words stand as written today."""
        blob = self.transcript.blob
        located = [self.locate(segment) for segment in self.codings.segments]
        # The head may name today's text only if that is true of every segment that names none itself.
        ours = all(where.how == "exact" or s.text for s, where in zip(self.codings.segments, located, strict=True))
        head = replace(
            self.codings,
            text=self.codings.text or (blob if ours else None),
            codebook_version=self.codings.codebook_version or self.study.codebook.version,
        )
        ready = replace(self, codings=head)
        segments = []
        for segment, where in zip(self.codings.segments, located, strict=True):
            new = ready._complete(segment, where)
            if new.id is None:
                new_id, taken = ready._new_id()
                new, ready = replace(new, id=new_id), replace(ready, taken=taken)
            segments.append(new)
        count = sum(new != old for new, old in zip(segments, self.codings.segments, strict=True))
        return replace(ready, codings=replace(head, segments=tuple(segments)), filled=count)

    def _complete(self, segment: Segment, where: Located) -> Segment:
        blob = self.transcript.blob
        if where.how != "exact" or where.span is None or (segment.text or self.codings.text or blob) != blob:
            return segment
        if segment.line and segment.before and segment.after and (segment.text or self.codings.text == blob):
            return segment  # nothing is missing, as with nearly all
        anchor = self.finder.describe(where.span)
        return replace(
            segment,
            line=segment.line or self.transcript.layout.line_of(where.span[0]),
            before=segment.before or anchor.before or None,
            after=segment.after or anchor.after or None,
            text=segment.text or (None if self.codings.text == blob else blob),
        )

    def _new_id(self) -> tuple[str, frozenset[str]]:
        """An id that no segment of the study has or had in this session, and all that are taken from now on."""
        while True:
            first = _LETTERS[self.draw(len(_LETTERS))]
            new = first + "".join(_ALPHABET[self.draw(len(_ALPHABET))] for _ in range(ID_LENGTH - 1))
            if new not in self.taken:
                return new, self.taken | {new}

    def _places(self, quote: str) -> list[Span]:
        """Where the words stand; a place in the front matter only if there is no other."""
        pieces = [re.escape(piece) for piece in quote.split()]
        if not pieces:
            raise QcodeError("the quote is empty")
        pattern = re.compile(r"(?=(" + r"\s+".join(pieces) + "))")
        found = [match.span(1) for match in pattern.finditer(self.transcript.text)]
        if not found:  # the file may be in another normal form than the quote
            where = self.finder.locate(Anchor(quote))
            near = (*where.candidates, *([where.span] if where.span else []))
            found = [span for span in near if _words(self.transcript.text[slice(*span)]) == _words(quote)]
        begin = body_start(self.transcript)
        return [span for span in found if span[0] >= begin] or found

    def _line_column(self, span: Span) -> tuple[int, int]:
        """Where a span begins, both from 1; in the YAML form the column counts within the turn."""
        line = self.transcript.layout.line_of(span[0])
        of_line = self.transcript.layout.span_of_line(line)
        return line, span[0] - (of_line[0] if of_line else 0) + 1

    def _listed(self, places: Sequence[Span]) -> str:
        begins = [self._line_column(place) for place in places]
        lines = [line for line, _ in begins]
        named = [f"{line}:{column}" if lines.count(line) > 1 else str(line) for line, column in begins]
        more = f" and {len(named) - 20} more" if len(named) > 20 else ""
        return f"line{'s' if len(named) > 1 else ''} {', '.join(named[:20])}{more}"

    def _nowhere(self, quote: str) -> QcodeError:
        near = self.finder.locate(Anchor(quote))
        hint = "Copy the quote from the transcript as it stands there, marks included."
        if near.span:
            words = one_line(self.transcript.text[slice(*near.span)])
            hint = f"Nearest, on line {self.transcript.layout.line_of(near.span[0])}: {words}"
        return QcodeError(f"the quote does not stand in {self.transcript.id}", hint=hint)


def open_session(
    study: Study,
    transcript: Transcript,
    coder: str,
    *,
    draw: Draw = secrets.randbelow,
    old_text: OldText | None = None,
) -> Session:
    """A session on what the coder has coded in the transcript so far, or on a new, open file."""
    mine = (s for s in study.codings if s.coder == coder and study.transcript_of(s) is transcript)
    opened = next(mine, None)
    taken = frozenset(study.segment_ids)
    return Session(
        study,
        transcript,
        opened or _new_file(study, transcript, coder),
        opened,
        draw,
        old_text,
        Finder(transcript.text),
        taken=taken,
    )


def place_key(codings: CodingSet, segment: Segment) -> tuple[object, ...]:
    """What the place of a segment depends on, in one transcript."""
    return segment.quote, segment.before, segment.after, segment.line, codings.blob_of(segment)


def body_start(transcript: Transcript) -> int:
    """Where a transcript's text begins, front matter left out."""
    front = front_matter(transcript.text) if transcript.layout.entries is None else None
    return front[1] if front else 0


def _new_file(study: Study, transcript: Transcript, coder: str) -> CodingSet:
    folder, _, name = transcript.path.rpartition("/")
    return CodingSet(
        name,
        coder,
        codebook_version=study.codebook.version,
        text=transcript.blob,
        path=f"{folder}/codings/{transcript.stem}.{coder}.yaml",
        case=transcript.case,
    )


def _in_use(code: Code) -> Code:
    if code.retired:
        hint = f"Use '{code.replaced_by}' instead." if code.replaced_by else "It has no successor: choose another code."
        raise QcodeError(f"code '{code.id}' is retired", hint=hint)
    return code


def _words(text: str) -> list[str]:
    return nfc(text).split()
