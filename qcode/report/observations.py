"""Observations and memos as lists, and one observation with the words it rests on, perspective by perspective."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qcode.core.model import Case, Memo, Observation, Study
from qcode.core.rows import Row
from qcode.core.words import NONE, one_line
from qcode.report.document import Column, Document, Table
from qcode.report.quotes import place

_LINES = ("agreement", "why", "steps", "illustrates", "memo")


def of_observations(
    study: Study, found: Sequence[tuple[Case, Observation]], meta: Mapping[str, Any], *, ids: bool = False
) -> Document:
    """A row per observation; codes by key where they have one. The records hold everything."""
    columns = [Column(name, "left", ours=False, named=True) for name in ("observation", "title", "agreement", "says")]
    columns += [Column("evidence", named=True), Column("illustrates", "left", ours=False, named=True)]
    rows = [
        [
            f"{case.id}/{one.id}",
            one_line(one.title),
            one.agreement or NONE,
            ", ".join(one.perspectives) or NONE,
            str(len(one.evidence)),
            " ".join(_code(study, code, ids) for code in one.illustrates) or NONE,
        ]
        for case, one in found
    ]
    records = [_record(case, one) for case, one in found]
    return Document("observations", [Table(columns, rows, rows)], records, meta)


def of_memos(found: Sequence[Memo], meta: Mapping[str, Any]) -> Document:
    """A row per memo."""
    names = ("name", "about", "type", "date", "author", "title")
    records = [{name: getattr(memo, name) for name in names} | {"path": memo.path} for memo in found]
    rows = [[one_line(str(record[name] or NONE)) for name in names] for record in records]
    columns = [Column(name, "left", ours=False, named=True) for name in names]
    return Document("memos", [Table(columns, rows, rows)], records, meta)


@dataclass(frozen=True, slots=True)
class Told:
    """One observation with the codings of its case. `width`: of the terminal; None where there is none."""

    study: Study
    case: Case
    observation: Observation
    rows: Sequence[Row]
    width: int | None = None

    def render(self) -> str:
        """What it says, under each perspective its evidence, and what follows from them side by side."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        one = self.observation
        yield from self._wrapped(one_line(f"{self.case.id}/{one.id}: {one.title or NONE}"), 0)
        if one.about:
            yield from self._wrapped(one_line(f"about: {one.about}"), 2)
        by_perspective = self._evidence()
        for perspective in dict.fromkeys([*one.perspectives, *by_perspective]):
            yield ""
            yield from self._wrapped(one_line(f"{perspective}: {one.perspectives.get(perspective, NONE)}"), 2)
            for segment in by_perspective.get(perspective, ()):
                yield from self._segment(segment)
        yield ""
        for name in _LINES:
            if said := getattr(one, name):
                words = said if isinstance(said, str) else self._titles(said)
                yield from self._wrapped(one_line(f"{name}: {words}"), 2)
        yield f"  evidence: {self._counted(by_perspective)}"

    def _evidence(self) -> dict[str, list[list[Row]]]:
        """The codings of each segment of the evidence, by perspective, in the order in which it lists them."""
        of: dict[str, list[Row]] = {}
        for row in self.rows:
            of.setdefault(row.id or "", []).append(row)
        found: dict[str, list[list[Row]]] = {}
        for segment in self._named():
            if segment in of:
                found.setdefault(of[segment][0].perspective or NONE, []).append(of[segment])
        return found

    def _named(self) -> list[str]:
        """The segments of the evidence, each once: of two that became one, either id may be written."""
        ids = self.study.segment_ids
        return list(dict.fromkeys(ids.get(name, name) for name in self.observation.evidence))

    def _segment(self, codings: list[Row]) -> Iterator[str]:
        row = codings[0]
        codes = ", ".join(self._coded(coding) for coding in codings)
        state = None if row.state == "exact" else row.state
        parts = " · ".join(part for part in (row.speaker, codes, row.coder, row.id, state) if part)
        yield from self._wrapped(f"{place(self.study, row)}  {one_line(parts)}", 4)
        yield from self._wrapped(f"“{one_line(row.quote)}”", 8)

    def _coded(self, row: Row) -> str:
        title = self._titles([row.code])
        return f"{title} ({row.valence})" if row.valence else title

    def _titles(self, codes: Sequence[str]) -> str:
        book = self.study.codebook
        return ", ".join(book.title(book.resolve(code), self.study.language) for code in codes)

    def _counted(self, by_perspective: Mapping[str, Sequence[object]]) -> str:
        gone = len(self._named()) - sum(map(len, by_perspective.values()))
        parts = [f"{one_line(name)} {len(segments)}" for name, segments in by_perspective.items()]
        return ", ".join([*parts, *([f"{gone} not there: qcode check"] if gone else [])]) or "none"

    def _wrapped(self, text: str, indent: int) -> list[str]:
        """The line, on a terminal in its width."""
        space = " " * indent
        if self.width is None:
            return [space + text]
        width = max(self.width, indent + 24)
        return textwrap.wrap(
            text, width, initial_indent=space, subsequent_indent=space, break_on_hyphens=False, break_long_words=False
        )


def _code(study: Study, written: str, ids: bool) -> str:
    code = study.codebook.by_id.get(study.codebook.resolve(written))
    return written if ids or code is None else code.key or code.id


def _record(case: Case, one: Observation) -> dict[str, Any]:
    listed = {name: list(getattr(one, name)) for name in ("evidence", "steps", "illustrates")}
    said = {"about": one.about, "perspectives": dict(one.perspectives), "agreement": one.agreement, "why": one.why}
    return {"case": case.id, "id": one.id, "title": one.title, **said, **listed, "memo": one.memo}
