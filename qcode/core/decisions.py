"""Decisions on the codebook: what was done to which codes, why and by whom. One file each: branches don't collide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qcode.core.codebook import Codebook
from qcode.core.errors import Problem, Where, refuse
from qcode.core.words import listed, natural, nfc, short_slug

# Each operation, as one tells of it, and the word before what it led to.
_TOLD = {
    "add": ("added", "under"), "edit": ("changed", ""), "rename": ("renamed", "to"), "move": ("moved", "under"),
    "merge": ("merged", "into"), "retire": ("retired", "replaced by"), "restore": ("restored", ""),
    "split": ("split", "into"), "delete": ("deleted", "in favour of"),
}  # fmt: skip
OPERATIONS = tuple(_TOLD)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `codes`: ids as they were then; `into`: what they led to; `codebook_version`: that it brought."""

    date: str
    by: str
    operation: str
    codes: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    reason: str = ""
    codebook_version: int | None = None
    path: str = field(default="", compare=False)
    where: Where = field(default=Where(""), compare=False)

    @property
    def name(self) -> str:
        """What its file is called: the date, what was done to which codes, and by whom."""
        return f"{self.date}-{short_slug(' '.join((self.operation, *self.codes, self.by)))}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The decisions of a study from the first to the last, and the faults of their files."""

    decisions: tuple[Decision, ...] = ()
    faults: tuple[Problem, ...] = ()

    def require(self) -> tuple[Decision, ...]:
        """The decisions, or UnreadableStudy when one of them can't be read."""
        refuse(self.faults)
        return self.decisions


def told(operation: str, codes: Iterable[str], into: Iterable[str]) -> str:
    """`merged a and b into c`: an operation in a person's words."""
    done, leads = _TOLD.get(operation, (operation, "→"))
    target = listed(into)
    if operation == "move" and not target:
        target, leads = "top", "to the"
    return " ".join(part for part in (done, listed(codes), leads if target else "", target) if part)


def in_order(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """By date, and on one day by the version they brought."""
    return tuple(sorted(decisions, key=lambda one: (one.date, one.codebook_version or 0, natural(one.path))))


def split_codes(decisions: Iterable[Decision], book: Codebook) -> dict[str, tuple[str, ...]]:
    """The codes that were split and are retired since, by today's id, each with its parts of the last time."""
    found = {}
    for decision in in_order(decisions):
        if decision.operation == "split":
            for code in decision.codes:
                whole = book.by_id.get(book.resolve(nfc(code)))
                if whole is not None and whole.retired:
                    found[whole.id] = tuple(dict.fromkeys(book.resolve(nfc(part)) for part in decision.into))
    return found
