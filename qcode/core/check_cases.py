"""Rules on cases: their interviews, transcripts, consent and observations."""

from __future__ import annotations

from collections.abc import Iterator

from qcode.core.codebook import ids
from qcode.core.errors import Where
from qcode.core.facts import SETTINGS, Facts, Finding, first_place, known
from qcode.core.model import AGREEMENTS, Case, Interview, Observation
from qcode.core.names import TAKEN


def unknown_outcome(facts: Facts) -> Iterator[Finding]:
    """A case's outcome, or one with a target, is not declared in the codebook."""
    declared = ids(facts.book.outcomes)
    for case in facts.study.cases:
        if case.outcome is not None and case.outcome not in declared:
            yield Finding(_case(case), f"unknown outcome '{case.outcome}'", known(declared))


def outcome_of_target(facts: Facts) -> Iterator[Finding]:
    """A target is for an outcome that is not declared in the codebook."""
    declared = ids(facts.book.outcomes)
    for outcome in facts.study.settings.targets:
        if outcome not in declared:
            yield Finding(Where(SETTINGS), f"a target for the unknown outcome '{outcome}'", known(declared))


def unknown_perspective(facts: Facts) -> Iterator[Finding]:
    """A perspective is not declared in the codebook."""
    declared = ids(facts.book.perspectives)
    for where, perspective in _perspectives(facts):
        if perspective not in declared:
            yield Finding(where, f"unknown perspective '{perspective}'", known(declared))


def attribute_name(facts: Facts) -> Iterator[Finding]:
    """An attribute of a case has a name that tables and --where use for something else."""
    for case in facts.study.cases:
        for name in case.attributes:
            if name in TAKEN:
                hint = f"Give it another name, such as '{name}-of-case'."
                yield Finding(_case(case), f"the attribute '{name}' has a name that reports use themselves", hint)


def no_perspective(facts: Facts) -> Iterator[Finding]:
    """A transcript does not say whose perspective it is."""
    for transcript in facts.study.transcripts.values():
        if not transcript.perspective:
            hint = "Write perspective: in its front matter. " + known(ids(facts.book.perspectives))
            yield Finding(Where(transcript.path), "the transcript has no perspective", hint)


def same_respondent(facts: Facts) -> Iterator[Finding]:
    """Two transcripts of a case are of one perspective and respondent."""
    for case in facts.study.cases:
        first: dict[tuple[str | None, str], str] = {}
        for transcript in case.transcripts:
            if transcript.respondent:
                owner = first.setdefault((transcript.perspective, transcript.respondent), transcript.stem)
                if owner != transcript.stem:
                    message = f"respondent '{transcript.respondent}' is that of {owner}, too"
                    hint = "Only one of them takes the planned interview; the other counts as one more."
                    yield Finding(Where(transcript.path), message, hint)


def consent_missing(facts: Facts) -> Iterator[Finding]:
    """An interview was held, and consent is not recorded as given."""
    for case in facts.study.cases:
        for interview in case.interviews:
            if interview.held and interview.consent != "given":
                said = f"is '{interview.consent}'" if interview.consent else "is not recorded"
                message = f"consent for the interview held ({_whose(interview)}) {said}"
                yield Finding(_interview(case, interview), message, "Write consent: given once it is.")


def consent_withdrawn(facts: Facts) -> Iterator[Finding]:
    """A respondent withdrew consent, and the transcript is still there."""
    for case in facts.study.cases:
        for interview in case.interviews:
            if interview.consent == "withdrawn" and interview.transcript:
                path = interview.transcript.path
                message = "the respondent withdrew consent, and the transcript is still here"
                yield Finding(Where(path), message, "Remove it and its codings; nothing of it is counted.")


def duplicate_observation(facts: Facts) -> Iterator[Finding]:
    """Two observations of a case have one id."""
    for case in facts.study.cases:
        seen: set[str] = set()
        for observation in case.observations:
            if observation.id in seen:
                message = f"observation '{observation.id}' is there already"
                yield Finding(place_of(case, observation), message, "Give one of them another id.")
            seen.add(observation.id)


def unknown_agreement(facts: Facts) -> Iterator[Finding]:
    """An observation's agreement is none of agree, partly, differ and silent."""
    for case, observation in observations(facts):
        if observation.agreement is not None and observation.agreement not in AGREEMENTS:
            message = f"unknown agreement '{observation.agreement}'"
            yield Finding(place_of(case, observation), message, known(AGREEMENTS))


def evidence_gone(facts: Facts) -> Iterator[Finding]:
    """An observation rests on a segment that is not there."""
    for case, observation in observations(facts):
        for segment in observation.evidence:
            if segment not in facts.coded_as:
                message = f"observation '{observation.id}' rests on segment '{segment}', which is not there"
                yield Finding(place_of(case, observation), message, "Take it out, or put another in its place.")


def illustrates(facts: Facts) -> Iterator[Finding]:
    """An observation illustrates a code that none of its evidence is coded with; not one that was split."""
    for case, observation in observations(facts):
        coded = shown_by(facts, observation)
        for given in observation.illustrates:
            code = facts.book.resolve(given)
            if code not in facts.book.by_id or code in facts.split:
                continue
            if not coded & facts.book.subtree[code]:
                message = f"observation '{observation.id}' illustrates '{given}', and no evidence is coded so"
                yield Finding(place_of(case, observation), message, "Add a segment with that code to its evidence.")


def _perspectives(facts: Facts) -> Iterator[tuple[Where, str]]:
    """Every place in a case where one is named."""
    for case in facts.study.cases:
        for interview in case.interviews:
            if interview.planned and interview.perspective:
                yield _interview(case, interview), interview.perspective
        yield from ((Where(t.path), t.perspective) for t in case.transcripts if t.perspective)
        for observation in case.observations:
            yield from ((place_of(case, observation), name) for name in observation.perspectives)


def observations(facts: Facts) -> Iterator[tuple[Case, Observation]]:
    """Every observation with its case."""
    for case in facts.study.cases:
        for observation in case.observations:
            yield case, observation


def _whose(interview: Interview) -> str:
    return ", ".join(filter(None, (interview.perspective, interview.respondent))) or "perspective unknown"


def _case(case: Case) -> Where:
    return first_place(case.where, Where(case.path))


def _interview(case: Case, interview: Interview) -> Where:
    transcript = interview.transcript
    return first_place(interview.where, Where(transcript.path) if transcript else _case(case))


def shown_by(facts: Facts, observation: Observation) -> set[str]:
    """The codes on the segments that it rests on."""
    return set().union(*(facts.coded_as.get(segment, set()) for segment in observation.evidence))


def place_of(case: Case, observation: Observation) -> Where:
    """Where it stands."""
    return first_place(observation.where, _case(case))
