"""Documents as LaTeX to \\input into a report: tables with booktabs, long ones over pages, users' words escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from qcode.core.words import one_line, visible
from qcode.report.document import Block, Column, Document, Prose, Quotes, Table
from qcode.report.grid import headed
from qcode.report.text import told_of

NEEDS = (
    "% \\usepackage[T1]{fontenc}, \\usepackage{booktabs,longtable,array}",
    "% pdfLaTeX for Latin letters; LuaLaTeX or XeLaTeX with a fitting font for other scripts and emoji.",
)
LEVELS = ("section", "subsection", "subsubsection", "paragraph")
BREAK = " \\\\\n"
LONG = 40  # rows from which a table goes over pages
WIDE = 28  # characters from which a column of words is a paragraph
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
        parts.append(f"{{\\footnotesize {BREAK.join(map(latex_line, document.notes))}\\par}}")
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
    if table.title:
        yield f"\\noindent\\textbf{{{latex_line(table.title)}}}\\par\\smallskip"
    yield f"\\begin{{{name}}}{{{_columns(table)}}}"
    yield "\\toprule"
    yield from _headings(table.columns)
    yield "\\midrule"
    if long:
        yield "\\endhead"
    depths = table.depth or [0] * len(table.rows)
    yield from (_row(row, depth) for row, depth in zip(table.rows, depths, strict=True))
    if table.foot:
        yield "\\midrule"
        yield _row(table.foot)
    yield "\\bottomrule"
    yield f"\\end{{{name}}}"
    notes = [latex_line(note) for note in table.under]
    if notes:
        yield f"\\par\\smallskip\n{{\\footnotesize\\noindent {BREAK.join(notes)}\\par}}"


def _columns(table: Table) -> str:
    """r for counts, l for words, and for long words paragraphs that share the line's width."""
    widths = [
        max((cell_len(one_line(row[at])) for row in table.rows), default=0) if column.align == "left" else 0
        for at, column in enumerate(table.columns)
    ]
    wide = [width for width in widths if width > WIDE]
    each = round(0.9 * max(1 - 0.05 * (len(widths) - len(wide)), 0.4) / max(len(wide), 1), 2)
    paragraph = f">{{\\raggedright\\arraybackslash}}p{{{each}\\linewidth}}"
    kinds = [
        paragraph if width > WIDE else "l" if column.align == "left" else "r"
        for column, width in zip(table.columns, widths, strict=True)
    ]
    return "@{}" + "".join(kinds) + "@{}"


def _headings(columns: Sequence[Column]) -> Iterator[str]:
    """The groups with a rule under each, then a label over each column."""
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
    yield _row([column.label for column in columns])


def _row(cells: Sequence[str], depth: int = 0) -> str:
    indent = f"\\hspace*{{{depth}em}}" if depth else ""
    return indent + " & ".join(map(latex_line, cells)) + " \\\\"


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
