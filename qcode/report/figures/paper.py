"""What every figure shares: letters, colours that are told apart without seeing colour, axes, labels, legends."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from qcode.report.figures.pictures import Tone

# Okabe and Ito's palette; a hatch beside each colour, for grey paper.
COLOURS = {"helping": "#56B4E9", "hindering": "#E69F00", "both": "#CC79A7", "disputed": "#F0E442", "none": "#DDDDDD"}
OTHERS = ("#009E73", "#0072B2", "#D55E00")
HATCHES = {"hindering": "////", "both": "xxxx", "disputed": "...."}
PAPER, INK, SOFT, LINE = "#FFFFFF", "#1B1B1B", "#5C5C5C", "#C9C9C9"
SCALE = "Blues"
ROW = 0.24  # inches
LETTER = 0.078  # inches of one of 8 points
SMALL = 0.058  # inches of one of 6 points
LABEL = 60  # characters before a label folds
SETTINGS: Any = {
    "font.family": "DejaVu Sans", "font.size": 8, "text.parse_math": False, "svg.fonttype": "path", "pdf.fonttype": 42,
    "svg.hashsalt": "qcode", "hatch.linewidth": 0.4, "axes.linewidth": 0.6, "figure.dpi": 200, "savefig.dpi": 200,
    "text.color": INK, "axes.edgecolor": SOFT, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
    "hatch.color": SOFT,
}  # fmt: skip


@contextmanager
def settings() -> Iterator[None]:
    """Ours only, whatever a user's own matplotlibrc says. A letter that the font lacks is drawn as a box."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        warnings.filterwarnings("ignore", message="Glyph")
        yield


def axes_of(width: float, height: float) -> tuple[Figure, Any]:
    """A drawing area of that many inches; what stands around it makes the figure larger."""
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.tick_params(length=0)
    return figure, axes


def rows_of(axes: Any, labels: Sequence[str]) -> None:
    """A row per label, the first on top."""
    axes.set_ylim(len(labels), 0)
    axes.set_yticks([at + 0.5 for at in range(len(labels))], [fold(label) for label in labels])


def fold(label: str, width: int = LABEL) -> str:
    return "\n".join(textwrap.wrap(label, width)) or " "


def shade(weight: float) -> Any:
    """A colour as dark as a number from 0 to 1."""
    return mpl.colormaps[SCALE](weight)


def colour(tone: str) -> str:
    return COLOURS.get(tone) or OTHERS[sum(map(ord, tone)) % len(OTHERS)]


def patches(tones: Sequence[Tone], *, hatched: bool = True) -> list[Patch]:
    """What a legend shows for each tone."""
    return [
        Patch(fc=colour(tone), ec=SOFT, lw=0.4, hatch=HATCHES.get(tone, "") if hatched else "", label=label)
        for tone, label in tones
    ]


def legend(axes: Any, handles: Sequence[Any], notes: Sequence[str] = ()) -> None:
    """Below the drawing, and under it the notes."""
    width, height = axes.figure.get_size_inches()
    below = -0.12
    columns = max(1, min(len(handles), int(width / 1.4)))
    if handles:
        axes.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0, below / height), ncols=columns, frameon=False,
            borderaxespad=0, fontsize=7, handlelength=1.6, columnspacing=1.4,
        )  # fmt: skip
    notes_below(axes, notes)


def notes_below(axes: Any, notes: Sequence[str]) -> None:
    """Under all that is drawn so far."""
    width, height = axes.figure.get_size_inches()
    lowest = axes.figure.get_tightbbox().y0 - 0.08
    text = "\n".join(fold(note, max(int(width / 0.068), 50)) for note in notes)
    axes.text(0, lowest / height, text, transform=axes.transAxes, va="top", fontsize=7, color=SOFT)


def above(axes: Any, handles: Sequence[Any] | None = None) -> None:
    """A legend on top of the drawing."""
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False, fontsize=7, borderaxespad=0.2
    )


def told_below(figure: Figure, told: str) -> None:
    """What was counted, in small letters under all that is drawn."""
    box = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    text = fold(told.replace(" · ", "\u00a0· "), max(int(box.width / SMALL), 50))
    figure.text(box.x0 / width, (box.y0 - 0.08) / height, text, va="top", fontsize=6, color=SOFT)
