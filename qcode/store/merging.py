"""Merge two versions of a file of a study: what each says by meaning, and how it is written with the least change.

Where git's own merge of the text says the same, it is taken: then the comments of both sides are there. Else what
theirs changed is spliced into the text of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from yaml import YAMLError

from qcode.core.errors import Problem, QcodeError, Where
from qcode.core.merge import Kind, Merged, merge
from qcode.core.merge_codebook import LEVELS
from qcode.core.threeway import Conflict, Value
from qcode.store.edit_tree import edit_tree, new_text, values
from qcode.store.reading import BOM, Faults, decode, unix


@dataclass(frozen=True, slots=True)
class Labels:
    """What the marks of a conflict say, and how many signs they have."""

    ours: str = "ours"
    theirs: str = "theirs"
    size: int = 7


@dataclass(frozen=True, slots=True)
class Outcome:
    """A merged file; with marks in it where there are conflicts."""

    content: bytes
    conflicts: tuple[Conflict, ...] = ()


class Unreadable(QcodeError):
    """A version that can't be read for what it is, so that nothing but its lines can be merged."""


def kind_of(path: str, codebook: str | None = None) -> Kind | None:
    """What a file of a study holds that is merged by meaning; None for all others.

    `codebook`: the path of the study's codebook. Without it any other YAML is taken for one.
    """
    folder, name = PurePosixPath(path).parent, PurePosixPath(path).name
    if not name.endswith(".yaml"):
        return None
    if folder.name == "codings" and folder.parent.parent.name == "cases":
        return "codings"
    if folder.parent.name == "cases":
        return {"observations.yaml": "observations", "summaries.yaml": "summaries"}.get(name)  # type: ignore[return-value]
    if folder.name == "decisions":
        return "decision"
    return "codebook" if codebook in (None, path) else None


def merged_values(path: str, kind: Kind, base: bytes | None, ours: bytes, theirs: bytes) -> Merged:
    """What the merged file says. `base`: None or empty where both sides began the file. Raises QcodeError."""
    read = [value_of(content or b"", path, kind) for content in (base, ours, theirs)]
    return merge(kind, *read)


def value_of(content: bytes, path: str, kind: Kind) -> Value:
    """What a version says. Raises Unreadable at the first fault for which it can't be taken for what it is."""
    if not content.strip():
        return None
    faults = Faults(path)
    text = decode(content, faults)
    if text is not None:
        _read(text, kind, faults)
    stopping: Problem | None = next((problem for problem in faults.problems if problem.stops), None)
    if text is None or stopping:
        where, said = (stopping.where, stopping.message) if stopping else (Where(path), "can't be read")
        raise Unreadable(said, where=where, hint=stopping.hint if stopping else "")
    return values(text)


def merge_file(
    path: str,
    versions: tuple[bytes, bytes, bytes],
    by_lines: Callable[[], bytes | None],
    labels: Labels = Labels(),
) -> Outcome:
    """The merged file of `versions`: base, ours, theirs.

    `by_lines`: git's own merge, None where it has conflicts. Raises QcodeError where meaning doesn't help.
    """
    kind = kind_of(path) or "codebook"
    found = merged_values(path, kind, *versions)
    if not found.conflicts:
        lines = by_lines()
        if lines is not None and _says(lines, found.ours):
            return Outcome(lines)
    ours = _spliced(versions[1].decode(), found.ours, path, kind)
    if not found.conflicts:
        return Outcome(ours.encode())
    return Outcome(marked(ours, _spliced(ours, found.theirs, path, kind), labels).encode(), found.conflicts)


def marked(ours: str, theirs: str, labels: Labels) -> str:
    """One text of two, with marks around the lines in which they differ, as git sets them."""
    mine, other = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    end = "\r\n" if mine and mine[0].endswith("\r\n") else "\n"
    found: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found += mine[a:b]
            continue
        found += [f"{'<' * labels.size} {labels.ours}{end}", *_ended(mine[a:b], end), "=" * labels.size + end]
        found += [*_ended(other[c:d], end), f"{'>' * labels.size} {labels.theirs}{end}"]
    return "".join(found)


def _ended(lines: list[str], end: str) -> list[str]:
    return [line if line.endswith(("\n", "\r")) else line + end for line in lines]


def _read(text: str, kind: Kind, faults: Faults) -> None:
    """Read it for what it is. git calls for each file anew, so only what reads its kind is loaded."""
    if kind == "codings":
        from qcode.store.codec_codings import read_codings

        read_codings(text, "", faults)
    elif kind == "codebook":
        from qcode.store.codec_study import read_codebook

        read_codebook(text, faults)
    elif kind == "observations":
        from qcode.store.codec_case import read_observations

        read_observations(text, faults)
    elif kind == "summaries":
        from qcode.store.codec_summaries import read_summaries

        read_summaries(text, faults)
    else:
        from qcode.store.codec_decision import read_decision

        read_decision(text, faults)


def _says(content: bytes, wanted: Value) -> bool:
    try:
        return values(content.decode().removeprefix(BOM)) == wanted
    except (UnicodeDecodeError, YAMLError):
        return False


def _spliced(text: str, wanted: Value, path: str, kind: Kind) -> str:
    if kind == "codebook":
        text = _recoded(text, wanted, path)
    edited = edit_tree(text, wanted)
    if edited is None:
        hint = "Merge it by hand: both sides are in it. One '- ' item a line lets it be done for you."
        raise QcodeError("its form doesn't let it be merged item by item", where=Where(path), hint=hint)
    return edited


def _recoded(text: str, wanted: Value, path: str) -> str:
    """The text with its codes as they are to be, each with the comments above it, wherever in the tree it moved."""
    from qcode.store.codec_study import read_codebook
    from qcode.store.edit_codebook import edit_codebook

    before, after = (read_codebook(unix(t.removeprefix(BOM)), Faults(path)) for t in (text, new_text(wanted)))
    levels = {key: getattr(before, key) for key in ("name", "language", *LEVELS)}
    with suppress(QcodeError):  # what can't be written so may still be, item by item
        return edit_codebook(text, before, replace(after, **levels))
    return text
