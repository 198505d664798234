"""The nouns of a study: cases, interviews, transcripts, segments and their codings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from qcode.core.codebook import Codebook
from qcode.core.decisions import Ledger
from qcode.core.errors import Problem, Where, refuse
from qcode.core.guide import Guide, Shelf
from qcode.core.layout import Layout
from qcode.core.words import nfc

CONSENSUS = "consensus"
QUOTES = ("pseudonymised", "none")  # of privacy: whether shared outputs have any
AGREEMENTS = ("agree", "partly", "differ", "silent")
NOWHERE = Where("")


@dataclass(frozen=True, slots=True)
class Privacy:
    """What outputs to be shared leave out. `minimum_cell`: counts below it, and what would give them away; 0: none.

    `hide`: attributes of cases. `quotes`: pseudonymised, as the transcripts are; or none.
    """

    minimum_cell: int = 0
    hide: tuple[str, ...] = ()
    quotes: str = "pseudonymised"


@dataclass(frozen=True, slots=True)
class Settings:
    """What qcode.yaml says. `coders`: id to name; `speakers`: label in the transcript to role.

    `new_codes`: who codes at the desk may add codes to the codebook.
    """

    study: str = ""
    language: str = ""
    codebook: str = ""
    guides: str = "codebooks/guides"
    coders: Mapping[str, str] = field(default_factory=dict)
    minimum_perspectives: int = 2
    targets: Mapping[str, int] = field(default_factory=dict)
    speakers: Mapping[str, str] = field(default_factory=lambda: {"I": "interviewer", "R": "respondent"})
    privacy: Privacy = Privacy()
    new_codes: bool = False


@dataclass(frozen=True)
class Transcript:
    """One interview on paper. `text` is what offsets count in: line ends LF, no BOM; `blob`: the git id of its file."""

    case: str
    stem: str
    path: str
    perspective: str | None
    text: str = field(repr=False)
    blob: str
    layout: Layout = field(repr=False, compare=False)
    respondent: str | None = None
    language: str | None = None
    guide: str | None = None
    date: str | None = None
    mode: str | None = None
    grade: float | None = None
    imported: str | None = None
    speakers: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """CASE/STEM, as commands name it."""
        return f"{self.case}/{self.stem}"

    @property
    def unkept(self) -> Transcript:
        """This, for one look at its text: where that is still to be read, it is not kept in memory afterwards."""
        return self


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview: planned (an entry in case.yaml), or only a transcript that is there."""

    perspective: str | None
    respondent: str | None = None
    said_held: bool | None = None
    date: str | None = None
    mode: str | None = None
    consent: str | None = None
    transcript: Transcript | None = None
    planned: bool = True
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def held(self) -> bool:
        """Held when the case says so or its transcript is there, and no longer once consent is withdrawn."""
        if self.consent == "withdrawn":
            return False
        return bool(self.said_held) or self.transcript is not None


@dataclass(frozen=True, slots=True)
class Observation:
    """A striking observation about a case, and the codings it rests on."""

    id: str
    title: str = ""
    about: str = ""
    perspectives: Mapping[str, str] = field(default_factory=dict)
    agreement: str | None = None
    why: str = ""
    evidence: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    illustrates: tuple[str, ...] = ()
    memo: str = ""
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a case says of a code, in the researchers' words. `quotes`: the segments it rests on; none: all of them.

    `code`: as written. `hash`: of the quotes when it was written, see summaries.fingerprint.
    """

    code: str
    text: str = ""
    quotes: tuple[str, ...] = ()
    hash: str | None = None
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Memo:
    """A note in a file of its own. `about`: what it names, see memos.Targets; `case`: in whose folder it lies."""

    name: str
    path: str
    about: str = ""
    type: str | None = None
    date: str | None = None
    author: str | None = None
    text: str = ""
    case: str | None = None
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def title(self) -> str:
        """Its first heading; without one, its first line."""
        lines = [line for line in self.text.split("\n") if line.strip()]
        headings = [line.lstrip("#") for line in lines if line.startswith("#")]
        return next(iter((*headings, *lines)), "").strip()


@dataclass(frozen=True, slots=True)
class Pile:
    """The memos of a study, and the faults of their files."""

    memos: tuple[Memo, ...] = ()
    faults: tuple[Problem, ...] = ()

    def require(self) -> tuple[Memo, ...]:
        """The memos, or UnreadableStudy when one of them can't be read."""
        refuse(self.faults)
        return self.memos


