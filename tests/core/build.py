"""Small studies built in memory, for tests of what needs no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha1

from qcode.core.codebook import Code, Codebook, Level
from qcode.core.layout import read_markdown
from qcode.core.model import (
    Case,
    Coded,
    CodingSet,
    Interview,
    Observation,
    Segment,
    Settings,
    Study,
    Transcript,
    match_interviews,
)


def levels(names: str) -> tuple[Level, ...]:
    return tuple(Level(name) for name in names.split())


CODES = (
    Code("themes"),
    Code("contact", key="T1", label="Contact", parent="themes", perspectives=("employer", "municipality")),
    Code("agreements", key="T2", label="Agreements", parent="themes", aliases=("deals",)),
    Code("steps"),
    Code("meeting", key="S1", label="First meeting", parent="steps", phase="before"),
    Code("trust", key="S2", label="Trust", parent="steps", since=3),
    Code("rapport", key="S3", parent="steps", retired=True, replaced_by="trust"),
)
BOOK = Codebook(
    name="Matches",
    version=3,
    phases=levels("before during after"),
    perspectives=levels("employer municipality client"),
    outcomes=levels("lasting ended"),
    valences=levels("helping hindering both"),
    codes=CODES,
    path="codebooks/book.yaml",
)
SETTINGS = Settings(study="Matches", coders={"anna": "Anna", "bram": "Bram"})
TEXT = """\
# Before {phase=before}

**I:** How did it begin?

**R:** She rang me, and we met. She rang me again.

# On the job {phase=during}

**I:** And then?

**R:** We agreed on two days.
It went well.
"""


def blob(text: str) -> str:
    """The id that git gives a file of this text."""
    data = text.encode()
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()


def transcript(name: str, text: str = TEXT, perspective: str | None = "employer", **more: str) -> Transcript:
    """`name`: CASE/STEM."""
    case, _, stem = name.partition("/")
    layout = read_markdown(text, 0, SETTINGS.speakers)
    return Transcript(case, stem, f"cases/{case}/{stem}.md", perspective, text, blob(text), layout, **more)  # type: ignore[arg-type]


def case(
    name: str,
    *transcripts: Transcript,
    planned: Iterable[Interview] | None = None,
    outcome: str | None = "lasting",
    attributes: Mapping[str, str] | None = None,
    observations: Iterable[Observation] = (),
) -> Case:
    """With an interview planned, consent given, for each transcript, unless told otherwise."""
    if planned is None:
        planned = [Interview(t.perspective, t.respondent, consent="given") for t in transcripts]
    interviews = match_interviews(tuple(planned), transcripts)
    return Case(name, f"cases/{name}", outcome, dict(attributes or {}), interviews, transcripts, tuple(observations))


def segment(quote: str, *codes: str | Coded, id: str | None = None, **more: object) -> Segment:
    coded = tuple(Coded(code) if isinstance(code, str) else code for code in codes)
    return Segment(id, quote, coded, **more)  # type: ignore[arg-type]


def codings(name: str, coder: str, *segments: Segment, **more: object) -> CodingSet:
    """`name`: CASE/STEM."""
    at, _, stem = name.partition("/")
    path = f"cases/{at}/codings/{stem}.{coder}.yaml"
    return CodingSet(f"{stem}.md", coder, segments, **{"path": path, "case": at, **more})  # type: ignore[arg-type]


def study(
    *cases: Case, codings: Iterable[CodingSet] = (), book: Codebook = BOOK, settings: Settings = SETTINGS
) -> Study:
    return Study(settings, book, cases, tuple(codings))


def two_cases(*sets: CodingSet) -> Study:
    """Case 2, studied, with an employer and a client; case 10 with only an employer."""
    return study(
        case("2", transcript("2/boss"), transcript("2/person", perspective="client"), attributes={"sector": "care"}),
        case("10", transcript("10/boss"), outcome="ended", attributes={"sector": "food and drink"}),
        codings=sets,
    )
