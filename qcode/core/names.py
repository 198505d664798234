"""The dimensions of a study, and the values that each can have in it: declared, or met in its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from qcode.core.codebook import ids
from qcode.core.errors import UnknownName
from qcode.core.model import CONSENSUS, Study
from qcode.core.words import NONE, natural, nfc

OF_CODINGS = ("phase", "section-phase", "valence", "code", "coder", "speaker")
OF_UNITS = ("case", "transcript", "perspective", "outcome")
DIMENSIONS = (*OF_UNITS, *OF_CODINGS)
# What reports call a column or a key themselves, so that an attribute of that name would be hidden by it.
TAKEN = frozenset(
    {
        *DIMENSIONS, "passages", "codings", "segments", "turns", "transcripts", "cases", "presence", "words", "state",
        "complete", "share", "evidence", "total", "studied", "perspectives", "interviews_planned", "interviews_held",
    }
)  # fmt: skip
PATH = "path_"  # before the depth of a branch, as the name of a column
ATTRIBUTE = "attribute_"  # before an attribute's name, so that one called `start` takes no column's place
STUDIED = "studied"  # the column that says whether a coding's case is
ABSENT = ("", NONE)  # how one writes that there is no value

Value = str | None
_STRANGE = re.compile(r"\W")


def column_of(name: str) -> str:
    """The column of a dimension or an attribute. What SQL would read in a name is written as its number."""
    if name in DIMENSIONS:
        return name.replace("-", "_")
    return ATTRIBUTE + _STRANGE.sub(lambda match: f"_{ord(match[0]):x}_", name)


class Names:
    """What a study calls things: the values that each dimension can have in it, declared or met."""

    def __init__(self, study: Study) -> None:
        self.study = study

    @cached_property
    def attributes(self) -> list[str]:
        return list(dict.fromkeys(name for case in self.study.cases for name in case.attributes))

    def name(self, given: str) -> str:
        """The dimension or attribute of that name, or UnknownName."""
        name = nfc(given)
        if name in DIMENSIONS or name in self.attributes:
            return name
        raise UnknownName("dimension or attribute", given, [*DIMENSIONS, *self.attributes])

    def value(self, name: str, given: str) -> Value:
        """The value meant, None for absent; UnknownName where the dimension has no such value."""
        value = nfc(given)
        if value in ABSENT:
            return None
        known = self._values(name)
        if known is None or value in known:
            return value
        if name == "transcript":
            for transcript in self.study.transcripts.values():
                if transcript.path == value:
                    return transcript.id
        raise unknown(name, given, known)

    def branch(self, given: str) -> frozenset[str]:
        """The ids of the code meant and of all below it. A code that is in no codebook but in codings is one, too."""
        book = self.study.codebook
        try:
            code = book.find(given)
        except UnknownName:
            name = book.resolve(nfc(given))
            if name in self.study.met.codes:
                return frozenset({name})
            raise
        return book.subtree[code.id]

    def _values(self, name: str) -> list[str] | None:
        """None: any value will do, as with attributes and speakers."""
        of_dimension: dict[str, Callable[[], Iterable[Value]]] = {
            "case": lambda: sorted((case.id for case in self.study.cases), key=natural),
            "transcript": lambda: self.study.transcripts,
            "perspective": self._perspectives,
            "outcome": lambda: (*ids(self.study.codebook.outcomes), *(case.outcome for case in self.study.cases)),
            "phase": self._phases,
            "section-phase": self._phases,
            "valence": self._valences,
            "coder": lambda: (*self.study.settings.coders, *(s.coder for s in self.study.codings), CONSENSUS),
        }
        values = of_dimension.get(name)
        return list(dict.fromkeys(value for value in values() if value)) if values else None

    def _perspectives(self) -> Iterable[Value]:
        yield from ids(self.study.codebook.perspectives)
        yield from (interview.perspective for case in self.study.cases for interview in case.interviews)

    def _phases(self) -> Iterable[Value]:
        book = self.study.codebook
        yield from (*ids(book.phases), *(code.phase for code in book.codes))
        yield from (*self.study.met.sections, *self.study.met.phases)

    def _valences(self) -> Iterable[Value]:
        yield from ids(self.study.codebook.valences)
        yield from self.study.met.valences


def unknown(kind: str, given: str, known: list[str]) -> UnknownName:
    """UnknownName with the nearest and with what is known."""
    error = UnknownName(kind, given, known)
    if not error.hint.startswith("Known"):
        error.hint += f" Known: {', '.join(known[:20])}{', …' if len(known) > 20 else ''}."
    return error
