"""Three-way merge of the files of a study, by what they say: the same whichever side is called ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qcode.core.merge_codebook import codebook
from qcode.core.merge_codings import codings
from qcode.core.threeway import Conflict, Merge, Path, Rule, Three, Value, anything, by_id, fields, listed, memo, record

Kind = Literal["codings", "codebook", "observations", "summaries", "decision"]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge, once with ours where there is a conflict and once with theirs; the same where there is none."""

    ours: Value
    theirs: Value
    conflicts: tuple[Conflict, ...] = ()


def merge(kind: Kind, base: Value, ours: Value, theirs: Value) -> Merged:
    """What both sides changed since the base, together. Raises Unmergeable for codebooks that don't go together."""
    sides, rule = Three(base, ours, theirs), _RULES[kind]
    mine, other = Merge(mine=True), Merge(mine=False)
    found = mine.three((), sides, rule)
    if not mine.conflicts:
        return Merged(found, found)
    return Merged(found, other.three((), sides, rule), tuple(mine.conflicts))


def _observations(merge: Merge, path: Path, sides: Three) -> Value:
    return listed(merge, path, sides, by_id, _observation)


def _observation(merge: Merge, path: Path, sides: Three) -> Value:
    return record(merge, path, sides, {"memo": memo})


def _summaries(merge: Merge, path: Path, sides: Three) -> Value:
    codes = (*fields(sides.ours), *fields(sides.theirs))
    return record(merge, path, sides, dict.fromkeys(codes, _summary))


def _summary(merge: Merge, path: Path, sides: Three) -> Value:
    """A text and the hash of what it sums up go together: where one side wrote it anew, that side's hash counts."""
    texts = sides.under("text")
    if not sides.one_is_gone and texts.base in texts[1:] and texts.ours != texts.theirs:
        writer = sides.theirs if texts.base == texts.ours else sides.ours
        return record(merge, path, sides, {"hash": lambda *_: fields(writer).get("hash")})
    return record(merge, path, sides, {"hash": _either} if texts.ours == texts.theirs else {})


def _either(merge: Merge, path: Path, sides: Three) -> Value:
    """Neither fits what both sides coded: any will tell that the text is to be looked at again."""
    return max(sides.ours, sides.theirs, key=repr)


_RULES: dict[Kind, Rule] = {
    "codings": codings,
    "codebook": codebook,
    "observations": _observations,
    "summaries": _summaries,
    "decision": anything,
}
