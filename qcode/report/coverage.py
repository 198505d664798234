"""What the interview guides ask about each theme, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qcode.core.codebook import Codebook, in_language
from qcode.core.guide import ASKED, NO_GUIDE, NOT_APPLICABLE, SILENT, Cell, Coverage, Guide
from qcode.report.document import Column, Document, Table

EMPTY = {SILENT: "0", NOT_APPLICABLE: "n/a", NO_GUIDE: "-"}
LEGEND = {
    SILENT: "0 = applies, and nothing is asked",
    NOT_APPLICABLE: "n/a = the theme does not apply",
    NO_GUIDE: "- = no guide of its own",
}


def of_coverage(
    guides: Sequence[Guide],
    book: Codebook,
    found: Coverage,
    *,
    language: str,
    ids: bool = False,
    commit: str | None = None,
) -> Document:
    """A row per theme, a column per guide or perspective, and a line for each that leaves a theme out."""
    named = {theme: theme if ids else book.by_id[theme].title(language) for theme in found.themes}
    heads = {
        column: column if ids or found.by == "guide" else _label(book, column, language) for column in found.columns
    }
    cells = [[found.cells[theme, column] for column in found.columns] for theme in found.themes]
    having = dict.fromkeys(found.columns, 0)
    if found.by == "perspective":
        having = {column: sum(guide.perspective == column for guide in guides) for column in found.columns}
    table = Table(
        [Column("theme", "left", ours=False, named=True), *(Column(head) for head in heads.values())],
        [
            [named[theme], *(_shown(cell, having[column]) for column, cell in zip(found.columns, line, strict=True))]
            for theme, line in zip(found.themes, cells, strict=True)
        ],
        [
            [named[theme], *(_counted(cell, found.by) for cell in line)]
            for theme, line in zip(found.themes, cells, strict=True)
        ],
        legend=_legend([cell for line in cells for cell in line], found.by),
    )
    notes = [*gaps(found, named, heads), _told(guides, book, found, commit)]
    meta = {
        "measure": "guides" if found.by == "perspective" else "questions",
        "guides": [guide.id for guide in guides],
        "codebook_version": book.version,
        "commit": commit,
    }
    return Document("coverage", [table], list(_records(found)), meta, notes=notes)


def gaps(found: Coverage, named: dict[str, str], heads: dict[str, str]) -> Iterator[str]:
    """A line for each guide or perspective that asks nothing about a theme that applies to it."""
    silent = {column: found.gaps(column) for column in found.columns}
    for column, themes in silent.items():
        if themes:
            noun = "an applicable theme" if len(themes) == 1 else f"{len(themes)} applicable themes"
            yield f"{heads[column]} asks nothing about {noun}: {', '.join(named[theme] for theme in themes)}."
    if found.cells and not any(silent.values()):
        yield "Every theme is asked about wherever it applies."


def _shown(cell: Cell, guides: int) -> str:
    """The number of questions; under a perspective the guides that ask, of those it has."""
    if cell.state != ASKED:
        return EMPTY[cell.state]
    return f"{len(cell.guides)} of {guides}" if guides else str(len(cell.questions))


def _counted(cell: Cell, by: str) -> str:
    if cell.state != ASKED:
        return EMPTY[cell.state]
    return str(len(cell.guides if by == "perspective" else cell.questions))


def _legend(cells: list[Cell], by: str) -> str:
    used = {cell.state for cell in cells}
    number = "a number: guides that ask about it" if by == "perspective" else "a number: questions about it"
    return " · ".join([*[number] * (ASKED in used), *(text for state, text in LEGEND.items() if state in used)])


def _records(found: Coverage) -> Iterator[dict[str, Any]]:
    for (theme, column), cell in found.cells.items():
        yield {"code": theme, found.by: column, "state": cell.state, "questions": list(cell.questions)}


def _told(guides: Sequence[Guide], book: Codebook, found: Coverage, commit: str | None) -> str:
    asked = sum(len(guide.questions) for guide in guides)
    parts = [f"{len(guides)} guides", f"{asked} questions", f"{len(found.themes)} themes"]
    return " · ".join([*parts, f"codebook version {book.version}", *([f"commit {commit}"] if commit else [])])


def _label(book: Codebook, perspective: str, language: str) -> str:
    labels = {level.id: level.label for level in book.perspectives}
    return in_language(labels.get(perspective), language) or perspective
