"""Tiles on paper: a heat map with its numbers in it, and words coloured by what they did."""

from __future__ import annotations

from itertools import groupby
from math import sqrt
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from qcode.report.figures.paper import (
    INK,
    LETTER,
    LINE,
    PAPER,
    ROW,
    SOFT,
    axes_of,
    colour,
    fold,
    legend,
    patches,
    rows_of,
    shade,
)
from qcode.report.figures.pictures import EMPTY, Tile, Tiles

HATCHES = {"n/a": "xxxx", "-": "////", ".": "....", "…": "\\\\\\\\"}
DARKEST = 0.85  # of the scale, so that letters are read on it
INSIDE: Any = {"in_layout": False}  # of what lies within the drawing, so that its size need not be measured
PALE = 0.65  # the weight from which letters are white


def tiles(picture: Tiles) -> Figure:
    """Each tile with its word in it; labels beside and above, groups and bands outside these."""
    wide = max(0.26, *(_wide(tile) for row in picture.tiles for tile in row))
    figure, axes = axes_of(wide * len(picture.cols), ROW * len(picture.rows))
    axes.set_xlim(0, len(picture.cols))
    axes.spines[:].set_visible(False)
    rows_of(axes, picture.rows)
    strong = picture.strong or [False] * len(picture.rows)
    for down, row in enumerate(picture.tiles):
        for at, tile in enumerate(row):
            _tile(axes, at, down, tile, strong[down])
    for label, bold in zip(axes.get_yticklabels(), strong, strict=True):
        label.set_fontweight("bold" if bold else "normal")
    _heads(axes, picture, wide)
    _bands(axes, picture, wide)
    legend(axes, [*patches(picture.tones, hatched=False), *_empties(picture)], picture.notes)
    return figure


def _wide(tile: Tile) -> float:
    """Inches. Several words stand beside each other in smaller letters."""
    words = tile.text.split("&") if len(tile.tones) > 1 else [tile.text]
    return sqrt(len(words)) * max(map(len, words)) * LETTER + 0.1


def _tile(axes: Any, at: int, down: int, tile: Tile, strong: bool) -> None:
    """A number as dark as it is large; what is none hatched by its reason; words each in their colour."""
    words = tile.text.split("&") if len(tile.tones) > 1 else [tile.text]
    width = 1 / len(words)
    for number, word in enumerate(words):
        face, hatch, ink = PAPER, "", INK
        if tile.tones:
            face = colour(tile.tones[number])
        elif tile.weight is not None:
            face = shade(DARKEST * tile.weight) if tile.weight else PAPER
            ink = PAPER if tile.weight > PALE else INK if tile.weight else SOFT
        elif word in EMPTY:
            word, hatch = "", HATCHES[word]
        left = at + number * width
        # An artist, of which the limits are not asked, where a patch would be each time.
        axes.add_artist(Rectangle((left, down), width, 1, fc=face, ec=LINE, lw=0.4, hatch=hatch, zorder=1, **INSIDE))
        if word:
            axes.text(
                left + width / 2, down + 0.54, word, ha="center", va="center", color=ink, fontsize=8 / sqrt(len(words)),
                fontweight="bold" if strong else "normal", zorder=3, **INSIDE,
            )  # fmt: skip


def _heads(axes: Any, picture: Tiles, wide: float) -> None:
    """Labels of columns on top, on their side where they are wider than their column; above them their groups."""
    folded = [fold(col, 26) for col in picture.cols]
    lines = [line for label in folded for line in label.split("\n")]
    turned = any(len(line) * LETTER > wide for line in lines)
    axes.xaxis.tick_top()
    axes.set_xticks([at + 0.5 for at in range(len(folded))], folded, rotation=90 if turned else 0)
    if not any(picture.groups):
        return
    top = -((max(map(len, lines)) * LETTER if turned else 0.2) + 0.14) / ROW
    at = 0
    for name, members in groupby(picture.groups):
        span = len([*members])
        axes.plot([at + 0.1, at + span - 0.1], [top, top], color=INK, lw=0.6, clip_on=False)
        label = fold(name, max(int(span * wide / LETTER), 6))
        axes.text(at + span / 2, top - 0.2, label, ha="center", va="bottom", fontweight="bold")
        if at:
            axes.plot([at, at], [top, len(picture.rows)], color=INK, lw=0.9, clip_on=False, zorder=4)
        at += span


def _bands(axes: Any, picture: Tiles, wide: float) -> None:
    """What several rows belong to, before their labels, with a line between."""
    left = -(max(map(len, picture.rows), default=0) * LETTER + 0.15) / wide
    down = 0
    for name, members in groupby(picture.bands):
        axes.text(left, down + 0.5, name, ha="right", va="center", fontweight="bold")
        axes.plot([left, len(picture.cols)], [down, down], color=SOFT, lw=0.5, clip_on=False, zorder=4)
        down += len([*members])


def _empties(picture: Tiles) -> list[Patch]:
    met = {tile.text for row in picture.tiles for tile in row if tile.weight is None and not tile.tones}
    return [
        Patch(fc=PAPER, ec=SOFT, lw=0.4, hatch=HATCHES[text], label=meaning)
        for text, meaning in EMPTY.items()
        if text in met
    ]
