"""What `check` finds in a study, where only those cases are looked at anew that say something else than last time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import lru_cache

from qcode.core.check import check
from qcode.core.errors import Problem
from qcode.core.judge import Judged
from qcode.core.model import CodingSet, Study
from qcode.core.rows import OldText
from qcode.store.index import DAMAGE, IndexedStudy, Memory, hash_of
from qcode.store.packed import let_go, pack_problems, unpack_problems
from qcode.store.shards import Shard


def problems_of(
    study: Study, old_text: OldText | None = None, only: Collection[str] = (), ignore: Collection[str] = ()
) -> list[Problem]:
    """As `check`: of a study that came through the index, by what was found before. It is then kept for next time."""
    memory = study.memory if isinstance(study, IndexedStudy) else None
    if memory is None:
        return check(study, only, ignore, old_text=old_text)
    recall = _Recall(study, memory, old_text)
    found = check(study, only, ignore, old_text=old_text, recall=recall)
    memory.kept.say(recall.new, recall.said.keys() - {shard.path for shard in memory.shards})
    return found


class _Recall:
    """Gives what was found in each case, by what is remembered or by looking, and gathers what is new."""

    def __init__(self, study: Study, memory: Memory, old_text: OldText | None) -> None:
        self.root = memory.root
        self.said = memory.kept.said()
        self.shards: dict[str, Shard] = {shard.facts["case"][0]: shard for shard in memory.shards}
        self.new: dict[str, tuple[str, str]] = {}
        self.old_text = old_text or _none
        self.study = study
        self.sets: dict[str, list[CodingSet]] = {}
        for codings in study.codings:
            self.sets.setdefault(codings.case, []).append(codings)

    def __call__(self, case: str, ground: str, judge: Callable[[OldText | None], Judged]) -> Judged:
        shard = self.shards[case]
        key = _key(ground, shard)
        return self._remembered(key, shard) or self._looked(key, shard, judge)

    def _remembered(self, key: str, shard: Shard) -> Judged | None:
        """What was found when all was as it is now."""
        there, value = self.said.get(shard.path, ("", ""))
        if there != key or shard.stamp.looks is None:
            return None
        with suppress(*DAMAGE):
            asked, ids, problems = json.loads(value)
            if all((self.old_text(blob) is not None) is known for blob, known in asked.items()):
                return Judged(unpack_problems(problems), ids)
        return None

    def _looked(self, key: str, shard: Shard, judge: Callable[[OldText | None], Judged]) -> Judged:
        asked: dict[str, bool] = {}

        def noting(blob: str) -> str | None:
            found = self.old_text(blob)
            asked[blob] = found is not None
            return found

        found = judge(noting)
        # Texts and segments were read only now: by another writer they may be others than the index has.
        if shard.stamp.looks and all(hash_of(self.root / path) == said for path, said in shard.stamp.hashes.items()):
            self.new[shard.path] = key, json.dumps([asked, found.ids, pack_problems(found.problems)])
        name = shard.facts["case"][0]
        let_go(self.study.case_by_id[name].transcripts, self.sets.get(name, ()))
        return found


def _key(ground: str, shard: Shard) -> str:
    """Of all that is looked at in a case, but for old texts."""
    return _digest(repr((_digest(ground), shard.path, sorted(shard.stamp.hashes.items()))))


@lru_cache(maxsize=2)
def _digest(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _none(blob: str) -> None:
    return None
