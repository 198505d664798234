"""What a page leaves out of a study that is too large for it: the end of long tables, most quotes, some figures."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from qcode.api import asked, open_study
from qcode.core.errors import QcodeError
from qcode.report import behind, shortened
from qcode.report.behind import Behind, Listed
from qcode.report.document import Column, Document, Quote, Table
from qcode.report.figures import TooMuch, figure
from qcode.report.kinds import Ask, document
from qcode.report.shortened import shortened as short
from qcode.report.site import as_site
from qcode.report.site_words import LARGE
from qcode.store.index import load_indexed

EXAMPLE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ask() -> Ask:
    study = open_study(EXAMPLE)
    return asked(study.root, study.study, {})


def numbered(rows: int, columns: int, last: str = "") -> Table:
    """Each cell says where it is; the last row and column are called so."""
    cells = [[f"{row}.{column}" for column in range(columns)] for row in range(rows)]
    heads = [f"c{column}" for column in range(columns)]
    if last:
        cells[-1][0] = heads[-1] = last
    traced = [[(text,) for text in row] for row in cells]
    return Table([*map(Column, heads)], cells, cells, depth=[*range(rows)], foot=heads, evidence=traced)


def test_a_table_that_a_page_can_hold_is_the_same_table() -> None:
    table = numbered(shortened.ROWS, shortened.COLUMNS)
    assert short(table) is table


def test_of_a_long_table_the_beginning_is_shown_and_all_that_belongs_to_it() -> None:
    found = short(numbered(shortened.ROWS + 1, 2))
    assert [row[0] for row in found.rows] == [f"{row}.0" for row in range(500)]
    assert [row[0] for row in found.plain] == [row[0] for row in found.rows]
    assert [line[1] for line in found.evidence] == [(f"{row}.1",) for row in range(500)]
    assert [*found.depth] == [*range(500)]


def test_a_total_stays_at_the_end() -> None:
    found = short(numbered(shortened.ROWS + 1, shortened.COLUMNS + 2, "total"))
    assert [column.label for column in found.columns] == [*(f"c{at}" for at in range(99)), "total"] == [*found.foot]
    assert found.rows[-1][0] == "total"
    assert found.rows[-1][-1] == f"{shortened.ROWS}.{shortened.COLUMNS + 1}"


def test_a_table_of_many_letters_is_long_with_few_rows() -> None:
    rows = [["x", "y" * 1_000_000]] * 9
    assert len(short(Table([Column("a"), Column("b")], rows, rows)).rows) == 1


def quotes(count: int) -> list[Quote]:
    return [Quote(f"words {number}", "1/a:1", f"s{number}") for number in range(count)]


def table_of(*lists: Iterable[int]) -> Table:
    return Table([Column("a")], [["x"]] * len(lists), evidence=[[[f"s{at}" for at in numbers]] for numbers in lists])


def test_behind_numbers_of_a_study_of_some_size_are_all_its_quotes() -> None:
    found = Behind(quotes(50))
    assert found.of(table_of(range(50), (), (3,), range(50))) == [
        [Listed(0, None)], [None], [Listed(1, None)], [Listed(0, None)]
    ]  # fmt: skip
    assert found.lists == [[*range(50)], [3]]
    assert len(found.quotes.items) == 50


def test_of_very_many_some_are_behind_each_number_and_a_number_within_another_has_its_quotes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(behind, "MANY", 99)
    found = Behind(quotes(100))
    made = found.of(table_of(range(100), range(0, 100, 2), range(10)))
    assert [cell and cell.of for (cell,) in made] == [100, 50, None]
    shown = [quote.text for quote in found.quotes.items]
    of_all, of_even, of_ten = ([shown[at] for at in numbers] for numbers in found.lists)
    assert [len(of_all), len(of_even)] == [10, 10]
    assert {text for text in of_all if int(text.split()[1]) % 2 == 0} <= {*of_even}
    assert of_ten == [f"words {number}" for number in range(10)]
    assert {*shown} == {*of_all, *of_even, *of_ten}


def test_a_figure_of_too_many_tiles_is_refused_and_one_of_many_codings_is_not(ask: Ask) -> None:
    with pytest.raises(TooMuch, match="5050 tiles") as raised:
        figure(Document("matrix", [numbered(101, 51)], [{}]), ask, "svg")
    assert "--case" in raised.value.hint
    assert isinstance(raised.value, QcodeError)


def test_the_page_says_what_it_leaves_out_and_how_one_gets_it(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortened, "COLUMNS", 5)
    monkeypatch.setattr(behind, "MANY", 100)
    monkeypatch.setattr("qcode.report.figures.MOST", 20)
    page = as_site(ask, ["matrix"])
    assert page.count("De eerste 5 van 19 kolommen. Allemaal: qcode report matrix -o matrix.xlsx") == 1
    assert page.count("Geen figuur") == 3
    assert "citaten zoveel als een pagina aankan: achter een getal hoogstens 10" in page
    assert 'data-of="' in page
    assert {*LARGE["en"]} == {*LARGE["nl"]}


def test_a_page_of_a_small_study_leaves_nothing_out(ask: Ask) -> None:
    page = as_site(ask, ["matrix", "process"], pictures=False)
    assert "Allemaal: qcode" not in page
    assert 'data-of="' not in page


def test_coverage_keeps_no_text_of_what_the_index_knows(tmp_path: Path) -> None:
    """On a study of a thousand long interviews all texts in memory would be gigabytes."""
    for name in ("qcode.yaml", "codebooks", "cases"):
        copied = shutil.copytree if (EXAMPLE / name).is_dir() else shutil.copy
        copied(EXAMPLE / name, tmp_path / name)
    load_indexed(tmp_path)
    study = load_indexed(tmp_path)
    document("coverage", asked(tmp_path, study, {}))
    assert not [t.id for t in study.transcripts.values() if "_whole" in vars(t)]
