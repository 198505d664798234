"""The tidy frame: one row per coding. Names and types of every column are set here, and nowhere else.

The columns are those of core.rows.Row: texts are strings, missing where there is none; offsets, words and turns are
whole numbers, missing where the quote was not found. Besides, for counting: `coding`, a number unique to each row;
`path_0`, `path_1` …, the code's branches from the top down to itself; and a column per case attribute asked for.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qcode.core.codebook import Codebook
from qcode.core.columns import Coded, Column, Numbers, Whole
from qcode.core.model import Study
from qcode.core.names import ATTRIBUTE, PATH, STUDIED, column_of
from qcode.core.rows import NUMBERS, Row
from qcode.core.table import Table
from qcode.core.words import NONE

TEXT, NUMBER, TRUTH = "string", "Int64", "boolean"
WHOLE = "int64"  # of what is counted all was found, so that no number is missing

_NOT_IN_PATHS = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\{\[\]^]")


def frame(rows: Sequence[Row], columns: Collection[str] = Row._fields, *, number: str = NUMBER) -> pd.DataFrame:
    """One row per coding, with the columns of Row that are asked for."""
    table = Table.of(rows)
    wanted = [name for name in Row._fields if name in columns]
    types = {name: number if name in NUMBERS else TRUTH if name == "counted" else TEXT for name in wanted}
    return pd.DataFrame({name: _series(table.column(name), types[name]) for name in wanted})


def tidy(
    rows: Sequence[Row],
    study: Study,
    columns: Collection[str],
    attributes: Collection[str] = (),
    *,
    number: str = WHOLE,
) -> pd.DataFrame:
    """The frame that is counted: of rows that were found, with what a count needs besides the columns asked for."""
    table = Table.of(rows)
    found = frame(table, {*columns, "code"}, number=number)
    found["coding"] = pd.Series(range(len(table)), dtype=WHOLE)
    codes = table.column("code")
    paths = _paths(study.codebook, set(codes))
    for depth in range(max(map(len, paths.values()), default=0)):
        step = {code: path[depth] if depth < len(path) else None for code, path in paths.items()}
        found[f"{PATH}{depth}"] = _series(_mapped(codes, step.get), TEXT)
    for name in attributes:
        found[column_of(name)] = _series(_mapped(table.column("case"), study.attribute(name).get), TEXT)
    return found


def whole(rows: Sequence[Row], study: Study) -> pd.DataFrame:
    """All that any count needs: every coding, found or not, and what its case is."""
    found = tidy(rows, study, Row._fields, study_attributes(study), number=NUMBER)
    studied = {case.id for case in study.cases if study.studied(case)}
    found[STUDIED] = _series(_mapped(Table.of(rows).column("case"), studied.__contains__), TRUTH)
    return found


def partitions(rows: Sequence[Row], study: Study) -> Iterator[tuple[str, pd.DataFrame]]:
    """What `whole` gives, in folders by case, which say which it is instead of a column. Nothing at all: in none."""
    found = whole(rows, study)
    for case, of_case in found.groupby("case", sort=False):
        yield f"case={_in_path(str(case))}", of_case.drop(columns="case")
    if found.empty:
        yield "", found


def _in_path(value: str) -> str:
    """A value as Hive writes it in the name of a folder: all but some characters of ASCII as they are."""
    return _NOT_IN_PATHS.sub(lambda match: f"%{ord(match[0]):02X}", value)


def study_attributes(study: Study) -> list[str]:
    """The attributes that any case has, in the order of the cases."""
    return list(dict.fromkeys(name for case in study.cases for name in case.attributes))


def _paths(book: Codebook, codes: Collection[str]) -> dict[str, list[str]]:
    return {code: _path(book, code) for code in codes}


def _path(book: Codebook, code: str) -> list[str]:
    return [*book.ancestors(code)][::-1]


def _mapped(column: Column, value: Callable[[Any], Any]) -> Coded:
    """Another value for each, worked out once for each that differs."""
    coded = column if isinstance(column, Coded) else Coded.of(column)
    return Coded([value(level) for level in coded.levels], coded.at)


def _series(column: Column, kind: str) -> pd.Series:
    """A column as pandas has it: of what differs once, without an object for each value."""
    if isinstance(column, Coded):
        levels = pd.Series([*column.levels], dtype=kind)
        return levels.take(_numbers(column.at)).reset_index(drop=True)
    if isinstance(column, Whole):
        numbers = _numbers(column.at)
        return pd.Series(numbers if kind == WHOLE else pd.arrays.IntegerArray(numbers.clip(0), numbers < 0))
    return pd.Series(list(column), dtype=kind)


def _numbers(at: Numbers) -> npt.NDArray[np.int64]:
    return np.array(at if isinstance(at, array) else memoryview(at), dtype=np.int64)


def described(rows: Sequence[Row], study: Study) -> pd.DataFrame:
    """The frame for people: a row per coding with the code's label and path, and the attributes of its case."""
    table = Table.of(rows)
    found, book = frame(table), study.codebook
    codes, cases = table.column("code"), table.column("case")
    found.insert(9, "code_label", _series(_mapped(codes, lambda code: book.title(code, study.language)), TEXT))
    found.insert(10, "code_path", _series(_mapped(codes, lambda code: " > ".join(_path(book, code))), TEXT))
    studied = {case.id for case in study.cases if study.studied(case)}
    found["studied"] = _series(_mapped(cases, studied.__contains__), TRUTH)
    for name in study_attributes(study):
        values = _mapped(cases, study.attribute(name).get)
        found[name if name not in found else ATTRIBUTE + name] = _series(values, TEXT)
    return found


def of_records(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A row per record, mappings in it spread over columns `name.key`; types as they fit, missing for null."""
    spread = [{key: value for name in record for key, value in _spread(name, record[name])} for record in records]
    return pd.DataFrame(spread).convert_dtypes()


def wide(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The records of a matrix as its table: the first dimension down, the others across, a split's level first.

    Missing where a cell is empty for another reason than that nothing was coded so.
    """
    if not records:
        return pd.DataFrame()
    at = [*records[0]].index("state") - 1
    measure, names = [*records[0]][at], [*records[0]][:at]
    cells = {tuple(_level(record, name) for name in names): record[measure] for record in records}
    down, *_ = levels = [[*dict.fromkeys(key[n] for key in cells)] for n in range(len(names))]
    across = [*product(*levels[2:], levels[1])]
    columns = [[cells.get((row, place[-1], *place[:-1])) for place in across] for row in down]
    heads = pd.MultiIndex.from_tuples(across, names=[*names[2:], names[1]])
    index = pd.Index(down, name=names[0])
    return pd.DataFrame(columns, index, heads if len(names) > 2 else heads.get_level_values(0), dtype=NUMBER)


def _level(record: Mapping[str, Any], name: str) -> str:
    return "total" if name in record.get("total", ()) else record[name] or NONE


def _spread(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((f"{name}.{key}", inner) for key, inner in value.items())
    else:
        yield name, value
