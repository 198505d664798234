"""What a person says of a code, and where it is to stand. Light, since the command line is built from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of a code; None: nothing, "": there is to be none. `language`: of the texts, "" the codebook's.

    `examples` are added to those there, of which a first "" takes the place; `perspectives` ("",): all.
    """

    key: str | None = None
    label: str | None = None
    definition: str | None = None
    include: str | None = None
    exclude: str | None = None
    examples: tuple[str, ...] = ()
    phase: str | None = None
    perspectives: tuple[str, ...] | None = None
    color: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the tree: last under a code, or next to one; nothing said: last at the top."""

    under: str | None = None
    before: str | None = None
    after: str | None = None
