"""What uses a code: codings above all, and whatever else names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from qcode.core.errors import QcodeError
from qcode.core.model import Study
from qcode.core.words import counted, nfc


class Usage(NamedTuple):
    """The codings of some codes: how many each coder has, and in how many transcripts."""

    coders: dict[str, int]
    transcripts: int

    @property
    def codings(self) -> int:
        return sum(self.coders.values())

    def __str__(self) -> str:
        """`34 codings in 12 transcripts (anna 20, bram 14)`."""
        if not self.coders:
            return "no codings"
        listed = ", ".join(f"{coder} {number}" for coder, number in sorted(self.coders.items()))
        return f"{counted(self.codings, 'coding')} in {counted(self.transcripts, 'transcript')} ({listed})"


def usage(study: Study, codes: Collection[str]) -> Usage:
    """The codings that resolve to one of these ids, of all coders."""
    resolve = study.codebook.resolve
    coders: Counter[str] = Counter()
    transcripts = set()
    for codings in study.codings:
        number = sum(resolve(coded.code) in codes for segment in codings.segments for coded in segment.codes)
        if number:
            coders[codings.coder] += number
            transcripts.add((codings.case, codings.stem))
    return Usage(dict(coders), len(transcripts))


def refuse_used(study: Study, code: str) -> None:
    """Raise QcodeError where something names the code: it can't be deleted without another in its place."""
    places = [*_places(study, code)]
    if places:
        more = f" and {len(places) - 5} more" if len(places) > 5 else ""
        hint = "Give another code for it with --reassign CODE, or retire it: qcode codebook retire."
        raise QcodeError(f"code '{code}' is used by {', '.join(places[:5])}{more}", hint=hint)


def _places(study: Study, code: str) -> Iterator[str]:
    resolve = study.codebook.resolve
    used = usage(study, {code})
    if used.codings:
        yield str(used)
    yield from (
        f"observation {case.id}/{one.id}"
        for case in study.cases
        for one in case.observations
        if code in map(resolve, (*one.steps, *one.illustrates))
    )
    for guide in study.shelf.require():
        themes = (
            *(t for block in guide.blocks for t in block.themes),
            *(t for q in guide.questions for t in q.themes or ()),
        )
        if code in map(resolve, themes):
            yield f"guide {guide.id}"
    yield from (
        f"code {other.id} (replaced_by)"
        for other in study.codebook.codes
        if other.replaced_by and other.id != code and resolve(nfc(other.replaced_by)) == code
    )
    yield from (f"memo {memo.path}" for memo in study.pile.require() if resolve(nfc(memo.about)) == code)
