"""What memos are about: the whole study, a code, a case, a transcript, or one coded segment."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Literal, NamedTuple

from qcode.core.errors import UnknownName
from qcode.core.model import CodingSet, Segment, Study
from qcode.core.words import nfc

STUDY = "study"
Kind = Literal["study", "code", "case", "transcript", "segment"]


class Target(NamedTuple):
    """One thing that a memo can be about. `case`: the one it is, or is in."""

    kind: Kind
    name: str
    case: str | None = None


class Targets:
    """All that memos of a study can be about."""

    def __init__(self, study: Study, read_ids: Callable[[], Collection[str]] | None = None) -> None:
        """`read_ids`: of all segments, where they are known; asked when it comes to that."""
        self.study = study
        self._read_ids = read_ids

    @cached_property
    def _segments(self) -> dict[str, tuple[CodingSet, str | None]]:
        """The file that each segment is in, and its id, by every id that names it."""
        every = zip(self.study.codings, self.study.names, strict=True)
        return {name: (codings, own) for codings, names in every for name, own in names.items()}

    def segment(self, name: str) -> tuple[CodingSet, Segment]:
        """A segment that there is, with the file it is in."""
        codings, _ = self._segments[name]
        return codings, next(one for one in codings.segments if name in one.names)

    @cached_property
    def _places(self) -> dict[str, Target]:
        """Each case and transcript by every name that it has."""
        found = {name: Target("case", name, name) for name in self.study.case_by_id}
        for transcript in self.study.transcripts.values():
            for name in (transcript.id, nfc(transcript.path)):
                found.setdefault(name, Target("transcript", transcript.id, transcript.case))
        return found

    def __contains__(self, about: str) -> bool:
        """Whether there is what a memo names."""
        name = nfc(about.strip())
        if name == STUDY or name in self._places or self._in_codebook(name) is not None:
            return True
        return name in (self._read_ids() if self._read_ids else self._segments)

    def find(self, about: str, case: str | None = None) -> Target | None:
        """What a memo names; None when there is no such thing.

        Where a code and a case have one name, the folder decides: `case` is the one that the memo lies with.
        """
        name = nfc(about.strip())
        if name == STUDY:
            return Target("study", STUDY)
        of_case, of_book = self._in_cases(name), self._in_codebook(name)
        return (of_case or of_book) if case is not None else (of_book or of_case)

    def meant(self, given: str) -> Target:
        """What a person means; a code may be given by its key or a part of it. Raises UnknownName or QcodeError."""
        found = self.find(given)
        if found:
            return found
        try:
            return Target("code", self.study.codebook.find(given).id)
        except UnknownName as error:
            book = self.study.codebook
            names = [STUDY, *book.by_id, *self.study.case_by_id, *self.study.transcripts, *self._segments]
            raise UnknownName("case, transcript, segment or code", given, names) from error

    def covers(self, whole: Target, part: Target) -> bool:
        """Whether a memo about `part` is about `whole`, too: a segment is of its transcript, that of its case."""
        if whole == part:
            return True
        if whole.kind == "code":
            return part.kind == "code" and part.name in self.study.codebook.subtree[whole.name]
        if whole.kind == "case":
            return part.case == whole.name
        return whole.kind == "transcript" and part.kind == "segment" and self._transcript_of(part.name) == whole.name

    def _in_codebook(self, name: str) -> Target | None:
        code = self.study.codebook.resolve(name)
        return Target("code", code) if code in self.study.codebook.by_id else None

    def _in_cases(self, name: str) -> Target | None:
        if name in self._places:
            return self._places[name]
        if name in self._segments:
            codings, own = self._segments[name]
            return Target("segment", own or name, codings.case)
        return None

    def _transcript_of(self, segment: str) -> str | None:
        transcript = self.study.transcript_of(self._segments[segment][0])
        return transcript.id if transcript else None
