"""Figures: what is in them, against tables and counts by hand; and that they can be printed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from qcode.api import OpenStudy, asked, open_study
from qcode.core.errors import QcodeError
from qcode.report.document import Column, Document, Table
from qcode.report.figures import figure, sketch
from qcode.report.figures.drawn import as_figure
from qcode.report.figures.made import picture
from qcode.report.figures.paper import settings as on_paper
from qcode.report.figures.pictures import Band, Bars, Curve, Edge, Network, Picture, Piece, Tile, Tiles
from qcode.report.figures.sketch import as_sketch
from qcode.report.figures.tiles import tiles
from qcode.report.kinds import Ask, document

EXAMPLE = Path(__file__).parents[2]
HOSTILE = ["$x^2$ & <script>alert(1)</script>", "]]>", "a\\b{c}%", "שלום", "👍", "x" * 90, ""]


@pytest.fixture(scope="module")
def example() -> OpenStudy:
    return open_study(EXAMPLE)


def made(study: OpenStudy, kind: str, flags: dict[str, str] | None = None, **options: Any) -> tuple[Document, Ask]:
    shared = options.pop("shared", False)
    all_cases = options.pop("all_cases", False)
    ask = asked(study.root, study.study, flags or {}, all_cases=all_cases, shared=shared)
    return document(kind, ask, **options), ask


def test_a_tile_is_as_dark_as_its_number_and_branches_and_totals_are_not_compared(example: OpenStudy) -> None:
    """Rows: a branch, two codes below it, a total; the darkest is 8."""
    rows = [["tak", "9", "9", "18"], ["a", "8", "n/a", "8"], ["b", "2+", "0", "."], ["total", "9", "9", "18"]]
    columns = [Column("code", "left"), Column("x"), Column("y"), Column("total")]
    table = Table(columns, rows, rows, depth=[0, 1, 1, 0])
    _, ask = made(example, "matrix")
    found = picture(Document("matrix", [table], [{}]), ask)
    assert isinstance(found, Tiles)
    assert [[tile.weight for tile in row] for row in found.tiles] == [
        [None] * 3, [1.0, None, None], [0.25, 0.0, None], [None] * 3
    ]  # fmt: skip
    assert [tile.text for tile in found.tiles[2]] == ["2+", "0", "."]
    assert [*found.strong] == [True, False, False, True]
    assert found.notes == ["+ not all of it coded yet"]


def test_bars_are_the_passages_by_valence(example: OpenStudy) -> None:
    report, ask = made(example, "patterns")
    found = picture(report, ask)
    assert isinstance(found, Bars)
    ids = [tone for tone, _ in found.parts]
    assert [dict(zip(ids, row, strict=True)) for row in found.values] == [
        {tone: record["valences"][tone] for tone in ids} for record in report.records
    ]
    assert [sum(row) for row in found.values] == [record["passages"] for record in report.records]


def test_what_a_step_did_stands_under_each_case_by_outcome(example: OpenStudy) -> None:
    report, ask = made(example, "valence")
    found = picture(report, ask)
    assert isinstance(found, Tiles)
    outcomes = {record["case"]: record["outcome"] for record in report.records}
    assert [found.groups[found.cols.index(case)] for case in outcomes] == [
        ask.named("outcome", outcome) for outcome in outcomes.values()
    ]
    shown = {
        (row, case): tile.tones[0]
        for row, line in zip(found.rows, found.tiles, strict=True)
        for case, tile in zip(found.cols, line, strict=True)
        if tile.tones
    }
    assert shown == {(ask.named("code", r["code"]), r["case"]): r["verdict"] for r in report.records}


def test_a_timeline_holds_every_step_in_its_order(example: OpenStudy) -> None:
    report, ask = made(example, "process")
    found = picture(report, ask)
    assert isinstance(found, Tiles)
    transcripts = [*dict.fromkeys(record["transcript"] for record in report.records)]
    for transcript, row in zip(transcripts, found.tiles, strict=True):
        keys = [word.rstrip("+−±?") for tile in row if tile.text for word in tile.text.split("&")]
        own = [record for record in report.records if record["transcript"] == transcript]
        by_key = {code.id: code.key for code in ask.study.codebook.codes}
        assert keys == [by_key[record["code"]] for record in own]
        assert [tone for tile in row for tone in tile.tones] == [record["valence"] or "none" for record in own]


def test_a_network_has_the_pairs_of_the_report(example: OpenStudy) -> None:
    report, ask = made(example, "cooccurrence")
    found = picture(report, ask)
    assert isinstance(found, Network)
    edges = Counter({frozenset((found.nodes[e.a], found.nodes[e.b])): e.weight for e in found.edges})
    named = Counter({frozenset(ask.named("code", r[side]) for side in "ab"): r["count"] for r in report.records})
    assert edges == +named


def test_a_curve_ends_at_all_codes_and_each_is_new_once(example: OpenStudy) -> None:
    report, ask = made(example, "saturation")
    found = picture(report, ask)
    assert isinstance(found, Curve)
    assert [*found.total] == [sum(found.new[: at + 1]) for at in range(len(found.new))]
    assert found.total[-1] == len({code for record in report.records for code in record["codes"]})


def test_a_portrait_has_each_passage_where_it_stands(example: OpenStudy) -> None:
    """Against the places of the words in the transcript's text; the sections begin where their headings say so."""
    report, ask = made(example, "portrait", transcript="13/gemeente")
    found = picture(report, ask)
    assert isinstance(found, Band)
    text = ask.study.transcripts["13/gemeente"].text
    first, last = report.records[0]["text_start"], report.records[0]["text_end"]
    assert [name for _, name in found.marks][:2] == ["voorfase", "verloop van de match"]
    place = round(found.marks[1][0] * (last - first)) + first
    assert "phase=verloop" in text[place - 80 : place + 80]
    for piece, record in zip(found.pieces, report.records, strict=True):
        assert found.rows[piece.row] == ask.named("code", record["code"])
        assert round(piece.start * (last - first)) + first == record["start"]
        assert 0 <= piece.start < piece.end <= 1


