"""What is shared can't be made to tell of a small count: another small count in its place gives the same table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.model import Privacy
from qcode.report.document import Column, Document, Place, Prose, Quote, Quotes, Table
from qcode.report.formats import render
from qcode.report.gate import gated

MINIMUM = 4
Numbers = Sequence[Sequence[int]]  # two branches of two codes each, three columns


def document(numbers: Numbers) -> Document:
    """A matrix of two branches with their codes, with totals of rows, of columns, and shares of the columns."""
    one, other = numbers[:2], numbers[2:]
    rows = [_sum(one), *one, _sum(other), *other, _sum(numbers)]
    rows = [[*row, sum(row)] for row in rows]
    shown = [["code", *(f"{n} ({n / max(t, 1):.0%})" for n, t in zip(row, rows[-1], strict=True))] for row in rows]
    columns = [Column("code", "left", ours=False), *(Column(name) for name in "abct")]
    parts: dict[Place, list[Place]] = {(row, 4): [(row, col) for col in (1, 2, 3)] for row in range(7)}
    for col in range(1, 5):
        parts[6, col] = [*parts.get((6, col), []), *((row, col) for row in range(6))]
    table = Table(columns, shown, depth=[0, 1, 1, 0, 1, 1, 0], parts=parts, notes=["7 in all"])
    return Document("matrix", [table], [{"n": n} for row in rows for n in row], {"codings": sum(map(sum, numbers))})


def _sum(rows: Numbers) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


numbers = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=4, max_size=4)


@settings(max_examples=200, deadline=None)
@given(numbers, st.integers(1, MINIMUM - 1))
def test_no_small_cell_can_be_worked_out(drawn: Numbers, other: int) -> None:
    """For each small cell: were it another small number, everything that is shown would be the same."""
    before = gated(document(drawn), Privacy(MINIMUM))
    for row, col in product(range(4), range(3)):
        if 0 < drawn[row][col] < MINIMUM:
            changed = [list(line) for line in drawn]
            changed[row][col] = other
            after = gated(document(changed), Privacy(MINIMUM))
            assert [render(after, form) for form in ("table", "csv", "json", "md")] == [
                render(before, form) for form in ("table", "csv", "json", "md")
            ]


@given(numbers)
def test_what_is_not_near_a_small_cell_is_shown(drawn: Numbers) -> None:
    """The twin: hiding everything would pass the test above. A code's own row is shown but for its small cells."""
    shown = gated(document(drawn), Privacy(MINIMUM)).tables[0].rows
    for at, line in zip((1, 2, 4, 5), drawn, strict=True):
        for cell, number in zip(shown[at][1:4], line, strict=True):
            assert cell.startswith("…" if 0 < number < MINIMUM else str(number))


def test_a_list_of_cases_is_a_count_too() -> None:
    columns = [Column("code", "left", ours=False), Column("cases", "left", ours=False, listed=True), Column("c")]
    table = Table(columns, [["A", "2 3*", "0.61"], ["B", "2 3 4 9", "0.50"], ["C", "–", "–"]])
    assert gated(Document("x", [table], []), Privacy(3)).tables[0].rows == [
        ["A", "…", "…"], ["B", "2 3 4 9", "0.50"], ["C", "–", "–"],
    ]  # fmt: skip


def test_quotes_stay_inside() -> None:
    quotes = Quotes([Quote("geheim", "1/wg:3", "s1", before="ook geheim", after="dit ook")])
    told = Document("quotes", [Prose("kop", 1), quotes], [])
    assert "geheim" in render(gated(told, Privacy()), "md")
    shared = render(gated(told, replace(Privacy(), quotes="none")), "md")
    assert "kop" in shared
    assert "1/wg:3" in shared
    assert "geheim" not in shared
    assert "ook" not in shared
