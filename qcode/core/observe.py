"""Striking observations about a case: made, changed, and linked to the codings they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qcode.core.codebook import Codebook, ids
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.model import AGREEMENTS, Case, Observation, Study
from qcode.core.names import unknown
from qcode.core.words import is_id, nfc, short_slug, unused


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of an observation. None: nothing; empty: take away what is there.

    `says`: what each perspective says; those not named stay as they are. Codes as people give them; evidence by id.
    """

    title: str | None = None
    about: str | None = None
    says: Mapping[str, str] = field(default_factory=dict)
    agreement: str | None = None
    why: str | None = None
    steps: Sequence[str] | None = None
    illustrates: Sequence[str] | None = None
    evidence: Sequence[str] | None = None
    memo: str | None = None


def added(study: Study, case: Case, given: Given, name: str | None = None) -> Observation:
    """A new observation. `name`: its id; without one, the slug of its title, numbered where that is taken.

    Raises QcodeError for what the case or the codebook doesn't have.
    """
    taken = {observation.id for observation in case.observations}
    if name is None:
        return changed(study, case, Observation(_free(short_slug(given.title or ""), taken)), given)
    if not is_id(nfc(name)):
        raise QcodeError(f"'{name}' can't be an observation's id", hint="Letters, digits, '-' and '_' only.")
    if nfc(name) in taken:
        hint = f"Change it: qcode observe edit {case.id}/{nfc(name)}."
        raise QcodeError(f"case {case.id} has an observation '{nfc(name)}' already", hint=hint)
    return changed(study, case, Observation(nfc(name)), given)


def changed(study: Study, case: Case, before: Observation, given: Given) -> Observation:
    """The observation with what is given in the place of what was there. Raises QcodeError for what is not known."""
    after = replace(
        before,
        title=_said(given.title, before.title),
        about=_said(given.about, before.about),
        why=_said(given.why, before.why),
        memo=_said(given.memo, before.memo),
        perspectives=_told(study, before.perspectives, given.says),
        agreement=before.agreement if given.agreement is None else _agreement(given.agreement),
        evidence=before.evidence if given.evidence is None else _named(given.evidence),
        steps=before.steps if given.steps is None else _codes(study, given.steps),
        illustrates=before.illustrates if given.illustrates is None else _codes(study, given.illustrates),
    )
    if not after.title.strip():
        raise QcodeError("an observation needs a title", hint="Say what stands out: --title 'Nobody told the team'.")
    return _supported(study, case, before, after)


def linked(
    study: Study, case: Case, before: Observation, segments: Sequence[str], *, remove: bool = False
) -> Observation:
    """The observation with these segments added to its evidence, or taken from it.

    Raises UnknownName for a segment that is not there, QcodeError where an illustration would be left without evidence.
    """
    given = _named(segments)
    if not remove:
        evidence = tuple(dict.fromkeys((*before.evidence, *given)))
        return _supported(study, case, before, replace(before, evidence=evidence))
    for segment in given:
        if segment not in before.evidence:
            raise UnknownName("evidence", segment, [*before.evidence])
    evidence = tuple(segment for segment in before.evidence if segment not in given)
    return _supported(study, case, before, replace(before, evidence=evidence))


def with_observation(case: Case, new: Observation) -> tuple[Observation, ...]:
    """The case's observations with this one in the place of that with its id, else at the end."""
    if all(observation.id != new.id for observation in case.observations):
        return (*case.observations, new)
    return tuple(new if observation.id == new.id else observation for observation in case.observations)


def find_observation(study: Study, given: str) -> tuple[Case, Observation]:
    """The one observation that ID or CASE/ID names. Raises UnknownName with the nearest, QcodeError where two fit."""
    every = [(case, observation) for case in study.cases for observation in case.observations]
    name = nfc(given)
    found = [(case, one) for case, one in every if name in (one.id, f"{case.id}/{one.id}")]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{case.id}/{one.id}" for case, one in found)
        raise QcodeError(f"'{given}' fits {len(found)} observations", hint=f"Say which: {listed}.")
    of_case = [f"{case.id}/{one.id}" for case, one in every if name.startswith(f"{case.id}/")]
    raise UnknownName("observation", given, of_case or list(dict.fromkeys(one.id for _, one in every)))


def _free(name: str, taken: set[str]) -> str:
    if not name:
        hint = "Give it a title of letters or digits, or an id: --id SLUG."
        raise QcodeError("no id can be made from the title", hint=hint)
    return unused(name, taken.__contains__)


def _said(given: str | None, before: str) -> str:
    return before if given is None else nfc(given)


def _told(study: Study, before: Mapping[str, str], says: Mapping[str, str]) -> dict[str, str]:
    known = ids(study.codebook.perspectives)
    for perspective in says:
        if nfc(perspective) not in known:
            raise unknown("perspective", perspective, known)
    told = {**before, **{nfc(name): nfc(text) for name, text in says.items()}}
    return {name: text for name, text in told.items() if text}


def _agreement(given: str) -> str | None:
    if given and given not in AGREEMENTS:
        raise unknown("agreement", given, [*AGREEMENTS])
    return given or None


def _codes(study: Study, given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(study.codebook.find(code).id for code in given if code))


def _named(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(nfc(name) for name in given if name))


def _supported(study: Study, case: Case, before: Observation, after: Observation) -> Observation:
    """`after`, or an error where its new evidence is not there, or a code that it illustrates now has none.

    What was wrong before is for `check` to say: it keeps nobody from mending something else.
    """
    coded = _coded_in(study, case)
    for segment in after.evidence:
        if segment not in coded and segment not in before.evidence:
            raise _no_evidence(study, case, segment, [*coded])
    missing = [code for code in _bare(study.codebook, after, coded) if code not in _bare(study.codebook, before, coded)]
    if missing:
        raise QcodeError(
            f"'{after.id}' would illustrate '{missing[0]}', and none of its evidence is coded so",
            hint=f"Give evidence that is; see: qcode find --case {case.id} --code {missing[0]}",
        )
    return after


def _coded_in(study: Study, case: Case) -> dict[str, frozenset[str]]:
    """The segments of a case that evidence may rest on, each with its codes: not those of a respondent who withdrew."""
    resolve = study.codebook.resolve
    found: dict[str, frozenset[str]] = {}
    for codings in study.codings:
        transcript = study.transcript_of(codings)
        if codings.case == case.id and not (transcript and transcript.stem in case.withdrawn):
            found |= {name: frozenset(resolve(c.code) for c in s.codes) for s in codings.segments for name in s.names}
    return found


def _bare(book: Codebook, observation: Observation, coded: Mapping[str, frozenset[str]]) -> list[str]:
    """The codes that the observation illustrates without evidence coded so."""
    has = frozenset[str]().union(*(coded.get(segment, frozenset()) for segment in observation.evidence))
    codes = [book.resolve(code) for code in observation.illustrates]
    return [code for code in codes if not has & book.subtree.get(code, frozenset({code}))]


def _no_evidence(study: Study, case: Case, segment: str, known: list[str]) -> QcodeError:
    for codings, names in zip(study.codings, study.names, strict=True):
        if segment in names:
            if codings.case == case.id:
                return QcodeError(f"segment '{segment}' is of a respondent who has withdrawn consent")
            hint = f"An observation rests on codings of its own case; see: qcode find --case {case.id}"
            return QcodeError(f"segment '{segment}' is in case {codings.case}, not in case {case.id}", hint=hint)
    return UnknownName("segment", segment, known)
