"""The engines that count out of core: DuckDB on this machine, Spark here or on a cluster. Each on first use.

A data set is a folder, or an address that the engine reads by itself: docs/scale.md has its form.
"""

from __future__ import annotations

import glob
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import narwhals as nw

from qcode.analysis.far import Far
from qcode.core.errors import QcodeError, UnknownName
from qcode.core.model import Study
from qcode.core.portable import unpacked

MAKE = "Is it a data set? One is made by: qcode export parquet DIR."
Errors = tuple[type[Exception], ...]


class Engine(Protocol):
    """Reads files, wherever they are. `errors`: what it raises where it can't."""

    errors: Errors

    def text(self, path: str) -> str:
        """What a small file says."""

    def parquet(self, folder: str) -> Any:
        """All Parquet files below a folder, as a frame of its own kind; a part of a path `case=13` is a column."""


class Corpus(NamedTuple):
    """A study and its codings, which stay where they lie. `commit`: that it was exported from."""

    study: Study
    codings: Far
    commit: str | None
    shared: bool
    engine: Engine


def opened(place: str, engine: str = "duckdb", master: str | None = None) -> Corpus:
    """The data set in a folder or at an address. `master`: of a Spark cluster; None: as Spark is set up here.

    Raises UnknownName for another engine; QcodeError where that is not installed, or there is no such data set.
    """
    if engine not in ENGINES:
        raise UnknownName("engine", engine, [*ENGINES])
    with _installed(engine):
        reader: Engine = _Spark(master) if engine == "pyspark" else _DuckDB()
    place = place if "://" in place else os.path.abspath(place)
    with translated(reader, place):
        said = unpacked(reader.text(f"{place}/study.json"), reader.text(f"{place}/cases.jsonl").splitlines())
        frame = nw.from_native(reader.parquet(f"{place}/codings")).lazy()
    return Corpus(said.study, Far(frame), said.commit, said.shared, reader)


@contextmanager
def translated(engine: Engine, place: str) -> Iterator[None]:
    """What an engine raises while it reads a place, as a QcodeError."""
    try:
        yield
    except engine.errors as error:
        told = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise QcodeError(f"{place} can't be read: {told}", hint=MAKE) from error


@contextmanager
def _installed(engine: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        hint = f"Install it: pip install 'qcode[{ENGINES[engine]}]'"
        raise QcodeError(f"{engine} needs {error.name}, which is not installed", hint=hint) from None


class _DuckDB:
    """Spills what finds no room in memory to the folder of temporary files."""

    def __init__(self) -> None:
        import tempfile

        import duckdb

        self.errors: Errors = (duckdb.Error,)
        self.connection = duckdb.connect()
        self.connection.execute("set temp_directory = ?", [f"{tempfile.gettempdir()}/qcode-{os.getpid()}"])

    def text(self, path: str) -> str:
        found = self.connection.execute("select content from read_text(?)", [_literally(path)]).fetchall()
        if not found:
            raise QcodeError(f"{path} is not there", hint=MAKE)
        return str(found[0][0])

    def parquet(self, folder: str) -> Any:
        query = "select * from read_parquet(?, hive_types_autocast = false)"
        return self.connection.sql(query, params=[f"{_literally(folder)}/**/*.parquet"])


class _Spark:
    """A session with Spark: the one that is there, else one with this master."""

    def __init__(self, master: str | None) -> None:
        import pyarrow  # noqa: F401  # what Spark found comes back by way of it

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas 3, which is not used here
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession

            builder = SparkSession.builder.appName("qcode").config("spark.ui.showConsoleProgress", "false")
            self.session = (builder.master(master) if master else builder).getOrCreate()
        self.errors: Errors = (PySparkException,)
        self.session.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")

    def text(self, path: str) -> str:
        found = self.session.read.text(path, wholetext=True).first()
        return str(found[0]) if found else ""

    def parquet(self, folder: str) -> Any:
        return self.session.read.parquet(folder)


ENGINES = {"duckdb": "duckdb", "pyspark": "spark"}  # each with the extra that brings it


def _literally(path: str) -> str:
    """A path in which nothing is a pattern."""
    return path if "://" in path else glob.escape(path)
