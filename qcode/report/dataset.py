"""A study as a data set that engines read: its codings in Parquet, a folder per case; beside them what they are of."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qcode import __version__
from qcode.analysis.frame import partitions, study_attributes
from qcode.core.errors import QcodeError
from qcode.core.names import column_of
from qcode.core.portable import packed_cases, packed_study
from qcode.report.kinds import Ask

STUDY, CASES, CODINGS = "study.json", "cases.jsonl", "codings"
_TYPES = {"string": pa.string(), "Int64": pa.int64(), "int64": pa.int64(), "boolean": pa.bool_()}


def dataset(ask: Ask) -> Iterator[tuple[str, bytes]]:
    """The files of the data set, each by its path in it, one after another. Raises QcodeError for a study that can't
    be one, before there is any.
    """
    _refuse(ask)
    return _files(ask)


def _refuse(ask: Ask) -> None:
    if ask.least:
        hint = "Share its tables: qcode report KIND --shared. Or keep the data set within the team: leave --shared out."
        raise QcodeError(f"a row per coding tells of counts below minimum_cell: {ask.least}", hint=hint)
    columns: dict[str, str] = {}
    for name in study_attributes(ask.study):
        other = columns.setdefault(column_of(name).casefold(), name)
        if other != name:
            hint = "SQL takes them for one column. Rename one of the two in the case.yaml files."
            raise QcodeError(f"the attributes '{other}' and '{name}' differ in capitals only", hint=hint)


def _files(ask: Ask) -> Iterator[tuple[str, bytes]]:
    said = packed_study(ask.study, version=__version__, commit=ask.commit, shared=ask.shared)
    yield STUDY, said.encode("utf-8", "backslashreplace")
    yield CASES, "".join(packed_cases(ask.study)).encode("utf-8", "backslashreplace")
    for folder, frame in partitions(ask.rows, ask.study):
        schema = pa.schema([pa.field(name, _TYPES[str(kind)]) for name, kind in frame.dtypes.items()])
        yield "/".join(filter(None, [CODINGS, folder, "part-0.parquet"])), _parquet(frame, schema)


def _parquet(frame: Any, schema: pa.Schema) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False).replace_schema_metadata(), out)
    return out.getvalue()
