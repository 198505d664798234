"""The page for a client, in a real browser: sorted, filtered, followed to its quotes; nothing else runs."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import CHROMIUM, Page, page

Run = Callable[..., subprocess.CompletedProcess[str]]
HOSTILE = "<img src=x onerror=\"document.title='taken'\"> <script>document.title='taken'</script> {{ 7*7 }} & </figure>"
TAGS = (
    ("She rang me", "contact", ()),
    ("every Friday. [bold]", "contact", ()),
    ("I trusted him", "trust", ("--valence", "helping")),
    (HOSTILE, "money", ()),
)
HEADS = "#matrix-case thead tr:last-child th"
CELLS = (
    "[...document.querySelectorAll('#matrix-case tbody tr')].filter(r => !r.hidden)"
    ".map(r => r.cells[{}].textContent).join('|')"
)


@pytest.fixture
def site(qcode: Run, study: Path) -> Path:
    """The study's page, a quote in it full of markup."""
    file = study / "cases/1/employer.md"
    file.write_text(file.read_text(encoding="utf-8") + f"\n**R:** {HOSTILE}\n", encoding="utf-8")
    for quote, code, more in TAGS:
        done = qcode("tag", "1/employer", "--quote", quote, "--code", code, "--coder", "anna", *more)
        assert done.returncode == 0, done.stderr
    made = qcode("report", "site", "--all-cases", "-o", "out")
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    return study / "out/index.html"


