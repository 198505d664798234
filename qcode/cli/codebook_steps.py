"""What each commit did to the codebook, and what is not committed yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qcode.core.booklog import Step

if TYPE_CHECKING:
    from qcode.core.bookdiff import Difference
    from qcode.core.codebook import Codebook
    from qcode.core.model import Study
    from qcode.git import Blobs, Commit


def steps(root: Path, study: Study) -> list[Step]:
    """Commit by commit, the oldest first; last the files as they are, where they differ. Without git: none."""
    from qcode import git
    from qcode.cli.opening import the_date
    from qcode.store.codec_decision import DECISIONS

    history = git.commits(root, study.codebook.path, DECISIONS)[::-1]
    books = _Books(git.Blobs(root), study.codebook.path)
    found = [_step(study, books, commit) for commit in history]
    committed = {path for step in found for path in step.decisions}
    fresh = tuple(one.path for one in study.ledger.require() if one.path not in committed)
    last = books.at_head(root) if history else None  # not the last commit's: on a merge that is one side's
    if last is not None:
        differences = _differences(study, last, study.codebook, fresh)
        found.append(Step("", the_date(None), "", "", differences, fresh))
    return found


class _Books:
    """The codebooks that git has, each read once."""

    def __init__(self, blobs: Blobs, path: str) -> None:
        self._blobs, self._path = blobs, path
        self._known: dict[str, Codebook | None] = {}

    def at_head(self, root: Path) -> Codebook | None:
        from qcode import git

        node = git.revision(root, "HEAD").nodes.get(self._path)
        return self._read(node.id) if node else None

    def of(self, commit: Commit, *, after: bool) -> Codebook | None:
        """The codebook before or after a commit that touched it; None where there was none or it can't be read."""
        ids = [file.after if after else file.before for file in commit.files if file.path == self._path]
        return self._read(ids[0]) if ids else None

    def _read(self, blob_id: str) -> Codebook | None:
        from qcode.store.codec_study import read_codebook
        from qcode.store.reading import Faults, decode

        if blob_id not in self._known:
            data, faults = self._blobs.get(blob_id), Faults(self._path)
            text = decode(data, faults) if data is not None else None
            book = read_codebook(text, faults) if text is not None else None
            self._known[blob_id] = None if faults.stop else book
        return self._known[blob_id]


def _step(study: Study, books: _Books, commit: Commit) -> Step:
    decisions = tuple(file.path for file in commit.files if not file.before.strip("0"))
    before, after = books.of(commit, after=False), books.of(commit, after=True)
    begun = tuple(after.by_id) if after is not None and before is None else ()
    found = _differences(study, before, after, decisions) if before and after else ()
    return Step(commit.id, commit.date, commit.author, commit.subject, found, decisions, begun)


def _differences(study: Study, before: Codebook, after: Codebook, decisions: tuple[str, ...]) -> tuple[Difference, ...]:
    from qcode.core.bookdiff import differences

    made = (one for one in study.ledger.require() if one.path in decisions and one.operation == "split")
    splits = {after.resolve(code): one.into for one in made for code in one.codes}
    return tuple(differences(before, after, splits))
