"""Find a study, load it, and plan a change to its codings and observations."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from qcode.core.codebook import Codebook
from qcode.core.decisions import Decision
from qcode.core.errors import QcodeError, Where, refuse
from qcode.core.guide import Shelf
from qcode.core.model import Case, CodingSet, Observation, Settings, Study, Summary, Transcript, match_interviews
from qcode.core.words import natural, nfc
from qcode.store.codec_case import CaseFile, Place, read_case, read_observations, read_transcript
from qcode.store.codec_codings import read_codings as codings_from
from qcode.store.codec_decision import free_path, load_decisions, new_decision
from qcode.store.codec_guide import read_guide
from qcode.store.codec_study import read_codebook, read_settings
from qcode.store.codec_summaries import read_summaries
from qcode.store.known import MARKER as MARKER
from qcode.store.known import find_root as find_root
from qcode.store.memos import load_memos
from qcode.store.reading import Faults, blob_id, decode
from qcode.store.tree import Entry, Tree

if TYPE_CHECKING:
    from qcode.store.files import Change, ChangeSet

_NO_TRANSCRIPT = frozenset({"case", "observations", "summaries", "readme"})
Said = TypeVar("Said")
_Entries = Mapping[str, Entry]  # what lies in one folder, by name


def load(root: Path, cases: Collection[str] | None = None, *, tree: Tree | None = None) -> Study:
    """The study as its files have it now. What can't be read is a fault in it; the rest is there.

    `cases`: only these, by id, for a command that needs no other. `tree`: other files than those on the disk.
    """
    files = tree or Tree(root)
    with uncollected():
        settings, codebook = load_frame(files)
        folders: dict[str, str] = {}
        found: list[Case] = []
        codings: list[CodingSet] = []
        for folder in case_folders(files):
            if cases is None or nfc(folder.name) in cases:
                case, sets = load_case(files, folder, settings)
                found.append(case)
                folders[case.id] = case.folder
                codings += sets
    return Study(settings, codebook, tuple(found), tuple(codings), files.problems, **later(files, settings, folders))


def load_frame(tree: Tree) -> tuple[Settings, Codebook]:
    """The study's settings and its codebook: what the cases are read with."""
    settings = _settings(tree)
    return settings, _codebook(tree, settings)


def later(tree: Tree, settings: Settings, folders: Mapping[str, str]) -> dict[str, Any]:
    """What of a study is read when it is asked for. `folders`: of the cases, by their ids."""
    return {
        "read_guides": partial(load_guides, tree, settings.guides),
        "read_memos": partial(load_memos, tree, folders),
        "read_decisions": partial(load_decisions, tree),
    }


def load_case(tree: Tree, folder: Entry, settings: Settings) -> tuple[Case, list[CodingSet]]:
    """One case and what was coded in it."""
    entries = {entry.name: entry for entry in tree.entries(folder.path)}
    return _case(tree, folder, entries, settings), _codings(tree, folder, entries)


def load_codings(tree: Tree, like: CodingSet) -> CodingSet | None:
    """What lies where this coding set does, faults or not; None when there is nothing that can be read."""
    read = tree.text(like.path)
    return codings_from(read[1], like.case, read[2]) if read else None


def load_transcript(root: Path, like: Transcript, settings: Settings) -> Transcript | None:
    """The transcript that lies where this one does; None when there is none that can be read."""
    read = Tree(root).text(like.path)
    return _transcript(like.case, like.stem, like.path, read, settings) if read else None


def _transcript(case: str, stem: str, path: str, read: tuple[bytes, str, Faults], settings: Settings) -> Transcript:
    data, text, faults = read
    return read_transcript(text, Place(case, stem, path, blob_id(data)), settings.speakers, faults)


def load_codebook(root: Path, *, tree: Tree | None = None) -> tuple[Settings, Codebook]:
    """The settings and the codebook alone. Raises UnreadableStudy where they can't be read."""
    files = tree or Tree(root)
    settings, book = load_frame(files)
    refuse(files.problems)
    return settings, book