def visited(site: Path, profile: Path, visit: Callable[[Page], object], *, query: str = "") -> None:
    """Do something on the page; afterwards nothing was complained of and nothing asked for but the page itself."""

    async def go() -> None:
        async with page(profile) as opened:
            address = site.as_uri() + query
            await opened.open(address)
            await opened.becomes("document.readyState == 'complete'")
            await visit(opened)  # type: ignore[misc]
            assert await opened.value("document.title") == "Small – reports"
            assert opened.complaints == []
            assert [url for url in opened.asked if not url.startswith("data:")] == [address.partition("#")[0]]

    asyncio.run(go())


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_heading_sorts_its_column_and_sorts_it_back(site: Path, tmp_path: Path) -> None:
    async def visit(opened: Page) -> None:
        before = await opened.value(CELLS.format(1))
        assert before.split("|") == ["3+", "2+", "1+", "1+", "1+"]
        labels = ["themes", "T1 Contact", "T2 money", "steps", "S1 trust"]
        read = ["S1 trust", "steps", "T1 Contact", "T2 money", "themes"]  # as people sort them
        for state, order in (("ascending", read), ("descending", read[::-1]), ("none", labels)):
            await opened.value(f"document.querySelector('{HEADS} button').click()")
            assert await opened.value(f"document.querySelector('{HEADS}').ariaSort") == state
            assert (await opened.value(CELLS.format(0))).split("|") == order
        await opened.value(f"document.querySelectorAll('{HEADS} button')[1].focus()")
        await opened.press("Enter", "Enter")
        assert (await opened.value(CELLS.format(1))).split("|") == ["1+", "1+", "1+", "2+", "3+"]

    visited(site, tmp_path / "profile", visit)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_filter_leaves_the_rows_with_those_words(site: Path, tmp_path: Path) -> None:
    async def visit(opened: Page) -> None:
        await opened.value("document.querySelector('#matrix-case .filter input').focus()")
        await opened.press(*"trust")
        assert await opened.value(CELLS.format(0)) == "S1 trust"
        assert await opened.value("document.querySelector('#matrix-case .filter output').textContent") == "1 of 5"

    visited(site, tmp_path / "profile", visit)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_number_leads_to_its_quotes_and_back_by_keyboard(site: Path, tmp_path: Path) -> None:
    async def visit(opened: Page) -> None:
        cell = "document.querySelector('#matrix-case tbody tr:nth-child(3) td button')"
        await opened.value(f"{cell}.focus()")
        await opened.press("Enter")
        assert await opened.value("document.querySelector('dialog').open")
        assert "T2 money · 1: 1 quote" in await opened.value("document.activeElement.textContent")
        quotes = "[...document.querySelectorAll('dialog blockquote')].map(q => q.textContent).join('|')"
        assert await opened.value(quotes) == f"“{HOSTILE}”"
        assert (
            await opened.value("document.querySelectorAll('dialog :is(img, script), section blockquote img').length")
            == 0
        )
        await opened.press("Escape")
        assert not await opened.value("document.querySelector('dialog').open")
        assert await opened.value(f"document.activeElement === {cell}")

    visited(site, tmp_path / "profile", visit)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_every_number_has_as_many_quotes_as_segments_are_behind_it(site: Path, tmp_path: Path) -> None:
    """Each is looked up: in this study every segment is a passage of its own."""

    async def visit(opened: Page) -> None:
        wrong = await opened.value("""
            [...document.querySelectorAll('#matrix-case td button, #matrix-perspective td button')].filter((button) => {
              button.click();
              const found = document.querySelectorAll('dialog figure').length;
              document.querySelector('dialog .close').click();
              return found !== parseInt(button.textContent);
            }).length
        """)
        assert wrong == 0
        assert await opened.value("document.querySelectorAll('#matrix-case td button').length") == 5

    visited(site, tmp_path / "profile", visit)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_phone_needs_no_sideways_scrolling_of_the_page(site: Path, tmp_path: Path) -> None:
    async def visit(opened: Page) -> None:
        await opened.send("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
        assert await opened.value("document.documentElement.scrollWidth") <= 360

    visited(site, tmp_path / "profile", visit)


class _Names(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.targets |= {(given["href"] or "").removeprefix("#")} if tag == "a" else set()
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]


def test_every_link_has_a_place_ids_are_unique_and_no_handler_is_inline(site: Path) -> None:
    names = _Names(site.read_text(encoding="utf-8"))
    assert len(names.ids) == len({*names.ids})
    assert names.targets <= {*names.ids}
    assert not names.handlers


def test_the_same_study_is_the_same_page_and_a_file_is_as_good_as_a_folder(qcode: Run, study: Path, site: Path) -> None:
    qcode("report", "site", "--all-cases", "-o", "one.html", PYTHONHASHSEED="7")
    assert (study / "one.html").read_bytes() == site.read_bytes()


def test_a_page_in_dutch_and_of_some_kinds(qcode: Run, study: Path, site: Path) -> None:
    settings = study / "qcode.yaml"
    settings.write_text("language: nl\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    page_of = qcode("report", "site", "--kind", "matrix", "--no-figures", "--all-cases")
    assert '<html lang="nl">' in page_of.stdout
    assert "Codes per casus" in page_of.stdout
    assert 'id="valence"' not in page_of.stdout
    assert qcode("report", "site", "--kind", "matrx").returncode == 2
    assert qcode("report", "site", "-o", "x.pdf").returncode == 2


def test_what_is_shared_has_no_words_and_nothing_behind_hidden_sums(qcode: Run, study: Path, site: Path) -> None:
    """Quotes are left out where no quotes go out; with small counts hidden nothing is behind any number."""
    settings = study / "qcode.yaml"
    whole = settings.read_text(encoding="utf-8")
    settings.write_text(whole + "privacy: {quotes: none}\n", encoding="utf-8")
    assert "She rang me" not in qcode("report", "site", "--all-cases", "--shared").stdout
    settings.write_text(whole + "privacy: {minimum_cell: 3}\n", encoding="utf-8")
    shared = qcode("report", "site", "--all-cases", "--shared", "--no-figures").stdout
    assert 'data-behind="' not in shared
    assert 'id="all-quotes"' not in shared
    assert "She rang me" in site.read_text(encoding="utf-8")
    assert os.path.getsize(site) > 10_000
