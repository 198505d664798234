"""How a table folds: read back column by column it is all there at any width; and some tables drawn by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from qcode.report.document import Column, Document, Table
from qcode.report.formats import render
from qcode.report.grid import Block, grid, shortened, wrap


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def shown(table: Table, width: int | None) -> str:
    return render(Document("x", [table], []), "table", width=width)


WORDS = st.text("abcdefgh -", min_size=1, max_size=30).filter(str.strip)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """With groups or none, columns of words among those of numbers, rows indented, a foot, short labels."""
    groups = draw(
        st.lists(st.tuples(st.one_of(st.just(""), WORDS), st.lists(WORDS, min_size=1, max_size=7)), max_size=4)
    )
    columns = [Column("code", "left", ours=False)]
    for name, labels in groups:
        words = not name and draw(st.booleans())
        columns += [Column(label, "left" if words else "right", group=name) for label in labels]
    number = st.one_of(st.integers(0, 10**6).map(str), st.sampled_from(["n/a", ".", "-", "12+ (40%)"]))
    rows = [
        [draw(WORDS), *(draw(number if column.align == "right" else WORDS) for column in columns[1:])]
        for _ in range(draw(st.integers(0, 4)))
    ]
    foot = ["N (cases)", *("1" for _ in columns[1:])] if draw(st.booleans()) else []
    short = ["key", *(f"T{n}" for n in range(len(rows))), *(["N"] if foot else [])] if draw(st.booleans()) else []
    depth = [draw(st.integers(0, 3)) for _ in rows]
    return Table(columns, rows, rows, short=short, foot=foot, depth=depth, legend=". = none")


def blocks_of(text: str) -> tuple[list[list[str]], str]:
    """The lines of each block, and what stands under the table. A block begins above the rule over its whole width."""
    lines = text.splitlines()
    end = next(at for at, line in enumerate(lines) if line.startswith(". = none"))
    blocks: list[list[str]] = []
    for at, line in enumerate(lines[:end]):
        # An empty line is within a block above its foot, and before the next block.
        if not line and not lines[at + 1].startswith("N"):
            blocks.append([])
        elif blocks:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks, "\n".join(lines[end:])


def columns_of(block: Block) -> Iterator[slice]:
    at = 0
    for width, gap in zip(block.widths, block.gaps, strict=True):
        yield slice(at + gap, at + gap + width)
        at += gap + width


def read(lines: Sequence[str], place: slice) -> str:
    return squeezed("".join(line[place] for line in lines))


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(40, 160))
def test_every_cell_and_heading_is_there_at_any_width(table: Table, width: int) -> None:
    text = shown(table, width)
    assert max(map(len, text.splitlines())) <= width
    blocks, below = blocks_of(text)
    laid = grid(table, width).blocks
    assert len(blocks) == len(laid)
    columns = [*zip(*([*table.rows, table.foot] if table.foot else table.rows), strict=True)] or [()] * len(
        table.columns
    )
    at = 1
    for number, (block, lines) in enumerate(zip(laid, blocks, strict=True)):
        rules = [n for n, line in enumerate(lines) if line and not line.strip("─ ")]
        places, body = [*columns_of(block)], lines[rules[-1] + 1 :]
        head = lines[rules[0] + 1 : rules[1]] if len(rules) > 1 else lines[: rules[0]]
        labels = table.short[1:] if number and table.short else columns[0]
        assert read(body, places[0]) == squeezed("".join(labels))
        for place in places[1:]:
            heading = read(head, place)
            whole = squeezed(table.columns[at].label)
            assert heading == whole or f"{heading}={whole}" in squeezed(below)
            assert read(body, place) == squeezed("".join(columns[at]))
            at += 1
        over = squeezed("".join(lines[: rules[0]])) if len(rules) > 1 else ""
        names = {squeezed(column.group) for column in table.columns[at - len(places) + 1 : at]}
        # The letters of the names: where several fold, they stand mixed.
        assert {*over} == {*"".join(names)}
    assert at == len(table.columns)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("añ漢字😀 é", min_size=1, max_size=40), min_size=1, max_size=6), st.integers(40, 100))
def test_wide_characters_stay_within_the_width(words: list[str], width: int) -> None:
    columns = [Column("漢字", "left"), *(Column(word, group="字字") for word in words)]
    rows = [[word, *("1" for _ in words)] for word in words]
    assert max(map(cell_len, shown(Table(columns, rows, rows), width).splitlines())) <= width


@given(st.lists(st.text("abc- é", max_size=12), max_size=8))
def test_shortened_labels_are_told_apart_and_begin_as_they_did(labels: list[str]) -> None:
    shorts = shortened(labels)
    assert len({*shorts.values()}) == len({*labels}) == len(shorts)
    for label, short in shorts.items():
        assert short == label or (short[-1] == "." and len(short) > 4 and label.startswith(short[:-1]))
        assert len(short) <= len(label)


def test_a_label_is_broken_off_within_a_word() -> None:
    labels = ["duurzame match", "niet-duurzame match", "geen match", "werkgever", "werkzoekende", "beide", "none"]
    assert [*map(shortened(labels).get, labels)] == [
        "duur.", "niet-d.", "geen m.", "werkg.", "werkz.", "beide", "none"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("een twee drie", 8, ["een twee", "drie"]),
        ("  een twee drie", 8, ["  een", "  twee", "  drie"]),
        ("zomaarietslangs x", 6, ["zomaar", "ietsla", "ngs x"]),
        ("", 3, [""]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
    ],
)
def test_text_folds_between_words_or_else_within_them(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_a_wide_table_folds_into_blocks_that_repeat_the_rows() -> None:
    columns = [Column("code", "left", ours=False), *(Column(f"k{n}") for n in range(6))]
    rows = [["T1 een", *("1000",) * 6], ["T2 twee", *("20",) * 6]]
    table = Table(columns, rows, rows, depth=[0, 1], short=["key", "T1", "T2", "N"], foot=["N (cases)", *"123456"])
    assert shown(table, 32) == (
        "code         k0    k1    k2\n"
        "───────────────────────────\n"
        "T1 een     1000  1000  1000\n"
        "  T2 twee    20    20    20\n"
        "\n"
        "N (cases)     1     2     3\n"
        "\n"
        "key     k3    k4    k5\n"
        "──────────────────────\n"
        "T1    1000  1000  1000\n"
        "  T2    20    20    20\n"
        "\n"
        "N        4     5     6\n"
    )


GROUPED = Table(
    [
        Column("code", "left", ours=False),
        *(Column(label, group="outcome") for label in ("duurzame match", "geen match")),
        *(Column(label, group="perspective") for label in ("werkgever", "werkzoekende", "gemeente")),
    ],
    [["T1 Werkgevers", "9", "1", "10", "12", "3"], ["T2 Afspraken", "4", "11", "8", "0", "n/a"]],
    short=["key", "T1", "T2"],
)


def test_a_group_has_its_name_once_over_its_columns() -> None:
    assert shown(GROUPED, None) == (
        "                        outcome                       perspective\n"
        "               ──────────────────────────  ─────────────────────────────────\n"
        "code           duurzame match  geen match  werkgever  werkzoekende  gemeente\n"
        "────────────────────────────────────────────────────────────────────────────\n"
        "T1 Werkgevers               9           1         10            12         3\n"
        "T2 Afspraken                4          11          8             0       n/a\n"
    )


def test_headings_are_shortened_where_that_saves_a_block() -> None:
    assert shown(GROUPED, 56) == (
        "                  outcome           perspective\n"
        "               ──────────────  ─────────────────────\n"
        "code           duur.  geen m.  werkg.  werkz.  geme.\n"
        "────────────────────────────────────────────────────\n"
        "T1 Werkgevers      9        1      10      12      3\n"
        "T2 Afspraken       4       11       8       0    n/a\n"
        "duur. = duurzame match · geen m. = geen match ·\n"
        "werkg. = werkgever · werkz. = werkzoekende ·\n"
        "geme. = gemeente\n"
    )


def test_columns_of_words_share_the_room_that_is_left() -> None:
    columns = [Column(label, "left", ours=False) for label in ("code", "phase", "cases")]
    rows = [["T1 Werkgevers actief", "–", "1 2 3 4 5 6 7 8 9"], ["T2 Afspraken", "verloop van de match", "1 2*"]]
    rule = "─" * 60
    assert shown(Table(columns, rows), 60) == (
        "code                  phase                 cases\n"
        f"{rule}\n"
        "T1 Werkgevers actief  –                     1 2 3 4 5 6 7 8\n"
        "                                            9\n"
        "T2 Afspraken          verloop van de match  1 2*\n"
    )


def test_the_line_under_it_breaks_between_its_parts() -> None:
    table = Table([Column("a", "left")], [["b"]], notes=["passages · 18 cases · coded by anna, bram"])
    assert shown(table, 24).splitlines()[-2:] == ["passages · 18 cases ·", "coded by anna, bram"]
    assert shown(table, None).splitlines()[-1] == "passages · 18 cases · coded by anna, bram"
