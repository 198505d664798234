"""Figures in files, by matplotlib: legible in print and in grey, the same bytes for the same report."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from qcode.report.figures.charts import band, bars, curve, network
from qcode.report.figures.paper import settings, told_below
from qcode.report.figures.pictures import Band, Bars, Curve, Network, Picture, Tiles
from qcode.report.figures.tiles import tiles

DRAWERS: dict[type, Callable[[Any], Figure]] = {Tiles: tiles, Bars: bars, Network: network, Curve: curve, Band: band}
# Nothing of when it was made, or by which version of what.
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": "qcode"},
    "pdf": {"CreationDate": None, "Creator": "qcode", "Producer": None},
    "png": {"Software": "qcode"},
}


def as_figure(picture: Picture, form: str, told: str = "") -> bytes:
    """The bytes of an svg, pdf or png. `told`: what was counted, in small letters below."""
    with settings():
        figure = DRAWERS[type(picture)](picture)
        told_below(figure, told)
        out = io.BytesIO()
        figure.savefig(out, format=form, metadata=METADATA[form], bbox_inches="tight", pad_inches=0.1)
    return out.getvalue()
