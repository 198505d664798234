"""What `check` finds in a study, where only those cases are looked at anew that say something else than last time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from qcode.core.check import check
from qcode.core.errors import Problem
from qcode.core.judge import Judged, Look
from qcode.core.model import CodingSet, Study
from qcode.core.rows import OldText
from qcode.store.index import DAMAGE, IndexedStudy, hash_of
from qcode.store.packed import let_go, pack_problems, unpack_problems
from qcode.store.project import uncollected
from qcode.store.shards import OldTexts, Progress, Shard, abroad


def problems_of(
    root: Path,
    study: Study,
    old_texts: OldTexts | None = None,
    only: Collection[str] = (),
    ignore: Collection[str] = (),
    progress: Progress | None = None,
) -> list[Problem]:
    """As `check`: of a study that came through the index, by what was found before. It is then kept for next time."""
    memory = study.memory if isinstance(study, IndexedStudy) else None
    if memory is None:
        return check(study, only, ignore, old_text=old_texts(root) if old_texts else None)
    looker = _Looker(root, study, {shard.facts["id"]: shard for shard in memory.shards}, old_texts)
    recall = _Recall(looker, memory.kept.said(), progress)
    with uncollected():
        found = check(study, only, ignore, old_text=looker.old_text, recall=recall)
    memory.kept.say(recall.new, recall.said.keys() - {_TWICE, *(shard.path for shard in memory.shards)})
    return found


_TWICE = "ids that are there twice"


class _Seen(NamedTuple):
    """What looking at a case gave: which old texts were asked for, and which of them were there.

    `sure`: its files were those of the index, though another may have been writing.
    """

    judged: Judged
    asked: dict[str, bool]
    sure: bool


@dataclass(frozen=True)
class _Looker:
    """Looks at a case. `shards`: by its id."""

    root: Path
    study: Study
    shards: Mapping[str, Shard]
    old_texts: OldTexts | None = None

    @cached_property
    def old_text(self) -> OldText | None:
        return self.old_texts(self.root) if self.old_texts else None

    @cached_property
    def sets(self) -> dict[str, list[CodingSet]]:
        """The coding sets of each case."""
        found: dict[str, list[CodingSet]] = {}
        for codings in self.study.codings:
            found.setdefault(codings.case, []).append(codings)
        return found

    def there(self, blob: str) -> bool:
        """Whether an old text is known."""
        return self.old_text is not None and self.old_text(blob) is not None

    def seen(self, item: tuple[str, Look]) -> _Seen:
        case, look = item
        asked: dict[str, bool] = {}

        def noting(blob: str) -> str | None:
            found = self.old_text(blob) if self.old_text else None
            asked[blob] = found is not None
            return found

        found = look(noting)
        let_go(self.study.case_by_id[case].transcripts, self.sets.get(case, ()))
        stamp = self.shards[case].stamp
        sure = bool(stamp.looks) and all(hash_of(self.root / path) == said for path, said in stamp.hashes.items())
        return _Seen(found, asked, sure)


class _Recall:
    """Gives what was found in each case, by what is remembered or by looking, and gathers what is `new`."""

    def __init__(self, looker: _Looker, said: Mapping[str, tuple[str, str]], progress: Progress | None) -> None:
        self.looker = looker
        self.said = said
        self.progress = progress
        self.new: dict[str, tuple[str, str]] = {}
        self.whole = ""  # the key of all cases together; none, where another may be writing

    def __call__(self, ground: str, looks: Mapping[str, Look]) -> dict[str, Judged]:
        said = _digest(ground)
        keys = {case: _key(said, self.looker.shards[case]) for case in looks}
        known = {case: self._remembered(keys[case], case) for case in looks}
        anew = [(case, look) for case, look in looks.items() if known[case] is None]
        looker = replace(self.looker)  # of which nothing is open yet that other processes could share
        sure = True
        for (case, _), seen in zip(anew, abroad(looker.seen, anew, self.progress), strict=True):
            known[case], sure = seen.judged, sure and seen.sure
            if seen.sure:
                problems, ids = seen.judged
                head = json.dumps([seen.asked, pack_problems(problems), crc32(ids.encode())])
                self.new[self.looker.shards[case].path] = keys[case], f"{head}\n{ids}"
        self.whole = _digest("".join(keys.values())) if sure else ""
        return {case: judged for case, judged in known.items() if judged}

    def twice(self, find: Callable[[], Set[str]]) -> Set[str]:
        """As remembered, where every case says what it then said."""
        key, value = self.said.get(_TWICE, ("", ""))
        if self.whole and key == self.whole:
            with suppress(*DAMAGE):
                return frozenset(json.loads(value))
        found = find()
        if self.whole:
            self.new[_TWICE] = self.whole, json.dumps(sorted(found))
        return found

    def _remembered(self, key: str, case: str) -> Judged | None:
        """What was found when all was as it is now."""
        shard = self.looker.shards[case]
        there, value = self.said.get(shard.path, ("", ""))
        if there == key and shard.stamp.looks is not None:
            with suppress(*DAMAGE):
                head, _, ids = value.partition("\n")
                asked, problems, checksum = json.loads(head)
                whole = crc32(ids.encode()) == checksum
                if whole and all(self.looker.there(blob) is known for blob, known in asked.items()):
                    return Judged(unpack_problems(problems), ids)
        return None


def _key(ground: str, shard: Shard) -> str:
    """Of all that is looked at in a case, but for old texts: its files, and the faults of those that were not read."""
    return _digest(json.dumps([ground, shard.path, sorted(shard.stamp.hashes.items()), shard.facts["problems"]]))


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
