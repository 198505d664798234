"""The tidy frame: one row per coding. Names and types of every column are set here, and nowhere else.

The columns are those of core.rows.Row: texts are strings, missing where there is none; offsets, words and turns are
whole numbers, missing where the quote was not found. Besides, for counting: `coding`, a number unique to each row;
`path_0`, `path_1` …, the code's branches from the top down to itself; and a column per case attribute asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from qcode.core.codebook import Codebook
from qcode.core.model import Study
from qcode.core.rows import Row

TEXT, NUMBER, TRUTH = "string", "Int64", "boolean"
WHOLE = "int64"  # of what is counted all was found, so that no number is missing
NUMBERS = frozenset({"line", "start", "end", "words_from", "words_to", "turns_from", "turns_to", "segment"})
PATH = "path_"
ATTRIBUTE = "attribute_"  # before an attribute's name, so that one called `start` takes no column's place


def frame(rows: Sequence[Row], columns: Collection[str] = Row._fields, *, number: str = NUMBER) -> pd.DataFrame:
    """One row per coding, with the columns of Row that are asked for."""
    wanted = [(at, name) for at, name in enumerate(Row._fields) if name in columns]
    types = {name: number if name in NUMBERS else TRUTH if name == "counted" else TEXT for _, name in wanted}
    return pd.DataFrame({name: pd.Series([row[at] for row in rows], dtype=types[name]) for at, name in wanted})


def tidy(rows: Sequence[Row], study: Study, columns: Collection[str], attributes: Collection[str] = ()) -> pd.DataFrame:
    """The frame that is counted: of rows that were found, with what a count needs besides the columns asked for."""
    found = frame(rows, {*columns, "code"}, number=WHOLE)
    found["coding"] = pd.Series(range(len(rows)), dtype=WHOLE)
    paths = _paths(study.codebook, {row.code for row in rows})
    for depth in range(max(map(len, paths.values()), default=0)):
        steps = [paths[row.code][depth] if depth < len(paths[row.code]) else None for row in rows]
        found[f"{PATH}{depth}"] = pd.Series(steps, dtype=TEXT)
    for name in attributes:
        values = study.attribute(name)
        found[ATTRIBUTE + name] = pd.Series([values.get(row.case) for row in rows], dtype=TEXT)
    return found


def _paths(book: Codebook, codes: Collection[str]) -> dict[str, list[str]]:
    return {code: [*book.ancestors(code)][::-1] for code in codes}
