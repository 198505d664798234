"""Rules on codings files, and on where codes, phases and valences are named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from qcode.core.codebook import ids
from qcode.core.errors import UnknownName, Where
from qcode.core.facts import Entry, Facts, Finding, Placed, differing, first_place, known, place_of, quoted
from qcode.core.model import CONSENSUS, CodingSet, Segment
from qcode.core.words import is_coder, nfc

STATUSES = ("open", "done")


def unknown_phase(facts: Facts) -> Iterator[Finding]:
    """A phase is not declared in the codebook."""
    declared = ids(facts.book.phases)
    for where, phase in _phases(facts):
        if phase not in declared:
            yield Finding(where, f"unknown phase '{phase}'", known(declared))


def unknown_valence(facts: Facts) -> Iterator[Finding]:
    """A valence is not declared in the codebook."""
    declared = ids(facts.book.valences)
    for entry in facts.entries:
        if entry.coded.valence is not None and entry.coded.valence not in declared:
            yield Finding(entry.where, f"unknown valence '{entry.coded.valence}'", known(declared))


def no_transcript(facts: Facts) -> Iterator[Finding]:
    """A codings file is of a transcript that is not there."""
    for codings in facts.study.codings:
        there = facts.study.transcript_of(codings) or _file(codings) in facts.unreadable
        if not there:
            message = f"transcript '{codings.transcript}' is not in case {codings.case}"
            yield Finding(place_of(codings), message, "Put it back, or correct transcript: at the head.")


def file_name(facts: Facts) -> Iterator[Finding]:
    """A codings file is named otherwise than its head says."""
    for codings in facts.study.codings:
        name = codings.path.rpartition("/")[2]
        expected = nfc(f"{codings.stem}.{codings.coder}.yaml")
        if name and nfc(name) != expected:
            message = f"its head says transcript '{codings.transcript}' and coder '{codings.coder}'"
            yield Finding(place_of(codings), message, f"Rename it {expected}, or correct its head.")


def two_files(facts: Facts) -> Iterator[Finding]:
    """One coder has two files on one transcript."""
    first: dict[tuple[str, str, str], CodingSet] = {}
    for codings in facts.study.codings:
        transcript = facts.study.transcript_of(codings)
        key = (codings.case, transcript.stem if transcript else codings.transcript, codings.coder)
        other = first.setdefault(key, codings)
        if other is not codings:
            message = f"coder '{codings.coder}' has another file on this transcript: {other.path}"
            yield Finding(place_of(codings), message, "They count as one; put them together.")


def coder_id(facts: Facts) -> Iterator[Finding]:
    """A coder's id holds more than letters, digits, -, _ and dots."""
    for codings in facts.study.codings:
        if not is_coder(codings.coder):
            hint = "Use letters and digits of any script, -, _ and dots."
            yield Finding(place_of(codings), f"'{codings.coder}' can't be a coder's id", hint)


def unknown_coder(facts: Facts) -> Iterator[Finding]:
    """A coder is not declared in qcode.yaml."""
    declared = facts.study.settings.coders
    for codings in facts.study.codings:
        if codings.coder not in declared and codings.coder != CONSENSUS:
            hint = f"Add it under coders: in qcode.yaml. {known(declared)}"
            yield Finding(place_of(codings), f"coder '{codings.coder}' is not declared", hint)


def status(facts: Facts) -> Iterator[Finding]:
    """A codings file's status is neither open nor done."""
    for codings in facts.study.codings:
        if codings.status not in STATUSES:
            yield Finding(place_of(codings), f"unknown status '{codings.status}'", "Write open or done.")


def codebook_version(facts: Facts) -> Iterator[Finding]:
    """A codings file was made with a later version of the codebook than this one."""
    today = facts.book.version
    for codings in facts.study.codings:
        if (codings.codebook_version or 0) > today:
            message = f"coded with version {codings.codebook_version} of the codebook, which is at {today}"
            yield Finding(place_of(codings), message, "Get the codebook of that version.")


def duplicate_id(facts: Facts) -> Iterator[Finding]:
    """Two segments of the study have one id."""
    first: dict[str, tuple[CodingSet, Segment]] = {}
    for codings, segment in facts.holding(facts.twice):
        for name in segment.names:
            if name in first:
                message = f"segment id '{name}' is taken by {_segment(*first[name])}"
                hint = "Take it out of one of them: without an id line a segment gets a new one."
                yield Finding(_segment(codings, segment), message, hint)
            else:
                first[name] = codings, segment


def no_codes(facts: Facts) -> Iterator[Finding]:
    """A segment has no code, given or decided against."""
    for codings, segment in facts.segments:
        if not segment.codes and not segment.against:
            yield Finding(
                _segment(codings, segment), f"no code on {quoted(segment.quote)}", "Give it one, or remove it."
            )


def unknown_code(facts: Facts) -> Iterator[Finding]:
    """A code in a coding, a decision against one or an observation is not in the codebook."""
    for entry in facts.entries:
        if entry.code not in facts.book.by_id:
            yield Finding(entry.where, *_no_code(facts, entry.coded.code))
    for codings, segment in facts.segments:
        for code in segment.against:
            if facts.book.resolve(code) not in facts.book.by_id:
                yield Finding(_segment(codings, segment), *_no_code(facts, code))
    for case in facts.study.cases:
        for observation in case.observations:
            for code in dict.fromkeys((*observation.steps, *observation.illustrates)):
                if facts.book.resolve(code) not in facts.book.by_id:
                    yield Finding(first_place(observation.where, case.where, Where(case.path)), *_no_code(facts, code))


