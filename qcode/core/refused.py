"""Where the team decided against a code: what the file of the consensus says beside its codings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qcode.core.anchor import Finder
from qcode.core.model import CONSENSUS, Study
from qcode.core.rows import OldText, by_transcript, find_segment


class Refused(NamedTuple):
    """A code that the consensus considered for these words and decided against. Offsets as those of a Row."""

    transcript: str
    code: str
    start: int
    end: int
    id: str | None


def refusals(study: Study, old_text: OldText | None = None) -> Iterator[Refused]:
    """Every decision of the consensus against a code whose words are found, in the order of the study."""
    for name, sets in by_transcript(study).items():
        transcript = study.transcripts.get(name)
        of_team = [codings for codings in sets if codings.coder == CONSENSUS]
        decided = [(codings, segment) for codings in of_team for segment in codings.segments if segment.against]
        finder = Finder(transcript.text) if transcript and decided else None
        for codings, segment in decided:
            located = find_segment(finder, transcript, codings, segment, old_text) if transcript and finder else None
            if located and located.span:
                for code in dict.fromkeys(map(study.codebook.resolve, segment.against)):
                    yield Refused(name, code, *located.span, segment.id)
