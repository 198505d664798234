"""What `qcode status` shows: how far a study is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qcode.core.errors import Problem
from qcode.core.model import Case, CodingSet, Study
from qcode.core.words import NONE, counted, one_line


def overview(study: Study, problems: Sequence[Problem], width: int | None = None) -> str:
    """A line on the study, a line per case with what each coder did there, and how many problems there are.

    `width`: of the terminal, in which the last column folds; None where there is none.
    """
    of_case: dict[str, list[CodingSet]] = {}
    for codings in study.codings:
        of_case.setdefault(codings.case, []).append(codings)
    faulty = Counter(_case_of(problem) for problem in problems)
    rows = [_line(study, case, of_case.get(case.id, []), faulty[case.id]) for case in study.cases]
    elsewhere = f"{counted(len(problems), 'problem')}: qcode check." if problems else "No problems."
    lines = [_summary(study), "", *_columns([_HEAD, *rows], width), "", *_folded(_coders(study), width), elsewhere]
    return "".join(f"{line.rstrip()}\n" for line in lines)


_HEAD = ("case", "outcome", "held", "transcripts", "problems", "segments (done/transcripts)")


def _summary(study: Study) -> str:
    held = sum(interview.held for case in study.cases for interview in case.interviews)
    studied = sum(study.studied(case) for case in study.cases)
    name = one_line(study.settings.study or "Study")
    counts = (
        f"{len(study.cases)} cases, {studied} studied; {held} interviews held, {len(study.transcripts)} transcripts"
    )
    return f"{name}\n{counts}; codebook version {study.codebook.version}"


def _line(study: Study, case: Case, codings: Sequence[CodingSet], problems: int) -> tuple[str, ...]:
    planned = sum(interview.planned for interview in case.interviews)
    held = sum(interview.held for interview in case.interviews)
    mark = "*" if study.studied(case) else " "
    return (
        one_line(case.id) + mark,
        one_line(case.outcome or NONE),
        f"{held}/{planned}",
        str(len(case.transcripts)),
        str(problems or NONE),
        ", ".join(_by_coder(codings)) or NONE,
    )


def _by_coder(codings: Sequence[CodingSet]) -> list[str]:
    """`anna 48 (3/3)`: segments, and of the transcripts begun those that are done."""
    coders = dict.fromkeys(sorted(c.coder for c in codings))
    return [
        f"{one_line(coder)} {sum(c.count for c in mine)} ({sum(c.done for c in mine)}/{len(mine)})"
        for coder in coders
        if (mine := [c for c in codings if c.coder == coder])
    ]


def _coders(study: Study) -> str:
    """All coders with what they have done, and what the asterisk means."""
    listed = ", ".join(_by_coder(study.codings)) or "nothing coded yet"
    return f"* studied. In all: {listed}."


def _case_of(problem: Problem) -> str:
    parts = problem.where.path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "cases" else ""


def _columns(rows: Sequence[tuple[str, ...]], width: int | None) -> list[str]:
    """Rows as aligned text, two spaces between columns."""
    from rich.cells import cell_len

    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    left = sum(widths) + 2 * len(widths)
    lines = []
    for row in rows:
        cells = "".join(cell + " " * (w - cell_len(cell) + 2) for cell, w in zip(row, widths, strict=False))
        first, *more = _folded(row[-1], max(width - left, 24) if width else None)
        lines += [cells + first, *(" " * left + line for line in more)]
    return lines


def _folded(text: str, width: int | None) -> list[str]:
    """The text in lines of that many characters, broken after commas only."""
    lines: list[str] = []
    for part in text.split(", "):
        if lines and (width is None or len(lines[-1]) + len(part) + 3 <= width):
            lines[-1] += f", {part}"
        else:
            lines = [*lines[:-1], lines[-1] + ",", part] if lines else [part]
    return lines
