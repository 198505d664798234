"""The life of a codebook: what was done to its codes, when, by whom and why, from decisions and from git."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from qcode.core.bookdiff import Difference, word_diff
from qcode.core.codebook import Codebook
from qcode.core.decisions import Decision, told
from qcode.core.words import counted, nfc

# The operation by which a difference comes about.
_BY = {
    "added": "add", "deleted": "delete", "renamed": "rename", "moved": "move", "merged": "merge", "split": "split",
    "retired": "retire", "restored": "restore",
}  # fmt: skip


class Step(NamedTuple):
    """One commit, or the files as they are now (`id` ""): what it did to the codebook, and the decisions it brought."""

    id: str
    date: str
    author: str
    subject: str
    differences: Sequence[Difference]
    decisions: Collection[str] = ()  # their paths
    begun: tuple[str, ...] = ()  # the codes of a codebook that was not there before


class Event(NamedTuple):
    """A line of a codebook's life. `codes`: all ids it names; `why`: a decision's reason, else the commit's subject."""

    date: str
    by: str
    told: str
    why: str
    codes: tuple[str, ...]
    version: int | None = None
    commit: str | None = None  # "": not committed yet; None: nobody looked
    decision: str = ""


def events(decisions: Iterable[Decision], steps: Sequence[Step]) -> list[Event]:
    """Every decision, and whatever changed in the codes without one, from the first to the last."""
    brought = {path: step.id for step in steps for path in step.decisions}
    by_path = {decision.path: decision for decision in decisions}
    found = [_of_decision(decision, brought.get(decision.path, "") if steps else None) for decision in by_path.values()]
    for step in steps:
        if step.begun:
            began = f"begun, with {counted(len(step.begun), 'code')}"
            found.append(Event(step.date, step.author, began, step.subject, step.begun, None, step.id))
        with_it = [by_path[path] for path in step.decisions if path in by_path]
        found += _without_decision(step, with_it)
    place = {step.id: at for at, step in enumerate(steps)}
    return sorted(found, key=lambda event: (event.date, place.get(event.commit or "", len(place)), event.version or 0))


def of_code(every: Iterable[Event], book: Codebook, code: str) -> list[Event]:
    """Those that name the code, under whatever id it had."""
    return [event for event in every if code in event.codes or code in map(book.resolve, event.codes)]


def _of_decision(one: Decision, commit: str | None) -> Event:
    codes = tuple(nfc(code) for code in (*one.codes, *one.into))
    words = told(one.operation, one.codes, one.into)
    return Event(one.date, one.by, words, one.reason, codes, one.codebook_version, commit, one.path)


def _without_decision(step: Step, decisions: Sequence[Decision]) -> Iterator[Event]:
    """What a commit changed by hand: all but what its decisions say."""
    for one in step.differences:
        operation = _BY.get(one.kind, "edit")
        if not any(_says(decision, operation, one) for decision in decisions):
            codes = tuple(dict.fromkeys(code for code in (one.code, one.now, *one.into) if code))
            yield Event(step.date, step.author, in_words(one), step.subject, codes, None, step.id)


def _says(decision: Decision, operation: str, one: Difference) -> bool:
    ids = {one.code, one.now}
    made = operation == "add" and decision.operation == "split" and bool(ids & set(decision.into))
    gone = operation == "merge" and decision.operation == "delete"
    return made or ((gone or decision.operation == operation) and bool(ids & {*decision.codes, *decision.into}))


def in_words(one: Difference) -> str:
    """A difference as one tells of it."""
    if one.kind == "redefined":
        return f"{one.now}: {one.field} {word_diff(one.before, one.after)}"
    if one.kind == "changed":
        return f"{one.now}: {one.field} {one.before or '–'} → {one.after or '–'}"
    return told(_BY[one.kind], (one.code,), one.into)
