"""What coders did between two versions, in sentences, and as records for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qcode.core.changes import Difference
from qcode.core.codebook import Codebook
from qcode.core.words import NONE, counted, one_line
from qcode.report.text import md_text

_QUOTE = 60  # characters of a quote or memo, enough to know it by


@dataclass(frozen=True, slots=True)
class Changes:
    """Differences in the order to show them. `width`: of the terminal; None where there is none."""

    differences: Sequence[Difference]
    book: Codebook
    width: int | None = None
    meta: Mapping[str, object] = field(default_factory=dict)

    def render(self, form: str) -> str:
        """As `table` (a sentence each, a heading per transcript and coder), md or json."""
        return {"table": self._text, "md": self._markdown, "json": self._json}[form]()

    def sentence(self, one: Difference) -> str:
        """What was done, in one line."""
        at = f"{one.transcript}:{one.line}" if one.line else one.transcript
        quote = f" ‘{short(one.quote)}’" if one.quote else ""
        code = self._code(one)
        said = {
            "added": f"added {code}{f' ({one.valence})' if one.valence else ''} at {at}{quote}",
            "removed": f"removed {code} at {at}{quote}",
            "changed": f"changed {code} at {at}: {what(one)}{quote}",
            "against": f"decided against {code} at {at}{quote}",
            "reopened": f"took back a decision against {code} at {at}{quote}",
            "memo": f"changed a segment at {at}: {what(one)}{quote}",
            "words": f"moved a segment at {at}: {what(one)}",
            "status": f"changed {one.transcript}: {what(one)}",
        }
        return one_line(f"{one.coder} {said[one.deed]}")

    @property
    def told(self) -> str:
        """How much there is, in one line."""
        deeds = [one.deed for one in self.differences]
        other = len(deeds) - deeds.count("added") - deeds.count("removed")
        files = len({(one.transcript, one.coder) for one in self.differences})
        parts = [
            f"{counted(deeds.count('added'), 'coding')} added" if "added" in deeds else "",
            f"{counted(deeds.count('removed'), 'coding')} removed" if "removed" in deeds else "",
            counted(other, "other change") if other else "",
        ]
        said = ", ".join(part for part in parts if part)
        return f"{said} in {counted(files, 'codings file')}." if deeds else "No coding changed."

    def _code(self, one: Difference) -> str:
        code = self.book.by_id.get(one.code or "")
        return (code.key or code.id) if code else one.code or ""

    def _text(self) -> str:
        return "".join(f"{line}\n" for one in self.differences for line in self._wrapped(self.sentence(one)))

    def _wrapped(self, line: str) -> list[str]:
        if self.width is None:
            return [line]
        return textwrap.wrap(line, max(self.width, 24), subsequent_indent="    ", break_on_hyphens=False)

    def _markdown(self) -> str:
        return "".join(f"- {md_text(self.sentence(one))}\n" for one in self.differences)

    def _json(self) -> str:
        data = [dict(self._record(one)) for one in self.differences]
        return json.dumps({"report": "git diff", "meta": dict(self.meta), "data": data}, ensure_ascii=False, indent=1)

    def _record(self, one: Difference) -> Iterator[tuple[str, object]]:
        for name in ("deed", "coder", "case", "transcript", "segment", "code", "valence", "line", "quote"):
            yield name, getattr(one, name)
        yield "before", {key: was for key, was, _ in one.what}
        yield "after", {key: now for key, _, now in one.what}


def short(text: str) -> str:
    """The beginning of what somebody wrote, on one line."""
    line = one_line(text)
    return line if len(line) <= _QUOTE else f"{line[: _QUOTE - 1].rstrip()}…"


def what(one: Difference) -> str:
    """Of a change, what it was and what it is."""
    return ", ".join(_change(*change) for change in one.what)


def _change(key: str, was: str | None, now: str | None) -> str:
    if key in ("memo", "quote"):
        old, new = (f"“{short(value)}”" if value else NONE for value in (was, now))
        return f"{key} {new}" if was is None else f"{key} {old} → {new}"
    return f"{key.replace('_', ' ')} {was or NONE} → {now or NONE}"
