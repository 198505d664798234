"""The records of a document as a Parquet file, tidy: a column per name, what was counted in the file's metadata."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qcode.report.document import Document


def as_parquet(document: Document) -> bytes:
    """The bytes of the file. A mapping is a column per key (`outcomes.duurzaam`), a list of texts a list.

    Lists of anything else, and columns of which no one type holds all values, are JSON. The metadata has a key
    `qcode`: JSON of `report` and `meta`.
    """
    rows = [dict(_columns(record)) for record in document.records]
    names = [*dict.fromkeys(name for row in rows for name in row)]
    arrays = [_array([row.get(name) for row in rows]) for name in names]
    about = json.dumps({"report": document.report, "meta": dict(document.meta)}, ensure_ascii=False)
    schema = pa.schema(
        [pa.field(name, array.type) for name, array in zip(names, arrays, strict=True)],
        metadata={"qcode": _whole(about)},
    )
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out)
    return out.getvalue()


def _columns(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _columns({f"{name}.{key}": inner for key, inner in value.items()})
        else:
            yield _whole(name), _value(value)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, list | tuple):
        if all(isinstance(item, str) for item in value):
            return [_whole(item) for item in value]
        return _whole(json.dumps(value, ensure_ascii=False))
    return value


def _array(values: Sequence[Any]) -> Any:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {list}:
        return pa.array(values, pa.list_(pa.string()))
    if len(kinds) > 1 and kinds != {int, float}:
        return pa.array([None if v is None else v if isinstance(v, str) else json.dumps(v) for v in values])
    if kinds == {int, float}:
        return pa.array(values, pa.float64())
    return pa.array(values, pa.string() if not kinds or kinds == {str} else None)


def _whole(text: str) -> str:
    """Lone surrogates, which UTF-8 has no bytes for, written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
