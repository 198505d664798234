"""The desk's one screen: it alone listens, changes the session, saves it, and tells every widget what to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from qcode.core.errors import QcodeError
from qcode.core.layout import Span
from qcode.core.model import CONSENSUS, Coded, Segment
from qcode.core.observe import Given
from qcode.core.session import Session
from qcode.core.words import one_line
from qcode.tui import lists, views
from qcode.tui.ask import Ask, Choose, Help, Observe, Write
from qcode.tui.doors import Doors, Memory, Stale
from qcode.tui.ground import UNITS, Ground, Selection, Unit, in_units, snapped, trimmed
from qcode.tui.keys import BINDINGS, footer
from qcode.tui.palette import Chosen, Palette
from qcode.tui.side import Side
from qcode.tui.transcript import NARROW, TranscriptView

SEEKS = {"turn": "turn without a code", "segment": "segment", "difference": "difference", "hit": "hit"}
RECENT = 9


class DeskScreen(Screen[None]):
    """One coder at work."""
