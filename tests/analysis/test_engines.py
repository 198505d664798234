"""The same tables, whatever counts them: pandas in memory, DuckDB out of core, Spark with two workers (-m spark).

Memory is tested against counting by hand elsewhere (test_matrix_brute, test_cooccurrence); here the others against it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import Sample, case, row, sample, samples

from qcode import api
from qcode.analysis.cooccurrence import cooccurrence
from qcode.analysis.engines import Corpus, opened
from qcode.analysis.far import Far
from qcode.analysis.frame import whole
from qcode.analysis.frequencies import frequencies
from qcode.analysis.matrix import matrix
from qcode.analysis.patterns import patterns
from qcode.core.query import selection
from qcode.core.rows import Row, units
from qcode.core.table import Table
from qcode.report.dataset import dataset
from qcode.report.kinds import Ask, document

ROOT = Path(__file__).parents[2]
DIMENSIONS = (
    "code", "case", "transcript", "perspective", "phase", "section-phase", "valence", "outcome", "coder", "speaker",
)  # fmt: skip
MEASURES = ("passages", "codings", "segments", "turns", "transcripts", "cases", "presence", "words")
WITHIN = ("overlap", "0-turns", "1-turn", "turn", "transcript", "case")
ASKED: list[dict[str, Any]] = [
    {},
    {"all_cases": True},
    {"cases": ["2"]},
    {"codes": ["tak"], "perspectives": ["wg", "gm"]},
    {"coders": ["bram"], "all_cases": True},
    {"outcomes": ["goed", "–"], "phases": ["na"]},
    {"where": "NOT (valence = helping OR speaker = '')"},
    {"where": "section-phase = na OR coder = anna AND NOT code = los", "all_cases": True},
]
LOST: dict[str, Any] = {"state": "lost", "counted": False, **dict.fromkeys(("start", "end", "words_from", "words_to"))}


def counted(of: Sample, rows: Table, asked: dict[str, Any], options: dict[str, Any], within: str) -> list[Any]:
    """All four reports, with what is behind them."""
    chosen = selection(of.study, **asked)
    found = of.study, rows, units(of.study, coders=chosen.coders), chosen
    table = matrix(*found, **options)
    many = frequencies(*found, leaves=options["leaves"], evidence=options["evidence"])
    pairs = cooccurrence(*found, within, evidence=options["evidence"])
    return [
        patterns(*found),
        (table.records(), table.of, table.meta),
        (many.records, many.total, many.meta),
        (pairs.records(), pairs.each, pairs.meta),
    ]


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    rows, cols, split = draw(st.permutations(DIMENSIONS))[:3]
    return {
        "rows_dim": rows,
        "cols_dim": cols,
        "split": draw(st.sampled_from([None, split])),
        "measure": draw(st.sampled_from(MEASURES)),
        "share": draw(st.sampled_from([None, "row", "col", "all"])),
        **{name: draw(st.booleans()) for name in ("totals", "leaves", "evidence")},
    }


def lose(rows: list[Row]) -> list[Row]:
    """Some of what does not count, because its words were not found."""
    return [r._replace(**LOST) if not r.counted and n % 2 else r for n, r in enumerate(rows)]


@settings(max_examples=4, deadline=None)
@given(samples(), st.sampled_from(ASKED), options(), st.sampled_from(WITHIN))
def test_duckdb_counts_what_memory_counts(
    of: Sample, asked: dict[str, Any], options: dict[str, Any], within: str
) -> None:
    """Of any study, any selection and any table."""
    rows = lose(of.rows)
    asked = asked | {"cases": [c for c in asked.get("cases", ()) if c in of.study.case_by_id]}
    asked["coders"] = [c for c in asked.get("coders", ()) if any(s.coder == c for s in of.study.codings)]
    with duckdb.connect() as connection:
        frame = whole(rows, of.study)
        far = Far(nw.from_native(connection.from_df(frame)).lazy())
        of.study.__dict__["met"] = of.study.met._replace(valences=("helping",), phases=("na",))
        expected = counted(of, Table.of(rows), asked, options, within)
        assert counted(of, far, asked, options, within) == expected


@pytest.fixture(scope="module")
def odd() -> Sample:
    """Ids and attributes that a path or SQL could take for something else; passages that meet in every way."""
    attributes = {"sector.kind": "zorg", "Sector": "01", "select *": "a'b"}
    cases = [case(n, ["wg", "gm"], attributes=attributes) for n in ("02", "a b", "é%3D=x", "_n")]
    spans = [("tak", 0, 4), ("een", 2, 7), ("een", 7, 9), ("diep", 5, 20), ("los", 16, 36), ("vreemd", 3, 30)]
    who: list[tuple[str, str | None]] = [("anna", "helping"), ("bram", None), ("chris", "hindering")]
    rows = [
        row(c, stem, *span, coder=coder, valence=valence, id=f"{coder}{n}", memo="a\nb")
        for c in cases
        for stem in ("wg0", "gm1")
        for n, (coder, valence) in enumerate(who)
        for span in spans[n:]
    ]
    return sample(cases, rows, {f"{c.id}/wg0": [("anna", None), ("bram", 3)] for c in cases})


TABLES: list[tuple[str, dict[str, Any]]] = [
    ("patterns", {}),
    ("matrix", {"totals": True}),
    ("matrix", {"rows": "phase", "cols": "sector.kind", "measure": "words", "share": "row"}),
    ("matrix", {"rows": "code", "cols": "valence", "split": "perspective", "measure": "turns", "totals": True}),
    ("matrix", {"rows": "coder", "cols": "select *", "measure": "segments", "evidence": True}),
    ("matrix", {"rows": "code", "cols": "outcome", "measure": "cases", "share": "col", "leaves": True}),
    ("frequencies", {}),
    ("cooccurrence", {}),
    ("cooccurrence", {"within": "1-turn"}),
    ("cooccurrence", {"within": "turn"}),
    ("cooccurrence", {"within": "transcript"}),
    ("cooccurrence", {"within": "case"}),
]
OF_EXAMPLE: list[tuple[str, dict[str, Any]]] = [
    (kind, {name: {"sector.kind": "sector", "select *": "bemiddeling"}.get(str(v), v) for name, v in given.items()})
    for kind, given in TABLES
]


def written(ask: Ask, folder: Path) -> Path:
    for path, data in dataset(ask):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def ask_of(of: Sample) -> Ask:
    return Ask(of.study, Table.of(of.rows), of.units, selection(of.study))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The example study."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copy(ROOT / "qcode.yaml", folder)
    for name in ("codebooks", "cases"):
        shutil.copytree(ROOT / name, folder / name)
    study = api.open_study(folder)
    return api.asked(folder, study.study, {})


def alike(ask: Ask, corpus: Corpus, kind: str, given: dict[str, Any], **flags: Any) -> None:
    """A report of the data set is the report of the study: its records, its tables, what is told of it."""
    near = document(kind, api_ask(ask, **flags), **given)
    far = document(kind, api.asked_of(corpus, flags), **given)
    assert near.records
    assert (far.records, far.blocks, far.meta) == (near.records, near.blocks, near.meta)


def api_ask(ask: Ask, **flags: Any) -> Ask:
    chosen = api.selected(ask.study, flags)
    return Ask(ask.study, ask.rows, units(ask.study, coders=chosen.coders), chosen, commit=ask.commit)


@pytest.fixture(scope="module")
def by_duckdb(odd: Sample, example: Ask, tmp_path_factory: pytest.TempPathFactory) -> tuple[Corpus, Corpus]:
    folder = tmp_path_factory.mktemp("data [1] *")  # nothing in a path is a pattern
    return opened(str(written(ask_of(odd), folder / "odd"))), opened(str(written(example, folder / "example")))


@pytest.mark.parametrize(("kind", "given_"), TABLES)
def test_a_data_set_of_odd_names_in_duckdb(
    odd: Sample, by_duckdb: tuple[Corpus, Corpus], kind: str, given_: dict[str, Any]
) -> None:
    alike(ask_of(odd), by_duckdb[0], kind, given_)


@pytest.mark.parametrize(("kind", "given_"), OF_EXAMPLE)
def test_the_example_in_duckdb(
    example: Ask, by_duckdb: tuple[Corpus, Corpus], kind: str, given_: dict[str, Any]
) -> None:
    alike(example, by_duckdb[1], kind, given_, coder="bram", where="outcome = duurzaam")


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    """A small session of two workers, which `opened` then finds."""
    sql = pytest.importorskip("pyspark.sql")
    builder = sql.SparkSession.builder.master("local[2]").appName("tests")
    for name, value in {"shuffle.partitions": "4", "ansi.enabled": "true"}.items():
        builder = builder.config(f"spark.sql.{name}", value)
    session = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    yield
    session.stop()


@pytest.fixture(scope="module")
def by_spark(spark: None, odd: Sample, example: Ask, tmp_path_factory: pytest.TempPathFactory) -> tuple[Corpus, Corpus]:
    folder = tmp_path_factory.mktemp("data")
    corpora = [
        opened(str(written(ask, folder / name)), "pyspark", "local[2]")
        for name, ask in (("odd", ask_of(odd)), ("example", example))
    ]
    return corpora[0], corpora[1]


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("kind", "given_"), TABLES)
def test_a_data_set_of_odd_names_in_spark(
    odd: Sample, by_spark: tuple[Corpus, Corpus], kind: str, given_: dict[str, Any]
) -> None:
    alike(ask_of(odd), by_spark[0], kind, given_)


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("kind", "given_"), OF_EXAMPLE)
def test_the_example_in_spark(example: Ask, by_spark: tuple[Corpus, Corpus], kind: str, given_: dict[str, Any]) -> None:
    alike(example, by_spark[1], kind, given_, coder="bram", where="outcome = duurzaam")


def test_a_study_without_a_coding_is_a_data_set_too(odd: Sample, tmp_path: Path) -> None:
    none = sample(odd.study.cases, [], {})
    corpus = opened(str(written(ask_of(none), tmp_path)))
    alike(ask_of(none), corpus, "frequencies", {})


def test_what_is_packed_in_many_cases_a_file_counts_alike(odd: Sample, tmp_path: Path) -> None:
    """As a corpus too large for a file per case is laid out: then the case is a column like the others."""
    folder = written(ask_of(odd), tmp_path)
    glob = f"{folder}/codings/*/*.parquet"
    duckdb.sql(f"copy (from read_parquet('{glob}', hive_types_autocast = false)) to '{tmp_path}/all.parquet'")
    shutil.rmtree(folder / "codings")
    (folder / "codings").mkdir()
    (tmp_path / "all.parquet").rename(folder / "codings" / "all.parquet")
    for kind, given_ in TABLES:
        alike(ask_of(odd), opened(str(folder)), kind, given_)