def load_guides(files: Tree, folder: str) -> Shelf:
    """The interview guides in a folder of the study. Those that can't be read are faults only."""
    tree = files.fresh()
    found = []
    for entry in tree.entries(folder.rstrip("/")) if tree.inside(folder) else ():
        if not entry.folder and entry.name.endswith(".yaml") and (read := tree.text(entry.path)):
            guide = read_guide(read[1], read[2])
            if not read[2].stop:
                found.append(guide)
    return Shelf(tuple(found), tree.problems)


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing that a load makes is garbage in circles, and looking for that takes as long as a third of the load."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def cases_holding(root: Path, segment: str) -> set[str] | None:
    """The cases whose codings files hold the letters of a segment's id; None when it takes a full load to know."""
    tree = Tree(root)
    letters = segment.encode("utf-8", "replace")
    found = {
        nfc(folder.name)
        for folder in case_folders(tree)
        if any(letters in (tree.read(entry.path) or b"") for entry in _coding_files(tree, tree.entries(folder.path)))
    }
    return found or None


def read_codings(root: Path, path: str, case: str) -> tuple[bytes, CodingSet] | None:
    """The bytes of a codings file as they are now, and what they say; None when there is no file.

    Raises QcodeError at the first fault that keeps it from being read.
    """
    return _reread(root, path, lambda text, faults: codings_from(text, case, faults))


def _reread(root: Path, path: str, read: Callable[[str, Faults], Said]) -> tuple[bytes, Said] | None:
    try:
        data = (root / path).read_bytes()
    except FileNotFoundError:
        return None
    faults = Faults(path)
    text = decode(data, faults)
    said = read(text or "", faults)
    refuse(faults.problems)
    return data, said


def codings_path(codings: CodingSet) -> str:
    """Where a coding set lies: where it was read, else `cases/CASE/codings/STEM.CODER.yaml`."""
    return codings.path or f"cases/{codings.case}/codings/{codings.stem}.{codings.coder}.yaml"


def plan_codings(
    root: Path, edits: Iterable[tuple[CodingSet | None, CodingSet]], against: Iterable[Transcript] = ()
) -> ChangeSet:
    """The change of files that makes each coding set `before` (None: there is none yet) into `after`.

    `against`: the transcripts that new quotes were written against. The files are read anew: call it under the lock.
    Raises Conflict where a file no longer says `before`.
    """
    from qcode.store.files import ChangeSet  # most commands change nothing
    from qcode.store.texts import Text

    changes = [_planned(root, before, after) for before, after in edits]
    texts = (Text(transcript.id, transcript.blob, transcript.text) for transcript in against)
    return ChangeSet(tuple(change for change in changes if change.before != change.after), tuple(texts))


def plan_observations(root: Path, case: Case, after: Sequence[Observation]) -> ChangeSet:
    """The change of files that gives a case these observations.

    The file is read anew: call it under the lock. Raises Conflict where it no longer says what the case does.
    """
    from qcode.store.edit_observations import edit_observations
    from qcode.store.files import Change, ChangeSet

    path = f"{case.folder}/observations.yaml"
    now = _reread(root, path, read_observations)
    if (now[1] if now else ()) != case.observations:
        raise _changed_since(path)
    text = edit_observations(now[0].decode() if now else None, case.observations, after, path)
    return ChangeSet((Change(path, now[0] if now else None, text.encode()),))


def plan_codebook(root: Path, before: Codebook, after: Codebook, decision: Decision | None = None) -> ChangeSet:
    """The change of files that makes the codebook `before` into `after`, and puts the decision down.

    The file is read anew: call it under the lock. Raises Conflict where it no longer says `before`.
    """
    from qcode.store.edit_codebook import edit_codebook
    from qcode.store.files import Change, ChangeSet

    now = _reread(root, before.path, read_codebook)
    if now is None or now[1] != before:
        raise _changed_since(before.path)
    changes = [Change(before.path, now[0], edit_codebook(now[0].decode(), before, after).encode())]
    if decision is not None:
        changes.append(Change(free_path(root, decision), None, new_decision(decision).encode()))
    return ChangeSet(tuple(changes))


def plan_summaries(root: Path, case: Case, after: Sequence[Summary]) -> ChangeSet:
    """The change of files that gives a case these summaries; as plan_observations."""
    from qcode.store.edit_summaries import edit_summaries
    from qcode.store.files import Change, ChangeSet

    path = f"{case.folder}/summaries.yaml"
    now = _reread(root, path, read_summaries)
    if (now[1] if now else ()) != case.summaries:
        raise _changed_since(path)
    text = edit_summaries(now[0].decode() if now else None, case.summaries, after, path)
    return ChangeSet((Change(path, now[0] if now else None, text.encode()),))