def test_labels_do_not_overlap_where_there_are_many(example: OpenStudy) -> None:
    """26 cases by 23 codes with Dutch labels; and columns with long ones, under groups."""
    for options in ({"all_cases": True, "totals": True}, {"cols": "perspective", "split": "outcome"}):
        found = picture(*made(example, "matrix", **options))
        assert isinstance(found, Tiles)
        with on_paper():
            drawn = tiles(found)
            (axes,) = drawn.axes
            drawn.draw_without_rendering()
            for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
                boxes = [label.get_window_extent() for label in labels if label.get_text().strip()]
                assert len(boxes) > 10
                assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
            words = [text.get_window_extent() for text in axes.texts if text.get_text().strip()]
            assert not [pair for pair in combinations(words, 2) if pair[0].overlaps(pair[1])]


def test_a_hidden_or_empty_tile_never_looks_like_zero() -> None:
    """Zero is bare paper; each reason for an empty tile has a hatch of its own."""
    with on_paper():
        drawn = tiles(Tiles(["a"], list("12345"), [[Tile("0", 0.0), *map(Tile, ("n/a", "-", ".", "…"))]]))
        hatches = [patch.get_hatch() for patch in drawn.axes[0].patches]
    assert not hatches[0]
    assert len({*hatches[1:]}) == 4
    assert all(hatches[1:])


PICTURES: list[Picture] = [
    Tiles(HOSTILE, HOSTILE, [[Tile(text, n / 9) for text in HOSTILE] for n in range(7)], groups=HOSTILE, bands=HOSTILE),
    Bars(HOSTILE, [("helping", HOSTILE[0]), ("x", "$")], [[n, 2] for n in range(7)], HOSTILE[0]),
    Network(HOSTILE, [*range(7)], [Edge(0, 1, 3), Edge(2, 6, 1)], HOSTILE[0]),
    Network(["a"], [0], []),
    Curve(HOSTILE, [1, 0, 2, 0, 0, 0, 0], [1, 1, 3, 3, 3, 3, 3], HOSTILE[0]),
    Band(HOSTILE, [Piece(0, 0, 0.1, "both"), Piece(6, 0.99, 1)], [(0.0, HOSTILE[0])], [("both", HOSTILE[0])]),
]  # fmt: skip


@pytest.mark.parametrize("shown", PICTURES, ids=lambda shown: type(shown).__name__)
def test_labels_are_drawn_and_never_read_as_formulas_or_markup(shown: Picture) -> None:
    data = as_figure(shown, "svg", HOSTILE[0])
    root = ElementTree.fromstring(data)
    assert not [element for element in root.iter() if element.tag.endswith(("script", "image", "foreignObject"))]
    for form, start in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        assert as_figure(shown, form).startswith(start)
    assert as_sketch(shown, HOSTILE[0])


def test_the_same_report_is_the_same_figure_in_any_process() -> None:
    """Also with another seed for hashes, and another matplotlibrc."""
    code = (
        "import hashlib; from qcode.api import asked, open_study; from qcode.report.kinds import document\n"
        "from qcode.report.figures import FORMS, figure\n"
        "s = open_study('.'); a = asked(s.root, s.study, {'case': ['13']}); d = document('patterns', a)\n"
        "print([hashlib.sha256(figure(d, a, f)).hexdigest() for f in FORMS])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=EXAMPLE, capture_output=True, text=True, check=True, timeout=120,
            env={**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(printed) == 1


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), max_size=40), min_size=1, max_size=6
    ),
    st.integers(60, 160),
)
@settings(deadline=None, max_examples=40)
def test_a_sketch_fits_the_terminal(labels: Sequence[str], width: int) -> None:
    rows = [[Tile(str(n), n / 6) for n in range(len(labels))] for _ in labels]
    bars = Bars(labels, [("helping", "h"), ("none", "n")], [[n, 7] for n in range(len(labels))])
    curve = Curve(labels, [1] * len(labels), [*range(1, len(labels) + 1)])
    band = Band(labels, [Piece(at, at / 9, 0.9) for at in range(len(labels))])
    for shown in (Tiles(labels, [str(n) for n in range(len(labels))], rows), bars, curve, band):
        assert max(map(cell_len, as_sketch(shown, "told", width).split("\n"))) <= width


def test_kinds_without_a_figure_and_other_forms_are_refused(example: OpenStudy) -> None:
    with pytest.raises(QcodeError, match="no figure of 'cases'"):
        sketch(*made(example, "cases"))
    with pytest.raises(QcodeError, match="as 'jpg'"):
        figure(*made(example, "matrix"), "jpg")
    with pytest.raises(QcodeError, match="nothing to draw"):
        sketch(*made(example, "matrix", {"case": "14"}))
