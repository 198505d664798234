"""Written summaries: what a case says of a code, the quotes that it rests on, and whether those changed since.

The hash: docs/format.md, Summaries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from qcode.core.errors import UnknownName
from qcode.core.model import Case, Study, Summary
from qcode.core.rows import FOUND, OldText, Row, by_transcript, counted_coders, rows
from qcode.core.words import nfc

DIGITS = 12  # of the hash that a file keeps


def fingerprint(quotes: Iterable[tuple[str | None, str]]) -> str:
    """The hash of quotes, each its segment's id and its words: the same in whatever order and on whatever lines."""
    lines = sorted({f"{name or ''}\t{' '.join(nfc(words).split())}\n" for name, words in quotes})
    return sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def rests_on(study: Study, found: Iterable[Row], case: Case, summary: Summary) -> list[Row]:
    """The codings of a case that its summary rests on, one for each segment: those it names, else all that count.

    found: rows of the case. What a respondent said who withdrew is never among them.
    """
    codes = branch(study, summary.code)
    counting = {name: counted_coders(sets) for name, sets in by_transcript(study).items()} if not summary.quotes else {}
    quotes = {study.segment_ids.get(name, name) for name in summary.quotes}
    kept: dict[tuple[object, ...], Row] = {}
    for row in found:
        if row.case != case.id or row.transcript.partition("/")[2] in case.withdrawn:
            continue
        named = row.id in quotes
        counts = row.state in FOUND and row.code in codes and row.coder in counting.get(row.transcript, ())
        if named if summary.quotes else counts:
            kept.setdefault((row.id, row.transcript, row.coder, row.start, row.end), row)
    return list(kept.values())


def branch(study: Study, code: str) -> frozenset[str]:
    """A code, however it is written, and all below it."""
    name = study.codebook.resolve(code)
    return study.codebook.subtree.get(name, frozenset({name}))


def words_now(study: Study, row: Row) -> str:
    """A quote as its transcript has it now; nothing where it is not found."""
    transcript = study.transcripts.get(row.transcript)
    return transcript.text[row.start : row.end] if transcript and row.state in FOUND else ""


def hashed(study: Study, found: Iterable[Row], case: Case, summary: Summary) -> str:
    """The hash of what the summary rests on, as that is now."""
    return fingerprint((row.id, words_now(study, row)) for row in rests_on(study, found, case, summary))


def stale(study: Study, found: Iterable[Row], case: Case, summary: Summary) -> bool:
    """Whether the quotes have changed since it was written. Without a hash nobody can tell: it is not."""
    return summary.hash is not None and summary.hash != hashed(study, found, case, summary)


def only(study: Study, case: Case) -> Study:
    """The study with that case alone: what is asked of it is then answered without looking through all others."""
    return replace(study, cases=(case,), codings=tuple(c for c in study.codings if c.case == case.id))


def rows_of_case(study: Study, case: Case, old_text: OldText | None = None) -> list[Row]:
    """Every coding of one case."""
    return rows(only(study, case), old_text=old_text)


def summary_of(study: Study, case: Case, code: str) -> Summary | None:
    """What is written of a code in a case; of two, the first."""
    name = study.codebook.resolve(code)
    return next((one for one in case.summaries if study.codebook.resolve(one.code) == name), None)


def written(
    study: Study, case: Case, found: Sequence[Row], code: str, text: str | None, quotes: Collection[str] | None
) -> tuple[Summary, ...]:
    """The case's summaries with this one of a code among them, its hash that of the quotes as they are now.

    text, quotes: None leaves what is there; an empty text takes the summary away. found: rows of the case.
    Raises UnknownName for a quote that the case doesn't have.
    """
    there = summary_of(study, case, code)
    if text is not None and not text.strip():
        return tuple(one for one in case.summaries if one is not there)
    known = {row.id for row in found if row.id and row.transcript.partition("/")[2] not in case.withdrawn}
    for name in quotes or ():
        if nfc(name) not in known:
            raise UnknownName("segment", name, sorted(known))
    new = there or Summary(study.codebook.resolve(code))
    new = replace(new, text=new.text if text is None else nfc(text.strip()))
    new = new if quotes is None else replace(new, quotes=tuple(dict.fromkeys(map(nfc, quotes))))
    new = replace(new, hash=hashed(study, found, case, new))
    if there is None:
        return (*case.summaries, new)
    return tuple(new if one is there else one for one in case.summaries)