def _planned(root: Path, before: CodingSet | None, after: CodingSet) -> Change:
    from qcode.store.edit_codings import edit_codings
    from qcode.store.files import Change

    path = codings_path(before or after)
    now = read_codings(root, path, after.case)
    if (now[1] if now else None) != before:
        raise _changed_since(path)
    if now is None:
        return Change(path, None, edit_codings(None, None, after).encode())
    # The slots of what was read just now are those of the text, whatever the caller's have become.
    text = edit_codings(now[0].decode(), now[1], after)
    return Change(path, now[0], text.encode())


def _changed_since(path: str) -> QcodeError:
    from qcode.store.files import Conflict

    hint = "Nothing was written. Do it again: it then starts from what is there now."
    return Conflict("this file has changed since it was read", where=Where(path), hint=hint)


def _settings(tree: Tree) -> Settings:
    found = tree.text(MARKER)
    return read_settings(found[1], found[2]) if found else Settings()


def _codebook(tree: Tree, settings: Settings) -> Codebook:
    path = settings.codebook
    found = tree.text(path) if path and tree.inside(path) else None
    if found:
        return read_codebook(found[1], found[2])
    if not any(problem.stops for problem in tree.problems):
        hint = "Give its path from here: 'codebook: codebooks/NAME.yaml'."
        said = f"the codebook '{path}' is not there" if path else "no codebook is named"
        tree.faults(MARKER).error("codebook", (0, 0), said, hint)
    return Codebook()


def case_folders(tree: Tree) -> list[Entry]:
    """The folders of cases, 2 before 10; of two whose names are one name in NFC, the first."""
    found: dict[str, Entry] = {}
    for entry in tree.entries("cases") if tree.inside("cases") else ():
        if not entry.folder:
            continue
        first = found.setdefault(nfc(entry.name), entry)
        if first is not entry:
            tree.faults(entry.path).error(
                "duplicate-case", (0, 0), "another folder has the same name", "Rename one of the two."
            )
    return sorted(found.values(), key=lambda entry: natural(nfc(entry.name)))


def _case(tree: Tree, folder: Entry, entries: _Entries, settings: Settings) -> Case:
    name = nfc(folder.name)
    path = f"{folder.path}/case.yaml"
    found = tree.text(path) if "case.yaml" in entries else None
    said = read_case(found[1], found[2]) if found else CaseFile(where=Where(path))
    if said.case is not None and said.case != name:
        tree.faults(path).warn("case-name", (0, 0), f"says it is case '{said.case}'; its folder is '{name}'")
    seen = tree.text(f"{folder.path}/observations.yaml") if "observations.yaml" in entries else None
    summed = tree.text(f"{folder.path}/summaries.yaml") if "summaries.yaml" in entries else None
    transcripts = tuple(_transcripts(tree, name, entries, settings))
    return Case(
        id=name,
        path=path,
        outcome=said.outcome,
        attributes=said.attributes,
        interviews=match_interviews(said.interviews, transcripts),
        transcripts=transcripts,
        observations=read_observations(seen[1], seen[2]) if seen else (),
        summaries=read_summaries(summed[1], summed[2]) if summed else (),
        where=said.where,
    )


def _transcripts(tree: Tree, case: str, entries: _Entries, settings: Settings) -> list[Transcript]:
    found: dict[str, Transcript] = {}
    for entry in filter(_is_transcript, entries.values()):
        stem = nfc(entry.name.rpartition(".")[0])
        if stem in found:
            other = PurePosixPath(found[stem].path).name
            message = f"'{other}' is there as well, under the same name"
            tree.faults(entry.path).error("duplicate-transcript", (0, 0), message, "Rename one of the two.")
        elif read := tree.text(entry.path):
            found[stem] = _transcript(case, stem, entry.path, read, settings)
    return sorted(found.values(), key=lambda transcript: natural(transcript.stem))


def _is_transcript(entry: Entry) -> bool:
    stem, _, ending = entry.name.rpartition(".")
    return ending in {"md", "yaml"} and stem.lower() not in _NO_TRANSCRIPT


def _codings(tree: Tree, folder: Entry, entries: _Entries) -> list[CodingSet]:
    found = []
    for entry in _coding_files(tree, entries.values()):
        if read := tree.text(entry.path):
            _, text, faults = read
            found.append(codings_from(text, nfc(folder.name), faults))
    return found


def _coding_files(tree: Tree, entries: Iterable[Entry]) -> list[Entry]:
    folders = [entry.path for entry in entries if entry.name == "codings"]
    files = [entry for path in folders for entry in tree.entries(path)]
    return [entry for entry in files if entry.name.endswith(".yaml")]
