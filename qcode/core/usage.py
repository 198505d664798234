"""What uses a code: codings above all, and whatever else names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError
from qcode.core.model import Study
from qcode.core.words import counted, listed, nfc


class Usage(NamedTuple):
    """The codings of some codes: how many each coder has, and in which transcripts (case, stem)."""

    coders: Mapping[str, int] = {}
    transcripts: frozenset[tuple[str, str]] = frozenset()

    @property
    def codings(self) -> int:
        return sum(self.coders.values())

    @property
    def cases(self) -> int:
        return len({case for case, _ in self.transcripts})

    def __str__(self) -> str:
        """`34 codings in 12 transcripts (anna 20, bram 14)`."""
        if not self.coders:
            return "no codings"
        many = f"{counted(self.codings, 'coding')} in {counted(len(self.transcripts), 'transcript')}"
        return f"{many} ({self.by_coder})"

    @property
    def by_coder(self) -> str:
        """`anna 20, bram 14`."""
        return ", ".join(f"{coder} {number}" for coder, number in sorted(self.coders.items()))


def usage(study: Study) -> dict[str, Usage]:
    """The codings of each code that has any, of all coders, by what the id in the file resolves to."""
    return resolved(written(study), study.codebook)


def written(study: Study) -> dict[str, Usage]:
    """The codings of all coders by the id that stands in the file."""
    coders: dict[str, Counter[str]] = {}
    transcripts: dict[str, set[tuple[str, str]]] = {}
    for codings, tally in zip(study.codings, study.tallies, strict=True):
        for code, number in tally.items():
            if number:
                coders.setdefault(code, Counter())[codings.coder] += number
                transcripts.setdefault(code, set()).add((codings.case, codings.stem))
    return {code: Usage(numbers, frozenset(transcripts[code])) for code, numbers in coders.items()}


def resolved(used: Mapping[str, Usage], book: Codebook) -> dict[str, Usage]:
    """Codings by the id that stands in the file as codings by code, in this codebook or one of before."""
    found: dict[str, list[str]] = {}
    for name in used:
        found.setdefault(book.resolve(name), []).append(name)
    return {code: together(used, names) for code, names in found.items()}


def together(used: Mapping[str, Usage], codes: Iterable[str]) -> Usage:
    """The codings of several codes as one."""
    found = [used[code] for code in set(codes) if code in used]
    coders: Counter[str] = Counter()
    for one in found:
        coders.update(one.coders)
    return Usage(coders, frozenset[tuple[str, str]]().union(*(one.transcripts for one in found)))


def refuse_used(study: Study, code: str) -> None:
    """Raise QcodeError where something names the code: it can't be deleted without another in its place."""
    used = usage(study).get(code)
    if places := [*([str(used)] if used else []), *_refused_in(study, code), *named_by(study, code)]:
        hint = "Give another code for it with --reassign CODE, or retire it: qcode codebook retire."
        raise QcodeError(f"code '{code}' is used by {few(places)}", hint=hint)


def _refused_in(study: Study, code: str) -> Iterator[str]:
    """Where passages are decided against having the code."""
    resolve = study.codebook.resolve
    for codings in study.sets_with(lambda written: resolve(written) == code):
        if any(code in map(resolve, segment.against) for segment in codings.segments):
            yield f"a decision against it in {codings.case}/{codings.stem} ({codings.coder})"


def few(places: Sequence[str]) -> str:
    """The first five, and how many more."""
    return f"{', '.join(places[:5])} and {len(places) - 5} more" if len(places) > 5 else listed(places)


def named_by(study: Study, code: str) -> Iterator[str]:
    """Whatever names the code but codings: observations, summaries, guides, memos and other codes."""
    resolve = study.codebook.resolve
    yield from (
        f"observation {case.id}/{one.id}"
        for case in study.cases
        for one in case.observations
        if code in map(resolve, (*one.steps, *one.illustrates))
    )
    yield from (
        f"the summary of case {case.id}" for case in study.cases for one in case.summaries if resolve(one.code) == code
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
