"""Bars, networks, curves and bands on paper."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, degrees, pi, sin
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from qcode.report.figures.paper import (
    COLOURS,
    HATCHES,
    INK,
    LETTER,
    LINE,
    OTHERS,
    PAPER,
    ROW,
    SOFT,
    above,
    axes_of,
    colour,
    fold,
    legend,
    notes_below,
    patches,
    rows_of,
    shade,
)
from qcode.report.figures.pictures import Band, Bars, Curve, Edge, Network

LONG = 5.0  # inches of the longest bar
STRONGEST = 50  # lines in a network; more hide each other
THIN, THICK = 0.4, 4.6  # points of a line: none, and the most
WIDE = 6.0  # inches of a band
SEEN = 0.002  # of a band's length: the least that is seen


def bars(picture: Bars) -> Figure:
    """Bars in parts, each with its number where there is room; the sum behind it."""
    sums = [sum(row) for row in picture.values]
    most = max(sums, default=0) or 1
    figure, axes = axes_of(LONG, 1.15 * ROW * len(picture.rows))
    rows_of(axes, picture.rows)
    axes.set(xlim=(0, most * 1.06), xlabel=picture.unit)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for down, row in enumerate(picture.values):
        at = 0
        for (tone, _), value in zip(picture.parts, row, strict=True):
            axes.barh(down + 0.5, value, 0.76, left=at, fc=colour(tone), ec=PAPER, lw=0.5, hatch=HATCHES.get(tone))
            if value * LONG / most > len(str(value)) * LETTER + 0.08:
                _number(axes, at + value / 2, down, value, hatched=tone in HATCHES)
            at += value
        axes.text(at + most * 0.012, down + 0.54, str(at), va="center", fontsize=7, color=SOFT)
    above(axes, patches(picture.parts))
    return figure


def _number(axes: Any, x: float, down: int, value: int, *, hatched: bool) -> None:
    box = {"boxstyle": "round,pad=0.12", "fc": PAPER, "ec": "none", "alpha": 0.75} if hatched else None
    axes.text(x, down + 0.54, str(value), ha="center", va="center", fontsize=7, bbox=box)


def network(picture: Network) -> Figure:
    """Nodes on a circle in their own order, the strongest pairs as lines: thick where they go together often."""
    figure, axes = axes_of(4.6, 4.6)
    axes.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    axes.axis("off")
    angles = [pi / 2 - 2 * pi * at / len(picture.nodes) for at in range(len(picture.nodes))]
    shown = sorted(picture.edges, key=lambda edge: (-edge.weight, edge.a, edge.b))[:STRONGEST]
    most = max((edge.weight for edge in shown), default=1)
    for edge in reversed(shown):
        xs, ys = ([of(angles[edge.a]), of(angles[edge.b])] for of in (cos, sin))
        axes.plot(xs, ys, zorder=1 + edge.weight / most, **_line(edge.weight / most))
    largest = max(picture.sizes, default=1) or 1
    for angle, name, size in zip(angles, picture.nodes, picture.sizes, strict=True):
        axes.scatter(cos(angle), sin(angle), s=40 + 260 * size / largest, c="#E69F00", ec=INK, lw=0.6, zorder=5)
        _spoke(axes, angle, name)
    _thickness(axes, shown, most, len(picture.edges), picture.unit)
    return figure


def _line(weight: float) -> dict[str, Any]:
    return {"color": shade(0.25 + 0.65 * weight), "lw": THIN + THICK * weight}


def _spoke(axes: Any, angle: float, name: str) -> None:
    """A label that runs outward, readable from both sides."""
    right = cos(angle) >= -1e-9
    axes.text(
        1.12 * cos(angle), 1.12 * sin(angle), fold(name, 30), rotation_mode="anchor", va="center", fontsize=7,
        rotation=degrees(angle) + (0 if right else 180), ha="left" if right else "right",
    )  # fmt: skip


def _thickness(axes: Any, shown: Sequence[Edge], most: int, of: int, unit: str) -> None:
    """How thick a line is for how many, below the drawing."""
    least = min((edge.weight for edge in shown), default=1)
    steps = sorted({least, (least + most) // 2, most})
    handles = [Line2D([], [], label=str(step), **_line(step / most)) for step in steps]
    more = f" · the {len(shown)} strongest of {of} pairs" if of > len(shown) else ""
    lowest = axes.figure.get_tightbbox().y0 / axes.figure.get_figheight()
    axes.legend(
        handles=handles, title=f"{unit}{more}", loc="upper center", bbox_to_anchor=(0.5, lowest), ncols=3,
        frameon=False, fontsize=7, title_fontsize=7,
    )  # fmt: skip


def curve(picture: Curve) -> Figure:
    """How much there is by then as a line, what is new as bars under it."""
    figure, axes = axes_of(max(4.5, 0.2 * len(picture.steps)), 2.8)
    xs = [*range(len(picture.steps))]
    axes.bar(xs, picture.new, 0.7, fc=COLOURS["hindering"], ec=PAPER, label="new", hatch="////")
    axes.plot(xs, picture.total, color=OTHERS[1], marker="o", ms=3, lw=1.2, label="in all")
    axes.set_xticks(xs, [fold(step, 30) for step in picture.steps], rotation=90)
    axes.set(xlim=(-0.6, len(xs) - 0.4), ylim=(0, max([*picture.total, 1]) * 1.08), ylabel=picture.unit)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    above(axes)
    notes_below(axes, picture.notes)
    return figure


def band(picture: Band) -> Figure:
    """A line per code along the text; a stretch is at least wide enough to see."""
    figure, axes = axes_of(WIDE, ROW * len(picture.rows))
    rows_of(axes, picture.rows)
    axes.set_xlim(0, 1)
    axes.spines[:].set_color(LINE)
    for row in range(1, len(picture.rows)):
        axes.axhline(row, color=LINE, lw=0.4, zorder=0)
    for row, start, end, tone in picture.pieces:
        size = max(end - start, SEEN), 0.72
        axes.add_patch(
            Rectangle((start, row + 0.14), *size, fc=colour(tone), ec=SOFT, lw=0.4, hatch=HATCHES.get(tone), zorder=2)
        )
    axes.xaxis.tick_top()
    ends = [place for place, _ in picture.marks[1:]] + [1.2]  # the last may run past the drawing
    room = [max(int((end - place) * WIDE / 0.068), 5) for (place, _), end in zip(picture.marks, ends, strict=False)]
    names = [fold(name, width) for (_, name), width in zip(picture.marks, room, strict=True)]
    axes.set_xticks([place for place, _ in picture.marks], names, ha="left", fontsize=7)
    for place, _ in picture.marks:
        axes.axvline(place, color=INK, lw=0.6, zorder=1)
    legend(axes, patches(picture.tones))
    return figure
