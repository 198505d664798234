"""The measures are written once: a DuckDB relation, read lazily, gives what a pandas frame gives."""

from __future__ import annotations

from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from samples import Sample, case, row, sample

from qcode.analysis.frame import frame, tidy
from qcode.analysis.matrix import lifted
from qcode.analysis.passages import KEYS, MEASURES, numbered, with_passage
from qcode.core.rows import Row


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