def retired_code(facts: Facts) -> Iterator[Finding]:
    """A coding uses a code that is retired, and not split: see unsettled-split."""
    for entry in facts.entries:
        code = facts.book.by_id.get(entry.code)
        if code and code.retired and code.id not in facts.split:
            hint = f"Use '{code.replaced_by}' instead." if code.replaced_by else ""
            yield Finding(entry.where, f"code '{code.id}' is retired", hint)


def duplicate_coding(facts: Facts) -> Iterator[Finding]:
    """A segment has one code twice, and the two differ."""
    first: dict[tuple[object, str], Entry] = {}
    for entry in facts.entries:
        other = first.setdefault((_as_one(facts, entry.segment), entry.code), entry)
        if other is not entry and _says(other) != _says(entry):
            message = f"code '{entry.code}' is on this segment already, with other values"
            yield Finding(entry.where, message, "The first counts; take one of them out.")


def coded_against(facts: Facts) -> Iterator[Finding]:
    """A segment has a code that is decided against for the same words."""
    refused = [(codings, segment) for codings, segment in facts.segments if segment.against]
    coders = {id(codings) for codings, _ in refused}
    # As written: of two codes that were merged one may be given and the other not, and nobody did wrong.
    entries = (entry for entry in facts.entries if id(entry.codings) in coders)
    given = {(_as_one(facts, entry.segment), entry.coded.code) for entry in entries}
    for codings, segment in refused:
        for code in dict.fromkeys(segment.against):
            if (_as_one(facts, segment), code) in given:
                message = f"code '{code}' is given to these words and decided against"
                hint = "It counts as given; take it out of codes: or of against:."
                yield Finding(_segment(codings, segment), message, hint)


def not_applicable(facts: Facts) -> Iterator[Finding]:
    """A code is used in a perspective to which it does not apply."""
    applies = lru_cache(maxsize=None)(facts.book.applies)  # few pairs of the two, and many codings
    for entry in facts.entries:
        perspective = facts.perspective_of(entry.codings)
        if perspective and not applies(entry.code, perspective):
            message = f"code '{entry.code}' does not apply to perspective '{perspective}'"
            yield Finding(entry.where, message, "It is counted; correct the coding or the codebook.")


def lost(facts: Facts) -> Iterator[Finding]:
    """A quote is no longer in its transcript."""
    for placed in _of(facts, "lost"):
        message = f"{quoted(placed.segment.quote)} is not in {placed.transcript.path}"
        yield Finding(_segment(placed.codings, placed.segment), message, f"See what was there: {_reanchor(placed)}")


def ambiguous(facts: Facts) -> Iterator[Finding]:
    """A quote stands in several places that are equally good."""
    for placed in _of(facts, "ambiguous"):
        layout = placed.transcript.layout
        lines = ", ".join(str(layout.line_of(start)) for start, _ in placed.located.candidates[:8])
        message = f"{quoted(placed.segment.quote)} stands in several places of {placed.transcript.path}: lines {lines}"
        hint = f"Choose one: {_reanchor(placed)} -i"
        yield Finding(_segment(placed.codings, placed.segment), message, hint)


def changed(facts: Facts) -> Iterator[Finding]:
    """A quote was found with other words."""
    for placed in _of(facts, "changed"):
        now = placed.transcript.text[slice(*placed.located.span)] if placed.located.span else ""
        likeness = f"{placed.located.score:.0%} alike"
        was, reads = differing(placed.segment.quote, now)
        message = f"{was} now reads {reads} ({likeness})"
        yield Finding(
            _segment(placed.codings, placed.segment), message, f"See whether it still holds: {_reanchor(placed)}"
        )


def moved(facts: Facts) -> Iterator[Finding]:
    """A quote was found in another context."""
    for placed in _of(facts, "moved"):
        line = placed.transcript.layout.line_of(placed.located.span[0]) if placed.located.span else 0
        message = f"{quoted(placed.segment.quote)} stands in another context, on line {line}"
        yield Finding(
            _segment(placed.codings, placed.segment),
            message,
            f"See whether it is the place that was meant: {_reanchor(placed)}",
        )


def _file(codings: CodingSet) -> str:
    """The path of the transcript that a codings file names."""
    return f"cases/{codings.case}/{codings.transcript}"


def _of(facts: Facts, how: str) -> Iterator[Placed]:
    return (placed for placed in facts.placed if placed.located.how == how)


def _as_one(facts: Facts, segment: Segment) -> object:
    """What segments of one coder on one span have in common: they are one segment."""
    placed = facts.places.get(id(segment))
    return (placed.transcript.id, placed.codings.coder, placed.located.span) if placed else id(segment)


def _reanchor(placed: Placed) -> str:
    """The command that settles what became of a transcript's quotes."""
    return f"qcode reanchor {placed.transcript.id}"


def _phases(facts: Facts) -> Iterator[tuple[Where, str]]:
    """Every place in a case where one is named."""
    for transcript in facts.study.transcripts.values():
        before = None
        for section in transcript.layout.sections:
            # A section keeps the phase of the one before it: only where it changes was it written.
            if section.phase is not None and section.phase != before:
                yield Where(transcript.path, section.line), section.phase
            before = section.phase
    for entry in facts.entries:
        if entry.coded.phase is not None:
            yield entry.where, entry.coded.phase


def _no_code(facts: Facts, given: str) -> tuple[str, str]:
    error = UnknownName("code", given, list(facts.book.by_id))
    return error.message, error.hint


def _says(entry: Entry) -> tuple[str | None, ...]:
    return entry.coded.valence, entry.coded.phase, entry.coded.memo


def _segment(codings: CodingSet, segment: Segment) -> Where:
    return first_place(segment.where, place_of(codings))
