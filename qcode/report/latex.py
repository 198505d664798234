"""Documents as LaTeX to \\input into a report: tables with booktabs, long ones over pages, users' words escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len

from qcode.core.words import one_line, visible
from qcode.report.document import Block, Column, Document, Prose, Quotes, Table
from qcode.report.grid import headed
from qcode.report.text import told_of

NEEDS = (
    "% \\usepackage[T1]{fontenc}, \\usepackage{array,booktabs,graphicx,longtable}",
    "% pdfLaTeX for Latin letters; LuaLaTeX or XeLaTeX with a fitting font for other scripts and emoji.",
)
LEVELS = ("section", "subsection", "subsubsection", "paragraph")
BREAK = " \\\\\n"
LONG = 40  # rows from which a table goes over pages
WIDE = 28  # characters from which a column of words is a paragraph
LINE = 455  # points, 16 cm: what a wide table is set to fit in
SIZES = (("normalsize", 10, 6), ("small", 9, 5), ("footnotesize", 8, 4), ("scriptsize", 7, 3), ("scriptsize", 7, 1))
# What TeX acts on or joins with its neighbour. A bracket or star behind \\ would be taken for its argument.
_ESCAPES = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "|": "\\textbar{}", '"': "\\symbol{34}", "`": "\\textasciigrave{}", "'": "{'}", "-": "{-}", ",": "{,}",
    "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
_ACTING = re.compile(r"-{2,}|-$|'{2,}|,{2,}|[\\{}$&#%_^~<>|\"`\[\]*]")


def as_latex(document: Document) -> str:
    """The title and blocks, each apart, and at the end what was counted."""
    blocks = [*([Prose(document.title, 1)] if document.title else []), *document.blocks]
    parts = ["\n".join(NEEDS), *("\n".join(_block(block)) for block in blocks)]
    if document.notes:
        parts.append(f"{{\\footnotesize\\noindent {BREAK.join(map(latex_line, document.notes))}\\par}}")
    return "\n\n".join(parts) + "\n"


def latex_text(text: str) -> str:
    """A user's words so that TeX prints them and does nothing with them. Line ends are kept."""
    return _ACTING.sub(lambda match: "".join(_ESCAPES[sign] for sign in match.group()), visible(text))


def latex_line(text: str) -> str:
    return latex_text(one_line(text))


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Quotes):
        yield from _quotes(block)
    elif block.level:
        yield f"\\{LEVELS[min(block.level, len(LEVELS)) - 1]}*{{{latex_line(block.text)}}}"
    else:
        yield "\n\n".join(latex_line(line) for line in block.text.split("\n") if line.strip())


def _table(table: Table) -> Iterator[str]:
    long = len(table.rows) > LONG
    name = "longtable" if long else "tabular"
    widths = _widths(table)
    turned = [
        heading > items + 3 and column.align == "right"
        for (heading, items), column in zip(widths, table.columns, strict=True)
    ]
    if _size([max(pair) for pair in widths]) == SIZES[0]:
        turned = [False for _ in turned]
    room = [items if turn else max(heading, items) for (heading, items), turn in zip(widths, turned, strict=True)]
    size, _, gap = _size(room)
    if table.title:
        yield f"\\noindent\\textbf{{{latex_line(table.title)}}}\\par\\smallskip"
    yield f"\\begingroup\\{size}\\setlength{{\\tabcolsep}}{{{gap}pt}}\\noindent"
    yield f"\\begin{{{name}}}{{{_columns(table.columns, room)}}}"
    yield "\\toprule"
    yield from _headings(table.columns, turned)
    yield "\\midrule"
    if long:
        yield "\\endhead"
    depths = table.depth or [0] * len(table.rows)
    yield from (_row(map(latex_line, row), depth) for row, depth in zip(table.rows, depths, strict=True))
    if table.foot:
        yield "\\midrule"
        yield _row(map(latex_line, table.foot))
    yield "\\bottomrule"
    yield f"\\end{{{name}}}\\par\\endgroup"
    notes = [latex_line(note) for note in table.under]
    if notes:
        yield f"\\smallskip\n{{\\footnotesize\\noindent {BREAK.join(notes)}\\par}}"


def _widths(table: Table) -> list[tuple[int, int]]:
    """Characters of each column's heading and of its widest item, in a column of words at most WIDE."""
    found = []
    for at, column in enumerate(table.columns):
        items = max((cell_len(one_line(row[at])) for row in table.rows), default=0)
        found.append((cell_len(one_line(column.label)), min(items, WIDE) if column.align == "left" else items))
    return found


def _turned(columns: Sequence[Column], widths: Sequence[tuple[int, int]]) -> list[bool]:
    """Which headings of counts stand on their side: none where there is room for all."""
    roomy = _size([max(pair) for pair in widths]) == SIZES[0]
    pairs = zip(columns, widths, strict=True)
    return [not roomy and column.align == "right" and heading > items + 3 for column, (heading, items) in pairs]


def _size(widths: Sequence[int]) -> tuple[str, int, int]:
    """The largest letters, and what is between columns, with which a table of these widths fits a line."""
    fits = (size for size in SIZES if sum(widths) * size[1] * 0.5 + len(widths) * 2 * size[2] <= LINE)
    return next(fits, SIZES[-1])


def _columns(columns: Sequence[Column], room: Sequence[int]) -> str:
    """r for counts, l for words, and for long words paragraphs."""
    paragraph = f">{{\\raggedright\\arraybackslash}}p{{{WIDE / 2:g}em}}"
    kinds = [
        "r" if column.align == "right" else paragraph if width >= WIDE else "l"
        for column, width in zip(columns, room, strict=True)
    ]
    return "@{}" + "".join(kinds) + "@{}"


def _headings(columns: Sequence[Column], turned: Sequence[bool]) -> Iterator[str]:
    """The groups with a rule under each, then a label over each column, on its side where there is no room."""
    groups = headed(columns)
    if any(name for name, _ in groups):
        yield (
            " & ".join(
                f"\\multicolumn{{{span}}}{{c}}{{{latex_line(name)}}}" if name else " & ".join([""] * span)
                for name, span in groups
            )
            + " \\\\"
        )
        at = 1
        for name, span in groups:
            if name:
                yield f"\\cmidrule(lr){{{at}-{at + span - 1}}}"
            at += span
    labels = zip((latex_line(column.label) for column in columns), turned, strict=True)
    yield _row(f"\\rotatebox{{90}}{{{label}}}" if turn else label for label, turn in labels)


def _row(cells: Iterable[str], depth: int = 0) -> str:
    indent = f"\\hspace*{{{depth}em}}" if depth else ""
    return indent + " & ".join(cells) + " \\\\"


def _quotes(quotes: Quotes) -> Iterator[str]:
    if quotes.title:
        yield f"\\noindent\\textbf{{{latex_line(quotes.title)}}}\\par"
    if not quotes.items and quotes.empty:
        yield latex_line(quotes.empty)
    for quote in quotes.items:
        words = (quote.before, f"“{quote.text}”", quote.after)
        lines = [latex_line(line) for text in words if text for line in text.split("\n") if line.strip()]
        yield "\\begin{quote}"
        yield BREAK.join(lines) + "\\par"
        yield f"\\footnotesize --- {latex_line(told_of(quote))}"
        yield "\\end{quote}"
