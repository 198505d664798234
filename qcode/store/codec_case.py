"""case.yaml, observations and transcripts: from text to the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yaml import MappingNode, Node

from qcode.core.errors import Where
from qcode.core.layout import Layout, TurnText, front_matter, read_markdown, read_turns
from qcode.core.model import Interview, Observation, Transcript
from qcode.store.fields import Document, Fields
from qcode.store.reading import Faults, unix

CONSENT = ("given", "pending", "withdrawn")
_CASE = ("case", "outcome", "attributes", "interviews")
_INTERVIEW = ("perspective", "respondent", "held", "date", "mode", "consent")
OBSERVATION_KEYS = (
    "id", "title", "about", "perspectives", "agreement", "why", "evidence", "steps", "illustrates", "memo",
)  # fmt: skip
_HEAD = (
    "perspective", "respondent", "date", "mode", "guide", "grade", "language", "speakers", "imported", "fiction",
)  # fmt: skip
_TURN = ("speaker", "text", "phase", "q")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What case.yaml says, before its interviews are matched to transcripts."""

    case: str | None = None
    outcome: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    interviews: tuple[Interview, ...] = ()
    where: Where = field(default=Where(""), compare=False)


def read_case(text: str, faults: Faults) -> CaseFile:
    """The case's outcome and attributes, and the interviews planned."""
    document = Document(text, faults)
    fields = document.fields(document.root, _CASE, "the case")
    outcome = fields.values.get("outcome")
    return CaseFile(
        case=fields.name("case"),
        outcome=fields.name("outcome"),
        attributes=fields.words("attributes"),
        interviews=tuple(_interview(document, node) for node in fields.items("interviews")),
        where=document.where(outcome) if outcome is not None else Where(faults.path, 1),
    )


def _interview(document: Document, node: Node) -> Interview:
    fields = document.fields(node, _INTERVIEW, "an interview")
    return Interview(
        perspective=fields.required("perspective") or None,
        respondent=fields.name("respondent"),
        said_held=fields.flag("held"),
        date=fields.text("date"),
        mode=fields.text("mode"),
        consent=fields.choice("consent", CONSENT),
        where=document.where(node),
    )


def read_observations(text: str, faults: Faults) -> tuple[Observation, ...]:
    """The striking observations of a case."""
    document = Document(text, faults)
    return tuple(_observation(document, node) for node in document.items(document.root, "the observations"))


def _observation(document: Document, node: Node) -> Observation:
    fields = document.fields(node, OBSERVATION_KEYS, "an observation")
    return Observation(
        id=fields.required("id"),
        title=fields.text("title") or "",
        about=fields.text("about") or "",
        perspectives=fields.words("perspectives"),
        agreement=fields.name("agreement"),
        why=fields.text("why") or "",
        evidence=fields.names("evidence"),
        steps=fields.names("steps"),
        illustrates=fields.names("illustrates"),
        memo=fields.text("memo") or "",
        where=document.where(node),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a transcript lies and which bytes it is: what its text does not say."""

    case: str
    stem: str
    path: str
    blob: str


def read_transcript(text: str, place: Place, speakers: Mapping[str, str], faults: Faults) -> Transcript:
    """A transcript in the Markdown or the YAML form, by its path's ending. `speakers`: those of the whole study."""
    if place.path.endswith(".yaml"):
        document = Document(text, faults)
        fields = document.fields(document.root, (*_HEAD, "turns"), "a transcript")
        return _transcript(fields, place, read_turns(_turns(document, fields), _speakers(fields, speakers)))
    head, start = read_front(text, faults)
    document = Document(head, faults, first=2)
    fields = document.fields(document.root, _HEAD, "the front matter")
    return _transcript(fields, place, read_markdown(text, start, _speakers(fields, speakers)))


def read_front(text: str, faults: Faults) -> tuple[str, int]:
    """The YAML of the front matter, empty without one, and where the body begins; one without an end is a fault."""
    if found := front_matter(text):
        return found
    if text.partition("\n")[0].rstrip() != "---":
        return "", 0
    faults.error("front-matter", (1, 1), "the front matter has no end", "Close it with a line '---'.")
    return "", len(text)


def _transcript(fields: Fields, place: Place, layout: Layout) -> Transcript:
    return Transcript(
        case=place.case,
        stem=place.stem,
        path=place.path,
        perspective=fields.name("perspective"),
        text=layout.text,
        blob=place.blob,
        layout=layout,
        respondent=fields.name("respondent"),
        language=fields.text("language"),
        guide=fields.name("guide"),
        date=fields.text("date"),
        mode=fields.text("mode"),
        grade=fields.number("grade"),
        imported=fields.text("imported"),
        speakers=_own_speakers(fields),
    )


def _speakers(fields: Fields, speakers: Mapping[str, str]) -> dict[str, str]:
    return {**speakers, **_own_speakers(fields)}


def _own_speakers(fields: Fields) -> dict[str, str]:
    """Names with roles, or a list of names alone."""
    if isinstance(fields.get("speakers"), MappingNode):
        return fields.words("speakers")
    return dict.fromkeys(fields.names("speakers"), "")


def _turns(document: Document, fields: Fields) -> list[TurnText]:
    found = []
    for node in fields.items("turns"):
        turn = document.fields(node, _TURN, "a turn")
        text = unix(turn.text("text") or "")
        line, _ = document.at(node)
        found.append(TurnText(turn.name("speaker") or "", text, turn.name("phase"), turn.name("q"), line))
    return found
