"""What a merge would bring, worked out without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qcode import git
from qcode.cli.compared import Version, codings_of, is_codings
from qcode.core import bookdiff
from qcode.core.booklog import in_words
from qcode.core.changes import Difference, differences
from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError, refuse
from qcode.core.model import CodingSet
from qcode.core.threeway import Conflict, Value, text
from qcode.core.words import counted, natural, one_line
from qcode.report.changes import short
from qcode.store.codec_study import read_codebook
from qcode.store.edit_tree import new_text
from qcode.store.merging import kind_of, merged_values
from qcode.store.reading import Faults, decode

_LISTS = frozenset({"segments", "codes"})


@dataclass(slots=True)
class Coming:
    """What would come in. `conflicts`: where a person will have to settle something."""

    codings: list[Difference] = field(default_factory=list)
    codebook: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def foreseen(root: Path, branch: str) -> str:
    """What merging a branch into HEAD would bring, as text."""
    ours, theirs = Version(root, "HEAD"), Version(root, branch)
    shared = git.merge_base(root, ours.id or "", theirs.id or "")
    base = Version(root, shared) if shared else None
    if base and base.id == theirs.id:
        return f"{one_line(branch)} is merged already: nothing would come in.\n"
    paths = [p for p, node in theirs.nodes.items() if node != ours.nodes.get(p)]
    paths += [p for p in (base.nodes if base else ()) if p not in theirs.nodes and p in ours.nodes]
    coming = Coming()
    for path in sorted(paths, key=natural):
        if base is None or theirs.nodes.get(path) != base.nodes.get(path):
            _come(coming, path, base, ours, theirs)
    return "".join(f"{line}\n" for line in _told(coming, branch, theirs))


def _come(coming: Coming, path: str, base: Version | None, ours: Version, theirs: Version) -> None:
    """What would become of one file that the branch changed."""
    settings, book = ours.book
    before, mine, other = (side.content(path) if side else None for side in (base, ours, theirs))
    if mine == before:
        result = other
    elif mine is None or other is None:
        gone, left = ("here", "there") if mine is None else ("there", "here")
        coming.conflicts.append(f"{path}: taken away {gone}, changed {left}")
        return
    else:
        merged, conflicts = _together(path, settings.codebook, before, mine, other)
        coming.conflicts += [f"{path}: {said}" for said in conflicts]
        if merged is None:
            return
        result = merged
    if is_codings(path):
        coming.codings += differences(_codings_of(mine, path), _codings_of(result, path), book.resolve)
    elif path == settings.codebook and result is not None:
        coming.codebook = list(_changes(book, _book(result, path)))
    else:
        deed = "new" if mine is None else "taken away" if other is None else "changed"
        coming.files.append(f"{path}: {deed}")


def _together(
    path: str, codebook: str, base: bytes | None, ours: bytes, theirs: bytes
) -> tuple[bytes | None, list[str]]:
    """What a file that both sides changed would say, as far as that is known, and what is to be settled in it."""
    kind = kind_of(path, codebook)
    if kind is None:
        lines = git.merge_lines(base or b"", ours, theirs)
        return lines or ours, [] if lines is not None else ["the same lines changed on both sides"]
    try:
        merged = merged_values(path, kind, base, ours, theirs)
    except QcodeError as error:
        return None, [error.message]
    return new_text(merged.ours).encode(), [_conflict(one) for one in merged.conflicts]


def _codings_of(content: bytes | None, path: str) -> CodingSet | None:
    return None if content is None else codings_of(content, path)


def _changes(before: Codebook, after: Codebook) -> Iterator[str]:
    if before.version != after.version:
        yield f"version {before.version} → {after.version}"
    yield from map(in_words, bookdiff.differences(before, after))


def _book(content: bytes, path: str) -> Codebook:
    faults = Faults(path)
    book = read_codebook(decode(content, faults) or "", faults)
    refuse(faults.problems)
    return book


def _conflict(one: Conflict) -> str:
    where = " · ".join(part for part in one.path if part not in _LISTS)
    return f"{where}: {_value(one.sides.ours)} here, {_value(one.sides.theirs)} there"


def _value(value: Value) -> str:
    said = text(value)
    return "taken away" if value is None else f"‘{short(said)}’" if said is not None else "changed"


def _told(coming: Coming, branch: str, theirs: Version) -> Iterator[str]:
    yield one_line(f"Merging {branch} ({theirs.id}) would bring:")
    blocks = {
        "codings": list(_codings(coming.codings)),
        "codebook": coming.codebook,
        "other files": coming.files,
        "conflicts": coming.conflicts,
    }
    for title, lines in blocks.items():
        if lines:
            yield from ("", title, *(f"  {one_line(line)}" for line in lines))
    yield ""
    found = len(coming.conflicts)
    yield f"{counted(found, 'place')} to settle by hand." if found else "No conflict foreseen."
    if coming.codings:
        yield one_line(f"Each coding: qcode git diff HEAD...{branch}")


def _codings(found: list[Difference]) -> Iterator[str]:
    """A line per transcript and coder: how many codings came, went and changed."""
    files: dict[tuple[str, str], list[Difference]] = {}
    for one in found:
        files.setdefault((one.transcript, one.coder), []).append(one)
    for (transcript, coder), ones in files.items():
        deeds = Counter({"words": "moved", "memo": "changed"}.get(one.deed, one.deed) for one in ones)
        parts = [f"{deeds[deed]} {deed}" for deed in ("added", "removed", "changed", "moved") if deeds[deed]]
        parts += [
            f"{key.replace('_', ' ')} {was or '–'} → {now or '–'}"
            for one in ones
            if one.deed == "status"
            for key, was, now in one.what
        ]
        yield f"{transcript}, {coder}: {', '.join(parts)}"
