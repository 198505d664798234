"""Interviews from elsewhere become transcripts of a case."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qcode.core.codebook import ids
from qcode.core.errors import QcodeError, UnknownName, Where
from qcode.core.words import is_id, nfc, slug

if TYPE_CHECKING:
    from qcode.core.model import Case, Study
    from qcode.interop.sources import Imported
    from qcode.store.files import ChangeSet


@dataclass(frozen=True, slots=True)
class Incoming:
    """One interview file and what it is said to be."""

    file: Path
    case: str
    perspective: str
    respondent: str | None = None
    date: str | None = None
    name: str | None = None


def planned(study: Study, incoming: list[Incoming]) -> tuple[ChangeSet, str]:
    """The new transcripts, all or none, and a sentence on them."""
    from qcode.interop.sources import read_source
    from qcode.store.files import Change, ChangeSet

    changes: list[Change] = []
    said: list[str] = []
    for one in incoming:
        case = _case(study, one)
        data = one.file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()[:16]
        _refuse_twice(study, case, one, digest, [change.path for change in changes])
        source = read_source(one.file.name, data, speakers=study.settings.speakers)
        path = _free_path(case, one, {change.path for change in changes})
        text = _transcript(source, one, digest)
        changes.append(Change(path, None, text.encode()))
        speakers = ", ".join(source.speakers) or "no speakers recognised"
        said += [f"{one.file.name}: {path} ({speakers}).", *(f"  {note}" for note in source.notes)]
    return ChangeSet(tuple(changes)), "\n".join(said)


def _case(study: Study, one: Incoming) -> Case:
    case = study.case_by_id.get(nfc(one.case))
    if case is None:
        known = list(study.case_by_id)
        raise UnknownName("case", one.case, known, hint=f"Make it first: qcode case add {one.case}.")
    perspectives = ids(study.codebook.perspectives)
    if perspectives and nfc(one.perspective) not in perspectives:
        raise UnknownName("perspective", one.perspective, perspectives)
    return case


def _refuse_twice(study: Study, case: Case, one: Incoming, digest: str, coming: list[str]) -> None:
    """An interview comes in once: the same file never again, and no second one where no other is to be expected."""
    for transcript in study.transcripts.values():
        if transcript.imported == digest:
            hint = "Nothing was changed. To import it anew, remove that transcript first."
            raise QcodeError(f"{one.file} is in the study already: {transcript.path}", hint=hint)
    mine = [i for i in case.interviews if i.perspective == nfc(one.perspective)]
    if one.respondent:
        mine = [i for i in mine if i.respondent in (None, one.respondent)]
    there = [i.transcript for i in mine if i.transcript]
    free = [i for i in mine if i.transcript is None]
    if there and not free and not coming:
        hint = "Give --respondent for another respondent's interview."
        raise QcodeError(f"case {case.id} has its {one.perspective} interview already: {there[0].path}", hint=hint)


def _free_path(case: Case, one: Incoming, coming: set[str]) -> str:
    """The transcript's path: named by its perspective, then with the respondent or the file's name."""
    folder = case.folder
    taken = {transcript.path for transcript in case.transcripts} | coming
    taken |= {f"{path.rpartition('.')[0]}.md" for path in taken}
    base = slug(one.perspective)
    other = slug(one.respondent or one.file.stem)
    if one.name is not None and not is_id(nfc(one.name)):
        raise QcodeError(
            f"'{one.name}' can't name a transcript: letters, digits, '-' and '_' only", hint="Choose another --name."
        )
    stems = [nfc(one.name)] if one.name else [base, f"{base}-{other}"]
    for stem in stems:
        path = f"{folder}/{stem}.md"
        if path not in taken:
            return path
    raise QcodeError(
        f"{folder}/{stems[-1]}.md is there already", where=Where(str(one.file)), hint="Give another --name."
    )


def _transcript(source: Imported, one: Incoming, digest: str) -> str:
    """The transcript's text: what is known of it in front matter, then the interview."""
    from qcode.store.front import write_front

    given = {
        "perspective": nfc(one.perspective),
        "respondent": nfc(one.respondent) if one.respondent else None,
        "date": one.date,
        "imported": digest,
    }
    return write_front(source.head, source.front | given, str(one.file)) + "\n" + source.body
