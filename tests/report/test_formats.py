"""One table that holds every difficult value, in every format."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from qcode.core.errors import UnknownName
from qcode.report.document import Column, Document, Table
from qcode.report.formats import Text, render
from qcode.report.text import csv_text, md_text

DIFFICULT = [
    "a|b", "[bold]vet[/bold]", "\x1b[31mrood\x1b[0m", "=1+1", "+31 6", "-x", "@som", "\tin", "שלום \u202eabc",
    "👩‍👩‍👧 :smile:",
    "twee\nregels", "<script>x</script>", "*ster* _streep_ `code`", "\\", "", "'citaat\"", "1. een", "# kop", "\ud800",
]  # fmt: skip


def document(words: Sequence[str] = DIFFICULT, heading: str = "naam [i]|") -> Document:
    rows = [[text, str(n), "-", "3+"] for n, text in enumerate(words)]
    plain = [[text, str(n), "-", "3"] for n, text in enumerate(words)]
    columns = [Column("code", "left", ours=False, named=True), Column(heading), Column("-", group="=g"), Column("d")]
    table = Table(columns, rows, plain, foot=["N (cases)", "1", "2", "3"], legend="- = none", notes=["note [x]"])
    return Document("matrix", [table], [{"code": text, "n": n} for n, text in enumerate(words)], {"filter": "a|b"})


def read_csv(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_separated_values_read_back_with_formulas_neutralised(form: Text, delimiter: str) -> None:
    heading, *rows = read_csv(render(document(), form), delimiter)
    assert heading == ["code", "naam [i]|", "'=g: -", "d"]
    assert [row[1:] for row in rows] == [[str(n), "-", "3"] for n in range(len(DIFFICULT))]
    words = dict(zip(DIFFICULT, (row[0] for row in rows), strict=True))
    assert [words[text] for text in ("=1+1", "+31 6", "-x", "@som", "\tin")] == [
        "'=1+1",
        "'+31 6",
        "'-x",
        "'@som",
        "'\tin",
    ]
    assert [words[text] for text in ("a|b", "", "twee\nregels", "<script>x</script>")] == [
        "a|b", "", "twee\nregels", "<script>x</script>"
    ]  # fmt: skip
    assert words["\x1b[31mrood\x1b[0m"] == "␛[31mrood␛[0m"


def test_separated_values_keep_numbers_and_nothing() -> None:
    assert csv_text(["a", "b", "c"], [[-1, None, "-1"], [0.5, True, "x"]], ",") == "a,b,c\n-1,,'-1\n0.5,True,x\n"


def test_json_holds_the_words_as_they_are() -> None:
    text = render(document(), "json")
    text.encode()
    assert json.loads(text) == {
        "report": "matrix", "meta": {"filter": "a|b"}, "data": [{"code": t, "n": n} for n, t in enumerate(DIFFICULT)]
    }  # fmt: skip
    assert json.loads(render(document([]), "json"))["data"] == []


def test_markdown_has_a_line_per_row_and_four_cells_in_each() -> None:
    lines = render(document(), "md").splitlines()
    table = lines[: len(DIFFICULT) + 3]
    assert table[:2] == ["| code | naam \\[i\\]\\| | \\=g: - | d |", "| :--- | ---: | ---: | ---: |"]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in table)
    assert table[2] == "| a\\|b | 0 | - | 3+ |"
    assert table[3] == "| \\[bold\\]vet\\[/bold\\] | 1 | - | 3+ |"
    assert "&lt;script&gt;x&lt;/script&gt;" in table[13]
    assert table[-1] == "| N (cases) | 1 | 2 | 3 |"
    assert lines[-3:] == ["\\- = none", "", "note \\[x\\]"]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20))
def test_markdown_shows_the_words_that_went_in(words: str) -> None:
    shown = html.unescape(re.sub(r"\\(.)", r"\1", md_text(words)))
    assert shown == html.unescape(html.escape(words, quote=False))


@pytest.mark.parametrize("width", [None, 200, 80, 30])
def test_a_terminal_gets_words_and_nothing_that_acts(width: int | None) -> None:
    text = render(document(), "table", width=width)
    for acting in ("\x1b", "\u202e", "\t", "\ud800"):
        assert acting not in text
    for shown in ("[bold]vet[/bold]", "␛[31mrood␛[0m", "=1+1", ":smile:", "note [x]", "- = none"):
        assert shown.replace(" ", "") in re.sub(r"[ \n]", "", text)
    if width:
        assert max(map(cell_len, text.splitlines())) <= width


def test_without_a_terminal_every_row_is_one_line() -> None:
    text = render(document(["x " * 200, "y"]), "table")
    assert len([line for line in text.splitlines() if line.startswith("x x x")]) == 1
    assert ("x " * 200).strip() in text


def test_colour_only_when_asked_for() -> None:
    assert "\x1b[" in render(document(), "table", width=80, colour=True)
    assert "\x1b" not in render(document(), "table", width=80)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownName):
        render(document(), "jsn")
