"""The measures are written once: a DuckDB relation, read lazily, gives what a pandas frame gives."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from samples import Sample, case, row, sample

from qcode.analysis.cells import TOTAL
from qcode.analysis.counting import codings
from qcode.analysis.frame import frame, tidy
from qcode.analysis.matrix import lifted
from qcode.analysis.passages import KEYS, MEASURES, numbered, with_passage
from qcode.core.columns import Coded, Column, Whole
from qcode.core.rows import NUMBERS, Row
from qcode.core.table import Table


@pytest.fixture
def some() -> Sample:
    one = case("1", ["wg", "gm"])
    spans = [("tak", 0, 4), ("een", 2, 7), ("een", 7, 9), ("diep", 5, 20), ("los", 16, 36), ("vreemd", 3, 30)]
    said = [(stem, *by) for stem in ("wg0", "gm1") for by in (("anna", "helping"), ("bram", None))]
    rows = [row(one, stem, *span, coder=coder, valence=valence) for stem, coder, valence in said for span in spans]
    return sample([one], rows, {})


def _rows(native: Any, measure: str) -> list[tuple[Any, ...]]:
    found = lifted(nw.from_native(native).lazy())
    keys = {"row": nw.col("code"), "col": nw.col("valence").fill_null(""), "split": nw.lit("-")}
    return sorted(MEASURES[measure](found.with_columns(**keys)).select(*KEYS, "value").collect().rows())


@pytest.mark.parametrize("measure", MEASURES)
def test_duckdb_counts_what_pandas_counts(some: Sample, measure: str) -> None:
    native = tidy(some.rows, some.study, Row._fields)
    found = _rows(native, measure)
    assert found
    assert found == _rows(duckdb.from_df(native), measure)


@pytest.mark.parametrize("measure", MEASURES)
def test_whole_numbers_count_what_texts_count(some: Sample, measure: str) -> None:
    """The frame that counts are made in, of coded columns as the index has them, gives what a pandas frame gives."""
    plain = Table.of([one._replace(counted=True) for one in some.rows])
    table = Table(lambda name: coded(name, plain.column(name)), len(plain))
    found = codings(table, some.study, Row._fields, ["sector"])
    assert found.texts
    keys = {"row": nw.col("code"), "col": found.value("valence"), "split": found.total}
    for counted, native in (
        (found.frame, tidy(some.rows, some.study, Row._fields)),
        (
            found.frame.filter(nw.col("start") > 2),
            tidy([r for r in some.rows if (r.start or 0) > 2], some.study, Row._fields),
        ),
    ):
        for apart in (KEYS, ("code", "col")):  # the same, since the row is the code
            made = MEASURES[measure](lifted(counted).with_columns(**keys), apart).select(*KEYS, "value")
            rows = [(row, col or "", "-", value) for row, col, total, value in found.rows(made) if total == TOTAL]
            assert sorted(rows) == _rows(native, measure)


def coded(name: str, values: Sequence[Any]) -> Column:
    return Whole(array("i", values)) if name in NUMBERS else Coded.of(values)


def test_passages_are_numbered_alike(some: Sample) -> None:
    def runs(native: Any) -> list[tuple[Any, ...]]:
        keys = ("code", "transcript")
        found = numbered(with_passage(nw.from_native(native).lazy(), keys), keys)
        return sorted(found.select("coding", "passage").collect().rows())

    native = tidy(some.rows, some.study, Row._fields)
    assert runs(native) == runs(duckdb.from_df(native))


def test_the_frame_has_a_row_per_coding_with_types_that_hold_what_is_missing(some: Sample) -> None:
    lost = some.rows[0]._replace(start=None, end=None, phase=None)
    found = frame([some.rows[0], lost])
    assert list(found.columns) == list(Row._fields)
    assert found["start"].dtype == pd.Int64Dtype()
    assert found["start"].isna().tolist() == [False, True]
    assert found["code"].tolist() == ["tak", "tak"]
    assert frame([]).dtypes.equals(found.dtypes)
