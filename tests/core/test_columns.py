"""Columns of few objects are what a list of the same values is; the lists say what to expect."""

from __future__ import annotations

import gc
import weakref
from array import array
from collections.abc import Sequence
from itertools import chain, compress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.core.columns import SMALL, Coded, Column, Texts, Whole, joined, repeated, taken
from qcode.core.rows import Row
from qcode.core.table import Table

VALUES = st.lists(st.none() | st.sampled_from(["", "a", "b\0", "\ud800", "é"]) | st.text(max_size=3), max_size=12)
NUMBERS = st.lists(st.none() | st.integers(0, 2**31 - 1), max_size=12)


def whole(values: Sequence[int | None]) -> Whole:
    return Whole(array("i", [-1 if value is None else value for value in values]))


@given(VALUES, NUMBERS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_a_column_is_the_list_of_its_values(values: list[Any], numbers: list[Any], random: Any) -> None:
    for column, listed in ((Coded.of(values), values), (whole(numbers), numbers)):
        mask = [random.random() < 0.5 for _ in listed]
        assert list(column) == listed
        assert column == listed
        assert len(column) == len(listed)
        assert [column[at] for at in range(len(listed))] == listed
        assert column[1:4] == listed[1:4]
        assert list(taken(column, mask)) == list(compress(listed, mask))
        assert column.places(compress(range(len(listed)), mask)) == list(compress(listed, mask))


@given(VALUES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_a_column_meets_the_values_that_are_in_it(values: list[Any], random: Any) -> None:
    """Not those of its levels that were taken out."""
    mask = [random.random() < 0.5 for _ in values]
    assert Coded.of(values).taken(mask).met() == set(compress(values, mask))


@given(st.lists(st.integers(0, 3), max_size=600))
@settings(deadline=None, max_examples=30)
def test_numbers_repeated(times: list[int]) -> None:
    found = repeated(times)
    assert list(found) == [number for number, many in enumerate(times) for _ in range(many)]
    assert isinstance(found, bytes) == (len(times) <= SMALL)


@given(st.lists(VALUES, max_size=4))
@settings(deadline=None, max_examples=60)
def test_joined_columns_are_joined_lists(parts: list[list[Any]]) -> None:
    found = joined([Coded.of(part) for part in parts])
    assert list(found) == [*chain(*parts)]
    if parts and isinstance(found, Coded):
        assert len(set(found.levels)) == len(found.levels)


def test_more_levels_than_a_byte_can_number() -> None:
    """Whether or not a byte can number those of each part."""
    parts = [[f"{part}/{n}" for n in range(SMALL)] for part in range(3)] + [[f"3/{n}" for n in range(SMALL + 1)]]
    found = joined([Coded.of(part) for part in parts])
    assert isinstance(found, Coded)
    assert isinstance(found.at, array)
    assert list(found) == [*chain(*parts)]
    assert bytes(found.holding(lambda name: name.startswith("1/"))) == bytes(
        [0] * SMALL + [1] * SMALL + [0] * (2 * SMALL + 1)
    )
    assert list(Coded.of(parts[0]).holding(lambda name: name == "0/3")) == [n == 3 for n in range(SMALL)]


def test_columns_of_two_kinds_are_joined_as_they_are() -> None:
    """A line that no C number holds makes a case's column one of levels."""
    assert joined([whole([1, None]), Coded.of([99999999999, 2])]) == [1, None, 99999999999, 2]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5), min_size=1))
@settings(deadline=None, max_examples=60)
def test_texts_are_the_list_of_them(listed: list[str]) -> None:
    data = "\0".join(listed).encode()
    ends, at = array("i"), -1
    for text in listed:
        at += len(text.encode()) + 1
        ends.append(at)
    found = Texts(data, ends)
    assert list(found) == listed
    assert [found[at] for at in range(len(listed))] == listed
    assert found[1:3] == listed[1:3]


def test_of_rows_chosen_only_what_was_chosen_is_read() -> None:
    """A table that can read of chosen rows reads no whole column after a choice, and none where nothing is chosen."""
    values = {name: [f"{name}{n}" for n in range(4)] for name in Row._fields}
    read: list[str] = []

    def column(name: str) -> list[str]:
        read.append(name)
        return values[name]

    table = Table(column, 4, lambda mask: lambda name: list(compress(values[name], mask)))
    chosen = table.where([False, True, False, True])
    assert chosen.column("quote") == ["quote1", "quote3"]
    assert [row.code for row in chosen.with_column("coder", lambda: ["x", "y"]).rows({"code"})] == ["code1", "code3"]
    assert [row.coder for row in chosen.rows({"code"})] == [None, None]
    assert list(table.where(bytes(4))) == []
    assert read == []
    assert table.where([1, 1, 1, 1]) is table
    other = table.with_column("coder", lambda: ["p", "q", "r", "s"])
    assert [row.coder for row in other.where(bytes([0, 0, 1, 0]))] == ["r"]


def test_a_table_with_another_column_goes_when_nobody_holds_it_and_what_it_reads_from_with_it() -> None:
    """A circle would keep the index open that the columns are read from, until somebody sweeps."""

    class Source:
        def __call__(self, name: str) -> Column:
            return ["x", "y"]

    source = Source()
    gone = weakref.ref(source)
    made = Table(source, 2).with_column("coder", lambda: ["p", "q"])
    assert [*made.where(b"\1\0").column("coder")] == ["p"]
    gc.disable()
    try:
        del source, made
        assert gone() is None
    finally:
        gc.enable()
