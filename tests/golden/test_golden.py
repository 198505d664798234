"""Each format of the difficult report: the bytes as kept, and what another program reads in them."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet
import pytest
from difficult import COUNTS, GOLDEN, HERE, WORDS, document, paragraphs, sheet_cells

from qcode.core.words import one_line, visible
from qcode.report.document import Document
from qcode.report.formats import FORMATS, render


@pytest.mark.parametrize("name", GOLDEN)
def test_every_format_is_what_was_looked_at(name: str) -> None:
    """`python tests/golden/difficult.py` writes the files anew."""
    assert GOLDEN[name]().encode() == (HERE / name).read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_report_is_the_same_bytes(form: str) -> None:
    assert render(document(), form) == render(document(), form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_of_nothing_has_a_form_too(form: str) -> None:
    assert render(Document("matrix", [], []), form) is not None


class _Reader(HTMLParser):
    """The tags, attributes and words of a page, and the words of each cell."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.cells: list[str] = []
        self.quotes: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attributes}
        if tag not in ("meta", "br"):
            self._open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")
        if tag == "blockquote":
            self.quotes.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("td", "th"):
            self.cells[-1] += data
        if "blockquote" in self._open:
            self.quotes[-1] += data
        if self._open and self._open[-1] == "style":
            self.style += data


def test_a_page_has_our_tags_only_and_the_words_as_words() -> None:
    text = render(document(), "html")
    page = _Reader(text)
    assert page.tags.isdisjoint({"script", "img", "i", "b", "x", "g", "y", "link", "iframe", "object"})
    assert not {name for name in page.names if name.startswith("on") or name in ("style", "src", "href")}
    shown = {visible(word) for word in WORDS}
    assert shown <= set(page.cells)
    assert {*COUNTS} <= set(page.cells)
    assert [quote.split("\n“")[-1].split("”\n")[0] for quote in page.quotes if "\n“" in quote] == [
        visible(word) for word in WORDS if word
    ]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html.unescape(text)


def test_a_sheet_has_numbers_as_numbers_and_words_as_words_that_never_run() -> None:
    made = render(document(), "xlsx")
    assert isinstance(made, bytes)
    lines = [*sheet_cells(made)]
    sheets = [str(line[0]) for line in lines if str(line[1]).startswith("A1")]
    assert sheets == ["Een tabel 1", "Een tabel 1 evidence", "matrix", "quotes", "text", "about"]
    assert lines[0][2:] == ["B3", "A2:D33"]  # rows 1 and 2 and the codes stay; the foot is not filtered away
    cells = {str(line[0]): line[1:] for line in lines[1 : lines.index(next(x for x in lines if x[0] == sheets[1]))]}
    for down, word in enumerate(WORDS, 3):
        words = cells[f"D{down}"]
        assert words[:2] == ["s", visible(word)]
        assert ("'" in words) == bool(re.match(r"[=+\-@\t\r\n]", word)), word
        count = COUNTS[(down - 3) % len(COUNTS)]
        number = re.match(r"(-?[\d.]+)(%?)(?! of)", count) if count != "." else None
        if number:
            kind, value, form, *_ = cells[f"B{down}"]
            behind = count[number.end() :]
            scale = 100 if number[2] else 1
            assert (kind, value) == ("n", pytest.approx(float(number[1]) / scale))
            assert form == (f'0"{behind}"' if behind else "0%" if number[2] else "General")
        else:
            assert cells[f"B{down}"] == ["s", count, "General"]


def test_a_cell_too_long_for_a_sheet_is_cut_and_says_so() -> None:
    from qcode.report.document import Quote, Quotes

    made = render(Document("quotes", [Quotes([Quote("x" * 40_000, "1/a:1")])], []), "xlsx")
    assert isinstance(made, bytes)
    (long,) = [str(line[2]) for line in sheet_cells(made) if line[0] == "B2" and "x" in str(line[2])]
    assert len(long) == 32_767
    assert long.endswith("x … (cut: a cell holds no more)")


def test_word_has_headings_the_words_and_the_style_for_quotes() -> None:
    made = render(document(), "docx")
    assert isinstance(made, bytes)
    found = [*paragraphs(made)]
    assert found[:2] == [("Heading1", "Titel <x> & {y}"), ("Heading2", "Kop <b>één</b> & meer")]
    texts = [text for style, text in found if style == "Normal"]
    assert all(texts.count(visible(word)) >= 2 for word in WORDS)
    quotes = [text for style, text in found if style == "Quote"]
    around = [visible(word) for word in WORDS]
    assert quotes == [f"{word}\n“{word}”\n{word}" if word else "“”" for word in around]


def test_parquet_is_tidy_and_says_what_was_counted() -> None:
    made = render(document(), "parquet")
    assert isinstance(made, bytes)
    table = pyarrow.parquet.read_table(io.BytesIO(made))
    assert table.column_names == ["code", "n", "cases", "by.a", "by.b"]
    assert table.column("n").to_pylist() == [*range(len(WORDS))]
    assert table.column("code").to_pylist() == [word.replace("\ud800", "\\ud800") for word in WORDS]
    assert b'"filter": "a|b = \'<x>\'"' in table.schema.metadata[b"qcode"]


# What a TeX that knows these and nothing else makes of it; any other command fails.
COMMANDS = {
    r"\textbackslash{}": "\\", r"\{": "{", r"\}": "}", r"\$": "$", r"\&": "&", r"\#": "#", r"\%": "%", r"\_": "_",
    r"\textasciicircum{}": "^", r"\textasciitilde{}": "~", r"\textless{}": "<", r"\textgreater{}": ">",
    r"\textbar{}": "|", r"\symbol{34}": '"', r"\textasciigrave{}": "`",
}  # fmt: skip
TOKEN = re.compile(r"\\(?:[a-z]+\{\d*\}|[^a-z])|\{([^\\{}])\}|[^\\{}$&#%_^~]", re.DOTALL)


def typeset(text: str) -> str:
    """The letters on paper. Raises on anything that TeX would act on."""
    out, at = "", 0
    assert not re.search(r"--|''|``|,,|<<|>>|[?!]`|[\[\]*\"|<>]", re.sub(r"\{.\}", "", text)), text
    while at < len(text):
        token = TOKEN.match(text, at)
        assert token, text[at:]
        out += token[1] or COMMANDS.get(token[0], token[0])
        at = token.end()
    return out


def test_latex_prints_the_words_and_does_nothing_with_them() -> None:
    text = render(document(), "latex")
    rows = text.split("\\midrule\n")[1].splitlines()
    for word, row in zip(WORDS, rows, strict=True):
        cells = re.split(r"(?<!\\) ?& ", re.sub(r"^\\hspace\*\{\dem\}", "", row).removesuffix(" \\\\"))
        assert len(cells) == 4
        assert {typeset(cells[0]), typeset(cells[3])} == {one_line(word)}
        assert typeset(cells[1]) in COUNTS


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdfLaTeX")
def test_latex_compiles(tmp_path: Path) -> None:
    """The Latin words of it: other letters need another engine and a font."""
    text = render(document(), "latex")
    latin = re.sub(r"[^\x00-\u024f–“”€]", "", text)
    head = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs,longtable,array}\begin{document}"
    (tmp_path / "a.tex").write_text(f"{head}\n{latin}\n\\end{{document}}\n", encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-no-shell-escape", "a.tex"], cwd=tmp_path, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stdout.decode("latin-1")[-2000:]