@dataclass(frozen=True)
class Case:
    """One case, by the name of its folder, with its interviews matched to their transcripts."""

    id: str
    path: str
    outcome: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    interviews: tuple[Interview, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    observations: tuple[Observation, ...] = ()
    summaries: tuple[Summary, ...] = ()
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def folder(self) -> str:
        """Where all of the case lies, from the root of the study."""
        return self.path.rpartition("/")[0]

    @cached_property
    def held(self) -> tuple[str, ...]:
        """The perspectives that were interviewed, each once."""
        return tuple(dict.fromkeys(i.perspective for i in self.interviews if i.held and i.perspective))

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """The stems of transcripts whose respondent withdrew consent: not counted in any report."""
        return frozenset(i.transcript.stem for i in self.interviews if i.transcript and i.consent == "withdrawn")


@dataclass(frozen=True, slots=True)
class Coded:
    """One code on a segment. `phase` only where it overrules the code's own and the section's."""

    code: str
    valence: str | None = None
    phase: str | None = None
    memo: str | None = None
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Segment:
    """One span as its file has it: words and context, found again at every load.

    `text`: the blob id these words were written against, where it differs from the file's head.
    `slot`: its place in the file it was read from; None when new. `aliases`: ids of segments that became this one.
    `against`: codes considered for these words and decided against. Without `codes` it is no coding: it counts nowhere.
    """

    id: str | None
    quote: str
    codes: tuple[Coded, ...]
    line: int | None = None
    before: str | None = None
    after: str | None = None
    text: str | None = None
    memo: str | None = None
    slot: int | None = field(default=None, compare=False)
    where: Where = field(default=NOWHERE, compare=False)
    aliases: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The ids that name it, its own first; none when it has none yet."""
        return (self.id, *self.aliases) if self.id else self.aliases


@dataclass(frozen=True, slots=True)
class CodingSet:
    """What one coder coded in one transcript: one file."""

    transcript: str
    coder: str
    segments: tuple[Segment, ...] = ()
    status: str = "open"
    codebook_version: int | None = None
    text: str | None = None
    path: str = field(default="", compare=False)
    case: str = field(default="", compare=False)
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def done(self) -> bool:
        return self.status == "done"

    @property
    def count(self) -> int:
        """How many segments are coded."""
        return sum(1 for segment in self.segments if segment.codes)

    @property
    def whole(self) -> CodingSet:
        """This, with nothing in it that is still to be read."""
        return self

    @property
    def tally(self) -> Mapping[str, int]:
        """How many codings there are under each id that stands in the file; 0: it is only decided against."""
        refused = {code: 0 for segment in self.segments for code in segment.against}
        return {**refused, **Counter(coded.code for segment in self.segments for coded in segment.codes)}

    @property
    def names(self) -> Mapping[str, str | None]:
        """The id of each segment by every id that names it; None where it has only ids of before."""
        return {name: segment.id for segment in self.segments for name in segment.names}

    @property
    def stem(self) -> str:
        """The transcript's name without its ending."""
        return self.transcript.rpartition(".")[0] or self.transcript

    def blob_of(self, segment: Segment) -> str | None:
        """The text that the segment's words were written against, if it is known."""
        return segment.text or self.text


class Met(NamedTuple):
    """What is written in a study's codings, declared or not, and the phases that its transcripts' sections name."""

    codes: tuple[str, ...] = ()
    valences: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Study:
    """A study in memory. Faults of its files are values in it; `require` turns those that stop into an error."""

    settings: Settings
    codebook: Codebook
    cases: tuple[Case, ...] = ()
    codings: tuple[CodingSet, ...] = ()
    faults: tuple[Problem, ...] = ()
    # Few commands need guides, memos or decisions, so they are read when first asked for; their faults stop no other.
    read_guides: Callable[[], Shelf] = field(default=Shelf, repr=False, compare=False)
    read_memos: Callable[[], Pile] = field(default=Pile, repr=False, compare=False)
    read_decisions: Callable[[], Ledger] = field(default=Ledger, repr=False, compare=False)
    # The short id of the commit that it was read from; None: from the files as they are.
    revision: str | None = field(default=None, compare=False)

    @cached_property
    def shelf(self) -> Shelf:
        """The interview guides, and the faults of their files."""
        return self.read_guides()

    @cached_property
    def pile(self) -> Pile:
        """The memos, and the faults of their files."""
        return self.read_memos()

    @cached_property
    def ledger(self) -> Ledger:
        """The decisions on the codebook, and the faults of their files."""
        return self.read_decisions()

    @property
    def guides(self) -> tuple[Guide, ...]:
        return self.shelf.guides

    @cached_property
    def case_by_id(self) -> dict[str, Case]:
        return {case.id: case for case in self.cases}

    @cached_property
    def transcripts(self) -> dict[str, Transcript]:
        """Every transcript by CASE/STEM."""
        return {t.id: t for case in self.cases for t in case.transcripts}

    def transcript_of(self, codings: CodingSet) -> Transcript | None:
        """The transcript that a codings file names, by file name or by stem."""
        case = self.case_by_id.get(codings.case)
        named = [t for t in (case.transcripts if case else ()) if nfc(t.path).endswith("/" + codings.transcript)]
        return named[0] if named else self.transcripts.get(f"{codings.case}/{codings.transcript}")

    @cached_property
    def sets(self) -> dict[str, list[CodingSet]]:
        """The coding sets of each CASE/STEM, also of one that has no transcript (any more)."""
        found: dict[str, list[CodingSet]] = {}
        for codings in self.codings:
            transcript = self.transcript_of(codings)
            name = transcript.id if transcript else f"{codings.case}/{codings.stem}"
            found.setdefault(name, []).append(codings)
        return found

    @cached_property
    def segment_ids(self) -> dict[str, str]:
        """The id of each segment by every id that names it."""
        return {name: own for names in self.names for name, own in names.items() if own}

    @cached_property
    def tallies(self) -> Sequence[Mapping[str, int]]:
        """Of each coding set its tally."""
        return tuple(codings.tally for codings in self.codings)

    @cached_property
    def names(self) -> Sequence[Mapping[str, str | None]]:
        """Of each coding set the names in it."""
        return tuple(codings.names for codings in self.codings)

    def sets_with(self, wanted: Callable[[str], bool]) -> Iterator[CodingSet]:
        """The coding sets in which an id stands that is wanted."""
        for codings, tally in zip(self.codings, self.tallies, strict=True):
            if any(map(wanted, tally)):
                yield codings.whole

    @cached_property
    def met(self) -> Met:
        """Every value once, in the order of the study."""
        coded = [coded for codings in self.codings for segment in codings.segments for coded in segment.codes]
        sections = [section for transcript in self.transcripts.values() for section in transcript.layout.sections]
        return Met(
            _once(one.code for one in coded),
            _once(one.valence for one in coded),
            _once(one.phase for one in coded),
            _once(section.phase for section in sections),
        )

    def attribute(self, name: str) -> dict[str, str | None]:
        """The value that each case, by its id, has of an attribute."""
        return {case.id: case.attributes.get(name) for case in self.cases}

    def studied(self, case: Case) -> bool:
        """Whether enough perspectives of the case were interviewed. Filters don't change it."""
        return len(case.held) >= self.settings.minimum_perspectives

    @property
    def language(self) -> str:
        return self.settings.language or self.codebook.language

    def require(self) -> Study:
        """This study, or UnreadableStudy when a file of it can't be read."""
        refuse(self.faults)
        return self


def _once(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def match_interviews(planned: tuple[Interview, ...], transcripts: tuple[Transcript, ...]) -> tuple[Interview, ...]:
    """Give each transcript to the first free planned interview of its perspective (and respondent, if both name one).

    A transcript without such an interview is an interview held and not planned.
    """
    matched = list(planned)
    unplanned = []
    # Those that name a respondent choose first, so that one without a name can't take their place.
    for transcript in sorted(transcripts, key=lambda t: t.respondent is None):
        fitting = [i for i, interview in enumerate(matched) if _fits(interview, transcript)]
        same = [i for i in fitting if transcript.respondent and matched[i].respondent == transcript.respondent]
        if fitting:
            at = (same or fitting)[0]
            matched[at] = replace(matched[at], transcript=transcript)
        else:
            unplanned.append(
                Interview(transcript.perspective, transcript.respondent, transcript=transcript, planned=False)
            )
    return (*matched, *unplanned)


def _fits(interview: Interview, transcript: Transcript) -> bool:
    if interview.transcript is not None or interview.perspective != transcript.perspective:
        return False
    both = interview.respondent is not None and transcript.respondent is not None
    return not both or interview.respondent == transcript.respondent
