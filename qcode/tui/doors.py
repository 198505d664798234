"""What the desk is handed: ways to save, to read anew and to remember. It knows no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qcode.core.codebook import Codebook
from qcode.core.errors import QcodeError
from qcode.core.observe import Given
from qcode.core.session import Session


class Stale(QcodeError):
    """What the session began from is no longer what is written. Nothing was saved."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Where a coder left off, and what is at hand: codes used last, and those on the digits."""

    transcript: str | None = None
    offset: int = 0
    recent: tuple[str, ...] = ()
    favourites: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A code that is to be: what it is called, what it is under (a code's id; None: the top), and what it means."""

    label: str
    parent: str | None
    definition: str


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways out of the desk.

    `save`: write the codings as they are, at once and whole; gives the session that goes on from there. Raises Stale
    where somebody else has written meanwhile, QcodeError where it can't be done. `reload`: a session on what is
    written now. `observe`: add an observation to a case; gives its id. `changed`: whether somebody else has written
    since the session began or this was last asked; asked often, so cheap where nobody has. `new_code`: put a code in
    the codebook, needed while coding the transcript named; gives its id and the codebook as it is then.
    """

    save: Callable[[Session], Session]
    reload: Callable[[str], Session]
    remember: Callable[[Memory], None] = lambda memory: None
    observe: Callable[[str, Given], str] | None = None
    changed: Callable[[Session], bool] | None = None
    new_code: Callable[[Draft, str], tuple[str, Codebook]] | None = None
