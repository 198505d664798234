"""What is in a figure, before it is drawn: labels, numbers, and why there is none. A picture serves several reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

# What stands in a tile instead of a number, and what it means: drawn apart, never as a small number.
EMPTY = {"n/a": "does not apply", "-": "not interviewed", ".": "not yet coded", "…": "hidden"}

MOST = 5_000  # tiles in a figure that can still be told apart
STEP = 10  # tiles take as much room as a step of a curve

Tone = tuple[str, str]  # the id of a valence, and what it is called


class Tile(NamedTuple):
    """A cell. `weight`: 0 to 1, how dark; None where it is no number to compare. `tones`: a valence per word of it."""

    text: str
    weight: float | None = None
    tones: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Tiles:
    """Rows and columns: a heat map, or words coloured by what they did.

    `groups`: a name over each column; `bands`: one before each row. `strong`: rows that sum others up.
    `tones`: those there are. `notes`: lines that explain it.
    """

    rows: Sequence[str]
    cols: Sequence[str]
    tiles: Sequence[Sequence[Tile]]
    groups: Sequence[str] = ()
    bands: Sequence[str] = ()
    strong: Sequence[bool] = ()
    tones: Sequence[Tone] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar per row, in parts, each with its tone. `values`: for each row, one per part."""

    rows: Sequence[str]
    parts: Sequence[Tone]
    values: Sequence[Sequence[int]]
    unit: str = ""


class Edge(NamedTuple):
    a: int
    b: int
    weight: int


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes in their order, each with a size, and how often two go together."""

    nodes: Sequence[str]
    sizes: Sequence[int]
    edges: Sequence[Edge]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """What is new at each step, and how much there is by then."""

    steps: Sequence[str]
    new: Sequence[int]
    total: Sequence[int]
    unit: str = ""
    notes: Sequence[str] = ()


class Piece(NamedTuple):
    """A stretch of a row, from 0 to 1."""

    row: int
    start: float
    end: float
    tone: str = "none"


@dataclass(frozen=True, slots=True)
class Band:
    """One text from its beginning to its end, a row per code. `marks`: where in it something begins, and what."""

    rows: Sequence[str]
    pieces: Sequence[Piece]
    marks: Sequence[tuple[float, str]] = ()
    tones: Sequence[Tone] = ()


Picture = Tiles | Bars | Network | Curve | Band


def extent(picture: Picture) -> int:
    """How large it is, in tiles. What folds many codings into few bars or nodes is never too large."""
    if isinstance(picture, Tiles):
        return len(picture.rows) * len(picture.cols)
    return STEP * len(picture.steps) if isinstance(picture, Curve) else 0
