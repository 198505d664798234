"""How passages are told: as quotes, in a few words, in marks; and why there are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qcode.analysis.abreast import Said
from qcode.analysis.patterns import NONE
from qcode.analysis.spans import DISPUTED, Passage
from qcode.core.model import Case, Observation
from qcode.core.privacy import LEFT_OUT
from qcode.core.words import one_line
from qcode.report.document import Quote
from qcode.report.kinds import Ask

MARKS = {"helping": "▲", "hindering": "▼", "both": "◆", DISPUTED: "≠", NONE: "○"}
WHY = {"zero": "silent", "uncoded": "not yet coded", "not-interviewed": "not interviewed", "n/a": "n/a"}
SHORT = {"zero": "silent", "uncoded": ".", "not-interviewed": "-", "n/a": "n/a"}
LEGEND = {
    "uncoded": ". = not yet coded",
    "not-interviewed": "- = not interviewed",
    "n/a": "n/a = the code does not apply",
}
SPEAKS = "speaks"  # in the place of small numbers
PLUS = "+ = not all of it coded yet"


_MARK = re.compile(r"\{\s*(?:phase|q)=[^{}]*\}")


def quote(ask: Ask, passage: Passage, *, before: int = 0, after: int = 0, codes: Sequence[str] | None = None) -> Quote:
    """A passage as a quote: all its words from the first character to the last, all its coders and segments.

    codes: how it is coded, as shown; else its valence only. before, after: lines of the transcript around it.
    """
    first, text = passage.rows[0], ask.study.transcripts[passage.transcript].text
    said = [valence(ask, passage.valence)] if passage.valence else []
    around = context(text, passage.start, passage.end, before, after)
    return Quote(
        words(ask, passage),
        passage.place,
        " ".join(passage.ids) or None,
        first.speaker or "",
        said if codes is None else codes,
        ", ".join(passage.coders),
        *around,
    )


def words(ask: Ask, passage: Passage) -> str:
    """What a passage says, as the transcript has it; not where quotes are not shared."""
    if ask.silent:
        return LEFT_OUT
    return ask.study.transcripts[passage.transcript].text[passage.start : passage.end]


def context(text: str, start: int, end: int, before: int, after: int) -> tuple[str, str]:
    """So many lines before and after a span, blank ones and marks not counted, and the rest of its own lines."""
    if not (before or after):
        return "", ""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    head = [*_above(text, first, before), text[first:start]]
    tail = [text[end:last], *_below(text, last, after)]
    return "\n".join(filter(str.strip, head)), "\n".join(filter(str.strip, tail))


def _above(text: str, end: int, most: int) -> list[str]:
    """The last lines before a place that say something, in their order."""
    found: list[str] = []
    while end > 0 and len(found) < most:
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start : end - 1]
        found = [line, *found] if _said(line) else found
        end = start
    return found


def _below(text: str, start: int, most: int) -> list[str]:
    """The first lines after the end of a line that say something."""
    found: list[str] = []
    while start < len(text) and len(found) < most:
        end = text.find("\n", start + 1)
        end = len(text) if end < 0 else end
        line = text[start + 1 : end]
        found += [line] * _said(line)
        start = end
    return found


def _said(line: str) -> bool:
    """Whether a line says something: it is not blank, and not only the mark of a question or phase."""
    return bool(_MARK.sub("", line).strip())


def valence(ask: Ask, name: str) -> str:
    """What a valence is called; `disputed` and `none` are ours."""
    return ask.say(name) if name in (DISPUTED, NONE) else ask.named("valence", name)


def valences(ask: Ask, said: Said) -> str:
    """How many passages, and of which valences, in words; or why there are none."""
    if said.state != "value" or ask.least:
        return ask.say(WHY.get(said.state, SPEAKS))
    count = f"{len(said.passages)}{'' if said.complete else '+'}"
    if len(said.valences) == 1 and NONE not in said.valences:
        return f"{count} {valence(ask, next(iter(said.valences)))}"
    kinds = [f"{number} {valence(ask, name)}" for name, number in _ordered(said.valences) if name != NONE]
    return f"{count} ({', '.join(kinds)})" if kinds else count


def marks(ask: Ask, said: Said) -> str:
    """The same in marks, for narrow columns."""
    if said.state != "value" or ask.least:
        return ask.say(SHORT.get(said.state, SPEAKS))
    plus = "" if said.complete else "+"
    if set(said.valences) == {NONE}:
        return f"{len(said.passages)}{plus}"
    return " ".join(f"{MARKS.get(name, name)}{number}" for name, number in _ordered(said.valences)) + plus


def legend(ask: Ask, found: Iterable[Said]) -> str:
    """What the marks of these cells mean, those that stand in them."""
    cells = [*found]
    states = {said.state for said in cells}
    cells = [] if ask.least else cells
    met = {name for said in cells for name in said.valences}
    mixed = {name for said in cells if set(said.valences) != {NONE} for name in said.valences}
    told = [
        f"{MARKS[name]} {valence(ask, name) if name != NONE else ask.say('no valence')}"
        for name in MARKS
        if name in mixed
    ]
    plain = [ask.say("a number alone: passages without valence")] if NONE in met else []
    plus = [ask.say(PLUS)] if any(said.state == "value" and not said.complete for said in cells) else []
    return " · ".join([*told, *plain, *plus, *(ask.say(text) for state, text in LEGEND.items() if state in states)])


def verdict(ask: Ask, observations: Iterable[Observation]) -> str:
    """What the researchers found; of several observations each different verdict once."""
    return ", ".join(dict.fromkeys(ask.say(one.agreement) for one in observations if one.agreement))


def reason(ask: Ask, observation: Observation) -> str:
    """An observation in a line: the verdict, what stands out, and why."""
    parts = [ask.say(observation.agreement or "no verdict yet"), f"{observation.title}."]
    return one_line(f"{parts[0]}: {parts[1]} {observation.why}").replace("?.", "?").replace("!.", "!").strip()


def of_quote(ask: Ask, passage: Passage) -> dict[str, Any]:
    """The record of a passage. start, end: code points of the transcript's text, half-open; line: of its file."""
    first = passage.rows[0]
    return {
        "segments": passage.ids,
        "transcript": passage.transcript,
        "line": passage.line,
        "start": passage.start,
        "end": passage.end,
        "speaker": first.speaker,
        "valence": passage.valence,
        "coders": passage.coders,
        "quote": words(ask, passage),
    }


def of_observation(one: Observation) -> dict[str, Any]:
    """The record of a verdict."""
    return {"observation": one.id, "agreement": one.agreement, "title": one.title, "why": one.why}


def in_cell(ask: Ask, found: Iterable[Passage]) -> str:
    """Quotes in one cell of a table, each on lines of its own."""
    told = []
    for passage in found:
        one = quote(ask, passage)
        marks = " · ".join([*one.codes, one.place])
        told.append(f"“{one_line(one.text)}” ({marks})")
    return "\n\n".join(told)


def heading(ask: Ask, case: Case) -> str:
    """A case in a line: its id and outcome."""
    if not case.outcome:
        return ask.say("Case {case}", case=case.id)
    return ask.say("Case {case}: {outcome}", case=case.id, outcome=ask.named("outcome", case.outcome))


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    known = [*MARKS]
    return sorted(counts.items(), key=lambda pair: (known.index(pair[0]) if pair[0] in known else len(known), pair[0]))
