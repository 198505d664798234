"""How quickly the coding desk answers on a transcript of 2,000 turns with 1,000 segments.

`python benchmarks/desk.py [--turns N] [--segments N] [--presses N]` prints medians in milliseconds: from a key to the
first and to the last paint that it sets off, for moving, scrolling and coding (the first paint comes after saving), by
the clock, and to the first in processor time, which a busy machine doesn't lengthen; how long opening takes; and the
same for Textual's own empty app, measured in the same run. Nothing here passes or fails.

Paints are timed by themselves: a pilot notices in steps of 20 ms that an app has become idle.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from qcode.cli.desk import Way
from qcode.core.model import Study
from qcode.core.session import Session, open_session
from qcode.store.files import apply
from qcode.store.project import load, plan_codings
from qcode.tui.app import Desk

SIZE = (140, 40)
CODES = [f"code-{number}" for number in range(20)]
BOOK = (
    "name: Desk\nversion: 1\nlanguage: en\nperspectives: [{id: employer}]\nvalences: [{id: helping}]\ncodes:\n"
    + "".join(f"- {{id: {code}, key: C{number}, label: Code number {number}}}\n" for number, code in enumerate(CODES))
)
SAYS = "He said that {n} people came, and that none of them stayed for long. We waited for {n} weeks. Then they rang."


class Timed(App[None]):
    """Knows when it painted. Without a terminal Textual makes no text of a paint, so that is done here."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.painted: list[tuple[float, float]] = []  # by the clock, and processor time

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        if isinstance(renderable, CompositorUpdate):
            renderable.render_segments(self.console)
        if renderable is not None:
            self.painted.append((time.perf_counter(), time.process_time()))


class TimedDesk(Timed, Desk):
    """The desk, timed."""


class Empty(Timed):
    """The least that Textual does: an app with one line of text, which a key changes."""

    BINDINGS = [("j", "change", "change")]  # noqa: RUF012, Textual's own form

    def compose(self) -> ComposeResult:
        yield Static("0")

    def action_change(self) -> None:
        line = self.query_one(Static)
        line.update(str(int(str(line.content)) + 1), layout=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--segments", type=int, default=1000)
    parser.add_argument("--presses", type=int, default=40)
    given = parser.parse_args()
    gc.freeze()  # as the command does
    gc.set_threshold(100_000, 50, 50)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, given.turns, given.segments)
        for line in asyncio.run(measure(root, given.presses)):
            print(line)


def make(root: Path, turns: int, segments: int) -> None:
    """A study of one long interview, coded by anna."""
    for path, text in {
        "qcode.yaml": "study: Desk\ncodebook: book.yaml\ncoders: {anna: Anna}\n",
        "book.yaml": BOOK,
        "cases/1/case.yaml": "interviews:\n- {perspective: employer}\n",
        "cases/1/long.md": "---\nperspective: employer\n---\n# Long\n\n"
        + "\n\n".join(f"**{'IR'[n % 2]}:** {SAYS.format(n=n)}" for n in range(turns))
        + "\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    session = opened(load(root))
    layout = session.transcript.layout
    for number in range(segments):
        turn = layout.turns[number * len(layout.turns) // segments]
        session = session.add((turn.start + 7, turn.end), [CODES[number % len(CODES)]])
    apply(root, plan_codings(root, [(session.opened, session.codings)]))


def opened(study: Study) -> Session:
    return open_session(study, study.transcripts["1/long"], "anna")


async def measure(root: Path, presses: int) -> list[str]:
    lines = [f"{'milliseconds':<32} {'first':>8} {'last':>8} {'cpu':>8}"]
    empty = Empty()
    began = time.perf_counter()
    async with empty.run_test(size=SIZE) as pilot:
        await pilot.pause()
        lines.append(f"{'empty app: open':<32} {(time.perf_counter() - began) * 1000:8.1f}")
        lines.append(f"{'empty app: key to paint':<32} {await times(empty, pilot, ['j'] * presses)}")
    began = time.perf_counter()
    desk = TimedDesk(opened(load(root).require()), Way(root, "anna").doors())
    async with desk.run_test(size=SIZE) as pilot:
        await pilot.pause()
        lines.append(f"{'desk: open, study and all':<32} {(time.perf_counter() - began) * 1000:8.1f}")
        for what, keys in (
            ("next turn", ["j"] * presses),
            ("page", ["pagedown"] * presses),
            ("next word", ["w", *["l"] * presses]),
            ("extend by a word", ["L"] * presses),
            ("next turn without a code", ["n"] * presses),
        ):
            lines.append(f"{'desk: ' + what:<32} {await times(desk, pilot, keys)}")
        desk_screen = desk.screen
        await pilot.press("t", "c", "c", "1", "enter")
        await pilot.pause()
        for what, keys in (("code again (saved)", ["full_stop", "j"] * presses), ("undo (saved)", ["u"] * presses)):
            lines.append(f"{'desk: ' + what:<32} {await times(desk, pilot, keys, keys[0])}")
        assert desk.screen is desk_screen
    return lines


async def times(app: Timed, pilot: Pilot[None], keys: list[str], only: str | None = None) -> str:
    """Medians over the keys (or one of them): ms to the first and the last paint, and ms of CPU to the first."""
    found = []
    for key in keys:
        app.painted.clear()
        began, worked = time.perf_counter(), time.process_time()
        app.simulate_key(key)
        await pilot.pause()
        if only in (None, key) and app.painted:
            (first, busy), (last, _) = app.painted[0], app.painted[-1]
            found.append((first - began, last - began, busy - worked))
    return " ".join(f"{median(column) * 1000:8.1f}" for column in zip(*found, strict=True))


if __name__ == "__main__":
    main()
