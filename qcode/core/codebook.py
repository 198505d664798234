"""The codebook: ordered levels, and codes as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from qcode.core.errors import QcodeError, UnknownName, Where
from qcode.core.words import nfc

Text = str | Mapping[str, str]  # one text, or one per language


def in_language(text: Text | None, language: str) -> str:
    """The text in that language; else whichever comes first; empty when there is none."""
    if text is None or isinstance(text, str):
        return text or ""
    return text.get(language) or next(iter(text.values()), "")


@dataclass(frozen=True, slots=True)
class Level:
    """One declared value of a dimension: a phase, a perspective, an outcome, a valence."""

    id: str
    label: Text | None = None


def ids(levels: Iterable[Level]) -> list[str]:
    """The ids of levels, in their order."""
    return [level.id for level in levels]


@dataclass(frozen=True, slots=True)
class Code:
    """One code, as the codebook has it. `perspectives` None: it applies to all."""

    id: str
    key: str | None = None
    label: Text | None = None
    definition: Text | None = None
    include: Text | None = None
    exclude: Text | None = None
    examples: tuple[str, ...] = ()
    phase: str | None = None
    perspectives: tuple[str, ...] | None = None
    color: str | None = None
    aliases: tuple[str, ...] = ()
    since: int = 1
    retired: bool = False
    replaced_by: str | None = None
    parent: str | None = None
    where: Where = field(default=Where(""), compare=False)

    def title(self, language: str) -> str:
        """Key and label, as tables show it."""
        label = in_language(self.label, language) or self.id
        return f"{self.key} {label}" if self.key else label


@dataclass(frozen=True)
class Codebook:
    """All codes in the order of the file, parents before their children, and the levels of each dimension."""

    name: str = ""
    version: int = 1
    language: str = "en"
    phases: tuple[Level, ...] = ()
    perspectives: tuple[Level, ...] = ()
    outcomes: tuple[Level, ...] = ()
    valences: tuple[Level, ...] = ()
    codes: tuple[Code, ...] = ()
    path: str = field(default="", compare=False)

    @cached_property
    def by_id(self) -> dict[str, Code]:
        """Codes by id; of two with one id, the first."""
        found: dict[str, Code] = {}
        for code in self.codes:
            found.setdefault(code.id, code)
        return found

    @cached_property
    def _aliases(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for code in self.codes:
            for alias in code.aliases:
                found.setdefault(alias, code.id)
        return found

    @cached_property
    def children(self) -> dict[str | None, tuple[Code, ...]]:
        """The codes under each code; under None those at the top."""
        found: dict[str | None, list[Code]] = {}
        for code in self.by_order:
            found.setdefault(code.parent, []).append(code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    @cached_property
    def by_order(self) -> tuple[Code, ...]:
        """The codes without those whose id another has already."""
        return tuple(code for code in self.codes if self.by_id[code.id] is code)

    @cached_property
    def subtree(self) -> dict[str, frozenset[str]]:
        """For each code the ids of itself and all its descendants."""
        found: dict[str, frozenset[str]] = {}
        for code in reversed(self.by_order):
            below = (found.get(child.id, frozenset()) for child in self.children.get(code.id, ()))
            found[code.id] = frozenset({code.id}).union(*below)
        return found

    def ancestors(self, code_id: str) -> Iterator[str]:
        """The code itself, its parent, and so on to the top. A code that is not here has only itself."""
        at: str | None = code_id
        while at is not None:
            yield at
            code = self.by_id.get(at)
            at = code.parent if code else None

    def title(self, code_id: str, language: str) -> str:
        """How tables call the code of this id; one that is not here by its id."""
        code = self.by_id.get(code_id)
        return code.title(language) if code else code_id

    def resolve(self, written: str) -> str:
        """Today's id for an id found in a coding: an alias leads to its code; an unknown one stays as it is."""
        return written if written in self.by_id else self._aliases.get(written, written)

    def applies(self, code_id: str, perspective: str) -> bool:
        """Whether the code, or any below it, applies to the perspective. A code not in the codebook does."""
        if code_id not in self.by_id:
            return True
        members = (self.by_id[member].perspectives for member in self.subtree[code_id])
        return any(where is None or perspective in where for where in members)

    def since(self, code_id: str, perspective: str) -> int:
        """The version that brought the youngest code of the branch that is in use and applies to the perspective."""
        members = [self.by_id[m] for m in self.subtree.get(code_id, ()) if m in self.by_id]
        applying = (c for c in members if c.perspectives is None or perspective in c.perspectives)
        return max((c.since for c in applying if not c.retired), default=0)

    def find(self, given: str) -> Code:
        """The code a person means by an id, key, alias or any part that fits one code only.

        Raises UnknownName (with the nearest) or QcodeError (with those that fit).
        """
        name = nfc(given.strip())
        exact = self.by_id.get(self.resolve(name))
        if exact:
            return exact
        folded = name.casefold()
        for fits in (self._named, self._holding):
            found = list(fits(folded)) if folded else []
            active = [code for code in found if not code.retired] or found
            if len(active) == 1:
                return active[0]
            if active:
                listed = ", ".join(code.id for code in active[:8])
                raise QcodeError(f"'{given}' fits {len(active)} codes", hint=f"One of: {listed}.")
        names = [*self.by_id, *(code.key for code in self.codes if code.key), *self._aliases]
        raise UnknownName("code", given, names)

    def _named(self, folded: str) -> Iterable[Code]:
        return (c for c in self.by_order if folded in {c.id.casefold(), (c.key or "").casefold()})

    def _holding(self, folded: str) -> Iterable[Code]:
        for code in self.by_order:
            labels = [code.label] if isinstance(code.label, str) else (code.label or {}).values()
            if any(folded in text.casefold() for text in (code.id, *code.aliases, *labels)):
                yield code
